//! Which variables never change: their values need no copies where they are only looked at.
//!
//! Arrays and maps are values in Rhai, so whoever keeps one keeps a copy. A copy is not needed when nobody can change
//! either side: a *steady* variable is set once, is captured by no closure, and nothing in the script writes into it. This is
//! found without following calls: a variable handed to something that may write is not steady.

use std::collections::BTreeSet;

use super::super::builtin::Builtins;
use super::super::ir::{Chain, Expr, ExprKind, LocalId, Program, StepKind, Stmt, Target, Variable};
use super::super::walk;

/// For each variable of the program whether it is steady.
pub(in super::super) fn steady_locals(program: &Program, builtins: &Builtins) -> Vec<bool> {
    let mut finder = Finder { program, builtins, uses_this: false, changed: BTreeSet::new() };
    for body in program.bodies() {
        walk::exprs(body, &mut |expr| finder.uses_this |= matches!(expr.kind, ExprKind::This));
    }
    for body in program.bodies() {
        walk::exprs(body, &mut |expr| finder.expr(expr));
        walk::statements(body, &mut |statement| finder.statement(statement));
    }
    let is_steady = |(id, local): (LocalId, &super::super::ir::Local)| !local.shared && !finder.changed.contains(&id);
    program.locals.iter().enumerate().map(is_steady).collect()
}

struct Finder<'run> {
    program: &'run Program,
    builtins: &'run Builtins,
    uses_this: bool,
    changed: BTreeSet<LocalId>,
}

impl Finder<'_> {
    fn statement(&mut self, statement: &Stmt) {
        if let Stmt::Assign { target, .. } = statement {
            match &target.kind {
                ExprKind::Chain(chain) => self.change(&chain.root),
                _ => self.change(target),
            }
        }
    }

    fn expr(&mut self, expr: &Expr) {
        match &expr.kind {
            ExprKind::Call(name, args) => {
                let own = self.is_free(name, args.len());
                let looks = name == "Fn" || self.builtins.keeps_receiver(name) && !self.calls_back(args);
                if let Some(first) = args.first().filter(|_| !own && !looks) {
                    self.change(first);
                }
            }
            ExprKind::Chain(chain) => self.chain(chain),
            _ => {}
        }
    }

    /// Behind the first method stands a value of its own, unless the method gives back what it was called on.
    fn chain(&mut self, chain: &Chain) {
        for (index, step) in chain.steps.iter().enumerate() {
            if super::chain::puts_slice_back(chain, index) {
                self.change(&chain.root);
            }
            if let StepKind::Method(name, args, _) = &step.kind {
                let looks = self.builtins.keeps_receiver(name) && !self.has_function(name, args.len());
                // A function kept in a map under that name is called instead.
                let looks = looks && !(self.uses_this && self.program.may_keep_function(name));
                if !looks || self.calls_back(args) {
                    self.change(&chain.root);
                }
            }
        }
    }

    /// A function that is called back may write into an item through `this`.
    fn calls_back(&self, args: &[Expr]) -> bool {
        self.uses_this && !args.is_empty()
    }

    fn has_function(&self, name: &str, arity: usize) -> bool {
        self.program.functions.iter().any(|function| function.name == name && function.params.len() == arity)
    }

    fn is_free(&self, name: &str, arity: usize) -> bool {
        self.program.functions.iter().any(|it| it.name == name && it.params.len() == arity && it.this_type.is_none())
    }

    fn change(&mut self, expr: &Expr) {
        if let ExprKind::Variable(Variable { target: Target::Local(id), .. }) = expr.kind {
            self.changed.insert(id);
        }
    }
}
