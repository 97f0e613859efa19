//! The whole site: every page in its place, every reference checked.
//!
//! [`assemble`] takes the pages of all files and the rules, and returns a [`Site`] that is complete and read-only.
//! Where one page could harm another is decided here and nowhere before. `references` checks ids, links and
//! anchors; [`navigation`] makes sections, neighbours and terms; [`proof`] says what the analysis of the rules found.

pub mod navigation;
pub mod proof;
mod references;

use std::collections::{BTreeMap, HashMap};

use crate::config::Config;
use crate::content::{Kind, Page};
use crate::diagnostic::{Bilingual, Diagnostic, code};
use crate::path::{OutputPath, SourcePath};
use crate::rule::Rule;
use crate::rule::cases::Case;
use crate::source::Span;

pub use navigation::{Section, Term};
pub use references::{image_path, matching};

/// Index of a page in [`Site::pages`].
pub type PageIndex = usize;

/// A checked book.
pub struct Site {
    /// The settings.
    pub config: Config,
    /// Published pages in the order of their output paths.
    pub pages: Vec<SitePage>,
    /// The languages of the book, the default one first.
    pub languages: Vec<String>,
    /// Sections of each language in the order of the navigation.
    pub sections: BTreeMap<String, Vec<Section>>,
    /// Terms of each language by name.
    pub terms: BTreeMap<String, Vec<Term>>,
    /// Rules by id.
    pub rules: BTreeMap<String, Rule>,
    /// The example customers of each rule, by its id.
    pub cases: BTreeMap<String, Vec<Case>>,
    /// Images and other files of the content, by their path in the playbook.
    pub static_files: BTreeMap<SourcePath, Vec<u8>>,
    /// Whether drafts are among the pages: the book is for those who write it.
    pub drafts: bool,
    /// By language, then by id.
    by_id: HashMap<String, HashMap<String, PageIndex>>,
}

/// A page and its place in the published folder.
pub struct SitePage {
    /// The page.
    pub page: Page,
    /// Its file.
    pub output: OutputPath,
    /// The page before it in its section.
    pub previous: Option<PageIndex>,
    /// The page behind it in its section.
    pub next: Option<PageIndex>,
}

/// What a book is assembled from.
pub struct Parts {
    /// The settings.
    pub config: Config,
    /// The file of the settings, for findings in them.
    pub config_path: SourcePath,
    /// Every page that could be read.
    pub pages: Vec<Page>,
    /// Ids of pages whose own file has errors, so that links to them are not reported on top.
    pub unreadable: Vec<(String, String)>,
    /// Rules that could be compiled, by id.
    pub rules: BTreeMap<String, Rule>,
    /// Ids of rules that have errors.
    pub unreadable_rules: Vec<String>,
    /// The example customers of each rule, by its id, as far as they can be read.
    pub cases: BTreeMap<String, Vec<Case>>,
    /// Images and other files of the content.
    pub static_files: BTreeMap<SourcePath, Vec<u8>>,
    /// Whether drafts are published.
    pub drafts: bool,
}

impl Site {
    /// The page of an id.
    pub fn find(&self, language: &str, id: &str) -> Option<PageIndex> {
        self.by_id.get(language)?.get(id).copied()
    }

    /// The page of an id that [`assemble`] has checked; a translation falls back to the default language.
    pub fn resolve(&self, language: &str, id: &str) -> Option<&SitePage> {
        let index = self.find(language, id).or_else(|| self.find(&self.config.language, id))?;
        Some(&self.pages[index])
    }

    /// A line's text with the defaults of its variables, for places where it is only shown or searched.
    pub fn filled(&self, text: &str) -> String {
        let mut text = text.to_string();
        for variable in &self.config.variables {
            text = text.replace(&format!("{{{}}}", variable.name), &variable.default);
        }
        text
    }

    /// Where the files of a language stand: nothing for the default language, else `en/`.
    pub fn language_folder(&self, language: &str) -> String {
        if language == self.config.language { String::new() } else { format!("{language}/") }
    }
}

/// The output path of a page; the address has been checked, so the path is always valid.
fn output_path(page: &Page, default_language: &str) -> OutputPath {
    let address = &page.address;
    let folder = if address.language == default_language { String::new() } else { format!("{}/", address.language) };
    let name = match (&address.section, address.is_index) {
        (None, true) => "index.html".to_string(),
        (None, false) => format!("{}.html", address.id),
        (Some(section), true) => format!("{section}/index.html"),
        (Some(section), false) => format!("{section}/{}.html", address.id),
    };
    OutputPath::new(format!("{folder}{name}")).expect("ids and folders are checked names")
}

/// Puts the parts together. The site is missing when something is wrong with it as a whole.
pub fn assemble(parts: Parts) -> (Option<Site>, Vec<Diagnostic>) {
    let mut found = Vec::new();
    let Parts { config, config_path, mut pages, unreadable, rules, unreadable_rules, cases, static_files, drafts } =
        parts;
    let draft_ids: Vec<(String, String)> = pages
        .iter()
        .filter(|page| page.common.draft && !drafts)
        .map(|page| (page.address.language.clone(), page.address.id.clone()))
        .collect();
    pages.retain(|page| drafts || !page.common.draft);
    let mut pages: Vec<SitePage> = pages
        .into_iter()
        .map(|page| SitePage { output: output_path(&page, &config.language), page, previous: None, next: None })
        .collect();
    pages.sort_by(|a, b| a.output.cmp(&b.output).then_with(|| a.page.path.cmp(&b.page.path)));

    let mut by_id: HashMap<String, HashMap<String, PageIndex>> = HashMap::new();
    for (index, page) in pages.iter().enumerate() {
        let (language, id) = (&page.page.address.language, &page.page.address.id);
        let ids = by_id.entry(language.clone()).or_default();
        if let Some(first) = ids.get(id).map(|first| &pages[*first].page) {
            let message = Bilingual::new(
                format!("编号`{id}`重复，`{}`已经用了", first.path),
                format!("id `{id}` is used twice, first by `{}`", first.path),
            );
            found.push(
                Diagnostic::new(code::DUPLICATE_ID, &page.page.path, Span::default(), message)
                    .help("把其中一个文件改名", "rename one of the two files"),
            );
            continue;
        }
        ids.insert(id.clone(), index);
    }
    found.extend(collisions(&pages));
    if !by_id.get(&config.language).is_some_and(|ids| ids.contains_key("home"))
        && !unreadable.contains(&(config.language.clone(), "home".to_string()))
    {
        let path = format!("content/{}/_index.md", config.language);
        if draft_ids.contains(&(config.language.clone(), "home".to_string())) {
            let message = Bilingual::new(
                format!("首页`{path}`是草稿，不会发布"),
                format!("the home page `{path}` is a draft and will not be published"),
            );
            found.push(
                Diagnostic::new(code::NO_CONTENT, &config_path, Span::default(), message)
                    .help("删掉那一页的`draft: true`", "remove `draft: true` there"),
            );
            return (None, found);
        }
        let message = Bilingual::new(format!("没有首页`{path}`"), format!("there is no home page `{path}`"));
        found.push(
            Diagnostic::new(code::NO_CONTENT, &config_path, Span::default(), message).help(
                "建这个文件，页头写`kind: home`和`title: …`；内容是别的语言，就改`salesbook.yaml`的`language`",
                "make this file with `kind: home` and `title: …`; for content in another language, set `language` in `salesbook.yaml`",
            ),
        );
    }
    let mut languages: Vec<String> = pages.iter().map(|page| page.page.address.language.clone()).collect();
    languages.sort();
    languages.dedup();
    languages.sort_by_key(|language| *language != config.language);

    let mut site = Site {
        config,
        pages,
        languages,
        sections: BTreeMap::new(),
        terms: BTreeMap::new(),
        rules,
        cases,
        drafts,
        static_files,
        by_id,
    };
    navigation::arrange(&mut site);
    found.extend(references::check(
        &site,
        &references::Known { unreadable, unreadable_rules, drafts: draft_ids, config_path },
    ));
    for page in &site.pages {
        if let Kind::Tool(tool) = &page.page.kind
            && let Some(rule) = site.rules.get(tool.rule_id(&page.page.address.id))
        {
            found.extend(crate::rule::check_schema(rule, &tool.schema()));
        }
    }
    let broken = found.iter().any(Diagnostic::is_error);
    ((!broken).then_some(site), found)
}

/// Pages whose files differ at most in case: some file systems would keep only one of them.
fn collisions(pages: &[SitePage]) -> Vec<Diagnostic> {
    let mut taken: HashMap<String, &SitePage> = HashMap::new();
    let mut found = Vec::new();
    for page in pages {
        let lower = page.output.as_str().to_lowercase();
        let reserved = ["search.html", "404.html", "salesbook.json"].contains(&lower.as_str())
            || ["assets/", "tags/", "search/"].iter().any(|folder| lower.starts_with(folder));
        let other = taken.insert(lower, page).map(|other| other.page.path.to_string());
        let same_id = |path: &String| {
            pages.iter().any(|other| other.page.path.as_str() == path && other.page.address == page.page.address)
        };
        if !reserved && other.as_ref().is_none_or(same_id) {
            continue;
        }
        let (from, to) = (&page.page.path, &page.output);
        let message = match other {
            Some(other) => Bilingual::new(
                format!("`{from}`和`{other}`会写到同一个文件`{to}`"),
                format!("`{from}` and `{other}` share the output file `{to}`"),
            ),
            None => Bilingual::new(
                format!("`{from}`会写到`{to}`，这个位置是网站自己用的"),
                format!("`{from}` would be written to `{to}`, which the site needs for itself"),
            ),
        };
        found.push(
            Diagnostic::new(code::OUTPUT_COLLISION, &page.page.path, Span::default(), message)
                .help("把文件或栏目改名", "rename the file or the section"),
        );
    }
    found
}
