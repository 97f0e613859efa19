//! Decision diagrams over the answers to a tool's questions: one value for every combination of answers, with equal
//! parts written once. The questions stand in the page's order on every path from the root to a leaf.
//!
//! A list or a map is one leaf whose entries are diagrams themselves, each with a guard that says for which combinations
//! the entry is there. Two lists or maps are joined entry by entry, so they need not be told apart by combination.

use std::rc::Rc;

use rustc_hash::FxHashMap;

/// A diagram: its root node.
pub(super) type Id = u32;

/// The diagram that is false for every combination.
pub(super) const FALSE: Id = 0;
/// The diagram that is true for every combination.
pub(super) const TRUE: Id = 1;
/// The diagram that is `()` for every combination.
pub(super) const UNIT: Id = 2;

/// A value of the rule language.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) enum Leaf {
    /// `()`.
    Unit,
    /// A bool.
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// The bits of a number with a decimal point.
    Float(u64),
    /// A character.
    Char(char),
    /// A text.
    Text(Rc<str>),
    /// Start, end, and whether the end belongs to it.
    Range(i64, i64, bool),
    /// The entries in order.
    List(Rc<[Slot]>),
    /// The entries by key.
    Map(Rc<[(Rc<str>, Slot)]>),
    /// A function by its index, with the variables that it captured.
    Pointer(usize, Rc<[usize]>),
    /// A value that is only computed when something asks for it.
    Late(usize),
    /// An operation failed: index of the error's text.
    Fault(u32),
}

/// An entry of a list or a map.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Slot {
    /// For which combinations the entry is there.
    pub guard: Id,
    /// What it is where it is there.
    pub value: Id,
}

/// One place of a diagram.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) enum Node {
    /// The value.
    Leaf(Leaf),
    /// A question's index, and where each of its answers leads.
    Test(u32, Rc<[Id]>),
}

/// All diagrams of an analysis.
#[derive(Debug)]
pub(super) struct Diagrams {
    nodes: Vec<Node>,
    /// Whether something late, and whether a failure, can be reached.
    marks: Vec<(bool, bool)>,
    known: FxHashMap<Node, Id>,
    /// How many answers each question has, no answer included.
    answers: Vec<usize>,
    choices: FxHashMap<(Id, Id, Id), Id>,
    selections: FxHashMap<(u32, Rc<[Id]>), Id>,
}

impl Diagrams {
    /// Diagrams over questions with so many answers each, no answer included.
    pub(super) fn new(answers: Vec<usize>) -> Self {
        let mut diagrams = Diagrams {
            nodes: Vec::new(),
            marks: Vec::new(),
            known: FxHashMap::default(),
            answers,
            choices: FxHashMap::default(),
            selections: FxHashMap::default(),
        };
        for leaf in [Leaf::Bool(false), Leaf::Bool(true), Leaf::Unit] {
            diagrams.leaf(leaf);
        }
        diagrams
    }

    /// How many nodes there are.
    pub(super) fn len(&self) -> usize {
        self.nodes.len()
    }

    /// How many answers each question has.
    pub(super) fn answers(&self) -> &[usize] {
        &self.answers
    }

    /// The root node of a diagram.
    pub(super) fn node(&self, id: Id) -> &Node {
        &self.nodes[id as usize]
    }

    /// The value, when it is the same for every combination.
    pub(super) fn constant(&self, id: Id) -> Option<&Leaf> {
        match self.node(id) {
            Node::Leaf(leaf) => Some(leaf),
            Node::Test(..) => None,
        }
    }

    /// Whether some combination has a value that is not computed yet.
    pub(super) fn is_late(&self, id: Id) -> bool {
        self.marks[id as usize].0
    }

    /// Whether some combination fails.
    pub(super) fn may_fail(&self, id: Id) -> bool {
        self.marks[id as usize].1
    }

    fn add(&mut self, node: Node) -> Id {
        if let Some(id) = self.known.get(&node) {
            return *id;
        }
        let marks = match &node {
            Node::Leaf(leaf) => (matches!(leaf, Leaf::Late(_)), matches!(leaf, Leaf::Fault(_))),
            Node::Test(_, next) => next.iter().fold((false, false), |(late, fails), id| {
                let (one, other) = self.marks[*id as usize];
                (late || one, fails || other)
            }),
        };
        let id = Id::try_from(self.nodes.len()).expect("the budget ends far below");
        self.nodes.push(node.clone());
        self.marks.push(marks);
        self.known.insert(node, id);
        id
    }

    /// The same value for every combination.
    pub(super) fn leaf(&mut self, leaf: Leaf) -> Id {
        self.add(Node::Leaf(leaf))
    }

    /// A bool for every combination.
    pub(super) fn bool(&self, value: bool) -> Id {
        if value { TRUE } else { FALSE }
    }

    /// A text for every combination.
    pub(super) fn text(&mut self, text: &str) -> Id {
        self.leaf(Leaf::Text(text.into()))
    }

    /// A list of entries that are always there.
    pub(super) fn list(&mut self, values: impl IntoIterator<Item = Id>) -> Id {
        let slots: Rc<[Slot]> = values.into_iter().map(|value| Slot { guard: TRUE, value }).collect();
        self.leaf(Leaf::List(slots))
    }

    /// The first question that a diagram asks; greater than all of them for a leaf.
    pub(super) fn top(&self, id: Id) -> u32 {
        match self.node(id) {
            Node::Leaf(_) => u32::MAX,
            Node::Test(question, _) => *question,
        }
    }

    /// What is left of a diagram once a question, which it does not ask later, has an answer.
    pub(super) fn given(&self, id: Id, question: u32, answer: usize) -> Id {
        match self.node(id) {
            Node::Test(top, next) if *top == question => next[answer],
            _ => id,
        }
    }

    fn test(&mut self, question: u32, next: Rc<[Id]>) -> Id {
        if next.iter().all(|id| *id == next[0]) { next[0] } else { self.add(Node::Test(question, next)) }
    }

    /// The diagram that asks a question and goes on by its answer. What it goes on with may ask anything.
    pub(super) fn select(&mut self, question: u32, next: Rc<[Id]>) -> Id {
        if next.iter().all(|id| *id == next[0]) {
            return next[0];
        }
        let first = next.iter().map(|id| self.top(*id)).min().expect("a question has answers");
        if first > question {
            return self.add(Node::Test(question, next));
        }
        if let Some(id) = self.selections.get(&(question, next.clone())) {
            return *id;
        }
        let below: Rc<[Id]> = (0..self.answers[first as usize])
            .map(|answer| {
                if first == question {
                    self.given(next[answer], first, answer)
                } else {
                    let rest: Rc<[Id]> = next.iter().map(|id| self.given(*id, first, answer)).collect();
                    self.select(question, rest)
                }
            })
            .collect();
        let id = self.test(first, below);
        self.selections.insert((question, next), id);
        id
    }

    /// `yes` where the condition holds, `no` elsewhere.
    pub(super) fn choose(&mut self, condition: Id, yes: Id, no: Id) -> Id {
        match condition {
            TRUE => return yes,
            FALSE => return no,
            _ if yes == no => return yes,
            _ => {}
        }
        let key = (condition, yes, no);
        if let Some(id) = self.choices.get(&key) {
            return *id;
        }
        let id = match (self.node(yes).clone(), self.node(no).clone()) {
            (Node::Leaf(Leaf::List(one)), Node::Leaf(Leaf::List(other))) => self.join_lists(condition, &one, &other),
            (Node::Leaf(Leaf::Map(one)), Node::Leaf(Leaf::Map(other))) => self.join_maps(condition, &one, &other),
            _ => {
                let question = self.top(condition).min(self.top(yes)).min(self.top(no));
                let next: Rc<[Id]> = (0..self.answers[question as usize])
                    .map(|answer| {
                        let [condition, yes, no] = [condition, yes, no].map(|id| self.given(id, question, answer));
                        self.choose(condition, yes, no)
                    })
                    .collect();
                self.test(question, next)
            }
        };
        self.choices.insert(key, id);
        id
    }

    /// Lists whose entries are there for the same combinations are joined entry by entry; others share their beginning.
    fn join_lists(&mut self, condition: Id, one: &[Slot], other: &[Slot]) -> Id {
        let alike = one.len() == other.len() && one.iter().zip(other).all(|(a, b)| a.guard == b.guard);
        let common = if alike { one.len() } else { one.iter().zip(other).take_while(|(a, b)| a == b).count() };
        let mut slots: Vec<Slot> = Vec::new();
        for (a, b) in one.iter().zip(other).take(common) {
            slots.push(Slot { guard: a.guard, value: self.choose(condition, a.value, b.value) });
        }
        for slot in &one[common..] {
            slots.push(Slot { guard: self.and(condition, slot.guard), value: slot.value });
        }
        let otherwise = self.not(condition);
        for slot in &other[common..] {
            slots.push(Slot { guard: self.and(otherwise, slot.guard), value: slot.value });
        }
        slots.retain(|slot| slot.guard != FALSE);
        self.leaf(Leaf::List(slots.into()))
    }

    fn join_maps(&mut self, condition: Id, one: &[(Rc<str>, Slot)], other: &[(Rc<str>, Slot)]) -> Id {
        let mut keys: Vec<&Rc<str>> = one.iter().chain(other).map(|(key, _)| key).collect();
        keys.sort_unstable();
        keys.dedup();
        let find = |slots: &[(Rc<str>, Slot)], key: &Rc<str>| slots.iter().find(|(it, _)| it == key).map(|it| it.1);
        let mut entries: Vec<(Rc<str>, Slot)> = Vec::with_capacity(keys.len());
        for key in keys {
            let (a, b) = (find(one, key), find(other, key));
            let guards = [a, b].map(|slot| slot.map_or(FALSE, |slot| slot.guard));
            let guard = self.choose(condition, guards[0], guards[1]);
            // What an entry is where it is not there does not matter.
            let value = match (a, b) {
                (Some(a), Some(b)) => self.choose(condition, a.value, b.value),
                (a, b) => a.or(b).map_or(UNIT, |slot| slot.value),
            };
            entries.push((key.clone(), Slot { guard, value }));
        }
        self.leaf(Leaf::Map(entries.into()))
    }

    /// Both hold.
    pub(super) fn and(&mut self, one: Id, other: Id) -> Id {
        // Written one way, so that it is remembered once.
        let (one, other) = (one.min(other), one.max(other));
        self.choose(one, other, FALSE)
    }

    /// One of them holds.
    pub(super) fn or(&mut self, one: Id, other: Id) -> Id {
        let (one, other) = (one.min(other), one.max(other));
        self.choose(one, TRUE, other)
    }

    /// It does not hold.
    pub(super) fn not(&mut self, one: Id) -> Id {
        self.choose(one, FALSE, TRUE)
    }

    /// Where a diagram has this value.
    pub(super) fn is(&mut self, id: Id, leaf: Id, known: &mut FxHashMap<Id, Id>) -> Id {
        if id == leaf {
            return TRUE;
        }
        if let Some(found) = known.get(&id) {
            return *found;
        }
        let found = match self.node(id).clone() {
            Node::Leaf(_) => FALSE,
            Node::Test(question, next) => {
                let next: Rc<[Id]> = next.iter().map(|id| self.is(*id, leaf, known)).collect();
                self.test(question, next)
            }
        };
        known.insert(id, found);
        found
    }

    /// The different values of a diagram, in the order in which they were made.
    pub(super) fn leaves(&self, id: Id) -> Vec<Id> {
        let mut seen = rustc_hash::FxHashSet::default();
        let mut open = vec![id];
        let mut leaves = Vec::new();
        while let Some(id) = open.pop() {
            if seen.insert(id) {
                match self.node(id) {
                    Node::Leaf(_) => leaves.push(id),
                    Node::Test(_, next) => open.extend(next.iter()),
                }
            }
        }
        leaves.sort_unstable();
        leaves
    }

    /// The number of all combinations.
    pub(super) fn combinations(&self) -> u128 {
        self.answers.iter().fold(1, |product: u128, answers| product.saturating_mul(*answers as u128))
    }

    /// How many combinations have each value.
    pub(super) fn counts(&self, id: Id) -> Vec<(Id, u128)> {
        let mut known: FxHashMap<Id, Rc<[(Id, u128)]>> = FxHashMap::default();
        let below = self.counted(id, &mut known);
        let factor = self.skipped(0, self.top(id));
        below.iter().map(|(leaf, count)| (*leaf, count.saturating_mul(factor))).collect()
    }

    /// The product of the answers of the questions from `from` up to `to`.
    fn skipped(&self, from: u32, to: u32) -> u128 {
        let to = (to as usize).min(self.answers.len());
        self.answers[(from as usize).min(to)..to].iter().fold(1, |product: u128, it| product.saturating_mul(*it as u128))
    }

    fn counted(&self, id: Id, known: &mut FxHashMap<Id, Rc<[(Id, u128)]>>) -> Rc<[(Id, u128)]> {
        if let Some(found) = known.get(&id) {
            return found.clone();
        }
        let found: Rc<[(Id, u128)]> = match self.node(id) {
            Node::Leaf(_) => [(id, 1)].into(),
            Node::Test(question, next) => {
                let mut sums: std::collections::BTreeMap<Id, u128> = std::collections::BTreeMap::new();
                for it in next.iter() {
                    let factor = self.skipped(question + 1, self.top(*it));
                    for (leaf, count) in self.counted(*it, known).iter() {
                        let sum = sums.entry(*leaf).or_default();
                        *sum = sum.saturating_add(count.saturating_mul(factor));
                    }
                }
                sums.into_iter().collect()
            }
        };
        known.insert(id, found.clone());
        found
    }

    /// A combination for which a condition holds, with the fewest answers; among those, the first in the page's order.
    /// The last answer of a question means that there is none.
    pub(super) fn witness(&self, condition: Id) -> Option<Vec<usize>> {
        let mut known: FxHashMap<Id, Option<usize>> = FxHashMap::default();
        self.fewest(condition, &mut known)?;
        let mut picks: Vec<usize> = self.answers.iter().map(|answers| answers - 1).collect();
        let mut at = condition;
        while let Node::Test(question, next) = self.node(at) {
            let none = next.len() - 1;
            let cost = |answer: &usize| known.get(&next[*answer]).copied().flatten().map(|it| it + usize::from(*answer != none));
            let best = (0..next.len()).filter(|answer| cost(answer).is_some()).min_by_key(|answer| cost(answer))?;
            picks[*question as usize] = best;
            at = next[best];
        }
        Some(picks)
    }

    fn fewest(&self, id: Id, known: &mut FxHashMap<Id, Option<usize>>) -> Option<usize> {
        if let Some(found) = known.get(&id) {
            return *found;
        }
        let found = match self.node(id) {
            Node::Leaf(leaf) => (*leaf == Leaf::Bool(true)).then_some(0),
            Node::Test(_, next) => {
                let none = next.len() - 1;
                let costs = next.iter().enumerate().filter_map(|(answer, id)| {
                    self.fewest(*id, known).map(|cost| cost + usize::from(answer != none))
                });
                costs.min()
            }
        };
        known.insert(id, found);
        found
    }

    /// What a diagram is for one combination.
    pub(super) fn at(&self, mut id: Id, picks: &[usize]) -> Id {
        while let Node::Test(question, next) = self.node(id) {
            id = next[picks[*question as usize]];
        }
        id
    }
}
