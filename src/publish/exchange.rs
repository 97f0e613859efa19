//! Puts the staged site in the place of the old one.
//!
//! Where the system can, both folders change names in one step. Elsewhere the old one is set aside first; a run that
//! dies between the two renames is undone by [`recover`], so the old site is back before anything else happens.

use std::fs::{self, File};
use std::io;
use std::path::Path;

use super::{Place, State};
use crate::diagnostic::Bilingual;
use crate::machine::MachineError;

/// Lets two folders change names in one step; `Unsupported` where the system has no such call.
#[cfg(any(target_os = "linux", target_os = "android", target_os = "macos"))]
pub(super) fn atomic(a: &Path, b: &Path) -> io::Result<()> {
    use rustix::fs::{CWD, RenameFlags, renameat_with};
    Ok(renameat_with(CWD, a, CWD, b, RenameFlags::EXCHANGE)?)
}

/// Lets two folders change names in one step; this system has no such call.
#[cfg(not(any(target_os = "linux", target_os = "android", target_os = "macos")))]
pub(super) fn atomic(_: &Path, _: &Path) -> io::Result<()> {
    Err(io::Error::from(io::ErrorKind::Unsupported))
}

/// Brings back an old site that a dead run had set aside.
pub(super) fn recover(place: &Place) -> Result<(), MachineError> {
    let is_absent = fs::symlink_metadata(&place.out).is_err_and(|error| error.kind() == io::ErrorKind::NotFound);
    if is_absent && let Some(old) = place.leftovers("old")?.pop() {
        fs::rename(&old, &place.out).map_err(|error| {
            MachineError::new(Bilingual::new("恢复旧网站", "bringing back the old site"), old, error)
        })?;
    }
    Ok(())
}

/// Moves the staged site to its place. Where there was one, the old site is then at a leftover's name.
pub(super) fn put_in_place(
    place: &Place,
    old: State,
    atomic: impl Fn(&Path, &Path) -> io::Result<()>,
) -> Result<(), MachineError> {
    let staging = place.staging();
    let moved = match old {
        // A rename onto an absent name or an empty folder is one step already.
        State::Absent => fs::rename(&staging, &place.out),
        State::EmptyFolder | State::Site => match atomic(&staging, &place.out) {
            Err(error) if is_unsupported(&error) => in_two_steps(place),
            result => result,
        },
    };
    moved.and_then(|()| flush_folder(&place.parent)).map_err(|error| {
        MachineError::new(Bilingual::new("用新网站替换旧网站", "putting the new site in place"), &place.out, error)
    })
}

/// Kernels and file systems without the call answer in one of these ways.
fn is_unsupported(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::Unsupported | io::ErrorKind::InvalidInput)
}

fn in_two_steps(place: &Place) -> io::Result<()> {
    let aside = place.set_aside();
    fs::rename(&place.out, &aside)?;
    fs::rename(place.staging(), &place.out).inspect_err(|_| {
        // The failure of the second rename is the one to report; `recover` tries this again in the next run.
        let _ = fs::rename(&aside, &place.out);
    })
}

/// Makes a folder's names survive a power cut. Not every system lets a folder be opened.
pub(super) fn flush_folder(folder: &Path) -> io::Result<()> {
    if cfg!(unix) { File::open(folder)?.sync_all() } else { Ok(()) }
}
