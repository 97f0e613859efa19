//! The customer card: which tools look at which side of a customer, and which warnings come before all others.
//!
//! What the reader keeps on it lives on the reader's own device; the book only says how it is laid out.

use super::Reader;
use crate::source::Spanned;

/// The keys of the page of the customer card.
#[derive(Debug, Clone)]
pub struct CustomerCard {
    /// The sides of a customer, the one that helps most first.
    pub axes: Vec<Axis>,
    /// Ids of warnings that stand above the others, the most urgent first.
    pub urgent: Vec<Spanned<String>>,
}

/// One side of a customer.
#[derive(Debug, Clone)]
pub struct Axis {
    /// Its name on the card.
    pub title: String,
    /// The tool page that judges it.
    pub tool: Spanned<String>,
    /// What knowing it is good for.
    pub why: String,
}

pub(super) fn read(reader: &mut Reader<'_, '_>) -> CustomerCard {
    reader.fields.require("axes");
    let mut axes = Vec::new();
    for mut fields in reader.fields.maps("axes") {
        let title = fields.required_text("title");
        let tool = fields.required_text("tool");
        let why = fields.required_text("why");
        reader.found.extend(fields.finish());
        if let (Some(title), Some(tool), Some(why)) = (title, tool, why) {
            axes.push(Axis { title: title.value, tool, why: why.value });
        }
    }
    CustomerCard { axes, urgent: reader.fields.texts("urgent") }
}
