// The result object of a tool: what its rule says of the answers, completed with the next question and the certainty.
// `evaluate.rs` completes what the engine says in the same way.
SB("judge", function (rule, schema, judge) {
  "use strict";
  const JUDGE_MILLIS = 2000;
  const CERTAINTY_MILLIS = 5000;
  const PLACES = 10000;
  const EXACT = 512;
  const SAMPLES = 128;
  function isOpen(facts, fact) { const value = facts[fact.id]; return value === undefined || value === null || value === ""; }
  // A number is an answer only where one is asked for.
  function fits(fact, value) { return typeof value !== "number" || fact.kind === "number" || fact.kind === "scale"; }
  function given(facts) {
    const known = Object.create(null);
    for (const fact of schema.facts) if (!isOpen(facts, fact) && fits(fact, facts[fact.id])) known[fact.id] = facts[fact.id];
    return known;
  }
  function isObject(value) { return typeof value === "object" && value !== null && !Array.isArray(value); }
  function inOrder(names, item) {
    if (!isObject(item)) return item;
    const out = Object.create(null);
    for (const name of names.split(" ").concat(Object.keys(item))) if (name in item) out[name] = item[name];
    return out;
  }
  function listOf(value) { return Array.isArray(value) ? value : []; }
  function optionsOf(fact) {
    if (fact.kind === "choice") return fact.options.map((option) => option.id);
    if (fact.kind === "yesno") return [true, false];
    const out = [];
    if (fact.kind === "scale" && typeof fact.min === "number" && typeof fact.max === "number") {
      for (let step = fact.min; step <= fact.max; step += fact.step > 0 ? fact.step : 1) out.push(step);
    }
    return out;
  }
  function outcomeOf(out) { return isObject(out) && typeof out.outcome === "string" ? out.outcome : null; }
  // Tries the open questions' answers: all of them when they are few, else samples. The first judgement sets the time
  // for all; a rule that is too slow to be tried many times still gives its result.
  function certainty(facts, outcome) {
    const open = schema.facts.filter((fact) => isOpen(facts, fact));
    const asked = open.map((fact) => [fact.id, optionsOf(fact)]).filter((pair) => pair[1].length > 0);
    const total = asked.reduce((product, pair) => Math.min(product * pair[1].length, EXACT + 1), 1);
    const all = total <= EXACT, runs = all ? total : SAMPLES, counts = new Map();
    // What has no list of answers is never tried, so the result may still change by it.
    const exact = all && asked.length === open.length;
    // Xorshift of 32 bits from a fixed start, so that two readers and the engine draw the same samples.
    let drawn = 0x9e3779b9;
    for (let run = 0; run < runs; run++) {
      const complete = Object.assign({}, facts);
      let left = run;
      for (const [id, options] of asked) {
        if (!all) { drawn ^= drawn << 13; drawn ^= drawn >>> 17; drawn ^= drawn << 5; left = drawn >>> 0; }
        complete[id] = options[left % options.length];
        left = Math.floor(left / options.length);
      }
      let name = outcome;
      if (asked.length > 0) {
        try { name = outcomeOf(judge(complete, run === 0 ? CERTAINTY_MILLIS : 0)); } catch (error) {
          if (!error.limit) throw error;
          return { kind: "sampled", shares: [], final: false };
        }
      }
      name = name === null ? "insufficient" : name;
      counts.set(name, (counts.get(name) || 0) + 1);
    }
    const shares = [...counts].map((pair) => ({ outcome: pair[0], share: Math.round(pair[1] * PLACES / runs) / PLACES }));
    shares.sort((one, other) => other.share - one.share || (one.outcome < other.outcome ? -1 : 1));
    // Where nothing could be tried there is no share to tell.
    if (asked.length === 0 && open.length > 0) shares.length = 0;
    return { kind: exact ? "exact" : "sampled", shares: shares, final: exact && shares.length === 1 };
  }
  function evaluate(answers) {
    const facts = given(answers), out = judge(facts, JUDGE_MILLIS);
    if (!isObject(out)) throw new Error(rule + ": the rule gives no map");
    const outcome = outcomeOf(out), unanswered = schema.facts.find((fact) => isOpen(facts, fact));
    return {
      rule: rule,
      outcome: outcome,
      state: typeof out.state === "string" ? out.state : outcome === null ? "insufficient" : "decided",
      also: listOf(out.also),
      scores: listOf(out.scores).map((item) => inOrder("outcome points", item)),
      reasons: listOf(out.reasons).map((item) => inOrder("outcome points text facts", item)),
      warnings: listOf(out.warnings).map((item) => {
        if (typeof item !== "string") return inOrder("id text", item);
        const known = schema.warnings.find((pair) => pair[0] === item);
        return { id: item, text: known ? known[1] : "" };
      }),
      // A rule that says nothing leaves it to the order of the page; null says that nothing is worth asking.
      next: typeof out.next === "string" ? out.next : out.next === undefined && unanswered ? unanswered.id : null,
      certainty: certainty(facts, outcome),
      values: isObject(out.values) ? out.values : {},
    };
  }
  return { facts: schema.facts, judge: (answers) => judge(given(answers), JUDGE_MILLIS), evaluate: evaluate };
});
