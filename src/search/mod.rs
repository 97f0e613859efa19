//! The search index: pages become small files that the reader in the browser loads by need.
//!
//! [`build_index`] takes the plain texts of all pages and returns every file under `search/`. Chinese is indexed by
//! overlapping pairs of characters, so a fragment of any length is found; Latin words are indexed whole. Titles,
//! aliases and headings also yield a lexicon of words in pinyin. The ranking happens in the reader,
//! `themes/default/scripts/search-*.js`; the format that both share is described in `shard` and `record`.
//!
//! Every file calls `SB("<hash>/<name>", value)`, where the hash covers all files of this build: a page of one edition
//! never mixes with the index of another. Only `search/boot.js`, which names the hash, keeps its address.

mod bits;
mod index;
mod pinyin;
mod record;
mod romanize;
mod shard;
mod tokens;

use rayon::prelude::*;

use crate::artifact::{Artifacts, sha256_hex, short_hash};
use crate::path::OutputPath;
pub use pinyin::Linguistics;
pub use romanize::romanize;

/// A page as the search sees it.
#[derive(Debug, Clone, Default)]
pub struct SearchPage {
    /// Unique in the site.
    pub id: String,
    /// Such as `objection`.
    pub kind: String,
    /// Shown, and found with a high rank.
    pub title: String,
    /// Relative to the site's root, percent-encoded.
    pub url: String,
    /// Where the page stands, in words; may be empty.
    pub breadcrumb: String,
    /// The sentence to say, offered for copying beside the result.
    pub say: Option<String>,
    /// Other words for the page; they rank as high as the title.
    pub aliases: Vec<String>,
    /// Words that find the page and are shown nowhere.
    pub hidden_aliases: Vec<String>,
    /// The text in order; the part before the first heading has an empty heading.
    pub sections: Vec<SearchSection>,
}

/// The text below one heading.
#[derive(Debug, Clone, Default)]
pub struct SearchSection {
    /// The heading's id in the page, not percent-encoded; empty at the top.
    pub anchor: String,
    /// The heading as plain text.
    pub heading: String,
    /// Plain text.
    pub text: String,
}

/// What a playbook decides about its search.
#[derive(Debug, Clone, Default)]
pub struct SearchSettings {
    /// Ids of pages offered before anything is typed; unknown ids are left out.
    pub pinned: Vec<String>,
    /// Kinds whose titles are offered as example queries, in order; all kinds if empty.
    pub suggested_kinds: Vec<String>,
    /// How much pages of a kind count in the ranking, in percent; 100 for a kind that is not listed. A card that
    /// answers at once may thus stand before a guide that is called the same.
    pub kind_percents: Vec<(String, u32)>,
}

/// Makes all files under `search/`. The order of `pages` numbers them: give them sorted by url, so that the same
/// pages always yield the same bytes and neighbours are alike.
pub fn build_index(pages: &[SearchPage], settings: &SearchSettings, linguistics: &Linguistics) -> Artifacts {
    let (index, lexicon) = rayon::join(|| index::index_pages(pages), || pinyin::lexicon(pages, linguistics));
    let kinds = record::kinds(pages);
    let directories = [
        index.pairs.directory.as_str(),
        &index.characters.directory,
        &index.words.directory,
        &lexicon.full.directory,
        &lexicon.initials.directory,
    ];
    let mut files = vec![
        File { name: "m".to_owned(), value: record::manifest(pages, &kinds, directories, settings) },
        File { name: "k".to_owned(), value: record::kind_letters(pages, &kinds) },
        File { name: "h".to_owned(), value: crate::escape::script_json(&linguistics.sounds()) },
    ];
    let families = [
        ("b", index.pairs.files),
        ("u", index.characters.files),
        ("w", index.words.files),
        ("p", lexicon.full.files),
        ("i", lexicon.initials.files),
    ];
    for (family, shards) in families {
        // Base64 and the lexicon's lines need no escape but that of the line break.
        files.extend(shards.into_iter().enumerate().map(|(number, shard)| File {
            name: format!("{family}/{number}"),
            value: crate::escape::script_json(&shard),
        }));
    }
    files.par_extend(
        pages
            .par_iter()
            .enumerate()
            .map(|(number, page)| File { name: format!("r/{number}"), value: record::record(page, &kinds) }),
    );
    publish(files)
}

struct File {
    /// Path below the build's folder, without `.js`.
    name: String,
    /// JSON.
    value: String,
}

fn publish(files: Vec<File>) -> Artifacts {
    let hashes: Vec<String> = files.par_iter().map(|file| sha256_hex(file.value.as_bytes())).collect();
    let named: Vec<String> = files.iter().zip(&hashes).map(|(file, hash)| format!("{} {hash}\n", file.name)).collect();
    let build = short_hash(named.concat().as_bytes());
    let scripts: Vec<(OutputPath, Vec<u8>)> = files
        .into_par_iter()
        .map(|file| {
            let script = format!("SB(\"{build}/{}\",{});\n", file.name, file.value);
            (output_path(format!("search/{build}/{}.js", file.name)), script.into_bytes())
        })
        .collect();
    let mut artifacts = Artifacts::default();
    artifacts.insert(output_path("search/boot.js".to_owned()), format!("SB(\"boot\",\"{build}\");\n"));
    for (path, script) in scripts {
        artifacts.insert(path, script);
    }
    artifacts
}

fn output_path(path: String) -> OutputPath {
    OutputPath::new(path).expect("made of letters, digits and slashes")
}
