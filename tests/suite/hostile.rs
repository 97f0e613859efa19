//! Rules that mean harm, or look like it: each must end by itself, in the engine and in the page, and say why.
//!
//! The scripts are written to `target/tmp/hostile/`, where `tests/bench/hostile.py` measures time and memory of the
//! program on each, and `tests/browser/hostile.test.mjs` runs the compiled ones in a page. `ONLY=sort` looks at those
//! with that word in their name.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use rquickjs::{Context, Runtime};
use salesbook::path::SourcePath;
use salesbook::rule::{self, Form};
use salesbook::source::SourceFile;
use serde_json::{Value, json};

/// What a script has to end with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum End {
    /// The compiler refuses it, or the parser does.
    Refused,
    /// A limit stops it.
    Limit,
    /// An error that is no limit.
    Error,
    /// It only looks dangerous.
    Value,
    /// It may end in any way, as long as it ends.
    Any,
}

impl End {
    /// As the records name it.
    fn name(self) -> String {
        format!("{self:?}").to_lowercase()
    }
}

use End::{Any, Error, Limit, Refused, Value as Fine};

/// Name, script and end.
fn hostile() -> Vec<(&'static str, String, End)> {
    let mut all: Vec<(&'static str, String, End)> = Vec::new();
    let nested = |open: &str, close: &str, times: usize| format!("{}1{}", open.repeat(times), close.repeat(times));
    // Depth.
    all.push(("deep brackets", nested("(", ")", 50_000), Refused));
    all.push(("deep arrays", nested("[", "]", 50_000), Refused));
    all.push(("deep blocks", nested("{", "}", 50_000), Refused));
    all.push(("deep maps", nested("#{a:", "}", 20_000), Refused));
    all.push(("deep negation", format!("{}true", "!".repeat(100_000)), Refused));
    all.push(("deep minus", format!("{}1", "-".repeat(100_000)), Refused));
    all.push(("deep ifs", nested("if true {", "}", 10_000), Refused));
    all.push(("deep closures", nested("|x| ", "", 20_000), Refused));
    all.push(("deep calls", format!("fn f(x) {{ x }} {}", nested("f(", ")", 20_000)), Refused));
    all.push(("deep switch", nested("switch 1 { _ => ", "}", 10_000), Refused));
    all.push(("deep interpolation", nested("`${", "}`", 5_000), Refused));
    all.push(("long sum", format!("1{}", "+1".repeat(100_000)), Refused));
    all.push(("long chain", format!("let a = #{{}}; a{}", ".a".repeat(50_000)), Refused));
    all.push(("long else if", format!("if false {{ 1 }}{}", " else if false { 1 }".repeat(12_000)), Refused));
    // Size.
    all.push(("large text", format!("let x = \"{}\";", "a".repeat(300_000)), Refused));
    all.push(("large comment", format!("/*{}*/ 1", "*".repeat(300_000)), Refused));
    all.push(("many functions", (0..2_000).map(|n| format!("fn f{n}() {{ {n} }}\n")).collect(), Refused));
    all.push(("many variables", (0..3_000).map(|n| format!("let v{n} = {n};\n")).collect(), Any));
    all.push(("one long line", format!("{}1", "1;".repeat(60_000)), Fine));
    all.push(("open comment", "/*".repeat(10_000), Any));
    all.push(("open text", "let x = \"abc".to_string(), Refused));
    all.push(("no bytes of text", "\u{0}\u{1}\u{feff}\u{202e}".to_string(), Refused));
    let many = |name: &'static str, script: &str, end: End| (name, script.to_string(), end);
    all.extend([
        // Time.
        many("endless loop", "loop { 1 + 1; }", Limit),
        many("endless while", "while true { 1 + 1; }", Limit),
        many("endless do", "do { } while true", Limit),
        many("endless range", "for i in 0..9223372036854775807 { }", Limit),
        many("endless try", "loop { try { throw 1; } catch { } }", Limit),
        many("endless loop caught", "try { loop { 1 + 1; } } catch { 1 }", Limit),
        many("endless continue", "let i = 0; while true { i = 0; continue; }", Limit),
        many("endless recursion", "fn f() { f() } f()", Limit),
        many("mutual recursion", "fn f() { g() } fn g() { f() } f()", Limit),
        many("recursion in try", "fn f() { try { f() } catch { f() } } f()", Limit),
        many("doubling recursion", "fn f(n) { if n == 0 { 0 } else { f(n - 1) + f(n - 1) } } f(60)", Limit),
        many("closure calls itself", "let f = (); f = |x| { f.call(x) }; f.call(1)", Error),
        many("nested loops", "for a in 0..10000 { for b in 0..10000 { for c in 0..10000 { } } }", Limit),
        many("slow search", "let a = []; a.pad(20000, 1); loop { a.contains(2); }", Limit),
        many("slow copies", "let a = []; a.pad(20000, 1); loop { let b = a; }", Limit),
        many("slow sort", "let a = []; a.pad(20000, 1); loop { a.sort(); }", Limit),
        many("slow callbacks", "let a = []; a.pad(20000, 1); loop { a.map(|x| x + 1); }", Limit),
        many("slow text", "let s = \"\"; s.pad(60000, \"ab\"); loop { s.replace(\"a\", \"b\"); s.replace(\"b\", \"a\"); }", Limit),
        many("slow comparison", "let a = []; a.pad(20000, 1); let b = a; loop { a == b; }", Limit),
        // Memory.
        many("text doubling", "let s = \"ab\"; loop { s += s; }", Limit),
        many("text by interpolation", "let s = \"ab\"; loop { s = `${s}${s}`; }", Limit),
        many("array doubling", "let a = [1]; loop { a += a; }", Limit),
        many("array nesting", "let a = [1]; loop { a = [a, a]; }", Limit),
        many("map growth", "let m = #{}; let i = 0; loop { m[`k${i}`] = i; i += 1; }", Limit),
        many("map nesting", "let m = #{}; loop { m = #{a: m, b: m}; }", Limit),
        many("padding", "let a = []; a.pad(2000000000, 1);", Limit),
        many("text padding", "let s = \"a\"; s.pad(2000000000, \"b\");", Limit),
        many("wide copies", "let a = []; a.pad(19000, 1); let all = #{}; for i in 0..100 { all[`k${i}`] = a; }", Any),
        many("closures that hold", "let f = || 1; loop { let g = f; f = || g.call(); }", Limit),
        many("array chain", "let a = []; loop { a = [a]; }", Limit),
        many("map chain", "let m = #{}; loop { m = #{m: m}; }", Limit),
        many("printing", "loop { print(\"a line that is printed again and again\"); }", Limit),
        many("huge split", "let s = \"\"; s.pad(60000, \"a,\"); let a = s.split(\",\"); loop { a = s.split(\"\"); }", Limit),
        // What a rule may not reach.
        many("import", "import \"other\" as o; o::f()", Refused),
        many("eval", "eval(\"1 + 1\")", Refused),
        many("sleep", "sleep(1000000)", Refused),
        many("files", "open_file(\"/etc/passwd\")", Refused),
        many("caller's variables", "let x = 1; fn f() { x } f!()", Refused),
        // Names that mean something to JavaScript.
        many("prototype key", "let m = #{}; m[\"__proto__\"] = #{polluted: true}; let n = #{}; [n.polluted, m.keys()]", Fine),
        many("constructor key", "let m = #{constructor: 1, toString: 2, hasOwnProperty: 3}; [m.constructor, m.toString, m.valueOf]", Fine),
        many("words as names", "let NaN = 1; let class = 2; let arguments = 3; let undefined = 4; NaN + class + arguments + undefined", Fine),
        many("functions by such names", "fn constructor(x) { x } fn __proto__() { 1 } fn hasOwnProperty(a) { a } constructor(__proto__()) + hasOwnProperty(2)", Fine),
        many("script in a text", "\"</script><script>alert(1)</script><!--\"", Fine),
        many("line separators in a text", "\"\u{2028}\u{2029}\"", Fine),
        many("a pattern of the runtime", "let rt = 1; let $ = 2; rt", Refused),
    ]);
    all.extend(bombs().into_iter().chain(names()).map(|(name, script, end)| (name, script.to_string(), end)));
    all.extend(large_sources());
    all
}

/// Small scripts of which one operation, or what the limits do not look at, takes time or memory.
fn bombs() -> Vec<(&'static str, &'static str, End)> {
    vec![
        (
            "replacing a letter by a text",
            "let s = \"\"; s.pad(200000, \"a\"); let t = s; s.replace(\"a\", t); s",
            Limit,
        ),
        ("replacing nothing by a text", "let s = \"\"; s.pad(200000, \"a\"); let t = s; s.replace(\"\", t); s", Limit),
        ("replacing a character", "let s = \"\"; s.pad(200000, \"a\"); let t = s; s.replace('a', t); s", Limit),
        ("growing by replacing", "let s = \"aaaa\"; loop { s.replace(\"a\", \"aa\"); }", Limit),
        ("printing large texts", "let s = \"\"; s.pad(260000, \"a\"); loop { print(s); }", Limit),
        ("printing nothing", "loop { print(); }", Limit),
        (
            "printing in a comparer",
            "let a = []; for i in 0..2000 { a.push(i); } let s = \"\"; s.pad(9999, \"a\"); a.sort(|x, y| { print(s); x - y }); a.len()",
            Limit,
        ),
        ("text built by print", "let s = \"ab\"; loop { s += s; print(s); }", Limit),
        (
            "endless comparer",
            "let a = []; for i in 0..5000 { a.push(i); } a.sort(|x, y| { loop { 1 + 1; } }); a.len()",
            Any,
        ),
        (
            "slow comparer",
            "let a = []; for i in 0..2000 { a.push(i); } let b = []; b.pad(17000, 1); a.sort(|x, y| { let c = b; let d = c; x - y }); loop { a.len(); }",
            Limit,
        ),
        ("comparer that never agrees", "let a = []; for i in 0..1000 { a.push(i); } a.sort(|x, y| 1); a.len()", Any),
        (
            "comparer by chance",
            "let a = []; for i in 0..1000 { a.push(i); } a.sort(|x, y| (x * 7919 + y * 104729) % 3 - 1); a.len()",
            Any,
        ),
        ("comparer that says nothing", "let a = []; for i in 0..1000 { a.push(i); } a.sort(|x, y| ()); a.len()", Any),
        ("range of a million", "let n = 0; for i in 0..1000000 { n += i; } n", Any),
        ("list of a million", "let a = []; for i in 0..1000000 { a.push(i); } a", Limit),
        ("steps of a range", "for i in range(0, 9223372036854775807, 1) { }", Limit),
        ("recursion through closures", "let f = |g, n| g.call(g, n + 1); f.call(f, 0)", Limit),
        ("recursion through maps", "let m = #{}; m.f = |n| this.f(n); m.f(1)", Any),
        ("recursion by name", "fn f(n) { call(Fn(\"f\"), n + 1) } f(0)", Any),
        (
            "interpolation bomb",
            "let s = \"xxxxxxxxxx\"; for i in 0..100 { s = `${s}${s}${s}${s}${s}${s}${s}${s}${s}${s}`; } s",
            Limit,
        ),
        ("interpolation of arrays", "let a = [1]; for i in 0..100 { a = [`${a}${a}`, `${a}${a}`]; } a", Limit),
        ("deep array as result", "let a = [1]; for i in 0..5000 { a = [a]; } a", Any),
        ("deep map as result", "let m = #{}; for i in 0..5000 { m = #{m: m}; } m", Any),
        ("deep array as text", "let a = [1]; for i in 0..5000 { a = [a]; } a.to_string()", Any),
        ("deep arrays compared", "let a = [1]; for i in 0..5000 { a = [a]; } let b = a; a == b", Any),
        ("deep array thrown", "let a = [1]; for i in 0..5000 { a = [a]; } throw a;", Any),
        (
            "errors within errors",
            "fn f(n) { if n == 0 { throw \"x\"; } try { f(n - 1) } catch (e) { throw [e, e]; } } f(40)",
            Any,
        ),
        ("long error", "let s = \"\"; s.pad(260000, \"a\"); throw s;", Error),
        ("many large errors", "let s = \"\"; s.pad(200000, \"a\"); loop { try { throw s; } catch (e) { } }", Limit),
        ("smallest number", "let m = -9223372036854775808; m", Any),
        ("smallest number by minus one", "let m = -9223372036854775807 - 1; m / -1", Error),
        ("rest of the smallest number", "let m = -9223372036854775807 - 1; m % -1", Any),
        ("smallest number turned", "let m = -9223372036854775807 - 1; -m", Error),
        ("smallest number made positive", "let m = -9223372036854775807 - 1; m.abs()", Error),
        ("power without end", "9223372036854775807 ** 9223372036854775807", Error),
        ("far shift", "1 << 9223372036854775807", Any),
        ("far index", "let a = [1]; a[-9223372036854775807 - 1]", Error),
        ("far part of a text", "\"abc\".sub_string(-9223372036854775807, 9223372036854775807)", Fine),
        ("large blob", "blob(9000000000000000000)", Refused),
        ("deep JSON", "let s = \"\"; s.pad(200000, \"[\"); parse_json(s)", Refused),
        ("drain without end", "let a = [1]; a.drain(|x| { loop { 1 + 1; } })", Limit),
        (
            "keys of many maps",
            "let a = []; for i in 0..4000 { a.push(#{k: i}); } loop { let b = a.map(|m| m.keys()); }",
            Limit,
        ),
    ]
}

/// Names, keys and texts that mean something to JavaScript, to HTML, or to an object of every page.
fn names() -> Vec<(&'static str, &'static str, End)> {
    vec![
        (
            "keys that every object has",
            "let m = #{}; let n = 0; for k in [\"constructor\", \"toString\", \"valueOf\", \"hasOwnProperty\", \"__proto__\", \"__defineGetter__\", \"__lookupSetter__\", \"isPrototypeOf\", \"then\"] { if k in m { throw k; } m[k] = k; n += 1; } [n, m.valueOf, m[\"__defineGetter__\"], m]",
            Fine,
        ),
        (
            "keys that no map has",
            "let m = #{}; [m.constructor, m.toString, m.valueOf, m.hasOwnProperty, m.__proto__, m.__defineGetter__, m.size]",
            Fine,
        ),
        (
            "writing through a prototype",
            "let m = #{a: 1}; m.__proto__ = #{toString: 1, polluted: 2}; let c = #{}; c.constructor = #{}; c.constructor.prototype = #{polluted: 3}; [m, c, #{}.polluted]",
            Fine,
        ),
        (
            "functions that every object has",
            "fn toString() { 1 } fn valueOf() { 2 } fn __defineGetter__(a) { a } fn isPrototypeOf(a) { a } fn apply(a) { a } fn bind() { 3 } toString() + valueOf() + __defineGetter__(3) + isPrototypeOf(4) + apply(5) + bind()",
            Fine,
        ),
        (
            "variables that every object has",
            "let toString = 1; let valueOf = 2; let hasOwnProperty = 3; let constructor = 4; let prototype = 5; let __proto__ = 6; let __defineGetter__ = 7; toString + valueOf + hasOwnProperty + constructor + prototype + __proto__ + __defineGetter__",
            Fine,
        ),
        (
            "parameters that every object has",
            "fn f(constructor, __proto__, arguments, caller) { constructor + __proto__ + arguments + caller } f(1, 2, 3, 4)",
            Fine,
        ),
        ("methods that values have in JavaScript", "let a = [1]; a.reverse(); a.concat([2])", Refused),
        (
            "more words of JavaScript",
            "let enum = 1; let extends = 2; let typeof = 3; let instanceof = 4; let delete = 5; let finally = 6; let interface = 7; let debugger = 8; let implements = 9; enum + extends + typeof + instanceof + delete + finally + interface + debugger + implements",
            Fine,
        ),
        (
            "functions by words of JavaScript",
            "fn delete(x) { x } fn typeof(x) { x } fn function(x) { x } fn Function(x) { x } fn alert(x) { x } delete(typeof(1)) + function(Function(2)) + alert(3)",
            Fine,
        ),
        (
            "things of the page",
            "let window = 1; let document = 2; let globalThis = 3; let console = 4; let Object = 5; let Map = 6; let SB = 7; let Infinity = 8; let self = 9; window + document + globalThis + console + Object + Map + SB + Infinity + self",
            Fine,
        ),
        ("await", "let await = 1; await", Refused),
        ("yield", "fn yield() { 1 } yield()", Refused),
        (
            "keys by words of JavaScript",
            "let m = #{\"await\": 1, \"yield\": 2, \"let\": 3, \"</script>\": 4, \"\u{2028}\": 5, \"*/\": 6, \"a'b`\": 7}; m",
            Fine,
        ),
        ("line separators in names", "let a\u{2028} = 1; a", Refused),
        (
            "line separators in a comment",
            "// \u{2028} throw 1;\n/* \u{2029} */ let a = 1; // */ \u{2028} alert(1)\na",
            Fine,
        ),
        ("line separators in an interpolation", "let a = \"\u{2028}\"; `${a}\u{2029}${a}</script><!--`", Fine),
        ("ends of scripts thrown", "throw \"</script><!--<script>\u{2028}]]>\";", Error),
        ("ends of scripts printed", "print(\"</script><!--<script>\u{2029}\"); \"-->\"", Fine),
        ("quotes of all kinds", "let a = \"\\\"'`${1}\\\\\"; a + '\"' + '\\'' + `\"'` + \"\\u0000\\r\\n\"", Fine),
        ("patterns of replacing", "let a = \"a$b\"; a.replace(\"$\", \"$&$1$`$'$$\"); a", Fine),
        (
            "patterns of searching",
            "let a = \"a.b(c[d\"; a.replace(\"(\", \"^\"); a.replace(\".\", \"\\\\\"); a.split(\"[\")",
            Fine,
        ),
        ("half a character", "let a = \"\\ud800\"; a", Refused),
        ("text that turns", "\"\u{202e}\u{200b}\u{feff}\"", Fine),
    ]
}

/// Sources that are long in other ways than those above; most stay just within the largest size.
fn large_sources() -> Vec<(&'static str, String, End)> {
    let long = "a".repeat(100_000);
    let repeated = |head: &str, line: &str, times: usize| format!("{head}{}", line.repeat(times));
    let counted = |times: usize, line: &dyn Fn(usize) -> String| (0..times).map(line).collect::<Vec<_>>().concat();
    vec![
        ("long name", format!("let {long} = 1; {long}"), Fine),
        ("long key", format!("let m = #{{}}; m.{long} = 1; m.{long}"), Fine),
        ("long unknown name", long, Refused),
        ("many unknown functions", counted(12_000, &|n| format!("unknown{n}();\n")), Refused),
        ("many unknown functions in a line", counted(12_000, &|n| format!("unknown{n}(); ")), Refused),
        ("many refused words", repeated("", "let a = Fn(\"x\" + \"y\"); ", 9_000), Any),
        (
            "many calls of each other",
            counted(400, &|n| {
                format!(
                    "fn f{n}(a) {{ f{}(a); f{}(a); f{}(a) }}\n",
                    (n * 7 + 1) % 400,
                    (n * 13 + 5) % 400,
                    (n + 1) % 400
                )
            }) + "f0(1)",
            Limit,
        ),
        ("many closures", counted(450, &|n| format!("let a = |x| x + {n};\n")) + "a.call(1)", Fine),
        (
            "many captures",
            counted(200, &|n| format!("let v{n} = {n};\n"))
                + counted(200, &|n| format!("let f = || {{ v{n} += 1; v{} }};\n", (n * 7) % 200)).as_str(),
            Any,
        ),
        (
            "many branches",
            format!("let x = 5; switch x {{ {} _ => 0 }}", counted(12_000, &|n| format!("{n} => {n},"))),
            Fine,
        ),
        ("large array", format!("let a = [{}]; a.len()", "1,".repeat(19_000)), Fine),
        ("too large array", format!("let a = [{}]; a.len()", "1,".repeat(100_000)), Refused),
        ("large map", format!("let m = #{{{}}}; m.len()", counted(5_000, &|n| format!("k{n}: {n},"))), Fine),
        ("too large map", format!("let m = #{{{}}}; m.len()", counted(12_000, &|n| format!("k{n}: {n},"))), Refused),
        ("many assignments", repeated("let a = 1; let b = 1;", "a = b; b = a;", 18_000) + "a", Fine),
        ("many constants", repeated("const A = [1, 2]; let b = A;", "b[0] = A[1];", 3_000) + "b", Fine),
        (
            "wide body of copies",
            format!("let a = []; a.pad(19000, 1); let b = 1; loop {{ {} }}", "b=a;".repeat(20_000)),
            Limit,
        ),
        (
            "wide body of searches",
            format!("let a = []; a.pad(19000, 1); loop {{ {} }}", "a.contains(2);".repeat(15_000)),
            Limit,
        ),
        (
            "wide body of comparisons",
            format!("let a = []; a.pad(19000, 1); let b = a; let c = 1; loop {{ {} }}", "c=a==b;".repeat(20_000)),
            Limit,
        ),
        (
            "wide body of characters",
            format!("let a = \"\"; a.pad(60000, '\u{1f600}'); let c = 1; loop {{ {} }}", "c=a[9000];".repeat(20_000)),
            Limit,
        ),
        (
            "wide body of texts",
            format!("let a = \"\"; a.pad(60000, '\u{1f600}'); let c = 1; loop {{ {} }}", "c=`${a}x`;".repeat(15_000)),
            Limit,
        ),
    ]
}

fn file(script: &str) -> SourceFile {
    SourceFile::new(SourcePath::new("script.rhai").expect("valid"), script)
}

const LIMITS: &[&str] = &["Too many operations", "Stack overflow", "too large", "Too many variables"];

fn ends_as(end: End, line: &str) -> bool {
    let line: Value = serde_json::from_str(line).unwrap_or_default();
    let text = line["error"]["text"].as_str();
    match end {
        End::Refused | End::Any => true,
        End::Limit => text.is_some_and(|text| LIMITS.iter().any(|limit| text.contains(limit))),
        End::Error => text.is_some(),
        End::Value => text.is_none() && !line["value"].is_null(),
    }
}

#[test]
fn every_hostile_rule_ends_in_the_engine_and_in_the_page() {
    let thread = std::thread::Builder::new().stack_size(crate::support::STACK_BYTES).spawn(run_all).expect("a thread");
    thread.join().expect("every rule ends as it should");
}

fn run_all() {
    let all = hostile();
    assert!(all.len() >= 140, "{} rules", all.len());
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("hostile");
    let only = std::env::var("ONLY").unwrap_or_default();
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).expect("writable");
    let (mut wrong, mut records, mut list) = (Vec::new(), String::new(), String::new());
    for (index, (name, script, end)) in all.iter().enumerate() {
        if !name.contains(&only) {
            continue;
        }
        let stem = format!("{index:03} {name}");
        fs::write(folder.join(format!("{stem}.rhai")), script).expect("writable");
        let engine = rule::run_canonical(script);
        if !ends_as(*end, &engine) {
            wrong.push(format!("{name}: the engine says {}", engine.chars().take(300).collect::<String>()));
        }
        let _ = writeln!(list, "{}", json!([format!("{stem}.rhai"), end.name()]));
        match rule::standalone(&file(script), Form::Small) {
            Ok(_) if *end == End::Refused => wrong.push(format!("{name}: it is not refused")),
            Err(found) if *end == End::Refused => assert!(!found.is_empty(), "{name}"),
            Err(found) => wrong.push(format!("{name}: refused, {}", found[0].message.en)),
            Ok(javascript) => {
                let _ = writeln!(records, "{}", json!([name, end.name(), javascript]));
                let runtime = Runtime::new().expect("QuickJS");
                runtime.set_memory_limit(256 << 20);
                let line = Context::full(&runtime).expect("a context").with(|ctx| {
                    ctx.eval::<String, _>(javascript)
                        .unwrap_or_else(|error| format!("{error}: {:?}", ctx.catch().as_exception()))
                });
                if !ends_as(*end, &line) {
                    wrong.push(format!("{name}: the page says {}", line.chars().take(300).collect::<String>()));
                }
            }
        }
    }
    fs::write(folder.join("compiled.jsonl"), records).expect("writable");
    fs::write(folder.join("ends.jsonl"), list).expect("writable");
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), all.len(), wrong.join("\n"));
}
