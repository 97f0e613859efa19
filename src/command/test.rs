//! `salesbook test`: the example customers of the rules, judged by the Rhai engine.

use std::path::Path;
use std::process::ExitCode;

use super::{output, report};
use crate::content::Kind;
use crate::content::kind::Tool;
use crate::diagnostic::{Diagnostic, Diagnostics, Language};
use crate::path::SourcePath;
use crate::pipeline::{self, Checked};
use crate::rule::{Rule, cases, schema::ToolSchema};
use crate::site::Site;

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
    }
    report::print(&failures, &checked.sources, language);
    // The line that test runners' readers know.
    output::result(format!("{passed} passed, {failed} failed"));
    if failures.has_errors() || failed > 0 { ExitCode::from(1) } else { ExitCode::SUCCESS }
}

/// What the cases of one rule gave.
struct Outcome {
    passed: usize,
    failed: usize,
    found: Vec<Diagnostic>,
}

fn cases_of(id: &str, rule: &Rule, site: &Site, checked: &Checked) -> Outcome {
    let path = SourcePath::new(format!("rules/{id}.cases.yaml")).expect("a rule's id is a file's stem");
    let Some(file) = checked.sources.get(&path) else { return Outcome { passed: 0, failed: 0, found: Vec::new() } };
    let (cases, mut found) = cases::parse(file);
    let results = cases::run(rule, &schema_of(site, id), &cases);
    let passed = results.iter().filter(|result| result.passed()).count();
    let failed = results.len() - passed;
    found.extend(results.into_iter().flat_map(|result| result.findings));
    Outcome { passed, failed, found }
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
