//! What a rule may call: the table of built-in functions, read from the runtime that provides them.
//!
//! A function is supported exactly when a unit registers it, so the table cannot promise what the page does not have.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::OnceLock;

use super::link::{Registration, pieces};

/// Functions that rules do not have, but whose name makes `index_of` call them.
pub(super) const FOUND_BY_NAME: &[&str] =
    &["blob", "exit", "get_fn_metadata_list", "parse_json", "set_tag", "sleep", "to_blob"];
/// The others that Rhai has and rules have not.
const ELSEWHERE: &[&str] = &[
    "acos",
    "acosh",
    "as_string",
    "asin",
    "asinh",
    "atan",
    "atanh",
    "cos",
    "cosh",
    "exp",
    "hypot",
    "ln",
    "log",
    "parse_be_float",
    "parse_be_int",
    "parse_le_float",
    "parse_le_int",
    "sin",
    "sinh",
    "tag",
    "tan",
    "tanh",
    "to_array",
    "write_ascii",
    "write_be",
    "write_le",
    "write_utf8",
];

/// Whether Rhai has a function of this name that rules do not have.
pub(super) fn is_elsewhere(name: &str) -> bool {
    FOUND_BY_NAME.contains(&name) || ELSEWHERE.contains(&name)
}

/// The functions and properties of all units.
#[derive(Debug, Default)]
pub(super) struct Builtins {
    functions: BTreeMap<&'static str, Vec<&'static Registration>>,
    properties: BTreeSet<&'static str>,
}

impl Builtins {
    /// The table, which is read only once.
    pub(super) fn get() -> &'static Self {
        static TABLE: OnceLock<Builtins> = OnceLock::new();
        TABLE.get_or_init(Builtins::new)
    }

    /// Reads the units.
    fn new() -> Self {
        let mut builtins = Builtins::default();
        for registration in pieces().iter().filter_map(|piece| piece.registers.as_ref()) {
            if registration.word == "getter" {
                builtins.properties.insert(registration.name);
            } else {
                builtins.functions.entry(registration.name).or_default().push(registration);
            }
        }
        builtins
    }

    /// Whether a function or method of this name is built in.
    pub(super) fn has_function(&self, name: &str) -> bool {
        self.functions.contains_key(name)
    }

    /// Whether values that are no maps may have a property of this name.
    pub(super) fn has_property(&self, name: &str) -> bool {
        self.properties.contains(name)
    }

    /// Whether calling it may put another value in the place of its first argument.
    pub(super) fn replaces(&self, name: &str) -> bool {
        self.any(name, &["rep"])
    }

    /// Whether calling it leaves its first argument as it is, whatever its type; functions called back may still change it.
    pub(super) fn keeps_receiver(&self, name: &str) -> bool {
        self.has_function(name) && !self.any(name, &["rep", "mut"])
    }

    /// Whether it only looks at its arguments, and neither keeps one nor passes one on.
    pub(super) fn only_looks(&self, name: &str) -> bool {
        self.has_function(name) && !self.any(name, &["rep", "mut", "fun", "imp"])
    }

    /// Whether it takes a function, or the name of one, and calls it.
    pub(super) fn calls_back(&self, name: &str) -> bool {
        let takes = |way: &&Registration| way.types.split(' ').any(|types| types.chars().skip(1).any(|it| it == 'p'));
        self.functions.get(name).is_some_and(|ways| ways.iter().any(takes))
    }

    fn any(&self, name: &str, words: &[&str]) -> bool {
        self.functions.get(name).is_some_and(|ways| ways.iter().any(|way| words.contains(&way.word)))
    }

    /// Every built-in function.
    pub(super) fn function_names(&self) -> impl Iterator<Item = &str> {
        self.functions.keys().copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_function_that_rules_do_not_have_is_listed() {
        let natives = super::super::ast::native_names(&super::super::engine::engine(0).engine);
        let is_name = |name: &&String| name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
        let missing = natives.iter().filter(is_name).filter(|name| !Builtins::get().has_function(name));
        let mut listed = [FOUND_BY_NAME, ELSEWHERE].concat();
        listed.sort_unstable();
        assert_eq!(missing.collect::<Vec<_>>(), listed);
    }

    #[test]
    fn functions_come_from_the_units() {
        let builtins = Builtins::new();
        for name in ["len", "push", "max", "floor", "contains", "sort", "print", "is_even"] {
            assert!(builtins.has_function(name), "{name}");
        }
        for name in ["eval", "timestamp", "blob", "sin", "name)", "exit"] {
            assert!(!builtins.has_function(name), "{name}");
        }
        assert!(builtins.replaces("trim") && !builtins.replaces("push"));
        assert!(
            builtins.keeps_receiver("filter") && !builtins.only_looks("filter") && !builtins.keeps_receiver("push")
        );
        assert!(builtins.only_looks("contains"));
        assert!(builtins.calls_back("map") && !builtins.calls_back("is_anonymous"));
    }
}
