//! What the customer card knows of the tools: which side of a customer each looks at, and what its outcomes mean.

use serde::Serialize;

use super::context::{AxisValues, CardValues, LinkValues, WarningValues};
use super::page::Book;
use super::tool;
use crate::content::Kind;
use crate::content::kind::CustomerCard;
use crate::escape;
use crate::site::SitePage;

/// What the card's script reads from the page.
#[derive(Serialize)]
struct Data<'card> {
    axes: &'card [AxisValues],
    urgent: Vec<&'card str>,
    tools: Vec<ToolData<'card>>,
}

#[derive(Serialize)]
struct ToolData<'card> {
    rule: &'card str,
    title: &'card str,
    url: String,
    outcomes: Vec<OutcomeData>,
    warnings: Vec<WarningValues>,
}

#[derive(Serialize)]
struct OutcomeData {
    id: String,
    title: String,
    /// Only of tools that an axis names: the card gives advice on these.
    advice: Vec<String>,
    page_title: Option<String>,
    url: Option<String>,
}

/// What the template of the card's page sees. URLs are relative to `page`.
pub(super) fn values(book: &Book<'_>, page: &SitePage, card: &CustomerCard) -> CardValues {
    let language = page.page.address.language.as_str();
    let axes: Vec<AxisValues> = card
        .axes
        .iter()
        .filter_map(|axis| {
            let owner = book.site.resolve(language, &axis.tool.value)?;
            let Kind::Tool(declared) = &owner.page.kind else { return None };
            Some(AxisValues {
                title: axis.title.clone(),
                why: axis.why.clone(),
                rule: declared.rule_id(&owner.page.address.id).to_string(),
                tool: LinkValues {
                    title: owner.page.common.title.value.clone(),
                    url: page.output.link_to(&owner.output),
                },
            })
        })
        .collect();
    let tools = book
        .site
        .pages
        .iter()
        .filter(|owner| owner.page.address.language == language)
        .filter_map(|owner| {
            let Kind::Tool(declared) = &owner.page.kind else { return None };
            let rule = declared.rule_id(&owner.page.address.id);
            let advises = axes.iter().any(|axis| axis.rule == rule);
            let outcomes = tool::outcomes(book, page, owner, declared).into_iter().map(|outcome| OutcomeData {
                id: outcome.id,
                title: outcome.title,
                advice: if advises { outcome.advice } else { Vec::new() },
                page_title: outcome.page_title,
                url: outcome.url,
            });
            Some(ToolData {
                rule,
                title: &owner.page.common.title.value,
                url: page.output.link_to(&owner.output),
                outcomes: outcomes.collect(),
                warnings: tool::warnings(book, page, declared),
            })
        })
        .collect();
    let urgent = card.urgent.iter().map(|id| id.value.as_str()).collect();
    let data_json = escape::script_json(&Data { axes: &axes, urgent, tools });
    CardValues { axes, data_json }
}
