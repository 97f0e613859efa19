//! The mistakes that authors who write Chinese make in YAML, recognised and explained as such.
//!
//! A YAML parser reads `标题：` as text and stops somewhere behind it. So the lines are looked at before parsing, and
//! the place of a parser's error is looked at again for the two commonest causes.

use crate::diagnostic::{Bilingual, Diagnostic, code};
use crate::source::{SourceFile, Span};

const FULL_WIDTH_COLON: char = '：';
const FULL_WIDTH_SPACE: char = '\u{3000}';

/// Findings that make parsing pointless, one a line at most.
pub(super) fn before_parsing(file: &SourceFile, span: Span) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    // Inside a block scalar (`key: |`) everything that is indented deeper is text.
    let mut text_indent: Option<usize> = None;
    let mut offset = span.start;
    for line in file.slice(span).split_inclusive('\n') {
        let start = offset;
        offset += line.len();
        let line = line.trim_end_matches(['\n', '\r']);
        let indent = line.len() - line.trim_start_matches(' ').len();
        if let Some(depth) = text_indent {
            if line.trim().is_empty() || indent > depth {
                continue;
            }
            text_indent = None;
        }
        if line.trim_start().starts_with('#') {
            continue;
        }
        found.extend(check_line(file, line, start));
        if line.ends_with('|') || line.ends_with('>') || line.ends_with("|-") || line.ends_with(">-") {
            text_indent = Some(indent);
        }
    }
    found
}

fn check_line(file: &SourceFile, line: &str, start: usize) -> Option<Diagnostic> {
    let report = |code, from: usize, to: usize, zh: &str, en: &str| {
        Diagnostic::new(code, &file.path, Span::new(start + from, start + to), Bilingual::new(zh, en))
    };
    let white = line.len() - line.trim_start_matches([' ', '\t', FULL_WIDTH_SPACE]).len();
    if let Some(tab) = line[..white].find('\t') {
        return Some(
            report(
                code::TAB_INDENT,
                tab,
                tab + 1,
                "用制表符缩进，YAML只认空格",
                "tab used for indentation; YAML takes spaces only",
            )
            .help("把制表符换成两个空格", "replace the tab by two spaces")
            .suggestion("  "),
        );
    }
    if let Some(space) = line[..white].find(FULL_WIDTH_SPACE) {
        return Some(full_width_space(file, start + space));
    }
    let mut rest = &line[white..];
    let mut at = white;
    while let Some(item) = rest.strip_prefix("- ") {
        rest = item;
        at += 2;
    }
    let key_length =
        rest.len() - rest.trim_start_matches(|c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-').len();
    if key_length == 0 {
        return curly_value(file, rest, start + at);
    }
    let (key, behind) = rest.split_at(key_length);
    if behind.starts_with(FULL_WIDTH_COLON) {
        let end = at + key_length + FULL_WIDTH_COLON.len_utf8();
        return Some(
            report(
                code::FULL_WIDTH_COLON,
                at + key_length,
                end,
                &format!("键`{key}`后面是全角冒号`：`"),
                &format!("full-width colon `：` behind the key `{key}`"),
            )
            .help(format!("改成半角冒号加一个空格：`{key}: `"), format!("write an ASCII colon and a space: `{key}: `"))
            .suggestion(": "),
        );
    }
    let value = behind.strip_prefix(':')?;
    let value_at = at + key_length + 1;
    if value.starts_with(FULL_WIDTH_SPACE) {
        return Some(full_width_space(file, start + value_at));
    }
    if !value.is_empty() && !value.starts_with([' ', '\t']) && !value.starts_with("//") {
        return Some(
            report(
                code::YAML_SYNTAX,
                value_at - 1,
                value_at,
                &format!("键`{key}`的冒号后面少一个空格"),
                &format!("no space behind the colon of key `{key}`"),
            )
            .help(format!("写成`{key}: {value}`"), format!("write `{key}: {value}`"))
            .suggestion(": "),
        );
    }
    let lead = value.len() - value.trim_start().len();
    curly_value(file, value.trim_start(), start + value_at + lead)
}

fn full_width_space(file: &SourceFile, at: usize) -> Diagnostic {
    let span = Span::new(at, at + FULL_WIDTH_SPACE.len_utf8());
    let message = Bilingual::new("这里是全角空格，YAML认不出来", "a full-width space, which YAML does not recognise");
    Diagnostic::new(code::FULL_WIDTH_SPACE, &file.path, span, message)
        .help("换成半角空格", "replace it by an ASCII space")
        .suggestion(" ")
}

/// A value that is wrapped as a whole in curly quotes.
fn curly_value(file: &SourceFile, value: &str, at: usize) -> Option<Diagnostic> {
    let value = value.trim_end();
    let inner = [('“', '”'), ('‘', '’'), ('”', '”'), ('“', '“')]
        .iter()
        .find_map(|(open, close)| value.strip_prefix(*open)?.strip_suffix(*close))?;
    // “甲”和“乙” is a sentence with two quotations, not a wrapped value.
    if inner.contains(['“', '”', '‘', '’']) {
        return None;
    }
    let message =
        Bilingual::new(format!("值用弯引号包着：`{value}`"), format!("value wrapped in curly quotes: `{value}`"));
    Some(
        Diagnostic::new(code::CURLY_QUOTES, &file.path, Span::new(at, at + value.len()), message)
            .help("去掉引号，或者换成半角双引号", "remove the quotes, or use ASCII double quotes")
            .suggestion(format!("\"{inner}\"")),
    )
}

/// A finding for the place where the parser gave up: quotes needed, or what the parser says.
pub(super) fn explain(file: &SourceFile, span: Span, place: usize, reason: &str) -> Diagnostic {
    // The parser may stop at the start of the line behind the mistake.
    let text = file.slice(span);
    let inside = (place - span.start).min(text.len());
    for line_end in [inside, text[..inside].rfind('\n').unwrap_or(0)] {
        let line_start = text[..line_end].rfind('\n').map_or(0, |newline| newline + 1);
        let line = text[line_start..].lines().next().unwrap_or("");
        if let Some(found) = unquoted_value(file, line, span.start + line_start) {
            return found;
        }
    }
    let end = file.text[place..].chars().next().map_or(place, |c| place + if c == '\n' { 0 } else { c.len_utf8() });
    let message = Bilingual::new(format!("YAML写法有误（{reason}）"), format!("YAML cannot be read: {reason}"));
    Diagnostic::new(code::YAML_SYNTAX, &file.path, Span::new(place, end), message).help(
        "检查这一行和上一行：括号和引号是否成对，缩进是否对齐",
        "look at this line and the one above: brackets and quotes in pairs, indentation in line",
    )
}

fn unquoted_value(file: &SourceFile, line: &str, start: usize) -> Option<Diagnostic> {
    let body = line.trim_start().trim_start_matches("- ");
    let at = line.len() - body.len();
    let is_key =
        |text: &str| !text.is_empty() && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '_' || c == '-');
    let (value, value_at) = match body.split_once(": ") {
        Some((key, value)) if is_key(key) => (value.trim_start(), at + line[at..].len() - value.trim_start().len()),
        _ => (body, at),
    };
    let value = value.trim_end();
    let first = value.chars().next()?;
    let opens_flow =
        (first == '{' && !value.ends_with('}')) || (first == '[' && !value.ends_with(']') && value.contains(']'));
    let reserved = "&*!|>%@`".contains(first) && !["|", ">", "|-", ">-"].contains(&value);
    let colon_inside = !value.starts_with(['"', '\'', '[', '{']) && value.contains(": ");
    if !(opens_flow || reserved || colon_inside) {
        return None;
    }
    let message = if colon_inside {
        Bilingual::new("值里面有半角冒号加空格，要加引号", "value contains a colon and a space, so it needs quotes")
    } else {
        Bilingual::new(
            format!("以`{first}`开头的值要加引号"),
            format!("a value that starts with `{first}` needs quotes"),
        )
    };
    let quoted = format!("\"{}\"", value.replace('\\', "\\\\").replace('"', "\\\""));
    Some(
        Diagnostic::new(
            code::NEEDS_QUOTES,
            &file.path,
            Span::new(start + value_at, start + value_at + value.len()),
            message,
        )
        .help(format!("写成`{quoted}`"), format!("write `{quoted}`"))
        .suggestion(quoted),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::path::SourcePath;

    /// Parses a text and compares code and blamed words of the first finding.
    #[track_caller]
    fn check(text: &str, expected_code: &str, blamed: &str) {
        let file = SourceFile::new(SourcePath::new("a.md").expect("valid"), text);
        let found = super::super::parse(&file, Span::new(0, text.len())).expect_err("a mistake");
        assert_eq!((found[0].code.name(), file.slice(found[0].span)), (expected_code, blamed), "{found:?}");
    }

    #[test]
    fn chinese_habits_are_recognised() {
        check("title：太贵了\n", "SB0203", "：");
        check("title: “太贵了”\n", "SB0204", "“太贵了”");
        check("a:\n\t- b\n", "SB0205", "\t");
        check("a:\n　- b\n", "SB0206", "　");
        check("title:　太贵了\n", "SB0206", "　");
        check("a: 1\nb: 2\na: 3\n", "SB0207", "a");
        check("title:太贵了\n", "SB0208", ":");
        check("say: {称呼}，您好\n", "SB0214", "{称呼}，您好");
        check("say: 他说: 太贵\n", "SB0214", "他说: 太贵");
        check("say: @价格\n", "SB0214", "@价格");
        check("tags: [a, b\ntitle: x\n", "SB0208", ":");
    }

    #[test]
    fn ordinary_text_is_left_alone() {
        let text = "say: “太贵了”和“没钱”\nlong: |\n  键：值\n\n  “x”\nurl: https://a/b\nlist:\n  - 甲：乙\n";
        let file = SourceFile::new(SourcePath::new("a.md").expect("valid"), text);
        assert!(super::super::parse(&file, Span::new(0, text.len())).is_ok());
    }
}
