//! Broken playbooks: whatever stands in the files, the program reports it and publishes nothing.
//!
//! Each case takes the good playbook of `tests/fixtures/playbook`, publishes it, breaks one thing and builds again.
//! The exit code must be 1 (2 is a failing machine, 101 a panic), a finding must point into a file, and the site that
//! was published before must be the same to the byte.

use std::fs;

use crate::support::{Folder, Run, files, playbook, salesbook};

/// What is done to the good playbook.
type Mutation = fn(&Folder);

const HOME: &str = "content/zh/_index.md";
const CARD: &str = "content/zh/cards/obj-dear.md";
const PAGE: &str = "content/zh/reference/methods.md";
const TOOL: &str = "content/zh/cards/finder.md";
const CONFIG: &str = "salesbook.yaml";
const SETTINGS: &str = "rules/settings.yaml";

/// Every case: its name, the file that a finding must name, and the mutation.
const CASES: &[(&str, &str, Mutation)] = &[
    ("bytes that are no text", PAGE, |folder| insert(folder, PAGE, b"\xff\xfe\x80")),
    ("a page that is an image", PAGE, |folder| {
        folder.write(PAGE, folder_bytes(folder, "content/zh/reference/chart.png"))
    }),
    ("settings that are no text", CONFIG, |folder| insert(folder, CONFIG, b"\xc4\xe3")),
    ("a rule that is no text", "rules/finder.rhai", |folder| insert(folder, "rules/finder.rhai", b"\x80")),
    ("thresholds that are no text", SETTINGS, |folder| insert(folder, SETTINGS, b"\x80")),
    ("thresholds that are a list", SETTINGS, |folder| folder.write(SETTINGS, "- finder\n")),
    ("a threshold that is nothing", SETTINGS, |folder| replace(folder, SETTINGS, "value: 2", "value:")),
    ("a threshold that no machine can hold", SETTINGS, |folder| replace(folder, SETTINGS, "value: 2", "value: 1e999")),
    ("a rule whose thresholds are gone", "rules/finder.rhai", |folder| remove(folder, SETTINGS)),
    ("thresholds two thousand deep", SETTINGS, |folder| {
        let deep: String = (0..2_000).map(|depth| format!("{}A:\n", " ".repeat(depth))).collect();
        append(folder, SETTINGS, &deep);
    }),
    ("an empty page", PAGE, |folder| folder.write(PAGE, "")),
    ("an empty home page", HOME, |folder| folder.write(HOME, "")),
    ("empty settings", CONFIG, |folder| folder.write(CONFIG, "")),
    ("no settings", CONFIG, |folder| remove(folder, CONFIG)),
    ("no home page", CONFIG, |folder| remove(folder, HOME)),
    ("no content", CONFIG, |folder| remove(folder, "content")),
    ("a page that others link to is gone", HOME, |folder| remove(folder, PAGE)),
    ("the image is gone", PAGE, |folder| remove(folder, "content/zh/reference/chart.png")),
    ("the rule is gone", TOOL, |folder| remove(folder, "rules/finder.rhai")),
    ("a folder in the place of a page", HOME, |folder| {
        remove(folder, PAGE);
        folder.write(&format!("{PAGE}/x.txt"), "");
    }),
    ("nothing but NUL characters", PAGE, |folder| folder.write(PAGE, [0; 4096])),
    ("NUL characters in the front matter", PAGE, |folder| replace(folder, PAGE, "summary: ", "summary: \0\0")),
    ("NUL characters and a broken link in the text", PAGE, |folder| {
        append(folder, PAGE, "\0H0\0 [[no\0where]] \0T99\0\n")
    }),
    ("brackets a hundred thousand deep in the front matter", PAGE, |folder| {
        replace(folder, PAGE, "tags: [方法]", &format!("tags: {}", "[".repeat(100_000)));
    }),
    ("closed brackets ten thousand deep in the front matter", PAGE, |folder| {
        replace(folder, PAGE, "tags: [方法]", &format!("tags: {}{}", "[".repeat(10_000), "]".repeat(10_000)));
    }),
    ("mappings two thousand deep in the settings", CONFIG, |folder| {
        let deep: String = (0..2_000).map(|depth| format!("{}a:\n", " ".repeat(depth))).collect();
        append(folder, CONFIG, &deep);
    }),
    ("anchors that grow to a billion values", PAGE, |folder| {
        let mut bomb = "tags: &a [x, x, x, x, x, x, x, x, x]\n".to_string();
        for (name, before) in ('b'..='i').zip('a'..='h') {
            let items = vec![format!("*{before}"); 9].join(", ");
            bomb.push_str(&format!("k{name}: &{name} [{items}]\n"));
        }
        replace(folder, PAGE, "tags: [方法]\n", &bomb);
    }),
    ("anchors inside brackets that grow to a billion values", PAGE, |folder| {
        let mut bomb = "tags: [&a [x, x, x, x, x, x, x, x, x]".to_string();
        for (name, before) in ('b'..='i').zip('a'..='h') {
            bomb.push_str(&format!(", &{name} [{}]", vec![format!("*{before}"); 9].join(", ")));
        }
        replace(folder, PAGE, "tags: [方法]", &format!("{bomb}]"));
    }),
    ("an anchor that contains itself", PAGE, |folder| replace(folder, PAGE, "tags: [方法]", "tags: [&a [*a]]")),
    ("a line of a megabyte with a broken link at its end", PAGE, |folder| {
        append(folder, PAGE, &format!("{}[[nowhere]]\n", "价格 ".repeat(150_000)));
    }),
    ("a title of a megabyte that is not closed", PAGE, |folder| {
        replace(folder, PAGE, "title: 方法", &format!("title: \"{}", "长".repeat(350_000)));
    }),
    ("a line to be said of a megabyte", CARD, |folder| {
        replace(folder, CARD, "step_back: 不急", &format!("step_back: {}", "慢".repeat(350_000)));
    }),
    ("quotations ten thousand deep and a broken link", PAGE, |folder| {
        append(folder, PAGE, &format!("{} [[nowhere]]\n\n[[nowhere]]\n", "> ".repeat(10_000)));
    }),
    ("square brackets fifty thousand deep and a broken link", PAGE, |folder| {
        append(folder, PAGE, &format!("{}\n\n[[nowhere]]\n", "[".repeat(50_000)));
    }),
    ("lists a thousand deep and a broken link", PAGE, |folder| {
        let deep: String = (0..1_000).map(|depth| format!("{}- x\n", "  ".repeat(depth))).collect();
        append(folder, PAGE, &format!("{deep}\n\n[[nowhere]]\n"));
    }),
    ("stars and underscores by the ten thousand and a broken link", PAGE, |folder| {
        append(folder, PAGE, &format!("{}{}\n\n[[nowhere]]\n", "*a_ ".repeat(10_000), "**".repeat(10_000)));
    }),
    ("a table of ten thousand columns and a broken link", PAGE, |folder| {
        let row = |cell: &str| format!("|{}\n", format!("{cell}|").repeat(10_000));
        append(folder, PAGE, &format!("\n{}{}{}\n[[nowhere]]\n", row("a"), row("-"), row("b")));
    }),
    ("braces by the ten thousand in a line", CARD, |folder| {
        replace(folder, CARD, "step_back: 不急", &format!("step_back: 不急{}{{没有}}", "{".repeat(10)));
    }),
    ("example blocks inside example blocks", PAGE, |folder| {
        let mut text = "[[nowhere]]\n".to_string();
        for length in 3..60 {
            let fence = "`".repeat(length);
            text = format!("{fence}example\n{text}{fence}\n");
        }
        append(folder, PAGE, &text);
    }),
    ("a block that is not closed", CARD, |folder| {
        let text = String::from_utf8(folder_bytes(folder, CARD)).expect("the fixture is text");
        let cut = text.find("```dialogue").expect("it has a dialogue") + "```dialogue\n客户：太贵了。\n".len();
        folder.write(CARD, format!("{}没有人说的一行\n", &text[..cut]));
    }),
    ("front matter that is not closed", PAGE, |folder| {
        replace(folder, PAGE, "covers: [method-ask]\n---\n", "covers: [method-ask]\n")
    }),
    ("a front matter of two thousand double keys", PAGE, |folder| {
        replace(folder, PAGE, "owner: ", &format!("{}owner: ", "weight: 1\n".repeat(2_000)));
    }),
    ("a thousand pages of the same id", "content/zh/s1/methods.md", |folder| {
        for number in 0..1_000 {
            folder.write(&format!("content/zh/s{number}/methods.md"), folder_bytes(folder, PAGE));
        }
    }),
    ("a name that only differs in case", "content/zh/reference/Methods.md", |folder| {
        folder.write("content/zh/reference/Methods.md", folder_bytes(folder, PAGE));
    }),
    ("a page in the place of the search page", "content/zh/search.md", |folder| {
        folder.write("content/zh/search.md", folder_bytes(folder, PAGE));
    }),
    #[cfg(unix)]
    ("a symbolic link to itself", "content/zh/reference/loop.md", |folder| link(folder, "loop.md", "loop.md")),
    #[cfg(unix)]
    ("a symbolic link to its own folder", "content/zh/reference/around", |folder| link(folder, ".", "around")),
    #[cfg(unix)]
    ("a symbolic link out of the playbook", "content/zh/reference/out.md", |folder| {
        link(folder, "/etc/hostname", "out.md")
    }),
    #[cfg(unix)]
    ("a symbolic link to nothing", "content/zh/reference/gone.md", |folder| link(folder, "nothing.md", "gone.md")),
    ("a template that is not closed", "themes/default/templates/page.html", |folder| {
        folder.write("themes/default/templates/page.html", "{% extends \"base.html\" %}{% block main %}{{ page.title ");
    }),
    ("a template that calls itself", "themes/default/templates/page.html", |folder| {
        folder.write("themes/default/templates/page.html", "{% extends \"page.html\" %}");
    }),
    ("words of the interface that are no mapping", "themes/default/labels.yaml", |folder| {
        folder.write("themes/default/labels.yaml", "- a\n- b\n");
    }),
];

#[test]
fn every_broken_playbook_is_reported_and_nothing_is_published() {
    use rayon::prelude::*;
    let only = std::env::var("ONLY").unwrap_or_default();
    let failures: Vec<String> = CASES
        .par_iter()
        .filter(|(name, _, _)| name.contains(&only))
        .filter_map(|(name, file, mutation)| Some(format!("{name}: {}", check(file, *mutation).err()?)))
        .collect();
    assert!(failures.is_empty(), "{} of {}:\n\n{}", failures.len(), CASES.len(), failures.join("\n\n"));
}

fn check(file: &str, mutation: Mutation) -> Result<(), String> {
    let folder = Folder::new("broken");
    for (path, bytes) in playbook() {
        folder.write(path, bytes);
    }
    let good = salesbook(folder.path(), &["build", "--lang", "en"]);
    if good.code != Some(0) {
        return Err(format!("the playbook was not good before:\n{}", good.text));
    }
    let published = files(&folder.join("dist"));
    mutation(&folder);

    let built = salesbook(folder.path(), &["build", "--lang", "zh"]);
    refused(&built, file)?;
    if files(&folder.join("dist")) != published {
        return Err("the published site has changed".to_string());
    }
    let beside: Vec<String> = fs::read_dir(folder.path())
        .expect("readable")
        .map(|entry| entry.expect("readable").file_name().to_string_lossy().into_owned())
        .filter(|name| name.contains("staging") || name.contains("old"))
        .collect();
    if !beside.is_empty() {
        return Err(format!("left beside the site: {beside:?}"));
    }
    let checked = salesbook(folder.path(), &["check", "--format", "json", "--lang", "en"]);
    if checked.code != Some(1) {
        return Err(format!("check ended with {:?}:\n{}", checked.code, head(&checked.text)));
    }
    points_into_a_file(&checked, &folder)
}

/// Exit code 1, and a finding in the file that was broken.
fn refused(run: &Run, file: &str) -> Result<(), String> {
    if run.code != Some(1) {
        return Err(format!("it ended with {:?}:\n{}", run.code, head(&run.text)));
    }
    let named = run.text.lines().any(|line| line.starts_with(&format!("{file}:")) && line.contains(": error[SB"));
    if named { Ok(()) } else { Err(format!("no finding in {file}:\n{}", head(&run.text))) }
}

/// Every finding is one JSON object whose lines and columns exist in its file.
fn points_into_a_file(run: &Run, folder: &Folder) -> Result<(), String> {
    for line in run.text.lines() {
        let wrong = |reason: &str| format!("{reason}: {}", head(line));
        let finding: serde_json::Value = serde_json::from_str(line).map_err(|error| wrong(&error.to_string()))?;
        let number = |key: &str| finding[key].as_u64().unwrap_or(0) as usize;
        let start = (number("line"), number("column"));
        let end = (number("end_line"), number("end_column"));
        if start.0 == 0 || start.1 == 0 || end < start {
            return Err(wrong("a place that is none"));
        }
        let path = finding["path"].as_str().unwrap_or_default();
        let bytes = fs::read(folder.join(path)).unwrap_or_default();
        let text = String::from_utf8_lossy(&bytes).into_owned();
        // Behind the last line break an empty line may be meant.
        let lines: Vec<&str> = text.split('\n').collect();
        let inside =
            |(line, column): (usize, usize)| lines.get(line - 1).is_some_and(|text| column <= text.chars().count() + 1);
        let whole_file = start == (1, 1) && end == (1, 1);
        if !(whole_file || inside(start) && inside(end)) {
            return Err(wrong("a place outside the file"));
        }
        if finding["message"].as_str().is_none_or(str::is_empty) {
            return Err(wrong("no message"));
        }
    }
    Ok(())
}

/// The beginning of a text that may be a megabyte long.
fn head(text: &str) -> String {
    text.chars().take(1_500).collect()
}

fn folder_bytes(folder: &Folder, path: &str) -> Vec<u8> {
    fs::read(folder.join(path)).expect("the fixture has this file")
}

/// Puts bytes into the middle of a file.
fn insert(folder: &Folder, path: &str, bytes: &[u8]) {
    let mut text = folder_bytes(folder, path);
    let middle = text.len() / 2;
    text.splice(middle..middle, bytes.iter().copied());
    folder.write(path, text);
}

fn append(folder: &Folder, path: &str, text: &str) {
    let mut bytes = folder_bytes(folder, path);
    bytes.extend(b"\n");
    bytes.extend(text.bytes());
    folder.write(path, bytes);
}

#[track_caller]
fn replace(folder: &Folder, path: &str, old: &str, new: &str) {
    let text = String::from_utf8(folder_bytes(folder, path)).expect("the fixture is text");
    assert_eq!(text.matches(old).count(), 1, "`{old}` in {path}");
    folder.write(path, text.replacen(old, new, 1));
}

fn remove(folder: &Folder, path: &str) {
    let path = folder.join(path);
    let removed = if path.is_dir() { fs::remove_dir_all(&path) } else { fs::remove_file(&path) };
    removed.expect("the fixture has it");
}

#[cfg(unix)]
fn link(folder: &Folder, target: &str, name: &str) {
    std::os::unix::fs::symlink(target, folder.join("content/zh/reference").join(name)).expect("links can be made");
}
