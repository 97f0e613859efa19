//! Source files and places in them.
//!
//! Every file of a playbook is read once and kept as a [`SourceFile`]; everything found in it is addressed by a
//! [`Span`] of bytes. Lines and columns are made only when a finding is shown. Nothing here touches the disk.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::path::SourcePath;

/// A range of bytes in one file: `start` inclusive, `end` exclusive, both from 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Span {
    /// Offset of the first byte.
    pub start: usize,
    /// Offset behind the last byte.
    pub end: usize,
}

impl Span {
    /// The bytes from `start` up to, not including, `end`.
    pub fn new(start: usize, end: usize) -> Self {
        Span { start, end: end.max(start) }
    }

    /// The same range, seen from `offset` bytes further to the front.
    pub fn shifted(self, offset: usize) -> Self {
        Span { start: self.start + offset, end: self.end + offset }
    }
}

/// A value together with the place it was written at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Spanned<T> {
    /// What was written.
    pub value: T,
    /// Where, in bytes of the whole file.
    pub span: Span,
}

impl<T> Spanned<T> {
    /// Joins a value and its place.
    pub fn new(value: T, span: Span) -> Self {
        Spanned { value, span }
    }
}

/// A place as people count: both numbers from 1, columns in characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
pub struct Position {
    /// Line, from 1.
    pub line: usize,
    /// Column in characters, from 1.
    pub column: usize,
}

/// One file of the playbook, as text.
#[derive(Debug, Clone)]
pub struct SourceFile {
    /// Where it stands below the playbook's root.
    pub path: SourcePath,
    /// The whole text, as it is on the disk.
    pub text: Arc<str>,
    line_starts: Vec<usize>,
}

impl SourceFile {
    /// Keeps a text under its path.
    pub fn new(path: SourcePath, text: impl Into<Arc<str>>) -> Self {
        let text: Arc<str> = text.into();
        let line_starts = std::iter::once(0)
            .chain(text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n').map(|(offset, _)| offset + 1))
            .collect();
        SourceFile { path, text, line_starts }
    }

    /// Line and column of a byte offset; an offset past the end or inside a character is moved back to its start.
    pub fn position(&self, offset: usize) -> Position {
        let mut offset = offset.min(self.text.len());
        while !self.text.is_char_boundary(offset) {
            offset -= 1;
        }
        let line = self.line_starts.partition_point(|start| *start <= offset);
        let line_start = self.line_starts[line - 1];
        Position { line, column: self.text[line_start..offset].chars().count() + 1 }
    }

    /// The byte offset of a line and column counted from 1; past the end of the line it is the line's end.
    pub fn offset(&self, position: Position) -> usize {
        let Some(start) = self.line_starts.get(position.line.saturating_sub(1)).copied() else {
            return self.text.len();
        };
        let line = self.text[start..].split('\n').next().unwrap_or("");
        let inside =
            line.char_indices().nth(position.column.saturating_sub(1)).map_or(line.len(), |(offset, _)| offset);
        start + inside
    }

    /// The text of a span; empty when the span does not lie on character boundaries.
    pub fn slice(&self, span: Span) -> &str {
        self.text.get(span.start..span.end).unwrap_or("")
    }
}

/// All files of a run, by path.
#[derive(Debug, Clone, Default)]
pub struct Sources {
    files: BTreeMap<SourcePath, SourceFile>,
}

impl Sources {
    /// Adds a file; a file of the same path is replaced.
    pub fn insert(&mut self, file: SourceFile) {
        self.files.insert(file.path.clone(), file);
    }

    /// The file of a path, if it was read.
    pub fn get(&self, path: &SourcePath) -> Option<&SourceFile> {
        self.files.get(path)
    }

    /// Every file in path order.
    pub fn iter(&self) -> impl Iterator<Item = &SourceFile> {
        self.files.values()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(text: &str) -> SourceFile {
        SourceFile::new(SourcePath::new("a.md").expect("a plain name is a path"), text)
    }

    #[test]
    fn columns_count_characters_not_bytes() {
        let file = file("标题：一\n第二行 b");
        assert_eq!(file.position(6), Position { line: 1, column: 3 });
        assert_eq!(file.position("标题：一\n第二行 ".len()), Position { line: 2, column: 5 });
        assert_eq!(file.position(10_000), Position { line: 2, column: 6 });
    }

    #[test]
    fn position_and_offset_are_inverse() {
        let file = file("ab\n标题\n\nx");
        for (offset, _) in file.text.char_indices() {
            assert_eq!(file.offset(file.position(offset)), offset);
        }
    }
}
