//! The table is true: the compiler, the engine and the JavaScript are asked about every row.

use rquickjs::{Context, Runtime};

use super::super::{Form, run_canonical, standalone};
use super::*;
use crate::path::SourcePath;
use crate::source::SourceFile;

fn compiled(script: &str) -> Result<String, Vec<&'static str>> {
    let file = SourceFile::new(SourcePath::new("rules/x.rhai").expect("valid"), script);
    standalone(&file, Form::Small).map_err(|found| found.iter().map(|finding| finding.code.name()).collect())
}

#[test]
fn what_is_listed_runs_alike_in_the_engine_and_in_the_page() {
    let runtime = Runtime::new().expect("a runtime");
    let mut wrong = Vec::new();
    for construct in GROUPS.iter().flat_map(|group| group.constructs) {
        let example = construct.example;
        match compiled(example) {
            Err(codes) => wrong.push(format!("{example}: refused with {codes:?}")),
            Ok(script) => {
                let context = Context::full(&runtime).expect("a context");
                let line = context.with(|ctx| ctx.eval::<String, _>(script).expect("a line"));
                let expected = run_canonical(example);
                let meant = expected.starts_with("{\"value\":") || example.contains("throw");
                if line != expected || !meant {
                    wrong.push(format!("{example}: {expected} in the engine, {line} in the page"));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn what_is_refused_is_reported_as_the_table_says() {
    let mut wrong = Vec::new();
    for refused in REFUSED.iter().chain(MISTAKES) {
        match compiled(refused.example) {
            Ok(_) => wrong.push(format!("{}: accepted; move it to GROUPS", refused.example)),
            Err(codes) if codes.contains(&refused.code.name()) => {}
            Err(codes) => wrong.push(format!("{}: reported as {codes:?}", refused.example)),
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// A value of each type, by its letter.
const SAMPLES: [(char, &str); 10] = [
    ('i', "7"),
    ('f', "2.5"),
    ('s', "\"t\""),
    ('c', "'c'"),
    ('a', "[1]"),
    ('m', "#{ t: 1 }"),
    ('r', "(0..3)"),
    ('R', "(0..=3)"),
    ('p', "(|x| x)"),
    ('b', "true"),
];

fn sample(letter: char) -> &'static str {
    SAMPLES.iter().find(|(known, _)| *known == letter).map_or("7", |(_, value)| value)
}

/// Whether Rhai itself has what a script calls.
fn exists(script: &str) -> bool {
    let line = run_canonical(script);
    !["Function not found", "Operator not", "type mismatch", "Data type incorrect", "Syntax error"]
        .iter()
        .any(|words| line.contains(words))
}

#[test]
fn operators_take_what_the_table_says() {
    let mut wrong = Vec::new();
    for operator in OPERATORS {
        if let Err(codes) = compiled(&format!("let a = 1; let b = 2; a {} b", operator.sign)) {
            wrong.push(format!("{}: refused with {codes:?}", operator.sign));
        }
        for (left, left_value) in SAMPLES {
            for (right, right_value) in SAMPLES.iter().copied() {
                let way =
                    |left: char, right: char| operator.types.split(' ').any(|way| way == format!("{left}{right}"));
                // A range is a range, whichever of the two it is.
                let plain = |letter: char| if letter == 'R' { 'r' } else { letter };
                let (a, b) = (plain(left), plain(right));
                let listed = way(a, b) || way(a, 'd') || way('d', b) || way('d', 'd');
                let script = format!("let a = {left_value}; let b = {right_value}; a {} b", operator.sign);
                let accepted = exists(&script);
                // Different things can be compared, too: neither is less. And `||` may never look at its right side.
                let loose = ["<", "<=", ">", ">=", "||"].contains(&operator.sign);
                // Functions cannot be compared at all, and a range only with its own kind.
                let never = operator.types == "dd" && a == b && (left != right || a == 'p');
                if listed != accepted && !(accepted && loose) && !never {
                    wrong.push(format!("{script}: listed: {listed}, in Rhai: {}", run_canonical(&script)));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn functions_are_those_of_rhai() {
    let mut wrong = Vec::new();
    for ((_, name), function) in functions() {
        let calls = function.ways.iter().map(|way| {
            let values: Vec<&str> = way.chars().map(sample).collect();
            format!("{name}({})", values.join(", "))
        });
        let properties = function.properties.iter().map(|letter| format!("let v = {}; v.{name}", sample(*letter)));
        for script in calls.chain(properties) {
            let line = run_canonical(&script);
            if line.contains(&format!("Function not found: {name} (")) || line.contains("Unknown property") {
                wrong.push(format!("{script}: {line}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_function_is_explained() {
    let functions = functions();
    let missing: Vec<_> = functions
        .keys()
        .filter(|(group, name)| !MEANINGS.iter().any(|(known, called, _)| known == group && called == name))
        .collect();
    assert!(missing.is_empty(), "add a row to MEANINGS in src/rule/support/words.rs: {missing:?}");
    let stale: Vec<_> = MEANINGS.iter().filter(|(group, name, _)| !functions.contains_key(&(*group, *name))).collect();
    assert!(stale.is_empty(), "no such function; delete the row in src/rule/support/words.rs: {stale:?}");
}

/// One cell stands for several ways to call; each combination that it promises must be there.
#[test]
fn a_row_promises_no_more_than_there_is() {
    let mut wrong = Vec::new();
    for ((_, name), function) in functions() {
        for (receivers, arguments) in function.by_receiver() {
            for (receiver, places) in
                receivers.iter().flat_map(|receiver| arguments.values().map(move |it| (receiver, it)))
            {
                let mut ways = vec![receiver.to_string()];
                for place in places {
                    ways =
                        ways.iter().flat_map(|way| place.iter().map(move |letter| format!("{way}{letter}"))).collect();
                }
                let promised = ways.iter().filter(|way| !function.ways.contains(way.as_str()));
                // What takes nothing at all has no receiver.
                wrong.extend(promised.filter(|way| *way != "-").map(|way| format!("{name}({way})")));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn tables_are_written_in_both_languages() {
    for language in [Language::Zh, Language::En] {
        let text = markdown(None, language);
        for name in ["`len()` `.len`", "SB0502", "5,000,000", "\\|\\|"] {
            assert!(text.contains(name), "{name}: {text}");
        }
        for line in text.lines().filter(|line| line.starts_with('|')) {
            assert!(!line.contains("|  |"), "an empty cell: {line}");
        }
    }
    assert!(!markdown(None, Language::En).chars().any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c)));
    assert!(summary(Language::En).contains("`push`"));
    assert_eq!(grouped(5_000_000), "5,000,000");
}
