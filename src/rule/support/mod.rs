//! What a rule may use, as Markdown: the tables of the block `rhai-support` and of the README.
//!
//! Functions and properties are those that the runtime registers, limits are those of the engine. Constructs and
//! operators are lists with an example each, which the tests compile and run, so that no table can promise what the
//! compiler refuses. Nothing here decides what is accepted.

mod constructs;
mod words;

use std::collections::{BTreeMap, BTreeSet};

use self::constructs::{GROUPS, MISTAKES, OPERATORS, REFUSED};
use self::words::MEANINGS;
use super::engine;
use super::link::{Piece, pieces};
use crate::diagnostic::Language;

/// A part of what there is to say, by its name in the block `rhai-support`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// Constructs of the language.
    Language,
    /// Signs between two values.
    Operators,
    /// Built-in functions and properties.
    Functions,
    /// What is refused, and what to write instead.
    Refused,
    /// How long and how large.
    Limits,
}

/// The parts by their names, in the order in which they are shown together.
pub const PARTS: [(&str, Part); 5] = [
    ("language", Part::Language),
    ("operators", Part::Operators),
    ("functions", Part::Functions),
    ("refused", Part::Refused),
    ("limits", Part::Limits),
];

/// Chinese and English, side by side.
type Both = (&'static str, &'static str);

/// The types by which functions are grouped: name of the group, its heading.
const TYPES: [(&str, Both); 7] = [
    ("text", ("文字和字符", "Text and characters")),
    ("number", ("数", "Numbers")),
    ("array", ("数组", "Arrays")),
    ("map", ("映射", "Maps")),
    ("range", ("区间", "Ranges")),
    ("function", ("函数和闭包的值", "Functions as values")),
    ("value", ("任何值", "Any value")),
];

fn word((zh, en): Both, language: Language) -> &'static str {
    match language {
        Language::Zh => zh,
        Language::En => en,
    }
}

/// The tables of a part, or of all parts below headings of their own.
pub fn markdown(part: Option<Part>, language: Language) -> String {
    match part {
        Some(Part::Language) => language_tables(language),
        Some(Part::Operators) => operator_table(language),
        Some(Part::Functions) => function_tables(language),
        Some(Part::Refused) => refused_table(language),
        Some(Part::Limits) => limit_table(language),
        None => {
            let mut text = String::new();
            for (_, part) in PARTS {
                let title = match part {
                    Part::Language | Part::Functions => None,
                    Part::Operators => Some(("运算符", "Operators")),
                    Part::Refused => Some(("不能用的", "Refused")),
                    Part::Limits => Some(("上限", "Limits")),
                };
                if let Some(title) = title {
                    text.push_str(&heading(title, language));
                }
                text.push_str(&markdown(Some(part), language));
            }
            text
        }
    }
}

/// One short table of everything, for a page that has no room for more.
pub fn summary(language: Language) -> String {
    let list = |names: Vec<&str>| names.join(word(("；", "; "), language));
    let mut rows: Vec<Vec<String>> = Vec::new();
    for group in GROUPS {
        let names = group.constructs.iter().map(|construct| word(construct.name, language)).collect();
        rows.push(vec![word(group.title, language).to_string(), list(names)]);
    }
    let signs: Vec<String> = OPERATORS.iter().map(|operator| code(operator.sign)).collect();
    rows.push(vec![word(("运算符", "Operators"), language).to_string(), signs.join(" ")]);
    let functions = functions();
    for (group, title) in TYPES {
        let names: BTreeSet<&str> = functions.keys().filter(|key| key.0 == group).map(|key| key.1).collect();
        let names: Vec<String> = names.into_iter().map(code).collect();
        rows.push(vec![word(title, language).to_string(), names.join(" ")]);
    }
    let names = REFUSED.iter().map(|refused| word(refused.name, language)).collect();
    rows.push(vec![word(("**不能用的**", "**Refused**"), language).to_string(), list(names)]);
    table(&[word(("用在", "for"), language), word(("写法", "what there is"), language)], &rows)
}

fn language_tables(language: Language) -> String {
    let mut text = String::new();
    for group in GROUPS {
        let rows: Vec<Vec<String>> = group
            .constructs
            .iter()
            .map(|construct| vec![word(construct.name, language).to_string(), code(construct.example)])
            .collect();
        text.push_str(&heading(group.title, language));
        text.push_str(&table(&[word(("写法", "construct"), language), word(("例子", "example"), language)], &rows));
    }
    text
}

fn operator_table(language: Language) -> String {
    let rows: Vec<Vec<String>> = OPERATORS
        .iter()
        .map(|operator| {
            let mut sides: BTreeMap<char, BTreeSet<char>> = BTreeMap::new();
            for types in operator.types.split(' ') {
                let mut letters = types.chars();
                if let (Some(left), Some(right)) = (letters.next(), letters.next()) {
                    sides.entry(left).or_default().insert(right);
                }
            }
            vec![code(operator.sign), word(operator.meaning, language).to_string(), pairs(&sides, language)]
        })
        .collect();
    table(
        &[word(("符号", "sign"), language), word(("意思", "meaning"), language), word(("两边", "sides"), language)],
        &rows,
    )
}

/// What may stand left and right: left sides with the same right sides are one entry.
fn pairs(sides: &BTreeMap<char, BTreeSet<char>>, language: Language) -> String {
    let mut merged: Vec<(BTreeSet<char>, &BTreeSet<char>)> = Vec::new();
    let mut sides: Vec<(&char, &BTreeSet<char>)> = sides.iter().collect();
    sides.sort_by_key(|(left, _)| ORDER.find(**left));
    for (left, right) in sides {
        match merged.iter_mut().find(|(_, known)| *known == right) {
            Some((lefts, _)) => {
                lefts.insert(*left);
            }
            None => merged.push((BTreeSet::from([*left]), right)),
        }
    }
    let entries: Vec<String> = merged
        .iter()
        .map(|(left, right)| {
            let (left, right) = (types(left, language), types(right, language));
            if left == right { left } else { format!("{left} → {right}") }
        })
        .collect();
    entries.join(word(("；", "; "), language))
}

fn function_tables(language: Language) -> String {
    let functions = functions();
    let mut text = String::new();
    for (group, title) in TYPES {
        let mut rows: Vec<Vec<String>> = Vec::new();
        for ((_, name), function) in functions.iter().filter(|((known, _), _)| *known == group) {
            let meaning = MEANINGS.iter().find(|(known, called, _)| known == &group && called == name);
            let meaning = meaning.map_or("", |(_, _, meaning)| word(*meaning, language));
            for (receivers, arguments) in function.by_receiver() {
                let mut names = Vec::new();
                if !arguments.is_empty() {
                    names.push(code(&format!("{name}()")));
                }
                if receivers.iter().any(|letter| function.properties.contains(letter)) {
                    names.push(code(&format!(".{name}")));
                }
                rows.push(vec![
                    names.join(" "),
                    meaning.to_string(),
                    given(&arguments, language),
                    types(&receivers, language),
                ]);
            }
        }
        let head = [("名字", "name"), ("做什么", "what it does"), ("括号里写", "in the brackets"), ("用在", "on")];
        text.push_str(&heading(title, language));
        text.push_str(&table(&head.map(|title| word(title, language)), &rows));
    }
    text
}

/// The ways to call one function on values of one group.
#[derive(Default)]
struct Function {
    /// Letters of the types, the receiver first.
    ways: BTreeSet<&'static str>,
    /// Letters of the types that have it as a property.
    properties: BTreeSet<char>,
}

/// Letters that may stand at each place behind the receiver, for each number of places.
type Arguments = BTreeMap<usize, Vec<BTreeSet<char>>>;

impl Function {
    /// What may be given to which receivers; receivers that take the same stand together.
    fn by_receiver(&self) -> Vec<(BTreeSet<char>, Arguments)> {
        let mut taken: BTreeMap<char, Arguments> = BTreeMap::new();
        for letter in &self.properties {
            taken.entry(*letter).or_default();
        }
        for way in &self.ways {
            let arguments: Vec<char> = way.chars().skip(1).collect();
            let known = taken.entry(way.chars().next().unwrap_or('-')).or_default();
            let places = known.entry(arguments.len()).or_insert_with(|| vec![BTreeSet::new(); arguments.len()]);
            for (place, letter) in places.iter_mut().zip(arguments) {
                place.insert(letter);
            }
        }
        let mut merged: Vec<(BTreeSet<char>, Arguments)> = Vec::new();
        for (receiver, arguments) in taken {
            match merged.iter_mut().find(|(_, known)| *known == arguments) {
                Some((receivers, _)) => {
                    receivers.insert(receiver);
                }
                None => merged.push((BTreeSet::from([receiver]), arguments)),
            }
        }
        merged
    }
}

/// Every function and property of the runtime, by the group of its first argument.
fn functions() -> BTreeMap<(&'static str, &'static str), Function> {
    let mut functions: BTreeMap<(&'static str, &'static str), Function> = BTreeMap::new();
    for piece in pieces() {
        let Some(registration) = &piece.registers else { continue };
        for way in registration.types.split(' ') {
            let function = functions.entry((group(piece, way), registration.name)).or_default();
            if registration.word == "getter" {
                function.properties.extend(way.chars().next());
            } else {
                function.ways.insert(way);
            }
        }
    }
    functions
}

/// The group of a way to call a function: of its receiver, or of its unit when it takes any value or none.
fn group(piece: &Piece, way: &str) -> &'static str {
    match way.chars().next() {
        Some('s' | 'c') => "text",
        Some('i' | 'f') => "number",
        Some('a') => "array",
        Some('m') => "map",
        Some('r' | 'R') => "range",
        Some('p') => "function",
        None if piece.unit == "num" => "number",
        _ => "value",
    }
}

/// Letters of types in the order in which they are named.
const ORDER: &str = "ifscbamrRpdu-";

/// The words for letters of types.
fn types(letters: &BTreeSet<char>, language: Language) -> String {
    let mut names: Vec<&str> = Vec::new();
    // Any value says it all, and the two kinds of range are one word.
    let any = letters.contains(&'d');
    for letter in ORDER.chars().filter(|letter| letters.contains(letter) && (!any || *letter == 'd')) {
        let name = match letter {
            'i' => ("整数", "whole number"),
            'f' => ("小数", "number with decimals"),
            's' => ("文字", "text"),
            'c' => ("字符", "character"),
            'b' => ("是否", "truth value"),
            'a' => ("数组", "array"),
            'm' => ("映射", "map"),
            'r' | 'R' => ("区间", "range"),
            'p' => ("函数", "function"),
            'u' => ("没有值", "no value"),
            '-' => ("—", "—"),
            _ => ("任何值", "any value"),
        };
        let name = word(name, language);
        if !names.contains(&name) {
            names.push(name);
        }
    }
    names.join(word(("、", ", "), language))
}

/// What stands in the brackets, for each number of places.
fn given(arguments: &Arguments, language: Language) -> String {
    let nothing = word(("不写", "nothing"), language);
    let ways: Vec<String> = arguments
        .values()
        .map(|places| match places.len() {
            0 => nothing.to_string(),
            _ => places.iter().map(|place| types(place, language)).collect::<Vec<_>>().join(" + "),
        })
        .collect();
    if ways.is_empty() { "—".to_string() } else { ways.join(word(("；", "; "), language)) }
}

fn refused_table(language: Language) -> String {
    let rows: Vec<Vec<String>> = REFUSED
        .iter()
        .chain(MISTAKES)
        .map(|refused| {
            vec![
                word(refused.name, language).to_string(),
                word(refused.instead, language).replace('|', "\\|"),
                code(refused.example),
                refused.code.name().to_string(),
            ]
        })
        .collect();
    let head = [("不能用的", "refused"), ("换成", "instead"), ("例子", "example"), ("报告编号", "report")];
    table(&head.map(|title| word(title, language)), &rows)
}

fn limit_table(language: Language) -> String {
    let kibibytes = |bytes: usize| format!("{} KiB", grouped(bytes as u64 / 1024));
    let count = |number: usize| grouped(number as u64);
    let rows: Vec<(Both, String)> = vec![
        (("一个规则文件", "a rule file"), kibibytes(engine::SOURCE_BYTES)),
        (("判断一次的运算", "operations of one judgement"), grouped(engine::RULE_OPERATIONS)),
        (("命令行跑一个脚本的运算", "operations of a script on the command line"), grouped(engine::SCRIPT_OPERATIONS)),
        (("时间", "time"), format!("{} ms", engine::TIME.as_millis())),
        (("函数一层调一层", "functions calling each other"), count(engine::CALL_LEVELS)),
        (("括号和花括号一层套一层", "brackets inside brackets"), count(engine::EXPRESSION_LEVELS)),
        (("同时有的变量", "variables at one time"), count(engine::VARIABLES)),
        (("函数和闭包的个数", "functions and closures"), count(engine::FUNCTIONS)),
        (("一段文字（汉字占3字节）", "one text"), kibibytes(engine::TEXT_BYTES)),
        (("一个数组的项数", "items of an array"), count(engine::ELEMENTS)),
        (("一个映射的项数", "entries of a map"), count(engine::ENTRIES)),
    ];
    let rows: Vec<Vec<String>> =
        rows.into_iter().map(|(name, most)| vec![word(name, language).to_string(), most]).collect();
    table(&[word(("什么", "what"), language), word(("最多", "at most"), language)], &rows)
}

fn heading(title: Both, language: Language) -> String {
    format!("### {}\n\n", word(title, language))
}

fn table(head: &[&str], rows: &[Vec<String>]) -> String {
    let line = |cells: &[String]| format!("| {} |\n", cells.join(" | "));
    let head: Vec<String> = head.iter().map(ToString::to_string).collect();
    let mut text = line(&head);
    text.push_str(&line(&vec!["---".to_string(); head.len()]));
    for row in rows {
        text.push_str(&line(row));
    }
    text.push('\n');
    text
}

/// Code in a cell of a table.
fn code(text: &str) -> String {
    let text = text.replace('|', "\\|");
    if text.contains('`') { format!("`` {text} ``") } else { format!("`{text}`") }
}

/// A number with commas between its thousands.
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests;
