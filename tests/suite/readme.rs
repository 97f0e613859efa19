//! What the README and the manual say about rules is what the program does: the tables, the examples, the line to compare.
//!
//! With `UPDATE=1` the tables of the READMEs are written anew.

use std::fs;
use std::path::{Path, PathBuf};

use salesbook::diagnostic::Language;
use salesbook::path::SourcePath;
use salesbook::rule::{self, Form, support};
use salesbook::source::SourceFile;

const START: &str = "<!-- rhai-support -->\n";
const END: &str = "<!-- /rhai-support -->";

fn root(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

fn read(path: &str) -> String {
    fs::read_to_string(root(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

#[test]
fn the_table_of_what_a_rule_may_use_is_that_of_the_program() {
    for (path, language) in [("README.md", Language::Zh), ("README.en.md", Language::En)] {
        let text = read(path);
        let (before, rest) = text.split_once(START).unwrap_or_else(|| panic!("{path} has no line {START}"));
        let (_, behind) = rest.split_once(END).unwrap_or_else(|| panic!("{path} has no line {END}"));
        let expected = format!("{before}{START}\n{}{END}{behind}", support::summary(language));
        if text == expected {
            continue;
        }
        assert!(std::env::var_os("UPDATE").is_some(), "{path}: the table of rules is old; run this test with UPDATE=1");
        fs::write(root(path), expected).unwrap_or_else(|error| panic!("{path}: {error}"));
    }
}

/// The fenced blocks of a page that are shown as code of a language.
fn code_blocks<'text>(text: &'text str, language: &str) -> Vec<&'text str> {
    let start = format!("```{language}\n");
    text.split(&start).skip(1).map(|rest| rest.split("```").next().unwrap_or("")).collect()
}

#[test]
fn the_examples_of_the_manual_can_be_tried() {
    let page = read("content/zh/reference/rhai-support.md");
    let scripts = code_blocks(&page, "rhai");
    assert!(scripts.len() >= 2, "the page shows scripts");
    for script in &scripts {
        let file = SourceFile::new(SourcePath::new("try.rhai").expect("valid"), *script);
        let found = rule::standalone(&file, Form::Small).err().unwrap_or_default();
        let found: Vec<&str> = found.iter().map(|finding| finding.message.en.as_str()).collect();
        assert!(found.is_empty(), "{script}\n{found:?}");
    }
    let lines = code_blocks(&page, "json");
    let shown = lines.first().expect("the page shows a line").trim();
    assert_eq!(rule::run_canonical(scripts.last().expect("the page shows scripts")), shown);
}
