//! What the preview adds to the site: the panel with the author's problems, and the page shown before the first site.
//!
//! The panel's words are made here once. They go into every served page as escaped HTML, so they show without
//! scripts, and out as JSON for the preview's script, which puts them in by `textContent`.

use serde::Serialize;

use super::Served;
use crate::diagnostic::{Language, Severity};
use crate::escape::{push_text, script_json};

/// More would only make every page heavy; the terminal has the whole list.
const SHOWN: usize = 100;

/// The policy of the page that stands in for a site.
pub(super) const STAND_IN_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; \
     connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; \
     require-trusted-types-for 'script'; trusted-types 'none'";

/// The panel's words, ready to be shown.
#[derive(Debug, Serialize)]
pub(super) struct Panel<'served> {
    generation: u64,
    site: u64,
    summary: String,
    note: Option<&'static str>,
    problems: Vec<Item<'served>>,
    more: Option<String>,
    consequences: Vec<Told<'served>>,
    dismiss: &'static str,
}

#[derive(Debug, Serialize)]
struct Told<'served> {
    headline: &'served str,
    lines: &'served [String],
}

#[derive(Debug, Serialize)]
struct Item<'served> {
    severity: &'static str,
    headline: &'served str,
    excerpt: &'served str,
}

impl<'served> Panel<'served> {
    /// Errors first, each group in the order of the terminal.
    pub(super) fn new(served: &'served Served, language: Language) -> Self {
        let (errors, warnings): (Vec<_>, Vec<_>) =
            served.problems.iter().partition(|problem| problem.severity == Severity::Error);
        let is_stale = !errors.is_empty() && served.artifacts.is_some();
        let hidden = served.problems.len().saturating_sub(SHOWN);
        let (summary, note, more) = match language {
            Language::Zh => (
                format!("{} 个错误，{} 个提醒", errors.len(), warnings.len()),
                "下面是最近一次没有错误的网站；改好并保存后会自动更新。",
                format!("还有 {hidden} 个，见终端。"),
            ),
            Language::En => (
                format!("{}, {}", counted(errors.len(), "error"), counted(warnings.len(), "warning")),
                "This is the last site without errors; it is updated when you have mended and saved.",
                format!("{hidden} more in the terminal."),
            ),
        };
        let problems = errors.into_iter().chain(warnings).take(SHOWN).map(|problem| Item {
            severity: problem.severity.name(),
            headline: &problem.headline,
            // The terminal's text starts with the headline, which is shown already.
            excerpt: problem.text.strip_prefix(&problem.headline).unwrap_or(&problem.text).trim_start_matches('\n'),
        });
        Panel {
            generation: served.generation,
            site: served.site,
            summary,
            note: is_stale.then_some(note),
            problems: problems.collect(),
            more: (hidden > 0).then_some(more),
            consequences: served
                .consequences
                .iter()
                .map(|it| Told { headline: &it.headline, lines: &it.lines })
                .collect(),
            dismiss: match language {
                Language::Zh => "知道了",
                Language::En => "Dismiss",
            },
        }
    }

    /// As JSON that no parser mistakes for markup.
    pub(super) fn json(&self) -> String {
        script_json(self)
    }

    fn html(&self, language: Language) -> String {
        let (label, tag) = match language {
            Language::Zh => ("预览中的问题", "zh"),
            Language::En => ("Problems in the preview", "en"),
        };
        let hidden = |empty: bool| if empty { " hidden" } else { "" };
        let mut html = format!(
            "<link rel=\"stylesheet\" href=\"/__salesbook/client.css\">\n\
             <section class=\"salesbook-preview\" lang=\"{tag}\" aria-label=\"{label}\" \
             data-generation=\"{}\" data-site=\"{}\" data-dismiss=\"{}\"{}>",
            self.generation,
            self.site,
            self.dismiss,
            hidden(self.problems.is_empty() && self.consequences.is_empty())
        );
        self.push_consequences(&mut html);
        html.push_str(&format!("<details open{}><summary>", hidden(self.problems.is_empty())));
        push_text(&mut html, &self.summary);
        html.push_str("</summary>");
        if let Some(note) = self.note {
            html.push_str("<p>");
            push_text(&mut html, note);
            html.push_str("</p>");
        }
        html.push_str("<ol>");
        for item in &self.problems {
            html.push_str(&format!("<li class=\"salesbook-{}\"><strong>", item.severity));
            push_text(&mut html, item.headline);
            html.push_str("</strong>");
            if !item.excerpt.is_empty() {
                // A parser drops the first line break inside `pre`; this one is for it.
                html.push_str("<pre>\n");
                push_text(&mut html, item.excerpt);
                html.push_str("</pre>");
            }
            html.push_str("</li>");
        }
        html.push_str("</ol>");
        if let Some(more) = &self.more {
            html.push_str("<p>");
            push_text(&mut html, more);
            html.push_str("</p>");
        }
        html.push_str("</details></section>\n<script src=\"/__salesbook/client.js\" defer></script>\n");
        html
    }
}

impl Panel<'_> {
    /// They stand above the problems. The preview's script adds the button that takes them away.
    fn push_consequences(&self, html: &mut String) {
        html.push_str("<div class=\"salesbook-consequences\">");
        for told in &self.consequences {
            html.push_str("<p><strong>");
            push_text(html, told.headline);
            html.push_str("</strong></p><ul>");
            for line in told.lines {
                html.push_str("<li>");
                push_text(html, line);
                html.push_str("</li>");
            }
            html.push_str("</ul>");
        }
        html.push_str("</div>");
    }
}

fn counted(count: usize, noun: &str) -> String {
    if count == 1 { format!("1 {noun}") } else { format!("{count} {noun}s") }
}

/// A page of the site with the panel before the end of its body.
pub(super) fn inject(page: &[u8], served: &Served, language: Language) -> Vec<u8> {
    let end = b"</body";
    let at = page.windows(end.len()).rposition(|window| window.eq_ignore_ascii_case(end)).unwrap_or(page.len());
    let panel = Panel::new(served, language).html(language);
    [&page[..at], panel.as_bytes(), &page[at..]].concat()
}

/// The page shown while there is no site yet.
pub(super) fn stand_in(served: &Served, language: Language) -> Vec<u8> {
    let (tag, title, text) = match language {
        Language::Zh => ("zh", "还没有可以显示的网站", "改好下面的问题并保存，网站会自动出现。"),
        Language::En => {
            ("en", "There is no site to show yet", "Mend the problems below and save: the site will appear.")
        }
    };
    let page = format!(
        "<!doctype html>\n<html lang=\"{tag}\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"><title>{title}</title></head>\n\
         <body class=\"salesbook-stand-in\"><main><h1>{title}</h1><p>{text}</p></main>\n</body></html>\n"
    );
    inject(page.as_bytes(), served, language)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::artifact::Artifacts;
    use crate::server::{Consequence, Problem};

    fn served(count: usize) -> Served {
        let headline = "content/zh/a.md:1:1: error[SB0104]: `</pre><script>alert(1)</script>`";
        let problem = Problem {
            severity: Severity::Error,
            headline: headline.to_string(),
            text: format!("{headline}\n  |\n1 | \"x\" & <img src=x onerror=alert(1)>\n"),
        };
        let artifacts = Some(Artifacts::default().into());
        Served { artifacts, problems: vec![problem; count], generation: 8, site: 7, ..Served::default() }
    }

    #[test]
    fn the_authors_words_stay_text() {
        let html = String::from_utf8(inject(b"<body>x</BODY></html>", &served(1), Language::Zh)).expect("UTF-8");
        assert!(html.starts_with("<body>x<link"), "{html}");
        assert!(html.ends_with("</script>\n</BODY></html>"), "{html}");
        assert!(html.contains("<pre>\n  |\n1 | &quot;x&quot; &amp; &lt;img"), "{html}");
        assert!(html.contains("1 个错误，0 个提醒") && html.contains("最近一次没有错误的网站"), "{html}");
        assert_eq!(html.matches("<script").count(), 1, "{html}");
        let json = Panel::new(&served(1), Language::En).json();
        assert!(!json.contains('<'), "{json}");
    }

    #[test]
    fn a_long_list_is_cut_and_says_so() {
        let html = String::from_utf8(inject(b"no body element", &served(130), Language::En)).expect("UTF-8");
        assert_eq!(html.matches("<li ").count(), 100);
        assert!(html.contains("130 errors, 0 warnings") && html.contains("30 more in the terminal."), "{html}");
    }

    #[test]
    fn without_problems_the_panel_is_hidden() {
        let html = String::from_utf8(inject(b"<body></body>", &served(0), Language::Zh)).expect("UTF-8");
        assert!(html.contains("data-generation=\"8\" data-site=\"7\" data-dismiss=\"知道了\" hidden>"), "{html}");
    }

    #[test]
    fn consequences_stand_above_the_problems_and_stay_text() {
        let told = Consequence { headline: "改了`<b>`".to_string(), lines: vec!["甲 → 乙".to_string()] };
        let html = |count| {
            let served = Served { consequences: vec![told.clone()], ..served(count) };
            String::from_utf8(inject(b"<body></body>", &served, Language::Zh)).expect("UTF-8")
        };
        let alone = html(0);
        assert!(alone.contains("data-dismiss=\"知道了\"><div"), "{alone}");
        assert!(alone.contains("<strong>改了`&lt;b&gt;`</strong></p><ul><li>甲 → 乙</li></ul></div>"), "{alone}");
        assert!(alone.contains("</div><details open hidden>"), "{alone}");
        assert!(html(1).contains("</div><details open><summary>1 个错误"), "{}", html(1));
    }
}
