//! Builds a playbook: Markdown pages and Rhai rules become a searchable static site.

pub mod artifact;
pub mod diagnostic;
pub mod escape;
pub mod path;
pub mod source;
