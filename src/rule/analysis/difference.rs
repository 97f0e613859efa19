//! What a change of a rule does to all combinations of answers.

use super::super::Rule;
use super::super::schema::{Facts, ToolSchema};
use super::diagram::{Diagrams, FALSE, Id, TRUE};
use super::machine::Machine;
use super::report::{Reach, compared, reach_of};
use super::space::Space;

/// The most examples of one change.
const EXAMPLES: usize = 3;

/// Stands for the outcome where a rule fails.
pub const FAILS: &str = "!";

/// Combinations that had one outcome and have another now.
#[derive(Debug, Clone, PartialEq)]
pub struct Change {
    /// The outcome before; nothing where there was none, [`FAILS`] where the rule failed.
    pub from: Option<String>,
    /// The outcome now.
    pub to: Option<String>,
    /// How many combinations.
    pub count: u128,
    /// A few of them, unlike each other, with as few answers as possible.
    pub examples: Vec<Facts>,
}

/// The difference of two versions of a rule.
#[derive(Debug, Clone, PartialEq)]
pub struct Difference {
    /// How far it reaches.
    pub reach: Reach,
    /// How many combinations were looked at.
    pub combinations: u128,
    /// The changes of the outcome, the most frequent first.
    pub changes: Vec<Change>,
}

impl Difference {
    /// Whether it is certain that no outcome changed.
    pub fn is_nothing(&self) -> bool {
        self.changes.is_empty() && !matches!(self.reach, Reach::Unknown(..))
    }
}

/// Compares two versions of a rule for the same page.
pub fn difference(before: &Rule, now: &Rule, schema: &ToolSchema) -> Difference {
    let space = Space::new(schema, &[&before.program, &now.program]);
    let mut diagrams = Diagrams::new(space.answers());
    let mut difference =
        Difference { reach: space.reach(), combinations: diagrams.combinations(), changes: Vec::new() };
    let mut outcomes: Vec<Id> = Vec::new();
    for rule in [before, now] {
        let mut machine = Machine::new(&rule.program, diagrams);
        let found = compared(&mut machine, rule, schema, &space);
        diagrams = machine.diagrams;
        match found {
            Ok(found) => outcomes.push(found.outcome),
            Err(stop) => {
                difference.reach = reach_of(stop);
                return difference;
            }
        }
    }
    difference.changes = changes(&mut diagrams, outcomes[0], outcomes[1], &space);
    difference
}

fn changes(diagrams: &mut Diagrams, before: Id, now: Id, space: &Space) -> Vec<Change> {
    let mut changes = Vec::new();
    for from in diagrams.leaves(before) {
        let had = diagrams.is(before, from);
        for to in diagrams.leaves(now) {
            let has = diagrams.is(now, to);
            let condition = diagrams.and(had, has);
            let (old, new) = (name(diagrams, from), name(diagrams, to));
            if old == new || condition == FALSE {
                continue;
            }
            let count = diagrams.count(condition);
            let examples = examples(diagrams, condition, space);
            changes.push(Change { from: old, to: new, count, examples });
        }
    }
    changes.sort_by(|one, other| {
        other.count.cmp(&one.count).then_with(|| (&one.from, &one.to).cmp(&(&other.from, &other.to)))
    });
    changes
}

fn name(diagrams: &Diagrams, leaf: Id) -> Option<String> {
    if diagrams.may_fail(leaf) { Some(FAILS.to_string()) } else { diagrams.text_of(leaf) }
}

/// Examples none of which holds all answers of another.
fn examples(diagrams: &mut Diagrams, condition: Id, space: &Space) -> Vec<Facts> {
    let mut rest = condition;
    let mut examples = Vec::new();
    while examples.len() < EXAMPLES
        && let Some(picks) = diagrams.witness(rest)
    {
        let mut alike = TRUE;
        for (question, (pick, answers)) in (0..).zip(picks.iter().zip(space.answers())) {
            if *pick + 1 < answers {
                let given: Vec<Id> = (0..answers).map(|answer| diagrams.bool(answer == *pick)).collect();
                let given = diagrams.select(question, &given);
                alike = diagrams.and(alike, given);
            }
        }
        examples.push(space.facts(&picks));
        let others = diagrams.not(alike);
        rest = diagrams.and(rest, others);
    }
    examples
}
