//! Decision diagrams over the answers to a tool's questions: one value for every combination of answers, with equal
//! parts written once. The questions stand in the page's order on every path from the root to a leaf.
//!
//! A list or a map is one leaf whose entries are diagrams themselves, each with a guard that says for which combinations
//! the entry is there. Two lists or maps are joined entry by entry, so they need not be told apart by combination.

use std::hash::BuildHasher;
use std::rc::Rc;

use hashbrown::HashTable;
use rustc_hash::{FxBuildHasher, FxHashMap};
use smallvec::SmallVec;

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

/// Where the answers of a question lead.
type Next = SmallVec<[Id; 8]>;

/// One place of a diagram: a question and where its answers lead, or a leaf.
#[derive(Debug, Clone, Copy)]
struct Node {
    /// [`LEAF`] for a leaf.
    question: u32,
    /// Of a question the first of its answers in `next`, of a leaf its index.
    at: u32,
    /// Whether something late can be reached.
    late: bool,
    /// Whether a failure can be reached.
    fails: bool,
}

/// Stands behind all questions.
const LEAF: u32 = u32::MAX;

/// All diagrams of an analysis.
#[derive(Debug)]
pub(super) struct Diagrams {
    nodes: Vec<Node>,
    next: Vec<Id>,
    leaves: Vec<Leaf>,
    known_leaves: FxHashMap<Leaf, Id>,
    known: HashTable<Id>,
    /// How many answers each question has, no answer included.
    answers: Vec<usize>,
    /// How many questions the page asks; those behind them were added on the way.
    asked: usize,
    choices: FxHashMap<(Id, Id, Id), Id>,
    selections: FxHashMap<(u32, Next), Id>,
    /// How many steps were not remembered from before.
    steps: usize,
}

impl Diagrams {
    /// Diagrams over questions with so many answers each, no answer included.
    pub(super) fn new(answers: Vec<usize>) -> Self {
        let mut diagrams = Diagrams {
            nodes: Vec::new(),
            next: Vec::new(),
            leaves: Vec::new(),
            known_leaves: FxHashMap::default(),
            known: HashTable::new(),
            asked: answers.len(),
            answers,
            choices: FxHashMap::default(),
            selections: FxHashMap::default(),
            steps: 0,
        };
        for leaf in [Leaf::Bool(false), Leaf::Bool(true), Leaf::Unit] {
            diagrams.leaf(leaf);
        }
        diagrams
    }

    /// How many steps were taken: what a run costs, the same on every machine.
    pub(super) fn steps(&self) -> usize {
        self.steps
    }

    /// Counts a step.
    pub(super) fn step(&mut self) {
        self.steps += 1;
    }

    /// How many answers each question has.
    pub(super) fn answers(&self) -> &[usize] {
        &self.answers
    }

    fn node(&self, id: Id) -> Node {
        self.nodes[id as usize]
    }

    fn next(&self, node: Node) -> &[Id] {
        &self.next[node.at as usize..][..self.answers[node.question as usize]]
    }

    /// The value, when it is the same for every combination.
    pub(super) fn constant(&self, id: Id) -> Option<&Leaf> {
        let node = self.node(id);
        (node.question == LEAF).then(|| &self.leaves[node.at as usize])
    }

    /// Whether some combination has a value that is not computed yet.
    pub(super) fn is_late(&self, id: Id) -> bool {
        self.node(id).late
    }

    /// Whether some combination fails.
    pub(super) fn may_fail(&self, id: Id) -> bool {
        self.node(id).fails
    }

    /// One more question, behind all others.
    pub(super) fn ask(&mut self, answers: usize) -> u32 {
        self.answers.push(answers);
        u32::try_from(self.answers.len() - 1).expect("few questions")
    }

    fn add(&mut self, node: Node) -> Id {
        let id = Id::try_from(self.nodes.len()).expect("the budget ends far below");
        self.nodes.push(node);
        id
    }

    /// The same value for every combination.
    pub(super) fn leaf(&mut self, leaf: Leaf) -> Id {
        if let Some(id) = self.known_leaves.get(&leaf) {
            return *id;
        }
        let at = u32::try_from(self.leaves.len()).expect("the budget ends far below");
        let (late, fails) = (matches!(leaf, Leaf::Late(_)), matches!(leaf, Leaf::Fault(_)));
        self.leaves.push(leaf.clone());
        let id = self.add(Node { question: LEAF, at, late, fails });
        self.known_leaves.insert(leaf, id);
        id
    }

    /// A question and where its answers lead, which ask only later questions.
    fn test(&mut self, question: u32, next: &[Id]) -> Id {
        if next.iter().all(|id| *id == next[0]) {
            return next[0];
        }
        let hash = |question: u32, next: &[Id]| FxBuildHasher.hash_one((question, next));
        let same = |id: &Id| {
            let node = self.nodes[*id as usize];
            node.question == question && &self.next[node.at as usize..][..next.len()] == next
        };
        if let Some(id) = self.known.find(hash(question, next), same) {
            return *id;
        }
        let at = u32::try_from(self.next.len()).expect("the budget ends far below");
        let (late, fails) = next.iter().fold((false, false), |(late, fails), id| {
            let node = self.node(*id);
            (late || node.late, fails || node.fails)
        });
        self.next.extend_from_slice(next);
        let id = self.add(Node { question, at, late, fails });
        let (nodes, all, answers) = (&self.nodes, &self.next, &self.answers);
        self.known.insert_unique(hash(question, next), id, |id| {
            let node = nodes[*id as usize];
            hash(node.question, &all[node.at as usize..][..answers[node.question as usize]])
        });
        id
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
        self.node(id).question
    }

    /// What is left of a diagram once a question, which it does not ask later, has an answer.
    pub(super) fn given(&self, id: Id, question: u32, answer: usize) -> Id {
        let node = self.node(id);
        if node.question == question { self.next[node.at as usize + answer] } else { id }
    }

    /// The diagram that asks a question and goes on by its answer. What it goes on with may ask anything.
    pub(super) fn select(&mut self, question: u32, next: &[Id]) -> Id {
        let first = next.iter().map(|id| self.top(*id)).min().expect("a question has answers");
        if first > question {
            return self.test(question, next);
        }
        let key = (question, Next::from_slice(next));
        if let Some(id) = self.selections.get(&key) {
            return *id;
        }
        let below: Next = (0..self.answers[first as usize])
            .map(|answer| {
                if first == question {
                    self.given(next[answer], first, answer)
                } else {
                    let rest: Next = next.iter().map(|id| self.given(*id, first, answer)).collect();
                    self.select(question, &rest)
                }
            })
            .collect();
        let id = self.test(first, &below);
        self.selections.insert(key, id);
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
        self.steps += 1;
        debug_assert!(self.top(condition) != LEAF, "a condition is {:?}", self.constant(condition));
        let id = match (self.constant(yes), self.constant(no)) {
            (Some(Leaf::List(one)), Some(Leaf::List(other))) => {
                let (one, other) = (one.clone(), other.clone());
                self.join_lists(condition, &one, &other)
            }
            (Some(Leaf::Map(one)), Some(Leaf::Map(other))) => {
                let (one, other) = (one.clone(), other.clone());
                self.join_maps(condition, &one, &other)
            }
            _ => {
                let question = self.top(condition).min(self.top(yes)).min(self.top(no));
                let next: Next = (0..self.answers[question as usize])
                    .map(|answer| {
                        let [condition, yes, no] = [condition, yes, no].map(|id| self.given(id, question, answer));
                        self.choose(condition, yes, no)
                    })
                    .collect();
                self.test(question, &next)
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
    pub(super) fn is(&mut self, id: Id, leaf: Id) -> Id {
        self.is_remembered(id, leaf, &mut FxHashMap::default())
    }

    fn is_remembered(&mut self, id: Id, leaf: Id, known: &mut FxHashMap<Id, Id>) -> Id {
        if id == leaf {
            return TRUE;
        }
        if let Some(found) = known.get(&id) {
            return *found;
        }
        self.steps += 1;
        let node = self.node(id);
        let found = if node.question == LEAF {
            FALSE
        } else {
            let next = Next::from_slice(self.next(node));
            let next: Next = next.iter().map(|id| self.is_remembered(*id, leaf, known)).collect();
            self.test(node.question, &next)
        };
        known.insert(id, found);
        found
    }

    /// The text, where a diagram is one for every combination.
    pub(super) fn text_of(&self, id: Id) -> Option<String> {
        match self.constant(id) {
            Some(Leaf::Text(text)) => Some(text.to_string()),
            _ => None,
        }
    }

    /// The different values of a diagram, in the order in which they were made.
    pub(super) fn leaves(&self, id: Id) -> Vec<Id> {
        let mut seen = rustc_hash::FxHashSet::default();
        let mut open = vec![id];
        let mut leaves = Vec::new();
        while let Some(id) = open.pop() {
            if seen.insert(id) {
                let node = self.node(id);
                if node.question == LEAF { leaves.push(id) } else { open.extend(self.next(node)) }
            }
        }
        leaves.sort_unstable();
        leaves
    }

    /// Whether a diagram has more nodes than this.
    pub(super) fn is_larger(&self, id: Id, nodes: usize) -> bool {
        let mut seen = rustc_hash::FxHashSet::default();
        let mut open = vec![id];
        while let Some(id) = open.pop() {
            if seen.insert(id) {
                if seen.len() > nodes {
                    return true;
                }
                let node = self.node(id);
                if node.question != LEAF {
                    open.extend(self.next(node));
                }
            }
        }
        false
    }

    /// The number of all combinations.
    pub(super) fn combinations(&self) -> u128 {
        self.skipped(0, LEAF)
    }

    /// For how many combinations a condition holds.
    pub(super) fn count(&self, condition: Id) -> u128 {
        self.counts(condition).iter().find(|(leaf, _)| *leaf == TRUE).map_or(0, |(_, count)| *count)
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
        let to = (to as usize).min(self.asked);
        self.answers[(from as usize).min(to)..to]
            .iter()
            .fold(1, |product: u128, it| product.saturating_mul(*it as u128))
    }

    fn counted(&self, id: Id, known: &mut FxHashMap<Id, Rc<[(Id, u128)]>>) -> Rc<[(Id, u128)]> {
        if let Some(found) = known.get(&id) {
            return found.clone();
        }
        let node = self.node(id);
        let found: Rc<[(Id, u128)]> = if node.question == LEAF {
            [(id, 1)].into()
        } else {
            let mut sums: std::collections::BTreeMap<Id, u128> = std::collections::BTreeMap::new();
            for it in self.next(node) {
                let factor = self.skipped(node.question + 1, self.top(*it));
                for (leaf, count) in self.counted(*it, known).iter() {
                    let sum = sums.entry(*leaf).or_default();
                    *sum = sum.saturating_add(count.saturating_mul(factor));
                }
            }
            sums.into_iter().collect()
        };
        known.insert(id, found.clone());
        found
    }

    /// A combination for which a condition holds, with the fewest answers; among those, the first in the page's order.
    /// The last answer of a question means that there is none.
    pub(super) fn witness(&self, condition: Id) -> Option<Vec<usize>> {
        let mut known: FxHashMap<Id, Option<usize>> = FxHashMap::default();
        self.fewest(condition, &mut known)?;
        let mut picks: Vec<usize> = self.answers[..self.asked].iter().map(|answers| answers - 1).collect();
        let mut at = condition;
        while self.constant(at).is_none() {
            let node = self.node(at);
            let next = self.next(node);
            let none = next.len() - 1;
            let cost = |answer: &usize| {
                let below = known.get(&next[*answer]).copied().flatten();
                below.map(|cost| cost + usize::from(*answer != none))
            };
            let best = (0..next.len()).filter(|answer| cost(answer).is_some()).min_by_key(|answer| cost(answer))?;
            picks[node.question as usize] = best;
            at = next[best];
        }
        Some(picks)
    }

    fn fewest(&self, id: Id, known: &mut FxHashMap<Id, Option<usize>>) -> Option<usize> {
        if let Some(found) = known.get(&id) {
            return *found;
        }
        let node = self.node(id);
        let found = if node.question == LEAF {
            (id == TRUE).then_some(0)
        } else {
            let next = self.next(node);
            let none = next.len() - 1;
            let costs = next
                .iter()
                .enumerate()
                .filter_map(|(answer, id)| self.fewest(*id, known).map(|cost| cost + usize::from(answer != none)));
            costs.min()
        };
        known.insert(id, found);
        found
    }

    /// Which answers of each question lead elsewhere than no answer does; nothing for questions that are not asked.
    pub(super) fn telling(&self, id: Id) -> FxHashMap<u32, Vec<bool>> {
        let mut telling: FxHashMap<u32, Vec<bool>> = FxHashMap::default();
        let mut seen = rustc_hash::FxHashSet::default();
        let mut open = vec![id];
        while let Some(id) = open.pop() {
            let node = self.node(id);
            if node.question != LEAF && seen.insert(id) {
                let next = self.next(node);
                let none = next[next.len() - 1];
                let answers = telling.entry(node.question).or_insert_with(|| vec![false; next.len() - 1]);
                for (tells, id) in answers.iter_mut().zip(next) {
                    *tells |= *id != none;
                }
                open.extend(next);
            }
        }
        telling
    }

    /// What a diagram is for one combination.
    pub(super) fn at(&self, mut id: Id, picks: &[usize]) -> Id {
        while self.constant(id).is_none() {
            let node = self.node(id);
            id = self.next(node)[picks[node.question as usize]];
        }
        id
    }
}
