//! Rules: the Rhai engine and the generated JavaScript agree, on scripts, on random answers, and in what is refused.

use std::fs;
use std::path::{Path, PathBuf};

use rquickjs::{Context, Runtime};
use salesbook::diagnostic::Diagnostic;
use salesbook::path::SourcePath;
use salesbook::rule::schema::{Choice, Column, Fact, FactKind, ToolSchema};
use salesbook::rule::{self, Evaluator, Form, Rule, cases, settings};
use salesbook::source::{SourceFile, Span};
use salesbook::yaml::{self, Fields};
use serde_json::{Value, json};

pub(super) fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

pub(super) fn read(path: impl AsRef<Path>) -> SourceFile {
    let path = path.as_ref();
    let text = fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    SourceFile::new(SourcePath::new(path.to_str().expect("UTF-8")).expect("a path of the playbook"), text)
}

fn column_of(mut column: Fields<'_>, text: fn(&mut Fields<'_>, &'static str) -> Option<String>) -> Column {
    Column {
        id: text(&mut column, "id").expect("id"),
        label: text(&mut column, "label").expect("label"),
        aliases: Vec::new(),
        number: text(&mut column, "kind").as_deref() == Some("number"),
        required: column.boolean("required") == Some(true),
    }
}

/// The schema in the front matter of a tool page.
pub(super) fn schema_of(page: &SourceFile) -> ToolSchema {
    let end = page.text[4..].find("\n---").expect("front matter ends") + 5;
    let node = yaml::parse(page, Span::new(4, end)).expect("valid YAML");
    let mut fields = Fields::new(page, node);
    let text: fn(&mut Fields<'_>, &'static str) -> Option<String> =
        |fields, key| fields.text(key).map(|text| text.value);
    let mut schema = ToolSchema::default();
    for mut fact in fields.maps("facts") {
        let options = fact.maps("options").into_iter().map(|mut option| Choice {
            id: text(&mut option, "id").expect("id"),
            label: text(&mut option, "label").expect("label"),
        });
        schema.facts.push(Fact {
            options: options.collect(),
            id: text(&mut fact, "id").expect("id"),
            kind: fact.choice("kind", &FactKind::NAMES).expect("kind").value,
            question: text(&mut fact, "question").expect("question"),
            hint: text(&mut fact, "hint"),
            min: fact.number("min").map(|number| number.value),
            max: fact.number("max").map(|number| number.value),
            step: fact.number("step").map(|number| number.value),
            unit: text(&mut fact, "unit"),
            columns: fact.maps("columns").into_iter().map(|column| column_of(column, text)).collect(),
        });
    }
    for mut outcome in fields.maps("outcomes") {
        schema.outcomes.push(text(&mut outcome, "id").expect("id"));
    }
    for mut warning in fields.maps("warnings") {
        schema.warnings.push((text(&mut warning, "id").expect("id"), text(&mut warning, "text").expect("text")));
    }
    schema
}

fn type_finder() -> (Rule, ToolSchema) {
    crate::tools::tool("type-finder")
}

pub(super) fn messages(found: &[Diagnostic]) -> Vec<String> {
    found.iter().map(|finding| format!("{} {}", finding.code.name(), finding.message.en)).collect()
}

fn script_file(script: &str) -> SourceFile {
    SourceFile::new(SourcePath::new("rules/x.rhai").expect("valid"), script)
}

/// What a standalone script prints, in QuickJS.
fn run_alone(runtime: &Runtime, script: &str) -> String {
    let context = Context::full(runtime).expect("a context");
    context.with(|ctx| {
        ctx.eval::<String, _>(script).unwrap_or_else(|error| format!("{error}: {:?}", ctx.catch().as_exception()))
    })
}

/// The scripts of a corpus file, separated by lines of `---`.
fn scripts(file: &str) -> Vec<String> {
    read(file).text.split("\n---\n").map(|script| script.trim_end_matches('\n').to_string()).collect()
}

#[test]
fn feature_scripts_run_alike_in_both_engines() {
    let runtime = Runtime::new().expect("QuickJS");
    let mut different = Vec::new();
    let mut count = 0;
    let mut files: Vec<_> = fs::read_dir(root().join("tests/rule")).expect("tests/rule").flatten().collect();
    files.sort_by_key(fs::DirEntry::file_name);
    for file in files.iter().filter(|file| file.path().extension().is_some_and(|it| it == "rhai")) {
        for script in scripts(&format!("tests/rule/{}", file.file_name().to_str().expect("UTF-8"))) {
            count += 1;
            let wanted = rule::run_canonical(&script);
            match rule::standalone(&script_file(&script), Form::Small) {
                Ok(javascript) => {
                    let got = run_alone(&runtime, &javascript);
                    if got != wanted {
                        different.push(format!("{script}\n  engine: {wanted}\n  page:   {got}"));
                    }
                }
                Err(found) => different.push(format!("{script}\n  refused: {:?}", messages(&found))),
            }
        }
    }
    assert!(different.is_empty(), "{} of {count} scripts differ:\n{}", different.len(), different.join("\n"));
    assert!(count > 150, "only {count} scripts were found");
}

/// The tool's page script in QuickJS, asked through JSON.
pub(super) struct Page {
    context: Context,
}

impl Page {
    pub(super) fn new(runtime: &Runtime, rule: &Rule, schema: &ToolSchema) -> Self {
        let script = rule::javascript(rule, schema, Form::Small);
        let context = Context::full(runtime).expect("a context");
        let program = format!(
            "Date.now = () => 0; const loaded = {{}}; globalThis.SB = (key, value) => {{ loaded[key] = value; }};\n{}\n{}\n{}\n{}const tool = loaded.judge({}, loaded[{}], loaded[{}](loaded[\"runtime/\"]));\n{}",
            rule::runtime_script("", &script.units, Form::Small),
            script.code,
            rule::facts_script(rule, schema),
            rule::judge_script(Form::Small),
            json!(rule.id),
            json!(format!("facts/{}", rule.id)),
            json!(format!("rule/{}", rule.id)),
            "globalThis.judge = (text) => JSON.stringify(tool.judge(JSON.parse(text)));\n\
             globalThis.evaluate = (text) => JSON.stringify(tool.evaluate(JSON.parse(text)));\n\
             globalThis.facts = () => JSON.stringify(tool.facts);",
        );
        context.with(|ctx| {
            ctx.eval::<(), _>(program).unwrap_or_else(|error| panic!("{error}: {:?}", ctx.catch()));
        });
        Page { context }
    }

    pub(super) fn ask(&self, function: &str, facts: &Value) -> Value {
        self.context.with(|ctx| {
            let function: rquickjs::Function = ctx.globals().get(function).expect("defined above");
            let text: String = function
                .call((facts.to_string(),))
                .unwrap_or_else(|error| panic!("{facts}: {error}: {:?}", ctx.catch()));
            serde_json::from_str(&text).expect("the page gives JSON")
        })
    }
}

/// A generator of answers that can be run again from its seed.
pub(super) struct Seeded(pub(super) u64);

impl Seeded {
    pub(super) fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((self.0 >> 33) as usize) % limit
    }

    /// Each question is left open about once in three times.
    fn answers(&mut self, schema: &ToolSchema) -> Value {
        let mut answers = serde_json::Map::new();
        for fact in &schema.facts {
            if self.below(3) > 0 {
                answers.insert(fact.id.clone(), json!(fact.options[self.below(fact.options.len())].id));
            }
        }
        Value::Object(answers)
    }
}

/// `SALESBOOK_RULE_SAMPLES=100000` tries more answers, `SALESBOOK_RULE_SEED` others. What the engine said of each is
/// kept below the target folder, where `tests/browser/rule.test.mjs` asks the browser the same.
#[test]
fn type_finder_judges_alike_in_both_engines() {
    let (rule, schema) = type_finder();
    let setting = |name: &str, default: u64| std::env::var(name).ok().and_then(|it| it.parse().ok()).unwrap_or(default);
    let (samples, seed) = (setting("SALESBOOK_RULE_SAMPLES", 20_000), setting("SALESBOOK_RULE_SEED", 2026));
    let threads = std::thread::available_parallelism().map_or(1, |count| count.get() as u64).min(4);
    let records: Vec<String> = std::thread::scope(|scope| {
        let parts: Vec<_> = (0..threads)
            .map(|part| {
                let (rule, schema) = (&rule, &schema);
                scope.spawn(move || {
                    let runtime = Runtime::new().expect("QuickJS");
                    let (evaluator, page) = (Evaluator::new(rule), Page::new(&runtime, rule, schema));
                    let mut random = Seeded(seed + part);
                    let mut records = String::new();
                    for _ in 0..samples / threads {
                        let answers = random.answers(schema);
                        let facts = schema.read_facts(&answers).expect("made from the schema");
                        let wanted = evaluator.raw(&facts).expect("the rule never fails");
                        assert_eq!(page.ask("judge", &answers), wanted, "seed {seed}, answers {answers}");
                        records.push_str(&format!("[{answers},{wanted}]\n"));
                    }
                    records
                })
            })
            .collect();
        parts.into_iter().map(|part| part.join().expect("the engines agree")).collect()
    });
    let file = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("type-finder.jsonl");
    std::fs::write(&file, records.concat()).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
}

#[test]
fn the_page_completes_the_result_object_as_the_engine_does() {
    let (rule, schema) = type_finder();
    let runtime = Runtime::new().expect("QuickJS");
    let (evaluator, page) = (Evaluator::new(&rule), Page::new(&runtime, &rule, &schema));
    let mut random = Seeded(7);
    for round in 0..12 {
        let mut answers = random.answers(&schema);
        if round % 3 == 0 {
            // Nearly everything answered: the completions are counted exactly.
            for fact in &schema.facts[1..] {
                answers[&fact.id] = json!(fact.options[0].id);
            }
        }
        let facts = schema.read_facts(&answers).expect("made from the schema");
        let wanted = evaluator.evaluate(&schema, &facts).expect("the rule never fails");
        let got = page.ask("evaluate", &answers);
        assert_eq!(got, wanted, "answers {answers}");
        let keys: Vec<&str> = wanted.as_object().expect("an object").keys().map(String::as_str).collect();
        let order =
            ["rule", "outcome", "state", "also", "scores", "reasons", "warnings", "next", "certainty", "values"];
        assert_eq!(keys, order);
        assert_eq!(got.as_object().expect("an object").keys().collect::<Vec<_>>(), order);
    }
    assert_eq!(page.ask("facts", &json!({}))[0]["id"], "role");
}

#[test]
fn type_finder_fits_its_page_and_its_cases_hold() {
    let (rule, schema) = type_finder();
    assert_eq!(messages(&rule::check_schema(&rule, &schema)), Vec::<String>::new());
    let (list, found) = cases::parse(&read("rules/type-finder.cases.yaml"));
    assert_eq!(messages(&found), Vec::<String>::new());
    assert!(list.len() >= 30, "{} cases", list.len());
    let failed: Vec<String> = cases::run(&rule, &schema, &list)
        .into_iter()
        .filter(|result| !result.passed())
        .map(|result| format!("{}: {:?}\n  {:?}", result.customer, messages(&result.findings), result.result))
        .collect();
    assert!(failed.is_empty(), "{}", failed.join("\n"));
    let outcomes: Vec<_> = list.iter().filter_map(|case| case.expected.outcome.as_ref()).collect();
    for outcome in &schema.outcomes {
        assert!(outcomes.iter().any(|expected| expected.value == *outcome), "no case for {outcome}");
    }
}

/// Compiles a script and gives `code line:column message` for each finding.
fn refused(script: &str) -> Vec<String> {
    let file = script_file(script);
    let found = rule::standalone(&file, Form::Small).err().unwrap_or_default();
    let line = |finding: &Diagnostic| {
        let place = file.position(finding.span.start);
        let near = finding.suggestion.as_ref().map(|near| format!(" -> {near}")).unwrap_or_default();
        format!("{} {}:{} {}{near}", finding.code.name(), place.line, place.column, finding.message.en)
    };
    found.iter().map(line).collect()
}

#[test]
fn what_cannot_be_carried_over_is_refused_with_its_place() {
    let check = |script: &str, expected: &str| {
        let got = refused(script);
        assert_eq!(got.first().map(String::as_str), Some(expected), "{script}: {got:?}");
    };
    check("let x = 1;\nlet y = x +;", "SB0501 2:12 unexpected `;`");
    check("let score = 1;\nsocre += 1", "SB0503 2:1 no such variable: `socre` -> score");
    check("\nlenght([1])", "SB0503 2:1 no such function: `lenght`");
    check("let a = [1];\na.fliter(|v| v > 0)", "SB0503 2:3 no such function: `fliter` -> filter");
    check("fn f(a, b) { a }\nf(1)", "SB0503 2:1 function `f` takes 2 argument(s), 1 given");
    check("fn f() { global::LIMTI }\nconst LIMIT = 1; f()", "SB0503 1:10 no such global constant: `LIMTI` -> LIMIT");
    check("const A = [1];\nA[0] = 2", "SB0502 2:1 the constant `A` would be changed here");
    check("const A = 1; let f = || { A += 1; };", "SB0502 1:27 the constant `A` would be changed here");
    check("const A = [1]; A.map(|| this += 1)", "SB0502 1:18 the constant `A` would be changed here");
    check(
        "const N = 1; fn f() { let a = []; a.push(global::N); a[0] = 2; }",
        "SB0502 1:42 a value straight from `global::` cannot be changed here, and the rule changes it",
    );
    check("loop { }", "SB0502 1:1 a rule cannot use a loop that does nothing and never ends");
    check("const A = 1; A = 2", "SB0502 1:14 cannot assign to the constant `A`");
    check("let x = 1; let f = || x;\n  is_shared(x ?? 1)", "SB0502 2:3 a rule cannot use `is_shared`");
    check("let n = 2.0; n ** 3", "SB0502 1:16 both sides of `**` in a rule must be whole numbers for sure");
    check("timestamp()", "SB0503 1:1 no such function: `timestamp`");
    check("fn f(n) { Fn(n) } f(1)", "SB0502 1:14 a rule cannot use a function name computed like this");
    check("let n = \"bl\"; Fn(n + \"ob\")", "SB0502 1:20 a rule cannot use a function name computed like this");
    check("import \"x\" as y;", "SB0502 1:1 a rule cannot use `import`");
    check("eval(\"1\")", "SB0502 1:1 a rule cannot use `eval`");
    check("let x = 1；", "SB0501 1:10 unexpected `；`; full-width punctuation is not understood");
}

/// Whatever a trainer writes is what the rule gets, in the engine and in the page, and the places stay those of the rule.
#[test]
fn thresholds_are_the_same_in_both_engines() {
    let yaml = r#"
x:
  WHOLE: { value: -3, means: a, provenance: seed }
  NUMBER: { value: 4.0, means: a, provenance: seed }
  SMALL: { value: -0.0000001, kind: number, means: a, provenance: seed }
  LARGE: { value: 1e20, means: a, provenance: seed }
  DIGITS: { value: 007, kind: text, means: a, provenance: seed }
  TEXT: { value: "\"a\\b` ${c} \n // /* 😀", means: a, provenance: seed }
  LIST: { value: [1, 2.5, [], [x]], means: a, provenance: seed }
  MAP: { value: { "a b": 1, 甲: { fn: 2 } }, means: a, provenance: seed }
"#;
    let file = SourceFile::new(SourcePath::new(settings::FILE).expect("valid"), yaml);
    let (settings, found) = settings::parse(&file);
    assert_eq!(messages(&found), Vec::<String>::new());
    let settings = settings.of("x");
    let script = "const OWN = [global::WHOLE];\n\
        fn all() { [global::OWN, global::WHOLE, global::NUMBER, global::SMALL, global::LARGE, global::DIGITS, global::TEXT, global::LIST, global::MAP] }\n\
        print(all());\nall()[0] / 0";
    let wanted = rule::run_canonical_with(script, settings);
    assert!(wanted.contains(r#""line":4,"column":10"#), "{wanted}");
    assert!(wanted.contains(r#"4.0, -1e-7, 1e20, \"007\""#), "{wanted}");
    let alone = rule::standalone_with(&script_file(script), settings, Form::Small).expect("nothing to refuse");
    assert_eq!(run_alone(&Runtime::new().expect("QuickJS"), &alone), wanted);
}

#[test]
fn hostile_scripts_end_with_a_finding_or_an_error() {
    let deep = |open: &str, close: &str| format!("{}1{}", open.repeat(5_000), close.repeat(5_000));
    for script in [deep("(", ")"), deep("[", "]"), deep("{", "}"), deep("!(", ")"), format!("1{}", "+1".repeat(5_000))]
    {
        assert!(!refused(&script).is_empty(), "{}", &script[..20]);
        assert!(rule::run_canonical(&script).contains("\"error\""));
    }
    let runtime = Runtime::new().expect("QuickJS");
    for (script, error) in [
        ("let s = \"ab\"; while true { s += s; }", "Length of string too large"),
        ("let a = [1]; while true { a += a; }", "too large"),
        ("fn f() { f() } f()", "Stack overflow"),
        ("let n = 0; loop { n += 1; }", "Too many operations"),
        ("let s = \"a\"; s.pad(2000000000, \"b\");", "Length of string too large"),
        ("let a = []; a.pad(2000000000, 1);", "too large"),
    ] {
        let alone = rule::standalone(&script_file(script), Form::Small).expect("nothing to refuse");
        assert!(run_alone(&runtime, &alone).contains(error), "{script}: page");
        assert!(rule::run_canonical(script).contains(error), "{script}: engine");
    }
    let large = format!("let x = \"{}\";", "a".repeat(300_000));
    assert!(refused(&large)[0].starts_with("SB0504 1:1 the rule file is too large"));
}

#[test]
fn names_that_a_page_does_not_have_are_reported() {
    let (_, schema) = type_finder();
    let check = |text: &str, expected: &[&str]| {
        let file = SourceFile::new(SourcePath::new("rules/x.rhai").expect("valid"), text);
        let (rule, found) = rule::compile(&file);
        assert_eq!(messages(&found), Vec::<String>::new(), "{text}");
        let found = rule::check_schema(&rule.expect("compiled"), &schema);
        let lines: Vec<String> = found
            .iter()
            .map(|it| {
                let near = it.suggestion.as_deref().unwrap_or("-");
                format!("{} {} {near}", it.code.name(), file.slice(it.span))
            })
            .collect();
        assert_eq!(lines, expected, "{text}");
    };
    check("fn classify(facts) { facts.rol == \"owner\" }", &["SB0506 rol role"]);
    check("fn classify(facts) { if facts.role == \"ownr\" { 1 } }", &["SB0507 ownr owner"]);
    check("fn classify(facts) { \"stady\" == facts[\"stability\"] }", &["SB0507 stady steady"]);
    check("fn classify(facts) { facts.role in [\"owner\", \"haed\"] }", &["SB0507 haed head"]);
    check("fn classify(facts) { switch facts.once { \"one-tim\" => 1, _ => 2 } }", &["SB0507 one-tim one-time"]);
    check(
        "fn classify(facts) { #{ outcome: \"type-onwer\", next: \"pirce\" } }",
        &["SB0508 type-onwer type-owner", "SB0506 pirce price"],
    );
    check(
        "const T = [#{ fact: \"role\", option: \"byuer\", outcome: \"type-task\" }]; fn classify(facts) { global::T }",
        &["SB0507 byuer buyer"],
    );
    check("fn classify(facts) { let r = #{}; r.outcome = \"type-tsk\"; r }", &["SB0508 type-tsk type-task"]);
    // Nothing is said about texts whose meaning is not certain.
    check(
        "fn classify(facts) { let m = #{ role: \"x\" }; m.role == \"y\" && facts.role != () && facts.contains(m.role) }",
        &[],
    );
}

#[test]
fn a_rule_without_its_entry_is_reported() {
    let file = SourceFile::new(SourcePath::new("rules/x.rhai").expect("valid"), "fn clasify(facts) { 1 }");
    let (rule, found) = rule::compile(&file);
    assert!(rule.is_none());
    assert_eq!(messages(&found), ["SB0505 the rule has no `fn classify(facts)`"]);
    assert_eq!(found[0].help.as_ref().expect("help").en, "rename `clasify` to `classify`");
}

#[test]
fn wrong_answers_and_wrong_cases_are_explained() {
    let (rule, schema) = type_finder();
    let mistakes = schema.read_facts(&json!({ "rol": "owner", "role": "boss", "choose": 3 })).expect_err("all wrong");
    let texts: Vec<&str> = mistakes.iter().map(|(_, message)| message.en.as_str()).collect();
    assert_eq!(texts[0], "no such fact: `rol`, did you mean `role`?");
    assert!(texts[1].starts_with("`role` has no option `boss`, possible: owner"), "{texts:?}");
    assert_eq!(texts[2], "`choose` takes one of its options");

    let text = "- customer: 甲\n  facts: { role: ownr }\n  outcome: type-owner\n- customer: 乙\n  facts: { role: owner }\n  outcome: type-task\n- customer: 丙\n  fact: {}\n";
    let file = SourceFile::new(SourcePath::new("rules/type-finder.cases.yaml").expect("valid"), text);
    let (list, found) = cases::parse(&file);
    assert!(found.iter().any(|finding| finding.message.en.contains("`fact`")), "{:?}", messages(&found));
    let results = cases::run(&rule, &schema, &list);
    assert_eq!(results.len(), 2);
    let place = |index: usize| file.position(results[index].findings[0].span.start);
    assert_eq!((place(0).line, place(0).column), (2, 18));
    assert_eq!((place(1).line, place(1).column), (6, 12));
    assert_eq!(results[1].findings[0].message.en, "`outcome` is `none`, the case says `type-task`");
}
