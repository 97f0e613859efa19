//! The theme: templates, styles, scripts, icons and the words of the interface.
//!
//! The built-in theme is part of the binary. A playbook that has a folder `themes/default` of its own replaces it
//! file by file. Goes in: the playbook's theme files. Comes out: a checked [`Theme`].

use std::collections::BTreeMap;

use include_dir::{Dir, include_dir};

use crate::diagnostic::{Diagnostic, Language};
use crate::path::SourcePath;
use crate::source::{SourceFile, Sources, Span};
use crate::template::Templates;
use crate::yaml::{self, Fields, Value};

/// The folder of the theme in a playbook.
pub const FOLDER: &str = "themes/default";

static BUILT_IN: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/themes/default");

/// A theme that can render pages.
pub struct Theme {
    /// The parsed templates.
    pub templates: Templates,
    /// All styles in the order of their names.
    pub style: String,
    /// Scripts by file name.
    pub scripts: BTreeMap<String, String>,
    /// Icons by file name.
    pub icons: BTreeMap<String, String>,
    labels: BTreeMap<String, Label>,
}

impl Theme {
    /// A word of the interface; a key that the theme lacks is shown itself.
    pub fn label<'theme>(&'theme self, language: Language, key: &'theme str) -> &'theme str {
        self.labels.get(key).map_or(key, |label| label.in_language(language))
    }

    /// The words that templates use.
    pub fn template_labels(&self, language: Language) -> BTreeMap<String, String> {
        self.words(language, &[Use::Templates, Use::Both])
    }

    /// The words that the page's scripts use.
    pub fn script_labels(&self, language: Language) -> BTreeMap<String, String> {
        self.words(language, &[Use::Scripts, Use::Both])
    }

    /// The words that only the customer card's script uses, besides those of every script.
    pub fn card_labels(&self, language: Language) -> BTreeMap<String, String> {
        self.words(language, &[Use::Card])
    }

    fn words(&self, language: Language, used_by: &[Use]) -> BTreeMap<String, String> {
        let wanted = self.labels.iter().filter(|(_, label)| used_by.contains(&label.used_by));
        wanted.map(|(key, label)| (key.clone(), label.in_language(language).to_string())).collect()
    }
}

/// Who uses a word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Use {
    Templates,
    Scripts,
    /// The script of the customer card only, which loads them with itself.
    Card,
    Both,
}

#[derive(Debug)]
struct Label {
    used_by: Use,
    zh: String,
    en: String,
}

impl Label {
    fn in_language(&self, language: Language) -> &str {
        match language {
            Language::Zh => &self.zh,
            Language::En => &self.en,
        }
    }
}

/// The built-in theme's files with the playbook's own in their place. They join `sources`, so that findings in them
/// can be shown.
pub fn merge(sources: &mut Sources) -> Vec<SourcePath> {
    let mut built_in = Vec::new();
    collect(&BUILT_IN, &mut built_in);
    for (name, text) in built_in {
        let path = SourcePath::new(format!("{FOLDER}/{name}")).expect("the built-in theme has plain names");
        if sources.get(&path).is_none() {
            sources.insert(SourceFile::new(path, text));
        }
    }
    let prefix = format!("{FOLDER}/");
    sources.iter().map(|file| file.path.clone()).filter(|path| path.as_str().starts_with(&prefix)).collect()
}

fn collect<'dir>(dir: &'dir Dir<'_>, files: &mut Vec<(String, &'dir str)>) {
    for file in dir.files() {
        if let (Some(name), Some(text)) = (file.path().to_str(), file.contents_utf8()) {
            files.push((name.replace('\\', "/"), text));
        }
    }
    for folder in dir.dirs() {
        collect(folder, files);
    }
}

/// Reads the theme out of the files that [`merge`] listed.
pub fn parse(sources: &Sources, paths: &[SourcePath]) -> (Option<Theme>, Vec<Diagnostic>) {
    let files: Vec<(&str, &SourceFile)> = paths
        .iter()
        .filter_map(|path| Some((path.as_str().strip_prefix(FOLDER)?.trim_start_matches('/'), sources.get(path)?)))
        .collect();
    let below = |folder: &'static str| {
        files.iter().filter_map(move |(name, file)| Some((name.strip_prefix(folder)?.strip_prefix('/')?, *file)))
    };
    let mut found = Vec::new();
    let mut labels = BTreeMap::new();
    if let Some((_, file)) = files.iter().find(|(name, _)| *name == "labels.yaml") {
        match parse_labels(file) {
            Ok(read) => labels = read,
            Err(mistakes) => found.extend(mistakes),
        }
    }
    let templates = match Templates::new(below("templates")) {
        Ok(templates) => Some(templates),
        Err(mistakes) => {
            found.extend(mistakes);
            None
        }
    };
    let text_of = |folder: &'static str, extension: &'static str| {
        below(folder)
            .filter(move |(name, _)| name.ends_with(extension))
            .map(|(name, file)| (name.to_string(), file.text.to_string()))
            .collect::<BTreeMap<String, String>>()
    };
    let style = text_of("styles", ".css").into_values().collect::<Vec<_>>().join("\n");
    let (scripts, icons) = (text_of("scripts", ".js"), text_of("icons", ".svg"));
    let theme = templates.map(|templates| Theme { templates, style, scripts, icons, labels });
    (theme.filter(|_| found.is_empty()), found)
}

/// Words stand below `templates`, `scripts`, `card` or `both`, each with `zh` and `en`.
fn parse_labels(file: &SourceFile) -> Result<BTreeMap<String, Label>, Vec<Diagnostic>> {
    let node = yaml::parse(file, Span::new(0, file.text.len()))?;
    let mut groups = Fields::new(file, node);
    let mut labels = BTreeMap::new();
    let mut found = Vec::new();
    for (group, used_by) in
        [("templates", Use::Templates), ("scripts", Use::Scripts), ("card", Use::Card), ("both", Use::Both)]
    {
        let Some(node) = groups.node(group) else { continue };
        let Value::Map(entries) = node.value else { continue };
        for (key, node) in entries {
            let mut fields = Fields::new(file, node);
            fields.span = key.span;
            let (zh, en) = (fields.required_text("zh"), fields.required_text("en"));
            found.extend(fields.finish());
            if let (Some(zh), Some(en)) = (zh, en) {
                labels.insert(key.value, Label { used_by, zh: zh.value, en: en.value });
            }
        }
    }
    found.extend(groups.finish());
    if found.is_empty() { Ok(labels) } else { Err(found) }
}
