//! The least work that any site generator must do: read every page, parse it, put it into a constant shell, write it.
//!
//! `floor CONTENT OUT`, with `FLOOR_THREADS=n` threads (all by default). Nothing is kept between pages, no link is
//! resolved and nothing is checked. Build times are quoted as a ratio to this program's, measured in the same run, so
//! that they mean the same on a fast machine and on a slow disk.

use std::fs;
use std::path::{Path, PathBuf};

use pulldown_cmark::{Options, Parser, html};
use rayon::prelude::*;

const HEAD: &str = "<!doctype html>\n<html lang=\"zh-CN\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" content=\"width=device-width\">\n<title>floor</title>\n</head>\n<body>\n<main>\n";
const FOOT: &str = "</main>\n</body>\n</html>\n";

fn main() {
    let mut arguments = std::env::args_os().skip(1).map(PathBuf::from);
    let (Some(content), Some(out)) = (arguments.next(), arguments.next()) else {
        eprintln!("floor CONTENT OUT");
        std::process::exit(2);
    };
    if let Some(threads) = std::env::var("FLOOR_THREADS").ok().and_then(|number| number.parse().ok()) {
        rayon::ThreadPoolBuilder::new().num_threads(threads).build_global().expect("the pool is built once");
    }
    let mut pages = Vec::new();
    collect(&content, &out, &mut pages);
    pages.par_iter().for_each(|(page, target)| {
        let text = fs::read_to_string(page).unwrap_or_else(|error| panic!("{}: {error}", page.display()));
        let body = body_of(&text);
        let mut site = String::with_capacity(body.len() * 2 + HEAD.len() + FOOT.len());
        site.push_str(HEAD);
        html::push_html(&mut site, Parser::new_ext(body, Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH));
        site.push_str(FOOT);
        fs::write(target, site).unwrap_or_else(|error| panic!("{}: {error}", target.display()));
    });
    println!("{} pages", pages.len());
}

/// Every Markdown file with the file to be written for it; the folders are made on the way.
fn collect(folder: &Path, out: &Path, pages: &mut Vec<(PathBuf, PathBuf)>) {
    fs::create_dir_all(out).unwrap_or_else(|error| panic!("{}: {error}", out.display()));
    for entry in fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display())) {
        let path = entry.expect("a readable folder").path();
        let target = out.join(path.file_name().expect("an entry has a name"));
        if path.is_dir() {
            collect(&path, &target, pages);
        } else if path.extension().is_some_and(|extension| extension == "md") {
            pages.push((path, target.with_extension("html")));
        }
    }
}

/// The text behind the front matter.
fn body_of(text: &str) -> &str {
    text.strip_prefix("---\n").and_then(|rest| rest.split_once("\n---\n")).map_or(text, |(_, body)| body)
}
