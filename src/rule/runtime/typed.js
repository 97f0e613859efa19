// needs: core
// Functions for one type only: `fn int.f()` is a method of integers.
class Typed {
  constructor(f, name, type) { f.title = name; functions.set(name + "/" + (f.length - 1) + "/" + type, f); }
}
function metTyped(box, f, name, pos, ...args) { return method(box, typedFor(name, box.v, args.length) || f, name, args, pos, false); }
function metOwnTyped(value, f, name, pos, ...args) { return metOwn(value, typedFor(name, value, args.length) || f, name, pos, ...args); }
