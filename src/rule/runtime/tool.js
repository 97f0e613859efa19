// needs: core int fmt cmp
// The result object of a tool: facts in, the rule's map out, completed with the next question and the certainty.
const PLACES = 10000;
const EXACT = 512;
const SAMPLES = 128;
const CERTAINTY_MILLIS = 5000;
function isOpen(facts, fact) { const v = facts[fact.id]; return v === undefined || v === null || v === ""; }
// What a fact of some kind takes as it is; a number may have to become a broken one.
function toRule(v) { return Array.isArray(v) ? v.map(toRule) : v; }
function toNumber(v) {
  if (Array.isArray(v)) return v.map(toNumber);
  if (typeof v === "number") return Number.isInteger(v) && Math.abs(v) <= SAFE ? v + 0 : new F(v);
  return v;
}
function fromRule(v) {
  switch (code(v)) {
    case "i": return Number(v);
    case "f": return Number.isFinite(v.v) ? v.v + 0 : null; // when F
    case "c": return v.c; // when C
    case "a": return v.map(fromRule);
    case "m": { const out = Object.create(null); for (const key of keysOf(v)) out[key] = fromRule(v.get(key)); return out; }
    case "p": case "r": case "R": return text(v);
    default: return v;
  }
}
function inOrder(names, item) {
  if (typeof item !== "object" || item === null || Array.isArray(item)) return item;
  const out = Object.create(null);
  for (const name of names.split(" ").concat(Object.keys(item))) if (name in item) out[name] = item[name];
  return out;
}
function listOf(v) { return Array.isArray(v) ? v : []; }
function optionsOf(fact) {
  if (fact.kind === "choice") return fact.options.map((option) => option.id);
  if (fact.kind === "yesno") return [true, false];
  const out = [];
  if (fact.kind === "scale" && typeof fact.min === "number" && typeof fact.max === "number") {
    for (let n = fact.min; n <= fact.max; n += fact.step > 0 ? fact.step : 1) out.push(n);
  }
  return out;
}
function outcomeOf(out) { return typeof out.outcome === "string" ? out.outcome : null; }
// A rule's tool: `load` runs its statements once, `classify` judges.
function tool(rule, schema, read, load, classify) {
  let loaded = false;
  function judge(facts) {
    if (!loaded) { load(); loaded = true; }
    const given = new Map();
    for (const fact of schema.facts) if (!isOpen(facts, fact)) given.set(fact.id, read(facts[fact.id]));
    return fromRule(call(classify, "", given));
  }
  function certainty(facts, outcome) {
    const asked = schema.facts.filter((fact) => isOpen(facts, fact)).map((fact) => [fact.id, optionsOf(fact)]).filter((pair) => pair[1].length > 0);
    const total = asked.reduce((n, pair) => Math.min(n * pair[1].length, EXACT + 1), 1);
    const exact = total <= EXACT, runs = exact ? total : SAMPLES, counts = new Map();
    // Xorshift of 32 bits from a fixed start, so that two readers and the engine draw the same samples.
    let x = 0x9e3779b9;
    for (let run = 0; run < runs; run++) {
      const complete = Object.assign({}, facts);
      let left = run;
      for (const [id, options] of asked) {
        if (!exact) { x ^= x << 13; x ^= x >>> 17; x ^= x << 5; left = x >>> 0; }
        complete[id] = options[left % options.length];
        left = Math.floor(left / options.length);
      }
      state.spent = 0;
      const name = (asked.length === 0 ? outcome : outcomeOf(judge(complete))) || "insufficient";
      counts.set(name, (counts.get(name) || 0) + 1);
    }
    const shares = [...counts].map((pair) => ({ outcome: pair[0], share: Math.round(pair[1] * PLACES / runs) / PLACES }));
    shares.sort((a, b) => b.share - a.share || order(a.outcome, b.outcome));
    return { kind: exact ? "exact" : "sampled", shares: shares, final: exact && shares.length === 1 };
  }
  // A rule that is too slow to be tried many times still gives its result.
  function certaintyInTime(facts, outcome) {
    state.until = Date.now() + CERTAINTY_MILLIS;
    try { return certainty(facts, outcome); } catch (error) {
      if (!(error instanceof RuleError) || !error.system) throw error;
      return { kind: "sampled", shares: [], final: false };
    }
  }
  function evaluate(facts) {
    const out = judge(facts);
    if (typeof out !== "object" || out === null || Array.isArray(out)) throw fail("result", "the rule gives no map", "");
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
      next: typeof out.next === "string" ? out.next : unanswered ? unanswered.id : null,
      certainty: certaintyInTime(facts, outcome),
      values: typeof out.values === "object" && out.values !== null && !Array.isArray(out.values) ? out.values : {},
    };
  }
  function named(action) {
    return (facts) => {
      start();
      try { return action(Object.assign({}, facts)); } catch (error) {
        if (!(error instanceof RuleError)) throw error;
        const inner = innermost(error), [line, column] = inner.pos.split(":").map(Number);
        throw Object.assign(new Error(rule + (line ? ":" + line + ":" + column : "") + ": " + inner.text), { line: line, column: column });
      }
    };
  }
  return { facts: schema.facts, judge: named(judge), evaluate: named(evaluate) };
}
