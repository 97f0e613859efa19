//! Makes JavaScript that this crate wrote smaller: comments and white space go, names become short.
//!
//! It is no general minifier. It relies on how the runtime and the generated code are written: every statement ends in
//! a semicolon, no shorthand properties, no methods in object literals, no template texts. Properties and keys keep
//! their names, except for the runtime's own ones in [`PROPERTIES`].

use std::collections::{BTreeSet, HashMap};

use super::rename::{end_of, partners, renamed};

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
    ("said", "t"),
    ("part", "u"),
    ("linked", "w"),
    ("items", "y"),
    ("budget", "z"),
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

/// Whether a byte may be part of a name or a number.
fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'$' || byte >= 0x80
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

/// Labels of loops are short already, and they are declared like keys.
fn is_label(name: &str) -> bool {
    name.strip_prefix('L').is_some_and(|rest| !rest.is_empty() && rest.bytes().all(|byte| byte.is_ascii_digit()))
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

/// The tokens without brackets that change nothing: around a whole operand or result, around one statement behind `if`,
/// and around nothing but a `for`.
fn without_idle_brackets(tokens: Vec<Token<'_>>) -> Vec<Token<'_>> {
    let partners = partners(&tokens);
    let sign = |at: usize| if let Some(Token::Plain(sign)) = tokens.get(at) { *sign } else { "" };
    let word = |at: usize| if let Some(Token::Name(word)) = tokens.get(at) { *word } else { "" };
    let mut idle = vec![false; tokens.len()];
    for (at, &end) in partners.iter().enumerate().filter(|(at, end)| *at < **end) {
        let before = at.wrapping_sub(1);
        let compares = || matches!(sign(at.wrapping_sub(2)), "=" | "!" | "<" | ">");
        let begins = match sign(before) {
            "(" | "[" | "," => true,
            "=" => !compares(),
            _ => word(before) == "return",
        };
        idle[at] = match (sign(at), word(at + 1)) {
            ("(", _) if begins && matches!(sign(end + 1), ")" | "]" | "," | ";" | "}") => {
                end_of(&tokens, &partners, at + 1, &[","]) == end
            }
            ("{", "let" | "const" | "if" | "while" | "do" | "switch" | "try" | "function" | "class") => false,
            ("{", "for") if matches!(sign(before), ";" | "{" | "}") => {
                let body = partners[at + 2] + 1;
                sign(body) == "{" && partners[body] + 1 == end
            }
            // What does not end in a semicolon is not told from two statements: a block, a loop, a loop with its label.
            ("{", "for") => false,
            ("{", _) if sign(before) == ")" && word(partners[before].wrapping_sub(1)) == "if" => {
                let simple = sign(at + 1) != "{" && !matches!(tokens.get(at + 1), Some(Token::Property(_)));
                simple && end_of(&tokens, &partners, at + 1, &[";"]) + 1 == end
            }
            _ => false,
        };
        idle[end] = idle[at];
    }
    tokens.iter().zip(idle).filter(|(_, idle)| !idle).map(|(token, _)| *token).collect()
}

/// The script with its variables renamed and nothing in it that a machine does not need; `given` are the names of
/// variables that another script knows.
pub(super) fn minify(script: &str, given: &HashMap<String, String>) -> String {
    let tokens = without_idle_brackets(without_idle_labels(tokens(script)));
    let names = renamed(&tokens, given);
    let mut out = String::with_capacity(script.len() / 2);
    for (token, name) in tokens.iter().zip(&names) {
        let text = match *token {
            Token::Name("const") => "let",
            Token::Name(own) => name.as_deref().unwrap_or(own),
            Token::Property(name) => PROPERTIES.iter().find(|(long, _)| *long == name).map_or(name, |(_, short)| short),
            Token::Plain(text) => text,
        };
        let (before, after) = (out.as_bytes().last().copied(), text.as_bytes()[0]);
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
        minify(script, &HashMap::new())
    }

    #[test]
    fn names_become_short_and_white_space_goes() {
        assert_eq!(small("// why\nconst first = 1;\nlet other = first + 2;\n"), "let a=1;let b=a+2;");
        assert_eq!(small("function add(left, right) {\n  return left - -right;\n}\n"), "function a(a,b){return a- -b}");
    }

    #[test]
    fn texts_properties_and_keys_keep_their_names() {
        let known = "let value = 1, y = 2, x = 3, other = 4;";
        assert_eq!(
            small(&format!("{known}call({{ value: value.length }}, \"value // x\");")),
            "let a=1,b=2,c=3,d=4;call({value:a.length},\"value // x\");"
        );
        assert_eq!(small(&format!("{known}x = y ? value : other;")), "let a=1,b=2,c=3,d=4;c=b?a:d;");
    }

    #[test]
    fn numbers_and_regular_expressions_stay() {
        assert_eq!(small("f(1.5e-7, 0x1f, 63n, 1.0);"), "f(1.5e-7,0x1f,63n,1.0);");
        assert_eq!(small("s.replace(/[/\"]u/gu, t / 2 / u);"), "s.replace(/[/\"]u/gu,t/2/u);");
    }

    #[test]
    fn labels_that_nothing_jumps_to_go() {
        assert_eq!(small("{ L1: for (;;) { x(); y(); } z(); }"), "{for(;;){x();y()}z()}");
        assert_eq!(small("L1: for (;;) { break L1; }"), "L1:for(;;){break L1}");
    }

    #[test]
    fn brackets_that_change_nothing_go() {
        assert_eq!(small("f((a ? b : c), [(d)]); g = (h);"), "f(a?b:c,[d]);g=h;");
        assert_eq!(small("function f() { return (x && y); }"), "function a(){return x&&y}");
        assert_eq!(small("f((a, b)); g === (h ? i : j); k((l) => l);"), "f((a,b));g===(h?i:j);k((a)=>a);");
        assert_eq!(small("if ((a)) { b(); } else { c(); }"), "if(a)b();else{c()}");
        assert_eq!(small("if (a) { {} b(); } else { c(); }"), "if(a){{}b()}else{c()}");
        assert_eq!(small("if (a) { for (;;) {} b(); }"), "if(a){for(;;){}b()}");
        assert_eq!(small("if (a) { L1: for (;;) { break L1; } b(); }"), "if(a){L1:for(;;){break L1}b()}");
        assert_eq!(small("if (a) { let b = 1; } { for (;;) { c(); } }"), "if(a){let a=1}for(;;){c()}");
    }

    #[test]
    fn signs_that_would_melt_together_stay_apart() {
        assert_eq!(small("a++ + b; a - -b; a-- - --b;"), "a++ +b;a- -b;a-- - --b;");
    }
}
