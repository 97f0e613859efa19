//! Writes the whole site into a folder beside the old one, flushed to the disk.
//!
//! A file whose bytes stand unchanged in the old site is linked, not written again: that spares the disk and makes
//! removing the old site cheap. The bytes are compared, never times, so a file edited by hand in the old site is
//! written anew; so is one with other permissions, another owner or a second name elsewhere.

use std::collections::BTreeSet;
use std::fs::{self, File, Metadata, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use rayon::prelude::*;
use walkdir::WalkDir;

use super::{Place, Published, exchange::flush_folder};
use crate::artifact::Artifacts;
use crate::diagnostic::Bilingual;
use crate::machine::MachineError;
use crate::path::OutputPath;

/// Up to this many written files each is flushed alone; beyond, the whole file system once. On ext4 a flush costs
/// 0.1 to 0.2 ms a file, and all of 10,000 files at once 60 ms, but others' unwritten data is then waited for too.
const FLUSH_ALONE: usize = 64;

/// Removes what dead runs left, and the old site after an exchange.
pub(super) fn remove_leftovers(place: &Place) -> Result<(), MachineError> {
    for folder in [place.leftovers("staging")?, place.leftovers("old")?].concat() {
        fs::remove_dir_all(&folder).map_err(|error| {
            MachineError::new(Bilingual::new("删除旧文件夹", "removing an old folder"), folder, error)
        })?;
    }
    Ok(())
}

/// Fills the staging folder; `None`, and no folder, when the old site is already exactly this.
pub(super) fn stage(artifacts: &Artifacts, place: &Place, has_old: bool) -> Result<Option<Published>, MachineError> {
    let files: Vec<(&OutputPath, &[u8])> = artifacts.iter().collect();
    let staging = place.staging();
    let creating = |path: &Path, error| {
        MachineError::new(Bilingual::new("建立文件夹", "creating a folder of the site"), path, error)
    };
    fs::create_dir(&staging).map_err(|error| creating(&staging, error))?;
    let model = fs::symlink_metadata(&staging).map_err(|error| creating(&staging, error))?;

    let folders = folders_of(&files);
    let old = has_old.then(|| OldSite::new(&place.out, &folders, &model));
    let same: Vec<bool> = match &old {
        Some(old) => files.par_iter().map(|(path, bytes)| old.holds(path, bytes)).collect(),
        None => vec![false; files.len()],
    };
    if let Some(old) = &old
        && same.iter().all(|same| *same)
        && old.entries()? == files.len() + folders.len()
    {
        fs::remove_dir(&staging).map_err(|error| creating(&staging, error))?;
        return Ok(None);
    }

    for folder in &folders {
        let folder = staging.join(folder);
        fs::create_dir(&folder).map_err(|error| creating(&folder, error))?;
    }
    let changed = same.iter().filter(|same| !**same).count();
    let flush = if changed <= FLUSH_ALONE || !has_flush_all() { Flush::Each } else { Flush::All };
    let written: Vec<bool> = files
        .par_iter()
        .zip(&same)
        .map(|((path, bytes), same)| {
            let target = staging.join(path.as_str());
            if *same && fs::hard_link(place.out.join(path.as_str()), &target).is_ok() {
                return Ok(false);
            }
            write(&target, bytes, flush).map(|()| true).map_err(|error| {
                MachineError::new(Bilingual::new("写入网站文件", "writing a file of the site"), target, error)
            })
        })
        .collect::<Result<_, MachineError>>()?;

    let flushed = match flush {
        Flush::All => flush_all(&staging),
        Flush::Each => {
            let inner = folders.iter().map(|folder| staging.join(folder));
            inner.chain([staging.clone()]).try_for_each(|folder| flush_folder(&folder))
        }
    };
    flushed.map_err(|error| {
        MachineError::new(Bilingual::new("把网站写到磁盘", "flushing the site to the disk"), &staging, error)
    })?;
    let changed = written.iter().filter(|written| **written).count();
    Ok(Some(Published { files: files.len(), changed, reused: files.len() - changed }))
}

/// Every folder of the site below its root, parents first.
fn folders_of(files: &[(&OutputPath, &[u8])]) -> BTreeSet<String> {
    let mut folders = BTreeSet::new();
    for (path, _) in files {
        let mut rest = path.as_str();
        while let Some((folder, _)) = rest.rsplit_once('/') {
            if !folders.insert(folder.to_string()) {
                break;
            }
            rest = folder;
        }
    }
    folders
}

/// The published site, as far as its files can be taken over.
struct OldSite<'place> {
    out: &'place Path,
    /// Real folders of the old site; one replaced by a symbolic link leads elsewhere and is not among them.
    folders: BTreeSet<&'place str>,
    /// Permissions and owner of what this process makes.
    model: &'place Metadata,
}

impl<'place> OldSite<'place> {
    fn new(out: &'place Path, folders: &'place BTreeSet<String>, model: &'place Metadata) -> Self {
        let mut real = BTreeSet::new();
        for folder in folders {
            let parent_is_real = folder.rsplit_once('/').is_none_or(|(parent, _)| real.contains(parent));
            if parent_is_real && fs::symlink_metadata(out.join(folder)).is_ok_and(|metadata| metadata.is_dir()) {
                real.insert(folder.as_str());
            }
        }
        OldSite { out, folders: real, model }
    }

    /// Whether the old site has this file with these bytes, as this process would have written it.
    fn holds(&self, path: &OutputPath, bytes: &[u8]) -> bool {
        let in_real_folder = path.as_str().rsplit_once('/').is_none_or(|(folder, _)| self.folders.contains(folder));
        let file = self.out.join(path.as_str());
        in_real_folder
            && fs::symlink_metadata(&file).is_ok_and(|metadata| {
                metadata.is_file() && metadata.len() == bytes.len() as u64 && is_made_like(&metadata, self.model)
            })
            && fs::read(&file).is_ok_and(|old| old == bytes)
    }

    /// Everything that stands in the old site, ours or not.
    fn entries(&self) -> Result<usize, MachineError> {
        let mut count = 0;
        for entry in WalkDir::new(self.out).min_depth(1) {
            entry.map_err(|error| {
                let path = error.path().unwrap_or(self.out).to_path_buf();
                MachineError::new(Bilingual::new("读取旧网站", "reading the old site"), path, error.into())
            })?;
            count += 1;
        }
        Ok(count)
    }
}

/// The same owner, one name, and the permissions that a new file gets beside a new folder like the model.
#[cfg(unix)]
fn is_made_like(file: &Metadata, model: &Metadata) -> bool {
    use std::os::unix::fs::MetadataExt;
    file.uid() == model.uid() && file.nlink() == 1 && file.mode() & 0o7777 == model.mode() & 0o666
}

#[cfg(not(unix))]
fn is_made_like(file: &Metadata, _: &Metadata) -> bool {
    !file.permissions().readonly()
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Flush {
    Each,
    All,
}

fn write(target: &Path, bytes: &[u8], flush: Flush) -> io::Result<()> {
    let mut file = OpenOptions::new().write(true).create_new(true).open(target)?;
    file.write_all(bytes)?;
    match flush {
        Flush::Each => file.sync_all(),
        Flush::All => Ok(()),
    }
}

fn has_flush_all() -> bool {
    cfg!(any(target_os = "linux", target_os = "android"))
}

#[cfg(any(target_os = "linux", target_os = "android"))]
fn flush_all(folder: &PathBuf) -> io::Result<()> {
    Ok(rustix::fs::syncfs(File::open(folder)?)?)
}

#[cfg(not(any(target_os = "linux", target_os = "android")))]
fn flush_all(folder: &PathBuf) -> io::Result<()> {
    File::open(folder)?.sync_all()
}
