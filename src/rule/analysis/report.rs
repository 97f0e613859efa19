//! Counts and examples, compared with what the Rhai engine says of some combinations.

use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::super::evaluate::Xorshift;
use super::super::ir::{Expr, ExprKind, NOWHERE, StepKind, Stmt};
use super::super::schema::{Facts, ToolSchema};
use super::super::{Evaluator, Rule, walk};
use super::diagram::{Diagrams, FALSE, Id, Leaf, Slot};
use super::machine::{Machine, Stop, address};
use super::native::Op;
use super::space::Space;
use super::told;
use crate::source::Position;

/// How many combinations the engine judges too.
const COMPARED: usize = 200;

/// How far a report reaches.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Reach {
    /// All combinations of all answers.
    Exact,
    /// All combinations of the answers looked at: of some numbers only some values, and some facts never answered.
    Tested,
    /// The rule could not be followed: why, and where.
    Unknown(String, Position),
}

/// An outcome, or a state.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Share {
    /// Its id; nothing where the rule gives none.
    pub id: Option<String>,
    /// How many combinations.
    pub count: u128,
    /// The answers of one of them, as few as possible.
    pub witness: Facts,
}

/// A failure of the rule.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
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

/// What an id stands for that the page does not list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Listed {
    /// An outcome.
    Outcome,
    /// A warning.
    Warning,
    /// A fact to ask for next.
    Fact,
}

/// An id that the rule gives and the page does not list.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Stranger {
    /// The id.
    pub id: String,
    /// What it should be.
    pub of: Listed,
    /// Where it is written in the rule, or where it is given when it is put together.
    pub pos: Position,
    /// The answers of one combination for which it is given.
    pub witness: Facts,
}

/// What is known of a rule.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
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
    /// Statements and ways of a `switch` that no combination comes to; `throw`, `()` and the last way are left out, for
    /// they may stand there to be safe.
    pub idle_statements: Vec<Position>,
    /// Conditions of `if` that never hold, where something stands behind them.
    pub never_true: Vec<Position>,
    /// Facts, and answers as `fact=answer`, that never change outcome or state.
    pub idle_answers: Vec<String>,
    /// Ids that the page does not list, though the rule gives them.
    pub strangers: Vec<Stranger>,
    /// Warnings of the page that no combination gives. This and what follows is only filled when the rule is proved.
    pub unreached_warnings: Vec<String>,
    /// Texts of tables that are told nowhere, though others beside them are: each with its place.
    pub idle_texts: Vec<(String, Position)>,
    /// Facts, and options of facts, that change nothing of the whole result.
    pub for_nothing: Vec<(String, Option<String>)>,
}

impl Analysis {
    /// Whether it is certain for all answers what comes out, and that nothing fails.
    pub fn is_proved(&self) -> bool {
        self.reach == Reach::Exact && self.unproved.is_empty() && self.failing.is_empty()
    }
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
        never_true: Vec::new(),
        idle_answers: Vec::new(),
        strangers: Vec::new(),
        unreached_warnings: Vec::new(),
        idle_texts: Vec::new(),
        for_nothing: Vec::new(),
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
    /// Everything that the rule gives.
    result: Id,
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
    let result = joined(machine, result)?;
    if machine.entries_of(result).is_empty() && machine.failures.is_empty() {
        return Machine::unknown("a result that is no map", NOWHERE);
    }
    // Where the rule fails there is no outcome.
    let mut failed = FALSE;
    for failure in machine.failures.clone() {
        failed = machine.diagrams.or(failed, failure.guard);
    }
    let fault = machine.native.fault("fails");
    let fault = machine.diagrams.leaf(Leaf::Fault(fault));
    let [outcome, state] = [outcome, state].map(|value| machine.diagrams.choose(failed, fault, value));
    let found = Found { result, outcome, state, unproved };
    compare(machine, &found, rule, schema, space)?;
    Ok(found)
}

/// One value in place of several: maps are joined entry by entry.
fn joined(machine: &mut Machine<'_>, value: Id) -> Result<Id, Stop> {
    let value = machine.forced(value)?;
    let mut parts = machine.diagrams.leaves(value).into_iter();
    let mut made = parts.next().expect("a diagram has a leaf");
    for part in parts {
        let condition = machine.diagrams.is(value, part);
        made = machine.diagrams.choose(condition, part, made);
        machine.check_budget()?;
    }
    Ok(made)
}

fn tell(
    machine: &mut Machine<'_>,
    found: Found,
    rule: &Rule,
    schema: &ToolSchema,
    space: &Space,
    analysis: &mut Analysis,
) {
    let Found { result, outcome, state, unproved } = found;
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
        (analysis.idle_statements, analysis.never_true) = idle_statements(machine, rule);
    }
    analysis.unproved = unproved;
    analysis.strangers = strangers(machine, result, rule, schema, space);
    if analysis.is_proved() && !machine.entries_of(result).is_empty() {
        analysis.unreached_warnings = unreached_warnings(machine, result, schema);
        analysis.idle_texts = told::idle_texts(rule, &machine.texts([result]));
        analysis.for_nothing = machine.for_nothing(result, space);
    }
}

fn entry(machine: &Machine<'_>, result: Id, key: &str) -> Option<Slot> {
    machine.entries_of(result).into_iter().find(|(it, _)| it.as_ref() == key).map(|(_, slot)| slot)
}

fn unreached_warnings(machine: &Machine<'_>, result: Id, schema: &ToolSchema) -> Vec<String> {
    let given = machine.texts(entry(machine, result, "warnings").map(|slot| slot.value));
    let ids = schema.warnings.iter().map(|(id, _)| id);
    ids.filter(|id| !given.iter().any(|it| it.as_ref() == id.as_str())).cloned().collect()
}

/// Ids that the page does not list. What the engine does not give for the example is not claimed.
fn strangers(machine: &mut Machine<'_>, result: Id, rule: &Rule, schema: &ToolSchema, space: &Space) -> Vec<Stranger> {
    let engine = Evaluator::new(rule);
    let mut strangers: Vec<Stranger> = Vec::new();
    for (key, of) in
        [("outcome", Listed::Outcome), ("also", Listed::Outcome), ("warnings", Listed::Warning), ("next", Listed::Fact)]
    {
        let known = |id: &str| match of {
            Listed::Outcome => schema.outcomes.iter().any(|it| it == id),
            Listed::Warning => schema.warnings.iter().any(|(it, _)| it == id),
            Listed::Fact => schema.fact(id).is_some(),
        };
        let Some(mut slot) = entry(machine, result, key) else { continue };
        let Ok(value) = machine.forced(slot.value) else { continue };
        slot.value = value;
        let slots = match machine.diagrams.constant(slot.value) {
            Some(Leaf::List(slots)) => slots.to_vec(),
            _ => vec![slot],
        };
        for slot in slots.into_iter().filter(|slot| slot.guard != FALSE) {
            let Ok(value) = machine.forced(slot.value) else { continue };
            for leaf in machine.diagrams.leaves(value) {
                let Some(id) = machine.diagrams.text_of(leaf).filter(|id| !known(id)) else { continue };
                if strangers.iter().any(|it| it.id == id && it.of == of) {
                    continue;
                }
                let has = machine.diagrams.is(value, leaf);
                let given = machine.diagrams.and(slot.guard, has);
                let Some(picks) = machine.diagrams.witness(given) else { continue };
                let witness = read(schema, space, &picks);
                let value = engine.raw(&witness).map(|result| result[key].clone()).unwrap_or_default();
                if value == json!(id) || value.as_array().is_some_and(|list| list.contains(&json!(id))) {
                    let pos = place_of(rule, &id, key);
                    strangers.push(Stranger { id, of, pos, witness });
                }
            }
        }
    }
    strangers
}

/// Where a text is written; where it is put together, the place where it is given under its key.
fn place_of(rule: &Rule, id: &str, key: &str) -> Position {
    let (mut written, mut given, mut entry) = (None, None, NOWHERE);
    let mut note = |value: &Expr| {
        if !matches!(value.kind, ExprKind::Text(_) | ExprKind::Unit | ExprKind::Array(_)) {
            given = given.or(Some(value.start));
        }
    };
    for body in told::written(rule) {
        walk::exprs(body, &mut |expr| match &expr.kind {
            ExprKind::Text(text) if text == id => written = written.or(Some(expr.start)),
            ExprKind::Map(entries) => entries.iter().filter(|(name, _)| name == key).for_each(|(_, value)| note(value)),
            _ => {}
        });
        walk::statements(body, &mut |statement| {
            if let Stmt::Assign { target, value, .. } = statement
                && let ExprKind::Chain(chain) = &target.kind
                && matches!(chain.steps.last().map(|step| &step.kind), Some(StepKind::Property(name, _)) if name == key)
            {
                note(value);
            }
        });
    }
    if let Some(function) = rule.program.functions.iter().find(|it| it.name == super::super::compile::ENTRY) {
        entry = function.body.iter().find_map(start_of).unwrap_or(NOWHERE);
    }
    written.or(given).unwrap_or(entry)
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

/// The first of the statements that stand together and are never reached; and conditions of `if` that never hold, in
/// the place of what stands behind them.
fn idle_statements(machine: &Machine<'_>, rule: &Rule) -> (Vec<Position>, Vec<Position>) {
    let (mut idle, mut never) = (Vec::new(), Vec::new());
    let program = &rule.program;
    // The condition in front of the first statement of each body.
    let mut conditions: FxHashMap<usize, Position> = FxHashMap::default();
    for body in program.bodies() {
        let mut before = false;
        walk::statements(body, &mut |statement| {
            let came = machine.reached.contains(&address(statement));
            let reached = came || may_be_idle(statement);
            if !reached && !before {
                match conditions.get(&address(statement)) {
                    Some(condition) => never.push(*condition),
                    None => idle.extend(start_of(statement)),
                }
            }
            before = !reached;
            if let Stmt::If { condition, body, .. } = statement
                && let Some(first) = body.first()
                && let Some(start) = first_place(condition)
                && came
            {
                conditions.insert(address(first), start);
            }
            if let Stmt::Switch(switch) = statement
                && came
            {
                let last = switch.default.unwrap_or(switch.arms.len().saturating_sub(1));
                let ways = switch.arms.iter().enumerate().filter(|(arm, _)| *arm != last);
                let missed = ways.filter(|(_, (_, result))| {
                    !machine.reached.contains(&address(result)) && !matches!(result.kind, ExprKind::Unit)
                });
                idle.extend(missed.map(|(_, (_, result))| result.start).filter(|pos| pos.line > 0));
            }
        });
    }
    for places in [&mut idle, &mut never] {
        places.sort_unstable();
        places.dedup();
    }
    (idle, never)
}

/// What may stand where nothing comes to, to be safe.
fn may_be_idle(statement: &Stmt) -> bool {
    match statement {
        Stmt::Noop | Stmt::Share | Stmt::Throw(..) => true,
        Stmt::Expr(expr) | Stmt::Return(Some(expr)) => matches!(expr.kind, ExprKind::Unit),
        Stmt::Return(None) => true,
        _ => false,
    }
}

/// The leftmost place in an expression.
fn first_place(expr: &Expr) -> Option<Position> {
    let mut starts: Vec<Position> = Vec::new();
    walk::expr(expr, &mut |part| starts.push(part.start));
    starts.into_iter().filter(|start| start.line > 0).min()
}

fn start_of(statement: &Stmt) -> Option<Position> {
    let mut starts: Vec<Position> = Vec::new();
    walk::exprs(std::slice::from_ref(statement), &mut |expr| starts.push(expr.start));
    starts.into_iter().filter(|start| start.line > 0).min()
}
