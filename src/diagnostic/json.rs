//! Findings for programs: one JSON object a line, and GitHub's workflow commands.

use serde_json::json;

use super::{Diagnostic, Language, positions};
use crate::source::Sources;

/// One finding as one line of JSON, with the keys of the command's documentation.
pub fn line(diagnostic: &Diagnostic, sources: &Sources, language: Language) -> String {
    let (start, end) = positions(diagnostic, sources);
    json!({
        "severity": diagnostic.code.severity().name(),
        "code": diagnostic.code.name(),
        "path": diagnostic.path.as_str(),
        "line": start.line,
        "column": start.column,
        "end_line": end.line,
        "end_column": end.column,
        "message": diagnostic.message.in_language(language),
        "help": diagnostic.help.as_ref().map(|help| help.in_language(language)),
        "suggestion": diagnostic.suggestion,
    })
    .to_string()
}

/// One finding as a GitHub workflow command, which shows it beside the changed line.
pub fn github(diagnostic: &Diagnostic, sources: &Sources, language: Language) -> String {
    let (start, end) = positions(diagnostic, sources);
    let data = |text: &str| text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A");
    let property = |text: &str| data(text).replace(':', "%3A").replace(',', "%2C");
    let help = diagnostic.help.as_ref().map(|help| format!("\n{}", help.in_language(language))).unwrap_or_default();
    format!(
        "::{} file={},line={},endLine={},col={},endColumn={},title={}::{}",
        diagnostic.code.severity().name(),
        property(diagnostic.path.as_str()),
        start.line,
        end.line,
        start.column,
        end.column,
        diagnostic.code.name(),
        data(&format!("{}{help}", diagnostic.message.in_language(language))),
    )
}
