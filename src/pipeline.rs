//! The line from files to a site, for every command that needs it.
//!
//! [`load`] → `parse` → [`assemble`](crate::site) → [`render()`]. Every step returns what it
//! could make and adds its findings; nothing is rendered while there is an error.

use std::collections::BTreeMap;
use std::path::Path;

use rayon::prelude::*;

use crate::artifact::Artifacts;
use crate::cache::Cache;
use crate::config::{self, Config};
use crate::content::kind::Tool;
use crate::content::{self, Kind, Page};
use crate::diagnostic::Diagnostics;
use crate::load::{self, CONFIG, Loaded};
use crate::markdown::Settings;
use crate::path::SourcePath;
use crate::render::{self, RenderOptions};
use crate::rule::analysis::{self, Analysis};
use crate::rule::cases::Case;
use crate::rule::schema::ToolSchema;
use crate::rule::{self, Rule};
use crate::search::Linguistics;
use crate::site::{self, Parts, Site};
use crate::source::Sources;
use crate::theme::{self, Theme};

/// A playbook that was read and checked.
pub struct Checked {
    /// Every text file that was read, for drawing findings.
    pub sources: Sources,
    /// The settings.
    pub config: Config,
    /// The site; absent when there are errors.
    pub site: Option<Site>,
    /// The theme; absent when there are errors in it.
    pub theme: Option<Theme>,
    /// Everything that was found.
    pub diagnostics: Diagnostics,
    /// A file could not be read because the machine refused.
    pub machine_failed: bool,
}

/// Reads and checks a playbook.
pub fn check(root: &Path, drafts: bool) -> Checked {
    let mut diagnostics = Diagnostics::default();
    let (mut loaded, found) = load::load_sources(root);
    let readable = found.is_empty();
    diagnostics.extend(found);

    let config_path = SourcePath::new(CONFIG).expect("a plain name");
    let config_readable = !loaded.unreadable.contains(&config_path);
    let config = match loaded.sources.get(&config_path).filter(|_| config_readable) {
        Some(file) => {
            let (config, found) = config::parse(file);
            diagnostics.extend(found);
            config
        }
        None => Config::default(),
    };
    let theme_paths = theme::merge(&mut loaded.sources);
    let (theme, found) = theme::parse(&loaded.sources, &theme_paths);
    diagnostics.extend(found);

    let parsed = parse(&loaded, &config, &mut diagnostics);
    let config_read = config_readable && loaded.sources.get(&config_path).is_some();
    let site = config_read.then(|| {
        let (site, found) = site::assemble(Parts {
            config: config.clone(),
            config_path,
            pages: parsed.pages,
            unreadable: parsed.unreadable,
            rules: parsed.rules,
            unreadable_rules: parsed.unreadable_rules,
            cases: cases(&loaded),
            static_files: std::mem::take(&mut loaded.static_files),
            drafts,
        });
        diagnostics.extend(found);
        site
    });
    let site = site.flatten().filter(|_| readable && !diagnostics.has_errors());
    Checked { machine_failed: loaded.machine_failed, sources: loaded.sources, config, site, theme, diagnostics }
}

/// The example customers of each rule. Whoever tests them reports what cannot be read.
fn cases(loaded: &Loaded) -> BTreeMap<String, Vec<Case>> {
    let files = loaded.cases.iter().filter_map(|path| loaded.sources.get(path));
    files
        .filter_map(|file| {
            let id = file.path.stem().strip_suffix(".cases")?;
            Some((id.to_string(), rule::cases::parse(file).0))
        })
        .collect()
}

/// What all files say, each for itself.
struct Parsed {
    pages: Vec<Page>,
    unreadable: Vec<(String, String)>,
    rules: BTreeMap<String, Rule>,
    unreadable_rules: Vec<String>,
}

fn parse(loaded: &Loaded, config: &Config, diagnostics: &mut Diagnostics) -> Parsed {
    let thresholds = thresholds(loaded, diagnostics);
    let settings = Settings {
        raw_html: config.raw_html,
        variables: &config.variables,
        language: config.interface_language(),
        thresholds: &thresholds,
    };
    let files: Vec<_> = loaded.pages.iter().filter_map(|path| loaded.sources.get(path)).collect();
    let read: Vec<_> = files.par_iter().map(|file| (*file, content::parse_page(file, settings))).collect();
    let mut pages = Vec::with_capacity(read.len());
    let addresses = loaded.unreadable.iter().filter_map(|path| content::PageAddress::of(path).ok());
    let mut unreadable: Vec<(String, String)> = addresses.map(|address| (address.language, address.id)).collect();
    for (file, (page, found)) in read {
        diagnostics.extend(found);
        match page {
            Some(page) => pages.push(page),
            None => {
                unreadable
                    .extend(content::PageAddress::of(&file.path).ok().map(|address| (address.language, address.id)));
            }
        }
    }
    let mut rules = BTreeMap::new();
    let mut unreadable_rules: Vec<String> =
        loaded.unreadable.iter().filter(is_rule).map(|path| path.stem().to_string()).collect();
    for file in loaded.rules.iter().filter_map(|path| loaded.sources.get(path)) {
        let id = file.path.stem();
        let (rule, found) = match thresholds.is_whole(id) {
            true => rule::compile_with(file, thresholds.of(id)),
            false => (None, Vec::new()),
        };
        diagnostics.extend(found);
        match rule {
            Some(rule) => {
                diagnostics.extend(thresholds.check(&rule));
                rules.insert(file.path.stem().to_string(), rule);
            }
            None => unreadable_rules.push(file.path.stem().to_string()),
        }
    }
    Parsed { pages, unreadable, rules, unreadable_rules }
}

/// Whether a file is a rule, readable or not.
fn is_rule(path: &&SourcePath) -> bool {
    path.as_str().starts_with("rules/") && path.as_str().ends_with(".rhai")
}

/// The thresholds of all rules; a playbook may do without.
fn thresholds(loaded: &Loaded, diagnostics: &mut Diagnostics) -> rule::settings::Settings {
    let path = SourcePath::new(rule::settings::FILE).expect("a plain path");
    let Some(file) = loaded.sources.get(&path) else { return rule::settings::Settings::default() };
    // What is wrong with a file that is no text was said where it was read.
    if loaded.unreadable.contains(&path) {
        return rule::settings::Settings::unreadable();
    }
    let (thresholds, found) = rule::settings::parse(file);
    diagnostics.extend(found);
    let rules: Vec<&str> =
        loaded.rules.iter().chain(loaded.unreadable.iter().filter(is_rule)).map(SourcePath::stem).collect();
    diagnostics.extend(thresholds.strangers(&rules));
    thresholds
}

/// Renders a checked playbook. Nothing comes back when there are errors; findings of the rendering are added.
/// Without `linguistics` the search index is left out.
pub fn render(checked: &mut Checked, linguistics: Option<&Linguistics>, options: &RenderOptions) -> Option<Artifacts> {
    let (site, theme) = (checked.site.as_ref()?, checked.theme.as_ref()?);
    match render::render(site, theme, linguistics, options) {
        Ok(artifacts) => Some(artifacts),
        Err(found) => {
            checked.diagnostics.extend(found);
            None
        }
    }
}

/// What a rule does with all combinations of the answers that a page asks for.
pub fn analyze(rule: &Rule, schema: &ToolSchema, cache: &Cache) -> Analysis {
    let threshold = |it: &rule::settings::Setting| format!("{}={}\n", it.name.value, it.value);
    let thresholds: String = rule.settings.iter().map(threshold).collect();
    let parts = [rule.path().as_str(), &rule.file.text, &thresholds, &format!("{schema:?}")];
    cache.remember(&parts, || analysis::analyze(rule, schema))
}

/// How many rules that pages use there are, and how many of them are proved.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Proved {
    /// Rules for which it is certain what comes out of all answers, and that nothing fails.
    pub proved: usize,
    /// All rules.
    pub rules: usize,
}

/// Looks at every rule that a page uses, and adds what is found.
pub fn prove(checked: &mut Checked, cache: &Cache) -> Proved {
    let Some(site) = &checked.site else { return Proved::default() };
    let used: Vec<(&Rule, &Page, &Tool)> = site
        .pages
        .iter()
        .filter_map(|page| match &page.page.kind {
            Kind::Tool(tool) => {
                let rule = site.rules.get(tool.rule_id(&page.page.address.id))?;
                Some((rule, &page.page, tool.as_ref()))
            }
            _ => None,
        })
        .collect();
    let analyses: Vec<Analysis> = used.par_iter().map(|(rule, _, tool)| analyze(rule, &tool.schema(), cache)).collect();
    let proved = analyses.iter().filter(|analysis| analysis.is_proved()).count();
    let rules = analyses.len();
    for ((rule, page, tool), analysis) in used.into_iter().zip(&analyses) {
        checked.diagnostics.extend(site::proof::findings(rule, page, tool, analysis));
    }
    Proved { proved, rules }
}
