//! Changes the real rules at random: a constant, an option, an operator, a statement twice or not at all.
//!
//! The text is cut into tokens and put together again, so nothing here knows the language's grammar; what no longer
//! compiles is left out by whoever runs the mutants. Places stay as they are where nothing was changed.

use salesbook::rule::schema::{Fact, FactKind, ToolSchema};
use serde_json::{Value, json};

use super::choices::Choices;

/// What a token is, as far as changing it needs to know.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// White space or a comment.
    Space,
    Word,
    Number,
    Text,
    Operator,
    /// A bracket, comma or semicolon.
    Mark,
}

/// Operators that may stand for each other without breaking the grammar.
const OPERATORS: &[&[&str]] = &[
    &["==", "!=", "<", "<=", ">", ">="],
    &["+", "-", "*", "/", "%"],
    &["+=", "-=", "*=", "/=", "="],
    &["&&", "||", "??"],
    &["..", "..="],
    &[".", "?."],
];

const NUMBERS: &[&str] = &["0", "1", "2", "-1", "3", "10", "0.5", "2.0", "9223372036854775807", "()", "\"\"", "true"];

/// The text with one to four changes.
pub(crate) fn mutant(text: &str, choices: &mut Choices<'_>) -> String {
    let mut tokens: Vec<(Kind, String)> =
        tokens(text).into_iter().map(|(kind, text)| (kind, text.to_string())).collect();
    for _ in 0..choices.within(1, 4) {
        change(&mut tokens, choices);
    }
    tokens.into_iter().map(|(_, text)| text).collect()
}

/// The lines of the changed text that the other has not, with their numbers.
pub(crate) fn difference(original: &str, changed: &str) -> String {
    let known: std::collections::BTreeSet<&str> = original.lines().collect();
    let new = changed.lines().enumerate().filter(|(_, line)| !known.contains(line));
    new.map(|(index, line)| format!("{}: {line}", index + 1)).collect::<Vec<_>>().join("\n")
}

fn change(tokens: &mut Vec<(Kind, String)>, choices: &mut Choices<'_>) {
    let of_kind = |tokens: &[(Kind, String)], kind: Kind| -> Vec<usize> {
        (0..tokens.len()).filter(|index| tokens[*index].0 == kind).collect()
    };
    match choices.weighted(&[(6, 'n'), (6, 't'), (6, 'o'), (4, 'w'), (3, 's'), (3, 'd'), (2, 'x')]) {
        'n' => {
            let numbers = of_kind(tokens, Kind::Number);
            if !numbers.is_empty() {
                let at = *choices.pick(&numbers);
                tokens[at].1 = (*choices.pick(NUMBERS)).to_string();
            }
        }
        // One text, option or name in the place of another.
        kind @ ('t' | 'w') => {
            let all = of_kind(tokens, if kind == 't' { Kind::Text } else { Kind::Word });
            if !all.is_empty() {
                let (at, other) = (*choices.pick(&all), *choices.pick(&all));
                tokens[at].1 = tokens[other].1.clone();
            }
        }
        'o' => {
            let operators = of_kind(tokens, Kind::Operator);
            let fitting: Vec<(usize, &[&str])> = operators
                .iter()
                .filter_map(|at| {
                    OPERATORS.iter().find(|group| group.contains(&tokens[*at].1.as_str())).map(|group| (*at, *group))
                })
                .collect();
            if !fitting.is_empty() {
                let (at, group) = *choices.pick(&fitting);
                tokens[at].1 = (*choices.pick(group)).to_string();
            }
        }
        // A statement twice, or not at all.
        kind @ ('s' | 'd') => {
            let ends: Vec<usize> =
                (0..tokens.len()).filter(|index| matches!(tokens[*index].1.as_str(), ";" | "{" | "}")).collect();
            if ends.len() < 2 {
                return;
            }
            let which = choices.below(ends.len() - 1);
            let range = ends[which] + 1..ends[which + 1] + 1;
            if kind == 's' {
                let copy: Vec<(Kind, String)> = tokens[range.clone()].to_vec();
                tokens.splice(range.start..range.start, copy);
            } else {
                tokens.drain(range);
            }
        }
        _ => {
            let at = choices.below(tokens.len());
            tokens.remove(at);
        }
    }
}

fn tokens(text: &str) -> Vec<(Kind, &str)> {
    let mut tokens = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let (kind, length) = match first {
            _ if rest.starts_with("//") => (Kind::Space, rest.find('\n').unwrap_or(rest.len())),
            c if c.is_whitespace() => (Kind::Space, span(rest, char::is_whitespace)),
            c if c.is_ascii_digit() => (Kind::Number, span(rest, |c| c.is_ascii_alphanumeric() || c == '_')),
            c if c.is_alphabetic() || c == '_' => (Kind::Word, span(rest, |c| c.is_alphanumeric() || c == '_')),
            quote @ ('"' | '\'' | '`') => (Kind::Text, quoted(rest, quote)),
            '(' | ')' | '[' | ']' | '{' | '}' | ',' | ';' => (Kind::Mark, 1),
            _ => (Kind::Operator, operator(rest)),
        };
        let (token, behind) = rest.split_at(length);
        tokens.push((kind, token));
        rest = behind;
    }
    tokens
}

fn span(text: &str, inside: impl Fn(char) -> bool) -> usize {
    text.find(|c: char| !inside(c)).unwrap_or(text.len())
}

/// The length of a text with its quotes.
fn quoted(text: &str, quote: char) -> usize {
    let mut escaped = false;
    for (at, c) in text.char_indices().skip(1) {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            c if c == quote => return at + c.len_utf8(),
            _ => {}
        }
    }
    text.len()
}

fn operator(text: &str) -> usize {
    let known = OPERATORS.iter().flat_map(|group| group.iter()).chain(&["=>", "#", "::", "!"]);
    let longest = known.filter(|operator| text.starts_with(**operator)).map(|operator| operator.len()).max();
    longest.unwrap_or_else(|| text.chars().next().map_or(1, char::len_utf8))
}

/// Answers to some of the questions, as a page would send them.
pub(crate) fn answers(schema: &ToolSchema, choices: &mut Choices<'_>) -> Value {
    let mut answers = serde_json::Map::new();
    for fact in &schema.facts {
        if choices.chance(650) {
            answers.insert(fact.id.clone(), answer(fact, choices));
        }
    }
    Value::Object(answers)
}

fn answer(fact: &Fact, choices: &mut Choices<'_>) -> Value {
    match fact.kind {
        FactKind::Choice => json!(choices.pick(&fact.options).id),
        FactKind::Multi => {
            json!(fact.options.iter().filter(|_| choices.chance(500)).map(|option| &option.id).collect::<Vec<_>>())
        }
        FactKind::YesNo => json!(choices.chance(500)),
        FactKind::Scale | FactKind::Number => {
            let (min, max) = (fact.min.unwrap_or(-5.0), fact.max.unwrap_or(1000.0));
            let steps = ((max - min) / fact.step.unwrap_or(1.0)).max(0.0) as usize;
            json!(min + choices.below(steps + 1) as f64 * fact.step.unwrap_or(1.0))
        }
        FactKind::Text => json!(choices.pick(&["很多", "a", "__proto__", "😀", " "])),
        FactKind::Date => json!(choices.pick(&["2026-02-28", "1999-12-31", "2027-01-01"])),
        FactKind::Table => (0..choices.below(12)).map(|_| row(fact, choices)).collect(),
    }
}

/// A row of a table, with gaps where they are allowed.
fn row(fact: &Fact, choices: &mut Choices<'_>) -> Value {
    let mut cells = serde_json::Map::new();
    for column in &fact.columns {
        if column.required || choices.chance(800) {
            let number = [0.0, 1.0, 12.5, -3.0, 1e6].map(|number| json!(number));
            let text = ["甲", "a", "__proto__", "😀"].map(|text| json!(text));
            let cell = choices.pick(if column.number { &number } else { &text }).clone();
            cells.insert(column.id.clone(), cell);
        }
    }
    Value::Object(cells)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_give_the_text_again() {
        let text = "const K = 3; // 说明\nfn f(a) { if a?.b >= 1.5 && `x${a}` != '\\'' { a += #{n: \"中\\\"\"}; } }";
        let tokens = tokens(text);
        assert_eq!(tokens.iter().map(|(_, text)| *text).collect::<String>(), text);
        assert!(tokens.contains(&(Kind::Operator, "?.")) && tokens.contains(&(Kind::Text, "\"中\\\"\"")));
    }
}
