//! `salesbook test`: the example customers of the rules, judged by the Rhai engine.

use std::path::Path;
use std::process::ExitCode;

use serde_json::Value;

use super::{output, report};
use crate::content::Kind;
use crate::content::kind::Tool;
use crate::diagnostic::{Bilingual, Diagnostic, Diagnostics, Language};
use crate::path::SourcePath;
use crate::pipeline::{self, Checked};
use crate::rule::Rule;
use crate::rule::cases::{self, Case};
use crate::rule::schema::{Facts, ToolSchema};
use crate::site::{Site, proof};

/// Runs the cases of some rules, or of all. Exit code 1 when a case fails or cannot be read.
pub fn run(rules: &[String], root: &Path, asked: Option<Language>) -> ExitCode {
    let mut checked = pipeline::check(root, true);
    let language = super::language(asked, &checked.config);
    let Some(site) = checked.site.take() else {
        report::print(&checked.diagnostics, &checked.sources, language);
        return super::with_errors(&checked);
    };
    if let Some(unknown) = rules.iter().find(|rule| !site.rules.contains_key(*rule)) {
        super::unknown_rule(unknown, &site, language);
        return ExitCode::from(2);
    }
    let mut failures = Diagnostics::default();
    let mut traces: Vec<String> = Vec::new();
    let (mut passed, mut failed) = (0, 0);
    for (id, rule) in &site.rules {
        if !rules.is_empty() && !rules.contains(id) {
            continue;
        }
        let outcome = cases_of(id, rule, &site, &checked);
        let good = outcome.passed;
        let total = good + outcome.failed;
        output::result(match language {
            Language::Zh => format!("{id}：{total}位例子客户，{good}位符合"),
            Language::En => format!("{id}: {total} example customers, {good} as expected"),
        });
        passed += good;
        failed += outcome.failed;
        failures.extend(outcome.found);
        traces.extend(outcome.traces.into_iter().map(|trace| trace.in_language(language).to_string()));
    }
    report::print(&failures, &checked.sources, language);
    traces.iter().for_each(output::raw_result);
    // The line that test runners' readers know.
    output::result(format!("{passed} passed, {failed} failed"));
    if failures.has_errors() || failed > 0 { ExitCode::from(1) } else { ExitCode::SUCCESS }
}

/// What the cases of one rule gave.
struct Outcome {
    passed: usize,
    failed: usize,
    found: Vec<Diagnostic>,
    /// How the rule came to its judgement of each customer who is judged otherwise than expected.
    traces: Vec<Bilingual>,
}

fn cases_of(id: &str, rule: &Rule, site: &Site, checked: &Checked) -> Outcome {
    let path = SourcePath::new(format!("rules/{id}.cases.yaml")).expect("a rule's id is a file's stem");
    let Some(file) = checked.sources.get(&path) else {
        return Outcome { passed: 0, failed: 0, found: Vec::new(), traces: Vec::new() };
    };
    let (cases, mut found) = cases::parse(file);
    let results = cases::run(rule, &schema_of(site, id), &cases);
    let traces = cases.iter().zip(&results).filter(|(_, result)| !result.passed());
    let traces = traces.filter_map(|(case, result)| trace(case, result.result.as_ref()?, site, id)).collect();
    let passed = results.iter().filter(|result| result.passed()).count();
    let failed = results.len() - passed;
    found.extend(results.into_iter().flat_map(|result| result.findings));
    Outcome { passed, failed, found, traces }
}

/// A customer's answers, what came of them, and what each part of it rests on.
fn trace(case: &Case, result: &Value, site: &Site, rule: &str) -> Option<Bilingual> {
    let schema = schema_of(site, rule);
    let answers: Value = case.facts.iter().map(|(id, value)| (id.value.clone(), value.value.clone())).collect();
    let facts = schema.read_facts(&answers).ok()?;
    let title = |id: &Value| id.as_str().map(|id| outcome_title(site, rule, id));
    let list = |key: &str| result[key].as_array().cloned().unwrap_or_default();
    let said = |language: Language| {
        let say = |zh: &'static str, en: &'static str| if language == Language::Zh { zh } else { en };
        let words = |facts: &Facts| proof::in_words(&schema, facts).in_language(language).to_string();
        let none = || say("没有结果", "no outcome").to_string();
        let mut text = format!("\n{}{}\n", say("这样判断的：", "how it was judged: "), case.customer.value);
        let state = result["state"].as_str().unwrap_or_default();
        let outcome = title(&result["outcome"]).unwrap_or_else(none);
        text.push_str(&format!("  {}  {}\n", say("回答", "answers"), words(&facts)));
        text.push_str(&format!("  {}  {outcome} ({state})\n", say("结果", "outcome")));
        for score in list("scores") {
            let outcome = title(&score["outcome"]).unwrap_or_else(none);
            text.push_str(&format!("  {}  {}  {outcome}\n", say("总分", "score"), score["points"]));
        }
        for reason in list("reasons") {
            let rests: Vec<&str> = reason["facts"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
            let rests: Facts = facts.iter().filter(|(id, _)| rests.contains(&id.as_str())).cloned().collect();
            let rests = if rests.is_empty() { String::new() } else { format!(" ← {}", words(&rests)) };
            let (points, why) = (&reason["points"], reason["text"].as_str().unwrap_or_default());
            let outcome = title(&reason["outcome"]).map(|it| format!("{it}  ")).unwrap_or_default();
            text.push_str(&format!("  {}  {points}  {outcome}{why}{rests}\n", say("理由", "reason")));
        }
        for warning in list("warnings") {
            text.push_str(&format!(
                "  {}       {}\n",
                say("提醒", "warning"),
                warning["text"].as_str().unwrap_or_default()
            ));
        }
        text
    };
    Some(Bilingual::new(said(Language::Zh), said(Language::En)))
}

/// What the page of a rule declares; empty when no page uses the rule.
pub(super) fn schema_of(site: &Site, rule: &str) -> ToolSchema {
    tool_of(site, rule).map(Tool::schema).unwrap_or_default()
}

/// The page that uses a rule.
fn tool_of<'site>(site: &'site Site, rule: &str) -> Option<&'site Tool> {
    site.pages.iter().find_map(|page| match &page.page.kind {
        Kind::Tool(tool) if tool.rule_id(&page.page.address.id) == rule => Some(tool.as_ref()),
        _ => None,
    })
}

/// The name of an outcome of a rule, as its page shows it; its id when there is none.
pub(super) fn outcome_title(site: &Site, rule: &str, id: &str) -> String {
    let outcome = tool_of(site, rule).and_then(|tool| tool.outcomes.iter().find(|outcome| outcome.id.value == id));
    let page_of = |id: &str| site.resolve(&site.config.language, id).map(|page| page.page.common.title.value.as_str());
    outcome
        .map_or(id, |outcome| outcome.title_with(outcome.page.as_ref().and_then(|page| page_of(&page.value))))
        .to_string()
}

/// Adds the findings of all cases to those of a check.
pub(super) fn check_cases(checked: &mut Checked) {
    let Some(site) = &checked.site else { return };
    let found: Vec<Diagnostic> =
        site.rules.iter().flat_map(|(id, rule)| cases_of(id, rule, site, checked).found).collect();
    checked.diagnostics.extend(found);
}
