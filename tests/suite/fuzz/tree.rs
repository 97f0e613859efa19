//! The small tree that programs are generated as: it can be printed as Rhai source, shrunk, and asked what it uses.
//!
//! A node is a text with a `§` for each of its parts, so that a new construct of the language needs no new code here.
//! Only bodies and lists know that their parts may be left away one by one.

use std::collections::BTreeSet;

/// What a node may be replaced by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Sort {
    /// A value; any other value may stand in its place.
    Expression,
    /// One statement with its semicolon.
    Statement,
    /// Statements in braces, each on a line of its own.
    Body,
    /// Parts that may be missing, with the text between them.
    List,
    /// A piece that can be deleted from a list, but not replaced: a map's entry, an arm of `switch`.
    Item,
}

/// A node of the tree.
#[derive(Debug, Clone)]
pub(crate) struct Node {
    pub(crate) sort: Sort,
    /// The construct, as the summary counts it; empty when it is not worth counting.
    pub(crate) tag: &'static str,
    /// Source with `§` for each part; of a list the text between the parts, of a body a first line that stays.
    pub(crate) text: String,
    pub(crate) parts: Vec<Node>,
}

/// Where a node stands: the index of the part to take, from the root on.
pub(crate) type Path = Vec<usize>;

impl Node {
    pub(crate) fn new(sort: Sort, tag: &'static str, text: impl Into<String>, parts: Vec<Node>) -> Self {
        let node = Node { sort, tag, text: text.into(), parts };
        let holes = node.text.matches('§').count();
        debug_assert!(matches!(sort, Sort::Body | Sort::List) || holes == node.parts.len(), "{node:?}");
        node
    }

    /// A value without parts.
    pub(crate) fn leaf(tag: &'static str, text: impl Into<String>) -> Self {
        Node::new(Sort::Expression, tag, text, Vec::new())
    }

    pub(crate) fn expression(tag: &'static str, text: impl Into<String>, parts: Vec<Node>) -> Self {
        Node::new(Sort::Expression, tag, text, parts)
    }

    pub(crate) fn statement(tag: &'static str, text: impl Into<String>, parts: Vec<Node>) -> Self {
        Node::new(Sort::Statement, tag, text, parts)
    }

    pub(crate) fn item(text: impl Into<String>, parts: Vec<Node>) -> Self {
        Node::new(Sort::Item, "", text, parts)
    }

    pub(crate) fn body(statements: Vec<Node>) -> Self {
        Node::new(Sort::Body, "", "", statements)
    }

    /// The body of a loop; its first line moves the counter on, and cannot be taken away.
    pub(crate) fn loop_body(first: String, statements: Vec<Node>) -> Self {
        Node::new(Sort::Body, "", first, statements)
    }

    pub(crate) fn list(parts: Vec<Node>) -> Self {
        Node::new(Sort::List, "", ", ", parts)
    }

    /// The whole program as source; the root is a body, printed without its braces.
    pub(crate) fn source(&self) -> String {
        let mut out = String::new();
        for part in &self.parts {
            part.print(0, &mut out);
            out.push('\n');
        }
        out
    }

    /// How long the node is as source.
    pub(crate) fn source_length(&self) -> usize {
        let mut out = String::new();
        self.print(0, &mut out);
        out.len()
    }

    fn print(&self, depth: usize, out: &mut String) {
        let new_line = |out: &mut String, depth: usize| {
            out.push('\n');
            out.push_str(&"    ".repeat(depth));
        };
        let print_text = |text: &str, out: &mut String| {
            for (index, line) in text.split('\n').enumerate() {
                if index > 0 {
                    new_line(out, depth);
                }
                out.push_str(line);
            }
        };
        match self.sort {
            Sort::Body if self.parts.is_empty() && self.text.is_empty() => out.push_str("{}"),
            Sort::Body => {
                out.push('{');
                if !self.text.is_empty() {
                    new_line(out, depth + 1);
                    out.push_str(&self.text);
                }
                for part in &self.parts {
                    new_line(out, depth + 1);
                    part.print(depth + 1, out);
                }
                new_line(out, depth);
                out.push('}');
            }
            Sort::List => {
                for (index, part) in self.parts.iter().enumerate() {
                    if index > 0 {
                        print_text(&self.text, out);
                    }
                    part.print(depth, out);
                }
            }
            Sort::Expression | Sort::Statement | Sort::Item => {
                let mut parts = self.parts.iter();
                for (index, text) in self.text.split('§').enumerate() {
                    if index > 0 {
                        parts.next().expect("one part for each `§`").print(depth, out);
                    }
                    print_text(text, out);
                }
            }
        }
    }

    /// The constructs that occur.
    pub(crate) fn tags(&self) -> BTreeSet<&'static str> {
        let mut tags = BTreeSet::new();
        self.visit(&mut |node| {
            if !node.tag.is_empty() {
                tags.insert(node.tag);
            }
        });
        tags
    }

    fn visit(&self, action: &mut impl FnMut(&Node)) {
        action(self);
        for part in &self.parts {
            part.visit(action);
        }
    }

    /// How many nodes there are.
    pub(crate) fn size(&self) -> usize {
        1 + self.parts.iter().map(Node::size).sum::<usize>()
    }

    /// The paths of all nodes below this one, outer ones first.
    pub(crate) fn paths(&self) -> Vec<Path> {
        let mut paths = Vec::new();
        let mut rows = vec![(Vec::new(), self)];
        while !rows.is_empty() {
            let mut next = Vec::new();
            for (path, node) in rows {
                for (index, part) in node.parts.iter().enumerate() {
                    let mut path: Path = path.clone();
                    path.push(index);
                    paths.push(path.clone());
                    next.push((path, part));
                }
            }
            rows = next;
        }
        paths
    }

    pub(crate) fn at(&self, path: &[usize]) -> Option<&Node> {
        match path.split_first() {
            None => Some(self),
            Some((first, rest)) => self.parts.get(*first)?.at(rest),
        }
    }

    pub(crate) fn at_mut(&mut self, path: &[usize]) -> Option<&mut Node> {
        match path.split_first() {
            None => Some(self),
            Some((first, rest)) => self.parts.get_mut(*first)?.at_mut(rest),
        }
    }
}
