//! Short names for the variables of JavaScript that this crate wrote: each scope starts again with `a`, so that
//! functions which do alike look alike, which is what compression lives on.
//!
//! Scopes are found by their brackets: the script itself, blocks, `for`, `catch`, functions, arrows and methods. A name
//! that the caller gives counts as declared outside; what nothing declares keeps its name: words of the language and of
//! the page.

use std::collections::{HashMap, HashSet};
use std::ops::Range;

use super::minify::Token;

/// Words that a short name could be, and must not.
const RESERVED: &[&str] = &["as", "do", "if", "in", "is", "of", "SB"];

/// A part of the script in which its names are known.
struct Scope<'text> {
    tokens: Range<usize>,
    parent: Option<usize>,
    /// The names that it declares, in order.
    names: Vec<&'text str>,
    /// The same names.
    known: HashSet<&'text str>,
    /// Names of scopes outside that it uses: those scopes, or none for what no scope declares.
    outside: HashSet<(Option<usize>, &'text str)>,
    short: HashMap<&'text str, String>,
}

/// What stands for each token that is a variable; `given` names what the other script knows.
pub(super) fn renamed<'text>(tokens: &[Token<'text>], given: &HashMap<String, String>) -> Vec<Option<String>> {
    let partners = partners(tokens);
    let mut scopes = scopes(tokens, &partners);
    let innermost = innermost(tokens.len(), &scopes);
    declare(tokens, &partners, &innermost, given, &mut scopes);
    let uses: Vec<Option<(Option<usize>, &str)>> = tokens
        .iter()
        .enumerate()
        .map(|(at, token)| match token {
            Token::Name(name) if !is_accessor(tokens, at) => Some((owner(&scopes, innermost[at], name), *name)),
            _ => None,
        })
        .collect();
    for (at, used) in uses.iter().enumerate() {
        let Some((owner, name)) = used else { continue };
        let mut scope = innermost[at];
        while scope != *owner {
            let inside = scope.expect("the owner is further out");
            scopes[inside].outside.insert((*owner, name));
            scope = scopes[inside].parent;
        }
    }
    let short = |scopes: &[Scope<'_>], owner: Option<usize>, name: &str| match owner {
        Some(owner) => scopes[owner].short[name].clone(),
        None => given.get(name).map_or(name, String::as_str).to_string(),
    };
    for at in 0..scopes.len() {
        let taken: HashSet<String> =
            scopes[at].outside.iter().map(|(owner, name)| short(&scopes, *owner, name)).collect();
        let mut free = (0..).map(local_name).filter(|short| !taken.contains(short));
        let scope = &mut scopes[at];
        scope.short = scope.names.iter().copied().zip(&mut free).collect();
    }
    uses.into_iter().map(|used| used.map(|(owner, name)| short(&scopes, owner, name))).collect()
}

const LETTERS: &str = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";

/// `a` … `z`, `A` … `Z`, then two letters; words of the language are left out.
fn local_name(number: usize) -> String {
    let last = &LETTERS[number % LETTERS.len()..=number % LETTERS.len()];
    let name = match number / LETTERS.len() {
        0 => last.to_string(),
        more => format!("{}{last}", local_name(more - 1)),
    };
    if RESERVED.contains(&name.as_str()) { format!("{name}_") } else { name }
}

/// A name that scripts share: `A` … `Z`, then two letters, so that variables can have the small ones.
pub(super) fn shared_name(number: usize) -> String {
    local_name(number + LETTERS.len() / 2)
}

fn is(tokens: &[Token<'_>], at: usize, sign: &str) -> bool {
    matches!(tokens.get(at), Some(Token::Plain(text)) if *text == sign)
}

fn word<'text>(tokens: &[Token<'text>], at: usize) -> &'text str {
    if let Some(Token::Name(name) | Token::Property(name)) = tokens.get(at) { name } else { "" }
}

/// `get` and `set` of an accessor, and the name behind them.
fn is_accessor(tokens: &[Token<'_>], at: usize) -> bool {
    let begins = |at: usize| {
        matches!(word(tokens, at), "get" | "set") && !word(tokens, at + 1).is_empty() && is(tokens, at + 2, "(")
    };
    begins(at) || at > 0 && begins(at - 1)
}

/// For each bracket the one that belongs to it.
pub(super) fn partners(tokens: &[Token<'_>]) -> Vec<usize> {
    let mut found = vec![0; tokens.len()];
    let mut open = Vec::new();
    for (at, token) in tokens.iter().enumerate() {
        match token {
            Token::Plain("(" | "[" | "{") => open.push(at),
            Token::Plain(")" | "]" | "}") => {
                let start = open.pop().expect("brackets come in pairs");
                (found[at], found[start]) = (start, at);
            }
            _ => {}
        }
    }
    found
}

/// The scopes, outer ones first, with the parameters that they declare.
fn scopes<'text>(tokens: &[Token<'text>], partners: &[usize]) -> Vec<Scope<'text>> {
    let mut found: Vec<(Range<usize>, Vec<&'text str>)> = vec![(0..tokens.len(), Vec::new())];
    let names = |range: Range<usize>| -> Vec<&'text str> {
        range.filter_map(|at| if let Token::Name(name) = tokens[at] { Some(name) } else { None }).collect()
    };
    for at in 0..tokens.len() {
        if is(tokens, at, "{") {
            let head = if at > 0 && is(tokens, at - 1, ")") { partners[at - 1] } else { at };
            match word(tokens, head.wrapping_sub(1)) {
                _ if is(tokens, at.wrapping_sub(1), ">") => {}
                _ if head == at => found.push((at..partners[at] + 1, Vec::new())),
                "if" | "while" | "switch" | "for" => found.push((at..partners[at] + 1, Vec::new())),
                _ => found.push((head..partners[at] + 1, names(head..at))),
            }
        } else if word(tokens, at) == "for" && is(tokens, at + 1, "(") {
            let body = partners[at + 1] + 1;
            let end = if is(tokens, body, "{") { partners[body] + 1 } else { end_of(tokens, partners, body, &[";"]) };
            found.push((at..end, Vec::new()));
        } else if is(tokens, at, "=") && is(tokens, at + 1, ">") {
            let start = if is(tokens, at - 1, ")") { partners[at - 1] } else { at - 1 };
            let body = at + 2;
            let end =
                if is(tokens, body, "{") { partners[body] + 1 } else { end_of(tokens, partners, body, &[",", ";"]) };
            found.push((start..end, names(start..at)));
        }
    }
    found.sort_by_key(|(tokens, _)| (tokens.start, std::cmp::Reverse(tokens.end)));
    let mut scopes: Vec<Scope<'text>> = Vec::new();
    let mut around: Vec<usize> = Vec::new();
    for (tokens, names) in found {
        while around.last().is_some_and(|outer| scopes[*outer].tokens.end < tokens.end) {
            around.pop();
        }
        let parent = around.last().copied();
        around.push(scopes.len());
        let known = names.iter().copied().collect();
        scopes.push(Scope { tokens, parent, names, known, outside: HashSet::new(), short: HashMap::new() });
    }
    scopes
}

/// Where an expression or a statement ends: before a sign outside its own brackets, or the bracket around it.
pub(super) fn end_of(tokens: &[Token<'_>], partners: &[usize], from: usize, signs: &[&str]) -> usize {
    let mut at = from;
    while let Some(token) = tokens.get(at) {
        match token {
            Token::Plain("(" | "[" | "{") => at = partners[at],
            Token::Plain(")" | "]" | "}") => break,
            Token::Plain(sign) if signs.contains(sign) => break,
            _ => {}
        }
        at += 1;
    }
    at
}

/// For each token the innermost scope around it.
fn innermost(tokens: usize, scopes: &[Scope<'_>]) -> Vec<Option<usize>> {
    let mut found = vec![None; tokens];
    for (number, scope) in scopes.iter().enumerate() {
        found[scope.tokens.clone()].fill(Some(number));
    }
    found
}

/// Adds what `let`, `const`, `function` and `class` declare to the scopes in which they stand.
fn declare<'text>(
    tokens: &[Token<'text>],
    partners: &[usize],
    innermost: &[Option<usize>],
    given: &HashMap<String, String>,
    scopes: &mut [Scope<'text>],
) {
    for at in 0..tokens.len() {
        let Token::Name(keyword) = tokens[at] else { continue };
        let Some(scope) = innermost[at] else { continue };
        let names: Vec<&str> = match keyword {
            "let" | "const" => bindings(tokens, partners, at + 1),
            "class" => vec![word(tokens, at + 1)],
            "function" => vec![word(tokens, at + 1 + usize::from(is(tokens, at + 1, "*")))],
            _ => continue,
        };
        for name in names {
            let outside = scopes[scope].parent.is_none() && given.contains_key(name);
            if !name.is_empty() && !outside && scopes[scope].known.insert(name) {
                scopes[scope].names.push(name);
            }
        }
    }
}

/// The names of `a = 1, [b, c] = d`.
fn bindings<'text>(tokens: &[Token<'text>], partners: &[usize], mut at: usize) -> Vec<&'text str> {
    let mut names = Vec::new();
    loop {
        let end = if is(tokens, at, "[") || is(tokens, at, "{") { partners[at] } else { at };
        names.extend(
            tokens[at..=end].iter().filter_map(|token| if let Token::Name(name) = token { Some(*name) } else { None }),
        );
        at = end + 1;
        if is(tokens, at, "=") {
            at = end_of(tokens, partners, at, &[",", ";"]);
        }
        if !is(tokens, at, ",") {
            return names;
        }
        at += 1;
    }
}

/// The innermost scope that declares a name, from `scope` outwards.
fn owner(scopes: &[Scope<'_>], mut scope: Option<usize>, name: &str) -> Option<usize> {
    while let Some(inside) = scope.filter(|inside| !scopes[*inside].known.contains(name)) {
        scope = scopes[inside].parent;
    }
    scope
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rule::minify::minify;

    fn small(script: &str) -> String {
        minify(script, &HashMap::from([("known".to_string(), "K".to_string())]))
    }

    #[test]
    fn each_function_starts_again() {
        assert_eq!(
            small(
                "function add(one, two) { return one + two; } function sub(left, right) { return add(left, right); }"
            ),
            "function a(a,b){return a+b}function b(b,c){return a(b,c)}"
        );
    }

    #[test]
    fn a_name_means_what_it_meant() {
        assert_eq!(
            small("let x = 1; { let y = x; { let x = y; f(x); } } f(x);"),
            "let a=1;{let b=a;{let a=b;f(a)}}f(a);"
        );
        assert_eq!(
            small("for (const i of all) f(i); for (let [i, n] of g(all)) h(() => i + n);"),
            "for(let a of all)f(a);for(let[a,b]of g(all))h(()=>a+b);"
        );
        assert_eq!(
            small("function f(a) { let b = a; return (a) => { const b = a; return b; }; }"),
            "function a(a){let b=a;return(a)=>{let b=a;return b}}"
        );
    }

    #[test]
    fn what_is_declared_elsewhere_keeps_its_name() {
        assert_eq!(small("function f(a) { return known(a, Map, a.known); }"), "function a(a){return K(a,Map,a.known)}");
        assert_eq!(small("let K = 1; known(K);"), "let a=1;K(a);");
    }

    #[test]
    fn accessors_and_errors_are_scopes() {
        assert_eq!(
            small(
                "class Box { constructor(value) { this.x = value; } get v() { return this.x; } set v(value) { this.x = value; } }"
            ),
            "class a{constructor(a){this.x=a}get v(){return this.x}set v(a){this.x=a}}"
        );
        assert_eq!(
            small("function ref(get, set) { return { get v() { return get(); }, set v(value) { set(value); } }; }"),
            "function a(a,b){return{get v(){return a()},set v(a){b(a)}}}"
        );
        assert_eq!(small("try { f(); } catch (error) { g(error); }"), "try{f()}catch(a){g(a)}");
    }

    #[test]
    fn no_name_is_a_word_of_the_language() {
        let names: Vec<String> = (0..4000).map(local_name).chain((0..400).map(shared_name)).collect();
        assert!(RESERVED.iter().all(|word| !names.iter().any(|name| name == word)));
        let shared: HashSet<String> = (0..400).map(shared_name).collect();
        assert_eq!(shared.len(), 400);
    }
}
