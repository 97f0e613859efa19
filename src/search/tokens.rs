//! From text to the terms of the index: folding, and cutting into characters, pairs and words.
//!
//! Folding is NFKC and lower case, character by character, so that the reader, `themes/default/scripts/search-*.js`,
//! can do the same; the two are compared in the tests. Writing without spaces (Chinese, kana, Hangul) yields single
//! characters and overlapping pairs, everything else whole words. Nothing here knows pages or positions.

use unicode_normalization::UnicodeNormalization;

/// Longest word kept, in characters; the reader cuts its query words at the same length.
const WORD_LIMIT: usize = 40;

/// A term as it occurs in folded text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Token<'text> {
    /// One character of a script without spaces.
    Character(char),
    /// Two such characters that follow each other.
    Pair(char, char),
    /// A run of letters and digits.
    Word(&'text str),
}

enum Class {
    Unspaced,
    Word,
    Transparent,
    Break,
}

/// Whether words of this character's script are written without spaces between them.
pub(super) fn is_unspaced(c: char) -> bool {
    matches!(c, '\u{4e00}'..='\u{9fff}' | '\u{3400}'..='\u{4dbf}' | '\u{20000}'..='\u{323af}' | '々' | '〇'
        | '\u{3041}'..='\u{3096}' | '\u{30a1}'..='\u{30fa}' | 'ー' | '\u{ac00}'..='\u{d7a3}')
}

/// Quotes and brackets that do not separate: 客户说「太贵了」 contains the pair 说太.
fn is_transparent(c: char) -> bool {
    matches!(c, '「' | '」' | '『' | '』' | '“' | '”' | '《' | '》' | '【' | '】' | '(' | ')')
}

fn class(c: char) -> Class {
    if is_unspaced(c) {
        Class::Unspaced
    } else if is_transparent(c) {
        Class::Transparent
    } else if c.is_alphanumeric() {
        Class::Word
    } else {
        Class::Break
    }
}

/// Whether NFKC leaves the character alone, and lower case is at most the ASCII one.
fn is_plain(c: char) -> bool {
    c.is_ascii() || matches!(c, '\u{4e00}'..='\u{9fff}' | '、' | '。' | '「' | '」' | '“' | '”' | '《' | '》' | '—')
}

/// Appends the folded text. Most Chinese text takes the short way; the rest goes through NFKC in runs that include
/// the ASCII letter before them, for a combining mark may change it.
pub(super) fn fold_into(text: &str, folded: &mut String) {
    let mut rest = text;
    while !rest.is_empty() {
        let plain_end = rest.char_indices().find(|(_, c)| !is_plain(*c)).map_or(rest.len(), |(index, _)| index);
        let (plain, after) = rest.split_at(plain_end);
        let run_end = after.char_indices().find(|(_, c)| is_plain(*c)).map_or(after.len(), |(index, _)| index);
        let (run, after) = after.split_at(run_end);
        let kept = if run.is_empty() { plain } else { plain.trim_end_matches(|c: char| c.is_ascii_alphanumeric()) };
        folded.extend(kept.chars().map(|c| c.to_ascii_lowercase()));
        for c in plain[kept.len()..].chars().chain(run.chars()).nfkc() {
            folded.extend(c.to_lowercase());
        }
        rest = after;
    }
}

/// The folded text.
pub(super) fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    fold_into(text, &mut folded);
    folded
}

/// Calls `each` for every term of folded text, in order.
pub(super) fn each_token<'text>(folded: &'text str, mut each: impl FnMut(Token<'text>)) {
    let mut before: Option<char> = None;
    let mut word_start: Option<usize> = None;
    for (offset, c) in folded.char_indices() {
        let class = class(c);
        if !matches!(class, Class::Word)
            && let Some(start) = word_start.take()
        {
            each(Token::Word(cut_word(&folded[start..offset])));
        }
        match class {
            Class::Unspaced => {
                each(Token::Character(c));
                if let Some(before) = before {
                    each(Token::Pair(before, c));
                }
                before = Some(c);
            }
            Class::Transparent => {}
            Class::Word => {
                word_start.get_or_insert(offset);
                before = None;
            }
            Class::Break => before = None,
        }
    }
    if let Some(start) = word_start {
        each(Token::Word(cut_word(&folded[start..])));
    }
}

fn cut_word(word: &str) -> &str {
    word.char_indices().nth(WORD_LIMIT).map_or(word, |(end, _)| &word[..end])
}

/// The runs of unspaced characters, quotes left out, as they are typed: `说「太贵」，再看` gives 说太贵 and 再看.
pub(super) fn unspaced_runs(folded: &str) -> Vec<String> {
    let mut runs = Vec::new();
    let mut run = String::new();
    for c in folded.chars() {
        match class(c) {
            Class::Unspaced => run.push(c),
            Class::Transparent => {}
            Class::Word | Class::Break => {
                if !run.is_empty() {
                    runs.push(std::mem::take(&mut run));
                }
            }
        }
    }
    if !run.is_empty() {
        runs.push(run);
    }
    runs
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn chinese_becomes_characters_and_pairs() {
        check("太贵了", "太 贵 太贵 了 贵了");
        check("说「太贵」", "说 太 说太 贵 太贵");
        check("太贵，再看", "太 贵 太贵 再 看 再看");
    }

    #[test]
    fn letters_and_digits_become_words() {
        check("CRM系统 v2.0", "crm 系 统 系统 v2 0");
        check("Ｔｏｏ Expensive", "too expensive");
        check("第3年", "第 3 年");
        check("cafe\u{301} Ⅻ", "café xii");
    }

    #[test]
    fn folding_by_runs_equals_folding_at_once() {
        for text in ["e\u{301}a", "太e\u{301}", "ﬁ", "ＡＢＣ，１２３", "㍿公司", "ﾊﾟ"] {
            let whole: String = text.nfkc().flat_map(char::to_lowercase).collect();
            assert_eq!(fold(text), whole, "{text:?}");
        }
    }

    proptest! {
        #[test]
        fn folding_any_text_equals_folding_at_once(text in any::<String>()) {
            let whole: String = text.nfkc().flat_map(char::to_lowercase).collect();
            prop_assert_eq!(fold(&text), whole);
        }
    }

    #[track_caller]
    fn check(text: &str, expected: &str) {
        let folded = fold(text);
        let mut terms = Vec::new();
        each_token(&folded, |token| {
            terms.push(match token {
                Token::Character(c) => c.to_string(),
                Token::Pair(first, second) => format!("{first}{second}"),
                Token::Word(word) => word.to_owned(),
            });
        });
        assert_eq!(terms.join(" "), expected);
    }
}
