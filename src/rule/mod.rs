//! x
pub mod schema;
use crate::{diagnostic::Diagnostic, path::SourcePath, source::SourceFile};
/// x
pub struct Rule {
    path: SourcePath,
}
impl Rule {
    /// x
    pub fn path(&self) -> &SourcePath {
        &self.path
    }
}
/// x
pub fn compile(file: &SourceFile) -> (Option<Rule>, Vec<Diagnostic>) {
    (Some(Rule { path: file.path.clone() }), vec![])
}
/// x
pub fn check_schema(_: &Rule, _: &schema::ToolSchema) -> Vec<Diagnostic> {
    vec![]
}
