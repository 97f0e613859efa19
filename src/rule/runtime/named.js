// needs: core fnptr arr
// Functions on arrays that take the name of a function as a text.
const RESERVED = "! !. != !== !in # #! #{ $ % %= & && &= ( () (* ) * *) ** **= *= + ++ += , - -- -= -> . .. ... ..= / /= : :: ::< :; := ; < <- << <<= <= <| = == === => > >= >> >>= ? ?. ?? ?[ @ Fn [ ] ^ ^= _ as async await break call case catch const continue curry debug default do else eval export false fn for go goto if import in is is_def_fn is_def_var is_shared let loop match module new nil null package print private protected public return shared spawn static super switch sync this thread throw true try type_of until use var void while with yield { | |= |> || } ~";
function named(name, pos) {
  const word = /^_*[A-Za-z]\w*$/.test(name);
  if (RESERVED.split(" ").includes(name)) throw failSystem("parsing", "Syntax error: '" + name + "' is a reserved " + (word ? "keyword" : "symbol"), pos);
  if (!word) throw fail("function", "Function not found: " + name, pos);
  return new Fn(name, []);
}
function again(name, args) { return find(natives, name, args.slice(0, -1)).run(...args); }
// Where nothing is of that name, or what is cannot be called with an item, the text itself is looked for.
function indexNamed(a, name, start, pos) {
  const callable = natives.has(name) && !["print", "debug", "type_of"].includes(name) || functions.has(name) && !name.startsWith("anon$");
  const depth = state.depth;
  if (callable) {
    try { return firstWhere("index_of", a, new Fn(name, []), start, pos); } catch (error) {
      const inner = error.inner;
      if (!inner || inner.kind !== "function" || !(inner.signature || "").startsWith(name)) throw error;
      state.depth = depth;
    }
  }
  return inArray(a, name, cut(a.length, start, 0)[0], pos);
}
imp("map", "as", (a, f, pos) => again("map", [a, named(f, pos), pos])); // when named
imp("filter", "as", (a, f, pos) => again("filter", [a, named(f, pos), pos])); // when named
imp("sort", "as", (a, f, pos) => again("sort", [a, named(f, pos), pos])); // when named
imp("dedup", "as", (a, f, pos) => again("dedup", [a, named(f, pos), pos])); // when named
imp("drain", "as", (a, f, pos) => again("drain", [a, named(f, pos), pos])); // when named
imp("retain", "as", (a, f, pos) => again("retain", [a, named(f, pos), pos])); // when named
fun("some", "as", (a, f, pos) => again("some", [a, named(f, pos), pos])); // when named
fun("all", "as", (a, f, pos) => again("all", [a, named(f, pos), pos])); // when named
fun("reduce", "as", (a, f, pos) => again("reduce", [a, named(f, pos), pos])); // when named
fun("reduce", "asd", (a, f, start, pos) => again("reduce", [a, named(f, pos), start, pos])); // when named
fun("reduce_rev", "as", (a, f, pos) => again("reduce_rev", [a, named(f, pos), pos])); // when named
fun("reduce_rev", "asd", (a, f, start, pos) => again("reduce_rev", [a, named(f, pos), start, pos])); // when named
fun("index_of", "as", (a, f, pos) => indexNamed(a, f, 0, pos)); // when named
fun("index_of", "asi", indexNamed); // when named
