//! The values of one page's template.

use std::collections::HashMap;

use super::asset::{Assets, boot_path};
use super::context::*;
use super::{Document, RenderOptions, VERSION, body, card, tool};
use crate::content::Kind;
use crate::content::kind::{AIDA_STEPS, GROUPS, TIME_STEPS};
use crate::diagnostic::Language;
use crate::escape::{self, Html};
use crate::markdown::{Body, provenance_label};
use crate::path::OutputPath;
use crate::site::{PageIndex, Site, SitePage};
use crate::template::Shared;
use crate::theme::Theme;

/// Own scripts and styles only; nothing inline runs. The reasons stand in the README's security model.
pub(super) const CSP: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'none'; require-trusted-types-for 'script'; trusted-types salesbook";

/// What every page of one rendering shares.
pub(super) struct Book<'site> {
    pub(super) site: &'site Site,
    pub(super) theme: &'site Theme,
    pub(super) assets: &'site Assets,
    pub(super) options: &'site RenderOptions,
    /// By language, output folder and section.
    frames: HashMap<(&'site str, &'site str, Option<&'site str>), Frame>,
}

impl<'site> Book<'site> {
    pub(super) fn new(
        site: &'site Site,
        theme: &'site Theme,
        assets: &'site Assets,
        options: &'site RenderOptions,
    ) -> Self {
        let mut book = Book { site, theme, assets, options, frames: HashMap::new() };
        for page in &site.pages {
            let address = &page.page.address;
            let key = (address.language.as_str(), page.output.folder(), address.section.as_deref());
            if !book.frames.contains_key(&key) {
                let frame = book.frame("", &address.language, &page.output, address.section.as_deref());
                book.frames.insert(key, frame);
            }
        }
        book
    }

    /// A word of the interface in the book's language.
    pub(super) fn label(&self, key: &'static str) -> &str {
        self.theme.label(self.site.config.interface_language(), key)
    }

    /// A page as `from` shows it.
    pub(super) fn card(&self, from: &OutputPath, index: PageIndex) -> Card {
        let target = &self.site.pages[index];
        let kind = target.page.kind.name().as_str();
        Card {
            id: target.page.address.id.clone(),
            kind: kind.to_string(),
            kind_label: self
                .theme
                .label(Language::of_tag(&target.page.address.language), &format!("kind_{kind}"))
                .to_string(),
            title: target.page.common.title.value.clone(),
            url: from.link_to(&target.output),
            summary: target.page.common.summary.clone(),
            say: match &target.page.kind {
                Kind::Objection(objection) => Some(self.site.filled(&objection.say.line.text)),
                _ => None,
            },
        }
    }

    /// The card of an id.
    pub(super) fn card_of(&self, from: &SitePage, id: &str) -> Option<Card> {
        let language = &from.page.address.language;
        let index = self.site.find(language, id).or_else(|| self.site.find(&self.site.config.language, id))?;
        Some(self.card(&from.output, index))
    }

    /// The values that every template of a language needs, seen from one output path.
    pub(super) fn common(&self, language: &str, output: &OutputPath, section: Option<&str>) -> Values {
        let known = self.frames.get(&(language, output.folder(), section)).cloned();
        let Frame { labels, site, assets } = known.unwrap_or_else(|| self.frame("", language, output, section));
        Values {
            lang: match language {
                "zh" => "zh-CN".to_string(),
                other => other.to_string(),
            },
            root: output.to_root(),
            csp: CSP,
            labels,
            site,
            assets,
            ..Values::default()
        }
    }

    /// `base` stands before every link: empty, or the address of a site at whose root `output` stands.
    pub(super) fn frame(&self, base: &str, language: &str, output: &OutputPath, section: Option<&str>) -> Frame {
        let site = self.site;
        let link = |target: &OutputPath| format!("{base}{}", output.link_to(target));
        let folder = site.language_folder(language);
        let place = |name: &str| OutputPath::new(format!("{folder}{name}")).expect("a plain name");
        let interface = Language::of_tag(language);
        let sections = site.sections.get(language).map(Vec::as_slice).unwrap_or_default();
        let navigation = sections
            .iter()
            .filter_map(|entry| {
                let index = &site.pages[entry.index?];
                Some(NavigationValues {
                    id: entry.name.clone(),
                    title: index.page.common.title.value.clone(),
                    url: link(&index.output),
                    current: section == Some(entry.name.as_str()),
                })
            })
            .collect();
        Frame {
            labels: Shared::new(&self.theme.template_labels(interface)),
            site: Shared::new(&SiteValues {
                title: site.config.title.clone(),
                tagline: site.config.tagline.clone(),
                language: language.to_string(),
                home_url: link(&place("index.html")),
                search_url: link(&place("search.html")),
                tags_url: link(&place("tags/index.html")),
                version: VERSION,
                sections: navigation,
                footer: site.config.footer.clone(),
            }),
            assets: Shared::new(&AssetValues {
                style: link(&self.assets.style),
                site: link(&self.assets.site),
                tool: link(&self.assets.tool),
                boot: link(&boot_path(language, &site.config.language)),
                favicon: link(&self.assets.favicon),
            }),
        }
    }

    /// The absolute address of a page, where one is known.
    pub(super) fn canonical(&self, output: &OutputPath) -> Option<String> {
        let base = self.options.base_url.as_deref()?;
        let root = OutputPath::new("index.html").expect("a plain name");
        Some(format!("{}/{}", base.trim_end_matches('/'), root.link_to(output)))
    }
}

fn provenance(id: &'static str, language: Language) -> ProvenanceValues {
    ProvenanceValues { id, label: provenance_label(id, language) }
}

/// The template and values of a page.
pub(super) fn document(book: &Book<'_>, index: PageIndex) -> Document {
    let page = &book.site.pages[index];
    let address = &page.page.address;
    let mut values = book.common(&address.language, &page.output, address.section.as_deref());
    values.page = page_values(book, page);
    let template = match &page.page.kind {
        Kind::Home(home) => {
            let cards = home.pinned.iter().filter_map(|id| book.card_of(page, &id.value)).collect();
            values.home = Some(HomeValues {
                pinned: cards,
                tool: home.tool.as_ref().and_then(|id| book.card_of(page, &id.value)),
                entries: home
                    .entries
                    .iter()
                    .filter_map(|entry| {
                        let url = body::page_url(book.site, page, &entry.page.value, None)?;
                        Some(EntryValues { title: entry.title.clone(), text: entry.text.clone(), url })
                    })
                    .collect(),
                sections: shelves(book, page),
                changes: super::asset::tracks_changes(book.site),
            });
            "home.html"
        }
        Kind::Section => {
            let sections = book.site.sections.get(&address.language).map(Vec::as_slice).unwrap_or_default();
            let own = sections.iter().find(|section| section.index == Some(index));
            let children =
                own.map(|section| section.pages.iter().map(|child| book.card(&page.output, *child)).collect());
            values.section = Some(SectionValues {
                children: children.unwrap_or_default(),
                listed: !page.page.body.lists.is_empty(),
            });
            "section.html"
        }
        Kind::Type(_) => {
            values.customer_type = Some(type_values(book, page));
            "type.html"
        }
        Kind::Objection(_) => {
            values.objection = objection_values(book, page);
            "objection.html"
        }
        Kind::Script(script) => {
            let card = script.customer_type.as_ref().and_then(|id| book.card_of(page, &id.value));
            values.script = Some(ScriptValues { customer_type: card });
            "script.html"
        }
        Kind::Tool(declared) => {
            values.tool = Some(tool::values(book, page, page, declared));
            "tool.html"
        }
        Kind::CustomerCard(declared) => {
            values.card = Some(card::values(book, page, declared));
            "customer-card.html"
        }
        Kind::Plain(_) => "page.html",
    };
    Document { output: page.output.clone(), template, values }
}

fn shelves(book: &Book<'_>, page: &SitePage) -> Vec<ShelfValues> {
    let sections = book.site.sections.get(&page.page.address.language).map(Vec::as_slice).unwrap_or_default();
    sections
        .iter()
        .filter_map(|section| {
            let index = &book.site.pages[section.index?];
            Some(ShelfValues {
                title: index.page.common.title.value.clone(),
                url: page.output.link_to(&index.output),
                summary: index.page.common.summary.clone(),
                count: section.pages.len() + 1,
            })
        })
        .collect()
}

fn page_values(book: &Book<'_>, page: &SitePage) -> PageValues {
    let site = book.site;
    let (address, common) = (&page.page.address, &page.page.common);
    let language = Language::of_tag(&address.language);
    let link = |index: PageIndex| LinkValues {
        title: site.pages[index].page.common.title.value.clone(),
        url: page.output.link_to(&site.pages[index].output),
    };
    let mut breadcrumbs = Vec::new();
    if address.id != "home" {
        breadcrumbs.extend(site.find(&address.language, "home").map(|home| LinkValues {
            title: book.theme.label(language, "home").to_string(),
            url: page.output.link_to(&site.pages[home].output),
        }));
        let sections = site.sections.get(&address.language).map(Vec::as_slice).unwrap_or_default();
        let own = sections.iter().find(|section| Some(section.name.as_str()) == address.section.as_deref());
        breadcrumbs.extend(own.and_then(|section| section.index).filter(|_| !address.is_index).map(link));
    }
    let terms = site.terms.get(&address.language).map(Vec::as_slice).unwrap_or_default();
    let tags = common
        .tags
        .iter()
        .filter_map(|tag| {
            let term = terms.iter().find(|term| term.name == tag.value)?;
            Some(LinkValues { title: term.name.clone(), url: page.output.link_to(&term.output) })
        })
        .collect();
    let kind = page.page.kind.name().as_str();
    PageValues {
        id: address.id.clone(),
        kind: kind.to_string(),
        kind_label: book.theme.label(language, &format!("kind_{kind}")).to_string(),
        title: common.title.value.clone(),
        summary: common.summary.clone(),
        url: OutputPath::new("index.html").expect("a plain name").link_to(&page.output),
        canonical: book.canonical(&page.output),
        breadcrumbs,
        previous: page.previous.map(link),
        next: page.next.map(link),
        tags,
        provenance: common.provenance.map(|id| provenance(id, language)),
        sources: common.sources.iter().map(|source| source_values(book, language, &source.value)).collect(),
        related: common.related.iter().filter_map(|id| book.card_of(page, &id.value)).collect(),
        headings: page
            .page
            .body
            .headings
            .iter()
            .map(|heading| HeadingValues {
                level: heading.level,
                id: heading.anchor.clone(),
                url: format!("#{}", escape::url_part(&heading.anchor)),
                text: heading.text.clone(),
            })
            .collect(),
        body_html: body::html(book, page, &page.page.body),
        draft: common.draft,
        digest: page.page.digest.clone(),
        owner: common.owner.clone(),
        verified_until: common.verified_until.clone(),
        weight: common.weight,
    }
}

/// A seed code, a number of the source list, or an address.
fn source_values(book: &Book<'_>, language: Language, source: &str) -> SourceValues {
    if source.starts_with("https://") || source.starts_with("http://") {
        return SourceValues { label: source.to_string(), url: Some(source.to_string()) };
    }
    let seed = source.len() == 3 && source.bytes().all(|byte| byte.is_ascii_digit());
    let key = if seed { "source_seed" } else { "source_public" };
    SourceValues { label: book.theme.label(language, key).replace("{code}", source), url: None }
}

fn bodies(book: &Book<'_>, page: &SitePage, list: &[Body]) -> Vec<Html> {
    list.iter().map(|item| body::html(book, page, item)).collect()
}

fn type_values(book: &Book<'_>, page: &SitePage) -> TypeValues {
    let Kind::Type(card) = &page.page.kind else { unreachable!("called for customer types only") };
    let language = Language::of_tag(&page.page.address.language);
    let label = |prefix: &str, step: &str| book.theme.label(language, &format!("{prefix}_{step}")).to_string();
    TypeValues {
        internal_name: card.internal_name.clone().filter(|_| book.site.config.internal_names_shown),
        signals_html: bodies(book, page, &card.signals),
        do_html: bodies(book, page, &card.do_),
        dont_html: bodies(book, page, &card.dont),
        promise_html: bodies(book, page, &card.promise),
        first_visit_html: bodies(book, page, &card.first_visit),
        objections: card
            .objections
            .iter()
            .filter_map(|typical| {
                let card = book.card_of(page, &typical.card.value)?;
                Some(TypicalValues { card, answer_html: body::html(book, page, &typical.answer) })
            })
            .collect(),
        aida: AIDA_STEPS
            .iter()
            .zip(&card.aida)
            .map(|(id, line)| AidaValues { id, label: label("aida", id), line: line.line.clone() })
            .collect(),
        time_split: TIME_STEPS
            .iter()
            .zip(card.time_split)
            .map(|(id, percent)| ShareValues { id, label: label("time", id), percent })
            .collect(),
        time_split_provenance: card.time_split_provenance.map(|id| provenance(id, language)),
        script: card.script.as_ref().and_then(|id| book.card_of(page, &id.value)),
    }
}

fn objection_values(book: &Book<'_>, page: &SitePage) -> Option<ObjectionValues> {
    let Kind::Objection(card) = &page.page.kind else { return None };
    let site = book.site;
    let group = card.group.value;
    let (_, introduction) = GROUPS.iter().find(|(name, _)| *name == group).copied().unwrap_or((group, group));
    let group_page = book.card_of(page, introduction).or_else(|| {
        let section = page.page.address.section.as_deref()?;
        book.card_of(page, section)
    });
    Some(ObjectionValues {
        group: GroupLinkValues {
            id: group,
            title: group_page.as_ref().map_or_else(|| group.to_string(), |card| card.title.clone()),
            url: group_page.map_or_else(|| "#".to_string(), |card| card.url),
        },
        say: card.say.line.clone(),
        step_back: card.step_back.line.clone(),
        ask: card.ask.line.clone(),
        avoid_html: body::html(book, page, &card.avoid),
        variants: card
            .variants
            .iter()
            .filter_map(|variant| {
                let customer_type = book.card_of(page, &variant.customer_type.value)?;
                Some(VariantValues {
                    type_id: customer_type.id,
                    title: customer_type.title,
                    url: customer_type.url,
                    line: variant.line.line.clone(),
                })
            })
            .collect(),
        types: card.types.iter().filter_map(|id| book.card_of(page, &id.value)).collect(),
        methods: card
            .methods
            .iter()
            .filter_map(|method| {
                let (id, anchor) = method.value.split_once('#').unwrap_or((&method.value, ""));
                let anchor = (!anchor.is_empty()).then_some(anchor);
                let target = site.resolve(&page.page.address.language, id)?;
                let heading =
                    anchor.and_then(|anchor| target.page.body.headings.iter().find(|heading| heading.anchor == anchor));
                Some(LinkValues {
                    title: heading
                        .map_or_else(|| target.page.common.title.value.clone(), |heading| heading.text.clone()),
                    url: body::page_url(site, page, id, anchor)?,
                })
            })
            .collect(),
        causes_html: bodies(book, page, &card.causes),
    })
}
