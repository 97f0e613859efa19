// needs: core cmp
// Values as text: `text` is what print and interpolation show, `debug` what stands inside arrays and maps, `display`
// what an error shows.
// The fewest digits that tell the number from all others. Where two are equally near, Rust takes the larger.
function fewest(v) {
  const [found, exponent] = v.toExponential().split("e"), exact = v.toExponential(40);
  const between = exact.startsWith(found) && /^50*e/.test(exact.slice(found.length));
  return [between ? found.slice(0, -1) + (Number(found.slice(-1)) + 1) : found, exponent];
}
function digits(v) {
  const [mantissa, exponent] = fewest(Math.abs(v));
  return [v < 0 ? "-" : "", mantissa.replace(".", ""), Number(exponent)];
}
function scientific(v) {
  if (v !== v) return "NaN";
  if (!Number.isFinite(v)) return v < 0 ? "-inf" : "inf";
  return fewest(v).join("e").replace("+", "");
}
function plain(v) {
  if (v !== v) return "NaN";
  const [sign, all, exponent] = digits(v);
  if (exponent < 0) return sign + "0." + "0".repeat(-exponent - 1) + all;
  if (all.length <= exponent + 1) return sign + all + "0".repeat(exponent + 1 - all.length);
  return sign + all.slice(0, exponent + 1) + "." + all.slice(exponent + 1);
}
function floatText(v) {
  const size = Math.abs(v);
  if (size === 0) return "0.0";
  if (size > Math.fround(1e13) || size < Math.fround(1e-13)) return scientific(v);
  return plain(v) + (size % 1 === 0 ? ".0" : "");
}
function floatDebug(v) {
  const size = Math.abs(v);
  if (v !== v || size === Infinity) return scientific(v);
  if (size === 0) return Object.is(v, -0) ? "-0.0" : "0.0";
  if (size < 1e-4 || size >= 1e16) return scientific(v);
  return plain(v) + (size % 1 === 0 ? ".0" : "");
}
function quoted(text) {
  let out = "\"";
  for (const c of text) {
    const known = "\\\"\n\r\t\0".indexOf(c);
    if (known >= 0) out += "\\" + "\\\"nrt0"[known];
    else if (c !== " " && /[\p{C}\p{Z}\p{Grapheme_Extend}]/u.test(c)) out += "\\u{" + c.codePointAt(0).toString(16) + "}";
    else out += c;
  }
  return out + "\"";
}
function rangeText(v) { return v.from + (v.inclusive ? "..=" : "..") + (v.to === TOP ? "" : v.to); }
function debug(v) {
  switch (code(v)) {
    case "u": return "()";
    case "s": return quoted(v);
    case "f": return floatDebug(v.v); // when F
    default: return text(v);
  }
}
function text(v) {
  switch (code(v)) {
    case "u": return "";
    case "s": return v;
    case "c": return v.c; // when C
    case "f": return floatText(v.v); // when F
    case "a": return "[" + v.map(debug).join(", ") + "]";
    case "m": return "#{" + keysOf(v).map((key) => quoted(key) + ": " + debug(v.get(key))).join(", ") + "}";
    case "p": return "Fn(" + v.name + ")"; // when Fn
    case "r": case "R": return rangeText(v); // when R
    case "x": return typeName(v); // when Flow
    default: return String(v);
  }
}
// Errors print their value without the help of `to_debug`: characters keep their quotes.
function display(v) {
  switch (code(v)) {
    case "a": case "m": return bare(v);
    default: return text(v);
  }
}
function bare(v, seen) {
  switch (code(v)) {
    case "c": return "'" + (v.c === "'" ? "\\'" : v.c === "\"" ? "\"" : quoted(v.c).slice(1, -1)) + "'"; // when C
    case "a": return "[" + v.map((item) => bare(item, seen)).join(", ") + "]";
    case "m": return "#{" + keysOf(v).map((key) => quoted(key) + ": " + bare(v.get(key), seen)).join(", ") + "}";
    case "p": return pointerText(v, seen); // when Fn
    default: return debug(v);
  }
}
// A function pointer with what it carries; what it shares with others is marked. A closure in a variable that it captures
// itself shows what it carries once: `seen` are the places in such closures.
function pointerText(it, seen) {
  let out = (it.linked === undefined ? "Fn(" : "Fn*(") + quoted(it.name);
  it.curry.forEach((v, i) => {
    if (v instanceof Cell) { out += ", " + sharedText(v, it, i, seen); return; } // when Cell
    out += ", " + bare(v, seen);
  });
  return out + ")";
}
function sharedText(cell, holder, i, seen) {
  if (cell.locked || seen && seen.some((one) => one.holder === holder && one.i === i)) return "<shared>";
  if (seen) seen.push({ holder: holder, i: i });
  return bare(cell.x, seen || []) + " (shared)";
}
// An interpolation, and the places of its parts: the part that makes it too long is the one to name.
function join(places, ...parts) {
  look("");
  const words = parts.map(text).join("");
  if (words.length * 3 > TEXT_BYTES) places.split(" ").reduce((before, pos, i) => tie(before, parts[i], pos), "");
  return words;
}
function tie(before, v, pos) { return checked(before + checked(text(v), pos), pos); }
function say(line, pos) { printed.push(line); if ((state.said += line.length + 1) > PRINTED) late(pos); }
def("print", "d", (v, pos) => say(checked(text(v), pos), pos));
def("print", "", (pos) => say("", pos));
def("debug", "d", (v, pos) => { checked(debug(v), pos); });
def("debug", "", () => {});
def("to_string", "d", text);
def("to_debug", "d", debug);
