//! The template engine behind one door.
//!
//! [`Templates::new`] parses all templates of a theme and reports every broken one at its place; [`Templates::render`]
//! fills one in. The engine is used in this module only.

use tera::{Context, Tera};

use crate::diagnostic::{Bilingual, Diagnostic, code};
use crate::path::SourcePath;
use crate::source::{SourceFile, Span};

/// The parsed templates of one theme.
pub struct Templates {
    tera: Tera,
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
            Ok(()) => Ok(Templates { tera }),
            Err(error) => Err(vec![syntax_error(&files, &error)]),
        }
    }

    /// Values that every template may use.
    pub fn set_global(&mut self, key: &'static str, value: &impl serde::Serialize) {
        self.tera.global_context().insert(key, value);
    }

    /// Fills in a template. A failure is a mistake in the template; the page only names where it showed.
    pub fn render(&self, template: &str, values: &impl serde::Serialize) -> Result<String, String> {
        let context = Context::from_serialize(values).map_err(|error| error.to_string())?;
        self.tera.render(template, &context).map_err(|error| chain(&error))
    }
}

/// A template that failed on a page.
pub fn render_error(template: &SourcePath, page: &str, reason: &str) -> Diagnostic {
    let reason = reason.lines().map(str::trim).filter(|line| !line.is_empty()).collect::<Vec<_>>().join(" ");
    let message = Bilingual::new(
        format!("模板渲染失败，页面`{page}`：{reason}"),
        format!("template fails to render page `{page}`: {reason}"),
    );
    Diagnostic::new(code::TEMPLATE_RENDER, template, Span::default(), message)
}

fn syntax_error(files: &[(&str, &SourceFile)], error: &tera::Error) -> Diagnostic {
    let text = chain(error);
    // The engine names the template and the place in its text, as `name:line:column`.
    let located = files.iter().find_map(|(name, file)| {
        let at = text.find(&format!("{name}:"))?;
        let mut numbers = text[at + name.len() + 1..].split(|c: char| !c.is_ascii_digit());
        let line = numbers.next()?.parse().ok()?;
        let column = numbers.next()?.parse().ok()?;
        Some((*file, crate::source::Position { line, column }))
    });
    let (file, span) = match located {
        Some((file, position)) => {
            let offset = file.offset(position);
            (file, Span::new(offset, offset + 1))
        }
        None => {
            let named = files.iter().find(|(name, _)| text.contains(*name)).unwrap_or(&files[0]);
            (named.1, Span::default())
        }
    };
    let reason = text.lines().next().unwrap_or("").trim().to_string();
    let message = Bilingual::new(format!("模板语法有误：{reason}"), format!("template cannot be parsed: {reason}"));
    Diagnostic::new(code::TEMPLATE_SYNTAX, &file.path, span, message)
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
