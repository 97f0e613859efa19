// needs: core int
// What `catch (e)` gets: the value that was thrown, or a map that tells about the error.
function errorValue(error) {
  const cause = innermost(error);
  if (cause.kind === "runtime") return clone(cause.value);
  const from = error.pos;
  // The place goes into the map; an error that is raised again gets another.
  error.pos = "";
  const [kind, ...fields] = errorFields(error), told = mapOf("error", "Error" + kind, "message", bareText(error), ...fields);
  if (from !== "") {
    const [line, column] = from.split(":");
    told.set("line", Number(line)).set("position", Number(column));
  }
  return told;
}
// Rhai's name of the kind, and the fields that it has, read from the error's own words.
function errorFields(error) {
  const said = error.text;
  switch (error.kind) {
    case "call": return ["InFunctionCall", "function", said, "source", ""];
    case "function": case "sorting": return ["FunctionNotFound", "function", said.slice(20)];
    case "mismatch": {
      const [, actual, requested] = /^Data type incorrect: (.*) \(expecting (.*)\)$/.exec(said);
      return ["MismatchDataType", "actual", actual, "requested", requested];
    }
    case "bounds": {
      const [, what, i, length] = /^(\S+) index (\S+) out of bounds: (?:only (\d+))?/.exec(said);
      return [(what === "Bit-field" ? "BitField" : what) + "Bounds", "index", big(BigInt(i)), "length", Number(length || 0)];
    }
    case "dot": return ["DotExpr", "property", said];
    case "index": return ["IndexingType", "type", said.slice(21)];
    case "race": return ["DataRace", "variable", said.slice(22)];
    case "variable": return ["VariableNotFound", "variable", said.slice(20)];
    case "constant":
      if (said.startsWith("Cannot")) return ["AssignmentToConstant", "variable", said.slice(23)];
      return ["NonPureMethodCallOnConstant", "function", said.split("'")[1]];
    case "for": return ["For"];
    case "this": return ["UnboundThis"];
    default: return ["Arithmetic"];
  }
}
