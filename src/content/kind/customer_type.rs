//! A customer-type card: how to recognise it, what to do, what to promise, how to talk.

use super::Reader;
use crate::content::SpannedLine;
use crate::content::page::PROVENANCES;
use crate::diagnostic::code;
use crate::markdown::Body;
use crate::source::Spanned;
use crate::yaml::Fields;

/// The steps of AIDA in their order.
pub const AIDA_STEPS: [&str; 4] = ["attention", "interest", "desire", "action"];

/// The steps of a visit whose shares add up to 100.
pub const TIME_STEPS: [&str; 4] = ["trust", "needs", "benefits", "close"];

// Lengths in characters.
const AIDA_LINE: usize = 60;
const ANSWER: usize = 40;

/// The keys of a customer-type card.
#[derive(Debug, Clone)]
pub struct CustomerType {
    /// The team's own name; shown only where the settings say so.
    pub internal_name: Option<String>,
    /// Signs that can be observed.
    pub signals: Vec<Body>,
    /// What to do.
    pub do_: Vec<Body>,
    /// What not to do.
    pub dont: Vec<Body>,
    /// How to promise.
    pub promise: Vec<Body>,
    /// The first visit.
    pub first_visit: Vec<Body>,
    /// Typical objections, with how to answer this type.
    pub objections: Vec<TypicalObjection>,
    /// One line for each of [`AIDA_STEPS`].
    pub aida: Vec<SpannedLine>,
    /// Percent for each of [`TIME_STEPS`]; they add up to 100.
    pub time_split: [i64; 4],
    /// Where the time split comes from.
    pub time_split_provenance: Option<&'static str>,
    /// The script for this type.
    pub script: Option<Spanned<String>>,
}

/// An objection card and how to answer this type.
#[derive(Debug, Clone)]
pub struct TypicalObjection {
    /// The card's id.
    pub card: Spanned<String>,
    /// How to answer.
    pub answer: Body,
}

pub(super) fn read(reader: &mut Reader<'_, '_>) -> Option<CustomerType> {
    let internal_name = reader.fields.text("internal_name").map(|name| name.value);
    let signals = reader.required_inlines("signals");
    let do_ = reader.required_inlines("do");
    let dont = reader.required_inlines("dont");
    let promise = reader.required_inlines("promise");
    let first_visit = reader.required_inlines("first_visit");
    reader.fields.require("objections");
    let objections = objections(reader);
    reader.fields.require("aida");
    let aida = reader.fields.map("aida").and_then(|fields| aida(reader, fields));
    reader.fields.require("time_split");
    let time_split = reader.fields.map("time_split").and_then(|fields| time_split(reader, fields));
    let time_split_provenance =
        reader.fields.choice("time_split_provenance", &PROVENANCES).map(|provenance| provenance.value);
    let script = reader.fields.text("script");
    Some(CustomerType {
        internal_name,
        signals,
        do_,
        dont,
        promise,
        first_visit,
        objections,
        aida: aida?,
        time_split: time_split?,
        time_split_provenance,
        script,
    })
}

fn objections(reader: &mut Reader<'_, '_>) -> Vec<TypicalObjection> {
    let mut objections = Vec::new();
    for mut fields in reader.fields.maps("objections") {
        let card = fields.required_text("card");
        let answer = fields.required_text("answer").map(|answer| {
            reader.line_of("answer", answer.clone(), ANSWER);
            reader.inline(&answer)
        });
        reader.found.extend(fields.finish());
        if let (Some(card), Some(answer)) = (card, answer) {
            objections.push(TypicalObjection { card, answer });
        }
    }
    objections
}

fn aida(reader: &mut Reader<'_, '_>, mut fields: Fields<'_>) -> Option<Vec<SpannedLine>> {
    let texts: Vec<Option<Spanned<String>>> = AIDA_STEPS.iter().map(|step| fields.required_text(step)).collect();
    reader.found.extend(fields.finish());
    let texts: Option<Vec<Spanned<String>>> = texts.into_iter().collect();
    Some(texts?.into_iter().map(|text| reader.line_of("aida", text, AIDA_LINE)).collect())
}

fn time_split(reader: &mut Reader<'_, '_>, mut fields: Fields<'_>) -> Option<[i64; 4]> {
    let mut split = [0; 4];
    let mut complete = true;
    for (index, step) in TIME_STEPS.iter().enumerate() {
        fields.require(step);
        match fields.integer(step) {
            Some(percent) => split[index] = percent.value,
            None => complete = false,
        }
    }
    let sum: i64 = split.iter().sum();
    if complete && (sum != 100 || split.iter().any(|percent| *percent < 0)) {
        let span = fields.span;
        fields.report(
            code::NOT_A_HUNDRED,
            span,
            format!("四步加起来是{sum}，应该是100"),
            format!("the four steps add up to {sum} where 100 is expected"),
        );
        fields.help(
            "改其中一个数，让trust、needs、benefits、close加起来等于100",
            "change a number, so that trust, needs, benefits and close add up to 100",
        );
    }
    reader.found.extend(fields.finish());
    complete.then_some(split)
}
