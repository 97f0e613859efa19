//! What the author reads where a rule, an answer or a case is not right: every message in both languages, with its
//! place and its help.
//!
//! `tests/rule/refusals.txt` holds scripts and what is said of each; `tests/rule/findings.txt` holds rules, cases and
//! answers for the page below; `tests/rule/emitted.txt` holds scripts and their JavaScript, `linked.txt` the parts of the
//! runtime that come along. `UPDATE=1` writes what is said now.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use salesbook::diagnostic::{Bilingual, Diagnostic};
use salesbook::path::SourcePath;
use salesbook::rule::schema::{Choice, Fact, FactKind, ToolSchema};
use salesbook::rule::{self, Form, cases};
use salesbook::source::SourceFile;
use serde_json::{Map, Value};

fn file(name: &str, text: &str) -> SourceFile {
    SourceFile::new(SourcePath::new(name).expect("valid"), text)
}

fn words(said: &Bilingual) -> String {
    format!("//  {}\n//  {}\n", said.zh, said.en)
}

fn listed(file: &SourceFile, found: &[Diagnostic]) -> String {
    let mut text = String::new();
    for finding in found {
        let [start, end] = [finding.span.start, finding.span.end].map(|at| file.position(at));
        let code = finding.code.name();
        let _ = writeln!(text, "//! {code} {}:{} to {}:{}", start.line, start.column, end.line, end.column);
        text.push_str(&words(&finding.message));
        text.push_str(&finding.help.as_ref().map(words).unwrap_or_default());
        if let Some(other) = &finding.suggestion {
            let _ = writeln!(text, "//  -> {other}");
        }
    }
    text
}

/// Compares what is said of each part of a file with what stands behind it.
fn compare(name: &str, said: impl Fn(&str) -> String) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/rule").join(name);
    let text = fs::read_to_string(&path).expect("a text");
    let mut updated = String::new();
    for part in text.trim_end().split("\n\n") {
        let asked: Vec<&str> = part.lines().filter(|line| !line.starts_with("//")).collect();
        let asked = asked.join("\n");
        let _ = write!(updated, "{asked}\n{}\n", said(&asked));
    }
    let updated = updated.trim_end().to_string() + "\n";
    if std::env::var_os("UPDATE").is_some() {
        fs::write(&path, &updated).expect("writable");
    }
    let differs = updated.lines().zip(text.lines()).find(|(now, before)| now != before);
    assert!(updated == text, "{name}, the first difference: {differs:?}");
}

#[test]
fn every_refusal_says_the_same_in_both_languages() {
    compare("refusals.txt", |script| {
        let file = file("rules/x.rhai", script);
        listed(&file, &rule::standalone(&file, Form::Small).expect_err(script))
    });
}

/// Behaviour is held by the corpus; here a copy or a test that nobody needs shows.
#[test]
fn plain_rules_become_plain_code() {
    compare("emitted.txt", |script| {
        let file = file("rules/x.rhai", script);
        let code = rule::program_script(&file, Form::Readable).expect(script).code;
        let frame = ["SB(", "\"use strict\"", "LIMIT.", "const $line", "if (typeof console", "return $line", "});"];
        let own = code.lines().filter(|line| !frame.iter().any(|start| line.starts_with(start)));
        own.map(|line| format!("//  {line}\n")).collect()
    });
}

/// The function, class or constant that a line of the runtime begins with, or the built-in that it registers.
fn declared(line: &str) -> Option<String> {
    if let Some(name) = ["function ", "class ", "const "].iter().find_map(|word| line.strip_prefix(word)) {
        return name.split([' ', '(']).next().filter(|name| *name != "{").map(str::to_string);
    }
    let (register, rest) = line.split_once("(\"")?;
    let mut parts = rest.split('"');
    let (name, types) = (parts.next()?, parts.nth(1)?);
    register.bytes().all(|byte| byte.is_ascii_lowercase()).then(|| format!("{register}:{name}({types})"))
}

#[test]
fn a_page_gets_no_more_of_the_runtime_than_its_rules_need() {
    compare("linked.txt", |script| {
        let file = file("rules/x.rhai", script);
        let code = rule::standalone(&file, Form::Readable).expect(script);
        let runtime = code.lines().skip(1).take_while(|line| !line.starts_with("return {"));
        let names: Vec<String> = runtime.filter_map(declared).collect();
        names.chunks(12).map(|names| format!("//  {}\n", names.join(" "))).collect()
    });
}

/// A page with questions of every kind.
fn schema() -> ToolSchema {
    let fact = |id: &str, kind| Fact {
        id: id.to_string(),
        kind,
        question: format!("{id}?"),
        hint: None,
        options: Vec::new(),
        min: None,
        max: None,
        step: None,
        unit: None,
        columns: Vec::new(),
    };
    let option = |id: &str| Choice { id: id.to_string(), label: id.to_uppercase() };
    let mut role = fact("role", FactKind::Choice);
    role.options = ["owner", "buyer"].map(option).to_vec();
    let mut several = fact("several", FactKind::Multi);
    several.options = ["a", "b"].map(option).to_vec();
    let mut level = fact("level", FactKind::Scale);
    (level.min, level.max) = (Some(1.0), Some(5.0));
    let others = [("sure", FactKind::YesNo), ("amount", FactKind::Number), ("note", FactKind::Text)];
    let others = others.into_iter().chain([("day", FactKind::Date)]).map(|(id, kind)| fact(id, kind));
    ToolSchema {
        facts: [role, several, level].into_iter().chain(others).collect(),
        outcomes: vec!["small".to_string(), "large".to_string()],
        warnings: vec![("late".to_string(), "Late.".to_string())],
    }
}

/// What the cases are judged with.
const JUDGE: &str = "fn classify(facts) {
    if facts.level == 5 { throw \"too \" + facts.level; }
    if facts.level == 4 { return 4; }
    if facts.level == 3 { loop { 1; } }
    #{ outcome: if facts.sure == true { \"large\" } else { () }, also: [\"small\"], warnings: [\"late\"], reasons: [#{ text: \"so\" }] }
}";

#[test]
fn what_does_not_fit_the_page_is_said_in_both_languages() {
    let schema = schema();
    compare("findings.txt", |asked| {
        if asked.starts_with('{') || asked.starts_with('3') {
            return match schema.read_facts(&serde_json::from_str(asked).expect("JSON")) {
                Ok(facts) => format!("//= {}\n", Value::Object(Map::from_iter(facts))),
                Err(wrong) => wrong.iter().map(|(id, said)| format!("//! {id}\n{}", words(said))).collect(),
            };
        }
        if asked.contains("customer") {
            let (judge, file) = (file("rules/x.rhai", JUDGE), file("rules/x.cases.yaml", asked));
            let (list, found) = cases::parse(&file);
            let mut text = listed(&file, &found);
            for result in cases::run(&rule::compile(&judge).0.expect("a rule"), &schema, &list) {
                let (customer, given) = (&result.customer, result.result.is_some());
                let _ = writeln!(text, "//= {customer}: {}, {given}, {}", result.passed(), result.limit);
                text.push_str(&listed(&file, &result.findings));
            }
            return text;
        }
        let file = file("rules/x.rhai", asked);
        match rule::compile(&file) {
            (Some(rule), found) => listed(&file, &[found, rule::check_schema(&rule, &schema)].concat()),
            (None, found) => listed(&file, &found),
        }
    });
}
