//! Chains: reading through containers, calling methods, and assigning into what a chain reaches.
//!
//! Indices and arguments come first, then the root, then the steps. Arrays and maps are walked by reference; texts and
//! numbers inside them cannot be, so a method that may replace one gets a box that writes the new value back.

use super::super::ir::{Chain, Expr, ExprKind, Step, StepKind, Target, Variable};
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

/// The place of an index, unless it stands just behind its bracket.
fn inside(bracket: Position, index: Position) -> Option<String> {
    let next = Position { line: bracket.line, column: bracket.column + 1 };
    (index != next).then(|| place(index))
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
        if let Some(id) = self.shared_root(chain) {
            let calls =
                chain.steps.iter().any(|step| matches!(&step.kind, StepKind::Method(_, args, _) if !args.is_empty()));
            if calls && !self.held.contains_key(&id) {
                return self.held_chain(chain, &operands, id);
            }
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

    fn shared_root(&self, chain: &Chain) -> Option<usize> {
        match &chain.root.kind {
            ExprKind::Variable(Variable { target: Target::Local(id), .. }) if self.program.locals[*id].shared => {
                Some(*id)
            }
            _ => None,
        }
    }

    fn chain_operands(&mut self, chain: &Chain) -> Vec<Operands> {
        let simple_root = matches!(&chain.root.kind, ExprKind::Variable(_) | ExprKind::This) || is_literal(&chain.root);
        let several = chain.steps.len() > 1;
        // A closure marks what it captures as shared, which must have happened before the root is looked at.
        let shared_root = self.shared_root(chain).is_some();
        let mut all = Vec::new();
        for step in &chain.steps {
            let exprs: Vec<&Expr> = match &step.kind {
                StepKind::Index(index) => vec![index],
                StepKind::Property(..) => Vec::new(),
                StepKind::Method(_, args, _) => args.iter().collect(),
            };
            let how = match &step.kind {
                StepKind::Method(name, args, _) if !self.has_own_method(name, args.len()) => self.arg_use(name),
                StepKind::Method(..) => Use::Keep,
                _ => Use::Look,
            };
            let values = self.operand_refs(&exprs, how);
            let mut settled = Vec::new();
            for (expr, value) in exprs.into_iter().zip(values) {
                let harmless = is_literal(expr)
                    || is_temporary(&value)
                    || self.plain_local(expr).is_some()
                    || matches!(expr.kind, ExprKind::FnPointer(_))
                    || simple_root && !several && !has_effects(expr)
                    || simple_root && !several && !shared_root && matches!(expr.kind, ExprKind::Closure(..));
                settled.push(if harmless { value } else { self.keep(&value) });
            }
            all.push(settled);
        }
        all
    }

    fn walk(&mut self, chain: &Chain, operands: &[Operands]) -> String {
        let constant = self.is_constant(&chain.root);
        let boxes_until = self.last_replacing_step(chain);
        let mut value = match boxes_until {
            // The steps up to the last method that may replace a text or a number go through boxes.
            Some(last) => return self.walk_boxed(chain, operands, last),
            None => self.expr(&chain.root, Use::Look),
        };
        for (index, step) in chain.steps.iter().enumerate() {
            if step.optional {
                let rest = Chain { root: unit_root(chain), steps: chain.steps[index..].to_vec() };
                return self.optional(&rest, &operands[index..], &value);
            }
            value = self.step(chain, index, &operands[index], &value, constant);
        }
        value
    }

    /// `?.`: unit ends the chain with unit.
    fn optional(&mut self, rest: &Chain, operands: &[Operands], value: &str) -> String {
        let (name, result) = (self.temporary(), self.temporary());
        self.push(format!("const {name} = {value};"));
        self.push(format!("let {result} = null;"));
        self.push(format!("if ({name} !== null) {{"));
        self.depth += 1;
        let mut value = self.step(rest, 0, &operands[0], &name, false);
        for index in 1..rest.steps.len() {
            if rest.steps[index].optional {
                let tail = Chain { root: rest.root.clone(), steps: rest.steps[index..].to_vec() };
                value = self.optional(&tail, &operands[index..], &value);
                break;
            }
            value = self.step(rest, index, &operands[index], &value, false);
        }
        self.push(format!("{result} = {value};"));
        self.depth -= 1;
        self.push("}".to_string());
        result
    }

    fn step(&mut self, chain: &Chain, index: usize, operands: &Operands, value: &str, constant: bool) -> String {
        let step = &chain.steps[index];
        match &step.kind {
            StepKind::Index(at) => {
                let inside = inside(step.pos, at.start).map(|pos| format!(", {pos}")).unwrap_or_default();
                format!("{}({value}, {}, {}{inside})", self.helper("index"), operands[0], place(step.pos))
            }
            StepKind::Property(name, pos) => {
                self.uses(name);
                format!("{}({value}, {}, {})", self.helper("prop"), script_json(name), place(*pos))
            }
            StepKind::Method(..) => {
                let before = &chain.steps[..index];
                let on_constant = constant && before.iter().all(|step| !matches!(step.kind, StepKind::Method(..)));
                self.method(chain, index, operands, &Receiver::Value(value.to_string()), on_constant)
            }
        }
    }

    fn method(&mut self, chain: &Chain, index: usize, operands: &Operands, on: &Receiver, constant: bool) -> String {
        let StepKind::Method(name, args, pos) = &chain.steps[index].kind else {
            unreachable!("only called for a method");
        };
        self.uses(name);
        let pos = place(*pos);
        let name_text = script_json(name);
        match (name.as_str(), on) {
            ("call", _) => {
                let first = args.first().map_or("\"\"".to_string(), |arg| place(arg.pos));
                format!("{}({})", self.helper("callMethod"), with_args(&[&on.as_box(), &pos, &first], operands))
            }
            ("curry", _) => format!("{}({})", self.helper("curry"), with_args(&[&on.as_value(), &pos], operands)),
            ("is_shared", _) => {
                let value = on.as_value();
                self.push(format!("{value};"));
                "false".to_string()
            }
            _ if constant => {
                format!("{}({})", self.helper("metConst"), with_args(&[&on.as_value(), &name_text, &pos], operands))
            }
            (_, Receiver::Value(value)) if !self.has_own_method(name, args.len()) => {
                format!("{}({})", self.helper("met"), with_args(&[value, &name_text, &pos], operands))
            }
            _ => {
                let own = self.has_script_function(name, args.len());
                let own = if own { function_name(name, args.len()) } else { "null".to_string() };
                let helper = if self.has_typed_method(name, args.len()) { "metTyped" } else { "metBox" };
                format!("{}({})", self.helper(helper), with_args(&[&on.as_box(), &own, &name_text, &pos], operands))
            }
        }
    }

    fn has_own_method(&self, name: &str, arity: usize) -> bool {
        self.has_script_function(name, arity) || self.has_typed_method(name, arity)
    }

    /// The last step that calls something which may put another value in the place it is called on.
    fn last_replacing_step(&self, chain: &Chain) -> Option<usize> {
        let replaces = |name: &str, arity: usize| {
            name == "call"
                || self.program.keys.contains(name)
                || self.builtins.replaces(name)
                || self.has_own_method(name, arity)
                || !self.builtins.has_function(name)
        };
        let is_place =
            matches!(chain.root.kind, ExprKind::Variable(Variable { target: Target::Local(_), .. }) | ExprKind::This);
        if !is_place || self.is_constant(&chain.root) || chain.steps.iter().any(|step| step.optional) {
            return None;
        }
        // Behind a method stands a value of its own, which nobody sees again.
        let first = chain.steps.iter().position(|step| matches!(step.kind, StepKind::Method(..)))?;
        match &chain.steps[first].kind {
            StepKind::Method(name, args, _) if replaces(name, args.len()) => Some(first),
            _ => None,
        }
    }

    fn walk_boxed(&mut self, chain: &Chain, operands: &[Operands], last: usize) -> String {
        let mut on = self.root_box(&chain.root);
        for (index, step) in chain.steps[..last].iter().enumerate() {
            on = self.step_box(step, &operands[index], &on);
        }
        let mut value = self.method(chain, last, &operands[last], &Receiver::Place(on), false);
        for (index, operands) in operands.iter().enumerate().skip(last + 1) {
            value = self.step(chain, index, operands, &value, false);
        }
        value
    }

    fn step_box(&mut self, step: &super::super::ir::Step, operands: &Operands, on: &str) -> String {
        match &step.kind {
            StepKind::Index(at) => {
                let helper = self.helper("indexBox");
                let inside = inside(step.pos, at.start).map(|pos| format!(", {pos}")).unwrap_or_default();
                format!("{helper}({on}, {}, {}{inside})", operands[0], place(step.pos))
            }
            StepKind::Property(name, pos) => {
                self.uses(name);
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
    pub(super) fn assign_chain(&mut self, chain: &Chain, operator: Option<&'static str>, new: &str, pos: Position) {
        let operands = self.chain_operands(chain);
        let change = self.change(operator);
        let (last, before) = chain.steps.split_last().expect("a chain has a step");
        match &last.kind {
            StepKind::Property(name, at) => {
                self.uses(name);
                let mut value = self.expr(&chain.root, Use::Look);
                for (index, operands) in operands.iter().enumerate().take(before.len()) {
                    value = self.step(chain, index, operands, &value, false);
                }
                let helper = self.helper("setProp");
                let more = if change.is_empty() { change } else { format!(", {}, {change}", place(pos)) };
                self.push(format!("{helper}({value}, {}, {new}, {}{more});", script_json(name), place(*at)));
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
                let slot = before.is_empty().then(|| self.root_slot(&chain.root)).flatten();
                if let Some(slot) = slot {
                    let helper = self.helper("setIndex");
                    return self.push(format!("{slot} = {helper}({slot}, {rest});"));
                }
                let on = if before.iter().any(|step| matches!(step.kind, StepKind::Method(..))) {
                    let mut value = self.expr(&chain.root, Use::Look);
                    for (index, operands) in operands.iter().enumerate().take(before.len()) {
                        value = self.step(chain, index, operands, &value, false);
                    }
                    format!("{{ v: {value} }}")
                } else {
                    let mut on = self.root_box(&chain.root);
                    for (index, step) in before.iter().enumerate() {
                        on = self.step_box(step, &operands[index], &on);
                    }
                    on
                };
                let helper = self.helper("setIndexIn");
                self.push(format!("{helper}({on}, {rest});"));
            }
            StepKind::Method(..) => {}
        }
    }
}

fn is_sharing_test(kind: &StepKind) -> bool {
    matches!(kind, StepKind::Method(name, args, _) if name == "is_shared" && args.is_empty())
}

/// The rest of a chain behind `?.` starts at a value that is already in a temporary.
fn unit_root(chain: &Chain) -> Expr {
    Expr { kind: ExprKind::Unit, pos: chain.root.pos, start: chain.root.start }
}
