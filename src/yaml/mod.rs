//! YAML as a tree in which every value knows its place.
//!
//! [`parse`] turns a text into [`Node`]s, or into findings that say what a Chinese author most likely did wrong
//! (`mistakes`). [`fields`] takes typed values out of a mapping and reports everything that does not fit. The YAML
//! crate is used in this module only.

pub mod fields;
mod mistakes;

use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};

use crate::diagnostic::{Bilingual, Diagnostic, code};
use crate::source::{SourceFile, Span, Spanned};

pub use fields::Fields;

/// One value with its place in the file.
#[derive(Debug, Clone, PartialEq)]
pub struct Node {
    /// What was written.
    pub value: Value,
    /// Where, in bytes of the whole file. For lists and mappings only the start counts.
    pub span: Span,
}

/// The values of YAML's core schema.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// Nothing was written, or `null`.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A whole number.
    Integer(i64),
    /// Any other number.
    Float(f64),
    /// A text.
    Text(String),
    /// A sequence.
    List(Vec<Node>),
    /// A mapping in the order written; [`parse`] has reported double keys.
    Map(Vec<(Spanned<String>, Node)>),
}

impl Value {
    /// What it is, for a message.
    pub fn describe(&self) -> Bilingual {
        match self {
            Value::Null => Bilingual::new("空值", "nothing"),
            Value::Bool(_) => Bilingual::new("是否值", "true or false"),
            Value::Integer(_) | Value::Float(_) => Bilingual::new("数字", "a number"),
            Value::Text(_) => Bilingual::new("文字", "text"),
            Value::List(_) => Bilingual::new("列表", "a list"),
            Value::Map(_) => Bilingual::new("键值表", "a mapping"),
        }
    }
}

/// Reads the YAML that stands in `span` of a file. The tree is missing when there are findings.
pub fn parse(file: &SourceFile, span: Span) -> Result<Node, Vec<Diagnostic>> {
    let text = file.slice(span);
    let found = mistakes::before_parsing(file, span);
    if !found.is_empty() {
        return Err(found);
    }
    let options = serde_saphyr::options! { duplicate_keys: serde_saphyr::DuplicateKeyPolicy::PassThrough };
    match serde_saphyr::from_str_with_options::<serde_saphyr::Spanned<Raw>>(text, options) {
        Err(error) => {
            let place = error.location().map_or(span.start, |location| {
                let position =
                    crate::source::Position { line: location.line() as usize, column: location.column() as usize };
                span.start + SourceFile::new(file.path.clone(), text).offset(position)
            });
            // The parser names its place at the end of the first line; ours stands in front.
            let reason = error.without_snippet().to_string();
            let reason = reason.lines().next().unwrap_or("").split(" at line ").next().unwrap_or("").to_string();
            Err(vec![mistakes::explain(file, span, place, &reason)])
        }
        Ok(raw) => {
            let mut doubled = Vec::new();
            let node = place(raw, span.start, file, &mut doubled);
            if doubled.is_empty() { Ok(node) } else { Err(doubled) }
        }
    }
}

/// What serde sees; places are still relative to the parsed text.
struct Raw(RawValue);

enum RawValue {
    Leaf(Value),
    List(Vec<serde_saphyr::Spanned<Raw>>),
    Map(Vec<(serde_saphyr::Spanned<String>, serde_saphyr::Spanned<Raw>)>),
}

impl<'de> Deserialize<'de> for Raw {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(RawVisitor).map(Raw)
    }
}

struct RawVisitor;

impl<'de> Visitor<'de> for RawVisitor {
    type Value = RawValue;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a YAML value")
    }

    fn visit_unit<E>(self) -> Result<RawValue, E> {
        Ok(RawValue::Leaf(Value::Null))
    }

    fn visit_none<E>(self) -> Result<RawValue, E> {
        Ok(RawValue::Leaf(Value::Null))
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<RawValue, D::Error> {
        deserializer.deserialize_any(RawVisitor)
    }

    fn visit_bool<E>(self, value: bool) -> Result<RawValue, E> {
        Ok(RawValue::Leaf(Value::Bool(value)))
    }

    fn visit_i64<E>(self, value: i64) -> Result<RawValue, E> {
        Ok(RawValue::Leaf(Value::Integer(value)))
    }

    fn visit_u64<E>(self, value: u64) -> Result<RawValue, E> {
        Ok(RawValue::Leaf(i64::try_from(value).map_or(Value::Float(value as f64), Value::Integer)))
    }

    fn visit_f64<E>(self, value: f64) -> Result<RawValue, E> {
        Ok(RawValue::Leaf(Value::Float(value)))
    }

    fn visit_str<E>(self, value: &str) -> Result<RawValue, E> {
        Ok(RawValue::Leaf(Value::Text(value.to_string())))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<RawValue, A::Error> {
        let mut list = Vec::new();
        while let Some(item) = items.next_element()? {
            list.push(item);
        }
        Ok(RawValue::List(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<RawValue, A::Error> {
        let mut map = Vec::new();
        while let Some(key) = entries.next_key()? {
            map.push((key, entries.next_value()?));
        }
        Ok(RawValue::Map(map))
    }
}

fn absolute(location: serde_saphyr::Location, offset: usize) -> Span {
    let start = location.span().byte_offset().unwrap_or(0) as usize;
    let length = location.span().byte_len().unwrap_or(0) as usize;
    Span::new(start, start + length).shifted(offset)
}

fn place(raw: serde_saphyr::Spanned<Raw>, offset: usize, file: &SourceFile, doubled: &mut Vec<Diagnostic>) -> Node {
    let span = absolute(raw.referenced, offset);
    let value = match raw.value.0 {
        RawValue::Leaf(value) => value,
        RawValue::List(items) => {
            Value::List(items.into_iter().map(|item| place(item, offset, file, doubled)).collect())
        }
        RawValue::Map(entries) => {
            let mut map: Vec<(Spanned<String>, Node)> = Vec::with_capacity(entries.len());
            for (key, value) in entries {
                let key = Spanned::new(key.value, absolute(key.referenced, offset));
                let value = place(value, offset, file, doubled);
                if let Some((first, _)) = map.iter().find(|(earlier, _)| earlier.value == key.value) {
                    let line = file.position(first.span.start).line;
                    let message = Bilingual::new(
                        format!("键`{}`写了两次，第{line}行已经有了", key.value),
                        format!("key `{}` given twice, first on line {line}", key.value),
                    );
                    doubled.push(Diagnostic::new(code::DUPLICATE_KEY, &file.path, key.span, message).help(
                        "删掉其中一个，或者把两个值合并成一个列表",
                        "delete one of them, or make one list of both values",
                    ));
                }
                map.push((key, value));
            }
            Value::Map(map)
        }
    };
    Node { value, span }
}
