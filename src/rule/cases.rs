//! Example customers of a rule: `rules/<id>.cases.yaml`, the rule's tests in the form that a trainer writes.
//!
//! ```yaml
//! - customer: 自己开店，先问价，账算得过来就定
//!   facts: { role: owner, price: settle, choose: best-mix }
//!   outcome: type-owner      # or none
//!   state: decided
//! ```
//!
//! Beside `outcome` a case may say `state`, `also`, `reasons` (texts that must be among the reasons), `warnings`
//! (exactly these ids), `next`, or `error` (a part of the error's text). What is not written is not tested.

use serde_json::{Map, Value as Json, json};

use super::schema::ToolSchema;
use super::{Evaluator, Rule};
use crate::diagnostic::{Bilingual, Code, Diagnostic, code};
use crate::path::SourcePath;
use crate::source::{SourceFile, Span, Spanned};
use crate::yaml::{self, Fields, Node, Value};

/// One example customer.
#[derive(Debug, Clone)]
pub struct Case {
    /// Who it is, in words.
    pub customer: Spanned<String>,
    /// The answers, with the place of each.
    pub facts: Vec<(Spanned<String>, Spanned<Json>)>,
    /// What must come out, by the name of the key.
    pub expected: Expected,
    path: SourcePath,
}

/// What a case says about the result; an absent part is not tested.
#[derive(Debug, Clone, Default)]
pub struct Expected {
    /// An outcome, or `none`.
    pub outcome: Option<Spanned<String>>,
    /// `decided`, `leaning`, `insufficient` or `computed`.
    pub state: Option<Spanned<String>>,
    /// The outcomes close behind, in order.
    pub also: Option<Spanned<Vec<String>>>,
    /// Texts that must be among the reasons.
    pub reasons: Vec<Spanned<String>>,
    /// Ids of exactly the warnings given.
    pub warnings: Option<Spanned<Vec<String>>>,
    /// The question to ask next, or `none`.
    pub next: Option<Spanned<String>>,
    /// A part of the text of the error that must happen.
    pub error: Option<Spanned<String>>,
}

/// What came of one case.
#[derive(Debug, Clone)]
pub struct CaseResult {
    /// Who it is, in words.
    pub customer: String,
    /// The result object without its certainty; absent when the rule failed or the facts were wrong.
    pub result: Option<Json>,
    /// Everything that is not as expected; empty when the case holds.
    pub findings: Vec<Diagnostic>,
    /// Whether the rule ran into a limit over this customer.
    pub limit: bool,
}

impl CaseResult {
    /// Whether everything came out as expected.
    pub fn passed(&self) -> bool {
        self.findings.is_empty()
    }
}

/// Reads a file of cases. Cases that cannot be read are left out and reported.
pub fn parse(file: &SourceFile) -> (Vec<Case>, Vec<Diagnostic>) {
    let node = match yaml::parse(file, Span::new(0, file.text.len())) {
        Ok(node) => node,
        Err(found) => return (Vec::new(), found),
    };
    let Value::List(items) = node.value else {
        let message = Bilingual::new(
            "例子要写成列表，每个以`- customer:`开头",
            "cases are a list, each starting with `- customer:`",
        );
        let finding = Diagnostic::new(code::CASE_SHAPE, &file.path, node.span, message);
        return (Vec::new(), vec![finding.help("在`customer`前面加上`- `", "put `- ` in front of `customer`")]);
    };
    let (mut cases, mut found) = (Vec::new(), Vec::new());
    for item in items {
        let (case, mistakes) = read_case(file, item);
        cases.extend(case.filter(|_| mistakes.is_empty()));
        found.extend(mistakes);
    }
    (cases, found)
}

fn read_case(file: &SourceFile, item: Node) -> (Option<Case>, Vec<Diagnostic>) {
    let mut fields = Fields::new(file, item);
    let customer = fields.required_text("customer");
    fields.require("facts");
    let facts_span = fields.key_span("facts");
    let facts = fields.node("facts").map(|node| read_facts(file, node, facts_span));
    let expected = Expected {
        outcome: fields.text("outcome"),
        state: fields.text("state"),
        also: read_list(&mut fields, "also"),
        reasons: fields.texts("reasons"),
        warnings: read_list(&mut fields, "warnings"),
        next: fields.text("next"),
        error: fields.text("error"),
    };
    if expected.outcome.is_none() && expected.error.is_none() && expected.state.is_none() {
        fields.require("outcome");
    }
    let mut found = fields.finish();
    let facts = match facts {
        Some(Ok(facts)) => Some(facts),
        Some(Err(finding)) => {
            found.push(*finding);
            None
        }
        None => None,
    };
    let case = customer.zip(facts).map(|(customer, facts)| Case { customer, facts, expected, path: file.path.clone() });
    (case, found)
}

fn read_list(fields: &mut Fields<'_>, key: &'static str) -> Option<Spanned<Vec<String>>> {
    let written = fields.has(key);
    let span = fields.key_span(key);
    let texts = fields.texts(key);
    written.then(|| Spanned::new(texts.into_iter().map(|text| text.value).collect(), span))
}

/// A mapping of answers; the places stay with the values.
type FactNodes = Vec<(Spanned<String>, Spanned<Json>)>;

fn read_facts(file: &SourceFile, node: Node, span: Span) -> Result<FactNodes, Box<Diagnostic>> {
    match node.value {
        Value::Map(entries) => Ok(entries
            .into_iter()
            .map(|(key, value)| {
                let span = value.span;
                (key, Spanned::new(to_json(value), span))
            })
            .collect()),
        _ => {
            let message = Bilingual::new("`facts`要写成一组键和值", "`facts` is a mapping of answers");
            let finding = Diagnostic::new(code::CASE_SHAPE, &file.path, span, message);
            Err(Box::new(finding.help("写成`facts: { 问题编号: 答案 }`", "write `facts: { question: answer }`")))
        }
    }
}

fn to_json(node: Node) -> Json {
    match node.value {
        Value::Null => Json::Null,
        Value::Bool(it) => json!(it),
        Value::Integer(it) => json!(it),
        Value::Float(it) => json!(it),
        Value::Text(it) => json!(it),
        Value::List(items) => items.into_iter().map(to_json).collect(),
        Value::Map(entries) => {
            Json::Object(entries.into_iter().map(|(key, value)| (key.value, to_json(value))).collect())
        }
    }
}

/// Judges every case in the Rhai engine and compares. Behind a customer over whom the rule ran into a limit the
/// rest is not tried: each could take as long.
pub fn run(rule: &Rule, schema: &ToolSchema, cases: &[Case]) -> Vec<CaseResult> {
    let evaluator = Evaluator::new(rule);
    let mut results: Vec<CaseResult> = Vec::new();
    for case in cases {
        results.push(run_case(&evaluator, schema, case));
        if results.iter().any(|result| result.limit) {
            break;
        }
    }
    results
}

fn run_case(evaluator: &Evaluator, schema: &ToolSchema, case: &Case) -> CaseResult {
    let customer = case.customer.value.clone();
    let answers: Map<String, Json> =
        case.facts.iter().map(|(key, value)| (key.value.clone(), value.value.clone())).collect();
    let facts = match schema.read_facts(&Json::Object(answers)) {
        Ok(facts) => facts,
        Err(mistakes) => {
            let findings = mistakes.into_iter().map(|(id, message)| wrong_fact(case, schema, &id, message)).collect();
            return CaseResult { customer, result: None, findings, limit: false };
        }
    };
    // What the rule leaves to be worked out takes hundreds of judgements, so it is only where a case names it.
    let judged = match evaluator.judge(schema, &facts) {
        Ok(result) if case.expected.next.is_some() && result.get("next").is_none() => {
            evaluator.evaluate(schema, &facts)
        }
        other => other,
    };
    match judged {
        Ok(result) => {
            let findings = compare(case, &result);
            CaseResult { customer, result: Some(result), findings, limit: false }
        }
        Err(failure) => {
            let holds = case.expected.error.as_ref().is_some_and(|error| failure.text.contains(&error.value));
            let report = |code, message| Diagnostic::new(code, &case.path, case.customer.span, message);
            // A failure without a place is not of a line of the rule, but of what it returned.
            let finding = if failure.line == 0 {
                let message = Bilingual::new(
                    "规则对这位客户没有给出完整的结果",
                    format!("the rule gives no complete result for this customer: {}", failure.text),
                );
                report(code::RULE_RESULT, message).help(
                    "`classify`最后要给出`#{ outcome: …, state: …, reasons: … }`",
                    "`classify` ends with `#{ outcome: …, state: …, reasons: … }`",
                )
            } else {
                let message = Bilingual::new(
                    format!("规则在第{}行第{}列出错：{}", failure.line, failure.column, failure.text),
                    format!("the rule fails at line {}, column {}: {}", failure.line, failure.column, failure.text),
                );
                report(code::RULE_RUNTIME, message).help(
                    format!("改规则的第{}行，或者改这位客户的`facts`", failure.line),
                    format!("change line {} of the rule, or this customer's `facts`", failure.line),
                )
            };
            CaseResult {
                customer,
                result: None,
                findings: if holds { Vec::new() } else { vec![finding] },
                limit: failure.limit,
            }
        }
    }
}

fn wrong_fact(case: &Case, schema: &ToolSchema, id: &str, message: Bilingual) -> Diagnostic {
    let place = case.facts.iter().find(|(key, _)| key.value == id);
    let (code, span): (Code, Span) = match (place, schema.fact(id)) {
        (Some((_, value)), Some(_)) => (code::RULE_UNKNOWN_OPTION, value.span),
        (Some((key, _)), None) => (code::RULE_UNKNOWN_FACT, key.span),
        (None, _) => (code::RULE_UNKNOWN_FACT, case.customer.span),
    };
    Diagnostic::new(code, &case.path, span, message)
}

fn compare(case: &Case, result: &Json) -> Vec<Diagnostic> {
    let expected = &case.expected;
    let mut findings = Vec::new();
    let mut differs = |span: Span, what: &str, wanted: &str, got: &str| {
        let message = Bilingual::new(
            format!("`{what}`是{got}，例子写的是{wanted}"),
            format!("`{what}` is {got}, the case says {wanted}"),
        );
        let customer = &case.customer.value;
        findings.push(Diagnostic::new(code::CASE_FAILED, &case.path, span, message).help(
            format!("改规则里的数字，或者承认判断变了、改这个例子（{customer}）"),
            format!("change a number in the rule, or accept the verdict and change this case ({customer})"),
        ));
    };
    let text = |key: &str| result[key].as_str().unwrap_or("none").to_string();
    let ids = |key: &str| -> Vec<String> {
        let items = result[key].as_array().cloned().unwrap_or_default();
        items.iter().map(|item| item.as_str().or(item["id"].as_str()).unwrap_or("").to_string()).collect()
    };
    for (key, wanted) in [("outcome", &expected.outcome), ("state", &expected.state), ("next", &expected.next)] {
        if let Some(wanted) = wanted.as_ref().filter(|wanted| wanted.value != text(key)) {
            differs(wanted.span, key, &quoted(&wanted.value), &quoted(&text(key)));
        }
    }
    for (key, wanted) in [("also", &expected.also), ("warnings", &expected.warnings)] {
        if let Some(wanted) = wanted.as_ref().filter(|wanted| wanted.value != ids(key)) {
            differs(wanted.span, key, &listed(&wanted.value), &listed(&ids(key)));
        }
    }
    let given = result["reasons"].as_array().cloned().unwrap_or_default();
    let reasons: Vec<String> = given.iter().map(|reason| reason["text"].as_str().unwrap_or("").to_string()).collect();
    for wanted in expected.reasons.iter().filter(|wanted| !reasons.contains(&wanted.value)) {
        differs(wanted.span, "reasons", &quoted(&wanted.value), &listed(&reasons));
    }
    if let Some(error) = &expected.error {
        differs(error.span, "outcome", &quoted(&error.value), &quoted(&text("outcome")));
    }
    findings
}

fn quoted(text: &str) -> String {
    format!("`{text}`")
}

fn listed(texts: &[String]) -> String {
    format!("`[{}]`", texts.join(", "))
}
