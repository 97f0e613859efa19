//! Counts and examples, compared with what the Rhai engine says of some combinations.

use serde_json::{Value, json};

use super::super::evaluate::Xorshift;
use super::super::ir::{NOWHERE, Stmt};
use super::super::schema::{Facts, ToolSchema};
use super::super::{Evaluator, Rule, walk};
use super::diagram::{Diagrams, FALSE, Id, Leaf};
use super::machine::{Machine, Stop, address};
use super::native::Op;
use super::space::Space;
use crate::source::Position;

/// How many combinations the engine judges too.
const COMPARED: usize = 200;

/// How far a report reaches.
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
    /// How many of them the engine judged too, all with the same outcome and state.
    pub compared: usize,
    /// Numbers of which only some values were looked at.
    pub numbers: Vec<String>,
    /// Facts that were never answered.
    pub left_out: Vec<String>,
    /// The outcomes, the most frequent first.
    pub outcomes: Vec<Share>,
    /// Outcomes of the page that no combination reaches.
    pub unreached: Vec<String>,
    /// The states, the most frequent first.
    pub states: Vec<Share>,
    /// What fails.
    pub failing: Vec<Failing>,
    /// Places of which it is not proved that they cannot fail.
    pub unproved: Vec<Position>,
    /// Statements that no combination comes to.
    pub idle_statements: Vec<Position>,
    /// Facts, and answers as `fact=answer`, that never change outcome or state.
    pub idle_answers: Vec<String>,
}

/// Looks at all combinations of answers. The same rule and page give the same report on every machine.
pub fn analyze(rule: &Rule, schema: &ToolSchema) -> Analysis {
    let space = Space::new(schema, &[&rule.program]);
    let mut machine = Machine::new(&rule.program, Diagrams::new(space.answers()));
    let mut analysis = Analysis {
        reach: space.reach(),
        combinations: machine.diagrams.combinations(),
        compared: COMPARED,
        numbers: space.numbers.clone(),
        left_out: space.left_out.clone(),
        outcomes: Vec::new(),
        unreached: Vec::new(),
        states: Vec::new(),
        failing: Vec::new(),
        unproved: Vec::new(),
        idle_statements: Vec::new(),
        idle_answers: Vec::new(),
    };
    match compared(&mut machine, rule, schema, &space) {
        Ok(found) => tell(&mut machine, found, rule, schema, &space, &mut analysis),
        Err(stop) => analysis.reach = reach_of(stop),
    }
    analysis
}

/// Why nothing is claimed.
pub(super) fn reach_of(stop: Stop) -> Reach {
    match stop {
        Stop::Unknown(what, pos) => Reach::Unknown(what, pos),
        Stop::Budget => Reach::Unknown("too many cases".to_string(), NOWHERE),
    }
}

/// What a rule says for every combination.
pub(super) struct Found {
    /// The outcome: a text, unit, or a failure.
    pub outcome: Id,
    /// The state, likewise.
    state: Id,
    /// Places of which it is not proved that they cannot fail.
    unproved: Vec<Position>,
}

/// Follows a rule to its end, and compares what comes out with the engine.
pub(super) fn compared(
    machine: &mut Machine<'_>,
    rule: &Rule,
    schema: &ToolSchema,
    space: &Space,
) -> Result<Found, Stop> {
    let facts = space.diagram(&mut machine.diagrams);
    let result = machine.judge(facts)?;
    let [outcome, state] = ["outcome", "state"].map(|key| machine.native.name(key));
    let outcome = machine.apply(Op::Property(outcome), &[result], NOWHERE)?;
    let state = machine.apply(Op::Property(state), &[result], NOWHERE)?;
    let unproved = machine.finish();
    // Where the rule fails there is no outcome.
    let mut failed = FALSE;
    for failure in machine.failures.clone() {
        failed = machine.diagrams.or(failed, failure.guard);
    }
    let fault = machine.native.fault("fails");
    let fault = machine.diagrams.leaf(Leaf::Fault(fault));
    let [outcome, state] = [outcome, state].map(|value| machine.diagrams.choose(failed, fault, value));
    let found = Found { outcome, state, unproved };
    compare(machine, &found, rule, schema, space)?;
    Ok(found)
}

fn tell(
    machine: &mut Machine<'_>,
    found: Found,
    rule: &Rule,
    schema: &ToolSchema,
    space: &Space,
    analysis: &mut Analysis,
) {
    let Found { outcome, state, unproved } = found;
    analysis.outcomes = shares(machine, outcome, space);
    analysis.states = shares(machine, state, space);
    let reached = |id: &String| analysis.outcomes.iter().any(|share| share.id.as_ref() == Some(id));
    analysis.unreached = schema.outcomes.iter().filter(|id| !reached(id)).cloned().collect();
    for failure in machine.failures.clone() {
        let count = machine.diagrams.count(failure.guard);
        let witness = example(machine, failure.guard, space);
        analysis.failing.push(Failing { text: failure.text, pos: failure.pos, count, witness });
    }
    analysis.idle_answers = idle_answers(machine, &[outcome, state], space);
    // What could not be followed may lead anywhere.
    if unproved.is_empty() {
        analysis.idle_statements = idle_statements(machine, rule);
    }
    analysis.unproved = unproved;
}

/// The engine is right: where it says something else, nothing is claimed.
fn compare(machine: &Machine<'_>, found: &Found, rule: &Rule, schema: &ToolSchema, space: &Space) -> Result<(), Stop> {
    let engine = Evaluator::new(rule);
    let mut draw = Xorshift::new();
    for _ in 0..COMPARED {
        let picks: Vec<usize> = space.answers().into_iter().map(|answers| draw.below(answers)).collect();
        let fails = machine.failures.iter().any(|failure| machine.diagrams.at(failure.guard, &picks) != FALSE);
        let ours = (!fails)
            .then(|| [found.outcome, found.state].map(|id| machine.diagrams.text_of(machine.diagrams.at(id, &picks))));
        let theirs = engine
            .raw(&read(schema, space, &picks))
            .ok()
            .map(|found| ["outcome", "state"].map(|key| found.get(key).and_then(Value::as_str).map(str::to_string)));
        if ours != theirs {
            let picks = json!(space.facts(&picks).into_iter().collect::<serde_json::Map<_, _>>());
            let what = format!("of {picks} the engine says {theirs:?}, not {ours:?}");
            return Err(Stop::Unknown(what, NOWHERE));
        }
    }
    Ok(())
}

/// The answers in the page's order, as a rule gets them.
fn read(schema: &ToolSchema, space: &Space, picks: &[usize]) -> Facts {
    let mut facts = space.facts(picks);
    facts.sort_by_key(|(id, _)| schema.facts.iter().position(|fact| fact.id == *id));
    facts
}

/// The fewest answers for which a condition holds.
fn example(machine: &Machine<'_>, condition: Id, space: &Space) -> Facts {
    machine.diagrams.witness(condition).map(|picks| space.facts(&picks)).unwrap_or_default()
}

fn shares(machine: &mut Machine<'_>, value: Id, space: &Space) -> Vec<Share> {
    let mut shares: Vec<Share> = Vec::new();
    for (leaf, count) in machine.diagrams.counts(value) {
        if machine.diagrams.may_fail(leaf) {
            continue;
        }
        let condition = machine.diagrams.is(value, leaf);
        let (id, witness) = (machine.diagrams.text_of(leaf), example(machine, condition, space));
        shares.push(Share { id, count, witness });
    }
    shares.sort_by(|one, other| other.count.cmp(&one.count).then_with(|| one.id.cmp(&other.id)));
    shares
}

fn idle_answers(machine: &Machine<'_>, values: &[Id], space: &Space) -> Vec<String> {
    let telling: Vec<_> = values.iter().map(|value| machine.diagrams.telling(*value)).collect();
    let mut idle = Vec::new();
    for (number, question) in (0..).zip(&space.questions) {
        let tells = |answer: usize| telling.iter().any(|it| it.get(&number).is_some_and(|answers| answers[answer]));
        let fact = space.fact(question);
        let name = question.option.as_ref().map_or(fact.to_string(), |option| format!("{fact}={option}"));
        if !(0..question.answers.len()).any(tells) {
            idle.push(name);
        } else {
            // Between the values of a number there is nothing to say of a single one.
            let single = |value: &&Value| value.is_string();
            let answers = question.answers.iter().enumerate().filter(|(answer, _)| !tells(*answer));
            idle.extend(
                answers
                    .map(|(_, value)| value)
                    .filter(single)
                    .map(|value| format!("{name}={}", value.as_str().unwrap_or_default())),
            );
        }
    }
    idle
}

/// The first of the statements that stand together and are never reached.
fn idle_statements(machine: &Machine<'_>, rule: &Rule) -> Vec<Position> {
    let mut idle = Vec::new();
    let program = &rule.program;
    for body in program.bodies() {
        let mut before = false;
        walk::statements(body, &mut |statement| {
            let reached =
                machine.reached.contains(&address(statement)) || matches!(statement, Stmt::Noop | Stmt::Share);
            if !reached && !before {
                idle.extend(start_of(statement));
            }
            before = !reached;
        });
    }
    idle.sort_unstable_by_key(|pos| (pos.line, pos.column));
    idle.dedup();
    idle
}

fn start_of(statement: &Stmt) -> Option<Position> {
    let mut first = None;
    walk::exprs(std::slice::from_ref(statement), &mut |expr| {
        first = first.or((expr.start.line > 0).then_some(expr.start));
    });
    first
}
