//! Arrays, maps and interpolations, which Rhai measures while it makes them: the item that makes one too large is the
//! one that the error names, and what stands behind it does not happen any more.
//!
//! What is surely small is not measured. Where nothing behind the first large item can fail or do anything, the whole
//! is measured once at its end; otherwise it grows item by item.

use std::collections::BTreeSet;

use super::super::engine::{ELEMENTS, ENTRIES, TEXT_BYTES};
use super::super::ir::{Expr, ExprKind, LocalId, StepKind, Target, Variable};
use super::expr::{is_literal, is_surely_bool, is_temporary};
use super::{Emitter, Use, place};
use crate::escape::script_json;

/// Calls that stand in each other, before a temporary cuts them.
const NESTED: usize = 40;

/// Elements of arrays, entries of maps and bytes of texts.
#[derive(Debug, Clone, Copy, Default)]
struct Size {
    elements: usize,
    entries: usize,
    bytes: usize,
}

impl Size {
    fn add(&mut self, other: Size) {
        self.elements += other.elements;
        self.entries += other.entries;
        self.bytes += other.bytes;
    }

    fn is_small(self) -> bool {
        self.elements <= ELEMENTS && self.entries <= ENTRIES && self.bytes <= TEXT_BYTES
    }
}

/// How some items have to be measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Measure {
    Never,
    Once,
    EachTime,
}

impl Emitter<'_> {
    pub(super) fn array(&mut self, items: &[Expr]) -> String {
        if let Some(keys) = table_keys(items) {
            let rows = || items.iter().filter_map(entries_of);
            let values: Vec<&Expr> = rows().flatten().map(|(_, value)| value).collect();
            let sizes: Option<Vec<Size>> = items.iter().map(size).collect();
            match self.measure(&values, sizes) {
                Measure::Never => {
                    let values = self.operand_refs(&values, Use::Keep);
                    return format!("{}({}, [{}])", self.helper("rows"), script_json(&keys), values.join(", "));
                }
                Measure::Once => {
                    let places: Vec<String> = rows()
                        .zip(items)
                        .map(|(row, item)| places(row.iter().map(|(_, value)| value).chain([item])))
                        .collect();
                    let values = self.operand_refs(&values, Use::Keep);
                    let (helper, keys) = (self.helper("sizedRows"), script_json(&keys));
                    return format!("{helper}({keys}, [{}], \"{}\")", values.join(", "), places.join(","));
                }
                Measure::EachTime => {}
            }
        }
        let all: Vec<&Expr> = items.iter().collect();
        match self.measure(&all, all.iter().map(|item| size(item)).collect()) {
            Measure::Never => format!("[{}]", self.operand_refs(&all, Use::Keep).join(", ")),
            Measure::Once => {
                let values = self.operand_refs(&all, Use::Keep).join(", ");
                format!("{}([{values}], \"{}\")", self.helper("sized"), places(items))
            }
            Measure::EachTime => self.grown("[]", &all, Use::Keep, |emitter, before, index, value| {
                format!("{}({before}, {value}, {})", emitter.helper("withItem"), place(items[index].pos))
            }),
        }
    }

    pub(super) fn map(&mut self, entries: &[(String, Expr)]) -> String {
        let all: Vec<&Expr> = entries.iter().map(|(_, value)| value).collect();
        let map_of = self.helper("mapOf");
        let measure = self.measure(&all, all.iter().map(|value| size(value)).collect());
        if measure == Measure::EachTime {
            return self.grown(&format!("{map_of}()"), &all, Use::Keep, |emitter, before, index, value| {
                let (key, pos) = (script_json(&entries[index].0), place(all[index].pos));
                format!("{}({before}, {key}, {value}, {pos})", emitter.helper("withEntry"))
            });
        }
        let values = self.operand_refs(&all, Use::Keep);
        let pairs: Vec<String> =
            entries.iter().zip(values).map(|((key, _), value)| format!("{}, {value}", script_json(key))).collect();
        let made = format!("{map_of}({})", pairs.join(", "));
        match measure {
            Measure::Once => format!("{}({made}, \"{}\")", self.helper("sized"), places(all)),
            _ => made,
        }
    }

    pub(super) fn interpolated(&mut self, parts: &[Expr]) -> String {
        let all: Vec<&Expr> = parts.iter().collect();
        let sizes = all.iter().map(|part| text_size(part)).collect();
        match self.measure(&all, sizes) {
            Measure::EachTime => self.grown("\"\"", &all, Use::Look, |emitter, before, index, value| {
                format!("{}({before}, {value}, {})", emitter.helper("tie"), place(parts[index].pos))
            }),
            measure => {
                let places = if measure == Measure::Once { places(parts) } else { String::new() };
                let values = self.operand_refs(&all, Use::Look).join(", ");
                format!("{}(\"{places}\", {values})", self.helper("join"))
            }
        }
    }

    /// Items one after the other, each added to what stands before it.
    fn grown(
        &mut self,
        start: &str,
        items: &[&Expr],
        how: Use,
        add: impl Fn(&mut Self, &str, usize, &str) -> String,
    ) -> String {
        let mut all = start.to_string();
        for (index, item) in items.iter().enumerate() {
            if index % NESTED == NESTED - 1 {
                all = self.keep(&all);
            }
            let before = self.out.len();
            let value = self.expr(item, how);
            if self.out.len() > before && !is_temporary(&all) && index > 0 {
                let added = self.out.split_off(before);
                all = self.keep(&all);
                self.out.extend(added);
            }
            all = add(self, &all, index, &value);
        }
        all
    }

    /// `sizes` are those of the items, when all of them are known.
    fn measure(&self, items: &[&Expr], sizes: Option<Vec<Size>>) -> Measure {
        if let Some(sizes) = sizes {
            let mut sum = Size { elements: items.len(), entries: items.len(), bytes: 0 };
            sizes.into_iter().for_each(|size| sum.add(size));
            if sum.is_small() {
                return Measure::Never;
            }
        }
        let mut maps = BTreeSet::new();
        let mut large = false;
        for item in items {
            if large && !self.is_quiet(item, &maps) {
                return Measure::EachTime;
            }
            large |= size(item).is_none_or(|size| size.bytes > 0 || size.elements > 0 || size.entries > 0);
            maps.extend(self.read_map(item));
        }
        Measure::Once
    }

    /// Whether it can neither fail nor do anything.
    fn is_quiet(&self, expr: &Expr, maps: &BTreeSet<LocalId>) -> bool {
        match &expr.kind {
            ExprKind::Variable(Variable { target: Target::Global, .. }) => self.globals.always_set,
            ExprKind::Variable(_) => self.plain_local(expr).is_some(),
            ExprKind::Chain(_) => self.read_map(expr).is_some_and(|id| maps.contains(&id)),
            ExprKind::Array(items) => items.is_empty(),
            ExprKind::Map(entries) => entries.is_empty(),
            _ => is_literal(expr),
        }
    }

    /// The variable of which a property is read that only maps have: once that has gone well, it is one.
    fn read_map(&self, expr: &Expr) -> Option<LocalId> {
        let ExprKind::Chain(chain) = &expr.kind else {
            return None;
        };
        match chain.steps.as_slice() {
            [step] if !step.optional => match &step.kind {
                StepKind::Property(name, _) if !self.builtins.has_property(name) => self.plain_local(&chain.root),
                _ => None,
            },
            _ => None,
        }
    }
}

fn places<'a>(exprs: impl IntoIterator<Item = &'a Expr>) -> String {
    let places: Vec<String> = exprs.into_iter().map(|expr| format!("{}:{}", expr.pos.line, expr.pos.column)).collect();
    places.join(" ")
}

/// How large the value surely is at most, without itself being counted.
fn size(expr: &Expr) -> Option<Size> {
    let mut sum = Size::default();
    match &expr.kind {
        ExprKind::Text(text) => sum.bytes = text.len(),
        ExprKind::Array(items) => {
            sum.elements = items.len();
            for item in items {
                sum.add(size(item)?);
            }
        }
        ExprKind::Map(entries) => {
            sum.entries = entries.len();
            for (_, value) in entries {
                sum.add(size(value)?);
            }
        }
        ExprKind::Unary(..)
        | ExprKind::FnPointer(_)
        | ExprKind::Closure(..)
        | ExprKind::In(_)
        | ExprKind::Binary("*" | "/" | "%" | "**" | "&" | "|" | "^" | "<<" | ">>" | ".." | "..=", _) => {}
        _ if is_literal(expr) || is_surely_bool(expr) => {}
        _ => return None,
    }
    Some(sum)
}

/// How long its text surely is at most.
fn text_size(expr: &Expr) -> Option<Size> {
    let bytes = match &expr.kind {
        ExprKind::Text(text) => text.len(),
        ExprKind::Array(_) | ExprKind::Map(_) | ExprKind::FnPointer(_) | ExprKind::Closure(..) => return None,
        _ => {
            size(expr)?;
            64
        }
    };
    Some(Size { bytes, ..Size::default() })
}

fn entries_of(item: &Expr) -> Option<&Vec<(String, Expr)>> {
    if let ExprKind::Map(entries) = &item.kind { Some(entries) } else { None }
}

/// The keys of maps that all have the same ones, in one text, when a table is shorter than the maps.
fn table_keys(items: &[Expr]) -> Option<String> {
    let keys = |item: &Expr| {
        let entries = entries_of(item).filter(|entries| !entries.is_empty())?;
        let plain = entries.iter().all(|(key, _)| !key.is_empty() && !key.contains(' '));
        plain.then(|| entries.iter().map(|(key, _)| key.as_str()).collect::<Vec<_>>().join(" "))
    };
    let first = keys(items.first().filter(|_| items.len() >= 3)?)?;
    items.iter().all(|item| keys(item).as_ref() == Some(&first)).then_some(first)
}
