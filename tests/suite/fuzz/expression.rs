//! The half of the generator that makes values: operators, places, calls, and constructs used as values.

use super::generate::{Generator, TYPES, Type};
use super::library::{Builtin, GETTERS, LIBRARY};
use super::literal::{MAP_KEYS, is_plain_key, key_type};
use super::tree::Node;

impl Generator<'_> {
    /// A value that is expected to be of a type, with at most `fuel` levels of parts.
    pub(super) fn expr(&mut self, kind: Type, fuel: usize) -> Node {
        let kind = if self.choices.chance(self.confusion) { self.choices.weighted(TYPES) } else { kind };
        self.sure(kind, fuel)
    }

    /// The same, where another type would not even parse: the parser looks at literal conditions.
    pub(super) fn condition(&mut self, fuel: usize) -> Node {
        self.sure(Type::Bool, fuel)
    }

    fn sure(&mut self, kind: Type, fuel: usize) -> Node {
        if fuel == 0 || self.choices.chance(300) || !self.spend() {
            return self.leaf(kind, fuel);
        }
        let made = match self.choices.weighted(&[(8, 'o'), (6, 'l'), (3, 'c'), (4, 'p'), (2, 'f')]) {
            'l' => self.library_call(kind, fuel - 1),
            'c' => Some(self.construct(kind, fuel - 1)),
            'p' => self.read_place(kind),
            'f' => self.own_call(kind, fuel - 1),
            _ => Some(self.operation(kind, fuel - 1)),
        };
        match made {
            Some(node) => node,
            None => self.operation(kind, fuel - 1),
        }
    }

    /// A variable, or a literal.
    fn leaf(&mut self, kind: Type, fuel: usize) -> Node {
        if self.choices.chance(650) {
            let mut names: Vec<String> = self
                .scope
                .iter()
                .filter(|variable| variable.kind == kind || kind == Type::Any)
                .map(|variable| variable.name.clone())
                .collect();
            if self.this == Some(kind) || self.this.is_some() && kind == Type::Any {
                names.push("this".to_string());
            }
            if self.in_function || self.choices.chance(50) {
                let globals = self.globals.iter().filter(|(_, global)| *global == kind || kind == Type::Any);
                names.extend(globals.map(|(name, _)| format!("global::{name}")));
            }
            if !names.is_empty() {
                let name = self.choices.pick(&names).clone();
                let tag = match name.as_str() {
                    "this" => "this",
                    name if name.starts_with("global::") => "global constant",
                    _ => "",
                };
                return Node::leaf(tag, name);
            }
        }
        self.literal(kind, fuel)
    }

    /// An operator or another form that belongs to the type.
    fn operation(&mut self, kind: Type, fuel: usize) -> Node {
        let binary = |operator: &str, left: Node, right: Node| {
            Node::expression("operator", format!("(§ {operator} §)"), vec![left, right])
        };
        match kind {
            Type::Int => self.whole(fuel),
            Type::Float => {
                let power = if self.supported.has("power") { 1 } else { 0 };
                let operator =
                    self.choices.weighted(&[(4, "+"), (3, "-"), (3, "*"), (2, "/"), (1, "%"), (power, "**")]);
                let (left, right) = *self.choices.pick(&[
                    (Type::Float, Type::Float),
                    (Type::Float, Type::Int),
                    (Type::Int, Type::Float),
                ]);
                let (left, right) = (self.expr(left, fuel), self.expr(right, fuel));
                if self.choices.chance(100) {
                    Node::expression("sign", "(- §)", vec![left])
                } else {
                    binary(operator, left, right)
                }
            }
            Type::Bool => self.truth(fuel),
            Type::Text => match self.choices.weighted(&[(4, 'i'), (4, '+'), (1, '-'), (2, 'r'), (1, 't')]) {
                'i' => self.interpolation(fuel),
                'r' => {
                    let (text, range) = (self.leaf(Type::Text, fuel), self.range_index());
                    Node::expression("slice", "§[§]", vec![text, range])
                }
                't' => {
                    let value = self.expr(Type::Any, fuel);
                    Node::expression("type_of", "type_of(§)", vec![value])
                }
                '-' => {
                    let other = if self.choices.chance(700) { Type::Text } else { Type::Char };
                    let (left, right) = (self.expr(Type::Text, fuel), self.leaf(other, fuel));
                    binary("-", left, right)
                }
                _ => {
                    let (left, right) = *self.choices.pick(&[
                        (Type::Text, Type::Text),
                        (Type::Text, Type::Any),
                        (Type::Any, Type::Text),
                        (Type::Text, Type::Char),
                        (Type::Char, Type::Text),
                        (Type::Text, Type::Int),
                        (Type::Char, Type::Char),
                    ]);
                    let (left, right) = (self.expr(left, fuel), self.expr(right, fuel));
                    binary("+", left, right)
                }
            },
            Type::Char => {
                let (text, index) = (self.leaf(Type::Text, fuel), self.index());
                Node::expression("character", "§[§]", vec![text, index])
            }
            Type::Map => {
                let (left, right) = (self.expr(Type::Map, fuel), self.expr(Type::Map, fuel));
                binary("+", left, right)
            }
            Type::Range => {
                let operator = if self.choices.chance(500) { ".." } else { "..=" };
                let (from, to) = (self.expr(Type::Int, fuel), self.expr(Type::Int, fuel));
                Node::expression("range", format!("(§{operator}§)"), vec![from, to])
            }
            kind if kind.is_array() => {
                if self.choices.chance(600) {
                    return self.literal(kind, fuel + 1);
                }
                let (left, right) = (self.expr(kind, fuel), self.expr(kind, fuel));
                binary("+", left, right)
            }
            Type::Any => {
                let kind = self.choices.weighted(TYPES);
                self.expr(kind, fuel)
            }
            _ => self.literal(kind, fuel + 1),
        }
    }

    fn whole(&mut self, fuel: usize) -> Node {
        let power = if self.supported.has("power") { 1 } else { 0 };
        let operator = self.choices.weighted(&[
            (8, "+"),
            (6, "-"),
            (4, "*"),
            (2, "/"),
            (2, "%"),
            (1, "&"),
            (1, "|"),
            (1, "^"),
            (1, "<<"),
            (1, ">>"),
            (power, "**"),
            (2, "call"),
            (1, "sign"),
            (1, "row"),
            (1, "bits"),
        ]);
        match operator {
            "call" => self.closure_call(fuel),
            "sign" => {
                let sign = if self.choices.chance(800) { "-" } else { "+" };
                let value = self.expr(Type::Int, fuel);
                Node::expression("sign", format!("({sign} §)"), vec![value])
            }
            // Without parentheses, in Rhai's own order of precedence.
            "row" => {
                let parts: Vec<Node> = (0..3).map(|_| self.leaf(Type::Int, fuel)).collect();
                let (first, second) =
                    (*self.choices.pick(&["+", "-", "*", "&"]), *self.choices.pick(&["+", "-", "*", "|"]));
                Node::expression("operators in a row", format!("(§ {first} § {second} §)"), parts)
            }
            "bits" if self.supported.has("bit range index") => {
                let (value, range) = (self.leaf(Type::Int, fuel), self.range_index());
                Node::expression("bits of a number", "(§)[§]", vec![value, range])
            }
            "bits" => self.small_int(),
            _ => {
                let left = self.expr(Type::Int, fuel);
                let right = match operator {
                    "/" | "%" if self.choices.chance(850) => self.small_int(),
                    "<<" | ">>" if self.choices.chance(850) => self.small_int(),
                    "**" if self.choices.chance(850) => Node::leaf("", *self.choices.pick(&["2", "3", "0", "1", "5"])),
                    _ => self.expr(Type::Int, fuel),
                };
                Node::expression("operator", format!("(§ {operator} §)"), vec![left, right])
            }
        }
    }

    fn truth(&mut self, fuel: usize) -> Node {
        match self.choices.weighted(&[(8, '<'), (3, '&'), (2, '|'), (2, '!'), (3, 'i'), (1, '^'), (1, 'b'), (1, 'd')]) {
            '&' | '|' => {
                let operator = *self.choices.pick(&["&&", "||", "&&"]);
                let (left, right) = (self.expr(Type::Bool, fuel), self.expr(Type::Bool, fuel));
                if self.choices.chance(250) {
                    let third = self.expr(Type::Bool, fuel);
                    return Node::expression(
                        "logic",
                        format!("(§ {operator} § {operator} §)"),
                        vec![left, right, third],
                    );
                }
                Node::expression("logic", format!("(§ {operator} §)"), vec![left, right])
            }
            '!' => {
                let value = self.expr(Type::Bool, fuel);
                Node::expression("not", "!(§)", vec![value])
            }
            'i' => {
                let container =
                    *self.choices.pick(&[Type::Ints, Type::Texts, Type::Text, Type::Map, Type::Range, Type::Mixed]);
                let item = match container {
                    Type::Map => Type::Text,
                    Type::Text => *self.choices.pick(&[Type::Text, Type::Char]),
                    Type::Range => Type::Int,
                    other => other.element(),
                };
                let operator = if self.supported.has("!in") && self.choices.chance(300) { "!in" } else { "in" };
                let (item, container) = (self.expr(item, fuel), self.expr(container, fuel));
                Node::expression("in", format!("(§ {operator} §)"), vec![item, container])
            }
            '^' => {
                let operator = *self.choices.pick(&["^", "|", "&"]);
                let (left, right) = (self.expr(Type::Bool, fuel), self.expr(Type::Bool, fuel));
                Node::expression("operator", format!("(§ {operator} §)"), vec![left, right])
            }
            'b' if self.supported.has("bit index") => {
                let (value, index) = (self.leaf(Type::Int, fuel), self.index());
                Node::expression("bit", "(§)[§]", vec![value, index])
            }
            'd' => self.definition_test(),
            _ => {
                let (left, right) = self.choices.weighted(&[
                    (8, (Type::Int, Type::Int)),
                    (3, (Type::Float, Type::Float)),
                    (2, (Type::Int, Type::Float)),
                    (3, (Type::Text, Type::Text)),
                    (1, (Type::Char, Type::Char)),
                    (1, (Type::Char, Type::Text)),
                    (1, (Type::Text, Type::Char)),
                    (1, (Type::Ints, Type::Ints)),
                    (1, (Type::Map, Type::Map)),
                    (1, (Type::Range, Type::Range)),
                    (2, (Type::Any, Type::Any)),
                    (1, (Type::Any, Type::Unit)),
                ]);
                let equality = left.is_array() || matches!(left, Type::Map | Type::Range);
                let operators: &[&str] = if equality { &["==", "!="] } else { &["==", "!=", "<", "<=", ">", ">="] };
                let operator = *self.choices.pick(operators);
                let (left, right) = (self.expr(left, fuel), self.expr(right, fuel));
                Node::expression("comparison", format!("(§ {operator} §)"), vec![left, right])
            }
        }
    }

    /// Whether a function or variable exists, or is shared.
    fn definition_test(&mut self) -> Node {
        let name = match self.scope.last() {
            Some(variable) if self.choices.chance(700) => variable.name.clone(),
            _ => "x1".to_string(),
        };
        match self.choices.below(3) {
            0 if self.supported.has("is_def_fn") => {
                let function = self.functions.last().map_or("f1".to_string(), |function| function.name.clone());
                let arity = self.choices.below(3);
                Node::leaf("is_def_fn", format!("is_def_fn(\"{function}\", {arity})"))
            }
            1 if self.supported.has("is_def_var") => Node::leaf("is_def_var", format!("is_def_var(\"{name}\")")),
            2 if self.supported.has("is_shared") => {
                let value = self.leaf(Type::Any, 0);
                Node::expression("is_shared", "is_shared(§)", vec![value])
            }
            _ => self.literal(Type::Bool, 0),
        }
    }

    fn interpolation(&mut self, fuel: usize) -> Node {
        let mut text = String::from("`");
        let mut parts = Vec::new();
        for _ in 0..self.choices.within(1, 3) {
            text.push_str(*self.choices.pick::<&str>(&["", "a", "值：", " 😀 ", "\\n", "x=", "\"", "<", "``"]));
            text.push_str("${§}");
            parts.push(if self.choices.chance(100) {
                self.block_value(Type::Any, fuel)
            } else {
                self.expr(Type::Any, fuel)
            });
        }
        text.push_str(*self.choices.pick::<&str>(&["", "b", "。", "}"]));
        text.push('`');
        Node::expression("interpolation", text, parts)
    }

    /// A construct that gives a value of any type: `if`, `switch`, a block, `??`, a loop, an element.
    fn construct(&mut self, kind: Type, fuel: usize) -> Node {
        match self.choices.weighted(&[(4, 'i'), (3, 's'), (2, 'b'), (2, '?'), (1, 'l'), (2, 'e')]) {
            's' => {
                let (value, over) = self.switch_value();
                let arms = self.arms(over, |it| {
                    if it.choices.chance(250) { it.block_value(kind, fuel) } else { it.expr(kind, fuel) }
                });
                Node::expression("switch value", "(switch § { § })", vec![value, arms])
            }
            'b' => {
                let block = self.block_value(kind, fuel);
                Node::expression("block value", "(§)", vec![block])
            }
            '?' => {
                let first = self.read_place(kind).unwrap_or_else(|| Node::leaf("unit", "()"));
                let second = self.expr(kind, fuel);
                Node::expression("??", "(§ ?? §)", vec![first, second])
            }
            'l' if self.supported.has("loop as a value") && self.turns <= 12 => self.loop_value(kind, fuel),
            'e' => match kind.array() {
                Some(array) => {
                    let (array, index) = (self.leaf(array, fuel), self.index());
                    Node::expression("element", "§[§]", vec![array, index])
                }
                None => self.leaf(kind, fuel),
            },
            _ => {
                let condition = self.condition(fuel);
                let (then, otherwise) = (self.block_value(kind, fuel), self.block_value(kind, fuel));
                Node::expression("if value", "(if § § else §)", vec![condition, then, otherwise])
            }
        }
    }

    /// Statements in braces, of which the last is the value.
    pub(super) fn block_value(&mut self, kind: Type, fuel: usize) -> Node {
        self.nested(|it| {
            let mut statements = Vec::new();
            if it.depth < 5 && it.choices.chance(250) {
                let inner = it.choices.weighted(TYPES);
                let value = it.expr(inner, fuel);
                let name = it.name("y");
                it.declare(&name, inner, false);
                statements.push(Node::statement("", format!("let {name} = §;"), vec![value]));
            }
            let value = it.expr(kind, fuel);
            statements.push(Node::statement("", "§", vec![value]));
            Node::body(statements)
        })
    }

    fn loop_value(&mut self, kind: Type, fuel: usize) -> Node {
        let (counter, turns) = (self.name("n"), self.choices.within(1, 3));
        self.nested(|it| {
            it.declare(&counter, Type::Int, true);
            let value = it.looped(turns + 1, |it| it.expr(kind, fuel));
            let leave = Node::statement("", format!("if {counter} > {turns} {{ break §; }}"), vec![value]);
            let body = Node::loop_body(format!("{counter} += 1; if {counter} > 8 {{ break; }}"), vec![leave]);
            let head = if it.choices.chance(400) { format!("while {counter} < 9") } else { "loop".to_string() };
            Node::expression("loop value", format!("({{ let {counter} = 0; {head} § }})"), vec![body])
        })
    }

    /// What a `switch` looks at.
    pub(super) fn switch_value(&mut self) -> (Node, Type) {
        let mut kinds = vec![
            (8, Type::Int),
            (4, Type::Text),
            (2, Type::Char),
            (2, Type::Bool),
            (2, Type::Float),
            (1, Type::Unit),
            (3, Type::Any),
        ];
        if self.supported.has("switch on array") {
            kinds.push((2, Type::Ints));
        }
        if self.supported.has("switch on map") {
            kinds.push((1, Type::Map));
        }
        let kind = self.choices.weighted(&kinds);
        (self.expr(kind, 1), kind)
    }

    /// The arms of a `switch` over values of a type.
    pub(super) fn arms(&mut self, kind: Type, mut value: impl FnMut(&mut Self) -> Node) -> Node {
        let mut arms = Vec::new();
        let mut ranges = Vec::new();
        for _ in 0..self.choices.within(1, 4) {
            let over = if self.choices.chance(150) || kind == Type::Any { self.choices.weighted(TYPES) } else { kind };
            let mut label = self.case_literal(over);
            if self.choices.chance(250) {
                let other = self.case_literal(over);
                // A number may not follow a range.
                if label.contains("..") == other.contains("..") {
                    label = format!("{label} | {other}");
                }
            }
            let arms = if label.contains("..") { &mut ranges } else { &mut arms };
            if self.choices.chance(200) {
                let guard = self.condition(1);
                let value = value(self);
                arms.push(Node::item(format!("{label} if § => §"), vec![guard, value]));
            } else {
                let value = value(self);
                arms.push(Node::item(format!("{label} => §"), vec![value]));
            }
        }
        arms.append(&mut ranges);
        if self.choices.chance(800) {
            let value = value(self);
            arms.push(Node::item("_ => §", vec![value]));
        }
        Node::list(arms)
    }

    fn case_literal(&mut self, kind: Type) -> String {
        match kind {
            Type::Int if self.choices.chance(300) => {
                let (from, length) = (self.choices.below(6), self.choices.within(1, 7));
                let operator = if self.choices.chance(500) { ".." } else { "..=" };
                format!("{from}{operator}{}", from + length)
            }
            Type::Int => self.choices.below(6).to_string(),
            Type::Float => (*self.choices.pick(&["1.0", "0.5", "2.0", "0.0", "-0.0", "1.5"])).to_string(),
            Type::Ints if self.supported.has("switch on array") => {
                (*self.choices.pick(&["[]", "[1]", "[1, 2]", "[0, 1, 2]"])).to_string()
            }
            Type::Map if self.supported.has("switch on map") => {
                (*self.choices.pick(&["#{}", "#{n: 1}", "#{n: 1, t: \"a\"}"])).to_string()
            }
            Type::Text | Type::Char | Type::Bool | Type::Unit => self.literal(kind, 0).text,
            _ => "()".to_string(),
        }
    }

    /// A place inside a variable that holds a type, read.
    fn read_place(&mut self, kind: Type) -> Option<Node> {
        self.place(kind, false).map(|(place, _)| place)
    }

    /// A place inside a variable, and the type that is expected there.
    pub(super) fn place(&mut self, kind: Type, assigned: bool) -> Option<(Node, Type)> {
        let constants = !assigned || self.supported.has("assignment into constant") && self.choices.chance(30);
        let roots: Vec<(String, Type)> = self
            .scope
            .iter()
            .filter(|variable| constants && variable.constant || !assigned || !variable.fixed)
            .map(|variable| (variable.name.clone(), variable.kind))
            .chain(self.this.map(|kind| ("this".to_string(), kind)))
            .filter(|(_, root)| self.reaches(*root, kind))
            .collect();
        if roots.is_empty() {
            return None;
        }
        let (name, root) = self.choices.pick(&roots).clone();
        let optional = !assigned || self.supported.has("assignment behind ?.") && self.choices.chance(50);
        let mut node = Node::leaf("", name);
        let mut now = root;
        for _ in 0..3 {
            (node, now) = self.step(node, now, kind, optional)?;
            if now == kind || kind == Type::Any || now == Type::Any {
                return Some((node, now));
            }
        }
        None
    }

    /// Whether a place of the type can lie inside a value of the other.
    fn reaches(&self, root: Type, kind: Type) -> bool {
        match root {
            Type::Map | Type::Rows => kind != Type::Char && kind != Type::Rows,
            Type::Text => kind == Type::Char,
            Type::Int => kind == Type::Bool && self.supported.has("bit index"),
            root => root.is_array() && (root.element() == kind || kind == Type::Any),
        }
    }

    /// One step of a chain, towards a type.
    fn step(&mut self, on: Node, now: Type, kind: Type, optional: bool) -> Option<(Node, Type)> {
        let question = if optional && self.choices.chance(150) { "?" } else { "" };
        if now == Type::Map {
            let fitting: Vec<&str> = MAP_KEYS.iter().copied().filter(|key| key_type(key) == kind).collect();
            let key = if fitting.is_empty() || self.choices.chance(200) {
                *self.choices.pick(&["m", "n", "l", "m"])
            } else {
                *self.choices.pick(&fitting)
            };
            let next = key_type(key);
            if is_plain_key(key) && self.choices.chance(800) {
                let tag = if question.is_empty() { "property" } else { "null-safe step" };
                let separator = if question.is_empty() { "." } else { "?." };
                return Some((Node::expression(tag, format!("§{separator}{key}"), vec![on]), next));
            }
            let key = Node::leaf("", format!("\"{key}\""));
            return Some((Node::expression("key in brackets", format!("§{question}[§]"), vec![on, key]), next));
        }
        if now.is_array() || matches!(now, Type::Text | Type::Int) {
            let index = self.index();
            let next = match now {
                Type::Text => Type::Char,
                Type::Int => Type::Bool,
                array => array.element(),
            };
            let tag = if question.is_empty() { "element" } else { "null-safe step" };
            return Some((Node::expression(tag, format!("§{question}[§]"), vec![on, index]), next));
        }
        None
    }

    /// A number that is often inside of what it is an index of.
    fn index(&mut self) -> Node {
        match self.choices.weighted(&[(12, 'l'), (2, 'v'), (1, 'e')]) {
            'l' => Node::leaf("", *self.choices.pick(&["0", "0", "0", "-1", "-1", "1", "1", "2", "-2", "3"])),
            'v' => self.leaf(Type::Int, 0),
            _ => self.expr(Type::Int, 1),
        }
    }

    fn range_index(&mut self) -> Node {
        let forms: &[&str] = if self.supported.has("open range index") {
            &["0..2", "1..3", "0..=1", "1..=-1", "-2..-1", "..2", "1..", "..=1", "0..", "2..1", "5..9"]
        } else {
            &["0..2", "1..3", "0..=1", "1..=-1", "-2..-1", "2..1", "5..9"]
        };
        if self.choices.chance(850) {
            return Node::leaf("", *self.choices.pick(forms));
        }
        let (from, to) = (self.leaf(Type::Int, 0), self.leaf(Type::Int, 0));
        Node::expression("", if self.choices.chance(500) { "§..§" } else { "§..=§" }, vec![from, to])
    }

    /// What `for` walks over, the type of its items, and at most how many there are.
    pub(super) fn iterable(&mut self) -> (Node, Type, usize) {
        let most = if self.turns > 4 { 2 } else { 4 };
        match self.choices.weighted(&[
            (6, 'r'),
            (6, 'a'),
            (3, 't'),
            (2, 'k'),
            (2, 'v'),
            (1, 'f'),
            (1, 's'),
            (1, 'c'),
            (1, 'b'),
        ]) {
            'a' => {
                let array = *self.choices.pick(&[Type::Ints, Type::Texts, Type::Mixed, Type::Rows, Type::Floats]);
                (self.expr(array, 1), array.element(), 4)
            }
            't' => (self.leaf(Type::Text, 0), Type::Char, 4),
            'k' => {
                let map = self.leaf(Type::Map, 1);
                (Node::expression("keys", "§.keys()", vec![map]), Type::Text, 4)
            }
            'v' => {
                let map = self.leaf(Type::Map, 1);
                (Node::expression("values", "§.values()", vec![map]), Type::Any, 4)
            }
            'f' if self.supported.has("range function") => {
                (Node::leaf("range function", format!("range(0, {most})")), Type::Int, most)
            }
            's' if self.supported.has("stepped range") => {
                let step = *self.choices.pick(&["2", "3", "-2", "5"]);
                let text = if step == "-2" { "range(7, 0, -2)".to_string() } else { format!("range(0, 7, {step})") };
                (Node::leaf("stepped range", text), Type::Int, 4)
            }
            'c' if self.supported.has("chars") => {
                let text = self.leaf(Type::Text, 0);
                if self.supported.has("chars from a place") && self.choices.chance(250) {
                    let index = self.index();
                    return (Node::expression("chars", "§.chars(§)", vec![text, index]), Type::Char, 4);
                }
                if self.supported.has("chars of a range") && self.choices.chance(500) {
                    let range = self.range_index();
                    (Node::expression("chars", "§.chars(§)", vec![text, range]), Type::Char, 4)
                } else {
                    (Node::expression("chars", "§.chars()", vec![text]), Type::Char, 4)
                }
            }
            'b' if self.supported.has("bits") => {
                let value = self.leaf(Type::Int, 0);
                (Node::expression("bits", "§.bits(0..4)", vec![value]), Type::Bool, 4)
            }
            _ => {
                let from = self.choices.below(3);
                let operator = if self.choices.chance(600) { ".." } else { "..=" };
                (Node::leaf("", format!("{from}{operator}{}", from + most)), Type::Int, most + 1)
            }
        }
    }
}

/// Whether a node may stand in front of a dot as it is.
pub(super) fn is_receiver(node: &Node) -> bool {
    !node.text.starts_with(['|', '-', '!'])
        && !node.text.contains("..")
        && !(node.parts.is_empty() && node.text.contains('.') && node.text.starts_with(|c: char| c.is_ascii_digit()))
}

/// Whether a function may be written as a property.
pub(super) fn is_getter(builtin: &Builtin) -> bool {
    builtin.arguments.len() == 1 && GETTERS.contains(&builtin.name)
}

/// The function of the library with this index.
pub(super) fn builtin(index: usize) -> &'static Builtin {
    &LIBRARY[index]
}
