//! What the analysis of a rule found, as findings where the rule and its page have the words concerned.
//!
//! [`findings`] reports what fails and what the page does not list, each with an example of answers. That something is
//! there for nothing is only reported of rules that are proved: see [`Analysis::is_proved`].

use serde_json::Value;

use crate::content::Page;
use crate::content::kind::Tool;
use crate::diagnostic::{Bilingual, Code, Diagnostic, code};
use crate::rule::Rule;
use crate::rule::analysis::{Analysis, Failing, Listed, Stranger};
use crate::rule::schema::{Facts, ToolSchema};
use crate::source::{Position, Span};

/// Everything that is wrong with a rule and its page, by what the analysis knows.
pub fn findings(rule: &Rule, page: &Page, tool: &Tool, analysis: &Analysis) -> Vec<Diagnostic> {
    let proof = Proof { rule, page, tool, schema: tool.schema() };
    let mut findings: Vec<Diagnostic> = Vec::new();
    findings.extend(analysis.failing.iter().map(|failing| proof.failing(failing)));
    findings.extend(analysis.strangers.iter().map(|stranger| proof.stranger(stranger)));
    if analysis.is_proved() {
        findings.extend(analysis.unreached.iter().filter_map(|id| proof.outcome(id)));
        findings.extend(analysis.unreached_warnings.iter().filter_map(|id| proof.warning(id)));
        findings.extend(analysis.idle_statements.iter().map(|pos| proof.statement(*pos)));
        findings.extend(analysis.never_true.iter().map(|pos| proof.condition(*pos)));
        findings.extend(analysis.idle_texts.iter().map(|(text, pos)| proof.text(text, *pos)));
        findings.extend(analysis.for_nothing.iter().filter_map(|(fact, option)| proof.idle(fact, option.as_deref())));
    }
    findings
}

struct Proof<'run> {
    rule: &'run Rule,
    page: &'run Page,
    tool: &'run Tool,
    schema: ToolSchema,
}

impl Proof<'_> {
    fn in_rule(&self, code: Code, pos: Position, zh: String, en: String) -> Diagnostic {
        let span = self.rule.span_at(pos);
        // The quotes are not part of a text.
        let quoted = self.rule.file.slice(span).starts_with('"') && span.end - span.start >= 2;
        let span = if quoted { Span::new(span.start + 1, span.end - 1) } else { span };
        Diagnostic::new(code, self.rule.path(), span, Bilingual::new(zh, en))
    }

    fn in_page(&self, code: Code, span: Span, zh: String, en: String) -> Diagnostic {
        Diagnostic::new(code, &self.page.path, span, Bilingual::new(zh, en))
    }

    fn failing(&self, failing: &Failing) -> Diagnostic {
        let Bilingual { zh, en } = in_words(&self.schema, &failing.witness);
        let zh = format!("有些回答会让规则在这里出错：{}；例如：{zh}", failing.text);
        let en = format!("some answers make the rule fail here: {}; for example: {en}", failing.text);
        self.in_rule(code::RULE_FAILS, failing.pos, zh, en).help(
            "改这一行，让这样的回答也得到结果；先看空着的题、空的列表、除以零和太大的数",
            "change this line so that such answers get a result too; look for open questions, empty lists, division by zero and numbers that grow too large",
        )
    }

    fn stranger(&self, stranger: &Stranger) -> Diagnostic {
        let Stranger { id, of, pos, witness } = stranger;
        let Bilingual { zh, en } = in_words(&self.schema, witness);
        let (code, what, known): (Code, [&str; 2], Vec<&str>) = match of {
            Listed::Outcome => {
                let known = self.schema.outcomes.iter().map(String::as_str).collect();
                (code::RULE_UNKNOWN_OUTCOME, ["结果", "outcome"], known)
            }
            Listed::Warning => {
                let known = self.schema.warnings.iter().map(|(id, _)| id.as_str()).collect();
                (code::RULE_UNKNOWN_WARNING, ["提醒", "warning"], known)
            }
            Listed::Fact => {
                let known = self.schema.facts.iter().map(|fact| fact.id.as_str()).collect();
                (code::RULE_UNKNOWN_FACT, ["问题", "question"], known)
            }
        };
        let zh = format!("规则会给出{}`{id}`，页面上没有；例如：{zh}", what[0]);
        let en = format!("the rule gives the {} `{id}`, which the page does not have; for example: {en}", what[1]);
        let finding = self.in_rule(code, *pos, zh, en).nearest(id, known.iter().copied());
        if finding.help.is_some() {
            return finding;
        }
        finding.help(
            format!("改成页面上有的：{}；或者在页面上补上它", known.join("、")),
            format!("write one that the page has ({}), or add it to the page", known.join(", ")),
        )
    }

    fn outcome(&self, id: &str) -> Option<Diagnostic> {
        let outcome = self.tool.outcomes.iter().find(|outcome| outcome.id.value == id)?;
        let zh = format!("结果`{id}`怎么答都不会出");
        let en = format!("no answers lead to the outcome `{id}`");
        Some(self.in_page(code::OUTCOME_UNREACHED, outcome.id.span, zh, en).help(
            "放宽规则里通向它的条件，或者从页面上删掉它",
            "ease the conditions that lead to it in the rule, or remove it from the page",
        ))
    }

    fn warning(&self, id: &str) -> Option<Diagnostic> {
        let warning = self.tool.warnings.iter().find(|warning| warning.id.value == id)?;
        let zh = format!("提醒`{id}`怎么答都不会给出");
        let en = format!("no answers lead to the warning `{id}`");
        Some(self.in_page(code::WARNING_UNREACHED, warning.id.span, zh, en).help(
            "看规则里给这条提醒的条件和编号，或者从页面上删掉它",
            "look at the id and the conditions of this warning in the rule, or remove it from the page",
        ))
    }

    fn statement(&self, pos: Position) -> Diagnostic {
        let (zh, en) = ("怎么答都走不到这里", "no answers come to this place");
        self.in_rule(code::RULE_PART_UNREACHED, pos, zh.to_string(), en.to_string()).help(
            "看它前面的条件：是不是永远不成立，或者前一支已经全拿走了；真用不着就删掉",
            "look at the conditions in front of it: one never holds, or an earlier way takes everything; remove it if it is not needed",
        )
    }

    fn condition(&self, pos: Position) -> Diagnostic {
        let (zh, en) = (
            "这个条件怎么答都不成立，后面的一句也走不到",
            "this condition holds for no answers, so nothing comes to what stands behind it",
        );
        self.in_rule(code::RULE_PART_UNREACHED, pos, zh.to_string(), en.to_string()).help(
            "看里面的词和数有没有写错，前面的一支是不是已经全拿走了；真用不着就删掉",
            "look at its words and numbers, and whether an earlier way takes everything; remove it if it is not needed",
        )
    }

    fn text(&self, text: &str, pos: Position) -> Diagnostic {
        let zh = format!("怎么答都不会说出这一句：`{text}`");
        let en = format!("no answers bring up this text: `{text}`");
        self.in_rule(code::RULE_PART_UNREACHED, pos, zh, en).help(
            "看这一行的键、问题、选项和结果有没有写错，是不是被前面的行抢了；真用不着就删掉这一行",
            "look at the key, the question, the option and the outcome of this row, and at the rows in front of it; remove it if it is not needed",
        )
    }

    fn idle(&self, fact: &str, option: Option<&str>) -> Option<Diagnostic> {
        let at = self.schema.facts.iter().position(|it| it.id == fact)?;
        let (of_fact, of_options) = &self.tool.places[at];
        let Some(option) = option else {
            let zh = format!("问题`{fact}`怎么答，结果、状态、理由、提醒、接着问什么都不变");
            let en = format!(
                "whatever the answer to `{fact}`, outcome, state, reasons, warnings and the next question are the same"
            );
            return Some(self.in_page(code::QUESTION_IDLE, *of_fact, zh, en).help(
                "在规则里用上它，或者从页面上删掉这一题",
                "use it in the rule, or remove the question from the page",
            ));
        };
        let place = self.schema.facts[at].options.iter().position(|it| it.id == option)?;
        let zh = format!("问题`{fact}`选`{option}`，和没答完全一样");
        let en = format!("the answer `{option}` to `{fact}` is the same as no answer at all");
        Some(self.in_page(code::QUESTION_IDLE, *of_options.get(place)?, zh, en).help(
            "在规则里用上它，或者删掉这个选项：“不清楚”总是可以选的",
            "use it in the rule, or remove the option: “not sure” can always be chosen",
        ))
    }
}

/// Answers as the page asks and shows them.
pub fn in_words(schema: &ToolSchema, facts: &Facts) -> Bilingual {
    if facts.is_empty() {
        return Bilingual::new("一题不答", "no answer at all");
    }
    let said = |yes: &str, no: &str, none: &str, comma: &str| -> Vec<String> {
        let one = |(id, value): &(String, Value)| {
            let fact = schema.fact(id);
            let label = |id: &str| {
                let options = fact.map(|fact| fact.options.as_slice()).unwrap_or_default();
                options.iter().find(|option| option.id == id).map_or(id, |option| option.label.as_str()).to_string()
            };
            let answer = match value {
                Value::String(text) => label(text),
                Value::Bool(true) => yes.to_string(),
                Value::Bool(false) => no.to_string(),
                Value::Array(items) if items.is_empty() => none.to_string(),
                Value::Array(items) => items
                    .iter()
                    .map(|item| item.as_str().map_or(item.to_string(), label))
                    .collect::<Vec<_>>()
                    .join(comma),
                // A whole number without a point, as people enter it.
                Value::Number(number) => {
                    let unit = fact.and_then(|fact| fact.unit.as_deref()).unwrap_or("");
                    format!("{}{unit}", number.as_f64().unwrap_or_default())
                }
                other => other.to_string(),
            };
            format!("{}“{answer}”", fact.map_or(id.as_str(), |fact| fact.question.as_str()))
        };
        facts.iter().map(one).collect()
    };
    let zh = said("是", "否", "一样也没有", "、").join("，");
    Bilingual::new(zh, said("yes", "no", "none of them", ", ").join(", "))
}
