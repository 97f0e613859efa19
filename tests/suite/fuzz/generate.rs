//! Makes programs: typed, with every name in scope and every loop bounded, and about one place in a hundred wrong on
//! purpose.
//!
//! A type here is only what the generator expects; nothing stops a value from being another at run time, and then both
//! engines must fail alike. Statements are made here, values in `expression`.

use super::choices::Choices;
use super::engines::Verdict;
use super::library::{CONSTRUCTS, LIBRARY};
use super::tree::Node;

/// What a value is expected to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Type {
    Int,
    Float,
    Bool,
    Text,
    Char,
    Ints,
    Floats,
    Texts,
    Mixed,
    Rows,
    Map,
    Range,
    Unit,
    /// A function of one whole number that gives one.
    Fun,
    Any,
}

impl Type {
    /// What stands in an array.
    pub(super) fn element(self) -> Type {
        match self {
            Type::Ints => Type::Int,
            Type::Floats => Type::Float,
            Type::Texts => Type::Text,
            Type::Rows => Type::Map,
            _ => Type::Any,
        }
    }

    /// The array of such elements.
    pub(super) fn array(self) -> Option<Type> {
        match self {
            Type::Int => Some(Type::Ints),
            Type::Float => Some(Type::Floats),
            Type::Text => Some(Type::Texts),
            Type::Map => Some(Type::Rows),
            Type::Any => Some(Type::Mixed),
            _ => None,
        }
    }

    pub(super) fn is_array(self) -> bool {
        matches!(self, Type::Ints | Type::Floats | Type::Texts | Type::Mixed | Type::Rows)
    }
}

/// How often a new variable is of each type.
pub(super) const TYPES: &[(usize, Type)] = &[
    (24, Type::Int),
    (8, Type::Float),
    (7, Type::Bool),
    (14, Type::Text),
    (4, Type::Char),
    (12, Type::Ints),
    (3, Type::Floats),
    (5, Type::Texts),
    (6, Type::Mixed),
    (4, Type::Rows),
    (12, Type::Map),
    (3, Type::Range),
    (1, Type::Unit),
    (6, Type::Fun),
];

/// Types with a name for `fn TYPE.method()`.
const EXTENDED: &[(&str, Type)] = &[
    ("int", Type::Int),
    ("i64", Type::Int),
    ("float", Type::Float),
    ("bool", Type::Bool),
    ("string", Type::Text),
    ("char", Type::Char),
    ("array", Type::Ints),
    ("map", Type::Map),
];

/// Built-in names that a script's own function may take over.
const TAKEN: &[&str] = &["abs", "len", "max", "trim", "push", "contains", "to_string", "get", "sum", "keys"];

/// A variable in scope.
#[derive(Debug, Clone)]
pub(super) struct Variable {
    pub(super) name: String,
    pub(super) kind: Type,
    /// Not to be assigned to: the counter of a loop, or a constant.
    pub(super) fixed: bool,
    pub(super) constant: bool,
}

/// A function of the script.
#[derive(Debug, Clone)]
pub(super) struct Function {
    pub(super) name: String,
    pub(super) this: Option<Type>,
    pub(super) params: Vec<Type>,
    pub(super) result: Type,
    /// The first parameter counts down: it is given a small literal.
    pub(super) recursive: bool,
}

/// What the compiler takes: constructs and built-in functions that it refuses are not generated.
#[derive(Debug)]
pub(crate) struct Supported {
    constructs: Vec<&'static str>,
    /// Indices into the library.
    pub(super) library: Vec<usize>,
    /// What the compiler refuses.
    pub(crate) refused: Vec<String>,
    /// What the compiler takes but the page does not do as the engine does, even in the plainest script.
    pub(crate) broken: Vec<String>,
}

impl Supported {
    /// Tries the plainest script for everything; `run` says what comes of a script.
    pub(crate) fn probe(mut run: impl FnMut(&str) -> Verdict) -> Self {
        let mut supported =
            Supported { constructs: Vec::new(), library: Vec::new(), refused: Vec::new(), broken: Vec::new() };
        let mut kept = |name: &str, script: &str, supported: &mut Supported| match run(script) {
            Verdict::Refused(_) => {
                supported.refused.push(name.to_string());
                false
            }
            Verdict::Different { .. } => {
                supported.broken.push(name.to_string());
                false
            }
            Verdict::Same(_) | Verdict::Stopped => true,
        };
        for (name, script) in CONSTRUCTS {
            if kept(name, script, &mut supported) {
                supported.constructs.push(name);
            }
        }
        for (index, builtin) in LIBRARY.iter().enumerate() {
            if kept(&builtin.signature(), &builtin.sample(), &mut supported) {
                supported.library.push(index);
            }
        }
        supported
    }

    pub(super) fn has(&self, construct: &str) -> bool {
        debug_assert!(CONSTRUCTS.iter().any(|(name, _)| *name == construct), "{construct}");
        self.constructs.contains(&construct)
    }
}

/// Makes one program.
pub(crate) fn program(choices: Choices<'_>, supported: &Supported) -> Node {
    let mut generator = Generator {
        choices,
        supported,
        scope: Vec::new(),
        functions: Vec::new(),
        globals: Vec::new(),
        this: None,
        in_loop: false,
        in_function: false,
        has_method: false,
        depth: 0,
        turns: 1,
        names: 0,
        left: 0,
        confusion: 0,
    };
    generator.program()
}

pub(super) struct Generator<'run> {
    pub(super) choices: Choices<'run>,
    pub(super) supported: &'run Supported,
    pub(super) scope: Vec<Variable>,
    pub(super) functions: Vec<Function>,
    /// Constants that functions read as `global::NAME`.
    pub(super) globals: Vec<(String, Type)>,
    /// What `this` is, inside a method or callback.
    pub(super) this: Option<Type>,
    pub(super) in_loop: bool,
    pub(super) in_function: bool,
    /// Some map has a function under `c`.
    pub(super) has_method: bool,
    /// How many statements are around this one.
    pub(super) depth: usize,
    /// How often the statement may run, at most.
    pub(super) turns: usize,
    pub(super) names: usize,
    /// How many values and statements may still have parts, so that programs stay small.
    pub(super) left: usize,
    /// How many of a thousand values are of another type than expected.
    pub(super) confusion: usize,
}

impl<'run> Generator<'run> {
    fn program(&mut self) -> Node {
        self.confusion = self.choices.weighted(&[(60, 1), (30, 8), (10, 30)]);
        self.left = self.choices.weighted(&[(50, 40), (35, 80), (15, 160)]);
        let mut parts = Vec::new();
        for _ in 0..self.choices.below(3) {
            parts.push(self.constant());
        }
        let functions: Vec<Node> =
            (0..self.choices.weighted(&[(3, 0), (4, 1), (3, 2), (2, 3)])).flat_map(|_| self.function()).collect();
        let count = self.choices.weighted(&[(30, 4), (40, 8), (20, 14), (10, 22)]) + self.choices.below(4);
        while parts.len() < count {
            if self.choices.chance(250) {
                let tried = Node::body(self.body(2));
                parts.push(Node::statement("try", "try § catch { print(\"caught\"); }", vec![tried]));
            } else {
                parts.extend(self.statement());
            }
        }
        // Functions may stand anywhere; they are known from the start.
        for function in functions {
            let place = if self.choices.chance(700) { 0 } else { self.choices.below(parts.len() + 1) };
            parts.insert(place, function);
        }
        let mut names: Vec<String> = self.scope.iter().map(|variable| variable.name.clone()).collect();
        names.sort();
        names.dedup();
        let names = names.into_iter().map(|name| Node::leaf("", name)).collect();
        parts.push(Node::statement("", "[§]", vec![Node::list(names)]));
        Node::body(parts)
    }

    pub(super) fn name(&mut self, prefix: &str) -> String {
        self.names += 1;
        format!("{prefix}{}", self.names)
    }

    pub(super) fn declare(&mut self, name: &str, kind: Type, constant: bool) {
        self.scope.push(Variable { name: name.to_string(), kind, fixed: constant, constant });
    }

    /// Spends one unit of the program's size.
    pub(super) fn spend(&mut self) -> bool {
        let some = self.left > 0;
        self.left = self.left.saturating_sub(1);
        some
    }

    /// Runs `action` in a block of its own.
    pub(super) fn nested<T>(&mut self, action: impl FnOnce(&mut Self) -> T) -> T {
        let known = self.scope.len();
        self.depth += 1;
        let result = action(self);
        self.depth -= 1;
        self.scope.truncate(known);
        result
    }

    /// Runs `action` in the body of a function or closure.
    pub(super) fn in_body<T>(&mut self, this: Option<Type>, action: impl FnOnce(&mut Self) -> T) -> T {
        let before = (self.this, self.in_loop, self.in_function);
        (self.this, self.in_loop, self.in_function) = (this, false, true);
        let result = self.nested(action);
        (self.this, self.in_loop, self.in_function) = before;
        result
    }

    fn constant(&mut self) -> Node {
        let kind = self.choices.weighted(TYPES);
        let kind = if kind == Type::Fun { Type::Int } else { kind };
        let value = if self.choices.chance(700) { self.literal(kind, 2) } else { self.expr(kind, 2) };
        let name = self.name("K");
        self.declare(&name, kind, true);
        self.globals.push((name.clone(), kind));
        Node::statement("const", format!("const {name} = §;"), vec![value])
    }

    fn function(&mut self) -> Vec<Node> {
        let outer = std::mem::take(&mut self.scope);
        let recursive = self.choices.chance(120);
        let typed = self.supported.has("typed method") && self.choices.chance(150);
        let mut name = if self.choices.chance(60) { (*self.choices.pick(TAKEN)).to_string() } else { self.name("f") };
        let mut params: Vec<Type> = (0..self.choices.weighted(&[(2, 0), (5, 1), (4, 2), (1, 3)]))
            .map(|_| self.choices.weighted(TYPES))
            .collect();
        let result = self.choices.weighted(TYPES);
        let mut this = (self.choices.chance(300) && !recursive).then(|| self.choices.weighted(TYPES));
        let mut prefix = String::new();
        if typed && !recursive {
            let (word, kind) = *self.choices.pick(EXTENDED);
            (prefix, this) = (format!("{word}."), Some(kind));
        }
        // An overload by the number of parameters.
        if let Some(other) = self.functions.last().filter(|other| other.params.len() != params.len()) {
            if self.choices.chance(150) {
                name.clone_from(&other.name);
            }
        }
        if recursive {
            params.insert(0, Type::Int);
        }
        let mut signature = Vec::new();
        for kind in &params {
            let param = self.name("p");
            self.declare(&param, *kind, false);
            signature.push(param);
        }
        if self.functions.iter().any(|other| other.name == name && other.params.len() == params.len()) {
            self.scope = outer;
            return Vec::new();
        }
        let function = Function { name, this, params, result, recursive };
        let mut statements = Vec::new();
        if recursive {
            self.scope[0].fixed = true;
            let first = self.expr(result, 1);
            let countdown = &signature[0];
            statements.push(Node::statement("recursion", format!("if {countdown} <= 0 {{ return §; }}"), vec![first]));
        }
        let turns = std::mem::replace(&mut self.turns, 4);
        self.in_body(this, |it| {
            for _ in 0..it.choices.weighted(&[(4, 0), (3, 1), (2, 2), (1, 3)]) {
                statements.extend(it.statement());
            }
            let last = if recursive && it.choices.chance(800) {
                let mut args = vec![Node::leaf("", format!("{} - 1", signature[0]))];
                args.extend(function.params[1..].iter().map(|kind| it.expr(*kind, 1)).collect::<Vec<_>>());
                let call = Node::expression("", format!("{}(§)", function.name), vec![Node::list(args)]);
                if function.result == Type::Int && it.choices.chance(600) {
                    Node::expression("", "1 + §", vec![call])
                } else {
                    call
                }
            } else {
                it.expr(result, 2)
            };
            let text = if it.choices.chance(200) { "return §;" } else { "§" };
            statements.push(Node::statement("", text, vec![last]));
        });
        self.turns = turns;
        self.scope = outer;
        let text = format!("fn {prefix}{}({}) §", function.name, signature.join(", "));
        let tag = match (this, prefix.is_empty()) {
            (None, _) => "function",
            (Some(_), true) => "function with this",
            (Some(_), false) => "typed method",
        };
        self.functions.push(function);
        vec![Node::statement(tag, text, vec![Node::body(statements)])]
    }

    /// Some statements in braces; they run at most `turns` times as often as the statement around them.
    pub(super) fn body(&mut self, most: usize) -> Vec<Node> {
        self.nested(|it| {
            let mut statements = Vec::new();
            for _ in 0..it.choices.within(1, most) {
                if it.left > 0 || statements.is_empty() {
                    statements.extend(it.statement());
                }
            }
            statements
        })
    }

    /// One statement and what must stand in front of it.
    fn statement(&mut self) -> Vec<Node> {
        let deep = self.depth >= 4 || !self.spend();
        let block = |weight: usize| if deep { 0 } else { weight };
        let looped = if deep || self.turns > 12 { 0 } else { 1 };
        let inside = if self.in_loop { 1 } else { 0 };
        let function = if self.in_function { 1 } else { 0 };
        let make: fn(&mut Self) -> Vec<Node> = self.choices.weighted(&[
            (22, Self::let_statement as fn(&mut Self) -> Vec<Node>),
            (9, Self::print),
            (9, Self::assignment),
            (10, Self::op_assignment),
            (7, Self::place_assignment),
            (13, Self::change),
            (4, Self::call_statement),
            (block(8), Self::if_statement),
            (block(4), Self::switch_statement),
            (6 * looped, Self::for_statement),
            (5 * looped, Self::counted_loop),
            (block(6), Self::try_statement),
            (block(2), Self::block_statement),
            (5 * inside, Self::leave_loop),
            (3 * function, Self::leave_function),
            (1, Self::throw),
        ]);
        make(self)
    }

    fn let_statement(&mut self) -> Vec<Node> {
        let kind = self.choices.weighted(TYPES);
        let known: Vec<String> =
            self.scope.iter().filter(|variable| !variable.fixed).map(|variable| variable.name.clone()).collect();
        let shadowing = !known.is_empty() && self.choices.chance(150);
        let constant = self.choices.chance(80);
        if self.choices.chance(25) {
            let name = self.name("x");
            self.declare(&name, Type::Any, false);
            return vec![Node::statement("let without value", format!("let {name};"), Vec::new())];
        }
        let value = self.expr(kind, 3);
        let name = if shadowing { self.choices.pick(&known).clone() } else { self.name("x") };
        if !shadowing && !constant && self.choices.chance(200) {
            // What fails leaves the first value, and the program goes on.
            let first = self.literal(kind, 1);
            self.declare(&name, kind, false);
            let body = Node::body(vec![Node::statement("", format!("{name} = §;"), vec![value])]);
            return vec![
                Node::statement("let", format!("let {name} = §;"), vec![first]),
                Node::statement("try", "try § catch { print(\"failed\"); }", vec![body]),
            ];
        }
        self.declare(&name, kind, constant);
        let (word, tag) = match (constant, shadowing) {
            (true, _) => ("const", "const"),
            (false, true) => ("let", "shadowing"),
            (false, false) => ("let", "let"),
        };
        vec![Node::statement(tag, format!("{word} {name} = §;"), vec![value])]
    }

    fn print(&mut self) -> Vec<Node> {
        let kind = if self.choices.chance(500) { Type::Any } else { Type::Text };
        let value = self.expr(kind, 2);
        let text = if self.choices.chance(60) { "debug(§);" } else { "print(§);" };
        vec![Node::statement("print", text, vec![value])]
    }

    /// A variable that may be assigned to.
    fn assignable(&mut self) -> Option<Variable> {
        let free: Vec<&Variable> = self.scope.iter().filter(|variable| !variable.fixed).collect();
        if free.is_empty() { None } else { Some((*self.choices.pick(&free)).clone()) }
    }

    fn assignment(&mut self) -> Vec<Node> {
        if let Some(kind) = self.this.filter(|_| self.choices.chance(250)) {
            let value = self.expr(kind, 2);
            return vec![Node::statement("assignment to this", "this = §;", vec![value])];
        }
        let Some(variable) = self.assignable() else { return self.print() };
        let value = self.expr(variable.kind, 3);
        vec![Node::statement("assignment", format!("{} = §;", variable.name), vec![value])]
    }

    fn op_assignment(&mut self) -> Vec<Node> {
        let (target, kind) = match self.assignable() {
            _ if self.this.is_some() && self.choices.chance(300) => {
                ("this".to_string(), self.this.unwrap_or(Type::Any))
            }
            Some(variable) => (variable.name, variable.kind),
            None => return self.print(),
        };
        if matches!(kind, Type::Fun | Type::Range | Type::Unit | Type::Char | Type::Any) && !self.choices.chance(100) {
            let value = self.expr(kind, 2);
            return vec![Node::statement("assignment", format!("{target} = §;"), vec![value])];
        }
        let (operator, operand) = self.op_assign_operator(kind);
        vec![Node::statement("op-assignment", format!("{target} {operator} §;"), vec![operand])]
    }

    /// An operator that a value of the type takes, and its operand.
    fn op_assign_operator(&mut self, kind: Type) -> (&'static str, Node) {
        let power = if self.supported.has("power assignment") { 1 } else { 0 };
        match kind {
            Type::Int => {
                let operator = self.choices.weighted(&[
                    (8, "+="),
                    (6, "-="),
                    (3, "*="),
                    (2, "/="),
                    (2, "%="),
                    (1, "&="),
                    (1, "|="),
                    (1, "^="),
                    (1, "<<="),
                    (1, ">>="),
                    (power, "**="),
                ]);
                (operator, if matches!(operator, "+=" | "-=") { self.expr(Type::Int, 2) } else { self.small_int() })
            }
            Type::Float => {
                let operator =
                    self.choices.weighted(&[(4, "+="), (3, "-="), (3, "*="), (2, "/="), (1, "%="), (power, "**=")]);
                let kind = if self.choices.chance(700) { Type::Float } else { Type::Int };
                (operator, self.expr(kind, 2))
            }
            Type::Bool => {
                let operator = *self.choices.pick(&["&=", "|=", "^="]);
                (operator, self.expr(Type::Bool, 2))
            }
            Type::Text => {
                let kind = self.choices.weighted(&[(6, Type::Text), (3, Type::Char), (2, Type::Int), (1, Type::Any)]);
                let operator = if self.choices.chance(850) { "+=" } else { "-=" };
                // Doubling in a loop would soon be all that a program does.
                if self.turns > 4 { (operator, self.literal(kind, 0)) } else { (operator, self.expr(kind, 2)) }
            }
            Type::Map => ("+=", self.literal(Type::Map, 1)),
            kind if kind.is_array() => {
                let operand = if self.choices.chance(500) { kind } else { kind.element() };
                if self.turns > 4 { ("+=", self.literal(operand, 1)) } else { ("+=", self.expr(operand, 2)) }
            }
            _ => ("+=", self.expr(kind, 1)),
        }
    }

    fn place_assignment(&mut self) -> Vec<Node> {
        let kind = self.choices.weighted(TYPES);
        let Some((place, kind)) = self.place(kind, true) else { return self.assignment() };
        if self.choices.chance(450)
            && (kind.is_array() || matches!(kind, Type::Int | Type::Float | Type::Bool | Type::Text | Type::Map))
        {
            let (operator, operand) = self.op_assign_operator(kind);
            return vec![Node::statement("op-assignment to a place", format!("§ {operator} §;"), vec![place, operand])];
        }
        let value = if self.turns > 4 { self.literal(kind, 1) } else { self.expr(kind, 2) };
        vec![Node::statement("assignment to a place", "§ = §;", vec![place, value])]
    }

    /// Calls something that changes what it is called on.
    fn change(&mut self) -> Vec<Node> {
        if self.choices.chance(150) {
            if let Some(call) = self.method_of_script() {
                return vec![Node::statement("", "§;", vec![call])];
            }
        }
        let kind = self.choices.weighted(TYPES);
        match self.changing_call(kind) {
            Some(call) if self.choices.chance(300) => vec![Node::statement("", "print(§);", vec![call])],
            Some(call) => vec![Node::statement("", "§;", vec![call])],
            None => self.op_assignment(),
        }
    }

    fn call_statement(&mut self) -> Vec<Node> {
        let kind = self.choices.weighted(TYPES);
        let call = if self.choices.chance(500) { self.own_call(kind, 2) } else { None };
        let call = call.unwrap_or_else(|| self.closure_call(2));
        vec![Node::statement("", "§;", vec![call])]
    }

    fn if_statement(&mut self) -> Vec<Node> {
        let condition = self.condition(2);
        let then = Node::body(self.body(3));
        if self.choices.chance(500) {
            return vec![Node::statement("if", "if § §", vec![condition, then])];
        }
        let otherwise = Node::body(self.body(2));
        if self.choices.chance(250) {
            let again = self.condition(1);
            let third = Node::body(self.body(2));
            return vec![Node::statement(
                "else if",
                "if § § else if § § else §",
                vec![condition, then, again, otherwise, third],
            )];
        }
        vec![Node::statement("if", "if § § else §", vec![condition, then, otherwise])]
    }

    fn switch_statement(&mut self) -> Vec<Node> {
        let (value, kind) = self.switch_value();
        let mut arms = self.arms(kind, |it| Node::body(it.body(2)));
        arms.text = ",\n    ".to_string();
        vec![Node::statement("switch", "switch § {\n    §\n}", vec![value, arms])]
    }

    fn for_statement(&mut self) -> Vec<Node> {
        let (iterable, kind, turns) = self.iterable();
        let name = self.name("i");
        let counter = self.choices.chance(250).then(|| self.name("j"));
        let body = self.nested(|it| {
            it.declare(&name, kind, false);
            if let Some(counter) = &counter {
                it.declare(counter, Type::Int, false);
            }
            it.looped(turns, |it| it.body(3))
        });
        let (head, tag) = match counter {
            Some(counter) => (format!("({name}, {counter})"), "for with counter"),
            None => (name, "for"),
        };
        vec![Node::statement(tag, format!("for {head} in § §"), vec![iterable, Node::body(body)])]
    }

    pub(super) fn looped<T>(&mut self, turns: usize, action: impl FnOnce(&mut Self) -> T) -> T {
        let before = (self.turns, self.in_loop);
        (self.turns, self.in_loop) = (self.turns * turns, true);
        let result = action(self);
        (self.turns, self.in_loop) = before;
        result
    }

    /// `while`, `do` and `loop`, each with a counter that its first statement moves on.
    fn counted_loop(&mut self) -> Vec<Node> {
        let counter = self.name("n");
        let turns = self.choices.within(2, 4);
        let start = Node::statement("", format!("let {counter} = 0;"), Vec::new());
        self.declare(&counter, Type::Int, false);
        self.scope.last_mut().expect("just declared").fixed = true;
        let form = self.choices.weighted(&[(4, "while"), (3, "do"), (3, "loop")]);
        // `continue` does not look at the condition behind a `do`.
        let leave = match form {
            "while" => String::new(),
            _ if self.choices.chance(200) => format!(" if {counter} > {turns} {{ break {counter}; }}"),
            _ => format!(" if {counter} > {turns} {{ break; }}"),
        };
        let statements = self.looped(turns, |it| it.body(3));
        let body = Node::loop_body(format!("{counter} += 1;{leave}"), statements);
        let statement = match form {
            "while" => {
                let more = self.condition(1);
                let text = if self.choices.chance(300) { " && §" } else { "" };
                let parts = if text.is_empty() { vec![body] } else { vec![more, body] };
                Node::statement("while", format!("while {counter} < {turns}{text} §"), parts)
            }
            "do" if self.supported.has("until") && self.choices.chance(400) => {
                Node::statement("do until", format!("do § until {counter} >= {turns};"), vec![body])
            }
            "do" => Node::statement("do while", format!("do § while {counter} < {turns};"), vec![body]),
            _ => Node::statement("loop", "loop §", vec![body]),
        };
        vec![start, statement]
    }

    fn try_statement(&mut self) -> Vec<Node> {
        let mut tried = self.body(3);
        if self.choices.chance(250) {
            let fails = self.choices.weighted(&[(3, Type::Int), (2, Type::Text), (2, Type::Any)]);
            let confusion = std::mem::replace(&mut self.confusion, 300);
            let value = self.expr(fails, 2);
            self.confusion = confusion;
            tried.push(Node::statement("", "print(§);", vec![value]));
        }
        let tried = Node::body(tried);
        if self.supported.has("catch variable") && self.choices.chance(600) {
            let name = self.name("e");
            let handler = self.nested(|it| {
                it.declare(&name, Type::Any, false);
                let mut handler = vec![match it.choices.below(6) {
                    0 => Node::statement("", format!("print(type_of({name}));"), Vec::new()),
                    1 => Node::statement("", format!("print({name}.message);"), Vec::new()),
                    2 => Node::statement(
                        "",
                        format!("print(`${{{name}.line}} ${{{name}.position}} ${{{name}.error}}`);"),
                        Vec::new(),
                    ),
                    _ => Node::statement("", format!("print({name});"), Vec::new()),
                }];
                handler.extend(it.body(2));
                if it.choices.chance(100) {
                    handler.push(Node::statement("rethrow", format!("throw {name};"), Vec::new()));
                }
                handler
            });
            return vec![Node::statement(
                "catch variable",
                format!("try § catch ({name}) §"),
                vec![tried, Node::body(handler)],
            )];
        }
        let mut handler = vec![Node::statement("", "print(\"caught\");", Vec::new())];
        handler.extend(self.body(2));
        if self.choices.chance(60) {
            handler.push(Node::statement("rethrow", "throw;", Vec::new()));
        }
        vec![Node::statement("try", "try § catch §", vec![tried, Node::body(handler)])]
    }

    fn block_statement(&mut self) -> Vec<Node> {
        let body = Node::body(self.body(3));
        vec![Node::statement("block", "§", vec![body])]
    }

    fn leave_loop(&mut self) -> Vec<Node> {
        let condition = self.condition(2);
        match self.choices.below(3) {
            0 => vec![Node::statement("continue", "if § { continue; }", vec![condition])],
            1 => vec![Node::statement("break", "if § { break; }", vec![condition])],
            _ => {
                let value = self.expr(Type::Any, 2);
                vec![Node::statement("break with value", "if § { break §; }", vec![condition, value])]
            }
        }
    }

    fn leave_function(&mut self) -> Vec<Node> {
        let condition = self.condition(2);
        let value = self.expr(Type::Any, 2);
        vec![Node::statement("return", "if § { return §; }", vec![condition, value])]
    }

    fn throw(&mut self) -> Vec<Node> {
        let value = self.expr(Type::Any, 2);
        if self.choices.chance(850) {
            let condition = self.condition(1);
            return vec![Node::statement(
                "throw",
                "try { if § { throw §; } } catch { print(\"thrown\"); }",
                vec![condition, value],
            )];
        }
        let condition = self.condition(1);
        vec![Node::statement("throw", "if § { throw §; }", vec![condition, value])]
    }
}
