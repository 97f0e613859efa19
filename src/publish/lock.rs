//! One publication at a time: an advisory lock on a file beside the output folder.
//!
//! The system drops the lock when its holder dies, so a killed run blocks nobody. The file is removed by the run
//! that holds the lock; a run that waited on a removed file notices and starts over.

use std::fs::{self, File, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};

use super::Place;
use crate::diagnostic::Bilingual;
use crate::machine::MachineError;

/// The held lock; given up when dropped.
#[derive(Debug)]
pub(super) struct Lock {
    path: PathBuf,
    file: File,
}

/// Waits until no other run holds the lock.
pub(super) fn take(place: &Place) -> Result<Lock, MachineError> {
    let path = place.lock_file();
    let failed = |error| MachineError::new(Bilingual::new("锁定输出文件夹", "locking the output folder"), &path, error);
    loop {
        let file = OpenOptions::new().create(true).truncate(false).write(true).open(&path).map_err(failed)?;
        match file.lock() {
            // Some network file systems have no locks. Two builds at once are then the author's to avoid.
            Err(error) if error.kind() == io::ErrorKind::Unsupported => {}
            result => result.map_err(failed)?,
        }
        if is_still_at(&file, &path).map_err(failed)? {
            return Ok(Lock { path, file });
        }
    }
}

#[cfg(unix)]
fn is_still_at(file: &File, path: &Path) -> io::Result<bool> {
    use std::os::unix::fs::MetadataExt;
    let held = file.metadata()?;
    match fs::symlink_metadata(path) {
        Ok(there) => Ok(there.ino() == held.ino() && there.dev() == held.dev()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(error) => Err(error),
    }
}

/// Elsewhere an open file cannot be removed, so it cannot have changed.
#[cfg(not(unix))]
fn is_still_at(_: &File, _: &Path) -> io::Result<bool> {
    Ok(true)
}

impl Drop for Lock {
    fn drop(&mut self) {
        // Removed while still held: whoever waits finds another file, or none, at the path and starts over.
        let _ = fs::remove_file(&self.path);
        let _ = self.file.unlock();
    }
}
