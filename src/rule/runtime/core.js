// needs:
// Values, errors, calls. A unit is null, an integer a number (a BigInt beyond 2^53), a text a string, an array an Array,
// an object map a Map; the classes below are the rest. A place in the rule is written "line:column", "" is nowhere.
class F { constructor(v) { this.v = v; } }
class C { constructor(c) { this.c = c; } }
class R { constructor(from, to, inclusive) { this.from = from; this.to = to; this.inclusive = inclusive; } }
class Fn { constructor(name, curry) { this.name = name; this.curry = curry; } }
// A captured variable. While a method runs on it nobody else may touch it.
class Cell {
  constructor(value) { this.x = value; this.shared = false; this.locked = false; }
  get v() { if (this.locked) throw fail("race", "Data race detected", ""); return this.x; }
  set v(value) { if (this.locked) throw fail("race", "Data race detected", ""); this.x = value; }
}
class RuleError {
  constructor(kind, text, pos) {
    this.kind = kind; this.text = text; this.pos = pos; this.inner = null; this.value = null; this.system = false;
  }
}
const LIMIT = { text: 1048576, elements: 100000, calls: 64, budget: 5000000 };
const state = { depth: 0, spent: 0 };
const functions = new Map();
const globals = new Map();
const printed = [];

function fail(kind, text, pos) { return new RuleError(kind, text, pos); }
function failSystem(kind, text, pos) { const error = fail(kind, text, pos); error.system = true; return error; }
function at(pos) { return pos === "" ? "" : " (line " + pos.replace(":", ", position ") + ")"; }
function show(error) { return showBare(error) + at(error.pos); }
function showBare(error) {
  if (error.inner === null) return error.text;
  const where = error.text.startsWith("anon$") ? "closure call" : "call to function '" + error.text + "'";
  return show(error.inner) + "\nin " + where;
}
function wrap(name, inner, pos) { const error = fail("call", name, pos); error.inner = inner; return error; }

// One letter for each type; d stands for any type in the tables of natives.
function code(v) {
  if (v === null) return "u";
  switch (typeof v) {
    case "number": case "bigint": return "i";
    case "string": return "s";
    case "boolean": return "b";
  }
  if (v instanceof Map) return "m";
  if (Array.isArray(v)) return "a";
  if (v instanceof F) return "f";
  if (v instanceof C) return "c";
  if (v instanceof Fn) return "p";
  return v.inclusive ? "R" : "r";
}
const TYPES = { u: "()", b: "bool", i: "i64", f: "f64", c: "char", s: "string", a: "array", m: "map", p: "Fn", r: "range", R: "range=" };
function typeName(v) { return TYPES[code(v)]; }
// Rhai shows the inner name of a range here, except where a function pointer is wanted.
const RANGES = { r: "core::ops::range::Range<i64>", R: "core::ops::range::RangeInclusive<i64>" };
function mismatch(v, wanted, pos) {
  const name = wanted !== "Fn" && RANGES[code(v)] || typeName(v);
  return fail("mismatch", "Data type incorrect: " + name + " (expecting " + wanted + ")", pos);
}
function signature(name, args) {
  return name + " (" + args.map((a) => typeof a === "string" ? "&str | ImmutableString | String" : typeName(a)).join(", ") + ")";
}
function notFound(name, args, pos) {
  const error = fail("function", "Function not found: " + signature(name, args), pos);
  error.signature = signature(name, args);
  return error;
}

// Arrays and maps are values: whoever keeps one keeps a copy.
function clone(v) {
  if (typeof v !== "object" || v === null) return v;
  if (Array.isArray(v)) return v.map(clone);
  if (v instanceof Map) { const copy = new Map(); v.forEach((item, key) => copy.set(key, clone(item))); return copy; }
  return v;
}
function tick(pos) { if (++state.spent > LIMIT.budget) throw failSystem("operations", "Too many operations", pos); }
function bool(v, pos) { if (v === true || v === false) return v; throw mismatch(v, "bool", pos); }
function ref(get, set) { return { get v() { return get(); }, set v(value) { set(value); } }; }
function self(it, pos) { if (it === undefined) throw fail("this", "'this' not bound", pos); return it; }
function setGlobal(name, value) { globals.set(name, clone(value)); return value; }
function getGlobal(name, pos) {
  if (!globals.has(name)) throw fail("variable", "Variable not found: global::" + name, pos);
  return globals.get(name);
}
function raise(value, pos) { const error = fail("runtime", "", pos); error.value = value; error.text = raiseText(value); return error; }
function raiseText(value) { return value === null || value === "" ? "Runtime error" : "Runtime error: " + display(value); }

// A script function runs one level deeper than its caller; what fails inside is reported with the way there.
function define(name, arity, code) { functions.set(name + "/" + arity, { name, code }); }
function run(it, self, args, pos) {
  tick(pos);
  if (state.depth > LIMIT.calls) throw failSystem("stack", "Stack overflow", pos);
  try {
    return it.code(self, ...args);
  } catch (error) {
    if (error instanceof RangeError) throw failSystem("stack", "Stack overflow", pos);
    if (!(error instanceof RuleError)) throw error;
    if (error.system) { error.pos = pos; throw error; }
    throw wrap(it.name, error, pos);
  }
}
function deeper(levels, action) {
  state.depth += levels;
  try { return action(); } finally { state.depth -= levels; }
}
function call(name, args, pos) {
  return deeper(1, () => run(functions.get(name + "/" + args.length), undefined, args, pos));
}

// Natives: name, then the letters of their types. "ref" natives get a box, because they replace a text or a number.
const natives = new Map();
const getters = new Map();
function add(table, name, letters, run, kind) {
  let entry = table.get(name);
  if (entry === undefined) table.set(name, entry = new Map());
  for (const each of letters.split(" ")) entry.set(each, { run, kind });
}
function def(name, letters, run) { add(natives, name, letters, run, "pure"); }
function mut(name, letters, run) { add(natives, name, letters, run, "mut"); }
function rep(name, letters, run) { add(natives, name, letters, run, "ref"); }
function getter(name, letters, run) { add(getters, name, letters, run, "pure"); }
function find(table, name, args) {
  const entry = table.get(name);
  if (entry === undefined) return null;
  const exact = args.map(code).join("");
  let found = entry.get(exact);
  if (found !== undefined) return found;
  found = null;
  const n = args.length;
  for (let mask = 1; mask < 1 << n && found === null; mask++) {
    let letters = "";
    for (let i = 0; i < n; i++) letters += mask & 1 << n - i - 1 ? "d" : exact[i];
    const wild = entry.get(letters);
    if (wild !== undefined && wild !== null) found = wild;
  }
  entry.set(exact, found);
  return found;
}
function isLocked(v) {
  if (Array.isArray(v)) return v.some(isLocked);
  if (v instanceof Map) return [...v.values()].some(isLocked);
  if (v instanceof Fn) return v.curry.some(isLocked);
  return v instanceof Cell && (v.locked || isLocked(v.x) && v.locked);
}
function race(name, args, skip) {
  for (let i = skip; i < args.length; i++) {
    if (isLocked(args[i])) throw fail("race", "Data race detected on argument #" + (i - skip + 1) + " of function '" + name + "'", "");
  }
}
// Calls a native; `box` holds the first argument when it may be changed, `constant` forbids to change it.
function native(name, args, pos, box, constant) {
  const found = find(natives, name, args);
  if (found === null) throw notFound(name, args, pos);
  if (constant && found.kind !== "pure") throw fail("constant", "Non-pure method '" + name + "' cannot be called on constant", pos);
  try {
    const result = found.kind === "ref" ? found.run(box || { v: args[0] }, ...args.slice(1), pos) : found.run(...args, pos);
    return result === undefined ? null : checked(result, pos);
  } catch (error) {
    if (error instanceof RuleError && error.pos === "" && error.kind !== "race") error.pos = pos;
    throw error;
  }
}
function checked(v, pos) {
  if (typeof v === "string") {
    if (v.length * 3 > LIMIT.text && utf8Length(v) > LIMIT.text) throw failSystem("size", "Length of string too large", pos);
  } else if (Array.isArray(v)) {
    if (v.length > LIMIT.elements) throw failSystem("size", "Size of array/BLOB too large", pos);
  } else if (v instanceof Map && v.size > LIMIT.elements) throw failSystem("size", "Size of object map too large", pos);
  return v;
}
function utf8Length(text) {
  let bytes = 0;
  for (const c of text) { const n = c.codePointAt(0); bytes += n < 128 ? 1 : n < 2048 ? 2 : n < 65536 ? 3 : 4; }
  return bytes;
}
function nat(name, args, pos, box) {
  if (name === "type_of" && args.length === 1) return typeName(args[0]);
  race(name, args, box ? 1 : 0);
  return deeper(1, () => {
    const result = native(name, args, pos, box, false);
    if (box) checked(box.v, pos);
    return result;
  });
}
// A method: a function pointer kept in a map under that name, a script function with `this`, or a native.
function met(box, name, args, pos, constant) {
  const value = box.v;
  if (value instanceof Map) {
    const pointer = value.get(name);
    if (pointer instanceof Fn) return redirected(box, pointer, args, pos, constant);
  }
  race(name, args, 0);
  if (name === "type_of" && args.length === 0) return typeName(value);
  return deeper(1, () => {
    const script = functions.get(name + "/" + args.length);
    if (script !== undefined) return run(script, box, args, pos);
    const result = native(name, [value, ...args], pos, box, constant);
    checked(box.v, pos);
    return result;
  });
}
function redirected(box, pointer, args, pos, constant) {
  const all = [...pointer.curry.map(clone), ...args];
  return deeper(1, () => {
    const script = functions.get(pointer.name + "/" + all.length);
    if (script !== undefined) return run(script, box, all, pos);
    return native(pointer.name, [box.v, ...all], pos, box, constant);
  });
}
// Runs a chain on a captured variable: locked while it lasts.
function hold(cell, action) {
  if (!cell.shared) return action(cell);
  if (cell.locked) throw fail("race", "Data race detected", "");
  cell.locked = true;
  try { return action({ get v() { return cell.x; }, set v(value) { cell.x = value; } }); } finally { cell.locked = false; }
}
// Function-call style takes a variable by reference, but a copy of a shared one.
function natCell(name, cell, args, pos) {
  if (cell.shared) return nat(name, [clone(cell.v), ...args], pos);
  return nat(name, [cell.v, ...args], pos, cell);
}
function caught(error) { if (!(error instanceof RuleError) || error.system) throw error; }
function rethrow(original, error, pos) {
  if (error instanceof RuleError && error.kind === "runtime" && error.value === null) { original.pos = error.pos; return original; }
  return error;
}
getter("tag", "d", () => 0);
Object.assign(rt, { LIMIT, F, C, R, Cell, clone, tick, bool, ref, self, setGlobal, getGlobal, raise, define, call, nat, natCell, met, hold, caught, rethrow });
