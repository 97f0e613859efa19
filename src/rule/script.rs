//! Puts emitted code into its frame: a rule's script for the page, its facts, the shared runtime, or a script that
//! stands alone.

use std::collections::{BTreeSet, HashMap};

use serde_json::json;

use super::Rule;
use super::builtin::Builtins;
use super::codegen::{Code, emit_program};
use super::compile::{ENTRY, compile_program};
use super::link::{self, Needs};
use super::minify;
use super::schema::{FactKind, ToolSchema};
use super::settings::Setting;
use crate::diagnostic::Diagnostic;
use crate::escape::script_json;
use crate::source::SourceFile;

/// For whom JavaScript is written. It does the same in both forms.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Form {
    /// As small as possible: what is published.
    #[default]
    Small,
    /// For the browser's debugger: the rule's own names, and a comment with the line of the rule.
    Readable,
}

/// A rule as the page loads it, and what it needs of the runtime.
#[derive(Debug, Clone)]
pub struct RuleScript {
    /// A classic script that gives `SB` a function of the runtime, which gives the rule.
    pub code: String,
    /// What the rule needs of the runtime, for [`runtime_script`].
    pub units: Units,
}

/// Parts of the runtime.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Units(Needs);

impl Units {
    /// The whole runtime, for scripts that are not known yet.
    pub fn all() -> Self {
        let pieces = link::pieces();
        let helpers = pieces.iter().filter_map(|piece| piece.declares).map(str::to_string).collect();
        let names: BTreeSet<String> =
            pieces.iter().filter_map(|piece| piece.registers.as_ref()).map(|it| it.name.to_string()).collect();
        Units(Needs { helpers, properties: names.clone(), names, ..Needs::default() })
    }
}

/// Compiles a checked rule into the page's script.
pub fn javascript(rule: &Rule, schema: &ToolSchema, form: Form) -> RuleScript {
    let mut code = emit_program(&rule.program, Builtins::get());
    // Only a number can be broken; what nobody can enter is not carried.
    let asks = |kinds: &[FactKind]| schema.facts.iter().any(|fact| kinds.contains(&fact.kind));
    let read = match (asks(&[FactKind::Table]), asks(&[FactKind::Number, FactKind::Scale])) {
        (true, _) => "toTable",
        (false, true) => "toNumber",
        (false, false) => "toRule",
    };
    code.needs.helpers.extend(["judging", read].map(str::to_string));
    code.text.push_str(&format!(
        "return judging({}, {read}, main, {});
",
        script_json(&rule.id),
        super::codegen::function_name(ENTRY, 1)
    ));
    let name = format!("rule/{}", rule.id);
    RuleScript { code: loaded(&name, &code, form), units: Units(code.needs) }
}

/// What the page of a rule asks and warns of, as the page loads it.
pub fn facts_script(rule: &Rule, schema: &ToolSchema) -> String {
    let facts: Vec<_> = schema.facts.iter().map(super::schema::Fact::to_json).collect();
    let schema = json!({ "facts": facts, "warnings": schema.warnings });
    format!("SB({}, {});\n", script_json(&format!("facts/{}", rule.id)), script_json(&schema))
}

/// What makes a result object of what a rule says, as the page loads it: the same for every rule.
pub fn judge_script(form: Form) -> String {
    let script = include_str!("judge.js");
    match form {
        Form::Small => minify::minify(script, &HashMap::new()) + "\n",
        Form::Readable => script.to_string(),
    }
}

/// The given parts of the runtime, as the page of the rule `id` loads them.
pub fn runtime_script(id: &str, units: &Units, form: Form) -> String {
    format!("SB({},{});\n", script_json(&format!("runtime/{id}")), runtime(&units.0, form))
}

/// Compiles any script into JavaScript that, run alone, prints its canonical line.
pub fn standalone(file: &SourceFile, form: Form) -> Result<String, Vec<Diagnostic>> {
    standalone_with(file, &[], form)
}

/// The same for a script with thresholds.
pub fn standalone_with(file: &SourceFile, settings: &[Setting], form: Form) -> Result<String, Vec<Diagnostic>> {
    let code = program(file, settings)?;
    let create = format!("({})()", runtime(&code.needs, form));
    Ok(format!("(function(){{{}}})();\n", body(&code, &create, form)))
}

/// Compiles any script for a runtime that is there already: gives `SB` under the name `program` a function of the
/// runtime that runs the script and returns its canonical line.
pub fn program_script(file: &SourceFile, form: Form) -> Result<RuleScript, Vec<Diagnostic>> {
    let code = program(file, &[])?;
    Ok(RuleScript { code: loaded("program", &code, form), units: Units(code.needs) })
}

/// A script of its own with what it returns: its canonical line.
fn program(file: &SourceFile, settings: &[Setting]) -> Result<Code, Vec<Diagnostic>> {
    let program = compile_program(file, settings)?;
    let mut code = emit_program(&program, Builtins::get());
    code.needs.helpers.extend(["canonical", "LIMIT"].map(str::to_string));
    code.text.push_str(&format!("LIMIT.budget = {};\n", super::engine::SCRIPT_OPERATIONS));
    code.text.push_str("const $line = canonical(main);\nif (typeof console !== \"undefined\") console.log($line);\n");
    code.text.push_str("return $line;\n");
    Ok(code)
}

/// A function that makes a runtime of its own for a rule.
fn runtime(needs: &Needs, form: Form) -> String {
    let names = link::short_names();
    let helpers: Vec<&str> = needs.helpers.iter().map(String::as_str).collect();
    match form {
        Form::Small => {
            let exports: Vec<&str> = helpers.iter().map(|helper| names[*helper].as_str()).collect();
            let body = minify::minify(&link::link(needs), names);
            format!("function(){{{body}return{{{}}}}}", exports.join(","))
        }
        Form::Readable => {
            format!("function () {{\n\"use strict\";\n{}return {{ {} }};\n}}", link::link(needs), helpers.join(", "))
        }
    }
}

/// A classic script that gives `SB` a function of the runtime, which runs the code.
fn loaded(name: &str, code: &Code, form: Form) -> String {
    format!("SB({},function($){{{}}});\n", script_json(&name), body(code, "$()", form))
}

/// The code, behind the helpers that it needs of a runtime.
fn body(code: &Code, runtime: &str, form: Form) -> String {
    let helpers: Vec<&str> = code.needs.helpers.iter().map(String::as_str).collect();
    match form {
        Form::Small => {
            let names = link::short_names();
            let imports: Vec<&str> = helpers.iter().map(|helper| names[*helper].as_str()).collect();
            format!("let{{{}}}={runtime};{}", imports.join(","), minify::minify(&code.text, names))
        }
        Form::Readable => {
            format!("\n\"use strict\";\nconst {{ {} }} = {runtime};\n{}", helpers.join(", "), code.text)
        }
    }
}
