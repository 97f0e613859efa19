// needs: core int op cmp fmt place iter
// Functions on texts and characters. Positions count characters; negative ones count from the end.
function lower(c) { const changed = c.toLowerCase(); return Array.from(changed).length === 1 ? changed : c; }
function upper(c) { const changed = c.toUpperCase(); return Array.from(changed).length === 1 ? changed : c; }
// White space as Rust defines it; the trim of JavaScript also takes U+FEFF and leaves U+0085.
const SPACE = "[\\u0009-\\u000d\\u0020\\u0085\\u00a0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000]+";
function trim(s) { return s.replace(new RegExp("^" + SPACE), "").replace(new RegExp(SPACE + "$"), ""); }
function str(v) { return v instanceof C ? v.c : v; }
function find_(s, part, start) {
  if (s === "") return -1;
  let head = 0;
  if (start !== 0) {
    const n = textLength(s);
    if (start >= n) return -1;
    head = textPart(s, 0, start < 0 ? Math.max(n + Number(start), 0) : Number(start)).length;
  }
  const found = s.indexOf(part, head);
  return found < 0 ? -1 : textLength(s.slice(0, found));
}
function slice(s, start, len) {
  if (s === "" || len <= 0) return "";
  const n = textLength(s), from = start < 0 ? Math.max(n + Number(start), 0) : Number(start);
  return textPart(s, from, len > n - from ? n : from + Number(len));
}
// A range of positions as a start and a length; both ends are cut to where Rhai cuts them.
function span(r) {
  const from = r.from < 0 ? 0 : r.from;
  let to = r.to < from ? from : r.to;
  if (r.inclusive && to === TOP) to = TOP - 1n;
  const len = BigInt(to) - BigInt(from) + (r.inclusive ? 1n : 0n);
  return [from, len];
}
function pieces(s, by) { return by === "" ? ["", ...Array.from(s), ""] : s.split(by); }
function split(s, by) { return s === "" ? [s] : pieces(s, by); }
function splitLimit(s, by, n) {
  if (n <= 1 || s === "") return [s];
  const all = pieces(s, by);
  return all.length <= n ? all : [...all.slice(0, Number(n) - 1), all.slice(Number(n) - 1).join(by)];
}
// From the right: where delimiters overlap, it is the last one that counts.
function splitRev(s, by, n) {
  if (n <= 1 || s === "") return [s];
  const out = [];
  let end = s.length;
  if (by === "") {
    const all = pieces(s, by);
    for (let left = n; all.length > 1 && left > 1; left--) out.push(all.pop());
    out.push(all.join(""));
    return out;
  }
  while (out.length + 1 < n && end >= by.length) {
    const at = s.lastIndexOf(by, end - by.length);
    if (at < 0) break;
    out.push(s.slice(at + by.length, end));
    end = at;
  }
  out.push(s.slice(0, end));
  return out;
}
function pad(box, len, filler, pos) {
  if (len <= 0) return;
  if (len > TEXT_BYTES) throw failSystem("size", "Length of string too large", pos);
  const more = Number(len) - textLength(box.v), width = textLength(filler);
  if (more <= 0) return;
  if (width === 0) throw failSystem("operations", "Too many operations", pos);
  box.v = checked(box.v + filler.repeat(Math.floor(more / width)) + textPart(filler, 0, more % width), pos);
}
def("len", "s", textLength);
getter("len", "s", textLength);
def("is_empty", "s", (s) => s === "");
getter("is_empty", "s", (s) => s === "");
def("bytes", "s", utf8Length);
getter("bytes", "s", utf8Length);
def("contains", "ss sc", (s, part) => s.includes(str(part)));
def("starts_with", "ss sc", (s, part) => s.startsWith(str(part)));
def("ends_with", "ss sc", (s, part) => s.endsWith(str(part)));
def("index_of", "ss sc", (s, part) => find_(s, str(part), 0));
def("index_of", "ssi sci", (s, part, start) => find_(s, str(part), start));
def("to_upper", "s", (s) => s.toUpperCase());
def("to_lower", "s", (s) => s.toLowerCase());
def("to_upper", "c", (c) => new C(upper(c.c)));
def("to_lower", "c", (c) => new C(lower(c.c)));
rep("make_upper", "s", (box) => { box.v = box.v.toUpperCase(); });
rep("make_lower", "s", (box) => { box.v = box.v.toLowerCase(); });
rep("make_upper", "c", (box) => { box.v = new C(upper(box.v.c)); });
rep("make_lower", "c", (box) => { box.v = new C(lower(box.v.c)); });
rep("trim", "s", (box) => { box.v = trim(box.v); });
rep("clear", "s", (box) => { box.v = ""; });
rep("truncate", "si", (box, n) => { box.v = n <= 0 ? "" : slice(box.v, 0, n); });
rep("append", "sd", (box, v, pos) => { box.v = checked(box.v + text(v), pos); });
rep("remove", "ss", (box, part) => { box.v = without(box.v, part); });
rep("remove", "sc", (box, part) => { box.v = without(box.v, part.c); });
rep("replace", "sss ssc scs scc", (box, part, by, pos) => {
  if (box.v === "") return;
  // Measured before it is made, for it could be as long as one text times another.
  const between = pieces(box.v, str(part)), width = str(by).length;
  const rest = between.reduce((sum, piece) => sum + piece.length, 0);
  if (rest + (between.length - 1) * width > TEXT_BYTES) throw failSystem("size", "Length of string too large", pos);
  box.v = checked(between.join(str(by)), pos);
});
rep("pop", "s", (box) => {
  const s = box.v, n = textLength(s);
  if (n === 0) return null;
  box.v = textPart(s, 0, n - 1);
  return new C(textPart(s, n - 1, n));
});
rep("pop", "si", (box, many) => {
  const s = box.v, n = textLength(s);
  if (n === 0 || many <= 0) return "";
  const keep = many < n ? n - Number(many) : 0;
  box.v = textPart(s, 0, keep);
  return textPart(s, keep, n);
});
rep("pad", "sis", (box, n, filler, pos) => pad(box, n, filler, pos));
rep("pad", "sic", (box, n, filler, pos) => pad(box, n, filler.c, pos));
rep("crop", "sii", (box, start, len) => { box.v = slice(box.v, start, len); });
rep("crop", "si", (box, start) => { box.v = slice(box.v, start, TOP); });
rep("crop", "sr sR", (box, r) => { box.v = slice(box.v, ...span(r)); });
def("sub_string", "sii", slice);
def("sub_string", "si", (s, start) => slice(s, start, TOP));
def("sub_string", "sr sR", (s, r) => slice(s, ...span(r)));
def("get", "si", (s, i) => { const k = offset(textLength(s), i); return k < 0 ? null : new C(textPart(s, k, k + 1)); });
rep("set", "sic", (box, i, c) => { const n = textLength(box.v), k = offset(n, i); if (k >= 0) box.v = textPart(box.v, 0, k) + c.c + textPart(box.v, k + 1, n); });
def("split", "ss sc", (s, by) => split(s, str(by)));
def("split", "ssi sci", (s, by, n) => splitLimit(s, str(by), n));
def("split", "s", (s) => s === "" ? [s] : trim(s) === "" ? [] : trim(s).split(new RegExp(SPACE)));
def("split", "si", (s, i) => {
  const n = textLength(s);
  const k = i > 0 ? (i > n ? n : Number(i)) : n + Number(i) < 0 ? 0 : n + Number(i);
  return [textPart(s, 0, k), textPart(s, k, n)];
});
def("split_rev", "ss sc", (s, by) => splitRev(s, str(by), Infinity));
def("split_rev", "ssi sci", (s, by, n) => splitRev(s, str(by), n));
def("to_chars", "s", (s) => chars(s).map((c) => new C(c)));
function stream(s) { return new Flow("rhai::packages::iter_basic::CharsStream", () => charsOf(s)); }
getter("chars", "s", stream);
def("chars", "s", stream);
def("chars", "si", (s, start) => stream(slice(s, start, TOP)));
def("chars", "sii", (s, start, len) => stream(slice(s, start, len)));
def("chars", "sr sR", (s, r) => stream(slice(s, ...span(r))));
def("max", "ss", (a, b) => order(a, b) >= 0 ? a : b);
def("min", "ss", (a, b) => order(a, b) <= 0 ? a : b);
def("max", "cc", (a, b) => order(a.c, b.c) >= 0 ? a : b);
def("min", "cc", (a, b) => order(a.c, b.c) <= 0 ? a : b);
