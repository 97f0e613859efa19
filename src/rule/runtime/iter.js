// needs: core int cmp place
// What `for` can walk over. The container is copied first, as Rhai does.
function each(it, pos) {
  if (Array.isArray(it)) return it;
  if (it instanceof Flow) return it.run(); // when Flow
  if (it instanceof R) return count(it, pos); // when R
  if (typeof it === "string") return charsOf(it);
  throw fail("for", "For loop expects iterable type", pos);
}
function* count(it, pos) {
  for (let i = it.from; intOrder(i, it.to) < (it.inclusive ? 1 : 0); i = intAdd(i, 1, pos)) { yield i; if (i === TOP) return; }
}
function* charsOf(it) { for (const c of it) yield new C(c); }
