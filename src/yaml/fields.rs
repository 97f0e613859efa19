//! Typed values out of a mapping, and a finding for everything that does not fit.
//!
//! A kind of page asks for its keys one by one; what nobody asked for is an unknown key. Every finding of a mapping
//! is collected, so one run reports them all.

use super::{Node, Value, mistakes};
use crate::diagnostic::{Bilingual, Code, Diagnostic, code};
use crate::source::{SourceFile, Span, Spanned};

/// A mapping whose keys are being taken.
pub struct Fields<'file> {
    file: &'file SourceFile,
    entries: Vec<(Spanned<String>, Option<Node>)>,
    asked: Vec<&'static str>,
    /// Where the mapping stands; a missing key is reported here.
    pub span: Span,
    /// What was found so far.
    pub found: Vec<Diagnostic>,
}

impl<'file> Fields<'file> {
    /// Starts on a mapping. Anything else is a finding, and every key is then absent.
    pub fn new(file: &'file SourceFile, node: Node) -> Self {
        let mut fields = Fields { file, entries: Vec::new(), asked: Vec::new(), span: node.span, found: Vec::new() };
        match node.value {
            Value::Map(entries) => fields.entries = entries.into_iter().map(|(key, node)| (key, Some(node))).collect(),
            Value::Null => {}
            _ => fields.wrong_type(&node, "键值表", "a mapping"),
        }
        fields
    }

    /// The file that the mapping stands in.
    pub fn file(&self) -> &'file SourceFile {
        self.file
    }

    /// Whether the key was written, with any value. It counts as asked for.
    pub fn has(&mut self, key: &'static str) -> bool {
        self.asked.push(key);
        self.entries.iter().any(|(name, node)| name.value == key && node.is_some())
    }

    /// Takes a key's value as it is.
    pub fn node(&mut self, key: &'static str) -> Option<Node> {
        self.asked.push(key);
        let node = self.entries.iter_mut().find(|(name, _)| name.value == key)?.1.take()?;
        if node.value == Value::Null {
            let span = self.key_span(key);
            self.report(code::EMPTY_VALUE, span, format!("`{key}`后面没有值"), format!("no value behind `{key}`"));
            self.help("写上值；不需要就删掉这一行", "write a value, or delete the line");
            return None;
        }
        Some(node)
    }

    /// Adds a finding.
    pub fn report(&mut self, code: Code, span: Span, zh: impl Into<String>, en: impl Into<String>) {
        self.found.push(Diagnostic::new(code, &self.file.path, span, Bilingual::new(zh, en)));
    }

    /// Adds what to do to the last finding.
    pub fn help(&mut self, zh: impl Into<String>, en: impl Into<String>) {
        if let Some(last) = self.found.pop() {
            self.found.push(last.help(zh, en));
        }
    }

    /// The place of a key that was written, else of the mapping.
    pub fn key_span(&self, key: &str) -> Span {
        self.entries.iter().find(|(name, _)| name.value == key).map_or(self.span, |(name, _)| name.span)
    }

    /// Reports a value of another type than the words say.
    pub fn wrong_type(&mut self, node: &Node, zh: &str, en: &str) {
        let found = node.value.describe();
        let mut diagnostic = Diagnostic::new(
            code::WRONG_TYPE,
            &self.file.path,
            node.span,
            Bilingual::new(format!("这里是{}，应该是{zh}", found.zh), format!("{} where {en} is expected", found.en)),
        );
        let written = self.file.text[node.span.start..].lines().next().unwrap_or("").trim_end();
        let text = self.file.slice(node.span);
        match &node.value {
            Value::Map(_) | Value::List(_) if zh == "文字" && written.starts_with(['{', '[']) => {
                let sign = &written[..1];
                diagnostic.code = code::NEEDS_QUOTES;
                diagnostic.span = Span::new(node.span.start, node.span.start + written.len());
                diagnostic.message = Bilingual::new(
                    format!("以`{sign}`开头的值要加引号"),
                    format!("a value that starts with `{sign}` needs quotes"),
                );
                diagnostic = diagnostic
                    .help(format!("写成`\"{written}\"`"), format!("write `\"{written}\"`"))
                    .suggestion(format!("\"{written}\""));
            }
            Value::Text(_) if zh == "列表" && text.contains('\n') => {
                diagnostic.span = Span::new(node.span.start, node.span.start + written.len());
                diagnostic = diagnostic.help(
                    "每一项单独写一行，以`- `开头，第一项也另起一行",
                    "write every item on a line of its own that starts with `- `, the first one too",
                );
            }
            Value::Text(_) if zh == "列表" => {
                diagnostic = diagnostic
                    .help(format!("写成`[{text}]`"), format!("write `[{text}]`"))
                    .suggestion(format!("[{text}]"));
            }
            Value::Text(text) if zh == "键值表" && text.contains('：') => {
                for (at, _) in self.file.slice(node.span).match_indices('：') {
                    let start = node.span.start + at;
                    let key = self.file.text[..start].rsplit(['\n', ' ']).next().unwrap_or("");
                    self.found.push(mistakes::full_width_colon(self.file, key, start));
                }
                return;
            }
            _ if zh == "列表" => {
                diagnostic = diagnostic.help("写成`[甲, 乙]`这样", "write it like `[one, two]`");
            }
            _ if zh == "整数" => {
                diagnostic = diagnostic.help("只写数字，例如`10`", "write digits only, such as `10`")
            }
            _ if zh.contains("true") => {
                diagnostic = diagnostic.help(
                    "是就写`true`，否就写`false`或者删掉这一行",
                    "write `true` for yes; for no, write `false` or delete the line",
                );
            }
            _ if zh == "键值表" => {
                diagnostic = diagnostic.help(
                    "下面每行缩进两个空格，写成`键: 值`",
                    "below it, indent each line by two spaces: `key: value`",
                );
            }
            _ => {}
        }
        self.found.push(diagnostic);
    }

    /// A scalar as the author wrote it: `2024` and `yes` are texts here too.
    fn scalar_text(&mut self, node: Node) -> Option<Spanned<String>> {
        let text = match node.value {
            Value::Text(text) => text,
            Value::Bool(_) | Value::Integer(_) | Value::Float(_) => self.file.slice(node.span).to_string(),
            _ => {
                self.wrong_type(&node, "文字", "text");
                return None;
            }
        };
        if text.trim().is_empty() {
            self.report(code::EMPTY_VALUE, node.span, "值是空的", "value is empty");
            self.help("写上值；不需要就删掉", "write a value, or delete it");
            return None;
        }
        Some(Spanned::new(text, node.span))
    }

    /// Takes a text.
    pub fn text(&mut self, key: &'static str) -> Option<Spanned<String>> {
        let node = self.node(key)?;
        self.scalar_text(node)
    }

    /// Takes a text that must be there.
    pub fn required_text(&mut self, key: &'static str) -> Option<Spanned<String>> {
        self.require(key);
        self.text(key)
    }

    /// Reports a key that was not written at all.
    pub fn require(&mut self, key: &'static str) {
        if !self.entries.iter().any(|(name, _)| name.value == key) {
            let span = self.span;
            self.report(
                code::MISSING_KEY,
                span,
                format!("缺少必填的键`{key}`"),
                format!("required key `{key}` is missing"),
            );
            self.help(format!("加一行`{key}: …`"), format!("add a line `{key}: …`"));
        }
    }

    /// Takes a list of texts; absent is empty.
    pub fn texts(&mut self, key: &'static str) -> Vec<Spanned<String>> {
        let Some(node) = self.node(key) else { return Vec::new() };
        let Value::List(items) = node.value else {
            self.wrong_type(&node, "列表", "a list");
            return Vec::new();
        };
        let alone = items.len() == 1;
        let mut texts = Vec::with_capacity(items.len());
        for item in items {
            let Some(text) = self.scalar_text(item) else { continue };
            // What is quoted is meant to be one item.
            let in_brackets = self.file.text[..text.span.start].trim_end().ends_with('[')
                && !self.file.text[text.span.start..].starts_with(['"', '\'']);
            if let Some(at) = text.value.find(['，', '、']).filter(|_| alone && in_brackets) {
                let comma = text.value[at..].chars().next().expect("found above");
                let span = Span::new(text.span.start + at, text.span.start + at + comma.len_utf8());
                self.report(
                    code::FULL_WIDTH_COMMA,
                    span,
                    format!("列表用全角`{comma}`分隔，会被当成一整项"),
                    format!("list separated by a full-width `{comma}`, which makes it one item"),
                );
                let last = self.found.last_mut().expect("it was just added");
                *last = last.clone().help("改成半角逗号加空格", "use an ASCII comma and a space").suggestion(", ");
                continue;
            }
            if let Some(curly) = mistakes::curly_value(self.file, &text.value, text.span.start) {
                self.found.push(curly);
                continue;
            }
            texts.push(text);
        }
        texts
    }

    /// Takes a list of texts that must hold at least one.
    pub fn required_texts(&mut self, key: &'static str) -> Vec<Spanned<String>> {
        self.require(key);
        let span = self.key_span(key);
        let before = self.found.len();
        let texts = self.texts(key);
        if texts.is_empty() && self.found.len() == before && span != self.span {
            self.report(
                code::EMPTY_VALUE,
                span,
                format!("`{key}`至少要有一项"),
                format!("`{key}` needs at least one item"),
            );
            self.help(format!("写成`{key}: [甲, 乙]`这样"), format!("write it like `{key}: [one, two]`"));
        }
        texts
    }

    /// Takes a whole number.
    pub fn integer(&mut self, key: &'static str) -> Option<Spanned<i64>> {
        let node = self.node(key)?;
        match node.value {
            Value::Integer(value) => Some(Spanned::new(value, node.span)),
            _ => {
                self.wrong_type(&node, "整数", "a whole number");
                None
            }
        }
    }

    /// Takes any number.
    pub fn number(&mut self, key: &'static str) -> Option<Spanned<f64>> {
        let node = self.node(key)?;
        match node.value {
            Value::Integer(value) => Some(Spanned::new(value as f64, node.span)),
            Value::Float(value) => Some(Spanned::new(value, node.span)),
            _ => {
                self.wrong_type(&node, "数字", "a number");
                None
            }
        }
    }

    /// Takes `true` or `false`.
    pub fn boolean(&mut self, key: &'static str) -> Option<bool> {
        let node = self.node(key)?;
        match node.value {
            Value::Bool(value) => Some(value),
            _ => {
                self.wrong_type(&node, "`true`或`false`", "`true` or `false`");
                None
            }
        }
    }

    /// Takes one of a few words; a wrong one is reported with the nearest right one.
    pub fn choice<T: Copy>(&mut self, key: &'static str, choices: &[(&str, T)]) -> Option<Spanned<T>> {
        let text = self.text(key)?;
        if let Some((_, value)) = choices.iter().find(|(name, _)| *name == text.value) {
            return Some(Spanned::new(*value, text.span));
        }
        let names: Vec<&str> = choices.iter().map(|(name, _)| *name).collect();
        let message = Bilingual::new(
            format!("`{key}`没有`{}`这个值", text.value),
            format!("`{}` is not a value of `{key}`", text.value),
        );
        let all = names.join(" ");
        let mut diagnostic = Diagnostic::new(code::UNKNOWN_VALUE, &self.file.path, text.span, message)
            .nearest(&text.value, names.iter().copied());
        if diagnostic.help.is_none() {
            diagnostic = diagnostic.help(format!("可以写：{all}"), format!("one of: {all}"));
        }
        self.found.push(diagnostic);
        None
    }

    /// Takes a nested mapping.
    pub fn map(&mut self, key: &'static str) -> Option<Fields<'file>> {
        let node = self.node(key)?;
        match node.value {
            Value::Map(_) => {
                let mut fields = Fields::new(self.file, node);
                fields.span = self.key_span(key);
                Some(fields)
            }
            _ => {
                self.wrong_type(&node, "键值表", "a mapping");
                None
            }
        }
    }

    /// Takes a list of mappings; absent is empty.
    pub fn maps(&mut self, key: &'static str) -> Vec<Fields<'file>> {
        let Some(node) = self.node(key) else { return Vec::new() };
        let Value::List(items) = node.value else {
            self.wrong_type(&node, "列表", "a list");
            return Vec::new();
        };
        items
            .into_iter()
            .map(|item| {
                let first = match &item.value {
                    Value::Map(entries) => entries.first().map(|(key, _)| key.span),
                    _ => None,
                };
                let mut fields = Fields::new(self.file, item);
                fields.span = first.unwrap_or(fields.span);
                fields
            })
            .collect()
    }

    /// Takes a mapping from the author's own keys to texts, in the order written.
    pub fn text_map(&mut self, key: &'static str) -> Vec<(Spanned<String>, Spanned<String>)> {
        let Some(node) = self.node(key) else { return Vec::new() };
        let Value::Map(entries) = node.value else {
            self.wrong_type(&node, "键值表", "a mapping");
            return Vec::new();
        };
        entries.into_iter().filter_map(|(key, node)| Some((key, self.scalar_text(node)?))).collect()
    }

    /// Ends the reading: every key that nobody asked for is unknown. Returns what was found.
    pub fn finish(mut self) -> Vec<Diagnostic> {
        for (key, _) in &self.entries {
            if !self.asked.contains(&key.value.as_str()) {
                let message =
                    Bilingual::new(format!("不认识的键`{}`", key.value), format!("unknown key `{}`", key.value));
                let mut diagnostic = Diagnostic::new(code::UNKNOWN_KEY, &self.file.path, key.span, message)
                    .nearest(&key.value, self.asked.iter().copied());
                if diagnostic.help.is_none() {
                    let mut names: Vec<&str> = self.asked.clone();
                    names.sort_unstable();
                    names.dedup();
                    let all = names.join(" ");
                    diagnostic = diagnostic.help(format!("可以用的键：{all}"), format!("known keys: {all}"));
                }
                self.found.push(diagnostic);
            }
        }
        self.found
    }
}
