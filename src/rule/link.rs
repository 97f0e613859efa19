//! The runtime of the page, piece by piece: which pieces a rule needs, and those pieces put together.
//!
//! The units under `runtime/` are cut at every statement that starts in the first column. A piece declares a name, or
//! registers a function of Rhai's (see [`REGISTERS`]). It comes along when something that comes along names it, or when
//! the rule calls a function of that name. A line that ends in `// when F` comes along only where some
//! piece makes an `F`; so does a registration for a type that nothing makes. What no rule can have is not carried.

use std::cmp::Reverse;
#[cfg(test)]
use std::collections::BTreeMap;
use std::collections::{BTreeSet, HashMap};
use std::sync::OnceLock;

use super::minify::{self, Token};
use super::rename::shared_name;

/// The units in the order in which they are put together.
pub(super) const UNITS: &[(&str, &str)] = &[
    ("core", include_str!("runtime/core.js")),
    ("int", include_str!("runtime/int.js")),
    ("size", include_str!("runtime/size.js")),
    ("cmp", include_str!("runtime/cmp.js")),
    ("fmt", include_str!("runtime/fmt.js")),
    ("op", include_str!("runtime/op.js")),
    ("place", include_str!("runtime/place.js")),
    ("iter", include_str!("runtime/iter.js")),
    ("bits", include_str!("runtime/bits.js")),
    ("step", include_str!("runtime/step.js")),
    ("fnptr", include_str!("runtime/fnptr.js")),
    ("catch", include_str!("runtime/catch.js")),
    ("query", include_str!("runtime/query.js")),
    ("typed", include_str!("runtime/typed.js")),
    ("held", include_str!("runtime/held.js")),
    ("str", include_str!("runtime/str.js")),
    ("arr", include_str!("runtime/arr.js")),
    ("named", include_str!("runtime/named.js")),
    ("map", include_str!("runtime/map.js")),
    ("num", include_str!("runtime/num.js")),
    ("canonical", include_str!("runtime/canonical.js")),
    ("page", include_str!("runtime/page.js")),
];

/// What rules name most often gets the shortest names.
const FREQUENT: &[&str] = &[
    "prop",
    "clone",
    "index",
    "setProp",
    "met",
    "eq",
    "mapOf",
    "plus",
    "minus",
    "call",
    "each",
    "tick",
    "nat",
    "setIndex",
    "lt",
    "gt",
    "ge",
    "le",
    "ne",
    "bool",
    "fnOf",
    "closure",
    "withEntry",
    "callRef",
    "sized",
];

/// Words that register a function of Rhai's, and what they say about it.
pub(super) const REGISTERS: &[&str] = &["def", "fun", "imp", "odd", "mut", "rep", "getter"];

/// What part of the runtime some code needs: names of its pieces, and names of Rhai's functions and properties.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Needs {
    /// Functions and classes of the runtime that the code names.
    pub helpers: BTreeSet<String>,
    /// Functions of Rhai's that the code uses in any way.
    pub names: BTreeSet<String>,
    /// Functions of Rhai's that the code calls with so many arguments.
    pub calls: BTreeSet<(String, usize)>,
    /// Properties that the code reads.
    pub properties: BTreeSet<String>,
}

impl Needs {
    /// Whether a registration, for values of the classes that something makes, may be what the code uses.
    fn include(&self, it: &Registration, made: &BTreeSet<&str>) -> bool {
        if it.word == "getter" && !self.properties.contains(it.name) {
            return false;
        }
        it.types.split(' ').any(|way| {
            let called = || self.names.contains(it.name) || self.calls.contains(&(it.name.to_string(), way.len()));
            (it.word == "getter" || called()) && way.chars().filter_map(class_of).all(|class| made.contains(class))
        })
    }
}

/// A statement of a unit.
#[derive(Debug)]
pub(super) struct Piece {
    /// The unit that it stands in.
    pub unit: &'static str,
    /// The name that it declares, unless it registers something.
    pub declares: Option<&'static str>,
    /// The word, name and types of a registration.
    pub registers: Option<Registration>,
    lines: Vec<Line>,
}

/// `def("name", "types", …)`.
#[derive(Debug)]
pub(super) struct Registration {
    /// One of [`REGISTERS`].
    pub word: &'static str,
    /// The function or property.
    pub name: &'static str,
    /// Letters of the types of its arguments, one word for each way to call it.
    pub types: &'static str,
}

#[derive(Debug)]
struct Line {
    text: &'static str,
    /// Kept only when something makes a value of this class.
    when: Option<&'static str>,
    names: BTreeSet<&'static str>,
    makes: BTreeSet<&'static str>,
}

/// Every piece of the runtime, in order.
pub(super) fn pieces() -> &'static [Piece] {
    static PIECES: OnceLock<Vec<Piece>> = OnceLock::new();
    PIECES.get_or_init(|| UNITS.iter().flat_map(|(unit, text)| cut(unit, text)).collect())
}

fn cut(unit: &'static str, text: &'static str) -> Vec<Piece> {
    let mut found: Vec<Piece> = Vec::new();
    for text in text.lines() {
        if text.is_empty() || text.trim_start().starts_with("//") {
            continue;
        }
        if !text.starts_with([' ', '}', ')', ']']) {
            let declares =
                ["function* ", "function ", "class ", "const "].iter().find_map(|word| text.strip_prefix(word));
            found.push(Piece {
                unit,
                declares: declares
                    .map(|rest| &rest[..rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(0)]),
                registers: registration(text),
                lines: Vec::new(),
            });
        }
        let tokens = minify::tokens(text);
        let name = |token: &Token<'static>| if let Token::Name(name) = token { Some(*name) } else { None };
        found.last_mut().expect("a unit starts in the first column").lines.push(Line {
            text,
            when: text.rsplit_once("// when ").map(|(_, class)| class.trim()),
            names: tokens.iter().filter_map(name).collect(),
            makes: tokens
                .windows(2)
                .filter(|pair| pair[0] == Token::Name("new"))
                .filter_map(|pair| name(&pair[1]))
                .collect(),
        });
    }
    found
}

fn registration(text: &'static str) -> Option<Registration> {
    let (word, rest) = text.split_once("(\"")?;
    let word = REGISTERS.iter().find(|known| **known == word)?;
    let mut parts = rest.split('"');
    Some(Registration { word, name: parts.next()?, types: parts.nth(1)? })
}

/// The classes whose values the types of a registration ask for.
fn class_of(letter: char) -> Option<&'static str> {
    Some(match letter {
        'f' => "F",
        'c' => "C",
        'r' | 'R' => "R",
        'p' => "Fn",
        _ => return None,
    })
}

/// The text of the pieces that are needed, in order; `all` takes every registration.
pub(super) fn link(needs: &Needs) -> String {
    let pieces = pieces();
    let mut wanted: BTreeSet<&str> = needs.helpers.iter().map(String::as_str).collect();
    let mut made: BTreeSet<&str> = BTreeSet::new();
    let by_code = ["F", "C", "R", "Fn", "Cell", "hold", "Typed", "named"];
    made.extend(by_code.iter().filter(|class| needs.helpers.contains(**class)));
    let mut taken = vec![false; pieces.len()];
    loop {
        let before = (wanted.len(), made.len(), taken.iter().filter(|taken| **taken).count());
        for (piece, taken) in pieces.iter().zip(&mut taken) {
            *taken = match (&piece.declares, &piece.registers) {
                (Some(name), _) => wanted.contains(name),
                (_, Some(it)) => needs.include(it, &made),
                _ => false,
            };
            if *taken {
                for line in &piece.lines {
                    if line.when.is_none_or(|class| made.contains(class)) {
                        wanted.extend(&line.names);
                        made.extend(&line.makes);
                    }
                }
            }
        }
        if before == (wanted.len(), made.len(), taken.iter().filter(|taken| **taken).count()) {
            break;
        }
    }
    let mut text = String::new();
    for (piece, _) in pieces.iter().zip(taken).filter(|(_, taken)| *taken) {
        for line in piece.lines.iter().filter(|line| line.when.is_none_or(|class| made.contains(class))) {
            text.push_str(line.text);
            text.push('\n');
        }
    }
    text
}

/// The short names of all pieces: the same in every runtime, however much of it is linked, so that a rule can name what
/// it needs.
pub(super) fn short_names() -> &'static HashMap<String, String> {
    static NAMES: OnceLock<HashMap<String, String>> = OnceLock::new();
    NAMES.get_or_init(|| {
        let mut counts: HashMap<&str, usize> = pieces().iter().filter_map(|piece| Some((piece.declares?, 0))).collect();
        for (_, unit) in UNITS {
            for token in minify::tokens(unit) {
                if let Token::Name(name) = token
                    && let Some(count) = counts.get_mut(name)
                {
                    *count += 1;
                }
            }
        }
        let mut names: Vec<(&str, usize)> = counts.into_iter().collect();
        let rank = |name: &str| FREQUENT.iter().position(|it| *it == name).unwrap_or(FREQUENT.len());
        names.sort_by_key(|(name, count)| (rank(name), Reverse(*count), *name));
        names.iter().enumerate().map(|(number, (name, _))| ((*name).to_string(), shared_name(number))).collect()
    })
}

/// Which unit declares which names.
#[cfg(test)]
fn owners() -> BTreeMap<&'static str, &'static str> {
    pieces().iter().filter_map(|piece| piece.declares.map(|name| (name, piece.unit))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The units that a unit's first line says it builds on, and what those build on.
    fn declared(unit: &str) -> BTreeSet<&'static str> {
        let mut found = BTreeSet::new();
        let mut open = vec![unit];
        while let Some(unit) = open.pop() {
            let text = UNITS.iter().find(|(name, _)| *name == unit).expect("a unit of the list").1;
            let first = text.lines().next().expect("a unit has lines");
            let needs = first.strip_prefix("// needs:").unwrap_or_else(|| panic!("{unit} does not declare its needs"));
            for need in needs.split_whitespace() {
                if found.insert(need) {
                    open.push(need);
                }
            }
        }
        found
    }

    #[test]
    fn units_declare_what_they_build_on() {
        let owners = owners();
        let mut undeclared = Vec::new();
        for piece in pieces() {
            let allowed = declared(piece.unit);
            for line in &piece.lines {
                for (name, owner) in line.names.iter().filter_map(|name| owners.get_key_value(name)) {
                    if *owner != piece.unit && !allowed.contains(owner) {
                        undeclared.push(format!("{} uses {name} of {owner}: {}", piece.unit, line.text.trim()));
                    }
                }
            }
        }
        assert!(undeclared.is_empty(), "{}", undeclared.join("\n"));
    }

    #[test]
    fn every_piece_declares_or_registers() {
        for piece in pieces() {
            let named = piece.declares.is_some_and(|name| !name.is_empty()) || piece.registers.is_some();
            assert!(named, "{}: {}", piece.unit, piece.lines[0].text);
        }
        assert_eq!(
            owners().len(),
            pieces().iter().filter(|piece| piece.declares.is_some()).count(),
            "a name is declared twice"
        );
    }

    #[test]
    fn what_nothing_makes_is_left_out() {
        let needs = |helper: &str| Needs { helpers: BTreeSet::from([helper.to_string()]), ..Needs::default() };
        let whole = link(&needs("intAdd"));
        assert!(
            whole.contains("function intAdd") && !whole.contains("function intMul") && !whole.contains("class Cell")
        );
        assert!(!link(&needs("plus")).contains("function floatText"));
        let mut with_floats = needs("plus");
        with_floats.helpers.insert("F".to_string());
        assert!(link(&with_floats).contains("function floatText"));
    }
}
