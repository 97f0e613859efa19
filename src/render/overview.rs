//! Pages that no file stands for: the tags, the search page, and the page for a wrong address.

use super::Document;
use super::context::{GroupValues, LinkValues, PageValues, TermValues, Values};
use super::page::Book;
use crate::diagnostic::Language;
use crate::path::OutputPath;

/// The overview pages of every language.
pub(super) fn documents(book: &Book<'_>) -> Vec<Document> {
    let mut documents = Vec::new();
    for language in &book.site.languages {
        documents.push(tags(book, language));
        documents.extend(terms(book, language));
        documents.push(search(book, language));
        documents.push(not_found(book, language));
    }
    documents
}

fn place(book: &Book<'_>, language: &str, name: &str) -> OutputPath {
    let folder = book.site.language_folder(language);
    OutputPath::new(format!("{folder}{name}")).expect("overview pages have plain names")
}

fn page(book: &Book<'_>, language: &str, output: &OutputPath, id: &str, title: &str) -> Values {
    let mut values = book.common(language, output, None);
    let home = place(book, language, "index.html");
    values.page = PageValues {
        id: id.to_string(),
        kind: id.split('/').next().unwrap_or(id).to_string(),
        title: title.to_string(),
        canonical: book.canonical(output),
        breadcrumbs: vec![LinkValues {
            title: book.theme.label(Language::of_tag(language), "home").to_string(),
            url: output.link_to(&home),
        }],
        ..PageValues::default()
    };
    values
}

fn tags(book: &Book<'_>, language: &str) -> Document {
    let output = place(book, language, "tags/index.html");
    let title = book.theme.label(Language::of_tag(language), "tags").to_string();
    let mut values = page(book, language, &output, "tags", &title);
    values.terms = book.site.terms[language]
        .iter()
        .map(|term| TermValues { title: term.name.clone(), url: output.link_to(&term.output), count: term.pages.len() })
        .collect();
    Document { output, template: "tags.html", values }
}

fn terms(book: &Book<'_>, language: &str) -> Vec<Document> {
    let tags = place(book, language, "tags/index.html");
    let title = book.theme.label(Language::of_tag(language), "tags").to_string();
    book.site.terms[language]
        .iter()
        .map(|term| {
            let mut values = page(book, language, &term.output, &format!("tags/{}", term.name), &term.name);
            values.page.kind = "term".to_string();
            values.page.breadcrumbs.push(LinkValues { title: title.clone(), url: term.output.link_to(&tags) });
            values.term = Some(GroupValues {
                title: term.name.clone(),
                url: term.output.link_to(&term.output),
                pages: term.pages.iter().map(|index| book.card(&term.output, *index)).collect(),
            });
            Document { output: term.output.clone(), template: "term.html", values }
        })
        .collect()
}

fn search(book: &Book<'_>, language: &str) -> Document {
    let output = place(book, language, "search.html");
    let title = book.theme.label(Language::of_tag(language), "search").to_string();
    let mut values = page(book, language, &output, "search", &title);
    values.groups = book.site.sections[language]
        .iter()
        .filter_map(|section| {
            let index = &book.site.pages[section.index?];
            Some(GroupValues {
                title: index.page.common.title.value.clone(),
                url: output.link_to(&index.output),
                pages: section.pages.iter().map(|page| book.card(&output, *page)).collect(),
            })
        })
        .collect();
    Document { output, template: "search.html", values }
}

fn not_found(book: &Book<'_>, language: &str) -> Document {
    let output = place(book, language, "404.html");
    let title = book.theme.label(Language::of_tag(language), "lost_title").to_string();
    let mut values = page(book, language, &output, "404", &title);
    values.page.canonical = None;
    // A host shows this page under any wrong address, so relative links hold only where the true one is unknown.
    if let Some(base) = book.options.base_url.as_deref().filter(|_| output.depth() == 0) {
        let base = format!("{}/", base.trim_end_matches('/'));
        let frame = book.frame(&base, language, &output, None);
        (values.site, values.assets) = (frame.site, frame.assets);
        values.page.breadcrumbs.clear();
    }
    Document { output, template: "404.html", values }
}
