// needs: core int fmt
// A rule as the page asks it: plain answers in, plain values out.
function toRule(v) { return Array.isArray(v) ? v.map(toRule) : v; }
// Only where a fact is a number: it may have to become a broken one.
function toNumber(v) {
  if (Array.isArray(v)) return v.map(toNumber);
  if (typeof v === "number") return Number.isInteger(v) && Math.abs(v) <= SAFE ? v + 0 : new F(v);
  return v;
}
// Only where a fact is a table: its rows are maps.
function toTable(v) {
  if (Array.isArray(v)) return v.map(toTable);
  return typeof v === "object" && v !== null ? new Map(Object.keys(v).map((key) => [key, toNumber(v[key])])) : toNumber(v);
}
function fromRule(v) {
  switch (code(v)) {
    case "i": return Number(v);
    case "f": return Number.isFinite(v.v) ? v.v + 0 : null; // when F
    case "c": return v.c; // when C
    case "a": return v.map(fromRule);
    case "m": { const out = Object.create(null); for (const key of keysOf(v)) out[key] = fromRule(v.get(key)); return out; }
    case "p": case "r": case "R": case "x": return text(v);
    default: return v;
  }
}
// The rule's statements run once.
function judging(rule, read, load, classify) {
  let loaded = false;
  return (facts, millis) => {
    start(millis);
    try {
      if (!loaded) { load(); loaded = true; }
      return fromRule(call(classify, "", new Map(Object.keys(facts).map((id) => [id, read(facts[id])]))));
    } catch (error) {
      if (error instanceof RangeError) error = failSystem("stack", "Stack overflow", "");
      if (!(error instanceof RuleError)) throw error;
      const inner = innermost(error), [line, column] = inner.pos.split(":").map(Number);
      throw Object.assign(new Error(rule + (line ? ":" + inner.pos : "") + ": " + inner.text), { line: line, column: column, limit: error.system });
    }
  };
}
