//! Posting lists packed into files of about four kilobytes.
//!
//! A shard is `u16 terms | u16 key bytes | keys | bit stream` (little endian) in base64. A list is the number of its
//! pages (gamma), the gaps between them (Rice, with a parameter both sides compute), and a level for each page.
//! The directory, kept in the manifest, holds the first key of every shard. Terms arrive sorted; nothing is reordered.

use base64::Engine;
use base64::engine::general_purpose::STANDARD_NO_PAD;

use super::bits::BitWriter;

/// Bytes after which a shard is closed: a search loads one for each pair of characters, and most of what is in it is of
/// other pairs.
const SHARD_BYTES: usize = 3_000;
/// Lists longer than this name their commonest level, and code the others by their distance from it.
const MODE_FROM: usize = 64;

/// A page in the list of a term.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Posting {
    /// The page's number in the order of the index.
    pub(super) page: u32,
    /// How much the page is about the term, 0 to 7.
    pub(super) level: u8,
}

/// A term as it is written into a shard and into the directory.
pub(super) trait Key {
    /// Appends the key, given the one before it in the same shard.
    fn write(&self, before: Option<&Self>, keys: &mut Vec<u8>);
    /// Appends what the directory says of a shard that starts with this key.
    fn name(&self, directory: &mut String);
}

impl Key for (char, char) {
    fn write(&self, before: Option<&Self>, keys: &mut Vec<u8>) {
        let (first, second) = (self.0 as u32, self.1 as u32);
        let (first_before, second_before) = before.map_or((0, 0), |key| (key.0 as u32, key.1 as u32));
        if first == first_before {
            varint(second - second_before + 1, keys);
        } else {
            keys.push(0);
            varint(first - first_before, keys);
            varint(second + 1, keys);
        }
    }

    fn name(&self, directory: &mut String) {
        directory.extend([self.0, self.1]);
    }
}

impl Key for char {
    fn write(&self, before: Option<&Self>, keys: &mut Vec<u8>) {
        varint(*self as u32 - before.map_or(0, |key| *key as u32), keys);
    }

    fn name(&self, directory: &mut String) {
        directory.push(*self);
    }
}

impl Key for &str {
    fn write(&self, before: Option<&Self>, keys: &mut Vec<u8>) {
        let shared = before.map_or(0, |key| key.bytes().zip(self.bytes()).take_while(|(a, b)| a == b).count().min(15));
        let suffix = &self.as_bytes()[shared..];
        varint((suffix.len() << 4 | shared) as u32, keys);
        keys.extend_from_slice(suffix);
    }

    fn name(&self, directory: &mut String) {
        if !directory.is_empty() {
            directory.push(' ');
        }
        directory.push_str(self);
    }
}

/// The shards of one family of terms, and the directory of their first keys.
#[derive(Debug)]
pub(super) struct Shards {
    /// Base64, in key order.
    pub(super) files: Vec<String>,
    /// The first keys, one after the other; words are separated by spaces.
    pub(super) directory: String,
}

/// Packs lists that come sorted by key.
pub(super) struct ShardWriter<K> {
    page_count: usize,
    shards: Shards,
    before: Option<K>,
    terms: u16,
    keys: Vec<u8>,
    lists: BitWriter,
}

impl<K: Key> ShardWriter<K> {
    /// `page_count` is the number of pages of the whole index.
    pub(super) fn new(page_count: usize) -> Self {
        ShardWriter {
            page_count,
            shards: Shards { files: Vec::new(), directory: String::new() },
            before: None,
            terms: 0,
            keys: Vec::new(),
            lists: BitWriter::default(),
        }
    }

    /// Appends a term that sorts after all before it, with its pages in order and at least one of them.
    pub(super) fn push(&mut self, key: K, postings: &[Posting]) {
        if self.terms == u16::MAX || self.keys.len() + self.lists.len() / 8 + cost(postings) > SHARD_BYTES {
            self.close();
        }
        if self.terms == 0 {
            key.name(&mut self.shards.directory);
        }
        key.write(self.before.as_ref(), &mut self.keys);
        write_list(postings, self.page_count, &mut self.lists);
        self.terms += 1;
        self.before = Some(key);
    }

    /// The finished shards.
    pub(super) fn finish(mut self) -> Shards {
        self.close();
        self.shards
    }

    fn close(&mut self) {
        if self.terms == 0 {
            return;
        }
        let key_bytes = u16::try_from(self.keys.len()).expect("a shard is closed before its keys fill two bytes");
        let mut bytes = Vec::with_capacity(4 + self.keys.len() + self.lists.len() / 8 + 1);
        bytes.extend_from_slice(&self.terms.to_le_bytes());
        bytes.extend_from_slice(&key_bytes.to_le_bytes());
        bytes.append(&mut self.keys);
        bytes.extend(std::mem::take(&mut self.lists).finish());
        self.shards.files.push(STANDARD_NO_PAD.encode(bytes));
        self.terms = 0;
        self.before = None;
    }
}

/// About how many bytes a list takes; a list longer than a shard gets one of its own.
fn cost(postings: &[Posting]) -> usize {
    if postings.len() < 8 { 0 } else { postings.len() / 2 }
}

/// `floor(log2(max(1, 0.69 * pages / length)))`, in integers because floats may differ at powers of two.
fn rice_parameter(page_count: usize, length: usize) -> u32 {
    (69 * page_count / (100 * length)).max(1).ilog2()
}

fn write_list(postings: &[Posting], page_count: usize, lists: &mut BitWriter) {
    lists.gamma(postings.len() as u32);
    let k = rice_parameter(page_count, postings.len());
    let mut next = 0;
    for posting in postings {
        lists.rice(posting.page - next, k);
        next = posting.page + 1;
    }
    if postings.len() <= MODE_FROM {
        for posting in postings {
            lists.level(u32::from(posting.level));
        }
        return;
    }
    let mode = commonest_level(postings);
    lists.bits(u32::from(mode), 3);
    for posting in postings {
        lists.level(rank(posting.level, mode));
    }
}

fn commonest_level(postings: &[Posting]) -> u8 {
    let mut counts = [0u32; 8];
    for posting in postings {
        counts[usize::from(posting.level)] += 1;
    }
    (0..8).rev().max_by_key(|level| counts[usize::from(*level)]).expect("there are eight levels")
}

/// The place of a level when all eight stand in the order mode, one above, one below, two above and so on.
fn rank(level: u8, mode: u8) -> u32 {
    let order = (0..8i8).flat_map(|distance| [mode as i8 + distance, mode as i8 - distance]);
    let mut rank = 0;
    let mut before = -1;
    for candidate in order.filter(|candidate| (0..8).contains(candidate)) {
        if candidate == before {
            continue;
        }
        if candidate == level as i8 {
            break;
        }
        before = candidate;
        rank += 1;
    }
    rank
}

fn varint(mut value: u32, bytes: &mut Vec<u8>) {
    while value >= 0x80 {
        bytes.push(value as u8 | 0x80);
        value >>= 7;
    }
    bytes.push(value as u8);
}

#[cfg(test)]
mod tests {
    use super::super::bits::BitReader;
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn every_level_has_its_own_rank() {
        for mode in 0..8 {
            let mut ranks: Vec<u32> = (0..8).map(|level| rank(level, mode)).collect();
            assert_eq!(ranks[usize::from(mode)], 0);
            ranks.sort_unstable();
            assert_eq!(ranks, [0, 1, 2, 3, 4, 5, 6, 7]);
        }
    }

    #[test]
    fn extreme_lists_are_read_back() {
        for (page_count, pages) in [(1, 0..1), (1000, 999..1000), (1000, 0..1000), (100_000, 99_990..100_000)] {
            let postings: Vec<Posting> = pages.map(|page| Posting { page, level: (page % 8) as u8 }).collect();
            assert_eq!(read_back(&postings, page_count), postings);
        }
    }

    #[test]
    fn directory_names_the_first_key_of_every_shard() {
        let words: Vec<String> = (0..3000).map(|number| format!("word{number:05}")).collect();
        let mut writer = ShardWriter::new(1);
        for word in &words {
            writer.push(word.as_str(), &[Posting { page: 0, level: 0 }]);
        }
        let shards = writer.finish();
        assert!(shards.files.len() > 1);
        assert_eq!(shards.directory.split(' ').count(), shards.files.len());
        assert!(shards.directory.starts_with("word00000 word"));
    }

    proptest! {
        #[test]
        fn lists_are_read_back(
            levels in prop::collection::btree_map(0u32..5000, 0u8..8, 1..300),
            spare in 0usize..5000,
        ) {
            let postings: Vec<Posting> = levels.into_iter().map(|(page, level)| Posting { page, level }).collect();
            let page_count = postings[postings.len() - 1].page as usize + 1 + spare;
            prop_assert_eq!(read_back(&postings, page_count), postings);
        }
    }

    fn read_back(postings: &[Posting], page_count: usize) -> Vec<Posting> {
        let mut writer = BitWriter::default();
        write_list(postings, page_count, &mut writer);
        let bytes = writer.finish();
        let mut reader = BitReader { bytes: &bytes, position: 0 };
        let length = reader.gamma() as usize;
        let k = rice_parameter(page_count, length);
        let mut next = 0;
        let mut read: Vec<Posting> = (0..length)
            .map(|_| {
                let page = next + reader.rice(k);
                next = page + 1;
                Posting { page, level: 0 }
            })
            .collect();
        let mode = (length > MODE_FROM).then(|| reader.bits(3) as u8);
        for posting in &mut read {
            let code = reader.level();
            posting.level = match mode {
                None => code as u8,
                Some(mode) => (0..8).find(|level| rank(*level, mode) == code).expect("ranks are a permutation"),
            };
        }
        read
    }
}
