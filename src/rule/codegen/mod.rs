//! Writes a lowered program as plain JavaScript: no `eval`, no names of the author's own that could clash.
//!
//! An expression becomes a JavaScript expression, and may put statements in front of it; operands that come earlier are
//! then kept in temporaries, so that everything happens in Rhai's order. Blocks used as values write into a temporary,
//! never into a function, so `return` and `break` inside them work. Variables end in `_` or `_2`, functions start with
//! `f$`, temporaries with `$`; the helpers of the runtime have none of these.

mod assign;
mod chain;
mod expr;
mod literal;
mod steady;
mod stmt;

pub(super) use expr::has_effects;
pub(super) use steady::steady_locals;

use std::collections::{BTreeMap, BTreeSet};

use super::builtin::Builtins;
use super::ir::{Expr, ExprKind, Function, LocalId, NOWHERE, Program, Stmt, Target, Variable};
use super::kinds::{Kind, Kinds};
use super::link::Needs;
use crate::escape::script_json;
use crate::source::Position;

/// A program as JavaScript, without the frame that a page or a standalone script puts around it.
#[derive(Debug)]
pub(super) struct Code {
    /// Function definitions and `function main() {…}`; needs the helpers of [`Code::needs`].
    pub text: String,
    /// What the text needs of the runtime.
    pub needs: Needs,
}

/// Emits a program that `lower` found nothing to refuse in.
pub(super) fn emit_program(program: &Program, builtins: &Builtins) -> Code {
    let locks = locks(program);
    let hidden = hidden_closures(program, locks);
    let mut emitter = Emitter {
        program,
        builtins,
        globals: Globals::of(program),
        names: local_names(program),
        steady: steady_locals(program, builtins),
        owned: vec![true; program.locals.len()],
        plain: vec![false; program.locals.len()],
        closures_escape: program.functions.iter().any(|it| it.captured > 0 && !hidden.contains_key(&it.name)),
        locks,
        hidden,
        out: Vec::new(),
        depth: 0,
        temporaries: 0,
        loops: Vec::new(),
        labels: 0,
        line: 0,
        in_function: false,
        held: BTreeMap::new(),
        needs: Needs { names: program.pointed.clone(), ..Needs::default() },
        kinds: Kinds::of(program, super::compile::ENTRY),
        any_name: false,
    };
    let global_names: BTreeSet<String> = emitter.globals.names().map(global_name).collect();
    if !global_names.is_empty() {
        emitter.push(format!("let {};", global_names.into_iter().collect::<Vec<_>>().join(", ")));
    }
    for function in &program.functions {
        emitter.function(function);
    }
    if !program.functions.is_empty() {
        let define = emitter.helper("define");
        let plain: Vec<&Function> = program.functions.iter().filter(|it| it.this_type.is_none()).collect();
        let titles: Vec<&str> =
            plain.iter().map(|it| emitter.hidden.get(&it.name).unwrap_or(&it.name).as_str()).collect();
        let mut list = vec![script_json(&titles.join(" "))];
        list.extend(plain.iter().map(|it| js_function(program, it)));
        if !plain.is_empty() {
            emitter.push(format!("{define}({});", list.join(", ")));
        }
        for it in &program.functions {
            if let Some(of) = &it.this_type {
                let (class, function) = (emitter.helper("Typed"), js_function(program, it));
                emitter.push(format!("new {class}({function}, {}, {});", script_json(&it.name), script_json(of)));
            }
        }
    }
    let looking: Vec<String> = program
        .functions
        .iter()
        .filter(|it| it.name.starts_with("anon$") && it.locals.len() > it.captured)
        .filter(|it| it.locals[it.captured..].iter().all(|id| emitter.steady[*id]))
        .map(|it| function_name(&it.name, it.params.len()))
        .collect();
    if !looking.is_empty() {
        let helper = emitter.helper("looking");
        emitter.push(format!("{helper}({});", looking.join(", ")));
    }
    emitter.push("function main() {".to_string());
    emitter.depth += 1;
    emitter.body(&program.body);
    emitter.depth -= 1;
    emitter.push("}".to_string());
    if emitter.any_name {
        for body in program.bodies() {
            super::walk::exprs(body, &mut |expr| match &expr.kind {
                ExprKind::Text(name) if builtins.has_function(name) => emitter.uses(name),
                _ => {}
            });
        }
    }
    let mut text = emitter.out.join("\n");
    text.push('\n');
    Code { text, needs: emitter.needs }
}

/// Whether a value is kept (and therefore copied) or only looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Use {
    Keep,
    Look,
}

/// Where the value of some statements goes.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Goal {
    Nowhere,
    Return,
    Into(String),
}

/// A loop that is being emitted: its label, and where the value of `break` goes.
struct Loop {
    label: String,
    value: Option<String>,
}

struct Emitter<'run> {
    program: &'run Program,
    builtins: &'run Builtins,
    globals: Globals,
    names: Vec<String>,
    /// Variables that never change once they are set.
    steady: Vec<bool>,
    /// Variables whose value nobody else has.
    owned: Vec<bool>,
    /// Closures whose names nothing can show, with shorter ones.
    hidden: BTreeMap<String, String>,
    /// Variables that hold neither an array nor a map.
    plain: Vec<bool>,
    /// Whether a closure that captures something may be kept somewhere.
    closures_escape: bool,
    /// A captured variable is locked somewhere.
    locks: bool,
    out: Vec<String>,
    depth: usize,
    temporaries: usize,
    loops: Vec<Loop>,
    labels: usize,
    line: usize,
    in_function: bool,
    /// Captured variables that are locked at the moment, and the name of the box to use instead.
    held: BTreeMap<LocalId, String>,
    needs: Needs,
    kinds: Kinds<'run>,
    /// Whether a text that is not written where it is used may name a function.
    any_name: bool,
}

impl Emitter<'_> {
    fn push(&mut self, line: String) {
        self.out.push(format!("{}{line}", "  ".repeat(self.depth)));
    }

    fn temporary(&mut self) -> String {
        self.temporaries += 1;
        format!("${}", self.temporaries)
    }

    /// Keeps the value of a JavaScript expression in a temporary.
    fn keep(&mut self, value: &str) -> String {
        let name = self.temporary();
        self.push(format!("const {name} = {value};"));
        name
    }

    /// Names a function of the runtime and remembers that it is needed.
    fn helper(&mut self, name: &str) -> String {
        self.needs.helpers.insert(name.to_string());
        name.to_string()
    }

    /// Remembers a built-in function that may be called in any way.
    fn uses(&mut self, name: &str) {
        self.needs.names.insert(name.to_string());
    }

    /// Remembers a call of a built-in function with so many arguments.
    fn calls(&mut self, name: &str, arity: usize) {
        self.needs.calls.insert((name.to_string(), arity));
    }

    /// Remembers a property that is read or set.
    fn reads(&mut self, name: &str) {
        self.needs.properties.insert(name.to_string());
    }

    /// Some functions on arrays take the name of a function as a text, which then has to be there.
    fn uses_named(&mut self, caller: &str, arg: Option<&Expr>) {
        let Some(arg) = arg.filter(|_| super::lower::NAMED.contains(&caller)) else {
            return;
        };
        if let ExprKind::Text(name) = &arg.kind {
            self.uses(name);
        } else if matches!(self.kinds.sure(arg), Kind::Unsure | Kind::Sized) && !matches!(arg.kind, ExprKind::Array(_))
        {
            self.any_name = true;
        } else {
            return;
        }
        self.helper("named");
    }

    fn mark_line(&mut self, pos: Position) {
        if pos != NOWHERE && pos.line != self.line {
            self.line = pos.line;
            self.push(format!("// line {}", pos.line));
        }
    }

    fn function(&mut self, function: &Function) {
        let js_name = js_function(self.program, function);
        let params: Vec<String> = function.locals.iter().map(|id| self.names[*id].clone()).collect();
        self.push(format!(
            "function {js_name}({}) {{",
            ["$self".to_string()].into_iter().chain(params).collect::<Vec<_>>().join(", ")
        ));
        self.depth += 1;
        for (index, id) in function.locals.iter().enumerate() {
            // Whoever calls does not copy what the function only looks at.
            self.owned[*id] = !self.steady[*id];
            if self.program.locals[*id].shared && index >= function.captured {
                let name = self.names[*id].clone();
                let cell = if self.program.hands_over {
                    self.helper("cellOf")
                } else {
                    format!("new {}", self.helper("Cell"))
                };
                self.push(format!("{name} = {cell}({name});"));
            }
        }
        self.in_function = true;
        self.body(&function.body);
        self.in_function = false;
        self.depth -= 1;
        self.push("}".to_string());
    }

    /// Whether an expression names something that stays as it is for as long as the variable does that is set to it.
    fn is_steady_place(&self, expr: &Expr) -> bool {
        match &expr.kind {
            ExprKind::Variable(Variable { target: Target::Local(id), .. }) => self.steady[*id],
            ExprKind::Variable(Variable { target: Target::Global, .. }) => true,
            ExprKind::Chain(chain) => {
                let reads = |step: &super::ir::Step| !matches!(step.kind, super::ir::StepKind::Method(..));
                chain.steps.iter().all(reads) && self.is_steady_place(&chain.root)
            }
            _ => false,
        }
    }

    /// Statements whose last value is the result of the function around them.
    fn body(&mut self, statements: &[super::ir::Stmt]) {
        self.line = 0;
        self.statements(statements, &Goal::Return);
    }
}

/// Whether a captured variable is ever locked.
fn locks(program: &Program) -> bool {
    let mut locks = false;
    for body in program.bodies() {
        super::walk::exprs(body, &mut |expr| locks |= chain::holds_root(program, expr));
    }
    locks
}

/// Closures that are handed straight to a built-in function which only calls them: no text and no error can hold their
/// names, which are long and hard to compress.
fn hidden_closures(program: &Program, locks: bool) -> BTreeMap<String, String> {
    let callers = ["filter", "map", "sort", "some", "all", "find", "index_of", "retain", "drain"];
    let mut hidden = BTreeMap::new();
    let mut hide = |expr: &Expr| {
        let (ExprKind::Closure(name, _) | ExprKind::FnPointer(name)) = &expr.kind else {
            return;
        };
        let Some(function) = program.functions.iter().find(|it| it.name == *name && name.starts_with("anon$")) else {
            return;
        };
        // With another number of parameters the call may find no function, and says which; on the way to two of them, or
        // with captured variables, it may find something locked, and says where.
        let own = function.params.len() - function.captured;
        if own == 1 && function.captured == 0 || (1..=2).contains(&own) && !locks {
            hidden.insert(name.clone(), format!("anon${}", hidden.len()));
        }
    };
    for body in program.bodies() {
        super::walk::exprs(body, &mut |expr| {
            let ExprKind::Chain(chain) = &expr.kind else {
                return;
            };
            for step in &chain.steps {
                if let super::ir::StepKind::Method(name, args, _) = &step.kind
                    && callers.contains(&name.as_str())
                    && !program.keys.contains(name)
                    && program.functions.iter().all(|function| function.name != *name)
                {
                    args.iter().for_each(&mut hide);
                }
            }
        });
    }
    hidden
}

/// A place as the runtime wants it: `"line:column"`, or nothing.
fn place(pos: Position) -> String {
    if pos == NOWHERE { "\"\"".to_string() } else { format!("\"{}:{}\"", pos.line, pos.column) }
}

/// The top-level constants that functions read as `global::NAME`.
#[derive(Debug, Default)]
struct Globals {
    /// Name, and whether one constant of that name is all there is.
    single: BTreeMap<String, bool>,
    /// Whether every one is set before any function can run.
    always_set: bool,
}

impl Globals {
    fn of(program: &Program) -> Self {
        if program.functions.is_empty() {
            return Globals::default();
        }
        let mut globals = Globals { single: BTreeMap::new(), always_set: true };
        let mut quiet = true;
        for statement in &program.body {
            match statement {
                Stmt::Let { value, name, constant, local, .. } => {
                    quiet &= !expr::has_effects(value);
                    if *constant {
                        let shared = program.locals[*local].shared;
                        globals.single.entry(name.clone()).and_modify(|single| *single = false).or_insert(!shared);
                        globals.always_set &= quiet;
                    }
                }
                Stmt::Noop | Stmt::Share => {}
                _ => quiet = false,
            }
        }
        globals
    }

    fn names(&self) -> impl Iterator<Item = &String> {
        self.single.keys()
    }
}

/// The JavaScript variable that a global constant lives in.
fn global_name(name: &String) -> String {
    format!("G${name}")
}

/// The JavaScript function of a function that is none for one type only.
pub(super) fn function_name(name: &str, arity: usize) -> String {
    format!("f${}_{arity}", name.replace('$', "_"))
}

fn js_function(program: &Program, function: &Function) -> String {
    let name = function_name(&function.name, function.params.len());
    match &function.this_type {
        None => name,
        Some(_) => {
            let number = program.functions.iter().position(|other| std::ptr::eq(other, function)).unwrap_or_default();
            format!("{name}_{number}")
        }
    }
}

/// One name for each variable: its own with `_` behind it, and a number when that is taken. A constant that functions
/// read lives in the variable that they read.
fn local_names(program: &Program) -> Vec<String> {
    let globals = Globals::of(program);
    let mut taken: BTreeMap<&str, usize> = BTreeMap::new();
    let mut names = Vec::new();
    for local in &program.locals {
        if local.global && globals.single.get(&local.name) == Some(&true) {
            names.push(global_name(&local.name));
            continue;
        }
        let count = taken.entry(&local.name).or_default();
        *count += 1;
        names.push(if *count == 1 { format!("{}_", local.name) } else { format!("{}_{count}", local.name) });
    }
    names
}
