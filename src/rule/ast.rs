//! Reads what Rhai parsed into our own tree: the only file that touches `rhai::internals`.
//!
//! Two things that Rhai keeps to itself are reached by a detour. The body of a function is read by isolating the
//! function in a copy of the AST and walking it; the literal of a `switch` case comes from feature `grain`. The tests
//! at the bottom are canaries: they fail first when another version of Rhai shapes its tree in another way.

use std::collections::{BTreeMap, BTreeSet};

use rhai::{AST, ASTFlags, ASTNode, Dynamic, Engine, Expr as RhaiExpr, FnPtr, Module, Position as RhaiPosition};
use rhai::{ScriptFuncDef, Shared, Stmt as RhaiStmt, Token};

use super::ir::{Chain, Expr, ExprKind, Function, Literal, NOWHERE, Program, Step, StepKind, Stmt, Switch};
use super::ir::{Target, Variable};
use crate::source::Position;

/// Something in a script that has no counterpart in our tree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Unsupported {
    /// Where it stands.
    pub pos: Position,
    /// What it is, in Chinese and in English.
    pub what: (&'static str, &'static str),
}

/// Reads a whole script. Everything that cannot be read is listed; the program is complete when the list is empty.
pub(super) fn read_program(ast: &AST) -> (Program, Vec<Unsupported>) {
    let mut reader = Reader::default();
    let mut functions: Vec<Function> = Vec::new();
    for definition in ast.iter_fn_def() {
        let name = definition.name.to_string();
        functions.push(Function {
            params: definition.params.iter().map(ToString::to_string).collect(),
            captured: 0,
            this_type: definition.this_type.as_ref().map(ToString::to_string),
            // A name used as a value stands for the first function in Rhai's own order.
            named: functions.iter().all(|function| function.name != name),
            body: reader.statements(&function_body(definition)),
            locals: Vec::new(),
            name,
        });
    }
    let body = reader.statements(ast.statements());
    for function in &mut functions {
        function.captured = reader.captured.get(&function.name).copied().unwrap_or(0);
    }
    // Rhai keeps functions in a hash map; by name, arity and type their order is the same on every run.
    functions.sort_by(|a, b| (&a.name, a.params.len(), &a.this_type).cmp(&(&b.name, b.params.len(), &b.this_type)));
    (Program { functions, body, ..Program::default() }, reader.unsupported)
}

/// The statements of one function. `ScriptFuncDef::body` cannot be matched outside of Rhai, but a walk over an AST
/// that holds nothing but this function passes each of its statements at depth one.
fn function_body(definition: &Shared<ScriptFuncDef>) -> Vec<RhaiStmt> {
    let mut only = Module::new();
    only.set_script_fn(definition.clone());
    let mut body = Vec::new();
    AST::new([], only).walk(&mut |path: &[ASTNode<'_>]| {
        if let [ASTNode::Stmt(statement)] = path {
            body.push((*statement).clone());
        }
        true
    });
    body
}

/// The names of all functions that are built into an engine, also of those that the page does not have.
pub(super) fn native_names(engine: &Engine) -> BTreeSet<String> {
    engine.collect_fn_metadata(None, |info| Some(info.metadata.name.to_string()), true).into_iter().collect()
}

#[derive(Default)]
struct Reader {
    unsupported: Vec<Unsupported>,
    captured: BTreeMap<String, usize>,
}

fn place(pos: RhaiPosition) -> Position {
    match pos.line() {
        None => NOWHERE,
        Some(line) => Position { line, column: pos.position().unwrap_or(1) },
    }
}

impl Reader {
    fn refuse(&mut self, pos: RhaiPosition, zh: &'static str, en: &'static str) {
        self.unsupported.push(Unsupported { pos: place(pos), what: (zh, en) });
    }

    fn statements<'ast>(&mut self, statements: impl IntoIterator<Item = &'ast RhaiStmt>) -> Vec<Stmt> {
        statements.into_iter().map(|statement| self.statement(statement)).collect()
    }

    fn statement(&mut self, statement: &RhaiStmt) -> Stmt {
        match statement {
            RhaiStmt::Noop(_) => Stmt::Noop,
            RhaiStmt::Expr(expr) => Stmt::Expr(self.expr(expr)),
            RhaiStmt::FnCall(call, pos) => Stmt::Expr(self.call(call, *pos)),
            RhaiStmt::Block(block) => Stmt::Block(self.statements(block.iter())),
            RhaiStmt::If(flow, _) => Stmt::If {
                condition: self.expr(&flow.expr),
                body: self.statements(flow.body.iter()),
                branch: self.statements(flow.branch.iter()),
            },
            RhaiStmt::Switch(switch, _) => self.switch(switch),
            RhaiStmt::While(flow, pos) => {
                let endless = matches!(flow.expr, RhaiExpr::Unit(..) | RhaiExpr::BoolConstant(true, ..));
                if endless && flow.body.iter().next().is_none() {
                    self.refuse(*pos, "什么也不做、也不会结束的循环", "a loop that does nothing and never ends");
                }
                let condition = (!endless).then(|| self.expr(&flow.expr));
                Stmt::While { condition, body: self.statements(flow.body.iter()) }
            }
            RhaiStmt::Do(flow, flags, _) => Stmt::Do {
                condition: self.expr(&flow.expr),
                until: flags.contains(ASTFlags::NEGATED),
                body: self.statements(flow.body.iter()),
            },
            RhaiStmt::For(parts, _) => {
                let (name, counter, flow) = &**parts;
                Stmt::For {
                    name: (name.name.to_string(), place(name.pos)),
                    counter: counter.as_ref().map(|counter| counter.name.to_string()),
                    iterable: self.expr(&flow.expr),
                    body: self.statements(flow.body.iter()),
                    locals: Vec::new(),
                }
            }
            RhaiStmt::Var(parts, flags, pos) => {
                let (name, value, _) = &**parts;
                if flags.contains(ASTFlags::EXPORTED) {
                    self.refuse(*pos, "导出变量", "exported variable");
                }
                Stmt::Let {
                    name: name.name.to_string(),
                    constant: flags.contains(ASTFlags::CONSTANT),
                    value: self.expr(value),
                    local: 0,
                    pos: place(*pos),
                }
            }
            RhaiStmt::Assignment(parts) => {
                let (operator, sides) = &**parts;
                let name = operator.get_op_assignment_info().map(|(_, _, _, _, _, name)| name);
                Stmt::Assign {
                    target: self.expr(&sides.lhs),
                    operator: name,
                    value: self.expr(&sides.rhs),
                    pos: place(operator.position()),
                }
            }
            RhaiStmt::BreakLoop(value, flags, _) if flags.contains(ASTFlags::BREAK) => {
                Stmt::Break(value.as_ref().map(|value| self.expr(value)))
            }
            RhaiStmt::BreakLoop(..) => Stmt::Continue,
            RhaiStmt::Return(value, flags, pos) if flags.contains(ASTFlags::BREAK) => {
                Stmt::Throw(value.as_ref().map(|value| self.expr(value)), place(*pos))
            }
            RhaiStmt::Return(value, ..) => Stmt::Return(value.as_ref().map(|value| self.expr(value))),
            RhaiStmt::TryCatch(flow, _) => Stmt::Try {
                body: self.statements(flow.body.iter()),
                name: match &flow.expr {
                    RhaiExpr::Variable(variable, ..) => Some(variable.1.to_string()),
                    _ => None,
                },
                local: 0,
                handler: self.statements(flow.branch.iter()),
            },
            RhaiStmt::Share(_) => Stmt::Share,
            other => {
                self.refuse(other.position(), "这种语句", "this kind of statement");
                Stmt::Noop
            }
        }
    }

    fn switch(&mut self, parts: &(RhaiExpr, rhai::SwitchCasesCollection)) -> Stmt {
        let (value, cases) = parts;
        let mut literals: Vec<(Literal, Vec<usize>)> = Vec::new();
        let mut ranges: Vec<(i64, i64, bool, usize)> = Vec::new();
        for (_, list) in cases.cases.iter() {
            let blocks: Vec<usize> = list.blocks.iter().copied().collect();
            match literal(&list.value) {
                Some(literal) => literals.push((literal, blocks)),
                // Only numbers are looked for in `cases.ranges`; a value that is a range itself selects the same one.
                None => match range(&list.value) {
                    Some((from, to, inclusive)) => ranges.extend(blocks.iter().map(|arm| (from, to, inclusive, *arm))),
                    None => self.refuse(value.position(), "这种`switch`的条件值", "this kind of `switch` case"),
                },
            }
        }
        // Rhai's table is a hash map, the order must not depend on it.
        literals.sort_by(|a, b| a.1.cmp(&b.1).then_with(|| format!("{:?}", a.0).cmp(&format!("{:?}", b.0))));
        ranges.sort_by_key(|(from, to, inclusive, arm)| (*arm, *from, *to, *inclusive));
        Stmt::Switch(Box::new(Switch {
            value: self.expr(value),
            arms: cases.expressions.iter().map(|arm| (self.expr(&arm.lhs), self.expr(&arm.rhs))).collect(),
            cases: literals,
            ranges,
            default: cases.def_case,
        }))
    }

    fn exprs<'ast>(&mut self, exprs: impl IntoIterator<Item = &'ast RhaiExpr>) -> Vec<Expr> {
        exprs.into_iter().map(|expr| self.expr(expr)).collect()
    }

    fn expr(&mut self, expr: &RhaiExpr) -> Expr {
        let kind = match expr {
            RhaiExpr::Unit(_) => ExprKind::Unit,
            RhaiExpr::BoolConstant(value, _) => ExprKind::Bool(*value),
            RhaiExpr::IntegerConstant(value, _) => ExprKind::Int(*value),
            RhaiExpr::FloatConstant(value, _) => ExprKind::Float(**value),
            RhaiExpr::CharConstant(value, _) => ExprKind::Char(*value),
            RhaiExpr::StringConstant(value, _) => ExprKind::Text(value.to_string()),
            RhaiExpr::DynamicConstant(value, pos) => self.constant(value, *pos),
            RhaiExpr::InterpolatedString(parts, _) => ExprKind::Interpolated(self.exprs(parts.iter())),
            RhaiExpr::Array(items, _) => ExprKind::Array(self.exprs(items.iter())),
            RhaiExpr::Map(parts, _) => {
                ExprKind::Map(parts.0.iter().map(|(key, value)| (key.name.to_string(), self.expr(value))).collect())
            }
            RhaiExpr::Variable(parts, _, pos) => {
                let mut found = variable(&parts.1);
                if !parts.2.is_empty() {
                    if parts.2.path.len() != 1 || parts.2.root() != "global" {
                        self.refuse(*pos, "`global::`以外的命名空间", "a namespace other than `global::`");
                    }
                    found.namespace = Some(parts.2.root().to_string());
                    found.target = Target::Global;
                }
                ExprKind::Variable(found)
            }
            RhaiExpr::ThisPtr(_) => ExprKind::This,
            RhaiExpr::FnCall(call, pos) => return self.call(call, *pos),
            RhaiExpr::Dot(..) | RhaiExpr::Index(..) => self.chain(expr),
            RhaiExpr::And(parts, _) => ExprKind::And(self.exprs(parts.iter())),
            RhaiExpr::Or(parts, _) => ExprKind::Or(self.exprs(parts.iter())),
            RhaiExpr::Coalesce(parts, _) => ExprKind::Coalesce(self.exprs(parts.iter())),
            RhaiExpr::Stmt(block) => match self.closure(block.statements()) {
                Some(closure) => closure,
                None => ExprKind::Block(self.statements(block.iter())),
            },
            other => {
                self.refuse(other.position(), "这种表达式", "this kind of expression");
                ExprKind::Unit
            }
        };
        Expr { kind, pos: place(expr.position()), start: place(expr.start_position()) }
    }

    /// Constants are not folded, so only a closure without captured variables is one.
    fn constant(&mut self, value: &Dynamic, pos: RhaiPosition) -> ExprKind {
        if let Some(pointer) = value.read_lock::<FnPtr>().filter(|pointer| !pointer.is_curried()) {
            return ExprKind::FnPointer(pointer.fn_name().to_string());
        }
        self.refuse(pos, "这种常量", "this kind of constant");
        ExprKind::Unit
    }

    /// A closure that captures variables is a block: mark them as shared, then curry the lifted function with them.
    fn closure(&mut self, statements: &[RhaiStmt]) -> Option<ExprKind> {
        let [RhaiStmt::Share(_), RhaiStmt::Expr(expr)] = statements else {
            return None;
        };
        let RhaiExpr::FnCall(call, _) = &**expr else {
            return None;
        };
        let (RhaiExpr::DynamicConstant(pointer, _), variables) = call.args.split_first()? else {
            return None;
        };
        let name = pointer.read_lock::<FnPtr>()?.fn_name().to_string();
        let mut captured = Vec::new();
        for argument in variables {
            let RhaiExpr::Variable(parts, _, pos) = argument else {
                return None;
            };
            captured.push((variable(&parts.1), place(*pos)));
        }
        self.captured.insert(name.clone(), captured.len());
        Some(ExprKind::Closure(name, captured))
    }

    fn call(&mut self, call: &rhai::FnCallExpr, pos: RhaiPosition) -> Expr {
        if !call.namespace.is_empty() {
            self.refuse(pos, "带命名空间的函数调用", "a function call with a namespace");
        }
        if call.capture_parent_scope {
            self.refuse(pos, "带走外层变量的调用（`!`）", "a call that takes the caller's variables (`!`)");
        }
        let name = call.name.as_str();
        let mut args = self.exprs(call.args.iter());
        let kind = match (&call.op_token, args.len()) {
            (Some(Token::In | Token::NotIn), 2) => {
                let item = args.pop().expect("the length was tested");
                let container = args.pop().expect("the length was tested");
                ExprKind::In(Box::new([container, item]))
            }
            (Some(_), 1) => match ["!", "-", "+"].into_iter().find(|symbol| *symbol == name) {
                Some(symbol) => ExprKind::Unary(symbol, Box::new(args.pop().expect("the length was tested"))),
                None => {
                    self.refuse(pos, "这个运算符", "this operator");
                    ExprKind::Unit
                }
            },
            (Some(_), 2) => match OPERATORS.iter().find(|symbol| **symbol == name) {
                Some(symbol) => {
                    let right = args.pop().expect("the length was tested");
                    let left = args.pop().expect("the length was tested");
                    ExprKind::Binary(symbol, Box::new([left, right]))
                }
                None => {
                    self.refuse(pos, "这个运算符", "this operator");
                    ExprKind::Unit
                }
            },
            _ => ExprKind::Call(name.to_string(), args),
        };
        Expr { kind, pos: place(pos), start: place(pos) }
    }

    /// The tree is nested to the right: `x[0].a` is `Index{x, Dot{0, a}}`, and flag BREAK ends the chain.
    fn chain(&mut self, expr: &RhaiExpr) -> ExprKind {
        let (first, ..) = link(expr).expect("only called for a dot or an index");
        let root = self.expr(&first.lhs);
        let mut steps = Vec::new();
        let mut parent = expr;
        loop {
            let (sides, flags, pos, is_dot) = link(parent).expect("the loop goes on only with a dot or an index");
            let next = link(&sides.rhs).filter(|_| !flags.contains(ASTFlags::BREAK)).map(|(inner, ..)| inner);
            let operand = next.map_or(&sides.rhs, |inner| &inner.lhs);
            let kind = match operand {
                RhaiExpr::Property(parts, pos) if is_dot => StepKind::Property(parts.2.to_string(), place(*pos)),
                RhaiExpr::MethodCall(call, pos) if is_dot => {
                    StepKind::Method(call.name.to_string(), self.exprs(call.args.iter()), place(*pos))
                }
                index => StepKind::Index(self.expr(index)),
            };
            steps.push(Step { kind, optional: flags.contains(ASTFlags::NEGATED), pos: place(pos) });
            match next {
                Some(_) => parent = &sides.rhs,
                None => break,
            }
        }
        ExprKind::Chain(Box::new(Chain { root, steps }))
    }
}

/// Binary operators with the names that Rhai gives them.
const OPERATORS: &[&str] =
    &["+", "-", "*", "/", "%", "**", "<<", ">>", "&", "|", "^", "==", "!=", "<", "<=", ">", ">=", "..", "..="];

fn variable(name: &str) -> Variable {
    Variable { name: name.to_string(), namespace: None, target: Target::Unresolved }
}

fn link(expr: &RhaiExpr) -> Option<(&rhai::BinaryExpr, ASTFlags, RhaiPosition, bool)> {
    match expr {
        RhaiExpr::Dot(sides, flags, pos) => Some((sides, *flags, *pos, true)),
        RhaiExpr::Index(sides, flags, pos) => Some((sides, *flags, *pos, false)),
        _ => None,
    }
}

fn literal(value: &Dynamic) -> Option<Literal> {
    if value.is_unit() {
        return Some(Literal::Unit);
    }
    if let Ok(value) = value.as_bool() {
        return Some(Literal::Bool(value));
    }
    if let Ok(value) = value.as_int() {
        return Some(Literal::Int(value));
    }
    if let Ok(value) = value.as_float() {
        return Some(Literal::Float(value));
    }
    if let Ok(value) = value.as_char() {
        return Some(Literal::Char(value));
    }
    if let Some(items) = value.read_lock::<rhai::Array>() {
        return items.iter().map(literal).collect::<Option<_>>().map(Literal::Array);
    }
    if let Some(entries) = value.read_lock::<rhai::Map>() {
        let entries = entries.iter().map(|(key, value)| Some((key.to_string(), literal(value)?)));
        return entries.collect::<Option<_>>().map(Literal::Map);
    }
    value.read_lock::<rhai::ImmutableString>().map(|text| Literal::Text(text.to_string()))
}

/// Both ends of a range, and whether the last belongs to it.
fn range(value: &Dynamic) -> Option<(i64, i64, bool)> {
    if let Some(range) = value.read_lock::<std::ops::Range<i64>>() {
        return Some((range.start, range.end, false));
    }
    value.read_lock::<std::ops::RangeInclusive<i64>>().map(|range| (*range.start(), *range.end(), true))
}

/// Canaries: each fails when another version of Rhai shapes its tree in another way.
#[cfg(test)]
mod tests {
    use super::super::engine::{RULE_OPERATIONS, engine};
    use super::*;

    fn program(text: &str) -> Program {
        let sandbox = engine(RULE_OPERATIONS);
        let (program, unsupported) = read_program(&sandbox.engine.compile(text).expect("valid Rhai"));
        assert_eq!(unsupported, Vec::new(), "{text}");
        program
    }

    #[test]
    fn function_bodies_are_found_by_name_and_arity() {
        let program = program("fn f() { 1; 2 } fn f(a) { return a; } fn g(a) { }");
        let shape: Vec<(&str, usize, usize)> =
            program.functions.iter().map(|it| (it.name.as_str(), it.params.len(), it.body.len())).collect();
        assert_eq!(shape, [("f", 0, 2), ("f", 1, 1), ("g", 1, 0)]);
        assert!(matches!(program.functions[1].body[0], Stmt::Return(Some(_))));
    }

    #[test]
    fn switch_cases_keep_their_literals_and_ranges() {
        let program = program("switch 1 { 1 | \"a\" => 1, 'c' => 2, 2.5 => 3, () => 4, 5..7 if true => 5, _ => 6 }");
        let Stmt::Switch(switch) = &program.body[0] else {
            panic!("a switch is a statement");
        };
        let mut literals: Vec<&Literal> = switch.cases.iter().map(|(literal, _)| literal).collect();
        literals.sort_by_key(|literal| format!("{literal:?}"));
        let text = Literal::Text("a".to_string());
        assert_eq!(literals, [&Literal::Char('c'), &Literal::Float(2.5), &Literal::Int(1), &text, &Literal::Unit]);
        assert_eq!(switch.ranges, [(5, 7, false, 4)]);
        assert_eq!(switch.default, Some(5));
    }

    #[test]
    fn closures_name_their_function_and_what_they_capture() {
        let program = program("let a = 1; let f = |x| x + a;");
        assert_eq!((program.functions[0].captured, program.functions[0].params.len()), (1, 2));
        let Stmt::Let { value: Expr { kind: ExprKind::Closure(name, captured), .. }, .. } = &program.body[1] else {
            panic!("a capturing closure has its own kind");
        };
        assert_eq!((name, captured[0].0.name.as_str()), (&program.functions[0].name, "a"));
    }

    #[test]
    fn chains_are_flat_and_know_their_places() {
        let program = program("let a = #{};\na.b?.d[0].c(1)");
        let Stmt::Expr(Expr { kind: ExprKind::Chain(chain), .. }) = &program.body[1] else {
            panic!("a chain is an expression");
        };
        let steps: Vec<(bool, usize)> = chain.steps.iter().map(|step| (step.optional, step.pos.column)).collect();
        assert_eq!(steps, [(false, 2), (true, 4), (false, 7), (false, 10)]);
        assert!(matches!(&chain.steps[3].kind, StepKind::Method(name, args, _) if name == "c" && args.len() == 1));
    }
    /// Every kind of statement of Rhai 1.27.0 with a script that has one, or a script that has none although it looks so:
    /// empty statements are left out, only the optimiser makes calls to statements, and two words are switched off.
    const STATEMENTS: &[(&str, Result<&str, &str>)] = &[
        ("Noop", Err("; { ; } if true { } fn f() { }")),
        ("If", Ok("if true { }")),
        ("Switch", Ok("switch 1 { _ => 2 }")),
        ("While", Ok("while true { }")),
        ("Do", Ok("do { } until true")),
        ("For", Ok("for (a, i) in [] { }")),
        ("Var", Ok("const A = 1;")),
        ("Assignment", Ok("let a = 1; a += 1;")),
        ("FnCall", Err("print(1);")),
        ("Block", Ok("{ 1 }")),
        ("TryCatch", Ok("try { } catch (e) { }")),
        ("Expr", Ok("1")),
        ("BreakLoop", Ok("loop { break 1; }")),
        ("Return", Ok("throw 1;")),
        ("Share", Ok("let a = 1; || a")),
        ("Import", Err("import \"a\" as b;")),
        ("Export", Err("let a = 1; export a as b;")),
    ];

    /// Every kind of expression, in the same way.
    const EXPRESSIONS: &[(&str, Result<&str, &str>)] = &[
        ("DynamicConstant", Ok("|a| a")),
        ("BoolConstant", Ok("true")),
        ("IntegerConstant", Ok("1")),
        ("FloatConstant", Ok("1.5")),
        ("CharConstant", Ok("'c'")),
        ("StringConstant", Ok("\"s\"")),
        ("InterpolatedString", Ok("`a${1}`")),
        ("Array", Ok("[1]")),
        ("Map", Ok("#{a: 1}")),
        ("Unit", Ok("()")),
        ("Variable", Ok("let a = 1; a")),
        ("ThisPtr", Ok("fn f() { this }")),
        ("Property", Ok("let a = #{}; a.b")),
        ("MethodCall", Ok("let a = []; a.len()")),
        ("Stmt", Ok("1 + { 2 }")),
        ("FnCall", Ok("1 + 2")),
        ("Dot", Ok("let a = #{}; a?.b")),
        ("Index", Ok("let a = []; a?[0]")),
        ("And", Ok("true && false")),
        ("Or", Ok("true || false")),
        ("Coalesce", Ok("1 ?? 2")),
    ];

    fn statement_kind(statement: &RhaiStmt) -> &'static str {
        match statement {
            RhaiStmt::Noop(_) => "Noop",
            RhaiStmt::If(_, _) => "If",
            RhaiStmt::Switch(_, _) => "Switch",
            RhaiStmt::While(_, _) => "While",
            RhaiStmt::Do(_, _, _) => "Do",
            RhaiStmt::For(_, _) => "For",
            RhaiStmt::Var(_, _, _) => "Var",
            RhaiStmt::Assignment(_) => "Assignment",
            RhaiStmt::FnCall(_, _) => "FnCall",
            RhaiStmt::Block(_) => "Block",
            RhaiStmt::TryCatch(_, _) => "TryCatch",
            RhaiStmt::Expr(_) => "Expr",
            RhaiStmt::BreakLoop(_, _, _) => "BreakLoop",
            RhaiStmt::Return(_, _, _) => "Return",
            RhaiStmt::Share(_) => "Share",
            RhaiStmt::Import(_, _) => "Import",
            RhaiStmt::Export(_, _) => "Export",
            other => panic!("a new kind of statement: {other:?}"),
        }
    }

    fn expression_kind(expr: &RhaiExpr) -> &'static str {
        match expr {
            RhaiExpr::DynamicConstant(_, _) => "DynamicConstant",
            RhaiExpr::BoolConstant(_, _) => "BoolConstant",
            RhaiExpr::IntegerConstant(_, _) => "IntegerConstant",
            RhaiExpr::FloatConstant(_, _) => "FloatConstant",
            RhaiExpr::CharConstant(_, _) => "CharConstant",
            RhaiExpr::StringConstant(_, _) => "StringConstant",
            RhaiExpr::InterpolatedString(_, _) => "InterpolatedString",
            RhaiExpr::Array(_, _) => "Array",
            RhaiExpr::Map(_, _) => "Map",
            RhaiExpr::Unit(_) => "Unit",
            RhaiExpr::Variable(_, _, _) => "Variable",
            RhaiExpr::ThisPtr(_) => "ThisPtr",
            RhaiExpr::Property(_, _) => "Property",
            RhaiExpr::MethodCall(_, _) => "MethodCall",
            RhaiExpr::Stmt(_) => "Stmt",
            RhaiExpr::FnCall(_, _) => "FnCall",
            RhaiExpr::Dot(_, _, _) => "Dot",
            RhaiExpr::Index(_, _, _) => "Index",
            RhaiExpr::And(_, _) => "And",
            RhaiExpr::Or(_, _) => "Or",
            RhaiExpr::Coalesce(_, _) => "Coalesce",
            other => panic!("a new kind of expression: {other:?}"),
        }
    }

    /// The kinds of statement and expression in a script, and all flags of its nodes.
    fn kinds(text: &str) -> (BTreeSet<&'static str>, BTreeSet<&'static str>, ASTFlags) {
        let (mut statements, mut expressions, mut all) = (BTreeSet::new(), BTreeSet::new(), ASTFlags::NONE);
        let tree = engine(RULE_OPERATIONS).engine.compile(text).unwrap_or_else(|error| panic!("{text}: {error}"));
        tree.walk(&mut |path: &[ASTNode<'_>]| {
            match path.last() {
                Some(ASTNode::Stmt(statement)) => {
                    statements.insert(statement_kind(statement));
                    all |= statement.options();
                }
                Some(ASTNode::Expr(expr)) => {
                    expressions.insert(expression_kind(expr));
                    if let RhaiExpr::Dot(_, flags, _) | RhaiExpr::Index(_, flags, _) = expr {
                        all |= *flags;
                    }
                }
                other => panic!("a new kind of node: {other:?}"),
            }
            true
        });
        (statements, expressions, all)
    }

    /// Rhai's enums may grow without notice to a compiler, so the lists above are for one version only: whoever raises
    /// it compares them with `ast/stmt.rs` and `ast/expr.rs` of the new one, and `Reader` with both.
    #[test]
    fn every_kind_of_node_is_known() {
        assert!(
            include_str!("../../Cargo.lock").contains("name = \"rhai\"\nversion = \"1.27.0\"\n"),
            "compare STATEMENTS and EXPRESSIONS with the new version of Rhai"
        );
        for (kind, script) in STATEMENTS {
            match script {
                Ok(script) => assert!(kinds(script).0.contains(kind), "{script} has no {kind}"),
                Err(script) => {
                    let off = engine(RULE_OPERATIONS).engine.compile(script).is_err();
                    assert!(off || !kinds(script).0.contains(kind), "{script} has {kind}");
                }
            }
        }
        for (kind, script) in EXPRESSIONS {
            let script = script.expect("every kind of expression can be written");
            assert!(kinds(script).1.contains(kind), "{script} has no {kind}");
        }
    }

    #[test]
    fn every_flag_and_kind_of_range_is_known() {
        for (flag, script) in [
            (ASTFlags::CONSTANT, "const A = 1;"),
            (ASTFlags::NEGATED, "do { } until true"),
            (ASTFlags::NEGATED, "let a = #{}; a?.b"),
            (ASTFlags::BREAK, "loop { break; }"),
            (ASTFlags::BREAK, "throw;"),
            (ASTFlags::BREAK, "let a = [[1]]; a[0]"),
        ] {
            assert!(kinds(script).2.contains(flag), "{script}");
        }
        // Only `export` makes nodes that are exported, and the word is switched off.
        let known = ASTFlags::CONSTANT | ASTFlags::EXPORTED | ASTFlags::NEGATED | ASTFlags::BREAK;
        assert_eq!(ASTFlags::all(), known);
    }
}
