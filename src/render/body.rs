//! A page's pieces become markup: links get their URLs, lists their pages, tools their questions.

use super::page::Book;
use super::tool;
use crate::escape::{self, Html};
use crate::markdown::{Body, Piece, Target};
use crate::path::{OutputPath, SourcePath};
use crate::site::{self, Site, SitePage};

/// The markup of a body that stands on `page`.
pub(super) fn html(book: &Book<'_>, page: &SitePage, body: &Body) -> Html {
    let mut markup = String::new();
    for piece in &body.pieces {
        match piece {
            Piece::Html(html) => markup.push_str(html),
            Piece::Href(index) => markup.push_str(&escape::text(&href(book.site, page, &body.links[*index].target))),
            Piece::TargetTitle(index) => {
                markup.push_str(&escape::text(&target_title(book.site, page, &body.links[*index].target)));
            }
            Piece::Source(index) => {
                if let Some(path) = site::image_path(&page.page.path, &body.images[*index].value) {
                    markup.push_str(&escape::text(&page.output.link_to(&static_output(book.site, &path))));
                }
            }
            Piece::List(index) => list(book, page, &body.lists[*index], &mut markup),
            Piece::Tool(index) => {
                if let Some(embedded) = book.site.resolve(&page.page.address.language, &body.tools[*index].value) {
                    markup.push_str(&tool::embedded(book, page, embedded));
                }
            }
        }
    }
    Html::from_markup(markup)
}

/// Where an image of the content is published.
pub(super) fn static_output(site: &Site, path: &SourcePath) -> OutputPath {
    let below = path.as_str().strip_prefix("content/").unwrap_or(path.as_str());
    let below = below.strip_prefix(&format!("{}/", site.config.language)).unwrap_or(below);
    OutputPath::new(format!("assets/content/{below}")).expect("a source path is a valid path")
}

fn href(site: &Site, page: &SitePage, target: &Target) -> String {
    match target {
        Target::External(url) => url.clone(),
        Target::Unsafe(_) => "#".to_string(),
        Target::Anchor(anchor) => format!("#{}", escape::url_part(anchor)),
        Target::Page { id, anchor } => page_url(site, page, id, anchor.as_deref()).unwrap_or_else(|| "#".to_string()),
    }
}

/// The relative URL of a page of an id.
pub(super) fn page_url(site: &Site, from: &SitePage, id: &str, anchor: Option<&str>) -> Option<String> {
    let target = site.resolve(&from.page.address.language, id)?;
    let mut url = from.output.link_to(&target.output);
    if let Some(anchor) = anchor {
        url.push('#');
        url.push_str(&escape::url_part(anchor));
    }
    Some(url)
}

fn target_title(site: &Site, page: &SitePage, target: &Target) -> String {
    let heading = |page: &SitePage, anchor: &str| {
        page.page.body.headings.iter().find(|heading| heading.anchor == anchor).map(|heading| heading.text.clone())
    };
    match target {
        Target::External(url) | Target::Unsafe(url) => url.clone(),
        Target::Anchor(anchor) => heading(page, anchor).unwrap_or_else(|| anchor.clone()),
        Target::Page { id, anchor } => match site.resolve(&page.page.address.language, id) {
            Some(target) => anchor
                .as_deref()
                .and_then(|anchor| heading(target, anchor))
                .unwrap_or_else(|| target.page.common.title.value.clone()),
            None => id.clone(),
        },
    }
}

fn list(book: &Book<'_>, page: &SitePage, query: &crate::markdown::ListQuery, markup: &mut String) {
    markup.push_str("<ul class=\"cards\">\n");
    for index in site::matching(book.site, &page.page.address.language, query) {
        // A page does not list itself.
        if book.site.pages[index].output == page.output {
            continue;
        }
        let card = book.card(&page.output, index);
        markup.push_str(&format!(
            "<li class=\"card card-{}\"><a href=\"{}\"><span class=\"card-title\">{}</span>",
            escape::text(&card.kind),
            escape::text(&card.url),
            escape::text(&card.title)
        ));
        if let Some(say) = &card.say {
            markup.push_str(&format!("<span class=\"card-say\">{}</span>", escape::text(say)));
        }
        if !card.summary.is_empty() {
            markup.push_str(&format!("<span class=\"card-summary\">{}</span>", escape::text(&card.summary)));
        }
        markup.push_str("</a></li>\n");
    }
    markup.push_str("</ul>\n");
}
