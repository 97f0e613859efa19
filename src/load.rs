//! Reading the playbook: the only place that reads its files.
//!
//! Every file is read once into memory. What cannot be read is a finding; what does not belong to a playbook is left
//! alone. A symbolic link may only lead to a place inside the playbook.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use walkdir::WalkDir;

use crate::diagnostic::{Bilingual, Diagnostic, code};
use crate::path::SourcePath;
use crate::rule;
use crate::source::{SourceFile, Sources, Span};

/// The name of the settings file.
pub const CONFIG: &str = "salesbook.yaml";

/// Files of the content that are published as they are.
const STATIC: [&str; 7] = ["png", "jpg", "jpeg", "gif", "webp", "svg", "pdf"];

/// Everything a playbook consists of.
#[derive(Debug, Default)]
pub struct Loaded {
    /// Text files by path: settings, pages, rules, cases and theme files.
    pub sources: Sources,
    /// Pages in path order.
    pub pages: Vec<SourcePath>,
    /// Rules in path order.
    pub rules: Vec<SourcePath>,
    /// Files of example cases in path order.
    pub cases: Vec<SourcePath>,
    /// Files that could not be read; links to their pages are not reported on top.
    pub unreadable: Vec<SourcePath>,
    /// Images and other files of the content.
    pub static_files: BTreeMap<SourcePath, Vec<u8>>,
    /// The machine would not hand out a file or folder; the author's text is not to blame.
    pub machine_failed: bool,
}

/// Reads a playbook.
pub fn load_sources(root: &Path) -> (Loaded, Vec<Diagnostic>) {
    let mut loader = Loader {
        root: root.canonicalize().unwrap_or_else(|_| root.to_path_buf()),
        loaded: Loaded::default(),
        found: Vec::new(),
    };
    let config = root.join(CONFIG);
    let config_path = SourcePath::new(CONFIG).expect("a plain name");
    if config.is_file() {
        loader.file(&config, config_path);
    } else {
        loader.found.push(crate::config::missing(&config_path));
    }
    for folder in ["content", "rules", crate::theme::FOLDER] {
        loader.folder(&root.join(folder), folder);
    }
    (loader.loaded, loader.found)
}

struct Loader {
    root: PathBuf,
    loaded: Loaded,
    found: Vec<Diagnostic>,
}

impl Loader {
    fn folder(&mut self, folder: &Path, name: &str) {
        if !folder.exists() {
            return;
        }
        let walk = WalkDir::new(folder).sort_by_file_name().into_iter().filter_entry(|entry| {
            let name = entry.file_name().to_string_lossy();
            // Hidden files and the left-overs of editors are not content.
            !name.starts_with('.') && !name.ends_with('~') && !name.starts_with('#')
        });
        for entry in walk {
            let entry = match entry {
                Ok(entry) => entry,
                Err(error) => {
                    let path = error.path().unwrap_or(folder);
                    let path = self.source_path(path, folder, name);
                    self.loaded.machine_failed |= error.io_error().is_some();
                    self.unreadable(&path, &error.to_string());
                    continue;
                }
            };
            let path = self.source_path(entry.path(), folder, name);
            if entry.path_is_symlink() && !self.inside(entry.path()) {
                let message = Bilingual::new(
                    format!("符号链接`{path}`指到手册外面"),
                    format!("symbolic link `{path}` leaves the playbook"),
                );
                self.loaded.unreadable.push(path.clone());
                self.found.push(
                    Diagnostic::new(code::OUTSIDE_LINK, &path, Span::default(), message)
                        .help("把文件本身放进手册", "put the file itself into the playbook"),
                );
                continue;
            }
            if entry.file_type().is_file() || (entry.path_is_symlink() && entry.path().is_file()) {
                self.file(entry.path(), path);
            }
        }
    }

    fn inside(&self, link: &Path) -> bool {
        link.canonicalize().is_ok_and(|target| target.starts_with(&self.root) && target.is_file())
    }

    /// The path below the root. Characters that no path may hold are shown as `_`, for the name is only reported then.
    fn source_path(&self, path: &Path, folder: &Path, name: &str) -> SourcePath {
        let below = path.strip_prefix(folder).unwrap_or(path).to_string_lossy().replace('\\', "/");
        let text = if below.is_empty() { name.to_string() } else { format!("{name}/{below}") };
        SourcePath::new(text.clone()).unwrap_or_else(|_| {
            let safe: String =
                text.chars().map(|c| if c.is_control() || "\\:*?\"<>|".contains(c) { '_' } else { c }).collect();
            SourcePath::new(safe).unwrap_or_else(|_| SourcePath::new(name).expect("a plain name"))
        })
    }

    fn file(&mut self, file: &Path, path: SourcePath) {
        let extension =
            path.as_str().rsplit_once('.').map(|(_, extension)| extension.to_ascii_lowercase()).unwrap_or_default();
        let text = path.as_str();
        let in_content = text.starts_with("content/");
        if in_content && STATIC.contains(&extension.as_str()) {
            match std::fs::read(file) {
                Ok(bytes) => {
                    self.loaded.static_files.insert(path, bytes);
                }
                Err(error) => self.refused(&path, &error),
            }
            return;
        }
        let list = match extension.as_str() {
            "md" if in_content => Some(&mut self.loaded.pages),
            "rhai" if text.starts_with("rules/") => Some(&mut self.loaded.rules),
            "yaml" if text.starts_with("rules/") && text.ends_with(".cases.yaml") => Some(&mut self.loaded.cases),
            "html" | "css" | "js" | "svg" | "yaml" if text.starts_with(crate::theme::FOLDER) => None,
            "yaml" if text == CONFIG || text == rule::settings::FILE => None,
            _ => return,
        };
        match std::fs::read(file) {
            Ok(bytes) => match String::from_utf8(bytes) {
                Ok(text) => {
                    if let Some(list) = list {
                        list.push(path.clone());
                    }
                    self.loaded.sources.insert(SourceFile::new(path, text));
                }
                Err(error) => {
                    let at = error.utf8_error().valid_up_to();
                    self.not_utf8(SourceFile::new(path, String::from_utf8_lossy(error.as_bytes()).as_ref()), at);
                }
            },
            Err(error) => self.refused(&path, &error),
        }
    }

    fn refused(&mut self, path: &SourcePath, error: &std::io::Error) {
        self.loaded.machine_failed = true;
        self.unreadable(path, &error.to_string());
    }

    /// A file in another encoding: what can be read of it is kept, so that the place can be shown.
    fn not_utf8(&mut self, file: SourceFile, at: usize) {
        let path = file.path.clone();
        let message = Bilingual::new("从这里起不是UTF-8编码", "from here on this is not UTF-8");
        self.found.push(
            Diagnostic::new(code::UNREADABLE_FILE, &path, Span::new(at, at + '\u{fffd}'.len_utf8()), message)
                .help("用编辑器打开，另存为UTF-8编码", "open it in an editor and save it as UTF-8"),
        );
        self.loaded.unreadable.push(path);
        self.loaded.sources.insert(file);
    }

    fn unreadable(&mut self, path: &SourcePath, reason: &str) {
        self.loaded.unreadable.push(path.clone());
        let message = Bilingual::new(format!("读不出`{path}`：{reason}"), format!("cannot read `{path}`: {reason}"));
        self.found.push(
            Diagnostic::new(code::UNREADABLE_FILE, path, Span::default(), message).help(
                "检查文件的权限，以及它是不是已被移走",
                "check its permissions, and whether it has been moved away",
            ),
        );
    }
}
