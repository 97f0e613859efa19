//! One page: the keys that all kinds share, its kind, its text.

use super::Reader;
use super::kind::{self, Kind};
use crate::artifact::short_hash;
use crate::config;
use crate::diagnostic::{Bilingual, Diagnostic, code};
use crate::front_matter;
use crate::markdown::{self, Body, Settings};
use crate::path::SourcePath;
use crate::source::{SourceFile, Span, Spanned};

/// Where a file of `content/` stands in the book, read from its path alone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PageAddress {
    /// The folder below `content`, such as `zh`.
    pub language: String,
    /// The folder below the language; the home page and pages beside it have none.
    pub section: Option<String>,
    /// The page's id: the file's stem, the section's name for `_index.md`, `home` for the first `_index.md`.
    pub id: String,
    /// The page introduces its section, or the whole book.
    pub is_index: bool,
}

/// A page as its own file tells it.
#[derive(Debug, Clone)]
pub struct Page {
    /// Where it stands in the book.
    pub address: PageAddress,
    /// The file it was read from.
    pub path: SourcePath,
    /// The keys that all kinds share.
    pub common: Common,
    /// What kind it is, with the kind's own keys.
    pub kind: Kind,
    /// Its text.
    pub body: Body,
    /// Changes with every change of the file: the start of its hash.
    pub digest: String,
}

/// Where a statement can come from, as written in the front matter.
pub(super) const PROVENANCES: [(&str, &str); 3] = [("seed", "seed"), ("public", "public"), ("proposed", "proposed")];

/// The keys that all kinds share.
#[derive(Debug, Clone)]
pub struct Common {
    /// The page's title.
    pub title: Spanned<String>,
    /// One sentence: what the page gives.
    pub summary: String,
    /// What people say or search for when they need this page.
    pub aliases: Vec<Spanned<String>>,
    /// Terms of the one taxonomy.
    pub tags: Vec<Spanned<String>>,
    /// Seed codes, numbers of the source list, or URLs.
    pub sources: Vec<Spanned<String>>,
    /// The main origin of the page: `seed`, `public` or `proposed`.
    pub provenance: Option<&'static str>,
    /// Order inside the section, smaller first.
    pub weight: i64,
    /// Rows of the inventory that this page holds besides its own id.
    pub covers: Vec<Spanned<String>>,
    /// Pages to read next.
    pub related: Vec<Spanned<String>>,
    /// Who answers for the page.
    pub owner: Option<String>,
    /// The last day, `YYYY-MM-DD`, on which the page counts as checked.
    pub verified_until: Option<String>,
    /// Not published.
    pub draft: bool,
}

impl PageAddress {
    /// Reads the address of `content/<language>/[<section>/]<id>.md`.
    pub fn of(path: &SourcePath) -> Result<Self, Diagnostic> {
        let parts: Vec<&str> = path.as_str().split('/').collect();
        let bad = |zh: String, en: String, help_zh: &str, help_en: &str| {
            Diagnostic::new(code::BAD_FILE_NAME, path, Span::default(), Bilingual::new(zh, en)).help(help_zh, help_en)
        };
        let (language, section, name) = match parts[..] {
            ["content", language, name] => (language, None, name),
            ["content", language, section, name] => (language, Some(section), name),
            _ => {
                return Err(bad(
                    format!("页面放得太深或太浅：`{path}`"),
                    format!("page stands too deep or too high: `{path}`"),
                    "页面的位置是`content/<语言>/<栏目>/<编号>.md`",
                    "a page stands at `content/<language>/<section>/<id>.md`",
                ));
            }
        };
        let stem = name.strip_suffix(".md").unwrap_or(name);
        let is_index = stem == "_index";
        let id = if is_index { section.unwrap_or("home") } else { stem };
        for part in [language, id].into_iter().chain(section) {
            if !config::is_name(part) {
                return Err(bad(
                    format!("文件名或文件夹名不能用：`{part}`"),
                    format!("this name of a file or folder cannot be used: `{part}`"),
                    "只用小写字母、数字和连字符，例如`obj-price-too-high.md`；标题写在页头的`title`里",
                    "use lower-case letters, digits and hyphens, as in `obj-price-too-high.md`; the title stands in the front matter",
                ));
            }
        }
        Ok(PageAddress {
            language: language.to_string(),
            section: section.map(str::to_string),
            id: id.to_string(),
            is_index,
        })
    }
}

/// Reads one page. Nothing comes back when its header cannot be understood at all.
pub fn parse_page(file: &SourceFile, settings: Settings<'_>) -> (Option<Page>, Vec<Diagnostic>) {
    let address = match PageAddress::of(&file.path) {
        Ok(address) => address,
        Err(diagnostic) => return (None, vec![diagnostic]),
    };
    let front_matter = match front_matter::parse(file) {
        Ok(front_matter) => front_matter,
        Err(found) => return (None, found),
    };
    let mut fields = front_matter.fields;
    let kind_name = fields.has("kind").then(|| fields.choice("kind", &kind::NAMES)).flatten();
    if !fields.has("kind") && kind_name.is_none() && fields.found.is_empty() {
        fields.require("kind");
        let all = kind::NAMES.map(|(name, _)| name).join(" ");
        fields.help(
            format!("在页头里加一行`kind: …`，可以写：{all}"),
            format!("add a line `kind: …` to the front matter, one of: {all}"),
        );
    }
    let (body, mut found) = markdown::parse(file, front_matter.body, settings);
    let Some(kind_name) = kind_name else {
        // Without a kind nothing can be said about the other keys; one finding is enough.
        found.append(&mut fields.found);
        return (None, found);
    };
    let common = common(&mut fields);
    let mut reader = Reader { file, fields: &mut fields, settings, found: Vec::new() };
    let kind = kind::read(kind_name.value, &mut reader);
    found.append(&mut reader.found);
    found.extend(kind::missing_blocks(file, kind_name.value, kind_name.span, &body));
    found.extend(fields.finish());
    let page = match (common, kind) {
        (Some(common), Some(kind)) => {
            let digest = short_hash(file.text.as_bytes());
            Some(Page { address, path: file.path.clone(), common, kind, body, digest })
        }
        _ => None,
    };
    (page, found)
}

fn common(fields: &mut crate::yaml::Fields<'_>) -> Option<Common> {
    let title = fields.required_text("title");
    let summary = fields.text("summary");
    let aliases = fields.texts("aliases");
    let tags = fields.texts("tags");
    let sources = fields.texts("sources");
    let provenance = fields.choice("provenance", &PROVENANCES);
    let weight = fields.integer("weight");
    let covers = fields.texts("covers");
    let related = fields.texts("related");
    let owner = fields.text("owner");
    let verified_until = fields.text("verified_until").and_then(|date| {
        let valid = is_date(&date.value);
        if !valid {
            fields.report(
                code::WRONG_TYPE,
                date.span,
                format!("日期要写成`2026-12-31`这样：`{}`", date.value),
                format!("a date is written like `2026-12-31`: `{}`", date.value),
            );
            fields.help("写年、月、日，用减号连接", "write year, month and day with hyphens between");
        }
        valid.then_some(date.value)
    });
    let draft = fields.boolean("draft").unwrap_or(false);
    Some(Common {
        title: title?,
        summary: summary.map(|summary| summary.value).unwrap_or_default(),
        aliases,
        tags,
        sources,
        provenance: provenance.map(|provenance| provenance.value),
        weight: weight.map_or(0, |weight| weight.value),
        covers,
        related,
        owner: owner.map(|owner| owner.value),
        verified_until,
        draft,
    })
}

fn is_date(text: &str) -> bool {
    let parts: Vec<&str> = text.split('-').collect();
    let [year, month, day] = parts[..] else { return false };
    let number = |part: &str, length: usize| (part.len() == length).then(|| part.parse::<u32>().ok()).flatten();
    matches!((number(year, 4), number(month, 2), number(day, 2)), (Some(_), Some(1..=12), Some(1..=31)))
}
