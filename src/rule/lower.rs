//! Gives every name its meaning, and refuses what the page could not do exactly as Rhai does.
//!
//! Variables become numbered locals, with a mark on those that a closure captures; calls are compared with the
//! script's own functions and the built-in ones. What passes here, `codegen` can emit: there is no third state.

use std::collections::BTreeSet;

use super::builtin::Builtins;
use super::ir::{ANY_KEY, Chain, Expr, ExprKind, Local, LocalId, Program, StepKind, Stmt, Target, Variable};
use crate::diagnostic::{Bilingual, Code, code, suggest};
use crate::source::Position;

/// Something that the author has to change.
#[derive(Debug, Clone)]
pub(super) struct Refusal {
    /// Which kind of finding.
    pub code: Code,
    /// Where it stands.
    pub pos: Position,
    /// What it is.
    pub message: Bilingual,
    /// A nearer name, when there is one.
    pub suggestion: Option<String>,
}

/// Resolves a program in place. It may be emitted only when the returned list is empty.
pub(super) fn lower_program(program: &mut Program, builtins: &Builtins) -> Vec<Refusal> {
    let mut functions: Vec<(String, usize)> = Vec::new();
    for function in &program.functions {
        functions.push((function.name.clone(), function.params.len()));
    }
    let globals = program
        .body
        .iter()
        // Rhai keeps constants for functions, so without one there are none.
        .filter(|_| !functions.is_empty())
        .filter_map(|statement| match statement {
            Stmt::Let { name, constant: true, .. } => Some(name.clone()),
            _ => None,
        })
        .collect();
    let mut lowering = Lowering {
        builtins,
        functions,
        globals,
        keys: BTreeSet::new(),
        locals: Vec::new(),
        scope: Vec::new(),
        at_top: false,
        refusals: Vec::new(),
    };
    lowering.collect_keys(program);
    lowering.at_top = true;
    lowering.statements(&mut program.body);
    lowering.at_top = false;
    let mut list = std::mem::take(&mut program.functions);
    for function in &mut list {
        lowering.scope.clear();
        for (index, name) in function.params.iter().enumerate() {
            let shared = index < function.captured;
            function.locals.push(lowering.declare(name, false, shared));
        }
        if function.this_type.is_some() {
            let pos = first_place(&function.body);
            lowering.refuse(pos, "只用于某一类型的函数", "a function for one type only");
        }
        lowering.statements(&mut function.body);
    }
    program.functions = list;
    program.locals = lowering.locals;
    program.keys = lowering.keys;
    lowering.refusals
}

struct Lowering<'run> {
    builtins: &'run Builtins,
    functions: Vec<(String, usize)>,
    globals: BTreeSet<String>,
    /// Keys that the script itself puts into maps: a method of that name may be a function kept there.
    keys: BTreeSet<String>,
    locals: Vec<Local>,
    scope: Vec<LocalId>,
    at_top: bool,
    refusals: Vec<Refusal>,
}

/// Functions of Rhai that look at the running script itself.
const SPECIAL: &[&str] = &["is_def_fn", "is_def_var", "is_shared", "eval", "import", "export"];
/// Words of the language that are functions too: nothing can point to them.
const RESERVED: &[&str] = &["print", "debug", "type_of"];
/// Functions on arrays that take the name of a function as a text.
pub(super) const NAMED: &[&str] =
    &["map", "filter", "index_of", "some", "all", "dedup", "reduce", "reduce_rev", "sort", "drain", "retain"];
/// Functions that rules do not have, but whose name makes `index_of` call them.
const ELSEWHERE: &[&str] =
    &["blob", "chars", "exit", "get_fn_metadata_list", "parse_json", "set_tag", "sleep", "to_blob"];
/// Properties that give an iterator, a type of its own.
const STREAMS: &[&str] = &["chars"];

impl Lowering<'_> {
    fn refuse(&mut self, pos: Position, zh: &str, en: &str) {
        let message = Bilingual::new(format!("规则里不能用{zh}"), format!("a rule cannot use {en}"));
        self.refusals.push(Refusal { code: code::RULE_UNSUPPORTED, pos, message, suggestion: None });
    }

    fn unknown(&mut self, pos: Position, message: Bilingual, suggestion: Option<String>) {
        self.refusals.push(Refusal { code: code::RULE_UNKNOWN_NAME, pos, message, suggestion });
    }

    fn collect_keys(&mut self, program: &Program) {
        let mut uses_this = false;
        let bodies = || program.functions.iter().map(|function| &function.body).chain([&program.body]);
        for statements in bodies() {
            super::walk::exprs(statements, &mut |expr| uses_this |= matches!(expr.kind, ExprKind::This));
        }
        for statements in bodies() {
            super::walk::exprs(statements, &mut |expr| {
                // `set` puts anything under any key.
                if let ExprKind::Call(name, _) = &expr.kind
                    && uses_this
                    && name == "set"
                {
                    self.keys.insert(ANY_KEY.to_string());
                }
                if let ExprKind::Chain(chain) = &expr.kind
                    && uses_this
                    && chain.steps.iter().any(|step| matches!(&step.kind, StepKind::Method(name, ..) if name == "set"))
                {
                    self.keys.insert(ANY_KEY.to_string());
                }
                if let ExprKind::Map(entries) = &expr.kind {
                    self.keys.extend(entries.iter().map(|(key, _)| key.clone()));
                }
            });
            super::walk::statements(statements, &mut |statement| {
                let Stmt::Assign { target: Expr { kind: ExprKind::Chain(chain), .. }, operator, value, .. } = statement
                else {
                    return;
                };
                match chain.steps.last().map(|step| &step.kind) {
                    Some(StepKind::Property(name, _)) => {
                        self.keys.insert(name.clone());
                    }
                    Some(StepKind::Index(Expr { kind: ExprKind::Text(name), .. })) => {
                        self.keys.insert(name.clone());
                    }
                    Some(StepKind::Index(_)) if uses_this && operator.is_none() && may_be_function(value) => {
                        self.keys.insert(ANY_KEY.to_string());
                    }
                    _ => {}
                }
            });
        }
    }

    fn declare(&mut self, name: &str, constant: bool, shared: bool) -> LocalId {
        let id = self.locals.len();
        self.locals.push(Local { name: name.to_string(), constant, shared, global: false });
        self.scope.push(id);
        id
    }

    fn lookup(&self, name: &str) -> Option<LocalId> {
        self.scope.iter().rev().copied().find(|id| self.locals[*id].name == name)
    }

    fn block(&mut self, statements: &mut [Stmt]) {
        let (depth, at_top) = (self.scope.len(), self.at_top);
        self.at_top = false;
        self.statements(statements);
        self.at_top = at_top;
        self.scope.truncate(depth);
    }

    fn statements(&mut self, statements: &mut [Stmt]) {
        for statement in statements {
            self.statement(statement);
        }
    }

    fn statement(&mut self, statement: &mut Stmt) {
        match statement {
            Stmt::Noop | Stmt::Continue => {}
            Stmt::Expr(expr) => self.expr(expr),
            Stmt::Let { name, constant, value, local, .. } => {
                self.expr(value);
                *local = self.declare(name, *constant, false);
                self.locals[*local].global = self.at_top && *constant;
            }
            Stmt::Assign { target, value, .. } => {
                self.expr(value);
                self.assignment_target(target);
            }
            Stmt::If { condition, body, branch } => {
                self.expr(condition);
                self.block(body);
                self.block(branch);
            }
            Stmt::Switch(switch) => {
                self.expr(&mut switch.value);
                for (guard, result) in &mut switch.arms {
                    self.expr(guard);
                    self.expr(result);
                }
            }
            Stmt::While { condition, body } => {
                if let Some(condition) = condition {
                    self.expr(condition);
                }
                self.block(body);
            }
            Stmt::Do { condition, body, .. } => {
                self.block(body);
                self.expr(condition);
            }
            Stmt::For { name, counter, iterable, body, locals } => {
                self.expr(iterable);
                let depth = self.scope.len();
                let counter = counter.as_ref().map(|counter| self.declare(counter, false, false));
                locals.push(self.declare(&name.0, false, false));
                locals.extend(counter);
                self.block(body);
                self.scope.truncate(depth);
            }
            Stmt::Break(value) | Stmt::Return(value) | Stmt::Throw(value, _) => {
                if let Some(value) = value {
                    self.expr(value);
                }
            }
            Stmt::Try { body, name, handler, .. } => {
                self.block(body);
                if name.is_some() {
                    let pos = first_place(handler);
                    self.refuse(pos, "`catch`里的错误变量", "a variable in `catch`");
                }
                self.block(handler);
            }
            Stmt::Block(body) => self.block(body),
            Stmt::Share => {}
        }
    }

    fn assignment_target(&mut self, target: &mut Expr) {
        let pos = target.pos;
        match &mut target.kind {
            ExprKind::Chain(chain) => {
                self.chain(chain);
                match &chain.steps.last().expect("a chain has a step").kind {
                    StepKind::Property(name, pos) if name == "tag" => {
                        self.refuse(*pos, "给属性`tag`赋值", "an assignment to the property `tag`");
                    }
                    StepKind::Method(_, _, pos) => {
                        self.refuse(*pos, "给方法的结果赋值", "an assignment to the result of a method");
                    }
                    _ => {}
                }
            }
            ExprKind::Variable(_) => {
                self.expr(target);
                if let ExprKind::Variable(Variable { target: Target::Global | Target::Function, .. }) = target.kind {
                    self.refuse(pos, "给这个名字赋值", "an assignment to this name");
                }
            }
            ExprKind::This => self.expr(target),
            _ => self.refuse(pos, "给这种表达式赋值", "an assignment to this expression"),
        }
    }

    fn variable(&mut self, variable: &mut Variable, pos: Position) {
        if variable.namespace.is_some() {
            if !self.globals.contains(&variable.name) {
                let nearest = suggest::nearest(&variable.name, self.globals.iter().map(String::as_str));
                let message = Bilingual::new(
                    format!("没有这个全局常量：`{}`", variable.name),
                    format!("no such global constant: `{}`", variable.name),
                );
                let suggestion = nearest.map(str::to_string);
                self.unknown(pos, message, suggestion);
            }
            variable.target = Target::Global;
        } else if let Some(id) = self.lookup(&variable.name) {
            variable.target = Target::Local(id);
        } else if self.functions.iter().any(|(name, _)| *name == variable.name) {
            variable.target = Target::Function;
        } else {
            let names: Vec<String> = self.scope.iter().map(|id| self.locals[*id].name.clone()).collect();
            let suggestion = suggest::nearest(&variable.name, names.iter().map(String::as_str)).map(str::to_string);
            let message = Bilingual::new(
                format!("没有这个变量：`{}`", variable.name),
                format!("no such variable: `{}`", variable.name),
            );
            self.unknown(pos, message, suggestion);
        }
    }

    fn exprs(&mut self, exprs: &mut [Expr]) {
        for expr in exprs {
            self.expr(expr);
        }
    }

    fn expr(&mut self, expr: &mut Expr) {
        let (pos, start) = (expr.pos, expr.start);
        match &mut expr.kind {
            ExprKind::Unit
            | ExprKind::Bool(_)
            | ExprKind::Int(_)
            | ExprKind::Float(_)
            | ExprKind::Char(_)
            | ExprKind::Text(_)
            | ExprKind::Range(..)
            | ExprKind::This => {}
            ExprKind::Interpolated(parts)
            | ExprKind::Array(parts)
            | ExprKind::And(parts)
            | ExprKind::Or(parts)
            | ExprKind::Coalesce(parts) => self.exprs(parts),
            ExprKind::Map(entries) => entries.iter_mut().for_each(|(_, value)| self.expr(value)),
            ExprKind::Variable(variable) => {
                let at = if variable.namespace.is_some() { start } else { pos };
                self.variable(variable, at);
            }
            ExprKind::Unary(_, operand) => self.expr(operand),
            ExprKind::Binary(_, sides) | ExprKind::In(sides) => self.exprs(&mut sides[..]),
            ExprKind::Call(name, args) => {
                let name = name.clone();
                self.exprs(args);
                self.call(&name, args, pos);
            }
            ExprKind::FnPointer(name) => {
                let name = name.clone();
                if !name.starts_with("anon$") {
                    self.pointer(&name, pos);
                }
            }
            ExprKind::Closure(_, captured) => {
                for (variable, pos) in captured {
                    self.variable(variable, *pos);
                    if let Target::Local(id) = variable.target {
                        self.locals[id].shared = true;
                    }
                }
            }
            ExprKind::Chain(chain) => self.chain(chain),
            ExprKind::Block(statements) => self.block(statements),
        }
    }

    fn call(&mut self, name: &str, args: &[Expr], pos: Position) {
        let arity = args.len();
        match (name, arity) {
            ("Fn", 1) => match &args[0].kind {
                ExprKind::Text(target) => {
                    let target = target.clone();
                    self.pointer(&target, args[0].pos);
                }
                _ => self.refuse(args[0].pos, "算出来的函数名", "a computed function name"),
            },
            ("call", 1..) | ("curry", 2..) => {
                if args[1..].iter().any(|arg| self.may_be_shared(arg)) {
                    let (zh, en) =
                        ("被闭包带走的变量作这种调用的参数", "a captured variable as an argument of this call");
                    self.refuse(pos, zh, en);
                }
                // Which of them Rhai reads first depends on how the pointer was made.
                let read = matches!(args.get(1), Some(Expr { kind: ExprKind::Variable(_) | ExprKind::This, .. }));
                if name == "call" && read && args[2..].iter().any(super::codegen::has_effects) {
                    let (zh, en) = ("参数的先后有影响的`call`", "`call` where the order of the arguments matters");
                    self.refuse(pos, zh, en);
                }
            }
            ("type_of", 1) => {}
            _ if SPECIAL.contains(&name) => self.refuse(pos, &format!("`{name}`"), &format!("`{name}`")),
            _ if self.functions.iter().any(|(other, params)| other == name && *params == arity) => {}
            _ if self.builtins.has_function(name) => self.named_function(name, args.get(1)),
            _ => self.no_function(name, Some(arity), pos),
        }
    }

    /// Capturing marks a variable only when the closure is read, which may come later in a loop: any name counts.
    fn may_be_shared(&self, arg: &Expr) -> bool {
        matches!(arg.kind, ExprKind::Variable(Variable { target: Target::Local(_), .. }) | ExprKind::Coalesce(_))
            && self.functions.iter().any(|(name, _)| name.starts_with("anon$"))
    }

    /// Some functions on arrays take the name of a function as a text.
    fn named_function(&mut self, caller: &str, arg: Option<&Expr>) {
        let Some(Expr { kind: ExprKind::Text(name), pos, .. }) = arg else {
            return;
        };
        let (name, pos) = (name.clone(), *pos);
        if !NAMED.contains(&caller) || self.keys.contains(caller) {
            return;
        }
        if caller != "index_of" {
            self.pointer(&name, pos);
        } else if ELSEWHERE.contains(&name.as_str()) {
            let (zh, en) = (format!("以函数名`{name}`查找"), format!("a search for `{name}`, the name of a function"));
            self.refuse(pos, &zh, &en);
        }
    }

    fn pointer(&mut self, name: &str, pos: Position) {
        if RESERVED.contains(&name) {
            let (zh, en) = (format!("指向`{name}`的函数指针"), format!("a pointer to `{name}`"));
            self.refuse(pos, &zh, &en);
            return;
        }
        let known = self.functions.iter().any(|(other, _)| other == name) || self.builtins.has_function(name);
        if !known {
            self.no_function(name, None, pos);
        }
    }

    fn no_function(&mut self, name: &str, arity: Option<usize>, pos: Position) {
        let own: Vec<&(String, usize)> = self.functions.iter().filter(|(other, _)| other == name).collect();
        if let (Some((_, params)), Some(arity)) = (own.first(), arity) {
            let message = Bilingual::new(
                format!("函数`{name}`要{params}个参数，这里给了{arity}个"),
                format!("function `{name}` takes {params} argument(s), {arity} given"),
            );
            self.unknown(pos, message, None);
            return;
        }
        let names = self.functions.iter().map(|(name, _)| name.as_str()).filter(|name| !name.starts_with("anon$"));
        let suggestion = suggest::nearest(name, names.chain(self.builtins.function_names())).map(str::to_string);
        let message = Bilingual::new(format!("没有这个函数：`{name}`"), format!("no such function: `{name}`"));
        self.unknown(pos, message, suggestion);
    }

    fn chain(&mut self, chain: &mut Chain) {
        self.expr(&mut chain.root);
        for step in &mut chain.steps {
            match &mut step.kind {
                StepKind::Index(index) => self.expr(index),
                StepKind::Property(name, pos) => {
                    if STREAMS.contains(&name.as_str()) {
                        let pos = *pos;
                        let name = name.clone();
                        self.refuse(pos, &format!("属性`{name}`"), &format!("the property `{name}`"));
                    }
                }
                StepKind::Method(name, args, pos) => {
                    self.exprs(args);
                    let (name, arity, pos) = (name.clone(), args.len(), *pos);
                    if !self.functions.iter().any(|(other, params)| *other == name && *params == arity) {
                        self.named_function(&name, args.first());
                    }
                    self.method(&name, arity, pos);
                }
            }
        }
    }

    fn method(&mut self, name: &str, arity: usize, pos: Position) {
        let own = self.functions.iter().any(|(other, params)| other == name && *params == arity);
        if SPECIAL.contains(&name) {
            self.refuse(pos, &format!("`{name}`"), &format!("`{name}`"));
        } else if !own && !["call", "curry", "type_of"].contains(&name) {
            let known = self.builtins.has_function(name) || self.keys.contains(name);
            if !known {
                self.no_function(name, None, pos);
            }
        }
    }
}

/// Whether a value may be a function pointer.
fn may_be_function(expr: &Expr) -> bool {
    matches!(
        expr.kind,
        ExprKind::Variable(_)
            | ExprKind::This
            | ExprKind::Call(..)
            | ExprKind::FnPointer(_)
            | ExprKind::Closure(..)
            | ExprKind::Chain(_)
            | ExprKind::Coalesce(_)
            | ExprKind::Block(_)
    )
}

fn first_place(statements: &[Stmt]) -> Position {
    let mut found = None;
    super::walk::exprs(statements, &mut |expr| {
        if found.is_none() && expr.start.line > 0 {
            found = Some(expr.start);
        }
    });
    found.unwrap_or(Position { line: 1, column: 1 })
}
