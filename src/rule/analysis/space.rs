//! The combinations of answers that a tool can get, as questions with numbered answers; the last answer is none.

use std::collections::BTreeSet;
use std::rc::Rc;

use serde_json::{Map, Value, json};

use super::super::ir::{ExprKind, Program};
use super::super::schema::{Fact, FactKind, Facts, ToolSchema};
use super::super::walk;
use super::diagram::{Diagrams, FALSE, Id, Leaf, Slot, TRUE, UNIT};
use super::report::Reach;

/// The most values of one number that are looked at.
const VALUES: usize = 24;

/// One question, or one option of a question that takes several.
#[derive(Debug, Clone)]
pub(super) struct Question {
    /// The fact that it asks for.
    pub fact: usize,
    /// The answers; where an option of several is asked, `true` alone.
    pub answers: Vec<Value>,
    /// The option, where the question takes several.
    pub option: Option<String>,
}

/// All combinations.
#[derive(Debug, Clone)]
pub(super) struct Space {
    /// The questions in the page's order.
    pub questions: Vec<Question>,
    /// Numbers of which only some values are looked at.
    pub numbers: Vec<String>,
    /// Facts that are never answered here: texts, days and tables.
    pub left_out: Vec<String>,
    facts: Vec<Fact>,
}

impl Space {
    /// The combinations of a tool's answers. Of a number the bounds are looked at, and what stands in the rule, with the
    /// values beside it.
    pub(super) fn new(schema: &ToolSchema, programs: &[&Program]) -> Self {
        let mut space =
            Space { questions: Vec::new(), numbers: Vec::new(), left_out: Vec::new(), facts: schema.facts.clone() };
        let written = numbers_in(programs);
        for (index, fact) in schema.facts.iter().enumerate() {
            match fact.kind {
                FactKind::Choice | FactKind::YesNo | FactKind::Scale => {
                    space.questions.push(Question { fact: index, answers: fact.values(), option: None });
                }
                FactKind::Multi => {
                    for option in &fact.options {
                        let option = Some(option.id.clone());
                        space.questions.push(Question { fact: index, answers: vec![json!(true)], option });
                    }
                }
                FactKind::Number => {
                    space.numbers.push(fact.id.clone());
                    let answers = values_of(fact, &written);
                    space.questions.push(Question { fact: index, answers, option: None });
                }
                FactKind::Text | FactKind::Date | FactKind::Table => space.left_out.push(fact.id.clone()),
            }
        }
        space
    }

    /// How far what is said of this space reaches.
    pub(super) fn reach(&self) -> Reach {
        if self.numbers.is_empty() && self.left_out.is_empty() { Reach::Exact } else { Reach::Tested }
    }

    /// The fact that a question asks for.
    pub(super) fn fact(&self, question: &Question) -> &str {
        &self.facts[question.fact].id
    }

    /// The facts that are asked for, by their place on the page.
    pub(super) fn asked(&self) -> BTreeSet<usize> {
        self.questions.iter().map(|question| question.fact).collect()
    }

    /// How many answers each question has, none included.
    pub(super) fn answers(&self) -> Vec<usize> {
        self.questions.iter().map(|question| question.answers.len() + 1).collect()
    }

    /// The map of facts that the rule gets.
    pub(super) fn diagram(&self, diagrams: &mut Diagrams) -> Id {
        let mut entries: Vec<(Rc<str>, Slot)> = Vec::new();
        for (index, fact) in self.facts.iter().enumerate() {
            let of_fact: Vec<(u32, &Question)> =
                (0..).zip(&self.questions).filter(|(_, question)| question.fact == index).collect();
            let slot = match of_fact.as_slice() {
                [] => continue,
                [(number, question)] if question.option.is_none() => {
                    let values: Vec<Id> =
                        question.answers.iter().map(|value| leaf(diagrams, value)).chain([UNIT]).collect();
                    let known: Vec<Id> = question.answers.iter().map(|_| TRUE).chain([FALSE]).collect();
                    Slot { guard: diagrams.select(*number, &known), value: diagrams.select(*number, &values) }
                }
                options => {
                    let mut guard = FALSE;
                    let mut slots = Vec::new();
                    for (number, question) in options {
                        let chosen = diagrams.select(*number, &[TRUE, FALSE]);
                        guard = diagrams.or(guard, chosen);
                        let value = diagrams.text(question.option.as_deref().unwrap_or_default());
                        slots.push(Slot { guard: chosen, value });
                    }
                    Slot { guard, value: diagrams.leaf(Leaf::List(slots.into())) }
                }
            };
            entries.push((fact.id.as_str().into(), slot));
        }
        entries.sort_by(|one, other| one.0.cmp(&other.0));
        diagrams.leaf(Leaf::Map(entries.into()))
    }

    /// A combination as answers.
    pub(super) fn facts(&self, picks: &[usize]) -> Facts {
        let mut facts: Map<String, Value> = Map::new();
        for (question, pick) in self.questions.iter().zip(picks) {
            let Some(value) = question.answers.get(*pick) else {
                continue;
            };
            let id = self.facts[question.fact].id.clone();
            match &question.option {
                None => {
                    facts.insert(id, value.clone());
                }
                Some(option) => {
                    let list = facts.entry(id).or_insert_with(|| json!([]));
                    list.as_array_mut().expect("a list").push(json!(option));
                }
            }
        }
        facts.into_iter().collect()
    }
}

fn leaf(diagrams: &mut Diagrams, value: &Value) -> Id {
    let leaf = match value {
        Value::Bool(it) => Leaf::Bool(*it),
        Value::String(it) => Leaf::Text(it.as_str().into()),
        Value::Number(it) => match (it.as_i64(), it.as_f64()) {
            (Some(whole), _) => Leaf::Int(whole),
            // As the rule gets it: a whole value is a whole number.
            (None, Some(float)) if float.fract() == 0.0 => Leaf::Int(float as i64),
            (None, float) => Leaf::Float(float.unwrap_or_default().to_bits()),
        },
        _ => Leaf::Unit,
    };
    diagrams.leaf(leaf)
}

/// Every number that rules name.
fn numbers_in(programs: &[&Program]) -> Vec<f64> {
    let mut found: Vec<f64> = Vec::new();
    for body in programs.iter().flat_map(|program| program.bodies()) {
        walk::exprs(body, &mut |expr| match expr.kind {
            ExprKind::Int(it) => found.push(it as f64),
            ExprKind::Float(it) => found.push(it),
            _ => {}
        });
    }
    found.sort_by(f64::total_cmp);
    found.dedup();
    found
}

fn values_of(fact: &Fact, written: &[f64]) -> Vec<Value> {
    let (min, max) = (fact.min.unwrap_or(-1_000.0), fact.max.unwrap_or(1_000_000.0));
    let step = fact.step.filter(|step| *step > 0.0).unwrap_or(1.0);
    let beside = written.iter().flat_map(|it| [it - step, *it, it + step]);
    // Texts of numbers, so that equal ones are met once.
    let mut seen: BTreeSet<u64> = BTreeSet::new();
    let mut values: Vec<f64> = [min, max]
        .into_iter()
        .chain(beside)
        .filter(|value| (min..=max).contains(value) && seen.insert(value.to_bits()))
        .collect();
    values.sort_by(f64::total_cmp);
    if values.len() > VALUES {
        let every = values.len().div_ceil(VALUES - 1);
        let last = values[values.len() - 1];
        values = values.into_iter().step_by(every).collect();
        if values.last() != Some(&last) {
            values.push(last);
        }
    }
    values.into_iter().map(|value| if value.fract() == 0.0 { json!(value as i64) } else { json!(value) }).collect()
}
