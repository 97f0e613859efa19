//! Looks whether the conformance corpus notices a mutant. It is built as a test of the copy of salesbook that holds the
//! mutants, and started by `tests/mutation`:
//!
//! `record CASES` runs every script and writes down what it gives and which mutants' places it reaches;
//! `compiler CASES ENGINE` compiles and runs the cases named on standard input until one is different;
//! `runtime CASES` runs scripts with a changed line of the runtime, one change for each line of standard input.

use std::collections::HashMap;
use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io::{BufRead, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use rquickjs::{Context, Runtime};
use salesbook::mutation;
use salesbook::path::SourcePath;
use salesbook::rule::{self, Form};
use salesbook::source::SourceFile;
use serde_json::{Value, json};

#[path = "../suite/judged.rs"]
mod judged;

/// How much longer a script may take than it should.
const PATIENCE: Duration = Duration::from_millis(1_500);

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    let cases = Path::new(&arguments[2]);
    match arguments[1].as_str() {
        "record" => record(cases),
        "compiler" => compiler(cases, arguments[3] == "engine"),
        _ => runtime(cases),
    }
}

/// A script and the line or the refusal that the corpus expects of it.
struct Case {
    name: String,
    script: String,
    expected: String,
    /// Whether `tests/rule/emitted.sums` holds a sum of its code.
    pinned: bool,
}

fn corpus() -> Vec<Case> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/rule");
    let files = |folder: &Path| {
        let mut files: Vec<PathBuf> = fs::read_dir(folder).expect("a folder").flatten().map(|it| it.path()).collect();
        files.retain(|path| path.extension().is_some_and(|it| it == "rhai"));
        files.sort();
        files
    };
    let mut cases = Vec::new();
    for path in files(&folder.join("conformance")) {
        let (name, text) = (path.file_stem().expect("a name").to_string_lossy().to_string(), fs::read_to_string(&path));
        let mut script = Vec::new();
        for line in text.expect("a text").lines() {
            let expected =
                line.strip_prefix("//= ").map(str::to_string).or(line.strip_prefix("//! ").map(|it| format!("! {it}")));
            match expected {
                Some(expected) => {
                    let script = std::mem::take(&mut script).join("\n").trim_matches('\n').to_string();
                    cases.push(Case { name: format!("{name}#{}", cases.len()), script, expected, pinned: true });
                }
                None => script.push(line.to_string()),
            }
        }
    }
    for path in files(&folder) {
        let (name, text) = (path.file_stem().expect("a name").to_string_lossy().to_string(), fs::read_to_string(&path));
        for script in text.expect("a text").split("\n---\n") {
            let script = script.trim_end_matches('\n').to_string();
            let expected = rule::run_canonical(&script);
            cases.push(Case { name: format!("{name}#{}", cases.len()), script, expected, pinned: false });
        }
    }
    cases
}

fn script_file(script: &str) -> SourceFile {
    SourceFile::new(SourcePath::new("script.rhai").expect("valid"), script)
}

fn hash(text: &str) -> String {
    let mut hasher = DefaultHasher::new();
    text.hash(&mut hasher);
    format!("{:x}", hasher.finish())
}

/// The script in JavaScript, or how it is refused.
fn compile(script: &str, form: Form) -> Result<String, String> {
    let file = script_file(script);
    rule::standalone(&file, form).map_err(|found| {
        let place = file.position(found[0].span.start);
        format!("! {} {}:{}", found[0].code.name(), place.line, place.column)
    })
}

/// Of what `tests/suite/conformance.rs` sums up in `emitted.sums`.
fn pinned(script: &str) -> String {
    match rule::program_script(&script_file(script), Form::Readable) {
        Ok(program) => hash(&format!("{} {:?}", program.code, program.units)),
        Err(found) => hash(&format!("{found:?}")),
    }
}

struct Engine(Runtime);

impl Engine {
    fn new() -> Self {
        let runtime = Runtime::new().expect("QuickJS");
        runtime.set_memory_limit(512 << 20);
        Engine(runtime)
    }

    /// What a script gives, or why it gives nothing; it may take so long.
    fn run(&self, script: &str, time: Duration) -> String {
        let end = Instant::now() + time;
        self.0.set_interrupt_handler(Some(Box::new(move || Instant::now() > end)));
        let context = Context::full(&self.0).expect("a context");
        context.with(|ctx| {
            ctx.eval::<String, _>(script).unwrap_or_else(|error| {
                let caught = ctx.catch();
                format!("{error}: {:?}", caught.as_exception().and_then(|it| it.message()))
            })
        })
    }
}

fn record(path: &Path) {
    mutation::record();
    let engine = Engine::new();
    let mut records = Vec::new();
    for case in corpus() {
        mutation::reached();
        let compiled = compile(&case.script, Form::Small);
        let start = Instant::now();
        let (code, got) = match &compiled {
            Ok(script) => (script.as_str(), engine.run(script, Duration::from_secs(60))),
            Err(refusal) => (refusal.as_str(), refusal.clone()),
        };
        if got != case.expected {
            eprintln!("{}: {} is not {}", case.name, got, case.expected);
            continue;
        }
        let millis = start.elapsed().as_millis();
        records.push(json!({
            "name": case.name, "script": case.script, "expected": case.expected, "hash": hash(code),
            "millis": millis, "pinned": case.pinned.then(|| pinned(&case.script)), "reached": mutation::reached(),
        }));
    }
    fs::write(path, Value::Array(records).to_string()).expect("writable");
}

fn read(path: &Path) -> Vec<Value> {
    let text = fs::read_to_string(path).expect("the cases");
    match serde_json::from_str(&text).expect("JSON") {
        Value::Array(cases) => cases,
        _ => Vec::new(),
    }
}

fn text<'value>(value: &'value Value, key: &str) -> &'value str {
    value[key].as_str().unwrap_or_default()
}

fn time(case: &Value) -> Duration {
    PATIENCE + Duration::from_millis(case["millis"].as_u64().unwrap_or_default() * 10)
}

fn compiler(path: &Path, with_engine: bool) {
    let cases = read(path);
    let mut line = String::new();
    std::io::stdin().lock().read_line(&mut line).expect("a line");
    let wanted: Vec<usize> = serde_json::from_str(&line).expect("numbers");
    let engine = Engine::new();
    for index in wanted {
        let case = &cases[index];
        if case["pinned"].as_str().is_some_and(|sum| sum != pinned(text(case, "script"))) {
            println!("caught emitted.sums");
            return;
        }
        let got = match compile(text(case, "script"), Form::Small) {
            Ok(script) if hash(&script) == text(case, "hash") => None,
            Ok(script) => Some(engine.run(&script, time(case))),
            Err(refusal) => Some(refusal),
        };
        let by_engine = (with_engine && !text(case, "expected").starts_with("! "))
            .then(|| rule::run_canonical(text(case, "script")));
        if [got, by_engine].into_iter().flatten().any(|line| line != text(case, "expected")) {
            println!("caught {}", text(case, "name"));
            return;
        }
    }
    println!("alive");
}

/// Where the lines of the runtime stand in a linked script: number of unit and line, and the bytes.
fn lines_of(script: &str, pieces: &HashMap<&str, Vec<(usize, usize, &str)>>) -> Vec<(usize, usize, usize)> {
    let mut found = Vec::new();
    let mut piece: &[(usize, usize, &str)] = &[];
    let mut at = 0;
    for line in script.split_inclusive('\n') {
        let bare = line.trim_end_matches('\n');
        if let Some(known) = pieces.get(bare) {
            piece = known;
        }
        if let Some(next) = piece.iter().position(|(_, _, text)| *text == bare) {
            found.push((piece[next].0, piece[next].1, at));
            piece = &piece[next + 1..];
        }
        at += line.len();
    }
    found
}

fn runtime(path: &Path) {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("src/rule");
    let mut units: Vec<(String, String)> = Vec::new();
    let mut files: Vec<PathBuf> =
        fs::read_dir(folder.join("runtime")).expect("the runtime").flatten().map(|it| it.path()).collect();
    files.sort();
    for file in files {
        let name = file.file_name().expect("a name").to_string_lossy().to_string();
        units.push((format!("src/rule/runtime/{name}"), fs::read_to_string(&file).expect("a text")));
    }
    units.push(("src/rule/judge.js".to_string(), fs::read_to_string(folder.join("judge.js")).expect("a text")));
    // A piece of a unit by its first line.
    let mut pieces: HashMap<&str, Vec<(usize, usize, &str)>> = HashMap::new();
    for (unit, (_, text)) in units.iter().enumerate() {
        let mut first = "";
        for (number, line) in text.lines().enumerate() {
            if line.is_empty() || line.trim_start().starts_with("//") {
                continue;
            }
            if !line.starts_with([' ', '}', ')', ']']) {
                first = line;
            }
            pieces.entry(first).or_default().push((unit, number + 1, line));
        }
    }
    let engine = Engine::new();
    // Every script, what it must give, the time it may take, and where the runtime's lines stand in it.
    let mut scripts: Vec<(String, String, String, Duration)> = Vec::new();
    for case in read(path) {
        if let Ok(script) = compile(text(&case, "script"), Form::Readable) {
            scripts.push((text(&case, "name").to_string(), script, text(&case, "expected").to_string(), time(&case)));
        }
    }
    for (name, [_, script], expected) in judged::scripts() {
        let start = Instant::now();
        let got = engine.run(&script, Duration::from_secs(60));
        if got == expected {
            scripts.push((name, script, expected, PATIENCE + start.elapsed() * 10));
        } else {
            eprintln!("{name}: {got} is not {expected}");
        }
    }
    scripts.sort_by_key(|(_, script, _, time)| (*time, script.len()));
    let mut users: HashMap<(usize, usize), Vec<(usize, usize)>> = HashMap::new();
    for (index, (_, script, _, _)) in scripts.iter().enumerate() {
        for (unit, line, at) in lines_of(script, &pieces) {
            users.entry((unit, line)).or_default().push((index, at));
        }
    }
    let mut killers: Vec<usize> = Vec::new();
    println!("ready {}", scripts.len());
    for line in std::io::stdin().lock().lines() {
        let mutant: Value = serde_json::from_str(&line.expect("a line")).expect("JSON");
        let unit = units.iter().position(|(name, _)| name == text(&mutant, "file")).expect("a file of the runtime");
        let number = mutant["line"].as_u64().expect("a number") as usize;
        let now = units[unit].1.lines().nth(number - 1).expect("a line of the file");
        let mut using = users.get(&(unit, number)).cloned().unwrap_or_default();
        // Those that noticed something lately come first.
        using.sort_by_key(|(index, _)| killers.iter().rev().position(|it| it == index).unwrap_or(usize::MAX));
        let mut answer = if using.is_empty() { "unused".to_string() } else { "alive".to_string() };
        for (index, at) in using {
            let (name, script, expected, time) = &scripts[index];
            let changed = format!("{}{}{}", &script[..at], text(&mutant, "changed"), &script[at + now.len()..]);
            let got = engine.run(&changed, *time);
            if got != *expected {
                let syntax = format!("new Function({});\"\"", json!(changed));
                if got.starts_with("Exception") && !engine.run(&syntax, *time).is_empty() {
                    answer = "no program".to_string();
                    break;
                }
                answer = format!("caught {name}");
                if killers.last() != Some(&index) {
                    killers.retain(|it| *it != index);
                    killers.push(index);
                    if killers.len() > 40 {
                        killers.remove(0);
                    }
                }
                break;
            }
        }
        println!("{answer}");
        std::io::stdout().flush().expect("somebody listens");
    }
}
