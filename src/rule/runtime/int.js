// needs: core
// Whole numbers of 64 bits, checked. A result that leaves the exact numbers of JavaScript is made again with BigInt.
const SAFE = 9007199254740991;
const TOP = 9223372036854775807n;
const BOTTOM = -9223372036854775808n;
function big(n) { return n >= -9007199254740991n && n <= 9007199254740991n ? Number(n) : n; }
function fits(n) { return n <= TOP && n >= BOTTOM; }
function isInt(v) { return typeof v === "number" || typeof v === "bigint"; }
function overflow(what, a, sign, b, pos) { return fail("arithmetic", what + ": " + a + " " + sign + " " + b, pos); }
function intAdd(a, b, pos) {
  if (typeof a === "number" && typeof b === "number") { const r = a + b; if (r <= SAFE && r >= -SAFE) return r; }
  const r = BigInt(a) + BigInt(b);
  if (!fits(r)) throw overflow("Addition overflow", a, "+", b, pos);
  return big(r);
}
function intSub(a, b, pos) {
  if (typeof a === "number" && typeof b === "number") { const r = a - b; if (r <= SAFE && r >= -SAFE) return r; }
  const r = BigInt(a) - BigInt(b);
  if (!fits(r)) throw overflow("Subtraction overflow", a, "-", b, pos);
  return big(r);
}
function intMul(a, b, pos) {
  if (typeof a === "number" && typeof b === "number") { const r = a * b; if (r <= SAFE && r >= -SAFE) return r + 0; }
  const r = BigInt(a) * BigInt(b);
  if (!fits(r)) throw overflow("Multiplication overflow", a, "*", b, pos);
  return big(r);
}
function intDiv(a, b, pos) {
  if (b === 0) throw overflow("Division by zero", a, "/", b, pos);
  if (typeof a === "number" && typeof b === "number") return Math.trunc(a / b) === 0 ? 0 : exactDiv(a, b);
  const r = BigInt(a) / BigInt(b);
  if (!fits(r)) throw overflow("Division overflow", a, "/", b, pos);
  return big(r);
}
// A quotient of two exact numbers may round up to the next whole number; the remainder tells.
function exactDiv(a, b) { return (a - a % b) / b; }
function intRem(a, b, pos) {
  if (b === 0 || b === -1 && a === BOTTOM) throw overflow("Modulo division by zero or overflow", a, "%", b, pos);
  if (typeof a === "number" && typeof b === "number") return a % b + 0;
  return big(BigInt(a) % BigInt(b));
}
function intPow(a, b, pos) {
  if (b > 4294967295) throw overflow("Exponential overflow", a, "**", b, pos);
  if (b < 0) throw overflow("Integer raised to a negative power", a, "**", b, pos);
  if (a === 0 || a === 1) return b === 0 ? 1 : a;
  if (a === -1) return b % 2 === 0 ? 1 : -1;
  if (b > 63) throw overflow("Exponential overflow", a, "**", b, pos);
  const r = BigInt(a) ** BigInt(b);
  if (!fits(r)) throw overflow("Exponential overflow", a, "**", b, pos);
  return big(r);
}
function intNeg(a, pos) {
  if (typeof a === "number") return 0 - a;
  if (a === BOTTOM) throw fail("arithmetic", "integer overflow", pos);
  return big(-a);
}
function intShl(a, b) {
  if (b < 0) return intShr(a, b === BOTTOM ? TOP : 0 - Number(b));
  return b >= 64 ? 0 : big(BigInt.asIntN(64, BigInt(a) << BigInt(b)));
}
function intShr(a, b) {
  if (b < 0) return intShl(a, b === BOTTOM ? TOP : 0 - Number(b));
  return big(BigInt(a) >> (b >= 64 ? 63n : BigInt(b)));
}
