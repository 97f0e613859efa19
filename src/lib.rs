//! Builds a playbook: Markdown pages and Rhai rules become a searchable static site.

pub mod artifact;
pub mod config;
pub mod content;
pub mod diagnostic;
pub mod escape;
pub mod front_matter;
pub mod load;
pub mod markdown;
pub mod path;
pub mod rule;
pub mod site;
pub mod source;
pub mod template;
pub mod theme;
pub mod yaml;
