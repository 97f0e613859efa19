//! What search sees of each page: its own words, and the values of its kind in the order of the page.

use crate::artifact::Artifacts;
use crate::content::Kind;
use crate::markdown::Body;
use crate::path::OutputPath;
use crate::search::{Linguistics, SearchPage, SearchSection, SearchSettings, build_index};
use crate::site::{Site, SitePage};

/// The search index of the default language's pages.
pub(super) fn index(site: &Site, linguistics: &Linguistics) -> Artifacts {
    let mut pages: Vec<SearchPage> = site
        .pages
        .iter()
        .filter(|page| page.page.address.language == site.config.language)
        .map(|page| search_page(site, page))
        .collect();
    pages.sort_by(|a, b| a.url.cmp(&b.url));
    let pinned = match site.config.suggestions.is_empty() {
        false => site.config.suggestions.iter().map(|id| id.value.clone()).collect(),
        true => home_pins(site),
    };
    // What is looked for under pressure comes first where the words fit equally well.
    let kind_percents = [("objection", 160), ("type", 140), ("tool", 120), ("section", 80)];
    let settings = SearchSettings {
        pinned,
        suggested_kinds: vec!["objection".into(), "type".into()],
        kind_percents: kind_percents.iter().map(|(kind, percent)| (kind.to_string(), *percent)).collect(),
    };
    build_index(&pages, &settings, linguistics)
}

fn home_pins(site: &Site) -> Vec<String> {
    let home = site.find(&site.config.language, "home").map(|index| &site.pages[index].page.kind);
    match home {
        Some(Kind::Home(home)) => home.pinned.iter().map(|id| id.value.clone()).collect(),
        _ => Vec::new(),
    }
}

fn search_page(site: &Site, page: &SitePage) -> SearchPage {
    let address = &page.page.address;
    let common = &page.page.common;
    let root = OutputPath::new("index.html").expect("a plain name");
    let section = site.sections[&address.language]
        .iter()
        .find(|section| Some(section.name.as_str()) == address.section.as_deref())
        .and_then(|section| section.index);
    let mut sections = vec![SearchSection { text: head(site, page), ..SearchSection::default() }];
    sections.extend(
        page.page
            .body
            .sections
            .iter()
            .filter(|section| !section.text.trim().is_empty() || !section.heading.is_empty())
            .map(|section| SearchSection {
                anchor: section.anchor.clone(),
                heading: section.heading.clone(),
                text: section.text.split_whitespace().collect::<Vec<_>>().join(" "),
            }),
    );
    let internal = match &page.page.kind {
        Kind::Type(card) => card.internal_name.iter().cloned().collect(),
        _ => Vec::new(),
    };
    let (mut aliases, mut hidden_aliases): (Vec<String>, Vec<String>) =
        (common.aliases.iter().map(|alias| alias.value.clone()).collect(), Vec::new());
    match site.config.internal_names_shown {
        true => aliases.extend(internal),
        false => hidden_aliases = internal,
    }
    SearchPage {
        id: address.id.clone(),
        kind: page.page.kind.name().as_str().to_string(),
        title: common.title.value.clone(),
        url: root.link_to(&page.output),
        breadcrumb: section.map(|index| site.pages[index].page.common.title.value.clone()).unwrap_or_default(),
        say: match &page.page.kind {
            Kind::Objection(card) => Some(site.filled(&card.say.line.text)),
            _ => None,
        },
        aliases,
        hidden_aliases,
        sections,
    }
}

/// The text above the body: the summary and the kind's own values.
fn head(site: &Site, page: &SitePage) -> String {
    let mut parts: Vec<String> = vec![page.page.common.summary.clone()];
    let texts = |bodies: &[Body]| bodies.iter().map(Body::plain_text).collect::<Vec<_>>();
    match &page.page.kind {
        Kind::Objection(card) => {
            parts.extend([&card.say, &card.step_back, &card.ask].map(|line| site.filled(&line.line.text)));
            parts.push(card.avoid.plain_text());
            parts.extend(card.variants.iter().map(|variant| site.filled(&variant.line.line.text)));
            parts.extend(texts(&card.causes));
        }
        Kind::Type(card) => {
            for list in [&card.signals, &card.do_, &card.dont, &card.promise, &card.first_visit] {
                parts.extend(texts(list));
            }
            parts.extend(card.aida.iter().map(|line| site.filled(&line.line.text)));
        }
        Kind::Tool(tool) => parts.extend(tool.facts.iter().map(|fact| fact.question.clone())),
        Kind::Home(home) => parts.extend(home.entries.iter().map(|entry| format!("{} {}", entry.title, entry.text))),
        Kind::CustomerCard(card) => parts.extend(card.axes.iter().map(|axis| format!("{} {}", axis.title, axis.why))),
        Kind::Section | Kind::Script(_) | Kind::Plain(_) => {}
    }
    parts.retain(|part| !part.is_empty());
    parts.join(" ")
}
