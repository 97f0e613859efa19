//! Sections, neighbours and terms: how a reader moves through the book.

use std::collections::BTreeMap;

use super::{PageIndex, Site};
use crate::artifact::short_hash;
use crate::config::is_name;
use crate::path::OutputPath;

/// A section: its first page and the pages below it.
#[derive(Debug, Clone)]
pub struct Section {
    /// The folder's name.
    pub name: String,
    /// The page that introduces it; a section without one is not in the navigation.
    pub index: Option<PageIndex>,
    /// Its pages by weight, then id.
    pub pages: Vec<PageIndex>,
}

/// A term of the taxonomy.
#[derive(Debug, Clone)]
pub struct Term {
    /// The tag as written.
    pub name: String,
    /// The file of its page.
    pub output: OutputPath,
    /// The pages that carry it, in the order of the book.
    pub pages: Vec<PageIndex>,
}

/// Fills in sections, neighbours and terms.
pub(super) fn arrange(site: &mut Site) {
    for language in site.languages.clone() {
        let sections = sections(site, &language);
        for section in &sections {
            for pair in section.pages.windows(2) {
                site.pages[pair[0]].next = Some(pair[1]);
                site.pages[pair[1]].previous = Some(pair[0]);
            }
        }
        let terms = terms(site, &language, &sections);
        site.sections.insert(language.clone(), sections);
        site.terms.insert(language, terms);
    }
}

fn sections(site: &Site, language: &str) -> Vec<Section> {
    let mut by_name: BTreeMap<&str, Section> = BTreeMap::new();
    for (index, page) in site.pages.iter().enumerate() {
        let address = &page.page.address;
        let (true, Some(name)) = (address.language == language, address.section.as_deref()) else { continue };
        let section =
            by_name.entry(name).or_insert_with(|| Section { name: name.to_string(), index: None, pages: Vec::new() });
        if address.is_index {
            section.index = Some(index);
        } else {
            section.pages.push(index);
        }
    }
    let mut sections: Vec<Section> = by_name.into_values().collect();
    for section in &mut sections {
        section.pages.sort_by(|a, b| {
            let key = |index: PageIndex| (site.pages[index].page.common.weight, &site.pages[index].page.address.id);
            key(*a).cmp(&key(*b))
        });
    }
    // First those that the settings name, then by the weight of the first page.
    sections.sort_by_key(|section| {
        let named = site.config.sections.iter().position(|name| *name == section.name).unwrap_or(usize::MAX);
        let weight = section.index.map_or(i64::MAX, |index| site.pages[index].page.common.weight);
        (named, weight, section.name.clone())
    });
    sections
}

fn terms(site: &Site, language: &str, sections: &[Section]) -> Vec<Term> {
    let alone = site
        .pages
        .iter()
        .enumerate()
        .filter(|(_, page)| page.page.address.language == language && page.page.address.section.is_none())
        .map(|(index, _)| index);
    let ordered =
        alone.chain(sections.iter().flat_map(|section| section.index.into_iter().chain(section.pages.iter().copied())));
    let mut terms: BTreeMap<&str, Vec<PageIndex>> = BTreeMap::new();
    for index in ordered {
        for tag in &site.pages[index].page.common.tags {
            let pages = terms.entry(&tag.value).or_default();
            if pages.last() != Some(&index) {
                pages.push(index);
            }
        }
    }
    let folder = site.language_folder(language);
    terms
        .into_iter()
        .map(|(name, pages)| {
            // Archives and old file systems mangle Chinese file names, so such a term is named by its hash. `index` is
            // the overview of the tags, and no file system takes names of more than 255 bytes.
            let plain = is_name(name) && name != "index" && name.len() <= 100;
            let file = if plain { name.to_string() } else { format!("term-{}", &short_hash(name.as_bytes())[..8]) };
            let output =
                OutputPath::new(format!("{folder}tags/{file}.html")).expect("a name or a hash is a valid part");
            Term { name: name.to_string(), output, pages }
        })
        .collect()
}
