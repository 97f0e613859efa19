// needs: core int fmt
// One line of JSON with the type of every value, the same as the engine writes.
const SCRIPT_MILLIS = 2000;
function canonicalValue(v) {
  switch (code(v)) {
    case "u": return null;
    case "b": return { bool: v };
    case "i": return { int: String(v) };
    case "f": return { float: floatBits(v.v) };
    case "c": return { char: v.c };
    case "s": return { string: v };
    case "a": return { array: v.map(canonicalValue) };
    case "m": return { map: keysOf(v).map((key) => [key, canonicalValue(v.get(key))]) };
    case "p": return { fn: v.name };
    case "x": return { other: v.full }; // when Flow
    default: return { range: rangeText(v) };
  }
}
function floatBits(v) {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, v !== v ? NaN : v);
  return [0, 4].map((i) => view.getUint32(i).toString(16).padStart(8, "0")).join("");
}
function canonical(main) {
  start(SCRIPT_MILLIS);
  try {
    const value = canonicalValue(main());
    look("");
    return JSON.stringify({ value: value, printed: printed });
  } catch (error) {
    if (error instanceof RangeError) error = failSystem("stack", "Stack overflow", "");
    if (!(error instanceof RuleError)) throw error;
    const [line, column] = error.pos === "" ? [null, null] : error.pos.split(":").map(Number);
    return JSON.stringify({ error: { text: bareText(error), line: line, column: column }, printed: printed });
  }
}
