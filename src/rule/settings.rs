//! Thresholds that a trainer may change: `rules/settings.yaml`, one group a rule, one entry a threshold.
//!
//! ```yaml
//! type-finder:
//!   ENOUGH:
//!     value: 3
//!     means: 有用的回答少于这个数，就说信息不足
//!     provenance: proposed     # seed, public or proposed
//! ```
//!
//! Beside these a threshold may say `kind`, `unit`, `min`, `max` and `sources`. A rule reads it as `global::ENOUGH`: its
//! group is put in front of it as constants ([`constants`]), so the engine, the page and every analysis see the same.
//! Nothing here knows what a threshold is for.

use std::collections::BTreeSet;
use std::fmt::Write;

use super::ir::{ExprKind, Stmt, Target, Variable};
use super::{Rule, walk};
use crate::diagnostic::{Bilingual, Code, Diagnostic, Language, code};
use crate::path::SourcePath;
use crate::source::{SourceFile, Span, Spanned};
use crate::yaml::{self, Fields, Node, Value};

/// Where the file stands below the playbook's root.
pub const FILE: &str = "rules/settings.yaml";

/// The most thresholds of one rule.
const SETTINGS: usize = 100;
/// The most entries of one list or mapping.
const ENTRIES: usize = 200;
/// The longest text in characters.
const CHARACTERS: usize = 500;
/// How deep lists and mappings may stand inside each other.
const LEVELS: usize = 3;
/// Numbers beyond it are not whole in the page.
const WHOLE: i64 = 1 << 53;

/// The origins of a threshold.
const PROVENANCES: [(&str, &str); 3] = [("seed", "seed"), ("public", "public"), ("proposed", "proposed")];

/// What `kind` may say: whether the value is one, a list or a mapping, and of what.
const KINDS: [(&str, (Shape, Leaf)); 9] = [
    ("whole", (Shape::One, Leaf::Whole)),
    ("number", (Shape::One, Leaf::Number)),
    ("text", (Shape::One, Leaf::Text)),
    ("whole-list", (Shape::List, Leaf::Whole)),
    ("number-list", (Shape::List, Leaf::Number)),
    ("text-list", (Shape::List, Leaf::Text)),
    ("whole-map", (Shape::Map, Leaf::Whole)),
    ("number-map", (Shape::Map, Leaf::Number)),
    ("text-map", (Shape::Map, Leaf::Text)),
];

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Shape {
    One,
    List,
    Map,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Leaf {
    Whole,
    Number,
    Text,
}

/// The value of a threshold, as the rule gets it.
#[derive(Debug, Clone, PartialEq)]
pub enum Constant {
    /// A whole number.
    Whole(i64),
    /// A number that is written with a decimal point.
    Number(f64),
    /// A text.
    Text(String),
    /// Values in order.
    List(Vec<Constant>),
    /// Values by key, in the order written.
    Map(Vec<(String, Constant)>),
}

/// One threshold.
#[derive(Debug, Clone)]
pub struct Setting {
    /// As the rule reads it, such as `ENOUGH`.
    pub name: Spanned<String>,
    /// What it is set to.
    pub value: Constant,
    /// What it means, in the trainer's words.
    pub means: String,
    /// What it counts.
    pub unit: Option<String>,
    /// The least and the greatest number allowed in it.
    pub bounds: (Option<f64>, Option<f64>),
    /// `seed`, `public` or `proposed`.
    pub provenance: &'static str,
    /// Seed codes or addresses.
    pub sources: Vec<String>,
}

/// The thresholds of one rule.
#[derive(Debug, Clone)]
struct Group {
    rule: Spanned<String>,
    settings: Vec<Setting>,
    /// Nothing in it is left out because of a mistake.
    whole: bool,
}

/// The thresholds of all rules.
#[derive(Debug, Clone)]
pub struct Settings {
    path: SourcePath,
    groups: Vec<Group>,
    readable: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Settings { path: SourcePath::new(FILE).expect("a plain path"), groups: Vec::new(), readable: true }
    }
}

impl Settings {
    /// The settings of a file that could not be read at all.
    pub fn unreadable() -> Self {
        Settings { readable: false, ..Settings::default() }
    }

    /// The thresholds of a rule, in the order written.
    pub fn of(&self, rule: &str) -> &[Setting] {
        self.groups.iter().find(|group| group.rule.value == rule).map_or(&[], |group| &group.settings)
    }

    /// Rules that have thresholds, in the order written.
    pub fn rules(&self) -> impl Iterator<Item = &str> {
        self.groups.iter().map(|group| group.rule.value.as_str())
    }

    /// Whether everything that is written for a rule could be read. If not, findings about the rule would only repeat
    /// what was said about its thresholds.
    pub fn is_whole(&self, rule: &str) -> bool {
        self.readable && self.groups.iter().all(|group| group.rule.value != rule || group.whole)
    }

    /// Groups whose rule does not exist.
    pub fn strangers(&self, rules: &[&str]) -> Vec<Diagnostic> {
        let unknown = self.groups.iter().filter(|group| !rules.contains(&group.rule.value.as_str()));
        unknown
            .map(|group| {
                let id = &group.rule.value;
                let message =
                    Bilingual::new(format!("没有规则`rules/{id}.rhai`"), format!("there is no rule `rules/{id}.rhai`"));
                let finding = Diagnostic::new(code::UNKNOWN_KEY, &self.path, group.rule.span, message);
                or_help(
                    finding.nearest(id, rules.iter().copied()),
                    "每一组的名字就是规则文件的名字，去掉`.rhai`",
                    "the name of a group is that of the rule's file without `.rhai`",
                )
            })
            .collect()
    }

    /// What a compiled rule does not do with its thresholds: those it never reads, and those it sets itself.
    pub fn check(&self, rule: &Rule) -> Vec<Diagnostic> {
        let mut read: BTreeSet<&str> = BTreeSet::new();
        for body in rule.program.bodies() {
            walk::exprs(body, &mut |expr| {
                if let ExprKind::Variable(Variable { target: Target::Global, name, .. }) = &expr.kind {
                    read.insert(name);
                }
            });
        }
        let settings = self.of(&rule.id);
        let mut found = Vec::new();
        // The first constants are the settings themselves.
        for statement in rule.program.body.iter().skip(settings.len()) {
            if let Stmt::Let { name, pos, .. } = statement
                && settings.iter().any(|setting| setting.name.value == *name)
            {
                let start = rule.file.offset(*pos);
                let line = rule.file.text[start..].lines().next().unwrap_or("");
                let start = start + line.find(name.as_str()).unwrap_or(0);
                let message = Bilingual::new(
                    format!("`{name}`已经写在`{FILE}`里，这里又写了一遍"),
                    format!("`{name}` is set in `{FILE}` and again here"),
                );
                let finding = Diagnostic::new(
                    code::SETTING_TWICE,
                    &rule.file.path,
                    Span::new(start, start + name.len()),
                    message,
                );
                found.push(finding.help("只留一处：删掉这一行", "keep one of them: delete this line"));
            }
        }
        for setting in settings.iter().filter(|setting| !read.contains(setting.name.value.as_str())) {
            let name = &setting.name.value;
            let message = Bilingual::new(
                format!("`{name}`没有用上：规则`{}`里没有`global::{name}`", rule.id),
                format!("`{name}` is never used: the rule `{}` has no `global::{name}`", rule.id),
            );
            let finding = Diagnostic::new(code::SETTING_UNREAD, &self.path, setting.name.span, message);
            found.push(finding.help(
                "改它不会改变判断；删掉这一条，或者在规则里用上",
                "changing it changes nothing; delete it, or read it in the rule",
            ));
        }
        found
    }
}

/// The thresholds of one rule or of all, as tables in Markdown.
pub fn markdown(thresholds: &Settings, rule: Option<&str>, language: Language) -> String {
    let head = match language {
        Language::Zh => "| 管什么 | 现在是 | 出处 |\n|---|---|---|\n",
        Language::En => "| what it means | set to | source |\n|---|---|---|\n",
    };
    let mut text = String::new();
    for group in thresholds.groups.iter().filter(|group| rule.is_none_or(|rule| group.rule.value == rule)) {
        if rule.is_none() {
            let id = &group.rule.value;
            let _ = writeln!(text, "### `{id}`\n\n[[{id}]]\n");
        }
        text.push_str(head);
        for setting in &group.settings {
            let value = in_words(&setting.value, language);
            let unit =
                setting.unit.as_deref().map(|unit| if unit == "%" { unit.to_string() } else { format!(" {unit}") });
            let unit = unit.unwrap_or_default();
            let range = match (setting.bounds, language) {
                ((None, None), _) => String::new(),
                (bounds, Language::Zh) => format!("（可以改成{}）", range(bounds).zh),
                (bounds, Language::En) => format!(" ({} is possible)", range(bounds).en),
            };
            let origin = match setting.provenance {
                "seed" => "（种子）",
                "public" => "（公开资料）",
                _ => "（编者建议）",
            };
            let row = [
                format!("{} `{}`", cell(&format!("{}{range}", setting.means)), setting.name.value),
                cell(&format!("{value}{unit}")),
                format!("{origin}{}", cell(&setting.sources.join(if language == Language::Zh { "、" } else { ", " }))),
            ];
            let _ = writeln!(text, "| {} |", row.join(" | "));
        }
        text.push('\n');
    }
    text
}

/// A text that stays one cell and means nothing to Markdown.
fn cell(text: &str) -> String {
    let mut safe = String::new();
    for letter in text.chars() {
        match letter {
            _ if letter.is_control() => safe.push(' '),
            _ if letter.is_ascii_punctuation() => safe.extend(['\\', letter]),
            _ => safe.push(letter),
        }
    }
    safe
}

fn in_words(value: &Constant, language: Language) -> String {
    let (between, behind) = match language {
        Language::Zh => ("、", "："),
        Language::En => (", ", ": "),
    };
    match value {
        Constant::Whole(value) => value.to_string(),
        Constant::Number(value) => value.to_string(),
        Constant::Text(text) => text.clone(),
        Constant::List(items) => items.iter().map(|item| in_words(item, language)).collect::<Vec<_>>().join(between),
        Constant::Map(entries) => {
            let deep = entries.iter().any(|(_, value)| matches!(value, Constant::Map(_) | Constant::List(_)));
            let one = |(key, value): &(String, Constant)| {
                format!("{key}{}{}", if deep { behind } else { " " }, in_words(value, language))
            };
            let between = match (deep, language) {
                (true, Language::Zh) => "；",
                (true, Language::En) => "; ",
                (false, _) => between,
            };
            entries.iter().map(one).collect::<Vec<_>>().join(between)
        }
    }
}

/// Which numbers are allowed.
fn range(bounds: (Option<f64>, Option<f64>)) -> Bilingual {
    match bounds {
        (Some(min), Some(max)) => Bilingual::new(format!("{min}到{max}"), format!("{min} to {max}")),
        (Some(min), None) => Bilingual::new(format!("{min}以上"), format!("{min} or more")),
        (None, Some(max)) => Bilingual::new(format!("{max}以下"), format!("{max} or less")),
        (None, None) => Bilingual::new("任何数", "any number"),
    }
}

/// The thresholds as Rhai: one constant a line.
pub(super) fn constants(settings: &[Setting]) -> String {
    let mut text = String::new();
    for setting in settings {
        let _ = writeln!(text, "const {} = {};", setting.name.value, setting.value);
    }
    text
}

/// As Rhai writes it.
impl std::fmt::Display for Constant {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Constant::Whole(value) => write!(formatter, "{value}"),
            // Rust never writes an exponent here; without a point it would be a whole number.
            Constant::Number(value) if value.fract() == 0.0 => write!(formatter, "{value}.0"),
            Constant::Number(value) => write!(formatter, "{value}"),
            Constant::Text(text) => write_text(formatter, text),
            Constant::List(items) => {
                formatter.write_str("[")?;
                items.iter().try_for_each(|item| write!(formatter, "{item}, "))?;
                formatter.write_str("]")
            }
            Constant::Map(entries) => {
                formatter.write_str("#{")?;
                for (key, value) in entries {
                    write_text(formatter, key)?;
                    write!(formatter, ": {value}, ")?;
                }
                formatter.write_str("}")
            }
        }
    }
}

fn write_text(formatter: &mut std::fmt::Formatter<'_>, text: &str) -> std::fmt::Result {
    formatter.write_str("\"")?;
    for letter in text.chars() {
        match letter {
            '"' | '\\' => write!(formatter, "\\{letter}")?,
            _ if letter.is_control() => write!(formatter, "\\u{:04x}", u32::from(letter))?,
            _ => write!(formatter, "{letter}")?,
        }
    }
    formatter.write_str("\"")
}

fn or_help(finding: Diagnostic, zh: &str, en: &str) -> Diagnostic {
    if finding.help.is_some() { finding } else { finding.help(zh, en) }
}

/// Reads the file. A threshold that cannot be read is left out and reported.
pub fn parse(file: &SourceFile) -> (Settings, Vec<Diagnostic>) {
    let node = match yaml::parse(file, Span::new(0, file.text.len())) {
        Ok(node) => node,
        Err(found) => return (Settings::unreadable(), found),
    };
    let mut settings = Settings { path: file.path.clone(), ..Settings::default() };
    let entries = match node.value {
        Value::Map(entries) => entries,
        Value::Null => Vec::new(),
        _ => return (Settings::unreadable(), Fields::new(file, node).finish()),
    };
    let mut found = Vec::new();
    for (rule, node) in entries {
        let before = found.len();
        let group = read_group(file, node, &mut found);
        settings.groups.push(Group { rule, settings: group, whole: found.len() == before });
    }
    (settings, found)
}

fn read_group(file: &SourceFile, node: Node, found: &mut Vec<Diagnostic>) -> Vec<Setting> {
    let entries = match node.value {
        Value::Map(entries) => entries,
        Value::Null => Vec::new(),
        _ => {
            found.extend(Fields::new(file, node).finish());
            return Vec::new();
        }
    };
    if let Some((name, _)) = entries.get(SETTINGS) {
        let message = Bilingual::new(
            format!("一条规则最多{SETTINGS}个门槛"),
            format!("a rule has {SETTINGS} thresholds at most"),
        );
        found.push(Diagnostic::new(code::TOO_LONG, &file.path, name.span, message));
        return Vec::new();
    }
    entries.into_iter().filter_map(|(name, node)| read_setting(file, name, node, found)).collect()
}

/// What a rule may read behind `global::` and nobody takes for anything else.
fn is_constant_name(name: &str) -> bool {
    name.len() <= 40
        && name.starts_with(|c: char| c.is_ascii_uppercase())
        && name.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_')
}

fn read_setting(file: &SourceFile, name: Spanned<String>, node: Node, found: &mut Vec<Diagnostic>) -> Option<Setting> {
    if !is_constant_name(&name.value) {
        let message = Bilingual::new(
            format!("门槛的名字只能用大写字母、数字和下划线：`{}`", name.value),
            format!("the name of a threshold takes capital letters, digits and underscores: `{}`", name.value),
        );
        let finding = Diagnostic::new(code::UNKNOWN_VALUE, &file.path, name.span, message);
        let capital = name.value.to_ascii_uppercase().replace('-', "_");
        found.push(if is_constant_name(&capital) {
            finding.help(format!("写成`{capital}`"), format!("write `{capital}`")).suggestion(capital)
        } else {
            finding.help("写成`ENOUGH`这样", "write it like `ENOUGH`")
        });
        return None;
    }
    let mut fields = Fields::new(file, node);
    fields.span = name.span;
    fields.require("value");
    let value = fields.node("value");
    let means = fields.required_text("means");
    let kind = fields.choice("kind", &KINDS);
    let unit = fields.text("unit").map(|unit| unit.value);
    let bounds = (fields.number("min").map(|min| min.value), fields.number("max").map(|max| max.value));
    fields.require("provenance");
    let provenance = fields.choice("provenance", &PROVENANCES);
    let sources = fields.texts("sources").into_iter().map(|source| source.value).collect();
    let value = value.and_then(|node| read_value(&mut fields, node, kind.map(|kind| kind.value), bounds));
    found.extend(fields.finish());
    Some(Setting { value: value?, means: means?.value, unit, bounds, provenance: provenance?.value, sources, name })
}

/// The value, when nothing in it is wrong.
fn read_value(
    fields: &mut Fields<'_>,
    node: Node,
    kind: Option<(Shape, Leaf)>,
    bounds: (Option<f64>, Option<f64>),
) -> Option<Constant> {
    let shape = match node.value {
        Value::List(_) => Shape::List,
        Value::Map(_) => Shape::Map,
        _ => Shape::One,
    };
    if let Some((wanted, leaf)) = kind
        && wanted != shape
    {
        wrong(fields, &node, wanted, leaf);
        return None;
    }
    Reader { fields, leaf: kind.map(|(_, leaf)| leaf), bounds }.value(node, LEVELS)
}

fn wrong(fields: &mut Fields<'_>, node: &Node, shape: Shape, leaf: Leaf) {
    let (zh, en) = match (shape, leaf) {
        (Shape::List, _) => ("列表", "a list"),
        (Shape::Map, _) => ("键值表", "a mapping"),
        (Shape::One, Leaf::Whole) => ("整数", "a whole number"),
        (Shape::One, Leaf::Number) => ("数字", "a number"),
        (Shape::One, Leaf::Text) => ("文字", "text"),
    };
    fields.wrong_type(node, zh, en);
}

struct Reader<'run, 'file> {
    fields: &'run mut Fields<'file>,
    leaf: Option<Leaf>,
    bounds: (Option<f64>, Option<f64>),
}

impl Reader<'_, '_> {
    fn report(&mut self, code: Code, span: Span, zh: impl Into<String>, en: impl Into<String>) {
        self.fields.report(code, span, zh, en);
    }

    fn value(&mut self, node: Node, levels: usize) -> Option<Constant> {
        let span = node.span;
        let length = match &node.value {
            Value::List(items) => items.len(),
            Value::Map(entries) => entries.len(),
            _ => return self.leaf(node),
        };
        if levels == 0 || length > ENTRIES {
            let (zh, en) = (
                format!("门槛的值最多{LEVELS}层、每层{ENTRIES}项，更大的表放在规则开头"),
                format!("a value has {LEVELS} levels of {ENTRIES} entries at most; a larger table stands in the rule"),
            );
            self.report(code::TOO_LONG, span, zh, en);
            return None;
        }
        match node.value {
            Value::List(items) => {
                let read: Vec<_> = items.into_iter().map(|item| self.value(item, levels - 1)).collect();
                read.into_iter().collect::<Option<Vec<Constant>>>().map(Constant::List)
            }
            Value::Map(entries) => {
                let one = |(key, node): (Spanned<String>, Node)| Some((key.value, self.value(node, levels - 1)?));
                let read: Vec<_> = entries.into_iter().map(one).collect();
                read.into_iter().collect::<Option<Vec<_>>>().map(Constant::Map)
            }
            _ => None,
        }
    }

    fn leaf(&mut self, node: Node) -> Option<Constant> {
        let whole = |value: i64| value.abs() <= WHOLE;
        let constant = match (&node.value, self.leaf) {
            (Value::Integer(value), None | Some(Leaf::Whole | Leaf::Number)) if whole(*value) => {
                Constant::Whole(*value)
            }
            (Value::Float(value), None | Some(Leaf::Number)) if value.is_finite() => Constant::Number(*value),
            // A text in digits is one all the same.
            (Value::Integer(_) | Value::Float(_) | Value::Bool(_), Some(Leaf::Text)) => {
                Constant::Text(self.fields.file().slice(node.span).to_string())
            }
            (Value::Text(text), None | Some(Leaf::Text)) => {
                if text.chars().count() > CHARACTERS {
                    let (zh, en) =
                        (format!("文字最多{CHARACTERS}个字"), format!("a text has {CHARACTERS} characters at most"));
                    self.report(code::TOO_LONG, node.span, zh, en);
                    return None;
                }
                Constant::Text(text.clone())
            }
            (_, leaf) => {
                match leaf {
                    Some(leaf) => wrong(self.fields, &node, Shape::One, leaf),
                    None => {
                        self.fields.wrong_type(&node, "数字、文字、列表或键值表", "a number, text, list or mapping")
                    }
                }
                return None;
            }
        };
        self.within(&constant, node.span);
        Some(constant)
    }

    fn within(&mut self, constant: &Constant, span: Span) {
        let number = match constant {
            Constant::Whole(value) => *value as f64,
            Constant::Number(value) => *value,
            _ => return,
        };
        let (min, max) = self.bounds;
        if min.is_some_and(|min| number < min) || max.is_some_and(|max| number > max) {
            let allowed = range(self.bounds);
            self.report(
                code::SETTING_OUT_OF_RANGE,
                span,
                format!("`{number}`超出范围：{}", allowed.zh),
                format!("`{number}` is out of range: {}", allowed.en),
            );
            self.fields.help(
                "改回范围以内；确实要放宽，改这一条的`min`和`max`",
                "bring it back into range; if the range is too narrow, change `min` and `max` of this entry",
            );
        }
    }
}
