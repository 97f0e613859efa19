//! Which mutant is switched on. All mutants of the compiler are built into one program; `tests/mutation` says more.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, Ordering};

static ACTIVE: OnceLock<u32> = OnceLock::new();
static RECORDING: AtomicBool = AtomicBool::new(false);
static REACHED: [AtomicBool; 16_384] = [const { AtomicBool::new(false) }; 16_384];

/// Whether this mutant is the one. The tests clear the environment of the programs that they run but for `PATH`, so
/// the number stands there, as a folder that does not exist.
pub fn is(number: u32) -> bool {
    if RECORDING.load(Ordering::Relaxed) {
        REACHED[number as usize].store(true, Ordering::Relaxed);
    }
    let active = ACTIVE.get_or_init(|| {
        let path = std::env::var("PATH").unwrap_or_default();
        path.split(':').find_map(|folder| folder.strip_prefix("/mutant/")?.parse().ok()).unwrap_or(u32::MAX)
    });
    *active == number
}

/// Remembers from now on what is reached.
pub fn record() {
    RECORDING.store(true, Ordering::Relaxed);
}

/// The mutants whose place was reached since the last call.
pub fn reached() -> Vec<u32> {
    let taken = REACHED.iter().enumerate().filter(|(_, it)| it.swap(false, Ordering::Relaxed));
    taken.map(|(number, _)| number as u32).collect()
}
