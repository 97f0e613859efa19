//! The one place that makes a Rhai engine: the same settings for checking, for the reference and for the compiler.
//!
//! Rhai is no sandbox by default, and its limits differ between debug and release builds, so every limit is set here
//! by hand. The optimiser is off, because it rewrites the tree; variables must exist when the script is parsed.

use std::any::TypeId;
use std::cell::{Cell, Ref, RefCell};
use std::cmp::Ordering;
use std::convert::identity;
use std::rc::Rc;
use std::time::Duration;

use rhai::packages::{Package, StandardPackage};
use rhai::{
    AST, Array, Dynamic, Engine, EvalAltResult, FnPtr, FuncRegistration, ImmutableString, Map as RhaiMap,
    OptimizationLevel, ParseError, Position,
};

/// How deep functions may call each other; also built into the page's runtime.
pub(super) const CALL_LEVELS: usize = 64;
/// The longest text in bytes; also built into the page's runtime.
pub(super) const TEXT_BYTES: usize = 1 << 18;
/// The most elements in an array; also built into the page's runtime.
pub(super) const ELEMENTS: usize = 20_000;
/// The most entries in a map; also built into the page's runtime. Rhai's parser compares every key of a literal with
/// every other.
pub(super) const ENTRIES: usize = 5_000;
/// Operations of one judgement; a scoring rule needs a few thousand.
pub(super) const RULE_OPERATIONS: u64 = 5_000_000;
/// Operations of a script run from the command line.
pub(super) const SCRIPT_OPERATIONS: u64 = 10_000_000;
/// The largest script in bytes; positions in Rhai are 16 bits wide.
pub(super) const SOURCE_BYTES: usize = 256 * 1024;

/// How deep brackets and blocks may stand inside each other.
pub(super) const EXPRESSION_LEVELS: usize = 64;
/// The most variables at one time.
pub(super) const VARIABLES: usize = 256;
/// The most functions in a script, closures included.
pub(super) const FUNCTIONS: usize = 500;

/// Rhai names closures by a hash whose seed otherwise differs from one build of this program to the next, and the
/// names stand in the published script: the same rule would give other bytes. Nothing secret is hashed.
const HASHING_SEED: [u64; 4] = [1, 2, 3, 4];

/// How long a script may run. Operations do not bound the time alone, for one operation may copy a large array. A rule
/// that deserves its name is a thousand times faster.
pub(super) const TIME: Duration = Duration::from_millis(700);
/// The clock is looked at once in so many operations.
const OPERATIONS_PER_LOOK: u64 = 32;

/// The most values that the closures in a map carry when it is written as JSON.
const CARRIED: usize = 100;

/// How much a script may print, in units of UTF-16 and with the ends of the lines; also built into the page's runtime.
pub(super) const PRINTED: usize = 1 << 20;

/// What a script printed, and the time that is left to it.
#[derive(Default)]
struct Account {
    lines: RefCell<Vec<String>>,
    size: Cell<usize>,
    deadline: Cell<Option<Duration>>,
    /// Sorting goes on when its comparer fails, so every operation has to fail from then on.
    spent: Cell<bool>,
}

/// An engine with all limits set, and the account of the script that it runs.
pub(super) struct Sandbox {
    /// The engine with all limits set.
    pub engine: Engine,
    account: Rc<Account>,
}

impl Sandbox {
    /// Lets scripts run for some time from now on: [`TIME`], so many times over.
    pub(super) fn start(&self, times: u32) {
        self.account.deadline.set(Some(now() + TIME * times));
        self.account.spent.set(false);
        self.clear();
    }

    /// The tree of a script behind the constants that it is given; each keeps its own places.
    pub(super) fn parse(&self, constants: &str, script: &str) -> Result<AST, ParseError> {
        let script = self.engine.compile(script)?;
        if constants.is_empty() {
            return Ok(script);
        }
        Ok(self.engine.compile(constants)?.merge(&script))
    }

    /// Forgets what was printed.
    pub(super) fn clear(&self) {
        self.account.lines.borrow_mut().clear();
        self.account.size.set(0);
    }

    /// Whether the script that ended had used up its limits, though something in it hid that.
    pub(super) fn is_spent(&self) -> bool {
        self.account.spent.get() || self.account.size.get() > PRINTED
    }

    /// What was printed, in order.
    pub(super) fn printed(&self) -> Ref<'_, Vec<String>> {
        self.account.lines.borrow()
    }
}

/// Takes the place of the functions of Rhai's that could run for ever, or take all memory, without counting an operation.
fn guard(engine: &mut Engine) {
    let no_sleep = || Err::<(), Box<EvalAltResult>>("a rule cannot sleep".into());
    engine.register_fn("sleep", move |_: i64| no_sleep());
    engine.register_fn("sleep", move |_: f64| no_sleep());
    // Like those whose place they take, they are kept from constants.
    let changing = |name: &str| FuncRegistration::new(name).in_global_namespace().with_purity(false);
    changing("pad").register_into_engine(engine, pad);
    changing("replace")
        .register_into_engine(engine, |text: &mut ImmutableString, part: &str, by: &str| replace(text, part, by));
    changing("replace").register_into_engine(engine, |text: &mut ImmutableString, part: char, by: &str| {
        replace(text, part.encode_utf8(&mut [0; 4]), by)
    });
    changing("sort").register_into_engine(engine, |items: &mut Array| sort(items, identity));
    changing("sort_desc").register_into_engine(engine, |items: &mut Array| sort(items, Ordering::reverse));
    changing("order").register_into_engine(engine, |items: &mut Array| order(items, identity));
    changing("order_desc").register_into_engine(engine, |items: &mut Array| order(items, Ordering::reverse));
    FuncRegistration::new("to_json").in_global_namespace().with_purity(true).register_into_engine(engine, to_json);
}

/// The time that this thread has worked: what else the machine does does not count.
fn now() -> Duration {
    let time = rustix::time::clock_gettime(rustix::time::ClockId::ThreadCPUTime);
    Duration::new(u64::try_from(time.tv_sec).unwrap_or(0), u32::try_from(time.tv_nsec).unwrap_or(0))
}

/// A script that ran out of time is told from one that ran out of operations by nobody.
pub(super) fn settled(error: EvalAltResult) -> EvalAltResult {
    match error {
        EvalAltResult::ErrorTerminated(_, pos) => EvalAltResult::ErrorTooManyOperations(pos),
        EvalAltResult::ErrorInFunctionCall(name, source, inner, pos) => {
            EvalAltResult::ErrorInFunctionCall(name, source, Box::new(settled(*inner)), pos)
        }
        other => other,
    }
}

/// An engine whose scripts may spend `operations`.
pub(super) fn engine(operations: u64) -> Sandbox {
    // Refused from the second time on, when it is set already.
    let _ = rhai::config::hashing::set_hashing_seed(Some(HASHING_SEED));
    let mut engine = Engine::new_raw();
    StandardPackage::new().register_into_engine(&mut engine);
    engine.set_optimization_level(OptimizationLevel::None);
    engine.set_strict_variables(true);
    engine.set_fast_operators(true);
    engine.set_max_expr_depths(EXPRESSION_LEVELS, EXPRESSION_LEVELS);
    engine.set_max_call_levels(CALL_LEVELS);
    engine.set_max_operations(operations);
    engine.set_max_string_size(TEXT_BYTES);
    engine.set_max_array_size(ELEMENTS);
    engine.set_max_map_size(ENTRIES);
    engine.set_max_variables(VARIABLES);
    engine.set_max_functions(FUNCTIONS);
    engine.set_max_modules(0);
    for symbol in ["eval", "import", "export"] {
        engine.disable_symbol(symbol);
    }
    guard(&mut engine);
    let account = Rc::new(Account::default());
    let paper = account.clone();
    engine.on_print(move |line| {
        paper.size.set(paper.size.get() + line.encode_utf16().count() + 1);
        paper.lines.borrow_mut().push(line.to_string());
    });
    engine.on_debug(|_, _, _| {});
    let clock = account.clone();
    engine.on_progress(move |operations| {
        let late =
            || operations % OPERATIONS_PER_LOOK == 0 && clock.deadline.get().is_some_and(|deadline| now() > deadline);
        if clock.spent.get() || clock.size.get() > PRINTED || late() {
            clock.spent.set(true);
            return Some(Dynamic::UNIT);
        }
        None
    });
    Sandbox { engine, account }
}

fn too_large() -> Box<EvalAltResult> {
    EvalAltResult::ErrorDataTooLarge("Length of string".to_string(), Position::NONE).into()
}

/// Rhai's own function of this name makes the text first, of a thousand million bytes if need be, and then measures it.
fn replace(text: &mut ImmutableString, part: &str, by: &str) -> Result<(), Box<EvalAltResult>> {
    if text.is_empty() {
        return Ok(());
    }
    let times = text.matches(part).count();
    if text.len() - times * part.len() + times * by.len() > TEXT_BYTES {
        return Err(too_large());
    }
    *text = text.replace(part, by).into();
    Ok(())
}

/// Rhai's own functions of these names end the process where a number that is none stands among more than twenty broken
/// numbers: it equals every other, which is no order, and Rust's sort panics when it notices.
fn sort(items: &mut Array, towards: fn(Ordering) -> Ordering) -> Result<(), Box<EvalAltResult>> {
    let Some(kind) = items.first().map(Dynamic::type_id).filter(|_| items.len() > 1) else {
        return Ok(());
    };
    let refused = |what: String| Err(EvalAltResult::ErrorFunctionNotFound(what, Position::NONE).into());
    if items.iter().any(|item| item.type_id() != kind) {
        return refused("elements of different types cannot be sorted".to_string());
    }
    if kind == TypeId::of::<()>() {
    } else if kind == TypeId::of::<i64>() {
        items.sort_by(|a, b| towards(a.as_int().cmp(&b.as_int())));
    } else if kind == TypeId::of::<bool>() {
        items.sort_by(|a, b| towards(a.as_bool().cmp(&b.as_bool())));
    } else if kind == TypeId::of::<char>() {
        items.sort_by(|a, b| towards(a.as_char().cmp(&b.as_char())));
    } else if kind == TypeId::of::<ImmutableString>() {
        let text = |item: &Dynamic| item.read_lock::<ImmutableString>().map(|text| text.clone());
        items.sort_by(|a, b| towards(text(a).cmp(&text(b))));
    } else if kind == TypeId::of::<f64>() {
        if items.len() > 20 && items.iter().any(|item| item.as_float().is_ok_and(f64::is_nan)) {
            return Err("error in comparer for sorting".into());
        }
        items.sort_by(|a, b| towards(a.as_float().partial_cmp(&b.as_float()).unwrap_or(Ordering::Equal)));
    } else {
        return refused(format!("elements of {} cannot be sorted", items[0].type_name()));
    }
    Ok(())
}

/// The same in a copy.
fn order(items: &mut Array, towards: fn(Ordering) -> Ordering) -> Result<Array, Box<EvalAltResult>> {
    let mut items = items.clone();
    sort(&mut items, towards)?;
    Ok(items)
}

/// Rhai's own function of this name never ends where a closure holds itself, by a variable that it captures, and panics
/// where such a variable is locked.
fn to_json(map: &mut RhaiMap) -> Result<String, Box<EvalAltResult>> {
    let mut left = CARRIED;
    map.values().try_for_each(|value| has_end(value, &mut left))?;
    Ok(rhai::format_map_as_json(map))
}

/// Makes sure that the closures in a value carry no more than `left` values, and none that is locked.
fn has_end(value: &Dynamic, left: &mut usize) -> Result<(), Box<EvalAltResult>> {
    if value.is_locked() {
        return Err(EvalAltResult::ErrorDataRace(String::new(), Position::NONE).into());
    }
    if let Some(pointer) = value.read_lock::<FnPtr>() {
        for carried in pointer.iter_curry() {
            *left = left.checked_sub(1).ok_or(EvalAltResult::ErrorStackOverflow(Position::NONE))?;
            has_end(carried, left)?;
        }
    } else if let Some(items) = value.read_lock::<rhai::Array>() {
        items.iter().try_for_each(|item| has_end(item, left))?;
    } else if let Some(map) = value.read_lock::<RhaiMap>() {
        map.values().try_for_each(|item| has_end(item, left))?;
    }
    Ok(())
}

/// Rhai's own function of this name never ends when the filler is empty, and looks at no limit meanwhile.
fn pad(text: &mut ImmutableString, len: i64, filler: &str) -> Result<(), Box<EvalAltResult>> {
    let wanted = usize::try_from(len.max(0)).unwrap_or(usize::MAX);
    if wanted > TEXT_BYTES {
        return Err(too_large());
    }
    let missing = wanted.saturating_sub(text.chars().count());
    if missing == 0 {
        return Ok(());
    }
    if filler.is_empty() {
        return Err(EvalAltResult::ErrorTooManyOperations(Position::NONE).into());
    }
    text.make_mut().extend(filler.chars().cycle().take(missing));
    if text.len() > TEXT_BYTES { Err(too_large()) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_has_the_same_limits() {
        let runtime: String = super::super::link::UNITS.iter().map(|(_, text)| *text).collect();
        for (name, limit) in [
            ("TEXT_BYTES", TEXT_BYTES),
            ("ELEMENTS", ELEMENTS),
            ("ENTRIES", ENTRIES),
            ("CALL_LEVELS", CALL_LEVELS),
            ("PRINTED", PRINTED),
            ("CARRIED", CARRIED),
        ] {
            let line = format!("const {name} = {limit};");
            assert!(runtime.lines().any(|it| it == line), "{line}");
        }
        let budget = format!("budget: {RULE_OPERATIONS} ");
        assert!(runtime.contains(&budget), "{budget}");
    }

    #[test]
    fn padding_with_nothing_ends() {
        let sandbox = engine(RULE_OPERATIONS);
        let padded = |script: &str| sandbox.engine.eval::<String>(script).map_err(|error| error.to_string());
        assert_eq!(padded(r#"let s = "a"; s.pad(4, "xy"); s"#), Ok("axyx".to_string()));
        assert_eq!(padded(r#"let s = "ab"; s.pad(2, ""); s"#), Ok("ab".to_string()));
        let refused = padded(r#"let s = "a"; s.pad(2, ""); s"#).expect_err("too many operations");
        assert_eq!(refused, "Too many operations (line 1, position 16)");
    }
}
