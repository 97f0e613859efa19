//! One line of JSON for a script's result, with the type of every value: what the engine and the page are compared by.
//!
//! `{"value":V,"printed":[…]}` or `{"error":{"text","line","column"},"printed":[…]}`. The text of an error is Rhai's own,
//! without the place of its outermost frame, which stands in `line` and `column`. The runtime unit `canonical` writes
//! the same line.

use rhai::{Dynamic, EvalAltResult, FnPtr};
use serde_json::{Value, json};

use super::engine::{SCRIPT_OPERATIONS, Sandbox, engine, settled};
use super::settings::{Setting, constants};

/// Runs any script in the Rhai engine and gives its line.
pub fn run_canonical(text: &str) -> String {
    Runner::new().run(text)
}

/// Runs a script with its thresholds in the Rhai engine and gives its line.
pub fn run_canonical_with(text: &str, settings: &[Setting]) -> String {
    Runner::new().run_behind(&constants(settings), text)
}

/// The Rhai engine for many scripts, one after another: making an engine takes longer than running a small script.
pub struct Runner {
    sandbox: Sandbox,
}

impl std::fmt::Debug for Runner {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Runner").finish_non_exhaustive()
    }
}

impl Default for Runner {
    fn default() -> Self {
        Runner::new()
    }
}

impl Runner {
    /// An engine with the limits of a script run from the command line.
    pub fn new() -> Self {
        Runner { sandbox: engine(SCRIPT_OPERATIONS) }
    }

    /// Runs a script, which sees nothing of those before it, and gives its line.
    pub fn run(&self, text: &str) -> String {
        self.run_behind("", text)
    }

    fn run_behind(&self, constants: &str, text: &str) -> String {
        let engine = &self.sandbox.engine;
        self.sandbox.start(1);
        let compiled = self.sandbox.parse(constants, text).map_err(Into::into);
        let result = compiled.and_then(|ast| engine.eval_ast::<Dynamic>(&ast));
        let printed = self.sandbox.printed();
        match result {
            Ok(_) if self.sandbox.is_spent() => {
                let error = EvalAltResult::ErrorTooManyOperations(rhai::Position::NONE);
                json!({ "error": canonical_error(error), "printed": *printed })
            }
            Ok(value) => json!({ "value": canonical_value(&value), "printed": *printed }),
            Err(error) => json!({ "error": canonical_error(settled(*error)), "printed": *printed }),
        }
        .to_string()
    }
}

fn canonical_error(mut error: EvalAltResult) -> Value {
    let pos = error.take_position();
    json!({ "text": error.to_string(), "line": pos.line(), "column": pos.line().and(pos.position()) })
}

/// A value with its type.
fn canonical_value(value: &Dynamic) -> Value {
    if value.is_unit() {
        return Value::Null;
    }
    if let Ok(it) = value.as_bool() {
        return json!({ "bool": it });
    }
    if let Ok(it) = value.as_int() {
        return json!({ "int": it.to_string() });
    }
    if let Ok(it) = value.as_float() {
        // There are many ways to write "not a number", and no operation of the language tells them apart.
        let bits = if it.is_nan() { f64::NAN.to_bits() & !(1 << 63) } else { it.to_bits() };
        return json!({ "float": format!("{bits:016x}") });
    }
    if let Ok(it) = value.as_char() {
        return json!({ "char": it.to_string() });
    }
    if let Some(it) = value.read_lock::<rhai::ImmutableString>() {
        return json!({ "string": it.as_str() });
    }
    if let Some(it) = value.read_lock::<rhai::Array>() {
        return json!({ "array": it.iter().map(canonical_value).collect::<Vec<_>>() });
    }
    if let Some(it) = value.read_lock::<rhai::Map>() {
        let entries: Vec<Value> = it.iter().map(|(key, value)| json!([key.as_str(), canonical_value(value)])).collect();
        return json!({ "map": entries });
    }
    if let Some(it) = value.read_lock::<FnPtr>() {
        return json!({ "fn": it.fn_name() });
    }
    if value.is::<std::ops::Range<i64>>() || value.is::<std::ops::RangeInclusive<i64>>() {
        return json!({ "range": value.to_string() });
    }
    json!({ "other": value.type_name() })
}

#[cfg(test)]
mod tests {
    use super::run_canonical;

    #[test]
    fn values_carry_their_type() {
        assert_eq!(
            run_canonical("print(1); [1, 1.5, 'c', \"s\", (), #{b: 1, a: true}, 1..3]"),
            concat!(
                r#"{"value":{"array":[{"int":"1"},{"float":"3ff8000000000000"},{"char":"c"},{"string":"s"},null,"#,
                r#"{"map":[["a",{"bool":true}],["b",{"int":"1"}]]},{"range":"1..3"}]},"printed":["1"]}"#
            )
        );
    }

    #[test]
    fn errors_carry_their_place() {
        let line = run_canonical("let a = 1;\na / 0");
        assert_eq!(line, r#"{"error":{"text":"Division by zero: 1 / 0","line":2,"column":3},"printed":[]}"#);
        assert!(run_canonical("let = 1").starts_with(r#"{"error":{"text":"Syntax error: "#));
    }
}
