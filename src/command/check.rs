//! `salesbook check`: everything that `build` checks, and nothing written.

use std::path::Path;
use std::process::ExitCode;

use super::{output, report};
use crate::cli::Format;
use crate::diagnostic::Language;
use crate::pipeline;
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
        }
        Format::Json | Format::Github => {
            output::raw_result(report::for_programs(&checked.diagnostics, &checked.sources, language, format));
        }
    }
    if checked.diagnostics.has_errors() { super::with_errors(&checked) } else { ExitCode::SUCCESS }
}
