//! Constants: what would change one is refused, because it either fails in Rhai or changes it against all expectation.
//!
//! Rhai marks the *values* of a constant as read-only, those inside of it too. A copy loses the mark, and nearly everything
//! makes a copy: `let`, an assignment, a parameter, reading a part. Only `global::NAME` hands out the marked value itself;
//! the page has no marks, so such a value is followed to where its mark could be seen, and refused there.

use std::collections::{BTreeMap, BTreeSet};

use super::builtin::Builtins;
use super::ir::{Chain, Expr, ExprKind, Function, LocalId, Program, Step, StepKind, Stmt, Target, Variable};
use super::walk;
use crate::diagnostic::Bilingual;
use crate::source::Position;

/// A change of a constant, and what to write instead.
#[derive(Debug, Clone)]
pub(super) struct ConstantFinding {
    /// Where it stands.
    pub pos: Position,
    /// What it is.
    pub message: Bilingual,
    /// What to write.
    pub help: Bilingual,
}

/// Marks what closures captured of constants as constant, and lists everything that could change a constant.
pub(super) fn check_constants(program: &mut Program, builtins: &Builtins) -> Vec<ConstantFinding> {
    spread(program);
    let mut facts = Facts {
        program,
        builtins,
        changes_this: vec![false; program.functions.len()],
        native_pointer: false,
        returns: vec![Mark::None; program.functions.len()],
        pointers: BTreeSet::new(),
        family: families(program),
        tainted: BTreeMap::new(),
    };
    facts.collect_pointers();
    facts.settle();
    let mut findings = Vec::new();
    for body in program.bodies() {
        walk::statements(body, &mut |statement| facts.statement(statement, &mut findings));
        walk::exprs(body, &mut |expr| facts.expr(expr, &mut findings));
    }
    facts.changed_behind_a_mark(&mut findings);
    findings.sort_by_key(|finding| finding.pos);
    findings.dedup_by_key(|finding| finding.pos);
    findings
}

/// What a value still has of the read-only mark of a constant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Mark {
    /// Nothing.
    None,
    /// It is marked, and it is neither an array nor a map.
    Plain,
    /// It, or something in it, is marked.
    Full,
}

/// Captured variable and the closure's own variable for it.
fn captures(program: &Program) -> Vec<(LocalId, LocalId)> {
    let mut found = Vec::new();
    for body in program.bodies() {
        walk::exprs(body, &mut |expr| {
            let ExprKind::Closure(name, captured) = &expr.kind else {
                return;
            };
            let function = program.functions.iter().find(|function| function.name == *name);
            let inner = function.map(|function| function.locals.as_slice()).unwrap_or_default();
            for ((variable, _), inner) in captured.iter().zip(inner) {
                if let Target::Local(outer) = variable.target {
                    found.push((outer, *inner));
                }
            }
        });
    }
    found
}

fn spread(program: &mut Program) {
    let captures = captures(program);
    loop {
        let open = captures.iter().find(|(from, to)| program.locals[*from].constant && !program.locals[*to].constant);
        let Some((_, to)) = open else {
            return;
        };
        program.locals[*to].constant = true;
    }
}

/// For each variable one that stands for all variables that share its value.
fn families(program: &Program) -> Vec<LocalId> {
    let mut family: Vec<LocalId> = (0..program.locals.len()).collect();
    let mut pairs = captures(program);
    if program.hands_over {
        // Any captured variable may have become any parameter.
        let shared: Vec<LocalId> = (0..program.locals.len()).filter(|id| program.locals[*id].shared).collect();
        pairs.extend(shared.windows(2).map(|pair| (pair[0], pair[1])));
    }
    for (outer, inner) in pairs {
        let (from, to) = (family[inner], family[outer]);
        family.iter_mut().filter(|it| **it == from).for_each(|it| *it = to);
    }
    family
}

fn is_plain(expr: &Expr) -> bool {
    match &expr.kind {
        ExprKind::Unit
        | ExprKind::Bool(_)
        | ExprKind::Int(_)
        | ExprKind::Float(_)
        | ExprKind::Char(_)
        | ExprKind::Text(_)
        | ExprKind::Interpolated(_)
        | ExprKind::Unary(..)
        | ExprKind::In(_)
        | ExprKind::And(_)
        | ExprKind::Or(_) => true,
        ExprKind::Binary("+", sides) => sides.iter().any(is_plain),
        ExprKind::Binary(..) => true,
        _ => false,
    }
}

fn local_of(expr: &Expr) -> Option<LocalId> {
    match expr.kind {
        ExprKind::Variable(Variable { target: Target::Local(id), .. }) => Some(id),
        _ => None,
    }
}

fn is_global(expr: &Expr) -> bool {
    matches!(expr.kind, ExprKind::Variable(Variable { target: Target::Global, .. }))
}

fn first_method(chain: &Chain) -> Option<(usize, &str, &[Expr])> {
    chain.steps.iter().enumerate().find_map(|(at, step)| match &step.kind {
        StepKind::Method(name, args, _) => Some((at, name.as_str(), args.as_slice())),
        _ => None,
    })
}

struct Facts<'run> {
    program: &'run Program,
    builtins: &'run Builtins,
    /// For each function whether it may change what it is called on.
    changes_this: Vec<bool>,
    /// Whether some pointer names a built-in that changes what it is called on.
    native_pointer: bool,
    /// The mark of what each function gives.
    returns: Vec<Mark>,
    /// Functions that something points to.
    pointers: BTreeSet<usize>,
    family: Vec<LocalId>,
    /// Variables with something marked in them, and where it was put in.
    tainted: BTreeMap<LocalId, Position>,
}

impl Facts<'_> {
    fn named<'own>(&'own self, name: &'own str) -> impl Iterator<Item = usize> + 'own {
        let list = self.program.functions.iter().enumerate();
        list.filter(move |(_, function)| function.name == name).map(|(at, _)| at)
    }

    /// A function that is none for one type only.
    fn function(&self, name: &str, arity: usize) -> Option<usize> {
        let fits = |it: &Function| it.name == name && it.params.len() == arity && it.this_type.is_none();
        self.program.functions.iter().position(fits)
    }

    /// Functions that a method of this name may be, whatever it is called on.
    fn methods<'own>(&'own self, name: &'own str, arity: usize) -> impl Iterator<Item = usize> + 'own {
        self.named(name).filter(move |at| self.program.functions[*at].params.len() == arity)
    }

    fn collect_pointers(&mut self) {
        let mut names: Vec<&str> = Vec::new();
        for body in self.program.bodies() {
            walk::exprs(body, &mut |expr| match &expr.kind {
                ExprKind::FnPointer(name) | ExprKind::Closure(name, _) | ExprKind::Text(name) => names.push(name),
                ExprKind::Variable(Variable { target: Target::Function, name, .. }) => names.push(name),
                // A name that is put together may be that of any function.
                ExprKind::Call(name, args) if name == "Fn" && !matches!(args[0].kind, ExprKind::Text(_)) => {
                    names.extend(self.program.functions.iter().map(|function| function.name.as_str()));
                }
                _ => {}
            });
        }
        names.extend(self.program.pointed.iter().map(String::as_str));
        for name in names {
            let own: Vec<usize> = self.named(name).collect();
            self.native_pointer |= self.builtins.has_function(name) && !self.builtins.keeps_receiver(name);
            self.pointers.extend(own);
        }
    }

    /// What functions do, and what variables hold, until nothing more is found.
    fn settle(&mut self) {
        loop {
            let before = (self.changes_this.clone(), self.returns.clone(), self.tainted.len());
            for (at, function) in self.program.functions.iter().enumerate() {
                let is_this = |expr: &Expr| matches!(expr.kind, ExprKind::This);
                self.changes_this[at] = self.changes(&function.body, &is_this, false);
                let mut mark = self.value_mark(&function.body);
                walk::statements(&function.body, &mut |statement| {
                    if let Stmt::Return(Some(value)) = statement {
                        mark = mark.max(self.mark(value));
                    }
                });
                self.returns[at] = mark;
            }
            let mut tainted = std::mem::take(&mut self.tainted);
            for body in self.program.bodies() {
                walk::exprs(body, &mut |expr| self.taint(expr, &mut tainted));
                walk::statements(body, &mut |statement| self.taint_by_assignment(statement, &mut tainted));
            }
            self.tainted = tainted;
            if before == (self.changes_this.clone(), self.returns.clone(), self.tainted.len()) {
                return;
            }
        }
    }

    /// Whether something may change what `is_root` names; `inside`: only what is in it.
    fn changes(&self, body: &[Stmt], is_root: &dyn Fn(&Expr) -> bool, inside: bool) -> bool {
        let mut found = false;
        walk::statements(body, &mut |statement| {
            if let Stmt::Assign { target, .. } = statement {
                found |= match &target.kind {
                    ExprKind::Chain(chain) => is_root(&chain.root),
                    _ => is_root(target) && !inside,
                };
            }
        });
        walk::exprs(body, &mut |expr| match &expr.kind {
            ExprKind::Call(name, args) if args.first().is_some_and(is_root) => {
                let native = self.function(name, args.len()).is_none() && self.builtins.has_function(name);
                let changes = !inside && !self.builtins.keeps_receiver(name);
                found |= native && (changes || self.calls_changer(name, &args[1..]));
            }
            ExprKind::Chain(chain) if is_root(&chain.root) => {
                if let Some((at, name, args)) = first_method(chain) {
                    found |= self.method_changes(name, args, inside && at == 0);
                }
            }
            _ => {}
        });
        found
    }

    /// Whether a method may change what it is called on; `inside`: what is in it.
    fn method_changes(&self, name: &str, args: &[Expr], inside: bool) -> bool {
        let own = self.methods(name, args.len()).any(|at| self.changes_this[at]);
        if own || self.function(name, args.len()).is_some() {
            return own || self.key_changes(name);
        }
        match name {
            "call" => args.first().is_some_and(|pointer| self.may_change(pointer)),
            "curry" | "type_of" => false,
            _ => {
                let native = self.builtins.has_function(name);
                let changes = native && !self.builtins.keeps_receiver(name) && !inside;
                changes || self.calls_changer(name, args) || (!native || self.key_changes(name)) && self.any_changer()
            }
        }
    }

    /// A function kept in a map under that name is called like a method.
    fn key_changes(&self, name: &str) -> bool {
        self.program.may_keep_function(name) && self.any_changer()
    }

    fn any_changer(&self) -> bool {
        self.native_pointer || self.pointers.iter().any(|at| self.changes_this[*at])
    }

    fn calls_changer(&self, name: &str, args: &[Expr]) -> bool {
        self.builtins.calls_back(name) && args.iter().any(|arg| self.may_change(arg))
    }

    /// Whether a value may point to a function that changes what it is called on.
    fn may_change(&self, pointer: &Expr) -> bool {
        match &pointer.kind {
            ExprKind::FnPointer(name) | ExprKind::Closure(name, _) | ExprKind::Text(name) => self.name_changes(name),
            ExprKind::Variable(Variable { target: Target::Function, name, .. }) => self.name_changes(name),
            ExprKind::Call(name, args) if name == "Fn" && args.len() == 1 => self.may_change(&args[0]),
            ExprKind::Interpolated(_) => self.any_changer(),
            ExprKind::Array(_) | ExprKind::Map(_) => false,
            ExprKind::Binary("+", _) => self.any_changer(),
            _ => !is_plain(pointer) && self.any_changer(),
        }
    }

    fn name_changes(&self, name: &str) -> bool {
        let native = self.builtins.has_function(name) && !self.builtins.keeps_receiver(name);
        native || self.named(name).any(|at| self.changes_this[at])
    }

    fn global_mark(&self, name: &str) -> Mark {
        let mut mark = Mark::None;
        for statement in &self.program.body {
            if let Stmt::Let { name: other, constant: true, value, .. } = statement
                && other == name
            {
                mark = mark.max(if is_plain(value) { Mark::Plain } else { Mark::Full });
            }
        }
        mark
    }

    fn mark(&self, expr: &Expr) -> Mark {
        match &expr.kind {
            ExprKind::Variable(variable) if variable.target == Target::Global => self.global_mark(&variable.name),
            ExprKind::Binary("+", sides) => match sides.iter().map(|side| self.mark(side)).max() {
                Some(Mark::Full) => Mark::Full,
                _ => Mark::None,
            },
            ExprKind::Coalesce(parts) => self.marks(parts),
            ExprKind::Array(items) if self.marks(items) != Mark::None => Mark::Full,
            ExprKind::Map(entries) if entries.iter().any(|(_, value)| self.mark(value) != Mark::None) => Mark::Full,
            ExprKind::Block(statements) => self.value_mark(statements),
            ExprKind::Call(name, args) => self.call_mark(name, args, args.first().and_then(local_of)),
            ExprKind::Chain(chain) => self.chain_mark(chain, None),
            _ => Mark::None,
        }
    }

    fn marks(&self, exprs: &[Expr]) -> Mark {
        exprs.iter().map(|expr| self.mark(expr)).max().unwrap_or(Mark::None)
    }

    fn call_mark(&self, name: &str, args: &[Expr], on: Option<LocalId>) -> Mark {
        let own = self.methods(name, args.len()).map(|at| self.returns[at]).max().unwrap_or(Mark::None);
        if self.function(name, args.len()).is_some() {
            return own;
        }
        if name == "call" {
            return self.pointers.iter().map(|at| self.returns[*at]).max().unwrap_or(Mark::None);
        }
        let mut mark = if self.builtins.only_looks(name) { own } else { own.max(self.marks(args)) };
        let moved = on.is_some_and(|id| self.tainted.contains_key(&self.family[id]));
        if moved && !self.builtins.keeps_receiver(name) {
            mark = Mark::Full;
        }
        if self.builtins.calls_back(name) {
            for arg in args {
                mark = mark.max(match &arg.kind {
                    ExprKind::Closure(closure, _) | ExprKind::FnPointer(closure) => {
                        self.named(closure).map(|at| self.returns[at]).max().unwrap_or(Mark::None)
                    }
                    _ if is_plain(arg) => Mark::None,
                    _ => self.pointers.iter().map(|at| self.returns[*at]).max().unwrap_or(Mark::None),
                });
            }
        }
        mark
    }

    /// The mark of what a chain gives; the places where a marked value would be changed on the way go to `found`.
    fn chain_mark(&self, chain: &Chain, mut found: Option<&mut Vec<Position>>) -> Mark {
        let known = is_global(&chain.root) || local_of(&chain.root).is_some();
        let mut here = if known { Mark::None } else { self.mark(&chain.root) };
        let mut on = local_of(&chain.root);
        let mut part = false;
        for step in &chain.steps {
            let StepKind::Method(name, args, pos) = &step.kind else {
                part = true;
                continue;
            };
            if here != Mark::None
                && self.method_changes(name, args, false)
                && let Some(found) = &mut found
            {
                found.push(*pos);
            }
            let keyed = self.program.may_keep_function(name) || !self.builtins.has_function(name);
            let own = self.function(name, args.len()).is_some();
            here = self.call_mark(name, args, on);
            if keyed && !own {
                here = here.max(self.call_mark("call", args, None));
            }
            on = None;
            part = false;
        }
        if part { Mark::None } else { here }
    }

    /// The mark of the value of some statements.
    fn value_mark(&self, statements: &[Stmt]) -> Mark {
        match statements.last() {
            Some(Stmt::Expr(expr)) => self.mark(expr),
            Some(Stmt::If { body, branch, .. }) => self.value_mark(body).max(self.value_mark(branch)),
            Some(Stmt::Switch(switch)) => {
                switch.arms.iter().map(|(_, result)| self.mark(result)).max().unwrap_or(Mark::None)
            }
            Some(Stmt::Block(body) | Stmt::Try { body, .. }) => self.value_mark(body),
            Some(Stmt::While { body, .. } | Stmt::Do { body, .. } | Stmt::For { body, .. }) => {
                let mut mark = Mark::None;
                walk::statements(body, &mut |statement| {
                    if let Stmt::Break(Some(value)) = statement {
                        mark = mark.max(self.mark(value));
                    }
                });
                mark
            }
            _ => Mark::None,
        }
    }

    /// A built-in puts a marked value into a variable.
    fn taint(&self, expr: &Expr, tainted: &mut BTreeMap<LocalId, Position>) {
        let (root, name, args) = match &expr.kind {
            ExprKind::Call(name, args) if !args.is_empty() && self.function(name, args.len()).is_none() => {
                (&args[0], name.as_str(), &args[1..])
            }
            ExprKind::Chain(chain) => match first_method(chain) {
                Some((_, name, args)) if self.function(name, args.len()).is_none() => (&chain.root, name, args),
                _ => return,
            },
            _ => return,
        };
        let keeps = self.builtins.has_function(name) && !self.builtins.keeps_receiver(name);
        if let Some(arg) = args.iter().find(|arg| keeps && self.mark(arg) != Mark::None)
            && let Some(id) = local_of(root)
        {
            tainted.entry(self.family[id]).or_insert(arg.start);
        }
    }

    /// `+=` puts a marked value into an array or a map.
    fn taint_by_assignment(&self, statement: &Stmt, tainted: &mut BTreeMap<LocalId, Position>) {
        if let Some((target, value)) = self.marked_addition(statement) {
            let root = if let ExprKind::Chain(chain) = &target.kind { &chain.root } else { target };
            if let Some(id) = local_of(root) {
                tainted.entry(self.family[id]).or_insert(value.start);
            }
        }
    }

    /// Target and value of a `+=` after which something marked may be in the target.
    fn marked_addition<'stmt>(&self, statement: &'stmt Stmt) -> Option<(&'stmt Expr, &'stmt Expr)> {
        let Stmt::Assign { target, operator: Some("+"), value, .. } = statement else {
            return None;
        };
        let fits = match self.mark(value) {
            Mark::None => false,
            Mark::Full => true,
            Mark::Plain => match &target.kind {
                ExprKind::Chain(chain) => !(chain.steps.len() == 1 && self.holds_plain(&chain.root)),
                _ => !local_of(target).is_some_and(|id| self.is_plain_local(id)),
            },
        };
        fits.then_some((target, value))
    }

    fn is_plain_value(&self, expr: &Expr) -> bool {
        is_plain(expr) || is_global(expr) && self.mark(expr) == Mark::Plain
    }

    /// Whether a variable never holds an array or a map.
    fn is_plain_local(&self, id: LocalId) -> bool {
        self.only_set(id, &|value| self.is_plain_value(value))
    }

    /// Whether a variable holds a map or an array without arrays and maps in it, whatever happens to it.
    fn holds_plain(&self, root: &Expr) -> bool {
        let Some(id) = local_of(root) else {
            return false;
        };
        let flat = |value: &Expr| match &value.kind {
            ExprKind::Map(entries) => entries.iter().all(|(_, value)| self.is_plain_value(value)),
            ExprKind::Array(items) => items.iter().all(|item| self.is_plain_value(item)),
            _ => false,
        };
        let mut holds = self.only_set(id, &flat);
        let is_root = |expr: &Expr| local_of(expr) == Some(id);
        for body in self.program.bodies() {
            walk::statements(body, &mut |statement| match statement {
                Stmt::Assign { target: Expr { kind: ExprKind::Chain(chain), .. }, operator, value, .. } => {
                    let kept = chain.steps.len() == 1 && (operator.is_some() || self.is_plain_value(value));
                    holds &= kept || !is_root(&chain.root);
                }
                Stmt::Assign { target, operator, .. } => holds &= operator.is_none() || !is_root(target),
                _ => {}
            });
            walk::exprs(body, &mut |expr| match &expr.kind {
                ExprKind::Call(name, args) if args.first().is_some_and(is_root) => {
                    holds &= self.function(name, args.len()).is_some() || self.builtins.only_looks(name);
                }
                ExprKind::Chain(chain) if is_root(&chain.root) => {
                    holds &= first_method(chain).is_none_or(|(_, name, args)| !self.method_changes(name, args, false));
                }
                _ => {}
            });
        }
        holds
    }

    /// Whether a variable that no closure shares is declared with, and set to, nothing but such values.
    fn only_set(&self, id: LocalId, fits: &dyn Fn(&Expr) -> bool) -> bool {
        let (mut declared, mut holds) = (false, !self.program.locals[id].shared);
        for body in self.program.bodies() {
            walk::statements(body, &mut |statement| match statement {
                Stmt::Let { local, value, .. } if *local == id => {
                    declared = true;
                    holds &= fits(value);
                }
                Stmt::Assign { target, operator: None, value, .. } if local_of(target) == Some(id) => {
                    holds &= fits(value);
                }
                _ => {}
            });
        }
        declared && holds
    }

    fn is_constant(&self, expr: &Expr) -> bool {
        is_global(expr) || local_of(expr).is_some_and(|id| self.program.locals[id].constant)
    }

    fn is_shared_constant(&self, expr: &Expr) -> bool {
        local_of(expr).is_some_and(|id| self.program.locals[id].constant && self.program.locals[id].shared)
    }

    fn statement(&self, statement: &Stmt, findings: &mut Vec<ConstantFinding>) {
        match statement {
            Stmt::Assign { target, .. } => {
                let root = if let ExprKind::Chain(chain) = &target.kind { &chain.root } else { target };
                if self.is_constant(root) {
                    findings.push(changed(root, root.start));
                } else if self.mark(root) != Mark::None {
                    findings.push(still_marked(root.start));
                }
                if let Some((_, value)) = self.marked_addition(statement)
                    && matches!(root.kind, ExprKind::This)
                {
                    findings.push(still_marked(value.start));
                }
            }
            Stmt::For { iterable, locals, .. } if self.mark(iterable) == Mark::Full => {
                let family = self.family[locals[0]];
                let is_root = |expr: &Expr| local_of(expr).is_some_and(|id| self.family[id] == family);
                if self.program.bodies().any(|body| self.changes(body, &is_root, false)) {
                    findings.push(still_marked(iterable.start));
                }
            }
            _ => {}
        }
    }

    fn expr(&self, expr: &Expr, findings: &mut Vec<ConstantFinding>) {
        match &expr.kind {
            ExprKind::Call(name, args) => {
                let Some(first) = args.first().filter(|_| self.function(name, args.len()).is_none()) else {
                    return;
                };
                if ["call", "curry"].contains(&name.as_str()) {
                    findings.extend(args[1..].iter().filter(|arg| self.is_shared_constant(arg)).map(handed_over));
                }
                let changes = self.builtins.has_function(name) && !self.builtins.keeps_receiver(name);
                if changes && self.mark(first) != Mark::None {
                    findings.push(if is_global(first) { changed(first, expr.pos) } else { still_marked(first.start) });
                }
                let put = args[1..].iter().find(|arg| self.mark(arg) != Mark::None);
                if let Some(arg) = put
                    && (changes && matches!(first.kind, ExprKind::This) || name == "call" && self.native_pointer)
                {
                    findings.push(still_marked(arg.start));
                }
            }
            ExprKind::Chain(chain) => self.chain(chain, findings),
            _ => {}
        }
    }

    fn chain(&self, chain: &Chain, findings: &mut Vec<ConstantFinding>) {
        let mut found = Vec::new();
        self.chain_mark(chain, Some(&mut found));
        findings.extend(found.into_iter().map(still_marked));
        let Some((at, name, args)) = first_method(chain) else {
            return;
        };
        let StepKind::Method(_, _, pos) = &chain.steps[at].kind else {
            return;
        };
        // A built-in that changes fails on a constant here as in Rhai.
        let native = self.function(name, args.len()).is_none() && self.builtins.has_function(name);
        let own = self.methods(name, args.len()).any(|at| self.changes_this[at]);
        let changes = if native {
            // Where a type has a method of its own it is not known which of both is called.
            let hidden = !self.builtins.keeps_receiver(name) && self.methods(name, args.len()).next().is_some();
            own || hidden || self.calls_changer(name, args) || self.key_changes(name)
        } else {
            self.method_changes(name, args, false)
        };
        // What a property of a text or an array gives may be changed, what stands in a map may not.
        let property =
            |step: &Step| matches!(&step.kind, StepKind::Property(name, _) if self.builtins.has_property(name));
        // So may what is missing in a map.
        let unclear = native && !self.builtins.keeps_receiver(name) && chain.steps[..at].iter().any(property)
            || native && name == "take" && at > 0;
        if (changes || unclear) && self.is_constant(&chain.root) {
            findings.push(changed(&chain.root, *pos));
        }
        let keeps = native && !self.builtins.keeps_receiver(name);
        let put = args.iter().find(|arg| self.mark(arg) != Mark::None);
        if let Some(arg) = put
            && (keeps && matches!(chain.root.kind, ExprKind::This) || name == "call" && self.native_pointer)
        {
            findings.push(still_marked(arg.start));
        }
    }

    /// What is in a variable is marked, and something changes what is in it.
    fn changed_behind_a_mark(&self, findings: &mut Vec<ConstantFinding>) {
        for (family, pos) in &self.tainted {
            let is_root = |expr: &Expr| local_of(expr).is_some_and(|id| self.family[id] == *family);
            if self.program.bodies().any(|body| self.changes(body, &is_root, true)) {
                findings.push(still_marked(*pos));
            }
        }
    }
}

fn changed(root: &Expr, pos: Position) -> ConstantFinding {
    let name = match &root.kind {
        ExprKind::Variable(variable) => variable.name.as_str(),
        _ => "",
    };
    ConstantFinding {
        pos,
        message: Bilingual::new(
            format!("常量`{name}`会在这里改变"),
            format!("the constant `{name}` would be changed here"),
        ),
        help: Bilingual::new(
            "常量不能改变。先用`let`把它放进一个变量，再改变那个变量".to_string(),
            "a constant stays as it is: put it into a variable with `let`, and change the variable".to_string(),
        ),
    }
}

fn handed_over(constant: &Expr) -> ConstantFinding {
    ConstantFinding {
        pos: constant.start,
        message: Bilingual::new(
            "被闭包带走的常量在这里交给别的函数，仍然不能改变".to_string(),
            "a captured constant is handed over to another function here and still cannot be changed".to_string(),
        ),
        help: Bilingual::new(
            "先用`let`把它放进一个变量，再传那个变量".to_string(),
            "put it into a variable with `let` first, and pass the variable".to_string(),
        ),
    }
}

fn still_marked(pos: Position) -> ConstantFinding {
    ConstantFinding {
        pos,
        message: Bilingual::new(
            "直接取自`global::`的值在这里仍然不能改变，而规则会改变它".to_string(),
            "a value straight from `global::` cannot be changed here, and the rule changes it".to_string(),
        ),
        help: Bilingual::new(
            "先用`let`把它放进一个变量，再用那个变量：`let value = global::NAME;`".to_string(),
            "put it into a variable first and use the variable: `let value = global::NAME;`".to_string(),
        ),
    }
}
