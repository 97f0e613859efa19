//! Methods of lists that call a closure for every entry, and sorting.

use std::rc::Rc;

use super::super::ir::{Expr, ExprKind, Function, NOWHERE, Stmt, Target, Variable};
use super::diagram::{FALSE, Id, Leaf, Slot, TRUE, UNIT};
use super::machine::{Machine, Run};
use super::native::Op;
use crate::source::Position;

/// An entry of a list to be sorted, with what it is sorted by.
#[derive(Debug, Clone)]
pub(super) struct Entry {
    there: Id,
    value: Id,
    keys: Rc<[Id]>,
}

/// How one key orders.
#[derive(Debug, Clone, Copy)]
pub(super) struct Order {
    descending: bool,
    /// Whether the comparer subtracts the keys, which may fail.
    difference: bool,
}

/// A list that is sorted as far as something asks for it.
#[derive(Debug, Clone)]
pub(super) struct Sorting {
    /// All entries.
    all: Rc<[Entry]>,
    orders: Rc<[Order]>,
    /// The entries, there only where they are none of the first.
    entries: Rc<[Entry]>,
    /// The values of the first, as far as they are known.
    first: Vec<Id>,
}

impl Sorting {
    /// How many entries there may be.
    pub(super) fn size(&self) -> usize {
        self.all.len()
    }

    /// The values of the entries, in no order.
    pub(super) fn values(&self) -> Vec<Id> {
        self.all.iter().map(|entry| entry.value).collect()
    }

    /// Everything that the order depends on, and the values.
    pub(super) fn parts(&self) -> Vec<Id> {
        self.all
            .iter()
            .flat_map(|entry| [entry.there, entry.value].into_iter().chain(entry.keys.iter().copied()))
            .collect()
    }
}

/// Differences of keys up to this size are whole numbers.
const KEY: i64 = 1 << 62;

impl<'rule> Machine<'rule> {
    /// A built-in function that calls back.
    pub(super) fn with_closure(&mut self, receiver: Id, name: &str, args: &[Id], pos: Position) -> Run<Id> {
        let mut made = UNIT;
        for (leaf, condition) in self.cases(receiver, pos)? {
            let Leaf::List(slots) = leaf else {
                return Self::unknown(name, pos);
            };
            let one = self.only_where(condition, |machine| match (machine.sorting_of(&slots), name, args) {
                (Some(sorting), "filter" | "map", [closure]) if machine.takes_one(*closure) => {
                    machine.over_sorted(sorting, name, *closure, pos)
                }
                _ => machine.over(&slots, name, args, pos),
            })?;
            made = self.diagrams.choose(condition, one, made);
        }
        Ok(made)
    }

    fn over(&mut self, slots: &[Slot], name: &str, args: &[Id], pos: Position) -> Run<Id> {
        match (name, args) {
            ("filter", [closure]) => {
                let mut kept = Vec::with_capacity(slots.len());
                let mut number = self.diagrams.leaf(Leaf::Int(0));
                for slot in slots {
                    let holds = self.test(*closure, slot, number, pos)?;
                    let guard = self.diagrams.and(slot.guard, holds);
                    if guard != FALSE {
                        kept.push(Slot { guard, value: slot.value });
                    }
                    number = self.count_on(number, slot.guard, pos)?;
                }
                Ok(self.diagrams.leaf(Leaf::List(kept.into())))
            }
            ("map", [closure]) => {
                let mut mapped = Vec::with_capacity(slots.len());
                let mut number = self.diagrams.leaf(Leaf::Int(0));
                for slot in slots {
                    let value =
                        self.with_guard(slot.guard, |machine| machine.call_back(*closure, slot.value, number, pos))?;
                    mapped.push(Slot { guard: slot.guard, value });
                    number = self.count_on(number, slot.guard, pos)?;
                }
                Ok(self.diagrams.leaf(Leaf::List(mapped.into())))
            }
            ("some" | "all" | "find" | "index_of", [closure]) => self.search(slots, name, *closure, pos),
            ("reduce", [closure, first]) => {
                let mut sum = *first;
                for slot in slots {
                    let now = sum;
                    let more =
                        self.with_guard(slot.guard, |machine| machine.call_with(*closure, &[now, slot.value], pos))?;
                    sum = self.diagrams.choose(slot.guard, more, sum);
                }
                Ok(sum)
            }
            _ => Self::unknown(name, pos),
        }
    }

    /// Looks for the first entry for which a closure holds; those behind it are not asked.
    fn search(&mut self, slots: &[Slot], name: &str, closure: Id, pos: Position) -> Run<Id> {
        let wanted = name != "all";
        let mut number = self.diagrams.leaf(Leaf::Int(0));
        let mut found = if name == "index_of" { self.diagrams.leaf(Leaf::Int(-1)) } else { UNIT };
        let (mut open, mut any) = (TRUE, FALSE);
        for slot in slots {
            let looks = self.diagrams.and(open, slot.guard);
            let asked = Slot { guard: looks, value: slot.value };
            let holds = self.test(closure, &asked, number, pos)?;
            let holds = if wanted { holds } else { self.diagrams.not(holds) };
            let first = self.diagrams.and(looks, holds);
            found = self.diagrams.choose(first, if name == "index_of" { number } else { slot.value }, found);
            any = self.diagrams.or(any, first);
            let later = self.diagrams.not(first);
            open = self.diagrams.and(open, later);
            number = self.count_on(number, slot.guard, pos)?;
        }
        Ok(match name {
            "some" => any,
            "all" => self.diagrams.not(any),
            _ => found,
        })
    }

    fn with_guard(&mut self, guard: Id, run: impl FnOnce(&mut Self) -> Run<Id>) -> Run<Id> {
        self.both_ways(guard, run, |_| Ok(UNIT))
    }

    fn test(&mut self, closure: Id, slot: &Slot, number: Id, pos: Position) -> Run<Id> {
        let value = self.with_guard(slot.guard, |machine| machine.call_back(closure, slot.value, number, pos))?;
        // What is no bool counts as false.
        self.apply(Op::IsTrue, &[value], pos)
    }

    /// Calls a closure with an entry, and with its number where it takes two.
    fn call_back(&mut self, closure: Id, value: Id, number: Id, pos: Position) -> Run<Id> {
        match self.diagrams.constant(closure).cloned() {
            Some(Leaf::Pointer(index, captured)) => {
                let function: &'rule Function = &self.program.functions[index];
                match function.params.len() - captured.len() {
                    1 => self.enter(index, &captured, &[value]),
                    2 => self.enter(index, &captured, &[value, number]),
                    _ => Self::unknown("a closure with such parameters", pos),
                }
            }
            _ => Self::unknown("a function that is not known", pos),
        }
    }

    fn call_with(&mut self, closure: Id, args: &[Id], pos: Position) -> Run<Id> {
        match self.diagrams.constant(closure).cloned() {
            Some(Leaf::Pointer(index, captured))
                if self.program.functions[index].params.len() == captured.len() + args.len() =>
            {
                self.enter(index, &captured, args)
            }
            _ => Self::unknown("a closure with such parameters", pos),
        }
    }

    /// A list sorted by a comparer that is known to give an order: differences and comparisons of keys, one key after
    /// the other. Equal entries stay as they were.
    pub(super) fn sorted(&mut self, slots: &Rc<[Slot]>, comparer: Id, pos: Position) -> Run<Id> {
        let Some(Leaf::Pointer(index, captured)) = self.diagrams.constant(comparer).cloned() else {
            return Self::unknown("sort by a comparer that is not known", pos);
        };
        let function: &'rule Function = &self.program.functions[index];
        if function.params.len() != captured.len() + 2 {
            return Self::unknown("sort by a comparer with such parameters", pos);
        }
        let params = [function.locals[captured.len()], function.locals[captured.len() + 1]];
        let keys = match function.body.as_slice() {
            [Stmt::Expr(it)] => keys(it, params),
            [Stmt::If { condition, body, branch }] => keys_of_if(condition, body, branch, params),
            _ => None,
        };
        let Some(keys) = keys else {
            return Self::unknown("sort by such a comparer", pos);
        };
        super::super::walk::statements(&function.body, &mut |statement| {
            self.reached.insert(super::machine::address(statement));
        });
        // Each key of each entry, once.
        let mut values: Vec<Vec<Id>> = Vec::with_capacity(slots.len());
        for slot in slots.iter() {
            let mut of_slot = Vec::with_capacity(keys.len());
            for key in &keys {
                let value = self.with_guard(slot.guard, |machine| {
                    machine.enter_part(index, &captured, params[key.param], slot.value, key.expr)
                })?;
                of_slot.push(self.forced(value)?);
            }
            values.push(of_slot);
        }
        let orders: Rc<[Order]> = keys.iter().map(|key| key.order).collect();
        let entries: Vec<Entry> = slots
            .iter()
            .zip(values)
            .map(|(slot, keys)| Entry { there: slot.guard, value: slot.value, keys: keys.into() })
            .collect();
        if entries.iter().flat_map(|entry| entry.keys.iter()).all(|key| self.diagrams.constant(*key).is_some()) {
            let mut sorted: Vec<Slot> = Vec::with_capacity(slots.len());
            let mut placed: Vec<&Entry> = Vec::with_capacity(slots.len());
            for entry in &entries {
                let mut at = placed.len();
                while at > 0 && self.stands_before(entry, placed[at - 1], &orders, pos)? == TRUE {
                    at -= 1;
                }
                placed.insert(at, entry);
                sorted.insert(at, Slot { guard: entry.there, value: entry.value });
            }
            return Ok(self.diagrams.leaf(Leaf::List(sorted.into())));
        }
        for (at, _) in orders.iter().enumerate().filter(|(_, order)| order.difference) {
            for leaf in entries.iter().flat_map(|entry| self.diagrams.leaves(entry.keys[at])).collect::<Vec<_>>() {
                match self.diagrams.constant(leaf) {
                    Some(Leaf::Int(key)) if key.abs() < KEY => {}
                    Some(Leaf::Unit) => {}
                    _ => return Self::unknown("sort by what may be no small whole number", pos),
                }
            }
        }
        self.in_order(entries, orders, pos)
    }

    /// The list of these entries in order, each computed when something asks for it.
    fn in_order(&mut self, entries: Vec<Entry>, orders: Rc<[Order]>, pos: Position) -> Run<Id> {
        let entries: Rc<[Entry]> = entries.into_iter().filter(|entry| entry.there != FALSE).collect();
        let mut count = self.diagrams.leaf(Leaf::Int(0));
        for entry in entries.iter() {
            count = self.count_on(count, entry.there, pos)?;
        }
        let size = entries.len();
        self.sortings.push(Sorting { all: entries.clone(), orders, entries, first: Vec::new() });
        let sorting = self.sortings.len() - 1;
        let mut sorted = Vec::with_capacity(size);
        for place in 0..size {
            let wanted = self.diagrams.leaf(Leaf::Int(place as i64));
            let guard = self.apply(Op::Binary(">"), &[count, wanted], pos)?;
            sorted.push(Slot { guard, value: self.rank_later(sorting, place) });
        }
        Ok(self.diagrams.leaf(Leaf::List(sorted.into())))
    }

    /// `filter` and `map` of a sorted list need not know the order, unless they ask for the number of an entry.
    fn over_sorted(&mut self, sorting: usize, name: &str, closure: Id, pos: Position) -> Run<Id> {
        let Sorting { all, orders, .. } = self.sortings[sorting].clone();
        let number = UNIT;
        let mut made = Vec::with_capacity(all.len());
        for entry in all.iter() {
            let mut entry = entry.clone();
            if name == "filter" {
                let slot = Slot { guard: entry.there, value: entry.value };
                let holds = self.test(closure, &slot, number, pos)?;
                entry.there = self.diagrams.and(entry.there, holds);
            } else {
                let (there, value) = (entry.there, entry.value);
                entry.value = self.with_guard(there, |machine| machine.call_back(closure, value, number, pos))?;
            }
            made.push(entry);
        }
        self.in_order(made, orders, pos)
    }

    fn takes_one(&self, closure: Id) -> bool {
        match self.diagrams.constant(closure) {
            Some(Leaf::Pointer(index, captured)) => self.program.functions[*index].params.len() == captured.len() + 1,
            _ => false,
        }
    }

    /// The entry at a place of a sorted list. One place after the other is filled, as far as something asks for it.
    pub(super) fn ranked(&mut self, sorting: usize, place: usize) -> Run<Id> {
        while self.sortings[sorting].first.len() <= place {
            let Sorting { entries, orders, .. } = self.sortings[sorting].clone();
            let mut best = Entry { there: FALSE, value: UNIT, keys: orders.iter().map(|_| UNIT).collect() };
            for (number, entry) in entries.iter().enumerate() {
                let smaller = self.stands_before(entry, &best, &orders, NOWHERE)?;
                let empty = self.diagrams.not(best.there);
                let better = self.diagrams.or(smaller, empty);
                let better = self.diagrams.and(better, entry.there);
                let number = self.diagrams.leaf(Leaf::Int(number as i64));
                best = self.either(better, &Entry { value: number, ..entry.clone() }, &best);
                self.check_budget()?;
            }
            // Where no entry is left it does not matter what stands there.
            let mut value = entries[0].value;
            let mut left = Vec::with_capacity(entries.len());
            for (number, entry) in entries.iter().enumerate() {
                let number = self.diagrams.leaf(Leaf::Int(number as i64));
                let it = self.diagrams.is(best.value, number);
                value = self.diagrams.choose(it, entry.value, value);
                let other = self.diagrams.not(it);
                left.push(Entry { there: self.diagrams.and(entry.there, other), ..entry.clone() });
            }
            let sorting = &mut self.sortings[sorting];
            sorting.entries = left.into();
            sorting.first.push(value);
        }
        Ok(self.sortings[sorting].first[place])
    }

    fn either(&mut self, condition: Id, one: &Entry, other: &Entry) -> Entry {
        let mut choose = |one, other| self.diagrams.choose(condition, one, other);
        Entry {
            there: choose(one.there, other.there),
            value: choose(one.value, other.value),
            keys: one.keys.iter().zip(other.keys.iter()).map(|(one, other)| choose(*one, *other)).collect(),
        }
    }

    /// Where an entry has to stand in front of another, both being there.
    fn stands_before(&mut self, one: &Entry, other: &Entry, orders: &[Order], pos: Position) -> Run<Id> {
        let both = self.diagrams.and(one.there, other.there);
        let mut first = FALSE;
        for (order, (a, b)) in orders.iter().zip(one.keys.iter().zip(other.keys.iter())).rev() {
            let (a, b) = if order.descending { (*b, *a) } else { (*a, *b) };
            let smaller = self.smaller(a, b, both, order.difference, pos)?;
            let larger = self.smaller(b, a, both, order.difference, pos)?;
            let rest = self.diagrams.choose(larger, FALSE, first);
            first = self.diagrams.choose(smaller, TRUE, rest);
        }
        Ok(self.diagrams.and(first, both))
    }

    fn smaller(&mut self, a: Id, b: Id, both: Id, difference: bool, pos: Position) -> Run<Id> {
        if a == b {
            return Ok(FALSE);
        }
        let before = self.here;
        self.here = self.diagrams.and(before, both);
        let made = if difference {
            let zero = self.diagrams.leaf(Leaf::Int(0));
            let gap = self.apply(Op::Binary("-"), &[a, b], pos)?;
            let gap = self.settled(gap, pos)?;
            self.apply(Op::Binary("<"), &[gap, zero], pos)?
        } else {
            self.apply(Op::Binary("<"), &[a, b], pos)?
        };
        let made = self.apply(Op::IsTrue, &[made], pos);
        self.here = before;
        made
    }

    fn enter_part(&mut self, index: usize, captured: &[usize], param: usize, value: Id, part: &'rule Expr) -> Run<Id> {
        let function: &'rule Function = &self.program.functions[index];
        self.with_variables(function.locals.iter().copied().zip(captured.iter().copied()).collect(), param, value, part)
    }
}

/// What a comparer looks at.
struct Key<'rule> {
    /// The key of one of the two, computed from this parameter.
    expr: &'rule Expr,
    param: usize,
    order: Order,
}

/// The parameters that an expression reads: the first, the second.
fn reads(expr: &Expr, params: [usize; 2]) -> [bool; 2] {
    let mut read = [false; 2];
    super::super::walk::expr(expr, &mut |part| {
        if let ExprKind::Variable(Variable { target: Target::Local(id), .. }) = &part.kind {
            for (read, param) in read.iter_mut().zip(params) {
                *read |= *id == param;
            }
        }
    });
    read
}

/// Whether two expressions are the same but for the parameter that they read.
fn twins(one: &Expr, other: &Expr, params: [usize; 2]) -> bool {
    use super::super::ir::StepKind;
    let all = |one: &[Expr], other: &[Expr]| {
        one.len() == other.len() && one.iter().zip(other).all(|(one, other)| twins(one, other, params))
    };
    match (&one.kind, &other.kind) {
        (ExprKind::Int(a), ExprKind::Int(b)) => a == b,
        (ExprKind::Text(a), ExprKind::Text(b)) => a == b,
        (ExprKind::Variable(a), ExprKind::Variable(b)) => match (&a.target, &b.target) {
            (Target::Local(a), Target::Local(b)) => a == b || params.contains(a) && params.contains(b),
            (Target::Global, Target::Global) => a.name == b.name,
            _ => false,
        },
        (ExprKind::Call(a, one), ExprKind::Call(b, other)) => a == b && all(one, other),
        (ExprKind::Chain(a), ExprKind::Chain(b)) => {
            a.steps.len() == b.steps.len()
                && twins(&a.root, &b.root, params)
                && a.steps.iter().zip(&b.steps).all(|(a, b)| match (&a.kind, &b.kind) {
                    (StepKind::Index(a), StepKind::Index(b)) => twins(a, b, params),
                    (StepKind::Property(a, _), StepKind::Property(b, _)) => a == b,
                    (StepKind::Method(a, one, _), StepKind::Method(b, other, _)) => a == b && all(one, other),
                    _ => false,
                })
        }
        _ => false,
    }
}

fn pair<'rule>(one: &'rule Expr, other: &'rule Expr, params: [usize; 2], difference: bool) -> Option<Key<'rule>> {
    let (first, second) = (reads(one, params), reads(other, params));
    let swapped = match (first, second) {
        ([true, false], [false, true]) => false,
        ([false, true], [true, false]) => true,
        _ => return None,
    };
    let order = Order { descending: swapped, difference };
    twins(one, other, params).then_some(Key { expr: one, param: usize::from(swapped), order })
}

fn keys(expr: &Expr, params: [usize; 2]) -> Option<Vec<Key<'_>>> {
    match &expr.kind {
        ExprKind::Binary("-", sides) => Some(vec![pair(&sides[0], &sides[1], params, true)?]),
        ExprKind::Block(statements) => match statements.as_slice() {
            [Stmt::Expr(it)] => keys(it, params),
            [Stmt::If { condition, body, branch }] => keys_of_if(condition, body, branch, params),
            _ => None,
        },
        _ => None,
    }
}

fn only(statements: &[Stmt], params: [usize; 2]) -> Option<Vec<Key<'_>>> {
    match statements {
        [Stmt::Expr(it)] => keys(it, params),
        [Stmt::If { condition, body, branch }] => keys_of_if(condition, body, branch, params),
        _ => None,
    }
}

fn number(statements: &[Stmt]) -> Option<i64> {
    match statements {
        [Stmt::Expr(Expr { kind: ExprKind::Int(it), .. })] => Some(*it),
        [Stmt::Expr(Expr { kind: ExprKind::Unary("-", it), .. })] => match it.kind {
            ExprKind::Int(it) => Some(-it),
            _ => None,
        },
        _ => None,
    }
}

fn keys_of_if<'rule>(
    condition: &'rule Expr,
    body: &'rule [Stmt],
    branch: &'rule [Stmt],
    params: [usize; 2],
) -> Option<Vec<Key<'rule>>> {
    let ExprKind::Binary(operator, sides) = &condition.kind else {
        return None;
    };
    let compared = pair(&sides[0], &sides[1], params, false)?;
    match *operator {
        "!=" => {
            let mut found = only(body, params)?;
            // The first key is the one that was asked about.
            let [first] = found.as_slice() else {
                return None;
            };
            if !twins(first.expr, compared.expr, params) {
                return None;
            }
            found.extend(only(branch, params)?);
            Some(found)
        }
        // `if a.x > b.x { -1 } else if a.x < b.x { 1 } else { 0 }`
        ">" | "<" => {
            let [Stmt::If { condition: second, body: then, branch: rest }] = inner(branch) else {
                return None;
            };
            let ExprKind::Binary(other, others) = &second.kind else {
                return None;
            };
            let twin = pair(&others[0], &others[1], params, false)?;
            let opposite = [operator, other] == [&">", &"<"] || [operator, other] == [&"<", &">"];
            let same = twins(twin.expr, compared.expr, params) && twin.param == compared.param;
            let signs = [number(body)?, number(then)?, number(rest)?];
            if !opposite || !same || signs[2] != 0 || signs[0].signum() * signs[1].signum() != -1 {
                return None;
            }
            // Ascending where the smaller comes first.
            let smaller_first = (*operator == "<") == (signs[0] < 0);
            let descending = compared.order.descending == smaller_first;
            Some(vec![Key { order: Order { descending, ..compared.order }, ..compared }])
        }
        _ => None,
    }
}

fn inner(statements: &[Stmt]) -> &[Stmt] {
    match statements {
        [Stmt::Expr(Expr { kind: ExprKind::Block(inside), .. })] => inside,
        _ => statements,
    }
}
