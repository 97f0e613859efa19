//! The commands: arguments in, exit code out.

pub mod analyze;
pub mod build;
mod changes;
pub mod check;
pub mod explain;
pub mod init;
pub mod new;
mod output;
mod report;
pub mod rule;
pub mod serve;
#[cfg(test)]
mod support;
pub mod test;

use std::path::Path;
use std::process::ExitCode;

use crate::config::{self, Config};
use crate::content::kind::NAMES;
use crate::diagnostic::{Language, suggest};
use crate::load::CONFIG;
use crate::machine::MachineError;
use crate::path::SourcePath;
use crate::pipeline::Checked;
use crate::site::Site;
use crate::source::SourceFile;

/// The folder of the user's cache that keeps what is known of rules.
const ANALYSES: &str = "analyses";

/// The language of messages: what was asked for, else the playbook's.
fn language(asked: Option<Language>, config: &Config) -> Language {
    asked.unwrap_or_else(|| config.interface_language())
}

/// The language of messages where there is no playbook: what was asked for, else the environment's.
fn language_of_environment(asked: Option<Language>) -> Language {
    let environment = ["LC_ALL", "LC_MESSAGES", "LANG"]
        .iter()
        .find_map(|name| std::env::var(name).ok().filter(|value| !value.is_empty()));
    asked.unwrap_or(Language::of_tag(&environment.unwrap_or_default()))
}

/// Says that a rule does not exist, and which one may be meant.
fn unknown_rule(id: &str, site: &Site, language: Language) {
    let near = suggest::nearest(id, site.rules.keys().map(String::as_str));
    let all = site.rules.keys().map(String::as_str).collect::<Vec<_>>().join(" ");
    output::message(match (language, near) {
        (Language::Zh, Some(near)) => format!("没有规则`{id}`，是不是`{near}`？"),
        (Language::Zh, None) => format!("没有规则`{id}`；现有的规则：{all}"),
        (Language::En, Some(near)) => format!("there is no rule `{id}`; did you mean `{near}`?"),
        (Language::En, None) => format!("there is no rule `{id}`; rules: {all}"),
    });
}

/// The language of messages of a command that needs no playbook: what was asked for, else that of the playbook in the
/// current folder, else the environment's.
fn language_here(asked: Option<Language>) -> Language {
    match settings_of(Path::new(".")) {
        Some(config) => language(asked, &config),
        None => language_of_environment(asked),
    }
}

/// The settings of a playbook alone; nothing when they cannot be read.
fn settings_of(root: &Path) -> Option<Config> {
    let path = SourcePath::new(CONFIG).expect("a plain name");
    let text = std::fs::read_to_string(root.join(CONFIG)).ok()?;
    Some(config::parse(&SourceFile::new(path, text)).0)
}

/// Says that a kind does not exist, and which one may be meant.
fn unknown_kind(word: &str, language: Language) -> String {
    let names = NAMES.iter().map(|(name, _)| *name);
    let near = suggest::nearest(word, names.clone());
    let all = names.collect::<Vec<_>>().join(" ");
    match (language, near) {
        (Language::Zh, Some(near)) => format!("没有`{word}`这种页面，是不是`{near}`？"),
        (Language::Zh, None) => format!("没有`{word}`这种页面；可以写：{all}"),
        (Language::En, Some(near)) => format!("there is no kind `{word}`; did you mean `{near}`?"),
        (Language::En, None) => format!("there is no kind `{word}`; kinds: {all}"),
    }
}

/// Why a command that makes files made none.
#[derive(Debug)]
struct Refusal {
    message: String,
    /// 1 when it does not fit what is there, 2 when the machine fails.
    code: u8,
}

impl Refusal {
    fn new(message: impl Into<String>) -> Self {
        Refusal { message: message.into(), code: 1 }
    }

    fn of_machine(error: &MachineError, language: Language) -> Self {
        Refusal { message: error.message(language), code: 2 }
    }
}

/// Prints what was made, or why nothing was.
fn finish(made: Result<String, Refusal>) -> ExitCode {
    match made {
        Ok(text) => {
            output::result(text);
            ExitCode::SUCCESS
        }
        Err(refusal) => {
            output::message(refusal.message.trim_end());
            ExitCode::from(refusal.code)
        }
    }
}

/// The exit code of a playbook with errors: 2 when the machine would not hand out its files, else 1.
fn with_errors(checked: &Checked) -> ExitCode {
    ExitCode::from(if checked.machine_failed { 2 } else { 1 })
}

/// Reports a failing machine.
fn failed(error: &MachineError, language: Language) -> ExitCode {
    output::message(error.message(language));
    ExitCode::from(2)
}

/// `salesbook serve`: the preview of a playbook, drafts included, built anew at every change.
pub fn serve_book(root: std::path::PathBuf, port: Option<u16>, open: bool, asked: Option<Language>) -> ExitCode {
    let language = language(asked, &settings_of(&root).unwrap_or_default());
    let linguistics = crate::search::Linguistics::load();
    let options = serve::ServeOptions { root: root.clone(), port, open, language };
    let mut last_good = None;
    let build = move || {
        let mut checked = crate::pipeline::check(&root, true);
        let artifacts =
            crate::pipeline::render(&mut checked, Some(&linguistics), &crate::render::RenderOptions::default());
        serve::Built {
            artifacts,
            problems: report::problems(&checked.diagnostics, &checked.sources, language),
            terminal: report::human(&checked.diagnostics, &checked.sources, language, report::colors()),
            followed: changes::followed(&checked, &mut last_good, language),
        }
    };
    match serve::run(options, build) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => failed(&error, language),
    }
}
