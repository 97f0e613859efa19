// needs: core
// Functions for one type only: `fn int.f()` is a method of integers.
class Typed {
  constructor(f, name, type) { learn(f, name, f.length - 1 + "/" + type); }
}
function metTyped(box, f, name, pos, ...args) { return method(box, typedFor(name, box.v, args.length) || f, name, args, pos, false); }
function metOwnTyped(value, f, name, pos, ...args) { return metOwn(value, typedFor(name, value, args.length) || f, name, pos, ...args); }
