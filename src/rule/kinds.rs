//! What kind of value each variable holds, as far as that is sure whatever the facts are.
//!
//! A variable that only ever gets whole numbers may stand beside `**`, and one that only ever gets function pointers
//! names no function by a text. Every place that sets a variable is looked at until nothing changes any more; what a
//! closure shares, what a method may replace, and what the page passes in is of no sure kind.

use std::collections::BTreeSet;

use super::ir::{Expr, ExprKind, Function, LocalId, Program, StepKind, Stmt, Target, Variable};
use super::walk;

/// What is sure about a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// A whole number.
    Whole,
    /// An array or a text, of which one can take the length.
    Sized,
    /// A function pointer.
    Pointer,
    /// A range.
    Range,
    /// A broken number, a bool, a character, unit or a map.
    Other,
    /// Anything.
    Unsure,
}

/// The kinds of a program's variables.
pub(super) struct Kinds<'run> {
    program: &'run Program,
    kinds: Vec<Option<Kind>>,
    called_otherwise: BTreeSet<&'run str>,
}

impl<'run> Kinds<'run> {
    /// Looks at a program whose names have their meaning; `entry` is called by the page.
    pub(super) fn of(program: &'run Program, entry: &'run str) -> Self {
        let mut called_otherwise = BTreeSet::from([entry]);
        for body in program.bodies() {
            walk::exprs(body, &mut |expr| match &expr.kind {
                ExprKind::FnPointer(name) | ExprKind::Closure(name, _) | ExprKind::Text(name) => {
                    called_otherwise.insert(name);
                }
                ExprKind::Variable(Variable { target: Target::Function, name, .. }) => {
                    called_otherwise.insert(name);
                }
                // A name that is put together may be that of any function.
                ExprKind::Call(name, args) if name == "Fn" && !matches!(args[0].kind, ExprKind::Text(_)) => {
                    called_otherwise.extend(program.functions.iter().map(|function| function.name.as_str()));
                }
                _ => {}
            });
        }
        let mut kinds = Kinds { program, kinds: vec![None; program.locals.len()], called_otherwise };
        for (id, local) in program.locals.iter().enumerate() {
            if local.shared {
                kinds.kinds[id] = Some(Kind::Unsure);
            }
        }
        loop {
            let before = kinds.kinds.clone();
            kinds.look();
            if before == kinds.kinds {
                return kinds;
            }
        }
    }

    fn look(&mut self) {
        for function in &self.program.functions {
            if self.called_otherwise.contains(function.name.as_str()) || function.captured > 0 {
                function.locals.iter().for_each(|id| self.set(*id, Some(Kind::Unsure)));
            }
        }
        for body in self.program.bodies() {
            walk::statements(body, &mut |statement| self.statement(statement));
            walk::exprs(body, &mut |expr| self.effects(expr));
        }
    }

    fn set(&mut self, id: LocalId, kind: Option<Kind>) {
        let now = self.kinds[id];
        self.kinds[id] = match (now, kind) {
            (None, it) | (it, None) => it,
            (Some(one), Some(other)) if one == other => Some(one),
            _ => Some(Kind::Unsure),
        };
    }

    fn statement(&mut self, statement: &Stmt) {
        match statement {
            Stmt::Let { value, local, .. } => {
                let kind = self.kind(value);
                self.set(*local, kind);
            }
            Stmt::Assign { target, operator, value, .. } => {
                let ExprKind::Variable(Variable { target: Target::Local(id), .. }) = target.kind else {
                    return;
                };
                let kind = match operator {
                    None => self.kind(value),
                    Some(operator) => self.computed(operator, self.kinds[id], self.kind(value)),
                };
                self.set(id, kind);
            }
            Stmt::For { iterable, locals, .. } => {
                let whole = match &iterable.kind {
                    ExprKind::Binary(".." | "..=", _) => Some(Kind::Whole),
                    ExprKind::Call(name, args) if name == "range" && self.function(name, args.len()).is_none() => args
                        .iter()
                        .map(|arg| self.kind(arg))
                        .find(|kind| *kind != Some(Kind::Whole))
                        .unwrap_or(Some(Kind::Whole)),
                    _ => Some(Kind::Unsure),
                };
                self.set(locals[0], whole);
                if let Some(counter) = locals.get(1) {
                    self.set(*counter, Some(Kind::Whole));
                }
            }
            Stmt::Try { name: Some(_), local, .. } => self.set(*local, Some(Kind::Unsure)),
            _ => {}
        }
    }

    /// Arguments reach parameters; a method may put anything in the place it is called on.
    fn effects(&mut self, expr: &Expr) {
        match &expr.kind {
            ExprKind::Call(name, args) => {
                self.pass(name, args);
                if name == "take" {
                    args.iter().for_each(|arg| self.lose(arg));
                }
            }
            ExprKind::Chain(chain) => {
                for step in &chain.steps {
                    let StepKind::Method(name, args, _) = &step.kind else {
                        continue;
                    };
                    self.pass(name, args);
                    let replaces = name == "take" || name == "call" || self.program.keys.contains(name);
                    if replaces || self.function(name, args.len()).is_some() {
                        self.lose(&chain.root);
                    }
                }
            }
            _ => {}
        }
    }

    fn pass(&mut self, name: &str, args: &[Expr]) {
        let program = self.program;
        for function in program.functions.iter().filter(|it| it.name == name && it.params.len() == args.len()) {
            for (id, arg) in function.locals.iter().zip(args) {
                let kind = self.kind(arg);
                self.set(*id, kind);
            }
        }
    }

    fn lose(&mut self, expr: &Expr) {
        if let ExprKind::Variable(Variable { target: Target::Local(id), .. }) = expr.kind {
            self.set(id, Some(Kind::Unsure));
        }
    }

    fn function(&self, name: &str, arity: usize) -> Option<&'run Function> {
        self.program.functions.iter().find(|it| it.name == name && it.params.len() == arity)
    }

    /// The kind of an expression; nothing while a variable in it has not been reached yet.
    fn kind(&self, expr: &Expr) -> Option<Kind> {
        Some(match &expr.kind {
            ExprKind::Int(_) => Kind::Whole,
            ExprKind::Text(_) | ExprKind::Interpolated(_) | ExprKind::Array(_) => Kind::Sized,
            ExprKind::FnPointer(_) | ExprKind::Closure(..) => Kind::Pointer,
            ExprKind::Unit | ExprKind::Bool(_) | ExprKind::Float(_) | ExprKind::Char(_) | ExprKind::Map(_) => {
                Kind::Other
            }
            ExprKind::Variable(variable) => return self.variable(variable),
            ExprKind::Unary("-" | "+", operand) if self.kind(operand)? == Kind::Whole => Kind::Whole,
            ExprKind::Binary(operator, sides) => {
                return self.computed(operator, self.kind(&sides[0]), self.kind(&sides[1]));
            }
            ExprKind::Call(name, args) if self.function(name, args.len()).is_none() => {
                let all_whole = || args.iter().all(|arg| self.kind(arg) == Some(Kind::Whole));
                match name.as_str() {
                    "len" | "to_int" | "parse_int" => Kind::Whole,
                    "abs" | "min" | "max" | "sign" if all_whole() => Kind::Whole,
                    "Fn" | "curry" => Kind::Pointer,
                    _ => Kind::Unsure,
                }
            }
            ExprKind::Chain(chain) => match chain.steps.as_slice() {
                [step] => match (&step.kind, self.kind(&chain.root)?) {
                    (StepKind::Property(name, _), Kind::Sized) if name == "len" => Kind::Whole,
                    (StepKind::Method(name, args, _), root) if self.function(name, args.len()).is_none() => {
                        match (name.as_str(), root) {
                            ("len", Kind::Sized) | ("abs" | "sign", Kind::Whole) => Kind::Whole,
                            ("curry", Kind::Pointer) => Kind::Pointer,
                            _ => Kind::Unsure,
                        }
                    }
                    _ => Kind::Unsure,
                },
                _ => Kind::Unsure,
            },
            _ => Kind::Unsure,
        })
    }

    fn variable(&self, variable: &Variable) -> Option<Kind> {
        match variable.target {
            Target::Local(id) => self.kinds[id],
            Target::Function => Some(Kind::Pointer),
            Target::Global => {
                let mut all =
                    self.program.locals.iter().enumerate().filter(|(_, it)| it.global && it.name == variable.name);
                let first = self.kinds[all.next()?.0];
                if all.all(|(id, _)| self.kinds[id] == first) { first } else { Some(Kind::Unsure) }
            }
            Target::Unresolved => Some(Kind::Unsure),
        }
    }

    fn computed(&self, operator: &str, left: Option<Kind>, right: Option<Kind>) -> Option<Kind> {
        let (left, right) = (left?, right?);
        Some(match operator {
            "+" if left == Kind::Sized => Kind::Sized,
            "+" | "-" | "*" | "/" | "%" | "**" | "&" | "|" | "^" | "<<" | ">>"
                if left == Kind::Whole && right == Kind::Whole =>
            {
                Kind::Whole
            }
            ".." | "..=" => Kind::Range,
            "==" | "!=" | "<" | "<=" | ">" | ">=" => Kind::Other,
            _ => Kind::Unsure,
        })
    }

    /// What is sure about an expression.
    pub(super) fn sure(&self, expr: &Expr) -> Kind {
        self.kind(expr).unwrap_or(Kind::Unsure)
    }

    /// The places of `**` and `**=` where not both sides are surely whole numbers.
    pub(super) fn unsure_powers(&self) -> Vec<crate::source::Position> {
        let mut found = Vec::new();
        let whole = |side: &Expr| self.sure(side) == Kind::Whole;
        for body in self.program.bodies() {
            walk::exprs(body, &mut |expr| {
                if let ExprKind::Binary("**", sides) = &expr.kind
                    && !sides.iter().all(whole)
                {
                    found.push(expr.pos);
                }
            });
            walk::statements(body, &mut |statement| {
                if let Stmt::Assign { target, operator: Some("**"), value, pos } = statement
                    && !(whole(target) && whole(value))
                {
                    found.push(*pos);
                }
            });
        }
        found
    }
}
