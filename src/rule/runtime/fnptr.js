// needs: core
// Function pointers and closures.
function pointer(name, pos) {
  if (typeof name !== "string") throw mismatch(name, "string", pos);
  return new Fn(name, []);
}
function closure(name, ...cells) { for (const cell of cells) cell.shared = true; return new Fn(name, cells); }
function invoke(it, args, pos) {
  const all = [...it.curry.map(clone), ...args];
  return deeper(1, () => {
    const script = functions.get(it.name + "/" + all.length);
    if (script !== undefined) return run(script, undefined, all, pos);
    return native(it.name, all, pos, undefined, false);
  });
}
// `f.call(x)` runs f; `x.call(f)` runs f with x as its `this`.
function callMethod(box, args, firstPos, pos) {
  const it = box.v;
  if (it instanceof Fn) return invoke(it, args, pos);
  if (it instanceof Map && it.get("call") instanceof Fn && args.length === 0) throw mismatch(it, "Fn", pos);
  if (args.length === 0) throw mismatch(it, "Fn", pos);
  const [f, ...rest] = args;
  if (!(f instanceof Fn)) throw mismatch(f, "Fn", firstPos);
  const all = [...f.curry.map(clone), ...rest];
  return deeper(1, () => {
    const script = functions.get(f.name + "/" + all.length);
    if (script !== undefined) return run(script, box, all, pos);
    return native(f.name, [it, ...all], pos, box, false);
  });
}
function callFunction(it, args, firstPos, pos) {
  if (!(it instanceof Fn)) throw mismatch(it, "Fn", firstPos);
  return invoke(it, args, pos);
}
function curry(it, args, pos) {
  if (!(it instanceof Fn)) throw mismatch(it, "Fn", pos);
  return new Fn(it.name, [...it.curry, ...args]);
}
// A native calls back: with the item as `this`, with the item among the arguments, then with the index too.
function callRaw(it, self, args, pos) {
  const all = [...it.curry.map(clone), ...args];
  const script = functions.get(it.name + "/" + all.length);
  if (script !== undefined) return deeper(1, () => run(script, self, all, pos));
  if (self !== undefined) all.splice(it.curry.length, 0, self.v);
  return native(it.name, all, pos, undefined, false);
}
function callback(caller, it, self, args, extras, move, pos) {
  const attempts = [[self, args]];
  const moved = (list) => { list.splice(move, 0, clone(self.v)); return list; };
  if (move >= 0 && self !== undefined) attempts.push([undefined, moved([...args])], [undefined, moved([...args, ...extras])]);
  else attempts.push([self, [...args, ...extras]]);
  let last = null;
  for (const [bound, list] of attempts) {
    // An attempt that can find nothing is not made, except for the last, which reports it.
    const known = natives.has(it.name) || functions.has(it.name + "/" + (it.curry.length + list.length));
    if (!known && list !== attempts[attempts.length - 1][1]) continue;
    try {
      return callRaw(it, bound, list, pos);
    } catch (error) {
      last = error;
      if (!(error instanceof RuleError && error.kind === "function" && error.signature.startsWith(it.name))) break;
    }
  }
  if (last instanceof RuleError) throw wrap(caller, last, "");
  throw last;
}
function test(caller, it, items, i, pos) {
  const result = callback(caller, it, box(items, i), [], [i], 0, pos);
  return result === true;
}
function box(items, i) { return { get v() { return items[i]; }, set v(v) { items[i] = v; } }; }
getter("name", "p", (f) => f.name);
getter("is_anonymous", "p", (f) => f.name.startsWith("anon$"));
def("name", "p", (f) => f.name);
def("is_anonymous", "p", (f) => f.name.startsWith("anon$"));
Object.assign(rt, { pointer, closure, callMethod, callFunction, curry });
