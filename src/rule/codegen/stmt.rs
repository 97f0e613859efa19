//! Statements. The value of the last one goes where the goal says.

use super::super::ir::{Expr, ExprKind, Literal, NOWHERE, Stmt, Switch};
use super::{Emitter, Goal, Loop, Use, place};
use crate::escape::script_json;
use crate::source::Position;

/// Cases of a `switch` that become `else if` behind each other.
const IN_A_ROW: usize = 100;

impl Emitter<'_> {
    /// Emits statements in the scope that is open.
    pub(super) fn statements(&mut self, statements: &[Stmt], goal: &Goal) {
        let Some((last, first)) = statements.split_last() else {
            return self.deliver("null", goal);
        };
        for statement in first {
            self.statement(statement, &Goal::Nowhere);
        }
        self.statement(last, goal);
    }

    /// Emits statements in a scope of their own.
    fn block(&mut self, statements: &[Stmt], goal: &Goal) {
        self.depth += 1;
        self.statements(statements, goal);
        self.depth -= 1;
    }

    fn deliver(&mut self, value: &str, goal: &Goal) {
        match goal {
            Goal::Nowhere => {}
            Goal::Return => self.push(format!("return {value};")),
            Goal::Into(name) => self.push(format!("{name} = {value};")),
        }
    }

    fn deliver_expr(&mut self, expr: &Expr, goal: &Goal) {
        if let ExprKind::Block(statements) = &expr.kind {
            self.push("{".to_string());
            self.block(statements, goal);
            self.push("}".to_string());
            return;
        }
        match goal {
            Goal::Nowhere => {
                let value = self.expr(expr, Use::Look);
                if !matches!(expr.kind, ExprKind::Unit | ExprKind::Bool(_) | ExprKind::Int(_) | ExprKind::Text(_)) {
                    self.push(format!("{value};"));
                }
            }
            Goal::Return if self.dies_here(expr) => {
                let value = self.expr(expr, Use::Look);
                self.push(format!("return {value};"));
            }
            _ => {
                let value = self.expr(expr, Use::Keep);
                self.deliver(&value, goal);
            }
        }
    }

    /// A local variable that is returned need not be copied, for nobody can see it any more.
    fn dies_here(&self, expr: &Expr) -> bool {
        self.in_function && self.plain_local(expr).is_some_and(|id| self.owned[id])
    }

    fn statement(&mut self, statement: &Stmt, goal: &Goal) {
        self.mark_line(line_of(statement));
        match statement {
            Stmt::Noop | Stmt::Share => self.deliver("null", goal),
            Stmt::Expr(expr) => self.deliver_expr(expr, goal),
            Stmt::Let { value, local, name, .. } => {
                self.declare(*local, name, value);
                self.deliver("null", goal);
            }
            Stmt::Assign { target, operator, value, pos } => {
                self.assign(target, *operator, value, *pos);
                self.deliver("null", goal);
            }
            Stmt::If { condition, body, branch } => {
                let test = self.condition(condition);
                self.push(format!("if ({test}) {{"));
                self.block(body, goal);
                if branch.is_empty() && *goal == Goal::Nowhere {
                    self.push("}".to_string());
                } else {
                    self.push("} else {".to_string());
                    self.block(branch, goal);
                    self.push("}".to_string());
                }
            }
            Stmt::Switch(switch) => self.switch(switch, goal),
            Stmt::While { condition, body } => self.repeat(goal, |emitter, label| {
                if let Some(condition) = condition {
                    let test = emitter.condition(condition);
                    emitter.push(format!("if (!{}) break {label};", super::expr::parenthesised(&test)));
                }
                emitter.statements(body, &Goal::Nowhere);
            }),
            Stmt::Do { condition, until, body } => self.repeat(goal, |emitter, label| {
                emitter.push("{".to_string());
                emitter.block(body, &Goal::Nowhere);
                emitter.push("}".to_string());
                let test = emitter.condition(condition);
                emitter.push(format!(
                    "if ({}{}) break {label};",
                    if *until { "" } else { "!" },
                    super::expr::parenthesised(&test)
                ));
            }),
            Stmt::For { iterable, body, locals, .. } => self.for_each(iterable, body, locals, goal),
            Stmt::Break(value) => {
                let value = value.as_ref().map(|value| self.expr(value, Use::Keep));
                let around = self.loops.last().expect("the parser refuses `break` outside of a loop");
                let (label, into) = (around.label.clone(), around.value.clone());
                match (into, value) {
                    (Some(into), value) => {
                        self.push(format!("{into} = {};", value.unwrap_or_else(|| "null".to_string())));
                    }
                    (None, Some(value)) => self.push(format!("{value};")),
                    (None, None) => {}
                }
                self.push(format!("break {label};"));
            }
            Stmt::Continue => {
                let label = self.loops.last().expect("the parser refuses `continue` outside of a loop").label.clone();
                self.push(format!("continue {label};"));
            }
            Stmt::Return(None) => self.push("return null;".to_string()),
            Stmt::Return(Some(value)) => self.deliver_expr(value, &Goal::Return),
            Stmt::Throw(value, pos) => {
                let value = value.as_ref().map_or("null".to_string(), |value| self.expr(value, Use::Keep));
                let raise = self.helper("raise");
                self.push(format!("throw {raise}({value}, {});", place(*pos)));
            }
            Stmt::Try { body, name, local, handler } => {
                self.attempt(body, name.as_ref().map(|_| *local), handler, goal);
            }
            Stmt::Block(body) => {
                self.push("{".to_string());
                self.block(body, goal);
                self.push("}".to_string());
            }
        }
    }

    fn declare(&mut self, local: usize, name: &String, value: &Expr) {
        let variable = &self.program.locals[local];
        let borrows = self.steady[local] && self.is_steady_place(value);
        self.owned[local] = !borrows;
        let text = self.expr(value, if borrows { Use::Look } else { Use::Keep });
        self.plain[local] = self.steady[local] && super::expr::is_surely_plain(value);
        let js_name = self.names[local].clone();
        let single = self.globals.single.get(name).copied().filter(|_| variable.global);
        match (variable.shared, single) {
            (false, Some(true)) => self.push(format!("{js_name} = {text};")),
            (true, _) => {
                let cell = self.helper("Cell");
                self.push(format!("const {js_name} = new {cell}({text});"));
            }
            _ => self.push(format!("let {js_name} = {text};")),
        }
        if single == Some(false) {
            let (clone, now) = (self.helper("clone"), self.read(local));
            self.push(format!("{} = {clone}({now});", super::global_name(name)));
        }
    }

    fn attempt(&mut self, body: &[Stmt], variable: Option<usize>, handler: &[Stmt], goal: &Goal) {
        let (error, again) = (self.temporary(), self.temporary());
        let (caught, rethrow, state) = (self.helper("caught"), self.helper("rethrow"), self.helper("state"));
        let level = self.keep(&format!("{state}.depth"));
        self.push("try {".to_string());
        self.block(body, goal);
        self.push(format!("}} catch ({error}) {{"));
        self.depth += 1;
        self.push(format!("{caught}({error}, {level});"));
        if let Some(variable) = variable {
            let value = format!("{}({error})", self.helper("errorValue"));
            self.loop_variable(variable, &value);
        }
        self.push("try {".to_string());
        self.block(handler, &Goal::Nowhere);
        self.push(format!("}} catch ({again}) {{ throw {rethrow}({error}, {again}); }}"));
        self.deliver("null", goal);
        self.depth -= 1;
        self.push("}".to_string());
    }

    fn repeat(&mut self, goal: &Goal, turn: impl FnOnce(&mut Self, &str)) {
        let (label, value) = self.open_loop(goal);
        let tick = self.helper("tick");
        self.push(format!("{label}: for (;;) {{"));
        self.depth += 1;
        self.push(format!("{tick}();"));
        turn(self, &label);
        self.depth -= 1;
        self.push("}".to_string());
        self.close_loop(value, goal);
    }

    fn for_each(&mut self, iterable: &Expr, body: &[Stmt], locals: &[usize], goal: &Goal) {
        // What cannot change while it is walked over is not copied, only its items are where they are changed.
        let still = self.is_constant(iterable) || self.is_steady_place(iterable);
        let items = self.expr(iterable, if still { Use::Look } else { Use::Keep });
        let (label, value) = self.open_loop(goal);
        let (each, tick) = (self.helper("each"), self.helper("tick"));
        let each = format!("{each}({items}, {})", place(iterable.start));
        let variable = locals[0];
        self.owned[variable] = !(still && self.steady[variable]);
        // The count is Rhai's own, whatever the script does with the variable that shows it.
        let hidden = locals.get(1).filter(|counter| !self.steady[**counter]).map(|_| self.temporary());
        if let Some(count) = &hidden {
            self.push(format!("let {count} = -1;"));
        }
        if let Some(counter) = locals.get(1) {
            self.loop_variable(*counter, "-1");
        }
        if self.program.locals[variable].shared {
            self.loop_variable(variable, "null");
        }
        let copies = still && self.owned[variable];
        let direct = !copies && !self.program.locals[variable].shared;
        let item = if direct { self.names[variable].clone() } else { self.temporary() };
        self.push(format!("{label}: for ({} {item} of {each}) {{", if direct { "let" } else { "const" }));
        self.depth += 1;
        self.push(format!("{tick}();"));
        if let Some(counter) = locals.get(1) {
            let counter = self.slot(*counter);
            self.push(match hidden {
                Some(count) => format!("{counter} = ++{count};"),
                None => format!("{counter}++;"),
            });
        }
        if !direct {
            let declare = if self.program.locals[variable].shared { "" } else { "let " };
            let slot = self.slot(variable);
            let copy = if copies { format!("{}({item})", self.helper("clone")) } else { item };
            self.push(format!("{declare}{slot} = {copy};"));
        }
        self.statements(body, &Goal::Nowhere);
        self.depth -= 1;
        self.push("}".to_string());
        self.close_loop(value, goal);
    }

    /// A variable that lives in the scope around its loop, because every turn shares it.
    fn loop_variable(&mut self, id: usize, start: &str) {
        let name = self.names[id].clone();
        if self.program.locals[id].shared {
            let cell = self.helper("Cell");
            self.push(format!("const {name} = new {cell}({start});"));
        } else {
            self.push(format!("let {name} = {start};"));
        }
    }

    /// The JavaScript that a variable is assigned through.
    fn slot(&self, id: usize) -> String {
        if self.program.locals[id].shared { format!("{}.v", self.names[id]) } else { self.names[id].clone() }
    }

    fn open_loop(&mut self, goal: &Goal) -> (String, Option<String>) {
        self.labels += 1;
        let label = format!("L{}", self.labels);
        let value = match goal {
            Goal::Nowhere => None,
            Goal::Into(name) => {
                self.push(format!("{name} = null;"));
                Some(name.clone())
            }
            Goal::Return => {
                let name = self.temporary();
                self.push(format!("let {name} = null;"));
                Some(name)
            }
        };
        // The variables of the loop live in a scope around it.
        self.push("{".to_string());
        self.depth += 1;
        self.loops.push(Loop { label: label.clone(), value: value.clone() });
        (label, value)
    }

    fn close_loop(&mut self, value: Option<String>, goal: &Goal) {
        self.loops.pop();
        self.depth -= 1;
        self.push("}".to_string());
        if let (Goal::Return, Some(value)) = (goal, value) {
            self.push(format!("return {value};"));
        }
    }

    fn switch(&mut self, switch: &Switch, goal: &Goal) {
        let guarded = switch.arms.iter().any(|(guard, _)| !matches!(guard.kind, ExprKind::Bool(true)));
        // A guard may change the variable, but what is compared was taken before.
        let parts = switch.cases.iter().any(|(it, _)| matches!(it, Literal::Array(_) | Literal::Map(_)));
        let value = self.expr(&switch.value, if guarded && parts { Use::Keep } else { Use::Look });
        let value = self.keep(&value);
        if guarded || !switch.ranges.is_empty() || switch.cases.len() > IN_A_ROW {
            return self.switch_by_number(&value, switch, goal);
        }
        let mut order: Vec<usize> = Vec::new();
        for (_, arms) in &switch.cases {
            if !order.contains(&arms[0]) {
                order.push(arms[0]);
            }
        }
        let mut opened = false;
        for arm in order {
            let tests: Vec<String> = switch
                .cases
                .iter()
                .filter(|(_, arms)| arms[0] == arm)
                .map(|(literal, _)| self.literal_test(&value, literal))
                .collect();
            self.push(format!("{}if ({}) {{", if opened { "} else " } else { "" }, tests.join(" || ")));
            opened = true;
            self.depth += 1;
            self.deliver_expr(&switch.arms[arm].1, goal);
            self.depth -= 1;
        }
        self.push(if opened { "} else {" } else { "{" }.to_string());
        self.depth += 1;
        match switch.default {
            Some(arm) => self.deliver_expr(&switch.arms[arm].1, goal),
            None => self.deliver("null", goal),
        }
        self.depth -= 1;
        self.push("}".to_string());
    }

    /// With guards or ranges the number of the arm is found first: exact cases, then ranges, each in order. So it is with
    /// very many cases, because each `else if` stands inside the one before it.
    fn switch_by_number(&mut self, value: &str, switch: &Switch, goal: &Goal) {
        let number = self.temporary();
        self.push(format!("let {number} = -1;"));
        for (literal, arms) in &switch.cases {
            let test = self.literal_test(value, literal);
            self.push(format!("if ({test}) {{"));
            self.depth += 1;
            for arm in arms {
                self.choose(&number, *arm, None, &switch.arms[*arm].0);
            }
            self.depth -= 1;
            self.push("}".to_string());
        }
        for (from, to, inclusive, arm) in &switch.ranges {
            let test = format!(
                "{}({value}, {}, {}, {inclusive})",
                self.helper("inRange"),
                super::expr::whole(*from),
                super::expr::whole(*to)
            );
            self.choose(&number, *arm, Some(&test), &switch.arms[*arm].0);
        }
        self.push(format!("switch ({number}) {{"));
        self.depth += 1;
        for (arm, (_, result)) in switch.arms.iter().enumerate() {
            if switch.default == Some(arm) {
                continue;
            }
            self.push(format!("case {arm}: {{"));
            self.arm(result, goal);
        }
        self.push("default: {".to_string());
        match switch.default {
            Some(arm) => self.arm(&switch.arms[arm].1, goal),
            None => {
                self.depth += 1;
                self.deliver("null", goal);
                self.depth -= 1;
                self.push("}".to_string());
            }
        }
        self.depth -= 1;
        self.push("}".to_string());
    }

    fn arm(&mut self, result: &Expr, goal: &Goal) {
        self.depth += 1;
        self.deliver_expr(result, goal);
        self.push("break;".to_string());
        self.depth -= 1;
        self.push("}".to_string());
    }

    fn choose(&mut self, number: &str, arm: usize, test: Option<&str>, guard: &Expr) {
        let open = format!("{number} < 0{}", test.map(|test| format!(" && {test}")).unwrap_or_default());
        self.push(format!("if ({open}) {{"));
        self.depth += 1;
        if matches!(guard.kind, ExprKind::Bool(true)) {
            self.push(format!("{number} = {arm};"));
        } else {
            let guard = self.condition(guard);
            self.push(format!("if ({guard}) {number} = {arm};"));
        }
        self.depth -= 1;
        self.push("}".to_string());
    }

    fn literal_test(&mut self, value: &str, literal: &Literal) -> String {
        match literal {
            Literal::Unit => format!("{value} === null"),
            Literal::Bool(it) => format!("{value} === {it}"),
            Literal::Int(it) => format!("{value} === {}", super::expr::whole(*it)),
            Literal::Text(it) => format!("{value} === {}", script_json(it)),
            Literal::Float(it) => format!("{}({value}, {})", self.helper("isFloat"), super::expr::broken(*it)),
            Literal::Char(it) => format!("{}({value}, {})", self.helper("isChar"), script_json(it)),
            Literal::Array(_) | Literal::Map(_) => {
                let literal = self.literal(literal);
                format!("{}({value}, {literal})", self.helper("isSame"))
            }
        }
    }

    fn literal(&mut self, literal: &Literal) -> String {
        match literal {
            Literal::Unit => "null".to_string(),
            Literal::Bool(it) => it.to_string(),
            Literal::Int(it) => super::expr::whole(*it),
            Literal::Text(it) => script_json(it),
            Literal::Float(it) => format!("new {}({})", self.helper("F"), super::expr::broken(*it)),
            Literal::Char(it) => format!("new {}({})", self.helper("C"), script_json(it)),
            Literal::Array(items) => {
                let items: Vec<String> = items.iter().map(|item| self.literal(item)).collect();
                format!("[{}]", items.join(", "))
            }
            Literal::Map(entries) => {
                let map_of = self.helper("mapOf");
                let entries: Vec<String> = entries
                    .iter()
                    .map(|(key, value)| format!("{}, {}", script_json(key), self.literal(value)))
                    .collect();
                format!("{map_of}({})", entries.join(", "))
            }
        }
    }

    /// A condition, which must be a bool.
    pub(super) fn condition(&mut self, condition: &Expr) -> String {
        if let Some(cell) = self.free_cell(condition) {
            return format!("{}({cell}, {})", self.helper("truth"), place(condition.pos));
        }
        let value = self.expr(condition, Use::Look);
        if self.is_surely_bool(condition) {
            return value;
        }
        format!("{}({value}, {})", self.helper("bool"), place(condition.pos))
    }
}

fn line_of(statement: &Stmt) -> Position {
    match statement {
        Stmt::Expr(expr) => match expr.start.line {
            0 => expr.pos,
            _ => expr.start,
        },
        Stmt::Let { pos, .. } | Stmt::Throw(_, pos) => *pos,
        Stmt::Assign { target, .. } => target.start,
        Stmt::If { condition, .. } | Stmt::Do { condition, .. } => condition.start,
        Stmt::While { condition: Some(condition), .. } => condition.start,
        Stmt::Switch(switch) => switch.value.start,
        Stmt::For { name, .. } => name.1,
        Stmt::Break(Some(value)) | Stmt::Return(Some(value)) => value.start,
        _ => NOWHERE,
    }
}
