// needs: core int cmp fmt
// Operators that compute. Mixed whole and broken numbers compute as broken ones; a text takes anything onto it.
function num(v) { return v instanceof F ? v.v : Number(v); }
function isNumber(v) { return isInt(v) || v instanceof F; }
function isText(v) { return typeof v === "string"; }
// Two numbers of which one at least is broken.
function floats(a, b) { return (a instanceof F || b instanceof F) && isNumber(a) && isNumber(b); }
function plus(a, b, pos) {
  if (isInt(a) && isInt(b)) return intAdd(a, b, pos);
  if (floats(a, b)) return new F(num(a) + num(b)); // when F
  race("+", [a, b], 0); // when hold
  if (isText(a) || isText(b)) return checked(text(a) + text(b), pos);
  if (a instanceof C && b instanceof C) return checked(a.c + b.c, pos); // when C
  if (Array.isArray(a) && Array.isArray(b)) return checked([...clone(a), ...clone(b)], pos);
  if (a instanceof Map && b instanceof Map) return checked(mixin(clone(a), b), pos);
  throw noOperator("+", [a, b], pos);
}
function mixin(map, other) { other.forEach((value, key) => map.set(key, clone(value))); return map; }
function without(text, part) { return part === "" ? text : text.split(part).join(""); }
function minus(a, b, pos) {
  if (isInt(a) && isInt(b)) return intSub(a, b, pos);
  if (floats(a, b)) return new F(num(a) - num(b)); // when F
  if (isText(a) && isText(b)) return a === "" ? b : without(a, b);
  if (isText(a) && b instanceof C) return without(a, b.c); // when C
  throw noOperator("-", [a, b], pos);
}
function times(a, b, pos) {
  if (isInt(a) && isInt(b)) return intMul(a, b, pos);
  if (floats(a, b)) return new F(num(a) * num(b)); // when F
  throw noOperator("*", [a, b], pos);
}
function over(a, b, pos) {
  if (isInt(a) && isInt(b)) return intDiv(a, b, pos);
  if (floats(a, b)) return new F(num(a) / num(b)); // when F
  throw noOperator("/", [a, b], pos);
}
function remainder(a, b, pos) {
  if (isInt(a) && isInt(b)) return intRem(a, b, pos);
  if (floats(a, b)) return new F(num(a) % num(b)); // when F
  throw noOperator("%", [a, b], pos);
}
function bitAnd(a, b, pos) {
  if (isInt(a) && isInt(b)) return big(BigInt(a) & BigInt(b));
  return bothBools("&", a, b, pos) && a && b;
}
function bitOr(a, b, pos) {
  if (isInt(a) && isInt(b)) return big(BigInt(a) | BigInt(b));
  return bothBools("|", a, b, pos) && (a || b);
}
function bitXor(a, b, pos) {
  if (isInt(a) && isInt(b)) return big(BigInt(a) ^ BigInt(b));
  return bothBools("^", a, b, pos) && a !== b;
}
function bothBools(sign, a, b, pos) {
  if (typeof a !== "boolean" || typeof b !== "boolean") throw noOperator(sign, [a, b], pos);
  return true;
}
function shiftLeft(a, b, pos) {
  if (isInt(a) && isInt(b)) return intShl(a, b);
  throw noOperator("<<", [a, b], pos);
}
function shiftRight(a, b, pos) {
  if (isInt(a) && isInt(b)) return intShr(a, b);
  throw noOperator(">>", [a, b], pos);
}
function range(a, b, inclusive, pos) {
  const from = a === null ? 0 : a, to = b === null ? TOP : b;
  if (isInt(from) && isInt(to) && (a !== null || b !== null)) return new R(from, to, inclusive);
  throw noOperator(inclusive ? "..=" : "..", [a, b], pos);
}
function not(a, pos) { if (a === true || a === false) return !a; throw noOperator("!", [a], pos); }
function negate(a, pos) {
  if (isInt(a)) return intNeg(a, pos);
  if (a instanceof F) return new F(-a.v); // when F
  throw noOperator("-", [a], pos);
}
function positive(a, pos) { if (isNumber(a)) return a; throw noOperator("+", [a], pos); }
// `+=` grows an array in place, by the other's elements or by one element; a map takes over the other's keys. An array
// is measured before it takes over elements, and after it takes one.
function plusAssign(a, b, pos) {
  if (Array.isArray(a)) {
    if (!Array.isArray(b)) { a.push(b); return checked(a, pos); }
    if (a.length > 0 && b.length > 0) checked(a, pos);
    for (const item of b) a.push(item);
    return a;
  }
  if (a instanceof Map && b instanceof Map) return checked(mixin(a, b), pos);
  if (isText(b) && (b === "" && (isText(a) || a instanceof C) || a === "")) return b === "" ? a : b;
  return plus(a, b, pos);
}
