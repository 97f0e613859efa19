//! `salesbook.json`: the mark of a published folder, and the list of what it holds.

use std::collections::BTreeMap;

use serde::Serialize;

use super::VERSION;
use crate::artifact::{Artifacts, sha256_hex};
use crate::path::OutputPath;
use crate::site::Site;

/// The manifest's name.
const NAME: &str = "salesbook.json";

#[derive(Serialize)]
struct Manifest<'site> {
    generator: &'static str,
    version: &'static str,
    playbook: &'site str,
    title: &'site str,
    language: &'site str,
    pages: Vec<Page<'site>>,
    rules: Vec<Rule<'site>>,
    files: BTreeMap<String, String>,
}

#[derive(Serialize)]
struct Page<'site> {
    id: &'site str,
    kind: &'static str,
    title: &'site str,
    url: String,
    language: &'site str,
    covers: Vec<&'site str>,
}

#[derive(Serialize)]
struct Rule<'site> {
    id: &'site str,
    url: &'site str,
}

/// Adds the manifest of everything that is in `artifacts`.
pub(super) fn add(site: &Site, rules: &BTreeMap<String, OutputPath>, artifacts: &mut Artifacts) {
    let own = OutputPath::new(NAME).expect("a plain name");
    let manifest = Manifest {
        generator: "salesbook",
        version: VERSION,
        playbook: &site.config.name,
        title: &site.config.title,
        language: &site.config.language,
        pages: site
            .pages
            .iter()
            .map(|page| Page {
                id: &page.page.address.id,
                kind: page.page.kind.name().as_str(),
                title: &page.page.common.title.value,
                url: own.link_to(&page.output),
                language: &page.page.address.language,
                covers: page.page.common.covers.iter().map(|row| row.value.as_str()).collect(),
            })
            .collect(),
        rules: rules.iter().map(|(id, path)| Rule { id, url: path.as_str() }).collect(),
        files: artifacts.iter().map(|(path, bytes)| (path.to_string(), sha256_hex(bytes))).collect(),
    };
    let mut json = serde_json::to_string_pretty(&manifest).expect("only strings are used as keys");
    json.push('\n');
    artifacts.insert(own, json);
}
