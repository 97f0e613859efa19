//! The playbook's settings: `salesbook.yaml`.
//!
//! One file at the root says what the book is called, which variables its lines use and what the pages show. Every
//! key has a default but `title`.

use crate::diagnostic::{Bilingual, Diagnostic, Language, code};
use crate::source::{SourceFile, Span};
use crate::yaml::{self, Fields};

/// A variable of the lines to be said, such as `{称呼}`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Variable {
    /// The name between the braces.
    pub name: String,
    /// What is shown until the reader fills in something else.
    pub default: String,
}

/// The settings of one playbook.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Config {
    /// The book's title, shown on every page.
    pub title: String,
    /// One sentence below it on the home page.
    pub tagline: String,
    /// A short name for the device's storage; letters, digits and hyphens.
    pub name: String,
    /// The default language of the content, a folder below `content`.
    pub language: String,
    /// Sections in the order of the navigation; others follow by their weight.
    pub sections: Vec<String>,
    /// Variables of the lines to be said.
    pub variables: Vec<Variable>,
    /// Whether the team's internal names of customer types are shown.
    pub internal_names_shown: bool,
    /// Whether raw HTML in Markdown is passed through.
    pub raw_html: bool,
    /// One line at the foot of every page.
    pub footer: String,
    /// Pages offered by search before anything is typed.
    pub suggestions: Vec<crate::source::Spanned<String>>,
}

impl Default for Config {
    fn default() -> Self {
        Config {
            title: "salesbook".into(),
            tagline: String::new(),
            name: "salesbook".into(),
            language: "zh".into(),
            sections: Vec::new(),
            variables: Vec::new(),
            internal_names_shown: false,
            raw_html: false,
            footer: String::new(),
            suggestions: Vec::new(),
        }
    }
}

impl Config {
    /// The language of the interface that belongs to the content's language.
    pub fn interface_language(&self) -> Language {
        Language::of_tag(&self.language)
    }
}

/// Reads the settings; what could not be read keeps its default.
pub fn parse(file: &SourceFile) -> (Config, Vec<Diagnostic>) {
    let mut config = Config::default();
    let node = match yaml::parse(file, Span::new(0, file.text.len())) {
        Ok(node) => node,
        Err(found) => return (config, found),
    };
    let mut fields = Fields::new(file, node);
    if let Some(title) = fields.required_text("title") {
        config.title = title.value;
    }
    if let Some(tagline) = fields.text("tagline") {
        config.tagline = tagline.value;
    }
    if let Some(name) = fields.text("name") {
        if is_name(&name.value) {
            config.name = name.value;
        } else {
            fields.report(
                code::UNKNOWN_VALUE,
                name.span,
                format!("`name`只能用小写字母、数字和连字符：`{}`", name.value),
                format!("`name` takes lower-case letters, digits and hyphens: `{}`", name.value),
            );
            fields.help("写成`sales-playbook`这样", "write it like `sales-playbook`");
        }
    }
    if let Some(language) = fields.choice("language", &[("zh", "zh"), ("en", "en")]) {
        config.language = language.value.to_string();
    }
    config.sections = fields.texts("sections").into_iter().map(|section| section.value).collect();
    config.variables = fields
        .text_map("variables")
        .into_iter()
        .map(|(name, default)| Variable { name: name.value, default: default.value })
        .collect();
    if let Some(shown) = fields.choice("internal_names", &[("hidden", false), ("shown", true)]) {
        config.internal_names_shown = shown.value;
    }
    config.raw_html = fields.boolean("raw_html").unwrap_or(false);
    if let Some(footer) = fields.text("footer") {
        config.footer = footer.value;
    }
    config.suggestions = fields.texts("suggestions");
    (config, fields.finish())
}

/// Lower-case letters, digits and single hyphens inside: what ids and folder names are made of.
pub fn is_name(text: &str) -> bool {
    !text.is_empty()
        && !text.starts_with('-')
        && !text.ends_with('-')
        && text.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-')
}

/// The finding for a playbook without settings.
pub fn missing(path: &crate::path::SourcePath) -> Diagnostic {
    let message =
        Bilingual::new("手册根目录下没有`salesbook.yaml`", "there is no `salesbook.yaml` in the playbook's root");
    Diagnostic::new(code::NO_CONTENT, path, Span::default(), message).help(
        "在手册的根目录里运行，或者用`--root`指出它；新手册用`salesbook init`建",
        "run in the playbook's root, or name it by `--root`; `salesbook init` makes a new one",
    )
}
