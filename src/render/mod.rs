//! A checked [`Site`] becomes bytes with paths.
//!
//! [`render`] fills the theme's templates, one page after another in parallel, and adds everything else that the
//! published folder needs: styles and scripts ([`asset`]), compiled rules, the search index, images, and the manifest.
//! [`body`] turns a page's pieces into markup, [`context`] is what templates see, [`page`] fills it in, [`overview`]
//! makes the pages that no file stands for (tags, search, not found), [`tool`] the part of a page that asks, [`decision`]
//! what it goes by, [`card`] what the customer card knows of the tools.

pub mod asset;
mod body;
mod card;
mod context;
mod decision;
mod manifest;
mod overview;
mod page;
mod searchable;
mod tool;

use rayon::prelude::*;

use crate::artifact::Artifacts;
use crate::diagnostic::Diagnostic;
use crate::path::OutputPath;
use crate::search::Linguistics;
use crate::site::Site;
use crate::theme::Theme;

/// The version that pages and manifest carry.
pub const VERSION: &str = env!("CARGO_PKG_VERSION");

/// What the author asked for besides the content.
#[derive(Debug, Clone, Default)]
pub struct RenderOptions {
    /// Where the site will stand, for canonical links; without a slash at the end.
    pub base_url: Option<String>,
}

/// Renders everything. A template that fails is a finding, and then there are no artifacts. Without `linguistics` no
/// search index is made, which is enough to find what is wrong.
pub fn render(
    site: &Site,
    theme: &Theme,
    linguistics: Option<&Linguistics>,
    options: &RenderOptions,
) -> Result<Artifacts, Vec<Diagnostic>> {
    let (index, assets) = rayon::join(
        || linguistics.map(|linguistics| searchable::index(site, linguistics)),
        || asset::assets(site, theme),
    );
    let book = page::Book::new(site, theme, &assets, options);
    let mut documents: Vec<Document> =
        (0..site.pages.len()).into_par_iter().map(|index| page::document(&book, index)).collect();
    documents.extend(overview::documents(&book));
    let rendered: Vec<Result<(OutputPath, String), Diagnostic>> = documents
        .into_par_iter()
        .map(|document| {
            let html = theme.templates.render(document.template, document.output.as_str(), &document.values)?;
            Ok((document.output, html))
        })
        .collect();

    let mut artifacts = Artifacts::default();
    let mut found: Vec<Diagnostic> = Vec::new();
    for result in rendered {
        match result {
            Ok((output, html)) => artifacts.insert(output, html),
            // The same template fails on many pages in the same way; one finding is enough.
            Err(diagnostic) if found.iter().any(|earlier| earlier.path == diagnostic.path) => {}
            Err(diagnostic) => found.push(diagnostic),
        }
    }
    if !found.is_empty() {
        return Err(found);
    }
    if let Some(index) = index {
        artifacts.extend(index);
    }
    artifacts.extend(assets.files);
    for (path, bytes) in &site.static_files {
        artifacts.insert(body::static_output(site, path), bytes.clone());
    }
    manifest::add(site, &assets.rules, &mut artifacts);
    Ok(artifacts)
}

/// One page before its template is filled in.
pub(crate) struct Document {
    output: OutputPath,
    template: &'static str,
    values: context::Values,
}
