//! `salesbook rule analyze`: what a rule does with all combinations of answers.

use std::path::Path;
use std::process::ExitCode;

use super::rule::open_rule;
use super::{output, test};
use crate::cli::AnswerFormat;
use crate::diagnostic::Language;
use crate::rule::analysis;

/// Tells what a rule does with all combinations of answers.
pub fn analyze(id: &str, root: &Path, _format: AnswerFormat, asked: Option<Language>) -> ExitCode {
    let (site, rule, _language) = match open_rule(id, root, asked) {
        Ok(opened) => opened,
        Err(code) => return code,
    };
    let started = std::time::Instant::now();
    let found = analysis::analyze(&rule, &test::schema_of(&site, id));
    output::result(format!("{found:#?}"));
    eprintln!("{:?}", started.elapsed());
    ExitCode::SUCCESS
}
