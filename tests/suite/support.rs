//! What every kind of test needs: a temporary folder, a run of the real program, the bytes of a folder, a playbook.
//!
//! Each test works in a folder of its own, so tests run in any order and in parallel. Nothing here compares anything.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicUsize, Ordering};

/// The stack of the program itself, in bytes: the engine takes deep values apart step by step.
pub(crate) const STACK_BYTES: usize = 1 << 29;

/// A temporary folder, removed at the end of the test.
pub(crate) struct Folder(PathBuf);

impl Folder {
    /// Makes an empty folder; `name` only helps to recognise it.
    pub(crate) fn new(name: &str) -> Self {
        static COUNT: AtomicUsize = AtomicUsize::new(0);
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let folder = std::env::temp_dir().join(format!("salesbook-suite-{}-{number}-{name}", std::process::id()));
        // A left-over of a killed run that had the same process number.
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(&folder).expect("the temporary folder can be written");
        Folder(folder)
    }

    /// Where it stands.
    pub(crate) fn path(&self) -> &Path {
        &self.0
    }

    /// The place of a file below it.
    pub(crate) fn join(&self, path: &str) -> PathBuf {
        self.0.join(path)
    }

    /// Writes a file and the folders above it.
    pub(crate) fn write(&self, path: &str, bytes: impl AsRef<[u8]>) {
        let file = self.0.join(path);
        fs::create_dir_all(file.parent().expect("a file stands in a folder")).expect("folders can be made");
        fs::write(&file, bytes).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// What a run of the program gave.
pub(crate) struct Run {
    /// The exit code; absent when a signal ended the program.
    pub(crate) code: Option<i32>,
    /// Standard error, then standard output.
    pub(crate) text: String,
}

/// The program in a folder, in an environment that says nothing of the machine it runs on.
pub(crate) fn command(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_salesbook"));
    command.current_dir(folder).args(arguments).env_clear().env("PATH", std::env::var_os("PATH").unwrap_or_default());
    // Where the sanitised environment would hide a panic's place, the report of a failing test would too.
    command.env("RUST_BACKTRACE", "0");
    command
}

/// Runs the program in a folder and waits for it.
pub(crate) fn salesbook(folder: &Path, arguments: &[&str]) -> Run {
    run(&mut command(folder, arguments))
}

/// Runs a prepared command and waits for it.
pub(crate) fn run(command: &mut Command) -> Run {
    let output = command.output().expect("the program was built with the tests");
    let mut text = String::from_utf8_lossy(&output.stderr).into_owned();
    text.push_str(&String::from_utf8_lossy(&output.stdout));
    Run { code: output.status.code(), text }
}

/// Every file below a folder with its bytes; empty when there is no such folder.
pub(crate) fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut found = BTreeMap::new();
    collect(folder, "", &mut found);
    found
}

fn collect(folder: &Path, prefix: &str, found: &mut BTreeMap<String, Vec<u8>>) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    for entry in entries {
        let entry = entry.expect("a folder of ours can be read");
        let name = format!("{prefix}{}", entry.file_name().to_string_lossy());
        if entry.file_type().expect("it exists").is_dir() {
            collect(&entry.path(), &format!("{name}/"), found);
        } else {
            found.insert(name, fs::read(entry.path()).expect("a file of ours can be read"));
        }
    }
}

/// A small playbook with a page of every kind and a use of everything that pages offer.
pub(crate) fn playbook() -> BTreeMap<&'static str, Vec<u8>> {
    let text = |text: &str| text.as_bytes().to_vec();
    BTreeMap::from([
        ("salesbook.yaml", text(include_str!("../fixtures/playbook/salesbook.yaml"))),
        ("content/zh/_index.md", text(include_str!("../fixtures/playbook/home.md"))),
        ("content/zh/cards/_index.md", text(include_str!("../fixtures/playbook/cards.md"))),
        ("content/zh/cards/obj-dear.md", text(include_str!("../fixtures/playbook/obj-dear.md"))),
        ("content/zh/cards/type-careful.md", text(include_str!("../fixtures/playbook/type-careful.md"))),
        ("content/zh/cards/aida-careful.md", text(include_str!("../fixtures/playbook/aida-careful.md"))),
        ("content/zh/cards/finder.md", text(include_str!("../fixtures/playbook/finder.md"))),
        ("content/zh/cards/customer-card.md", text(include_str!("../fixtures/playbook/customer-card.md"))),
        ("content/zh/reference/_index.md", text(include_str!("../fixtures/playbook/reference.md"))),
        ("content/zh/reference/methods.md", text(include_str!("../fixtures/playbook/methods.md"))),
        ("content/zh/reference/chart.png", PNG.to_vec()),
        ("rules/finder.rhai", text(include_str!("../fixtures/playbook/finder.rhai"))),
        ("rules/settings.yaml", text(include_str!("../fixtures/playbook/settings.yaml"))),
    ])
}

/// One transparent point.
const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\x06\0\0\0\x1f\x15\xc4\x89\0\0\0\nIDATx\x9cc\0\x01\0\0\x05\0\x01\r\n-\xb4\0\0\0\0IEND\xaeB`\x82";
