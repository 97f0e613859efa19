//! The header of a page: finds it, and reads it into fields with places.
//!
//! Goes in: a page's file. Comes out: the header's [`Fields`] and the span of the body behind it. What the keys mean
//! is for `content` to say.

use crate::diagnostic::{Bilingual, Code, Diagnostic, code};
use crate::source::{SourceFile, Span};
use crate::yaml::{self, Fields};

/// Header and body of one page.
pub struct FrontMatter<'file> {
    /// The header's keys.
    pub fields: Fields<'file>,
    /// The text behind the header.
    pub body: Span,
}

/// Splits a page and reads its header.
pub fn parse(file: &SourceFile) -> Result<FrontMatter<'_>, Vec<Diagnostic>> {
    let (header, body) = split(file).map_err(|diagnostic| vec![diagnostic])?;
    let node = yaml::parse(file, header)?;
    let mut fields = Fields::new(file, node);
    // A missing key is reported at the opening line.
    fields.span = Span::new(
        header.start - file.text[..header.start].lines().last().map_or(0, |line| line.len() + 1),
        header.start,
    );
    fields.span.end = fields.span.start + 3;
    Ok(FrontMatter { fields, body })
}

fn split(file: &SourceFile) -> Result<(Span, Span), Diagnostic> {
    let text: &str = &file.text;
    let start = if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
    let mut offset = start;
    let mut header_start = None;
    for line in text[start..].split_inclusive('\n') {
        let content = line.trim_end_matches(['\n', '\r']);
        match header_start {
            None if content.trim_end() == "---" => header_start = Some(offset + line.len()),
            None if is_dashes(content) => {
                let span = Span::new(offset, offset + content.len());
                return Err(other_dashes(code::MISSING_FRONT_MATTER, file, span));
            }
            None => {
                if let Some(header) = later_header(&text[offset..]) {
                    return Err(not_at_the_top(file, Span::new(offset + header, offset + header + 3)));
                }
                let end = offset + content.len().min(text.len() - offset);
                let message = Bilingual::new("页面开头没有页头", "the page does not start with front matter");
                return Err(Diagnostic::new(code::MISSING_FRONT_MATTER, &file.path, Span::new(offset, end), message)
                    .help(
                        "在最前面加上`---`、`kind: guide`、`title: …`、`---`四行",
                        "start the file with the lines `---`, `kind: guide`, `title: …`, `---`",
                    ));
            }
            Some(header) if content.trim_end() == "---" || content.trim_end() == "..." => {
                return Ok((Span::new(header, offset), Span::new(offset + line.len(), text.len())));
            }
            Some(_) if is_dashes(content) => {
                let span = Span::new(offset, offset + content.len());
                return Err(other_dashes(code::UNCLOSED_FRONT_MATTER, file, span));
            }
            Some(_) if looks_like_body(content) => {
                return Err(unclosed(file, Span::new(offset, offset + content.len())));
            }
            Some(_) => {}
        }
        offset += line.len();
    }
    match header_start {
        Some(_) => Err(unclosed(file, Span::new(start, start + 3))),
        None => {
            let message = Bilingual::new("文件是空的", "the file is empty");
            Err(Diagnostic::new(code::MISSING_FRONT_MATTER, &file.path, Span::new(0, 0), message)
                .help("页面以两行`---`之间的页头开始", "a page starts with front matter between two `---` lines"))
        }
    }
}

/// A Markdown heading or fence inside the header: the closing line was forgotten.
fn looks_like_body(line: &str) -> bool {
    line.starts_with("## ") || line.starts_with("```")
}

/// A line of dashes that is not the right one: another number of them, or those of a Chinese input method.
fn is_dashes(line: &str) -> bool {
    let line = line.trim_end();
    line.chars().count() > 1 && line.chars().all(|c| "-—–－─".contains(c))
}

fn other_dashes(code: Code, file: &SourceFile, span: Span) -> Diagnostic {
    let written = file.slice(span).trim_end();
    let message = Bilingual::new(
        format!("页头的开头和收尾是三个半角减号`---`，这里是`{written}`"),
        format!("front matter starts and ends with three hyphens `---`, here stands `{written}`"),
    );
    Diagnostic::new(code, &file.path, span, message).help("换成`---`", "write `---`").suggestion("---")
}

/// The place of a header that does not start on the first line: a line `---` with a `kind:` or `title:` below it.
fn later_header(text: &str) -> Option<usize> {
    let mut offset = 0;
    let mut dashes = None;
    for line in text.split_inclusive('\n') {
        if dashes.is_some() && (line.starts_with("kind:") || line.starts_with("title:")) {
            return dashes;
        }
        dashes = (line.trim_end() == "---").then_some(offset);
        offset += line.len();
    }
    None
}

fn not_at_the_top(file: &SourceFile, span: Span) -> Diagnostic {
    let message = Bilingual::new("页头没有从第一行开始", "front matter does not start on the first line");
    Diagnostic::new(code::MISSING_FRONT_MATTER, &file.path, span, message).help(
        "删掉它上面的空行；上面的文字移到页头下面",
        "delete the empty lines above it, and move the text above it below the front matter",
    )
}

fn unclosed(file: &SourceFile, span: Span) -> Diagnostic {
    let message = Bilingual::new("页头没有收尾的`---`", "front matter is not closed by `---`");
    Diagnostic::new(code::UNCLOSED_FRONT_MATTER, &file.path, span, message)
        .help("在页头最后单独加一行`---`", "add a line `---` of its own behind the last key")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::path::SourcePath;

    fn file(text: &str) -> SourceFile {
        SourceFile::new(SourcePath::new("a.md").expect("valid"), text)
    }

    #[test]
    fn header_and_body_are_split_with_any_line_ending() {
        for text in ["---\ntitle: x\n---\nbody\n", "\u{feff}---\r\ntitle: x\r\n---\r\nbody\n"] {
            let file = file(text);
            let Ok(mut page) = parse(&file) else { panic!("well-formed") };
            assert_eq!(page.fields.text("title").expect("written").value, "x");
            assert_eq!(file.slice(page.body), "body\n");
        }
    }

    #[test]
    fn a_missing_or_open_header_is_reported_where_it_ends() {
        let check = |text: &str, expected: &str, blamed: &str| {
            let file = file(text);
            let found = parse(&file).err().expect("a mistake");
            assert_eq!((found[0].code.name(), file.slice(found[0].span)), (expected, blamed));
        };
        check("# 标题\n", "SB0201", "# 标题");
        check("", "SB0201", "");
        check("---\nkind: guide\n## 标题\n", "SB0202", "## 标题");
        check("---\nkind: guide\n", "SB0202", "---");
        check("---\nkind: guide\n————\n正文\n", "SB0202", "————");
        check("\n# 标题\n---\nkind: guide\n---\n", "SB0201", "---");
    }
}
