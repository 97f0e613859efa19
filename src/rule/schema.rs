//! What a tool page declares: the facts it asks for, the outcomes it lists, the warnings it can show.
//!
//! Plain data, filled by the page's reader. A rule is checked against it, and answers are read with it.

use serde_json::{Value, json};

use crate::diagnostic::{Bilingual, suggest};

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
    /// Rows of texts and numbers, as a list of maps.
    Table,
}

impl FactKind {
    /// The names as written behind `kind:`.
    pub const NAMES: [(&'static str, FactKind); 8] = [
        ("choice", FactKind::Choice),
        ("multi", FactKind::Multi),
        ("yesno", FactKind::YesNo),
        ("scale", FactKind::Scale),
        ("number", FactKind::Number),
        ("text", FactKind::Text),
        ("date", FactKind::Date),
        ("table", FactKind::Table),
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

/// A column of a table that is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    /// The key that the rule reads.
    pub id: String,
    /// The words above it.
    pub label: String,
    /// Other headings that people give it.
    pub aliases: Vec<String>,
    /// Whether its cells are numbers; otherwise they are texts.
    pub number: bool,
    /// Whether a row without it is no row.
    pub required: bool,
}

/// The most rows of a table: more would pass the limits of a rule.
pub const TABLE_ROWS: usize = 500;

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
    /// The columns of a table.
    pub columns: Vec<Column>,
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

/// Answers, checked: only known facts with possible values, in the schema's order.
pub type Facts = Vec<(String, Value)>;

impl Fact {
    /// The fact as the page's script carries it.
    pub fn to_json(&self) -> Value {
        let options: Vec<Value> = self.options.iter().map(|it| json!({ "id": it.id, "label": it.label })).collect();
        let mut fact = json!({
            "id": self.id, "kind": self.kind.name(), "question": self.question, "hint": self.hint, "options": options,
            "min": self.min, "max": self.max, "step": self.step, "unit": self.unit,
        });
        if !self.columns.is_empty() {
            fact["columns"] = self.columns.iter().map(Column::to_json).collect();
        }
        fact
    }

    /// The values that a completion of the answers tries; empty for kinds without a list of values.
    pub(super) fn values(&self) -> Vec<Value> {
        match self.kind {
            FactKind::Choice => self.options.iter().map(|option| json!(option.id)).collect(),
            FactKind::YesNo => vec![json!(true), json!(false)],
            FactKind::Scale => match (self.min, self.max) {
                (Some(min), Some(max)) => {
                    let step = self.step.filter(|step| *step > 0.0).unwrap_or(1.0);
                    // The same additions as in the page, so that broken steps give the same numbers.
                    std::iter::successors(Some(min), |value| Some(value + step))
                        .take_while(|value| *value <= max)
                        .map(|value| json!(value))
                        .collect()
                }
                _ => Vec::new(),
            },
            _ => Vec::new(),
        }
    }

    fn check(&self, value: &Value) -> Result<(), Bilingual> {
        let wrong = |zh: &str, en: &str| {
            Err(Bilingual::new(format!("`{}`要填{zh}", self.id), format!("`{}` takes {en}", self.id)))
        };
        match (self.kind, value) {
            (FactKind::Choice, Value::String(option)) => self.check_option(option),
            (FactKind::Choice, _) => wrong("一个选项", "one of its options"),
            (FactKind::Multi, Value::Array(options)) => options.iter().try_for_each(|option| match option {
                Value::String(option) => self.check_option(option),
                _ => wrong("选项的列表", "a list of its options"),
            }),
            (FactKind::Multi, _) => wrong("选项的列表", "a list of its options"),
            (FactKind::YesNo, Value::Bool(_)) => Ok(()),
            (FactKind::YesNo, _) => wrong("`true`或`false`", "`true` or `false`"),
            (FactKind::Scale | FactKind::Number, Value::Number(number)) => {
                let value = number.as_f64().unwrap_or(f64::NAN);
                let (min, max) = (self.min.unwrap_or(f64::MIN), self.max.unwrap_or(f64::MAX));
                if value < min || value > max {
                    return wrong(&format!("{min}到{max}之间的数"), &format!("a number from {min} to {max}"));
                }
                Ok(())
            }
            (FactKind::Scale | FactKind::Number, _) => wrong("数字", "a number"),
            (FactKind::Text | FactKind::Date, Value::String(_)) => Ok(()),
            (FactKind::Text | FactKind::Date, _) => wrong("文字", "a text"),
            (FactKind::Table, Value::Array(rows)) => self.check_rows(rows),
            (FactKind::Table, _) => wrong("表格，每行一组键和值", "a table: a list of rows, each with keys and values"),
        }
    }

    fn check_rows(&self, rows: &[Value]) -> Result<(), Bilingual> {
        let wrong =
            |zh: String, en: String| Err(Bilingual::new(format!("`{}`{zh}", self.id), format!("`{}` {en}", self.id)));
        if rows.len() > TABLE_ROWS {
            return wrong(format!("最多{TABLE_ROWS}行"), format!("takes at most {TABLE_ROWS} rows"));
        }
        for (row, cells) in (1..).zip(rows) {
            let Value::Object(cells) = cells else {
                return wrong(
                    format!("第{row}行要写成一组键和值"),
                    format!("needs an object of keys and values in row {row}"),
                );
            };
            if let Some(id) = cells.keys().find(|id| self.columns.iter().all(|column| column.id != **id)) {
                return wrong(format!("没有这一列：`{id}`"), format!("has no column `{id}`"));
            }
            for column in &self.columns {
                let id = &column.id;
                match cells.get(id).filter(|cell| is_answer(cell)) {
                    None if column.required => {
                        return wrong(format!("第{row}行缺少`{id}`"), format!("lacks `{id}` in row {row}"));
                    }
                    Some(cell) if column.number && !cell.is_number() => {
                        return wrong(
                            format!("第{row}行的`{id}`要填数字"),
                            format!("needs a number for `{id}` in row {row}"),
                        );
                    }
                    Some(cell) if !column.number && !cell.is_string() => {
                        return wrong(
                            format!("第{row}行的`{id}`要填文字"),
                            format!("needs a text for `{id}` in row {row}"),
                        );
                    }
                    _ => {}
                }
            }
        }
        Ok(())
    }

    fn check_option(&self, option: &str) -> Result<(), Bilingual> {
        if self.options.iter().any(|known| known.id == option) {
            return Ok(());
        }
        let near = suggest::nearest(option, self.options.iter().map(|known| known.id.as_str()));
        let all: Vec<&str> = self.options.iter().map(|known| known.id.as_str()).collect();
        let (zh, en) = hint(near, &all);
        Err(Bilingual::new(
            format!("`{}`没有选项`{option}`，{zh}", self.id),
            format!("`{}` has no option `{option}`, {en}", self.id),
        ))
    }
}

fn hint(near: Option<&str>, all: &[&str]) -> (String, String) {
    match near {
        Some(near) => (format!("是不是`{near}`？"), format!("did you mean `{near}`?")),
        None => (format!("可以写：{}", all.join("、")), format!("possible: {}", all.join(", "))),
    }
}

impl Column {
    fn to_json(&self) -> Value {
        json!({
            "id": self.id, "label": self.label, "aliases": self.aliases, "number": self.number, "required": self.required,
        })
    }
}

impl ToolSchema {
    /// The fact of an id.
    pub fn fact(&self, id: &str) -> Option<&Fact> {
        self.facts.iter().find(|fact| fact.id == id)
    }

    /// Reads answers. `null` and an empty text mean that there is no answer. Every mistake is reported.
    pub fn read_facts(&self, answers: &Value) -> Result<Facts, Vec<(String, Bilingual)>> {
        let Value::Object(answers) = answers else {
            let message = Bilingual::new("事实要写成一组键和值", "facts are an object of keys and values");
            return Err(vec![(String::new(), message)]);
        };
        let mut mistakes = Vec::new();
        for (id, value) in answers {
            let Some(fact) = self.fact(id) else {
                let all: Vec<&str> = self.facts.iter().map(|fact| fact.id.as_str()).collect();
                let (zh, en) = hint(suggest::nearest(id, all.iter().copied()), &all);
                let message =
                    Bilingual::new(format!("没有这个问题：`{id}`，{zh}"), format!("no such fact: `{id}`, {en}"));
                mistakes.push((id.clone(), message));
                continue;
            };
            if is_answer(value)
                && let Err(message) = fact.check(value)
            {
                mistakes.push((id.clone(), message));
            }
        }
        if !mistakes.is_empty() {
            return Err(mistakes);
        }
        let given = |fact: &Fact| answers.get(&fact.id).filter(|value| is_answer(value)).cloned();
        Ok(self.facts.iter().filter_map(|fact| given(fact).map(|value| (fact.id.clone(), value))).collect())
    }
}

fn is_answer(value: &Value) -> bool {
    !value.is_null() && value.as_str() != Some("")
}
