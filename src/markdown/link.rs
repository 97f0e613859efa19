//! Link targets: what an author wrote between the brackets, told apart by its form.

use crate::escape;
use crate::source::Span;

/// A link of a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// Where it leads.
    pub target: Target,
    /// The words to be blamed: the target as written.
    pub span: Span,
}

/// Where a link leads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// A page of the same language, and a heading there.
    Page {
        /// The page's id.
        id: String,
        /// The heading's anchor, not percent-encoded.
        anchor: Option<String>,
    },
    /// A heading of the same page.
    Anchor(String),
    /// Another host, or another program (`mailto`, `tel`).
    External(String),
    /// A scheme that is not allowed.
    Unsafe(String),
}

/// Tells what a written target is. A path to a Markdown file counts as its page's id, so that links also work in
/// ordinary Markdown viewers.
pub fn target(written: &str) -> Target {
    if let Some(anchor) = written.strip_prefix('#') {
        return Target::Anchor(self::anchor(&decode(anchor)));
    }
    if !escape::is_safe_url(written) {
        return Target::Unsafe(written.to_string());
    }
    let head = written.split(['/', '?', '#']).next().unwrap_or("");
    if head.contains(':') {
        return Target::External(written.to_string());
    }
    let (path, anchor) = match written.split_once('#') {
        Some((path, anchor)) => (path, Some(self::anchor(&decode(anchor)))),
        None => (written, None),
    };
    let name = path.rsplit('/').next().unwrap_or(path);
    let id = name.strip_suffix(".md").unwrap_or(name);
    Target::Page { id: decode(id), anchor: anchor.filter(|anchor| !anchor.is_empty()) }
}

/// Percent-decoding; what is not valid stays as it is.
fn decode(text: &str) -> String {
    if !text.contains('%') {
        return text.to_string();
    }
    let bytes = text.as_bytes();
    let mut decoded = Vec::with_capacity(bytes.len());
    let mut index = 0;
    while index < bytes.len() {
        let hex = text.get(index + 1..index + 3).and_then(|hex| u8::from_str_radix(hex, 16).ok());
        match (bytes[index], hex) {
            (b'%', Some(byte)) => {
                decoded.push(byte);
                index += 3;
            }
            (byte, _) => {
                decoded.push(byte);
                index += 1;
            }
        }
    }
    String::from_utf8(decoded).unwrap_or_else(|_| text.to_string())
}

/// The anchor of a heading: its text with white space as hyphens.
pub fn anchor(heading: &str) -> String {
    heading.split_whitespace().collect::<Vec<_>>().join("-")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn targets_are_told_apart_by_their_form() {
        let page = |id: &str, anchor: Option<&str>| Target::Page { id: id.into(), anchor: anchor.map(str::to_string) };
        assert_eq!(target("obj-time-think"), page("obj-time-think", None));
        assert_eq!(target("objection-methods#询问法"), page("objection-methods", Some("询问法")));
        assert_eq!(target("../a/x.md#%E8%AF%A2"), page("x", Some("询")));
        assert_eq!(target("#询问法"), Target::Anchor("询问法".into()));
        assert_eq!(target("x#先 问"), page("x", Some("先-问")));
        assert_eq!(target("https://a.b/c"), Target::External("https://a.b/c".into()));
        assert_eq!(target("JavaScript:alert(1)"), Target::Unsafe("JavaScript:alert(1)".into()));
        assert_eq!(target("//evil.example/x"), Target::Unsafe("//evil.example/x".into()));
    }
}
