//! A talk from beginning to end, in its `aida` block.

use super::Reader;
use crate::source::Spanned;

/// The keys of a script.
#[derive(Debug, Clone)]
pub struct Script {
    /// The customer type that it is for.
    pub customer_type: Option<Spanned<String>>,
}

pub(super) fn read(reader: &mut Reader<'_, '_>) -> Script {
    Script { customer_type: reader.fields.text("customer_type") }
}
