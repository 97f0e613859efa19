//! One mistake per file: the exact report, in both languages, for every code of the table.

use std::collections::BTreeSet;
use std::fs;

use salesbook::diagnostic::code;

use crate::scenario::{check_folder, scenarios};

#[test]
fn scenarios_show_the_exact_report() {
    check_folder("diagnostic");
}

/// A code that no file shows is a message that nobody has read.
#[test]
fn every_code_has_a_scenario_in_both_languages() {
    let mut shown: BTreeSet<(String, &str)> = BTreeSet::new();
    for path in scenarios("diagnostic") {
        let text = fs::read_to_string(&path).expect("readable");
        let mut language = "";
        for line in text.lines() {
            if line.starts_with("-- $ salesbook ") {
                language = if line.contains("--lang zh") { "zh" } else { "en" };
            }
            for code in code::ALL.iter().filter(|code| line.contains(&format!("[{}]: ", code.name()))) {
                shown.insert((code.name().to_string(), language));
            }
        }
    }
    let missing: Vec<String> = code::ALL
        .iter()
        .flat_map(|code| ["zh", "en"].map(|language| (code.name().to_string(), language)))
        .filter(|wanted| !shown.contains(wanted))
        .map(|(code, language)| format!("{code} in {language}"))
        .collect();
    assert!(missing.is_empty(), "no file of tests/diagnostic shows: {}", missing.join(", "));
}
