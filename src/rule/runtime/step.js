// needs: core int op
// The function `range`: plain ranges, and ranges with a step.
function steps(from, to, step, sum, type, made) {
  const next = sum(from, step);
  if (next === from) throw wrap("range", fail("arithmetic", "step value cannot be zero", ""), "");
  const up = next !== null && from < to && next > from, down = next !== null && from > to && next < from;
  // The next value is made first: where it is too large, this one is lost.
  return new Flow("rhai::packages::iter_basic::StepRange<" + type + ">", function* () {
    for (let at = from; up ? at < to : down && at > to;) {
      const value = at;
      at = sum(at, step);
      if (at === null) return;
      yield made(value);
    }
  });
}
function intSum(a, b) { const n = a + b; return fits(n) ? n : null; }
function intSteps(from, to, step) { return steps(BigInt(from), BigInt(to), BigInt(step), intSum, "i64", big); }
def("range", "ii", (from, to) => new R(from, to, false));
def("range", "iii", intSteps);
def("range", "ri", (r, step) => intSteps(r.from, r.to, step));
def("range", "fff", (from, to, step) => steps(from.v, to.v, step.v, (a, b) => a + b, "f64", (n) => new F(n)));
