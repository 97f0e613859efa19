// needs: core int
// What a script may ask about itself.
function isDefined(name, pos, known) {
  if (typeof name !== "string") throw mismatch(name, "string", pos);
  return name !== "" && known.split(" ").includes(name);
}
function isDefinedFunction(name, arity, end, pos) {
  if (typeof name !== "string") throw mismatch(name, "string", pos);
  if (!isInt(arity)) throw mismatch(arity, "i64", pos);
  return learned(name, arity + end) !== undefined;
}
def("is_def_fn", "dd", (name, arity, pos) => isDefinedFunction(name, arity, "", pos));
def("is_def_fn", "ddd", (type, name, arity, pos) => {
  if (typeof type !== "string") throw mismatch(type, "string", pos);
  return isDefinedFunction(name, arity, "/" + type, pos);
});
