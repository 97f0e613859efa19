//! A tool page: the facts that it asks for, the outcomes it can give, and the rule behind it.

use super::Reader;
use crate::content::page::PROVENANCES;
use crate::diagnostic::code;
use crate::rule::schema::{Choice, Column, Fact, FactKind, ToolSchema};
use crate::source::{Span, Spanned};
use crate::yaml::Fields;

/// The keys of a tool page.
#[derive(Debug, Clone)]
pub struct Tool {
    /// The rule's id; the page's own id unless written.
    pub rule: Option<Spanned<String>>,
    /// What the rule may be told.
    pub facts: Vec<Fact>,
    /// Where the id of each fact stands, and those of its options.
    pub places: Vec<(Span, Vec<Span>)>,
    /// What the rule may answer.
    pub outcomes: Vec<Outcome>,
    /// What the rule may warn of.
    pub warnings: Vec<Warning>,
    /// What the rule may compute, in the order of the page.
    pub outputs: Vec<Output>,
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
    /// What it means, in a sentence; the page's summary unless written.
    pub summary: Option<String>,
    /// What to do next, the first thing first.
    pub advice: Vec<String>,
    /// After how many days to judge again.
    pub recheck_days: Option<i64>,
}

impl Outcome {
    /// The name shown: as written, else the title of its page, else its id.
    pub fn title_with<'text>(&'text self, page: Option<&'text str>) -> &'text str {
        self.title.as_deref().or(page).unwrap_or(&self.id.value)
    }
}

/// A value that the rule may compute, and how it is shown.
#[derive(Debug, Clone)]
pub struct Output {
    /// The name below `values` in the result.
    pub id: String,
    /// What it is, in words.
    pub title: String,
    /// How it is shown.
    pub kind: OutputKind,
    /// What it counts, such as 元.
    pub unit: Option<String>,
    /// How it is computed, or what it must not be taken for.
    pub note: Option<String>,
    /// Where the numbers behind it come from.
    pub provenance: Option<&'static str>,
    /// The columns of a table, by the key of each row; the places of fields and rungs.
    pub columns: Vec<Choice>,
    /// The pages that the rule may name.
    pub pages: Vec<Spanned<String>>,
    /// The question above whose options it is shown, instead of in the result.
    pub above: Option<String>,
}

/// How a computed value is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OutputKind {
    /// A number, at most two digits behind the point.
    Number,
    /// A share of 1, shown in per cent.
    Percent,
    /// `#{ from, to }`: two numbers.
    Range,
    /// Words.
    Text,
    /// A list of texts.
    List,
    /// A list of maps, a row each.
    Table,
    /// A list of `#{ label, value }`, drawn as bars.
    Bars,
    /// A list of `#{ x, y }` from 0 to 1, drawn as a curve.
    Curve,
    /// The id of one of four columns, drawn as two by two fields.
    Fields,
    /// The id of one of the columns, drawn as rungs from the lowest up.
    Ladder,
    /// A list of `#{ date, title, note }`, with a calendar file to download.
    Calendar,
    /// A list of ids of the output's `pages`, shown as links.
    Pages,
}

impl OutputKind {
    /// The names as written behind `kind:`.
    pub const NAMES: [(&'static str, OutputKind); 12] = [
        ("number", OutputKind::Number),
        ("percent", OutputKind::Percent),
        ("range", OutputKind::Range),
        ("text", OutputKind::Text),
        ("list", OutputKind::List),
        ("table", OutputKind::Table),
        ("bars", OutputKind::Bars),
        ("curve", OutputKind::Curve),
        ("fields", OutputKind::Fields),
        ("ladder", OutputKind::Ladder),
        ("calendar", OutputKind::Calendar),
        ("pages", OutputKind::Pages),
    ];

    /// The word in the front matter and in the page.
    pub fn name(self) -> &'static str {
        Self::NAMES.iter().find(|(_, kind)| *kind == self).expect("the table lists every kind").0
    }
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
    let mut places: Vec<(Span, Vec<Span>)> = Vec::new();
    for fields in reader.fields.maps("facts") {
        let Some((fact, span, options)) = fact(reader, fields) else { continue };
        if facts.iter().any(|earlier| earlier.id == fact.id) {
            reader.fields.report(
                code::DUPLICATE_KEY,
                span,
                format!("问题编号`{}`用了两次", fact.id),
                format!("question id `{}` is used twice", fact.id),
            );
        }
        facts.push(fact);
        places.push((span, options));
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
        let summary = fields.text("summary").map(|summary| summary.value);
        let advice = fields.texts("advice").into_iter().map(|advice| advice.value).collect();
        let recheck_days = recheck_days(&mut fields);
        reader.found.extend(fields.finish());
        outcomes.extend(id.map(|id| Outcome { id, page, title, summary, advice, recheck_days }));
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
    let mut outputs = Vec::new();
    for fields in reader.fields.maps("outputs") {
        outputs.extend(output(reader, fields, &facts));
    }
    Some(Tool { rule, facts, places, outcomes, warnings, outputs })
}

fn output(reader: &mut Reader<'_, '_>, mut fields: Fields<'_>, facts: &[Fact]) -> Option<Output> {
    let id = fields.required_text("id");
    let title = fields.required_text("title");
    fields.require("kind");
    let kind = fields.choice("kind", &OutputKind::NAMES).map(|kind| kind.value);
    let unit = fields.text("unit").map(|unit| unit.value);
    let note = fields.text("note").map(|note| note.value);
    let provenance = fields.choice("provenance", &PROVENANCES).map(|provenance| provenance.value);
    if matches!(kind, Some(OutputKind::Table | OutputKind::Fields | OutputKind::Ladder)) {
        fields.require("columns");
    }
    let mut columns = Vec::new();
    for mut column in fields.maps("columns") {
        let (id, label) = (column.required_text("id"), column.required_text("label"));
        reader.found.extend(column.finish());
        if let (Some(id), Some(label)) = (id, label) {
            columns.push(Choice { id: id.value, label: label.value });
        }
    }
    if matches!(kind, Some(OutputKind::Pages)) {
        fields.require("pages");
    }
    let pages = fields.texts("pages");
    let questions: Vec<(&str, &str)> = facts.iter().map(|fact| (fact.id.as_str(), fact.id.as_str())).collect();
    let above = fields.choice("above", &questions).map(|question| question.value.to_string());
    reader.found.extend(fields.finish());
    Some(Output { id: id?.value, title: title?.value, kind: kind?, unit, note, provenance, columns, pages, above })
}

fn recheck_days(fields: &mut Fields<'_>) -> Option<i64> {
    let days = fields.integer("recheck_days")?;
    if days.value < 1 {
        fields.report(code::WRONG_TYPE, days.span, "`recheck_days`至少是1天", "`recheck_days` is at least one day");
    }
    Some(days.value)
}

fn fact(reader: &mut Reader<'_, '_>, mut fields: Fields<'_>) -> Option<(Fact, Span, Vec<Span>)> {
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
    let mut places: Vec<Span> = Vec::new();
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
            places.push(id.span);
        }
    }
    if kind.as_ref().is_some_and(|kind| kind.value == FactKind::Table) {
        fields.require("columns");
    }
    let columns = fields.maps("columns").into_iter().filter_map(|fields| column(reader, fields)).collect();
    reader.found.extend(fields.finish());
    let id = id?;
    let fact = Fact {
        id: id.value,
        kind: kind?.value,
        question: question?.value,
        hint,
        options,
        min,
        max,
        step,
        unit,
        columns,
    };
    Some((fact, id.span, places))
}

fn column(reader: &mut Reader<'_, '_>, mut fields: Fields<'_>) -> Option<Column> {
    let (id, label) = (fields.required_text("id"), fields.required_text("label"));
    let aliases = fields.texts("aliases").into_iter().map(|alias| alias.value).collect();
    let kind = fields.choice("kind", &[("text", false), ("number", true)]);
    let required = fields.boolean("required").unwrap_or(false);
    reader.found.extend(fields.finish());
    let number = kind.is_some_and(|kind| kind.value);
    Some(Column { id: id?.value, label: label?.value, aliases, number, required })
}
