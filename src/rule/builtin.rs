//! What a rule may call: the table of built-in functions, read from the runtime units that provide them.
//!
//! A unit is a piece of JavaScript with a first line `// needs: …` that names the units it builds on. A function is
//! supported exactly when a unit defines it, so the table cannot promise what the page does not have.

use std::collections::{BTreeMap, BTreeSet};

/// The units in the order in which they are put together.
pub(super) const UNITS: &[(&str, &str)] = &[
    ("core", include_str!("runtime/core.js")),
    ("int", include_str!("runtime/int.js")),
    ("cmp", include_str!("runtime/cmp.js")),
    ("fmt", include_str!("runtime/fmt.js")),
    ("op", include_str!("runtime/op.js")),
    ("place", include_str!("runtime/place.js")),
    ("iter", include_str!("runtime/iter.js")),
    ("fnptr", include_str!("runtime/fnptr.js")),
    ("str", include_str!("runtime/str.js")),
    ("arr", include_str!("runtime/arr.js")),
    ("map", include_str!("runtime/map.js")),
    ("num", include_str!("runtime/num.js")),
    ("canonical", include_str!("runtime/canonical.js")),
    ("tool", include_str!("runtime/tool.js")),
];

/// The functions, properties and helpers of all units.
#[derive(Debug, Default)]
pub(super) struct Builtins {
    functions: BTreeMap<String, BTreeSet<&'static str>>,
    properties: BTreeMap<String, BTreeSet<&'static str>>,
    helpers: BTreeMap<String, &'static str>,
    replacing: BTreeSet<String>,
}

impl Builtins {
    /// Reads the units.
    pub(super) fn new() -> Self {
        let mut builtins = Builtins::default();
        for (unit, text) in UNITS {
            for line in text.lines() {
                builtins.read_line(unit, line.trim_start());
            }
        }
        builtins
    }

    fn read_line(&mut self, unit: &'static str, line: &str) {
        // Several functions of one shape are listed as `for (const [name, …] of [["a", …], ["b", …]])`.
        if line.starts_with("for (const [name, ") || line.starts_with("[\"") {
            for name in line.split("[\"").skip(1).filter_map(|rest| rest.split('"').next()) {
                self.functions.entry(name.to_string()).or_default().insert(unit);
                self.properties.entry(name.to_string()).or_default().insert(unit);
            }
        }
        for (start, replaces) in [("def(\"", false), ("mut(\"", false), ("rep(\"", true)] {
            if let Some(name) = quoted_after(line, start) {
                self.functions.entry(name.to_string()).or_default().insert(unit);
                if replaces {
                    self.replacing.insert(name.to_string());
                }
            }
        }
        if let Some(name) = quoted_after(line, "getter(\"") {
            self.properties.entry(name.to_string()).or_default().insert(unit);
        }
        if let Some(names) = line.strip_prefix("Object.assign(rt, {").and_then(|rest| rest.strip_suffix("});")) {
            for name in names.split(',') {
                self.helpers.insert(name.trim().to_string(), unit);
            }
        }
    }

    /// Whether a function or method of this name is built in.
    pub(super) fn has_function(&self, name: &str) -> bool {
        self.functions.contains_key(name)
    }

    /// Whether calling it may put another value in the place of its first argument.
    pub(super) fn replaces(&self, name: &str) -> bool {
        self.replacing.contains(name)
    }

    /// Every built-in function.
    pub(super) fn function_names(&self) -> impl Iterator<Item = &str> {
        self.functions.keys().map(String::as_str)
    }

    /// The units that a rule needs, given the helpers, functions and properties that its code names.
    pub(super) fn units(&self, helpers: &BTreeSet<String>, names: &BTreeSet<String>) -> BTreeSet<&'static str> {
        let mut wanted: BTreeSet<&'static str> = BTreeSet::from(["core"]);
        wanted.extend(helpers.iter().filter_map(|helper| self.helpers.get(helper)));
        for name in names {
            wanted.extend(self.functions.get(name).into_iter().flatten());
            wanted.extend(self.properties.get(name).into_iter().flatten());
        }
        close(wanted)
    }
}

fn quoted_after<'text>(line: &'text str, start: &str) -> Option<&'text str> {
    line.strip_prefix(start)?.split('"').next()
}

/// Adds what the units need, and what those need.
pub(super) fn close(mut units: BTreeSet<&'static str>) -> BTreeSet<&'static str> {
    loop {
        let before = units.len();
        for (name, text) in UNITS {
            if units.contains(name) {
                units.extend(needs(text));
            }
        }
        if units.len() == before {
            return units;
        }
    }
}

fn needs(text: &'static str) -> impl Iterator<Item = &'static str> {
    let first = text.lines().next().unwrap_or_default();
    first.strip_prefix("// needs:").unwrap_or_default().split_whitespace()
}

/// The units put together as the body of one function that fills and returns `rt`. Of the built-in functions only
/// those in `names` are kept, when a set is given.
pub(super) fn runtime_body(units: &BTreeSet<&'static str>, names: Option<&BTreeSet<String>>) -> String {
    let mut body = String::from("\"use strict\";\nconst rt = {};\n");
    for (unit, text) in UNITS.iter().filter(|(name, _)| units.contains(name)) {
        body.push_str(&format!("// {unit}\n"));
        let mut dropping = false;
        for line in text.lines().skip(1) {
            if dropping {
                // A definition of several lines ends with the first one that closes it without indentation.
                dropping = !line.starts_with('}');
                continue;
            }
            let unused = |names: &BTreeSet<String>| defined_name(line).is_some_and(|name| !names.contains(name));
            if names.is_some_and(unused) {
                dropping = !line.ends_with(");");
                continue;
            }
            body.push_str(line);
            body.push('\n');
        }
    }
    body.push_str("return rt;\n");
    body
}

/// The built-in function or property that a line of a unit starts to define.
fn defined_name(line: &str) -> Option<&str> {
    ["def(\"", "mut(\"", "rep(\"", "getter(\""].into_iter().find_map(|start| quoted_after(line, start))
}

/// The same text without comments and indentation.
pub(super) fn compact(body: &str) -> String {
    let lines = body.lines().map(str::trim_start).filter(|line| !line.starts_with("//") && !line.is_empty());
    lines.map(|line| format!("{line}\n")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_unit_that_is_needed_exists() {
        let names: BTreeSet<&str> = UNITS.iter().map(|(name, _)| *name).collect();
        for (name, text) in UNITS {
            assert!(text.starts_with("// needs:"), "{name} does not declare its needs");
            assert!(needs(text).all(|need| names.contains(need)), "{name} needs a unit that does not exist");
        }
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
    }
}
