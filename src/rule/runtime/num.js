// needs: core int op fmt
// Functions on numbers and ranges.
function best(a, b, larger) {
  if (isInt(a) && isInt(b)) return (larger ? a >= b : a <= b) ? a : b;
  const x = num(a), y = num(b);
  return new F((larger ? x >= y : x <= y) ? x : y);
}
function rounded(x) { return x < 0 ? -Math.floor(-x + 0.5) : Math.floor(x + 0.5); }
// Half away from zero; adding a half would carry 0.49999999999999994 over the edge.
function round(x) { const whole = Math.trunc(x); return Math.abs(x - whole) >= 0.5 ? whole + Math.sign(x) : whole; }
const SPACES = /^[\t-\r \u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+|[\t-\r \u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+$/g;
function parseInt_(s, radix, pos) {
  if (radix < 2 || radix > 36) throw fail("arithmetic", "Invalid radix: '" + radix + "'", pos);
  const it = s.replace(SPACES, "");
  const bad = (why) => fail("arithmetic", "Error parsing integer number '" + s + "': " + why, pos);
  if (it === "") throw bad("cannot parse integer from empty string");
  const negative = it[0] === "-", body = negative || it[0] === "+" ? it.slice(1) : it;
  if (body === "") throw bad("invalid digit found in string");
  let n = 0n;
  for (const c of body) {
    const digit = /^[0-9a-zA-Z]$/.test(c) ? parseInt(c, 36) : 99;
    if (digit >= radix) throw bad("invalid digit found in string");
    n = n * BigInt(radix) + BigInt(digit);
    if (n > TOP + (negative ? 1n : 0n)) {
      const after = body.slice(body.indexOf(c));
      if (/[^0-9a-zA-Z]/.test(after)) throw bad("invalid digit found in string");
      throw bad("number too " + (negative ? "small" : "large") + " to fit in target type");
    }
  }
  return big(negative ? -n : n);
}
function parseFloat_(s, pos) {
  const it = s.replace(SPACES, "");
  if (/^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/.test(it)) return new F(Number(it));
  const name = /^([+-]?)(inf|infinity|nan)$/i.exec(it);
  if (name) return new F(name[2].toLowerCase() === "nan" ? NaN : name[1] === "-" ? -Infinity : Infinity);
  throw fail("arithmetic", "Error parsing floating-point number '" + s + "': " + (it === "" ? "cannot parse float from empty string" : "invalid float literal"), pos);
}
function toInt(x, pos) {
  if (x > 9223372036854775807 || x < -9223372036854775808) throw fail("arithmetic", "Integer overflow: to_int(" + (Number.isFinite(x) ? plain(x) : scientific(x)) + ")", pos);
  if (x !== x) return 0;
  const n = BigInt(Math.trunc(x));
  return big(n > TOP ? TOP : n);
}
for (const [name, larger] of [["max", true], ["min", false]]) def(name, "ii ff if fi", (a, b) => best(a, b, larger));
def("abs", "i", (a, pos) => {
  if (a === BOTTOM) throw fail("arithmetic", "Negation overflow: -" + a, pos);
  return a < 0 ? big(-BigInt(a)) : a;
});
def("abs", "f", (a) => new F(Math.abs(a.v)));
def("sign", "i", (a) => a > 0 ? 1 : a < 0 ? -1 : 0);
for (const [name, run] of [["is_zero", (a) => a === 0], ["is_odd", (a) => BigInt(a) % 2n !== 0n], ["is_even", (a) => BigInt(a) % 2n === 0n]]) {
  def(name, "i", run);
  getter(name, "i", run);
}
for (const [name, run] of [["floor", Math.floor], ["ceiling", Math.ceil], ["round", round], ["int", Math.trunc], ["fraction", (x) => x - Math.trunc(x)]]) {
  def(name, "f", (x) => new F(run(x.v)));
  getter(name, "f", (x) => new F(run(x.v)));
}
for (const [name, run] of [["is_nan", (x) => x !== x], ["is_finite", Number.isFinite], ["is_infinite", (x) => Math.abs(x) === Infinity]]) {
  def(name, "f", (x) => run(x.v));
  getter(name, "f", (x) => run(x.v));
}
def("sqrt", "f", (x) => new F(Math.sqrt(x.v)));
def("to_int", "i", (a) => a);
def("to_int", "c", (c) => c.c.codePointAt(0));
def("to_int", "f", (x, pos) => toInt(x.v, pos));
def("to_float", "i f", (a) => new F(num(a)));
def("parse_int", "s", (s, pos) => parseInt_(s, 10, pos));
def("parse_int", "si", (s, radix, pos) => parseInt_(s, radix, pos));
def("parse_float", "s", parseFloat_);
for (const [name, run] of [["start", (r) => r.from], ["end", (r) => r.to], ["is_inclusive", (r) => r.inclusive], ["is_exclusive", (r) => !r.inclusive],
  ["is_empty", (r) => r.inclusive ? r.from > r.to : r.from >= r.to]]) {
  def(name, "r R", run);
  getter(name, "r R", run);
}
def("contains", "ri Ri", (r, n) => inRange(n, r.from, r.to, r.inclusive));
