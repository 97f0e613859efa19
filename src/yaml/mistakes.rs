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
        return Some(full_width_colon(file, key, start + at + key_length));
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
    let (value, value_at) = (value.trim_start(), value_at + lead);
    // Anchors, aliases and tags of YAML have no use in a playbook; without a word they would swallow the author's text.
    if let Some(sign) = value.chars().next().filter(|sign| "&!*".contains(*sign)) {
        return Some(needs_quotes(file, value.trim_end(), start + value_at, starts_with(sign)));
    }
    curly_value(file, value, start + value_at)
}

fn full_width_space(file: &SourceFile, at: usize) -> Diagnostic {
    let run = file.text[at..].len() - file.text[at..].trim_start_matches(FULL_WIDTH_SPACE).len();
    let span = Span::new(at, at + run);
    let message = Bilingual::new("这里是全角空格，YAML认不出来", "a full-width space, which YAML does not recognise");
    Diagnostic::new(code::FULL_WIDTH_SPACE, &file.path, span, message)
        .help("换成半角空格", "replace it by an ASCII space")
        .suggestion(" ")
}

/// A value that is wrapped as a whole in curly quotes.
pub(super) fn curly_value(file: &SourceFile, value: &str, at: usize) -> Option<Diagnostic> {
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

/// A finding for the place where the parser gave up: what the author most likely did, else what the parser says.
pub(super) fn explain(file: &SourceFile, span: Span, place: usize, reason: &str) -> Diagnostic {
    let text = file.slice(span);
    let inside = (place - span.start).min(text.len());
    if let Some(found) = unclosed(file, span, inside) {
        return found;
    }
    if let Some(found) = line_mistake(file, span, inside, reason) {
        return found;
    }
    // The parser may stop at the start of the line behind the mistake.
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

/// A bracket or quote that stands open where the parser gave up, and that nothing closes before the next key.
fn unclosed(file: &SourceFile, span: Span, inside: usize) -> Option<Diagnostic> {
    let text = file.slice(span);
    // The parser may stop at the open sign itself.
    let here = text[inside..].chars().next().map_or(0, char::len_utf8);
    let (sign, at) = open_sign(&text[..inside + here])?;
    let line_end = text[at..].find('\n').map_or(text.len(), |length| at + length);
    let next_key = text[line_end..]
        .match_indices('\n')
        .map(|(newline, _)| line_end + newline + 1)
        .find(|start| starts_with_key(&text[*start..]))
        .unwrap_or(text.len());
    let closing = match sign {
        '[' => ']',
        '{' => '}',
        quote => quote,
    };
    if text[at + 1..next_key].contains(closing) {
        return None;
    }
    let message = match sign {
        '[' | '{' => {
            Bilingual::new(format!("`{sign}`没有配对的`{closing}`"), format!("`{sign}` without its `{closing}`"))
        }
        _ => Bilingual::new(format!("引号`{sign}`没有收尾"), format!("the quote `{sign}` is not closed")),
    };
    let blamed = text[at..line_end].trim_end();
    let at = span.start + at;
    Some(
        Diagnostic::new(code::YAML_SYNTAX, &file.path, Span::new(at, at + blamed.len()), message)
            .help(format!("在值的最后加上`{closing}`"), format!("add `{closing}` behind the value")),
    )
}

/// The first bracket or quote that stands open at the end of a YAML text, with its place.
fn open_sign(text: &str) -> Option<(char, usize)> {
    let mut open: Vec<(char, usize)> = Vec::new();
    let mut quote: Option<(char, usize)> = None;
    // Whether a value may begin here: only there do brackets and quotes have a meaning.
    let mut value_start = true;
    let mut dash = false;
    let mut previous = '\n';
    let mut characters = text.char_indices().peekable();
    while let Some((at, c)) = characters.next() {
        if let Some((sign, _)) = quote {
            match c {
                '\\' if sign == '"' => drop(characters.next()),
                '\'' if sign == '\'' && characters.peek().is_some_and(|(_, next)| *next == '\'') => {
                    characters.next();
                }
                _ if c == sign => quote = None,
                _ => {}
            }
            previous = c;
            continue;
        }
        match c {
            '\n' => value_start |= open.is_empty(),
            ' ' | '\t' | '\r' => value_start |= previous == ':' || (previous == '-' && dash),
            '#' if previous.is_whitespace() => while characters.next_if(|(_, next)| *next != '\n').is_some() {},
            '"' | '\'' if value_start => {
                quote = Some((c, at));
                value_start = false;
            }
            '[' | '{' if value_start || !open.is_empty() => {
                open.push((c, at));
                value_start = true;
            }
            ']' | '}' => {
                open.pop();
                value_start = false;
            }
            ',' => value_start = !open.is_empty(),
            _ => {
                dash = c == '-' && value_start;
                value_start = false;
            }
        }
        previous = c;
    }
    open.first().copied().or(quote)
}

/// Whether a text begins with `key:` at the start of its first line.
fn starts_with_key(text: &str) -> bool {
    let behind = text.trim_start_matches(|c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-');
    behind.len() < text.len() && behind.starts_with(':')
}

/// Mistakes that show in the form of one line: quotes inside quotes, no colon, a wrong indentation.
fn line_mistake(file: &SourceFile, span: Span, inside: usize, reason: &str) -> Option<Diagnostic> {
    let text = file.slice(span);
    let line_start = text[..inside].rfind('\n').map_or(0, |newline| newline + 1);
    let line = text[line_start..].lines().next().unwrap_or("").trim_end();
    let report = |from: usize, to: usize, zh: &str, en: &str| {
        let at = span.start + line_start;
        Diagnostic::new(code::YAML_SYNTAX, &file.path, Span::new(at + from, at + to), Bilingual::new(zh, en))
    };
    if reason.contains("quoted scalar") {
        let open = line.find(['"', '\'']).filter(|open| *open < inside - line_start)?;
        return Some(
            report(
                open,
                line.len(),
                "引号里面还有引号，值到第二个引号就断了",
                "quotes inside quotes: the value ends at the second quote",
            )
            .help("里面的引号换成「」或“”", "use “ ” inside, or leave the outer quotes away"),
        );
    }
    let indent = line.len() - line.trim_start().len();
    let bare = line.trim_start();
    if reason.contains("simple key expected") {
        if let Some(colon) = line.find(FULL_WIDTH_COLON) {
            return Some(full_width_colon(file, &line[indent..colon], span.start + line_start + colon));
        }
        if !bare.contains(": ") && !bare.ends_with(':') {
            return Some(
                report(
                    indent,
                    line.len(),
                    "这一行没有冒号，不是`键: 值`",
                    "this line has no colon, so it is no `key: value`",
                )
                .help(
                    "写成`键: 值`；如果是正文，移到页头收尾的`---`下面",
                    "write `key: value`; if it is text, move it below the closing `---`",
                ),
            );
        }
    }
    let misplaced = reason.contains("mapping values are not allowed") || reason.contains("did not find expected");
    if misplaced && indent > 0 && (starts_with_key(bare) || bare.starts_with("- ")) {
        return Some(
            report(
                0,
                indent,
                "这一行的缩进和上下行对不齐",
                "the indentation of this line does not fit the lines around it",
            )
            .help(
                "同一层的各行，行首的空格要一样多；最外层的键前面没有空格",
                "lines of one level start with the same number of spaces, the outermost keys with none",
            ),
        );
    }
    None
}

/// A full-width colon behind a key.
pub(super) fn full_width_colon(file: &SourceFile, key: &str, at: usize) -> Diagnostic {
    let message =
        Bilingual::new(format!("键`{key}`后面是全角冒号`：`"), format!("full-width colon `：` behind the key `{key}`"));
    Diagnostic::new(code::FULL_WIDTH_COLON, &file.path, Span::new(at, at + FULL_WIDTH_COLON.len_utf8()), message)
        .help(format!("改成半角冒号加一个空格：`{key}: `"), format!("write an ASCII colon and a space: `{key}: `"))
        .suggestion(": ")
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
        starts_with(first)
    };
    Some(needs_quotes(file, value, start + value_at, message))
}

fn starts_with(sign: char) -> Bilingual {
    Bilingual::new(format!("以`{sign}`开头的值要加引号"), format!("a value that starts with `{sign}` needs quotes"))
}

fn needs_quotes(file: &SourceFile, value: &str, at: usize, message: Bilingual) -> Diagnostic {
    let quoted = format!("\"{}\"", value.replace('\\', "\\\\").replace('"', "\\\""));
    Diagnostic::new(code::NEEDS_QUOTES, &file.path, Span::new(at, at + value.len()), message)
        .help(format!("写成`{quoted}`"), format!("write `{quoted}`"))
        .suggestion(quoted)
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
        check("tags: [a, b\ntitle: x\n", "SB0208", "[a, b");
        check("tags: [a, b\n", "SB0208", "[a, b");
        check("say: \"a\ntitle: x\n", "SB0208", "\"a");
        check("say: \"a\"b\"c\"\n", "SB0208", "\"a\"b\"c\"");
        check("a: 1\n  b: 2\n", "SB0208", "  ");
        check("a: 1\n没有冒号\n", "SB0208", "没有冒号");
        check("map:\n  甲: 1\n  乙：2\n", "SB0203", "：");
        check("say: &b 一句\n", "SB0214", "&b 一句");
    }

    #[test]
    fn ordinary_text_is_left_alone() {
        let text = "say: “太贵了”和“没钱”\nlong: |\n  键：值\n\n  “x”\nurl: https://a/b\nlist:\n  - 甲：乙\n";
        let file = SourceFile::new(SourcePath::new("a.md").expect("valid"), text);
        assert!(super::super::parse(&file, Span::new(0, text.len())).is_ok());
    }
}
