//! Makes JavaScript that this crate wrote smaller: comments and white space go, names become short.
//!
//! It is no general minifier. It relies on how the runtime and the generated code are written: every statement ends in
//! a semicolon, no shorthand properties, no template texts, and one name means one thing or is never visible beside
//! another of that name. A name is therefore shortened in the same way wherever it stands as a variable; properties
//! and keys keep their names, except for the runtime's own ones in [`PROPERTIES`].

use std::collections::{BTreeMap, BTreeSet, HashMap};

/// One word, text, number or sign.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Token<'text> {
    /// A name that stands for a variable.
    Name(&'text str),
    /// A name behind a dot, or a key.
    Property(&'text str),
    /// Anything else, as it stands.
    Plain(&'text str),
}

/// Words of the language and of the page: never shortened.
const KEPT: &[&str] = &[
    "Array",
    "BigInt",
    "DataView",
    "ArrayBuffer",
    "Date",
    "Error",
    "Infinity",
    "JSON",
    "Map",
    "Math",
    "NaN",
    "Number",
    "Object",
    "RangeError",
    "RegExp",
    "SB",
    "Set",
    "String",
    "arguments",
    "async",
    "await",
    "break",
    "case",
    "catch",
    "class",
    "console",
    "const",
    "constructor",
    "continue",
    "default",
    "delete",
    "do",
    "else",
    "encodeURIComponent",
    "false",
    "finally",
    "for",
    "function",
    "get",
    "if",
    "in",
    "instanceof",
    "let",
    "new",
    "null",
    "of",
    "parseInt",
    "return",
    "set",
    "static",
    "switch",
    "this",
    "throw",
    "true",
    "try",
    "typeof",
    "undefined",
    "v",
    "var",
    "void",
    "while",
    "yield",
];

/// Properties that only the runtime itself knows.
const PROPERTIES: &[(&str, &str)] = &[
    ("curry", "a"),
    ("depth", "b"),
    ("level", "c"),
    ("looks", "d"),
    ("inclusive", "f"),
    ("inner", "g"),
    ("locked", "h"),
    ("locks", "i"),
    ("missing", "j"),
    ("pos", "k"),
    ("put", "l"),
    ("run", "m"),
    ("shared", "n"),
    ("signature", "o"),
    ("spent", "p"),
    ("system", "q"),
    ("title", "r"),
    ("until", "s"),
];

/// Cuts a script into tokens; comments and white space are left out.
pub(super) fn tokens(script: &str) -> Vec<Token<'_>> {
    let mut found: Vec<Token<'_>> = Vec::new();
    let bytes = script.as_bytes();
    let mut at = 0;
    while at < bytes.len() {
        let start = at;
        let byte = bytes[at];
        if byte.is_ascii_whitespace() {
            at += 1;
            continue;
        }
        if script[at..].starts_with("//") {
            at = script[at..].find('\n').map_or(bytes.len(), |end| at + end);
            continue;
        }
        let is_word = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'$' || byte >= 0x80;
        if is_word(byte) {
            at += bytes[at..].iter().take_while(|byte| is_word(**byte)).count();
            // A number may go on behind its point.
            if byte.is_ascii_digit() && bytes.get(at) == Some(&b'.') {
                at += 1 + bytes[at + 1..].iter().take_while(|byte| is_word(**byte)).count();
            }
            if byte.is_ascii_digit() && bytes[at - 1] == b'e' && matches!(bytes.get(at), Some(b'-' | b'+')) {
                at += 1 + bytes[at + 1..].iter().take_while(|byte| byte.is_ascii_digit()).count();
            }
            let word = &script[start..at];
            let behind_dot = matches!(found.last(), Some(Token::Plain(".")));
            let key =
                matches!(found.last(), Some(Token::Plain("{" | ","))) && script[at..].trim_start().starts_with(':');
            found.push(if byte.is_ascii_digit() {
                Token::Plain(word)
            } else if behind_dot || key {
                Token::Property(word)
            } else {
                Token::Name(word)
            });
            continue;
        }
        let regex = byte == b'/'
            && matches!(
                found.last(),
                None | Some(
                    Token::Plain("(" | "," | "=" | ":" | "!" | "&" | "|" | "?" | "{" | "}" | ";")
                        | Token::Name("return")
                )
            );
        at += match byte {
            b'"' => quoted_length(&bytes[at..], b'"'),
            b'\'' => quoted_length(&bytes[at..], b'\''),
            b'/' if regex => quoted_length(&bytes[at..], b'/'),
            _ if script[at..].starts_with("...") => 3,
            _ if script[at..].starts_with("++") || script[at..].starts_with("--") => 2,
            _ => script[at..].chars().next().map_or(1, char::len_utf8),
        };
        if regex {
            at += bytes[at..].iter().take_while(|byte| byte.is_ascii_alphabetic()).count();
        }
        found.push(Token::Plain(&script[start..at]));
    }
    found
}

/// How long a text or a regular expression is, both ends included.
fn quoted_length(bytes: &[u8], quote: u8) -> usize {
    let (mut at, mut in_class) = (1, false);
    while at < bytes.len() {
        match bytes[at] {
            b'\\' => at += 1,
            b'[' if quote == b'/' => in_class = true,
            b']' if quote == b'/' => in_class = false,
            byte if byte == quote && !in_class => return at + 1,
            _ => {}
        }
        at += 1;
    }
    bytes.len()
}

/// The names of variables in a script that may be shortened, each once, the most frequent first.
pub(super) fn variables(script: &str) -> Vec<String> {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for token in tokens(script) {
        if let Token::Name(name) = token
            && !KEPT.contains(&name)
            && !is_label(name)
        {
            *counts.entry(name).or_default() += 1;
        }
    }
    let mut names: Vec<(&str, usize)> = counts.into_iter().collect();
    names.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(b.0)));
    names.into_iter().map(|(name, _)| name.to_string()).collect()
}

/// Labels of loops are short already, and they are declared like keys.
fn is_label(name: &str) -> bool {
    name.strip_prefix('L').is_some_and(|rest| !rest.is_empty() && rest.bytes().all(|byte| byte.is_ascii_digit()))
}

/// Short names for variables in the given order, none of them taken or a word of the language.
pub(super) fn short_names(variables: Vec<String>, taken: &BTreeSet<String>) -> HashMap<String, String> {
    let mut number = 0;
    let mut next = || loop {
        let name = short_name(number);
        number += 1;
        if !KEPT.contains(&name.as_str()) && !is_label(&name) && !taken.contains(&name) {
            return name;
        }
    };
    variables.into_iter().map(|name| (name, next())).collect()
}

/// `a` … `z`, `A` … `Z`, then two letters.
fn short_name(number: usize) -> String {
    const LETTERS: &[u8] = b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
    let last = char::from(LETTERS[number % LETTERS.len()]);
    match number / LETTERS.len() {
        0 => last.to_string(),
        more => format!("{}{last}", short_name(more - 1)),
    }
}

/// The tokens without labels that nothing jumps to.
fn without_idle_labels(tokens: Vec<Token<'_>>) -> Vec<Token<'_>> {
    let label = |token: &Token<'_>| matches!(token, Token::Name(name) | Token::Property(name) if is_label(name));
    let jumps: BTreeSet<&str> = tokens
        .windows(2)
        .filter(|pair| matches!(pair[0], Token::Name("break" | "continue")) && label(&pair[1]))
        .filter_map(|pair| if let Token::Name(name) = pair[1] { Some(name) } else { None })
        .collect();
    let idle = |token: &Token<'_>| {
        label(token) && matches!(token, Token::Name(name) | Token::Property(name) if !jumps.contains(name))
    };
    let mut kept = Vec::with_capacity(tokens.len());
    let mut tokens = tokens.iter();
    while let Some(token) = tokens.next() {
        if idle(token) {
            tokens.next();
        } else {
            kept.push(*token);
        }
    }
    kept
}

/// The script with its variables renamed and nothing in it that a machine does not need.
pub(super) fn minify(script: &str, names: &HashMap<String, String>) -> String {
    let mut out = String::with_capacity(script.len() / 2);
    for token in without_idle_labels(tokens(script)) {
        let text = match token {
            Token::Name("const") => "let",
            Token::Name(name) => names.get(name).map_or(name, String::as_str),
            Token::Property(name) => PROPERTIES.iter().find(|(long, _)| *long == name).map_or(name, |(_, short)| short),
            Token::Plain(text) => text,
        };
        let (before, after) = (out.as_bytes().last().copied(), text.as_bytes()[0]);
        let is_word = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'$' || byte >= 0x80;
        if let Some(before) = before {
            if is_word(before) && is_word(after) || before == after && matches!(after, b'+' | b'-') {
                out.push(' ');
            }
            if after == b'}' && before == b';' {
                out.pop();
            }
        }
        out.push_str(text);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn small(script: &str) -> String {
        minify(script, &short_names(variables(script), &BTreeSet::new()))
    }

    #[test]
    fn names_become_short_and_white_space_goes() {
        assert_eq!(small("// why\nconst first = 1;\nlet other = first + 2;\n"), "let a=1;let b=a+2;");
        assert_eq!(small("function add(left, right) {\n  return left - -right;\n}\n"), "function c(a,b){return a- -b}");
    }

    #[test]
    fn texts_properties_and_keys_keep_their_names() {
        assert_eq!(small("call({ value: value.length }, \"value // x\");"), "a({value:b.length},\"value // x\");");
        assert_eq!(small("x = y ? value : other;"), "c=d?b:a;");
    }

    #[test]
    fn numbers_and_regular_expressions_stay() {
        assert_eq!(small("f(1.5e-7, 0x1f, 63n, 1.0);"), "a(1.5e-7,0x1f,63n,1.0);");
        assert_eq!(small("s.replace(/[/\"]u/gu, t / 2 / u);"), "a.replace(/[/\"]u/gu,b/2/c);");
    }

    #[test]
    fn labels_that_nothing_jumps_to_go() {
        assert_eq!(small("{ L1: for (;;) { x(); } }"), "{for(;;){a()}}");
        assert_eq!(small("L1: for (;;) { break L1; }"), "L1:for(;;){break L1}");
    }

    #[test]
    fn signs_that_would_melt_together_stay_apart() {
        assert_eq!(small("a++ + b; a - -b; a-- - --b;"), "a++ +b;a- -b;a-- - --b;");
    }
}
