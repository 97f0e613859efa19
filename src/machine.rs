//! A failing machine: a full disk, a missing permission, a port in use.
//!
//! A [`MachineError`] says what was being done, with which file or address, and what the system answered, in both
//! languages. It is never the author's mistake: those are [`crate::diagnostic::Diagnostic`]s. The exit code is 2.

use std::fmt;
use std::io;
use std::path::PathBuf;

use crate::diagnostic::{Bilingual, Language};

/// What could not be done, with what, and why.
#[derive(Debug)]
pub struct MachineError {
    /// What was being done, as `writing the site`.
    pub doing: Bilingual,
    /// The file or folder concerned; for a network failure, the address.
    pub path: PathBuf,
    /// The system's answer.
    pub source: io::Error,
}

impl MachineError {
    /// Joins the parts of a failure.
    pub fn new(doing: Bilingual, path: impl Into<PathBuf>, source: io::Error) -> Self {
        MachineError { doing, path: path.into(), source }
    }

    /// A failure that we found, not the system: the reason comes in both languages.
    pub fn refused(doing: Bilingual, path: impl Into<PathBuf>, reason: Bilingual) -> Self {
        MachineError::new(doing, path, io::Error::other(Reason(reason)))
    }

    /// The whole message in one language, without a full stop.
    pub fn message(&self, language: Language) -> String {
        let (doing, path) = (self.doing.in_language(language), self.path.display());
        match language {
            Language::Zh => format!("{doing}失败：`{path}`：{}", reason_in_chinese(&self.source)),
            Language::En => format!("{doing} failed: `{path}`: {}", self.source),
        }
    }
}

/// Our own reason inside an `io::Error`, which knows one language only.
#[derive(Debug)]
struct Reason(Bilingual);

impl fmt::Display for Reason {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0.en)
    }
}

impl std::error::Error for Reason {}

impl fmt::Display for MachineError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.message(Language::En))
    }
}

impl std::error::Error for MachineError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&self.source)
    }
}

/// The system's own words are English; the usual reasons get Chinese ones, with the system's number behind them.
fn reason_in_chinese(error: &io::Error) -> String {
    if let Some(Reason(reason)) = error.get_ref().and_then(|inner| inner.downcast_ref()) {
        return reason.zh.clone();
    }
    let words = match error.kind() {
        io::ErrorKind::NotFound => "找不到文件或文件夹",
        io::ErrorKind::PermissionDenied => "没有权限",
        io::ErrorKind::StorageFull => "磁盘已满",
        io::ErrorKind::QuotaExceeded => "磁盘配额已用完",
        io::ErrorKind::ReadOnlyFilesystem => "文件系统是只读的",
        io::ErrorKind::AlreadyExists => "已经存在",
        io::ErrorKind::NotADirectory => "不是文件夹",
        io::ErrorKind::IsADirectory => "是文件夹，不是文件",
        io::ErrorKind::InvalidFilename => "文件名太长或不被允许",
        io::ErrorKind::ResourceBusy => "正被占用",
        io::ErrorKind::AddrInUse => "端口已被占用",
        _ => return error.to_string(),
    };
    match error.raw_os_error() {
        Some(number) => format!("{words}（系统错误 {number}）"),
        None => words.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_languages_name_the_action_the_path_and_the_reason() {
        let doing = Bilingual::new("写入网站文件", "writing a file of the site");
        let error = MachineError::new(doing, "dist/a.html", io::Error::from_raw_os_error(28));
        assert_eq!(error.message(Language::Zh), "写入网站文件失败：`dist/a.html`：磁盘已满（系统错误 28）");
        assert_eq!(
            error.to_string(),
            "writing a file of the site failed: `dist/a.html`: No space left on device (os error 28)"
        );
    }
}
