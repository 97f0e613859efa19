//! Words on their way out. A closed pipe or a full disk behind it is no reason to panic: the exit code still tells
//! how the command went.

use std::io::Write;

/// Writes a result to standard output, with a line break.
pub(super) fn result(text: impl AsRef<str>) {
    let _ = writeln!(std::io::stdout(), "{}", text.as_ref());
}

/// Writes a result to standard output as it is.
pub(super) fn raw_result(text: impl AsRef<str>) {
    let _ = std::io::stdout().write_all(text.as_ref().as_bytes());
}

/// Writes a message to standard error, with a line break.
pub(super) fn message(text: impl AsRef<str>) {
    let _ = writeln!(std::io::stderr(), "{}", text.as_ref());
}

/// Writes a message to standard error as it is.
pub(super) fn raw_message(text: impl AsRef<str>) {
    let _ = std::io::stderr().write_all(text.as_ref().as_bytes());
}
