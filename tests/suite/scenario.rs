//! Scenarios: one file is a small playbook, what is run on it, and what is expected.
//!
//! [`check_folder`] runs every `*.site` file of a folder. The parts of a file are described in `tests/README.md`; a
//! part starts with a line `-- … --`. With `UPDATE=1` the expected outputs and lists are rewritten, with `ONLY=word`
//! only files whose name contains the word are run.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use rayon::prelude::*;

use crate::support::{Folder, files, salesbook};

/// The folder that commands publish to unless told otherwise.
const OUT: &str = "dist";

/// Runs all scenarios of a folder of `tests/`, and fails with a report on every one that is not as expected.
#[track_caller]
pub(crate) fn check_folder(folder: &str) {
    let only = std::env::var("ONLY").unwrap_or_default();
    let update = std::env::var_os("UPDATE").is_some();
    let all = scenarios(folder);
    assert!(!all.is_empty(), "tests/{folder} holds no scenario");
    let chosen = all.par_iter().filter(|path| path.to_string_lossy().contains(&only));
    let mut failures: Vec<String> = chosen.filter_map(|path| check(path, update).err()).collect();
    failures.sort();
    assert!(failures.is_empty(), "{} of {}:\n\n{}", failures.len(), all.len(), failures.join("\n\n"));
}

/// The scenarios of a folder of `tests/`, by name.
pub(crate) fn scenarios(folder: &str) -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests").join(folder);
    let entries = fs::read_dir(&folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.expect("readable").path()).collect();
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "site"));
    paths.sort();
    paths
}

/// A part of a scenario: its header between the dashes, and the lines below it.
struct Part {
    line: usize,
    header: String,
    body: String,
}

fn parse(text: &str) -> (String, Vec<Part>) {
    let mut prose = String::new();
    let mut parts: Vec<Part> = Vec::new();
    for (index, line) in text.lines().enumerate() {
        if let Some(header) = line.strip_prefix("-- ").and_then(|rest| rest.strip_suffix(" --")) {
            parts.push(Part { line: index + 1, header: header.to_string(), body: String::new() });
            continue;
        }
        let into = parts.last_mut().map_or(&mut prose, |part| &mut part.body);
        into.push_str(line);
        into.push('\n');
    }
    (prose, parts)
}

fn check(path: &Path, update: bool) -> Result<(), String> {
    let text = fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))?;
    let (prose, parts) = parse(&text);
    let place = |part: &Part| format!("{}:{}", path.display(), part.line);
    if prose.trim().is_empty() {
        return Err(format!("{}: a scenario starts with a sentence that says what it shows", path.display()));
    }
    let name = path.file_stem().unwrap_or_default().to_string_lossy();
    let mut stage = Stage { folder: Folder::new(&name), before: BTreeMap::new() };
    let mut written = prose;
    let mut problems: Vec<String> = Vec::new();
    for part in &parts {
        written.push_str(&format!("-- {} --\n", part.header));
        match stage.play(part) {
            Ok(None) => written.push_str(&part.body),
            Ok(Some(actual)) => {
                if !update && actual.trim_end() != part.body.trim_end() {
                    problems.push(format!("{}: {}\n{}", place(part), part.header, difference(&part.body, &actual)));
                }
                written.push_str(&actual);
                // One empty line between parts, where there was one.
                if part.body.ends_with("\n\n") {
                    written.push('\n');
                }
            }
            Err(problem) => {
                problems.push(format!("{}: {}\n{problem}", place(part), part.header));
                written.push_str(&part.body);
            }
        }
    }
    if update && written != text {
        fs::write(path, written).map_err(|error| format!("{}: {error}", path.display()))?;
    }
    if problems.is_empty() { Ok(()) } else { Err(problems.join("\n")) }
}

fn difference(expected: &str, actual: &str) -> String {
    let (expected, actual) = (expected.trim_end(), actual.trim_end());
    let pairs = expected.lines().map(Some).chain(std::iter::repeat(None));
    let first = actual.lines().zip(pairs).position(|(actual, expected)| Some(actual) != expected);
    let first = first.unwrap_or(actual.lines().count());
    let mark = |text: &str| {
        let line = |(index, line)| format!("{} {line}", if index == first { '>' } else { '|' });
        text.lines().enumerate().map(line).collect::<Vec<_>>().join("\n")
    };
    format!("expected:\n{}\nactual:\n{}", mark(expected), mark(actual))
}

/// The folder of one scenario, and the published files as they were before the last command.
struct Stage {
    folder: Folder,
    before: BTreeMap<String, Vec<u8>>,
}

impl Stage {
    /// Does what a part says. The actual text comes back where the part expects one.
    fn play(&mut self, part: &Part) -> Result<Option<String>, String> {
        let words = words(&part.header);
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        match words[..] {
            ["$", "salesbook", ref arguments @ ..] => {
                self.before = files(&self.folder.join(OUT));
                let run = salesbook(self.folder.path(), arguments);
                let code = run.code.map_or("signal".to_string(), |code| code.to_string());
                Ok(Some(format!("exit {code}\n{}", self.without_machine(&run.text))))
            }
            ["site"] => Ok(Some(self.list(OUT))),
            ["site", "unchanged"] => {
                let now = files(&self.folder.join(OUT));
                if now == self.before { Ok(None) } else { Err("the published site has changed".to_string()) }
            }
            ["site", folder] => Ok(Some(self.list(folder))),
            ["file", path, "contains"] => self.contains(path, part, true),
            ["file", path, "lacks"] => self.contains(path, part, false),
            ["remove", path] => {
                let path = self.folder.join(path);
                let removed = if path.is_dir() { fs::remove_dir_all(&path) } else { fs::remove_file(&path) };
                removed.map(|()| None).map_err(|error| error.to_string())
            }
            ["symlink", path, "->", target] => self.symlink(path, target),
            ["edit", path] => self.edit(path, part),
            [path, "escaped"] => {
                self.folder.write(path, unescape(&content(&part.body))?);
                Ok(None)
            }
            [path] => {
                self.folder.write(path, content(&part.body));
                Ok(None)
            }
            _ => Err("no such part; see tests/README.md".to_string()),
        }
    }

    /// Output without what differs from run to run or with every change of the theme.
    fn without_machine(&self, text: &str) -> String {
        let text = text.replace(&*self.folder.path().to_string_lossy(), "<folder>");
        let line = |line: &str| {
            // `2 pages, 30 files (4 changed) → dist` counts the theme's files.
            match (line.split_once(", "), line.split_once("页，"), line.split_once(" → ")) {
                (Some((pages, _)), _, Some((_, out))) => format!("{pages}, N files (N changed) → {out}"),
                (_, Some((pages, _)), Some((_, out))) => format!("{pages}页，N个文件（N个有变化） → {out}"),
                _ => line.trim_end().to_string(),
            }
        };
        let mut lines: String = text.lines().map(|text| line(text) + "\n").collect();
        lines.truncate(lines.trim_end().len() + 1);
        lines
    }

    /// The published files. What the theme and the search index bring along is one line each.
    fn list(&self, folder: &str) -> String {
        let mut names: Vec<String> = files(&self.folder.join(folder)).into_keys().collect();
        for name in &mut names {
            let own = name.starts_with("assets/content/") || name.starts_with("assets/rule-");
            match name.split_once('/') {
                Some((folder @ ("assets" | "search"), _)) if !own => *name = format!("{folder}/…"),
                Some(("assets", file)) if own && file.starts_with("rule-") => *name = without_hash(name),
                _ => {}
            }
        }
        names.sort();
        names.dedup();
        if names.is_empty() {
            names.push("(nothing)".to_string());
        }
        names.join("\n") + "\n"
    }

    fn contains(&self, path: &str, part: &Part, wanted: bool) -> Result<Option<String>, String> {
        let file = self.folder.join(OUT).join(path);
        let text = fs::read_to_string(&file).map_err(|error| format!("{path}: {error}"))?;
        let lines = part.body.lines().map(str::trim).filter(|line| !line.is_empty());
        let wrong: Vec<&str> = lines.filter(|line| text.contains(*line) != wanted).collect();
        if wrong.is_empty() {
            return Ok(None);
        }
        let verb = if wanted { "lacks" } else { "contains" };
        // The head and the navigation of a page are rarely meant.
        let shown = &text[text.find("<main").unwrap_or(0)..];
        Err(format!("{path} {verb}:\n{}\nits text:\n{}", wrong.join("\n"), shown.trim_end()))
    }

    #[cfg(unix)]
    fn symlink(&self, path: &str, target: &str) -> Result<Option<String>, String> {
        let link = self.folder.join(path);
        fs::create_dir_all(link.parent().expect("below the folder")).map_err(|error| error.to_string())?;
        std::os::unix::fs::symlink(target, link).map(|()| None).map_err(|error| error.to_string())
    }

    #[cfg(not(unix))]
    fn symlink(&self, _: &str, _: &str) -> Result<Option<String>, String> {
        Err("symbolic links need a Unix system".to_string())
    }

    /// Replaces text: a line `- old` followed by a line `+ new`, as often as wanted.
    fn edit(&self, path: &str, part: &Part) -> Result<Option<String>, String> {
        let file = self.folder.join(path);
        let mut text = fs::read_to_string(&file).map_err(|error| format!("{path}: {error}"))?;
        let lines: Vec<&str> = part.body.lines().filter(|line| !line.is_empty()).collect();
        for pair in lines.chunks(2) {
            let [Some(old), Some(new)] =
                [pair[0].strip_prefix("- "), pair.get(1).and_then(|new| new.strip_prefix("+ "))]
            else {
                return Err("an edit is a line `- old` and a line `+ new`".to_string());
            };
            if text.matches(old).count() != 1 {
                return Err(format!("`{old}` must stand in {path} exactly once"));
            }
            text = text.replacen(old, new, 1);
        }
        self.folder.write(path, text);
        Ok(None)
    }
}

/// A file's text: without the empty lines before the next part, with one line break at its end.
fn content(body: &str) -> String {
    let body = body.trim_end_matches('\n');
    if body.is_empty() { String::new() } else { format!("{body}\n") }
}

/// `\t`, `\r`, `\n`, `\\`, `\u{…}` and `\xNN` in a file that cannot be written down as it is.
fn unescape(text: &str) -> Result<Vec<u8>, String> {
    let mut bytes = Vec::new();
    let mut rest = text;
    while let Some(at) = rest.find('\\') {
        bytes.extend(rest[..at].bytes());
        let escape = &rest[at + 1..];
        let broken = || format!("`\\{}` is no escape", escape.chars().take(4).collect::<String>());
        let (byte, length) = match escape.chars().next().ok_or_else(broken)? {
            't' => (b'\t', 1),
            'r' => (b'\r', 1),
            'n' => (b'\n', 1),
            '\\' => (b'\\', 1),
            'x' => (u8::from_str_radix(escape.get(1..3).ok_or_else(broken)?, 16).map_err(|_| broken())?, 3),
            'u' => {
                let end = escape.find('}').ok_or_else(broken)?;
                let number = u32::from_str_radix(&escape[2..end], 16).map_err(|_| broken())?;
                let c = char::from_u32(number).ok_or_else(broken)?;
                bytes.extend(c.to_string().bytes());
                rest = &escape[end + 1..];
                continue;
            }
            _ => return Err(broken()),
        };
        bytes.push(byte);
        rest = &escape[length..];
    }
    bytes.extend(rest.bytes());
    Ok(bytes)
}

/// The words of a header; double quotes hold words together.
fn words(header: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    for (index, part) in header.split('"').enumerate() {
        if index % 2 == 1 {
            words.push(part.to_string());
        } else {
            words.extend(part.split_whitespace().map(str::to_string));
        }
    }
    words
}

/// `assets/rule-finder.0a1b2c3d.js` as `assets/rule-finder.HASH.js`.
fn without_hash(name: &str) -> String {
    let is_hash = |part: &&str| part.len() >= 8 && part.bytes().all(|byte| byte.is_ascii_hexdigit());
    name.split('.').map(|part| if is_hash(&part) { "HASH" } else { part }).collect::<Vec<_>>().join(".")
}
