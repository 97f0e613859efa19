//! Mutation testing of the compiler of rules: `mutation [SEED [RUST [JAVASCRIPT]]]`, started by `run.sh`.
//!
//! Makes a copy of salesbook below `target/mutation`, changes it in many small ways, each behind a switch, builds it
//! once, and looks for each mutant of a sample whether the tests notice: first the conformance corpus, then, for those
//! that it does not notice, the other tests of rules. Prints the counts of each file and what nobody noticed.

mod equivalent;
mod javascript;
mod rust;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use equivalent::Equivalent;
use serde_json::{Value, json};

/// How long the corpus, and each of the other tests, may take for one mutant.
const CORPUS_TIME: Duration = Duration::from_secs(240);
const TESTS_TIME: Duration = Duration::from_secs(300);

fn main() {
    let number = |at: usize, default: usize| std::env::args().nth(at).and_then(|it| it.parse().ok()).unwrap_or(default);
    let (seed, rust, javascript) = (number(1, 2026), number(2, 400), number(3, 600));
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().expect("the repository");
    let start = Instant::now();
    let bench = Bench::build(&root);
    println!("built in {} s: {} mutants of the compiler", start.elapsed().as_secs(), bench.mutants.len());
    let cases = bench.record();
    println!("recorded after {} s: {} scripts", start.elapsed().as_secs(), cases.len());
    bench.javascript(seed, javascript);
    println!("after {} s\n", start.elapsed().as_secs());
    bench.rust(seed, rust, &cases);
    println!("after {} s, seed {seed}", start.elapsed().as_secs());
}

/// The copy with the mutants, and what was built of it.
struct Bench {
    tree: PathBuf,
    cases: PathBuf,
    mutants: Vec<rust::Mutant>,
    /// `tests/mutation/worker.rs`.
    worker: PathBuf,
    /// The tests of the suite that know nothing but rules, and the unit tests.
    suite: PathBuf,
    unit: PathBuf,
}

/// What came of a mutant.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Fate {
    Caught(String),
    Alive,
    /// No test comes to its place.
    Unused,
    /// It is no program, and not counted.
    Broken,
}

impl Bench {
    /// Copies what git knows, with every mutant of the compiler that can be compiled.
    fn build(root: &Path) -> Bench {
        let tree = root.join("target/mutation/rules");
        let listed = Command::new("git")
            .args(["ls-files", "-z", "--cached", "--others", "--exclude-standard"])
            .current_dir(root)
            .output();
        let listed = String::from_utf8(listed.expect("git lists the files").stdout).expect("UTF-8");
        for file in listed.split('\0').filter(|file| !file.is_empty() && root.join(file).is_file()) {
            // The compiler's own files come with their mutants.
            if !compiler_files(root).contains(&file.to_string()) {
                write(&tree.join(file), &fs::read(root.join(file)).unwrap_or_else(|error| panic!("{file}: {error}")));
            }
        }
        let manifest = fs::read_to_string(root.join("Cargo.toml")).expect("a text");
        // Rules and what they stand on; the copy need not be beautiful, and a little speed helps.
        let (head, tail) = (manifest.find("[lib]").expect("a part"), manifest.find("[dependencies]").expect("a part"));
        let end = manifest.find("[[test]]").expect("a part");
        let target = "[lib]\npath = \"src/rules.rs\"\n\n[[test]]\nname = \"suite\"\npath = \"tests/suite/rules.rs\"\n\n\
            [[test]]\nname = \"mutants\"\npath = \"tests/mutation/worker.rs\"\nharness = false\n\n[workspace]\n\n\
            [profile.dev]\ndebug = \"line-tables-only\"\nopt-level = 1\n\n[profile.dev.package.\"*\"]\nopt-level = 1\n";
        let head = manifest[..head].replace(
            "edition = \"2024\"",
            "edition = \"2024\"\nautobins = false\nautotests = false\nautobenches = false",
        );
        write(&tree.join("Cargo.toml"), format!("{head}{}{target}", &manifest[tail..end]).as_bytes());
        write(&tree.join("src/mutation.rs"), include_str!("../switch.rs").as_bytes());
        let modules = ["diagnostic", "escape", "path", "source", "yaml", "rule", "mutation"]
            .map(|name| format!("pub mod {name};\n"));
        write(&tree.join("src/rules.rs"), format!("#![allow(warnings)]\n{}", modules.concat()).as_bytes());
        write(
            &tree.join("tests/suite/rules.rs"),
            "#![allow(warnings)]\nmod support {\n    pub(crate) const STACK_BYTES: usize = 1 << 29;\n}\nmod fuzz;\nmod hostile;\n\
              mod judged;\nmod refusals;\nmod rule;\nmod tools;\n"
                .as_bytes(),
        );
        let mut bench = Bench {
            cases: root.join("target/mutation/cases.json"),
            mutants: Vec::new(),
            worker: PathBuf::new(),
            suite: PathBuf::new(),
            unit: PathBuf::new(),
            tree,
        };
        // What was found to be no program the last time, if the compiler is still the same.
        let known = root.join("target/mutation/left-out.json");
        let texts: Vec<String> =
            compiler_files(root).iter().map(|file| fs::read_to_string(root.join(file)).expect("a text")).collect();
        let before: Value = fs::read(&known).ok().and_then(|it| serde_json::from_slice(&it).ok()).unwrap_or_default();
        let mut left_out: Vec<u32> = Vec::new();
        if before["texts"] == json!(texts) && before["mutants"] == json!(bench.count(root)) {
            left_out = serde_json::from_value(before["left_out"].clone()).expect("numbers");
        }
        loop {
            let files = bench.write(root, &left_out);
            let messages = bench.cargo(&["check", "--lib"]);
            let blamed: BTreeSet<u32> = messages.iter().filter_map(|message| blame(message, &files)).collect();
            let failed = messages.iter().any(|message| message["message"]["level"] == "error");
            if !failed {
                let now = json!({ "texts": texts, "mutants": bench.count(root), "left_out": left_out });
                write(&known, now.to_string().as_bytes());
                break;
            }
            if blamed.is_empty() {
                let texts: Vec<&str> = messages.iter().filter_map(|it| it["message"]["rendered"].as_str()).collect();
                panic!("the copy cannot be built:\n{}", texts.concat());
            }
            eprintln!("{} mutants are no programs", blamed.len());
            left_out.extend(blamed);
        }
        for message in bench.cargo(&["test", "--no-run", "--lib", "--test", "suite", "--test", "mutants"]) {
            let Some(program) = message["executable"].as_str() else {
                if message["message"]["level"] == "error" {
                    panic!("{}", message["message"]["rendered"].as_str().unwrap_or_default());
                }
                continue;
            };
            match message["target"]["name"].as_str() {
                Some("mutants") => bench.worker = program.into(),
                Some("suite") => bench.suite = program.into(),
                Some("salesbook") if message["profile"]["test"] == true => bench.unit = program.into(),
                _ => {}
            }
        }
        bench
    }

    /// How many there would be if all were programs.
    fn count(&self, root: &Path) -> usize {
        let read = |file: &str| fs::read_to_string(root.join(file)).expect("a text");
        compiler_files(root).iter().map(|file| rust::mutate(file, &read(file), 0, &[]).mutants.len()).sum()
    }

    /// Writes all files with their mutants.
    fn write(&mut self, root: &Path, left_out: &[u32]) -> Vec<(String, rust::Mutated)> {
        let mut first = 0;
        let mut files = Vec::new();
        self.mutants.clear();
        for file in compiler_files(root) {
            let text = fs::read_to_string(root.join(&file)).expect("a text");
            let whole = rust::mutate(&file, &text, first, &[]).mutants.len() as u32;
            let mutated = rust::mutate(&file, &text, first, left_out);
            first += whole;
            write(&self.tree.join(&file), mutated.text.as_bytes());
            self.mutants.extend(mutated.mutants.iter().cloned());
            files.push((file, mutated));
        }
        files
    }

    /// Runs cargo in the copy and gives its messages.
    fn cargo(&self, arguments: &[&str]) -> Vec<Value> {
        let output = Command::new("cargo")
            .args(arguments)
            .args(["--message-format", "json", "--target-dir", "../build"])
            .current_dir(&self.tree)
            .stderr(Stdio::inherit())
            .output()
            .expect("cargo can be started");
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        text.lines().filter_map(|line| serde_json::from_str(line).ok()).collect()
    }

    fn record(&self) -> Vec<Value> {
        let status = Command::new(&self.worker).arg("record").arg(&self.cases).status().expect("the worker starts");
        assert!(status.success(), "the corpus cannot be run");
        let text = fs::read_to_string(&self.cases).expect("written by the worker");
        serde_json::from_str(&text).expect("JSON")
    }

    fn javascript(&self, seed: usize, count: usize) {
        let mut files = javascript_files(&self.tree);
        files.sort();
        let mut all = Vec::new();
        for file in &files {
            all.extend(javascript::mutants(file, &fs::read_to_string(self.tree.join(file)).expect("a text")));
        }
        let population = all.len();
        let sample = sampled(all, seed, count, |it| &it.place);
        let fates: Vec<Mutex<Fate>> = sample.iter().map(|_| Mutex::new(Fate::Alive)).collect();
        let next = AtomicUsize::new(0);
        std::thread::scope(|scope| {
            for _ in 0..workers() {
                scope.spawn(|| {
                    let mut worker: Option<(Child, BufReader<std::process::ChildStdout>)> = None;
                    while let Some((at, mutant)) =
                        Some(next.fetch_add(1, Ordering::Relaxed)).and_then(|at| sample.get(at).map(|it| (at, it)))
                    {
                        let (child, answers) = worker.get_or_insert_with(|| self.runtime_worker());
                        if at % 100 == 99 {
                            eprintln!("{} of {count}", at + 1);
                        }
                        let request =
                            json!({ "file": mutant.place.file, "line": mutant.place.line, "changed": mutant.changed });
                        let sent = writeln!(child.stdin.as_mut().expect("piped"), "{request}");
                        let mut answer = String::new();
                        let heard = answers.read_line(&mut answer).unwrap_or(0);
                        let fate = match answer.trim() {
                            _ if sent.is_err() || heard == 0 => {
                                // The engine itself broke down; the next mutant gets a new one.
                                worker = None;
                                Fate::Caught("the engine stopped".to_string())
                            }
                            "alive" => Fate::Alive,
                            "unused" => Fate::Unused,
                            "no program" => Fate::Broken,
                            other => Fate::Caught(other.trim_start_matches("caught ").to_string()),
                        };
                        tell(&fate, &mutant.place, &mutant.what);
                        *fates[at].lock().expect("one writer") = fate;
                    }
                    if let Some((mut child, _)) = worker {
                        drop(child.stdin.take());
                        let _ = child.wait();
                    }
                });
            }
        });
        let rows = sample.iter().zip(fates).map(|(it, fate)| {
            let fate = fate.into_inner().expect("done");
            Row { place: it.place.clone(), what: it.what.clone(), fate }
        });
        report("The page's scripts", population, &rows.collect::<Vec<_>>());
    }

    fn runtime_worker(&self) -> (Child, BufReader<std::process::ChildStdout>) {
        let mut child = limited(&self.worker)
            .arg("runtime")
            .arg(&self.cases)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("the worker starts");
        let mut answers = BufReader::new(child.stdout.take().expect("piped"));
        let mut ready = String::new();
        answers.read_line(&mut ready).expect("the worker is ready");
        (child, answers)
    }

    fn rust(&self, seed: usize, count: usize, cases: &[Value]) {
        // The scripts that come to a mutant's place, the quick ones first. What is made once comes along with the first
        // script alone, so those mutants are tried with every script.
        let mut users: BTreeMap<u64, Vec<usize>> = BTreeMap::new();
        for (index, case) in cases.iter().enumerate() {
            for number in case["reached"].as_array().expect("a list") {
                users.entry(number.as_u64().expect("a number")).or_default().push(index);
            }
        }
        let mut order: Vec<usize> = (0..cases.len()).collect();
        order.sort_by_cached_key(|index| {
            (cases[*index]["millis"].as_u64(), cases[*index]["script"].as_str().map(str::len))
        });
        let mut rank = vec![0; cases.len()];
        order.iter().enumerate().for_each(|(place, index)| rank[*index] = place);
        let sample = sampled(self.mutants.clone(), seed, count, |it| &it.place);
        let fates: Vec<Mutex<Fate>> = sample.iter().map(|_| Mutex::new(Fate::Alive)).collect();
        let next = AtomicUsize::new(0);
        std::thread::scope(|scope| {
            for _ in 0..workers() {
                scope.spawn(|| {
                    while let Some((at, mutant)) =
                        Some(next.fetch_add(1, Ordering::Relaxed)).and_then(|at| sample.get(at).map(|it| (at, it)))
                    {
                        let mut using = users.get(&u64::from(mutant.number)).cloned().unwrap_or_default();
                        if using.first() == Some(&0) {
                            using = order.clone();
                        }
                        using.sort_by_key(|index| rank[*index]);
                        let fate = self.try_compiler(mutant, &using);
                        if at % 50 == 49 {
                            eprintln!("{} of {count}", at + 1);
                        }
                        tell(&fate, &mutant.place, &mutant.what);
                        *fates[at].lock().expect("one writer") = fate;
                    }
                });
            }
        });
        let rows = sample.iter().zip(fates).map(|(it, fate)| {
            let fate = fate.into_inner().expect("done");
            Row { place: it.place.clone(), what: it.what.clone(), fate }
        });
        report("The compiler", self.mutants.len(), &rows.collect::<Vec<_>>());
    }

    fn try_compiler(&self, mutant: &rust::Mutant, using: &[usize]) -> Fate {
        let path = format!("{}:/mutant/{}", std::env::var("PATH").unwrap_or_default(), mutant.number);
        let engine = ["canonical.rs", "engine.rs"].iter().any(|name| mutant.place.file.ends_with(name));
        if !using.is_empty() {
            let mut command = limited(&self.worker);
            command.arg("compiler").arg(&self.cases).arg(if engine { "engine" } else { "page" });
            match run(command.env("PATH", &path), &format!("{}\n", json!(using)), CORPUS_TIME) {
                Some((true, text)) if text.trim() == "alive" => {}
                Some((true, text)) => return Fate::Caught(text.trim().trim_start_matches("caught ").to_string()),
                Some((false, _)) => return Fate::Caught("a panic".to_string()),
                None => return Fate::Caught("the time limit".to_string()),
            }
        }
        // The quick ones first.
        let slow = ["judged::", "rule::hostile", "rule::type_finder_judges"];
        let quick = ["rule::", "refusals::", "--skip", slow[1], "--skip", slow[2]];
        let generated = vec!["fuzz::engines_agree_on_generated_programs"];
        let mut tests = vec![(&self.unit, vec!["rule::"]), (&self.suite, quick.to_vec()), (&self.suite, slow.to_vec())];
        tests.push((&self.suite, generated));
        if engine {
            tests.push((&self.suite, vec!["hostile::every"]));
        }
        for (program, filters) in tests {
            let mut command = limited(program);
            command.args(filters).args(["--test-threads", "2"]).current_dir(&self.tree).env("PATH", &path);
            command
                .env("SALESBOOK_RULE_SAMPLES", "100")
                .env("SALESBOOK_FUZZ_PROGRAMS", "1000")
                .env("RUST_BACKTRACE", "0");
            match run(&mut command, "", TESTS_TIME) {
                Some((true, _)) => {}
                Some((false, text)) => {
                    let failed = text.lines().find_map(|line| line.strip_suffix(" ... FAILED")).unwrap_or("a test");
                    return Fate::Caught(failed.trim_start_matches("test ").to_string());
                }
                None => return Fate::Caught("the time limit".to_string()),
            }
        }
        Fate::Alive
    }
}

/// Writes a file unless it is like that already, so that cargo builds no more than it must.
fn write(path: &Path, bytes: &[u8]) {
    if fs::read(path).is_ok_and(|now| now == bytes) {
        return;
    }
    fs::create_dir_all(path.parent().expect("a folder")).expect("writable");
    fs::write(path, bytes).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
}

/// A program that may take two gigabytes and no more: what is wrong may take everything.
fn limited(program: &Path) -> Command {
    let mut command = Command::new("sh");
    command.args(["-c", "ulimit -v 2500000; exec \"$0\" \"$@\""]).arg(program);
    command
}

/// Runs a program to its end, or to the end of its time.
fn run(command: &mut Command, input: &str, time: Duration) -> Option<(bool, String)> {
    let mut child =
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().expect("it starts");
    // Who does not read has ended already.
    let _ = child.stdin.take().expect("piped").write_all(input.as_bytes());
    let mut out = child.stdout.take().expect("piped");
    let reader = std::thread::spawn(move || {
        let mut text = Vec::new();
        let _ = std::io::Read::read_to_end(&mut out, &mut text);
        String::from_utf8_lossy(&text).into_owned()
    });
    let end = Instant::now() + time;
    loop {
        if let Some(status) = child.try_wait().expect("our own child") {
            return Some((status.success(), reader.join().expect("it only reads")));
        }
        if Instant::now() > end {
            let _ = child.kill();
            let _ = child.wait();
            return None;
        }
        std::thread::sleep(Duration::from_millis(5));
    }
}

/// The mutant to blame for a message of the compiler.
fn blame(message: &Value, files: &[(String, rust::Mutated)]) -> Option<u32> {
    if message["message"]["level"] != "error" {
        return None;
    }
    message["message"]["spans"].as_array()?.iter().filter(|span| span["is_primary"] == true).find_map(|span| {
        let (file, start, end) =
            (span["file_name"].as_str()?, span["byte_start"].as_u64()?, span["byte_end"].as_u64()?);
        files.iter().find(|(name, _)| name == file)?.1.blamed(start as usize..end as usize)
    })
}

fn compiler_files(root: &Path) -> Vec<String> {
    let mut files = Vec::new();
    for folder in ["src/rule", "src/rule/codegen"] {
        for entry in fs::read_dir(root.join(folder)).expect("a folder").flatten() {
            let name = entry.file_name().to_string_lossy().to_string();
            if name.ends_with(".rs") {
                files.push(format!("{folder}/{name}"));
            }
        }
    }
    files.sort();
    files
}

fn javascript_files(root: &Path) -> Vec<String> {
    let units = fs::read_dir(root.join("src/rule/runtime")).expect("a folder").flatten();
    let units = units.map(|entry| format!("src/rule/runtime/{}", entry.file_name().to_string_lossy()));
    units.chain(["src/rule/judge.js".to_string()]).collect()
}

fn workers() -> usize {
    std::thread::available_parallelism().map_or(1, std::num::NonZero::get).min(8)
}

/// So many of them, drawn from a seed; all when there are no more. `ONLY=lower.rs:12,op.js` takes those of these places.
fn sampled<T>(mut all: Vec<T>, seed: usize, count: usize, place: impl Fn(&T) -> &Place) -> Vec<T> {
    if let Ok(only) = std::env::var("ONLY") {
        all.retain(|it| only.split(',').any(|part| format!("{}:", place(it)).contains(&format!("{part}:"))));
        return all;
    }
    let mut state = seed as u64;
    for last in (1..all.len()).rev() {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        all.swap(last, (state >> 33) as usize % (last + 1));
    }
    all.truncate(count);
    all
}

/// Names a mutant that nobody noticed as soon as it is known.
fn tell(fate: &Fate, place: &Place, what: &str) {
    if matches!(fate, Fate::Alive | Fate::Unused) {
        eprintln!("{fate:?} {place} {what}");
    }
}

/// Where a mutant is.
#[derive(Debug, Clone)]
struct Place {
    file: String,
    /// From 1.
    line: usize,
    column: usize,
    /// The whole line as it is without the mutant.
    text: String,
}

impl std::fmt::Display for Place {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}:{}:{}", self.file, self.line, self.column)
    }
}

/// A mutant and what came of it.
struct Row {
    place: Place,
    what: String,
    fate: Fate,
}

/// Prints the counts of each file and what nobody noticed; what is said to be the same program is counted apart.
fn report(title: &str, population: usize, rows: &[Row]) {
    let list = Equivalent::read();
    let mut files: BTreeMap<&str, [usize; 5]> = BTreeMap::new();
    let (mut left, mut same, mut wrong) = (Vec::new(), Vec::new(), Vec::new());
    for row in rows {
        let entry = list.iter().find(|it| it.fits(&row.place, &row.what));
        let words = format!("{} {}", row.place, row.what);
        let column = match (&row.fate, entry) {
            (Fate::Alive | Fate::Unused, Some(_)) => {
                same.push(words);
                3
            }
            (Fate::Caught(by), Some(_)) => {
                wrong.push(format!("{words} (by {by})"));
                0
            }
            (Fate::Caught(_), None) => 0,
            (Fate::Broken, _) => 4,
            (fate, None) => {
                left.push(words);
                if *fate == Fate::Alive { 1 } else { 2 }
            }
        };
        files.entry(&row.place.file).or_default()[column] += 1;
    }
    println!("{title}: {} of {population} mutants", rows.len());
    let heads = ["caught", "alive", "unused", "same", "broken", "%", "% of all"].map(|it| format!(" {it:>8}"));
    println!("{:<34}{}", "file", heads.concat());
    let mut total = [0; 5];
    let line = |name: &str, counts: [usize; 5]| {
        let share = |others: usize| counts[0] as f64 * 100.0 / (counts[0] + others).max(1) as f64;
        let (some, all) = (share(counts[1] + counts[2]), share(counts[1] + counts[2] + counts[3]));
        println!("{name:<34}{} {some:>8.1} {all:>8.1}", counts.map(|it| format!(" {it:>8}")).concat());
    };
    for (file, counts) in &files {
        line(file, *counts);
        total.iter_mut().zip(counts).for_each(|(sum, count)| *sum += count);
    }
    line("all", total);
    left.sort_unstable();
    println!("not caught:\n{}\n", left.join("\n"));
    same.sort_unstable();
    println!("the same program:\n{}\n", same.join("\n"));
    if !wrong.is_empty() {
        println!("caught, though equivalent.md says that it is the same:\n{}\n", wrong.join("\n"));
    }
}
