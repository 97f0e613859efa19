//! What built-in functions and operators do. On plain values the Rhai engine itself says it; lists and maps whose entries
//! differ from combination to combination are ours.

use rhai::{AST, CallFnOptions, Dynamic, Map as RhaiMap, Scope};
use rustc_hash::FxHashMap;

use super::super::engine::{RULE_OPERATIONS, Sandbox, engine};
use super::diagram::{Diagrams, FALSE, Id, Leaf, Slot, TRUE, UNIT};
use super::machine::{Machine, Run};
use crate::source::Position;

/// An operation on values.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Op {
    /// What was left for later, computed.
    Force,
    /// The value, which must be a bool.
    Truth,
    /// Whether it is `true`.
    IsTrue,
    /// Whether it is `()`.
    IsUnit,
    /// Whether a value is what a `switch` looks for.
    Same,
    /// Whether a whole number lies in a range.
    InRange,
    /// An operator between two values.
    Binary(&'static str),
    /// An operator in front of a value.
    Unary(&'static str),
    /// `container[key]`.
    Index,
    /// A part of an interpolated text, put behind what comes before it.
    Append,
    /// A function by its index in [`Native`].
    Named(u32),
    /// A property by the index of its name.
    Property(u32),
}

/// The Rhai engine as the judge of plain values.
#[derive(Debug)]
pub(super) struct Native {
    sandbox: EngineBox,
    scripts: FxHashMap<String, AST>,
    names: Vec<String>,
    faults: Vec<String>,
}

struct EngineBox(Sandbox);

impl std::fmt::Debug for EngineBox {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Engine")
    }
}

impl Native {
    pub(super) fn new() -> Self {
        Native {
            sandbox: EngineBox(engine(RULE_OPERATIONS)),
            scripts: FxHashMap::default(),
            names: Vec::new(),
            faults: Vec::new(),
        }
    }

    /// The index of a name.
    pub(super) fn name(&mut self, name: &str) -> u32 {
        let known = self.names.iter().position(|it| it == name);
        let index = known.unwrap_or_else(|| {
            self.names.push(name.to_string());
            self.names.len() - 1
        });
        u32::try_from(index).expect("a rule has few names")
    }

    /// The index of an error's text.
    pub(super) fn fault(&mut self, text: &str) -> u32 {
        let known = self.faults.iter().position(|it| it == text);
        let index = known.unwrap_or_else(|| {
            self.faults.push(text.to_string());
            self.faults.len() - 1
        });
        u32::try_from(index).expect("errors name few values")
    }

    pub(super) fn fault_text(&self, index: u32) -> &str {
        &self.faults[index as usize]
    }

    fn run(&mut self, body: &str, args: Vec<Dynamic>) -> Result<Dynamic, String> {
        let sandbox = &self.sandbox.0;
        if !self.scripts.contains_key(body) {
            let params = ["a", "b", "c"][..args.len()].join(", ");
            let script = sandbox.engine.compile(format!("fn run({params}) {{ {body} }}"));
            self.scripts.insert(body.to_string(), script.map_err(|error| error.to_string())?);
        }
        sandbox.start(1);
        let options = CallFnOptions::new().eval_ast(false);
        let made = sandbox.engine.call_fn_with_options::<Dynamic>(
            options,
            &mut Scope::new(),
            &self.scripts[body],
            "run",
            args,
        );
        made.map_err(|error| {
            let text = error.unwrap_inner().to_string();
            text.split(" (line ").next().unwrap_or(&text).to_string()
        })
    }
}

/// A value as the engine has it, when it is the same for every combination through and through.
pub(super) fn plain(diagrams: &Diagrams, leaf: &Leaf) -> Option<Dynamic> {
    let entry = |slot: &Slot| {
        let leaf = diagrams.constant(slot.value).filter(|_| slot.guard == TRUE)?;
        plain(diagrams, leaf)
    };
    Some(match leaf {
        Leaf::Unit => Dynamic::UNIT,
        Leaf::Bool(it) => (*it).into(),
        Leaf::Int(it) => (*it).into(),
        Leaf::Float(bits) => f64::from_bits(*bits).into(),
        Leaf::Char(it) => (*it).into(),
        Leaf::Text(it) => it.to_string().into(),
        Leaf::Range(start, end, true) => Dynamic::from(*start..=*end),
        Leaf::Range(start, end, false) => Dynamic::from(*start..*end),
        Leaf::List(slots) => {
            let slots: Vec<&Slot> = slots.iter().filter(|slot| slot.guard != FALSE).collect();
            slots.into_iter().map(entry).collect::<Option<Vec<Dynamic>>>()?.into()
        }
        Leaf::Map(entries) => {
            let entries = entries.iter().filter(|(_, slot)| slot.guard != FALSE);
            entries.map(|(key, slot)| Some((key.as_ref().into(), entry(slot)?))).collect::<Option<RhaiMap>>()?.into()
        }
        Leaf::Pointer(..) | Leaf::Late(_) | Leaf::Fault(_) => return None,
    })
}

/// A value of the engine as a diagram.
pub(super) fn from_engine(diagrams: &mut Diagrams, value: &Dynamic) -> Option<Id> {
    if value.is_unit() {
        return Some(UNIT);
    }
    let leaf = if let Ok(it) = value.as_bool() {
        Leaf::Bool(it)
    } else if let Ok(it) = value.as_int() {
        Leaf::Int(it)
    } else if let Ok(it) = value.as_float() {
        Leaf::Float(it.to_bits())
    } else if let Ok(it) = value.as_char() {
        Leaf::Char(it)
    } else if let Some(it) = value.read_lock::<rhai::ImmutableString>() {
        Leaf::Text(it.as_str().into())
    } else if let Some(items) = value.read_lock::<rhai::Array>() {
        let values: Option<Vec<Id>> = items.iter().map(|item| from_engine(diagrams, item)).collect();
        return Some(diagrams.list(values?));
    } else if let Some(entries) = value.read_lock::<RhaiMap>() {
        let slots: Option<Vec<_>> = entries
            .iter()
            .map(|(key, value)| Some((key.as_str().into(), Slot { guard: TRUE, value: from_engine(diagrams, value)? })))
            .collect();
        Leaf::Map(slots?.into())
    } else if let Some(range) = value.read_lock::<std::ops::Range<i64>>() {
        Leaf::Range(range.start, range.end, false)
    } else if let Some(range) = value.read_lock::<std::ops::RangeInclusive<i64>>() {
        Leaf::Range(*range.start(), *range.end(), true)
    } else {
        return None;
    };
    Some(diagrams.leaf(leaf))
}

fn is_container(leaf: &Leaf) -> bool {
    matches!(leaf, Leaf::List(_) | Leaf::Map(_))
}

impl Machine<'_> {
    /// Applies an operation for every combination.
    pub(super) fn apply(&mut self, op: Op, args: &[Id], pos: Position) -> Run<Id> {
        let mut all = [UNIT; 3];
        for (at, arg) in all.iter_mut().zip(args) {
            *at = self.forced(*arg)?;
        }
        self.applied(op, all, args.len(), pos)
    }

    fn applied(&mut self, op: Op, args: [Id; 3], count: usize, pos: Position) -> Run<Id> {
        let key = (op, args);
        if let Some(known) = self.memo.get(&key) {
            return Ok(*known);
        }
        self.diagrams.step();
        let question = args.iter().map(|arg| self.diagrams.top(*arg)).min().expect("three arguments");
        let made = if question == u32::MAX {
            let leaves: Vec<Leaf> =
                args[..count].iter().map(|arg| self.diagrams.constant(*arg).expect("a leaf").clone()).collect();
            let made = self.plainly(op, &leaves, pos)?;
            self.forced(made)?
        } else {
            self.check_budget()?;
            let next = (0..self.diagrams.answers()[question as usize])
                .map(|answer| {
                    let args = args.map(|arg| self.diagrams.given(arg, question, answer));
                    self.applied(op, args, count, pos)
                })
                .collect::<Run<Vec<Id>>>()?;
            self.diagrams.select(question, &next)
        };
        self.memo.insert(key, made);
        Ok(made)
    }

    fn plainly(&mut self, op: Op, args: &[Leaf], pos: Position) -> Run<Id> {
        if let Some(fault) = args.iter().find(|arg| matches!(arg, Leaf::Fault(_))) {
            return Ok(match op {
                // Questions that we ask ourselves; where a value failed, nothing goes on.
                Op::IsTrue | Op::IsUnit | Op::Same | Op::InRange => FALSE,
                _ => self.diagrams.leaf(fault.clone()),
            });
        }
        match op {
            Op::Force => unreachable!("it has its own way"),
            Op::Truth => match &args[0] {
                it @ Leaf::Bool(_) => Ok(self.diagrams.leaf(it.clone())),
                _ => self.faulty("a condition that is neither true nor false"),
            },
            Op::IsTrue => Ok(self.diagrams.bool(args[0] == Leaf::Bool(true))),
            Op::IsUnit => Ok(self.diagrams.bool(args[0] == Leaf::Unit)),
            Op::Same => match (&args[0], &args[1]) {
                (one, other) if is_container(one) || is_container(other) => {
                    Self::unknown("switch on a list or map", pos)
                }
                (Leaf::Float(_), Leaf::Int(_)) | (Leaf::Int(_), Leaf::Float(_)) => {
                    Self::unknown("switch between kinds of numbers", pos)
                }
                (one, other) => Ok(self.diagrams.bool(one == other)),
            },
            Op::InRange => match (&args[0], &args[1]) {
                (Leaf::Int(it), Leaf::Range(start, end, inclusive)) => {
                    Ok(self.diagrams.bool(it >= start && if *inclusive { it <= end } else { it < end }))
                }
                (Leaf::Float(_), _) => Self::unknown("switch on a number with a decimal point", pos),
                _ => Ok(FALSE),
            },
            Op::Binary(operator) => self.binary(operator, &args[0], &args[1], pos),
            Op::Unary(operator) => self.ask(&format!("{operator}a"), args, pos),
            Op::Index => self.index(&args[0], &args[1], pos),
            Op::Append => self.ask("`${a}${b}`", args, pos),
            Op::Named(name) => {
                let name = self.native.names[name as usize].clone();
                self.named(&name, args, pos)
            }
            Op::Property(name) => {
                let name = self.native.names[name as usize].clone();
                match &args[0] {
                    Leaf::Map(entries) => Ok(self.entry(entries, &name)),
                    Leaf::List(_) => self.named(&name, args, pos),
                    _ => self.ask(&format!("a.{name}"), args, pos),
                }
            }
        }
    }

    fn faulty(&mut self, text: &str) -> Run<Id> {
        let fault = self.native.fault(text);
        Ok(self.diagrams.leaf(Leaf::Fault(fault)))
    }

    /// What the engine says.
    fn ask(&mut self, body: &str, args: &[Leaf], pos: Position) -> Run<Id> {
        let values: Option<Vec<Dynamic>> = args.iter().map(|arg| plain(&self.diagrams, arg)).collect();
        let Some(values) = values else {
            return Self::unknown(body, pos);
        };
        match self.native.run(body, values) {
            Ok(value) => from_engine(&mut self.diagrams, &value).map_or_else(|| Self::unknown(body, pos), Ok),
            Err(text) => self.faulty(&text),
        }
    }

    fn asked(&mut self, name: &str, args: &[Leaf], pos: Position) -> Run<Id> {
        let params = ["a", "b", "c"][..args.len()].join(", ");
        self.ask(&format!("{name}({params})"), args, pos)
    }

    fn binary(&mut self, operator: &'static str, one: &Leaf, other: &Leaf, pos: Position) -> Run<Id> {
        match (operator, one, other) {
            ("+", Leaf::List(first), Leaf::List(second)) => {
                let slots: Vec<Slot> = first.iter().chain(second.iter()).copied().collect();
                Ok(self.diagrams.leaf(Leaf::List(slots.into())))
            }
            ("+", Leaf::Map(first), Leaf::Map(second)) => {
                let mut entries = first.to_vec();
                for (key, slot) in second.iter() {
                    match entries.binary_search_by(|(it, _)| it.cmp(key)) {
                        Ok(at) => {
                            let before = entries[at].1;
                            let guard = self.diagrams.or(before.guard, slot.guard);
                            let value = self.diagrams.choose(slot.guard, slot.value, before.value);
                            entries[at].1 = Slot { guard, value };
                        }
                        Err(at) => entries.insert(at, (key.clone(), *slot)),
                    }
                }
                Ok(self.diagrams.leaf(Leaf::Map(entries.into())))
            }
            ("==" | "!=", one, other) if is_container(one) != is_container(other) => {
                Ok(self.diagrams.bool(operator == "!="))
            }
            // Two ranges, one of whose ends was not a whole number, are an error that the engine words.
            ("..", Leaf::Int(start), Leaf::Int(end)) => Ok(self.diagrams.leaf(Leaf::Range(*start, *end, false))),
            ("..=", Leaf::Int(start), Leaf::Int(end)) => Ok(self.diagrams.leaf(Leaf::Range(*start, *end, true))),
            _ => self.ask(&format!("a {operator} b"), &[one.clone(), other.clone()], pos),
        }
    }

    fn entry(&mut self, entries: &[(std::rc::Rc<str>, Slot)], key: &str) -> Id {
        match entries.iter().find(|(it, _)| it.as_ref() == key) {
            Some((_, slot)) => self.diagrams.choose(slot.guard, slot.value, UNIT),
            None => UNIT,
        }
    }

    fn index(&mut self, container: &Leaf, key: &Leaf, pos: Position) -> Run<Id> {
        match (container, key) {
            (Leaf::Map(entries), Leaf::Text(key)) => Ok(self.entry(entries, key)),
            (Leaf::List(slots), Leaf::Int(index)) => self.element(slots, *index, pos),
            _ => self.ask("a[b]", &[container.clone(), key.clone()], pos),
        }
    }

    /// The element at an index, counted from the end where it is negative.
    fn element(&mut self, slots: &[Slot], index: i64, pos: Position) -> Run<Id> {
        let size = slots.len();
        let fault = self.native.fault(&format!("Array index {index} out of bounds"));
        let outside = self.diagrams.leaf(Leaf::Fault(fault));
        if slots.iter().all(|slot| slot.guard == TRUE) {
            let at = if index < 0 { index + size as i64 } else { index };
            let found = usize::try_from(at).ok().and_then(|at| slots.get(at));
            return Ok(found.map_or(outside, |slot| slot.value));
        }
        let wanted = if index < 0 { -1 - index } else { index };
        let wanted = self.diagrams.leaf(Leaf::Int(wanted));
        let mut count = self.diagrams.leaf(Leaf::Int(0));
        let mut found = outside;
        let ordered: Vec<Slot> = if index < 0 { slots.iter().rev().copied().collect() } else { slots.to_vec() };
        for slot in ordered {
            let at = self.apply(Op::Binary("=="), &[count, wanted], pos)?;
            let it = self.diagrams.and(at, slot.guard);
            found = self.diagrams.choose(it, slot.value, found);
            count = self.count_on(count, slot.guard, pos)?;
        }
        Ok(found)
    }

    fn counted(&mut self, guards: impl Iterator<Item = Id>, pos: Position) -> Run<Id> {
        let mut count = self.diagrams.leaf(Leaf::Int(0));
        for guard in guards {
            count = self.count_on(count, guard, pos)?;
        }
        Ok(count)
    }

    fn named(&mut self, name: &str, args: &[Leaf], pos: Position) -> Run<Id> {
        match (name, args) {
            ("len", [Leaf::List(slots)]) => self.counted(slots.iter().map(|slot| slot.guard), pos),
            ("len", [Leaf::Map(entries)]) => self.counted(entries.iter().map(|(_, slot)| slot.guard), pos),
            ("is_empty", [Leaf::List(slots)]) => Ok(self.nothing(slots.iter().map(|slot| slot.guard))),
            ("is_empty", [Leaf::Map(entries)]) => Ok(self.nothing(entries.iter().map(|(_, slot)| slot.guard))),
            ("contains", [Leaf::Map(entries), Leaf::Text(key)]) => {
                Ok(entries.iter().find(|(it, _)| it == key).map_or(FALSE, |(_, slot)| slot.guard))
            }
            ("contains", [Leaf::Map(_), _]) => Ok(FALSE),
            ("contains", [Leaf::List(slots), wanted]) => {
                let wanted = self.diagrams.leaf(wanted.clone());
                let mut found = FALSE;
                for slot in slots.iter() {
                    let same = self.apply(Op::Binary("=="), &[slot.value, wanted], pos)?;
                    let it = self.diagrams.and(slot.guard, same);
                    found = self.diagrams.or(found, it);
                }
                Ok(found)
            }
            ("keys", [Leaf::Map(entries)]) => {
                let slots: Vec<Slot> = entries
                    .iter()
                    .map(|(key, slot)| Slot { guard: slot.guard, value: self.diagrams.text(key) })
                    .filter(|slot| slot.guard != FALSE)
                    .collect();
                Ok(self.diagrams.leaf(Leaf::List(slots.into())))
            }
            ("values", [Leaf::Map(entries)]) => {
                let slots: Vec<Slot> =
                    entries.iter().map(|(_, slot)| *slot).filter(|slot| slot.guard != FALSE).collect();
                Ok(self.diagrams.leaf(Leaf::List(slots.into())))
            }
            ("get", [Leaf::Map(entries), Leaf::Text(key)]) => Ok(self.entry(entries, key)),
            ("print" | "debug", _) => Ok(UNIT),
            ("index_of", [Leaf::List(slots), wanted]) => {
                let wanted = self.diagrams.leaf(wanted.clone());
                let mut found = self.diagrams.leaf(Leaf::Int(-1));
                let mut open = TRUE;
                let mut count = self.diagrams.leaf(Leaf::Int(0));
                for slot in slots.iter() {
                    let same = self.apply(Op::Binary("=="), &[slot.value, wanted], pos)?;
                    let it = self.diagrams.and(slot.guard, same);
                    let first = self.diagrams.and(open, it);
                    found = self.diagrams.choose(first, count, found);
                    let later = self.diagrams.not(it);
                    open = self.diagrams.and(open, later);
                    count = self.count_on(count, slot.guard, pos)?;
                }
                Ok(found)
            }
            ("extract", [Leaf::List(slots), Leaf::Int(start), Leaf::Int(length)])
                if *start >= 0 && slots.iter().all(|slot| slot.guard == TRUE) =>
            {
                let from = usize::try_from(*start).unwrap_or(usize::MAX).min(slots.len());
                let length = usize::try_from(*length).unwrap_or(0);
                let part: Vec<Slot> = slots[from..].iter().take(length).copied().collect();
                Ok(self.diagrams.leaf(Leaf::List(part.into())))
            }
            ("extract", [Leaf::List(slots), Leaf::Int(start), Leaf::Int(length)]) if *start >= 0 => {
                let end = start.saturating_add((*length).max(0));
                let mut count = self.diagrams.leaf(Leaf::Int(0));
                let [from, to] = [*start, end].map(|at| self.diagrams.leaf(Leaf::Int(at)));
                let mut part = Vec::new();
                for slot in slots.iter() {
                    let behind = self.apply(Op::Binary(">="), &[count, from], pos)?;
                    let before = self.apply(Op::Binary("<"), &[count, to], pos)?;
                    let within = self.diagrams.and(behind, before);
                    let guard = self.diagrams.and(slot.guard, within);
                    part.push(Slot { guard, value: slot.value });
                    count = self.count_on(count, slot.guard, pos)?;
                }
                part.retain(|slot| slot.guard != FALSE);
                Ok(self.diagrams.leaf(Leaf::List(part.into())))
            }
            ("type_of", [Leaf::List(_)]) => Ok(self.diagrams.text("array")),
            ("type_of", [Leaf::Map(_)]) => Ok(self.diagrams.text("map")),
            // A list is cut in two, a text is not.
            ("split", [Leaf::Text(_), ..]) => self.asked(name, args, pos),
            _ if super::purity::changes(name) => Self::unknown(name, pos),
            _ => self.asked(name, args, pos),
        }
    }

    fn nothing(&mut self, guards: impl Iterator<Item = Id>) -> Id {
        let mut some = FALSE;
        for guard in guards {
            some = self.diagrams.or(some, guard);
        }
        self.diagrams.not(some)
    }
}
