//! Expressions, and assignments to variables.

use super::super::ir::{Expr, ExprKind, Function, LocalId, StepKind, Stmt, Target, Variable};
use super::super::kinds::Kind;
use super::{Emitter, Goal, Use, function_name, global_name, place};
use crate::escape::script_json;
use crate::source::Position;

impl Emitter<'_> {
    /// The JavaScript of an expression. Statements that it needs are already emitted.
    pub(super) fn expr(&mut self, expr: &Expr, how: Use) -> String {
        let pos = place(expr.pos);
        match &expr.kind {
            ExprKind::Unit => "null".to_string(),
            ExprKind::Bool(value) => value.to_string(),
            ExprKind::Int(value) => whole(*value),
            ExprKind::Float(value) => format!("new {}({})", self.helper("F"), broken(*value)),
            ExprKind::Char(value) => format!("new {}({})", self.helper("C"), script_json(value)),
            ExprKind::Text(value) => script_json(value),
            ExprKind::Interpolated(parts) => self.interpolated(parts),
            ExprKind::Array(items) => self.array(items),
            ExprKind::Map(entries) => self.map(entries),
            ExprKind::Variable(variable) => self.variable(variable, expr.start, how),
            ExprKind::This => {
                let it = format!("{}($self, {pos}).v", self.helper("self"));
                self.copied(it, how)
            }
            ExprKind::Unary(operator, operand) => {
                let value = self.expr(operand, Use::Look);
                let name = match *operator {
                    "!" if self.is_surely_bool(operand) => return format!("!{}", parenthesised(&value)),
                    "!" => "not",
                    "-" => "negate",
                    _ => "positive",
                };
                format!("{}({value}, {pos})", self.helper(name))
            }
            ExprKind::Binary(operator, sides) => {
                let values = self.operands(&sides[..], Use::Look);
                self.comparison(operator, &sides[..], &values)
                    .unwrap_or_else(|| self.binary(operator, &values[0], &values[1], &pos))
            }
            ExprKind::In(sides) => {
                let (container, values) = (&sides[0], self.operands(&sides[..], Use::Look));
                if self.has_script_function("contains", 2) {
                    let own = function_name("contains", 2);
                    return format!("{}({own}, {pos}, {}, {})", self.helper("call"), values[0], values[1]);
                }
                self.calls("contains", 2);
                let helper = self.helper(if self.may_be_constant_range(container) { "natConst" } else { "nat" });
                format!("{helper}(\"contains\", {pos}, {}, {})", values[0], values[1])
            }
            ExprKind::Call(name, args) => self.call(name, args, expr),
            ExprKind::IsDefined(name, known) => {
                let value = self.expr(name, Use::Look);
                let known = script_json(&known.join(" "));
                format!("{}({value}, {}, {known})", self.helper("isDefined"), place(name.start))
            }
            ExprKind::FnPointer(name) => {
                self.uses(name);
                match self.closure_function(name) {
                    Some(own) => format!("{}({own})", self.helper("fnOf")),
                    None => format!("{}({}, {pos})", self.helper("pointerTo"), script_json(name)),
                }
            }
            ExprKind::Closure(name, captured) => {
                let own = self.closure_function(name).expect("the parser lifts every closure into a function");
                let cells = captured.iter().filter_map(|(variable, _)| self.cell(variable));
                let parts: Vec<String> = [own].into_iter().chain(cells).collect();
                format!("{}({})", self.helper("closure"), parts.join(", "))
            }
            ExprKind::Chain(chain) => {
                let it = self.chain(chain);
                // What a method gives belongs to nobody else.
                let own = matches!(chain.steps.last().map(|step| &step.kind), Some(StepKind::Method(..)));
                if own { it } else { self.copied(it, how) }
            }
            ExprKind::And(parts) => self.logic(parts, "&&", "false"),
            ExprKind::Or(parts) => self.logic(parts, "||", "true"),
            ExprKind::Coalesce(parts) => self.coalesce(parts),
            ExprKind::Block(statements) => {
                if let [Stmt::If { condition, body, branch }] = statements.as_slice()
                    && let Some(choice) = self.choice(condition, body, branch)
                {
                    return choice;
                }
                let name = self.temporary();
                self.push(format!("let {name};"));
                self.push("{".to_string());
                self.depth += 1;
                self.statements(statements, &Goal::Into(name.clone()));
                self.depth -= 1;
                self.push("}".to_string());
                name
            }
        }
    }

    /// The function that the parser made of a closure.
    fn closure_function(&self, name: &str) -> Option<String> {
        let own = self.program.functions.iter().find(|function| function.name == name && name.starts_with("anon$"));
        own.map(|function| function_name(name, function.params.len()))
    }

    /// `if` as a value, when no part of it needs statements.
    fn choice(&mut self, condition: &Expr, body: &[Stmt], branch: &[Stmt]) -> Option<String> {
        let before = self.out.len();
        let test = self.condition(condition);
        let parts = [self.branch(body), self.branch(branch)];
        match parts {
            [Some(yes), Some(no)] if self.out.len() == before => Some(format!("({test} ? {yes} : {no})")),
            _ => {
                self.out.truncate(before);
                None
            }
        }
    }

    fn branch(&mut self, statements: &[Stmt]) -> Option<String> {
        match statements {
            [] => Some("null".to_string()),
            [Stmt::Expr(it)] => Some(self.expr(it, Use::Keep)),
            [Stmt::If { condition, body, branch }] => self.choice(condition, body, branch),
            _ => None,
        }
    }

    fn copied(&mut self, value: String, how: Use) -> String {
        match how {
            Use::Look => value,
            Use::Keep => format!("{}({value})", self.helper("clone")),
        }
    }

    /// Operands in order. When a later one emits statements, the earlier ones are kept in temporaries first.
    pub(super) fn operands(&mut self, exprs: &[Expr], how: Use) -> Vec<String> {
        self.operand_refs(&exprs.iter().collect::<Vec<_>>(), how)
    }

    pub(super) fn operand_refs(&mut self, exprs: &[&Expr], how: Use) -> Vec<String> {
        self.operand_uses(&exprs.iter().map(|expr| (*expr, how)).collect::<Vec<_>>())
    }

    pub(super) fn operand_uses(&mut self, exprs: &[(&Expr, Use)]) -> Vec<String> {
        let mut values: Vec<String> = Vec::new();
        let last = exprs.iter().rposition(|(expr, _)| has_effects(expr)).unwrap_or(0);
        for (index, (expr, how)) in exprs.iter().enumerate() {
            let disturbed = index < last && !self.is_steady_place(expr);
            let before = self.out.len();
            let value = self.expr(expr, if disturbed { Use::Keep } else { *how });
            if self.out.len() > before {
                let added = self.out.split_off(before);
                for ((earlier, _), value) in exprs.iter().zip(values.iter_mut()) {
                    if !is_literal(earlier) && !is_temporary(value) {
                        *value = self.keep(value);
                    }
                }
                self.out.extend(added);
            }
            values.push(value);
        }
        values
    }

    /// A comparison that cannot fail, because one side is a literal that everything can be compared with.
    fn comparison(&mut self, operator: &str, sides: &[Expr], values: &[String]) -> Option<String> {
        let name = match operator {
            "==" => "eq",
            "!=" => "ne",
            "<" => "lt",
            "<=" => "le",
            ">" => "gt",
            ">=" => "ge",
            _ => return None,
        };
        let literal =
            sides.iter().find(|side| is_literal(side) && !matches!(side.kind, ExprKind::Unit | ExprKind::Float(_)));
        let unit = sides.iter().any(|side| matches!(side.kind, ExprKind::Unit));
        // A character equals a text of that one character; numbers equal each other across their types.
        let same = match literal.map(|side| &side.kind) {
            Some(ExprKind::Text(text)) => text.chars().count() != 1,
            Some(ExprKind::Bool(_)) => true,
            _ => unit,
        };
        match operator {
            "==" if same => Some(format!("({} === {})", values[0], values[1])),
            "!=" if same => Some(format!("({} !== {})", values[0], values[1])),
            _ if literal.is_some() => Some(format!("{}({}, {})", self.helper(name), values[0], values[1])),
            _ => None,
        }
    }

    /// Whether it gives a bool whatever happens, unless it fails.
    pub(super) fn is_surely_bool(&self, expr: &Expr) -> bool {
        match &expr.kind {
            // A chain that ends early gives a unit.
            ExprKind::Chain(chain) if chain.steps.iter().any(|step| step.optional) => false,
            ExprKind::Chain(chain) => match &chain.steps.last().expect("a chain has a step").kind {
                StepKind::Method(name, args, _) => self.gives_bool(name, args.len()),
                _ => false,
            },
            ExprKind::Call(name, args) => self.gives_bool(name, args.len()),
            ExprKind::In(_) => !self.has_script_function("contains", 2),
            _ => is_surely_bool(expr),
        }
    }

    /// Built-in functions that give nothing but a bool, unless a function of that name stands in a map.
    fn gives_bool(&self, name: &str, arity: usize) -> bool {
        ["contains", "is_empty", "starts_with", "ends_with", "some", "all"].contains(&name)
            && !self.program.keys.contains(name)
            && !self.has_script_function(name, arity)
            && arity < 3
            && !self.has_typed_method(name, arity)
            && !self.has_script_function(name, arity + 1)
    }

    /// Whether it is a constant as it is, not a copy, that may be a range: Rhai keeps `contains` from it.
    fn may_be_constant_range(&self, expr: &Expr) -> bool {
        matches!(&expr.kind, ExprKind::Variable(Variable { target: Target::Global, .. }))
            && matches!(self.kinds.sure(expr), Kind::Unsure | Kind::Range)
    }

    pub(super) fn binary(&mut self, operator: &str, left: &str, right: &str, pos: &str) -> String {
        let name = match operator {
            "+" => "plus",
            "-" => "minus",
            "*" => "times",
            "/" => "over",
            "%" => "remainder",
            "**" => "intPow",
            "==" => "eq",
            "!=" => "ne",
            "<" => "lt",
            "<=" => "le",
            ">" => "gt",
            ">=" => "ge",
            ".." | "..=" => {
                return format!("{}({left}, {right}, {}, {pos})", self.helper("range"), operator == "..=");
            }
            "&" => "bitAnd",
            "|" => "bitOr",
            "^" => "bitXor",
            "<<" => "shiftLeft",
            _ => "shiftRight",
        };
        format!("{}({left}, {right}, {pos})", self.helper(name))
    }

    fn variable(&mut self, variable: &Variable, start: Position, how: Use) -> String {
        match &variable.target {
            Target::Local(id) => {
                let value = self.read(*id);
                if self.plain[*id] { value } else { self.copied(value, how) }
            }
            Target::Global => {
                let name = global_name(&variable.name);
                let value = if self.globals.always_set {
                    name
                } else {
                    format!("{}({name}, {}, {})", self.helper("global"), script_json(&variable.name), place(start))
                };
                self.copied(value, how)
            }
            Target::Function | Target::Unresolved => {
                // As a callback it may be tried as a method first, which finds a built-in function of that name.
                self.uses(&variable.name);
                let arity = |it: &&Function| it.named && it.name == variable.name;
                let arity = self.program.functions.iter().find(arity).map_or(0, |function| function.params.len());
                if self.has_script_function(&variable.name, arity) {
                    format!("{}({})", self.helper("fnOf"), function_name(&variable.name, arity))
                } else {
                    format!("new {}({}, [])", self.helper("Fn"), script_json(&variable.name))
                }
            }
        }
    }

    /// The value of a variable, not copied.
    pub(super) fn read(&self, id: LocalId) -> String {
        match self.held.get(&id) {
            Some(held) => format!("{held}.v"),
            None if self.program.locals[id].shared => format!("{}.v", self.names[id]),
            None => self.names[id].clone(),
        }
    }

    fn cell(&self, variable: &Variable) -> Option<String> {
        match variable.target {
            Target::Local(id) => Some(self.names[id].clone()),
            _ => None,
        }
    }

    /// The cell of a variable that a closure shares, unless it is locked.
    pub(super) fn free_cell(&self, expr: &Expr) -> Option<String> {
        match &expr.kind {
            ExprKind::Variable(Variable { target: Target::Local(id), .. })
                if self.program.locals[*id].shared && !self.held.contains_key(id) =>
            {
                Some(self.names[*id].clone())
            }
            _ => None,
        }
    }

    /// The variable that an expression is, unless a closure shares it.
    pub(super) fn plain_local(&self, expr: &Expr) -> Option<LocalId> {
        match &expr.kind {
            ExprKind::Variable(Variable { target: Target::Local(id), .. }) if !self.program.locals[*id].shared => {
                Some(*id)
            }
            _ => None,
        }
    }

    pub(super) fn has_script_function(&self, name: &str, arity: usize) -> bool {
        let is_it = |it: &Function| it.name == name && it.params.len() == arity && it.this_type.is_none();
        self.program.functions.iter().any(is_it)
    }

    /// Whether some type has a method of the script with this name.
    pub(super) fn has_typed_method(&self, name: &str, arity: usize) -> bool {
        let is_it = |it: &Function| it.name == name && it.params.len() == arity && it.this_type.is_some();
        self.program.functions.iter().any(is_it)
    }

    fn call(&mut self, name: &str, args: &[Expr], expr: &Expr) -> String {
        let pos = place(expr.pos);
        match (name, args) {
            ("Fn", [target]) => {
                if let ExprKind::Text(name) = &target.kind {
                    self.uses(name);
                    return format!("{}({}, {pos})", self.helper("pointerTo"), script_json(name));
                }
                let value = self.expr(target, Use::Look);
                return format!("{}({value}, {})", self.helper("pointerNamed"), place(target.start));
            }
            ("call" | "curry", [first, ..]) if name == "call" || args.len() > 1 => {
                let values = self.handed_over(args);
                let (helper, at) = if name == "call" {
                    ("callFunction", format!("{pos}, {}", place(first.start)))
                } else {
                    ("curry", place(first.start))
                };
                return format!("{}({})", self.helper(helper), with_args(&[&values[0], &at], &values[1..]));
            }
            ("is_shared", [value]) => return self.is_shared(value),
            ("type_of", [value]) if !self.has_script_function(name, 1) => {
                let value = self.expr(value, Use::Look);
                return format!("{}({value})", self.helper("typeName"));
            }
            _ => {}
        }
        if self.has_script_function(name, args.len()) {
            let values = self.script_args(name, args);
            let by_reference = args.first().is_some_and(|first| {
                matches!(first.kind, ExprKind::This) || self.plain_local(first).is_some() && !self.is_constant(first)
            });
            let shares = self.program.locals.iter().any(|local| local.shared);
            return format!(
                "{}({})",
                self.helper(if by_reference && shares { "callRef" } else { "call" }),
                with_args(&[&function_name(name, args.len()), &pos], &values)
            );
        }
        self.calls(name, args.len());
        self.uses_named(name, args.get(1));
        self.native(name, args, &pos)
    }

    /// A captured variable is handed over as it is by `call` and `curry`.
    fn handed_over(&mut self, args: &[Expr]) -> Vec<String> {
        let mut values = self.operands(args, Use::Keep);
        for (arg, value) in args.iter().zip(&mut values).skip(1) {
            if let ExprKind::Variable(Variable { target: Target::Local(id), .. }) = arg.kind
                && self.program.locals[id].shared
                && !self.held.contains_key(&id)
            {
                *value = format!("{}({})", self.helper("handed"), self.names[id]);
            }
        }
        values
    }

    /// Only a variable is shared, not what is computed from it.
    fn is_shared(&mut self, value: &Expr) -> String {
        if let ExprKind::Variable(Variable { target: Target::Local(id), .. }) = value.kind {
            let shared = self.program.locals[id].shared;
            return if shared { format!("{}.shared", self.names[id]) } else { "false".to_string() };
        }
        let result = self.expr(value, Use::Look);
        if !is_literal(value) {
            self.push(format!("{result};"));
        }
        "false".to_string()
    }

    /// Arguments of a script function. One that the function only looks at needs no copy of a variable: while the
    /// function runs, nobody can change a variable of its caller that no closure shares.
    fn script_args(&mut self, name: &str, args: &[Expr]) -> Vec<String> {
        let program = self.program;
        let is_it = |it: &&Function| it.name == name && it.params.len() == args.len() && it.this_type.is_none();
        let function = program.functions.iter().find(is_it);
        let params = &function.expect("only called for a script function").locals;
        let refs: Vec<(&Expr, Use)> = args
            .iter()
            .zip(params)
            .map(|(arg, param)| {
                let still = self.is_steady_place(arg) || self.plain_local(arg).is_some();
                (arg, if still && self.steady[*param] { Use::Look } else { Use::Keep })
            })
            .collect();
        let Some(((first, how), rest)) = refs.split_first() else {
            return Vec::new();
        };
        match &first.kind {
            ExprKind::Variable(variable) if matches!(variable.target, Target::Local(_) | Target::Global) => {
                let rest = self.settled(rest, self.never_fails(variable));
                let value = self.expr(first, *how);
                [value].into_iter().chain(rest).collect()
            }
            ExprKind::This if rest.iter().any(|(arg, _)| has_effects(arg)) => {
                let this = self.this_box(first);
                let rest = self.settled(rest, true);
                let value = self.copied(format!("{this}.v"), *how);
                [value].into_iter().chain(rest).collect()
            }
            _ => self.operand_uses(&refs),
        }
    }

    /// Whether a variable can be read whatever has happened.
    fn never_fails(&self, variable: &Variable) -> bool {
        match variable.target {
            Target::Local(id) => !self.program.locals[id].shared,
            _ => self.globals.always_set,
        }
    }

    /// The box behind `this`, kept: it fails here when there is none.
    pub(super) fn this_box(&mut self, this: &Expr) -> String {
        let found = format!("{}($self, {})", self.helper("self"), place(this.pos));
        self.keep(&found)
    }

    /// A built-in in function style takes a variable as its first argument by reference, once the others are known.
    fn native(&mut self, name: &str, args: &[Expr], pos: &str) -> String {
        let (name_text, how) = (script_json(&name), self.arg_use(name));
        let Some((first, rest)) = args.split_first() else {
            return format!("{}({name_text}, {pos})", self.helper("nat"));
        };
        let rest: Vec<(&Expr, Use)> = rest.iter().map(|arg| (arg, how)).collect();
        // A function that is called back may change the items, but only those of a copy.
        let own = if self.builtins.calls_back(name) { Use::Keep } else { how };
        match &first.kind {
            ExprKind::Variable(variable) if matches!(variable.target, Target::Local(_) | Target::Global) => {
                let values = self.settled(&rest, self.never_fails(variable));
                if let Target::Local(id) = variable.target
                    && !self.program.locals[id].constant
                {
                    let local = self.names[id].clone();
                    if self.program.locals[id].shared {
                        return format!(
                            "{}({})",
                            self.helper("natCell"),
                            with_args(&[&local, &name_text, pos], &values)
                        );
                    }
                    if self.builtins.replaces(name) {
                        let by_reference = self.reference(&local);
                        let first = [by_reference.as_str(), &name_text, pos];
                        return format!("{}({})", self.helper("natRef"), with_args(&first, &values));
                    }
                    return format!("{}({})", self.helper("natVar"), with_args(&[&name_text, pos, &local], &values));
                }
                let value = self.expr(first, own);
                let constant = name == "contains" && self.may_be_constant_range(first);
                let helper = self.helper(if constant { "natConst" } else { "nat" });
                format!("{helper}({})", with_args(&[&name_text, pos, &value], &values))
            }
            ExprKind::This => {
                let this = self.this_box(first);
                let values = self.settled(&rest, true);
                format!("{}({})", self.helper("natRef"), with_args(&[&this, &name_text, pos], &values))
            }
            _ => {
                let all: Vec<(&Expr, Use)> = [(first, own)].into_iter().chain(rest).collect();
                let values = self.operand_uses(&all);
                format!("{}({})", self.helper("nat"), with_args(&[&name_text, pos], &values))
            }
        }
    }

    /// What happens to the arguments of a built-in behind the first one.
    pub(super) fn arg_use(&self, name: &str) -> Use {
        if self.builtins.only_looks(name) { Use::Look } else { Use::Keep }
    }

    /// Arguments that are complete before whatever stands in front of them is looked at; `alone` when that cannot fail.
    pub(super) fn settled(&mut self, args: &[(&Expr, Use)], alone: bool) -> Vec<String> {
        let values = self.operand_uses(args);
        let mut settled = Vec::new();
        for (at, ((arg, _), value)) in args.iter().zip(values).enumerate() {
            let effects = args[at..].iter().any(|(later, _)| has_effects(later));
            let may_wait = !effects && (alone || self.plain_local(arg).is_some());
            let known = is_literal(arg) || is_temporary(&value);
            settled.push(if known || may_wait { value } else { self.keep(&value) });
        }
        settled
    }

    /// A box around a JavaScript variable.
    pub(super) fn reference(&mut self, local: &str) -> String {
        format!("{}(() => {local}, ($v) => {{ {local} = $v; }})", self.helper("ref"))
    }

    /// `&&` and `||`: every operand must be a bool, and a later one may not run at all.
    fn logic(&mut self, parts: &[Expr], operator: &str, end: &str) -> String {
        let before = self.out.len();
        let first = self.condition(&parts[0]);
        let mut values = vec![first];
        let after_first = self.out.len();
        for part in &parts[1..] {
            let value = self.condition(part);
            values.push(value);
        }
        if self.out.len() == after_first {
            return format!("({})", values.join(&format!(" {operator} ")));
        }
        // An operand needs statements, so the chain becomes nested conditions.
        self.out.truncate(before);
        let name = self.temporary();
        self.push(format!("let {name} = {end};"));
        let not = if operator == "&&" { "" } else { "!" };
        for part in parts {
            let value = self.condition(part);
            self.push(format!("if ({not}({value})) {{"));
            self.depth += 1;
        }
        self.push(format!("{name} = {};", if operator == "&&" { "true" } else { "false" }));
        for _ in parts {
            self.depth -= 1;
            self.push("}".to_string());
        }
        name
    }

    fn coalesce(&mut self, parts: &[Expr]) -> String {
        let before = self.out.len();
        let mut values = vec![self.expr(&parts[0], Use::Keep)];
        let after_first = self.out.len();
        for part in &parts[1..] {
            let value = self.expr(part, Use::Keep);
            values.push(value);
        }
        if self.out.len() == after_first {
            return format!("({})", values.join(" ?? "));
        }
        self.out.truncate(before);
        let name = self.temporary();
        self.push(format!("let {name} = null;"));
        for part in parts {
            self.push(format!("if ({name} === null) {{"));
            self.depth += 1;
            let value = self.expr(part, Use::Keep);
            self.push(format!("{name} = {value};"));
            self.depth -= 1;
            self.push("}".to_string());
        }
        name
    }
}

/// The same with brackets around it, where its parts could come apart.
pub(super) fn parenthesised(test: &str) -> String {
    let call =
        test.ends_with(')') && test.chars().take_while(|c| *c != '(').all(|c| c.is_ascii_alphanumeric() || c == '_');
    let alone = call && test.find(')') == Some(test.len() - 1);
    if alone { test.to_string() } else { format!("({test})") }
}

/// Arguments of a helper: those before the values, and the values.
pub(super) fn with_args(first: &[&str], values: &[String]) -> String {
    first.iter().copied().chain(values.iter().map(String::as_str)).collect::<Vec<_>>().join(", ")
}

/// Whether it is the name of a temporary and nothing else.
pub(super) fn is_temporary(value: &str) -> bool {
    value.strip_prefix('$').is_some_and(|rest| rest.bytes().all(|byte| byte.is_ascii_digit()))
}

/// Whether evaluating it twice, or later, could make a difference to anything else.
pub(in crate::rule) fn has_effects(expr: &Expr) -> bool {
    let mut found = false;
    super::super::walk::expr(expr, &mut |inner| {
        found |= match &inner.kind {
            ExprKind::Call(..) | ExprKind::Block(_) | ExprKind::Closure(..) => true,
            ExprKind::Chain(chain) => chain.steps.iter().any(|step| matches!(step.kind, StepKind::Method(..))),
            _ => false,
        };
    });
    found
}

/// Whether it is a value written in the text.
pub(super) fn is_literal(expr: &Expr) -> bool {
    matches!(
        expr.kind,
        ExprKind::Unit
            | ExprKind::Bool(_)
            | ExprKind::Int(_)
            | ExprKind::Float(_)
            | ExprKind::Char(_)
            | ExprKind::Text(_)
    )
}

/// Whether it is neither an array nor a map whatever happens, unless it fails.
pub(super) fn is_surely_plain(expr: &Expr) -> bool {
    match &expr.kind {
        ExprKind::Unary(..) | ExprKind::Interpolated(_) => true,
        ExprKind::Binary(operator, _) => *operator != "+",
        _ => is_literal(expr) || is_surely_bool(expr),
    }
}

/// Whether it gives a bool whatever happens, unless it fails.
pub(super) fn is_surely_bool(expr: &Expr) -> bool {
    match &expr.kind {
        ExprKind::Bool(_) | ExprKind::Unary("!", _) | ExprKind::And(_) | ExprKind::Or(_) => true,
        ExprKind::Binary(operator, _) => ["==", "!=", "<", "<=", ">", ">="].contains(operator),
        _ => false,
    }
}

/// A whole number: a BigInt where a JavaScript number would not be exact.
pub(super) fn whole(value: i64) -> String {
    const SAFE: i64 = 9_007_199_254_740_991;
    if (-SAFE..=SAFE).contains(&value) { value.to_string() } else { format!("{value}n") }
}

/// A broken number in JavaScript's notation.
pub(super) fn broken(value: f64) -> String {
    if value.is_nan() {
        "NaN".to_string()
    } else if value.is_infinite() {
        if value > 0.0 { "Infinity".to_string() } else { "-Infinity".to_string() }
    } else {
        format!("{value:?}")
    }
}
