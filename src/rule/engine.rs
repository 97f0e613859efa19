//! The one place that makes a Rhai engine: the same settings for checking, for the reference and for the compiler.
//!
//! Rhai is no sandbox by default, and its limits differ between debug and release builds, so every limit is set here
//! by hand. The optimiser is off, because it rewrites the tree; variables must exist when the script is parsed.

use std::cell::RefCell;
use std::rc::Rc;

use rhai::packages::{Package, StandardPackage};
use rhai::{Engine, OptimizationLevel};

/// How deep functions may call each other; also built into the page's runtime.
pub(super) const CALL_LEVELS: usize = 64;
/// The longest text in bytes; also built into the page's runtime.
pub(super) const TEXT_BYTES: usize = 1 << 18;
/// The most elements in an array or map; also built into the page's runtime.
pub(super) const ELEMENTS: usize = 20_000;
/// Operations of one judgement; a scoring rule needs a few thousand.
pub(super) const RULE_OPERATIONS: u64 = 5_000_000;
/// Operations of a script run from the command line.
pub(super) const SCRIPT_OPERATIONS: u64 = 10_000_000;
/// The largest script in bytes; positions in Rhai are 16 bits wide.
pub(super) const SOURCE_BYTES: usize = 256 * 1024;

/// Rhai names closures by a hash whose seed otherwise differs from one build of this program to the next, and the
/// names stand in the published script: the same rule would give other bytes. Nothing secret is hashed.
const HASHING_SEED: [u64; 4] = [1, 2, 3, 4];

/// What a script printed, in order.
pub(super) type Printed = Rc<RefCell<Vec<String>>>;

/// An engine that may spend `operations`, and the lines that its scripts print.
pub(super) fn engine(operations: u64) -> (Engine, Printed) {
    // Refused from the second time on, when it is set already.
    let _ = rhai::config::hashing::set_hashing_seed(Some(HASHING_SEED));
    let mut engine = Engine::new_raw();
    StandardPackage::new().register_into_engine(&mut engine);
    engine.set_optimization_level(OptimizationLevel::None);
    engine.set_strict_variables(true);
    engine.set_fast_operators(true);
    engine.set_max_expr_depths(64, 64);
    engine.set_max_call_levels(CALL_LEVELS);
    engine.set_max_operations(operations);
    engine.set_max_string_size(TEXT_BYTES);
    engine.set_max_array_size(ELEMENTS);
    engine.set_max_map_size(ELEMENTS);
    engine.set_max_variables(256);
    engine.set_max_functions(500);
    engine.set_max_modules(0);
    for symbol in ["eval", "import", "export"] {
        engine.disable_symbol(symbol);
    }
    let printed = Printed::default();
    let lines = printed.clone();
    engine.on_print(move |line| lines.borrow_mut().push(line.to_string()));
    engine.on_debug(|_, _, _| {});
    (engine, printed)
}
