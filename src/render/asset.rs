//! Styles, scripts and icons, named by their content, and the one entry file that names them.
//!
//! `assets/boot.js` is the only asset whose name never changes: it tells the other scripts where everything is and
//! which words to use, and puts the reader's choice of light or dark in place before the page is drawn.

use std::collections::BTreeMap;

use serde::Serialize;

use super::VERSION;
use crate::artifact::{Artifacts, short_hash};
use crate::content::Kind;
use crate::diagnostic::Language;
use crate::escape::script_json;
use crate::path::OutputPath;
use crate::rule;
use crate::site::Site;
use crate::theme::Theme;

/// The published assets and their places.
pub struct Assets {
    /// The files.
    pub files: Artifacts,
    /// The style sheet.
    pub style: OutputPath,
    /// The script of every page.
    pub site: OutputPath,
    /// The script of pages with a tool.
    pub tool: OutputPath,
    /// The icon.
    pub favicon: OutputPath,
    /// Rules by id with their scripts.
    pub rules: BTreeMap<String, OutputPath>,
}

/// The entry file of a language.
pub(super) fn boot_path(language: &str, default_language: &str) -> OutputPath {
    let name =
        if language == default_language { "assets/boot.js".to_string() } else { format!("assets/boot.{language}.js") };
    OutputPath::new(name).expect("a checked name")
}

/// Whether the home page says what changed since the last visit. Above this size the list itself would be a burden
/// on a phone.
pub(super) fn tracks_changes(site: &Site) -> bool {
    const PAGES: usize = 1000;
    site.pages.len() <= PAGES
}

/// What every page was like in this build: id, place, title and digest.
fn changes(site: &Site) -> String {
    let root = OutputPath::new("index.html").expect("a plain name");
    let pages: Vec<[String; 4]> = site
        .pages
        .iter()
        .filter(|page| page.page.address.language == site.config.language)
        .map(|page| {
            let title = page.page.common.title.value.clone();
            [page.page.address.id.clone(), root.link_to(&page.output), title, page.page.digest.clone()]
        })
        .collect();
    format!("SB(\"changes\",{});\n", script_json(&pages))
}

/// A script without the comments that stand on lines of their own and without indentation. The theme's scripts hold no
/// multi-line text in which a line could look like a comment.
fn without_comments(script: &str) -> String {
    let mut kept = String::with_capacity(script.len());
    let mut in_comment = false;
    for line in script.lines().map(str::trim) {
        let opens = line.starts_with("/*") && (line.ends_with("*/") || !line.contains("*/"));
        if in_comment || opens {
            in_comment = !line.ends_with("*/");
        } else if !line.is_empty() && !line.starts_with("//") {
            kept.push_str(line);
            kept.push('\n');
        }
    }
    kept
}

/// What the scripts of a page are told. Lists of pairs, never objects keyed by author text.
#[derive(Serialize)]
struct Boot<'site> {
    version: &'static str,
    language: &'site str,
    playbook: &'site str,
    assets: BootAssets<'site>,
    /// The id of each rule, its own script, what it asks, and what it needs of the runtime.
    rules: Vec<[&'site str; 4]>,
    variables: Vec<(&'site str, &'site str)>,
    labels: BTreeMap<String, String>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct BootAssets<'site> {
    search: &'site str,
    search_boot: &'static str,
    highlight: &'site str,
    tool: &'site str,
    judge: Option<&'site str>,
    changes: Option<&'site str>,
    /// The script of the customer card, where the book has one.
    card: Option<&'site str>,
    /// The page of the customer card.
    card_page: Option<String>,
}

/// The parts of the tools' script, each after those that it uses.
const TOOL_SCRIPTS: &[&str] = &[
    "download.js",
    "tool-table.js",
    "tool-values.js",
    "tool-keep.js",
    "tool-answers.js",
    "tool-question.js",
    "tool-steps.js",
    "tool-result.js",
    "tool-actions.js",
    "tool.js",
];

/// Makes all assets.
pub(super) fn assets(site: &Site, theme: &Theme) -> Assets {
    let mut files = Artifacts::default();
    let mut hashed = |stem: &str, extension: &str, text: String| {
        let name = format!("assets/{stem}.{}.{extension}", short_hash(text.as_bytes()));
        let path = OutputPath::new(name).expect("stems are plain names");
        files.insert(path.clone(), text);
        path
    };
    let script = |names: &[&str]| {
        let parts = names.iter().filter_map(|name| theme.scripts.get(*name));
        parts.map(|text| without_comments(text)).collect::<String>()
    };
    let style = hashed("style", "css", theme.style.clone());
    let site_script = hashed("site", "js", script(&["site.js"]));
    let tool = hashed("tool", "js", script(TOOL_SCRIPTS));
    let search = hashed("search", "js", script(&["search-index.js", "search-reader.js", "search-dialog.js"]));
    let highlight = hashed("highlight", "js", script(&["highlight.js"]));
    let favicon = hashed("favicon", "svg", theme.icons.get("favicon.svg").cloned().unwrap_or_default());

    let mut rules = BTreeMap::new();
    let mut others = BTreeMap::new();
    // Those who write a book may want to step through a rule.
    let form = if site.drafts { rule::Form::Readable } else { rule::Form::Small };
    for page in &site.pages {
        let Kind::Tool(declared) = &page.page.kind else { continue };
        let id = declared.rule_id(&page.page.address.id);
        if let Some(compiled) = site.rules.get(id).filter(|_| !rules.contains_key(id)) {
            let script = rule::javascript(compiled, &declared.schema(), form);
            let asked = hashed(&format!("facts-{id}"), "js", rule::facts_script(compiled, &declared.schema()));
            let runtime = hashed(&format!("runtime-{id}"), "js", rule::runtime_script(id, &script.units, form));
            others.insert(id.to_string(), [asked, runtime]);
            rules.insert(id.to_string(), hashed(&format!("rule-{id}"), "js", script.code));
        }
    }
    let judge = (!rules.is_empty()).then(|| hashed("rules-judge", "js", rule::judge_script(form)));

    let changes = tracks_changes(site).then(|| hashed("changes", "js", changes(site)));

    let mut boots = Vec::new();
    for language in &site.languages {
        let interface = Language::of_tag(language);
        let card_page = site
            .pages
            .iter()
            .find(|page| page.page.address.language == *language && matches!(page.page.kind, Kind::CustomerCard(_)))
            .map(|page| OutputPath::new("index.html").expect("a plain name").link_to(&page.output));
        let card = card_page.is_some().then(|| {
            let labels = script_json(&theme.card_labels(interface));
            let parts = script(&["download.js", "card-store.js", "card-keep.js", "card-page.js"]);
            hashed("card", "js", format!("Object.assign(window.SB_BOOT.labels, {labels});\n{parts}"))
        });
        let boot = Boot {
            version: VERSION,
            language,
            playbook: &site.config.name,
            assets: BootAssets {
                search: search.as_str(),
                search_boot: "search/boot.js",
                highlight: highlight.as_str(),
                tool: tool.as_str(),
                judge: judge.as_ref().map(OutputPath::as_str),
                changes: changes.as_ref().map(OutputPath::as_str),
                card: card.as_ref().map(OutputPath::as_str),
                card_page,
            },
            rules: rules
                .iter()
                .map(|(id, path)| [id.as_str(), path.as_str(), others[id][0].as_str(), others[id][1].as_str()])
                .collect(),
            variables: site
                .config
                .variables
                .iter()
                .map(|variable| (variable.name.as_str(), variable.default.as_str()))
                .collect(),
            labels: theme.script_labels(interface),
        };
        let prelude = script(&["boot.js"]);
        let text = format!("window.SB_BOOT = {};\n{prelude}", script_json(&boot));
        boots.push((boot_path(language, &site.config.language), text));
    }
    for (path, text) in boots {
        files.insert(path, text);
    }
    Assets { files, style, site: site_script, tool, favicon, rules }
}
