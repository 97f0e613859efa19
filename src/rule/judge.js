// The result object of a tool: what its rule says of the answers, completed with the next question and the certainty.
// `evaluate.rs` completes what the engine says in the same way.
SB("judge", function (rule, schema, judge) {
  "use strict";
  const JUDGE_MILLIS = 2000;
  const CERTAINTY_MILLIS = 5000;
  const PLACES = 10000;
  const EXACT = 512;
  const SAMPLES = 128;
  // Count by logarithm of base 2, in whole millionths, which every machine adds up alike; less than a thousand is rounding.
  const WEIGHTS = Array.from({ length: EXACT + 1 }, (_, count) => Math.round(count * Math.log2(count || 1) * 1000000));
  const ROUNDING = 1000;
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
  function count(counts, name) { counts.set(name, (counts.get(name) || 0) + 1); }
  function weight(counts) { return [...counts.values()].reduce((sum, times) => sum + WEIGHTS[times], 0); }
  // The question whose answer is expected to leave the outcomes least open; of equals the first, and none that leaves them
  // as they are.
  function mostTelling(asked, tried, passed) {
    const outcomes = new Map();
    for (const one of tried) count(outcomes, one.name);
    let best = null, least = WEIGHTS[tried.length] - weight(outcomes) - ROUNDING;
    asked.forEach((pair, at) => {
      const answers = new Map(), both = new Map();
      for (const one of tried) { count(answers, one.picks[at]); count(both, one.picks[at] + " " + one.name); }
      const left = weight(answers) - weight(both);
      if (left < least && !passed.includes(pair[0])) { least = left; best = pair[0]; }
    });
    return best;
  }
  // The questions of which another answer leads elsewhere, of all ways to answer. The first question turns fastest in them.
  function deciding(asked, tried) {
    let stride = 1;
    return asked.filter((pair, at) => {
      const step = stride;
      stride *= pair[1].length;
      return tried.some((one, run) => one.name !== tried[run - one.picks[at] * step].name);
    }).map((pair) => pair[0]);
  }
  // Tries the open questions' answers: all of them when they are few, else samples. The first judgement sets the time
  // for all; a rule that is too slow to be tried many times still gives its result.
  function outlook(facts, outcome, passed) {
    const open = schema.facts.filter((fact) => isOpen(facts, fact));
    const asked = open.map((fact) => [fact.id, optionsOf(fact)]).filter((pair) => pair[1].length > 0);
    const total = asked.reduce((product, pair) => Math.min(product * pair[1].length, EXACT + 1), 1);
    const all = total <= EXACT, runs = all ? total : SAMPLES, counts = new Map(), tried = [];
    const ids = open.map((fact) => fact.id), first = ids.find((id) => !passed.includes(id)) || null;
    // What has no list of answers is never tried, so the result may still change by it.
    const exact = all && asked.length === open.length;
    // Xorshift of 32 bits from a fixed start, so that two readers and the engine draw the same samples.
    let drawn = 0x9e3779b9;
    for (let run = 0; run < runs; run++) {
      const complete = Object.assign({}, facts);
      const picks = [];
      let left = run;
      for (const [id, options] of asked) {
        if (!all) { drawn ^= drawn << 13; drawn ^= drawn >>> 17; drawn ^= drawn << 5; left = drawn >>> 0; }
        picks.push(left % options.length);
        complete[id] = options[picks[picks.length - 1]];
        left = Math.floor(left / options.length);
      }
      let name = outcome;
      if (asked.length > 0) {
        try { name = outcomeOf(judge(complete, run === 0 ? CERTAINTY_MILLIS : 0)); } catch (error) {
          if (!error.limit) throw error;
          return { next: first, certainty: { kind: "sampled", shares: [], final: false, deciding: ids } };
        }
      }
      name = name === null ? "insufficient" : name;
      count(counts, name);
      tried.push({ picks: picks, name: name });
    }
    const shares = [...counts].map((pair) => ({ outcome: pair[0], share: Math.round(pair[1] * PLACES / runs) / PLACES }));
    shares.sort((one, other) => other.share - one.share || (one.outcome < other.outcome ? -1 : 1));
    // Where nothing could be tried there is no share to tell.
    if (asked.length === 0 && open.length > 0) shares.length = 0;
    const final = exact && shares.length === 1;
    return {
      next: final && outcome !== null ? null : mostTelling(asked, tried, passed) || first,
      certainty: { kind: exact ? "exact" : "sampled", shares: shares, final: final, deciding: exact ? deciding(asked, tried) : ids },
    };
  }
  // What the reader passed over is not asked next again; a rule that names the next question keeps its say.
  function evaluate(answers, passed = []) {
    const facts = given(answers), out = judge(facts, JUDGE_MILLIS);
    if (!isObject(out)) throw new Error(rule + ": the rule gives no map");
    const outcome = outcomeOf(out), ahead = outlook(facts, outcome, passed);
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
      // A rule that says nothing leaves it to the completions; null says that nothing is worth asking.
      next: out.next === undefined ? ahead.next : typeof out.next === "string" ? out.next : null,
      certainty: ahead.certainty,
      values: isObject(out.values) ? out.values : {},
    };
  }
  return { facts: schema.facts, judge: (answers) => judge(given(answers), JUDGE_MILLIS), evaluate: evaluate };
});
