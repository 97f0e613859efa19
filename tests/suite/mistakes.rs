//! Mistakes made on purpose in the book's own rules, pages, thresholds and example customers: each is found, and the
//! finding points at its line, or at an example customer whom it hits.
//!
//! One row is one change in one place. What `check` says of a rule is computed as `check` does it, for the one tool. Who
//! found it is counted: the comparison of rule and page, the analysis of all combinations, or the example customers.

use std::collections::BTreeMap;

use rayon::prelude::*;
use salesbook::content::kind::Tool;
use salesbook::content::{Kind, Page, parse_page};
use salesbook::diagnostic::Diagnostic;
use salesbook::markdown::Settings as Markdown;
use salesbook::rule::{self, analysis, cases, settings};
use salesbook::site::proof;
use salesbook::source::SourceFile;
use salesbook::{config, load};

use crate::rule::read;

/// Where the finding has to point.
#[derive(Debug, Clone, Copy)]
enum At {
    /// The line that was changed.
    Line,
    /// A finding of the example customer of this name.
    Customer(&'static str),
}
use At::{Customer, Line};

/// A tool, the file (`rhai`, `md`, `cases` or `settings`), what stands there, what is written instead, and who is hit.
type Mistake = (&'static str, &'static str, &'static str, &'static str, At);

#[rustfmt::skip]
const MISTAKES: &[Mistake] = &[
    // Options, facts, outcomes, warnings and keys that are written wrong.
    ("crm-stage", "rhai", r#"fact: "focus",      option: "output""#, r#"fact: "focus",      option: "ouput""#, Line),
    ("crm-stage", "rhai", r#"fact: "activity",   option: "cut""#, r#"fact: "focus",   option: "cut""#, Line),
    ("crm-stage", "rhai", r#"["market-ahead"]"#, r#"["market-aheed"]"#, Line),
    ("resource-gate", "rhai", r#"fact: "today", "#, r#"fact: "todey", "#, Line),
    ("relation-check", "rhai", r#"outcome: "complete""#, r#"outcome: "complet""#, Line),
    ("relation-check", "rhai", r#"list.push("quiet-cost")"#, r#"list.push("quite-cost")"#, Line),
    ("relation-check", "rhai", r#"fact: "feels", answer: false"#, r#"fact: "feels", answer: "no""#, Line),
    ("key-account-check", "rhai", r#"["ordinary", "candidate", "key"]"#, r#"["ordinary", "candidat", "key"]"#, Line),
    ("key-account-check", "rhai", r#"#{ fact: "loyal",   met: "all","#, r#"#{ fact: "loyal",   met: "al","#, Line),
    ("face-role", "rhai", r#"low: "几乎不赚""#, r#"lo: "几乎不赚""#, Line),
    ("face-role", "rhai", r#""not-key": "眼下不算重要客户""#, r#""notkey": "眼下不算重要客户""#, Line),
    ("objection-triage", "rhai", r#""let-go": "不答了"#, r#""letgo": "不答了"#, Line),
    ("objection-triage", "rhai", r#""need": ["#, r#""needs": ["#, Line),
    ("objection-triage", "rhai", r#"leaning("ask", "let-go", "round", why)"#, r#"leaning("ask", "letgo", "round", why)"#, Line),
    ("sat-loyal", "rhai", r#"unknown: "还定不下来""#, r#"unkown: "还定不下来""#, Line),
    ("customer-quality", "rhai", r#"part: "部分符合""#, r#"some: "部分符合""#, Line),
    ("loyalty-picker", "rhai", r#"option: "content-stays", outcome: "club", points: 4"#, r#"option: "content-stays", outcome: "clubs", points: 4"#, Line),
    ("type-finder", "rhai", r#"if facts.stability == "changes""#, r#"if facts.stability == "change""#, Line),
    ("customer-quality", "md", "  - id: size-large\n", "  - id: size-larg\n", Line),
    ("face-role", "md", "  - id: plan-long-term\n", "  - id: plan-longterm\n", Line),
    // What can never be: ways that others take, conditions that never hold.
    ("key-account-check", "rhai", "if got.indicators >= global::CANDIDATE_INDICATORS { return 1; }", "if got.traits >= global::CANDIDATE_TRAITS { return 1; }", Line),
    ("key-account-check", "rhai", r#"if outcome == "ordinary" {"#, r#"if outcome == "key" && outcome == "ordinary" {"#, Line),
    ("face-role", "rhai", r#"if face == "white" && facts.buying == "occasional" { list"#, r#"if face == "white" && face == "red" { list"#, Line),
    ("sat-loyal", "rhai", "if satisfied == false && loyal == true && facts.leave == true { list", "if satisfied == false && satisfied == true && facts.leave == true { list", Line),
    ("objection-triage", "rhai", r#"if facts.round == "first" { return decided("ask", why); }"#, r#"if facts.round == () { return decided("ask", why); }"#, Line),
    ("customer-quality", "rhai", r#"if facts.size == "small" { list"#, r#"if facts.size == "large" && facts.size == "small" { list"#, Line),
    ("three-a-check", "rhai", "if facts.can_get == true && facts.can_pay == true && facts.wants == true {", "if facts.can_get == true && facts.can_get == false && facts.wants == true {", Customer("货能到，钱够，车间主任说愿意用，还是没下单")),
    ("relation-check", "rhai", r#"buys: false, feels: true, "#, r#"buys: true, feels: true, "#, Customer("聊得很投机的工程师，介绍过人，自己一单没下")),
    ("face-role", "rhai", r#"if big && thin { list.push("white"); }"#, r#"if big { list.push("white"); }"#, Customer("养殖大户，量大毛利不低，单笔一般")),
    // What makes the rule fail.
    ("crm-stage", "rhai", "if !scores.is_empty() && scores[0].points", "if scores[0].points", Line),
    ("crm-stage", "rhai", "if open.is_empty() { () } else { open[0] }", "open[0]", Line),
    ("crm-stage", "rhai", "points: mine.len() }", "points: 12 / (mine.len() - 1) }", Line),
    ("key-account-check", "rhai", "if counts(facts[row.fact], true, hopeful) { traits += 1; }", "if counts(facts[row.fact], true, hopeful) { traits += 9223372036854775807; }", Line),
    ("customer-quality", "rhai", "let answer = facts[row.fact];\n        sum += if answer == () { open_points } else", "let answer = facts[row.fact];\n        sum += if answer == 0 { open_points } else", Line),
    ("sat-loyal", "rhai", "if facts.score != () {\n        if facts.score <", "if facts.score + 0 > 0 {\n        if facts.score <", Line),
    ("loyalty-picker", "rhai", r#"global::BUDGETS[facts.budget]"#, r#"global::BUDGETS[facts.budget] + "元""#, Customer("饲料店，满意但哪家便宜进哪家，前两成，只认识老板，小钱可以报")),
    ("three-a-check", "rhai", r#"fact: "can_get",  answer: false,     outcome: "available",  points: 3, "#, r#"fact: "can_get",  answer: false,     outcome: "available",  points: 9223372036854775807, "#, Customer("山里的养殖户，想要我们的料，起订量太大也没人送")),
    ("loyalty-picker", "rhai", r#"name: "精细服务系统", cost: 2"#, r#"name: "精细服务系统", cost: 3"#, Customer("不满意但厂里只认我们的型号，排第一，上下都熟，有预算")),
    // Numbers and orders that are wrong but possible.
    ("relation-check", "rhai", r#"feels: false, outcome: "behaviour-only""#, r#"feels: false, outcome: "feeling-only""#, Customer("食堂每周订货，投诉从不找业务员，换一家要重新招标")),
    ("crm-stage", "rhai", "scores.sort(|a, b| b.points - a.points);", "scores.sort(|a, b| a.points - b.points);", Customer("包装厂问销量、做促销，老客户却接连换了别家")),
    ("three-a-check", "rhai", "rows.sort(|a, b| if", "rows.filter(|a, b| if", Customer("食堂说超预算，可库房里的油比我们的还贵，货两天能到")),
    ("type-finder", "rhai", r#"fact: "role",      option: "assigned",    outcome: "type-task",         points: 3"#, r#"fact: "role",      option: "assigned",    outcome: "type-task",         points: 1"#, Customer("临时派来办这件事，可自己带着标准、合同逐条看，两边一样高")),
    ("loyalty-picker", "rhai", r#"option: "unhappy-stays", outcome: "fine-service", points: 4"#, r#"option: "unhappy-stays", outcome: "fine-service", points: 1"#, Customer("不满意但厂里只认我们的型号，排第一，上下都熟，有预算")),
    ("resource-gate", "rhai", r#"fact: "classified", outcome: "fix-classified""#, r#"fact: "classified", outcome: "fix-today""#, Customer("年底剩一笔费用，想给所有客户都发一点")),
    ("kuhl-audit", "rhai", "if row.missing > thinnest.missing", "if row.missing < thinnest.missing", Customer("养猪户，名字叫得出，打算没问过，只知道他自己拍板")),
    ("value-quadrant", "rhai", "if ratio > global::HIGH_RATIO", "if ratio < global::HIGH_RATIO", Customer("养殖户，量不大，新盖一栋猪舍，料只有三成从我们这里拿，场地刚续租")),
    ("type-finder", "settings", "value: 2\n    kind: whole\n    unit: 分\n    min: 1\n    max: 10\n    means: 第一名领先第二名不到这个分数", "value: 12\n    kind: whole\n    unit: 分\n    min: 1\n    max: 10\n    means: 第一名领先第二名不到这个分数", Line),
    ("type-finder", "settings", "value: 2\n    kind: whole\n    unit: 分\n    min: 1\n    max: 10\n    means: 第一名领先第二名不到这个分数", "value: 8\n    kind: whole\n    unit: 分\n    min: 1\n    max: 10\n    means: 第一名领先第二名不到这个分数", Customer("厂里的负责人，替公司一分一分省，价质服都要掂量")),
    // Questions, options, outcomes and warnings of the page that the rule knows nothing of.
    ("match-level", "md", "outcomes:\n", "  - id: weather\n    question: 最近天气好吗？\n    kind: yesno\noutcomes:\n", Line),
    ("crm-stage", "md", "outcomes:\n", "  - id: weather\n    question: 最近天气好吗？\n    kind: yesno\noutcomes:\n", Line),
    ("resource-gate", "md", "outcomes:\n", "outcomes:\n  - id: wait\n    title: 再等等\n", Line),
    ("relation-check", "md", "warnings:\n", "warnings:\n  - id: hurry\n    text: 要快\n", Line),
    ("customer-quality", "md", "      - { id: small, label: 小 }\n", "      - { id: small, label: 小 }\n      - { id: mid, label: 中 }\n", Line),
    // Example customers that are wrong themselves.
    ("crm-stage", "cases", "  outcome: product\n", "  outcome: sales\n", Line),
];

/// What a file of a tool is called.
fn path(id: &str, kind: &str) -> String {
    match kind {
        "rhai" => format!("rules/{id}.rhai"),
        "md" => format!("content/zh/tools/{id}.md"),
        "cases" => format!("rules/{id}.cases.yaml"),
        "settings" => settings::FILE.to_string(),
        other => panic!("no file is a {other}"),
    }
}

/// Everything that `check` says of one tool, by who found it. The file that was changed is used as it is now.
fn findings(id: &str, changed: &SourceFile) -> Vec<(&'static str, Diagnostic)> {
    let file = |kind: &str| {
        let path = path(id, kind);
        if changed.path.as_str() == path { changed.clone() } else { read(path) }
    };
    let (config, _) = config::parse(&read(load::CONFIG));
    let (thresholds, found) = settings::parse(&file("settings"));
    let mut all: Vec<(&str, Diagnostic)> = found.into_iter().map(|it| ("comparison", it)).collect();
    let (variables, language) = (&config.variables, config.interface_language());
    let markdown = Markdown { raw_html: false, variables, language, thresholds: &thresholds };
    let (page, found) = parse_page(&file("md"), markdown);
    all.extend(found.into_iter().map(|it| ("comparison", it)));
    let (rule, found) = rule::compile_with(&file("rhai"), thresholds.of(id));
    all.extend(found.into_iter().map(|it| ("comparison", it)));
    let (Some(page), Some(rule)) = (page, rule) else { return all };
    let tool = tool_of(&page);
    let schema = tool.schema();
    all.extend(rule::check_schema(&rule, &schema).into_iter().map(|it| ("comparison", it)));
    let known = analysis::analyze(&rule, &schema);
    all.extend(proof::findings(&rule, &page, tool, &known).into_iter().map(|it| ("analysis", it)));
    let (list, found) = cases::parse(&file("cases"));
    all.extend(found.into_iter().map(|it| ("customers", it)));
    let results = cases::run(&rule, &schema, &list);
    all.extend(results.into_iter().flat_map(|result| result.findings).map(|it| ("customers", it)));
    all
}

fn tool_of(page: &Page) -> &Tool {
    match &page.kind {
        Kind::Tool(tool) => tool,
        _ => panic!("{} is no tool", page.path),
    }
}

/// The name of the example customer that a line belongs to.
fn customer_at(cases: &SourceFile, line: usize) -> String {
    let before: Vec<&str> = cases.text.lines().take(line).collect();
    let name = before.iter().rev().find_map(|line| line.strip_prefix("- customer: "));
    name.unwrap_or_default().to_string()
}

/// Who found a mistake at its place; or everything that was said, when nobody did.
fn found_by(mistake: &Mistake) -> Result<&'static str, String> {
    let (id, kind, old, new, at) = *mistake;
    let good = read(path(id, kind));
    let start = good.text.find(old).unwrap_or_else(|| panic!("{id}: {old} stands nowhere"));
    let changed = SourceFile::new(good.path.clone(), good.text.replacen(old, new, 1));
    let same = good.text[start..].bytes().zip(changed.text[start..].bytes()).take_while(|(a, b)| a == b).count();
    let line = good.position(start + same).line;
    let findings = findings(id, &changed);
    let mut said = Vec::new();
    for (by, finding) in &findings {
        let file = if finding.path == changed.path { changed.clone() } else { read(finding.path.as_str()) };
        let at_line = file.position(finding.span.start).line;
        let there = match at {
            At::Line => finding.path == changed.path && at_line == line,
            At::Customer(name) => finding.path.as_str().ends_with(".cases.yaml") && customer_at(&file, at_line) == name,
        };
        if there {
            return Ok(by);
        }
        said.push(format!("    {}:{at_line} {} {}", finding.path, finding.code.name(), finding.message.en));
    }
    Err(format!("  {id} {kind}, line {line}: {new}\n{}", said.join("\n")))
}

#[test]
fn every_mistake_is_found_at_its_line() {
    let found: Vec<Result<&str, String>> = MISTAKES.par_iter().map(found_by).collect();
    let missed: Vec<&String> = found.iter().filter_map(|it| it.as_ref().err()).collect();
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    found.iter().flatten().for_each(|by| *counts.entry(by).or_default() += 1);
    println!("{} mistakes, found by: {counts:?}", MISTAKES.len());
    assert!(missed.is_empty(), "not found:\n{}", missed.iter().map(|it| it.as_str()).collect::<Vec<_>>().join("\n"));
}
