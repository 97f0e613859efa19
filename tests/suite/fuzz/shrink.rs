//! Makes a program as small as it can be while something about it stays true.
//!
//! Each round tries, for every node from the outermost on, to delete it, to put one of its own parts in its place, or to
//! write a plain literal there. What no longer compiles is simply not interesting, so nothing here knows the language.

use super::tree::{Node, Path, Sort};

/// How many programs one search may try; a program of ordinary size needs some hundreds.
const TRIES: usize = 3_000;

/// The smallest program found for which `interesting` still holds.
pub(crate) fn shrink(program: &Node, mut interesting: impl FnMut(&Node) -> bool) -> Node {
    let mut best = program.clone();
    let mut tries = TRIES;
    loop {
        let before = (best.size(), best.source().len());
        for pass in [remove_runs, replace_by_parts, replace_by_literals] {
            pass(&mut best, &mut |candidate: &Node| {
                tries = tries.saturating_sub(1);
                tries > 0 && interesting(candidate)
            });
        }
        if tries == 0 || (best.size(), best.source().len()) >= before {
            return best;
        }
    }
}

type Interesting<'run> = dyn FnMut(&Node) -> bool + 'run;

/// Deletes parts of bodies and lists: first long runs of them, then shorter ones.
fn remove_runs(best: &mut Node, interesting: &mut Interesting<'_>) {
    let mut paths = vec![Path::new()];
    paths.extend(best.paths());
    // The list of paths grows stale as parts vanish; a path that leads nowhere any more is passed over.
    for path in paths {
        let Some(count) = removable(best, &path) else { continue };
        let mut length = count;
        while length > 0 {
            let mut from = 0;
            while removable(best, &path).is_some_and(|count| from + length <= count) {
                let mut candidate = best.clone();
                candidate.at_mut(&path).expect("the same tree").parts.drain(from..from + length);
                if interesting(&candidate) { *best = candidate } else { from += length }
            }
            length /= 2;
        }
    }
}

fn removable(root: &Node, path: &[usize]) -> Option<usize> {
    let node = root.at(path)?;
    matches!(node.sort, Sort::Body | Sort::List).then_some(node.parts.len())
}

/// Puts a part, or a part of a part, in the place of a value; the statements of a block in the place of the block.
fn replace_by_parts(best: &mut Node, interesting: &mut Interesting<'_>) {
    for path in best.paths() {
        let Some(node) = best.at(&path) else { continue };
        match node.sort {
            Sort::Expression => {
                let parts: Vec<Node> = inner(node, Sort::Expression);
                for part in parts {
                    if try_at(best, &path, part, interesting) {
                        break;
                    }
                }
            }
            Sort::Statement => hoist(best, &path, interesting),
            Sort::Body | Sort::List | Sort::Item => {}
        }
    }
}

/// The nearest nodes of a sort below a node, and those below them.
fn inner(node: &Node, sort: Sort) -> Vec<Node> {
    let mut found: Vec<Node> =
        node.paths().iter().filter_map(|path| node.at(path)).filter(|part| part.sort == sort).cloned().collect();
    found.truncate(24);
    found
}

/// Replaces a statement by the statements in one of its bodies.
fn hoist(best: &mut Node, path: &[usize], interesting: &mut Interesting<'_>) {
    let Some((last, parent)) = path.split_last() else { return };
    let Some(node) = best.at(path) else { return };
    if best.at(parent).is_none_or(|parent| parent.sort != Sort::Body) {
        return;
    }
    for body in inner(node, Sort::Body) {
        let mut candidate = best.clone();
        let statements = &mut candidate.at_mut(parent).expect("the same tree").parts;
        statements.splice(*last..=*last, body.parts);
        if interesting(&candidate) {
            *best = candidate;
            return;
        }
    }
}

fn replace_by_literals(best: &mut Node, interesting: &mut Interesting<'_>) {
    for path in best.paths() {
        let Some(node) = best.at(&path) else { continue };
        if node.sort != Sort::Expression {
            continue;
        }
        let (size, length) = (node.size(), node.source_length());
        for literal in ["0", "1", "()", "\"\"", "true", "[]", "#{}", "\"a\"", "1.0"] {
            let smaller = size > 1 || literal.len() < length;
            if smaller && try_at(best, &path, Node::leaf("", literal), interesting) {
                break;
            }
        }
    }
}

fn try_at(best: &mut Node, path: &[usize], part: Node, interesting: &mut Interesting<'_>) -> bool {
    let mut candidate = best.clone();
    *candidate.at_mut(path).expect("the same tree") = part;
    let better = interesting(&candidate);
    if better {
        *best = candidate;
    }
    better
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_does_not_matter_vanishes() {
        let sum = Node::expression("", "(§ + §)", vec![Node::leaf("", "12"), Node::leaf("", "x")]);
        let body = Node::body(vec![Node::statement("", "print(§);", vec![sum])]);
        let program = Node::body(vec![
            Node::statement("", "let y = 1;", Vec::new()),
            Node::statement("", "if true §", vec![body]),
            Node::statement("", "[§]", vec![Node::list(vec![Node::leaf("", "y"), Node::leaf("", "x")])]),
        ]);
        let small =
            shrink(&program, |candidate| candidate.source().contains("print(") && candidate.source().contains('x'));
        assert_eq!(small.source(), "print(x);\n");
    }
}
