//! Notices when the bytes of a playbook's files change.
//!
//! A [`Watch`] knows a fingerprint of every file below `content`, `rules` and `themes`, and of `salesbook.yaml`.
//! [`Watch::wait`] sleeps until the system reports something there and some file's bytes differ, so a file that was
//! only touched or read wakes nobody. A burst of changes comes out as one. What changed is compared here, never
//! parsed: a path says where, not what.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io;
use std::path::{Component, Path, PathBuf};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::Duration;

use notify::{EventKind, RecommendedWatcher, RecursiveMode};
use notify_debouncer_full::{DebounceEventResult, Debouncer, RecommendedCache, new_debouncer};
use walkdir::WalkDir;

use crate::diagnostic::Bilingual;
use crate::machine::MachineError;

/// What belongs to a playbook, below its root.
const WATCHED: [&str; 4] = ["content", "rules", "themes", "salesbook.yaml"];

/// Long enough that an editor's truncate, write and rename come out as one change.
const QUIET: Duration = Duration::from_millis(30);

/// How often the debouncer looks for changes that have been quiet long enough.
const TICK: Duration = Duration::from_millis(10);

/// A playbook under observation.
#[derive(Debug)]
pub struct Watch {
    root: PathBuf,
    fingerprints: BTreeMap<PathBuf, u64>,
    messages: Receiver<Message>,
    sender: Sender<Message>,
    debouncer: Debouncer<RecommendedWatcher, RecommendedCache>,
}

/// Ends a [`Watch::wait`] from another thread.
#[derive(Debug, Clone)]
pub struct Stopper(Sender<Message>);

#[derive(Debug)]
enum Message {
    Events(DebounceEventResult),
    Stop,
}

impl Watch {
    /// Starts to observe the playbook at `root`. What is read after this call is the observed state or a newer one.
    pub fn new(root: &Path) -> Result<Self, MachineError> {
        let root = fs::canonicalize(root).map_err(|error| failed(root, notify::Error::io(error)))?;
        let (sender, messages) = channel();
        let events = sender.clone();
        let debouncer = new_debouncer(QUIET, Some(TICK), move |result| {
            // Nobody receives any more when the watch is gone, and then nothing needs to be told.
            let _ = events.send(Message::Events(result));
        })
        .map_err(|error| failed(&root, error))?;
        let mut watch = Watch { root, fingerprints: BTreeMap::new(), messages, sender, debouncer };
        let root = &watch.root;
        watch.debouncer.watch(root, RecursiveMode::NonRecursive).map_err(|error| failed(root, error))?;
        for name in WATCHED {
            let path = watch.root.join(name);
            watch.observe(&path).map_err(|error| failed(&path, error))?;
            watch.compare(&path);
        }
        Ok(watch)
    }

    /// Ends the waiting from another thread.
    pub fn stopper(&self) -> Stopper {
        Stopper(self.sender.clone())
    }

    /// Sleeps until bytes changed, and tells which files, relative to the root; `None` when stopped.
    pub fn wait(&mut self) -> Option<BTreeSet<PathBuf>> {
        loop {
            let mut messages = vec![self.messages.recv().ok()?];
            messages.extend(self.messages.try_iter());
            let mut places = BTreeSet::new();
            for message in messages {
                match message {
                    Message::Stop => return None,
                    Message::Events(result) => self.collect(result, &mut places),
                }
            }
            let changed: BTreeSet<PathBuf> = places.iter().flat_map(|place| self.compare(place)).collect();
            if !changed.is_empty() {
                return Some(changed);
            }
        }
    }

    /// Adds the places, below the root, that a report concerns.
    fn collect(&mut self, result: DebounceEventResult, places: &mut BTreeSet<PathBuf>) {
        let Ok(events) = result else {
            // Something was missed, so everything is looked at.
            places.extend(WATCHED.map(|name| self.root.join(name)));
            return;
        };
        for event in events {
            if event.need_rescan() {
                places.extend(WATCHED.map(|name| self.root.join(name)));
            }
            // The build's own reading is reported too, where a system tells of it.
            if matches!(event.kind, EventKind::Access(_)) {
                continue;
            }
            for path in &event.paths {
                let Ok(relative) = path.strip_prefix(&self.root) else { continue };
                if !is_watched(relative) {
                    continue;
                }
                // A folder that was made, or put in the place of another, is not observed yet. One that cannot be
                // is compared all the same.
                if relative.components().count() == 1 && path.is_dir() {
                    let _ = self.debouncer.unwatch(path);
                    let _ = self.observe(path);
                }
                places.insert(path.clone());
            }
        }
    }

    fn observe(&mut self, path: &Path) -> notify::Result<()> {
        if path.is_dir() { self.debouncer.watch(path, RecursiveMode::Recursive) } else { Ok(()) }
    }

    /// Takes the fingerprints at and below a place again; the files whose bytes came, went or changed.
    fn compare(&mut self, place: &Path) -> Vec<PathBuf> {
        let now: BTreeMap<PathBuf, u64> = WalkDir::new(place)
            .into_iter()
            .filter_entry(|entry| entry.path().strip_prefix(&self.root).is_ok_and(is_watched))
            // A file that went away since it was reported, or cannot be read, counts as absent: the build will say.
            .filter_map(Result::ok)
            .filter(|entry| !entry.file_type().is_dir())
            .filter_map(|entry| Some((entry.path().to_path_buf(), fingerprint(entry.path()).ok()?)))
            .collect();
        let before: Vec<PathBuf> = self
            .fingerprints
            .range(place.to_path_buf()..)
            .map(|(path, _)| path.clone())
            .take_while(|path| path.starts_with(place))
            .collect();
        let gone = before.into_iter().filter(|path| !now.contains_key(path)).collect::<Vec<_>>();
        let mut changed = Vec::new();
        for path in gone {
            self.fingerprints.remove(&path);
            changed.push(path);
        }
        for (path, print) in now {
            if self.fingerprints.insert(path.clone(), print) != Some(print) {
                changed.push(path);
            }
        }
        changed.iter().filter_map(|path| path.strip_prefix(&self.root).ok()).map(Path::to_path_buf).collect()
    }
}

impl Stopper {
    /// Makes the present or next `wait` return `None`.
    pub fn stop(&self) {
        // A watch that is gone waits no more.
        let _ = self.0.send(Message::Stop);
    }
}

/// Two different texts of one length have the same print once in 2^64, and then a save is seen at the next one.
fn fingerprint(path: &Path) -> io::Result<u64> {
    let mut hasher = DefaultHasher::new();
    fs::read(path)?.hash(&mut hasher);
    Ok(hasher.finish())
}

fn is_watched(relative: &Path) -> bool {
    let mut parts = relative.components();
    let is_ours = matches!(parts.next(), Some(Component::Normal(first)) if WATCHED.iter().any(|name| first == *name));
    is_ours && parts.all(|part| part.as_os_str().to_str().is_some_and(|name| !is_by_an_editor(name)))
}

/// Names that editors, version control and file managers use beside the author's files.
fn is_by_an_editor(name: &str) -> bool {
    let suffixes = ["~", ".swp", ".swo", ".swx", ".tmp", ".bak", ".part", ".crdownload", "#"];
    let prefixes = [".", "#", "~$"];
    // Vim tests with this name whether it may write.
    name == "4913"
        || prefixes.iter().any(|prefix| name.starts_with(prefix))
        || suffixes.iter().any(|suffix| name.ends_with(suffix))
}

fn failed(path: &Path, error: notify::Error) -> MachineError {
    let doing = Bilingual::new("监视手册文件", "watching the playbook's files");
    match error.kind {
        notify::ErrorKind::Io(error) => MachineError::new(doing, path, error),
        // Linux answers "no space left", which would blame the disk.
        notify::ErrorKind::MaxFilesWatch => MachineError::refused(
            doing,
            path,
            Bilingual::new(
                "系统允许监视的文件夹已用完（Linux上调大`fs.inotify.max_user_watches`）",
                "the system's limit on watched folders is reached (on Linux raise `fs.inotify.max_user_watches`)",
            ),
        ),
        _ => MachineError::new(doing, path, io::Error::other(error)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_authors_files_count() {
        for yes in ["content/zh/a.md", "rules/x.rhai", "themes/default/site.css", "salesbook.yaml", "content"] {
            assert!(is_watched(Path::new(yes)), "{yes}");
        }
        for no in [
            "",
            "dist/index.html",
            "target/debug/x",
            ".git/index",
            "content/.git/index",
            "content/zh/.a.md.swp",
            "content/zh/.#a.md",
            "content/zh/#a.md#",
            "content/zh/a.md~",
            "content/zh/4913",
            "content/~$a.md",
            "content/a.tmp",
            "README.md",
        ] {
            assert!(!is_watched(Path::new(no)), "{no}");
        }
    }

    /// Each step changes the folder in one way; the test waits for the report without asking how long it took.
    #[test]
    fn changed_bytes_are_reported_and_touched_files_are_not() {
        let root = std::env::temp_dir().join(format!("salesbook-watch-{}", std::process::id()));
        let _ = fs::remove_dir_all(&root);
        fs::create_dir_all(root.join("content/zh")).expect("created");
        fs::write(root.join("content/zh/a.md"), "one").expect("written");
        let mut watch = Watch::new(&root).expect("observed");
        let mut expect = |paths: &[&str]| {
            let mut missing: BTreeSet<PathBuf> = paths.iter().map(PathBuf::from).collect();
            while !missing.is_empty() {
                let changed = watch.wait().expect("not stopped");
                // A slow machine may report one step in two parts, never a file that was not changed.
                for path in changed {
                    assert!(missing.remove(&path), "{path:?} was not changed");
                }
            }
        };
        fs::write(root.join("content/zh/a.md"), "one").expect("written");
        fs::write(root.join("content/zh/.a.md.swp"), "x").expect("written");
        fs::write(root.join("unrelated.txt"), "x").expect("written");
        fs::write(root.join("content/zh/b.md"), "two").expect("written");
        expect(&["content/zh/b.md"]);
        fs::create_dir_all(root.join("themes/mine")).expect("created");
        fs::write(root.join("themes/mine/site.css"), "x").expect("written");
        expect(&["themes/mine/site.css"]);
        fs::write(root.join("themes/mine/site.css"), "y").expect("written");
        expect(&["themes/mine/site.css"]);
        fs::write(root.join("content/zh/.new"), "three").expect("written");
        fs::rename(root.join("content/zh/.new"), root.join("content/zh/a.md")).expect("renamed");
        expect(&["content/zh/a.md"]);
        fs::rename(root.join("content/zh"), root.join("content/en")).expect("renamed");
        expect(&["content/zh/a.md", "content/zh/b.md", "content/en/a.md", "content/en/b.md"]);
        fs::write(root.join("salesbook.yaml"), "title: x").expect("written");
        expect(&["salesbook.yaml"]);
        watch.stopper().stop();
        assert_eq!(watch.wait(), None);
        let _ = fs::remove_dir_all(&root);
    }
}
