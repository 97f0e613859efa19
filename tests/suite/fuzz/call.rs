//! The half of the generator that makes calls: built-in functions, the script's own, closures and callbacks.

use super::expression::{builtin, is_getter, is_receiver};
use super::generate::{Generator, TYPES, Type};
use super::library::Builtin;
use super::tree::Node;

/// Built-in functions of one argument that a pointer can name, with what they take.
const POINTED: &[(&str, Type)] = &[
    ("abs", Type::Int),
    ("is_odd", Type::Int),
    ("to_string", Type::Any),
    ("len", Type::Text),
    ("to_upper", Type::Text),
    ("to_float", Type::Int),
    ("is_empty", Type::Ints),
];

/// The type of a letter in the library; the arrays of any type are decided before.
fn letter_type(letter: char, array: Type) -> Type {
    match letter {
        'i' => Type::Int,
        'f' => Type::Float,
        'b' => Type::Bool,
        's' => Type::Text,
        'c' => Type::Char,
        'r' => Type::Range,
        'm' => Type::Map,
        'u' => Type::Unit,
        'p' => Type::Fun,
        'I' => Type::Ints,
        'T' => Type::Texts,
        'X' => Type::Mixed,
        'x' => array,
        'e' => array.element(),
        _ => Type::Any,
    }
}

impl Generator<'_> {
    /// A call of the library that gives a type.
    pub(super) fn library_call(&mut self, kind: Type, fuel: usize) -> Option<Node> {
        let fits = |function: &Builtin| match function.result {
            'x' => kind.is_array(),
            'd' | 'u' => kind == Type::Any,
            letter => letter_type(letter, Type::Mixed) == kind || kind == Type::Any,
        };
        let candidates: Vec<usize> =
            self.supported.library.iter().copied().filter(|index| fits(builtin(*index))).collect();
        if candidates.is_empty() {
            return None;
        }
        let function = builtin(*self.choices.pick(&candidates));
        let array = self.array_for(function, kind);
        let first = function.arguments.chars().next();
        let receiver =
            match first {
                Some(letter) if function.changes && self.choices.chance(500) => self
                    .mutable_place(letter_type(letter, array), true)
                    .unwrap_or_else(|| self.expr(letter_type(letter, array), fuel)),
                _ if function.name.starts_with("parse_") && self.choices.chance(700) => {
                    if function.name == "parse_json" { self.json_text() } else { self.numeric_text() }
                }
                Some(letter) => self.expr(letter_type(letter, array), fuel),
                None => return Some(Node::leaf(function.name, format!("{}()", function.name))),
            };
        Some(self.library_call_on(function, receiver, array, fuel))
    }

    fn array_for(&mut self, function: &Builtin, wanted: Type) -> Type {
        match function.arguments.chars().next() {
            _ if function.result == 'x' && wanted.is_array() => wanted,
            Some('I') => Type::Ints,
            Some('T') => Type::Texts,
            Some('X') => Type::Mixed,
            _ => *self.choices.pick(&[Type::Ints, Type::Ints, Type::Texts, Type::Mixed, Type::Rows, Type::Floats]),
        }
    }

    /// A call that changes something of a type.
    pub(super) fn changing_call(&mut self, kind: Type) -> Option<Node> {
        let fits = |function: &Builtin| {
            function.changes
                && match function.arguments.chars().next() {
                    Some('x') => kind.is_array(),
                    Some(letter) => letter_type(letter, Type::Mixed) == kind,
                    None => false,
                }
        };
        let candidates: Vec<usize> =
            self.supported.library.iter().copied().filter(|index| fits(builtin(*index))).collect();
        if candidates.is_empty() {
            return None;
        }
        let function = builtin(*self.choices.pick(&candidates));
        let receiver = self.mutable_place(kind, true)?;
        Some(self.library_call_on(function, receiver, kind, 1))
    }

    /// A variable or a place inside one that may change.
    fn mutable_place(&mut self, kind: Type, constants: bool) -> Option<Node> {
        let constants = constants && self.choices.chance(20);
        let mut names: Vec<String> = self
            .scope
            .iter()
            .filter(|variable| variable.kind == kind && (constants || !variable.fixed))
            .map(|variable| variable.name.clone())
            .collect();
        if self.this == Some(kind) {
            names.push("this".to_string());
        }
        if self.choices.chance(300) || names.is_empty() {
            if let Some((place, found)) = self.place(kind, true) {
                if found == kind {
                    return Some(place);
                }
            }
        }
        if names.is_empty() { None } else { Some(Node::leaf("", self.choices.pick(&names).clone())) }
    }

    fn library_call_on(&mut self, function: &'static Builtin, receiver: Node, array: Type, fuel: usize) -> Node {
        let name = function.name;
        let mut rest = Vec::new();
        for letter in function.arguments.chars().skip(1) {
            let element = if array.is_array() { array.element() } else { Type::Any };
            rest.push(match letter {
                'P' | 'M' | 'A' | 'R' | 'C' | 'Z' | 'Q' | 'V' => self.callback(letter, element, fuel),
                'N' => self.function_name(),
                'i' if function.name == "parse_int" => {
                    Node::leaf("", *self.choices.pick(&["10", "16", "2", "36", "10", "16", "37"]))
                }
                // What is put into something in a loop stays small.
                _ if function.changes && self.turns > 4 => self.literal(letter_type(letter, array), 0),
                'i' if self.choices.chance(750) => self.small_int(),
                _ => self.expr(letter_type(letter, array), fuel),
            });
        }
        if is_getter(function) && self.choices.chance(400) {
            return Node::expression(
                name,
                if is_receiver(&receiver) { format!("§.{name}") } else { format!("(§).{name}") },
                vec![receiver],
            );
        }
        let keyword = ["print", "debug"].contains(&name);
        match self.choices.weighted(&[(75, 'm'), (22, 'f'), (3, 'p')]) {
            'f' | 'm' if keyword => Node::expression(name, format!("{name}(§)"), vec![receiver]),
            'f' => {
                let mut all = vec![receiver];
                all.extend(rest);
                Node::expression(name, format!("{name}(§)"), vec![Node::list(all)])
            }
            'p' if self.supported.has("pointer to a built-in function") && name != "type_of" => {
                let mut all = vec![receiver];
                all.extend(rest);
                let call = format!("Fn(\"{name}\").call(§)");
                Node::expression("call of a pointer", call, vec![Node::list(all)])
            }
            _ if is_receiver(&receiver) => {
                Node::expression(name, format!("§.{name}(§)"), vec![receiver, Node::list(rest)])
            }
            _ => Node::expression(name, format!("(§).{name}(§)"), vec![receiver, Node::list(rest)]),
        }
    }

    /// A callback, by its letter in the library.
    fn callback(&mut self, letter: char, element: Type, fuel: usize) -> Node {
        if self.choices.chance(100) {
            if let Some(pointer) = self.pointer(letter, element) {
                return pointer;
            }
        }
        let shape = self.choices.weighted(&[(14, 0), (4, 1), (4, 2)]);
        let (params, this, result): (Vec<Type>, Option<Type>, Type) = match (letter, shape) {
            ('P', 0) => (vec![element], None, Type::Bool),
            ('P', 1) => (vec![element, Type::Int], None, Type::Bool),
            ('P', _) => (vec![], Some(element), Type::Bool),
            ('M', 0) => (vec![element], None, Type::Any),
            ('M', 1) => (vec![element, Type::Int], None, Type::Any),
            ('M', _) => (vec![], Some(element), Type::Any),
            ('A', 0) => (vec![], Some(element), Type::Any),
            ('A', _) => (vec![Type::Int], Some(element), Type::Any),
            ('R', 0) => (vec![Type::Int, element], None, Type::Int),
            ('R', 1) => (vec![Type::Int, element, Type::Int], None, Type::Int),
            ('R', _) => (vec![Type::Int], Some(element), Type::Int),
            ('C', _) => return self.comparer(element, fuel),
            ('Z', 0) => (vec![element, Type::Any], None, Type::Any),
            ('Z', _) => (vec![element, Type::Any, Type::Int], None, Type::Any),
            ('Q', 0) => (vec![Type::Text], Some(Type::Any), Type::Bool),
            ('Q', _) => (vec![Type::Text, Type::Any], None, Type::Bool),
            (_, 0) => (vec![Type::Text], Some(Type::Any), Type::Any),
            _ => (vec![Type::Text, Type::Any], None, Type::Any),
        };
        let tag = match (letter, this.is_some(), params.len()) {
            (_, true, _) => "callback with this",
            ('P' | 'M', _, 2) | ('R' | 'Z', _, 3) => "callback with index",
            _ => "callback",
        };
        self.closure(tag, &params, this, result, fuel.min(2))
    }

    /// A text that names a function, of the script or built in.
    fn function_name(&mut self) -> Node {
        let mut names: Vec<String> = self.functions.iter().map(|function| function.name.clone()).collect();
        names.extend(["is_odd", "abs", "to_string", "max", "len", "none", "+"].map(str::to_string));
        Node::leaf("function by name", format!("\"{}\"", self.choices.pick(&names)))
    }

    /// What `sort` and its kin compare by.
    fn comparer(&mut self, element: Type, fuel: usize) -> Node {
        let (a, b) = (self.name("a"), self.name("b"));
        let text = match element {
            Type::Int => {
                *self.choices.pick(&["A - B", "B - A", "A > B", "A % 3 - B % 3", "if A < B { -1 } else { 1 }"])
            }
            Type::Text => *self.choices.pick(&["A.len() - B.len()", "A > B", "A < B"]),
            Type::Map => *self.choices.pick(&["A.n - B.n", "A.n > B.n", "(A.n ?? 0) - (B.n ?? 0)"]),
            Type::Float => *self.choices.pick(&["A > B", "A - B", "to_int(A) - to_int(B)"]),
            _ => *self.choices.pick(&["A > B", "type_of(A) > type_of(B)", "to_string(A) > to_string(B)"]),
        };
        if self.choices.chance(50) {
            return self.closure("callback", &[element, element], None, Type::Int, fuel.min(1));
        }
        let body = text.replace('A', &a).replace('B', &b);
        Node::leaf("callback", format!("|{a}, {b}| {body}"))
    }

    /// A pointer to a function that fits as a callback.
    fn pointer(&mut self, letter: char, element: Type) -> Option<Node> {
        let wanted = match letter {
            'P' | 'M' => 1,
            'R' | 'Z' | 'Q' | 'V' => 2,
            _ => return None,
        };
        if letter == 'M' && element == Type::Int && self.choices.chance(400) {
            return Some(self.expr(Type::Fun, 1));
        }
        let own: Vec<String> = self
            .functions
            .iter()
            .filter(|function| function.params.len() == wanted && !function.recursive)
            .map(|function| function.name.clone())
            .collect();
        if !own.is_empty() && self.choices.chance(600) {
            let name = self.choices.pick(&own).clone();
            if self.supported.has("function name as a value")
                && self.choices.chance(400)
                && !name.starts_with(char::is_uppercase)
            {
                return Some(Node::leaf("function name as a value", name));
            }
            return Some(Node::leaf("pointer", format!("Fn(\"{name}\")")));
        }
        if wanted == 1 && self.supported.has("pointer to a built-in function") {
            let fitting: Vec<&str> = POINTED
                .iter()
                .filter(|(_, kind)| *kind == element || *kind == Type::Any)
                .map(|(name, _)| *name)
                .collect();
            return Some(Node::leaf("pointer", format!("Fn(\"{}\")", self.choices.pick(&fitting))));
        }
        None
    }

    /// A closure; what it uses of the variables around it, it captures.
    fn closure(&mut self, tag: &'static str, params: &[Type], this: Option<Type>, result: Type, fuel: usize) -> Node {
        let turns = self.turns;
        self.turns = (turns * 3).min(24);
        let known: Vec<String> = self.scope.iter().map(|variable| variable.name.clone()).collect();
        let node = self.in_body(this, |it| {
            let mut names = Vec::new();
            for kind in params {
                let shadow = !known.is_empty() && it.choices.chance(60);
                let mut name = if shadow { it.choices.pick(&known).clone() } else { it.name("v") };
                if names.contains(&name) {
                    name = it.name("v");
                }
                it.declare(&name, *kind, false);
                names.push(name);
            }
            let head = format!("|{}|", names.join(", "));
            if it.choices.chance(750) {
                let value = it.expr(result, fuel);
                return Node::expression(tag, format!("{head} §"), vec![value]);
            }
            let mut statements = if it.depth < 5 { it.body(2) } else { Vec::new() };
            let value = it.expr(result, fuel.min(1));
            let text = if it.choices.chance(300) { "return §;" } else { "§" };
            statements.push(Node::statement("", text, vec![value]));
            Node::expression(tag, format!("{head} §"), vec![Node::body(statements)])
        });
        self.turns = turns;
        node
    }

    /// Something of type `Fun`: a closure, a pointer, a curried function.
    pub(super) fn function_value(&mut self, fuel: usize) -> Node {
        match self.choices.weighted(&[(12, 'c'), (2, 'k'), (2, 'p'), (1, 'n')]) {
            'k' => {
                let (closure, value) =
                    (self.closure("closure", &[Type::Int, Type::Int], None, Type::Int, fuel), self.expr(Type::Int, 1));
                Node::expression("curry", "(§).curry(§)", vec![closure, value])
            }
            'p' => match self.pointer('M', Type::Int) {
                Some(pointer) => pointer,
                None => self.closure("closure", &[Type::Int], None, Type::Int, fuel),
            },
            'n' if self.supported.has("pointer to a built-in function") => {
                Node::leaf("pointer", *self.choices.pick(&["Fn(\"abs\")", "Fn(\"sign\")", "Fn(\"to_int\")"]))
            }
            _ => self.closure("closure", &[Type::Int], None, Type::Int, fuel),
        }
    }

    /// Calls something of type `Fun`.
    pub(super) fn closure_call(&mut self, fuel: usize) -> Node {
        let argument = self.expr(Type::Int, fuel);
        if self.has_method && self.choices.chance(250) {
            if let Some((place, Type::Map)) = self.place(Type::Map, false).filter(|(place, _)| is_receiver(place)) {
                return Node::expression("method in a map", "§.c(§)", vec![place, argument]);
            }
        }
        let function = self.expr(Type::Fun, 1);
        match self.choices.weighted(&[(7, 'm'), (2, 'f'), (2, 't')]) {
            'f' => {
                let captured = self.supported.has("captured argument");
                let argument = if captured { argument } else { self.literal(Type::Int, 0) };
                Node::expression("call of a pointer", "call(§, §)", vec![function, argument])
            }
            // With the value as `this`.
            't' => {
                let this = self.choices.weighted(TYPES);
                let receiver = self.mutable_place(this, false).unwrap_or(argument);
                let closure = self.closure("call with this", &[], Some(this), Type::Any, 1);
                let text = if is_receiver(&receiver) { "§.call(§)" } else { "(§).call(§)" };
                Node::expression("call with this", text, vec![receiver, closure])
            }
            _ if is_receiver(&function) => Node::expression("call of a closure", "§.call(§)", vec![function, argument]),
            _ => Node::expression("call of a closure", "(§).call(§)", vec![function, argument]),
        }
    }

    /// Calls a function of the script that gives a type.
    pub(super) fn own_call(&mut self, kind: Type, fuel: usize) -> Option<Node> {
        let fitting: Vec<usize> = (0..self.functions.len())
            .filter(|index| self.functions[*index].result == kind || kind == Type::Any)
            .collect();
        let index = if fitting.is_empty() || self.choices.chance(100) {
            if self.functions.is_empty() {
                return None;
            }
            self.choices.below(self.functions.len())
        } else {
            *self.choices.pick(&fitting)
        };
        let function = self.functions[index].clone();
        // Each call stands for the loops inside.
        if self.turns > 30 {
            return None;
        }
        let mut arguments: Vec<Node> = function.params.iter().map(|kind| self.expr(*kind, fuel)).collect();
        if function.recursive {
            arguments[0] = Node::leaf("", *self.choices.pick(&["0", "1", "2", "3", "5"]));
        }
        let name = &function.name;
        match function.this {
            Some(this) => {
                let constants = self.supported.has("method of constant");
                let receiver = self.mutable_place(this, constants).unwrap_or_else(|| self.literal(this, fuel));
                Some(Node::expression("own method", format!("(§).{name}(§)"), vec![receiver, Node::list(arguments)]))
                    .map(|mut node| {
                        if is_receiver(&node.parts[0]) {
                            node.text = format!("§.{name}(§)");
                        }
                        node
                    })
            }
            None => Some(Node::expression("own function", format!("{name}(§)"), vec![Node::list(arguments)])),
        }
    }

    /// Calls a function of the script as a method of a variable or place.
    pub(super) fn method_of_script(&mut self) -> Option<Node> {
        let methods: Vec<usize> =
            (0..self.functions.len()).filter(|index| self.functions[*index].this.is_some()).collect();
        if methods.is_empty() || self.turns > 30 {
            return None;
        }
        let function = self.functions[*self.choices.pick(&methods)].clone();
        let constants = self.supported.has("method of constant");
        let receiver = self.mutable_place(function.this?, constants)?;
        let arguments = function.params.iter().map(|kind| self.expr(*kind, 1)).collect();
        Some(Node::expression("own method", format!("§.{}(§)", function.name), vec![receiver, Node::list(arguments)]))
    }
}
