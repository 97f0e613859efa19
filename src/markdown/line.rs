//! Lines to be said: plain text with variables, shown with a copy button.

use super::Settings;
use crate::diagnostic::{Bilingual, Diagnostic, Language, code, suggest};
use crate::escape::{self, Html};
use crate::source::{SourceFile, Span};

/// One sayable line.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Line {
    /// Markup in which each variable is an element of its own.
    pub html: Html,
    /// The text that is copied; variables stand in it as `{称呼}`.
    pub text: String,
}

/// Reads one line; `offset` is its place in the file.
pub fn parse(
    file: &SourceFile,
    text: &str,
    offset: usize,
    settings: Settings<'_>,
    found: &mut Vec<Diagnostic>,
) -> Line {
    let mut html = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(open) = rest.find('{') {
        let Some(length) = rest[open..].find('}') else { break };
        let name = &rest[open + 1..open + length];
        escape::push_text(&mut html, &rest[..open]);
        match settings.variables.iter().find(|variable| variable.name == name) {
            Some(variable) => html.push_str(&format!(
                "<span class=\"var\" data-var=\"{}\">{}</span>",
                escape::text(name),
                escape::text(&variable.default)
            )),
            None => {
                let start = offset + (text.len() - rest.len()) + open;
                let message =
                    Bilingual::new(format!("不认识的变量`{{{name}}}`"), format!("unknown variable `{{{name}}}`"));
                let names: Vec<&str> = settings.variables.iter().map(|variable| variable.name.as_str()).collect();
                let diagnostic =
                    Diagnostic::new(code::UNKNOWN_VARIABLE, &file.path, Span::new(start, start + length + 1), message);
                found.push(match suggest::nearest(name, names.iter().copied()) {
                    Some(near) => diagnostic
                        .help(format!("是不是想写`{{{near}}}`？"), format!("did you mean `{{{near}}}`?"))
                        .suggestion(format!("{{{near}}}")),
                    None => {
                        let all: String = names.iter().map(|name| format!("{{{name}}} ")).collect();
                        let (zh, en) = match all.trim_end() {
                            "" => (String::new(), String::new()),
                            all => (format!("可以用的变量：{all}；"), format!("known variables: {all}; ")),
                        };
                        diagnostic.help(
                            format!("{zh}新变量写进`salesbook.yaml`的`variables`"),
                            format!("{en}add others under `variables` in `salesbook.yaml`"),
                        )
                    }
                });
                escape::push_text(&mut html, &rest[open..=open + length]);
            }
        }
        rest = &rest[open + length + 1..];
    }
    escape::push_text(&mut html, rest);
    Line { html: Html::from_markup(html), text: text.to_string() }
}

impl Line {
    /// The line without a button.
    pub fn span(&self) -> String {
        format!("<span class=\"line\" data-line=\"{}\">{}</span>", escape::text(&self.text), self.html)
    }

    /// The line and its copy button.
    pub fn with_button(&self, language: Language) -> String {
        let (label, verb) = match language {
            Language::Zh => ("复制：", "复制"),
            Language::En => ("Copy: ", "Copy"),
        };
        let short: String = self.text.chars().take(16).collect();
        format!(
            "{}<button type=\"button\" class=\"copy\" data-copy aria-label=\"{label}{}\">{verb}</button>",
            self.span(),
            escape::text(&short)
        )
    }
}
