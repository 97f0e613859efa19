//! Mutants of the page's own scripts: a line of a file with one small change, found by its tokens.

use std::ops::Range;

use super::Place;

/// One small change: another text for a line.
#[derive(Debug, Clone)]
pub struct Mutant {
    pub place: Place,
    pub what: String,
    pub changed: String,
}

/// All mutants of a script, line by line.
pub fn mutants(file: &str, text: &str) -> Vec<Mutant> {
    let mut found = Vec::new();
    for (index, line) in text.lines().enumerate() {
        let tokens = tokens(line);
        if tokens.first().is_some_and(|token| line[token.clone()].starts_with("//")) || line.contains("\"use strict\"")
        {
            continue;
        }
        let mut changes = Vec::new();
        for at in 0..tokens.len() {
            signs(line, &tokens, at, &mut changes);
            values(line, &tokens, at, &mut changes);
            conditions(line, &tokens, at, &mut changes);
            results(line, &tokens, at, &mut changes);
            statements(line, &tokens, at, &mut changes);
            arguments(line, &tokens, at, &mut changes);
        }
        for (range, other) in changes {
            let changed = format!("{}{other}{}", &line[..range.start], &line[range.end..]);
            if changed != line {
                let (now, column) = (&line[range.clone()], line[..range.start].chars().count() + 1);
                let what = match other.as_str() {
                    "" => format!("`{}` is left out", short(now)),
                    _ if now.is_empty() => format!("`{}` is put in", short(&other)),
                    _ => format!("`{}` becomes `{}`", short(now), short(&other)),
                };
                let place = Place { file: file.to_string(), line: index + 1, column, text: line.to_string() };
                found.push(Mutant { place, what, changed });
            }
        }
    }
    found
}

type Changes = Vec<(Range<usize>, String)>;

/// Signs with another one in their place.
fn signs(line: &str, tokens: &[Range<usize>], at: usize, changes: &mut Changes) {
    let token = &line[tokens[at].clone()];
    // A sign in front of a value has nothing on its left.
    let operand = at > 0 && {
        let before = &line[tokens[at - 1].clone()];
        before.starts_with(|c: char| c.is_alphanumeric() || "_$\")]".contains(c)) && before != "return"
    };
    let others: &[&str] = match token {
        "===" => &["!=="],
        "!==" => &["==="],
        "<" => &["<=", ">="],
        "<=" => &["<", ">"],
        ">" => &[">=", "<="],
        ">=" => &[">", "<"],
        "&&" => &["||"],
        "||" => &["&&"],
        "??" => &["&&"],
        "!" => &[""],
        "+" if operand => &["-"],
        "-" if operand => &["+"],
        "-" => &[""],
        "*" if operand => &["/"],
        "/" | "%" => &["*"],
        "**" => &["*"],
        "<<" => &[">>"],
        ">>" | ">>>" => &["<<"],
        "&" => &["|"],
        "|" | "^" => &["&"],
        "++" => &["--"],
        "--" => &["++"],
        "+=" => &["-="],
        "-=" => &["+="],
        "|=" => &["&="],
        "^=" => &["|="],
        "min" => &["max"],
        "max" => &["min"],
        "floor" => &["ceil"],
        "round" => &["floor"],
        "startsWith" => &["endsWith"],
        "some" => &["every"],
        "every" => &["some"],
        "indexOf" => &["lastIndexOf"],
        "asIntN" => &["asUintN"],
        "break" => &["continue"],
        "continue" => &["break"],
        _ => &[],
    };
    for other in others {
        changes.push((tokens[at].clone(), (*other).to_string()));
    }
}

/// Numbers, texts, yes and no.
fn values(line: &str, tokens: &[Range<usize>], at: usize, changes: &mut Changes) {
    let token = &line[tokens[at].clone()];
    let mut push = |other: String| changes.push((tokens[at].clone(), other));
    match token {
        "true" => push("false".to_string()),
        "false" => push("true".to_string()),
        "null" => push("0".to_string()),
        "undefined" => push("null".to_string()),
        "\"\"" => push("\"~\"".to_string()),
        _ if token.starts_with('"') => {
            push("\"\"".to_string());
            // An error's text, or the types of a function, with another end.
            let inner = &token[1..token.len() - 1];
            match inner.rsplit_once(' ') {
                Some((head, _)) if !head.is_empty() => push(format!("\"{head}\"")),
                _ if inner.len() > 1 => push(format!("\"~{inner}\"")),
                _ => {}
            }
        }
        _ if token.starts_with(|c: char| c.is_ascii_digit()) => {
            let (digits, suffix) = token.strip_suffix('n').map_or((token, ""), |digits| (digits, "n"));
            let number = match digits.strip_prefix("0x") {
                Some(hex) => u128::from_str_radix(hex, 16).ok(),
                None => digits.parse().ok(),
            };
            if let Some(number) = number {
                push(format!("{}{suffix}", number + 1));
                if number > 0 {
                    push(format!("{}{suffix}", number - 1));
                }
            }
        }
        _ => {}
    }
}

/// `if (…)` and `while (…)` the other way round, and the sides of `? :` in each other's place.
fn conditions(line: &str, tokens: &[Range<usize>], at: usize, changes: &mut Changes) {
    let token = &line[tokens[at].clone()];
    if matches!(token, "if" | "while")
        && let Some(close) = closing(line, tokens, at + 1)
    {
        let inside = tokens[at + 1].end..tokens[close].start;
        changes.push((inside.clone(), format!("!({})", &line[inside])));
    }
    if token == "?"
        && let (Some(colon), Some(end)) = (
            separator(line, tokens, at + 1, ":"),
            None.or_else(|| {
                separator(line, tokens, at + 1, ":").and_then(|colon| end_of_operand(line, tokens, colon + 1))
            }),
        )
    {
        let (yes, no) = (tokens[at + 1].start..tokens[colon - 1].end, tokens[colon + 1].start..tokens[end - 1].end);
        changes.push((yes.start..no.end, format!("{} : {}", &line[no], &line[yes])));
    }
}

/// `return …` with another value.
fn results(line: &str, tokens: &[Range<usize>], at: usize, changes: &mut Changes) {
    if &line[tokens[at].clone()] != "return" {
        return;
    }
    let Some(end) = (at + 1..tokens.len()).find(|end| &line[tokens[*end].clone()] == ";") else { return };
    if end == at + 1 {
        return;
    }
    let value = tokens[at + 1].start..tokens[end - 1].end;
    let now = &line[value.clone()];
    let balanced = now.matches(['(', '[', '{']).count() == now.matches([')', ']', '}']).count();
    if balanced {
        for other in ["null", "\"\"", "0", "true", "false"].into_iter().filter(|other| *other != now) {
            changes.push((value.clone(), other.to_string()));
        }
    }
}

/// Statements that are not there.
fn statements(line: &str, tokens: &[Range<usize>], at: usize, changes: &mut Changes) {
    let token = &line[tokens[at].clone()];
    let starts = at == 0 || matches!(&line[tokens[at - 1].clone()], ";" | "{" | "}" | ")" | "else");
    let word = matches!(
        token,
        "const"
            | "let"
            | "class"
            | "case"
            | "default"
            | "return"
            | "for"
            | "if"
            | "while"
            | "switch"
            | "else"
            | "try"
            | "}"
            | "{"
            | ")"
            | ";"
    );
    // Returns go where nothing stands behind them.
    let early = token == "return" && tokens.get(at + 1).is_some_and(|next| &line[next.clone()] == ";");
    if !starts || word && !early || !token.starts_with(|c: char| c.is_alphabetic() || c == '_') {
        return;
    }
    // Behind `)` only what an `if`, `for` or `while` does; within round brackets of a `for` there is none.
    let mut open = 0_i32;
    for before in &tokens[..at] {
        match &line[before.clone()] {
            "(" => open += 1,
            ")" => open -= 1,
            "{" if open > 0 => open = 0,
            _ => {}
        }
    }
    if open > 0 {
        return;
    }
    if let Some(end) = separator(line, tokens, at, ";") {
        changes.push((tokens[at].start..tokens[end].end, ";".to_string()));
    }
}

/// The first two arguments of a call in each other's place.
fn arguments(line: &str, tokens: &[Range<usize>], at: usize, changes: &mut Changes) {
    if at == 0 || &line[tokens[at].clone()] != "(" {
        return;
    }
    let name = &line[tokens[at - 1].clone()];
    let calls = name.starts_with(|c: char| c.is_alphabetic() || c == '_')
        && !matches!(
            name,
            "if" | "for"
                | "while"
                | "switch"
                | "return"
                | "catch"
                | "constructor"
                | "def"
                | "fun"
                | "mut"
                | "rep"
                | "getter"
        );
    let declared = at >= 2 && matches!(&line[tokens[at - 2].clone()], "function" | "*" | "set" | "get");
    if !calls || declared {
        return;
    }
    let Some(close) = closing(line, tokens, at) else { return };
    let Some(comma) = separator(line, tokens, at + 1, ",") else { return };
    let second_end = separator(line, tokens, comma + 1, ",").unwrap_or(close);
    if comma == at + 1 || second_end == comma + 1 || second_end > close {
        return;
    }
    let (one, other) =
        (tokens[at + 1].start..tokens[comma - 1].end, tokens[comma + 1].start..tokens[second_end - 1].end);
    changes.push((one.start..other.end, format!("{}, {}", &line[other.clone()], &line[one])));
}

/// The bracket that closes the one at `open`.
fn closing(line: &str, tokens: &[Range<usize>], open: usize) -> Option<usize> {
    let mut depth = 0_i32;
    for (at, token) in tokens.iter().enumerate().skip(open) {
        match &line[token.clone()] {
            "(" | "[" | "{" => depth += 1,
            ")" | "]" | "}" => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return Some(at);
        }
    }
    None
}

/// The first such sign from `start` on that stands in no bracket and before the brackets around `start` close.
fn separator(line: &str, tokens: &[Range<usize>], start: usize, sign: &str) -> Option<usize> {
    let (mut depth, mut questions) = (0_i32, 0);
    for (at, token) in tokens.iter().enumerate().skip(start) {
        let token = &line[token.clone()];
        if depth == 0 && token == sign && questions == 0 {
            return Some(at);
        }
        match token {
            "(" | "[" | "{" => depth += 1,
            ")" | "]" | "}" => depth -= 1,
            "?" if depth == 0 && sign == ":" => questions += 1,
            ":" if depth == 0 && sign == ":" => questions -= 1,
            _ => {}
        }
        if depth < 0 {
            return None;
        }
    }
    None
}

/// Where the last side of `? :` ends.
fn end_of_operand(line: &str, tokens: &[Range<usize>], start: usize) -> Option<usize> {
    let mut depth = 0_i32;
    for (at, token) in tokens.iter().enumerate().skip(start) {
        let token = &line[token.clone()];
        if depth == 0 && matches!(token, "," | ";" | ")" | "]" | "}") {
            return (at > start).then_some(at);
        }
        match token {
            "(" | "[" | "{" => depth += 1,
            ")" | "]" | "}" => depth -= 1,
            _ => {}
        }
    }
    None
}

/// Cuts a line into words, numbers, texts, regular expressions and signs; a comment is its last token, and left out.
fn tokens(line: &str) -> Vec<Range<usize>> {
    const SIGNS: &[&str] = &[
        ">>>", "===", "!==", "...", "**=", "<<", ">>", "<=", ">=", "=>", "&&", "||", "??", "++", "--", "+=", "-=",
        "*=", "|=", "&=", "^=", "**", "?.",
    ];
    let mut found: Vec<Range<usize>> = Vec::new();
    let mut at = 0;
    while let Some(first) = line[at..].chars().next() {
        let rest = &line[at..];
        let is_word = |c: char| c.is_alphanumeric() || c == '_' || c == '$';
        let before = found.last().map_or("(", |token| &line[token.clone()]);
        let length = if first.is_whitespace() {
            at += first.len_utf8();
            continue;
        } else if rest.starts_with("//") {
            break;
        } else if first.is_ascii_digit() {
            let end = rest.find(|c: char| !is_word(c) && c != '.').unwrap_or(rest.len());
            if rest[..end].ends_with('e') && rest[end..].starts_with(['-', '+']) {
                end + 1 + rest[end + 1..].find(|c: char| !c.is_ascii_digit()).unwrap_or(0)
            } else {
                end
            }
        } else if is_word(first) {
            rest.find(|c| !is_word(c)).unwrap_or(rest.len())
        } else if first == '"' || first == '\'' {
            quoted(rest, first)
        } else if first == '/'
            && matches!(before, "(" | "," | "=" | ":" | "!" | "&&" | "||" | "?" | "{" | "}" | ";" | "return")
        {
            let end = quoted(rest, '/');
            end + rest[end..].find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(0)
        } else {
            SIGNS.iter().find(|sign| rest.starts_with(**sign)).map_or(first.len_utf8(), |sign| sign.len())
        };
        found.push(at..at + length);
        at += length;
    }
    found
}

fn quoted(rest: &str, quote: char) -> usize {
    let (mut escaped, mut in_class) = (false, false);
    for (at, c) in rest.char_indices().skip(1) {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '[' if quote == '/' => in_class = true,
            ']' if quote == '/' => in_class = false,
            _ if c == quote && !in_class => return at + 1,
            _ => {}
        }
    }
    rest.len()
}

fn short(text: &str) -> String {
    if text.chars().count() <= 90 { text.to_string() } else { text.chars().take(87).collect::<String>() + "…" }
}
