//! Publishing: the output folder holds a whole site at every moment, and nothing of the author's is ever replaced.
//!
//! The kill test runs this same program as a child that publishes without end, and ends it with signal 9.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

use salesbook::artifact::Artifacts;
use salesbook::diagnostic::Language;
use salesbook::path::OutputPath;
use salesbook::publish::{Published, publish};

/// A folder of one test, removed at its end.
pub(crate) struct Folder(pub(crate) PathBuf);

impl Folder {
    pub(crate) fn new(name: &str) -> Self {
        static COUNT: AtomicUsize = AtomicUsize::new(0);
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let folder = std::env::temp_dir().join(format!("salesbook-{name}-{}-{number}", std::process::id()));
        fs::create_dir_all(&folder).expect("the temporary folder can be written");
        Folder(folder)
    }

    fn names(&self) -> Vec<String> {
        let entries = fs::read_dir(&self.0).expect("readable").map(|entry| entry.expect("readable").file_name());
        let mut names: Vec<String> = entries.map(|name| name.to_string_lossy().into_owned()).collect();
        names.sort();
        names
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// A site whose pages all carry the word; `same` pages do not.
fn site(word: &str, pages: usize, same: usize) -> Artifacts {
    let mut artifacts = Artifacts::default();
    let mut insert = |path: String, text: String| {
        artifacts.insert(OutputPath::new(path).expect("a valid path"), text);
    };
    insert("salesbook.json".to_string(), format!("{{\"generator\":\"salesbook\",\"word\":\"{word}\"}}"));
    for number in 0..pages {
        insert(format!("pages/{}/{number}.html", number % 7), format!("{word} {number}\n").repeat(50));
    }
    for number in 0..same {
        insert(format!("same/{number}.html"), format!("unchanged {number}\n"));
    }
    artifacts
}

type Tree = BTreeMap<String, Vec<u8>>;

fn tree_of(artifacts: &Artifacts) -> Tree {
    artifacts.iter().map(|(path, bytes)| (path.as_str().to_string(), bytes.to_vec())).collect()
}

/// Every file below a folder; a folder without files counts as a file of its own, for there must be none.
fn tree_at(folder: &Path) -> Tree {
    let mut tree = Tree::new();
    let mut rest = vec![folder.to_path_buf()];
    while let Some(inner) = rest.pop() {
        let before = tree.len() + rest.len();
        for entry in fs::read_dir(&inner).expect("readable") {
            let path = entry.expect("readable").path();
            if fs::symlink_metadata(&path).expect("there").is_dir() {
                rest.push(path);
            } else {
                let name = path.strip_prefix(folder).expect("below").to_string_lossy().into_owned();
                tree.insert(name, fs::read(&path).expect("readable"));
            }
        }
        if tree.len() + rest.len() == before {
            tree.insert(format!("{}/ without files", inner.display()), Vec::new());
        }
    }
    tree
}

#[test]
fn the_first_site_makes_its_folders() {
    let folder = Folder::new("first");
    let out = folder.0.join("a/b/dist");
    let published = publish(&site("one", 20, 3), &out).expect("published");
    assert_eq!(published, Published { files: 24, changed: 24, reused: 0 });
    assert_eq!(tree_at(&folder.0.join("a/b")), tree_at_below("dist", &site("one", 20, 3)));
}

fn tree_at_below(name: &str, artifacts: &Artifacts) -> Tree {
    tree_of(artifacts).into_iter().map(|(path, bytes)| (format!("{name}/{path}"), bytes)).collect()
}

#[test]
fn a_new_site_replaces_the_old_one_and_takes_over_what_is_the_same() {
    let folder = Folder::new("replace");
    let out = folder.0.join("dist");
    publish(&site("one", 20, 5), &out).expect("published");
    let published = publish(&site("two", 10, 5), &out).expect("published");
    assert_eq!(published, Published { files: 16, changed: 11, reused: 5 });
    assert_eq!(tree_at(&out), tree_of(&site("two", 10, 5)));
    assert_eq!(folder.names(), ["dist"]);
    let published = publish(&site("two", 10, 5), &out).expect("published");
    assert_eq!(published, Published { files: 16, changed: 0, reused: 16 });
}

#[test]
fn what_was_edited_in_the_published_folder_is_undone() {
    let folder = Folder::new("edited");
    let out = folder.0.join("dist");
    let artifacts = site("one", 10, 5);
    publish(&artifacts, &out).expect("published");
    let page = out.join("same/0.html");
    let length = fs::metadata(&page).expect("there").len() as usize;
    fs::write(&page, "x".repeat(length)).expect("written");
    fs::write(out.join("same/stray.html"), "x").expect("written");
    fs::create_dir(out.join("empty")).expect("created");
    fs::remove_file(out.join("same/1.html")).expect("removed");
    let published = publish(&artifacts, &out).expect("published");
    assert_eq!(published, Published { files: 16, changed: 2, reused: 14 });
    assert_eq!(tree_at(&out), tree_of(&artifacts));
    fs::write(out.join("stray.html"), "x").expect("written");
    let published = publish(&artifacts, &out).expect("published");
    assert_eq!(published, Published { files: 16, changed: 0, reused: 16 });
    assert_eq!(tree_at(&out), tree_of(&artifacts));
}

/// Same bytes behind a link, under a second name, or with other permissions are not the site's own file.
#[cfg(unix)]
#[test]
fn links_and_permissions_do_not_survive() {
    use std::os::unix::fs::{PermissionsExt, symlink};
    let folder = Folder::new("links");
    let out = folder.0.join("dist");
    let artifacts = site("one", 7, 5);
    publish(&artifacts, &out).expect("published");
    let elsewhere = folder.0.join("elsewhere");
    fs::rename(out.join("same"), &elsewhere).expect("renamed");
    symlink(&elsewhere, out.join("same")).expect("linked");
    fs::hard_link(out.join("pages/0/0.html"), folder.0.join("second-name")).expect("linked");
    fs::set_permissions(out.join("pages/1/1.html"), fs::Permissions::from_mode(0o777)).expect("set");
    let published = publish(&artifacts, &out).expect("published");
    assert_eq!(published, Published { files: 13, changed: 7, reused: 6 });
    fs::write(elsewhere.join("0.html"), "changed later").expect("written");
    fs::write(folder.0.join("second-name"), "changed later").expect("written");
    assert_eq!(tree_at(&out), tree_of(&artifacts));

    fs::write(folder.0.join("model"), "x").expect("written");
    fs::create_dir(folder.0.join("model-folder")).expect("created");
    let mode = |path: PathBuf| fs::metadata(path).expect("there").permissions().mode() & 0o7777;
    assert_eq!(mode(out.join("pages/1/1.html")), mode(folder.0.join("model")));
    assert_eq!(mode(out.clone()), mode(folder.0.join("model-folder")));
}

#[test]
fn a_folder_that_is_not_ours_is_never_replaced() {
    let folder = Folder::new("foreign");
    let documents = folder.0.join("documents");
    fs::create_dir(&documents).expect("created");
    fs::write(documents.join("offer.docx"), "years of work").expect("written");
    for marker in [None, Some("{}"), Some("{\"generator\":\"another\"}"), Some("not JSON")] {
        if let Some(marker) = marker {
            fs::write(documents.join("salesbook.json"), marker).expect("written");
        }
        let before = tree_at(&folder.0);
        let error = publish(&site("one", 3, 0), &documents).expect_err("refused");
        assert_eq!(error.path, documents);
        for (language, words) in [(Language::Zh, "什么都没有改动"), (Language::En, "nothing was changed")] {
            let message = error.message(language);
            assert!(message.contains(words) && message.contains("documents"), "{message}");
        }
        assert_eq!(tree_at(&folder.0), before);
    }
    let file = folder.0.join("file");
    fs::write(&file, "x").expect("written");
    assert_eq!(publish(&site("one", 3, 0), &file).expect_err("refused").path, file);
    assert_eq!(publish(&site("one", 3, 0), &file.join("dist")).expect_err("refused").path, file);
    for nameless in ["/", "..", ""] {
        publish(&site("one", 3, 0), Path::new(nameless)).expect_err("refused");
    }
    assert_eq!(fs::read(&file).expect("there"), b"x");
}

#[test]
fn an_empty_folder_is_filled() {
    let folder = Folder::new("empty");
    let out = folder.0.join("dist");
    fs::create_dir(&out).expect("created");
    publish(&site("one", 3, 0), &out).expect("published");
    assert_eq!(tree_at(&out), tree_of(&site("one", 3, 0)));
    assert_eq!(folder.names(), ["dist"]);
}

#[cfg(unix)]
#[test]
fn a_symbolic_link_is_refused() {
    let folder = Folder::new("symlink");
    let real = folder.0.join("real");
    publish(&site("one", 3, 0), &real).expect("published");
    let link = folder.0.join("dist");
    std::os::unix::fs::symlink(&real, &link).expect("linked");
    let error = publish(&site("two", 3, 0), &link).expect_err("refused");
    assert!(error.message(Language::En).contains("symbolic link"), "{error}");
    assert_eq!(tree_at(&real), tree_of(&site("one", 3, 0)));
}

#[test]
fn a_site_without_marker_is_not_published() {
    let folder = Folder::new("markerless");
    let mut artifacts = Artifacts::default();
    artifacts.insert(OutputPath::new("index.html").expect("valid"), "x");
    let error = publish(&artifacts, &folder.0.join("dist")).expect_err("refused");
    assert!(error.path.ends_with("salesbook.json"));
    assert!(folder.names().is_empty());
}

#[test]
fn leftovers_of_a_dead_run_are_removed_and_nothing_else() {
    let folder = Folder::new("leftovers");
    let stale = folder.0.join(".dist.staging-12345/pages");
    fs::create_dir_all(&stale).expect("created");
    fs::write(stale.join("half.html"), "half a pa").expect("written");
    fs::write(folder.0.join(".dist.lock"), "").expect("written");
    for kept in [".dist.staging-notes", ".dist.staging-", ".other.staging-1", "dist.staging-1"] {
        fs::create_dir(folder.0.join(kept)).expect("created");
    }
    publish(&site("one", 3, 0), &folder.0.join("dist")).expect("published");
    assert_eq!(folder.names(), [".dist.staging-", ".dist.staging-notes", ".other.staging-1", "dist", "dist.staging-1"]);
}

#[test]
fn builds_at_the_same_time_leave_one_whole_site() {
    let folder = Folder::new("concurrent");
    let out = folder.0.join("dist");
    let words = ["one", "two", "three", "four"];
    for _ in 0..20 {
        thread::scope(|scope| {
            for word in words {
                scope.spawn(|| publish(&site(word, 20, 20), &out).expect("published"));
            }
        });
        let found = tree_at(&out);
        assert!(words.iter().any(|word| tree_of(&site(word, 20, 20)) == found));
        assert_eq!(folder.names(), ["dist"]);
    }
}

/// The child of the kill test; without its variable there is nothing to do.
#[test]
fn child_of_the_kill_test() {
    let Some(out) = std::env::var_os("SALESBOOK_KILL_TEST_OUT") else { return };
    let [one, two] = ["one", "two"].map(|word| site(word, 150, 50));
    loop {
        publish(&one, Path::new(&out)).expect("published");
        publish(&two, Path::new(&out)).expect("published");
    }
}

/// Slow: a few seconds. The seed is fixed; the moment of a kill also depends on the machine.
#[test]
fn killed_at_any_moment_the_site_is_whole() {
    const KILLS: u64 = 100;
    let folder = Folder::new("kill");
    let out = folder.0.join("dist");
    publish(&site("one", 150, 50), &out).expect("published");
    let whole = ["one", "two"].map(|word| tree_of(&site(word, 150, 50)));
    let mut random: u64 = 2026;
    let mut interrupted = 0;
    for kill in 0..KILLS {
        let mut child = Command::new(std::env::current_exe().expect("this program has a path"))
            .args(["publish::child_of_the_kill_test", "--exact"])
            .env("SALESBOOK_KILL_TEST_OUT", &out)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("started");
        random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        thread::sleep(Duration::from_micros((random >> 33) % 60_000));
        child.kill().expect("killed");
        child.wait().expect("gone");
        let found = tree_at(&out);
        assert!(whole.contains(&found), "kill {kill}: neither the old nor the new site");
        interrupted += u64::from(folder.names().len() > 1);
    }
    assert!(interrupted > 0, "no kill fell into a publication");
    println!("{KILLS} kills, {interrupted} of them inside a publication");
    publish(&site("three", 5, 5), &out).expect("published");
    assert_eq!(folder.names(), ["dist"]);
}
