//! The half of the generator that writes literals: boundary numbers, awkward texts, odd map keys.

use super::generate::{Generator, Type};
use super::tree::Node;

/// Keys that generated maps have; what stands under each is of one type.
pub(super) const MAP_KEYS: &[&str] = &[
    "n",
    "k",
    "t",
    "f",
    "b",
    "l",
    "m",
    "c",
    "x",
    "__proto__",
    "constructor",
    "键",
    "",
    "len",
    "a b",
    "toString",
    "😀",
    "keys",
];

const INTS: &[&str] = &["0", "1", "2", "3", "4", "5", "7", "10", "12", "-1", "-2", "-7", "100", "64", "63"];
const ODD_INTS: &[&str] = &[
    "9223372036854775807",
    "(-9223372036854775807 - 1)",
    "9007199254740991",
    "9007199254740992",
    "-9007199254740993",
    "9007199254740993",
    "4294967296",
    "2147483648",
    "-2147483649",
    "0xff",
    "0b101",
    "0o17",
    "1_000_000",
    "3037000500",
    "1000000007",
];
const FLOATS: &[&str] = &["0.0", "1.0", "1.5", "2.0", "0.5", "-0.5", "0.1", "0.2", "2.5", "-1.0", "3.25", "100.0"];
const ODD_FLOATS: &[&str] = &[
    "-0.0",
    "(0.0 / 0.0)",
    "(1.0 / 0.0)",
    "(-1.0 / 0.0)",
    "1e300",
    "1e-7",
    "1.5e-7",
    "1e15",
    "1e16",
    "9999999827968.0",
    "1e13",
    "123456789.25",
    "9007199254740993.0",
    "9.223372036854775807e18",
    "0.30000000000000004",
    "5e-324",
    "1.7976931348623157e308",
    "0.49999999999999994",
    "4503599627370497.5",
    "1e21",
];
const TEXTS: &[&str] = &[
    "\"a\"",
    "\"abc\"",
    "\"\"",
    "\"b\"",
    "\"x y\"",
    "\"12\"",
    "\"-7\"",
    "\"n\"",
    "\"客户\"",
    "\"预算：5 万元\"",
    "\"a,b,,c\"",
    "\"1.5\"",
    "\"abcabc\"",
];
const ODD_TEXTS: &[&str] = &[
    "\"héllo\"",
    "\"a😀b\"",
    "\"😀\"",
    "\" \\t x\\n\"",
    "\"q\\\"uote\"",
    "\"back\\\\slash\"",
    "\"ß\"",
    "\"İI\"",
    "\"ﬁn\"",
    "\"ΑΣ\"",
    "\"e\\u0301\"",
    "\"\\u00a0pad\\u3000\"",
    "\"__proto__\"",
    "\"0x1F\"",
    "\"9223372036854775808\"",
    "\"1e5\"",
    "\"\\u200b\"",
    "\"\\U0001F468\\u200d\\U0001F469\"",
    "\"\\x00\"",
    "\"[1, #{}]\"",
    "\"+5\"",
    "\" 7 \"",
    "\"NaN\"",
    "\"ǅ\"",
];
const CHARS: &[&str] = &["'a'", "'b'", "'c'", "'x'", "' '", "','", "'1'"];
const ODD_CHARS: &[&str] =
    &["'é'", "'中'", "'😀'", "'\\n'", "'\\''", "'\"'", "'ß'", "'İ'", "'\\u0301'", "'ǆ'", "'\\\\'"];

/// The type that stands under a key.
pub(super) fn key_type(key: &str) -> Type {
    match key {
        "t" => Type::Text,
        "f" => Type::Float,
        "b" => Type::Bool,
        "l" => Type::Ints,
        "m" => Type::Map,
        "c" => Type::Fun,
        "x" => Type::Mixed,
        _ => Type::Int,
    }
}

/// Whether a key may be written without quotes.
pub(super) fn is_plain_key(key: &str) -> bool {
    !key.is_empty() && key.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}

impl Generator<'_> {
    /// A literal; arrays and maps hold values with up to `fuel` levels of parts.
    pub(super) fn literal(&mut self, kind: Type, fuel: usize) -> Node {
        let fuel = fuel.min(2);
        let odd = self.choices.chance(120);
        let mut one_of = |plain: &[&str], strange: &[&str]| {
            let list = if odd { strange } else { plain };
            Node::leaf("", *self.choices.pick(list))
        };
        match kind {
            Type::Int => one_of(INTS, ODD_INTS),
            Type::Float => one_of(FLOATS, ODD_FLOATS),
            Type::Text => one_of(TEXTS, ODD_TEXTS),
            Type::Char => one_of(CHARS, ODD_CHARS),
            Type::Bool => one_of(&["true", "false"], &["false", "true"]),
            Type::Unit => Node::leaf("unit", "()"),
            Type::Range => one_of(
                &["(0..3)", "(1..=3)", "(2..5)", "(0..1)"],
                &["(3..1)", "(-2..2)", "(0..0)", "(5..=4)", "(0..9223372036854775807)"],
            ),
            Type::Fun => self.function_value(fuel),
            Type::Map => self.map_literal(fuel),
            Type::Any => {
                let kind =
                    *self.choices.pick(&[Type::Int, Type::Text, Type::Float, Type::Unit, Type::Bool, Type::Char]);
                self.literal(kind, fuel)
            }
            array => {
                let count = self.choices.weighted(&[(1, 0), (2, 1), (4, 2), (4, 3), (1, 5)]);
                let items = (0..count).map(|_| self.part(array.element(), fuel)).collect();
                Node::expression("array", "[§]", vec![Node::list(items)])
            }
        }
    }

    fn part(&mut self, kind: Type, fuel: usize) -> Node {
        if fuel == 0 || self.choices.chance(600) {
            self.literal(kind, fuel.saturating_sub(1))
        } else {
            self.expr(kind, fuel - 1)
        }
    }

    fn map_literal(&mut self, fuel: usize) -> Node {
        let mut entries = Vec::new();
        for (index, key) in MAP_KEYS.iter().enumerate() {
            let usual = index < 7;
            let wanted = match *key {
                "m" | "c" => fuel > 0 && self.choices.chance(200),
                _ if usual => self.choices.chance(920),
                _ => self.choices.chance(60),
            };
            if wanted {
                self.has_method |= *key == "c";
                let value = self.part(key_type(key), fuel);
                let key = if is_plain_key(key) { (*key).to_string() } else { format!("\"{key}\"") };
                entries.push(Node::item(format!("{key}: §"), vec![value]));
            }
        }
        Node::expression("map", "#{§}", vec![Node::list(entries)])
    }

    /// A text that is often a number.
    pub(super) fn numeric_text(&mut self) -> Node {
        let texts = &[
            "\"12\"",
            "\"-7\"",
            "\" 7 \"",
            "\"0\"",
            "\"+5\"",
            "\"ff\"",
            "\"101\"",
            "\"1.5\"",
            "\"-0.25\"",
            "\"1e3\"",
            "\"x1\"",
            "\"\"",
            "\"9223372036854775807\"",
            "\"-9223372036854775808\"",
            "\"1_000\"",
            "\".5\"",
            "\"5.\"",
            "\"inf\"",
            "\"1e400\"",
            "\"é\"",
        ];
        let common = self.choices.chance(700);
        Node::leaf("", *self.choices.pick(if common { &texts[..7] } else { &texts[..] }))
    }

    /// JSON, seldom broken.
    pub(super) fn json_text(&mut self) -> Node {
        Node::leaf(
            "",
            *self.choices.pick(&[
                "`{\"a\": 1, \"b\": [true, null, 2.5]}`",
                "`[1, \"x\", {\"__proto__\": {}}]`",
                "`{\"n\": -3, \"t\": \"\\u00e9\"}`",
                "\"12\"",
                "\"null\"",
                "\"[1,\"",
                "`{\"a\": 1e5, \"b\": 12345678901234567890}`",
                "`\"text\"`",
                "\"{}\"",
            ]),
        )
    }

    /// A whole number that seldom takes an operation out of its range.
    pub(super) fn small_int(&mut self) -> Node {
        Node::leaf(
            "",
            *self.choices.pick(&["1", "1", "2", "2", "3", "3", "4", "5", "7", "-1", "-2", "0", "10", "63", "64"]),
        )
    }
}
