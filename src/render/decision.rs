//! How a tool judges, as tables that can be read without a script: which answer counts for what, and example customers
//! with their results.

use serde_json::Value;

use super::page::Book;
use crate::content::kind::Tool;
use crate::escape::{self, Html};
use crate::rule::Clue;
use crate::rule::cases::Case;
use crate::rule::schema::{Fact, FactKind};
use crate::site::SitePage;

/// The tables of one tool; empty where neither the rule nor its cases say anything that fits into one.
pub(super) fn decision(book: &Book<'_>, owner: &SitePage, tool: &Tool) -> Html {
    let id = tool.rule_id(&owner.page.address.id);
    let clues = book.site.rules.get(id).map(|rule| rule.clues()).unwrap_or_default();
    let cases = book.site.cases.get(id).map(Vec::as_slice).unwrap_or_default();
    let words = Words { book, owner, tool };
    Html::from_markup(format!("{}{}", words.clues(&clues), words.cases(cases)))
}

struct Words<'book> {
    book: &'book Book<'book>,
    owner: &'book SitePage,
    tool: &'book Tool,
}

impl Words<'_> {
    fn clues(&self, clues: &[Clue]) -> String {
        // Rows of a table that this page does not ask for say nothing to its readers.
        let known: Vec<(&Fact, &Clue)> = clues.iter().filter_map(|clue| Some((self.fact(&clue.fact)?, clue))).collect();
        let points = known.iter().any(|(_, clue)| clue.points.is_some());
        let mut headings = vec!["clue_answer", "clue_outcome"];
        if points {
            headings.push("clue_points");
        }
        let rows = known.iter().map(|(fact, clue)| {
            let mut cells = vec![self.given(fact, &clue.answer), self.outcome(&clue.outcome)];
            if points {
                cells.push(clue.points.map_or_else(String::new, signed));
            }
            cells
        });
        self.table("clues", &headings, rows.collect())
    }

    fn cases(&self, cases: &[Case]) -> String {
        let rows = cases.iter().filter(|case| case.expected.error.is_none()).filter_map(|case| {
            let given: Vec<String> = case
                .facts
                .iter()
                .filter_map(|(id, value)| Some(self.given(self.fact(&id.value)?, &value.value)))
                .collect();
            Some(vec![case.customer.value.clone(), given.join(self.label("list_semicolon")), self.verdict(case)?])
        });
        self.table("examples", &["example_customer", "example_answers", "example_outcome"], rows.collect())
    }

    fn table(&self, title: &'static str, headings: &[&'static str], rows: Vec<Vec<String>>) -> String {
        if rows.is_empty() {
            return String::new();
        }
        let title = escape::text(&self.label(title).replace("{n}", &rows.len().to_string())).to_string();
        let cells = |tag: &str, cells: &[String]| -> String {
            cells
                .iter()
                .map(|cell| format!("<{tag}>{}</{}>", escape::text(cell), tag.split(' ').next().unwrap_or(tag)))
                .collect()
        };
        let head: Vec<String> = headings.iter().map(|key| self.label(key).to_string()).collect();
        let body: String = rows.iter().map(|row| format!("<tr>{}</tr>\n", cells("td", row))).collect();
        format!(
            "<details><summary>{title}</summary>\n<div class=\"table\" tabindex=\"0\" role=\"group\" aria-label=\"{title}\">\
             <table>\n<thead><tr>{}</tr></thead>\n<tbody>\n{body}</tbody>\n</table></div></details>\n",
            cells("th scope=\"col\"", &head)
        )
    }

    fn label(&self, key: &'static str) -> &str {
        self.book.label(key)
    }

    fn fact(&self, id: &str) -> Option<&Fact> {
        self.tool.facts.iter().find(|fact| fact.id == id)
    }

    /// A question and its answer.
    fn given(&self, fact: &Fact, value: &Value) -> String {
        let question = fact.question.trim_end_matches(['？', '?']);
        format!("{question}{}{}", self.label("colon"), self.answer(fact, value))
    }

    fn answer(&self, fact: &Fact, value: &Value) -> String {
        match value {
            Value::Bool(yes) => self.label(if *yes { "yes" } else { "no" }).to_string(),
            Value::Array(rows) if fact.kind == FactKind::Table => {
                self.label("table_rows").replace("{n}", &rows.len().to_string())
            }
            Value::Array(items) if items.is_empty() => self.label("none_of_these").to_string(),
            Value::Array(items) => {
                let items: Vec<String> = items.iter().map(|item| self.answer(fact, item)).collect();
                items.join(self.label("list_comma"))
            }
            Value::String(id) => {
                let option = fact.options.iter().find(|option| option.id == *id);
                option.map_or_else(|| id.clone(), |option| option.label.clone())
            }
            other => match &fact.unit {
                Some(unit) => format!("{other} {unit}"),
                None => other.to_string(),
            },
        }
    }

    /// An outcome by the name that the page shows.
    fn outcome(&self, id: &str) -> String {
        let Some(outcome) = self.tool.outcomes.iter().find(|outcome| outcome.id.value == id) else {
            return id.to_string();
        };
        let language = self.owner.page.address.language.as_str();
        let page = outcome.page.as_ref().and_then(|page| self.book.site.resolve(language, &page.value));
        outcome.title_with(page.map(|page| page.page.common.title.value.as_str())).to_string()
    }

    /// What the case expects; nothing for a case that tests only a part.
    fn verdict(&self, case: &Case) -> Option<String> {
        let outcome = case.expected.outcome.as_ref().map(|it| it.value.as_str()).filter(|id| *id != "none");
        let state = case.expected.state.as_ref().map(|it| it.value.as_str());
        Some(match (outcome, state) {
            (Some(id), Some("leaning")) => self.label("leaning").replace("{outcome}", &self.outcome(id)),
            (Some(id), _) => self.outcome(id),
            (None, Some("insufficient")) => self.label("insufficient").to_string(),
            (None, Some("computed")) => self.label("computed").to_string(),
            (None, _) => return None,
        })
    }
}

fn signed(points: f64) -> String {
    if points > 0.0 { format!("+{points}") } else { points.to_string() }
}
