//! The architecture, as a test: modules use lower floors only, a third-party crate has one home, files keep in shape.
//!
//! Reads the text of `src/`. A circle is cheap to refuse on the day it appears and dear to remove later.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// The floors from the ground up. Within one floor an arrow of [`SAME_FLOOR`] is needed.
const FLOORS: [&[&str]; 6] = [
    &["source", "path", "escape", "diagnostic", "yaml", "artifact", "machine"],
    &["config", "front_matter", "markdown", "rule", "template"],
    &["content", "theme", "site"],
    &["render", "search"],
    &["cache", "load", "pipeline", "publish", "watch", "server"],
    &["cli", "command", "main"],
];

/// Who may use whom on its own floor. The ground is one piece.
const SAME_FLOOR: [(&str, &[&str]); 6] = [
    ("site", &["content", "theme"]),
    ("render", &["search"]),
    ("pipeline", &["cache", "load"]),
    ("command", &["cli"]),
    ("main", &["cli", "command"]),
    // The settings are the one thing that texts of every kind are read by; what rules may use is a block of the book.
    ("markdown", &["config", "rule"]),
];

/// The only places that name a third-party crate; the others are free.
const HOMES: [(&str, &[&str]); 15] = [
    ("rhai", &["rule/"]),
    ("pulldown_cmark", &["markdown/"]),
    ("tera", &["template.rs"]),
    ("annotate_snippets", &["diagnostic/terminal.rs"]),
    ("serde_saphyr", &["yaml/"]),
    ("axum", &["server/"]),
    ("hyper", &["server/"]),
    ("hyper_util", &["server/"]),
    ("notify", &["watch.rs"]),
    ("notify_debouncer_full", &["watch.rs"]),
    ("walkdir", &["load.rs", "publish/", "watch.rs"]),
    ("include_dir", &["theme.rs", "command/"]),
    ("jieba_rs", &["search/"]),
    ("sha2", &["artifact.rs"]),
    ("clap", &["cli.rs", "main.rs", "command/"]),
];

/// Nothing below floor 4 touches the machine.
const MACHINE: [&str; 5] = ["std::fs", "std::env", "std::net", "std::process", "std::time"];

struct File {
    /// Below `src`, with `/`.
    path: String,
    text: String,
}

impl File {
    /// The top-level module: `markdown` of `markdown/link.rs`.
    fn module(&self) -> &str {
        self.path.split('/').next().unwrap_or("").trim_end_matches(".rs")
    }

    /// Lines with their numbers, without comments and without the unit tests at the end.
    fn code(&self) -> impl Iterator<Item = (usize, &str)> {
        let lines = self.text.lines().enumerate().take_while(|(_, line)| *line != "#[cfg(test)]");
        lines.map(|(index, line)| (index + 1, line)).filter(|(_, line)| !line.trim_start().starts_with("//"))
    }
}

fn sources() -> Vec<File> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    let mut folders = vec![root.clone()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).expect("src can be read") {
            let path: PathBuf = entry.expect("src can be read").path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let text = fs::read_to_string(&path).expect("source files are UTF-8");
                let path = path.strip_prefix(&root).expect("below src").to_string_lossy().replace('\\', "/");
                files.push(File { path, text });
            }
        }
    }
    files.sort_by(|a, b| a.path.cmp(&b.path));
    files
}

fn floor(module: &str) -> Option<usize> {
    FLOORS.iter().position(|floor| floor.contains(&module))
}

/// The top-level modules that a line names, as `crate::x` or `salesbook::x`, braces included.
fn named_modules(line: &str) -> Vec<String> {
    let word = |text: &str| text.chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '_').collect::<String>();
    let mut modules = Vec::new();
    for start in ["crate::", "salesbook::"] {
        for (at, _) in line.match_indices(start) {
            let free = line[..at].chars().next_back().is_none_or(|c| !c.is_ascii_alphanumeric() && c != '_');
            let behind = &line[at + start.len()..];
            match behind.strip_prefix('{') {
                _ if !free => {}
                Some(list) => modules.extend(list.split(',').map(|item| word(item.trim()))),
                None => modules.push(word(behind)),
            }
        }
    }
    modules.retain(|module| !module.is_empty());
    modules
}

#[test]
fn imports_go_down() {
    let mut wrong = Vec::new();
    for file in sources().iter().filter(|file| file.path != "lib.rs") {
        let own = file.module();
        let Some(own_floor) = floor(own) else {
            wrong.push(format!("{}: the module `{own}` stands on no floor; add it to FLOORS", file.path));
            continue;
        };
        for (line, text) in file.code() {
            for used in named_modules(text).iter().map(String::as_str).filter(|used| *used != own) {
                let allowed = match floor(used) {
                    // A type or macro of the crate itself, such as `crate::VERSION`, is no module.
                    None => continue,
                    Some(0) if own_floor == 0 => true,
                    Some(used_floor) if used_floor == own_floor => {
                        SAME_FLOOR.iter().any(|(module, others)| *module == own && others.contains(&used))
                    }
                    Some(used_floor) => used_floor < own_floor,
                };
                if !allowed {
                    wrong.push(format!("src/{}:{line}: `{own}` may not use `{used}`: {}", file.path, text.trim()));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The ground is one piece, but not a circle.
#[test]
fn the_ground_has_no_circle() {
    let mut uses: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for file in sources().iter().filter(|file| floor(file.module()) == Some(0)) {
        let named = file.code().flat_map(|(_, line)| named_modules(line)).filter(|used| used != file.module());
        uses.entry(file.module().to_string()).or_default().extend(named);
    }
    // Takes away modules that use no other until nothing changes; what stays is a circle.
    while let Some(free) = uses.iter().find(|(_, others)| others.is_empty()).map(|(module, _)| module.clone()) {
        uses.remove(&free);
        uses.values_mut().for_each(|others| others.retain(|other| *other != free));
    }
    assert!(uses.is_empty(), "these modules use each other in a circle: {uses:?}");
}

#[test]
fn a_third_party_crate_has_one_home() {
    let mut wrong = Vec::new();
    for file in sources() {
        for (line, text) in file.code() {
            for (name, homes) in HOMES {
                let used = text.contains(&format!("{name}::")) || text.contains(&format!("use {name};"));
                // `hyper::` stands inside no longer name; `rhai::` may not be found in `my_rhai::`.
                let exact = text.match_indices(&format!("{name}::")).any(|(at, _)| {
                    text[..at].chars().next_back().is_none_or(|c| !c.is_ascii_alphanumeric() && c != '_' && c != ':')
                }) || text.contains(&format!("use {name};"));
                if used && exact && !homes.iter().any(|home| file.path.starts_with(home)) {
                    wrong.push(format!("src/{}:{line}: `{name}` lives in {homes:?}: {}", file.path, text.trim()));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn only_the_edges_touch_the_machine() {
    let mut wrong = Vec::new();
    for file in sources().iter().filter(|file| floor(file.module()).is_some_and(|floor| floor < 4)) {
        for (line, text) in file.code() {
            // A rule that takes too long is stopped by the clock; what it gives never depends on it.
            let clock = |forbidden: &str| file.path == "rule/engine.rs" && forbidden.contains("time");
            for forbidden in MACHINE.iter().filter(|forbidden| text.contains(*forbidden) && !clock(forbidden)) {
                wrong.push(format!("src/{}:{line}: `{forbidden}` below floor 4: {}", file.path, text.trim()));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn files_keep_in_shape() {
    let mut wrong = Vec::new();
    for file in sources() {
        let path = &file.path;
        let doc: Vec<&str> = file.text.lines().take_while(|line| line.starts_with("//!")).collect();
        if doc.first().is_none_or(|line| line.trim_start_matches("//!").trim().len() < 12) {
            wrong.push(format!("src/{path}: a file starts with `//!` and a sentence that says what it is for"));
        }
        let length = file.text.lines().count();
        if length > 700 {
            wrong.push(format!("src/{path}: {length} lines; past 700 it is two files"));
        }
        for (line, text) in file.text.lines().enumerate() {
            for left_over in ["todo!", "dbg!", "unimplemented!", "TODO", "FIXME"] {
                if text.contains(left_over) {
                    wrong.push(format!("src/{path}:{}: left over: {}", line + 1, text.trim()));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn imports_are_found_in_every_form() {
    let check = |line: &str, expected: &[&str]| assert_eq!(named_modules(line), expected, "{line}");
    check("use crate::source::{SourceFile, Span};", &["source"]);
    check("use crate::{diagnostic::Diagnostic, path::SourcePath};", &["diagnostic", "path"]);
    check("    fn f(page: &crate::content::Page) -> crate::site::Site {", &["content", "site"]);
    check("pub(crate) fn f() {}", &[]);
}
