//! Findings in the author's files: what, where, why and how to mend.
//!
//! A [`Diagnostic`] knows no renderer. [`terminal`] draws it for people, [`json`] for programs. Messages exist in
//! Chinese and English side by side, made where the mistake is found; the codes are listed in [`code`].

pub mod code;
pub mod json;
pub mod suggest;
pub mod terminal;

use crate::path::SourcePath;
use crate::source::{Sources, Span};

pub use code::{Code, Severity};

/// One sentence in the two languages of the interface.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bilingual {
    /// Chinese.
    pub zh: String,
    /// English.
    pub en: String,
}

impl Bilingual {
    /// Both languages of one sentence.
    pub fn new(zh: impl Into<String>, en: impl Into<String>) -> Self {
        Bilingual { zh: zh.into(), en: en.into() }
    }

    /// The sentence in one language.
    pub fn in_language(&self, language: Language) -> &str {
        match language {
            Language::Zh => &self.zh,
            Language::En => &self.en,
        }
    }
}

/// The language of messages; independent of the language of the content.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Language {
    /// Chinese, the default.
    #[default]
    Zh,
    /// English.
    En,
}

impl Language {
    /// The language of messages that belongs to a language of content or of the environment, such as `zh_CN`.
    pub fn of_tag(tag: &str) -> Self {
        if tag.starts_with("zh") { Language::Zh } else { Language::En }
    }
}

/// One finding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    /// Which kind of finding; decides the severity.
    pub code: Code,
    /// The file concerned.
    pub path: SourcePath,
    /// The words concerned, in bytes of that file.
    pub span: Span,
    /// What was found; no full stop, the author's own text in backticks.
    pub message: Bilingual,
    /// Something to do about it.
    pub help: Option<Bilingual>,
    /// Text that could stand in place of the span.
    pub suggestion: Option<String>,
}

impl Diagnostic {
    /// A finding without help.
    pub fn new(code: Code, path: &SourcePath, span: Span, message: Bilingual) -> Self {
        Diagnostic { code, path: path.clone(), span, message, help: None, suggestion: None }
    }

    /// Adds what to do about it.
    pub fn help(mut self, zh: impl Into<String>, en: impl Into<String>) -> Self {
        self.help = Some(Bilingual::new(zh, en));
        self
    }

    /// Adds a replacement for the span.
    pub fn suggestion(mut self, replacement: impl Into<String>) -> Self {
        self.suggestion = Some(replacement.into());
        self
    }

    /// Offers the nearest of the known names as help and replacement, when one is near.
    pub fn nearest<'name>(self, found: &str, names: impl IntoIterator<Item = &'name str>) -> Self {
        match suggest::nearest(found, names) {
            Some(name) => {
                let (zh, en) = (format!("是不是想写`{name}`？"), format!("did you mean `{name}`?"));
                self.help(zh, en).suggestion(name)
            }
            None => self,
        }
    }

    /// Whether it keeps the site from being published.
    pub fn is_error(&self) -> bool {
        self.code.severity() == Severity::Error
    }
}

/// All findings of a run.
#[derive(Debug, Clone, Default)]
pub struct Diagnostics {
    list: Vec<Diagnostic>,
}

impl Diagnostics {
    /// Adds one finding.
    pub fn push(&mut self, diagnostic: Diagnostic) {
        self.list.push(diagnostic);
    }

    /// Adds the findings of another step.
    pub fn extend(&mut self, others: impl IntoIterator<Item = Diagnostic>) {
        self.list.extend(others);
    }

    /// Whether anything keeps the site from being published.
    pub fn has_errors(&self) -> bool {
        self.list.iter().any(Diagnostic::is_error)
    }

    /// How many errors and how many warnings, each finding once.
    pub fn counts(&self) -> (usize, usize) {
        let shown = self.sorted();
        let errors = shown.iter().filter(|diagnostic| diagnostic.is_error()).count();
        (errors, shown.len() - errors)
    }

    /// Nothing was found.
    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// The findings by path, place and code, each once.
    pub fn sorted(&self) -> Vec<&Diagnostic> {
        let mut sorted: Vec<&Diagnostic> = self.list.iter().collect();
        sorted.sort_by(|a, b| {
            (&a.path, a.span, a.code.name(), &a.message.en).cmp(&(&b.path, b.span, b.code.name(), &b.message.en))
        });
        sorted.dedup();
        sorted
    }
}

impl IntoIterator for Diagnostics {
    type Item = Diagnostic;
    type IntoIter = std::vec::IntoIter<Diagnostic>;

    fn into_iter(self) -> Self::IntoIter {
        self.list.into_iter()
    }
}

/// Start and end of a finding as people count, looked up in the file it belongs to.
pub(crate) fn positions(
    diagnostic: &Diagnostic,
    sources: &Sources,
) -> (crate::source::Position, crate::source::Position) {
    let first = crate::source::Position { line: 1, column: 1 };
    match sources.get(&diagnostic.path) {
        None => (first, first),
        Some(file) => (file.position(diagnostic.span.start), file.position(diagnostic.span.end)),
    }
}
