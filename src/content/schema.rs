//! The keys of every kind as data: for editors (JSON Schema) and for the manual.
//!
//! The readers below [`super::kind`] decide; a test holds this table against them.

use serde_json::{Map, Value, json};

use super::kind::{GROUPS, NAMES, Name, TIME_STEPS};
use crate::diagnostic::Language;

/// The form of a key's value.
#[derive(Debug, Clone, Copy)]
enum Shape {
    Text,
    Texts,
    Integer,
    Boolean,
    OneOf(&'static [&'static str]),
    TextMap,
    TimeSplit,
    Aida,
    Objections,
    Entries,
    Axes,
    Facts,
    Outcomes,
    Outputs,
    Warnings,
}

/// One key: its name, form, whether it must be there, and what it is for.
struct Key(&'static str, Shape, bool, &'static str);

const PROVENANCE: &[&str] = &["seed", "public", "proposed"];

const COMMON: &[Key] = &[
    Key("kind", Shape::Text, true, "页面的类型"),
    Key("title", Shape::Text, true, "标题"),
    Key("summary", Shape::Text, false, "一句话说明这一页给什么"),
    Key("aliases", Shape::Texts, false, "大家会怎么说、怎么搜"),
    Key("tags", Shape::Texts, false, "标签"),
    Key("sources", Shape::Texts, false, "来源：种子编号、公开资料编号或网址"),
    Key("provenance", Shape::OneOf(PROVENANCE), false, "主要依据：seed种子，public公开资料，proposed编者建议"),
    Key("weight", Shape::Integer, false, "栏目里的次序，小的在前"),
    Key("covers", Shape::Texts, false, "这一页还收录清单里的哪些条目"),
    Key("related", Shape::Texts, false, "接着看的页面编号"),
    Key("owner", Shape::Text, false, "负责人"),
    Key("verified_until", Shape::Text, false, "核实到哪一天，2026-12-31这样写"),
    Key("draft", Shape::Boolean, false, "草稿不发布"),
];

fn own_keys(name: Name) -> &'static [Key] {
    match name {
        Name::Home => &[
            Key("pinned", Shape::Texts, false, "首页上的常用卡片"),
            Key("tool", Shape::Text, false, "首页上的判断工具"),
            Key("entries", Shape::Entries, false, "给不同读者的入口"),
        ],
        Name::Type => &[
            Key("internal_name", Shape::Text, false, "团队内部的名称，默认不显示"),
            Key("signals", Shape::Texts, true, "看得见的表现"),
            Key("do", Shape::Texts, true, "要做"),
            Key("dont", Shape::Texts, true, "别做"),
            Key("promise", Shape::Texts, true, "怎么承诺"),
            Key("first_visit", Shape::Texts, true, "第一次见面"),
            Key("objections", Shape::Objections, true, "常说的话和怎么答"),
            Key("aida", Shape::Aida, true, "四步各一句"),
            Key("time_split", Shape::TimeSplit, true, "四步的时间，加起来100"),
            Key("time_split_provenance", Shape::OneOf(PROVENANCE), false, "时间分配的依据"),
            Key("script", Shape::Text, false, "对应话术的页面编号"),
        ],
        Name::Objection => &[
            Key("group", Shape::Text, true, "八类之一"),
            Key("types", Shape::Texts, true, "常见的客户类型"),
            Key("methods", Shape::Texts, true, "用到的方法，页面编号#小标题"),
            Key("causes", Shape::Texts, true, "可能的真因"),
            Key("say", Shape::Text, true, "先说的一句，最多60字"),
            Key("step_back", Shape::Text, true, "退一步的软话，最多50字"),
            Key("ask", Shape::Text, true, "接着问，最多40字"),
            Key("avoid", Shape::Text, true, "别做，最多30字"),
            Key("variants", Shape::TextMap, true, "按客户类型换的说法，每句最多70字"),
        ],
        Name::Script => &[Key("customer_type", Shape::Text, false, "这套话给哪一类客户")],
        Name::Tool => &[
            Key("rule", Shape::Text, false, "规则的编号，默认和页面相同"),
            Key("facts", Shape::Facts, true, "要问的问题"),
            Key("outcomes", Shape::Outcomes, true, "可能的结果"),
            Key("warnings", Shape::Warnings, false, "可能的提醒"),
            Key("outputs", Shape::Outputs, false, "算出来的数和表，按显示的先后"),
        ],
        Name::CustomerCard => &[
            Key("axes", Shape::Axes, true, "从哪几面看客户，各用哪个工具，最该先看的在前"),
            Key("urgent", Shape::Texts, false, "放到卡片最上面的提醒，写工具页里提醒的编号"),
        ],
        Name::Section | Name::Guide | Name::Case | Name::Drill | Name::Scenario | Name::Path | Name::Reference => &[],
    }
}

/// The JSON Schema of a kind's front matter.
pub fn json_schema(name: Name) -> Value {
    let mut properties = Map::new();
    let mut required = Vec::new();
    for Key(key, shape, is_required, purpose) in COMMON.iter().chain(own_keys(name)) {
        let mut schema = match *key {
            "kind" => json!({ "const": name.as_str() }),
            "group" => json!({ "enum": GROUPS.map(|(group, _)| group) }),
            _ => of_shape(*shape),
        };
        schema["description"] = json!(purpose);
        properties.insert(key.to_string(), schema);
        if *is_required {
            required.push(*key);
        }
    }
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": format!("salesbook {}", name.as_str()),
        "type": "object",
        "additionalProperties": false,
        "required": required,
        "properties": properties,
    })
}

fn record(keys: &[(&str, Value)], required: &[&str]) -> Value {
    let properties: Map<String, Value> = keys.iter().map(|(key, schema)| (key.to_string(), schema.clone())).collect();
    json!({ "type": "object", "additionalProperties": false, "required": required, "properties": properties })
}

fn of_shape(shape: Shape) -> Value {
    let text = json!({ "type": "string", "minLength": 1 });
    let list = |items: Value| json!({ "type": "array", "items": items });
    match shape {
        Shape::Text => text,
        Shape::Texts => list(text),
        Shape::Integer => json!({ "type": "integer" }),
        Shape::Boolean => json!({ "type": "boolean" }),
        Shape::OneOf(words) => json!({ "enum": words }),
        Shape::TextMap => json!({ "type": "object", "additionalProperties": text }),
        Shape::TimeSplit => {
            let percent = json!({ "type": "integer", "minimum": 0, "maximum": 100 });
            record(&TIME_STEPS.map(|step| (step, percent.clone())), &TIME_STEPS)
        }
        Shape::Aida => {
            let steps = super::kind::AIDA_STEPS;
            record(&steps.map(|step| (step, text.clone())), &steps)
        }
        Shape::Objections => list(record(&[("card", text.clone()), ("answer", text.clone())], &["card", "answer"])),
        Shape::Entries => {
            let keys = [("title", text.clone()), ("text", text.clone()), ("page", text.clone())];
            list(record(&keys, &["title", "text", "page"]))
        }
        Shape::Axes => {
            let keys = [("title", text.clone()), ("tool", text.clone()), ("why", text)];
            list(record(&keys, &["title", "tool", "why"]))
        }
        Shape::Facts => {
            let option = record(&[("id", text.clone()), ("label", text.clone())], &["id", "label"]);
            let column = record(
                &[
                    ("id", text.clone()),
                    ("label", text.clone()),
                    ("aliases", list(text.clone())),
                    ("kind", json!({ "enum": ["text", "number"] })),
                    ("required", json!({ "type": "boolean" })),
                ],
                &["id", "label"],
            );
            let kinds = crate::rule::schema::FactKind::NAMES.map(|(kind, _)| kind);
            let number = json!({ "type": "number" });
            let keys = [
                ("id", text.clone()),
                ("question", text.clone()),
                ("kind", json!({ "enum": kinds })),
                ("hint", text.clone()),
                ("options", list(option)),
                ("min", number.clone()),
                ("max", number.clone()),
                ("step", number),
                ("unit", text.clone()),
                ("columns", list(column)),
            ];
            list(record(&keys, &["id", "question", "kind"]))
        }
        Shape::Outcomes => {
            let keys = [
                ("id", text.clone()),
                ("page", text.clone()),
                ("title", text.clone()),
                ("summary", text.clone()),
                ("advice", list(text)),
                ("recheck_days", json!({ "type": "integer", "minimum": 1 })),
            ];
            list(record(&keys, &["id"]))
        }
        Shape::Outputs => {
            let column = record(&[("id", text.clone()), ("label", text.clone())], &["id", "label"]);
            let kinds = super::kind::OutputKind::NAMES.map(|(kind, _)| kind);
            let keys = [
                ("id", text.clone()),
                ("title", text.clone()),
                ("kind", json!({ "enum": kinds })),
                ("unit", text.clone()),
                ("note", text.clone()),
                ("provenance", json!({ "enum": PROVENANCE })),
                ("columns", list(column)),
                ("pages", list(text.clone())),
                ("above", text),
            ];
            list(record(&keys, &["id", "title", "kind"]))
        }
        Shape::Warnings => {
            list(record(&[("id", text.clone()), ("text", text.clone()), ("page", text.clone())], &["id", "text"]))
        }
    }
}

/// The pattern of a new page of a kind; kinds that a book has once have none.
///
/// Blanks: `{{title}}` and `{{kind}}`, and the pages that it refers to: `{{type}}` is a customer type, `{{card}}` an
/// objection card, `{{tool}}` a tool, `{{method}}` a heading of the page of methods.
pub fn pattern(name: Name, language: Language) -> Option<&'static str> {
    let (zh, en) = match name {
        Name::Objection => (include_str!("pattern/objection.md"), include_str!("pattern/en/objection.md")),
        Name::Type => (include_str!("pattern/type.md"), include_str!("pattern/en/type.md")),
        Name::Script => (include_str!("pattern/script.md"), include_str!("pattern/en/script.md")),
        Name::Tool => (include_str!("pattern/tool.md"), include_str!("pattern/en/tool.md")),
        Name::CustomerCard => (include_str!("pattern/customer-card.md"), include_str!("pattern/en/customer-card.md")),
        Name::Section => (include_str!("pattern/section.md"), include_str!("pattern/en/section.md")),
        Name::Guide | Name::Case | Name::Drill | Name::Scenario | Name::Path | Name::Reference => {
            (include_str!("pattern/plain.md"), include_str!("pattern/en/plain.md"))
        }
        Name::Home => return None,
    };
    Some(in_language(language, zh, en))
}

/// The pattern of the rule behind a new tool page, and of its example cases. The rule has the blank `{{title}}`.
pub fn rule_pattern(language: Language) -> (&'static str, &'static str) {
    let rule = in_language(language, include_str!("pattern/tool.rhai"), include_str!("pattern/en/tool.rhai"));
    let cases =
        in_language(language, include_str!("pattern/tool.cases.yaml"), include_str!("pattern/en/tool.cases.yaml"));
    (rule, cases)
}

fn in_language(language: Language, zh: &'static str, en: &'static str) -> &'static str {
    match language {
        Language::Zh => zh,
        Language::En => en,
    }
}

/// Every kind by its word.
pub fn kind(word: &str) -> Option<Name> {
    NAMES.iter().find(|(name, _)| *name == word).map(|(_, name)| *name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::content::parse_page;
    use crate::markdown::Settings;
    use crate::path::SourcePath;
    use crate::source::SourceFile;

    /// The reader lists every key that it asked for when it meets an unknown one.
    #[test]
    fn the_table_holds_exactly_the_keys_that_are_read() {
        for (word, name) in NAMES {
            let text = format!("---\nkind: {word}\ntitle: x\nzzzzzzzzzzzzzzzzzzzzzzzzzz: 1\n---\n");
            let path = SourcePath::new("content/zh/a/b.md").expect("valid");
            let settings =
                Settings { raw_html: false, variables: &[], language: Language::Zh, thresholds: &Default::default() };
            let (_, found) = parse_page(&SourceFile::new(path, text), settings);
            let unknown = found.iter().find(|diagnostic| diagnostic.code.name() == "SB0209").expect("an unknown key");
            let help = &unknown.help.as_ref().expect("it lists the keys").en;
            let mut read: Vec<&str> = help.trim_start_matches("known keys: ").split(' ').collect();
            let mut table: Vec<&str> = COMMON.iter().chain(own_keys(name)).map(|key| key.0).collect();
            read.sort_unstable();
            table.sort_unstable();
            assert_eq!(read, table, "{word}");
        }
    }

    #[test]
    fn patterns_are_pages_of_their_kind() {
        for ((word, name), language) in NAMES.into_iter().flat_map(|kind| [(kind, Language::Zh), (kind, Language::En)])
        {
            let Some(pattern) = pattern(name, language) else { continue };
            let blanks =
                [("title", "标题"), ("kind", word), ("type", "a"), ("card", "b"), ("tool", "e"), ("method", "c#d")];
            let text = blanks
                .iter()
                .fold(pattern.to_string(), |text, (blank, filling)| text.replace(&format!("{{{{{blank}}}}}"), filling));
            let path = SourcePath::new("content/zh/a/b.md").expect("valid");
            let settings = Settings { raw_html: false, variables: &[], language, thresholds: &Default::default() };
            let (page, found) = parse_page(&SourceFile::new(path, text), settings);
            assert!(found.is_empty(), "{word}: {found:?}");
            let page = page.expect("nothing was found");
            assert_eq!(page.kind.name(), name);
            assert!(page.common.draft, "{word}");
        }
    }
}
