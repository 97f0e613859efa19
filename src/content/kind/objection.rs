//! An objection card: what the customer says, the one sentence to say, the question to ask, the thing not to do.

use super::Reader;
use crate::content::SpannedLine;
use crate::markdown::Body;
use crate::source::Spanned;

/// The groups of objections: the word in the front matter, and the id of the page that introduces the group.
pub const GROUPS: [(&str, &str); 8] = [
    ("price", "objection-kind-price"),
    ("need", "objection-kind-need"),
    ("trust", "objection-kind-trust"),
    ("authority", "objection-kind-authority"),
    ("timing", "objection-kind-timing"),
    ("competitor", "objection-kind-competitor"),
    ("service-quality", "objection-kind-service-quality"),
    ("past-experience", "objection-kind-past-experience"),
];

// Lengths in characters. They keep the card's head above the fold of a 360 × 640 screen and a line in one breath.
const SAY: usize = 60;
const STEP_BACK: usize = 50;
const ASK: usize = 40;
const AVOID: usize = 30;
const VARIANT: usize = 70;

/// The keys of an objection card.
#[derive(Debug, Clone)]
pub struct Objection {
    /// One of [`GROUPS`].
    pub group: Spanned<&'static str>,
    /// Customer types that often say it.
    pub types: Vec<Spanned<String>>,
    /// Methods as links: a page id and a heading there.
    pub methods: Vec<Spanned<String>>,
    /// What may really be behind it.
    pub causes: Vec<Body>,
    /// The one sentence to say.
    pub say: SpannedLine,
    /// A softer second sentence.
    pub step_back: SpannedLine,
    /// The question to ask next.
    pub ask: SpannedLine,
    /// What not to do.
    pub avoid: Body,
    /// The sentence in other words, by customer type.
    pub variants: Vec<Variant>,
}

/// The sentence for one customer type.
#[derive(Debug, Clone)]
pub struct Variant {
    /// The type's page id.
    pub customer_type: Spanned<String>,
    /// What to say.
    pub line: SpannedLine,
}

pub(super) fn read(reader: &mut Reader<'_, '_>) -> Option<Objection> {
    reader.fields.require("group");
    let groups: Vec<(&'static str, &'static str)> = GROUPS.iter().map(|(group, _)| (*group, *group)).collect();
    let group = reader.fields.choice("group", &groups);
    let types = reader.fields.required_texts("types");
    let methods = reader.fields.required_texts("methods");
    let causes = reader.required_inlines("causes");
    let say = reader.required_line("say", SAY);
    let step_back = reader.required_line("step_back", STEP_BACK);
    let ask = reader.required_line("ask", ASK);
    let avoid = reader.fields.required_text("avoid").map(|avoid| {
        let checked = reader.line_of("avoid", avoid.clone(), AVOID);
        debug_assert_eq!(checked.span, avoid.span);
        reader.inline(&avoid)
    });
    reader.fields.require("variants");
    let variants = reader.fields.text_map("variants");
    let variants = variants
        .into_iter()
        .map(|(customer_type, text)| Variant { line: reader.line_of("variants", text, VARIANT), customer_type })
        .collect();
    Some(Objection {
        group: group?,
        types,
        methods,
        causes,
        say: say?,
        step_back: step_back?,
        ask: ask?,
        avoid: avoid?,
        variants,
    })
}
