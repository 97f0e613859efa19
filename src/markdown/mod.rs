//! Markdown of one page becomes a [`Body`]: markup with places left open for what only the whole site can say.
//!
//! [`parse`] and [`parse_inline`] are pure: they look nothing up. A link to another page, a list of pages or an
//! embedded tool stays a [`Piece`] that `render` fills in; whether its target exists is for `site` to say. The Markdown
//! parser is used in this module only.
//!
//! [`blocks`] turns fenced blocks such as `dialogue` into markup, [`mod@line`] the lines to be said, [`link`] reads link
//! targets, `builder` walks the parser's events.

pub mod blocks;
mod builder;
pub mod line;
pub mod link;

use crate::config::Variable;
use crate::diagnostic::{Diagnostic, Language};
use crate::escape;
use crate::rule::settings::Settings as Thresholds;
use crate::source::{SourceFile, Span, Spanned};

pub use blocks::{BlockKind, ListQuery};
pub use line::Line;
pub use link::{Link, Target};

/// What the reading of a page depends on besides its text.
#[derive(Debug, Clone, Copy)]
pub struct Settings<'config> {
    /// Raw HTML is passed through instead of shown as text.
    pub raw_html: bool,
    /// The variables that lines may use.
    pub variables: &'config [Variable],
    /// The language of the few words that blocks bring along.
    pub language: Language,
    /// The thresholds of the rules, for the block that lists them.
    pub thresholds: &'config Thresholds,
}

/// A part of a body in the order of the page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Piece {
    /// Finished markup.
    Html(String),
    /// The relative URL of a link, inside an attribute: index into [`Body::links`].
    Href(usize),
    /// The title of a link's target: index into [`Body::links`].
    TargetTitle(usize),
    /// The relative URL of an image, inside an attribute: index into [`Body::images`].
    Source(usize),
    /// A generated list of pages: index into [`Body::lists`].
    List(usize),
    /// An embedded tool: index into [`Body::tools`].
    Tool(usize),
}

/// A heading of the text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Heading {
    /// 2 to 6; level 1 is the page's title.
    pub level: u8,
    /// What a link names behind `#`, unique in the page.
    pub anchor: String,
    /// The text without markup.
    pub text: String,
}

/// The plain text below one heading, for search.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Section {
    /// The heading's anchor; empty above the first heading.
    pub anchor: String,
    /// The heading's text; empty above the first heading.
    pub heading: String,
    /// The text without markup, blocks separated by spaces.
    pub text: String,
}

/// One page's text, ready to be rendered.
#[derive(Debug, Clone, Default)]
pub struct Body {
    /// The markup in the order of the page.
    pub pieces: Vec<Piece>,
    /// Links to other pages, headings and hosts.
    pub links: Vec<Link>,
    /// Images, as paths relative to the page's file.
    pub images: Vec<Spanned<String>>,
    /// Generated lists of pages.
    pub lists: Vec<ListQuery>,
    /// Ids of embedded tools.
    pub tools: Vec<Spanned<String>>,
    /// Headings in the order of the page.
    pub headings: Vec<Heading>,
    /// Text for search, one section for each heading of level 2 and 3, and one above.
    pub sections: Vec<Section>,
    /// Which blocks the page uses.
    pub blocks: Vec<Spanned<BlockKind>>,
}

impl Body {
    /// The text without markup, sections joined by spaces.
    pub fn plain_text(&self) -> String {
        self.sections.iter().map(|section| section.text.trim()).collect::<Vec<_>>().join(" ")
    }
}

/// Reads the text that stands in `span` of a page.
pub fn parse(file: &SourceFile, span: Span, settings: Settings<'_>) -> (Body, Vec<Diagnostic>) {
    builder::build(file, file.slice(span), span.start, builder::Form::Page, settings)
}

/// Reads one value of the front matter: no paragraphs, headings or blocks, but links and badges.
pub fn parse_inline(file: &SourceFile, text: &Spanned<String>, settings: Settings<'_>) -> (Body, Vec<Diagnostic>) {
    // In a quoted value the text starts behind the quote. Escapes inside it would shift places by a little; texts of
    // the front matter have none as a rule, and a place is then still inside the value.
    let quoted = file.slice(text.span).starts_with(['"', '\'']);
    builder::build(file, &text.value, text.span.start + usize::from(quoted), builder::Form::Inline, settings)
}

/// The three origins of a statement, as written in a text and as shown.
pub const PROVENANCE: [(&str, &str, &str); 3] =
    [("seed", "种子", "seed"), ("public", "公开资料", "public source"), ("proposed", "编者建议", "editor's proposal")];

/// The word for one origin.
pub fn provenance_label(id: &'static str, language: Language) -> &'static str {
    let (_, zh, en) = PROVENANCE.iter().find(|(name, _, _)| *name == id).copied().unwrap_or((id, id, id));
    match language {
        Language::Zh => zh,
        Language::En => en,
    }
}

/// The badge of one origin.
pub fn provenance_badge(id: &'static str, language: Language) -> String {
    format!("<span class=\"badge badge-{id}\">{}</span>", escape::text(provenance_label(id, language)))
}

/// A character that takes no space between itself and its neighbour on the next line.
pub(crate) fn is_wide(c: char) -> bool {
    matches!(c as u32, 0x2E80..=0x9FFF | 0xF900..=0xFAFF | 0xFE30..=0xFE4F | 0xFF00..=0xFFEF | 0x20000..=0x3FFFF)
        || "“”‘’…—".contains(c)
}
