//! The kinds of pages, one file for each that has keys of its own.

mod customer_card;
mod customer_type;
mod home;
mod objection;
mod script;
mod tool;

pub use customer_card::{Axis, CustomerCard};
pub use customer_type::{AIDA_STEPS, CustomerType, TIME_STEPS, TypicalObjection};
pub use home::{Entry, Home};
pub use objection::{GROUPS, Objection, Variant};
pub use script::Script;
pub use tool::{Outcome, Output, OutputKind, Tool, Warning};

use super::Reader;
use crate::diagnostic::{Bilingual, Diagnostic, code};
use crate::markdown::{BlockKind, Body};
use crate::source::{SourceFile, Span};

/// What a page is, with the keys that only its kind has.
#[derive(Debug, Clone)]
pub enum Kind {
    /// The first page of the book.
    Home(Home),
    /// The first page of a section.
    Section,
    /// A customer type.
    Type(Box<CustomerType>),
    /// What a customer says, and what to answer.
    Objection(Box<Objection>),
    /// A talk from beginning to end.
    Script(Script),
    /// An interactive tool.
    Tool(Box<Tool>),
    /// Where results of several tools about one customer come together.
    CustomerCard(CustomerCard),
    /// Any kind without keys of its own.
    Plain(Name),
}

/// The names of the kinds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs, reason = "each is the word that stands in the front matter")]
pub enum Name {
    Home,
    Section,
    Type,
    Objection,
    Script,
    Guide,
    Case,
    Tool,
    CustomerCard,
    Drill,
    Scenario,
    Path,
    Reference,
}

/// The names as written behind `kind:`.
pub const NAMES: [(&str, Name); 13] = [
    ("home", Name::Home),
    ("section", Name::Section),
    ("type", Name::Type),
    ("objection", Name::Objection),
    ("script", Name::Script),
    ("guide", Name::Guide),
    ("case", Name::Case),
    ("tool", Name::Tool),
    ("customer-card", Name::CustomerCard),
    ("drill", Name::Drill),
    ("scenario", Name::Scenario),
    ("path", Name::Path),
    ("reference", Name::Reference),
];

impl Name {
    /// The word that stands in the front matter.
    pub fn as_str(self) -> &'static str {
        NAMES.iter().find(|(_, name)| *name == self).expect("the table lists every name").0
    }
}

impl Kind {
    /// The kind's name.
    pub fn name(&self) -> Name {
        match self {
            Kind::Home(_) => Name::Home,
            Kind::Section => Name::Section,
            Kind::Type(_) => Name::Type,
            Kind::Objection(_) => Name::Objection,
            Kind::Script(_) => Name::Script,
            Kind::Tool(_) => Name::Tool,
            Kind::CustomerCard(_) => Name::CustomerCard,
            Kind::Plain(name) => *name,
        }
    }
}

/// Takes a kind's own keys. Nothing comes back when a required one is missing; the finding is in the reader.
pub(super) fn read(name: Name, reader: &mut Reader<'_, '_>) -> Option<Kind> {
    Some(match name {
        Name::Home => Kind::Home(home::read(reader)),
        Name::Section => Kind::Section,
        Name::Type => Kind::Type(Box::new(customer_type::read(reader)?)),
        Name::Objection => Kind::Objection(Box::new(objection::read(reader)?)),
        Name::Script => Kind::Script(script::read(reader)),
        Name::Tool => Kind::Tool(Box::new(tool::read(reader)?)),
        Name::CustomerCard => Kind::CustomerCard(customer_card::read(reader)),
        Name::Guide | Name::Case | Name::Drill | Name::Scenario | Name::Path | Name::Reference => Kind::Plain(name),
    })
}

/// The blocks that the text of a kind must contain.
fn required_blocks(name: Name) -> &'static [(BlockKind, &'static str)] {
    match name {
        Name::Objection => &[(BlockKind::Steps, "steps"), (BlockKind::Dialogue, "dialogue")],
        Name::Type => &[(BlockKind::Steps, "steps"), (BlockKind::Dialogue, "dialogue")],
        Name::Script => &[(BlockKind::Aida, "aida")],
        _ => &[],
    }
}

pub(super) fn missing_blocks(file: &SourceFile, name: Name, span: Span, body: &Body) -> Vec<Diagnostic> {
    let missing = |(block, _): &&(BlockKind, &str)| !body.blocks.iter().any(|used| used.value == *block);
    required_blocks(name)
        .iter()
        .filter(missing)
        .map(|(_, block)| {
            let kind = name.as_str();
            let message = Bilingual::new(
                format!("`{kind}`页面的正文里缺少`{block}`块"),
                format!("the text of a page of kind `{kind}` has no `{block}` block"),
            );
            Diagnostic::new(code::MISSING_BLOCK, &file.path, span, message).help(
                format!("在正文里加一个块：开头一行写```{block}，最后一行写```"),
                format!("add a block to the text: its first line is ```{block}, its last line ```"),
            )
        })
        .collect()
}
