//! `salesbook init`: a small, complete playbook to start from.
//!
//! The files are part of the program, one folder for each language below `src/starter`. The target must not exist or
//! be empty, and every file is created as one that must not exist, so nothing is ever overwritten.

use std::fs;
use std::io::{self, Write};
use std::path::Path;
use std::process::ExitCode;

use include_dir::{Dir, include_dir};

use super::Refusal;
use crate::diagnostic::{Bilingual, Language};
use crate::machine::MachineError;

static STARTERS: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/src/starter");

/// Makes a playbook. Exit code 1 when the folder is in use, 2 when the machine fails.
pub fn run(folder: &Path, asked: Option<Language>) -> ExitCode {
    let language = super::language_of_environment(asked);
    super::finish(make(folder, language))
}

/// Makes a playbook, and says what to do next.
pub(super) fn make(folder: &Path, language: Language) -> Result<String, Refusal> {
    let looking = |error| MachineError::new(Bilingual::new("查看文件夹", "looking into the folder"), folder, error);
    if !is_free(folder).map_err(|error| Refusal::of_machine(&looking(error), language))? {
        let shown = folder.display();
        return Err(Refusal::new(match language {
            Language::Zh => format!("`{shown}`已经有东西，没有动它；换一个不存在或者空的文件夹"),
            Language::En => {
                format!("`{shown}` is in use and was left alone; name a folder that does not exist or is empty")
            }
        }));
    }
    let files = write_starter(folder, language).map_err(|error| Refusal::of_machine(&error, language))?;
    Ok(next_steps(folder, files, language))
}

/// Whether a playbook may be put there: nothing of that name, or a folder with nothing in it.
fn is_free(folder: &Path) -> io::Result<bool> {
    match fs::read_dir(folder) {
        Ok(mut entries) => Ok(entries.next().is_none()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(true),
        Err(error) if error.kind() == io::ErrorKind::NotADirectory => Ok(false),
        Err(error) => Err(error),
    }
}

/// Writes every file of the language's starter, and returns how many there are.
fn write_starter(folder: &Path, language: Language) -> Result<usize, MachineError> {
    let name = match language {
        Language::Zh => "zh",
        Language::En => "en",
    };
    let starter = STARTERS.get_dir(name).expect("there is a starter in each language of messages");
    let mut count = 0;
    let mut folders = vec![starter];
    while let Some(from) = folders.pop() {
        folders.extend(from.dirs());
        for file in from.files() {
            let path = file.path().strip_prefix(name).expect("it stands below the starter's folder");
            create(&folder.join(path), file.contents())?;
            count += 1;
        }
    }
    Ok(count)
}

/// Creates a file that must not exist, and the folders above it.
pub(super) fn create(path: &Path, bytes: &[u8]) -> Result<(), MachineError> {
    let written = path.parent().map_or(Ok(()), fs::create_dir_all).and_then(|()| {
        let mut file = fs::OpenOptions::new().write(true).create_new(true).open(path)?;
        file.write_all(bytes)
    });
    written.map_err(|error| MachineError::new(Bilingual::new("新建文件", "creating a file"), path, error))
}

fn next_steps(folder: &Path, files: usize, language: Language) -> String {
    let shown = folder.display().to_string();
    let quoted = if shown.contains(char::is_whitespace) { format!("\"{shown}\"") } else { shown.clone() };
    let (shown, enter) = match (shown.as_str(), language) {
        (".", Language::Zh) => ("就在这个文件夹里".to_string(), String::new()),
        (".", Language::En) => ("in this folder".to_string(), String::new()),
        _ => (shown, format!("  cd {quoted}\n")),
    };
    match language {
        Language::Zh => [
            format!("新手册建好了：{shown}（{files}个文件）。接着做：\n{enter}"),
            "  salesbook serve --open               在浏览器里看，存盘就更新\n".to_string(),
            "  salesbook new objection 没有预算     加一张异议卡\n".to_string(),
            "  salesbook check                      看看有没有写错\n".to_string(),
            "怎么改，写在README.md里".to_string(),
        ],
        Language::En => [
            format!("the new playbook is ready: {shown} ({files} files); next:\n{enter}"),
            "  salesbook serve --open                         see it in the browser; it follows every save\n"
                .to_string(),
            "  salesbook new objection \"We have no budget\"    add an objection card\n".to_string(),
            "  salesbook check                                look for mistakes\n".to_string(),
            "README.md explains how to change it".to_string(),
        ],
    }
    .concat()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::command::support::Folder;
    use crate::pipeline;

    #[test]
    fn every_starter_is_clean_and_builds() {
        for language in [Language::Zh, Language::En] {
            let folder = Folder::new("init");
            let target = folder.path().join("book");
            make(&target, language).expect("the folder is free");
            let mut checked = pipeline::check(&target, false);
            assert!(checked.diagnostics.is_empty(), "{:?}", checked.diagnostics);
            let linguistics = crate::search::Linguistics::load();
            let artifacts =
                pipeline::render(&mut checked, Some(&linguistics), &crate::render::RenderOptions::default());
            assert!(artifacts.is_some(), "{:?}", checked.diagnostics);
            crate::command::test::check_cases(&mut checked);
            assert!(checked.diagnostics.is_empty(), "{:?}", checked.diagnostics);
        }
    }

    #[test]
    fn the_starters_differ_in_words_only() {
        let paths = |name: &str| -> Vec<String> {
            let mut found = Vec::new();
            let mut folders = vec![STARTERS.get_dir(name).expect("it exists")];
            while let Some(from) = folders.pop() {
                folders.extend(from.dirs());
                found.extend(from.files().map(|file| {
                    let parts =
                        file.path().iter().map(|part| if part == name { "*".into() } else { part.to_string_lossy() });
                    parts.collect::<Vec<_>>().join("/")
                }));
            }
            found.sort();
            found
        };
        assert_eq!(paths("zh"), paths("en"));
    }

    #[test]
    fn a_folder_in_use_is_left_alone() {
        let folder = Folder::new("init-in-use");
        fs::write(folder.path().join("notes.txt"), "mine").expect("writable");
        let refusal = make(folder.path(), Language::En).expect_err("it holds a file");
        assert_eq!(refusal.code, 1);
        assert!(refusal.message.contains(&folder.path().display().to_string()), "{}", refusal.message);
        assert_eq!(fs::read_dir(folder.path()).expect("readable").count(), 1);
        make(&folder.path().join("notes.txt"), Language::En).expect_err("it is a file");
        assert_eq!(fs::read_to_string(folder.path().join("notes.txt")).expect("readable"), "mine");
    }

    #[test]
    fn an_empty_folder_is_taken() {
        let folder = Folder::new("init-empty");
        make(folder.path(), Language::En).expect("it is empty");
        assert!(folder.path().join("content/en/_index.md").is_file());
    }
}
