//! Whole-site scenarios: what an author does, and what is published.

use crate::scenario::check_folder;
use crate::support::salesbook;

#[test]
fn scenarios() {
    check_folder("site");
}

/// The book of this repository is the first thing that a new user builds.
#[test]
fn the_book_of_this_repository_is_clean() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let run = salesbook(root, &["check", "--lang", "en"]);
    assert_eq!(run.code, Some(0), "{}", run.text);
    assert!(run.text.contains(" pages, nothing found\n"), "{}", run.text);
}
