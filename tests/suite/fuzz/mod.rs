//! Programs that nobody wrote: what the compiler accepts runs alike in the Rhai engine and in the page.
//!
//! `generate` makes programs from a seed, `mutate` changes the real rules; both engines must give the same line, errors
//! and places included. A difference is shrunk before it is shown. `tests/README.md` says how to run more of them.

mod call;
mod choices;
mod engines;
mod expression;
mod flow;
mod generate;
mod library;
mod literal;
mod mutate;
mod shrink;
mod tree;

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use choices::Choices;
use engines::{Engines, NO_ORDER, Page, Verdict};
use generate::Supported;
use salesbook::rule::schema::ToolSchema;
use salesbook::rule::{self, Evaluator};
use salesbook::source::SourceFile;
use tree::Node;

use super::rule::{read, root, schema_of};

/// A difference that is known: what the lines of both engines contain.
struct Known {
    /// Of the engine's line and the page's.
    fits: fn(&str, &str) -> bool,
    /// Why the page does not follow Rhai here.
    why: &'static str,
}

/// Differences that are allowed.
const KNOWN: &[Known] = &[
    Known {
        fits: |engine, _| engine.contains(NO_ORDER),
        why: "Rust's order of more than twenty elements, when a comparer contradicts itself, is not known, nor whether it notices",
    },
    Known {
        fits: |_, page| page.contains("the comparer for sorting gives neither a number nor a bool"),
        why: "Rhai then orders by Rust's numbers for types, which differ between builds",
    },
    Known {
        fits: |engine, page| names_the_cell(engine, page),
        why: "Rhai names the type of a captured variable by Rust's type of the cell that it is in",
    },
];

/// Whether two lines differ only in the names of types that the engine gives as a cell's.
fn names_the_cell(engine: &str, page: &str) -> bool {
    let mut parts = engine.split("alloc::rc::Rc<core::cell::RefCell<rhai::types::dynamic::Dynamic>>");
    let first = parts.next().unwrap_or_default();
    let Some(mut rest) = page.strip_prefix(first).filter(|_| first.len() < engine.len()) else {
        return false;
    };
    parts.all(|part| match rest.find(part).filter(|at| *at < 20) {
        Some(at) => {
            rest = &rest[at + part.len()..];
            true
        }
        None => false,
    }) && rest.is_empty()
}

/// How many differences are shrunk and shown; a broken compiler would give thousands.
const SHOWN: usize = 200;
/// How many of one kind are shown.
const SHOWN_ALIKE: usize = 2;

/// How many answers each mutant judges.
const ANSWERS: usize = 20;
/// How long a program and what is done to shrink it may take before it is named; nothing depends on it.
const PATIENCE: Duration = Duration::from_secs(30);

/// A number from the environment.
fn setting(name: &str, default: u64) -> u64 {
    std::env::var(name).ok().and_then(|value| value.parse().ok()).unwrap_or(default)
}

/// What the threads are at, so that a program that never ends can be named.
#[derive(Debug, Default)]
struct Watch {
    running: Mutex<BTreeMap<u64, Instant>>,
    done: AtomicBool,
}

impl Watch {
    /// Remembers that a program runs while `action` does.
    fn during<T>(&self, number: u64, action: impl FnOnce() -> T) -> T {
        self.running.lock().expect("no panic").insert(number, Instant::now());
        let result = action();
        self.running.lock().expect("no panic").remove(&number);
        result
    }

    /// Names programs that run for long, until all work is done.
    fn look(&self) {
        while !self.done.load(Ordering::Relaxed) {
            std::thread::sleep(Duration::from_millis(100));
            for (number, since) in self.running.lock().expect("no panic").iter_mut() {
                if since.elapsed() > PATIENCE {
                    eprintln!("program {number} has been running for {} s", PATIENCE.as_secs());
                    *since = Instant::now();
                }
            }
        }
    }
}

/// Runs `work` on every core until it says that nothing is left.
fn on_all_cores<T: Send>(watch: &Watch, work: impl Fn() -> T + Sync) -> Vec<T> {
    let threads = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    std::thread::scope(|scope| {
        let worker = || std::thread::Builder::new().stack_size(crate::support::STACK_BYTES).spawn_scoped(scope, &work);
        let parts: Vec<_> = (0..threads).map(|_| worker().expect("a thread")).collect();
        scope.spawn(|| watch.look());
        let results = parts.into_iter().map(std::thread::ScopedJoinHandle::join).collect::<Vec<_>>();
        watch.done.store(true, Ordering::Relaxed);
        results.into_iter().map(|result| result.expect("the work does not panic")).collect()
    })
}

/// What a run came to.
#[derive(Debug, Default)]
struct Summary {
    programs: u64,
    refused: u64,
    values: u64,
    errors: u64,
    /// How often each known difference occurred.
    known: BTreeMap<usize, u64>,
    stopped: u64,
    different: u64,
    refusals: BTreeMap<String, u64>,
    failures: BTreeMap<String, u64>,
    features: BTreeMap<&'static str, u64>,
    /// How long the generator worked, the compiler, the engine and the page.
    times: [Duration; 4],
}

impl Summary {
    fn count(&mut self, verdict: &Verdict) {
        self.programs += 1;
        match verdict {
            Verdict::Refused(finding) => {
                self.refused += 1;
                let words: Vec<&str> = finding.split(' ').collect();
                *self.refusals.entry(format!("{} {}", words[0], words[2..].join(" "))).or_default() += 1;
            }
            Verdict::Same(line) => match error_text(line) {
                None => self.values += 1,
                Some(text) => {
                    self.errors += 1;
                    let kind: String = text.chars().filter(|c| !c.is_ascii_digit()).collect();
                    let kind = kind.split(['\'', '(', '"']).next().unwrap_or_default();
                    let kind: Vec<&str> = kind.split(' ').take(6).collect();
                    let kind = kind.join(" ");
                    *self.failures.entry(kind).or_default() += 1;
                }
            },
            Verdict::Stopped => self.stopped += 1,
            // Counted when it has been shrunk.
            Verdict::Different { .. } => {}
        }
    }

    fn add(&mut self, other: Summary) {
        self.programs += other.programs;
        self.refused += other.refused;
        self.values += other.values;
        self.errors += other.errors;
        for (known, count) in other.known {
            *self.known.entry(known).or_default() += count;
        }
        self.stopped += other.stopped;
        self.different += other.different;
        for (mine, other) in self.times.iter_mut().zip(other.times) {
            *mine += other;
        }
        for (name, count) in other.refusals {
            *self.refusals.entry(name).or_default() += count;
        }
        for (name, count) in other.failures {
            *self.failures.entry(name).or_default() += count;
        }
        for (name, count) in other.features {
            *self.features.entry(name).or_default() += count;
        }
    }

    fn line(&self, what: &str, seed: u64, start: Instant) -> String {
        let seconds = start.elapsed().as_secs_f64();
        format!(
            "{} {what}, seed {seed}: {} refused, {} errors, {} values, {} stopped, {} known differences, \
             {} differences, {seconds:.1} s ({:.0} a second)",
            self.programs,
            self.refused,
            self.errors,
            self.values,
            self.stopped,
            self.known.values().sum::<u64>(),
            self.different,
            self.programs as f64 / seconds
        )
    }

    /// The details behind the line: what was refused, how programs failed, what they used.
    fn details(&self) -> String {
        let mut text = String::new();
        let mut list = |title: &str, entries: Vec<(&str, u64)>, most: usize| {
            let mut entries = entries;
            entries.sort_by_key(|(name, count)| (std::cmp::Reverse(*count), *name));
            let shown: Vec<String> = entries.iter().take(most).map(|(name, count)| format!("{name} {count}")).collect();
            let _ = writeln!(text, "  {title} ({} kinds): {}", entries.len(), shown.join(", "));
        };
        let named = |map: &BTreeMap<String, u64>| -> Vec<(String, u64)> {
            map.iter().map(|(name, count)| (name.clone(), *count)).collect()
        };
        let refusals = named(&self.refusals);
        list("refused", refusals.iter().map(|(name, count)| (name.as_str(), *count)).collect(), 12);
        let failures = named(&self.failures);
        list("errors", failures.iter().map(|(name, count)| (name.as_str(), *count)).collect(), 40);
        list(
            "milliseconds",
            ["generator", "compiler", "engine", "page"]
                .iter()
                .zip(self.times)
                .map(|(name, time)| (*name, u64::try_from(time.as_millis()).unwrap_or(0)))
                .collect(),
            4,
        );
        list("used", self.features.iter().map(|(name, count)| (*name, *count)).collect(), usize::MAX);
        text
    }
}

/// The text of the error that a line reports, if it does.
fn error_text(line: &str) -> Option<&str> {
    line.strip_prefix("{\"error\":{\"text\":\"")
}

/// The known difference that a program shows.
fn known(engine: &str, page: &str) -> Option<usize> {
    KNOWN.iter().position(|it| (it.fits)(engine, page))
}

/// What a line is like: its error without numbers and names, or that it is a value.
fn kind(line: &str) -> String {
    match error_text(line) {
        Some(text) => text.chars().take_while(|c| !c.is_ascii_digit() && *c != '\'').take(40).collect(),
        None => line.chars().take(9).collect(),
    }
}

/// Whether two differences may have one cause: the same values or errors with other details, or the same error on the
/// same side. Shrinking stays within these, so that it does not end at another cause.
fn alike(one: (&str, &str), other: (&str, &str)) -> bool {
    let (one, other) = ((kind(one.0), kind(one.1)), (kind(other.0), kind(other.1)));
    let same_error = |a: &str, b: &str| a == b && !a.starts_with('{');
    if one.0 == one.1 { other.0 == other.1 } else { same_error(&one.0, &other.0) || same_error(&one.1, &other.1) }
}

/// A difference, as it is shown.
#[derive(Debug)]
struct Difference {
    number: u64,
    source: String,
    engine: String,
    page: String,
}

impl Difference {
    /// Shrinks the program that shows it.
    fn found(engines: &mut Engines, number: u64, program: &Node, engine: &str, page: &str) -> Self {
        let small = shrink::shrink(program, |candidate| match engines.compare(&candidate.source()) {
            Verdict::Different { engine: now, page: there } => alike((engine, page), (&now, &there)),
            Verdict::Same(_) | Verdict::Stopped | Verdict::Refused(_) => false,
        });
        let source = small.source();
        match engines.compare(&source) {
            Verdict::Different { engine, page } => Difference { number, source, engine, page },
            other => panic!("the smallest program shows no difference: {other:?}\n{source}"),
        }
    }
}

fn report(differences: &[Difference]) -> String {
    let mut text = String::new();
    let mut kinds: BTreeMap<(String, String), usize> = BTreeMap::new();
    for difference in differences {
        let Difference { number, source, engine, page } = difference;
        let alike = kinds.entry((kind(engine), kind(page))).or_default();
        *alike += 1;
        if *alike <= SHOWN_ALIKE {
            let _ = writeln!(text, "-- program {number}\n{source}  engine: {engine}\n  page:   {page}");
        }
    }
    for ((engine, page), count) in kinds {
        let _ = writeln!(text, "  {count} times: {engine} | {page}");
    }
    text
}

fn probe() -> Supported {
    let mut engines = Engines::new();
    Supported::probe(|script| engines.compare(script))
}

#[test]
fn a_page_forgets_what_the_program_before_printed() {
    let program =
        engines::compile("let s = \"\"; s.pad(200000, \"a\"); for i in 0..4 { print(s); }").expect("it compiles");
    let mut page = engines::Page::new();
    for run in 1..=2 {
        assert!(page.run(&program).starts_with("{\"value\""), "run {run}");
    }
}

#[test]
fn an_order_that_contradicts_itself_is_known_by_its_comparer() {
    let mut engines = Engines::new();
    let program = |comparer: &str| {
        format!(
            "let all = []; for i in 0..60 {{ all.push(i * 37 % 60); }} all.sort({comparer}); `${{all[7]}} ${{all[30]}}`"
        )
    };
    let Verdict::Different { engine, page } = engines.compare(&program("|a, b| (a * 7 + b * 3) % 5 - 2")) else {
        panic!("the engine and the page are not known to give the same here");
    };
    assert_eq!(known(&engine, &page), Some(0), "{engine}\n{page}");
    let fair = engines.compare(&program("|a, b| a % 10 - b % 10"));
    assert!(matches!(fair, Verdict::Same(_)), "{fair:?}");
    assert!(!engines.page.contradicts(&engines::compile(&program("|a, b| a % 10 - b % 10")).expect("it compiles")));
}

/// `SALESBOOK_FUZZ_PROGRAMS=1000000` tries more programs, `SALESBOOK_FUZZ_SEED` others, `SALESBOOK_FUZZ_FIRST` begins with
/// the program of that number. What the engine said of the first
/// of them is kept below the target folder, where `tests/browser/fuzz.test.mjs` asks a browser the same.
#[test]
fn engines_agree_on_generated_programs() {
    let (programs, seed) = (setting("SALESBOOK_FUZZ_PROGRAMS", 5_000), setting("SALESBOOK_FUZZ_SEED", 2026));
    let recorded = setting("SALESBOOK_FUZZ_CHROMIUM", 500);
    let start = Instant::now();
    let supported = probe();
    let next = AtomicU64::new(setting("SALESBOOK_FUZZ_FIRST", 0));
    let differences = Mutex::new(Vec::new());
    let records = Mutex::new(BTreeMap::new());
    let watch = Watch::default();
    let parts = on_all_cores(&watch, || {
        let mut engines = Engines::new();
        let mut summary = Summary::default();
        loop {
            let number = next.fetch_add(1, Ordering::Relaxed);
            if number >= programs {
                summary.times[1..].copy_from_slice(&engines.times);
                return summary;
            }
            let start = Instant::now();
            let program = generate::program(Choices::of_program(seed, number), &supported);
            let source = program.source();
            summary.times[0] += start.elapsed();
            let verdict = watch.during(number, || engines.compare(&source));
            summary.count(&verdict);
            for tag in program.tags() {
                *summary.features.entry(tag).or_default() += 1;
            }
            match &verdict {
                Verdict::Different { engine, page } => {
                    let found =
                        watch.during(number, || difference(&mut engines, number, &program, engine, page, &differences));
                    match found {
                        Some(known) => *summary.known.entry(known).or_default() += 1,
                        None => summary.different += 1,
                    }
                }
                Verdict::Same(line) if number < recorded => {
                    let script = engines::compile(&source).expect("it was compiled before");
                    records.lock().expect("no panic").insert(number, record(&script, line));
                }
                _ => {}
            }
        }
    });
    let mut summary = Summary::default();
    parts.into_iter().for_each(|part| summary.add(part));
    write_record("fuzz.jsonl", records.into_inner().expect("no panic").into_values());
    let line = summary.line("generated programs", seed, start);
    println!("{line}\n{}  refused by the compiler: {}", summary.details(), supported.refused.join(", "));
    println!("  unlike in the page even when plain: {}", supported.broken.join(", "));
    for (known, count) in &summary.known {
        println!("  known {count} times: {}", KNOWN[*known].why);
    }
    let mut differences = differences.into_inner().expect("no panic");
    differences.sort_by_key(|difference| difference.source.len());
    assert!(summary.different == 0, "{line}\n{}", report(&differences));
    assert!(summary.refused * 20 <= summary.programs, "more than one in twenty refused\n{line}");
    assert!(summary.values * 2 >= summary.programs, "too few programs end with a value\n{line}");
}

/// Shrinks a program that differs. A known difference is named by its number; another is kept to be shown.
fn difference(
    engines: &mut Engines,
    number: u64,
    program: &Node,
    engine: &str,
    page: &str,
    differences: &Mutex<Vec<Difference>>,
) -> Option<usize> {
    if let Some(known) = known(engine, page) {
        return Some(known);
    }
    if differences.lock().expect("no panic").len() >= SHOWN {
        return None;
    }
    let found = Difference::found(engines, number, program, engine, page);
    let known = known(&found.engine, &found.page);
    if known.is_none() {
        differences.lock().expect("no panic").push(found);
    }
    known
}

/// A line of a record: the script for the page and what the engine says.
fn record(script: &str, line: &str) -> String {
    format!("{}\n", serde_json::json!([script, line]))
}

/// Writes a record, and beside it the runtime that its scripts need.
fn write_record(name: &str, lines: impl Iterator<Item = String>) {
    let folder = std::path::Path::new(env!("CARGO_TARGET_TMPDIR"));
    let write = |name: &str, text: String| {
        let file = folder.join(name);
        std::fs::write(&file, text).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
    };
    write(name, lines.collect());
    write("runtime.js", engines::whole_runtime());
}

/// A real rule and the schema of its page.
fn rules() -> Vec<(SourceFile, ToolSchema)> {
    let mut names: Vec<String> = std::fs::read_dir(root().join("rules"))
        .expect("the rules")
        .flatten()
        .map(|entry| entry.file_name().to_string_lossy().to_string())
        .filter(|name| name.ends_with(".rhai"))
        .collect();
    names.sort();
    let page = |name: &str| format!("content/zh/tools/{}.md", name.trim_end_matches(".rhai"));
    names.iter().map(|name| (read(format!("rules/{name}")), schema_of(&read(page(name))))).collect()
}

/// `SALESBOOK_FUZZ_MUTANTS=20000` tries more of them, `SALESBOOK_FUZZ_SEED` others.
#[test]
fn engines_agree_on_mutated_rules() {
    let (mutants, seed) = (setting("SALESBOOK_FUZZ_MUTANTS", 500), setting("SALESBOOK_FUZZ_SEED", 2026));
    let start = Instant::now();
    let (rules, settings) = (rules(), crate::tools::settings());
    let (next, watch, differences) = (AtomicU64::new(0), Watch::default(), Mutex::new(Vec::new()));
    let parts = on_all_cores(&watch, || {
        let mut page = Page::new();
        let mut summary = Summary::default();
        loop {
            let number = next.fetch_add(1, Ordering::Relaxed);
            if number >= mutants {
                return summary;
            }
            let mut choices = Choices::of_program(seed, number);
            let (original, schema) = choices.pick(&rules);
            let file = SourceFile::new(original.path.clone(), mutate::mutant(&original.text, &mut choices));
            let (rule, found) = rule::compile_with(&file, settings.of(original.path.stem()));
            let Some(rule) = rule else {
                summary.count(&Verdict::Refused(engines::finding(&file, &found)));
                continue;
            };
            watch.during(number, || {
                let evaluator = Evaluator::new(&rule);
                page.load(&rule, schema);
                for _ in 0..ANSWERS {
                    let answers = mutate::answers(schema, &mut choices);
                    let facts = schema.read_facts(&answers).expect("made from the schema");
                    let verdict = Verdict::of(engines::judgement(&rule, &evaluator, &facts), page.judge(&answers));
                    summary.count(&verdict);
                    if let Verdict::Different { engine, page } = verdict {
                        let source = format!("{}\n", mutate::difference(&original.text, &file.text));
                        let source = format!("{source}  answers: {answers}\n");
                        differences.lock().expect("no panic").push(Difference { number, source, engine, page });
                        break;
                    }
                }
            });
        }
    });
    let mut summary = Summary::default();
    parts.into_iter().for_each(|part| summary.add(part));
    let line = summary.line("judgements of mutated rules", seed, start);
    println!("{line}\n{}", summary.details());
    let differences = differences.into_inner().expect("no panic");
    assert!(differences.is_empty(), "{line}\n{}", report(&differences[..differences.len().min(SHOWN)]));
    assert!(summary.values > mutants, "too few mutants can be judged\n{line}");
}

#[test]
fn the_same_seed_makes_the_same_program_and_any_bytes_make_one() {
    let supported = probe();
    let program = |choices| generate::program(choices, &supported).source();
    assert_eq!(program(Choices::of_program(7, 3)), program(Choices::of_program(7, 3)));
    assert_ne!(program(Choices::of_program(7, 3)), program(Choices::of_program(7, 4)));
    let mut engines = Engines::new();
    for bytes in [&[][..], &[255; 400], b"0123456789abcdefghijklmnopqrstuvwxyz"] {
        let source = program(Choices::Bytes(bytes));
        assert!(!matches!(engines.compare(&source), Verdict::Refused(_)), "{source}");
    }
}
