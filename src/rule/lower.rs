//! Gives every name its meaning, and refuses what the page could not do exactly as Rhai does.
//!
//! Variables become numbered locals, with a mark on those that a closure captures; calls are compared with the
//! script's own functions and the built-in ones. What passes here, `codegen` can emit: there is no third state.

use std::collections::{BTreeMap, BTreeSet};

use super::builtin::{Builtins, FOUND_BY_NAME, is_elsewhere};
use super::compile::FINDINGS;
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
    /// What to write instead, when more can be said than to write it another way.
    pub help: Option<Bilingual>,
}

/// Resolves a program in place. It may be emitted only when the returned list is empty.
pub(super) fn lower_program(program: &mut Program, builtins: &Builtins) -> Vec<Refusal> {
    let (mut functions, mut methods) = (Vec::new(), Vec::new());
    for function in &program.functions {
        let list = if function.this_type.is_some() { &mut methods } else { &mut functions };
        list.push((function.name.clone(), function.params.len()));
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
        methods,
        globals,
        keys: BTreeSet::new(),
        locals: Vec::new(),
        scope: Vec::new(),
        at_top: false,
        origins: BTreeMap::new(),
        computed: Vec::new(),
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
        lowering.statements(&mut function.body);
    }
    program.functions = list;
    lowering.hand_over(program);
    program.locals = std::mem::take(&mut lowering.locals);
    if !lowering.computed.is_empty() {
        lowering.named_pointers(program);
    }
    program.keys = lowering.keys;
    lowering.refusals
}

struct Lowering<'run> {
    builtins: &'run Builtins,
    functions: Vec<(String, usize)>,
    /// Functions for one type only, which are found as methods of it and nowhere else.
    methods: Vec<(String, usize)>,
    globals: BTreeSet<String>,
    /// Keys that the script itself puts into maps: a method of that name may be a function kept there.
    keys: BTreeSet<String>,
    locals: Vec<Local>,
    scope: Vec<LocalId>,
    at_top: bool,
    /// The values that variables are set to where they are declared, as far as they are written there.
    origins: BTreeMap<LocalId, Vec<Expr>>,
    /// Names in `Fn(name)` that are not written there.
    computed: Vec<Expr>,
    refusals: Vec<Refusal>,
}

/// Functions of Rhai that look at the running script itself.
const SPECIAL: &[&str] = &["is_def_var", "is_shared", "eval", "import", "export"];
/// Words that cannot name a function.
const RESERVED: &str = "true false let const if else switch while do until loop for in continue break return throw try \
    catch import export as global private fn Fn call curry type_of print debug eval is_def_var is_def_fn is_shared this \
    var static is goto match exit spawn thread go sync async await yield default void null nil new use with module \
    package super case public protected shared";
/// Functions on arrays that take the name of a function as a text.
pub(super) const NAMED: &[&str] =
    &["map", "filter", "index_of", "some", "all", "dedup", "reduce", "reduce_rev", "sort", "drain", "retain"];

impl Lowering<'_> {
    fn refuse(&mut self, pos: Position, zh: &str, en: &str) {
        let message = Bilingual::new(format!("规则里不能用{zh}"), format!("a rule cannot use {en}"));
        self.refusals.push(Refusal { code: code::RULE_UNSUPPORTED, pos, message, suggestion: None, help: None });
    }

    /// Refuses something and says what to write instead.
    fn advise(&mut self, pos: Position, (zh, en): (&str, &str), (zh_help, en_help): (&str, &str)) {
        self.refuse(pos, zh, en);
        let help = Bilingual::new(zh_help.to_string(), en_help.to_string());
        self.refusals.last_mut().expect("it was put there just now").help = Some(help);
    }

    fn unknown(&mut self, pos: Position, message: Bilingual, suggestion: Option<String>) {
        self.refusals.push(Refusal { code: code::RULE_UNKNOWN_NAME, pos, message, suggestion, help: None });
    }

    fn collect_keys(&mut self, program: &Program) {
        let mut uses_this = false;
        for statements in program.bodies() {
            super::walk::exprs(statements, &mut |expr| uses_this |= matches!(expr.kind, ExprKind::This));
        }
        for statements in program.bodies() {
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
                if may_name(value) {
                    self.origins.insert(*local, vec![value.clone()]);
                }
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
                if let ExprKind::Array(items) = &iterable.kind
                    && items.iter().all(may_name)
                {
                    self.origins.insert(locals[0], items.clone());
                }
                locals.extend(counter);
                self.block(body);
                self.scope.truncate(depth);
            }
            Stmt::Break(value) | Stmt::Return(value) | Stmt::Throw(value, _) => {
                if let Some(value) = value {
                    self.expr(value);
                }
            }
            Stmt::Try { body, name, local, handler } => {
                self.block(body);
                let depth = self.scope.len();
                if let Some(name) = name {
                    *local = self.declare(name, false, false);
                }
                self.block(handler);
                self.scope.truncate(depth);
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

    /// The name that was meant, looked for only where it is going to be reported.
    fn slip<'name>(&self, found: &str, names: impl IntoIterator<Item = &'name str>) -> Option<String> {
        if self.refusals.len() >= FINDINGS {
            return None;
        }
        suggest::nearest(found, names).map(str::to_string)
    }

    fn variable(&mut self, variable: &mut Variable, pos: Position) {
        if variable.namespace.is_some() {
            if !self.globals.contains(&variable.name) {
                let suggestion = self.slip(&variable.name, self.globals.iter().map(String::as_str));
                let message = Bilingual::new(
                    format!("没有这个全局常量：`{}`", variable.name),
                    format!("no such global constant: `{}`", variable.name),
                );
                self.unknown(pos, message, suggestion);
            }
            variable.target = Target::Global;
        } else if let Some(id) = self.lookup(&variable.name) {
            variable.target = Target::Local(id);
        } else if self.functions.iter().chain(&self.methods).any(|(name, _)| *name == variable.name) {
            variable.target = Target::Function;
            self.hidden(&variable.name, pos);
        } else {
            let names: Vec<String> = self.scope.iter().map(|id| self.locals[*id].name.clone()).collect();
            let suggestion = self.slip(&variable.name, names.iter().map(String::as_str));
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
            ExprKind::Unary(_, operand) | ExprKind::IsDefined(operand, _) => self.expr(operand),
            ExprKind::Binary(_, sides) | ExprKind::In(sides) => self.exprs(&mut sides[..]),
            ExprKind::Call(name, args) => {
                let name = name.clone();
                self.exprs(args);
                if name == "is_def_var" && args.len() == 1 {
                    let mut known: Vec<String> = self.scope.iter().map(|id| self.locals[*id].name.clone()).collect();
                    known.sort();
                    known.dedup();
                    expr.kind = match args.pop().expect("the length was tested") {
                        Expr { kind: ExprKind::Text(name), .. } => ExprKind::Bool(known.contains(&name)),
                        computed => ExprKind::IsDefined(Box::new(computed), known),
                    };
                } else {
                    self.call(&name, args, pos);
                }
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
                _ => self.computed.push(args[0].clone()),
            },
            ("call", 1..) | ("curry", 2..) => {
                let unclear = |arg: &Expr| matches!(arg.kind, ExprKind::Coalesce(_));
                if args[1..].iter().any(unclear) && self.has_closures() {
                    let what = ("`??`直接作这种调用的参数", "`??` as an argument of this call");
                    self.advise(pos, what, ("先用`let`存进变量，再传进去", "keep it in a variable first"));
                }
                // Which of them Rhai reads first depends on how the pointer was made.
                let read = matches!(args.get(1), Some(Expr { kind: ExprKind::Variable(_) | ExprKind::This, .. }));
                if name == "call" && read && args[2..].iter().any(super::codegen::has_effects) {
                    let (zh, en) = ("参数的先后有影响的`call`", "`call` where the order of the arguments matters");
                    self.refuse(pos, zh, en);
                }
            }
            ("type_of", 1) => {}
            ("is_shared", 1) if !matches!(args[0].kind, ExprKind::Coalesce(_) | ExprKind::Block(_)) => {}
            _ if SPECIAL.contains(&name) => self.refuse(pos, &format!("`{name}`"), &format!("`{name}`")),
            _ if self.functions.iter().any(|(other, params)| other == name && *params == arity) => {}
            _ if self.builtins.has_function(name) => self.named_function(name, args.get(1)),
            _ => self.no_function(name, Some(arity), pos),
        }
    }

    fn has_closures(&self) -> bool {
        self.functions.iter().any(|(name, _)| name.starts_with("anon$"))
    }

    /// `call(f, x)` and `curry(f, x)` hand a captured `x` over as it is: the parameter is the variable. Nobody knows
    /// which function that will be, so every parameter of the script is prepared for it.
    fn hand_over(&mut self, program: &mut Program) {
        let mut late = Vec::new();
        for body in program.functions.iter().map(|function| &function.body).chain([&program.body]) {
            super::walk::exprs(body, &mut |expr| {
                let ExprKind::Call(name, args) = &expr.kind else {
                    return;
                };
                if !["call", "curry"].contains(&name.as_str()) {
                    return;
                }
                for (index, arg) in args.iter().enumerate().skip(1) {
                    let ExprKind::Variable(Variable { target: Target::Local(id), .. }) = arg.kind else {
                        continue;
                    };
                    if self.locals[id].shared {
                        program.hands_over = true;
                        if name == "call" && args[index + 1..].iter().any(super::codegen::has_effects) {
                            late.push(arg.start);
                        }
                    }
                }
            });
        }
        if program.hands_over {
            for id in program.functions.iter().flat_map(|function| &function.locals) {
                self.locals[*id].shared = true;
            }
        }
        for pos in late {
            let what = (
                "被闭包带走的变量作`call`的参数，而后面的参数还要计算",
                "a captured variable as an argument of `call` in front of one that has to be computed",
            );
            self.advise(pos, what, ("先用`let`算好后面的参数", "keep the later argument in a variable first"));
        }
    }

    /// The names in `Fn(name)` that are not written there: every one of them has to be known.
    fn named_pointers(&mut self, program: &mut Program) {
        if self.computed.is_empty() {
            return;
        }
        let steady = super::codegen::steady_locals(program, self.builtins);
        let natives = super::ast::native_names(&super::engine::engine(0).engine);
        for name in std::mem::take(&mut self.computed) {
            let mut texts = Vec::new();
            if !self.possible_names(&name, &steady, &natives, &mut texts) {
                let what = ("这样算出来的函数名", "a function name computed like this");
                let help = (
                    "让名字以一段固定的、内置函数没有的文字开头，例如`Fn(\"on_\" + name)`，或者用`switch`选出函数",
                    "let it start with a fixed text that no built-in function starts with, as in `Fn(\"on_\" + name)`, \
                     or choose the function with `switch`",
                );
                self.advise(name.pos, what, help);
            }
            program.pointed.extend(texts);
        }
    }

    /// Collects the texts that a name may be; false when there may be others that stand for a built-in function.
    fn possible_names(
        &self,
        name: &Expr,
        steady: &[bool],
        natives: &BTreeSet<String>,
        texts: &mut Vec<String>,
    ) -> bool {
        if let Some(text) = fixed_text(name) {
            let known = self.builtins.has_function(&text) || !natives.contains(&text);
            let reserved = RESERVED.split_whitespace().any(|word| word == text);
            texts.push(text);
            return known && !reserved;
        }
        match &name.kind {
            ExprKind::Binary("+", _) | ExprKind::Interpolated(_) => fixed_start(name).is_some_and(|start| {
                let mut others = natives.iter().map(String::as_str).chain(RESERVED.split_whitespace());
                !start.is_empty() && others.all(|other| !other.starts_with(start))
            }),
            ExprKind::Variable(Variable { target: Target::Local(id), .. }) if steady[*id] => {
                let origin = self.origins.get(id);
                origin.is_some_and(|values| values.iter().all(|it| self.possible_names(it, steady, natives, texts)))
            }
            ExprKind::Int(_) => true,
            _ => false,
        }
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
        } else if FOUND_BY_NAME.contains(&name.as_str()) {
            let (zh, en) = (format!("以函数名`{name}`查找"), format!("a search for `{name}`, the name of a function"));
            self.refuse(pos, &zh, &en);
        }
    }

    fn pointer(&mut self, name: &str, pos: Position) {
        let known = self.functions.iter().chain(&self.methods).any(|(other, _)| other == name)
            || self.builtins.has_function(name);
        if RESERVED.split_whitespace().any(|word| word == name) {
            let (zh, en) = match self.builtins.has_function(name) {
                true => (format!("（请写成`|x| {name}(x)`）"), format!(" (write `|x| {name}(x)` instead)")),
                false => (String::new(), String::new()),
            };
            let (zh, en) = (format!("指向`{name}`的函数指针{zh}"), format!("a function pointer to `{name}`{en}"));
            self.refuse(pos, &zh, &en);
            return;
        }
        if !known {
            self.no_function(name, None, pos);
        } else {
            self.hidden(name, pos);
        }
    }

    /// What calls back tries Rhai's own function first, with the item as its receiver.
    fn hidden(&mut self, name: &str, pos: Position) {
        if is_elsewhere(name) {
            let zh = format!("指向`{name}`的函数指针：Rhai自己也有一个`{name}`");
            let en = format!("a function pointer to `{name}`: Rhai has a `{name}` of its own");
            let help =
                ("给自己的函数换一个名字，例如`my_`开头", "give the function another name, one with `my_` in front");
            self.advise(pos, (&zh, &en), help);
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
        let suggestion = self.slip(name, names.chain(self.builtins.function_names()));
        let message = Bilingual::new(format!("没有这个函数：`{name}`"), format!("no such function: `{name}`"));
        self.unknown(pos, message, suggestion);
    }

    fn chain(&mut self, chain: &mut Chain) {
        self.expr(&mut chain.root);
        for step in &mut chain.steps {
            match &mut step.kind {
                StepKind::Index(index) => self.expr(index),
                StepKind::Property(..) => {}
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
        let is_it = |(other, params): &(String, usize)| other == name && *params == arity;
        let own = self.functions.iter().chain(&self.methods).any(is_it);
        if name == "is_shared" && arity == 0 {
        } else if SPECIAL.contains(&name) {
            self.refuse(pos, &format!("`{name}`"), &format!("`{name}`"));
        } else if !own && !["call", "curry", "type_of"].contains(&name) {
            let known = self.builtins.has_function(name) || self.keys.contains(name);
            if !known {
                self.no_function(name, None, pos);
            }
        }
    }
}

/// Whether it is worth to remember that a variable is set to this.
fn may_name(value: &Expr) -> bool {
    matches!(
        value.kind,
        ExprKind::Text(_)
            | ExprKind::Int(_)
            | ExprKind::Interpolated(_)
            | ExprKind::Binary("+", _)
            | ExprKind::Variable(_)
    )
}

/// The text that some texts give together.
fn fixed_text(text: &Expr) -> Option<String> {
    match &text.kind {
        ExprKind::Text(text) => Some(text.clone()),
        ExprKind::Binary("+", sides) => Some(fixed_text(&sides[0])? + fixed_text(&sides[1])?.as_str()),
        _ => None,
    }
}

/// The text that a joined text starts with, whatever comes behind.
fn fixed_start(text: &Expr) -> Option<&str> {
    match &text.kind {
        ExprKind::Text(start) => Some(start),
        ExprKind::Binary("+", sides) => fixed_start(&sides[0]),
        ExprKind::Interpolated(parts) => fixed_start(parts.first()?),
        _ => None,
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
