//! The small tree that every later step works on: a rule's statements and expressions, each with its place.
//!
//! [`super::ast`] makes it from what Rhai parsed, with names as they were written; [`super::lower`] then gives every
//! variable and every call its meaning. From here on nothing depends on Rhai's own types. Chains such as `a.b[1].c()`
//! are flat: one root and its steps.

use std::collections::BTreeSet;

use crate::source::Position;

/// The place of something made by the parser itself, which stands nowhere in the text.
pub(super) const NOWHERE: Position = Position { line: 0, column: 0 };

/// A whole script.
#[derive(Debug, Clone, Default)]
pub(super) struct Program {
    /// Script functions and closures, in source order.
    pub functions: Vec<Function>,
    /// The statements outside of any function.
    pub body: Vec<Stmt>,
    /// Every variable of the script, filled by `lower`.
    pub locals: Vec<Local>,
    /// Keys that the script itself puts into maps: a function kept there is called like a method. Filled by `lower`.
    pub keys: BTreeSet<String>,
    /// Captured variables are handed to functions as they are, so any parameter may be one. Filled by `lower`.
    pub hands_over: bool,
    /// Names that function pointers are made of while the script runs. Filled by `lower`.
    pub pointed: BTreeSet<String>,
}

impl Program {
    /// The statements of every function, then those outside of any.
    pub(super) fn bodies(&self) -> impl Iterator<Item = &Vec<Stmt>> {
        self.functions.iter().map(|function| &function.body).chain([&self.body])
    }

    /// Whether a map may have a function under this name.
    pub(super) fn may_keep_function(&self, name: &str) -> bool {
        self.keys.contains(name) || self.keys.contains(ANY_KEY)
    }
}

/// Stands in [`Program::keys`] for keys that are only known when the script runs.
pub(super) const ANY_KEY: &str = "*";

/// A script function; closures are functions whose first parameters are the variables they captured.
#[derive(Debug, Clone)]
pub(super) struct Function {
    /// As written; `anon$…` for a closure.
    pub name: String,
    /// Names of the parameters, the captured variables first.
    pub params: Vec<String>,
    /// How many of the parameters are captured variables.
    pub captured: usize,
    /// The type that the function extends (`fn int.f()`): it is a method of that type only.
    pub this_type: Option<String>,
    /// Of several functions of one name the one that the bare name stands for.
    pub named: bool,
    /// The statements; their last value is the result.
    pub body: Vec<Stmt>,
    /// The parameters as variables, filled by `lower`.
    pub locals: Vec<LocalId>,
}

/// Index into [`Program::locals`].
pub(super) type LocalId = usize;

/// One declaration of a variable; shadowing makes another one.
#[derive(Debug, Clone)]
pub(super) struct Local {
    /// As written.
    pub name: String,
    /// Declared with `const`.
    pub constant: bool,
    /// Captured by a closure somewhere, so it lives in a cell that both share.
    pub shared: bool,
    /// A top-level constant, which functions read as `global::NAME`.
    pub global: bool,
}

/// What a name in the text stands for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Target {
    /// Not looked up yet.
    Unresolved,
    /// A variable of this function.
    Local(LocalId),
    /// `global::NAME`.
    Global,
    /// The name of a script function, used as a value.
    Function,
}

/// A variable where it is used.
#[derive(Debug, Clone)]
pub(super) struct Variable {
    /// As written, without `global::`.
    pub name: String,
    /// Written in front of `::`, if anything.
    pub namespace: Option<String>,
    /// Filled by `lower`.
    pub target: Target,
}

/// An expression and its two places: where an error in it is reported, and where its text starts.
#[derive(Debug, Clone)]
pub(super) struct Expr {
    /// What it is.
    pub kind: ExprKind,
    /// Of an operator the operator's place.
    pub pos: Position,
    /// The leftmost place that Rhai knows of.
    pub start: Position,
}

/// The kinds of expression.
#[derive(Debug, Clone)]
pub(super) enum ExprKind {
    /// `()`.
    Unit,
    /// `true` or `false`.
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// A number with a decimal point.
    Float(f64),
    /// `'c'`.
    Char(char),
    /// `"text"`.
    Text(String),
    /// `` `a${b}` ``.
    Interpolated(Vec<Expr>),
    /// `[a, b]`.
    Array(Vec<Expr>),
    /// `#{a: b}`.
    Map(Vec<(String, Expr)>),
    /// A name.
    Variable(Variable),
    /// `this`.
    This,
    /// An operator in front of its operand.
    Unary(&'static str, Box<Expr>),
    /// An operator between two operands.
    Binary(&'static str, Box<[Expr; 2]>),
    /// `item in container`, `!in` being a negation of it.
    In(Box<[Expr; 2]>),
    /// `name(args)`.
    Call(String, Vec<Expr>),
    /// A function pointer written as a literal: its name.
    FnPointer(String),
    /// `|x| …`: the lifted function's name and what it captured.
    Closure(String, Vec<(Variable, Position)>),
    /// `root.a[b].c()`.
    Chain(Box<Chain>),
    /// `a && b && …`.
    And(Vec<Expr>),
    /// `a || b || …`.
    Or(Vec<Expr>),
    /// `a ?? b ?? …`.
    Coalesce(Vec<Expr>),
    /// Statements used as a value.
    Block(Vec<Stmt>),
    /// `is_def_var(name)`, and the variables known at this place. Made by `lower`.
    IsDefined(Box<Expr>, Vec<String>),
}

/// A root and what is done to it from left to right.
#[derive(Debug, Clone)]
pub(super) struct Chain {
    /// Evaluated after the indices and arguments of the steps, as Rhai does.
    pub root: Expr,
    /// At least one.
    pub steps: Vec<Step>,
}

/// One step of a chain.
#[derive(Debug, Clone)]
pub(super) struct Step {
    /// What it does.
    pub kind: StepKind,
    /// `?.` or `?[`: unit stays unit, and the chain ends.
    pub optional: bool,
    /// The place of the dot or bracket.
    pub pos: Position,
}

/// The kinds of step.
#[derive(Debug, Clone)]
pub(super) enum StepKind {
    /// `[index]`.
    Index(Expr),
    /// `.name`.
    Property(String, Position),
    /// `.name(args)`.
    Method(String, Vec<Expr>, Position),
}

/// A statement.
#[derive(Debug, Clone)]
pub(super) enum Stmt {
    /// `;`.
    Noop,
    /// An expression, whose value is the statement's.
    Expr(Expr),
    /// `let` or `const`.
    Let {
        /// As written.
        name: String,
        /// Declared with `const`.
        constant: bool,
        /// The first value.
        value: Expr,
        /// Filled by `lower`.
        local: LocalId,
        /// The keyword's place.
        pos: Position,
    },
    /// `target = value` or `target op= value`.
    Assign {
        /// A variable, `this` or a chain.
        target: Expr,
        /// The operator of an op-assignment without its `=`.
        operator: Option<&'static str>,
        /// Evaluated before the target.
        value: Expr,
        /// The operator's place.
        pos: Position,
    },
    /// `if`.
    If {
        /// Must be a bool.
        condition: Expr,
        /// When true.
        body: Vec<Stmt>,
        /// When false; empty without `else`.
        branch: Vec<Stmt>,
    },
    /// `switch`.
    Switch(Box<Switch>),
    /// `while`, or `loop` without a condition.
    While {
        /// Tested before each turn.
        condition: Option<Expr>,
        /// Repeated.
        body: Vec<Stmt>,
    },
    /// `do … while` or `do … until`.
    Do {
        /// Tested after each turn; `continue` skips it.
        condition: Expr,
        /// `until`: true ends the loop.
        until: bool,
        /// Repeated.
        body: Vec<Stmt>,
    },
    /// `for`.
    For {
        /// The variable's name and place.
        name: (String, Position),
        /// The counter's name.
        counter: Option<String>,
        /// Evaluated once.
        iterable: Expr,
        /// Repeated.
        body: Vec<Stmt>,
        /// Filled by `lower`: variable, then counter.
        locals: Vec<LocalId>,
    },
    /// `break`, with the loop's value.
    Break(Option<Expr>),
    /// `continue`.
    Continue,
    /// `return`.
    Return(Option<Expr>),
    /// `throw`.
    Throw(Option<Expr>, Position),
    /// `try … catch`.
    Try {
        /// Tried.
        body: Vec<Stmt>,
        /// The error's name.
        name: Option<String>,
        /// The error's variable, filled by `lower`.
        local: LocalId,
        /// Run after an error.
        handler: Vec<Stmt>,
    },
    /// `{ … }`.
    Block(Vec<Stmt>),
    /// Marks variables as shared; the closure behind it does the same here.
    Share,
}

/// `switch`: exact cases first, then ranges in source order, then `_`.
#[derive(Debug, Clone)]
pub(super) struct Switch {
    /// What is looked at.
    pub value: Expr,
    /// Guard and result of each arm.
    pub arms: Vec<(Expr, Expr)>,
    /// Literal values with the arms they select, tried in order.
    pub cases: Vec<(Literal, Vec<usize>)>,
    /// `(start, end, inclusive, arm)`.
    pub ranges: Vec<(i64, i64, bool, usize)>,
    /// The arm of `_`.
    pub default: Option<usize>,
}

/// A literal that a `switch` compares with.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Literal {
    /// `()`.
    Unit,
    /// A bool.
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// A number with a decimal point.
    Float(f64),
    /// A character.
    Char(char),
    /// A text.
    Text(String),
    /// An array of literals.
    Array(Vec<Literal>),
    /// A map of literals, by key.
    Map(Vec<(String, Literal)>),
}
