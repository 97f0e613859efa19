//! The home page: pinned cards, the tool to start with, and the ways in for each kind of user.

use super::Reader;
use crate::source::Spanned;

/// The keys of the home page.
#[derive(Debug, Clone, Default)]
pub struct Home {
    /// Cards shown at once.
    pub pinned: Vec<Spanned<String>>,
    /// The tool behind "which customer is this?".
    pub tool: Option<Spanned<String>>,
    /// Ways in.
    pub entries: Vec<Entry>,
}

/// A way into the book for one kind of user.
#[derive(Debug, Clone)]
pub struct Entry {
    /// Who it is for.
    pub title: String,
    /// What they find.
    pub text: String,
    /// The page's id.
    pub page: Spanned<String>,
}

pub(super) fn read(reader: &mut Reader<'_, '_>) -> Home {
    let pinned = reader.fields.texts("pinned");
    let tool = reader.fields.text("tool");
    let mut entries = Vec::new();
    for mut fields in reader.fields.maps("entries") {
        let title = fields.required_text("title");
        let text = fields.required_text("text");
        let page = fields.required_text("page");
        reader.found.extend(fields.finish());
        if let (Some(title), Some(text), Some(page)) = (title, text, page) {
            entries.push(Entry { title: title.value, text: text.value, page });
        }
    }
    Home { pinned, tool, entries }
}
