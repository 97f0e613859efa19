//! Judges answers with the Rhai engine itself: the reference for the page, and what the command line shows.
//!
//! The result object is completed exactly as `judge.js` does it: the certainty, and the next question when the rule
//! names none. Both look at every way to answer the open questions of kind choice, yesno and scale: all of them when
//! there are at most 512, otherwise 128 samples. While a question of another kind is open, the result is called sampled,
//! however few there are; where all that is open is of another kind, there are no shares. The samples come from xorshift
//! of 32 bits (13, 17, 5) that starts at `0x9e3779b9`; one number for each open question of each sample, taken modulo
//! its options. The next question is the one whose answer is expected to leave the least entropy among the outcomes; the
//! first open one where no answer tells them apart; none where the outcome is final. `deciding` are the questions that
//! can still change the outcome: while the result is sampled, all that are open.

use std::collections::BTreeMap;

use rhai::{AST, CallFnOptions, Dynamic, EvalAltResult, Map as RhaiMap, Scope};
use serde_json::{Map, Value, json};

use super::Rule;
use super::compile::ENTRY;
use super::engine::{RULE_OPERATIONS, Sandbox, engine, settled};
use super::schema::{Fact, Facts, ToolSchema};
use super::settings::constants;

/// At most this many completions are tried one by one.
const EXACT: usize = 512;
/// How many are drawn when there are more.
const SAMPLES: usize = 128;
/// A gain smaller than this, in millionths of a bit over all completions, is rounding.
const ROUNDING: i64 = 1000;

/// How many times the time of one judgement all completions may take together.
const CERTAINTY_TIMES: u32 = 5;

/// Why a rule gave no result for some facts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuleFailure {
    /// Rhai's words.
    pub text: String,
    /// Line of the innermost place, from 1; 0 when there is none.
    pub line: usize,
    /// Column of the innermost place, from 1; 0 when there is none.
    pub column: usize,
    /// Whether the rule ran into a limit: of time, operations, sizes or calls.
    pub limit: bool,
}

/// A rule ready to judge. It belongs to one thread.
pub struct Evaluator {
    id: String,
    sandbox: Sandbox,
    ast: AST,
}

impl std::fmt::Debug for Evaluator {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Evaluator").field("id", &self.id).finish_non_exhaustive()
    }
}

impl Evaluator {
    /// Prepares a checked rule.
    pub fn new(rule: &Rule) -> Self {
        let sandbox = engine(RULE_OPERATIONS);
        let ast = sandbox.parse(&constants(&rule.settings), &rule.file.text);
        let ast = ast.expect("a rule exists only when its text was compiled");
        Evaluator { id: rule.id.clone(), sandbox, ast }
    }

    /// The result object, with the keys in the order of the interface.
    pub fn evaluate(&self, schema: &ToolSchema, facts: &Facts) -> Result<Value, RuleFailure> {
        let mut result = self.result(schema, facts)?;
        let outcome = result.get("outcome").and_then(Value::as_str).map(str::to_string);
        let values = result.shift_remove("values").unwrap_or_else(|| json!({}));
        let (next, certainty) = self.outlook(schema, facts, outcome.as_deref())?;
        result.entry("next").or_insert_with(|| json!(next));
        result.insert("certainty".to_string(), certainty);
        result.insert("values".to_string(), values);
        Ok(Value::Object(result))
    }

    /// The result object without what takes hundreds of judgements: its certainty, and `next` where the rule names none.
    pub fn judge(&self, schema: &ToolSchema, facts: &Facts) -> Result<Value, RuleFailure> {
        self.result(schema, facts).map(Value::Object)
    }

    /// What the rule itself returns, as plain JSON.
    pub fn raw(&self, facts: &Facts) -> Result<Value, RuleFailure> {
        self.sandbox.start(1);
        self.plain(facts)
    }

    fn plain(&self, facts: &Facts) -> Result<Value, RuleFailure> {
        self.call(facts).map(|value| from_rule(&value))
    }

    fn call(&self, facts: &Facts) -> Result<Dynamic, RuleFailure> {
        let map: RhaiMap = facts.iter().map(|(id, value)| (id.as_str().into(), to_rule(value))).collect();
        let options = CallFnOptions::new().eval_ast(true);
        self.sandbox.clear();
        self.sandbox
            .engine
            .call_fn_with_options::<Dynamic>(options, &mut Scope::new(), &self.ast, ENTRY, (map,))
            .map_err(|error| failure(&settled(*error)))
    }

    fn result(&self, schema: &ToolSchema, facts: &Facts) -> Result<Map<String, Value>, RuleFailure> {
        self.sandbox.start(1);
        let value = self.call(facts)?;
        let out = from_rule(&value);
        if !value.is_map() {
            return Err(RuleFailure { text: "the rule gives no map".to_string(), line: 0, column: 0, limit: false });
        }
        let outcome = out.get("outcome").and_then(Value::as_str);
        let guess = if outcome.is_none() { "insufficient" } else { "decided" };
        let items = |key: &str| out.get(key).and_then(Value::as_array).cloned().unwrap_or_default();
        let ordered = |key: &str, names: &[&str]| -> Vec<Value> {
            items(key).into_iter().map(|item| in_order(names, item)).collect()
        };
        let warnings: Vec<Value> = items("warnings")
            .into_iter()
            .map(|item| match item.as_str() {
                Some(id) => {
                    let text = schema.warnings.iter().find(|(known, _)| known == id);
                    json!({ "id": id, "text": text.map_or("", |(_, text)| text) })
                }
                None => in_order(&["id", "text"], item),
            })
            .collect();
        let mut result = Map::new();
        result.insert("rule".to_string(), json!(self.id));
        result.insert("outcome".to_string(), json!(outcome));
        result.insert("state".to_string(), json!(out.get("state").and_then(Value::as_str).unwrap_or(guess)));
        result.insert("also".to_string(), json!(items("also")));
        result.insert("scores".to_string(), json!(ordered("scores", &["outcome", "points"])));
        result.insert("reasons".to_string(), json!(ordered("reasons", &["outcome", "points", "text", "facts"])));
        result.insert("warnings".to_string(), json!(warnings));
        // A rule that says nothing leaves it to the completions; unit says that nothing is worth asking.
        if let Some(next) = out.get("next") {
            result.insert("next".to_string(), json!(next.as_str()));
        }
        result
            .insert("values".to_string(), out.get("values").filter(|it| it.is_object()).cloned().unwrap_or(json!({})));
        Ok(result)
    }

    /// The most telling question, and the certainty.
    fn outlook<'schema>(
        &self,
        schema: &'schema ToolSchema,
        facts: &Facts,
        outcome: Option<&str>,
    ) -> Result<(Option<&'schema str>, Value), RuleFailure> {
        let open: Vec<&Fact> = schema.facts.iter().filter(|fact| facts.iter().all(|(id, _)| *id != fact.id)).collect();
        let asked: Vec<(&str, Vec<Value>)> = open
            .iter()
            .map(|fact| (fact.id.as_str(), fact.values()))
            .filter(|(_, values)| !values.is_empty())
            .collect();
        let total = asked.iter().fold(1, |total: usize, (_, values)| (total * values.len()).min(EXACT + 1));
        let all = total <= EXACT;
        let runs = if all { total } else { SAMPLES };
        // What has no list of answers is never tried, so the result may still change by it.
        let exact = all && asked.len() == open.len();
        let ids: Vec<&str> = open.iter().map(|fact| fact.id.as_str()).collect();
        let first = ids.first().copied();
        let mut draw = Xorshift::new();
        self.sandbox.start(CERTAINTY_TIMES);
        let mut counts: Vec<(String, usize)> = Vec::new();
        let mut tried: Vec<Tried> = Vec::with_capacity(runs);
        for run in 0..runs {
            let mut complete = facts.clone();
            let mut rest = run;
            let mut picks = Vec::with_capacity(asked.len());
            for (id, values) in &asked {
                let pick = if all { rest % values.len() } else { draw.below(values.len()) };
                rest /= values.len();
                complete.push(((*id).to_string(), values[pick].clone()));
                picks.push(pick);
            }
            let name = if asked.is_empty() {
                outcome.map(str::to_string)
            } else {
                match self.plain(&complete) {
                    Ok(out) => out.get("outcome").and_then(Value::as_str).map(str::to_string),
                    // A rule that is too slow to be tried many times still gives its result.
                    Err(failure) if failure.limit => {
                        return Ok((
                            first,
                            json!({ "kind": "sampled", "shares": [], "final": false, "deciding": ids }),
                        ));
                    }
                    Err(failure) => return Err(failure),
                }
            };
            let name = name.unwrap_or_else(|| "insufficient".to_string());
            let outcome = counts.iter().position(|(known, _)| *known == name).unwrap_or_else(|| {
                counts.push((name, 0));
                counts.len() - 1
            });
            counts[outcome].1 += 1;
            tried.push(Tried { picks, outcome });
        }
        let telling = most_telling(&tried, asked.len()).map(|question| asked[question].0);
        counts.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
        // Where nothing could be tried there is no share to tell.
        if asked.is_empty() && !open.is_empty() {
            counts.clear();
        }
        let share = |count: usize| number((count as f64 * 10_000.0 / runs as f64 + 0.5).floor() / 10_000.0);
        let shares: Vec<Value> =
            counts.iter().map(|(name, count)| json!({ "outcome": name, "share": share(*count) })).collect();
        let kind = if exact { "exact" } else { "sampled" };
        let last = exact && counts.len() == 1;
        let next = if last && outcome.is_some() { None } else { telling.or(first) };
        let deciding = if exact { deciding(&asked, &tried) } else { ids };
        Ok((next, json!({ "kind": kind, "shares": shares, "final": last, "deciding": deciding })))
    }
}

/// The questions of which another answer leads elsewhere, of all ways to answer. The first question turns fastest in them.
fn deciding<'schema>(asked: &[(&'schema str, Vec<Value>)], tried: &[Tried]) -> Vec<&'schema str> {
    let mut stride = 1;
    let mut found = Vec::new();
    for (at, (id, values)) in asked.iter().enumerate() {
        let same = |(run, one): (usize, &Tried)| one.outcome == tried[run - one.picks[at] * stride].outcome;
        if !tried.iter().enumerate().all(same) {
            found.push(*id);
        }
        stride *= values.len();
    }
    found
}

/// One way to answer the open questions: the place of each answer, and of the outcome that they lead to.
struct Tried {
    picks: Vec<usize>,
    outcome: usize,
}

/// The place of the question whose answer is expected to leave the outcomes least open; of equals the first, and none
/// that leaves them as they are.
fn most_telling(tried: &[Tried], questions: usize) -> Option<usize> {
    let outcomes = weight(tried.iter().map(|one| one.outcome));
    let mut least = weight_of(tried.len()) - outcomes - ROUNDING;
    let mut best = None;
    for question in 0..questions {
        let answers = weight(tried.iter().map(|one| one.picks[question]));
        let left = answers - weight(tried.iter().map(|one| (one.picks[question], one.outcome)));
        if left < least {
            (least, best) = (left, Some(question));
        }
    }
    best
}

/// The weights of how often each of the values occurs.
fn weight<T: Ord>(values: impl Iterator<Item = T>) -> i64 {
    let mut counts = BTreeMap::new();
    for value in values {
        *counts.entry(value).or_insert(0) += 1;
    }
    counts.values().map(|count| weight_of(*count)).sum()
}

/// Count by logarithm of base 2, in whole millionths, which every machine adds up alike.
fn weight_of(count: usize) -> i64 {
    (count as f64 * (count.max(1) as f64).log2() * 1e6).round() as i64
}

/// Marsaglia's generator, the same as in the page.
pub(super) struct Xorshift(u32);

impl Xorshift {
    /// From the start that the page has, too.
    pub(super) fn new() -> Self {
        Xorshift(0x9e37_79b9)
    }

    /// The next number, below `limit`.
    pub(super) fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 17;
        self.0 ^= self.0 << 5;
        self.0 as usize % limit
    }
}

fn failure(error: &EvalAltResult) -> RuleFailure {
    let inner = error.unwrap_inner();
    let pos = inner.position();
    let mut bare = inner.to_string();
    // The place stands in fields of its own.
    if let Some(start) = bare.rfind(" (line ") {
        bare.truncate(start);
    }
    RuleFailure {
        text: bare,
        line: pos.line().unwrap_or(0),
        column: pos.position().unwrap_or(0),
        limit: !inner.is_catchable(),
    }
}

fn to_rule(value: &Value) -> Dynamic {
    match value {
        Value::Null => Dynamic::UNIT,
        Value::Bool(it) => (*it).into(),
        Value::String(it) => it.clone().into(),
        Value::Number(it) => match (it.as_i64(), it.as_f64()) {
            (Some(whole), _) => whole.into(),
            // JavaScript does not tell 5.0 from 5, so a whole value is a whole number here too.
            (None, Some(float)) if float.fract() == 0.0 && float.abs() <= 9_007_199_254_740_991.0 => {
                Dynamic::from_int(float as i64)
            }
            (None, float) => float.unwrap_or_default().into(),
        },
        Value::Array(items) => items.iter().map(to_rule).collect::<Vec<Dynamic>>().into(),
        Value::Object(entries) => {
            let map: RhaiMap = entries.iter().map(|(key, value)| (key.as_str().into(), to_rule(value))).collect();
            map.into()
        }
    }
}

fn from_rule(value: &Dynamic) -> Value {
    if let Ok(it) = value.as_bool() {
        return json!(it);
    }
    if let Ok(it) = value.as_int() {
        // Beyond 2^53 the page has the nearest number that JavaScript can hold.
        return if it.unsigned_abs() <= 1 << 53 { json!(it) } else { json!(it as f64) };
    }
    if let Ok(it) = value.as_float() {
        return number(it);
    }
    if let Some(items) = value.read_lock::<rhai::Array>() {
        return items.iter().map(from_rule).collect();
    }
    if let Some(entries) = value.read_lock::<RhaiMap>() {
        return Value::Object(entries.iter().map(|(key, value)| (key.to_string(), from_rule(value))).collect());
    }
    if value.is_unit() { Value::Null } else { json!(value.to_string()) }
}

/// A number as JSON writes it in the page: without `.0`, and nothing for what is no number.
fn number(value: f64) -> Value {
    if !value.is_finite() {
        return Value::Null;
    }
    if value.fract() == 0.0 && value.abs() <= 9_007_199_254_740_991.0 { json!(value as i64) } else { json!(value) }
}

fn in_order(names: &[&str], item: Value) -> Value {
    let Value::Object(mut entries) = item else {
        return item;
    };
    let mut ordered = Map::new();
    for name in names {
        if let Some(value) = entries.shift_remove(*name) {
            ordered.insert((*name).to_string(), value);
        }
    }
    ordered.extend(entries);
    Value::Object(ordered)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_weight_is_so_near_a_half_that_another_logarithm_would_round_it_elsewhere() {
        for count in 1..=EXACT {
            let exact = count as f64 * (count as f64).log2() * 1e6;
            assert!((exact.fract() - 0.5).abs() > 1e-4, "{count}: {exact}");
        }
    }
}
