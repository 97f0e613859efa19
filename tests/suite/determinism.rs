//! The same playbook gives the same bytes: on any machine, in any folder, with any number of threads, at any time.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

use crate::support::{Folder, command, files, playbook, run};

/// What differs between two machines, and must not show.
struct Machine {
    threads: &'static str,
    zone: &'static str,
    locale: &'static str,
    umask: &'static str,
    /// Whether the files are made in the opposite order, which folders on disk may keep.
    reversed: bool,
}

const HERE: Machine = Machine { threads: "1", zone: "UTC", locale: "C", umask: "022", reversed: false };
const ELSEWHERE: Machine =
    Machine { threads: "2", zone: "Asia/Shanghai", locale: "zh_CN.UTF-8", umask: "077", reversed: true };

#[test]
fn the_same_playbook_gives_the_same_bytes() {
    let (here, elsewhere) = (build("here", &HERE, &[]), build("elsewhere-in-a-longer-folder", &ELSEWHERE, &[]));
    assert_same(&here, &elsewhere);
    assert!(here.len() > 20, "the whole site was compared: {:?}", here.keys());
}

#[test]
fn with_an_address_and_drafts_too() {
    let options = ["--base-url", "https://example.com/book", "--drafts"];
    assert_same(&build("here", &HERE, &options), &build("elsewhere", &ELSEWHERE, &options));
}

/// A page's own bytes must not depend on what was built before in the same folder.
#[test]
fn building_again_changes_nothing() {
    let folder = Folder::new("again");
    write(&folder, &HERE);
    let first = publish(&folder, &HERE, &[]);
    folder.write("content/zh/reference/more.md", "---\nkind: guide\ntitle: 多一页\ntags: [方法]\n---\n再写一点。\n");
    let second = publish(&folder, &HERE, &[]);
    assert_ne!(first, second);
    std::fs::remove_file(folder.join("content/zh/reference/more.md")).expect("it was written");
    assert_same(&first, &publish(&folder, &ELSEWHERE, &[]));
}

fn build(name: &str, machine: &Machine, options: &[&str]) -> BTreeMap<String, Vec<u8>> {
    let folder = Folder::new(name);
    write(&folder, machine);
    publish(&folder, machine, options)
}

fn write(folder: &Folder, machine: &Machine) {
    let mut parts: Vec<(&str, Vec<u8>)> = playbook().into_iter().collect();
    if machine.reversed {
        parts.reverse();
    }
    for (path, bytes) in parts {
        folder.write(path, bytes);
    }
}

fn publish(folder: &Folder, machine: &Machine, options: &[&str]) -> BTreeMap<String, Vec<u8>> {
    let arguments: Vec<&str> = ["build", "--lang", "en"].into_iter().chain(options.iter().copied()).collect();
    let mut command = with_umask(command(folder.path(), &arguments), machine.umask, folder.path());
    command.env("RAYON_NUM_THREADS", machine.threads).env("TZ", machine.zone).env("LC_ALL", machine.locale);
    let run = run(&mut command);
    assert_eq!(run.code, Some(0), "{}", run.text);
    files(&folder.join("dist"))
}

/// The file mode mask belongs to the process, so a shell sets it and becomes the program.
fn with_umask(program: Command, umask: &str, folder: &Path) -> Command {
    let mut shell = Command::new("sh");
    shell
        .args(["-c", &format!("umask {umask}; exec \"$0\" \"$@\"")])
        .arg(program.get_program())
        .args(program.get_args());
    shell.current_dir(folder).env_clear();
    shell.envs(program.get_envs().filter_map(|(name, value)| Some((name, value?))));
    shell
}

#[track_caller]
fn assert_same(one: &BTreeMap<String, Vec<u8>>, other: &BTreeMap<String, Vec<u8>>) {
    assert_eq!(one.keys().collect::<Vec<_>>(), other.keys().collect::<Vec<_>>());
    for (path, bytes) in one {
        if *bytes != other[path] {
            let at = bytes.iter().zip(&other[path]).position(|(a, b)| a != b).unwrap_or(0);
            let excerpt = |bytes: &[u8]| {
                String::from_utf8_lossy(&bytes[at.saturating_sub(40)..bytes.len().min(at + 40)]).into_owned()
            };
            panic!("{path} differs at byte {at}:\n{}\n{}", excerpt(bytes), excerpt(&other[path]));
        }
    }
}
