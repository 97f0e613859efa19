//! Puts a finished site on the disk, whole or not at all.
//!
//! [`publish`] takes the lock of the output folder, writes the site into a folder beside it ([`stage`]), flushes it,
//! and puts it in place by one exchange ([`exchange`]). Killed at any moment, the output folder holds the complete
//! old or the complete new site; what was left beside it is removed by the next run. A folder that does not carry
//! our marker is never replaced, and a symbolic link is refused: its target is for the author to name.

mod exchange;
mod lock;
mod stage;

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::artifact::Artifacts;
use crate::diagnostic::Bilingual;
use crate::machine::MachineError;
use crate::path::OutputPath;

/// The file that marks a folder as a published site.
pub const MARKER: &str = "salesbook.json";

/// What a publication did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Published {
    /// Files of the site.
    pub files: usize,
    /// Files written because the old site lacked them or held other bytes.
    pub changed: usize,
    /// Files taken over from the old site, byte for byte the same.
    pub reused: usize,
}

/// Makes `out` hold exactly these artifacts. They must include the marker, [`MARKER`], with `"generator":"salesbook"`.
pub fn publish(artifacts: &Artifacts, out: &Path) -> Result<Published, MachineError> {
    publish_with(artifacts, out, exchange::atomic)
}

/// The exchange is a parameter, so that the way without an atomic one can be tested on any file system.
fn publish_with(
    artifacts: &Artifacts,
    out: &Path,
    atomic: impl Fn(&Path, &Path) -> io::Result<()>,
) -> Result<Published, MachineError> {
    let place = Place::new(out)?;
    check_marker_of(artifacts, &place)?;
    let parent = &place.parent;
    fs::create_dir_all(parent)
        .map_err(|error| MachineError::new(Bilingual::new("建立文件夹", "creating the folder"), parent, error))?;

    let _lock = lock::take(&place)?;
    exchange::recover(&place)?;
    stage::remove_leftovers(&place)?;
    let old = state_of(&place.out)?;

    let staged = match stage::stage(artifacts, &place, old == State::Site) {
        Ok(Some(staged)) => staged,
        Ok(None) => return Ok(Published { files: artifacts.len(), changed: 0, reused: artifacts.len() }),
        Err(error) => {
            // The first failure is the one to report; what cannot be removed here is removed by the next run.
            let _ = fs::remove_dir_all(place.staging());
            return Err(error);
        }
    };
    if let Err(error) = exchange::put_in_place(&place, old, atomic) {
        let _ = fs::remove_dir_all(place.staging());
        return Err(error);
    }
    stage::remove_leftovers(&place)?;
    Ok(staged)
}

/// The output folder and the names that belong to it beside it.
#[derive(Debug)]
struct Place {
    out: PathBuf,
    parent: PathBuf,
    name: String,
}

impl Place {
    fn new(out: &Path) -> Result<Self, MachineError> {
        let (Some(name), Some(parent)) = (out.file_name(), out.parent()) else {
            return Err(refused(out, "输出必须是一个有名字的文件夹", "the output must be a folder with a name"));
        };
        let Some(name) = name.to_str() else {
            return Err(refused(out, "文件夹的名字必须是 UTF-8", "the folder's name must be UTF-8"));
        };
        let parent = if parent.as_os_str().is_empty() { Path::new(".") } else { parent };
        Ok(Place { out: parent.join(name), parent: parent.to_path_buf(), name: name.to_string() })
    }

    fn lock_file(&self) -> PathBuf {
        self.parent.join(format!(".{}.lock", self.name))
    }

    /// Where this run writes the site; after the exchange, where the old site is. The lock makes the name ours alone.
    fn staging(&self) -> PathBuf {
        self.parent.join(format!(".{}.staging-{}", self.name, std::process::id()))
    }

    /// Where the old site waits during the exchange by two renames.
    fn set_aside(&self) -> PathBuf {
        self.parent.join(format!(".{}.old-{}", self.name, std::process::id()))
    }

    /// Folders that an earlier run left: `.<name>.<what>-<digits>`, in name order.
    fn leftovers(&self, what: &str) -> Result<Vec<PathBuf>, MachineError> {
        let failed = |error| MachineError::new(Bilingual::new("读取文件夹", "reading the folder"), &self.parent, error);
        let prefix = format!(".{}.{what}-", self.name);
        let mut found = Vec::new();
        for entry in fs::read_dir(&self.parent).map_err(failed)? {
            let entry = entry.map_err(failed)?;
            let file_name = entry.file_name();
            let number = file_name.to_str().and_then(|name| name.strip_prefix(&prefix));
            let is_number = number.is_some_and(|text| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit()));
            if is_number && entry.file_type().map_err(failed)?.is_dir() {
                found.push(entry.path());
            }
        }
        found.sort();
        Ok(found)
    }
}

/// What stands at the place of the site.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Absent,
    EmptyFolder,
    Site,
}

fn state_of(out: &Path) -> Result<State, MachineError> {
    let failed =
        |error| MachineError::new(Bilingual::new("查看输出文件夹", "looking at the output folder"), out, error);
    let metadata = match fs::symlink_metadata(out) {
        Ok(metadata) => metadata,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(State::Absent),
        Err(error) => return Err(failed(error)),
    };
    if metadata.is_symlink() {
        let (zh, en) = ("它是符号链接；请直接写出它指向的文件夹", "it is a symbolic link; name the folder it leads to");
        return Err(refused(out, zh, en));
    }
    if !metadata.is_dir() {
        return Err(refused(out, "它不是文件夹；什么都没有改动", "it is not a folder; nothing was changed"));
    }
    if fs::read_dir(out).map_err(failed)?.next().is_none() {
        return Ok(State::EmptyFolder);
    }
    let marker = out.join(MARKER);
    let is_plain_file = fs::symlink_metadata(&marker).is_ok_and(|metadata| metadata.is_file());
    if is_plain_file && is_marker(&fs::read(&marker).map_err(failed)?) {
        return Ok(State::Site);
    }
    Err(refused(
        out,
        "里面有文件，但没有 `salesbook.json`，不是本程序生成的网站；什么都没有改动，请换一个文件夹",
        "it holds files and has no `salesbook.json`, so it is not a site of ours; nothing was changed, choose another folder",
    ))
}

fn refused(out: &Path, zh: &str, en: &str) -> MachineError {
    let doing = Bilingual::new("替换输出文件夹", "replacing the output folder");
    MachineError::refused(doing, out, Bilingual::new(zh, en))
}

fn is_marker(bytes: &[u8]) -> bool {
    #[derive(serde::Deserialize)]
    struct Marker {
        generator: String,
    }
    serde_json::from_slice::<Marker>(bytes).is_ok_and(|marker| marker.generator == "salesbook")
}

/// Without its marker the site could never be replaced again.
fn check_marker_of(artifacts: &Artifacts, place: &Place) -> Result<(), MachineError> {
    let path = OutputPath::new(MARKER).expect("a plain file name is an output path");
    if artifacts.get(&path).is_some_and(is_marker) {
        return Ok(());
    }
    let reason = Bilingual::new("新网站里没有这个标记文件", "the new site lacks this marker file");
    Err(MachineError::refused(Bilingual::new("发布网站", "publishing the site"), place.out.join(MARKER), reason))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A folder of this test alone, removed at the end.
    struct Folder(PathBuf);

    impl Folder {
        fn new(name: &str) -> Self {
            let folder = std::env::temp_dir().join(format!("salesbook-publish-{name}-{}", std::process::id()));
            let _ = fs::remove_dir_all(&folder);
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

    fn site(word: &str) -> Artifacts {
        let mut artifacts = Artifacts::default();
        artifacts.insert(OutputPath::new(MARKER).expect("valid"), r#"{"generator":"salesbook"}"#);
        artifacts.insert(OutputPath::new("a/page.html").expect("valid"), word);
        artifacts
    }

    fn unsupported(_: &Path, _: &Path) -> io::Result<()> {
        Err(io::Error::from(io::ErrorKind::Unsupported))
    }

    #[test]
    fn a_file_system_without_exchange_is_served_by_two_renames() {
        let folder = Folder::new("two-renames");
        let out = folder.0.join("dist");
        publish_with(&site("old"), &out, unsupported).expect("published");
        publish_with(&site("new"), &out, unsupported).expect("published");
        assert_eq!(fs::read_to_string(out.join("a/page.html")).expect("there"), "new");
        assert_eq!(folder.names(), ["dist"]);
    }

    #[test]
    fn a_run_that_died_between_the_two_renames_is_undone() {
        let folder = Folder::new("recover");
        let out = folder.0.join("dist");
        publish(&site("old"), &out).expect("published");
        fs::rename(&out, folder.0.join(".dist.old-77")).expect("renamed");
        fs::create_dir(folder.0.join(".dist.staging-77")).expect("created");
        let place = Place::new(&out).expect("a named folder");
        exchange::recover(&place).expect("recovered");
        assert_eq!(fs::read_to_string(out.join("a/page.html")).expect("there"), "old");
        publish(&site("new"), &out).expect("published");
        assert_eq!(folder.names(), ["dist"]);
    }

    #[test]
    fn a_failing_exchange_keeps_the_old_site_and_leaves_nothing() {
        let folder = Folder::new("failing");
        let out = folder.0.join("dist");
        publish(&site("old"), &out).expect("published");
        let error = publish_with(&site("new"), &out, |_, _| Err(io::Error::from_raw_os_error(5))).expect_err("fails");
        assert_eq!(error.path, out);
        assert_eq!(fs::read_to_string(out.join("a/page.html")).expect("there"), "old");
        assert_eq!(folder.names(), ["dist"]);
    }
}
