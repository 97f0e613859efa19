//! Findings for people: the place, the excerpt with its underline, and the help.
//!
//! Drawn by `annotate-snippets`, which counts display columns, so that the underline stands right under Chinese text.

use annotate_snippets::{AnnotationKind, Level, Renderer, Snippet};

use super::{Diagnostic, Language, Severity, positions};
use crate::source::{Sources, Span};

/// Draws one finding, without a line break at its end. `color` uses terminal colours.
pub fn render(diagnostic: &Diagnostic, sources: &Sources, language: Language, color: bool) -> String {
    let (start, _) = positions(diagnostic, sources);
    let severity = diagnostic.code.severity();
    let head = format!(
        "{}:{}:{}: {}[{}]: {}",
        diagnostic.path,
        start.line,
        start.column,
        severity.name(),
        diagnostic.code.name(),
        diagnostic.message.in_language(language),
    );
    let head = printable(&head);
    let mut text = if color { paint(severity, &head) } else { head };
    if let Some(excerpt) = excerpt(diagnostic, sources, color) {
        text.push('\n');
        text.push_str(&excerpt);
    }
    if let Some(help) = &diagnostic.help {
        let label = match language {
            Language::Zh => "怎么改",
            Language::En => "help",
        };
        text.push_str(&format!("\n  = {label}: {}", printable(help.in_language(language))));
    }
    text
}

/// Control characters of the author's text would steer the terminal.
fn printable(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { '\u{fffd}' } else { c }).collect()
}

fn paint(severity: Severity, head: &str) -> String {
    let color = match severity {
        Severity::Error => "31",
        Severity::Warning => "33",
    };
    format!("\u{1b}[1;{color}m{head}\u{1b}[0m")
}

/// The line concerned with its underline; nothing where there is no text to show.
fn excerpt(diagnostic: &Diagnostic, sources: &Sources, color: bool) -> Option<String> {
    let file = sources.get(&diagnostic.path)?;
    let mut span = diagnostic.span;
    // A finding about the file as a whole blames none of its words.
    if span == Span::default() {
        return None;
    }
    span.start = span.start.min(file.text.len());
    // An excerpt of one line: a finding that spans several is shown by its first.
    let line_end = file.text[span.start..].find('\n').map_or(file.text.len(), |length| span.start + length);
    span.end = span.end.clamp(span.start, line_end);
    let line_start = file.text[..span.start].rfind('\n').map_or(0, |newline| newline + 1);
    let line = file.text[line_start..line_end].trim_end_matches('\r');
    if line.trim().is_empty() {
        return None;
    }
    // Tabs have no fixed width; one space each keeps the underline in its place.
    let shown = line.replace('\t', " ");
    let range = (span.start - line_start).min(shown.len())..(span.end - line_start).min(shown.len());
    let level = match diagnostic.code.severity() {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
    };
    let snippet = Snippet::source(shown.as_str())
        .line_start(file.position(span.start).line)
        .annotation(AnnotationKind::Primary.span(range));
    let group = level.primary_title("").element(snippet);
    let renderer = if color { Renderer::styled() } else { Renderer::plain() };
    let drawn = renderer.render(&[group]);
    // The renderer's own title line is replaced by ours, which has the place in front.
    Some(drawn.lines().skip(1).map(str::trim_end).collect::<Vec<_>>().join("\n"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::{Bilingual, code};
    use crate::path::SourcePath;
    use crate::source::SourceFile;

    #[test]
    fn the_underline_stands_under_chinese_text() {
        let path = SourcePath::new("content/a.md").expect("valid");
        let text = "第一行\n看[价格](pricing)。\n";
        let mut sources = Sources::default();
        sources.insert(SourceFile::new(path.clone(), text));
        let start = text.find("pricing").expect("it is there");
        let message = Bilingual::new("没有这个页面：`pricing`", "no such page: `pricing`");
        let diagnostic =
            Diagnostic::new(code::BROKEN_LINK, &path, Span::new(start, start + 7), message).help("改", "mend");
        let expected = "content/a.md:2:7: error[SB0301]: 没有这个页面：`pricing`\n  |\n2 | 看[价格](pricing)。\n  |          ^^^^^^^\n  = 怎么改: 改";
        assert_eq!(render(&diagnostic, &sources, Language::Zh, false), expected);
    }
}
