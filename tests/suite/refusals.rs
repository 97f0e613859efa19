//! What the author reads where a rule is refused: every message in both languages, with its place and its help.
//!
//! `tests/rule/refusals.txt` holds scripts and the findings behind each; `UPDATE=1` writes what is found now.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use salesbook::path::SourcePath;
use salesbook::rule::{self, Form};
use salesbook::source::SourceFile;

fn found(script: &str) -> String {
    let file = SourceFile::new(SourcePath::new("rules/x.rhai").expect("valid"), script);
    let mut text = String::new();
    for finding in rule::standalone(&file, Form::Small).err().unwrap_or_default() {
        let [start, end] = [finding.span.start, finding.span.end].map(|at| file.position(at));
        let (code, message) = (finding.code.name(), &finding.message);
        let _ = writeln!(text, "//! {code} {}:{} to {}:{}", start.line, start.column, end.line, end.column);
        for words in [Some(message), finding.help.as_ref()].into_iter().flatten() {
            let _ = writeln!(
                text,
                "//  {}\n//  {}",
                words.zh.replace('\n', "\n//    "),
                words.en.replace('\n', "\n//    ")
            );
        }
        for other in &finding.suggestion {
            let _ = writeln!(text, "//  -> {other}");
        }
    }
    text
}

#[test]
fn every_refusal_says_the_same_in_both_languages() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/rule/refusals.txt");
    let text = fs::read_to_string(&path).expect("a text");
    let mut updated = String::new();
    let mut accepted = Vec::new();
    for part in text.split("\n\n") {
        let script: Vec<&str> = part.lines().filter(|line| !line.starts_with("//")).collect();
        let script = script.join("\n");
        let found = found(&script);
        if found.is_empty() {
            accepted.push(script.clone());
        }
        let _ = write!(updated, "{script}\n{found}\n");
    }
    let updated = updated.trim_end().to_string() + "\n";
    if std::env::var_os("UPDATE").is_some() {
        fs::write(&path, &updated).expect("writable");
    }
    assert!(accepted.is_empty(), "not refused:\n{}", accepted.join("\n\n"));
    let differs = updated.lines().zip(text.lines()).find(|(now, before)| now != before);
    assert!(updated == text, "the first difference: {differs:?}");
}
