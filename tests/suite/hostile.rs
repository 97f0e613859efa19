//! Rules that mean harm, or look like it: each must end by itself, in the engine and in the page, and say why.
//!
//! The scripts are written to `target/tmp/hostile/`, where `tests/bench/hostile.py` measures time and memory of the
//! program on each, and `tests/browser/hostile.test.mjs` runs the compiled ones in a page.

use std::fs;
use std::path::Path;

use rquickjs::{Context, Runtime};
use salesbook::path::SourcePath;
use salesbook::rule::{self, Form};
use salesbook::source::SourceFile;
use serde_json::Value;

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
    all
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

/// The program itself runs on a stack of this size too: deep values are taken apart step by step.
const STACK_BYTES: usize = 1 << 29;

#[test]
fn every_hostile_rule_ends_in_the_engine_and_in_the_page() {
    let thread = std::thread::Builder::new().stack_size(STACK_BYTES).spawn(run_all).expect("a thread");
    thread.join().expect("every rule ends as it should");
}

fn run_all() {
    let all = hostile();
    assert!(all.len() >= 60, "{} rules", all.len());
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("hostile");
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).expect("writable");
    let mut wrong = Vec::new();
    for (index, (name, script, end)) in all.iter().enumerate() {
        fs::write(folder.join(format!("{index:02} {name}.rhai")), script).expect("writable");
        let engine = rule::run_canonical(script);
        if !ends_as(*end, &engine) {
            wrong.push(format!("{name}: the engine says {}", engine.chars().take(300).collect::<String>()));
        }
        match rule::standalone(&file(script), Form::Small) {
            Ok(_) if *end == End::Refused => wrong.push(format!("{name}: it is not refused")),
            Err(found) if *end == End::Refused => assert!(!found.is_empty(), "{name}"),
            Err(found) => wrong.push(format!("{name}: refused, {}", found[0].message.en)),
            Ok(javascript) => {
                fs::write(folder.join(format!("{index:02} {name}.js")), &javascript).expect("writable");
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
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), all.len(), wrong.join("\n"));
}
