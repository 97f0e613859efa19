//! Expressions, chains, `switch` and assignments, for all combinations at once.

use std::rc::Rc;

use super::super::ir::{Chain, Expr, ExprKind, Literal, Step, StepKind, Stmt, Switch, Target, Variable};
use super::diagram::{FALSE, Id, Leaf, Slot, TRUE, UNIT};
use super::machine::{Machine, Run, address};
use super::native::Op;
use crate::source::Position;

/// A step whose index or arguments are known.
struct Known<'rule> {
    step: &'rule Step,
    args: Vec<Id>,
}

/// Whether a closure that a chain calls has captured the variable that the chain starts from.
fn reads_itself(chain: &Chain, id: usize) -> bool {
    let is_it = |variable: &Variable| matches!(variable.target, Target::Local(other) if other == id);
    chain.steps.iter().any(|step| match &step.kind {
        StepKind::Method(_, args, _) => args
            .iter()
            .any(|arg| matches!(&arg.kind, ExprKind::Closure(_, captured) if captured.iter().any(|(it, _)| is_it(it)))),
        _ => false,
    })
}

impl<'rule> Machine<'rule> {
    /// The value of an expression for every combination.
    pub(super) fn expr(&mut self, expr: &'rule Expr) -> Run<Id> {
        let pos = expr.pos;
        match &expr.kind {
            ExprKind::Unit => Ok(UNIT),
            ExprKind::Bool(it) => Ok(self.diagrams.bool(*it)),
            ExprKind::Int(it) => Ok(self.diagrams.leaf(Leaf::Int(*it))),
            ExprKind::Float(it) => Ok(self.diagrams.leaf(Leaf::Float(it.to_bits()))),
            ExprKind::Char(it) => Ok(self.diagrams.leaf(Leaf::Char(*it))),
            ExprKind::Text(it) => Ok(self.diagrams.text(it)),
            ExprKind::Interpolated(parts) => {
                let mut text = self.diagrams.text("");
                for part in parts {
                    let part = self.expr(part)?;
                    text = self.apply(Op::Append, &[text, part], pos)?;
                }
                self.settled(text, pos)
            }
            ExprKind::Array(parts) => {
                let values = parts.iter().map(|part| self.value(part)).collect::<Run<Vec<Id>>>()?;
                Ok(self.diagrams.list(values))
            }
            ExprKind::Map(entries) => {
                let mut slots: Vec<(Rc<str>, Slot)> = Vec::new();
                for (key, value) in entries {
                    let value = self.value(value)?;
                    slots.push((key.as_str().into(), Slot { guard: TRUE, value }));
                }
                slots.sort_by(|one, other| one.0.cmp(&other.0));
                Ok(self.diagrams.leaf(Leaf::Map(slots.into())))
            }
            ExprKind::Variable(variable) => self.variable(variable, expr.start),
            ExprKind::This => Self::unknown("this", pos),
            ExprKind::Unary(operator, operand) => {
                let value = self.expr(operand)?;
                let made = self.apply(Op::Unary(operator), &[value], pos)?;
                self.settled(made, pos)
            }
            ExprKind::Binary(operator, sides) => {
                let one = self.expr(&sides[0])?;
                let other = self.expr(&sides[1])?;
                let made = self.apply(Op::Binary(operator), &[one, other], pos)?;
                self.settled(made, pos)
            }
            ExprKind::In(sides) => {
                let item = self.expr(&sides[1])?;
                let container = self.expr(&sides[0])?;
                self.function("contains", &[container, item], pos)
            }
            ExprKind::Call(name, args) => self.call(name, args, pos),
            ExprKind::FnPointer(name) => {
                let program = self.program;
                match program.functions.iter().position(|it| it.name == *name && it.captured == 0) {
                    Some(index) => Ok(self.diagrams.leaf(Leaf::Pointer(index, [].into()))),
                    None => Self::unknown("a pointer to a built-in function", pos),
                }
            }
            ExprKind::Closure(name, captured) => {
                let program = self.program;
                let Some(index) = program.functions.iter().position(|it| it.name == *name) else {
                    return Self::unknown("this closure", pos);
                };
                let mut cells = Vec::new();
                for (variable, _) in captured {
                    match variable.target {
                        Target::Local(id) => cells.push(self.cell_of(id, pos)?),
                        _ => return Self::unknown("what this closure captured", pos),
                    }
                }
                Ok(self.diagrams.leaf(Leaf::Pointer(index, cells.into())))
            }
            ExprKind::Chain(chain) => self.chain(chain),
            ExprKind::And(parts) => self.logic(parts, true),
            ExprKind::Or(parts) => self.logic(parts, false),
            ExprKind::Coalesce(parts) => {
                let (first, rest) = parts.split_first().expect("there are two at least");
                let mut value = self.expr(first)?;
                for part in rest {
                    let missing = self.apply(Op::IsUnit, &[value], pos)?;
                    let before = value;
                    value = self.both_ways(missing, |machine| machine.expr(part), |_| Ok(before))?;
                }
                Ok(value)
            }
            ExprKind::Block(statements) => match statements.as_slice() {
                [only @ Stmt::Expr(it)] => {
                    self.reached.insert(address(only));
                    self.expr(it)
                }
                statements => self.statements(statements),
            },
            ExprKind::IsDefined(..) => Self::unknown("is_def_var", pos),
        }
    }

    fn logic(&mut self, parts: &'rule [Expr], all: bool) -> Run<Id> {
        let (first, rest) = parts.split_first().expect("there are two at least");
        let mut value = self.condition(first)?;
        for part in rest {
            let before = value;
            value = if all {
                self.both_ways(before, |machine| machine.condition(part), |_| Ok(FALSE))?
            } else {
                self.both_ways(before, |_| Ok(TRUE), |machine| machine.condition(part))?
            };
        }
        Ok(value)
    }

    fn variable(&mut self, variable: &Variable, pos: Position) -> Run<Id> {
        match &variable.target {
            Target::Local(id) => {
                let cell = self.cell_of(*id, pos)?;
                Ok(self.read_cell(cell))
            }
            Target::Global => self.global(&variable.name, pos),
            Target::Function | Target::Unresolved => {
                let program = self.program;
                match program.functions.iter().position(|it| it.name == variable.name && it.named) {
                    Some(index) => Ok(self.diagrams.leaf(Leaf::Pointer(index, [].into()))),
                    None => Self::unknown(&variable.name, pos),
                }
            }
        }
    }

    /// A literal of a `switch`.
    fn literal(&mut self, literal: &Literal, pos: Position) -> Run<Id> {
        let leaf = match literal {
            Literal::Unit => Leaf::Unit,
            Literal::Bool(it) => Leaf::Bool(*it),
            Literal::Int(it) => Leaf::Int(*it),
            Literal::Float(it) => Leaf::Float(it.to_bits()),
            Literal::Char(it) => Leaf::Char(*it),
            Literal::Text(it) => Leaf::Text(it.as_str().into()),
            Literal::Array(_) | Literal::Map(_) => return Self::unknown("switch on a list or map", pos),
        };
        Ok(self.diagrams.leaf(leaf))
    }

    /// `switch`: its ways are tried in order.
    pub(super) fn switch(&mut self, switch: &'rule Switch) -> Run<Id> {
        let value = self.expr(&switch.value)?;
        let pos = switch.value.start;
        let mut ways: Vec<(Id, usize)> = Vec::new();
        for (literal, arms) in &switch.cases {
            let wanted = self.literal(literal, pos)?;
            let same = self.apply(Op::Same, &[value, wanted], pos)?;
            ways.extend(arms.iter().map(|arm| (same, *arm)));
        }
        for (start, end, inclusive, arm) in &switch.ranges {
            let range = self.diagrams.leaf(Leaf::Range(*start, *end, *inclusive));
            ways.push((self.apply(Op::InRange, &[value, range], pos)?, *arm));
        }
        ways.extend(switch.default.map(|arm| (TRUE, arm)));
        self.arms(switch, &ways)
    }

    fn arms(&mut self, switch: &'rule Switch, ways: &[(Id, usize)]) -> Run<Id> {
        let Some(((fits, arm), rest)) = ways.split_first() else {
            return Ok(UNIT);
        };
        let (guard, result) = &switch.arms[*arm];
        let before = self.here;
        self.here = self.diagrams.and(before, *fits);
        let open = self.coming() != FALSE;
        let holds = if open { self.condition(guard)? } else { FALSE };
        self.here = before;
        let taken = self.diagrams.and(*fits, holds);
        self.both_ways(
            taken,
            |machine| {
                machine.reached.insert(address(result));
                machine.expr(result)
            },
            |machine| machine.arms(switch, rest),
        )
    }

    fn call(&mut self, name: &str, args: &'rule [Expr], pos: Position) -> Run<Id> {
        let program = self.program;
        let own = program
            .functions
            .iter()
            .position(|it| it.name == name && it.params.len() == args.len() && it.this_type.is_none());
        if own.is_none() && super::purity::changes(name) {
            return Self::unknown(name, pos);
        }
        let values = args.iter().map(|arg| self.value(arg)).collect::<Run<Vec<Id>>>()?;
        match own {
            Some(index) => self.enter(index, &[], &values),
            None => self.function(name, &values, pos),
        }
    }

    /// A built-in function.
    fn function(&mut self, name: &str, args: &[Id], pos: Position) -> Run<Id> {
        if args.len() > 3 || name == "call" || name == "curry" || name == "Fn" {
            return Self::unknown(name, pos);
        }
        let pointer = |machine: &Self, arg: &Id| matches!(machine.diagrams.constant(*arg), Some(Leaf::Pointer(..)));
        if let [receiver, rest @ ..] = args
            && rest.iter().any(|arg| pointer(self, arg))
        {
            return self.with_closure(*receiver, name, rest, pos);
        }
        let name = self.native.name(name);
        let made = self.apply(Op::Named(name), args, pos)?;
        self.settled(made, pos)
    }

    fn known(&mut self, chain: &'rule Chain) -> Run<Vec<Known<'rule>>> {
        let mut steps = Vec::with_capacity(chain.steps.len());
        for step in &chain.steps {
            let args = match &step.kind {
                StepKind::Index(index) => vec![self.expr(index)?],
                StepKind::Property(..) => Vec::new(),
                StepKind::Method(_, args, _) => args.iter().map(|arg| self.value(arg)).collect::<Run<Vec<Id>>>()?,
            };
            steps.push(Known { step, args });
        }
        Ok(steps)
    }

    fn chain(&mut self, chain: &'rule Chain) -> Run<Id> {
        if let ExprKind::Variable(Variable { target: Target::Local(id), .. }) = chain.root.kind
            && reads_itself(chain, id)
        {
            return Self::unknown("a captured variable that is locked while it is looked at", chain.root.start);
        }
        let steps = self.known(chain)?;
        let changing = steps.iter().position(|known| match &known.step.kind {
            StepKind::Method(name, args, _) => {
                super::purity::changes(name) || self.own_method(name, args.len()).is_some()
            }
            _ => false,
        });
        let root = self.expr(&chain.root)?;
        let Some(at) = changing else {
            return self.walk(root, &steps);
        };
        let (to, rest) = steps.split_at(at);
        let StepKind::Method(name, _, pos) = &rest[0].step.kind else {
            unreachable!("only methods change what they are called on");
        };
        let place = self.walk(root, to)?;
        let (made, changed) = self.change(place, name, &rest[0].args, *pos)?;
        if let Some(changed) = changed {
            self.put_back(chain, root, to, changed, *pos)?;
        }
        self.walk(made, &rest[1..])
    }

    /// Reads along the steps.
    fn walk(&mut self, root: Id, steps: &[Known<'rule>]) -> Run<Id> {
        let Some((first, rest)) = steps.split_first() else {
            return Ok(root);
        };
        if first.step.optional {
            let root = self.forced(root)?;
            let pos = first.step.pos;
            let missing = self.apply(Op::IsUnit, &[root], pos)?;
            return self.both_ways(
                missing,
                |_| Ok(UNIT),
                |machine| {
                    let value = machine.step(root, first)?;
                    machine.walk(value, rest)
                },
            );
        }
        let value = self.step(root, first)?;
        self.walk(value, rest)
    }

    fn step(&mut self, value: Id, known: &Known<'rule>) -> Run<Id> {
        match &known.step.kind {
            StepKind::Index(index) => {
                let made = self.apply(Op::Index, &[value, known.args[0]], index.start)?;
                self.settled(made, index.start)
            }
            StepKind::Property(name, pos) => {
                let name = self.native.name(name);
                let made = self.apply(Op::Property(name), &[value], *pos)?;
                self.settled(made, *pos)
            }
            StepKind::Method(name, _, pos) => {
                let args: Vec<Id> = [value].into_iter().chain(known.args.iter().copied()).collect();
                self.function(name, &args, *pos)
            }
        }
    }

    fn own_method(&self, name: &str, arity: usize) -> Option<usize> {
        self.program.functions.iter().position(|it| it.name == name && it.params.len() == arity)
    }

    /// A method that may change what it is called on: its result, and what the place holds then, if anything else.
    fn change(&mut self, place: Id, name: &str, args: &[Id], pos: Position) -> Run<(Id, Option<Id>)> {
        if self.own_method(name, args.len()).is_some() {
            return Self::unknown("a function of the rule called as a method", pos);
        }
        let (mut made, mut changed) = (UNIT, place);
        for (leaf, condition) in self.cases(place, pos)? {
            let (one, other) = self.only_where(condition, |machine| machine.change_one(&leaf, name, args, pos))?;
            made = self.diagrams.choose(condition, one, made);
            changed = self.diagrams.choose(condition, other, changed);
        }
        Ok((made, (changed != place).then_some(changed)))
    }

    fn change_one(&mut self, leaf: &Leaf, name: &str, args: &[Id], pos: Position) -> Run<(Id, Id)> {
        match (leaf, name, args) {
            (Leaf::List(slots), "push", [value]) => {
                let slots: Vec<Slot> = slots.iter().copied().chain([Slot { guard: TRUE, value: *value }]).collect();
                Ok((UNIT, self.diagrams.leaf(Leaf::List(slots.into()))))
            }
            (Leaf::List(slots), "append", [value]) => {
                let value = self.forced(*value)?;
                match self.diagrams.constant(value).cloned() {
                    Some(Leaf::List(more)) => {
                        let slots: Vec<Slot> = slots.iter().chain(more.iter()).copied().collect();
                        Ok((UNIT, self.diagrams.leaf(Leaf::List(slots.into()))))
                    }
                    _ => Self::unknown(name, pos),
                }
            }
            (Leaf::List(slots), "sort", [comparer]) => {
                let sorted = self.sorted(slots, *comparer, pos)?;
                Ok((UNIT, sorted))
            }
            (Leaf::List(slots), "reverse", []) => {
                let slots: Vec<Slot> = slots.iter().rev().copied().collect();
                Ok((UNIT, self.diagrams.leaf(Leaf::List(slots.into()))))
            }
            (Leaf::List(_), "truncate", [size]) => {
                let list = self.diagrams.leaf(leaf.clone());
                let zero = self.diagrams.leaf(Leaf::Int(0));
                let name = self.native.name("extract");
                Ok((UNIT, self.apply(Op::Named(name), &[list, zero, *size], pos)?))
            }
            (Leaf::Text(_), "split", _) => {
                let text = self.diagrams.leaf(leaf.clone());
                let args: Vec<Id> = [text].into_iter().chain(args.iter().copied()).collect();
                Ok((self.function(name, &args, pos)?, text))
            }
            (Leaf::List(_), "clear", []) => Ok((UNIT, self.diagrams.list([]))),
            (Leaf::Map(_), "clear", []) => Ok((UNIT, self.diagrams.leaf(Leaf::Map([].into())))),
            (Leaf::Map(entries), "set", [key, value]) => {
                let changed = self.with_entry(entries, *key, *value, pos)?;
                Ok((UNIT, changed))
            }
            (Leaf::Map(entries), "remove", [key]) => {
                let key = self.forced(*key)?;
                let Some(Leaf::Text(key)) = self.diagrams.constant(key).cloned() else {
                    return Self::unknown(name, pos);
                };
                let found = entries.iter().find(|(it, _)| *it == key).map(|(_, slot)| *slot);
                let rest: Vec<(Rc<str>, Slot)> = entries.iter().filter(|(it, _)| *it != key).cloned().collect();
                let made = found.map_or(UNIT, |slot| self.diagrams.choose(slot.guard, slot.value, UNIT));
                Ok((made, self.diagrams.leaf(Leaf::Map(rest.into()))))
            }
            (Leaf::List(slots), "remove", [index]) if slots.iter().all(|slot| slot.guard == TRUE) => {
                let index = self.forced(*index)?;
                let Some(Leaf::Int(index)) = self.diagrams.constant(index) else {
                    return Self::unknown(name, pos);
                };
                let at = usize::try_from(*index).ok().filter(|at| *at < slots.len());
                let Some(at) = at else {
                    return Self::unknown(name, pos);
                };
                let mut rest = slots.to_vec();
                let taken = rest.remove(at);
                Ok((taken.value, self.diagrams.leaf(Leaf::List(rest.into()))))
            }
            _ => Self::unknown(name, pos),
        }
    }

    fn with_entry(&mut self, entries: &[(Rc<str>, Slot)], key: Id, value: Id, pos: Position) -> Run<Id> {
        let key = self.forced(key)?;
        if let Some(Leaf::Text(key)) = self.diagrams.constant(key).cloned() {
            return Ok(self.with_key(entries, &key, value));
        }
        // The key differs: each of them changes its own entry.
        let mut changed = self.diagrams.leaf(Leaf::Map(entries.into()));
        for (leaf, condition) in self.cases(key, pos)? {
            let Leaf::Text(key) = leaf else {
                return Self::unknown("a key that is no text", pos);
            };
            let Some(Leaf::Map(now)) = self.diagrams.constant(changed).cloned() else {
                unreachable!("maps are joined to one");
            };
            let one = self.with_key(&now, &key, value);
            changed = self.diagrams.choose(condition, one, changed);
        }
        Ok(changed)
    }

    fn with_key(&mut self, entries: &[(Rc<str>, Slot)], key: &str, value: Id) -> Id {
        let slot = Slot { guard: TRUE, value };
        let mut entries: Vec<(Rc<str>, Slot)> = entries.to_vec();
        match entries.binary_search_by(|(it, _)| it.as_ref().cmp(key)) {
            Ok(at) => entries[at].1 = slot,
            Err(at) => entries.insert(at, (key.into(), slot)),
        }
        self.diagrams.leaf(Leaf::Map(entries.into()))
    }

    /// Puts a value where the steps lead, in a copy of the container that they start from.
    fn replaced(&mut self, root: Id, steps: &[Known<'rule>], value: Id, pos: Position) -> Run<Id> {
        let Some((first, rest)) = steps.split_first() else {
            return Ok(value);
        };
        let value = if rest.is_empty() {
            value
        } else {
            let inner = self.step(root, first)?;
            self.replaced(inner, rest, value, pos)?
        };
        let key = match &first.step.kind {
            StepKind::Index(_) => first.args[0],
            StepKind::Property(name, _) => self.diagrams.text(name),
            StepKind::Method(..) => return Self::unknown("an assignment behind a method", pos),
        };
        let mut changed = root;
        for (leaf, condition) in self.cases(root, pos)? {
            let one = match &leaf {
                Leaf::Map(entries) => self.with_entry(entries, key, value, pos)?,
                Leaf::List(slots) if slots.iter().all(|slot| slot.guard == TRUE) => {
                    self.with_element(slots, key, value, pos)?
                }
                _ => return Self::unknown("an assignment into this", pos),
            };
            changed = self.diagrams.choose(condition, one, changed);
        }
        Ok(changed)
    }

    fn with_element(&mut self, slots: &[Slot], index: Id, value: Id, pos: Position) -> Run<Id> {
        let mut slots = slots.to_vec();
        let size = slots.len() as i64;
        let mut inside = FALSE;
        for (at, slot) in slots.iter_mut().enumerate() {
            let [front, back] = [at as i64, at as i64 - size].map(|at| self.diagrams.leaf(Leaf::Int(at)));
            let mut it = self.apply(Op::Binary("=="), &[index, front], pos)?;
            let other = self.apply(Op::Binary("=="), &[index, back], pos)?;
            it = self.diagrams.or(it, other);
            slot.value = self.diagrams.choose(it, value, slot.value);
            inside = self.diagrams.or(inside, it);
        }
        let coming = self.coming();
        let outside = self.diagrams.not(inside);
        if self.diagrams.and(coming, outside) != FALSE {
            return Self::unknown("an index that may lie outside", pos);
        }
        Ok(self.diagrams.leaf(Leaf::List(slots.into())))
    }

    fn put_back(&mut self, chain: &'rule Chain, root: Id, steps: &[Known<'rule>], value: Id, pos: Position) -> Run<()> {
        let whole = self.forced(root)?;
        let changed = self.replaced(whole, steps, value, pos)?;
        self.write(&chain.root, changed, pos)
    }

    /// Sets a variable.
    fn write(&mut self, target: &'rule Expr, value: Id, pos: Position) -> Run<()> {
        match &target.kind {
            ExprKind::Variable(Variable { target: Target::Local(id), .. }) => {
                let cell = self.cell_of(*id, pos)?;
                let shared = self.program.locals[*id].shared;
                self.write_cell(cell, value, shared);
                Ok(())
            }
            // What is not kept anywhere is changed for nobody.
            ExprKind::Call(..) | ExprKind::Array(_) | ExprKind::Map(_) => Ok(()),
            _ => Self::unknown("an assignment to this", pos),
        }
    }

    /// `target = value`, or with an operator.
    pub(super) fn assign(
        &mut self,
        target: &'rule Expr,
        operator: Option<&'static str>,
        value: Id,
        pos: Position,
    ) -> Run<()> {
        match &target.kind {
            ExprKind::Chain(chain) => {
                let steps = self.known(chain)?;
                let root = self.expr(&chain.root)?;
                let value = match operator {
                    Some(operator) => {
                        let before = self.walk(root, &steps)?;
                        self.combined(operator, before, value, pos)?
                    }
                    None => value,
                };
                self.put_back(chain, root, &steps, value, pos)
            }
            _ => {
                let value = match operator {
                    Some(operator) => {
                        let before = self.expr(target)?;
                        self.combined(operator, before, value, pos)?
                    }
                    None => value,
                };
                self.write(target, value, pos)
            }
        }
    }

    fn combined(&mut self, operator: &'static str, before: Id, value: Id, pos: Position) -> Run<Id> {
        let before = self.forced(before)?;
        // A list takes the entries of another, and a single value as a new entry.
        if operator == "+"
            && let Some(Leaf::List(slots)) = self.diagrams.constant(before).cloned()
        {
            let mut made = before;
            for (leaf, condition) in self.cases(value, pos)? {
                let more = match &leaf {
                    Leaf::List(more) => more.to_vec(),
                    _ => vec![Slot { guard: TRUE, value: self.diagrams.leaf(leaf) }],
                };
                let slots: Vec<Slot> = slots.iter().copied().chain(more).collect();
                let one = self.diagrams.leaf(Leaf::List(slots.into()));
                made = self.diagrams.choose(condition, one, made);
            }
            return Ok(made);
        }
        let made = self.apply(Op::Binary(operator), &[before, value], pos)?;
        self.settled(made, pos)
    }
}
