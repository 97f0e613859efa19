//! Pages: what a file of `content/` means, checked one file at a time.
//!
//! Goes in: a file and the settings. Comes out: a [`Page`] of one [`Kind`]. Whether the ids that a page names exist is
//! for `site` to say. Each kind's keys stand in one file below [`kind`].

pub mod kind;
mod page;
pub mod schema;

pub use kind::Kind;
pub use page::{Common, Page, PageAddress, parse_page};

use crate::diagnostic::Diagnostic;
use crate::markdown::{self, Body, Line, Settings};
use crate::source::{SourceFile, Span, Spanned};
use crate::yaml::Fields;

/// What a kind needs while it takes its keys.
pub(crate) struct Reader<'file, 'fields> {
    pub(crate) file: &'file SourceFile,
    pub(crate) fields: &'fields mut Fields<'file>,
    pub(crate) settings: Settings<'fields>,
    pub(crate) found: Vec<Diagnostic>,
}

/// A line of the front matter with its place.
#[derive(Debug, Clone)]
pub struct SpannedLine {
    /// The line.
    pub line: Line,
    /// Where it stands.
    pub span: Span,
}

impl Reader<'_, '_> {
    /// A required line to be said of at most `limit` characters.
    pub(crate) fn required_line(&mut self, key: &'static str, limit: usize) -> Option<SpannedLine> {
        let text = self.fields.required_text(key)?;
        Some(self.line_of(key, text, limit))
    }

    /// Checks the length of a line and reads its variables.
    pub(crate) fn line_of(&mut self, key: &str, text: Spanned<String>, limit: usize) -> SpannedLine {
        let length = text.value.chars().count();
        if length > limit {
            self.fields.report(
                crate::diagnostic::code::TOO_LONG,
                text.span,
                format!("`{key}`有{length}个字，最多{limit}个"),
                format!("`{key}` has {length} characters, at most {limit} are allowed"),
            );
            let last = self.fields.found.last_mut().expect("it was just added");
            *last = last.clone().help("改短：一口气说完，一屏看完", "make it shorter: one breath, one screen");
        }
        let quoted = usize::from(self.file.slice(text.span).starts_with(['"', '\'']));
        let line =
            markdown::line::parse(self.file, &text.value, text.span.start + quoted, self.settings, &mut self.found);
        SpannedLine { line, span: text.span }
    }

    /// A text with links and badges.
    pub(crate) fn inline(&mut self, text: &Spanned<String>) -> Body {
        let (body, found) = markdown::parse_inline(self.file, text, self.settings);
        self.found.extend(found);
        body
    }

    /// A list of texts with links and badges, at least one.
    pub(crate) fn required_inlines(&mut self, key: &'static str) -> Vec<Body> {
        let texts = self.fields.required_texts(key);
        texts.iter().map(|text| self.inline(text)).collect()
    }
}
