//! Tools with facts of every kind: the page completes what a rule says exactly as the engine does, and fails as it does.
//!
//! `tests/mutation` asks the same questions of changed scripts, so they stand in a file of their own.

use rquickjs::{Context, Runtime};
use salesbook::path::SourcePath;
use salesbook::rule::schema::{Choice, Column, Fact, FactKind, ToolSchema};
use salesbook::rule::{self, Evaluator, Form, Rule};
use salesbook::source::SourceFile;
use serde_json::{Value, json};

/// What a rule gives, in the rule's own words; `facts` is what is answered.
const RULES: &[(&str, &str)] = &[
    (
        "values",
        "fn classify(facts) { #{ outcome: \"yes\", values: #{ facts: facts, half: 0.5, whole: 2.0, none: (), list: [1, [2.5, 'c']], letter: 'x', range: 1..3, closed: 1..=3, name: Fn(\"len\"), large: 9007199254740991, nan: 0.0 / 0.0 } } }",
    ),
    (
        "kinds",
        "fn classify(facts) { let v = #{}; for id in facts.keys() { v[id] = [type_of(facts[id]), facts[id]]; } #{ outcome: if facts.sure == true { \"yes\" } else { \"no\" }, values: v } }",
    ),
    (
        "lists",
        "fn classify(facts) { #{ also: [\"no\"], scores: [#{ points: 1, alpha: 2, zeta: 1, outcome: \"yes\" }, 7], reasons: [#{ facts: [\"sure\"], text: \"t\", extra: 1, points: 2, outcome: \"yes\" }, \"plain\", [1]], warnings: [\"known\", \"other\", #{ text: \"b\", more: 1, id: \"a\" }, 3], next: \"words\", state: \"waiting\" } }",
    ),
    (
        "wrong-kinds",
        "fn classify(facts) { #{ outcome: 3, also: \"no\", scores: #{}, reasons: 1, warnings: (), next: 5, state: [], values: [1] } }",
    ),
    ("no-map", "fn classify(facts) { [1] }"),
    ("no-value", "fn classify(facts) { () }"),
    ("failing", "fn classify(facts) { if facts.choice == \"a\" {\n  throw \"no\";\n} #{ outcome: \"yes\" } }"),
    ("deep-failure", "fn inner(x) {\n  x.nothing + 1\n} fn classify(facts) { let v = [1]; v.map(|it| inner(it)) }"),
    ("failing-at-start", "const A = [1];\nconst B = A[7];\nfn classify(facts) { #{} }"),
    ("even", "fn classify(facts) { #{ outcome: if facts.sure == false { \"no\" } else { \"yes\" } } }"),
    (
        "counting",
        "const START = 5; fn classify(facts) { let n = global::START; n += if facts.choice == \"b\" { 1 } else { 0 }; if facts.sure == true { n += 2; } if facts.level != () && facts.level > 2 { n += 1; } #{ outcome: [\"no\", \"yes\", \"maybe\"][n % 3], values: #{ n: n } } }",
    ),
    (
        "undecided",
        "fn classify(facts) { if facts.choice == () { #{} } else if facts.sure == () { #{ outcome: () } } else { #{ outcome: facts.choice } } }",
    ),
    (
        "many",
        "fn classify(facts) { let n = 0; for id in facts.keys() { let v = facts[id]; if v == \"b\" || v == true || v == 1 { n += 1; } if v == \"c\" || v == 3 { n += 2; } } #{ outcome: if n > 4 { \"yes\" } else if n > 2 { \"maybe\" } else { \"no\" } } }",
    ),
    ("endless", "fn classify(facts) { if facts.sure == () { return #{ outcome: \"no\" }; } loop { 1 + 1; } }"),
    ("endless-at-once", "fn classify(facts) { let n = 0; loop { n += 1; } }"),
    ("too-deep", "fn down(n) { down(n + 1) } fn classify(facts) { down(0) }"),
];

fn fact(id: &str, kind: FactKind) -> Fact {
    let option = |id: &str| Choice { id: id.to_string(), label: id.to_uppercase() };
    let options = match kind {
        FactKind::Choice | FactKind::Multi => ["a", "b", "c"].map(option).to_vec(),
        _ => Vec::new(),
    };
    let question = format!("{id}?");
    Fact {
        id: id.to_string(),
        kind,
        question,
        hint: None,
        options,
        min: None,
        max: None,
        step: None,
        unit: None,
        columns: Vec::new(),
    }
}

/// A page with few questions, one with so many that not every way to answer them can be tried, one without numbers,
/// one with a table, and two at the border between the first and the second.
fn schemas() -> Vec<ToolSchema> {
    let mut level = fact("level", FactKind::Scale);
    (level.min, level.max) = (Some(1.0), Some(4.0));
    let mut broken = fact("broken", FactKind::Scale);
    (broken.min, broken.max, broken.step) = (Some(0.5), Some(1.5), Some(0.25));
    let mut open_end = fact("openend", FactKind::Scale);
    open_end.min = Some(1.0);
    let mut odd = fact("odd", FactKind::Scale);
    (odd.min, odd.max, odd.step) = (Some(1.0), Some(2.0), Some(-1.0));
    let few = vec![
        fact("choice", FactKind::Choice),
        fact("sure", FactKind::YesNo),
        level,
        open_end,
        fact("number", FactKind::Number),
        fact("words", FactKind::Text),
        fact("day", FactKind::Date),
        fact("several", FactKind::Multi),
    ];
    let mut many = vec![fact("choice", FactKind::Choice), fact("sure", FactKind::YesNo), broken, odd];
    many.extend(["one", "two", "three", "four", "five", "six"].map(|id| fact(id, FactKind::Choice)));
    // Whole numbers stay what they are where no fact is a number.
    let texts = vec![fact("choice", FactKind::Choice), fact("sure", FactKind::YesNo), fact("several", FactKind::Multi)];
    let outcomes: Vec<String> = ["yes", "no", "maybe"].map(str::to_string).to_vec();
    let warnings = vec![("known".to_string(), "Known.".to_string())];
    let border = |top: f64| {
        let mut long = fact("long", FactKind::Scale);
        (long.min, long.max) = (Some(1.0), Some(top));
        vec![long, fact("one", FactKind::Choice), fact("two", FactKind::Choice), fact("three", FactKind::Choice)]
    };
    let mut rows = fact("rows", FactKind::Table);
    rows.columns = [("name", false), ("amount", true)]
        .map(|(id, number)| Column {
            id: id.to_string(),
            label: id.to_uppercase(),
            aliases: Vec::new(),
            number,
            required: !number,
        })
        .to_vec();
    let tables = vec![fact("choice", FactKind::Choice), fact("sure", FactKind::YesNo), rows];
    let just = vec![fact("sure", FactKind::YesNo)];
    let halves = (0..9).map(|number| fact(&format!("half{number}"), FactKind::YesNo)).collect();
    [few, many, texts, tables, border(19.0), halves, just]
        .map(|facts| ToolSchema { facts, outcomes: outcomes.clone(), warnings: warnings.clone() })
        .into_iter()
        .collect()
}

/// Answers to the page's questions, and other things that a page may hand over: an empty text, nothing, a number where
/// none is asked for, an answer to nothing. The second is what is left of them.
fn answers(schema: &ToolSchema) -> Vec<(Value, Value)> {
    let whole = [
        json!({}),
        json!({ "choice": "a" }),
        json!({ "choice": "b", "sure": true }),
        json!({ "choice": "c", "sure": false }),
        json!({ "choice": "b", "sure": true, "level": 3 }),
        json!({ "choice": "b", "sure": true, "broken": 0.75, "one": "c", "two": "b", "three": "c" }),
        json!({ "level": 2, "openend": 7, "number": 2.5 }),
        json!({ "number": -3 }),
        json!({ "number": 9_007_199_254_740_991_i64 }),
        json!({ "number": 1e300 }),
        json!({ "words": "ä 字", "day": "2026-11-22", "several": ["a", "c"] }),
        json!({ "several": [] }),
        json!({ "choice": "a", "rows": [{ "name": "甲", "amount": 1.5 }, { "name": "__proto__" }, { "amount": 3, "name": "b" }] }),
        json!({ "rows": [] }),
    ];
    let known = |answers: &Value| -> Value {
        let kept = answers.as_object().expect("an object").iter().filter(|(id, _)| schema.fact(id).is_some());
        Value::Object(kept.map(|(id, value)| (id.clone(), value.clone())).collect())
    };
    let mut all: Vec<(Value, Value)> = whole.iter().map(|answers| (known(answers), known(answers))).collect();
    all.push((json!({ "choice": "", "sure": null }), json!({})));
    all.push((json!({ "choice": 3, "sure": true }), json!({ "sure": true })));
    all.push((json!({ "nobody": "asked", "choice": "b" }), json!({ "choice": "b" })));
    all
}

/// What the engine says of some answers: the rule's own value, then the result object.
fn by_engine(rule: &Rule, schema: &ToolSchema, facts: &Value) -> Value {
    let evaluator = Evaluator::new(rule);
    let facts = schema.read_facts(facts).expect("made from the schema");
    let given = |result: Result<Value, rule::RuleFailure>| {
        result.unwrap_or_else(|failure| {
            let place = if failure.line > 0 { format!(":{}:{}", failure.line, failure.column) } else { String::new() };
            let words = format!("{}{place}: {}", rule.id, failure.text);
            if failure.text == "the rule gives no map" {
                return json!({ "error": words });
            }
            json!({ "error": words, "line": failure.line, "column": failure.column, "limit": failure.limit })
        })
    };
    json!([given(evaluator.raw(&facts)), given(evaluator.evaluate(schema, &facts))])
}

/// A script that asks the page all of this and gives what it says.
fn script(rule: &Rule, schema: &ToolSchema, asked: &[(Value, Value)], form: Form) -> String {
    let page = rule::javascript(rule, schema, form);
    let questions: Vec<&Value> = asked.iter().map(|(answers, _)| answers).collect();
    format!(
        "(function () {{\nconst loaded = {{}}; const SB = (key, value) => {{ loaded[key] = value; }};\n{}\n{}\n{}\n{}\n\
         const tool = loaded.judge({}, loaded[{}], loaded[{}](loaded[\"runtime/\"]));\n\
         const told = (work) => {{ try {{ return work(); }} catch (e) {{ if (!(e instanceof Error)) throw e; return {{ error: e.message, line: e.line, column: e.line === 0 ? 0 : e.column, limit: e.limit }}; }} }};\n\
         return JSON.stringify({}.map((facts) => [told(() => tool.judge(facts)), told(() => tool.evaluate(facts))]));\n}})()",
        rule::runtime_script("", &page.units, form),
        page.code,
        rule::facts_script(rule, schema),
        rule::judge_script(form),
        json!(rule.id),
        json!(format!("facts/{}", rule.id)),
        json!(format!("rule/{}", rule.id)),
        json!(questions),
    )
}

/// Name, scripts in both forms, and what they must give.
pub(crate) fn scripts() -> Vec<(String, [String; 2], String)> {
    let mut scripts = Vec::new();
    for (id, text) in RULES {
        let path = SourcePath::new(format!("rules/{id}.rhai")).expect("valid");
        let (rule, found) = rule::compile(&SourceFile::new(path, *text));
        let rule = rule.unwrap_or_else(|| panic!("{id}: {found:?}"));
        for (number, schema) in schemas().iter().enumerate() {
            let mut asked = answers(schema);
            if id.starts_with("endless") {
                if number > 0 {
                    continue;
                }
                asked.truncate(1);
            } else if number > 3 {
                if *id != "even" {
                    continue;
                }
                asked.truncate(1);
            } else if schema.facts.len() > 8 {
                // Each takes many judgements.
                asked = asked.into_iter().skip(2).step_by(3).collect();
            }
            let wanted: Vec<Value> = asked.iter().map(|(_, facts)| by_engine(&rule, schema, facts)).collect();
            let forms = [Form::Small, Form::Readable].map(|form| script(&rule, schema, &asked, form));
            scripts.push((format!("{id}/{number}"), forms, json!(wanted).to_string()));
        }
    }
    scripts
}

#[test]
fn tools_with_every_kind_of_fact_judge_alike() {
    let runtime = Runtime::new().expect("QuickJS");
    let mut wrong = Vec::new();
    for (name, forms, wanted) in scripts() {
        for (script, form) in forms.into_iter().zip(["small", "readable"]) {
            let got = Context::full(&runtime).expect("a context").with(|ctx| {
                ctx.eval::<String, _>(script).unwrap_or_else(|error| format!("{error}: {:?}", ctx.catch()))
            });
            if got != wanted {
                wrong.push(format!("{name}, {form}\n  engine {wanted}\n  page   {got}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
