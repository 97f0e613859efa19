//! Builds a playbook: Markdown pages and Rhai rules become a searchable static site.

pub mod artifact;
pub mod config;
pub mod diagnostic;
pub mod escape;
pub mod front_matter;
pub mod markdown;
pub mod path;
pub mod source;
pub mod yaml;
