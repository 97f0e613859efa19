// needs: core int cmp place fnptr
// Functions on arrays. Callbacks get the item as `this`, or as an argument, or with its index.
function cut(size, start, len) {
  if (start >= size) return [size, 0];
  const from = start < 0 ? Math.max(size + Number(start), 0) : Number(start);
  return [from, len <= 0 ? 0 : len > size - from ? size - from : Number(len)];
}
function cutRange(size, r) {
  const from = r.from < 0 ? 0 : r.from;
  let to = r.to < from ? from : r.to;
  if (r.inclusive && to === TOP) to = TOP - 1n;
  const len = BigInt(to) - BigInt(from) + (r.inclusive ? 1n : 0n);
  return cut(size, from, len);
}
function inArray(items, value, start, pos) {
  for (let i = start; i < items.length; i++) if (sameItem(items[i], value, pos, true)) return i;
  return -1;
}
function firstWhere(caller, items, f, start, pos) {
  for (let i = cut(items.length, start, 0)[0]; i < items.length; i++) if (test(caller, f, items, i, pos)) return i;
  return -1;
}
function fold(caller, items, f, start, indices, pos) {
  let result = start;
  for (const i of indices) result = callback(caller, f, new Item(items, i), [result], [i], 1, pos);
  return result;
}
function upTo(n) { return Array.from({ length: n }, (_, i) => i); }
// What goes wrong in a comparer counts as no answer, the limits included.
function unanswered(error, depth) { if (!(error instanceof RuleError)) throw error; state.depth = depth; return false; }
function sorted(items, f, pos) {
  const script = learned(f.name, f.curry.length + 2), own = script !== undefined && script.looks ? (v) => v : clone;
  return inOrder(items, (a, b) => {
    const depth = state.depth;
    let n = null;
    try { n = callRaw(f, undefined, [own(a), own(b)], pos); } catch (error) { unanswered(error, depth); }
    if (typeof n === "boolean") return n ? -1 : 1;
    if (isInt(n)) return n > 0 ? 1 : n < 0 ? -1 : 0;
    if (code(a) === code(b)) return 0;
    // What Rhai does now is not known, so no `catch` may go on.
    state.spent = Infinity;
    throw failSystem("sort", "the comparer for sorting gives neither a number nor a bool", pos);
  });
}
// Up to 20 elements Rust compares as an insertion sort does, and so does this: a comparer that contradicts itself, or
// that counts its calls, gives the same. Beyond that only the order of the comparisons may differ.
function inOrder(items, compareItems) {
  const all = items.slice();
  if (all.length > 20) return all.sort(compareItems);
  for (let i = 1; i < all.length; i++) {
    const v = all[i];
    let to = i;
    while (to > 0 && compareItems(v, all[to - 1]) < 0) { all[to] = all[to - 1]; to--; }
    all[to] = v;
  }
  return all;
}
// What is no number equals every number, which is no order: the build's engine says so beyond 20 elements.
function brokenOrder(items, direction, pos) {
  if (items.length > 20 && items.some((v) => Number.isNaN(v.v))) throw raise("error in comparer for sorting", pos);
  return inOrder(items, (a, b) => direction * (a.v < b.v ? -1 : a.v > b.v ? 1 : 0));
}
function natural(items, direction, pos) {
  if (items.length < 2) return items;
  const kind = code(items[0]);
  if (items.some((v) => code(v) !== kind)) throw fail("sorting", "Function not found: elements of different types cannot be sorted", pos);
  switch (kind) {
    case "u": return items;
    case "i": return items.slice().sort((a, b) => direction * intOrder(a, b));
    case "b": return items.slice().sort((a, b) => direction * (Number(a) - Number(b)));
    case "f": return brokenOrder(items, direction, pos); // when F
    case "s": return items.slice().sort((a, b) => direction * order(a, b));
    case "c": return items.slice().sort((a, b) => direction * order(a.c, b.c)); // when C
  }
  const names = { a: "array", m: "map", p: "Fn" };
  throw fail("sorting", "Function not found: elements of " + (names[kind] || innerName(items[0])) + " cannot be sorted", pos);
}
// Puts other items in the place of n items from i on. No call takes the items as arguments: their number is limited.
function replaceAt(items, i, n, others) {
  const tail = items.slice(i + n);
  items.length = i;
  for (const item of others) items.push(item);
  for (const item of tail) items.push(item);
}
function refill(items, filled) { replaceAt(items, 0, items.length, filled.slice()); }
function drainWhere(caller, items, f, keepTrue, pos) {
  const drained = [];
  let turn = 0;
  for (let x = 0; x < items.length; turn++) {
    const yes = callback(caller, f, new Item(items, x), [], [turn], 0, pos) === true;
    if (yes === keepTrue) x++; else drained.push(...items.splice(x, 1));
  }
  return drained;
}
def("len", "a", (a) => a.length);
getter("len", "a", (a) => a.length);
def("is_empty", "a", (a) => a.length === 0);
getter("is_empty", "a", (a) => a.length === 0);
mut("get", "ai", (a, i) => { const [k] = cut(a.length, i, 0); return k < a.length ? clone(a[k]) : null; });
mut("set", "aid", (a, i, v) => { const [k] = cut(a.length, i, 0); if (k < a.length) a[k] = v; });
mut("push", "ad", (a, v) => { a.push(v); });
mut("append", "aa", (a, b) => { replaceAt(a, a.length, 0, b); });
mut("insert", "aid", (a, i, v) => { const [k] = cut(a.length, i, 0); a.splice(k, 0, v); });
mut("pad", "aid", (a, n, v, pos) => {
  if (n <= a.length) return;
  const sum = weigh(a, { a: 0, m: 0, s: 0 }, 0), one = weigh(v, { a: 1, m: 0, s: 0 }, 0), more = Number(n) - a.length;
  within({ a: sum.a + one.a * more, m: sum.m + one.m * more, s: sum.s + one.s * more }, pos);
  while (a.length < n) a.push(clone(v));
});
mut("pop", "a", (a) => a.length === 0 ? null : a.pop());
mut("shift", "a", (a) => a.length === 0 ? null : a.shift());
mut("remove", "ai", (a, i) => { const k = offset(a.length, i); return k < 0 ? null : a.splice(k, 1)[0]; });
mut("clear", "a", (a) => { a.length = 0; });
mut("truncate", "ai", (a, n) => { if (n < a.length) a.length = n <= 0 ? 0 : Number(n); });
mut("chop", "ai", (a, n) => { if (n <= 0) a.length = 0; else if (n < a.length) a.splice(0, a.length - Number(n)); });
mut("reverse", "a", (a) => { a.reverse(); });
mut("splice", "aiia", (a, start, len, b) => { const [i, n] = cut(a.length, start, len); replaceAt(a, i, n, b); });
mut("splice", "ara aRa", (a, r, b) => { const [i, n] = cutRange(a.length, r); replaceAt(a, i, n, b); });
mut("extract", "aii", (a, start, len) => { const [i, n] = cut(a.length, start, len); return clone(a.slice(i, i + n)); });
mut("extract", "ai", (a, start) => { const [i, n] = cut(a.length, start, TOP); return clone(a.slice(i, i + n)); });
mut("extract", "ar aR", (a, r) => { const [i, n] = cutRange(a.length, r); return clone(a.slice(i, i + n)); });
mut("split", "ai", (a, start) => { const [i] = cut(a.length, start, TOP); return a.splice(i, a.length); });
mut("for_each", "ap", (a, f, pos) => { for (let i = 0; i < a.length; i++) callback("for_each", f, new Item(a, i), [], [i], -1, pos); });
fun("map", "ap", (a, f, pos) => a.map((_, i) => callback("map", f, new Item(a, i), [], [i], 0, pos)));
fun("filter", "ap", (a, f, pos) => { const out = []; for (let i = 0; i < a.length; i++) if (test("filter", f, a, i, pos)) out.push(clone(a[i])); return out; });
def("contains", "ad", (a, v, pos) => inArray(a, v, 0, pos) >= 0);
def("index_of", "ad", (a, v, pos) => inArray(a, v, 0, pos));
def("index_of", "adi", (a, v, start, pos) => inArray(a, v, cut(a.length, start, 0)[0], pos));
def("index_of", "ap", (a, f, pos) => firstWhere("index_of", a, f, 0, pos));
def("index_of", "api", (a, f, start, pos) => firstWhere("index_of", a, f, start, pos));
def("find", "ap", (a, f, pos) => { const i = firstWhere("index_of", a, f, 0, pos); return i < 0 ? null : clone(a[i]); });
def("find", "api", (a, f, start, pos) => { const i = firstWhere("index_of", a, f, start, pos); return i < 0 ? null : clone(a[i]); });
function mapped(a, f, start, pos) {
  for (let i = start; i < a.length; i++) { const v = callback("find_map", f, new Item(a, i), [], [i], 0, pos); if (v !== null) return v; }
  return null;
}
def("find_map", "ap", (a, f, pos) => mapped(a, f, 0, pos));
def("find_map", "api", (a, f, start, pos) => mapped(a, f, cut(a.length, start, 0)[0], pos));
def("some", "ap", (a, f, pos) => { for (let i = 0; i < a.length; i++) if (test("some", f, a, i, pos)) return true; return false; });
def("all", "ap", (a, f, pos) => { for (let i = 0; i < a.length; i++) if (!test("all", f, a, i, pos)) return false; return true; });
fun("reduce", "ap", (a, f, pos) => fold("reduce", a, f, null, upTo(a.length), pos));
fun("reduce", "apd", (a, f, start, pos) => fold("reduce", a, f, start, upTo(a.length), pos));
fun("reduce_rev", "ap", (a, f, pos) => fold("reduce_rev", a, f, null, upTo(a.length).reverse(), pos));
fun("reduce_rev", "apd", (a, f, start, pos) => fold("reduce_rev", a, f, start, upTo(a.length).reverse(), pos));
fun("zip", "aap", (a, b, f, pos) => a.slice(0, Math.min(a.length, b.length)).map((v, i) => callback("zip", f, undefined, [clone(v), b[i]], [i], -1, pos)));
// What fails in any way or gives no bool counts as different.
function dedup(a, same) {
  const equals = (x, y) => {
    const depth = state.depth;
    try { return same(x, y) === true; } catch (error) { return unanswered(error, depth); }
  };
  refill(a, a.reduce((kept, v) => { if (kept.length === 0 || !equals(kept[kept.length - 1], v)) kept.push(v); return kept; }, []));
}
mut("dedup", "a", (a) => { dedup(a, (x, y) => compare("==", x, y, "")); });
mut("dedup", "ap", (a, f, pos) => { dedup(a, (x, y) => callRaw(f, undefined, [clone(x), clone(y)], pos)); });
mut("sort", "ap", (a, f, pos) => { refill(a, sorted(a, f, pos)); });
mut("sort_by", "ap", (a, f, pos) => { refill(a, sorted(a, f, pos)); });
mut("sort", "a", (a, pos) => { refill(a, natural(a, 1, pos)); });
mut("sort_desc", "a", (a, pos) => { refill(a, natural(a, -1, pos)); });
mut("order", "ap", (a, f, pos) => sorted(clone(a), f, pos));
mut("order_by", "ap", (a, f, pos) => sorted(clone(a), f, pos));
mut("order", "a", (a, pos) => natural(clone(a), 1, pos));
mut("order_desc", "a", (a, pos) => natural(clone(a), -1, pos));
mut("drain", "ap", (a, f, pos) => drainWhere("drain", a, f, false, pos));
mut("retain", "ap", (a, f, pos) => drainWhere("retain", a, f, true, pos));
function drainPart(a, part) { return part[1] > 0 ? a.splice(part[0], part[1]) : []; }
function retainPart(a, part) {
  const [i, n] = part;
  if (n <= 0) return [];
  const rest = a.slice(0, i).concat(a.slice(i + n));
  refill(a, a.slice(i, i + n));
  return rest;
}
mut("drain", "aii", (a, start, len) => drainPart(a, cut(a.length, start, len)));
mut("drain", "ar aR", (a, r) => drainPart(a, cutRange(a.length, r)));
mut("retain", "aii", (a, start, len) => retainPart(a, cut(a.length, start, len)));
mut("retain", "ar aR", (a, r) => retainPart(a, cutRange(a.length, r)));
