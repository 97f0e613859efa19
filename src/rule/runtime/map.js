// needs: core op cmp fmt fnptr
// Functions on object maps, whose keys are always taken in their order.
function mapBox(map, key) { return { get v() { return map.get(key); }, set v(v) { map.set(key, v); } }; }
function where(caller, map, f, pos) {
  return keysOf(map).filter((key) => callback(caller, f, mapBox(map, key), [key], [], 1, pos) === true);
}
function subset(map, keys) { return new Map(keys.map((key) => [key, clone(map.get(key))])); }
def("len", "m", (m) => m.size);
def("is_empty", "m", (m) => m.size === 0);
def("contains", "ms", (m, key) => m.has(key));
def("get", "ms", (m, key) => m.has(key) ? clone(m.get(key)) : null);
mut("set", "msd", (m, key, v) => { m.set(key, v); });
mut("clear", "m", (m) => { m.clear(); });
mut("remove", "ms", (m, key) => { if (!m.has(key)) return null; const v = m.get(key); m.delete(key); return v; });
mut("mixin", "mm", (m, other) => { mixin(m, other); });
mut("fill_with", "mm", (m, other) => { other.forEach((v, key) => { if (!m.has(key)) m.set(key, v); }); });
def("keys", "m", keysOf);
def("values", "m", (m) => keysOf(m).map((key) => clone(m.get(key))));
fun("map", "mp", (m, f, pos) => new Map(keysOf(m).map((key) => [key, callback("filter", f, mapBox(m, key), [key], [], 1, pos)])));
fun("filter", "mp", (m, f, pos) => subset(m, where("filter", m, f, pos)));
// What fails ends the search: the entry that fails is lost, and so is what was drained before it.
function sift(caller, map, f, keeps, pos) {
  const drained = new Map();
  for (const key of keysOf(map)) {
    const box = mapBox(new Map([[key, map.get(key)]]), key);
    map.delete(key);
    const yes = callback(caller, f, box, [key], [], 1, pos) === true;
    (yes === keeps ? map : drained).set(key, box.v);
  }
  return drained;
}
mut("drain", "mp", (m, f, pos) => sift("drain", m, f, false, pos));
mut("retain", "mp", (m, f, pos) => sift("retain", m, f, true, pos));
// JSON but for characters and for what it has no word for, which stand as Rhai shows them.
function json(v) {
  switch (code(v)) {
    case "u": return "null";
    case "a": return "[" + v.map(json).join(",") + "]";
    case "m": return "{" + keysOf(v).map((key) => quoted(key) + ":" + json(v.get(key))).join(",") + "}";
    case "p": return v.curry.length === 0 ? quoted(v.name) : "[" + [quoted(v.name), ...v.curry.map((it) => json(it instanceof Cell ? it.v : it))].join(",") + "]"; // when Fn
    case "x": return v.full; // when Flow
    default: return bare(v);
  }
}
// A closure that holds itself, by a variable that it captures, has no end.
const CARRIED = 100;
function hasEnd(v, left, pos) {
  if (v instanceof Cell) { if (v.locked) throw fail("race", "Data race detected", pos); v = v.x; } // when Cell
  if (v instanceof Fn) v.curry.forEach((it) => { if (left.n-- === 0) throw failSystem("stack", "Stack overflow", pos); hasEnd(it, left, pos); }); // when Fn
  if (Array.isArray(v) || v instanceof Map) v.forEach((item) => hasEnd(item, left, pos));
}
def("to_json", "m", (m, pos) => { hasEnd(m, { n: CARRIED }, pos); return json(m); });
