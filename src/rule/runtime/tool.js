// needs: core int fmt
// The result object of a tool: facts in, the rule's map out, completed with the next question and the certainty.
const PLACES = 10000, EXACT = 512, SAMPLES = 128;
function toRule(fact, v) {
  if (Array.isArray(v)) return v.map((item) => toRule(fact, item));
  if (typeof v === "number") return Number.isInteger(v) && Math.abs(v) <= SAFE ? v + 0 : new F(v);
  return v;
}
function fromRule(v) {
  switch (code(v)) {
    case "i": return Number(v);
    case "f": return Number.isFinite(v.v) ? v.v + 0 : null;
    case "c": return v.c;
    case "a": return v.map(fromRule);
    case "m": { const out = Object.create(null); for (const key of keysOf(v)) out[key] = fromRule(v.get(key)); return out; }
    case "p": case "r": case "R": return text(v);
    default: return v;
  }
}
function inOrder(names, item) {
  if (typeof item !== "object" || item === null || Array.isArray(item)) return item;
  const out = Object.create(null);
  for (const name of names) if (name in item) out[name] = item[name];
  for (const name of Object.keys(item)) if (!(name in out)) out[name] = item[name];
  return out;
}
function list(v) { return Array.isArray(v) ? v : []; }
function optionsOf(fact) {
  if (fact.kind === "choice") return fact.options.map((option) => option.id);
  if (fact.kind === "yesno") return [true, false];
  if (fact.kind !== "scale" || typeof fact.min !== "number" || typeof fact.max !== "number") return [];
  const out = [];
  for (let n = fact.min; n <= fact.max; n += fact.step > 0 ? fact.step : 1) out.push(n);
  return out;
}
// Xorshift of 32 bits from a fixed start, so that two readers and the engine draw the same samples.
function random() {
  let x = 0x9e3779b9;
  return (n) => { x ^= x << 13; x ^= x >>> 17; x ^= x << 5; return (x >>> 0) % n; };
}
function tool(schema, start, classify) {
  let ready = false;
  function judge(facts) {
    state.spent = 0;
    state.depth = 0;
    if (!ready) { start(); ready = true; }
    const map = new Map();
    for (const fact of schema.facts) {
      const v = facts[fact.id];
      if (v !== undefined && v !== null && v !== "") map.set(fact.id, toRule(fact, v));
    }
    return classify(map);
  }
  function certainty(facts, outcome) {
    const open = schema.facts.filter((fact) => facts[fact.id] === undefined || facts[fact.id] === null || facts[fact.id] === "");
    const asked = open.map((fact) => [fact.id, optionsOf(fact)]).filter(([, options]) => options.length > 0);
    const total = asked.reduce((n, [, options]) => Math.min(n * options.length, EXACT + 1), 1);
    const exact = total <= EXACT, runs = exact ? total : SAMPLES, draw = random();
    const counts = new Map();
    for (let run = 0; run < runs; run++) {
      const complete = Object.assign({}, facts);
      let rest = run;
      for (const [id, options] of asked) {
        const pick = exact ? rest % options.length : draw(options.length);
        if (exact) rest = Math.floor(rest / options.length);
        complete[id] = options[pick];
      }
      const result = asked.length === 0 ? outcome : outcomeOf(judge(complete));
      const name = result === null ? "insufficient" : result;
      counts.set(name, (counts.get(name) || 0) + 1);
    }
    const shares = [...counts].map(([name, n]) => ({ outcome: name, share: Math.round(n * PLACES / runs) / PLACES }));
    shares.sort((a, b) => b.share - a.share || order(a.outcome, b.outcome));
    return { kind: exact ? "exact" : "sampled", shares, final: exact && shares.length === 1 };
  }
  function evaluate(facts) {
    const given = Object.assign({}, facts);
    const map = judge(given);
    if (!(map instanceof Map)) throw fail("result", "the rule gives no map", "");
    const out = fromRule(map), outcome = outcomeOf(map);
    const unanswered = schema.facts.find((fact) => given[fact.id] === undefined || given[fact.id] === null || given[fact.id] === "");
    return {
      rule: schema.rule,
      outcome,
      state: typeof out.state === "string" ? out.state : outcome === null ? "insufficient" : "decided",
      also: list(out.also),
      scores: list(out.scores).map((item) => inOrder(["outcome", "points"], item)),
      reasons: list(out.reasons).map((item) => inOrder(["outcome", "points", "text", "facts"], item)),
      warnings: list(out.warnings).map((item) => typeof item === "string" ? { id: item, text: schema.warnings[item] || "" } : inOrder(["id", "text"], item)),
      next: typeof out.next === "string" ? out.next : unanswered === undefined ? null : unanswered.id,
      certainty: certainty(given, outcome),
      values: typeof out.values === "object" && out.values !== null && !Array.isArray(out.values) ? out.values : {},
    };
  }
  function outcomeOf(map) { const v = map instanceof Map ? map.get("outcome") : null; return typeof v === "string" ? v : null; }
  return {
    facts: schema.facts,
    judge: (facts) => fromRule(judge(Object.assign({}, facts))),
    evaluate(facts) {
      try { return evaluate(facts); } catch (error) {
        if (!(error instanceof RuleError)) throw error;
        const [line, column] = innermost(error).pos.split(":").map(Number);
        throw Object.assign(new Error(schema.rule + (line ? ":" + line + ":" + column : "") + ": " + innermost(error).text), { line, column });
      }
    },
  };
}
function innermost(error) { return error.inner === null ? error : innermost(error.inner); }
Object.assign(rt, { tool });
