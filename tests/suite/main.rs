//! One integration binary: everything that the author or the reader sees, one module for each kind of test.
//!
//! `tests/README.md` says what the kinds are and how to add a case to each.

mod analysis;
mod broken;
mod commonmark;
mod conformance;
mod determinism;
mod diagnostic;
mod floors;
mod fuzz;
mod hostile;
mod judged;
mod mistakes;
mod publish;
mod readme;
mod refusals;
mod rule;
mod scenario;
mod search;
mod server;
mod site;
mod support;
mod tools;
