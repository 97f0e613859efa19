// needs: core
// Function pointers and closures.
function pointerTo(name, pos) {
  if (typeof name !== "string") throw mismatch(name, "string", pos);
  return new Fn(name, []);
}
function pointerNamed(name, pos) {
  const it = pointerTo(name, pos);
  if (!/^_*[A-Za-z][A-Za-z0-9_]*$/.test(name)) { const error = fail("function", "Function not found: " + name, pos); error.signature = name; throw error; }
  return it;
}
function fnOf(f) { return new Fn(f.title, [], f.length - 1); }
// What is captured stays as long as the closure does: making one costs more than a step.
function closure(f, ...cells) {
  state.spent += 20;
  cells.forEach(free); // when hold
  for (const cell of cells) cell.shared = true;
  return new Fn(f.title, cells, f.length - 1);
}
// A captured variable as an argument of `call` and `curry`, and a parameter that may be one.
function handed(cell) { const value = cell.v; return cell.shared ? cell : clone(value); }
function cellOf(value) { return value instanceof Cell ? value : new Cell(value); }
function invoke(it, args, pos) {
  const size = it.curry.length + args.length, linked = it.linked === size;
  if (!linked) opened(args); // when Cell
  const all = carry(it, args), script = learned(it.name, size);
  if (!linked) race(it.name, all, 0); // when hold
  if (script !== undefined) return enter(script, undefined, all, pos);
  state.depth++;
  const result = native(it.name, opened(all), pos, undefined, false);
  state.depth--;
  return result;
}
// `f.call(x)` runs f; `x.call(f)` runs f with x as its `this`.
function callMethod(box, pos, firstPos, ...args) {
  const it = box.v, f = args[0];
  if (it instanceof Fn) return invoke(it, args, pos);
  if (args.length === 0) throw mismatch(it, "Fn", pos);
  if (!(f instanceof Fn)) throw mismatch(f, "Fn", firstPos);
  const all = carry(f, args.slice(1)), linked = f.linked === all.length;
  race(f.name, box.part && !linked ? [it, ...all] : all, 0); // when hold
  const script = linked ? learned(f.name, all.length) : methodFor(f.name, it, all.length);
  if (script !== undefined) return enter(script, whole(box), all, pos);
  state.depth++;
  const result = native(f.name, [it, ...opened(all)], pos, box, false);
  state.depth--;
  return result;
}
function callFunction(it, pos, firstPos, ...args) {
  if (!(it instanceof Fn)) throw mismatch(it, "Fn", firstPos);
  return invoke(it, args, pos);
}
function curry(it, pos, ...args) {
  if (!(it instanceof Fn)) throw mismatch(it, "Fn", pos);
  return new Fn(it.name, [...it.curry, ...args], it.linked);
}
// A native calls back: with the item as `this`, with the item among the arguments, then with the index too. A function
// that is not linked stands a level deeper.
function callRaw(it, self, args, pos) {
  const all = carry(it, args), size = all.length, carried = it.curry.length;
  let script = learned(it.name, size);
  if (it.linked === size) return enter(script, self, all, pos);
  const inserts = self !== undefined && carried > 0 && script === undefined;
  if (inserts) all.splice(carried, 0, self.v);
  race(it.name, all, 0); // when hold
  if (self !== undefined && !inserts) script = methodFor(it.name, self.v, size);
  state.depth++;
  let result;
  if (script !== undefined) result = enter(script, self, all, pos);
  else {
    state.depth++;
    opened(all);
    const box = inserts ? undefined : self;
    result = native(it.name, box === undefined ? all : [box.v, ...all], pos, box, false);
    state.depth--;
  }
  state.depth--;
  return result;
}
function callback(caller, it, self, args, extras, move, pos) {
  const moves = move >= 0 && self !== undefined, last = moves ? 2 : 1;
  for (let step = 0; ; step++) {
    const more = step === last ? extras : [], inserts = moves && step > 0, bound = inserts ? undefined : self;
    const size = it.curry.length + args.length + more.length + (inserts ? 1 : 0), script = learned(it.name, size);
    // An attempt that can find nothing is not made, except for the last, which reports it, and where it may find something
    // locked before that.
    let known = script !== undefined || natives.has(it.name);
    if (bound !== undefined && typedFor(it.name, bound.v, size) !== undefined) known = true; // when Typed
    if (!known && step < last && state.locks === 0) continue;
    const given = [...args, ...more], depth = state.depth;
    if (inserts) given.splice(move, 0, script !== undefined && script.looks ? self.v : clone(self.v));
    try { return callRaw(it, bound, given, pos); } catch (error) {
      if (!(error instanceof RuleError)) throw error;
      if (step === last || error.kind !== "function" || !error.signature.startsWith(it.name)) throw wrap(caller, error, "");
      state.depth = depth;
    }
  }
}
function test(caller, it, items, i, pos) { return callback(caller, it, new Item(items, i), [], [i], 0, pos) === true; }
// An element where it stands.
class Item {
  constructor(items, i) { this.items = items; this.i = i; }
  get v() { return this.items[this.i]; }
  set v(value) { this.items[this.i] = value; }
}
getter("name", "p", (f) => f.name);
getter("is_anonymous", "p", (f) => f.name.startsWith("anon$"));
def("name", "p", (f) => f.name);
def("is_anonymous", "p", (f) => f.name.startsWith("anon$"));
