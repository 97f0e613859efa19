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
                        format!("{}({}, \"{sign}=\", {slot}, {new})", self.helper("operand"), self.names[*id])
                    }
                    None => new,
                };
                let result = self.operated(operator, &slot, &new, pos);
                self.push(format!("{slot} = {result};"));
            }
            ExprKind::This => {
                let result = self.operated(operator, &format!("{this}.v"), &new, pos);
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

    fn operated(&mut self, operator: Option<&str>, old: &str, new: &str, pos: Position) -> String {
        match operator {
            None => new.to_string(),
            Some("+") => format!("{}({old}, {new}, {})", self.helper("plusAssign"), place(pos)),
            Some(operator) => self.binary(operator, old, new, &place(pos)),
        }
    }

    /// Whether a value may hold a closure that captured something.
    fn may_hold_cells(&self, value: &Expr) -> bool {
        self.closures_escape && !is_surely_plain(value) && self.kinds.sure(value) != Kind::Whole
    }

    /// The function that an op-assignment into a container applies; `cell` is the captured variable that it is in.
    pub(super) fn change(&mut self, operator: Option<&str>, cell: Option<&str>) -> String {
        match operator {
            Some(sign) if cell.is_some() => {
                let cell = cell.unwrap_or_default();
                let checked = format!("{}({cell}, \"{sign}=\", $a, $b)", self.helper("operand"));
                let body = match sign {
                    "+" => format!("{}($a, {checked}, $p)", self.helper("plusAssign")),
                    sign => self.binary(sign, "$a", &checked, "$p"),
                };
                format!("($a, $b, $p) => {body}")
            }
            None => String::new(),
            Some("+") => self.helper("plusAssign"),
            Some(operator) => {
                let body = self.binary(operator, "$a", "$b", "$p");
                format!("($a, $b, $p) => {body}")
            }
        }
    }
}
