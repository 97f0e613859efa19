//! Walks the parser's events and writes markup.
//!
//! Ordinary events go to the parser's own HTML writer; what is ours (headings with anchors, links, badges, blocks) is
//! put in as finished markup. Open places are marked by a letter and a number between NUL characters, which are taken out
//! of every text first; at the end the markup is cut there into pieces.

use pulldown_cmark::{CodeBlockKind, CowStr, Event, HeadingLevel, LinkType, Options, Parser, Tag, TagEnd};

use super::{Body, Heading, Link, PROVENANCE, Piece, Section, Settings, Target, is_wide, link, provenance_badge};
use crate::diagnostic::{Bilingual, Diagnostic, code};
use crate::escape;
use crate::source::{SourceFile, Span, Spanned};

/// Whether a text may have paragraphs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    Page,
    Inline,
}

pub(super) struct Builder<'file, 'config> {
    pub(super) file: &'file SourceFile,
    pub(super) settings: Settings<'config>,
    pub(super) body: Body,
    pub(super) found: Vec<Diagnostic>,
}

pub(super) fn build(
    file: &SourceFile,
    text: &str,
    offset: usize,
    form: Form,
    settings: Settings<'_>,
) -> (Body, Vec<Diagnostic>) {
    let mut builder = Builder { file, settings, body: Body::default(), found: Vec::new() };
    builder.body.sections.push(Section::default());
    let html = if text.contains('\0') {
        // A stand-in of one byte, so that places stay right.
        builder.markup(&text.replace('\0', "\u{1a}"), offset, form).replace('\u{1a}', "\u{fffd}")
    } else {
        builder.markup(text, offset, form)
    };
    builder.body.pieces = pieces(&html);
    (builder.body, builder.found)
}

fn pieces(html: &str) -> Vec<Piece> {
    html.split('\0')
        .enumerate()
        .filter_map(|(index, part)| {
            if index % 2 == 0 {
                return (!part.is_empty()).then(|| Piece::Html(part.to_string()));
            }
            let number = part[1..].parse().expect("markers are only written by this module");
            Some(match &part[..1] {
                "H" => Piece::Href(number),
                "T" => Piece::TargetTitle(number),
                "S" => Piece::Source(number),
                "P" => Piece::List(number),
                _ => Piece::Tool(number),
            })
        })
        .collect()
}

fn options() -> Options {
    Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH | Options::ENABLE_WIKILINKS
}

/// A code block while its text is being collected.
struct OpenCode {
    info: Option<Spanned<String>>,
    text: String,
    offset: Option<usize>,
    span: Span,
}

/// An image while its description is being collected.
struct OpenImage {
    title: String,
    alt: String,
    /// Images inside the description, which are words only.
    inner: usize,
}

/// A heading while its content is being collected.
struct OpenHeading {
    first_event: usize,
    text: String,
}

impl Builder<'_, '_> {
    /// Adds to the plain text of the current section.
    pub(super) fn push_text(&mut self, text: &str) {
        let section = self.body.sections.last_mut().expect("a body starts with a section");
        section.text.push_str(text);
        section.text.push(' ');
    }

    /// Markdown inside a block.
    pub(super) fn nested(&mut self, text: &str, offset: usize) -> String {
        self.markup(text, offset, Form::Page)
    }

    /// Inline Markdown inside a block.
    pub(super) fn inline(&mut self, text: &str, offset: usize) -> String {
        let html = self.markup(text, offset, Form::Inline);
        self.push_text("");
        html
    }

    fn markup(&mut self, text: &str, offset: usize, form: Form) -> String {
        let mut events: Vec<Event<'_>> = Vec::new();
        let mut code: Option<OpenCode> = None;
        let mut heading: Option<OpenHeading> = None;
        // Depth of a link or image whose own text is not shown.
        let mut hidden_link = false;
        let mut image: Option<OpenImage> = None;
        let mut html_block: Option<(String, usize)> = None;
        for (event, range) in Parser::new_ext(text, options()).into_offset_iter() {
            let span = Span::new(range.start, range.end).shifted(offset);
            if let Some(open) = &mut code {
                match event {
                    Event::Text(part) => {
                        open.offset.get_or_insert(span.start);
                        open.text.push_str(&part);
                    }
                    Event::End(TagEnd::CodeBlock) => {
                        let open = code.take().expect("inside a code block");
                        events.push(Event::Html(self.code_block(open).into()));
                    }
                    _ => {}
                }
                continue;
            }
            if let Some(open) = &mut image {
                match event {
                    Event::Text(part) | Event::Code(part) => {
                        open.alt.push_str(&part);
                        match &mut heading {
                            Some(heading) => heading.text.push_str(&part),
                            None => self.append(&part),
                        }
                    }
                    Event::SoftBreak | Event::HardBreak => open.alt.push(' '),
                    Event::Start(Tag::Image { .. }) => open.inner += 1,
                    Event::End(TagEnd::Image) if open.inner > 0 => open.inner -= 1,
                    Event::End(TagEnd::Image) => {
                        events.push(Event::InlineHtml(self.image(open).into()));
                        image = None;
                    }
                    _ => {}
                }
                continue;
            }
            match event {
                Event::Start(Tag::CodeBlock(kind)) => {
                    let info = match &kind {
                        CodeBlockKind::Fenced(info) => {
                            let line = text[range.clone()].lines().next().unwrap_or("");
                            let at = span.start + line.find(info.as_ref()).unwrap_or(0);
                            Some(Spanned::new(info.to_string(), Span::new(at, at + info.len())))
                        }
                        CodeBlockKind::Indented => None,
                    };
                    code = Some(OpenCode { info, text: String::new(), offset: None, span });
                }
                Event::Start(Tag::Heading { level, .. }) => {
                    if level == HeadingLevel::H1 {
                        self.top_heading(span);
                    }
                    heading = Some(OpenHeading { first_event: events.len(), text: String::new() });
                }
                Event::End(TagEnd::Heading(level)) => {
                    if let Some(open) = heading.take() {
                        let opening = self.heading(level, &open.text);
                        events.insert(open.first_event, Event::Html(opening.into()));
                        events.push(Event::Html(format!("</h{}>\n", level as u8).into()));
                    }
                }
                Event::Start(Tag::Paragraph) | Event::End(TagEnd::Paragraph) if form == Form::Inline => {}
                Event::Start(Tag::Table(alignments)) => {
                    let label = match self.settings.language {
                        crate::diagnostic::Language::Zh => "表格",
                        crate::diagnostic::Language::En => "Table",
                    };
                    events.push(Event::Html(
                        format!("<div class=\"table\" tabindex=\"0\" role=\"group\" aria-label=\"{label}\">").into(),
                    ));
                    events.push(Event::Start(Tag::Table(alignments)));
                }
                Event::End(TagEnd::Table) => {
                    events.push(Event::End(TagEnd::Table));
                    events.push(Event::Html("</div>\n".into()));
                }
                Event::Start(Tag::Link { link_type, dest_url, title, .. }) => {
                    let untitled = matches!(link_type, LinkType::WikiLink { has_pothole: false });
                    let dest_url = match link_type {
                        LinkType::Email => format!("mailto:{dest_url}").into(),
                        _ => dest_url,
                    };
                    let opening = self.link(&dest_url, &title, &text[range.clone()], span, untitled);
                    events.push(Event::InlineHtml(opening.into()));
                    hidden_link = untitled;
                }
                Event::End(TagEnd::Link) => {
                    hidden_link = false;
                    events.push(Event::InlineHtml("</a>".into()));
                }
                Event::Start(Tag::Image { dest_url, title, .. }) => {
                    let at = span.start + text[range.clone()].rfind(dest_url.as_ref()).unwrap_or(0);
                    self.body.images.push(Spanned::new(dest_url.to_string(), Span::new(at, at + dest_url.len())));
                    image = Some(OpenImage { title: title.to_string(), alt: String::new(), inner: 0 });
                }
                Event::Start(Tag::HtmlBlock) => html_block = Some((String::new(), span.start)),
                Event::End(TagEnd::HtmlBlock) => {
                    if let Some((raw, start)) = html_block.take() {
                        events.push(Event::Html(self.raw_html(&raw, start, true).into()));
                    }
                }
                Event::Html(raw) => match &mut html_block {
                    Some((collected, _)) => collected.push_str(&raw),
                    None => events.push(Event::Html(self.raw_html(&raw, span.start, true).into())),
                },
                Event::InlineHtml(raw) => events.push(Event::InlineHtml(self.raw_html(&raw, span.start, false).into())),
                Event::Text(part) => {
                    if hidden_link {
                        continue;
                    }
                    match &mut heading {
                        Some(open) => open.text.push_str(&part),
                        None => self.append(&part),
                    }
                    events.push(badges(part, self.settings));
                }
                Event::Code(part) => {
                    match &mut heading {
                        Some(open) => open.text.push_str(&part),
                        None => self.append(&part),
                    }
                    events.push(Event::Code(part));
                }
                Event::SoftBreak => {
                    let before = text[..range.start].chars().next_back();
                    let after = text[range.end..].trim_start_matches([' ', '>']).chars().next();
                    let joined = before.is_some_and(is_wide) && after.is_some_and(is_wide);
                    if !joined {
                        self.append(" ");
                        events.push(Event::SoftBreak);
                    }
                }
                Event::End(end) => {
                    if matches!(
                        end,
                        TagEnd::Paragraph | TagEnd::Item | TagEnd::TableCell | TagEnd::TableRow | TagEnd::BlockQuote(_)
                    ) {
                        self.append(" ");
                    }
                    events.push(Event::End(end));
                }
                other => events.push(other),
            }
        }
        let mut html = String::with_capacity(text.len() * 2);
        pulldown_cmark::html::push_html(&mut html, events.into_iter());
        html
    }

    /// The image that was recorded last; its source is filled in later.
    fn image(&self, open: &OpenImage) -> String {
        let number = self.body.images.len() - 1;
        let title =
            if open.title.is_empty() { String::new() } else { format!(" title=\"{}\"", escape::text(&open.title)) };
        format!("<img src=\"\0S{number}\0\" loading=\"lazy\"{title} alt=\"{}\">", escape::text(&open.alt))
    }

    fn append(&mut self, text: &str) {
        self.body.sections.last_mut().expect("a body starts with a section").text.push_str(text);
    }

    fn code_block(&mut self, open: OpenCode) -> String {
        let offset = open.offset.unwrap_or(open.span.start);
        match open.info {
            Some(info) => self.block(&info, &open.text, offset, open.span),
            None => {
                self.push_text(&open.text);
                format!("<pre class=\"code\"><code>{}</code></pre>\n", escape::text(&open.text))
            }
        }
    }

    fn heading(&mut self, level: HeadingLevel, text: &str) -> String {
        let base = link::anchor(text);
        let mut anchor = base.clone();
        let mut number = 2;
        while self.body.headings.iter().any(|heading| heading.anchor == anchor) {
            anchor = format!("{base}-{number}");
            number += 1;
        }
        let level = level as u8;
        self.body.headings.push(Heading { level, anchor: anchor.clone(), text: text.to_string() });
        if level <= 3 {
            let section = Section { anchor: anchor.clone(), heading: text.to_string(), text: String::new() };
            self.body.sections.push(section);
        } else {
            self.push_text(text);
        }
        format!("<h{level} id=\"{}\">", escape::text(&anchor))
    }

    fn top_heading(&mut self, span: Span) {
        let message = Bilingual::new("正文里有一级标题", "level-one heading in the text");
        let end = span.start + self.file.text[span.start..].lines().next().map_or(0, str::len);
        self.found.push(Diagnostic::new(code::TOP_HEADING, &self.file.path, Span::new(span.start, end), message).help(
            "页面标题写在页头的`title`里，正文从`## `开始",
            "the page's title is `title` in the front matter; start at `## `",
        ));
    }

    fn link(&mut self, written: &str, title: &str, source: &str, span: Span, untitled: bool) -> String {
        let at = if source.starts_with("[[") { 2 } else { source.rfind(written).unwrap_or(0) };
        let blamed = if source.get(at..at + written.len()) == Some(written) {
            Span::new(span.start + at, span.start + at + written.len())
        } else {
            span
        };
        let target = link::target(written);
        let external = matches!(target, Target::External(_));
        if let Target::Unsafe(url) = &target {
            let message = Bilingual::new(format!("不能用的链接`{url}`"), format!("link that is not allowed: `{url}`"));
            self.found.push(Diagnostic::new(code::UNSAFE_LINK, &self.file.path, blamed, message).help(
                "链接写页面编号，或者以https、http、mailto、tel开头",
                "name a page id, or start with https, http, mailto, tel",
            ));
        }
        self.body.links.push(Link { target, span: blamed });
        let number = self.body.links.len() - 1;
        let title = if title.is_empty() { String::new() } else { format!(" title=\"{}\"", escape::text(title)) };
        let rel = if external { " rel=\"noopener noreferrer\"" } else { "" };
        let name = if untitled { format!("\0T{number}\0") } else { String::new() };
        format!("<a href=\"\0H{number}\0\"{title}{rel}>{name}")
    }

    fn raw_html(&mut self, raw: &str, start: usize, block: bool) -> String {
        // A comment is for the next editor, not for the reader.
        if is_comment(raw) {
            return String::new();
        }
        if self.settings.raw_html {
            return raw.to_string();
        }
        // The opening tag has been reported.
        let reported = !block && raw.starts_with("</");
        let end = start + raw.trim_end().len();
        let shown = raw.lines().next().unwrap_or("");
        let message =
            Bilingual::new(format!("HTML会显示成文字：`{shown}`"), format!("HTML is shown as text: `{shown}`"));
        if !reported {
            self.found.push(Diagnostic::new(code::RAW_HTML, &self.file.path, Span::new(start, end), message).help(
                "用Markdown的写法，或者放进反引号；确实要用HTML，就在`salesbook.yaml`里写`raw_html: true`",
                "write it in Markdown, or put it in backticks; to use HTML, write `raw_html: true` in `salesbook.yaml`",
            ));
        }
        self.append(raw);
        let text = escape::text(raw);
        if block { format!("<p>{text}</p>\n") } else { text }
    }
}

/// One comment and nothing else.
fn is_comment(raw: &str) -> bool {
    raw.trim().strip_prefix("<!--").and_then(|rest| rest.strip_suffix("-->")).is_some_and(|text| !text.contains("-->"))
}

/// Text with its provenance badges, when it has any.
fn badges<'text>(text: CowStr<'text>, settings: Settings<'_>) -> Event<'text> {
    if !text.contains('（') {
        return Event::Text(text);
    }
    let mut html = String::new();
    let mut rest: &str = &text;
    let mut any = false;
    while let Some(open) = rest.find('（') {
        let behind = &rest[open + '（'.len_utf8()..];
        let origin =
            PROVENANCE.iter().find(|(_, zh, _)| behind.strip_prefix(zh).is_some_and(|end| end.starts_with('）')));
        let cut = match origin {
            Some((id, zh, _)) => {
                any = true;
                escape::push_text(&mut html, &rest[..open]);
                html.push_str(&provenance_badge(id, settings.language));
                open + "（".len() + zh.len() + "）".len()
            }
            None => {
                escape::push_text(&mut html, &rest[..open + "（".len()]);
                open + "（".len()
            }
        };
        rest = &rest[cut..];
    }
    if !any {
        return Event::Text(text);
    }
    escape::push_text(&mut html, rest);
    Event::InlineHtml(html.into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::Language;
    use crate::path::SourcePath;

    fn read(text: &str, raw_html: bool) -> Body {
        let file = SourceFile::new(SourcePath::new("a.md").expect("valid"), text);
        build(
            &file,
            text,
            0,
            Form::Page,
            Settings { raw_html, variables: &[], language: Language::En, thresholds: &Default::default() },
        )
        .0
    }

    fn markup(body: &Body) -> String {
        let pieces = body.pieces.iter().map(|piece| match piece {
            Piece::Html(html) => html.as_str(),
            _ => "…",
        });
        pieces.collect()
    }

    #[test]
    fn the_description_of_an_image_is_plain_text() {
        let body = read("![a \" onerror=\"x *b* `c` [d](e) ![f](g)](h.png)\n", false);
        assert_eq!(markup(&body), "<p><img src=\"…\" loading=\"lazy\" alt=\"a &quot; onerror=&quot;x b c d f\"></p>\n");
        assert_eq!((body.images.len(), body.links.len()), (1, 0));
    }

    #[test]
    fn an_address_in_angle_brackets_is_a_mail_link() {
        let body = read("<a@example.com>\n", false);
        assert_eq!(body.links[0].target, Target::External("mailto:a@example.com".into()));
    }

    #[test]
    fn only_comments_are_left_out_of_raw_html() {
        assert_eq!(markup(&read("<!-- a\nb -->\n", true)), "");
        assert!(markup(&read("<!-- a --><b>text</b><!-- c -->\n", true)).contains("<b>text</b>"));
    }

    #[test]
    fn markers_cannot_be_written_by_an_author() {
        let written = "\0H0\0";
        for text in [
            format!("{written} *{written}* `{written}` \\{written}\n"),
            format!("## {written}\n\n    {written}\n"),
            format!("```{written}\n{written}\n```\n\n```script\n{written}\n```\n"),
            format!(
                "[{written}]({written} \"{written}\") ![{written}]({written} '{written}') [[{written}|{written}]]\n"
            ),
            format!("<b {written}>{written}</b>\n\n<div>{written}</div>\n\n<!{written}>\n\n<{written}@example.com>\n"),
            format!("| {written} |\n| --- |\n| {written} |\n"),
        ] {
            for raw_html in [true, false] {
                let body = read(&text, raw_html);
                let links = body.pieces.iter().filter(|piece| matches!(piece, Piece::Href(_))).count();
                assert_eq!(links, body.links.len(), "{text:?}");
                assert!(!markup(&body).contains('\0'), "{text:?}");
            }
        }
    }
}
