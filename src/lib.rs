//! Builds a playbook: Markdown pages and Rhai rules become a searchable static site.
//!
//! ```text
//! content/ rules/ themes/ salesbook.yaml
//!    │ load              the only place that reads the project
//!    ▼
//! Sources                every file once, as text with a path
//!    │ content, rule, theme, config      one file at a time, pure
//!    ▼
//! Page  Rule  Theme  Config
//!    │ site              links, ids, sections, terms, collisions; pure
//!    ▼
//! Site                   checked, complete, read-only
//!    │ render, search    pages, scripts, search index, assets; pure
//!    ▼
//! Artifacts              output path → bytes, sorted
//!    │ publish           the only place that writes the site; all or nothing
//!    ▼
//! the published folder   (`serve` keeps the last good artifacts in memory)
//! ```
//!
//! The line itself is [`pipeline`]; each command of [`command`] runs as much of it as it needs.
//!
//! - Where is the text of a mistake decided? In the module that finds it; its code is listed in [`diagnostic::code`].
//! - Where does a key of the front matter get its meaning? In [`content::kind`]; [`content::schema`] lists them all.
//! - Where does a fenced block become markup? In [`markdown::blocks`].
//! - Where does Rhai become JavaScript? In [`rule`], whose doc shows the way.
//! - What does `check` say of a rule as a whole? [`rule::analysis`] finds it, [`site::proof`] words it, [`cache`] keeps it.
//! - Where could one page harm another? Only in [`site`]: everything before it sees one file at a time.
//! - Where does the ranking of search stand? In the reader, `themes/default/scripts/search-reader.js`; the index in [`search`].
//!
//! Invariants. Nothing between [`load`] and [`publish`] touches the disk, the clock, the network or a random number:
//! the same inputs give the same bytes. A module uses lower floors only (the groups below, top to bottom), held by
//! `tests/suite/floors.rs`. One error and nothing is published. A third-party crate has one home. Text reaches HTML, a
//! script or a URL only through [`escape`].

// rustfmt sorts inside a group; each group is one floor, from the ground up.
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

pub mod cache;
pub mod load;
pub mod pipeline;
pub mod publish;
pub mod server;
pub mod watch;

pub mod cli;
pub mod command;
