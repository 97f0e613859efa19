//! What templates see. Every URL is relative to the page; names that end in `_html` are finished markup.

use serde::Serialize;

use crate::escape::Html;
use crate::markdown::Line;
use crate::template::Shared;

/// Everything one template may use, besides the global words of the interface.
#[derive(Debug, Default, Serialize)]
pub(super) struct Values {
    pub(super) lang: String,
    /// Empty at the site's root, else `../` as often as needed.
    pub(super) root: String,
    pub(super) csp: &'static str,
    /// The words of the interface by key.
    pub(super) labels: Shared,
    /// [`SiteValues`].
    pub(super) site: Shared,
    /// [`AssetValues`].
    pub(super) assets: Shared,
    pub(super) page: PageValues,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) objection: Option<ObjectionValues>,
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    pub(super) customer_type: Option<TypeValues>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) script: Option<ScriptValues>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) tool: Option<ToolValues>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) card: Option<CardValues>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) home: Option<HomeValues>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) section: Option<SectionValues>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) term: Option<GroupValues>,
    pub(super) terms: Vec<TermValues>,
    pub(super) groups: Vec<GroupValues>,
}

/// What all pages of one section in one folder have in common.
#[derive(Debug, Clone)]
pub(super) struct Frame {
    pub(super) labels: Shared,
    pub(super) site: Shared,
    pub(super) assets: Shared,
}

#[derive(Debug, Default, Clone, Serialize)]
pub(super) struct SiteValues {
    pub(super) title: String,
    pub(super) tagline: String,
    pub(super) language: String,
    pub(super) home_url: String,
    pub(super) search_url: String,
    pub(super) tags_url: String,
    pub(super) version: &'static str,
    pub(super) sections: Vec<NavigationValues>,
    pub(super) footer: String,
}

#[derive(Debug, Default, Clone, Serialize)]
pub(super) struct NavigationValues {
    pub(super) id: String,
    pub(super) title: String,
    pub(super) url: String,
    pub(super) current: bool,
}

#[derive(Debug, Default, Clone, Serialize)]
pub(super) struct AssetValues {
    pub(super) style: String,
    pub(super) site: String,
    pub(super) tool: String,
    pub(super) boot: String,
    pub(super) favicon: String,
}

#[derive(Debug, Default, Serialize)]
pub(super) struct PageValues {
    pub(super) id: String,
    pub(super) kind: String,
    pub(super) kind_label: String,
    pub(super) title: String,
    pub(super) summary: String,
    pub(super) url: String,
    pub(super) canonical: Option<String>,
    pub(super) breadcrumbs: Vec<LinkValues>,
    pub(super) previous: Option<LinkValues>,
    pub(super) next: Option<LinkValues>,
    pub(super) tags: Vec<LinkValues>,
    pub(super) provenance: Option<ProvenanceValues>,
    pub(super) sources: Vec<SourceValues>,
    pub(super) related: Vec<Card>,
    pub(super) headings: Vec<HeadingValues>,
    pub(super) body_html: Html,
    pub(super) draft: bool,
    /// Changes with every change of the page's file; empty where there is none.
    pub(super) digest: String,
    pub(super) owner: Option<String>,
    pub(super) verified_until: Option<String>,
    pub(super) weight: i64,
}

#[derive(Debug, Clone, Serialize)]
pub(super) struct LinkValues {
    pub(super) title: String,
    pub(super) url: String,
}

#[derive(Debug, Clone, Serialize)]
pub(super) struct ProvenanceValues {
    pub(super) id: &'static str,
    pub(super) label: &'static str,
}

#[derive(Debug, Serialize)]
pub(super) struct SourceValues {
    pub(super) label: String,
    pub(super) url: Option<String>,
}

#[derive(Debug, Serialize)]
pub(super) struct HeadingValues {
    pub(super) level: u8,
    /// As written in the `id` attribute.
    pub(super) id: String,
    /// The link to it within its page.
    pub(super) url: String,
    pub(super) text: String,
}

/// A page as other pages show it.
#[derive(Debug, Clone, Default, Serialize)]
pub(super) struct Card {
    pub(super) id: String,
    pub(super) kind: String,
    pub(super) kind_label: String,
    pub(super) title: String,
    pub(super) url: String,
    pub(super) summary: String,
    pub(super) say: Option<String>,
}

#[derive(Debug, Serialize)]
pub(super) struct ObjectionValues {
    pub(super) group: GroupLinkValues,
    pub(super) say: Line,
    pub(super) step_back: Line,
    pub(super) ask: Line,
    pub(super) avoid_html: Html,
    pub(super) variants: Vec<VariantValues>,
    pub(super) types: Vec<Card>,
    pub(super) methods: Vec<LinkValues>,
    pub(super) causes_html: Vec<Html>,
}

#[derive(Debug, Serialize)]
pub(super) struct GroupLinkValues {
    pub(super) id: &'static str,
    pub(super) title: String,
    pub(super) url: String,
}

#[derive(Debug, Serialize)]
pub(super) struct VariantValues {
    pub(super) type_id: String,
    pub(super) title: String,
    pub(super) url: String,
    pub(super) line: Line,
}

#[derive(Debug, Serialize)]
pub(super) struct TypeValues {
    pub(super) internal_name: Option<String>,
    pub(super) signals_html: Vec<Html>,
    pub(super) do_html: Vec<Html>,
    pub(super) dont_html: Vec<Html>,
    pub(super) promise_html: Vec<Html>,
    pub(super) first_visit_html: Vec<Html>,
    pub(super) objections: Vec<TypicalValues>,
    pub(super) aida: Vec<AidaValues>,
    pub(super) time_split: Vec<ShareValues>,
    pub(super) time_split_provenance: Option<ProvenanceValues>,
    pub(super) script: Option<Card>,
}

#[derive(Debug, Serialize)]
pub(super) struct TypicalValues {
    pub(super) card: Card,
    pub(super) answer_html: Html,
}

#[derive(Debug, Serialize)]
pub(super) struct AidaValues {
    pub(super) id: &'static str,
    pub(super) label: String,
    pub(super) line: Line,
}

#[derive(Debug, Serialize)]
pub(super) struct ShareValues {
    pub(super) id: &'static str,
    pub(super) label: String,
    pub(super) percent: i64,
}

#[derive(Debug, Serialize)]
pub(super) struct ScriptValues {
    pub(super) customer_type: Option<Card>,
}

#[derive(Debug, Serialize)]
pub(super) struct ToolValues {
    pub(super) rule: String,
    pub(super) fallback_html: Html,
    pub(super) decision_html: Html,
    pub(super) data_json: String,
    pub(super) outcomes: Vec<OutcomeValues>,
    pub(super) warnings: Vec<WarningValues>,
}

#[derive(Debug, Serialize)]
pub(super) struct CardValues {
    pub(super) axes: Vec<AxisValues>,
    pub(super) data_json: String,
}

#[derive(Debug, Serialize)]
pub(super) struct AxisValues {
    pub(super) title: String,
    pub(super) why: String,
    /// The id of the rule behind the tool.
    pub(super) rule: String,
    pub(super) tool: LinkValues,
}

#[derive(Debug, Serialize)]
pub(super) struct OutcomeValues {
    pub(super) id: String,
    pub(super) title: String,
    pub(super) summary: String,
    pub(super) advice: Vec<String>,
    pub(super) recheck_days: Option<i64>,
    pub(super) page_title: Option<String>,
    pub(super) url: Option<String>,
}

#[derive(Debug, Serialize)]
pub(super) struct WarningValues {
    pub(super) id: String,
    pub(super) text: String,
    pub(super) url: Option<String>,
}

#[derive(Debug, Serialize)]
pub(super) struct HomeValues {
    pub(super) pinned: Vec<Card>,
    pub(super) tool: Option<Card>,
    pub(super) entries: Vec<EntryValues>,
    pub(super) sections: Vec<ShelfValues>,
    /// Whether the page says what changed since the last visit.
    pub(super) changes: bool,
}

#[derive(Debug, Serialize)]
pub(super) struct EntryValues {
    pub(super) title: String,
    pub(super) text: String,
    pub(super) url: String,
}

#[derive(Debug, Serialize)]
pub(super) struct ShelfValues {
    pub(super) title: String,
    pub(super) url: String,
    pub(super) summary: String,
    pub(super) count: usize,
}

#[derive(Debug, Serialize)]
pub(super) struct SectionValues {
    pub(super) children: Vec<Card>,
    pub(super) listed: bool,
}

#[derive(Debug, Serialize)]
pub(super) struct GroupValues {
    pub(super) title: String,
    pub(super) url: String,
    pub(super) pages: Vec<Card>,
}

#[derive(Debug, Serialize)]
pub(super) struct TermValues {
    pub(super) title: String,
    pub(super) url: String,
    pub(super) count: usize,
}
