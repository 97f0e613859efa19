//! The examples of the CommonMark specification, run through `salesbook::markdown` with raw HTML switched on.
//!
//! What we do differently on purpose stands in [`DIFFERENT`] with its reason; every other example must come out as the
//! specification says. An example of the table that comes out right is reported too, so that the table cannot rot.
//! Both sides are compared after [`normalised`], which leaves out what is ours alone and cannot matter to a reader:
//! anchors of headings, the class of code, `loading` and `rel`, and how white space and entities are written.

use std::fmt::Write as _;
use std::path::Path;

use salesbook::config::Config;
use salesbook::diagnostic::Language;
use salesbook::escape;
use salesbook::markdown::{self, Body, Piece, Settings, Target, link};
use salesbook::path::SourcePath;
use salesbook::source::{SourceFile, Span};

/// Examples that we render otherwise, each group with its reason.
const DIFFERENT: &[(&str, &[usize])] = &[
    ("a comment is for the next editor and is left out", &[179, 183, 308, 309, 625]),
    ("a backslash makes a link unsafe: browsers read it as a slash", &[202]),
    ("double brackets are a link to a page", &[548, 559, 590]),
];

struct Example {
    number: usize,
    markdown: String,
    html: String,
}

/// The examples of `spec.txt`: between a line of 32 backticks with `example` and one of 32 backticks, with a line `.`
/// between source and result. Tabs are written as arrows.
fn examples(text: &str) -> Vec<Example> {
    let fence = "`".repeat(32);
    let opening = format!("{fence} example");
    let mut examples = Vec::new();
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        if line == "<!-- END TESTS -->" {
            break;
        }
        if line != opening {
            continue;
        }
        let mut part = |end: &str| {
            let taken = lines.by_ref().take_while(|line| *line != end);
            taken.map(|line| line.replace('→', "\t") + "\n").collect::<String>()
        };
        let (markdown, html) = (part("."), part(&fence));
        examples.push(Example { number: examples.len() + 1, markdown, html });
    }
    examples
}

/// The markup of a body that belongs to no site: links lead where they were written to.
fn markup(body: &Body) -> String {
    let target = |index: usize| match &body.links[index].target {
        Target::Page { id, anchor: None } => id.clone(),
        Target::Page { id, anchor: Some(anchor) } => format!("{id}#{anchor}"),
        Target::Anchor(anchor) => format!("#{anchor}"),
        Target::External(url) | Target::Unsafe(url) => url.clone(),
    };
    let mut markup = String::new();
    for piece in &body.pieces {
        match piece {
            Piece::Html(html) => markup.push_str(html),
            Piece::Href(index) | Piece::TargetTitle(index) => escape::push_text(&mut markup, &target(*index)),
            Piece::Source(index) => escape::push_text(&mut markup, &body.images[*index].value),
            Piece::List(_) | Piece::Tool(_) => markup.push_str("<!-- block -->"),
        }
    }
    markup
}

/// Markup in a form in which only differences that matter are left.
fn normalised(html: &str) -> String {
    let mut out = String::new();
    let mut rest = html;
    let mut preformatted = false;
    while !rest.is_empty() {
        let is_tag = rest
            .strip_prefix('<')
            .is_some_and(|inner| inner.starts_with(|c: char| c.is_ascii_alphabetic() || c == '/'));
        let next = |rest: &str| rest.char_indices().skip(1).find(|(_, c)| *c == '<').map_or(rest.len(), |(at, _)| at);
        let length = if is_tag { tag_length(rest) } else { next(rest) };
        let (token, behind) = rest.split_at(length);
        rest = behind;
        if is_tag {
            let (name, tag) = normalised_tag(token);
            preformatted = match name.as_str() {
                "pre" => true,
                "/pre" => false,
                _ => preformatted,
            };
            if !is_inline(&name) && !preformatted {
                out.truncate(out.trim_end().len());
                rest = rest.trim_start();
            }
            out.push_str(&tag);
        } else if preformatted {
            out.push_str(&decoded(token));
        } else {
            let text = decoded(token);
            let collapsed = text.split([' ', '\t', '\n']).filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ");
            let lead = text.starts_with([' ', '\t', '\n']) && !out.ends_with(' ');
            let trail = text.ends_with([' ', '\t', '\n']) && !collapsed.is_empty();
            let _ = write!(out, "{}{collapsed}{}", if lead { " " } else { "" }, if trail { " " } else { "" });
        }
    }
    out.trim().to_string()
}

/// Up to the `>` that is not inside quotation marks; without one the `<` alone.
fn tag_length(text: &str) -> usize {
    let mut quote = None;
    for (at, c) in text.char_indices() {
        match (quote, c) {
            (None, '>') => return at + 1,
            (None, '"' | '\'') => quote = Some(c),
            (Some(open), c) if open == c => quote = None,
            _ => {}
        }
    }
    1
}

fn is_inline(name: &str) -> bool {
    ["a", "b", "code", "del", "em", "i", "img", "span", "strong"].contains(&name.trim_start_matches('/'))
}

/// The tag's name in lower case, and the tag with its attributes in order.
fn normalised_tag(tag: &str) -> (String, String) {
    let inner = tag[1..].trim_end_matches('>').trim_end().trim_end_matches('/');
    let end = inner.find(|c: char| c.is_whitespace()).unwrap_or(inner.len());
    let name = inner[..end].to_ascii_lowercase();
    let mut attributes = Vec::new();
    let mut rest = inner[end..].trim_start();
    while !rest.is_empty() {
        let end = rest.find(|c: char| c.is_whitespace() || c == '=').unwrap_or(rest.len()).max(1);
        let end = (end..).find(|at| rest.is_char_boundary(*at)).expect("the end is a boundary");
        let key = rest[..end].to_ascii_lowercase();
        rest = rest[end..].trim_start();
        let mut value = String::new();
        if let Some(behind) = rest.strip_prefix('=') {
            let behind = behind.trim_start();
            let quote = behind.chars().next().filter(|c| ['"', '\''].contains(c));
            let (written, next) = match quote {
                Some(quote) => behind[1..].split_once(quote).unwrap_or((&behind[1..], "")),
                None => behind.split_at(behind.find(char::is_whitespace).unwrap_or(behind.len())),
            };
            value = decoded(written);
            rest = next.trim_start();
        }
        let heading = name.len() == 2 && name.starts_with('h') && key == "id";
        let code = ["pre", "code"].contains(&name.as_str()) && key == "class";
        if heading || code || key == "loading" || key == "rel" {
            continue;
        }
        if ["href", "src"].contains(&key.as_str()) {
            value = destination(&value);
        }
        attributes.push(format!(" {key}={value:?}"));
    }
    attributes.sort();
    (name.clone(), format!("<{name}{}>", attributes.concat()))
}

/// Where a link leads, as our own reading of link targets has it: with nothing percent-encoded, and without the
/// folders in front of a page's id.
fn destination(url: &str) -> String {
    match link::target(url) {
        Target::Page { id, anchor: None } => id,
        Target::Page { id, anchor: Some(anchor) } => format!("{id}#{anchor}"),
        Target::Anchor(anchor) => format!("#{anchor}"),
        // Read as a heading's anchor, for that reading takes the percent signs away.
        Target::External(url) | Target::Unsafe(url) => match link::target(&format!("#{url}")) {
            Target::Anchor(plain) => plain,
            _ => url,
        },
    }
}

/// The few entities that both sides write.
fn decoded(text: &str) -> String {
    text.replace("&quot;", "\"").replace("&#39;", "'").replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
}

#[test]
fn examples_of_the_specification_come_out_as_written_there() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/browser/node_modules/commonmark-spec/spec.txt");
    let text = std::fs::read_to_string(&path)
        .unwrap_or_else(|error| panic!("{}: {error}\nrun `npm ci --prefix tests/browser`", path.display()));
    let examples = examples(&text);
    assert_eq!(examples.len(), 652, "the specification 0.31.2 has 652 examples");

    let config = Config::default();
    let settings = Settings {
        raw_html: true,
        variables: &config.variables,
        language: Language::En,
        thresholds: &Default::default(),
    };
    let mut report = String::new();
    for example in &examples {
        let path = SourcePath::new("content/en/example.md").expect("a plain path");
        let file = SourceFile::new(path, example.markdown.as_str());
        let (body, _) = markdown::parse(&file, Span::new(0, file.text.len()), settings);
        let ours = markup(&body);
        let same = normalised(&ours) == normalised(&example.html);
        let reason = DIFFERENT.iter().find(|(_, numbers)| numbers.contains(&example.number)).map(|(reason, _)| *reason);
        match (same, reason) {
            (true, None) | (false, Some(_)) => {}
            (true, Some(reason)) => {
                let _ = writeln!(report, "example {} comes out right; it is listed as: {reason}", example.number);
            }
            (false, None) => {
                let Example { number, markdown, html } = example;
                let (expected, got) = (normalised(html), normalised(&ours));
                let _ = writeln!(report, "example {number}: {markdown:?}\n  expected {expected:?}\n  got      {got:?}");
            }
        }
    }
    assert!(report.is_empty(), "\n{report}");
}
