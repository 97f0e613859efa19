//! Assignments: to variables, to `this`, and the operators of op-assignments.

use super::super::ir::{Expr, ExprKind, StepKind, Target, Variable};
use super::super::kinds::Kind;
use super::expr::{has_effects, is_literal, is_surely_plain, is_temporary};
use super::{Emitter, Use, place};
use crate::source::Position;

impl Emitter<'_> {
    /// `target = value` and `target op= value`; the value is evaluated first.
    pub(super) fn assign(&mut self, target: &Expr, operator: Option<&'static str>, value: &Expr, pos: Position) {
        let this = matches!(target.kind, ExprKind::This).then(|| self.this_box(target)).unwrap_or_default();
        let new = self.expr(value, Use::Keep);
        match &target.kind {
            ExprKind::Variable(Variable { target: Target::Local(id), .. }) => {
                let waits = has_effects(value) || self.program.locals[*id].shared;
                let kept = operator.is_some() && waits && !is_literal(value) && !is_temporary(&new);
                let new = if kept { self.keep(&new) } else { new };
                let slot = if self.program.locals[*id].shared {
                    format!("{}.v", self.names[*id])
                } else {
                    self.names[*id].clone()
                };
                let new = match operator.filter(|_| self.program.locals[*id].shared && self.may_hold_cells(value)) {
                    Some(sign) => {
                        let cell = self.names[*id].clone();
                        self.operand(&cell, sign, &slot, &new)
                    }
                    None => new,
                };
                let result = self.operated(operator, &slot, &new, &place(pos));
                self.push(format!("{slot} = {result};"));
            }
            ExprKind::This => {
                let kept = operator.is_some() && has_effects(value) && !is_temporary(&new);
                let new = if kept { self.keep(&new) } else { new };
                let result = self.operated(operator, &format!("{this}.v"), &new, &place(pos));
                self.push(format!("{this}.v = {result};"));
            }
            ExprKind::Chain(chain) => {
                // Nothing of a variable's own property is evaluated before the value is.
                let direct = chain.steps.len() == 1
                    && !chain.steps[0].optional
                    && matches!(chain.steps[0].kind, StepKind::Property(..))
                    && self.plain_local(&chain.root).is_some();
                let new = if is_literal(value) || is_temporary(&new) || direct { new } else { self.keep(&new) };
                let cells = self.may_hold_cells(value);
                self.assign_chain(chain, operator, &new, pos, cells);
            }
            _ => {}
        }
    }

    fn operated(&mut self, operator: Option<&str>, old: &str, new: &str, pos: &str) -> String {
        match operator {
            None => new.to_string(),
            Some(operator) if self.locks && self.closures_escape => {
                let change = if operator == "+" {
                    self.helper("plusAssign")
                } else {
                    format!("($a, $b, $p) => {}", self.binary(operator, "$a", "$b", "$p"))
                };
                format!("{}({change}, \"{operator}=\", {old}, {new}, {pos})", self.helper("assigning"))
            }
            Some("+") => format!("{}({old}, {new}, {pos})", self.helper("plusAssign")),
            Some(operator) => self.binary(operator, old, new, pos),
        }
    }

    /// What is added and the like to the captured variable in `cell`, which it must not hold itself.
    fn operand(&mut self, cell: &str, sign: &str, old: &str, new: &str) -> String {
        format!("{}({cell}, \"{sign}=\", {old}, {new})", self.helper("operand"))
    }

    /// Whether a value may hold a closure that captured something.
    fn may_hold_cells(&self, value: &Expr) -> bool {
        self.closures_escape && !is_surely_plain(value) && self.kinds.sure(value) != Kind::Whole
    }

    /// The function that an op-assignment into a container applies; `cell` is the captured variable that it is in.
    pub(super) fn change(&mut self, operator: Option<&str>, cell: Option<&str>) -> String {
        match (operator, cell) {
            (None, _) => String::new(),
            (Some("+"), None) if !self.locks => self.helper("plusAssign"),
            (Some(sign), cell) => {
                let new = cell.map_or("$b".to_string(), |cell| self.operand(cell, sign, "$a", "$b"));
                let body = self.operated(operator, "$a", &new, "$p");
                format!("($a, $b, $p) => {body}")
            }
        }
    }
}
