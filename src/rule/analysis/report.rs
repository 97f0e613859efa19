//! Counts and examples.

use rustc_hash::FxHashMap;
use serde_json::Value;

use super::super::Rule;
use super::super::schema::{Facts, ToolSchema};
use super::diagram::{FALSE, Id, Leaf};
use super::machine::{Machine, Stop};
use super::native::Op;
use super::space::Space;
use crate::source::Position;

/// The most steps for one rule.
const BUDGET: usize = 40_000_000;

/// How far the answers of a report reach.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reach {
    /// All combinations of all answers.
    Exact,
    /// All combinations of the answers looked at: of some numbers only some values, and some facts never answered.
    Tested,
    /// The rule could not be followed: why, and where.
    Unknown(String, Position),
}

/// An outcome, or a state.
#[derive(Debug, Clone, PartialEq)]
pub struct Share {
    /// Its id; nothing where the rule gives none.
    pub id: Option<String>,
    /// How many combinations.
    pub count: u128,
    /// The answers of one of them, as few as possible.
    pub witness: Facts,
}

/// A failure of the rule.
#[derive(Debug, Clone, PartialEq)]
pub struct Failing {
    /// Rhai's words.
    pub text: String,
    /// Where.
    pub pos: Position,
    /// How many combinations.
    pub count: u128,
    /// The answers of one of them.
    pub witness: Facts,
}

/// What is known of a rule.
#[derive(Debug, Clone, PartialEq)]
pub struct Analysis {
    /// How far it reaches.
    pub reach: Reach,
    /// How many combinations were looked at.
    pub combinations: u128,
    /// Numbers of which only some values were looked at.
    pub numbers: Vec<String>,
    /// Facts that were never answered.
    pub left_out: Vec<String>,
    /// The outcomes, the most frequent first.
    pub outcomes: Vec<Share>,
    /// The states, the most frequent first.
    pub states: Vec<Share>,
    /// What fails; nothing and `proved` means that nothing can.
    pub failing: Vec<Failing>,
    /// Whether everything that the rule computes was followed to its end.
    pub proved: bool,
    /// How many nodes the diagrams have.
    pub nodes: usize,
}

/// Looks at all combinations of answers.
pub fn analyze(rule: &Rule, schema: &ToolSchema) -> Analysis {
    let space = Space::new(schema, &rule.program);
    let mut machine = Machine::new(&rule.program, space.answers(), BUDGET);
    let mut analysis = Analysis {
        reach: Reach::Exact,
        combinations: machine.diagrams.combinations(),
        numbers: space.numbers.clone(),
        left_out: space.left_out.clone(),
        outcomes: Vec::new(),
        states: Vec::new(),
        failing: Vec::new(),
        proved: false,
        nodes: 0,
    };
    if !space.numbers.is_empty() || !space.left_out.is_empty() {
        analysis.reach = Reach::Tested;
    }
    let facts = space.diagram(&mut machine.diagrams);
    if let Err(stop) = follow(&mut machine, facts, &space, &mut analysis) {
        analysis.reach = match stop {
            Stop::Unknown(what, pos) => Reach::Unknown(what, pos),
            Stop::Budget => Reach::Unknown("too many cases".to_string(), Position { line: 0, column: 0 }),
        };
    }
    analysis.nodes = machine.diagrams.len();
    analysis
}

fn follow(machine: &mut Machine<'_>, facts: Id, space: &Space, analysis: &mut Analysis) -> Result<(), Stop> {
    let result = machine.judge(facts)?;
    trace(machine, "judged");
    let nowhere = Position { line: 0, column: 0 };
    let [outcome, state] = ["outcome", "state"].map(|key| machine.native.name(key));
    let outcome = machine.apply(Op::Property(outcome), &[result], nowhere)?;
    trace(machine, "outcome");
    let state = machine.apply(Op::Property(state), &[result], nowhere)?;
    trace(machine, "state");
    let open = machine.finish();
    if std::env::var_os("SB_TRACE").is_some() {
        eprintln!("open {open:?}");
    }
    trace(machine, "finished");
    analysis.outcomes = shares(machine, outcome, space);
    analysis.states = shares(machine, state, space);
    for failure in machine.failures.clone() {
        let count = count(machine, failure.guard);
        let witness = machine.diagrams.witness(failure.guard).map(|picks| space.facts(&picks)).unwrap_or_default();
        analysis.failing.push(Failing { text: failure.text, pos: failure.pos, count, witness });
    }
    analysis.proved = open.is_empty();
    Ok(())
}

fn count(machine: &Machine<'_>, condition: Id) -> u128 {
    let counts = machine.diagrams.counts(condition);
    counts.iter().filter(|(leaf, _)| *leaf != FALSE).map(|(_, count)| count).sum()
}

fn shares(machine: &mut Machine<'_>, value: Id, space: &Space) -> Vec<Share> {
    let mut shares: Vec<Share> = Vec::new();
    for (leaf, count) in machine.diagrams.counts(value) {
        let condition = machine.diagrams.is(value, leaf, &mut FxHashMap::default());
        let witness = machine.diagrams.witness(condition).map(|picks| space.facts(&picks)).unwrap_or_default();
        let id = match machine.diagrams.constant(leaf) {
            Some(Leaf::Text(text)) => Some(text.to_string()),
            _ => None,
        };
        shares.push(Share { id, count, witness });
    }
    shares.sort_by(|one, other| other.count.cmp(&one.count).then_with(|| one.id.cmp(&other.id)));
    shares
}

/// The value of a share for people.
pub(super) fn _unused(_: &Value) {}

pub(super) fn trace(machine: &Machine<'_>, what: &str) {
    if std::env::var_os("SB_TRACE").is_some() {
        let t = rustix::time::clock_gettime(rustix::time::ClockId::ThreadCPUTime);
        eprintln!("TR {what} steps {} nodes {} cpu {}.{:03}", machine.diagrams.steps(), machine.diagrams.len(), t.tv_sec, t.tv_nsec / 1000000);
    }
}
