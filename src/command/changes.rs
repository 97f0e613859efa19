//! What a saved change of a rule, or of its thresholds, does to the customers: for the preview, in the words of the page.
//!
//! Every good build leaves its rules behind, as [`Tool`]s. The rules of the next one that have another text or other
//! thresholds are compared with them on all combinations of answers, and on their example customers. A rule that is new,
//! or gone, has nothing to be compared with.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use super::serve::Followed;
use super::{report, test};
use crate::diagnostic::{Bilingual, Language};
use crate::path::SourcePath;
use crate::pipeline::Checked;
use crate::rule::Rule;
use crate::rule::analysis::{self, Change, Difference, FAILS, Reach};
use crate::rule::cases::{self, Case, CaseResult};
use crate::rule::schema::ToolSchema;
use crate::server::Consequence;
use crate::site::proof;
use crate::source::SourceFile;

/// The most examples of one changed rule.
const EXAMPLES: usize = 3;
/// The most changes of an outcome that are named, and the most example customers.
const NAMED: usize = 5;

/// A rule of a good build, and what is needed to speak of it.
#[derive(Debug)]
pub(super) struct Tool {
    rule: Rule,
    schema: ToolSchema,
    /// Outcomes as the page shows them.
    titles: BTreeMap<String, String>,
    cases: Option<SourceFile>,
}

/// The tools of a build by the ids of their rules.
pub(super) type Tools = BTreeMap<String, Tool>;

/// The last good build of the preview.
#[derive(Debug)]
pub(super) struct LastGood {
    tools: Arc<Tools>,
    /// What it was compared with.
    before: Arc<Tools>,
    /// The comparison came to its end.
    compared: Arc<AtomicBool>,
}

/// Takes the place of the last good build if this one is good, and says how to find out what the changes since then do.
/// Changes whose comparison has not come to its end are among them.
pub(super) fn followed(checked: &Checked, last_good: &mut Option<LastGood>, language: Language) -> Option<Followed> {
    let now = Arc::new(tools(checked)?);
    let before = match last_good.take() {
        Some(last) if last.compared.load(Ordering::Acquire) => last.tools,
        Some(last) => last.before,
        None => now.clone(),
    };
    let compared = Arc::new(AtomicBool::new(false));
    *last_good = Some(LastGood { tools: now.clone(), before: before.clone(), compared: compared.clone() });
    let differs = |id: &&String| before.get(*id).is_some_and(|old| !now[*id].rule.judges_like(&old.rule));
    let changed: Vec<String> = now.keys().filter(differs).cloned().collect();
    if changed.is_empty() {
        compared.store(true, Ordering::Release);
        return None;
    }
    let zh = language == Language::Zh;
    let find_out = move || {
        let found = changed.iter().filter_map(|id| consequence(&before[id], &now[id], zh)).collect();
        compared.store(true, Ordering::Release);
        found
    };
    Some(Followed(Box::new(find_out)))
}

fn tools(checked: &Checked) -> Option<Tools> {
    let site = checked.site.as_ref().filter(|_| !checked.diagnostics.has_errors())?;
    let one = |(id, rule): (&String, &Rule)| {
        let schema = test::schema_of(site, id);
        let title = |outcome: &String| (outcome.clone(), test::outcome_title(site, id, outcome));
        let titles = schema.outcomes.iter().map(title).collect();
        let path = SourcePath::new(format!("rules/{id}.cases.yaml")).expect("a rule's id is a file's stem");
        (id.clone(), Tool { rule: rule.clone(), schema, titles, cases: checked.sources.get(&path).cloned() })
    };
    Some(site.rules.iter().map(one).collect())
}

/// What a changed rule does; nothing when nobody is judged differently.
fn consequence(before: &Tool, now: &Tool, zh: bool) -> Option<Consequence> {
    let words = Words { tool: now, zh };
    let found = analysis::difference(&before.rule, &now.rule, &now.schema);
    let fallen = words.fallen(before);
    if found.is_nothing() && fallen.is_empty() {
        return None;
    }
    let mut lines = words.changes(&found);
    lines.extend(fallen);
    Some(Consequence { headline: words.headline(&found), lines })
}

struct Words<'tool> {
    tool: &'tool Tool,
    zh: bool,
}

impl Words<'_> {
    fn say(&self, zh: impl Into<String>, en: impl Into<String>) -> String {
        if self.zh { zh.into() } else { en.into() }
    }

    fn say_both(&self, words: Bilingual) -> String {
        self.say(words.zh, words.en)
    }

    fn headline(&self, found: &Difference) -> String {
        let (id, whole) = (&self.tool.rule.id, found.combinations);
        if let Reach::Unknown(what, pos) = &found.reach {
            let place = format!("{}:{}:{}", self.tool.rule.path(), pos.line, pos.column);
            return self.say(
                format!("改了`{id}`：没能看完全部{whole}种回答组合，所以不知道哪些换了结果（{place}: {what}）"),
                format!(
                    "changed `{id}`: not all {whole} combinations of answers could be followed, so it is not known \
                     which get another outcome ({place}: {what})"
                ),
            );
        }
        let changed: u128 = found.changes.iter().map(|change| change.count).sum();
        let percent = percent(changed, whole);
        let all = match found.reach {
            Reach::Exact => "全部",
            _ => "看过的",
        };
        self.say(
            format!("改了`{id}`：{all}{whole}种回答组合里{changed}种换了结果（{percent}）"),
            format!("changed `{id}`: {changed} of {whole} combinations of answers get another outcome ({percent})"),
        )
    }

    fn changes(&self, found: &Difference) -> Vec<String> {
        let named = &found.changes[..found.changes.len().min(NAMED)];
        // One example of each change first, then more of the most frequent ones.
        let mut examples = vec![0; named.len()];
        let mut left = EXAMPLES;
        for round in 0..EXAMPLES {
            for (change, count) in named.iter().zip(&mut examples) {
                if left > 0 && change.examples.len() > round {
                    *count += 1;
                    left -= 1;
                }
            }
        }
        let told = named.iter().zip(examples);
        let mut lines: Vec<String> =
            told.map(|(change, examples)| self.change(change, found.combinations, examples)).collect();
        let more = found.changes.len() - named.len();
        if more > 0 {
            lines.push(self.say(format!("还有{more}种换法"), format!("and {}", report::plural(more, "other change"))));
        }
        if found.reach == Reach::Tested && !found.changes.is_empty() {
            lines.push(self.say(
                "数字只看边界上的值；文字、日期和表格当作没填",
                "numbers only at their boundaries; texts, days and tables are taken as not given",
            ));
        }
        lines
    }

    fn change(&self, change: &Change, whole: u128, examples: usize) -> String {
        let (from, to) = (self.title(change.from.as_deref()), self.title(change.to.as_deref()));
        let share = percent(change.count, whole);
        let told: Vec<String> = change.examples[..examples]
            .iter()
            .map(|facts| self.say_both(proof::in_words(&self.tool.schema, facts)))
            .collect();
        let told = match (told.is_empty(), self.zh) {
            (true, _) => String::new(),
            (false, true) => format!("，例如{}", told.join("；或者")),
            (false, false) => format!(", for example {}", told.join("; or ")),
        };
        self.say(format!("{from} → {to}：{share}{told}"), format!("{from} → {to}: {share}{told}"))
    }

    fn title(&self, id: Option<&str>) -> String {
        match id {
            None => self.say("没有结果", "no outcome"),
            Some(FAILS) => self.say("规则出错", "the rule fails"),
            Some(id) => self.tool.titles.get(id).cloned().unwrap_or_else(|| id.to_string()),
        }
    }

    /// Example customers whose case held before the change and does not hold now.
    fn fallen(&self, before: &Tool) -> Vec<String> {
        let Some(file) = &self.tool.cases else { return Vec::new() };
        let (list, _) = cases::parse(file);
        let held = cases::run(&before.rule, &self.tool.schema, &list);
        let now = cases::run(&self.tool.rule, &self.tool.schema, &list);
        let pairs = list.iter().zip(held.iter().zip(&now));
        let fallen: Vec<_> = pairs.filter(|(_, (held, now))| held.passed() && !now.passed()).collect();
        let count = fallen.len();
        if count == 0 {
            return Vec::new();
        }
        let mut lines = vec![self.say(
            format!("有{count}位例子客户的判断不再是写的那样："),
            format!("{} no longer judged as written:", report::plural(count, "example customer")),
        )];
        lines.extend(fallen.iter().take(NAMED).map(|(case, (_, now))| self.customer(case, now)));
        if count > NAMED {
            let more = count - NAMED;
            lines.push(self.say(format!("还有{more}位"), format!("and {more} more")));
        }
        lines
    }

    /// An example customer, and what is not as written: the outcome by its name, anything else as the test says it.
    fn customer(&self, case: &Case, now: &CaseResult) -> String {
        let customer = &now.customer;
        let got = now.result.as_ref().map(|result| result["outcome"].as_str());
        let wanted =
            case.expected.outcome.as_ref().map(|outcome| Some(outcome.value.as_str()).filter(|id| *id != "none"));
        if let (Some(got), Some(wanted)) = (got, wanted)
            && got != wanted
        {
            let (got, wanted) = (self.title(got), self.title(wanted));
            return self.say(
                format!("{customer}：写的是“{wanted}”，现在是“{got}”"),
                format!("{customer}: “{wanted}” is written, now it is “{got}”"),
            );
        }
        let language = if self.zh { Language::Zh } else { Language::En };
        let message = now.findings[0].message.in_language(language);
        self.say(format!("{customer}：{message}"), format!("{customer}: {message}"))
    }
}

/// A share, with as many digits as it takes to be more than nothing.
fn percent(count: u128, whole: u128) -> String {
    let percent = 100.0 * count as f64 / whole as f64;
    let digits = if count > 0 && percent < 0.1 { 4 } else { 1 };
    format!("{percent:.digits$}%")
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::super::support::Folder;
    use super::*;
    use crate::pipeline;

    const PAGE: &str = "---
kind: tool
title: 判一判
facts:
  - id: asks
    question: 他先问什么？
    kind: choice
    options:
      - { id: proof, label: 问凭据 }
      - { id: price, label: 问价钱 }
  - id: visits
    question: 见过几次？
    kind: scale
    min: 1
    max: 3
outcomes:
  - { id: careful, title: 慎重 }
  - { id: thrifty, title: 看价 }
---
答不上来就选不清楚。
";
    const RULE: &str = r#"fn classify(facts) {
    let points = facts.visits ?? 0;
    points += if facts.asks == "proof" { 3 } else { 1 };
    #{ outcome: if points >= global::ENOUGH { "careful" } else { "thrifty" }, state: "decided" }
}
"#;
    const CASES: &str = "- { customer: 问价钱的, facts: { asks: price, visits: 2 }, outcome: careful }\n";

    fn book(enough: u8) -> Folder {
        let folder = Folder::new("changes");
        let write = |path: &str, text: &str| {
            let file = folder.path().join(path);
            fs::create_dir_all(file.parent().expect("a folder")).expect("writable");
            fs::write(file, text).expect("writable");
        };
        write("salesbook.yaml", "title: 小手册\n");
        write("content/zh/_index.md", "---\nkind: home\ntitle: 小手册\n---\n先看这里。\n");
        write("content/zh/tools/finder.md", PAGE);
        write("rules/finder.rhai", RULE);
        write("rules/finder.cases.yaml", CASES);
        write("rules/settings.yaml", &settings(enough));
        folder
    }

    fn settings(enough: u8) -> String {
        format!("finder:\n  ENOUGH: {{ value: {enough}, means: 够分, provenance: proposed }}\n")
    }

    /// What a build after an edit of the thresholds has to find out.
    fn saved(folder: &Folder, enough: u8, last_good: &mut Option<LastGood>, language: Language) -> Option<Followed> {
        fs::write(folder.path().join("rules/settings.yaml"), settings(enough)).expect("writable");
        followed(&pipeline::check(folder.path(), true), last_good, language)
    }

    #[test]
    fn a_changed_threshold_is_told_in_the_words_of_the_page() {
        let folder = book(3);
        let mut last_good = None;
        assert!(saved(&folder, 3, &mut last_good, Language::Zh).is_none(), "the first build has nothing before it");
        assert!(saved(&folder, 3, &mut last_good, Language::Zh).is_none(), "nothing changed");
        let told = (saved(&folder, 4, &mut last_good, Language::Zh).expect("a change").0)();
        assert_eq!(told.len(), 1);
        assert_eq!(told[0].headline, "改了`finder`：全部12种回答组合里3种换了结果（25.0%）");
        assert_eq!(
            told[0].lines,
            [
                "慎重 → 看价：25.0%，例如他先问什么？“问凭据”；或者见过几次？“2”",
                "有1位例子客户的判断不再是写的那样：",
                "问价钱的：写的是“慎重”，现在是“看价”"
            ]
        );
        let told = (saved(&folder, 3, &mut last_good, Language::En).expect("a change").0)();
        assert_eq!(told[0].headline, "changed `finder`: 3 of 12 combinations of answers get another outcome (25.0%)");
        assert_eq!(told[0].lines, ["看价 → 慎重: 25.0%, for example 他先问什么？“问凭据”; or 见过几次？“2”"]);
        let other = (saved(&folder, 0, &mut last_good, Language::Zh).expect("a change").0)();
        assert_eq!(other.len(), 1);
        let same = (saved(&folder, 1, &mut last_good, Language::Zh).expect("another number").0)();
        assert_eq!(same, [], "nobody is judged differently");
    }

    #[test]
    fn a_comparison_that_did_not_end_is_made_up_for() {
        let folder = book(3);
        let mut last_good = None;
        saved(&folder, 3, &mut last_good, Language::Zh);
        let dropped = saved(&folder, 4, &mut last_good, Language::Zh);
        assert!(dropped.is_some());
        fs::write(folder.path().join("rules/settings.yaml"), "finder: [").expect("writable");
        assert!(followed(&pipeline::check(folder.path(), true), &mut last_good, Language::Zh).is_none());
        let told = (saved(&folder, 4, &mut last_good, Language::Zh).expect("not compared yet").0)();
        assert_eq!(told[0].headline, "改了`finder`：全部12种回答组合里3种换了结果（25.0%）");
        assert!(saved(&folder, 4, &mut last_good, Language::Zh).is_none());
    }
}
