//! What was computed before and need not be computed again, in the user's cache folder.
//!
//! An entry is found by the hash of everything that it was made from, this program included. Whatever is wrong with
//! the folder or an entry, it is as if there were none: the value is computed, and nobody is told.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::artifact::sha256_hex;

/// More entries are not kept: a book has a few dozen rules, and the oldest are of rules as they were.
const ENTRIES: usize = 400;

/// A folder of entries, or nothing where there can be none.
#[derive(Debug, Clone)]
pub struct Cache {
    folder: Option<PathBuf>,
    /// What tells this program from any other build of it.
    build: String,
}

impl Cache {
    /// The folder `name` in the user's cache folder.
    pub fn of_user(name: &str) -> Self {
        match build() {
            Some(build) => Cache { folder: user_folder().map(|folder| folder.join("salesbook").join(name)), build },
            None => Cache { folder: None, build: String::new() },
        }
    }

    /// A folder of one's own.
    pub fn in_folder(folder: &Path) -> Self {
        Cache { folder: Some(folder.to_path_buf()), build: build().unwrap_or_default() }
    }

    /// What was made of these parts before, or what is made of them now.
    pub fn remember<T: Serialize + DeserializeOwned>(&self, parts: &[&str], make: impl FnOnce() -> T) -> T {
        let Some(folder) = &self.folder else {
            return make();
        };
        // The length in front keeps the parts apart.
        let parts = [&self.build].into_iter().map(String::as_str).chain(parts.iter().copied());
        let whole: String = parts.map(|part| format!("{}:{part}", part.len())).collect();
        let file = folder.join(format!("{}.json", sha256_hex(whole.as_bytes())));
        if let Some(kept) = fs::read_to_string(&file).ok().and_then(|text| read(&text)) {
            return kept;
        }
        let made = make();
        if let Ok(text) = serde_json::to_string(&made) {
            // What cannot be kept is computed again next time.
            let _ = keep(folder, &file, &format!("{}\n{text}", sha256_hex(text.as_bytes())));
        }
        made
    }
}

/// The value behind its own hash; nothing when one of them was changed.
fn read<T: DeserializeOwned>(text: &str) -> Option<T> {
    let (hash, value) = text.split_once('\n')?;
    (sha256_hex(value.as_bytes()) == hash).then(|| serde_json::from_str(value).ok()).flatten()
}

/// Writes an entry so that nobody ever reads half of it, and removes the oldest when there are too many.
fn keep(folder: &Path, file: &Path, text: &str) -> std::io::Result<()> {
    fs::create_dir_all(folder)?;
    let beside = file.with_extension(format!("{}.{:?}.part", std::process::id(), std::thread::current().id()));
    let written = fs::write(&beside, text).and_then(|()| fs::rename(&beside, file));
    if written.is_err() {
        let _ = fs::remove_file(&beside);
    }
    written?;
    let mut entries: Vec<(SystemTime, PathBuf)> = fs::read_dir(folder)?
        .filter_map(Result::ok)
        .filter_map(|entry| Some((entry.metadata().ok()?.modified().ok()?, entry.path())))
        .collect();
    if entries.len() > ENTRIES {
        entries.sort();
        for (_, old) in &entries[..entries.len() - ENTRIES] {
            let _ = fs::remove_file(old);
        }
    }
    Ok(())
}

/// Version, place, size and time of the program: no two builds share them all.
fn build() -> Option<String> {
    let program = std::env::current_exe().ok()?;
    let metadata = fs::metadata(&program).ok()?;
    let changed = metadata.modified().ok()?.duration_since(SystemTime::UNIX_EPOCH).ok()?;
    let version = env!("CARGO_PKG_VERSION");
    Some(format!("{version} {} {} {}", program.display(), metadata.len(), changed.as_nanos()))
}

/// Where programs keep what they can make again.
fn user_folder() -> Option<PathBuf> {
    let folder = |name: &str| std::env::var_os(name).map(PathBuf::from).filter(|path| path.is_absolute());
    folder("XDG_CACHE_HOME").or_else(|| {
        if cfg!(windows) {
            folder("LOCALAPPDATA")
        } else if cfg!(target_os = "macos") {
            folder("HOME").map(|home| home.join("Library/Caches"))
        } else {
            folder("HOME").map(|home| home.join(".cache"))
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A folder of its own for each test, removed at its end.
    struct Folder(PathBuf);

    impl Folder {
        fn new(name: &str) -> Self {
            let path = std::env::temp_dir().join(format!("salesbook-cache-{}-{name}", std::process::id()));
            let _ = fs::remove_dir_all(&path);
            Folder(path)
        }

        fn files(&self) -> Vec<PathBuf> {
            let entries = fs::read_dir(&self.0).expect("the folder was made");
            entries.map(|entry| entry.expect("an entry").path()).collect()
        }
    }

    impl Drop for Folder {
        fn drop(&mut self) {
            let _ = fs::remove_dir_all(&self.0);
        }
    }

    #[test]
    fn what_was_made_is_not_made_again() {
        let folder = Folder::new("again");
        let cache = Cache::in_folder(&folder.0);
        assert_eq!(cache.remember(&["a", "b"], || 1), 1);
        assert_eq!(cache.remember(&["a", "b"], || 2), 1);
        assert_eq!(cache.remember(&["ab", ""], || 3), 3, "the parts are kept apart");
        let other = Cache { build: "another build".to_string(), ..cache };
        assert_eq!(other.remember(&["a", "b"], || 4), 4);
    }

    #[test]
    fn a_changed_entry_counts_for_nothing() {
        let folder = Folder::new("changed");
        let cache = Cache::in_folder(&folder.0);
        cache.remember(&["a"], || 1);
        let file = folder.files().remove(0);
        let good = fs::read_to_string(&file).expect("an entry is text");
        for bad in ["", "1", "\n1", &good.replace("\n1", "\n7")] {
            fs::write(&file, bad).expect("it can be written");
            assert_eq!(cache.remember(&["a"], || 2), 2, "{bad}");
        }
        fs::write(&file, [0xff, 0xfe]).expect("it can be written");
        assert_eq!(cache.remember(&["a"], || 3), 3);
        assert_eq!(cache.remember(&["a"], || 4), 3, "it was mended");
    }

    #[test]
    fn without_a_folder_everything_is_made() {
        let folder = Folder::new("without");
        fs::write(&folder.0, "a file in its place").expect("it can be written");
        let cache = Cache::in_folder(&folder.0);
        assert_eq!(cache.remember(&["a"], || 1), 1);
        assert_eq!(cache.remember(&["a"], || 2), 2);
        let _ = fs::remove_file(&folder.0);
    }

    #[test]
    fn only_so_many_are_kept() {
        let folder = Folder::new("many");
        let cache = Cache::in_folder(&folder.0);
        for number in 0..ENTRIES + 5 {
            cache.remember(&[&number.to_string()], || number);
        }
        assert_eq!(folder.files().len(), ENTRIES);
    }
}
