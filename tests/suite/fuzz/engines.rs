//! The two engines side by side: Rhai itself, and QuickJS with the runtime of the page.

use std::cell::Cell;
use std::rc::Rc;

use rquickjs::{Context, Function, Runtime};
use salesbook::path::SourcePath;
use salesbook::rule::{self, Form, Runner, Units};
use salesbook::source::SourceFile;

/// How many programs one QuickJS context runs before it is thrown away with what it has gathered.
const PROGRAMS: usize = 2_000;
/// How often QuickJS asks whether to go on, which it does after some ten thousand steps, before it is told no.
const PATIENCE: usize = 3_000;

/// What an engine says when operations or time are spent.
const SPENT: &str = "Too many operations";

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
    Different {
        engine: String,
        page: String,
    },
}

/// Both engines, for one thread.
pub(crate) struct Engines {
    runner: Runner,
    page: Page,
}

impl Engines {
    pub(crate) fn new() -> Self {
        Engines { runner: Runner::new(), page: Page::new() }
    }

    /// Runs a script in both.
    pub(crate) fn compare(&mut self, source: &str) -> Verdict {
        match compile(source) {
            Err(finding) => Verdict::Refused(finding),
            Ok(script) => {
                let engine = self.runner.run(source);
                let page = self.page.run(&script);
                if engine == page {
                    Verdict::Same(engine)
                } else if engine.contains(SPENT) || page.contains(SPENT) || page.contains("interrupted") {
                    Verdict::Stopped
                } else {
                    Verdict::Different { engine, page }
                }
            }
        }
    }
}

/// The script's code for the page, or the first finding.
pub(crate) fn compile(source: &str) -> Result<String, String> {
    let file = SourceFile::new(SourcePath::new("script.rhai").expect("a plain file name"), source);
    rule::program_script(&file, Form::Small).map(|script| script.code).map_err(|found| {
        let place = file.position(found[0].span.start);
        format!("{} {}:{} {}", found[0].code.name(), place.line, place.column, found[0].message.en)
    })
}

/// The whole runtime, as a page loads it.
pub(crate) fn whole_runtime() -> String {
    rule::runtime_script(&Units::all(), Form::Small)
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

    fn context(runtime: &Runtime) -> Context {
        let context = Context::full(runtime).expect("a context");
        let frame = "const loaded = {}; globalThis.SB = (key, value) => { loaded[key] = value; };\n\
             globalThis.run = () => loaded.program(loaded.runtime);";
        let program = format!("{frame}\n{}", whole_runtime());
        context.with(|ctx| {
            ctx.eval::<(), _>(program).unwrap_or_else(|error| panic!("{error}: {:?}", ctx.catch()));
        });
        context
    }

    /// The line of a compiled script; of a broken one what was thrown.
    pub(crate) fn run(&mut self, script: &str) -> String {
        self.ran += 1;
        if self.ran % PROGRAMS == 0 {
            self.context = Page::context(&self.runtime);
        }
        self.asked.set(0);
        self.context.with(|ctx| {
            let result = ctx.eval::<(), _>(script).and_then(|()| {
                let run: Function<'_> = ctx.globals().get("run")?;
                run.call::<_, String>(())
            });
            result.unwrap_or_else(|error| format!("{error}: {:?}", ctx.catch()))
        })
    }
}
