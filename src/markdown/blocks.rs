//! Fenced blocks: what a playbook has and Markdown has not.
//!
//! Each block is text that also reads well in any Markdown viewer. A line that does not fit its block is a finding at
//! that line; the rest of the block is still rendered.

use super::builder::Builder;
use super::line;
use crate::diagnostic::{Bilingual, Diagnostic, Language, code};
use crate::escape;
use crate::rule::{settings, support};
use crate::source::{Span, Spanned};

/// The blocks of a playbook.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BlockKind {
    /// Turns of a conversation.
    Dialogue,
    /// Lines to be said.
    Script,
    /// Numbered steps, each with a name.
    Steps,
    /// Lines for attention, interest, desire and action.
    Aida,
    /// An embedded tool.
    Tool,
    /// A generated list of pages.
    List,
    /// Markdown shown as source and as result.
    Example,
    /// The tables of what a rule may use.
    RhaiSupport,
    /// The thresholds of the rules.
    Settings,
}

/// The names of the blocks, as written behind the backticks.
pub const BLOCKS: [(&str, BlockKind); 9] = [
    ("dialogue", BlockKind::Dialogue),
    ("script", BlockKind::Script),
    ("steps", BlockKind::Steps),
    ("aida", BlockKind::Aida),
    ("tool", BlockKind::Tool),
    ("list", BlockKind::List),
    ("example", BlockKind::Example),
    ("rhai-support", BlockKind::RhaiSupport),
    ("settings", BlockKind::Settings),
];

/// Languages that are shown as code without a finding.
const CODE: [&str; 18] = [
    "text", "txt", "yaml", "yml", "markdown", "md", "rhai", "json", "bash", "sh", "console", "html", "css", "js",
    "rust", "csv", "toml", "diff",
];

/// Which pages a `list` block wants; all conditions must hold.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ListQuery {
    /// Pages of this kind.
    pub kind: Option<Spanned<String>>,
    /// Objections of this group.
    pub group: Option<Spanned<String>>,
    /// Pages with this tag.
    pub tag: Option<Spanned<String>>,
    /// Pages of this section.
    pub section: Option<Spanned<String>>,
    /// The whole block.
    pub span: Span,
}

/// A line of a block with its place in the file.
struct BlockLine<'text> {
    text: &'text str,
    offset: usize,
}

fn lines<'text>(text: &'text str, offset: usize) -> impl Iterator<Item = BlockLine<'text>> {
    let mut at = offset;
    text.split_inclusive('\n').filter_map(move |raw| {
        let start = at;
        at += raw.len();
        let lead = raw.len() - raw.trim_start().len();
        let text = raw.trim();
        (!text.is_empty()).then_some(BlockLine { text, offset: start + lead })
    })
}

/// Splits `名称：说明` at the first colon of either width, when the name is at most `limit` characters long.
fn split_label(text: &str, limit: usize) -> Option<(&str, &str, usize)> {
    let (at, colon) = text.char_indices().take(limit + 1).find(|(_, c)| *c == '：' || *c == ':')?;
    let rest = &text[at + colon.len_utf8()..];
    let value = rest.trim_start();
    Some((text[..at].trim(), value, text.len() - value.len()))
}

impl Builder<'_, '_> {
    /// Renders a fenced block. `info` is what stands behind the backticks, `fence` the place of the whole block.
    pub(super) fn block(&mut self, info: &Spanned<String>, text: &str, offset: usize, fence: Span) -> String {
        let mut words = info.value.split_whitespace();
        let name = words.next().unwrap_or("");
        let argument = words.next();
        let Some((_, kind)) = BLOCKS.iter().find(|(known, _)| *known == name) else {
            if !name.is_empty() && !CODE.contains(&name) {
                self.unknown_block(name, info.span);
            }
            self.push_text(text);
            return format!("<pre class=\"code\"><code>{}</code></pre>\n", escape::text(text));
        };
        self.body.blocks.push(Spanned::new(*kind, fence));
        match kind {
            BlockKind::Dialogue => self.dialogue(text, offset),
            BlockKind::Script => self.script(text, offset),
            BlockKind::Steps => self.steps(text, offset),
            BlockKind::Aida => self.aida(text, offset, fence),
            BlockKind::Tool => self.tool(argument, info),
            BlockKind::List => self.list(text, offset, fence),
            BlockKind::Settings => self.thresholds(argument, info, text, offset),
            BlockKind::RhaiSupport => self.rhai_support(argument, info, text, offset),
            BlockKind::Example => {
                let source = escape::text(text.trim_end());
                let result = self.nested(text, offset);
                format!(
                    "<div class=\"example\"><pre class=\"example-source\" tabindex=\"0\"><code>{source}</code></pre><div class=\"example-result\">{result}</div></div>\n"
                )
            }
        }
    }

    fn unknown_block(&mut self, name: &str, span: Span) {
        let span = Span::new(span.start, span.start + name.len());
        let message = Bilingual::new(format!("不认识的块`{name}`"), format!("unknown block `{name}`"));
        let names = BLOCKS.iter().map(|(known, _)| *known);
        let mut diagnostic = Diagnostic::new(code::UNKNOWN_BLOCK, &self.file.path, span, message)
            .nearest(name, names.clone().chain(CODE.iter().copied()));
        if diagnostic.help.is_none() {
            let all = names.collect::<Vec<_>>().join(" ");
            diagnostic = diagnostic.help(
                format!("可以用的块：{all}；只想显示原文就写`text`"),
                format!("known blocks: {all}; write `text` to show text as it is"),
            );
        }
        self.found.push(diagnostic);
    }

    fn bad_line(&mut self, line: &BlockLine<'_>, zh: &str, en: &str, help_zh: &str, help_en: &str) {
        let span = Span::new(line.offset, line.offset + line.text.len());
        self.found.push(
            Diagnostic::new(code::BAD_BLOCK_LINE, &self.file.path, span, Bilingual::new(zh, en)).help(help_zh, help_en),
        );
    }

    fn line(&mut self, text: &str, offset: usize) -> line::Line {
        self.push_text(text);
        line::parse(self.file, text, offset, self.settings, &mut self.found)
    }

    fn dialogue(&mut self, text: &str, offset: usize) -> String {
        let mut html = String::from("<div class=\"dialogue\">\n");
        for turn in lines(text, offset) {
            let Some((who, what, at)) =
                split_label(turn.text, 8).filter(|(who, what, _)| !who.is_empty() && !what.is_empty())
            else {
                self.bad_line(
                    &turn,
                    "对话的这一行没有写是谁说的",
                    "this line of the dialogue does not say who speaks",
                    "写成`客户：…`、`我：…`或`旁白：…`",
                    "write `Customer: …`, `Me: …` or `Note: …`",
                );
                continue;
            };
            let class = match who {
                "我" | "销售" | "Me" => "turn-me",
                "旁白" | "Note" => "turn-note",
                _ => "turn-customer",
            };
            let line = self.line(what, turn.offset + at);
            let said = match class {
                "turn-me" => line.with_button(self.settings.language),
                _ => line.span(),
            };
            html.push_str(&format!(
                "<p class=\"turn {class}\"><span class=\"who\">{}</span> {said}</p>\n",
                escape::text(who)
            ));
        }
        html.push_str("</div>\n");
        html
    }

    fn script(&mut self, text: &str, offset: usize) -> String {
        let mut html = String::from("<ul class=\"script\">\n");
        for said in lines(text, offset) {
            html.push_str(&self.script_item(said.text, said.offset));
        }
        html.push_str("</ul>\n");
        html
    }

    fn script_item(&mut self, text: &str, offset: usize) -> String {
        if text.starts_with(['（', '(']) && text.ends_with(['）', ')']) {
            self.push_text(text);
            return format!("<li class=\"stage\">{}</li>\n", escape::text(text));
        }
        let line = self.line(text, offset);
        format!("<li>{}</li>\n", line.with_button(self.settings.language))
    }

    fn steps(&mut self, text: &str, offset: usize) -> String {
        let mut html = String::from("<ol class=\"steps\">\n");
        for step in lines(text, offset) {
            // A number in front is taken off: the list numbers itself.
            let bare = step
                .text
                .trim_start_matches(|c: char| c.is_ascii_digit())
                .trim_start_matches(['.', '、', ')'])
                .trim_start();
            let at = step.offset + step.text.len() - bare.len();
            let (name, what, what_at) = match split_label(bare, 16) {
                Some((name, what, inside)) => (Some(name), what, at + inside),
                None => (None, bare, at),
            };
            if let Some(name) = name {
                self.push_text(name);
            }
            let what = self.inline(what, what_at);
            html.push_str("<li>");
            if let Some(name) = name {
                html.push_str(&format!("<b class=\"step-name\">{}</b> ", escape::text(name)));
            }
            html.push_str(&format!("<span class=\"step-text\">{what}</span></li>\n"));
        }
        html.push_str("</ol>\n");
        html
    }

    fn aida(&mut self, text: &str, offset: usize, fence: Span) -> String {
        const STEPS: [(&str, &str, &str); 4] = [
            ("注意", "Attention", "attention"),
            ("兴趣", "Interest", "interest"),
            ("欲望", "Desire", "desire"),
            ("行动", "Action", "action"),
        ];
        let mut items: [String; 4] = Default::default();
        let mut written = [false; 4];
        let mut reached = 0;
        for said in lines(text, offset) {
            let step = split_label(said.text, 10).and_then(|(label, what, at)| {
                Some((STEPS.iter().position(|(zh, en, _)| *zh == label || en.eq_ignore_ascii_case(label))?, what, at))
            });
            if let Some((index, _, _)) = step {
                written[index] = true;
            }
            let Some((index, what, at)) = step.filter(|(index, _, _)| *index >= reached) else {
                self.bad_line(
                    &said,
                    "这一行不是按顺序的`注意：` `兴趣：` `欲望：` `行动：`",
                    "this line is not `Attention:` `Interest:` `Desire:` `Action:` in this order",
                    "每一行以四步之一开头，一步可以写几行",
                    "start each line with one of the four steps; a step may have several lines",
                );
                continue;
            };
            reached = index;
            let item = self.script_item(what, said.offset + at);
            items[index].push_str(&item);
        }
        for (index, (zh, en, _)) in STEPS.iter().enumerate() {
            if !written[index] {
                let message = Bilingual::new(
                    format!("`aida`块里没有`{zh}`这一步"),
                    format!("the `aida` block has no step `{en}`"),
                );
                let span = Span::new(fence.start, fence.start + "```aida".len());
                self.found.push(
                    Diagnostic::new(code::BAD_BLOCK_LINE, &self.file.path, span, message)
                        .help(format!("加一行`{zh}：…`"), format!("add a line `{en}: …`")),
                );
            }
        }
        let mut html = String::from("<div class=\"aida\">\n");
        for (item, (zh, en, class)) in items.iter().zip(STEPS) {
            let label = match self.settings.language {
                Language::Zh => zh,
                Language::En => en,
            };
            html.push_str(&format!(
                "<section class=\"aida-step aida-{class}\"><h3>{label}</h3>\n<ul class=\"script\">\n{item}</ul></section>\n"
            ));
        }
        html.push_str("</div>\n");
        html
    }

    fn tool(&mut self, id: Option<&str>, info: &Spanned<String>) -> String {
        let Some(id) = id else {
            let message = Bilingual::new("`tool`块没有写工具编号", "the `tool` block names no tool");
            self.found.push(Diagnostic::new(code::BAD_BLOCK_LINE, &self.file.path, info.span, message).help(
                "在`tool`后面空一格，写工具页面的编号，例如`tool type-finder`",
                "write the id of a tool page behind `tool`, such as `tool type-finder`",
            ));
            return String::new();
        };
        let at = info.span.start + info.value.find(id).unwrap_or(0);
        self.body.tools.push(Spanned::new(id.to_string(), Span::new(at, at + id.len())));
        format!("\0W{}\0", self.body.tools.len() - 1)
    }

    fn list(&mut self, text: &str, offset: usize, fence: Span) -> String {
        let mut query = ListQuery { span: fence, ..ListQuery::default() };
        for condition in lines(text, offset) {
            let parts = split_label(condition.text, 10).filter(|(_, value, _)| !value.is_empty());
            let slot = parts.and_then(|(key, _, _)| match key {
                "kind" => Some(&mut query.kind),
                "group" => Some(&mut query.group),
                "tag" => Some(&mut query.tag),
                "section" => Some(&mut query.section),
                _ => None,
            });
            match (slot, parts) {
                (Some(slot), Some((_, value, at))) => {
                    let start = condition.offset + at;
                    *slot = Some(Spanned::new(value.to_string(), Span::new(start, start + value.len())));
                }
                _ => self.bad_line(
                    &condition,
                    "`list`块的这一行不是条件",
                    "this line of the `list` block is not a condition",
                    "每行写一个条件：`kind: …`、`group: …`、`tag: …`或`section: …`",
                    "one condition a line: `kind: …`, `group: …`, `tag: …` or `section: …`",
                ),
            }
        }
        self.body.lists.push(query);
        format!("\0P{}\0", self.body.lists.len() - 1)
    }

    /// A block whose tables the program makes has no text of its own.
    fn empty_block(&mut self, name: &str, text: &str, offset: usize) {
        if let Some(line) = lines(text, offset).next() {
            self.bad_line(
                &line,
                &format!("`{name}`块里面不写字，表格由程序生成"),
                &format!("nothing is written inside the block `{name}`; the program makes its tables"),
                "删掉块里的字；要说明就写在块的前后",
                "delete the lines of the block; an explanation stands above or below it",
            );
        }
    }

    /// The thresholds of one rule, or of all.
    fn thresholds(&mut self, rule: Option<&str>, info: &Spanned<String>, text: &str, offset: usize) -> String {
        self.empty_block("settings", text, offset);
        let thresholds = self.settings.thresholds;
        if let Some(rule) = rule
            && thresholds.of(rule).is_empty()
        {
            if thresholds.is_whole(rule) {
                let at = info.span.start + info.value.rfind(rule).unwrap_or(0);
                let file = settings::FILE;
                let message = Bilingual::new(
                    format!("`{file}`里没有规则`{rule}`的门槛"),
                    format!("`{file}` has no thresholds of a rule `{rule}`"),
                );
                let span = Span::new(at, at + rule.len());
                let finding = Diagnostic::new(code::BAD_BLOCK_LINE, &self.file.path, span, message);
                self.found.push(finding.nearest(rule, thresholds.rules()));
            }
            return String::new();
        }
        self.nested(&settings::markdown(thresholds, rule, self.page_language()), offset)
    }

    /// The language of a page: one in another language than the book's own stands in a folder of that language.
    fn page_language(&self) -> Language {
        let folder = self.file.path.as_str().split('/').nth(1).unwrap_or("");
        match folder.split('-').next() {
            Some("zh" | "en") => Language::of_tag(folder),
            _ => self.settings.language,
        }
    }

    /// Tables that the program knows; only which of them is written in the page.
    fn rhai_support(&mut self, part: Option<&str>, info: &Spanned<String>, text: &str, offset: usize) -> String {
        self.empty_block("rhai-support", text, offset);
        let known = part.and_then(|part| support::PARTS.iter().find(|(name, _)| *name == part));
        if let (Some(part), None) = (part, known) {
            let at = info.span.start + info.value.rfind(part).unwrap_or(0);
            let message = Bilingual::new(
                format!("`rhai-support`没有`{part}`这一部分"),
                format!("`rhai-support` has no part `{part}`"),
            );
            let names = support::PARTS.iter().map(|(name, _)| *name);
            let mut finding =
                Diagnostic::new(code::BAD_BLOCK_LINE, &self.file.path, Span::new(at, at + part.len()), message)
                    .nearest(part, names.clone());
            if finding.help.is_none() {
                let all = names.collect::<Vec<_>>().join(" ");
                finding = finding.help(
                    format!("可以写：{all}；什么也不写就是全部"),
                    format!("one of: {all}; without any it is all of them"),
                );
            }
            self.found.push(finding);
            return String::new();
        }
        let part = known.map(|(_, part)| *part);
        self.nested(&support::markdown(part, self.page_language()), offset)
    }
}
