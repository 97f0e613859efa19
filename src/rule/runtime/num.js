// needs: core int op cmp fmt
// Functions on numbers and ranges.
function best(a, b, larger) {
  if (isInt(a) && isInt(b)) return (larger ? intOrder(a, b) >= 0 : intOrder(a, b) <= 0) ? a : b;
  const x = num(a), y = num(b); // when F
  return new F((larger ? x >= y : x <= y) ? x : y); // when F
}
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
    if (n > TOP + (negative ? 1n : 0n)) throw bad("number too " + (negative ? "small" : "large") + " to fit in target type");
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
def("max", "ii ff if fi", (a, b) => best(a, b, true));
def("min", "ii ff if fi", (a, b) => best(a, b, false));
def("abs", "i", (a, pos) => {
  if (a === BOTTOM) throw fail("arithmetic", "Negation overflow: -" + a, pos);
  return a < 0 ? big(-BigInt(a)) : a;
});
def("abs", "f", (a) => new F(Math.abs(a.v)));
def("sign", "i", (a) => a > 0 ? 1 : a < 0 ? -1 : 0);
def("sign", "f", (x, pos) => {
  if (x.v !== x.v) throw fail("arithmetic", "Sign of NaN is undefined", pos);
  return x.v > 0 ? 1 : x.v < 0 ? -1 : 0;
});
def("is_zero", "f", (x) => x.v === 0);
getter("is_zero", "f", (x) => x.v === 0);
def("is_zero", "i", (a) => a === 0);
getter("is_zero", "i", (a) => a === 0);
def("is_odd", "i", (a) => BigInt(a) % 2n !== 0n);
getter("is_odd", "i", (a) => BigInt(a) % 2n !== 0n);
def("is_even", "i", (a) => BigInt(a) % 2n === 0n);
getter("is_even", "i", (a) => BigInt(a) % 2n === 0n);
def("floor", "f", (x) => new F(Math.floor(x.v)));
getter("floor", "f", (x) => new F(Math.floor(x.v)));
def("ceiling", "f", (x) => new F(Math.ceil(x.v)));
getter("ceiling", "f", (x) => new F(Math.ceil(x.v)));
def("round", "f", (x) => new F(round(x.v)));
getter("round", "f", (x) => new F(round(x.v)));
def("int", "f", (x) => new F(Math.trunc(x.v)));
getter("int", "f", (x) => new F(Math.trunc(x.v)));
def("fraction", "f", (x) => new F(x.v - Math.trunc(x.v)));
getter("fraction", "f", (x) => new F(x.v - Math.trunc(x.v)));
def("is_nan", "f", (x) => x.v !== x.v);
getter("is_nan", "f", (x) => x.v !== x.v);
def("is_finite", "f", (x) => Number.isFinite(x.v));
getter("is_finite", "f", (x) => Number.isFinite(x.v));
def("is_infinite", "f", (x) => Math.abs(x.v) === Infinity);
getter("is_infinite", "f", (x) => Math.abs(x.v) === Infinity);
def("sqrt", "f", (x) => new F(Math.sqrt(x.v)));
def("to_radians", "f", (x) => new F(x.v * (Math.PI / 180)));
def("to_degrees", "f", (x) => new F(x.v * (180 / Math.PI)));
def("PI", "", () => new F(Math.PI));
def("E", "", () => new F(Math.E));
def("to_hex", "i", (a) => BigInt.asUintN(64, BigInt(a)).toString(16));
def("to_octal", "i", (a) => BigInt.asUintN(64, BigInt(a)).toString(8));
def("to_binary", "i", (a) => BigInt.asUintN(64, BigInt(a)).toString(2));
def("to_int", "i", (a) => a);
def("to_int", "c", (c) => c.c.codePointAt(0));
def("to_int", "f", (x, pos) => toInt(x.v, pos));
def("to_float", "i f", (a) => new F(num(a)));
def("parse_int", "s", (s, pos) => parseInt_(s, 10, pos));
def("parse_int", "si", (s, radix, pos) => parseInt_(s, radix, pos));
def("parse_float", "s", parseFloat_);
def("start", "r R", (r) => r.from);
getter("start", "r R", (r) => r.from);
def("end", "r R", (r) => r.to);
getter("end", "r R", (r) => r.to);
def("is_inclusive", "r R", (r) => r.inclusive);
getter("is_inclusive", "r R", (r) => r.inclusive);
def("is_exclusive", "r R", (r) => !r.inclusive);
getter("is_exclusive", "r R", (r) => !r.inclusive);
function emptyRange(r) { return intOrder(r.from, r.to) >= (r.inclusive ? 1 : 0); }
def("is_empty", "r R", emptyRange);
getter("is_empty", "r R", emptyRange);
odd("contains", "ri Ri", (r, n) => inRange(n, r.from, r.to, r.inclusive));
