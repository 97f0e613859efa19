//! `salesbook check`: everything that `build` checks, and nothing written.

use std::path::Path;
use std::process::ExitCode;

use super::{ANALYSES, output, report};
use crate::cache::Cache;
use crate::cli::Format;
use crate::diagnostic::Language;
use crate::pipeline::{self, Proved};
use crate::render::RenderOptions;

/// Checks the playbook, its rules' example cases included. Exit code 1 when there are errors.
pub fn run(root: &Path, format: Format, language: Option<Language>) -> ExitCode {
    let mut checked = pipeline::check(root, true);
    let language = super::language(language, &checked.config);
    let drafts = |site: &crate::site::Site| site.pages.iter().any(|page| page.page.common.draft);
    if checked.site.as_ref().is_none_or(drafts) {
        // What `build` finds wrong when it leaves the drafts out; the same finding is shown once.
        checked.diagnostics.extend(pipeline::check(root, false).diagnostics);
    }
    pipeline::render(&mut checked, None, &RenderOptions::default());
    super::test::check_cases(&mut checked);
    let proved = pipeline::prove(&mut checked, &Cache::of_user(ANALYSES));
    match format {
        Format::Human => {
            report::print(&checked.diagnostics, &checked.sources, language);
            if checked.diagnostics.is_empty() {
                let pages = checked.site.as_ref().map_or(0, |site| site.pages.len());
                match language {
                    Language::Zh => output::result(format!("{pages}页，没有发现问题")),
                    Language::En => output::result(format!("{}, nothing found", report::plural(pages, "page"))),
                }
            }
            if proved.rules > 0 {
                output::result(of_rules(proved, language));
            }
        }
        Format::Json | Format::Github => {
            output::raw_result(report::for_programs(&checked.diagnostics, &checked.sources, language, format));
        }
    }
    if checked.diagnostics.has_errors() { super::with_errors(&checked) } else { ExitCode::SUCCESS }
}

/// How far the rules are proved, in words.
fn of_rules(Proved { proved, rules }: Proved, language: Language) -> String {
    let open = rules - proved;
    match (language, open) {
        (Language::Zh, 0) => format!("规则{rules}条，全部证明：怎么答都不会出错"),
        (Language::Zh, _) => {
            format!("规则{rules}条：{proved}条证明了怎么答都不会出错，{open}条没有证明，靠例子客户")
        }
        (Language::En, 0) => format!("{}, all proved: no answers make them fail", report::plural(rules, "rule")),
        (Language::En, _) => format!(
            "{}: {proved} proved, no answers make them fail; not proved: {open} of {rules}, which rest on their example customers",
            report::plural(rules, "rule")
        ),
    }
}
