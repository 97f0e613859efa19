//! Chains: reading through containers, calling methods, and assigning into what a chain reaches.
//!
//! Indices and arguments come first, then the root, then the steps. Arrays and maps are walked by reference; texts and
//! numbers inside them cannot be, so a method that may replace one gets a box that writes the new value back.

use super::super::ir::{Chain, Expr, ExprKind, Program, Step, StepKind, Target, Variable};
use super::expr::{has_effects, is_literal, is_temporary, with_args};
use super::{Emitter, Use, function_name, place};
use crate::escape::script_json;
use crate::source::Position;

/// Indices and arguments of one step, as JavaScript.
type Operands = Vec<String>;

/// What a method is called on.
enum Receiver {
    /// A value; nobody sees what is put in its place.
    Value(String),
    /// A box, through which another value can be put in its place.
    Place(String),
}

impl Receiver {
    fn as_box(&self) -> String {
        match self {
            Receiver::Value(value) => format!("{{ v: {value} }}"),
            Receiver::Place(on) => on.clone(),
        }
    }

    fn as_value(&self) -> String {
        match self {
            Receiver::Value(value) => value.clone(),
            Receiver::Place(on) => format!("({on}).v"),
        }
    }
}

/// A chain on its way through its steps.
struct Walk<'run> {
    chain: &'run Chain,
    operands: &'run [Operands],
    /// The step that is reached through boxes.
    boxed: Option<usize>,
    constant: bool,
}

/// The place of an index, unless it stands just behind its bracket.
fn inside(bracket: Position, index: Position) -> Option<String> {
    let next = Position { line: bracket.line, column: bracket.column + 1 };
    (index != next).then(|| place(index))
}

/// The captured variable that a chain starts from.
fn shared_root(program: &Program, chain: &Chain) -> Option<usize> {
    match &chain.root.kind {
        ExprKind::Variable(Variable { target: Target::Local(id), .. }) if program.locals[*id].shared => Some(*id),
        _ => None,
    }
}

fn calls(chain: &Chain) -> bool {
    chain.steps.iter().any(|step| matches!(step.kind, StepKind::Method(..)))
}

/// Whether the value that a step reaches is taken away: a text or a number does not let it go, even where nobody sees the
/// rest.
fn is_taken(chain: &Chain, index: usize) -> bool {
    matches!(chain.steps.get(index + 1).map(|step| &step.kind), Some(StepKind::Method(name, ..)) if name == "take")
}

/// Whether an expression is a chain that locks the captured variable it starts from.
pub(super) fn holds_root(program: &Program, expr: &Expr) -> bool {
    matches!(&expr.kind, ExprKind::Chain(chain) if calls(chain) && shared_root(program, chain).is_some())
}

impl Emitter<'_> {
    /// The value that a chain reaches, not copied.
    pub(super) fn chain(&mut self, chain: &Chain) -> String {
        let operands = self.chain_operands(chain);
        if let (ExprKind::Variable(Variable { target: Target::Local(id), .. }), [Step { kind, .. }]) =
            (&chain.root.kind, chain.steps.as_slice())
            && is_sharing_test(kind)
        {
            let shared = self.program.locals[*id].shared;
            return if shared { format!("{}.shared", self.names[*id]) } else { "false".to_string() };
        }
        if let Some(id) = shared_root(self.program, chain)
            && calls(chain)
            && !self.held.contains_key(&id)
        {
            return self.held_chain(chain, &operands, id);
        }
        self.walk(chain, &operands)
    }

    /// A captured variable is locked while its chain runs.
    fn held_chain(&mut self, chain: &Chain, operands: &[Operands], id: usize) -> String {
        let (box_name, hold, cell) = (self.temporary(), self.helper("hold"), self.names[id].clone());
        let result = self.temporary();
        self.push(format!("const {result} = {hold}({cell}, ({box_name}) => {{"));
        self.depth += 1;
        self.held.insert(id, box_name);
        let value = self.walk(chain, operands);
        self.held.remove(&id);
        self.push(format!("return {value};"));
        self.depth -= 1;
        self.push("});".to_string());
        result
    }

    /// Indices and arguments of every step, all known before the root is looked at, as in Rhai.
    fn chain_operands(&mut self, chain: &Chain) -> Vec<Operands> {
        let mut all: Vec<(&Expr, Use)> = Vec::new();
        for step in &chain.steps {
            match &step.kind {
                StepKind::Index(index) => all.push((index, Use::Look)),
                StepKind::Property(..) => {}
                StepKind::Method(name, args, _) => {
                    let own = self.has_own_method(name, args.len());
                    let how = if own { Use::Keep } else { self.arg_use(name) };
                    all.extend(args.iter().map(|arg| (arg, how)));
                }
            }
        }
        let values = self.operand_uses(&all);
        let mut settled = Vec::new();
        for (at, ((expr, _), value)) in all.iter().zip(values).enumerate() {
            let later = all[at + 1..].iter().any(|(later, _)| has_effects(later));
            let harmless = is_literal(expr) || is_temporary(&value) || !later && self.may_wait(expr, chain);
            settled.push(if harmless { value } else { self.keep(&value) });
        }
        let mut settled = settled.into_iter();
        let count = |step: &Step| match &step.kind {
            StepKind::Index(_) => 1,
            StepKind::Property(..) => 0,
            StepKind::Method(_, args, _) => args.len(),
        };
        chain.steps.iter().map(|step| settled.by_ref().take(count(step)).collect()).collect()
    }

    /// Whether an operand gives the same and fails at the same moment when it is read behind the root.
    fn may_wait(&self, expr: &Expr, chain: &Chain) -> bool {
        let several = chain.steps.len() > 1;
        // What stands behind `?.` and `?[` is computed, and fails, where the chain ends early too.
        let optional = chain.steps.iter().any(|step| step.optional);
        if let Some(id) = self.plain_local(expr) {
            return !(has_effects(&chain.root) || several && self.plain_local(&chain.root) == Some(id));
        }
        let root_is_there = match &chain.root.kind {
            ExprKind::Variable(Variable { target: Target::Local(_), .. }) => shared_root(self.program, chain).is_none(),
            ExprKind::Variable(Variable { target: Target::Global, .. }) => self.globals.always_set,
            _ => is_literal(&chain.root),
        };
        match expr.kind {
            ExprKind::FnPointer(_) => true,
            // A closure marks what it captures as shared, which must have happened before the root is looked at.
            ExprKind::Closure(..) => root_is_there && !several,
            _ => root_is_there && !several && !optional && !has_effects(expr),
        }
    }

    fn walk(&mut self, chain: &Chain, operands: &[Operands]) -> String {
        // The steps up to a method that may replace a text or a number go through boxes.
        let boxed = self.replacing_step(chain);
        let root = match boxed {
            Some(_) => Receiver::Place(self.root_box(&chain.root)),
            None => Receiver::Value(self.expr(&chain.root, Use::Look)),
        };
        let walk = Walk { chain, operands, boxed, constant: self.is_constant(&chain.root) };
        self.walk_on(&walk, 0, root, false)
    }

    /// The steps from `from` on. `tested`: the first of them is behind its test for unit.
    fn walk_on(&mut self, walk: &Walk<'_>, from: usize, mut on: Receiver, tested: bool) -> String {
        for (index, step) in walk.chain.steps.iter().enumerate().skip(from) {
            if step.optional && !(tested && index == from) {
                let (on, result) = (self.kept_receiver(&on), self.temporary());
                self.push(format!("let {result} = null;"));
                self.push(format!("if ({} !== null) {{", on.as_value()));
                self.depth += 1;
                let value = self.walk_on(walk, index, on, true);
                self.push(format!("{result} = {value};"));
                self.depth -= 1;
                self.push("}".to_string());
                return result;
            }
            on = self.step_on(walk, index, &on);
        }
        on.as_value()
    }

    /// A receiver that may be named more than once.
    fn kept_receiver(&mut self, on: &Receiver) -> Receiver {
        match on {
            Receiver::Value(value) if is_temporary(value) => Receiver::Value(value.clone()),
            Receiver::Value(value) => Receiver::Value(self.keep(value)),
            Receiver::Place(on) if is_temporary(on) => Receiver::Place(on.clone()),
            Receiver::Place(on) => Receiver::Place(self.keep(on)),
        }
    }

    fn step_on(&mut self, walk: &Walk<'_>, index: usize, on: &Receiver) -> Receiver {
        let (step, operands) = (&walk.chain.steps[index], &walk.operands[index]);
        match (&step.kind, on) {
            (StepKind::Method(..), _) => {
                let before = &walk.chain.steps[..index];
                let methods = before.iter().any(|step| matches!(step.kind, StepKind::Method(..)));
                Receiver::Value(self.method(walk.chain, index, operands, on, walk.constant && !methods))
            }
            (_, Receiver::Place(on)) if walk.boxed.is_some() => Receiver::Place(self.step_box(step, operands, on)),
            (StepKind::Index(_), Receiver::Value(value)) if is_taken(walk.chain, index) => {
                Receiver::Place(self.step_box(step, operands, &format!("{{ v: {value} }}")))
            }
            _ => {
                let value = on.as_value();
                Receiver::Value(self.step(step, operands, &value, is_new(walk.chain, index)))
            }
        }
    }

    /// An index or a property; `new` tells that nothing else has the value it stands on.
    fn step(&mut self, step: &Step, operands: &Operands, value: &str, new: bool) -> String {
        match &step.kind {
            StepKind::Index(at) => {
                let inside = inside(step.pos, at.start).map(|pos| format!(", {pos}")).unwrap_or_default();
                format!("{}({value}, {}, {}{inside})", self.helper("index"), operands[0], place(step.pos))
            }
            StepKind::Property(name, pos) => {
                self.reads(name);
                let new = if new { ", true" } else { "" };
                format!("{}({value}, {}, {}{new})", self.helper("prop"), script_json(name), place(*pos))
            }
            StepKind::Method(..) => unreachable!("methods are called in `step_on`"),
        }
    }

    fn method(&mut self, chain: &Chain, index: usize, operands: &Operands, on: &Receiver, constant: bool) -> String {
        let StepKind::Method(name, args, pos) = &chain.steps[index].kind else {
            unreachable!("only called for a method");
        };
        self.calls(name, args.len() + 1);
        self.uses_named(name, args.first());
        let pos = place(*pos);
        let name_text = script_json(name);
        match (name.as_str(), on) {
            ("call", _) => {
                let first = args.first().map_or("\"\"".to_string(), |arg| place(arg.pos));
                let on = match on {
                    Receiver::Value(value) if self.closures_escape && is_new(chain, index) => {
                        format!("{{ v: {value}, part: true }}")
                    }
                    on => on.as_box(),
                };
                format!("{}({})", self.helper("callMethod"), with_args(&[&on, &pos, &first], operands))
            }
            ("curry", _) => format!("{}({})", self.helper("curry"), with_args(&[&on.as_value(), &pos], operands)),
            ("is_shared", _) => {
                let value = on.as_value();
                self.push(format!("{value};"));
                "false".to_string()
            }
            (_, Receiver::Place(on)) if puts_slice_back(chain, index) && !self.has_own_method(name, args.len()) => {
                format!("{}({})", self.helper("metSlice"), with_args(&[on, &name_text, &pos], operands))
            }
            _ if constant && self.has_own_method(name, args.len()) => {
                let own = self.own_function(name, args.len());
                let first = [&on.as_value(), own.as_str(), &name_text, &pos];
                let typed = self.has_typed_method(name, args.len());
                let helper = self.helper(if typed { "metOwnTyped" } else { "metOwn" });
                format!("{helper}({})", with_args(&first, operands))
            }
            (_, Receiver::Place(on)) if constant && !self.has_typed_method(name, args.len()) => {
                format!("{}({})", self.helper("metBoxConst"), with_args(&[on, &name_text, &pos], operands))
            }
            _ if constant && !self.has_typed_method(name, args.len()) => {
                let helper = self.helper(if is_new(chain, index) { "metConstNew" } else { "metConst" });
                format!("{helper}({})", with_args(&[&on.as_value(), &name_text, &pos], operands))
            }
            (_, Receiver::Value(value)) if !self.has_own_method(name, args.len()) => {
                let helper = self.helper(if is_new(chain, index) { "metNew" } else { "met" });
                format!("{helper}({})", with_args(&[value, &name_text, &pos], operands))
            }
            _ => {
                let own = self.own_function(name, args.len());
                let helper = if self.has_typed_method(name, args.len()) { "metTyped" } else { "metBox" };
                format!("{}({})", self.helper(helper), with_args(&[&on.as_box(), &own, &name_text, &pos], operands))
            }
        }
    }

    /// The function that methods of every type find, if there is one.
    fn own_function(&self, name: &str, arity: usize) -> String {
        if self.has_script_function(name, arity) { function_name(name, arity) } else { "null".to_string() }
    }

    fn has_own_method(&self, name: &str, arity: usize) -> bool {
        self.has_script_function(name, arity) || self.has_typed_method(name, arity)
    }

    /// The step that calls something which may put another value in the place it is called on.
    fn replacing_step(&self, chain: &Chain) -> Option<usize> {
        // What is missing must be told from what is there when an argument may hold what is locked.
        let told = |args: &[Expr]| {
            args.iter().any(|arg| match &arg.kind {
                ExprKind::Closure(_, captured) => !captured.is_empty(),
                _ => self.closures_escape && !super::expr::is_surely_plain(arg),
            })
        };
        let replaces = |name: &str| {
            name == "call"
                || self.program.may_keep_function(name)
                || self.builtins.replaces(name)
                || !self.builtins.has_function(name)
        };
        let is_place =
            matches!(chain.root.kind, ExprKind::Variable(Variable { target: Target::Local(_), .. }) | ExprKind::This);
        if !is_place {
            return None;
        }
        // Behind a method stands a value of its own, which nobody sees again.
        let first = chain.steps.iter().position(|step| matches!(step.kind, StepKind::Method(..)))?;
        let constant = self.is_constant(&chain.root);
        match &chain.steps[first].kind {
            StepKind::Method(name, args, _) if self.has_own_method(name, args.len()) => (!constant).then_some(first),
            StepKind::Method(name, args, _) => {
                let told = first > 0 && shared_root(self.program, chain).is_some() && told(args);
                (puts_slice_back(chain, first) || told || !constant && replaces(name)).then_some(first)
            }
            _ => None,
        }
    }

    fn step_box(&mut self, step: &Step, operands: &Operands, on: &str) -> String {
        match &step.kind {
            StepKind::Index(at) => {
                let helper = self.helper("indexBox");
                let inside = inside(step.pos, at.start).map(|pos| format!(", {pos}")).unwrap_or_default();
                format!("{helper}({on}, {}, {}{inside})", operands[0], place(step.pos))
            }
            StepKind::Property(name, pos) => {
                self.reads(name);
                format!("{}({on}, {}, {})", self.helper("propBox"), script_json(name), place(*pos))
            }
            StepKind::Method(..) => unreachable!("boxes are only made up to the first method"),
        }
    }

    /// The JavaScript variable that a chain starts at, when it can be set.
    fn root_slot(&self, root: &Expr) -> Option<String> {
        self.plain_local(root).map(|id| self.names[id].clone())
    }

    fn root_box(&mut self, root: &Expr) -> String {
        match &root.kind {
            ExprKind::Variable(Variable { target: Target::Local(id), .. }) => match self.held.get(id) {
                Some(held) => held.clone(),
                None if self.program.locals[*id].shared => self.names[*id].clone(),
                None => {
                    let local = self.names[*id].clone();
                    self.reference(&local)
                }
            },
            ExprKind::This => format!("{}($self, {})", self.helper("self"), place(root.pos)),
            _ => {
                let value = self.expr(root, Use::Look);
                format!("{{ v: {value} }}")
            }
        }
    }

    pub(super) fn is_constant(&self, expr: &Expr) -> bool {
        match &expr.kind {
            ExprKind::Variable(Variable { target: Target::Local(id), .. }) => self.program.locals[*id].constant,
            ExprKind::Variable(Variable { target: Target::Global, .. }) => true,
            _ => false,
        }
    }

    /// Assigns into the last step of a chain; the new value is already there.
    /// `cells`: it may hold a closure that captured something.
    pub(super) fn assign_chain(
        &mut self,
        chain: &Chain,
        operator: Option<&'static str>,
        new: &str,
        pos: Position,
        cells: bool,
    ) {
        let operands = self.chain_operands(chain);
        let cell = shared_root(self.program, chain).filter(|_| cells).map(|id| self.names[id].clone());
        let change = self.change(operator, cell.as_deref());
        let (last, before) = chain.steps.split_last().expect("a chain has a step");
        let methods = before.iter().any(|step| matches!(step.kind, StepKind::Method(..)));
        // A text or a number changes by an index; then what it stands in changes too.
        let slot = before.is_empty().then(|| self.root_slot(&chain.root)).flatten();
        let boxed = (matches!(last.kind, StepKind::Index(_)) || cell.is_some()) && !methods && slot.is_none();
        let mut on = match boxed {
            true => Receiver::Place(self.root_box(&chain.root)),
            false => Receiver::Value(self.expr(&chain.root, Use::Look)),
        };
        let walk = Walk { chain, operands: &operands, boxed: boxed.then_some(before.len()), constant: false };
        let depth = self.depth;
        for (index, step) in chain.steps.iter().enumerate() {
            if step.optional {
                on = self.kept_receiver(&on);
                self.push(format!("if ({} !== null) {{", on.as_value()));
                self.depth += 1;
            }
            if index < before.len() {
                on = self.step_on(&walk, index, &on);
            }
        }
        if let Some(cell) = cell {
            on = self.kept_receiver(&on);
            let (setter, args) = match &last.kind {
                StepKind::Property(name, _) if operator.is_none() => (format!("set${name}"), new.to_string()),
                StepKind::Index(_) => ("index$set$".to_string(), format!("{}, {new}", operands[before.len()][0])),
                _ => (String::new(), String::new()),
            };
            if !setter.is_empty() {
                let (helper, setter, on) = (self.helper("settable"), script_json(&setter), on.as_box());
                self.push(format!("{helper}({cell}, {setter}, {on}, [{args}]);"));
            }
        }
        match &last.kind {
            StepKind::Property(name, at) => {
                self.reads(name);
                let helper = self.helper("setProp");
                let more = if change.is_empty() { change } else { format!(", {change}") };
                let (at, pos) = (place(*at), place(pos));
                self.push(format!("{helper}({}, {}, {new}, {at}, {pos}{more});", on.as_value(), script_json(name)));
            }
            StepKind::Index(at) => {
                let index = &operands[before.len()][0];
                let inside = inside(last.pos, at.start);
                let more = match (inside, change.is_empty()) {
                    (None, true) => String::new(),
                    (inside, true) => format!(", {}", inside.unwrap_or_default()),
                    (inside, false) => format!(", {}, {change}", inside.unwrap_or_else(|| "\"\"".to_string())),
                };
                let rest = format!("{index}, {new}, {}, {}{more}", place(last.pos), place(pos));
                if let Some(slot) = slot {
                    let helper = self.helper("setIndex");
                    self.push(format!("{slot} = {helper}({slot}, {rest});"));
                } else {
                    let helper = self.helper("setIndexIn");
                    self.push(format!("{helper}({}, {rest});", on.as_box()));
                }
            }
            StepKind::Method(..) => {}
        }
        while self.depth > depth {
            self.depth -= 1;
            self.push("}".to_string());
        }
    }
}

fn is_sharing_test(kind: &StepKind) -> bool {
    matches!(kind, StepKind::Method(name, args, _) if name == "is_shared" && args.is_empty())
}

/// Whether a step stands on a value that nothing else has: its size was looked at where it was made.
fn is_new(chain: &Chain, index: usize) -> bool {
    match index.checked_sub(1).map(|before| &chain.steps[before].kind) {
        Some(step) => matches!(step, StepKind::Method(..)),
        None => !matches!(
            chain.root.kind,
            ExprKind::Variable(Variable { target: Target::Local(_), .. }) | ExprKind::This | ExprKind::Unit
        ),
    }
}

/// Whether a method puts back the slice of a text that it is called on, though it changes nothing: what stands in a
/// slice that runs backwards is there twice then.
pub(super) fn puts_slice_back(chain: &Chain, index: usize) -> bool {
    let StepKind::Method(name, ..) = &chain.steps[index].kind else {
        return false;
    };
    let Some(StepKind::Index(at)) = index.checked_sub(1).map(|before| &chain.steps[before].kind) else {
        return false;
    };
    ["split", "split_rev"].contains(&name.as_str()) && !is_literal(at)
}
