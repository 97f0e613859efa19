//! Findings on their way to the terminal.

use std::io::IsTerminal;

use super::output;
use crate::cli::Format;
use crate::diagnostic::{Diagnostics, Language, json, terminal};
use crate::server::Problem;
use crate::source::Sources;

/// Writes all findings to standard error in the human form, and says how many there are.
pub(super) fn print(diagnostics: &Diagnostics, sources: &Sources, language: Language) {
    let text = human(diagnostics, sources, language, colors());
    output::raw_message(text);
}

/// Whether standard error shows colours.
pub(super) fn colors() -> bool {
    std::io::stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none()
}

/// The findings as the preview shows them, in the same words as the terminal.
pub(super) fn problems(diagnostics: &Diagnostics, sources: &Sources, language: Language) -> Vec<Problem> {
    let drawn = |diagnostic: &&crate::diagnostic::Diagnostic| terminal::render(diagnostic, sources, language, false);
    let sorted = diagnostics.sorted();
    sorted
        .iter()
        .map(|diagnostic| {
            let text = drawn(diagnostic);
            let headline = text.lines().next().unwrap_or_default().to_string();
            Problem { severity: diagnostic.code.severity(), headline, text }
        })
        .collect()
}

/// All findings in the human form, with a line that counts them.
pub(super) fn human(diagnostics: &Diagnostics, sources: &Sources, language: Language, color: bool) -> String {
    let mut text = String::new();
    for diagnostic in diagnostics.sorted() {
        text.push_str(&terminal::render(diagnostic, sources, language, color));
        text.push_str("\n\n");
    }
    if !diagnostics.is_empty() {
        text.push_str(&count(diagnostics, language));
        text.push('\n');
    }
    text
}

/// How many errors and warnings, in words.
pub(super) fn count(diagnostics: &Diagnostics, language: Language) -> String {
    let (errors, warnings) = diagnostics.counts();
    match language {
        Language::Zh => format!("{errors}个错误，{warnings}个提醒"),
        Language::En => format!("{}, {}", plural(errors, "error"), plural(warnings, "warning")),
    }
}

/// A number and its English noun.
pub(super) fn plural(count: usize, noun: &str) -> String {
    format!("{count} {noun}{}", if count == 1 { "" } else { "s" })
}

/// All findings in a form that programs read, on standard output.
pub(super) fn for_programs(diagnostics: &Diagnostics, sources: &Sources, language: Language, format: Format) -> String {
    let mut text = String::new();
    for diagnostic in diagnostics.sorted() {
        text.push_str(&match format {
            Format::Json => json::line(diagnostic, sources, language),
            _ => json::github(diagnostic, sources, language),
        });
        text.push('\n');
    }
    text
}
