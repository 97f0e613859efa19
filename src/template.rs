//! The template engine behind one door.
//!
//! [`Templates::new`] parses all templates of a theme and reports every broken one at its place; [`Templates::render`]
//! fills one in. The engine is used in this module only.

use std::collections::BTreeMap;

use tera::{Context, Tera};

use crate::diagnostic::{Bilingual, Diagnostic, code};
use crate::source::{SourceFile, Span};

/// The parsed templates of one theme.
pub struct Templates {
    tera: Tera,
    files: BTreeMap<String, SourceFile>,
}

/// A value that many renderings have in common: it is made once, and handing it on costs nothing.
#[derive(Debug, Clone, serde::Serialize)]
#[serde(transparent)]
pub struct Shared(tera::Value);

impl Shared {
    /// Makes a value for templates.
    pub fn new(value: &impl serde::Serialize) -> Self {
        Shared(tera::Value::from_serializable(value))
    }
}

impl Default for Shared {
    fn default() -> Self {
        Shared(tera::Value::none())
    }
}

impl Templates {
    /// Parses templates: their names, such as `page.html`, and their files.
    pub fn new<'file>(
        files: impl IntoIterator<Item = (&'file str, &'file SourceFile)>,
    ) -> Result<Self, Vec<Diagnostic>> {
        let files: Vec<(&str, &SourceFile)> = files.into_iter().collect();
        let mut tera = Tera::new();
        tera.set_escape_fn(|text, output| crate::escape::write_text(output, text));
        match tera.add_raw_templates(files.iter().map(|(name, file)| (*name, &*file.text))) {
            Ok(()) => {
                let files = files.into_iter().map(|(name, file)| (name.to_string(), file.clone())).collect();
                Ok(Templates { tera, files })
            }
            Err(error) => Err(vec![syntax_error(&files, &error)]),
        }
    }

    /// Values that every template may use.
    pub fn set_global(&mut self, key: &'static str, value: &impl serde::Serialize) {
        self.tera.global_context().insert(key, value);
    }

    /// Fills in a template. A failure is a mistake in a template; `page` only names where it showed.
    pub fn render(&self, template: &str, page: &str, values: &impl serde::Serialize) -> Result<String, Diagnostic> {
        let context = Context::from_serialize(values).expect("page values are plain data");
        self.tera.render(template, &context).map_err(|error| {
            let text = chain(&error);
            let files: Vec<(&str, &SourceFile)> = self.files.iter().map(|(name, file)| (name.as_str(), file)).collect();
            let (file, span) = place(&files, &text).unwrap_or((&self.files[template], Span::default()));
            let reason = first_line(&text);
            let message = Bilingual::new(
                format!("模板渲染失败，页面`{page}`：{reason}"),
                format!("template fails to render page `{page}`: {reason}"),
            );
            Diagnostic::new(code::TEMPLATE_RENDER, &file.path, span, message).help(HELP.0, HELP.1)
        })
    }
}

const HELP: (&str, &str) = (
    "对照内置主题的同名文件改；删掉手册里的这个文件，就用回内置的",
    "compare it with the built-in theme's file; without your file the built-in one is used",
);

fn syntax_error(files: &[(&str, &SourceFile)], error: &tera::Error) -> Diagnostic {
    let text = chain(error);
    let (file, span) = place(files, &text).unwrap_or_else(|| {
        let named = files.iter().find(|(name, _)| text.contains(*name)).unwrap_or(&files[0]);
        (named.1, Span::default())
    });
    let reason = first_line(&text);
    let message = Bilingual::new(format!("模板语法有误：{reason}"), format!("template cannot be parsed: {reason}"));
    Diagnostic::new(code::TEMPLATE_SYNTAX, &file.path, span, message).help(HELP.0, HELP.1)
}

/// The engine names the template and the place in its text, as `--> name:line:column`, and underlines the words.
fn place<'file>(files: &[(&str, &'file SourceFile)], text: &str) -> Option<(&'file SourceFile, Span)> {
    files.iter().find_map(|(name, file)| {
        let mark = format!("--> {name}:");
        let behind = &text[text.find(&mark)? + mark.len()..];
        let mut numbers = behind.split(|c: char| !c.is_ascii_digit());
        let line = numbers.next()?.parse().ok()?;
        let column = numbers.next()?.parse().ok()?;
        let offset = file.offset(crate::source::Position { line, column });
        let underline = behind.lines().find_map(|line| {
            line.trim_start().strip_prefix('|')?.trim().starts_with('^').then(|| line.matches('^').count())
        });
        let words = file.text[offset..].chars().take(underline.unwrap_or(1)).take_while(|c| *c != '\n');
        Some((*file, Span::new(offset, offset + words.map(char::len_utf8).sum::<usize>())))
    })
}

/// The engine's reason without its decoration.
fn first_line(text: &str) -> &str {
    let line = text.lines().next().unwrap_or("").trim();
    line.strip_prefix("error: ").unwrap_or(line).trim_end_matches('.')
}

fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        text.push_str(": ");
        text.push_str(&cause.to_string());
        source = cause.source();
    }
    text
}
