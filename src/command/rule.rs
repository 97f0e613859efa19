//! `salesbook rule`: look into the rules, judge one customer, see the JavaScript.

use std::io::Read;
use std::path::Path;
use std::process::ExitCode;

use serde_json::{Value, json};

use super::{failed, output, report, test};
use crate::cli::AnswerFormat;
use crate::content::Kind;
use crate::diagnostic::{Bilingual, Diagnostics, Language};
use crate::machine::MachineError;
use crate::path::SourcePath;
use crate::pipeline::{self, Checked};
use crate::rule::settings::{self, Setting};
use crate::rule::{self, Evaluator, Form, Rule};
use crate::site::Site;
use crate::source::{SourceFile, Sources};

/// A checked playbook, or the exit code after its findings were printed.
fn open(root: &Path, asked: Option<Language>) -> Result<(Checked, Site, Language), ExitCode> {
    let mut checked = pipeline::check(root, true);
    let language = super::language(asked, &checked.config);
    match checked.site.take() {
        Some(site) => Ok((checked, site, language)),
        None => {
            report::print(&checked.diagnostics, &checked.sources, language);
            Err(super::with_errors(&checked))
        }
    }
}

/// One rule of a checked playbook, or the exit code after what is wrong was printed.
pub(super) fn open_rule(id: &str, root: &Path, asked: Option<Language>) -> Result<(Site, Rule, Language), ExitCode> {
    let (_, site, language) = open(root, asked)?;
    match site.rules.get(id).cloned() {
        Some(compiled) => Ok((site, compiled, language)),
        None => {
            super::unknown_rule(id, &site, language);
            Err(ExitCode::from(2))
        }
    }
}

/// Lists the rules and the pages that use them.
pub fn list(root: &Path, format: AnswerFormat, asked: Option<Language>) -> ExitCode {
    let (_, site, _) = match open(root, asked) {
        Ok(opened) => opened,
        Err(code) => return code,
    };
    for id in site.rules.keys() {
        let users: Vec<&str> = site
            .pages
            .iter()
            .filter(|page| matches!(&page.page.kind, Kind::Tool(tool) if tool.rule_id(&page.page.address.id) == id))
            .map(|page| page.page.path.as_str())
            .collect();
        match format {
            AnswerFormat::Human => output::result(format!("{id}\t{}", users.join(" "))),
            AnswerFormat::Json => {
                output::result(json!({ "id": id, "path": format!("rules/{id}.rhai"), "pages": users }).to_string())
            }
        }
    }
    ExitCode::SUCCESS
}

/// Judges one customer. `facts` is a JSON file, or `-` for standard input.
pub fn eval(id: &str, facts: &Path, root: &Path, format: AnswerFormat, asked: Option<Language>) -> ExitCode {
    let (site, compiled, language) = match open_rule(id, root, asked) {
        Ok(opened) => opened,
        Err(code) => return code,
    };
    let text = match read(facts) {
        Ok(text) => text,
        Err(error) => return failed(&error, language),
    };
    let answers: Value = match serde_json::from_str(&text) {
        Ok(answers) => answers,
        Err(error) => {
            let (line, column) = (error.line(), error.column());
            output::message(match language {
                Language::Zh => format!("{}:{line}:{column}: 不是JSON：{error}", facts.display()),
                Language::En => format!("{}:{line}:{column}: not JSON: {error}", facts.display()),
            });
            return ExitCode::from(1);
        }
    };
    let schema = test::schema_of(&site, id);
    let read = match schema.read_facts(&answers) {
        Ok(read) => read,
        Err(mistakes) => {
            for (_, message) in mistakes {
                output::message(format!("{}: {}", facts.display(), message.in_language(language)));
            }
            return ExitCode::from(1);
        }
    };
    match Evaluator::new(&compiled).evaluate(&schema, &read) {
        Ok(result) => {
            match format {
                AnswerFormat::Json => output::result(format!("{result}")),
                AnswerFormat::Human => output::raw_result(in_words(&result, &site, language)),
            }
            ExitCode::SUCCESS
        }
        Err(failure) => {
            output::message(format!("rules/{id}.rhai:{}:{}: {}", failure.line, failure.column, failure.text));
            ExitCode::from(1)
        }
    }
}

pub(super) fn read(path: &Path) -> Result<String, MachineError> {
    let mut text = String::new();
    let result = if path.as_os_str() == "-" {
        std::io::stdin().read_to_string(&mut text).map(|_| ())
    } else {
        std::fs::read_to_string(path).map(|read| text = read)
    };
    result.map(|()| text).map_err(|error| MachineError::new(Bilingual::new("读取", "reading"), path, error))
}

/// The result as a colleague would tell it.
fn in_words(result: &Value, site: &Site, language: Language) -> String {
    let rule = result["rule"].as_str().unwrap_or("");
    let title = |id: &Value| test::outcome_title(site, rule, id.as_str().unwrap_or(""));
    let list = |key: &str| result[key].as_array().cloned().unwrap_or_default();
    let zh = language == Language::Zh;
    let mut text = String::new();
    let state = result["state"].as_str().unwrap_or("");
    let outcome = if result["outcome"].is_null() { String::new() } else { title(&result["outcome"]) };
    let also: Vec<String> = list("also").iter().map(&title).collect();
    text.push_str(&match (state, zh) {
        ("insufficient", true) => "信息不足".to_string(),
        ("insufficient", false) => "not enough information".to_string(),
        ("leaning", true) => format!("倾向{outcome}"),
        ("leaning", false) => format!("leaning to {outcome}"),
        _ => outcome,
    });
    if !also.is_empty() {
        let also = also.join(if zh { "、" } else { ", " });
        text.push_str(&if zh { format!("，也可能是{also}") } else { format!(", could also be {also}") });
    }
    text.push('\n');
    for score in list("scores") {
        text.push_str(&format!("  {:>4}  {}\n", score["points"], title(&score["outcome"])));
    }
    for reason in list("reasons") {
        text.push_str(&format!("  + {}  {}\n", reason["points"], reason["text"].as_str().unwrap_or("")));
    }
    for warning in list("warnings") {
        text.push_str(&format!("  ! {}\n", warning["text"].as_str().unwrap_or("")));
    }
    if let Some(next) = result["next"].as_str() {
        text.push_str(&if zh { format!("  接着弄清：{next}\n") } else { format!("  find out next: {next}\n") });
    }
    text
}

/// Prints the JavaScript of a rule of the playbook, as its page loads it.
pub fn js(id: &str, root: &Path, form: Form, asked: Option<Language>) -> ExitCode {
    let (site, compiled, _) = match open_rule(id, root, asked) {
        Ok(opened) => opened,
        Err(code) => return code,
    };
    output::raw_result(rule::javascript(&compiled, &test::schema_of(&site, id), form).code);
    ExitCode::SUCCESS
}

/// Prints any script as JavaScript that `node` runs. Exit code 1 when the script is outside the supported subset.
pub fn js_standalone(path: &Path, form: Form, asked: Option<Language>) -> ExitCode {
    let language = super::language_here(asked);
    let text = match read(path) {
        Ok(text) => text,
        Err(error) => return failed(&error, language),
    };
    let settings = match settings_beside(path, &text, language) {
        Ok(settings) => settings,
        Err(code) => return code,
    };
    let file = SourceFile::new(source_path(path), text);
    match rule::standalone_with(&file, &settings, form) {
        Ok(script) => {
            print!("{script}");
            ExitCode::SUCCESS
        }
        Err(found) => {
            let mut sources = Sources::default();
            sources.insert(file);
            let mut diagnostics = Diagnostics::default();
            diagnostics.extend(found);
            report::print(&diagnostics, &sources, language);
            ExitCode::from(1)
        }
    }
}

/// The file's own name is all that a report needs of its path.
fn source_path(path: &Path) -> SourcePath {
    let name = path.file_name().map(|name| name.to_string_lossy().to_string()).unwrap_or_default();
    SourcePath::new(name).unwrap_or_else(|_| SourcePath::new("script.rhai").expect("a plain name"))
}

/// Runs any script in the Rhai engine and prints its canonical line.
pub fn run(path: &Path, asked: Option<Language>) -> ExitCode {
    let language = super::language_here(asked);
    let text = match read(path) {
        Ok(text) => text,
        Err(error) => return failed(&error, language),
    };
    match settings_beside(path, &text, language) {
        Ok(settings) => {
            output::result(rule::run_canonical_with(&text, &settings));
            ExitCode::SUCCESS
        }
        Err(code) => code,
    }
}

/// The thresholds that `settings.yaml` beside a script has for it. A script that reads no `global::` constant has none,
/// whatever stands beside it.
fn settings_beside(path: &Path, text: &str, language: Language) -> Result<Vec<Setting>, ExitCode> {
    let file = path.with_file_name("settings.yaml");
    if !text.contains("global::") || !file.is_file() {
        return Ok(Vec::new());
    }
    let yaml = read(&file).map_err(|error| failed(&error, language))?;
    settings_in(SourceFile::new(source_path(&file), yaml), source_path(path).stem(), language)
}

/// The thresholds of one rule in a file, or the exit code after what is wrong with them was printed.
pub(super) fn settings_in(file: SourceFile, rule: &str, language: Language) -> Result<Vec<Setting>, ExitCode> {
    let (settings, found) = settings::parse(&file);
    if settings.is_whole(rule) {
        return Ok(settings.of(rule).to_vec());
    }
    let mut sources = Sources::default();
    sources.insert(file);
    let mut diagnostics = Diagnostics::default();
    diagnostics.extend(found);
    report::print(&diagnostics, &sources, language);
    Err(ExitCode::from(1))
}
