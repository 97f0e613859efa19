//! Every tool of the book: its rule never fails, names only what its page has, and judges in the page as in the engine.
//!
//! `SALESBOOK_TOOL_SAMPLES=50000` tries more customers of each tool, `SALESBOOK_TOOL_SEED` others. What the engine said
//! of `SALESBOOK_TOOL_RECORDED` of them is kept below the target folder, where `tests/browser/rule.test.mjs` asks a
//! browser the same.

use std::collections::BTreeSet;
use std::fs;
use std::io::{BufWriter, Write as _};
use std::sync::atomic::{AtomicUsize, Ordering};

use rquickjs::Runtime;
use salesbook::rule::schema::{Fact, FactKind, ToolSchema};
use salesbook::rule::settings::{self, Settings};
use salesbook::rule::{self, Evaluator, Rule, cases};
use serde_json::{Map, Value, json};

use crate::rule::{Page, Seeded, messages, read, root, schema_of};

/// Customers of each tool, unless the environment says otherwise.
const SAMPLES: u64 = 240;
/// How many of them the browser is asked about, unless the environment says otherwise.
const RECORDED: u64 = 60;
/// Tools of the inventory's second list need fewer example customers.
const SMALL: &[&str] = &[
    "complaint-guide",
    "crm-stage",
    "customer-tags",
    "kuhl-audit",
    "loyalty-picker",
    "pitch-drill",
    "relation-check",
    "resource-gate",
    "sales-plan",
    "service-request",
    "three-a-check",
    "time-split",
    "value-ratio",
];

/// The tools of the book.
pub(super) fn ids() -> Vec<String> {
    let files = fs::read_dir(root().join("rules")).expect("the rules").flatten();
    let mut ids: Vec<String> =
        files.filter_map(|file| file.file_name().to_str()?.strip_suffix(".rhai").map(str::to_string)).collect();
    ids.sort();
    ids
}

/// The thresholds of the book.
pub(super) fn settings() -> Settings {
    let (settings, found) = settings::parse(&read(settings::FILE));
    assert_eq!(messages(&found), Vec::<String>::new());
    settings
}

/// The rule of a tool and what its page declares.
pub(super) fn tool(id: &str) -> (Rule, ToolSchema) {
    let file = read(format!("rules/{id}.rhai"));
    let (rule, found) = rule::compile_with(&file, settings().of(id));
    assert_eq!(messages(&found), Vec::<String>::new(), "{id}");
    (rule.expect("it compiles"), schema_of(&read(format!("content/zh/tools/{id}.md"))))
}

/// Answers to any questions; how many stay open is drawn, too.
fn answers(random: &mut Seeded, schema: &ToolSchema) -> Value {
    let open = random.below(5);
    let mut answers = Map::new();
    for fact in &schema.facts {
        if random.below(6) >= open {
            answers.insert(fact.id.clone(), answer(random, fact));
        }
    }
    Value::Object(answers)
}

fn answer(random: &mut Seeded, fact: &Fact) -> Value {
    match fact.kind {
        FactKind::Choice => json!(fact.options[random.below(fact.options.len())].id),
        FactKind::Multi => {
            fact.options.iter().filter(|_| random.below(2) == 0).map(|option| json!(option.id)).collect()
        }
        FactKind::YesNo => json!(random.below(2) == 0),
        FactKind::Scale => {
            let (min, max) = (fact.min.unwrap_or(1.0), fact.max.unwrap_or(5.0));
            json!(min + random.below((max - min) as usize + 1) as f64)
        }
        FactKind::Number => number(random, fact.min.unwrap_or(-1000.0), fact.max.unwrap_or(1e6)),
        FactKind::Text => {
            json!(["三个月保修，坏了当天换", "a", "绝对保证第一", "😀", "一".repeat(300).as_str()][random.below(5)])
        }
        FactKind::Date => {
            let (year, month, day) = (2010 + random.below(25), 1 + random.below(12), 1 + random.below(28));
            let drawn = format!("{year}-{month:02}-{day:02}");
            json!(["2026-11-22", "2027-02-28", "2024-02-29", &drawn][random.below(4)])
        }
        FactKind::Table => {
            let rows = [1, 2, 4, 5, 9, 30][random.below(6)];
            (0..rows).map(|_| row(random, fact)).collect()
        }
    }
}

/// Small and large, whole and broken, and both ends.
fn number(random: &mut Seeded, min: f64, max: f64) -> Value {
    let within = |value: f64| value.clamp(min, max);
    match random.below(7) {
        0 => json!(min),
        1 => json!(max),
        2 => json!(within(random.below(40) as f64 / 4.0)),
        3 => json!(within(min + (max - min) * random.below(1000) as f64 / 1000.0)),
        4 => json!(within(random.below(100_000) as f64)),
        _ => json!(within(random.below(100) as f64)),
    }
}

fn row(random: &mut Seeded, fact: &Fact) -> Value {
    let mut cells = Map::new();
    for column in &fact.columns {
        if column.required || random.below(4) > 0 {
            let cell = if column.number {
                number(random, -100.0, 100_000.0)
            } else {
                json!(["甲店", "乙店", "__proto__", "丙"][random.below(4)])
            };
            cells.insert(column.id.clone(), cell);
        }
    }
    Value::Object(cells)
}

/// A name that is not in the list.
fn stranger(what: &str, value: &Value, list: &[String]) -> Option<String> {
    let name = value.as_str().filter(|name| !list.iter().any(|known| known == name))?;
    Some(format!("{what} `{name}`"))
}

/// What a result names and its page does not have.
fn unknown(schema: &ToolSchema, answers: &Value, result: &Value) -> Vec<String> {
    let facts: Vec<String> = schema.facts.iter().map(|fact| fact.id.clone()).collect();
    let warnings: Vec<String> = schema.warnings.iter().map(|(id, _)| id.clone()).collect();
    let states = ["decided", "leaning", "insufficient", "computed"].map(str::to_string);
    let items = |of: &Value, key: &str| of[key].as_array().cloned().unwrap_or_default();
    let mut found: Vec<String> = Vec::new();
    found.extend(stranger("outcome", &result["outcome"], &schema.outcomes));
    found.extend(stranger("state", &result["state"], &states));
    found.extend(stranger("next", &result["next"], &facts));
    found.extend(items(result, "also").iter().filter_map(|it| stranger("also", it, &schema.outcomes)));
    found.extend(items(result, "warnings").iter().filter_map(|it| stranger("warning", it, &warnings)));
    for reason in items(result, "reasons") {
        found.extend(stranger("outcome of a reason", &reason["outcome"], &schema.outcomes));
        found.extend(items(&reason, "facts").iter().filter_map(|it| stranger("fact of a reason", it, &facts)));
        if reason["text"].as_str().is_none_or(str::is_empty) {
            found.push(format!("a reason without words: {reason}"));
        }
    }
    if result["next"].as_str().is_some_and(|next| answers.get(next).is_some()) {
        found.push(format!("it asks again for {}", result["next"]));
    }
    found
}

/// The same with every number as JavaScript has it: JSON writes large ones in several ways.
fn plain(value: Value) -> Value {
    match value {
        Value::Number(number) => json!(number.as_f64()),
        Value::Array(items) => items.into_iter().map(plain).collect(),
        Value::Object(entries) => Value::Object(entries.into_iter().map(|(key, value)| (key, plain(value))).collect()),
        other => other,
    }
}

/// Judges customers of one tool in both engines; writes down what the browser is asked.
fn judge(id: &str, samples: u64, recorded: u64, seed: u64) {
    let (rule, schema) = tool(id);
    let runtime = Runtime::new().expect("QuickJS");
    let (evaluator, page) = (Evaluator::new(&rule), Page::new(&runtime, &rule, &schema));
    let mut random = Seeded(seed);
    let file = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("tools").join(format!("{id}.jsonl"));
    let mut records =
        BufWriter::new(fs::File::create(&file).unwrap_or_else(|error| panic!("{}: {error}", file.display())));
    for number in 0..samples {
        let answers = answers(&mut random, &schema);
        let facts = schema.read_facts(&answers).unwrap_or_else(|mistakes| panic!("{id}: {answers}: {mistakes:?}"));
        let wanted = evaluator.raw(&facts).unwrap_or_else(|failure| panic!("{id}: {answers}: {failure:?}"));
        assert_eq!(plain(page.ask("judge", &answers)), plain(wanted.clone()), "{id}, seed {seed}, answers {answers}");
        assert_eq!(unknown(&schema, &answers, &wanted), Vec::<String>::new(), "{id}, answers {answers}");
        if number < recorded {
            writeln!(records, "[\"{id}\",{answers},{wanted}]").expect("the disk has room");
        }
    }
    records.flush().expect("the disk has room");
}

#[test]
fn every_tool_judges_alike_in_both_engines() {
    let setting = |name: &str, default: u64| std::env::var(name).ok().and_then(|it| it.parse().ok()).unwrap_or(default);
    let (samples, seed) = (setting("SALESBOOK_TOOL_SAMPLES", SAMPLES), setting("SALESBOOK_TOOL_SEED", 2026));
    let recorded = setting("SALESBOOK_TOOL_RECORDED", RECORDED);
    let folder = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("tools");
    // What is left of a tool that is no more would be asked for ever.
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let (ids, next) = (ids(), AtomicUsize::new(0));
    let threads = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    std::thread::scope(|scope| {
        let work = || {
            while let Some(id) = ids.get(next.fetch_add(1, Ordering::Relaxed)) {
                judge(id, samples, recorded, seed);
            }
        };
        let parts: Vec<_> = (0..threads).map(|_| scope.spawn(work)).collect();
        parts.into_iter().for_each(|part| part.join().expect("the engines agree"));
    });
    println!("{samples} customers of each of {} tools judged alike, seed {seed}", ids.len());
}

#[test]
fn every_tool_has_example_customers_for_all_its_outcomes() {
    for id in ids() {
        let (rule, schema) = tool(&id);
        assert_eq!(messages(&rule::check_schema(&rule, &schema)), Vec::<String>::new(), "{id}");
        let (list, found) = cases::parse(&read(format!("rules/{id}.cases.yaml")));
        assert_eq!(messages(&found), Vec::<String>::new(), "{id}");
        let wanted = if SMALL.contains(&id.as_str()) { 6 } else { 12 };
        assert!(list.len() >= wanted, "{id}: {} cases", list.len());
        for result in cases::run(&rule, &schema, &list) {
            assert!(result.passed(), "{id}: {}: {:?}", result.customer, messages(&result.findings));
        }
        let shown: BTreeSet<&str> = list
            .iter()
            .filter_map(|case| case.expected.outcome.as_ref())
            .map(|outcome| outcome.value.as_str())
            .collect();
        let missing: Vec<&String> = schema.outcomes.iter().filter(|id| !shown.contains(id.as_str())).collect();
        assert!(missing.is_empty(), "{id}: no case for {missing:?}");
    }
}
