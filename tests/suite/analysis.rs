//! What is said of all combinations of answers, compared with judging them one by one.

use std::collections::BTreeMap;

use salesbook::path::SourcePath;
use salesbook::rule::analysis::{self, Analysis, Reach};
use salesbook::rule::schema::{Choice, Fact, FactKind, Facts, ToolSchema};
use salesbook::rule::{self, Evaluator, Rule};
use salesbook::source::SourceFile;
use serde_json::{Value, json};

use crate::tools;

/// More combinations than these are not judged one by one.
const ONE_BY_ONE: usize = 4_000;

fn made(text: &str, schema: ToolSchema) -> (Rule, ToolSchema) {
    let file = SourceFile::new(SourcePath::new("rules/made.rhai").expect("a path"), text.to_string());
    let (rule, findings) = rule::compile(&file);
    (rule.unwrap_or_else(|| panic!("{findings:?}")), schema)
}

fn choice(id: &str, options: &[&str]) -> Fact {
    let options = options.iter().map(|id| Choice { id: (*id).to_string(), label: (*id).to_string() }).collect();
    fact(id, FactKind::Choice, options)
}

fn fact(id: &str, kind: FactKind, options: Vec<Choice>) -> Fact {
    let (id, question) = (id.to_string(), id.to_string());
    let (hint, min, max, step, unit) = (None, None, None, None, None);
    Fact { id, kind, question, hint, options, min, max, step, unit, columns: Vec::new() }
}

fn schema(facts: Vec<Fact>, outcomes: &[&str]) -> ToolSchema {
    ToolSchema { facts, outcomes: outcomes.iter().map(|id| (*id).to_string()).collect(), warnings: Vec::new() }
}

/// Every combination of answers; nothing when a question has no list of answers, or when there are too many.
fn combinations(schema: &ToolSchema) -> Option<Vec<Facts>> {
    let of = |fact: &Fact| -> Option<Vec<Option<Value>>> {
        Some(match fact.kind {
            FactKind::Choice => fact.options.iter().map(|option| Some(json!(option.id))).chain([None]).collect(),
            FactKind::YesNo => vec![Some(json!(true)), Some(json!(false)), None],
            FactKind::Scale => {
                let (min, max) = (fact.min? as i64, fact.max? as i64);
                (min..=max).map(|value| Some(json!(value))).chain([None]).collect()
            }
            _ => return None,
        })
    };
    let mut all = vec![Facts::new()];
    for fact in &schema.facts {
        let values = of(fact)?;
        if all.len() * values.len() > ONE_BY_ONE {
            return None;
        }
        let longer = |facts: &Facts| {
            let with = |value: &Option<Value>| {
                facts.iter().cloned().chain(value.clone().map(|value| (fact.id.clone(), value))).collect::<Facts>()
            };
            values.iter().map(with).collect::<Vec<Facts>>()
        };
        all = all.iter().flat_map(longer).collect();
    }
    Some(all)
}

/// How often each outcome and each state comes, judged one by one.
fn one_by_one(rule: &Rule, schema: &ToolSchema) -> Option<[BTreeMap<Option<String>, u128>; 2]> {
    let engine = Evaluator::new(rule);
    let mut counts = [BTreeMap::new(), BTreeMap::new()];
    for facts in combinations(schema)? {
        let Ok(result) = engine.raw(&facts) else {
            continue;
        };
        for (counts, key) in counts.iter_mut().zip(["outcome", "state"]) {
            *counts.entry(result[key].as_str().map(str::to_string)).or_default() += 1;
        }
    }
    Some(counts)
}

fn counts(shares: &[analysis::Share]) -> BTreeMap<Option<String>, u128> {
    shares.iter().map(|share| (share.id.clone(), share.count)).collect()
}

fn check(rule: &Rule, schema: &ToolSchema) -> (Analysis, bool) {
    let found = analysis::analyze(rule, schema);
    let judged = one_by_one(rule, schema);
    if let Some([outcomes, states]) = &judged {
        assert_eq!(found.reach, Reach::Exact, "{}", rule.id);
        assert_eq!(&counts(&found.outcomes), outcomes, "{}", rule.id);
        assert_eq!(&counts(&found.states), states, "{}", rule.id);
    }
    let engine = Evaluator::new(rule);
    for share in &found.outcomes {
        let result = engine.raw(&share.witness).unwrap_or_else(|failure| panic!("{}: {failure:?}", rule.id));
        assert_eq!(result["outcome"].as_str(), share.id.as_deref(), "{}: {:?}", rule.id, share.witness);
    }
    for failing in &found.failing {
        let failure = engine.raw(&failing.witness).expect_err("an example that fails");
        assert_eq!((failure.line, failure.column), (failing.pos.line, failing.pos.column), "{}", rule.id);
    }
    (found, judged.is_some())
}

#[test]
fn every_tool_of_the_book_is_followed_to_its_end() {
    let mut judged = 0;
    for id in tools::ids() {
        let (rule, schema) = tools::tool(&id);
        let (found, all) = check(&rule, &schema);
        judged += usize::from(all);
        assert!(!matches!(found.reach, Reach::Unknown(..)), "{}: {:?}", rule.id, found.reach);
        assert!(found.failing.is_empty(), "{}: {:?}", rule.id, found.failing);
        if found.reach == Reach::Exact {
            assert!(found.unreached.is_empty(), "{}: {:?}", rule.id, found.unreached);
        }
    }
    assert!(judged >= 4, "only {judged} tools are small enough to be judged one by one");
}

const WEIGHTS: &str = r#"
const ROWS = [
    #{ fact: "a", option: "x", to: "one", points: 2 }, #{ fact: "a", option: "y", to: "two", points: 1 },
    #{ fact: "b", option: "x", to: "two", points: 2 }, #{ fact: "b", option: "y", to: "one", points: 1 },
    #{ fact: "c", option: "x", to: "three", points: 3 }, #{ fact: "c", option: "y", to: "one", points: 1 },
];
fn classify(facts) {
    let hits = global::ROWS.filter(|row| facts[row.fact] == row.option);
    let totals = #{};
    for row in hits { totals[row.to] = (totals[row.to] ?? 0) + row.points; }
    let list = [];
    for to in ["one", "two", "three"] { if to in totals { list.push(#{ to: to, points: totals[to] }); } }
    list.sort(|a, b| b.points - a.points);
    if list.is_empty() { return #{ outcome: (), state: "insufficient" }; }
    let first = list[0];
    let close = list.filter(|it| it.to != first.to && it.points == first.points);
    #{ outcome: first.to, state: if close.is_empty() { "decided" } else { "leaning" }, also: close.map(|it| it.to) }
}
"#;

fn weights(text: &str) -> (Rule, ToolSchema) {
    let facts = ["a", "b", "c"].map(|id| choice(id, &["x", "y", "z"])).to_vec();
    made(text, schema(facts, &["one", "two", "three", "four"]))
}

#[test]
fn scores_ties_and_what_is_never_reached() {
    let (rule, schema) = weights(WEIGHTS);
    let (found, all) = check(&rule, &schema);
    assert!(all && found.unproved.is_empty() && found.failing.is_empty(), "{found:?}");
    assert_eq!(found.unreached, ["four"]);
    assert_eq!(found.idle_answers, ["a=z", "b=z", "c=z"]);
    let share = found.outcomes.iter().find(|share| share.id.as_deref() == Some("three")).expect("reached");
    assert_eq!(share.witness, [("c".to_string(), json!("x"))]);
}

#[test]
fn a_mistake_in_a_rule_is_found_with_an_example() {
    let cases = [
        // A number added to nothing.
        ("(totals[row.to] ?? 0) + row.points", "totals[row.to] + row.points", "fails"),
        // The list may be empty.
        ("if list.is_empty() { return #{ outcome: (), state: \"insufficient\" }; }", "", "fails"),
        // A misspelt option: the row counts for nobody.
        ("option: \"x\", to: \"three\"", "option: \"w\", to: \"three\"", "unreached"),
        // Too few points to win.
        ("to: \"three\", points: 3", "to: \"three\", points: -3", "other"),
        // A condition that never holds.
        ("let first =", "if list.len() > 3 { return #{ outcome: \"one\" }; }\n    let first =", "idle"),
    ];
    for (from, to, kind) in cases {
        assert!(WEIGHTS.contains(from), "{from}");
        let (rule, schema) = weights(&WEIGHTS.replacen(from, to, 1));
        let (found, _) = check(&rule, &schema);
        match kind {
            "fails" => assert!(!found.failing.is_empty(), "{to}: {found:?}"),
            "unreached" => assert!(found.unreached.contains(&"three".to_string()), "{to}: {found:?}"),
            "idle" => assert_eq!(found.never_true.len(), 1, "{to}: {found:?}"),
            _ => assert!(found.failing.is_empty(), "{to}: {found:?}"),
        }
    }
}

#[test]
fn every_construct_is_followed_or_nothing_is_claimed() {
    let facts =
        || vec![choice("a", &["x", "y"]), choice("b", &["x", "y", "z"]), fact("c", FactKind::YesNo, Vec::new())];
    let bodies = [
        "let n = 0; if facts.c == true { n += 1; } if facts.a == \"x\" { n += 2; } #{ outcome: `r${n}` }",
        "#{ outcome: switch facts.b { \"x\" => \"one\", \"y\" if facts.c == true => \"two\", _ => \"rest\" } }",
        "let n = 0; while n < 5 { n += 1; if facts.a == \"x\" && n == 2 { break; } } #{ outcome: `r${n}` }",
        "let n = 0; do { n += 2; if facts.b == \"z\" && n < 5 { continue; } n += 1; } while n < 6; #{ outcome: `r${n}` }",
        "let n = 0; for (it, i) in [facts.a, facts.b] { if it == () { continue; } n += i + 1; } #{ outcome: `r${n}` }",
        "let all = [facts.a, facts.b].filter(|it| it != ()); #{ outcome: if all.len() > 0 { all[-1] } else { () } }",
        "let m = #{}; m[facts.b ?? \"none\"] = 1; m.k = facts.c ?? false; #{ outcome: `${m.keys().len()}` }",
        "let l = [3, 1, 2]; if facts.c == true { l.sort(|a, b| a - b); } #{ outcome: `${l[0]}` }",
        "let l = [#{n: if facts.a == \"x\" { 1 } else { 5 }}, #{n: 3}, #{n: if facts.c == true { 4 } else { 2 }}];\
         l.sort(|p, q| q.n - p.n); #{ outcome: `${l[0].n}${l[1].n}${l[2].n}` }",
        "let f = if facts.c == true { [1, 2, 3] } else { [4] }; #{ outcome: `${f.map(|x| x * 2).reduce(|s, x| s + x, 0)}` }",
        "fn_like(facts)",
        "let n = 10 / (if facts.a == \"x\" { 0 } else { 1 }); #{ outcome: `r${n}` }",
        "let l = []; if facts.a != () { l.push(facts.a); } l += if facts.c == true { [\"k\"] } else { \"m\" }; #{ outcome: `${l.len()}` }",
        "let l = [1, 2, 3, 4]; l.truncate(if facts.c == true { 1 } else { 3 }); #{ outcome: `${l.len()}${l.some(|x| x == 3)}` }",
        "let l = [\"x\", \"y\"]; #{ outcome: `${l.index_of(facts.b)}${l.find(|it| it == facts.a)}${facts.a in l}` }",
        "if facts.a == () || facts.b == () { throw \"no\"; } #{ outcome: facts.a + facts.b }",
        "let l = \"p,q\".split(\",\"); let t = facts.a ?? \"x\"; let u = t.split(\"x\"); #{ outcome: `${l[1]}${t}${u.len()}` }",
        "let m = #{x: 1} + (if facts.c == true { #{x: 2, y: 3} } else { #{} }); #{ outcome: `${m.x}${m.y ?? 0}` }",
        "#{ outcome: facts?.a ?? (if facts.contains(\"c\") { \"c\" } else { () }), state: type_of(facts.c) }",
    ];
    for body in bodies {
        let text = format!(
            "fn fn_like(f) {{ if f.c == () {{ return #{{ outcome: () }}; }} #{{ outcome: f.b ?? \"none\" }} }}\nfn classify(facts) {{ {body} }}"
        );
        let (rule, schema) = made(&text, schema(facts(), &[]));
        let found = analysis::analyze(&rule, &schema);
        assert_eq!(found.reach, Reach::Exact, "{body}");
        if found.failing.is_empty() {
            check(&rule, &schema);
        } else {
            let failing: u128 = found.failing.iter().map(|failing| failing.count).sum();
            let engine = Evaluator::new(&rule);
            let all = combinations(&schema).expect("lists of answers");
            let failed = all.iter().filter(|facts| engine.raw(facts).is_err()).count() as u128;
            assert_eq!(failing, failed, "{body}");
        }
    }
    let refused = [
        "let x = 1; try { x = facts.a + 1; } catch { x = 2; } #{ outcome: `${x}` }",
        // Rhai locks a captured list while something walks over it.
        "let l = [1, 2]; let m = l.filter(|x| x == l[0]); #{ outcome: `${m.len()}` }",
        "let n = 0; loop { n += 0; } #{ outcome: () }",
        // These change what they are called on.
        "let l = [2, 1]; let m = l.order(); #{ outcome: `${l[0]}` }",
        "let n = facts.a; let m = n.take(); #{ outcome: n }",
        "let l = [1, 2, 3]; let m = l.split(1); #{ outcome: `${l.len()}` }",
    ];
    for body in refused {
        let (rule, schema) = made(&format!("fn classify(facts) {{ {body} }}"), schema(facts(), &[]));
        assert!(matches!(analysis::analyze(&rule, &schema).reach, Reach::Unknown(..)), "{body}");
    }
}

#[test]
fn a_changed_weight_is_told_with_examples() {
    let (before, schema) = weights(WEIGHTS);
    let (now, _) = weights(&WEIGHTS.replacen("to: \"three\", points: 3", "to: \"three\", points: 1", 1));
    let found = analysis::difference(&before, &now, &schema);
    assert_eq!(found.reach, Reach::Exact);
    let engines = [Evaluator::new(&before), Evaluator::new(&now)];
    let mut changed = 0;
    for change in &found.changes {
        assert!((1..=3).contains(&change.examples.len()), "{change:?}");
        for facts in &change.examples {
            let said =
                [0, 1].map(|at| engines[at].raw(facts).expect("a result")["outcome"].as_str().map(str::to_string));
            assert_eq!(said, [change.from.clone(), change.to.clone()], "{facts:?}");
        }
        changed += change.count;
    }
    let differs = |facts: &&Facts| {
        let said = [0, 1].map(|at| engines[at].raw(facts).expect("a result")["outcome"].clone());
        said[0] != said[1]
    };
    let other = combinations(&schema).expect("lists of answers").iter().filter(differs).count() as u128;
    assert!(changed > 0);
    assert_eq!(changed, other);
    assert!(analysis::difference(&before, &before, &schema).changes.is_empty());
}
