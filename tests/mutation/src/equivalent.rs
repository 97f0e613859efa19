//! `equivalent.md`: mutants that are the same program.

use super::Place;

/// A line of one of the list's tables.
pub struct Equivalent {
    file: String,
    /// A part of the line that is changed, and a part of what is said of the change.
    line: String,
    change: String,
}

impl Equivalent {
    /// Each line `file :: part of the line :: part of the change` of the code blocks.
    pub fn read() -> Vec<Equivalent> {
        let text = include_str!("../equivalent.md");
        let entries = text.lines().filter(|line| line.starts_with("    ")).map(|line| {
            let mut parts = line.trim().splitn(3, " :: ").map(|part| part.trim().to_string());
            let mut next = || parts.next().unwrap_or_else(|| panic!("equivalent.md: {line}"));
            Equivalent { file: next(), line: next(), change: next() }
        });
        entries.collect()
    }

    /// Whether it means this mutant.
    pub fn fits(&self, place: &Place, what: &str) -> bool {
        place.file.ends_with(&self.file) && place.text.contains(&self.line) && what.contains(&self.change)
    }
}
