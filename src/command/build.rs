//! `salesbook build`: the site in a folder, or the findings that keep it from being one.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use super::{failed, output, report};
use crate::diagnostic::Language;
use crate::pipeline;
use crate::publish;
use crate::render::RenderOptions;
use crate::search::Linguistics;

/// What the author asked for.
#[derive(Debug)]
pub struct BuildOptions {
    /// The playbook's root.
    pub root: PathBuf,
    /// The folder of the site.
    pub out: PathBuf,
    /// Where the site will stand.
    pub base_url: Option<String>,
    /// Whether drafts are published.
    pub drafts: bool,
}

/// The folder of the site unless another is named: `dist` in the playbook's root.
pub fn default_out(root: &Path) -> PathBuf {
    if root == Path::new(".") { PathBuf::from("dist") } else { root.join("dist") }
}

/// Builds and publishes. Exit code 1 when the author's files have errors, 2 when the machine fails.
pub fn run(options: &BuildOptions, language: Option<Language>) -> ExitCode {
    let mut checked = pipeline::check(&options.root, options.drafts);
    let language = super::language(language, &checked.config);
    let render_options = RenderOptions { base_url: options.base_url.clone() };
    let artifacts = pipeline::render(&mut checked, Some(&Linguistics::load()), &render_options);
    report::print(&checked.diagnostics, &checked.sources, language);
    let Some(artifacts) = artifacts else {
        output::message(match language {
            Language::Zh => "没有发布，原来的网站没有动",
            Language::En => "nothing was published; the old site is untouched",
        });
        return super::with_errors(&checked);
    };
    match publish::publish(&artifacts, &options.out) {
        Ok(published) => {
            let pages = checked.site.as_ref().map_or(0, |site| site.pages.len());
            let out = options.out.display();
            output::result(match language {
                Language::Zh => {
                    format!("{pages}页，{}个文件（{}个有变化） → {out}", published.files, published.changed)
                }
                Language::En => {
                    format!(
                        "{}, {} ({} changed) → {out}",
                        report::plural(pages, "page"),
                        report::plural(published.files, "file"),
                        published.changed
                    )
                }
            });
            ExitCode::SUCCESS
        }
        Err(error) => failed(&error, language),
    }
}
