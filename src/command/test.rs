//! x
use std::path::Path;
/// x
pub(super) fn check_cases(_root: &Path, _checked: &mut crate::pipeline::Checked) {}
