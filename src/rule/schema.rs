//! What a tool asks and answers: the facts a rule may be told, the outcomes and warnings it may give.
//!
//! Plain data. The tool's page writes it, the rule is checked against it, the page's script carries it along.

/// The kind of answer that a question takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FactKind {
    /// One of the options.
    Choice,
    /// Any number of the options.
    Multi,
    /// Yes or no.
    YesNo,
    /// A whole number between two bounds.
    Scale,
    /// Any number.
    Number,
    /// Free text.
    Text,
    /// A day, `YYYY-MM-DD`.
    Date,
}

impl FactKind {
    /// The names as written behind `kind:`.
    pub const NAMES: [(&'static str, FactKind); 7] = [
        ("choice", FactKind::Choice),
        ("multi", FactKind::Multi),
        ("yesno", FactKind::YesNo),
        ("scale", FactKind::Scale),
        ("number", FactKind::Number),
        ("text", FactKind::Text),
        ("date", FactKind::Date),
    ];

    /// The word in the front matter and in the page.
    pub fn name(self) -> &'static str {
        Self::NAMES.iter().find(|(_, kind)| *kind == self).expect("the table lists every kind").0
    }
}

/// One option of a question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    /// The word that the rule sees.
    pub id: String,
    /// The words that the reader sees.
    pub label: String,
}

/// One question.
#[derive(Debug, Clone, PartialEq)]
pub struct Fact {
    /// The name that the rule reads.
    pub id: String,
    /// The kind of answer.
    pub kind: FactKind,
    /// The question in words.
    pub question: String,
    /// How to find out.
    pub hint: Option<String>,
    /// The options of a choice.
    pub options: Vec<Choice>,
    /// The smallest answer of a scale or number.
    pub min: Option<f64>,
    /// The largest answer of a scale or number.
    pub max: Option<f64>,
    /// The distance of two answers of a scale or number.
    pub step: Option<f64>,
    /// What a number counts, such as 元.
    pub unit: Option<String>,
}

/// Everything a tool asks and answers.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ToolSchema {
    /// The questions in the order of the page.
    pub facts: Vec<Fact>,
    /// The outcomes' ids.
    pub outcomes: Vec<String>,
    /// The warnings' ids and texts.
    pub warnings: Vec<(String, String)>,
}
