//! `salesbook rule analyze` and `rule diff`: what a rule does with all combinations of answers, and what a change of it
//! does to them, in words or as JSON.

use std::fmt::Write;
use std::path::Path;
use std::process::ExitCode;

use serde_json::{Map, Value, json};

use super::rule::{open_rule, settings_in};
use super::{failed, output, report, test};
use crate::cache::Cache;
use crate::cli::AnswerFormat;
use crate::diagnostic::{Bilingual, Diagnostics, Language};
use crate::machine::MachineError;
use crate::path::SourcePath;
use crate::pipeline;
use crate::rule::analysis::{self, Analysis, Difference, FAILS, Reach, Share};
use crate::rule::schema::Facts;
use crate::rule::settings::{self, Setting};
use crate::rule::{self, Rule};
use crate::site::Site;
use crate::source::{Position, SourceFile, Sources};

/// Tells what a rule does with all combinations of answers. Exit code 1 when some of them make it fail.
pub fn analyze(id: &str, root: &Path, format: AnswerFormat, asked: Option<Language>) -> ExitCode {
    let (site, rule, language) = match open_rule(id, root, asked) {
        Ok(opened) => opened,
        Err(code) => return code,
    };
    let cache = Cache::of_user(super::ANALYSES);
    let found = pipeline::analyze(&rule, &test::schema_of(&site, id), &cache);
    match format {
        AnswerFormat::Json => output::result(in_json(id, &found).to_string()),
        AnswerFormat::Human => {
            let path = rule.path().as_str();
            output::raw_result(Words { site: &site, rule: id, path, zh: language == Language::Zh }.of(&found));
        }
    }
    ExitCode::from(u8::from(!found.failing.is_empty()))
}

/// Tells which combinations of answers get another outcome than the rule gave before: in a file, or in a revision of git.
pub fn diff(id: &str, against: &str, root: &Path, format: AnswerFormat, asked: Option<Language>) -> ExitCode {
    let (site, now, language) = match open_rule(id, root, asked) {
        Ok(opened) => opened,
        Err(code) => return code,
    };
    let (text, settings) = match before(&now, against, root, language) {
        Ok(before) => before,
        Err(code) => return code,
    };
    let mut sources = Sources::default();
    sources.insert(SourceFile::new(now.path().clone(), text));
    let (before, found) = rule::compile_with(sources.get(now.path()).expect("just added"), &settings);
    let Some(before) = before else {
        let mut diagnostics = Diagnostics::default();
        diagnostics.extend(found);
        report::print(&diagnostics, &sources, language);
        return ExitCode::from(1);
    };
    let found = analysis::difference(&before, &now, &test::schema_of(&site, id));
    match format {
        AnswerFormat::Json => output::result(difference_json(id, &found).to_string()),
        AnswerFormat::Human => {
            let path = now.path().as_str();
            output::raw_result(Words { site: &site, rule: id, path, zh: language == Language::Zh }.difference(&found));
        }
    }
    ExitCode::SUCCESS
}

/// The rule and its thresholds as they were: in a file, which may be one of thresholds, or in a revision of git.
fn before(now: &Rule, against: &str, root: &Path, language: Language) -> Result<(String, Vec<Setting>), ExitCode> {
    let settings_path = SourcePath::new(settings::FILE).expect("a plain path");
    let thresholds = |text| settings_in(SourceFile::new(settings_path.clone(), text), &now.id, language);
    let failing = |error| failed(&error, language);
    let file = Path::new(against);
    if !file.exists() {
        let text = in_revision(now.path(), against, root).map_err(failing)?;
        // Older revisions may have had no such file.
        let settings = in_revision(&settings_path, against, root).map_or(Ok(Vec::new()), thresholds)?;
        return Ok((text, settings));
    }
    let text = super::rule::read(file).map_err(failing)?;
    if file.extension().is_some_and(|extension| extension == "yaml") {
        return Ok((now.file.text.to_string(), thresholds(text)?));
    }
    let beside = file.with_file_name("settings.yaml");
    let settings = match beside.is_file() {
        true => thresholds(super::rule::read(&beside).map_err(failing)?)?,
        false => now.settings.clone(),
    };
    Ok((text, settings))
}

/// A file of the playbook as it was in a revision of git.
fn in_revision(path: &SourcePath, revision: &str, root: &Path) -> Result<String, MachineError> {
    let revision = format!("{revision}:./{path}");
    let shown = std::process::Command::new("git").arg("-C").arg(root).arg("show").arg(&revision).output();
    let failed = |error| MachineError::new(Bilingual::new("读取", "reading"), Path::new(&revision), error);
    let shown = shown.map_err(failed)?;
    if !shown.status.success() {
        let text = String::from_utf8_lossy(&shown.stderr).trim().to_string();
        return Err(failed(std::io::Error::other(text)));
    }
    String::from_utf8(shown.stdout).map_err(|error| failed(std::io::Error::other(error)))
}

fn difference_json(id: &str, found: &Difference) -> Value {
    let changes: Vec<Value> = found
        .changes
        .iter()
        .map(|change| {
            let examples: Vec<Value> = change.examples.iter().map(facts_json).collect();
            json!({
                "from": change.from, "to": change.to, "count": change.count.to_string(),
                "share": part_of(change.count, found.combinations), "examples": examples,
            })
        })
        .collect();
    let (reach, stopped) = reach_json(&found.reach);
    json!({
        "rule": id, "reach": reach, "stopped": stopped, "combinations": found.combinations.to_string(),
        "changes": changes,
    })
}

fn reach_json(reach: &Reach) -> (&'static str, Value) {
    match reach {
        Reach::Exact => ("exact", Value::Null),
        Reach::Tested => ("tested", Value::Null),
        Reach::Unknown(what, pos) => ("unknown", json!({ "what": what, "line": pos.line, "column": pos.column })),
    }
}

fn facts_json(facts: &Facts) -> Value {
    Value::Object(facts.iter().cloned().collect::<Map<String, Value>>())
}

fn in_json(id: &str, found: &Analysis) -> Value {
    let place = |pos: &Position| json!({ "line": pos.line, "column": pos.column });
    let shares = |list: &[Share]| -> Vec<Value> {
        let one = |share: &Share| {
            let part = part_of(share.count, found.combinations);
            json!({ "id": share.id, "count": share.count.to_string(), "share": part, "facts": facts_json(&share.witness) })
        };
        list.iter().map(one).collect()
    };
    let (reach, stopped) = reach_json(&found.reach);
    let failing: Vec<Value> = found
        .failing
        .iter()
        .map(|it| {
            let (line, column) = (it.pos.line, it.pos.column);
            let facts = facts_json(&it.witness);
            json!({ "text": it.text, "line": line, "column": column, "count": it.count.to_string(), "facts": facts })
        })
        .collect();
    json!({
        "rule": id,
        "reach": reach,
        "stopped": stopped,
        "combinations": found.combinations.to_string(),
        "compared": found.compared,
        "numbers": found.numbers,
        "left_out": found.left_out,
        "outcomes": shares(&found.outcomes),
        "unreached": found.unreached,
        "states": shares(&found.states),
        "failing": failing,
        "unproved": found.unproved.iter().map(place).collect::<Vec<_>>(),
        "idle_statements": found.idle_statements.iter().map(place).collect::<Vec<_>>(),
        "never_true": found.never_true.iter().map(place).collect::<Vec<_>>(),
        "idle_answers": found.idle_answers,
    })
}

/// A part of the whole, from 0 to 1, with six digits.
fn part_of(count: u128, whole: u128) -> f64 {
    (count as f64 / whole as f64 * 1e6).round() / 1e6
}

struct Words<'run> {
    site: &'run Site,
    rule: &'run str,
    path: &'run str,
    zh: bool,
}

impl Words<'_> {
    fn say<'text>(&self, zh: &'text str, en: &'text str) -> &'text str {
        if self.zh { zh } else { en }
    }

    fn title(&self, id: Option<&str>) -> String {
        let Some(id) = id else {
            return self.say("没有结果", "no outcome").to_string();
        };
        if id == FAILS {
            return self.say("规则出错", "the rule fails").to_string();
        }
        test::outcome_title(self.site, self.rule, id)
    }

    fn difference(&self, found: &Difference) -> String {
        let mut text = String::new();
        let whole = found.combinations;
        if let Reach::Unknown(what, pos) = &found.reach {
            self.not_followed(whole, what, pos, &mut text);
            return text;
        }
        let changed: u128 = found.changes.iter().map(|change| change.count).sum();
        let percent = 100.0 * changed as f64 / whole as f64;
        let _ = match self.zh {
            true => writeln!(text, "{whole}种回答组合里有{changed}种换了结果（{percent:.1}%）。"),
            false => {
                writeln!(text, "{changed} of {whole} combinations of answers get another outcome ({percent:.1}%).")
            }
        };
        if found.reach == Reach::Tested {
            text.push_str(self.say(
                "数字只看边界上的值；文字、日期和表格当作没填。\n",
                "numbers only at their boundaries; texts, days and tables are taken as not given.\n",
            ));
        }
        for change in &found.changes {
            let percent = 100.0 * change.count as f64 / whole as f64;
            let digits = if percent < 0.1 { 4 } else { 1 };
            let (from, to) = (self.title(change.from.as_deref()), self.title(change.to.as_deref()));
            let _ = writeln!(text, "\n  {percent:>6.digits$}%  {from} → {to}");
            for example in &change.examples {
                let _ = writeln!(text, "           {}", self.facts(example));
            }
        }
        text
    }

    fn not_followed(&self, count: u128, what: &str, pos: &Position, text: &mut String) {
        let place = format!("{}:{}:{}", self.path, pos.line, pos.column);
        let _ = match self.zh {
            true => writeln!(text, "没能看完全部{count}种组合，所以什么也不下结论：{place}: {what}"),
            false => {
                writeln!(text, "not all {count} combinations could be followed, so nothing is claimed: {place}: {what}")
            }
        };
    }

    /// The answers of a combination, as they are written in the cases.
    fn facts(&self, facts: &Facts) -> String {
        if facts.is_empty() {
            return self.say("一题不答", "no answer at all").to_string();
        }
        let one = |(id, value): &(String, Value)| match value {
            Value::String(text) => format!("{id}: {text}"),
            other => format!("{id}: {other}"),
        };
        format!("{{ {} }}", facts.iter().map(one).collect::<Vec<_>>().join(", "))
    }

    fn of(&self, found: &Analysis) -> String {
        let mut text = String::new();
        self.reach(found, &mut text);
        if found.outcomes.is_empty() {
            return text;
        }
        text.push_str(
            self.say(
                "\n结果（占多少、最少答哪几题就会出）：\n",
                "\noutcomes (share, fewest answers that lead there):\n",
            ),
        );
        for share in &found.outcomes {
            self.share(share, &self.title(share.id.as_deref()), found, &mut text);
        }
        for id in &found.unreached {
            let exact = found.reach == Reach::Exact;
            let said = match exact {
                true => self.say("怎么答都不会出", "no answers lead there"),
                false => self.say("试过的回答里没有出现", "not among the answers looked at"),
            };
            let _ = writeln!(text, "       –  {}: {said}", self.title(Some(id)));
        }
        text.push_str(self.say("\n状态：\n", "\nstates:\n"));
        for share in &found.states {
            let state = match share.id.as_deref() {
                Some("decided") => self.say("定下来", "decided"),
                Some("leaning") => self.say("只说倾向", "leaning"),
                Some("insufficient") => self.say("信息不足", "not enough information"),
                Some("computed") => self.say("算出数字", "computed"),
                Some(other) => other,
                None => self.say("没有状态", "no state"),
            };
            self.share(share, state, found, &mut text);
        }
        text.push('\n');
        self.proof(found, &mut text);
        text
    }

    fn reach(&self, found: &Analysis, text: &mut String) {
        let count = found.combinations;
        let _ = match (&found.reach, self.zh) {
            (Reach::Exact, true) => {
                writeln!(text, "全部{count}种回答组合，一个不漏；抽{}种请引擎复核，全部一致。", found.compared)
            }
            (Reach::Exact, false) => {
                writeln!(
                    text,
                    "all {count} combinations of answers; the engine agrees on {} drawn ones.",
                    found.compared
                )
            }
            (Reach::Tested, true) => {
                writeln!(text, "看了{count}种回答组合；抽{}种请引擎复核，全部一致。", found.compared)
            }
            (Reach::Tested, false) => {
                writeln!(text, "{count} combinations of answers; the engine agrees on {} drawn ones.", found.compared)
            }
            (Reach::Unknown(what, pos), _) => {
                self.not_followed(count, what, pos, text);
                Ok(())
            }
        };
        let list = |names: &[String]| names.join(self.say("、", ", "));
        if !found.numbers.is_empty() {
            let names = list(&found.numbers);
            let _ = match self.zh {
                true => writeln!(text, "数字只看两头和规则里写到的值，连同它们左右相邻的值：{names}"),
                false => writeln!(text, "numbers only at their bounds and beside the values in the rule: {names}"),
            };
        }
        if !found.left_out.is_empty() {
            let names = list(&found.left_out);
            let _ = match self.zh {
                true => writeln!(text, "文字、日期和表格一律当作没填：{names}"),
                false => writeln!(text, "texts, days and tables are taken as not given: {names}"),
            };
        }
    }

    fn share(&self, share: &Share, name: &str, found: &Analysis, text: &mut String) {
        let percent = 100.0 * share.count as f64 / found.combinations as f64;
        let digits = if percent < 0.1 { 4 } else { 1 };
        let _ = writeln!(text, "  {percent:>6.digits$}%  {name}  {}", self.facts(&share.witness));
    }

    fn proof(&self, found: &Analysis, text: &mut String) {
        let places = |list: &[Position]| {
            let place = |pos: &Position| format!("{}:{}:{}", self.path, pos.line, pos.column);
            list.iter().map(place).collect::<Vec<_>>().join("\n  ")
        };
        for failing in &found.failing {
            let (line, column, facts) = (failing.pos.line, failing.pos.column, self.facts(&failing.witness));
            let _ = match self.zh {
                true => writeln!(text, "出错：{}:{line}:{column}: {}，例如 {facts}", self.path, failing.text),
                false => writeln!(text, "fails: {}:{line}:{column}: {}, for example {facts}", self.path, failing.text),
            };
        }
        if !found.unproved.is_empty() {
            text.push_str(self.say("没有证明这几处不会出错：\n  ", "not proved that these cannot fail:\n  "));
            let _ = writeln!(text, "{}", places(&found.unproved));
        } else if found.failing.is_empty() {
            text.push_str(match found.reach {
                Reach::Exact => self.say("证明：怎么答都不会出错。\n", "proved: no answers make it fail.\n"),
                _ => self.say("试过的回答都不会出错。\n", "none of the answers looked at makes it fail.\n"),
            });
        }
        if !found.idle_statements.is_empty() {
            text.push_str(match found.reach {
                Reach::Exact => self.say("走不到的语句：\n  ", "statements that nothing comes to:\n  "),
                _ => self
                    .say("看过的回答走不到的语句：\n  ", "statements that none of the answers looked at comes to:\n  "),
            });
            let _ = writeln!(text, "{}", places(&found.idle_statements));
        }
        if !found.never_true.is_empty() {
            text.push_str(match found.reach {
                Reach::Exact => self.say("从不成立的条件：\n  ", "conditions that never hold:\n  "),
                _ => self.say(
                    "看过的回答里从不成立的条件：\n  ",
                    "conditions that hold for none of the answers looked at:\n  ",
                ),
            });
            let _ = writeln!(text, "{}", places(&found.never_true));
        }
        if !found.idle_answers.is_empty() {
            text.push_str(match found.reach {
                Reach::Exact => self.say(
                    "答了也和没答一样（不改变结果和状态）：",
                    "the same as no answer (neither outcome nor state changes): ",
                ),
                _ => self.say(
                    "看过的回答里，答了也和没答一样（不改变结果和状态）：",
                    "among the answers looked at the same as no answer (neither outcome nor state changes): ",
                ),
            });
            let _ = writeln!(text, "{}", found.idle_answers.join(self.say("、", ", ")));
        }
    }
}
