//! Time of one judgement of `type-finder` in the Rhai engine: `cargo bench --bench rule`, or with the browser's beside
//! it `tests/browser/bench.mjs`.
//!
//! Reads the answers that `cargo test --test suite rule::` recorded, judges them in rounds, and prints the median round
//! in microseconds for one judgement. Making a plain value of the result belongs to it, as it does in the page.

use std::fs;
use std::time::Instant;

use salesbook::path::SourcePath;
use salesbook::rule::{self, Evaluator, settings};
use salesbook::source::SourceFile;
use serde_json::Value;

const ROUNDS: usize = 9;
const ANSWERS: usize = 1_000;

fn main() {
    let root = env!("CARGO_MANIFEST_DIR");
    let read =
        |path: &str| fs::read_to_string(format!("{root}/{path}")).unwrap_or_else(|error| panic!("{path}: {error}"));
    let file = |path: &str| SourceFile::new(SourcePath::new(path).expect("a path of the playbook"), read(path));
    let (settings, _) = settings::parse(&file(settings::FILE));
    let (rule, _) = rule::compile_with(&file("rules/type-finder.rhai"), settings.of("type-finder"));
    let evaluator = Evaluator::new(&rule.expect("it compiles"));
    let record = format!("{}/type-finder.jsonl", env!("CARGO_TARGET_TMPDIR"));
    let lines = fs::read_to_string(&record).unwrap_or_else(|error| panic!("{record}: {error}; run the suite first"));
    let facts: Vec<Vec<(String, Value)>> = lines
        .lines()
        .take(ANSWERS)
        .map(|line| {
            let pair: Value = serde_json::from_str(line).expect("a line of the record");
            pair[0].as_object().expect("answers").clone().into_iter().collect()
        })
        .collect();
    let mut rounds: Vec<f64> = (0..ROUNDS)
        .map(|_| {
            let start = Instant::now();
            for facts in &facts {
                std::hint::black_box(evaluator.raw(facts).expect("the rule never fails"));
            }
            start.elapsed().as_secs_f64() * 1e6 / facts.len() as f64
        })
        .collect();
    rounds.sort_by(f64::total_cmp);
    println!("{:.1}", rounds[ROUNDS / 2]);
}
