//! The two engines side by side: Rhai itself, and QuickJS with the runtime of the page.

use std::cell::Cell;
use std::rc::Rc;
use std::sync::Once;
use std::time::{Duration, Instant};

use rquickjs::{Context, Function, Runtime};
use salesbook::diagnostic::Diagnostic;
use salesbook::path::SourcePath;
use salesbook::rule::schema::{Facts, ToolSchema};
use salesbook::rule::{self, Evaluator, Form, Rule, Runner, Units};
use salesbook::source::SourceFile;
use serde_json::{Value, json};

/// How many programs one QuickJS context runs before it is thrown away with what it has gathered.
const PROGRAMS: usize = 2_000;
/// How often QuickJS asks whether to go on, which it does after some ten thousand steps, before it is told no.
const PATIENCE: usize = 3_000;

/// What an engine says when operations or time are spent.
const SPENT: &str = "Too many operations";

/// What Rhai says when Rust's sort has panicked; also put behind the engine's line when the script caught that, and when
/// a comparer of more than twenty elements contradicts itself, so that their order is anybody's.
pub(crate) const NO_ORDER: &str = "error in comparer for sorting";

thread_local! {
    /// Whether Rust's sort has panicked, which Rhai catches.
    static DISORDER: Cell<bool> = const { Cell::new(false) };
}

/// Remembers those panics and says nothing of them.
fn hear_disorder() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let before = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |info| {
            let place = info.location().map_or("", |place| place.file());
            if place.contains("core/src/slice/sort") { DISORDER.set(true) } else { before(info) }
        }));
    });
}

/// What came out of running one script in both engines.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// The compiler does not take it; its first finding.
    Refused(String),
    /// Both gave this line.
    Same(String),
    /// One of them was stopped because it spent too much, and they do not count alike.
    Stopped,
    /// They gave different lines.
    Different { engine: String, page: String },
}

impl Verdict {
    /// Of the engine's and the page's line.
    pub(crate) fn of(engine: String, page: String) -> Self {
        if engine == page {
            Verdict::Same(engine)
        } else if is_spent(&engine) || is_spent(&page) {
            Verdict::Stopped
        } else {
            Verdict::Different { engine, page }
        }
    }
}

/// Both engines, for one thread.
pub(crate) struct Engines {
    runner: Runner,
    pub(crate) page: Page,
    /// How long the compiler worked, the engine and the page.
    pub(crate) times: [Duration; 3],
}

impl Engines {
    pub(crate) fn new() -> Self {
        hear_disorder();
        Engines { runner: Runner::new(), page: Page::new(), times: [Duration::ZERO; 3] }
    }

    /// Runs a script in both.
    pub(crate) fn compare(&mut self, source: &str) -> Verdict {
        let mut last = Instant::now();
        let mut lap = |time: &mut Duration| {
            let now = Instant::now();
            *time += now - std::mem::replace(&mut last, now);
        };
        let compiled = compile(source);
        lap(&mut self.times[0]);
        match compiled {
            Err(finding) => Verdict::Refused(finding),
            Ok(script) => {
                DISORDER.set(false);
                let engine = self.runner.run(source);
                lap(&mut self.times[1]);
                let page = self.page.run(&script);
                lap(&mut self.times[2]);
                match Verdict::of(engine, page) {
                    Verdict::Different { engine, page } if DISORDER.get() || self.page.contradicts(&script) => {
                        Verdict::Different { engine: format!("{engine} {NO_ORDER}"), page }
                    }
                    verdict => verdict,
                }
            }
        }
    }
}

/// The script's code for the page, or the first finding.
pub(crate) fn compile(source: &str) -> Result<String, String> {
    let file = SourceFile::new(SourcePath::new("script.rhai").expect("a plain file name"), source);
    rule::program_script(&file, Form::Small).map(|script| script.code).map_err(|found| finding(&file, &found))
}

/// The first of some findings, with its place.
pub(crate) fn finding(file: &SourceFile, found: &[Diagnostic]) -> String {
    let place = file.position(found[0].span.start);
    format!("{} {}:{} {}", found[0].code.name(), place.line, place.column, found[0].message.en)
}

/// The whole runtime, as a page loads it.
pub(crate) fn whole_runtime() -> String {
    rule::runtime_script("", &Units::all(), Form::Small)
}

/// QuickJS with the runtime loaded, as a page would have it.
pub(crate) struct Page {
    runtime: Runtime,
    context: Context,
    ran: usize,
    asked: Rc<Cell<usize>>,
}

impl Page {
    pub(crate) fn new() -> Self {
        let runtime = Runtime::new().expect("QuickJS");
        let asked = Rc::new(Cell::new(0));
        let counter = asked.clone();
        runtime.set_interrupt_handler(Some(Box::new(move || {
            counter.set(counter.get() + 1);
            counter.get() > PATIENCE
        })));
        let context = Page::context(&runtime);
        Page { runtime, context, ran: 0, asked }
    }

    /// A `Map` of QuickJS loses a key that is a long text made of several when it grows, so keys are made anew.
    fn context(runtime: &Runtime) -> Context {
        let context = Context::full(runtime).expect("a context");
        let frame = "Date.now = () => 0; const loaded = {}; globalThis.SB = (key, value) => { loaded[key] = value; };\n\
             const set = Map.prototype.set;\n\
             Map.prototype.set = function (key, value) {\n\
               return set.call(this, typeof key === \"string\" && key.length > 256 ? JSON.parse(JSON.stringify(key)) : key, value);\n\
             };\n\
             const sort = Array.prototype.sort;
             Array.prototype.sort = function (compare) {
               if (globalThis.watches && compare && this.length > 20) globalThis.contradicted ||= contradicts(this, compare);
               return sort.call(this, compare);
             };
             const contradicts = (items, compare) => {
               try {
                 const signs = items.map((a) => items.map((b) => Math.sign(compare(a, b))));
                 return signs.some((row, a) => row.some((sign, b) => sign !== -signs[b][a] ||
                   row.some((other, c) => sign <= 0 && signs[b][c] <= 0 && other !== Math.min(sign, signs[b][c]))));
               } catch { return false; }
             };
             const create = () => loaded.shared || (loaded.shared = loaded[\"runtime/\"]());\n\
             globalThis.run = () => loaded.program(create);\n\
             globalThis.judge = (text) => {\n\
               try { return JSON.stringify({ value: tool.judge(JSON.parse(text)) }); } catch (error) {\n\
                 if (!(error instanceof Error) || !(\"limit\" in error)) throw error;\n\
                 return JSON.stringify({ error: { text: error.message } });\n\
               }\n\
             };";
        let program = format!("{frame}\n{}", whole_runtime());
        context.with(|ctx| {
            ctx.eval::<(), _>(program).unwrap_or_else(|error| panic!("{error}: {:?}", ctx.catch()));
        });
        context
    }

    /// Loads a rule with what its page asks. It takes the place of the one loaded before.
    pub(crate) fn load(&mut self, rule: &Rule, schema: &ToolSchema) {
        self.renew();
        let tool = format!(
            "{}\n{}\n{}\nglobalThis.tool = loaded.judge({}, loaded[{}], loaded[{}](loaded[\"runtime/\"]));",
            rule::javascript(rule, schema, Form::Small).code,
            rule::facts_script(rule, schema),
            rule::judge_script(Form::Small),
            json!(rule.id),
            json!(format!("facts/{}", rule.id)),
            json!(format!("rule/{}", rule.id)),
        );
        self.context.with(|ctx| {
            ctx.eval::<(), _>(tool).unwrap_or_else(|error| panic!("{error}: {:?}", ctx.catch()));
        });
    }

    /// What the loaded rule says of some answers, in the form of [`judgement`].
    pub(crate) fn judge(&self, answers: &Value) -> String {
        self.asked.set(0);
        let line = self.context.with(|ctx| {
            let judge: Function<'_> = ctx.globals().get("judge").expect("defined with the context");
            judge
                .call::<_, String>((answers.to_string(),))
                .unwrap_or_else(|error| format!("{error}: {:?}", ctx.catch()))
        });
        in_order(serde_json::from_str(&line).unwrap_or(Value::String(line))).to_string()
    }

    /// Whether a script sorts more than twenty elements by a comparer that contradicts itself: every pair is compared.
    pub(crate) fn contradicts(&mut self, script: &str) -> bool {
        let watch = |page: &Page, on: bool| {
            let set = format!("globalThis.watches = {on}; globalThis.contradicted = false;");
            page.context.with(|ctx| ctx.eval::<(), _>(set).expect("it is a plain assignment"));
        };
        self.context = Page::context(&self.runtime);
        watch(self, true);
        self.run(script);
        let found = self.context.with(|ctx| ctx.globals().get("contradicted").unwrap_or(false));
        watch(self, false);
        found
    }

    fn renew(&mut self) {
        self.ran += 1;
        if self.ran.is_multiple_of(PROGRAMS) {
            self.context = Page::context(&self.runtime);
        }
    }

    /// The line of a compiled script; of a broken one what was thrown.
    pub(crate) fn run(&mut self, script: &str) -> String {
        self.asked.set(0);
        self.renew();
        let result = self.context.with(|ctx| {
            let result = ctx.eval::<(), _>(script).and_then(|()| {
                let run: Function<'_> = ctx.globals().get("run")?;
                run.call::<_, String>(())
            });
            result.map_err(|error| format!("{error}: {:?}", ctx.catch()))
        });
        result.unwrap_or_else(|thrown| {
            // Nobody knows what it has left behind.
            self.asked.set(0);
            self.context = Page::context(&self.runtime);
            thrown
        })
    }
}

/// The same with the keys in order, for an object of JavaScript has numbers first, and with large numbers as JavaScript
/// reads them, which makes no difference between `1e18` and `1000000000000000000`.
fn in_order(value: Value) -> Value {
    match value {
        Value::Array(items) => items.into_iter().map(in_order).collect(),
        Value::Object(entries) => {
            let mut entries: Vec<_> = entries.into_iter().map(|(key, value)| (key, in_order(value))).collect();
            entries.sort_by(|one, other| one.0.cmp(&other.0));
            Value::Object(entries.into_iter().collect())
        }
        Value::Number(number) => match number.as_f64() {
            Some(float) if float.abs() > 9_007_199_254_740_991.0 => json!(float),
            _ => Value::Number(number),
        },
        other => other,
    }
}

/// What the engine says of some facts: the rule's value, or its error as the page's script reports it.
pub(crate) fn judgement(rule: &Rule, evaluator: &Evaluator, facts: &Facts) -> String {
    match evaluator.raw(facts) {
        Ok(value) => json!({ "value": in_order(value) }).to_string(),
        Err(failure) => {
            let place = if failure.line == 0 { String::new() } else { format!(":{}:{}", failure.line, failure.column) };
            json!({ "error": { "text": format!("{}{place}: {}", rule.id, failure.text) } }).to_string()
        }
    }
}

/// Whether a line only says that operations or time were spent, which the engines do not count alike.
fn is_spent(line: &str) -> bool {
    line.contains(SPENT) || line.contains("interrupted")
}
