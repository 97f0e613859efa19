//! The half of the generator that makes statements around other statements: branches, loops, errors, and ways out.

use super::generate::{Generator, Type};
use super::tree::Node;

impl Generator<'_> {
    pub(super) fn if_statement(&mut self) -> Vec<Node> {
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

    pub(super) fn switch_statement(&mut self) -> Vec<Node> {
        let (value, kind) = self.switch_value();
        let mut arms = self.arms(kind, |it| Node::body(it.body(2)));
        arms.text = ",\n    ".to_string();
        vec![Node::statement("switch", "switch § {\n    §\n}", vec![value, arms])]
    }

    pub(super) fn for_statement(&mut self) -> Vec<Node> {
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
    pub(super) fn counted_loop(&mut self) -> Vec<Node> {
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

    pub(super) fn try_statement(&mut self) -> Vec<Node> {
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

    pub(super) fn block_statement(&mut self) -> Vec<Node> {
        let body = Node::body(self.body(3));
        vec![Node::statement("block", "§", vec![body])]
    }

    pub(super) fn leave_loop(&mut self) -> Vec<Node> {
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

    pub(super) fn leave_function(&mut self) -> Vec<Node> {
        let condition = self.condition(2);
        let value = self.expr(Type::Any, 2);
        vec![Node::statement("return", "if § { return §; }", vec![condition, value])]
    }

    pub(super) fn throw(&mut self) -> Vec<Node> {
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
