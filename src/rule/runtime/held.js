// needs: core
// Captured variables. When one is assigned to, it is locked while the new value is looked at: no closure that captured it can be
// put there, except where no function is called for it.
function operand(cell, name, old, value) {
  if (name !== "+=" || !Array.isArray(old)) hold(cell, () => race(name, [value], 0));
  return value;
}
// Of the two sides of an op-assignment only the new one must not be locked.
function assigning(change, sign, a, b, pos) {
  if (sign !== "+=" || !Array.isArray(a)) race(sign, [b], 0);
  const locks = state.locks;
  state.locks = 0;
  try { return change(a, b, pos); } finally { state.locks = locks; }
}
function settable(cell, name, box, args) {
  const it = box.v, simple = it === null || "bfcprRxi".includes(code(it));
  if (name === "index$set$" ? simple && code(it) !== "i" : !(it instanceof Map)) hold(cell, () => race(name, box.part ? [it, ...args] : args, 0));
}
// Rhai names the type of a shared variable that is no bool by what it is inside.
function truth(cell, pos) {
  const it = cell.v;
  if (!cell.shared || typeof it === "boolean") return bool(it, pos);
  throw fail("mismatch", "Data type incorrect: alloc::rc::Rc<core::cell::RefCell<rhai::types::dynamic::Dynamic>> (expecting bool)", pos);
}
// Rhai counts what is missing as an argument, but not what is there.
function metBoxConst(box, name, pos, ...args) { return method(box, undefined, name, args, pos, true); }
