//! Puts emitted code into its frame: a rule's script for the page, the shared runtime, or a script that stands alone.

use std::collections::BTreeSet;

use serde_json::json;

use super::Rule;
use super::builtin::{self, Builtins};
use super::codegen::{Code, emit_program};
use super::compile::{ENTRY, compile_program};
use super::schema::ToolSchema;
use crate::diagnostic::Diagnostic;
use crate::escape::script_json;
use crate::path::SourcePath;
use crate::source::SourceFile;

/// A rule as the page loads it, and the runtime units that it needs.
#[derive(Debug, Clone)]
pub struct RuleScript {
    /// A classic script that gives `SB` a function of the runtime.
    pub code: String,
    /// What the rule needs; everything that some rule needs goes to [`runtime_script`].
    pub units: Units,
}

/// Parts of the runtime: units, and the built-in functions and properties that are named.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Units {
    units: BTreeSet<&'static str>,
    names: BTreeSet<String>,
}

impl Units {
    /// Adds what another rule needs.
    pub fn extend(&mut self, others: Units) {
        self.units.extend(others.units);
        self.names.extend(others.names);
    }
}

/// Compiles a checked rule into the page's script.
pub fn javascript(rule: &Rule, schema: &ToolSchema) -> RuleScript {
    let builtins = Builtins::new();
    let code = emit_program(&rule.program, &builtins);
    let mut units = builtins.units(&code.helpers, &code.names);
    units.insert("tool");
    let units = builtin::close(units);
    let facts: Vec<_> = schema.facts.iter().map(super::schema::Fact::to_json).collect();
    let warnings: serde_json::Map<String, serde_json::Value> =
        schema.warnings.iter().map(|(id, text)| (id.clone(), json!(text))).collect();
    let schema = json!({ "rule": rule.id, "facts": facts, "warnings": warnings });
    let mut text = format!("// Made from {} by salesbook.\n", rule.file.path);
    text.push_str(&format!(
        "SB({}, function ($runtime) {{\n\"use strict\";\nconst $rt = $runtime.create();\n",
        script_json(&format!("rule/{}", rule.id))
    ));
    push_helpers(&mut text, &code, &["call", "tool"]);
    text.push_str(&code.text);
    text.push_str(&format!(
        "return tool({}, main, ($facts) => call({}, [$facts], \"\"));\n}});\n",
        script_json(&schema),
        script_json(&ENTRY)
    ));
    RuleScript { code: text, units: Units { units, names: code.names } }
}

/// The runtime with the given units, as the page loads it.
pub fn runtime_script(units: &Units) -> String {
    let body = builtin::compact(&builtin::runtime_body(&builtin::close(units.units.clone()), Some(&units.names)));
    format!("// The runtime of the rules, by salesbook.\nSB(\"runtime\", {{ create() {{\n{body}}} }});\n")
}

/// Compiles any script into JavaScript that, run alone, prints its canonical line.
pub fn standalone(text: &str) -> Result<String, Vec<Diagnostic>> {
    let path = SourcePath::new("script.rhai").expect("a plain file name is a path");
    standalone_file(&SourceFile::new(path, text))
}

/// The same for a file of the playbook, so that findings name it.
pub fn standalone_file(file: &SourceFile) -> Result<String, Vec<Diagnostic>> {
    let program = compile_program(file)?;
    let builtins = Builtins::new();
    let code = emit_program(&program, &builtins);
    let mut units = builtins.units(&code.helpers, &code.names);
    units.insert("canonical");
    let body = builtin::runtime_body(&builtin::close(units), None);
    let mut text = format!("(function () {{\n\"use strict\";\nconst $rt = (function () {{\n{body}}})();\n");
    push_helpers(&mut text, &code, &["canonical", "LIMIT"]);
    text.push_str(&code.text);
    text.push_str(&format!("LIMIT.budget = {};\n", super::engine::SCRIPT_OPERATIONS));
    text.push_str("const $line = canonical(main);\nif (typeof console !== \"undefined\") console.log($line);\n");
    text.push_str("return $line;\n})();\n");
    Ok(text)
}

fn push_helpers(text: &mut String, code: &Code, more: &[&str]) {
    let mut names: BTreeSet<&str> = code.helpers.iter().map(String::as_str).collect();
    names.extend(more);
    text.push_str(&format!("const {{ {} }} = $rt;\n", names.into_iter().collect::<Vec<_>>().join(", ")));
}
