// needs: core int place
// What `for` can walk over. The container is copied first, as Rhai does.
function* each(it, pos) {
  if (Array.isArray(it)) { yield* it; return; }
  if (it instanceof R) {
    for (let i = it.from; it.inclusive ? i <= it.to : i < it.to; i = intAdd(i, 1, pos)) { yield i; if (i === TOP) return; }
    return;
  }
  if (typeof it === "string") { for (const c of it) yield new C(c); return; }
  throw fail("for", "For loop expects iterable type", pos);
}
Object.assign(rt, { each });
