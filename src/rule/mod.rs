//! Rules: Rhai scripts that judge a customer, compiled to plain JavaScript for the page.
//!
//! ```text
//! text ──ast──▶ tree ──lower──▶ resolved tree ──codegen──▶ JavaScript ──script──▶ page or standalone script
//!   └─────────── evaluate (the Rhai engine itself: the reference) ───────────▶ result object
//! ```
//!
//! `engine` makes the one kind of engine; `ast` is the only file that knows Rhai's tree; [`ir`] is ours; `lower` refuses
//! what cannot be carried over exactly; `builtin` is the table of functions, read from the units under `runtime/`, of
//! which `link` takes what a rule needs; `minify` and `rename` make it small;
//! [`support`] is the table of all that for the reader.
//! [`analysis`] runs a rule for all combinations of answers at once.
//! [`schema`] is what a tool page declares, `check` compares a rule with it; [`settings`] are the thresholds in a file of
//! their own; [`cases`] are example customers.
//! Nothing here reads a file, and nothing accepted here behaves differently in the page.

pub mod analysis;
mod ast;
mod builtin;
mod canonical;
pub mod cases;
mod check;
mod clue;
mod codegen;
mod compile;
mod constants;
mod engine;
mod evaluate;
mod ir;
mod kinds;
mod link;
mod lower;
mod minify;
mod rename;
pub mod schema;
mod script;
pub mod settings;
pub mod support;
mod walk;

pub use canonical::{Runner, run_canonical, run_canonical_with};
pub use check::check_schema;
pub use clue::Clue;
pub use compile::{ENTRY, compile, compile_with};
pub use evaluate::{Evaluator, RuleFailure};
pub use script::{
    Form, RuleScript, Units, facts_script, javascript, judge_script, program_script, runtime_script, standalone,
    standalone_with,
};

use crate::path::SourcePath;
use crate::source::{Position, SourceFile, Span};

/// A rule that passed every check of the compiler. It holds no engine, so it can be shared between threads.
#[derive(Debug, Clone)]
pub struct Rule {
    /// The file's stem, which is also the tool's id.
    pub id: String,
    /// The text that it was made from.
    pub file: SourceFile,
    /// Its thresholds, which stand in front of the text as constants.
    pub settings: Vec<settings::Setting>,
    program: ir::Program,
}

impl Rule {
    /// Whether the other rule has the same text and the same thresholds.
    pub fn judges_like(&self, other: &Rule) -> bool {
        self.file.text == other.file.text && settings::constants(&self.settings) == settings::constants(&other.settings)
    }

    /// Where the rule's file stands.
    pub fn path(&self) -> &SourcePath {
        &self.file.path
    }

    /// The word, text or character at a place of the rule.
    pub fn span_at(&self, pos: Position) -> Span {
        compile::span_at(&self.file, pos)
    }
}
