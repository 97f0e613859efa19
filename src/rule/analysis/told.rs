//! What comes out of a rule and what for: the texts that some combination may be told, and the answers that change
//! something of what is told.
//!
//! What could only be computed loosely may have more values than it really has. So "never told" is certain, and so is
//! "changes nothing"; the opposite of either is not claimed here.

use std::collections::BTreeSet;
use std::rc::Rc;

use rustc_hash::{FxHashMap, FxHashSet};

use super::super::ir::{Expr, ExprKind, Stmt};
use super::super::{Rule, walk};
use super::diagram::{FALSE, Id, Leaf, Slot};
use super::machine::{Machine, Work};
use super::space::Space;
use crate::source::Position;

/// Stands behind all questions.
const NO_QUESTION: u32 = u32::MAX;

/// What answers change in some values.
#[derive(Debug, Default)]
struct Telling {
    /// By question: which answers lead elsewhere than no answer.
    answers: FxHashMap<u32, Vec<bool>>,
    /// Questions of which two answers lead to different places.
    among: FxHashSet<u32>,
}

impl Telling {
    fn answer(&self, question: u32, answer: usize) -> bool {
        self.answers.get(&question).is_some_and(|tells| tells[answer])
    }

    fn question(&self, question: u32) -> bool {
        self.answers.get(&question).is_some_and(|tells| tells.contains(&true))
    }
}

impl Machine<'_> {
    /// The entries of the result by key; nothing where it is no map.
    pub(super) fn entries_of(&self, result: Id) -> Vec<(Rc<str>, Slot)> {
        match self.diagrams.constant(result) {
            Some(Leaf::Map(entries)) => entries.to_vec(),
            _ => Vec::new(),
        }
    }

    /// Every text that a value may hold for some combination, at any depth.
    pub(super) fn texts(&self, values: impl IntoIterator<Item = Id>) -> BTreeSet<Rc<str>> {
        let mut texts = BTreeSet::new();
        let mut seen = FxHashSet::default();
        let mut open: Vec<Id> = values.into_iter().collect();
        while let Some(id) = open.pop() {
            if !seen.insert(id) {
                continue;
            }
            match self.diagrams.constant(id) {
                None => open.extend(self.below(id)),
                Some(Leaf::Text(text)) => {
                    texts.insert(text.clone());
                }
                Some(Leaf::List(slots)) => open.extend(there(slots.iter())),
                Some(Leaf::Map(entries)) => open.extend(there(entries.iter().map(|(_, slot)| slot))),
                Some(Leaf::Late(index)) => {
                    let late = &self.late[*index];
                    match (late.value.or(late.loose), &late.work) {
                        (Some(value), _) => open.push(value),
                        (None, Work::Rank(sorting, _)) => open.extend(self.sortings[*sorting].values()),
                        // Then the rule is not proved, and nothing is claimed.
                        (None, Work::Expr { .. }) => {}
                    }
                }
                Some(_) => {}
            }
        }
        texts
    }

    /// What the answers change in some values. What is not known is taken to change with everything that it reads.
    fn telling(&self, values: impl IntoIterator<Item = Id>) -> Telling {
        let mut telling = Telling::default();
        let mut seen = FxHashSet::default();
        let mut open: Vec<Id> = values.into_iter().collect();
        while let Some(id) = open.pop() {
            if !seen.insert(id) {
                continue;
            }
            match self.diagrams.constant(id) {
                None => {
                    let next = self.below(id);
                    let (given, none) = (&next[..next.len() - 1], next[next.len() - 1]);
                    let question = self.diagrams.top(id);
                    let answers = telling.answers.entry(question).or_insert_with(|| vec![false; given.len()]);
                    for (tells, id) in answers.iter_mut().zip(given) {
                        *tells |= *id != none;
                    }
                    if given.iter().any(|id| *id != given[0]) {
                        telling.among.insert(question);
                    }
                    open.extend(next);
                }
                Some(Leaf::List(slots)) => open.extend(whole(slots.iter())),
                Some(Leaf::Map(entries)) => open.extend(whole(entries.iter().map(|(_, slot)| slot))),
                Some(Leaf::Pointer(_, captured)) => open.extend(captured.iter().map(|cell| self.read_cell(*cell))),
                Some(Leaf::Late(index)) => {
                    let late = &self.late[*index];
                    match (late.value, &late.work) {
                        (Some(value), _) => open.push(value),
                        (None, Work::Rank(sorting, _)) => open.extend(self.sortings[*sorting].parts()),
                        (None, Work::Expr { locals, .. }) => open.extend(locals.iter().map(|(_, value)| *value)),
                    }
                }
                Some(_) => {}
            }
        }
        telling
    }

    fn below(&self, id: Id) -> Vec<Id> {
        let question = self.diagrams.top(id);
        debug_assert!(question != NO_QUESTION, "a leaf has nothing below");
        (0..self.diagrams.answers()[question as usize])
            .map(|answer| self.diagrams.given(id, question, answer))
            .collect()
    }

    /// Facts, and options of facts, that change nothing at all of the result. That a question that was answered is not
    /// asked next is no change; that the answer decides what to ask next is one.
    pub(super) fn for_nothing(&self, result: Id, space: &Space) -> Vec<(String, Option<String>)> {
        let entries = self.entries_of(result);
        let (next, rest): (Vec<_>, Vec<_>) = entries.into_iter().partition(|(key, _)| key.as_ref() == "next");
        let rest = self.telling(whole(rest.iter().map(|(_, slot)| slot)));
        // A rule that names no question leaves it to the order of the page.
        let asks = next.first().is_some_and(|(_, slot)| slot.guard == super::diagram::TRUE);
        let next = self.telling(whole(next.iter().map(|(_, slot)| slot)));
        let mut idle: Vec<(String, Option<String>)> = Vec::new();
        for fact in space.asked() {
            let of_fact: Vec<(u32, _)> = (0..).zip(&space.questions).filter(|(_, it)| it.fact == fact).collect();
            let several = of_fact.iter().any(|(_, question)| question.option.is_some());
            let tells = |number: u32| rest.question(number) || next.among.contains(&number);
            let matters = of_fact.iter().any(|(number, _)| tells(*number) || several && next.question(*number));
            let name = space.fact(of_fact[0].1).to_string();
            if !matters {
                idle.push((name, None));
                continue;
            }
            for (number, question) in of_fact {
                for (answer, value) in question.answers.iter().enumerate() {
                    let option = question.option.as_deref().or(value.as_str());
                    let tells = rest.answer(number, answer) || next.answer(number, answer) || !asks;
                    if let Some(option) = option.filter(|_| !tells) {
                        idle.push((name.clone(), Some(option.to_string())));
                    }
                }
            }
        }
        idle
    }
}

fn there<'slot>(slots: impl Iterator<Item = &'slot Slot>) -> Vec<Id> {
    slots.filter(|slot| slot.guard != FALSE).map(|slot| slot.value).collect()
}

fn whole<'slot>(slots: impl Iterator<Item = &'slot Slot>) -> Vec<Id> {
    slots.filter(|slot| slot.guard != FALSE).flat_map(|slot| [slot.guard, slot.value]).collect()
}

/// The statements of every function, then those outside of any, without the thresholds: these stand in another file.
pub(super) fn written(rule: &Rule) -> impl Iterator<Item = &[Stmt]> {
    let functions = rule.program.functions.iter().map(|function| function.body.as_slice());
    functions.chain([rule.program.body.get(rule.settings.len()..).unwrap_or_default()])
}

/// Texts in tables that are told nowhere, while others beside them are: a text and its place.
///
/// A table is a list of maps, a map of maps, a list of texts, or a constant that is a map of texts or of lists of texts.
/// Texts stand beside each other under the same key of the rows.
pub(super) fn idle_texts(rule: &Rule, told: &BTreeSet<Rc<str>>) -> Vec<(String, Position)> {
    let mut columns: Vec<Vec<&Expr>> = Vec::new();
    for body in written(rule) {
        walk::exprs(body, &mut |expr| columns.extend(columns_of(expr)));
    }
    for statement in written(rule).last().expect("the statements outside of any function") {
        if let Stmt::Let { value: Expr { kind: ExprKind::Map(entries), .. }, .. } = statement {
            columns.push(texts_by_key(entries).unwrap_or_default());
        }
    }
    let is_told = |text: &str| told.iter().any(|it| it.contains(text));
    let mut idle = Vec::new();
    for column in columns {
        let texts: Vec<(&str, Position)> = column
            .into_iter()
            .filter_map(|expr| match &expr.kind {
                ExprKind::Text(text) if is_read(text) => Some((text.as_str(), expr.start)),
                _ => None,
            })
            .collect();
        if texts.iter().any(|(text, _)| is_told(text)) {
            idle.extend(texts.iter().filter(|(text, _)| !is_told(text)).map(|(text, pos)| (text.to_string(), *pos)));
        }
    }
    idle.sort_by_key(|(_, pos)| (pos.line, pos.column));
    idle.dedup();
    idle
}

/// All texts of a map that holds nothing but texts and lists of texts.
fn texts_by_key(entries: &[(String, Expr)]) -> Option<Vec<&Expr>> {
    let mut texts = Vec::new();
    for (_, value) in entries {
        match &value.kind {
            ExprKind::Text(_) => texts.push(value),
            ExprKind::Array(items) if items.iter().all(|item| matches!(item.kind, ExprKind::Text(_))) => {
                texts.extend(items);
            }
            _ => return None,
        }
    }
    Some(texts)
}

/// Whether people read a text: an id has only letters, digits and hyphens.
fn is_read(text: &str) -> bool {
    text.chars().any(|it| !it.is_ascii_alphanumeric() && !"-_".contains(it))
}

fn columns_of(expr: &Expr) -> Vec<Vec<&Expr>> {
    let rows: Vec<&Expr> = match &expr.kind {
        ExprKind::Array(rows) => rows.iter().collect(),
        ExprKind::Map(entries) => entries.iter().map(|(_, row)| row).collect(),
        _ => return Vec::new(),
    };
    let maps: Option<Vec<&[(String, Expr)]>> = rows
        .iter()
        .map(|row| match &row.kind {
            ExprKind::Map(entries) => Some(entries.as_slice()),
            _ => None,
        })
        .collect();
    match maps {
        None if matches!(expr.kind, ExprKind::Array(_)) => vec![rows],
        None => Vec::new(),
        Some(maps) => {
            let keys: BTreeSet<&str> = maps.iter().flat_map(|row| row.iter().map(|(key, _)| key.as_str())).collect();
            let column = |key: &&str| {
                maps.iter().flat_map(|row| row.iter()).filter(|(it, _)| it == key).map(|(_, value)| value).collect()
            };
            keys.iter().map(column).collect()
        }
    }
}
