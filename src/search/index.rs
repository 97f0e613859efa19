//! From pages to posting lists: which page holds which term, and how much it is about it.
//!
//! Every page is analysed on its own, in parallel, into numbers of 64 bits that hold term, page and level; sorting
//! them all yields the lists. So no string is made for a character or a pair, and the result does not depend on the
//! order in which the pages were analysed.

use std::collections::HashMap;

use rayon::prelude::*;

use super::SearchPage;
use super::shard::{Posting, ShardWriter, Shards};
use super::tokens::{Token, each_token, fold_into};

/// The best pages kept for a single character: nobody reads further, and a frequent character is on every page.
const CHARACTER_PAGES: usize = 200;
/// Bits of a packed posting below the term: 19 for the page, 3 for the level.
const PAGE_BITS: u32 = 19;
const LEVEL_BITS: u32 = 3;
const CHAR_BITS: u32 = 21;

/// The posting lists of all terms.
pub(super) struct Index {
    /// Pairs of characters.
    pub(super) pairs: Shards,
    /// Single characters.
    pub(super) characters: Shards,
    /// Words.
    pub(super) words: Shards,
}

/// Where in a page a term stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Field {
    Title,
    Alias,
    Heading,
    Body,
}

const FIELDS: [Field; 4] = [Field::Title, Field::Alias, Field::Heading, Field::Body];

struct Analysis {
    /// Term, page and level packed into one number.
    characters: Vec<u64>,
    pairs: Vec<u64>,
    words: Vec<(Box<str>, u8)>,
}

/// Makes the lists of all pages.
pub(super) fn index_pages(pages: &[SearchPage]) -> Index {
    assert!(pages.len() < 1 << PAGE_BITS, "a packed posting holds page numbers below 2^19");
    let lengths: Vec<usize> = pages.par_iter().map(body_length).collect();
    let mean_length = lengths.iter().sum::<usize>() as f64 / pages.len().max(1) as f64;
    let mut analyses: Vec<Analysis> = pages
        .par_iter()
        .enumerate()
        .map(|(number, page)| analyse(page, number, lengths[number] as f64 / mean_length.max(1.0)))
        .collect();

    let pairs = collect_sorted(&mut analyses, |analysis| std::mem::take(&mut analysis.pairs));
    let characters = collect_sorted(&mut analyses, |analysis| std::mem::take(&mut analysis.characters));
    let ((pairs, characters), words) = rayon::join(
        || rayon::join(|| pack_pairs(&pairs, pages.len()), || pack_characters(&characters, pages.len())),
        || pack_words(&analyses, pages.len()),
    );
    Index { pairs, characters, words }
}

fn body_length(page: &SearchPage) -> usize {
    page.sections.iter().map(|section| section.text.chars().count()).sum()
}

fn collect_sorted(analyses: &mut [Analysis], take: impl Fn(&mut Analysis) -> Vec<u64>) -> Vec<u64> {
    let mut all = Vec::with_capacity(analyses.len() * 512);
    for analysis in analyses {
        all.append(&mut take(analysis));
    }
    all.par_sort_unstable();
    all
}

fn analyse(page: &SearchPage, number: usize, relative_length: f64) -> Analysis {
    let mut folded = String::new();
    let mut spans = Vec::new();
    for (field, text) in texts(page) {
        let start = folded.len();
        fold_into(text, &mut folded);
        spans.push((field, start..folded.len()));
    }

    // A term of one character is a pair whose first half is zero. The field stands in the lowest two bits.
    let mut occurrences: Vec<u64> = Vec::with_capacity(folded.len());
    let mut words: Vec<(&str, Field)> = Vec::new();
    for (field, span) in spans {
        each_token(&folded[span], |token| match token {
            Token::Character(c) => occurrences.push(u64::from(c as u32) << 2 | field as u64),
            Token::Pair(first, second) => occurrences.push(pair_key(first, second) << 2 | field as u64),
            Token::Word(word) => words.push((word, field)),
        });
    }
    occurrences.sort_unstable();
    words.sort_unstable();

    let mut analysis = Analysis { characters: Vec::new(), pairs: Vec::new(), words: Vec::new() };
    for group in occurrences.chunk_by(|a, b| a >> 2 == b >> 2) {
        let level = level(group.iter().map(|occurrence| FIELDS[(occurrence & 3) as usize]), relative_length);
        let key = group[0] >> 2;
        let packed = (key << PAGE_BITS | number as u64) << LEVEL_BITS | u64::from(level);
        if key >> CHAR_BITS == 0 { &mut analysis.characters } else { &mut analysis.pairs }.push(packed);
    }
    for group in words.chunk_by(|a, b| a.0 == b.0) {
        analysis.words.push((group[0].0.into(), level(group.iter().map(|(_, field)| *field), relative_length)));
    }
    analysis
}

fn texts(page: &SearchPage) -> impl Iterator<Item = (Field, &str)> {
    let aliases = page.aliases.iter().chain(&page.hidden_aliases).map(|alias| (Field::Alias, alias.as_str()));
    let sections = page
        .sections
        .iter()
        .flat_map(|section| [(Field::Heading, section.heading.as_str()), (Field::Body, section.text.as_str())]);
    std::iter::once((Field::Title, page.title.as_str())).chain(aliases).chain(sections)
}

fn pair_key(first: char, second: char) -> u64 {
    u64::from(first as u32) << CHAR_BITS | u64::from(second as u32)
}

/// From which weight on a term has level 1, 2 … 7: `2^((level - 0.5) / 1.4)`. A table, so that no logarithm can round
/// differently on another machine.
const WEIGHT_FROM: [f64; 7] = [1.280_9, 2.101_5, 3.447_9, 5.656_9, 9.281_1, 15.227_1, 24.982_7];

/// The level of a term: `1.4 * log2(weight)`, rounded, from 0 to 7. The body counts less in a long page, and never
/// as much as a title or an alias, however often it repeats the term.
fn level(fields: impl Iterator<Item = Field>, relative_length: f64) -> u8 {
    let (mut boosted, mut body) = (0.0, 0.0);
    for field in fields {
        match field {
            Field::Title | Field::Alias => boosted += 10.0,
            Field::Heading => boosted += 3.0,
            Field::Body => body += 1.0,
        }
    }
    let weight: f64 = boosted + (body / (0.25 + 0.75 * relative_length)).min(5.0);
    WEIGHT_FROM.iter().take_while(|from| weight >= **from).count() as u8
}

fn pack_pairs(sorted: &[u64], page_count: usize) -> Shards {
    let mut writer = ShardWriter::new(page_count);
    each_list(sorted, |key, postings| {
        writer.push((character(key >> CHAR_BITS), character(key & ((1 << CHAR_BITS) - 1))), postings);
    });
    writer.finish()
}

fn pack_characters(sorted: &[u64], page_count: usize) -> Shards {
    let mut writer = ShardWriter::new(page_count);
    each_list(sorted, |key, postings| {
        if postings.len() > CHARACTER_PAGES {
            postings.sort_unstable_by_key(|posting| (7 - posting.level, posting.page));
            postings.truncate(CHARACTER_PAGES);
            postings.sort_unstable_by_key(|posting| posting.page);
        }
        writer.push(character(key), postings);
    });
    writer.finish()
}

fn each_list(sorted: &[u64], mut each: impl FnMut(u64, &mut Vec<Posting>)) {
    let mut postings = Vec::new();
    for group in sorted.chunk_by(|a, b| a >> (PAGE_BITS + LEVEL_BITS) == b >> (PAGE_BITS + LEVEL_BITS)) {
        postings.clear();
        postings.extend(group.iter().map(|packed| Posting {
            page: (packed >> LEVEL_BITS & ((1 << PAGE_BITS) - 1)) as u32,
            level: (packed & ((1 << LEVEL_BITS) - 1)) as u8,
        }));
        each(group[0] >> (PAGE_BITS + LEVEL_BITS), &mut postings);
    }
}

fn character(bits: u64) -> char {
    char::from_u32(bits as u32).expect("the bits were made from a character")
}

fn pack_words(analyses: &[Analysis], page_count: usize) -> Shards {
    let mut lists: HashMap<&str, Vec<Posting>> = HashMap::new();
    for (page, analysis) in analyses.iter().enumerate() {
        for (word, level) in &analysis.words {
            lists.entry(word).or_default().push(Posting { page: page as u32, level: *level });
        }
    }
    let mut lists: Vec<(&str, Vec<Posting>)> = lists.into_iter().collect();
    lists.sort_unstable_by_key(|(word, _)| *word);
    let mut writer = ShardWriter::new(page_count);
    for (word, postings) in &lists {
        writer.push(*word, postings);
    }
    writer.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weights_become_levels() {
        let level = |fields: &[Field]| super::level(fields.iter().copied(), 1.0);
        assert_eq!(level(&[Field::Body]), 0);
        assert_eq!(level(&[Field::Heading]), 2);
        assert_eq!(level(&[Field::Title]), 5);
        assert_eq!(level(&[Field::Alias]), 5);
        assert_eq!(level(&[Field::Alias, Field::Title, Field::Title]), 7);
    }

    #[test]
    fn an_alias_counts_more_than_any_number_of_mentions() {
        let mentions = vec![Field::Body; 10_000];
        assert!(level(mentions.into_iter(), 0.01) < level([Field::Alias].into_iter(), 100.0));
    }

    #[test]
    fn level_borders_are_where_the_formula_rounds() {
        for tenths in 1..400 {
            let body = f64::from(tenths) / 10.0;
            let expected = (1.4 * body.log2()).round().clamp(0.0, 7.0) as u8;
            assert_eq!(WEIGHT_FROM.iter().take_while(|from| body >= **from).count() as u8, expected, "{body}");
        }
    }
}
