// needs: core int op place iter
// Bits of whole numbers by their places, and the sequence of them.
function bitField(it, r, ipos) {
  const edge = (i, last) => { if (i < 0 || i > last) throw noBit(i, ipos); return Number(i); };
  const from = edge(r.from, 63);
  const to = r.to === TOP ? 64 : r.inclusive ? edge(r.to, 63) + 1 : edge(r.to, 64);
  const shift = BigInt(from), mask = to > from ? (1n << BigInt(to - from)) - 1n << shift : 0n;
  return { value: big(BigInt.asIntN(64, BigInt(it) & mask) >> shift), put: (v, vpos) => {
    if (!isInt(v)) throw mismatch(v, "integer", vpos);
    return big(BigInt.asIntN(64, BigInt(it) & ~mask | BigInt(v) << shift & mask));
  } };
}
// A range of bits as a first bit and a count. An inclusive end that is too large is an error, except for a sequence.
function bitSpan(r, strict) {
  const from = r.from < 0 ? 0n : BigInt(r.from);
  let to = BigInt(r.to) + (r.inclusive ? 1n : 0n);
  if (to < from) to = from;
  if (strict && r.inclusive && to > 64n) throw noBit(to - 1n, "");
  return [big(from), big(to - from)];
}
function bitCount(k, count) { return count > 64 - k ? 64 - k : Number(count); }
function getBits(n, first, count) {
  if (count <= 0) return 0;
  const k = bitAt(first, ""), size = bitCount(k, count);
  return size === 64 ? n : big(BigInt.asUintN(size, BigInt(n) >> BigInt(k)));
}
function setBits(box, first, count, v) {
  if (count <= 0) return;
  const k = bitAt(first, ""), mask = (1n << BigInt(bitCount(k, count))) - 1n << BigInt(k);
  box.v = big(BigInt.asIntN(64, BigInt(box.v) & ~mask | BigInt(v) << BigInt(k) & mask));
}
function bitFlow(n, first, count) {
  const k = bitAt(first, ""), size = count < 0 ? 0 : bitCount(k, count);
  return new Flow("rhai::packages::iter_basic::BitRange", function* () {
    for (let i = k; i < k + size; i++) yield (BigInt(n) >> BigInt(i) & 1n) === 1n;
  });
}
def("get_bit", "ii", (n, i) => bitItem(n, i, "").value);
rep("set_bit", "iib", (box, i, v) => { box.v = bitItem(box.v, i, "").put(v, ""); });
def("get_bits", "iii", getBits);
def("get_bits", "ir iR", (n, r) => getBits(n, ...bitSpan(r, true)));
rep("set_bits", "iiii", setBits);
rep("set_bits", "iri iRi", (box, r, v) => setBits(box, ...bitSpan(r, true), v));
def("bits", "i", (n) => bitFlow(n, 0, 64));
getter("bits", "i", (n) => bitFlow(n, 0, 64));
def("bits", "ii", (n, first) => bitFlow(n, first, 64));
def("bits", "iii", bitFlow);
def("bits", "ir iR", (n, r) => bitFlow(n, ...bitSpan(r, false)));
