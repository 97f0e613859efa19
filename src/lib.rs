//! Builds a playbook: Markdown pages and Rhai rules become a searchable static site.

pub mod artifact;
pub mod diagnostic;
pub mod escape;
pub mod machine;
pub mod path;
pub mod source;
pub mod yaml;

pub mod config;
pub mod front_matter;
pub mod markdown;
pub mod rule;
pub mod template;

pub mod content;
pub mod site;
pub mod theme;

pub mod render;
pub mod search;

pub mod load;
pub mod pipeline;
pub mod publish;
pub mod server;
pub mod watch;

pub mod cli;
pub mod command;
