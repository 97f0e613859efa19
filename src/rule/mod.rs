//! x
#![allow(missing_docs)]
pub mod schema;
use crate::{diagnostic::Diagnostic, path::SourcePath, source::SourceFile};
pub struct Rule {
    path: SourcePath,
}
impl Rule {
    pub fn path(&self) -> &SourcePath {
        &self.path
    }
}
pub fn compile(file: &SourceFile) -> (Option<Rule>, Vec<Diagnostic>) {
    (Some(Rule { path: file.path.clone() }), vec![])
}
pub fn check_schema(_: &Rule, _: &schema::ToolSchema) -> Vec<Diagnostic> {
    vec![]
}
#[derive(Default)]
pub struct Units(Vec<u8>);
impl Units {
    pub fn extend(&mut self, o: Units) {
        self.0.extend(o.0)
    }
}
pub struct RuleScript {
    pub code: String,
    pub units: Units,
}
pub fn javascript(_: &Rule, _: &schema::ToolSchema) -> RuleScript {
    RuleScript { code: String::new(), units: Units::default() }
}
pub fn runtime_script(_: &Units) -> String {
    String::new()
}
