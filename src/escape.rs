//! Text made safe for the place it goes to.
//!
//! Finished markup has its own type, [`Html`], so a plain `String` cannot be mistaken for it. Text reaches HTML, a
//! script or a URL only through the functions here.

use std::fmt::{self, Write as _};
use std::io;

/// Finished markup: every piece of author text in it is already escaped.
#[derive(Debug, Clone, PartialEq, Eq, Default, serde::Serialize)]
#[serde(transparent)]
pub struct Html(String);

impl Html {
    /// Takes markup that our own code wrote. Author text must have gone through [`Html::text`] first.
    pub fn from_markup(markup: String) -> Self {
        Html(markup)
    }

    /// Author text as markup.
    pub fn text(text: &str) -> Self {
        let mut html = String::with_capacity(text.len());
        push_text(&mut html, text);
        Html(html)
    }

    /// The markup.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The markup, owned.
    pub fn into_string(self) -> String {
        self.0
    }
}

impl fmt::Display for Html {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

/// Text for an element's content or a double-quoted attribute, in parts that are finished. All that is replaced is
/// ASCII, so the parts between can be taken over as they are.
fn each_part<'text>(text: &'text str, mut push: impl FnMut(&'text str)) {
    let mut taken = 0;
    for (at, byte) in text.bytes().enumerate() {
        let replacement = match byte {
            b'&' => "&amp;",
            b'<' => "&lt;",
            b'>' => "&gt;",
            b'"' => "&quot;",
            b'\'' => "&#39;",
            // Invisible or forbidden in HTML; a form feed also ends an unquoted attribute.
            b'\0' | 0xb | 0xc => "\u{fffd}",
            _ => continue,
        };
        push(&text[taken..at]);
        push(replacement);
        taken = at + 1;
    }
    push(&text[taken..]);
}

/// Appends text for an element's content or a double-quoted attribute.
pub fn push_text(html: &mut String, text: &str) {
    each_part(text, |part| html.push_str(part));
}

/// Writes text for an element's content or a double-quoted attribute.
pub fn write_text(output: &mut dyn io::Write, text: &str) -> io::Result<()> {
    let mut result = Ok(());
    each_part(text, |part| {
        if result.is_ok() {
            result = output.write_all(part.as_bytes());
        }
    });
    result
}

/// Author text for an attribute or an element, as an owned string.
pub fn text(text: &str) -> String {
    Html::text(text).into_string()
}

/// One part of a URL's path or fragment, percent-encoded except for RFC 3986 unreserved characters.
pub fn url_part(part: &str) -> String {
    let mut url = String::with_capacity(part.len());
    push_url_part(&mut url, part);
    url
}

/// Appends one part of a URL's path or fragment, as [`url_part`] writes it.
pub fn push_url_part(url: &mut String, part: &str) {
    for byte in part.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            url.push(byte as char);
        } else {
            write!(url, "%{byte:02X}").expect("a string takes everything");
        }
    }
}

/// A value as JSON that may stand in a classic script or in a `<script type="application/json">`:
/// `<`, `>`, `&`, U+2028 and U+2029 are written as escapes.
pub fn script_json(value: &impl serde::Serialize) -> String {
    let json = serde_json::to_string(value).expect("only strings are used as keys, so this cannot fail");
    let mut safe = String::with_capacity(json.len() + json.len() / 64);
    let bytes = json.as_bytes();
    let mut taken = 0;
    for (at, byte) in bytes.iter().enumerate() {
        let (escape, length) = match byte {
            b'<' => ("\\u003c", 1),
            b'>' => ("\\u003e", 1),
            b'&' => ("\\u0026", 1),
            0xe2 if bytes[at..].starts_with("\u{2028}".as_bytes()) => ("\\u2028", 3),
            0xe2 if bytes[at..].starts_with("\u{2029}".as_bytes()) => ("\\u2029", 3),
            _ => continue,
        };
        safe.push_str(&json[taken..at]);
        safe.push_str(escape);
        taken = at + length;
    }
    safe.push_str(&json[taken..]);
    safe
}

/// Whether a link may be followed from a page: relative, or one of `https http mailto tel`.
/// Decided on the decoded text with control characters and spaces removed, so `java\tscript:` does not pass.
pub fn is_safe_url(url: &str) -> bool {
    let squeezed: String = url.chars().filter(|c| !c.is_control() && !c.is_whitespace()).collect();
    let head = squeezed.split(['/', '?', '#']).next().unwrap_or("");
    match head.split_once(':') {
        None => !squeezed.starts_with("//") && !squeezed.contains('\\'),
        Some((scheme, _)) => ["https", "http", "mailto", "tel"].contains(&scheme.to_ascii_lowercase().as_str()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_cannot_leave_an_attribute_or_element() {
        assert_eq!(text("<b a='x' c=\"y\">&"), "&lt;b a=&#39;x&#39; c=&quot;y&quot;&gt;&amp;");
        assert_eq!(text("a\u{c}b"), "a\u{fffd}b");
    }

    #[test]
    fn script_json_cannot_close_its_element() {
        assert_eq!(script_json(&"</script><!--\u{2028}"), "\"\\u003c/script\\u003e\\u003c!--\\u2028\"");
    }

    #[test]
    fn only_known_schemes_pass() {
        for good in ["https://a.b/", "mailto:a@b", "tel:+86", "a.html#x", "../a", "#x", "?q=a:b"] {
            assert!(is_safe_url(good), "{good}");
        }
        for bad in [
            "javascript:alert(1)",
            "JaVaScRiPt:x",
            "java\tscript:x",
            " javascript:x",
            "data:text/html,x",
            "vbscript:x",
            "//evil/x",
            "\\\\evil",
            "file:///etc/passwd",
        ] {
            assert!(!is_safe_url(bad), "{bad}");
        }
    }
}
