// needs: core op cmp fnptr
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
mut("drain", "mp", (m, f, pos) => { const out = subset(m, where("drain", m, f, pos)); out.forEach((_, key) => m.delete(key)); return out; });
mut("retain", "mp", (m, f, pos) => {
  const keep = new Set(where("retain", m, f, pos));
  const out = subset(m, keysOf(m).filter((key) => !keep.has(key)));
  out.forEach((_, key) => m.delete(key));
  return out;
});
