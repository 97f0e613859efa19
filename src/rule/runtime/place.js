// needs: core int fmt bits
// Reading and writing inside values: `a[i]`, `a.b`, and the boxes through which a chain is changed.
function chars(s) { return Array.from(s); }
// A text without pairs of units needs no list of its characters.
function isWide(s) { look(""); return /[\ud800-\udfff]/.test(s); }
function textLength(s) { return isWide(s) ? chars(s).length : s.length; }
function textPart(s, from, to) { return isWide(s) ? chars(s).slice(from, to).join("") : s.slice(from, to); }
function bounds(kind, size, i, pos) {
  const what = kind === "array" ? ["Array", "array", "element"] : ["String", "string", "character"];
  const only = size === 0 ? what[1] + " is empty" : size === 1 ? "only 1 " + what[2] + " in " + what[1] : "only " + size + " " + what[2] + "s in " + what[1];
  return fail("bounds", what[0] + " index " + i + " out of bounds: " + only, pos);
}
function offset(size, i) { const n = i < 0 ? Number(i) + size : Number(i); return n >= 0 && n < size ? n : -1; }
// The value at an index, and how to replace it: `put` gives the container with the new value.
function itemAt(it, i, ipos, pos) {
  if (Array.isArray(it)) {
    if (!isInt(i)) throw mismatch(i, "i64", ipos || inside(pos));
    const n = offset(it.length, i);
    if (n < 0) throw bounds("array", it.length, i, ipos || inside(pos));
    return { value: it[n], put: (v) => { it[n] = v; return it; } };
  }
  if (it instanceof Map) {
    if (typeof i !== "string") throw mismatch(i, "string", ipos || inside(pos));
    const value = it.get(i);
    return { value: value === undefined ? null : value, missing: value === undefined, put: (v) => { it.set(i, v); return it; } };
  }
  if (typeof it === "string") return textItem(it, i, ipos || inside(pos));
  if (isInt(it)) return bitItem(it, i, ipos || inside(pos));
  throw fail("index", "Indexer unavailable: " + typeName(it) + " [" + typeName(i) + "]", pos);
}
function textItem(it, i, ipos) {
  const n = textLength(it);
  if (i instanceof R) return textSlice(it, n, i, ipos); // when R
  if (!isInt(i)) throw mismatch(i, "i64", ipos);
  const k = offset(n, i);
  if (k < 0) throw bounds("string", n, i, ipos);
  return { value: new C(textPart(it, k, k + 1)), put: (v, vpos) => {
    if (!(v instanceof C)) throw mismatch(v, "char", vpos);
    // Rhai writes a negative index at that distance from the front; the same is done here.
    const at = i < 0 ? -Number(i) : k;
    return at < n ? textPart(it, 0, at) + v.c + textPart(it, at + 1, n) : it;
  } };
}
function textSlice(it, n, r, ipos) {
  const edge = (x) => x >= 0 ? Number(x) : n + Number(x);
  if (n === 0) return { value: it, put: display };
  const start = edge(r.from);
  if (start < 0) throw bounds("string", n, r.from, ipos);
  const end = Math.max(edge(r.to), 0);
  const stop = r.inclusive ? (start === 0 && end >= n - 1 ? n : end > start ? end + 1 : start) : end;
  const after = r.inclusive ? Math.min(end, n - 1) + 1 : Math.min(end, n);
  return { value: textPart(it, start, Math.max(stop, start)), put: (v) => textPart(it, 0, start) + display(v) + textPart(it, after, n) };
}
function bitItem(it, i, ipos) {
  if (i instanceof R) return bitField(it, i, ipos); // when R
  if (!isInt(i)) throw mismatch(i, "i64", ipos);
  const mask = 1n << BigInt(bitAt(i, ipos));
  return { value: (BigInt(it) & mask) !== 0n, put: (v, vpos) => {
    if (typeof v !== "boolean") throw mismatch(v, "bool", vpos);
    return big(BigInt.asIntN(64, v ? BigInt(it) | mask : BigInt(it) & ~mask));
  } };
}
function noBit(i, pos) { return fail("bounds", "Bit-field index " + i + " out of bounds: only 64 bits in bit-field", pos); }
function bitAt(i, pos) {
  const k = offset(64, i);
  if (k < 0) throw noBit(i, pos);
  return k;
}
// Where nothing else is said the index stands one column behind its bracket.
function inside(pos) { const [line, column] = pos.split(":"); return line + ":" + (Number(column) + 1); }
function index(it, i, pos, ipos) {
  if (Array.isArray(it) && typeof i === "number" && i >= 0 && i < it.length) return it[i];
  if (it instanceof Map && typeof i === "string") return prop(it, i, pos);
  return itemAt(it, i, ipos, pos).value;
}
function prop(it, name, pos, fresh) {
  if (it instanceof Map) { const value = it.get(name); return value === undefined ? null : value; }
  const found = find(getters, name, [it]);
  if (!fresh && Array.isArray(it)) checked(it, pos);
  if (found !== null) return found.run(it);
  throw fail("dot", "Unknown property '" + name + "' - a getter is not registered for type '" + typeName(it) + "'", pos);
}
// Boxes. What is put into an inner box travels outwards until it reaches a container or a variable; a part of a part of
// a text or a number is not put back.
function indexBox(box, i, pos, ipos) {
  const it = box.v, here = itemAt(it, i, ipos, pos);
  if (here.missing) return { v: null, part: true };
  return {
    part: typeof it !== "object",
    get v() { return here.value; },
    set v(v) { here.value = v; const changed = here.put(v, ""); if (typeof changed !== "object" && !box.part) box.v = changed; },
  };
}
// Splitting a slice puts it back, which shows where the slice runs backwards.
function metSlice(box, name, pos, ...args) {
  const result = method(box, undefined, name, args, pos, false);
  if (box.part) box.v = box.v;
  return result;
}
function propBox(box, name, pos) {
  const it = box.v;
  if (!(it instanceof Map)) return { v: prop(it, name, pos) };
  if (!it.has(name)) return { v: null, part: true };
  return { get v() { return it.get(name); }, set v(v) { it.set(name, v); } };
}
// Assignment: `change` is undefined, or the operator of an op-assignment. What it gives takes the container's place.
function setIndex(it, i, value, pos, opos, ipos, change) {
  if (it === null || "bfcprRx".includes(code(it))) {
    throw fail("index", "Indexer unavailable: " + typeName(it) + " [" + typeName(i) + "] = " + typeName(value), pos);
  }
  const here = itemAt(it, i, ipos, pos);
  if (here.missing) here.put(null);
  const now = change ? change(here.value, value, opos) : value, changed = here.put(now, opos);
  checked(now, opos);
  return changed;
}
function setIndexIn(box, i, value, pos, opos, ipos, change) {
  const it = box.v, changed = setIndex(it, i, value, pos, opos, ipos, change);
  if (changed !== it && !box.part) box.v = changed;
}
function setProp(it, name, value, pos, opos, change) {
  if (it instanceof Map) {
    if (!it.has(name)) it.set(name, null);
    it.set(name, change ? change(it.get(name), value, opos) : value);
    checked(it, opos);
    return;
  }
  if (change) value = change(prop(it, name, pos), value, opos);
  throw fail("dot", "No writable property '" + name + "' - a setter is not registered for type '" + typeName(it) + "' to handle '" + typeName(value) + "'", pos);
}
