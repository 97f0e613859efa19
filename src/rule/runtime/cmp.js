// needs: core int place
// Comparison. Values of different types are unequal and unordered; broken numbers are equal within a rounding error.
const EPSILON = 2.220446049250313e-16;
// The order of code points, which is that of bytes in UTF-8, but not that of UTF-16 units.
function order(a, b) {
  for (let i = 0; ; i++) {
    const x = a.codePointAt(i), y = b.codePointAt(i);
    if (x === undefined || y === undefined) return a.length - b.length;
    if (x !== y) return x - y;
  }
}
function ordered(sign, n) {
  if (n === 0) return sign[1] === "=" && sign !== "!=";
  return sign === "!=" || sign[0] === (n < 0 ? "<" : ">");
}
function floatCompare(sign, x, y) {
  const a = Math.abs(x), b = Math.abs(y);
  const max = x * y === 0 ? 1 : a !== a ? b : b !== b ? a : Math.max(a, b);
  if (max === 0) return sign === "==" || sign === ">=" || sign === "<=";
  switch (sign) {
    case "==": return Math.abs(x - y) / max <= EPSILON;
    case "!=": return Math.abs(x - y) / max > EPSILON;
    case ">": return (x - y) / max > EPSILON;
    case ">=": return (x - y) / max > -EPSILON;
    case "<": return (y - x) / max > EPSILON;
    default: return (y - x) / max > -EPSILON;
  }
}
// A BigInt is only ever compared with another: QuickJS compares one with a number wrongly where both are below zero.
function intOrder(a, b) { return Number(a) - Number(b) || (a < b ? -1 : a > b ? 1 : 0); }
function compare(sign, a, b, pos) {
  if (isInt(a) && isInt(b)) return ordered(sign, intOrder(a, b));
  const x = code(a), y = code(b);
  if (x === y) {
    if (x === "a" || x === "m") race(sign, [a, b], 0); // when hold
    switch (x) {
      case "u": return sign === "==";
      case "b": return ordered(sign, Number(a) - Number(b));
      case "s": if (sign === "==") return a === b; look(pos); return ordered(sign, order(a, b));
      case "c": return ordered(sign, order(a.c, b.c)); // when C
      case "f": return floatCompare(sign, a.v, b.v); // when F
      case "a": if (sign === "==") return sameArray(a, b, pos); if (sign === "!=") return !sameArray(a, b, pos); break;
      case "m": if (sign === "==") return sameMap(a, b, pos); if (sign === "!=") return !sameMap(a, b, pos); break;
      case "x": if (a.full !== b.full) return sign === "!="; break; // when Flow
      case "r": case "R": if (sign === "==" || sign === "!=") return sign === "==" === (a.from === b.from && a.to === b.to); // when R
    }
    throw noOperator(sign, [a, b], pos);
  }
  if (x === "f" && y === "i" || x === "i" && y === "f") return floatCompare(sign, x === "f" ? a.v : Number(a), y === "f" ? b.v : Number(b)); // when F
  // A character against a text looks at no more than the text's first two characters.
  if (x === "c" && y === "s") return ordered(sign, order(a.c, textPart(b, 0, 2))); // when C
  if (x === "s" && y === "c") return ordered(sign, order(textPart(a, 0, 2), b.c)); // when C
  if ((x === "r" || x === "R") && (y === "r" || y === "R")) { if (sign === "!=") return true; throw noOperator(sign, [a, b], pos); } // when R
  return sign === "!=";
}
// Two items that cannot be compared are different, unless they are of one type. What an array compares with it has given
// away to the comparison, so that two arrays or maps in it count as different too; `kept` says that it has not.
function sameItem(a, b, pos, kept) {
  try { return compare("==", a, b, pos); } catch (error) {
    if (!(error instanceof RuleError) || code(a) === code(b) && (kept || !"am".includes(code(b)))) throw error;
    return false;
  }
}
function sameArray(a, b, pos) { look(pos); return a.length === b.length && a.every((item, i) => sameItem(item, b[i], pos, false)); }
function sameMap(a, b, pos) {
  if (a.size !== b.size) return false;
  return keysOf(a).every((key) => b.has(key) && compare("==", a.get(key), b.get(key), pos));
}
function keysOf(map) { return [...map.keys()].sort(order); }
function eq(a, b, pos) { return compare("==", a, b, pos); }
function ne(a, b, pos) { return compare("!=", a, b, pos); }
function lt(a, b, pos) { return compare("<", a, b, pos); }
function le(a, b, pos) { return compare("<=", a, b, pos); }
function gt(a, b, pos) { return compare(">", a, b, pos); }
function ge(a, b, pos) { return compare(">=", a, b, pos); }
// `switch` looks for the same type and the same value.
function isFloat(v, n) { return v instanceof F && Object.is(v.v, n); }
function isChar(v, c) { return v instanceof C && v.c === c; }
function isSame(a, b) {
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return a === b;
  if (Array.isArray(a)) return Array.isArray(b) && a.length === b.length && a.every((item, i) => isSame(item, b[i]));
  if (a instanceof Map) return b instanceof Map && a.size === b.size && [...a.keys()].every((key) => b.has(key) && isSame(a.get(key), b.get(key)));
  if (a instanceof C) return isChar(b, a.c); // when C
  return b instanceof F && isFloat(a, b.v);
}
// A number in the range, or the same range.
function inRange(v, from, to, inclusive) {
  if (v instanceof R) return v.from === from && v.to === to && v.inclusive === inclusive; // when R
  if (v instanceof F) return v.v >= Number(from) && (inclusive ? v.v <= Number(to) : v.v < Number(to)); // when F
  return isInt(v) && intOrder(v, from) >= 0 && intOrder(v, to) < (inclusive ? 1 : 0);
}
