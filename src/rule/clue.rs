//! The rows of a rule's own tables that say which answer counts for which outcome, read from its constants:
//! `#{ fact: "role", option: "owner", outcome: "type-owner", points: 3, text: "…" }`. They are shown on the tool's page.
//!
//! Only rows that are literal are read, and nothing is judged here: a rule may look at its answers in any other way.

use serde_json::{Value, json};

use super::Rule;
use super::ir::{Expr, ExprKind, Stmt};

/// One row of a table at the head of a rule.
#[derive(Debug, Clone, PartialEq)]
pub struct Clue {
    /// The question.
    pub fact: String,
    /// The answer that is meant.
    pub answer: Value,
    /// The outcome that it speaks for.
    pub outcome: String,
    /// How much it counts; absent where the table has no points.
    pub points: Option<f64>,
}

impl Rule {
    /// The rows, in the order of the file; empty where the rule has no such table.
    pub fn clues(&self) -> Vec<Clue> {
        let mut clues = Vec::new();
        for statement in &self.program.body {
            let Stmt::Let { constant: true, value: Expr { kind: ExprKind::Array(rows), .. }, .. } = statement else {
                continue;
            };
            clues.extend(rows.iter().filter_map(clue));
        }
        clues
    }
}

fn clue(row: &Expr) -> Option<Clue> {
    let ExprKind::Map(entries) = &row.kind else { return None };
    let value = |name: &str| entries.iter().find(|(key, _)| key == name).and_then(|(_, value)| literal(value));
    let text = |name: &str| value(name)?.as_str().map(str::to_string);
    Some(Clue {
        fact: text("fact")?,
        answer: value("option").or_else(|| value("answer"))?,
        outcome: text("outcome")?,
        points: value("points").and_then(|points| points.as_f64()),
    })
}

fn literal(expr: &Expr) -> Option<Value> {
    Some(match &expr.kind {
        ExprKind::Bool(it) => json!(it),
        ExprKind::Int(it) => json!(it),
        ExprKind::Float(it) => json!(it),
        ExprKind::Text(it) => json!(it),
        ExprKind::Unary("-", inner) => json!(-literal(inner)?.as_f64()?),
        _ => return None,
    })
}
