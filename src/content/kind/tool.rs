//! A tool page: the facts that it asks for, the outcomes it can give, and the rule behind it.

use super::Reader;
use crate::diagnostic::code;
use crate::rule::schema::{Choice, Fact, FactKind, ToolSchema};
use crate::source::Spanned;
use crate::yaml::Fields;

/// The keys of a tool page.
#[derive(Debug, Clone)]
pub struct Tool {
    /// The rule's id; the page's own id unless written.
    pub rule: Option<Spanned<String>>,
    /// What the rule may be told.
    pub facts: Vec<Fact>,
    /// What the rule may answer.
    pub outcomes: Vec<Outcome>,
    /// What the rule may warn of.
    pub warnings: Vec<Warning>,
}

/// A possible answer of the rule.
#[derive(Debug, Clone)]
pub struct Outcome {
    /// The word that the rule uses.
    pub id: Spanned<String>,
    /// The page to open.
    pub page: Option<Spanned<String>>,
    /// The name shown; the page's title unless written.
    pub title: Option<String>,
}

/// A warning that the rule may give.
#[derive(Debug, Clone)]
pub struct Warning {
    /// The word that the rule uses.
    pub id: Spanned<String>,
    /// What the reader sees.
    pub text: String,
    /// A page that explains it.
    pub page: Option<Spanned<String>>,
}

impl Tool {
    /// The id of the rule behind the page `page_id`.
    pub fn rule_id<'tool>(&'tool self, page_id: &'tool str) -> &'tool str {
        self.rule.as_ref().map_or(page_id, |rule| &rule.value)
    }

    /// What a rule is checked against and evaluated with.
    pub fn schema(&self) -> ToolSchema {
        ToolSchema {
            facts: self.facts.clone(),
            outcomes: self.outcomes.iter().map(|outcome| outcome.id.value.clone()).collect(),
            warnings: self.warnings.iter().map(|warning| (warning.id.value.clone(), warning.text.clone())).collect(),
        }
    }
}

pub(super) fn read(reader: &mut Reader<'_, '_>) -> Option<Tool> {
    let rule = reader.fields.text("rule");
    reader.fields.require("facts");
    let mut facts: Vec<Fact> = Vec::new();
    for fields in reader.fields.maps("facts") {
        let Some((fact, span)) = fact(reader, fields) else { continue };
        if facts.iter().any(|earlier| earlier.id == fact.id) {
            reader.fields.report(
                code::DUPLICATE_KEY,
                span,
                format!("问题编号`{}`用了两次", fact.id),
                format!("question id `{}` is used twice", fact.id),
            );
        }
        facts.push(fact);
    }
    reader.fields.require("outcomes");
    let mut outcomes = Vec::new();
    for mut fields in reader.fields.maps("outcomes") {
        let id = fields.required_text("id");
        let page = fields.text("page");
        let title = fields.text("title").map(|title| title.value);
        if page.is_none() && title.is_none() && id.is_some() {
            fields.require("page");
        }
        reader.found.extend(fields.finish());
        outcomes.extend(id.map(|id| Outcome { id, page, title }));
    }
    let mut warnings = Vec::new();
    for mut fields in reader.fields.maps("warnings") {
        let id = fields.required_text("id");
        let text = fields.required_text("text");
        let page = fields.text("page");
        reader.found.extend(fields.finish());
        if let (Some(id), Some(text)) = (id, text) {
            warnings.push(Warning { id, text: text.value, page });
        }
    }
    Some(Tool { rule, facts, outcomes, warnings })
}

fn fact(reader: &mut Reader<'_, '_>, mut fields: Fields<'_>) -> Option<(Fact, crate::source::Span)> {
    let id = fields.required_text("id");
    let question = fields.required_text("question");
    fields.require("kind");
    let kind = fields.choice("kind", &FactKind::NAMES);
    let hint = fields.text("hint").map(|hint| hint.value);
    let min = fields.number("min").map(|number| number.value);
    let max = fields.number("max").map(|number| number.value);
    let step = fields.number("step").map(|number| number.value);
    let unit = fields.text("unit").map(|unit| unit.value);
    let needs_options = kind.as_ref().is_some_and(|kind| matches!(kind.value, FactKind::Choice | FactKind::Multi));
    if needs_options {
        fields.require("options");
    }
    let mut options: Vec<Choice> = Vec::new();
    for mut option in fields.maps("options") {
        let id = option.required_text("id");
        let label = option.required_text("label");
        if let Some(id) = id.as_ref().filter(|id| options.iter().any(|earlier| earlier.id == id.value)) {
            option.report(
                code::DUPLICATE_KEY,
                id.span,
                format!("选项编号`{}`用了两次", id.value),
                format!("option id `{}` is used twice", id.value),
            );
        }
        reader.found.extend(option.finish());
        if let (Some(id), Some(label)) = (id, label) {
            options.push(Choice { id: id.value, label: label.value });
        }
    }
    reader.found.extend(fields.finish());
    let id = id?;
    let fact = Fact { id: id.value, kind: kind?.value, question: question?.value, hint, options, min, max, step, unit };
    Some((fact, id.span))
}
