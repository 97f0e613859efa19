//! What the reader shows of a page, and what the manifest says of the whole index.
//!
//! Values are arrays and strings, never objects keyed by the author's text: `__proto__` in an object literal sets
//! the prototype. Hidden aliases appear nowhere here.

use serde_json::{Value, json};

use super::{SearchPage, SearchSettings};
use crate::escape::script_json;

/// Characters of text kept of one page; a longer page is found by all its words, and shown by its beginning.
const RECORD_CHARACTERS: usize = 20_000;
/// Suggestions before anything is typed, over all kinds.
const SUGGESTION_LIMIT: usize = 40;
/// Suggestions of one kind: two screens of a phone are a wall.
const SUGGESTIONS_OF_A_KIND: usize = 10;

/// The record of one page: id, kind, title, url, breadcrumb, line to say, aliases, then anchor, heading and text of
/// every section in one flat list.
pub(super) fn record(page: &SearchPage, kinds: &[&str]) -> String {
    let mut sections = Vec::with_capacity(page.sections.len() * 3);
    let mut remaining = RECORD_CHARACTERS;
    for section in &page.sections {
        let text = squeeze(&section.text, &mut remaining);
        if text.is_empty() && section.heading.is_empty() {
            continue;
        }
        sections.push(section.anchor.clone());
        sections.push(section.heading.clone());
        sections.push(text);
    }
    script_json(&(
        &page.id,
        kind_number(page, kinds),
        &page.title,
        &page.url,
        &page.breadcrumb,
        page.say.as_deref().unwrap_or(""),
        &page.aliases,
        sections,
    ))
}

/// Runs of white space become one space; stops when `remaining` characters are used up.
fn squeeze(text: &str, remaining: &mut usize) -> String {
    let mut squeezed = String::with_capacity(text.len());
    for word in text.split_whitespace() {
        if !squeezed.is_empty() {
            squeezed.push(' ');
        }
        for c in word.chars() {
            if *remaining == 0 {
                return squeezed;
            }
            *remaining -= 1;
            squeezed.push(c);
        }
    }
    squeezed
}

fn kind_number(page: &SearchPage, kinds: &[&str]) -> usize {
    kinds.binary_search(&page.kind.as_str()).expect("the list holds the kind of every page")
}

/// The kinds that occur, sorted.
pub(super) fn kinds(pages: &[SearchPage]) -> Vec<&str> {
    let mut kinds: Vec<&str> = pages.iter().map(|page| page.kind.as_str()).collect();
    kinds.sort_unstable();
    kinds.dedup();
    kinds
}

/// One character for each page, from `0`: the number of its kind.
pub(super) fn kind_letters(pages: &[SearchPage], kinds: &[&str]) -> String {
    let letter = |page| char::from_u32(u32::from('0') + kind_number(page, kinds) as u32);
    script_json(&pages.iter().map(|page| letter(page).expect("there are few kinds")).collect::<String>())
}

/// The manifest: number of pages, kinds, directories of the five families, pinned pages, suggestions, kind percents.
pub(super) fn manifest(
    pages: &[SearchPage],
    kinds: &[&str],
    directories: [&str; 5],
    settings: &SearchSettings,
) -> String {
    let pinned: Vec<Value> = settings
        .pinned
        .iter()
        .filter_map(|id| pages.iter().find(|page| page.id == *id))
        .map(|page| json!([page.title, page.url, kind_number(page, kinds)]))
        .collect();
    let percent =
        |kind: &&str| settings.kind_percents.iter().find(|(name, _)| name == kind).map_or(100, |(_, percent)| *percent);
    let percents: Vec<u32> = kinds.iter().map(percent).collect();
    script_json(&(pages.len(), kinds, directories, pinned, suggestions(pages, kinds, settings), percents))
}

/// For each kind some titles of pages that are known by several names, spread evenly over the book.
fn suggestions(pages: &[SearchPage], kinds: &[&str], settings: &SearchSettings) -> Vec<(usize, Vec<String>)> {
    let suggested: Vec<&str> = match settings.suggested_kinds.is_empty() {
        true => kinds.to_vec(),
        false => settings.suggested_kinds.iter().map(String::as_str).collect(),
    };
    let limit = (SUGGESTION_LIMIT / suggested.len().max(1)).clamp(1, SUGGESTIONS_OF_A_KIND);
    let mut words: Vec<(usize, Vec<String>)> = Vec::new();
    for kind in suggested {
        let Ok(number) = kinds.binary_search(&kind) else { continue };
        let named: Vec<&SearchPage> =
            pages.iter().filter(|page| page.kind == kind && !page.aliases.is_empty()).collect();
        let step = named.len().div_ceil(limit).max(1);
        let titles: Vec<String> = named.iter().step_by(step).map(|page| page.title.clone()).collect();
        if !titles.is_empty() {
            words.push((number, titles));
        }
    }
    words
}

#[cfg(test)]
mod tests {
    use super::super::SearchSection;
    use super::*;

    #[test]
    fn record_is_flat_and_safe_in_a_script() {
        let page = SearchPage {
            id: "a".into(),
            kind: "guide".into(),
            title: "</script>".into(),
            url: "x/a.html".into(),
            aliases: vec!["__proto__".into()],
            hidden_aliases: vec!["藏".into()],
            sections: vec![
                SearchSection { anchor: String::new(), heading: String::new(), text: "一\n\n 二".into() },
                SearchSection::default(),
            ],
            ..SearchPage::default()
        };
        assert_eq!(
            record(&page, &["case", "guide"]),
            r#"["a",1,"\u003c/script\u003e","x/a.html","","",["__proto__"],["","","一 二"]]"#
        );
    }

    #[test]
    fn long_text_is_cut_between_characters() {
        let mut remaining = 3;
        assert_eq!(squeeze("太 贵了吧", &mut remaining), "太 贵了");
        assert_eq!(remaining, 0);
    }
}
