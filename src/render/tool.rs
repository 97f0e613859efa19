//! The part of a page that asks: its data for the script, and the questions as text for readers without one.

use serde::Serialize;
use serde_json::Value;

use super::body::page_url;
use super::context::{OutcomeValues, ToolValues, WarningValues};
use super::decision;
use super::page::Book;
use crate::content::Kind;
use crate::content::kind::{Output, Tool};
use crate::escape::{self, Html};
use crate::rule::schema::{Fact, FactKind};
use crate::site::SitePage;

/// What the tool's script reads from the page.
#[derive(Serialize)]
struct Data<'tool> {
    rule: &'tool str,
    title: &'tool str,
    facts: Vec<Value>,
    outcomes: &'tool [OutcomeValues],
    warnings: &'tool [WarningValues],
    outputs: Vec<OutputData<'tool>>,
}

#[derive(Serialize)]
struct OutputData<'tool> {
    id: &'tool str,
    title: &'tool str,
    kind: &'static str,
    unit: Option<&'tool str>,
    note: Option<&'tool str>,
    provenance: Option<&'static str>,
    columns: Vec<OptionData<'tool>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pages: Vec<PageData<'tool>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    above: Option<&'tool str>,
}

#[derive(Serialize)]
struct PageData<'tool> {
    id: &'tool str,
    title: &'tool str,
    url: String,
}

#[derive(Serialize)]
struct OptionData<'tool> {
    id: &'tool str,
    label: &'tool str,
}

/// What the template of a tool page sees. URLs are relative to `on`, the page that the tool stands on.
pub(super) fn values(book: &Book<'_>, on: &SitePage, owner: &SitePage, tool: &Tool) -> ToolValues {
    let outcomes = outcomes(book, on, owner, tool);
    let warnings = warnings(book, on, tool);
    let rule = tool.rule_id(&owner.page.address.id).to_string();
    let title = &owner.page.common.title.value;
    let facts = tool.facts.iter().map(Fact::to_json).collect();
    let outputs = tool
        .outputs
        .iter()
        .map(|output| OutputData {
            id: &output.id,
            title: &output.title,
            kind: output.kind.name(),
            unit: output.unit.as_deref(),
            note: output.note.as_deref(),
            provenance: output.provenance,
            columns: output.columns.iter().map(|it| OptionData { id: &it.id, label: &it.label }).collect(),
            pages: pages(book, on, owner, output),
            above: output.above.as_deref(),
        })
        .collect();
    let data_json =
        escape::script_json(&Data { rule: &rule, title, facts, outcomes: &outcomes, warnings: &warnings, outputs });
    ToolValues {
        fallback_html: fallback(book, tool),
        decision_html: decision::decision(book, owner, tool),
        data_json,
        rule,
        outcomes,
        warnings,
    }
}

/// The pages that a value can name, with links from `on`.
fn pages<'tool>(book: &'tool Book<'_>, on: &SitePage, owner: &SitePage, output: &'tool Output) -> Vec<PageData<'tool>> {
    let language = owner.page.address.language.as_str();
    let linked = |id: &'tool str| {
        let page = book.site.resolve(language, id)?;
        Some(PageData { id, title: &page.page.common.title.value, url: on.output.link_to(&page.output) })
    };
    output.pages.iter().filter_map(|id| linked(&id.value)).collect()
}

/// What a tool can answer, with links from `on`.
pub(super) fn outcomes(book: &Book<'_>, on: &SitePage, owner: &SitePage, tool: &Tool) -> Vec<OutcomeValues> {
    let language = owner.page.address.language.as_str();
    tool.outcomes
        .iter()
        .map(|outcome| {
            let page = outcome.page.as_ref().and_then(|page| book.site.resolve(language, &page.value));
            OutcomeValues {
                id: outcome.id.value.clone(),
                title: outcome.title_with(page.map(|page| page.page.common.title.value.as_str())).to_string(),
                summary: outcome
                    .summary
                    .clone()
                    .or_else(|| page.map(|page| page.page.common.summary.clone()))
                    .unwrap_or_default(),
                advice: outcome.advice.clone(),
                recheck_days: outcome.recheck_days,
                page_title: page.map(|page| page.page.common.title.value.clone()),
                url: page.map(|page| on.output.link_to(&page.output)),
            }
        })
        .collect()
}

/// What a tool can warn of, with links from `on`.
pub(super) fn warnings(book: &Book<'_>, on: &SitePage, tool: &Tool) -> Vec<WarningValues> {
    tool.warnings
        .iter()
        .map(|warning| WarningValues {
            id: warning.id.value.clone(),
            text: warning.text.clone(),
            url: warning.page.as_ref().and_then(|page| page_url(book.site, on, &page.value, None)),
        })
        .collect()
}

/// The questions and what they can be answered with, as a list that can be read, or printed and filled in by hand.
fn fallback(book: &Book<'_>, tool: &Tool) -> Html {
    let mut html = format!(
        "<p class=\"tool-note\">{}</p>\n<ol class=\"tool-questions\">\n",
        escape::text(book.label("tool_without_script"))
    );
    for fact in &tool.facts {
        html.push_str(&format!("<li><b>{}</b>", escape::text(&fact.question)));
        if let Some(hint) = &fact.hint {
            html.push_str(&format!("<p>{}</p>", escape::text(hint)));
        }
        let answers = answers(book, fact);
        if !answers.is_empty() {
            html.push_str("<ul>");
            for answer in answers {
                html.push_str(&format!("<li>{}</li>", escape::text(&answer)));
            }
            html.push_str("</ul>");
        }
        html.push_str("</li>\n");
    }
    html.push_str("</ol>\n");
    Html::from_markup(html)
}

/// What a question can be answered with, in words; empty for free text and dates.
fn answers(book: &Book<'_>, fact: &Fact) -> Vec<String> {
    let unit = fact.unit.as_deref().unwrap_or_default();
    let columns: Vec<&str> = fact.columns.iter().map(|column| column.label.as_str()).collect();
    match (fact.kind, fact.min, fact.max) {
        (FactKind::YesNo, ..) => vec![book.label("yes").to_string(), book.label("no").to_string()],
        (FactKind::Scale | FactKind::Number, Some(min), Some(max)) => {
            let range = book.label("range").replace("{from}", &min.to_string()).replace("{to}", &max.to_string());
            vec![format!("{range} {unit}").trim_end().to_string()]
        }
        (FactKind::Scale | FactKind::Number, ..) if !unit.is_empty() => vec![unit.to_string()],
        (FactKind::Table, ..) => vec![columns.join(book.label("list_comma"))],
        _ => fact.options.iter().map(|option| option.label.clone()).collect(),
    }
}

/// A tool inside the text of another page.
pub(super) fn embedded(book: &Book<'_>, on: &SitePage, owner: &SitePage) -> String {
    let Kind::Tool(tool) = &owner.page.kind else { return String::new() };
    let values = values(book, on, owner, tool);
    format!(
        "<div class=\"tool\" data-tool=\"{}\"><script type=\"application/json\" class=\"tool-data\">{}</script>\n{}</div>\n",
        escape::text(&values.rule),
        values.data_json,
        values.fallback_html
    )
}
