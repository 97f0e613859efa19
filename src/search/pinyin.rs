//! The lexicon: words of titles, aliases and headings under their pinyin and under its initials.
//!
//! Word borders come from jieba, because a word is what somebody types; the texts themselves are not segmented. A
//! character has up to two readings, so that 便宜 is found as `pianyi` although its first character is mostly read
//! `bian`. Keys are folded (`zh` as `z`, `ing` as `in` …) as the reader folds what is typed. A hidden alias has its
//! page's number in place of the word: it can be found, and its text is nowhere in the file.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, OnceLock};

use jieba_rs::Jieba;
use pinyin::ToPinyinMulti;
use rayon::prelude::*;

use super::SearchPage;
use super::shard::Shards;
use super::tokens::{fold, is_unspaced, unspaced_runs};

/// Text bytes in a file of the lexicon; about a third of it when compressed.
const SHARD_BYTES: usize = 8_000;
/// A title or alias is itself a word if it has at most so many characters.
const RUN_CHARACTERS: usize = 10;
/// How often a character stands alone in jieba's corpus to be common; about 5,000 do.
const COMMON_CHARACTER: usize = 100;
/// Ways to read a word that are kept, the likeliest first.
const READINGS: usize = 6;

/// Characters whose second reading is in everyday use; of the others the dictionary's first reading is nearly always
/// the one meant.
const EVERYDAY_POLYPHONES: &str = "了便长行还重乐得调差会传单和觉角降将系弹朝曾藏称参盛省择种转着都地的说强切塞似宿挑熟落露\
    卷劲累没模宁屏圈色舍识提校血扎折大干假给率否";

const TITLE_WEIGHT: u32 = 10;
const ALIAS_WEIGHT: u32 = 10;
const HEADING_WEIGHT: u32 = 3;

/// The Chinese dictionary, and what has been segmented with it so far. Make one for a process: filling it takes a
/// fraction of a second, at the first index that needs it.
#[derive(Default)]
pub struct Linguistics {
    jieba: OnceLock<Jieba>,
    segmented: Mutex<HashMap<String, Arc<[String]>>>,
    sounds: OnceLock<String>,
}

impl Linguistics {
    /// Cheap: the dictionary is read at the first use.
    pub fn load() -> Self {
        Linguistics::default()
    }

    /// A table of common characters by their sound, such as `ai爱碍 an安案`: the reader falls back on it when a query
    /// looks like the wrong choice of an input method. It is the same for every book.
    pub(super) fn sounds(&self) -> &str {
        self.sounds.get_or_init(|| {
            let jieba = self.jieba.get_or_init(Jieba::new);
            let mut by_sound: BTreeMap<String, String> = BTreeMap::new();
            for c in '\u{4e00}'..='\u{9fff}' {
                let text = c.to_string();
                if let Some(reading) = c.to_pinyin_multi().and_then(|readings| readings.into_iter().next())
                    && jieba.has_word(&text)
                    && jieba.suggest_freq(&text) >= COMMON_CHARACTER
                {
                    by_sound.entry(reading.plain().replace(['ü', 'v'], "u")).or_default().push(c);
                }
            }
            let groups: Vec<String> =
                by_sound.into_iter().map(|(sound, characters)| sound + characters.as_str()).collect();
            groups.join(" ")
        })
    }

    /// The words of each run, at least two characters long; a longer word's parts come with it.
    fn words(&self, runs: &[&String]) -> Vec<Arc<[String]>> {
        let mut known: Vec<Option<Arc<[String]>>> = {
            let segmented = self.segmented.lock().expect("nobody panics while holding the lock");
            runs.iter().map(|run| segmented.get(*run).cloned()).collect()
        };
        if known.iter().any(Option::is_none) {
            let jieba = self.jieba.get_or_init(Jieba::new);
            known.par_iter_mut().zip(runs).filter(|(words, _)| words.is_none()).for_each(|(words, run)| {
                let tokens = jieba.cut_for_search(run, true);
                let long = tokens.into_iter().map(|token| token.word.to_owned());
                *words = Some(long.filter(|word| word.chars().nth(1).is_some()).collect());
            });
            let mut segmented = self.segmented.lock().expect("nobody panics while holding the lock");
            for (run, words) in runs.iter().zip(&known) {
                segmented.insert((*run).clone(), words.clone().expect("filled above"));
            }
        }
        known.into_iter().map(|words| words.expect("filled above")).collect()
    }
}

/// The two tables of the lexicon.
pub(super) struct Lexicon {
    /// By full pinyin.
    pub(super) full: Shards,
    /// By the first letter of each syllable.
    pub(super) initials: Shards,
}

/// Collects the words of all pages.
pub(super) fn lexicon(pages: &[SearchPage], linguistics: &Linguistics) -> Lexicon {
    let words = weigh_words(pages, linguistics);
    let hidden = pages.iter().enumerate().flat_map(|(number, page)| {
        let runs = page.hidden_aliases.iter().flat_map(|alias| unspaced_runs(&fold(alias)));
        runs.filter(|run| is_word(run)).map(move |run| (run, format!("#{number}"), ALIAS_WEIGHT))
    });
    let entries: Vec<(String, String, u32)> =
        words.into_iter().map(|(word, weight)| (word.clone(), word, weight)).chain(hidden).collect();

    let keyed: Vec<Keyed> = entries.par_iter().map(|(word, shown, weight)| Keyed::new(word, shown, *weight)).collect();
    let full = keyed.iter().flat_map(|word| word.full.iter().map(|(key, unfolded)| line(key, word, unfolded)));
    let initials = keyed.iter().flat_map(|word| word.initials.iter().map(|key| line(key, word, "")));
    Lexicon { full: pack(full.collect()), initials: pack(initials.collect()) }
}

fn is_word(run: &str) -> bool {
    (2..=RUN_CHARACTERS).contains(&run.chars().count())
}

fn weigh_words(pages: &[SearchPage], linguistics: &Linguistics) -> HashMap<String, u32> {
    // Weight as a whole, and weight of its parts: a heading is no word, however short.
    let mut runs: HashMap<String, (u32, u32)> = HashMap::new();
    for page in pages {
        let titles = std::iter::once((&page.title, TITLE_WEIGHT));
        let aliases = page.aliases.iter().map(|alias| (alias, ALIAS_WEIGHT));
        for (text, weight) in titles.chain(aliases) {
            for run in unspaced_runs(&fold(text)) {
                let weights = runs.entry(run).or_default();
                weights.0 += weight;
                weights.1 += weight;
            }
        }
        for section in &page.sections {
            for run in unspaced_runs(&fold(&section.heading)) {
                runs.entry(run).or_default().1 += HEADING_WEIGHT;
            }
        }
    }
    let keys: Vec<&String> = runs.keys().collect();
    let segmented = linguistics.words(&keys);
    let mut words: HashMap<String, u32> = HashMap::new();
    for (run, parts) in keys.iter().zip(&segmented) {
        let (whole, part) = runs[*run];
        for word in parts.iter().filter(|word| word.chars().all(is_unspaced)) {
            *words.entry(word.clone()).or_default() += part;
        }
        if whole > 0 && is_word(run) {
            *words.entry((*run).clone()).or_default() += whole;
        }
    }
    words
}

/// A word with everything it can be typed as.
struct Keyed<'entry> {
    shown: &'entry str,
    weight: u32,
    /// Folded and unfolded; the latter is empty where it is the same.
    full: Vec<(String, String)>,
    initials: Vec<String>,
}

impl<'entry> Keyed<'entry> {
    fn new(word: &str, shown: &'entry str, weight: u32) -> Self {
        let mut keyed = Keyed { shown, weight, full: Vec::new(), initials: Vec::new() };
        for syllables in readings(word) {
            let unfolded = syllables.concat().replace(['ü', 'v'], "u");
            let folded = fold_pinyin(&unfolded);
            let unfolded = if unfolded == folded { String::new() } else { unfolded };
            if !keyed.full.contains(&(folded.clone(), unfolded.clone())) {
                keyed.full.push((folded, unfolded));
            }
            let initials: String = syllables.iter().filter_map(|syllable| syllable.chars().next()).collect();
            if !keyed.initials.contains(&initials) {
                keyed.initials.push(initials);
            }
        }
        keyed
    }
}

/// The likeliest ways to read a word, first those with the fewest second readings; none if a character has none.
fn readings(word: &str) -> Vec<Vec<&'static str>> {
    let mut choices: Vec<Vec<&'static str>> = Vec::new();
    let mut everyday = Vec::new();
    let mut rare = Vec::new();
    for (index, c) in word.chars().enumerate() {
        let Some(multi) = c.to_pinyin_multi() else { return Vec::new() };
        let mut plain: Vec<&'static str> = Vec::new();
        for reading in multi {
            if !plain.contains(&reading.plain()) && plain.len() < 2 {
                plain.push(reading.plain());
            }
        }
        if plain.len() > 1 {
            if EVERYDAY_POLYPHONES.contains(c) { everyday.push(index) } else { rare.push(index) }
        }
        choices.push(plain);
    }
    // A rare second reading is worth a key only where the word is short enough to depend on it.
    rare.truncate(if choices.len() == 2 { 2 } else { 0 });
    let pairs = everyday
        .iter()
        .enumerate()
        .flat_map(|(place, first)| everyday[place + 1..].iter().map(move |second| vec![*first, *second]));
    std::iter::once(Vec::new())
        .chain(everyday.iter().map(|index| vec![*index]))
        .chain(pairs)
        .chain(rare.iter().map(|index| vec![*index]))
        .take(READINGS)
        .map(|second: Vec<usize>| {
            let syllable = |index: usize| choices[index][usize::from(second.contains(&index))];
            (0..choices.len()).map(syllable).collect()
        })
        .collect()
}

/// Makes alike what many speakers and input methods do not tell apart. The reader does the same with what is typed.
fn fold_pinyin(letters: &str) -> String {
    let mut folded = letters.to_owned();
    for (from, to) in [("zh", "z"), ("ch", "c"), ("sh", "s"), ("ang", "an"), ("eng", "en"), ("ing", "in")] {
        folded = folded.replace(from, to);
    }
    folded
}

fn line(key: &str, word: &Keyed<'_>, unfolded: &str) -> (String, String) {
    let mut line = format!("{key}\t{}\t{}", word.shown, word.weight);
    if !unfolded.is_empty() {
        line.push('\t');
        line.push_str(unfolded);
    }
    (key.to_owned(), line)
}

/// Packs lines of key, word, weight and unfolded key into files; the lines of one key stay together.
fn pack(mut lines: Vec<(String, String)>) -> Shards {
    lines.par_sort_unstable();
    let mut shards = Shards { files: Vec::new(), directory: String::new() };
    let mut shard = String::new();
    for group in lines.chunk_by(|a, b| a.0 == b.0) {
        let bytes: usize = group.iter().map(|(_, line)| line.len() + 1).sum();
        if !shard.is_empty() && shard.len() + bytes > SHARD_BYTES {
            shards.files.push(std::mem::take(&mut shard));
        }
        if shard.is_empty() {
            if !shards.directory.is_empty() {
                shards.directory.push(' ');
            }
            shards.directory.push_str(&group[0].0);
        }
        for (_, line) in group {
            if !shard.is_empty() {
                shard.push('\n');
            }
            shard.push_str(line);
        }
    }
    if !shard.is_empty() {
        shards.files.push(shard);
    }
    shards
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_have_all_likely_readings() {
        let keys = |word: &str| -> Vec<String> { readings(word).iter().map(|reading| reading.concat()).collect() };
        assert!(keys("便宜").contains(&"pianyi".to_owned()));
        assert!(keys("银行").contains(&"yinhang".to_owned()));
        assert!(keys("长期").contains(&"changqi".to_owned()));
        assert_eq!(keys("理智")[0], "lizhi");
        assert!(keys("テスト").is_empty());
    }

    #[test]
    fn similar_sounds_fold_to_the_same_key() {
        assert_eq!(fold_pinyin("lizhi"), fold_pinyin("lizi"));
        assert_eq!(fold_pinyin("shengchan"), fold_pinyin("sencan"));
        assert_eq!(fold_pinyin("qingkuang"), "qinkuan");
    }

    #[test]
    fn lexicon_holds_words_and_whole_aliases() {
        let page = SearchPage {
            title: "太贵了".to_owned(),
            aliases: vec!["价格接受不了".to_owned()],
            hidden_aliases: vec!["吝啬".to_owned()],
            ..SearchPage::default()
        };
        let lexicon = lexicon(&[page], &Linguistics::load());
        let full = lexicon.full.files.concat();
        for line in
            ["taiguile\t太贵了\t10", "jiage\t价格\t10", "linse\t#0\t10", "jiagejiesoubuliao\t价格接受不了\t10\t"]
        {
            assert!(full.contains(line), "{line} in {full}");
        }
        assert!(!full.contains("吝啬"));
        assert!(lexicon.initials.files.concat().contains("tgl\t太贵了"));
    }

    #[test]
    fn common_characters_have_a_sound() {
        let linguistics = Linguistics::load();
        let sounds = linguistics.sounds();
        let of =
            |c: char| sounds.split(' ').find(|group| group.contains(c)).map(|group| group.trim_matches(|c| c > 'z'));
        assert_eq!(of('桂'), Some("gui"));
        assert_eq!(of('女'), Some("nu"));
        assert_eq!(of('龘'), None);
    }

    #[test]
    fn a_segmented_text_is_remembered() {
        let linguistics = Linguistics::load();
        let run = "价格太高".to_owned();
        let first = linguistics.words(&[&run]);
        let second = linguistics.words(&[&run]);
        assert!(Arc::ptr_eq(&first[0], &second[0]));
    }
}
