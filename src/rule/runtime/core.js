// needs: fmt cmp
// Values, errors, calls. A unit is null, an integer a number (a BigInt beyond 2^53), a text a string, an array an Array,
// an object map a Map; the classes below are the rest. A place in the rule is written "line:column", "" is nowhere.
class F { constructor(v) { this.v = v; } }
class C { constructor(c) { this.c = c; } }
class R { constructor(from, to, inclusive) { this.from = from; this.to = to; this.inclusive = inclusive; } }
// What only `for` can walk over: the steps of a range, the bits of a number. Rhai calls every one of them "range".
class Flow { constructor(full, run) { this.full = full; this.run = run; } }
// A closure and a bare name are linked to the function with that many parameters, a name in `Fn("name")` is not.
class Fn { constructor(name, carried, arity) { this.name = name; this.curry = carried; this.linked = arity; } }
// A captured variable. While a method runs on it nobody else may touch it.
class Cell {
  constructor(value) { this.x = value; this.shared = false; this.locked = false; }
  get v() {
    free(this); // when hold
    return this.x;
  }
  set v(value) {
    free(this); // when hold
    this.x = value;
  }
}
function free(cell) { if (cell.locked) throw fail("race", "Data race detected", ""); }
class RuleError {
  constructor(kind, words, pos) { this.kind = kind; this.text = words; this.pos = pos; this.inner = null; this.value = null; this.system = false; }
}
const LIMIT = { budget: 5000000 };
const TEXT_BYTES = 262144;
const ELEMENTS = 20000;
const ENTRIES = 5000;
const CALL_LEVELS = 64;
const PRINTED = 1048576;
const state = { depth: 0, spent: 0, until: 0, locks: 0, looks: 0, said: 0 };
// The script's functions by name, then by the number of their parameters, with "/type" for a type of their own.
const functions = new Map();
function learn(f, name, key) {
  f.title = name;
  if (!functions.has(name)) functions.set(name, {});
  functions.get(name)[key] = f;
}
function learned(name, key) { const all = functions.get(name); return all && all[key]; }
const printed = [];
function fail(kind, words, pos) { return new RuleError(kind, words, pos); }
function failSystem(kind, words, pos) { const error = fail(kind, words, pos); error.system = true; return error; }
function show(error) { return bareText(error) + (error.pos === "" ? "" : " (line " + error.pos.replace(":", ", position ") + ")"); }
function bareText(error) {
  if (error.inner === null) return error.text;
  return show(error.inner) + "\nin " + (error.text.startsWith("anon$") ? "closure call" : "call to function '" + error.text + "'");
}
function wrap(name, inner, pos) { const error = fail("call", name, pos); error.inner = inner; return error; }
function innermost(error) { return error.inner === null ? error : innermost(error.inner); }

// One letter for each type; d stands for any type in the tables of natives.
function code(v) {
  if (v === null) return "u";
  switch (typeof v) {
    case "number": case "bigint": return "i";
    case "string": return "s";
    case "boolean": return "b";
  }
  if (v instanceof Map) return "m";
  if (v instanceof F) return "f"; // when F
  if (v instanceof C) return "c"; // when C
  if (v instanceof Fn) return "p"; // when Fn
  if (v instanceof R) return v.inclusive ? "R" : "r"; // when R
  if (v instanceof Flow) return "x"; // when Flow
  return "a";
}
function typeName(v) {
  return { u: "()", b: "bool", i: "i64", f: "f64", c: "char", s: "string", a: "array", m: "map", p: "Fn", r: "range", R: "range=", x: "range" }[code(v)];
}
function innerName(v) {
  if (v instanceof R) return "core::ops::range::Range" + (v.inclusive ? "Inclusive" : "") + "<i64>"; // when R
  if (v instanceof Flow) return v.full; // when Flow
  return typeName(v);
}
function mismatch(v, wanted, pos) {
  // Rhai shows the inner name of a range here, except where a function pointer is wanted.
  return fail("mismatch", "Data type incorrect: " + (wanted === "Fn" ? typeName(v) : innerName(v)) + " (expecting " + wanted + ")", pos);
}
function notFound(name, args, pos) {
  const error = fail("function", name + " (" + args.map((a) => typeof a === "string" ? "&str | ImmutableString | String" : typeName(a)).join(", ") + ")", pos);
  error.signature = error.text;
  error.text = "Function not found: " + error.text;
  return error;
}
// What a locked variable is captured in is noticed before the operator is looked for.
function noOperator(sign, args, pos) {
  race(sign, args, 0); // when hold
  return notFound(sign, args, pos);
}

// Arrays and maps are values: whoever keeps one keeps a copy.
function clone(v) {
  if (typeof v !== "object" || v === null) return v;
  look("");
  if (v instanceof Map) {
    const copy = new Map(v);
    v.forEach((item, key) => { if (typeof item === "object" && item !== null) copy.set(key, clone(item)); });
    return copy;
  }
  return Array.isArray(v) ? v.map(clone) : v;
}
// Rules compare a table's rows: the same keys in front of many values.
function rows(keys, values) {
  const all = [], names = keys.split(" ");
  for (let i = 0; i < values.length; i += names.length) all.push(new Map(names.map((name, k) => [name, values[i + k]])));
  return all;
}
function mapOf(...parts) {
  const all = new Map();
  for (let i = 0; i < parts.length; i += 2) all.set(parts[i], parts[i + 1]);
  return all;
}
// Loops and calls are counted, so that no rule can hold up its page.
function tick(pos) {
  if (++state.spent > LIMIT.budget || (state.spent & 63) === 0 && Date.now() > state.until) late(pos || "");
}
// So is what may take long by itself, though it costs nothing: a body without loops can copy a thousand arrays.
function look(pos) { if (state.spent > LIMIT.budget || (++state.looks & 63) === 0 && Date.now() > state.until) late(pos); }
// Sorting goes on when its comparer fails, so whatever is counted has to fail from then on.
function late(pos) { state.spent = Infinity; throw failSystem("operations", "Too many operations", pos); }
// Without `millis` what is run belongs to the time that something else started.
function start(millis) {
  state.depth = state.spent = state.locks = state.said = printed.length = 0;
  if (millis) state.until = Date.now() + millis;
}
function bool(v, pos) { if (v === true || v === false) return v; throw mismatch(v, "bool", pos); }
function ref(get, set) { return { get v() { return get(); }, set v(value) { set(value); } }; }
function self(it, pos) { if (it === undefined) throw fail("this", "'this' not bound", pos); return it; }
function global(value, name, pos) {
  if (value === undefined) throw fail("variable", "Variable not found: global::" + name, pos);
  return value;
}
function raise(value, pos) {
  const error = fail("runtime", value === null || value === "" ? "Runtime error" : "Runtime error: " + display(value), pos);
  error.value = value;
  return error;
}

// A script function runs one level deeper than its caller; what fails inside is reported with the way there.
function define(names, ...all) { names.split(" ").forEach((name, i) => learn(all[i], name, all[i].length - 1)); }
// Functions that only look at their parameters need no copies of them.
function looking(...parts) { for (const f of parts) f.looks = true; }
function call(f, pos, ...args) {
  race(f.title, args, 0); // when hold
  return enter(f, undefined, args, pos);
}
// The first argument is a variable that the function may have by reference.
function callRef(f, pos, ...args) { race(f.title, args, 1); return enter(f, undefined, args, pos); }
function enter(f, self, args, pos) {
  tick(pos);
  if (++state.depth > CALL_LEVELS) throw failSystem("stack", "Stack overflow", pos);
  try {
    const result = f(self, ...args);
    state.depth--;
    return result;
  } catch (error) {
    if (error instanceof RangeError) throw failSystem("stack", "Stack overflow", pos);
    if (!(error instanceof RuleError)) throw error;
    if (error.system) { error.pos = pos; throw error; }
    throw wrap(f.title, error, pos);
  }
}

// Natives: name, then the letters of their types. A "rep" gets a box, because it replaces a text or a number; a "fun"
// passes its arguments on, an "imp" too, though Rhai keeps it from constants; a "def" only looks at them, an "odd" too,
// though Rhai keeps it from constants.
const natives = new Map();
const getters = new Map();
function add(table, name, letters, run, level) {
  if (!table.has(name)) table.set(name, new Map());
  for (const types of letters.split(" ")) table.get(name).set(types, { run: run, level: level });
}
function def(name, letters, run) { add(natives, name, letters, run, 0); }
function fun(name, letters, run) { add(natives, name, letters, run, 1); }
function imp(name, letters, run) { add(natives, name, letters, run, 2); }
function odd(name, letters, run) { add(natives, name, letters, run, 2); }
function mut(name, letters, run) { add(natives, name, letters, run, 2); }
function rep(name, letters, run) { add(natives, name, letters, run, 3); }
function getter(name, letters, run) { add(getters, name, letters, run, 0); }
function find(table, name, args) {
  const entry = table.get(name);
  if (entry === undefined) return null;
  let exact = "";
  for (const arg of args) exact += code(arg);
  let found = entry.get(exact);
  if (found !== undefined) return found;
  found = null;
  for (let mask = 1, n = args.length; mask < 1 << n && found === null; mask++) {
    let letters = "";
    for (let i = 0; i < n; i++) letters += mask & 1 << n - i - 1 ? "d" : exact[i];
    found = entry.get(letters) || null;
  }
  entry.set(exact, found);
  return found;
}
function isLocked(v) {
  if (Array.isArray(v)) return v.some(isLocked);
  if (v instanceof Map) return [...v.values()].some(isLocked);
  if (v instanceof Fn) return v.curry.some(isLocked);
  return v instanceof Cell && v.locked;
}
function race(name, args, skip) {
  for (let i = skip; state.locks > 0 && i < args.length; i++) {
    if (isLocked(args[i])) throw fail("race", "Data race detected on argument #" + (i - skip + 1) + " of function '" + name + "'", "");
  }
}
// Calls a native; `box` holds the first argument when it may be changed, `constant` forbids to change it.
function native(name, args, pos, box, constant) {
  look(pos);
  const found = find(natives, name, args);
  if (found === null) throw notFound(name, args, pos);
  if (constant && found.level > 1) throw fail("constant", "Non-pure method '" + name + "' cannot be called on constant", pos);
  try {
    let result;
    if (found.level === 3) {
      result = found.run(box || { v: args[0] }, ...args.slice(1), pos);
    } else result = found.run(...args, pos);
    if (result === undefined) result = null; else checked(result, pos);
    // What is reached by reference is measured again; a text only where it may have been replaced.
    if (box && !box.part && (found.level === 3 || typeof box.v === "object")) checked(box.v, pos);
    return result;
  } catch (error) {
    if (error instanceof RuleError && error.pos === "" && error.kind !== "race") error.pos = pos;
    throw error;
  }
}
// The limits of a value: all its levels count together.
function checked(v, pos) {
  if (typeof v === "string" ? v.length * 3 > TEXT_BYTES : typeof v === "object") {
    let sum = weigh(v, { a: 0, m: 0, s: 0 }, 3);
    if (sum.s > TEXT_BYTES) sum = weigh(v, { a: 0, m: 0, s: 0 }, 0);
    within(sum, pos);
  }
  return v;
}
// Adds up elements of arrays, entries of maps and bytes of texts, these at `width` bytes for a unit or exactly.
function weigh(v, sum, width) {
  const add = (item) => {
    if (typeof item === "string") sum.s += width === 0 ? utf8Length(item) : item.length * width;
    else if (Array.isArray(item)) { sum.a += item.length; item.forEach(add); }
    else if (item instanceof Map) { sum.m += item.size; item.forEach(add); }
  };
  add(v);
  return sum;
}
function within(sum, pos) {
  const what = sum.s > TEXT_BYTES ? "Length of string" : sum.a > ELEMENTS ? "Size of array/BLOB" : sum.m > ENTRIES ? "Size of object map" : "";
  if (what !== "") throw failSystem("size", what + " too large", pos);
}
function utf8Length(s) { return encodeURIComponent(s).replace(/%../g, "x").length; }
// A function of Rhai's, called in function style.
function nat(name, pos, ...args) { return natBox(undefined, name, pos, args); }
function natRef(box, name, pos, ...others) { return natBox(box, name, pos, [box.v, ...others]); }
function natBox(box, name, pos, args, constant) {
  race(name, args, box ? 1 : 0); // when hold
  state.depth++;
  const result = native(name, args, pos, box, constant);
  state.depth--;
  return result;
}
function natConst(name, pos, ...args) { return natBox({ v: args[0] }, name, pos, args, true); }
// A variable is looked at by reference.
function natVar(name, pos, ...args) { return natBox({ v: args[0] }, name, pos, args); }
// Function-call style takes a variable by reference, but a copy of a shared one.
function natCell(cell, name, pos, ...others) {
  if (cell.shared) return nat(name, pos, clone(cell.v), ...others);
  return natBox(cell, name, pos, [cell.v, ...others]);
}
// A method: a function pointer kept in a map under that name, a script function with `this`, or a native.
function met(value, name, pos, ...args) { return method({ v: value }, undefined, name, args, pos, false); }
// On a value that nothing else has.
function metNew(value, name, pos, ...args) { return method({ v: value, part: true }, undefined, name, args, pos, false); }
function metConst(value, name, pos, ...args) { return method({ v: value }, undefined, name, args, pos, true); }
function metOwn(value, f, name, pos, ...args) { return method({ v: value }, f, name, args, pos, true); }
function metConstNew(value, name, pos, ...args) { return method({ v: value, part: true }, undefined, name, args, pos, true); }
function metBox(box, f, name, pos, ...args) { return method(box, f, name, args, pos, false); }
function method(box, f, name, args, pos, constant) {
  const value = box.v;
  if (value instanceof Map && value.get(name) instanceof Fn) return redirected(box, value.get(name), args, pos, constant); // when Fn
  race(name, box.part ? [value, ...args] : args, 0); // when hold
  if (f) return enter(f, whole(box), args, pos);
  state.depth++;
  const result = native(name, [value, ...args], pos, box, constant);
  state.depth--;
  return result;
}
// The function of the script that runs as a method: one for the type of `this` comes first.
function methodFor(name, self, arity) {
  const own = typedFor(name, self, arity); // when Typed
  if (own !== undefined) return own; // when Typed
  return learned(name, arity);
}
function typedFor(name, self, arity) { return learned(name, arity + "/" + typeName(self)); }
// What a pointer calls with these arguments: first what it carries.
function carry(it, args) { return it.curry.length === 0 ? args : [...it.curry.map(clone), ...args]; }
// What a script does to a part of a text or a number stays with it.
function whole(box) { return box.part ? { v: box.v } : box; }
function redirected(box, to, args, pos, constant) {
  const all = carry(to, args);
  if (to.linked === all.length) return enter(learned(to.name, all.length), box, all, pos);
  race(to.name, box.part ? [box.v, ...all] : all, 0); // when hold
  const script = methodFor(to.name, box.v, all.length);
  if (script !== undefined) return enter(script, box, all, pos);
  state.depth++;
  const result = native(to.name, [box.v, ...opened(all)], pos, box, constant);
  state.depth--;
  return result;
}
// Built-in functions get values where functions of the script may get captured variables.
function opened(all) {
  all.forEach((it, i) => { if (it instanceof Cell) all[i] = clone(it.x); }); // when Cell
  return all;
}
// Runs a chain on a captured variable: locked while it lasts.
function hold(cell, action) {
  if (!cell.shared) return action(cell);
  free(cell);
  cell.locked = true;
  state.locks++;
  try { return action(ref(() => cell.x, (value) => { cell.x = value; })); } finally { cell.locked = false; state.locks--; }
}
// What a `catch` may see; everything else goes on.
function caught(error, depth) { if (!(error instanceof RuleError) || error.system) throw error; state.depth = depth; }
function rethrow(original, error) {
  if (error instanceof RuleError && error.kind === "runtime" && error.value === null) { original.pos = error.pos; return original; }
  return error;
}
getter("tag", "d", () => 0);
def("type_of", "d", typeName);
rep("take", "d", (box) => { const v = box.v; box.v = null; return v; });
