//! What was left for later is computed in the end, so that nothing that fails is missed.
//!
//! What grows too large is computed once more with its variables loosened: each may then have any of its values, whatever
//! the others have. Whatever cannot fail so cannot fail at all; what may fail so is not proved.

use std::rc::Rc;

use rustc_hash::FxHashMap;

use super::super::ir::{Expr, LocalId};
use super::diagram::{FALSE, Id, Leaf, Slot, TRUE};
use super::machine::{Machine, Run, Stop, Work};
use crate::source::Position;

/// How many steps one value may cost before it is loosened, and once it is.
const ALLOWANCE: usize = 100_000;
/// How many steps all of them may cost.
const TOGETHER: usize = 1_500_000;
/// A variable with so few nodes stays as it is.
const SMALL: usize = 40;
/// The most different values of a loosened variable.
const VALUES: usize = 256;

impl<'rule> Machine<'rule> {
    /// Computes everything that was left for later; gives the places that could not be proved. Putting lists in order
    /// cannot fail, so it need not be done.
    pub(super) fn finish(&mut self) -> Vec<Position> {
        let mut open = Vec::new();
        let budget = self.budget;
        let exact = self.diagrams.steps() + TOGETHER;
        let mut next = 0;
        while next < self.late.len() {
            let late = self.late[next].clone();
            if let (Work::Expr { expr, locals, level }, None) = (late.work, late.value) {
                self.budget = budget.min(exact).min(self.diagrams.steps() + ALLOWANCE);
                if self.now(next).is_err() {
                    self.budget = budget.min(self.diagrams.steps() + ALLOWANCE);
                    let before = self.failures.len();
                    let found = self.loosely(expr, &locals, level);
                    let failing = self.failures.split_off(before);
                    self.late[next].loose = found.as_ref().ok().copied();
                    match (found, failing.first()) {
                        (Ok(_), None) => {}
                        (Ok(_), Some(failure)) => open.push(failure.pos),
                        (Err(_), _) => open.push(expr.start),
                    }
                }
            }
            next += 1;
        }
        self.budget = budget;
        open
    }

    fn loosely(&mut self, expr: &'rule Expr, locals: &[(LocalId, Id)], level: usize) -> Run<Id> {
        let mut known = FxHashMap::default();
        let locals: Vec<(LocalId, Id)> =
            locals.iter().map(|(local, value)| Ok((*local, self.loosened(*value, &mut known)?))).collect::<Run<_>>()?;
        self.apart(TRUE, expr, &locals, level)
    }

    /// A value that has every value that it may have, whatever all others have.
    fn loosened(&mut self, value: Id, known: &mut FxHashMap<Id, Id>) -> Run<Id> {
        if let Some(found) = known.get(&value) {
            return Ok(*found);
        }
        let made = match self.diagrams.constant(value).cloned() {
            Some(Leaf::List(slots)) => {
                let slots = slots.iter().map(|slot| self.loosened_slot(slot, known)).collect::<Run<Vec<Slot>>>()?;
                self.diagrams.leaf(Leaf::List(slots.into()))
            }
            Some(Leaf::Map(entries)) => {
                let entries = entries
                    .iter()
                    .map(|(key, slot)| Ok((key.clone(), self.loosened_slot(slot, known)?)))
                    .collect::<Run<Vec<(Rc<str>, Slot)>>>()?;
                self.diagrams.leaf(Leaf::Map(entries.into()))
            }
            Some(Leaf::Late(index)) => {
                let late = self.late[index].clone();
                match (late.value, late.work) {
                    (Some(value), _) => self.loosened(value, known)?,
                    (None, Work::Rank(sorting, _)) => {
                        let values = self.sortings[sorting].values();
                        let values =
                            values.into_iter().map(|value| self.loosened(value, known)).collect::<Run<Vec<Id>>>()?;
                        self.any_of(&values)
                    }
                    (None, Work::Expr { expr, locals, level }) => {
                        let value = self.loosely(expr, &locals, level)?;
                        self.loosened(value, known)?
                    }
                }
            }
            Some(_) => value,
            None if !self.diagrams.is_late(value) && !self.diagrams.is_larger(value, SMALL) => value,
            None => {
                let leaves = self.diagrams.leaves(value);
                if leaves.len() > VALUES {
                    return Err(Stop::Budget);
                }
                let mut values = Vec::with_capacity(leaves.len());
                for leaf in leaves {
                    if !matches!(self.diagrams.constant(leaf), Some(Leaf::Fault(_))) {
                        values.push(self.loosened(leaf, known)?);
                    }
                }
                self.any_of(&values)
            }
        };
        known.insert(value, made);
        Ok(made)
    }

    fn loosened_slot(&mut self, slot: &Slot, known: &mut FxHashMap<Id, Id>) -> Run<Slot> {
        Ok(Slot { guard: self.loosened(slot.guard, known)?, value: self.loosened(slot.value, known)? })
    }

    fn any_of(&mut self, values: &[Id]) -> Id {
        match values {
            [] => FALSE,
            [one] => *one,
            _ => {
                let question = self.diagrams.ask(values.len());
                self.diagrams.select(question, values)
            }
        }
    }
}
