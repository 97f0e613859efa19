//! The conformance corpus: small scripts by feature with the line that the Rhai engine must give. The engine and the
//! generated JavaScript must both give it; what cannot be carried over exactly must be refused with its place.
//!
//! `emitted.sums` holds a sum of the code that each file's scripts become: code that does the same and is longer, or asks
//! for more of the runtime, is noticed too.
//!
//! `ONLY=closures` looks at the files with that word in their name, `UPDATE=1` writes what is there now behind each
//! script: to be read line by line before it is kept. Before a new sum is kept, look at what changed with
//! `salesbook rule js FILE --standalone --readable`.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use rquickjs::{Context, Runtime};
use salesbook::path::SourcePath;
use salesbook::rule::{self, Form};
use salesbook::source::SourceFile;
use serde_json::json;
use sha2::{Digest, Sha256};

/// A script and what is written behind it.
struct Case {
    script: String,
    expected: Option<Expected>,
}

#[derive(Clone, PartialEq, Eq)]
enum Expected {
    /// `//= ` and the canonical line.
    Line(String),
    /// `//! ` and code, line and column of the refusal.
    Refusal(String),
}

impl Expected {
    fn text(&self) -> String {
        match self {
            Expected::Line(line) => format!("//= {line}"),
            Expected::Refusal(refusal) => format!("//! {refusal}"),
        }
    }
}

fn cases(text: &str) -> Vec<Case> {
    let mut cases = Vec::new();
    let mut script: Vec<&str> = Vec::new();
    let mut finish = |script: &mut Vec<&str>, expected| {
        let text = script.join("\n").trim_matches('\n').to_string();
        script.clear();
        if !text.is_empty() {
            cases.push(Case { script: text, expected });
        }
    };
    for line in text.lines() {
        if let Some(expected) = line.strip_prefix("//= ") {
            finish(&mut script, Some(Expected::Line(expected.to_string())));
        } else if let Some(expected) = line.strip_prefix("//! ") {
            finish(&mut script, Some(Expected::Refusal(expected.to_string())));
        } else if line == "---" {
            finish(&mut script, None);
        } else {
            script.push(line);
        }
    }
    finish(&mut script, None);
    cases
}

/// What the engine says, and what the page says.
fn results(runtime: &Runtime, script: &str) -> (String, Expected) {
    let file = SourceFile::new(SourcePath::new("script.rhai").expect("valid"), script);
    let engine = rule::run_canonical(script);
    let page = match rule::standalone(&file, Form::Small) {
        Ok(javascript) => Expected::Line(Context::full(runtime).expect("a context").with(|ctx| {
            ctx.eval::<String, _>(javascript)
                .unwrap_or_else(|error| format!("{error}: {:?}", ctx.catch().as_exception()))
        })),
        Err(found) => {
            let place = file.position(found[0].span.start);
            Expected::Refusal(format!("{} {}:{}", found[0].code.name(), place.line, place.column))
        }
    };
    (engine, page)
}

/// What came of one file.
#[derive(Default)]
struct Outcome {
    equal: usize,
    refused: usize,
    wrong: Vec<String>,
    records: String,
    updated: String,
    /// Of the code of all scripts and of what is said of the refused ones.
    sum: String,
}

fn check(path: &Path) -> Outcome {
    let name = path.file_name().expect("a file").to_string_lossy().to_string();
    let text = fs::read_to_string(path).unwrap_or_else(|error| panic!("{name}: {error}"));
    let runtime = Runtime::new().expect("QuickJS");
    // A script that runs away fails by itself and not with the whole test.
    runtime.set_memory_limit(512 << 20);
    let mut sum = Sha256::new();
    let mut outcome = Outcome::default();
    for (index, case) in cases(&text).into_iter().enumerate() {
        let (engine, page) = results(&runtime, &case.script);
        let now = match &page {
            Expected::Line(_) => Expected::Line(engine.clone()),
            Expected::Refusal(_) => page.clone(),
        };
        let _ = writeln!(outcome.updated, "{}\n{}\n", case.script, now.text());
        let file = SourceFile::new(SourcePath::new("script.rhai").expect("valid"), &*case.script);
        // Short names of the runtime would differ with the runtime.
        match rule::program_script(&file, Form::Readable) {
            Ok(program) => sum.update(format!("{} {:?}", program.code, program.units)),
            Err(found) => sum.update(format!("{found:?}")),
        }
        match &page {
            Expected::Line(line) if *line == engine && case.expected.as_ref() == Some(&page) => outcome.equal += 1,
            Expected::Refusal(_) if case.expected.as_ref() == Some(&page) => outcome.refused += 1,
            _ => {
                let expected = case.expected.map_or("nothing yet".to_string(), |it| it.text());
                let (number, script, page) = (index + 1, case.script, page.text());
                outcome.wrong.push(format!(
                    "{name} #{number}\n{script}\n  expected {expected}\n  engine   {engine}\n  page     {page}"
                ));
                continue;
            }
        }
        if let Ok(program) = rule::program_script(&file, Form::Small) {
            let _ = writeln!(outcome.records, "{}", json!([program.code, engine]));
        }
    }
    outcome.sum = sum.finalize()[..8].iter().map(|byte| format!("{byte:02x}")).collect();
    outcome
}

#[test]
fn every_script_behaves_as_in_the_engine() {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/rule/conformance");
    let only = std::env::var("ONLY").unwrap_or_default();
    let mut files: Vec<PathBuf> = fs::read_dir(&folder)
        .expect("the corpus")
        .flatten()
        .map(|entry| entry.path())
        .filter(|path| path.extension().is_some_and(|it| it == "rhai") && path.to_string_lossy().contains(&only))
        .collect();
    files.sort();
    let next = std::sync::atomic::AtomicUsize::new(0);
    let threads = std::thread::available_parallelism().map_or(1, std::num::NonZero::get).min(4);
    let mut outcomes: Vec<(usize, Outcome)> = std::thread::scope(|scope| {
        let work = || {
            let mut done = Vec::new();
            while let Some((index, path)) = Some(next.fetch_add(1, std::sync::atomic::Ordering::Relaxed))
                .and_then(|at| files.get(at).map(|path| (at, path)))
            {
                done.push((index, check(path)));
            }
            done
        };
        let workers: Vec<_> = (0..threads).map(|_| scope.spawn(work)).collect();
        workers.into_iter().flat_map(|worker| worker.join().expect("no script breaks the test")).collect()
    });
    outcomes.sort_by_key(|(index, _)| *index);
    let update = std::env::var_os("UPDATE").is_some();
    if update {
        for (index, outcome) in &outcomes {
            fs::write(&files[*index], format!("{}\n", outcome.updated.trim_end())).expect("writable");
        }
    }
    let name = |index: usize| files[index].file_name().expect("a file").to_string_lossy().to_string();
    let sums = outcomes.iter().map(|(index, outcome)| (name(*index), outcome.sum.clone())).collect();
    let changed = changed_sums(sums, update, only.is_empty());
    let sum = |count: fn(&Outcome) -> usize| outcomes.iter().map(|(_, outcome)| count(outcome)).sum::<usize>();
    let (equal, refused) = (sum(|outcome| outcome.equal), sum(|outcome| outcome.refused));
    let wrong: Vec<&str> = outcomes.iter().flat_map(|(_, outcome)| outcome.wrong.iter().map(String::as_str)).collect();
    println!("{equal} scripts alike, {refused} refused, {} wrong", wrong.len());
    assert!(wrong.is_empty(), "{} wrong, {equal} alike, {refused} refused\n{}", wrong.len(), wrong.join("\n\n"));
    let what = "other code, or other words of a refusal, than what was looked at";
    assert!(changed.is_empty(), "{what}: {}", changed.join(", "));
    if only.is_empty() {
        assert!(equal >= 1_000, "only {equal} scripts");
        let records: String = outcomes.iter().map(|(_, outcome)| outcome.records.as_str()).collect();
        let file = Path::new(env!("CARGO_TARGET_TMPDIR")).join("conformance.jsonl");
        fs::write(&file, records).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
    }
}

/// The files whose sum is another than the one that is kept; with `update` all are kept. `whole`: there are no others.
fn changed_sums(now: BTreeMap<String, String>, update: bool, whole: bool) -> Vec<String> {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/rule/emitted.sums");
    let text = fs::read_to_string(&path).unwrap_or_default();
    let rows = text.lines().filter_map(|line| line.split_once(' '));
    let mut kept: BTreeMap<String, String> = rows.map(|(sum, name)| (name.to_string(), sum.to_string())).collect();
    if update {
        if whole {
            kept.clear();
        }
        kept.extend(now);
        let rows: String = kept.iter().map(|(name, sum)| format!("{sum} {name}\n")).collect();
        fs::write(&path, rows).expect("writable");
        return Vec::new();
    }
    let differs = |name: &&String| now.get(*name) != kept.get(*name);
    let gone = kept.keys().filter(|name| whole && !now.contains_key(*name));
    now.keys().filter(differs).chain(gone).cloned().collect()
}
