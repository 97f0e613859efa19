//! Paths that cannot leave their folder.
//!
//! A [`SourcePath`] names a file of the playbook, an [`OutputPath`] a file of the site. Both are relative, with `/`
//! between the parts on every system, and can only be made by a constructor that refuses everything else. A
//! relative link between two output paths comes from [`OutputPath::link_to`].

use std::fmt;

/// Why a text is not a path inside a folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PathError {
    /// Nothing, or only slashes.
    Empty,
    /// Starts at a root or a drive.
    Absolute,
    /// Contains `.`, `..` or an empty part.
    Escapes,
    /// Contains a character that some file system or URL cannot hold.
    Character(char),
}

fn check(path: &str) -> Result<(), PathError> {
    if path.is_empty() {
        return Err(PathError::Empty);
    }
    if path.starts_with('/') {
        return Err(PathError::Absolute);
    }
    // `:` and `\` make drives and streams on Windows; the others cannot stand in a file name there.
    if let Some(bad) = path.chars().find(|c| c.is_control() || "\\:*?\"<>|".contains(*c)) {
        return Err(PathError::Character(bad));
    }
    if path.split('/').any(|part| part.is_empty() || part == "." || part == "..") {
        return Err(PathError::Escapes);
    }
    Ok(())
}

/// The path of a file of the playbook, relative to its root.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SourcePath(String);

impl SourcePath {
    /// Checks a relative path with `/` between its parts.
    pub fn new(path: impl Into<String>) -> Result<Self, PathError> {
        let path = path.into();
        check(&path)?;
        Ok(SourcePath(path))
    }

    /// The path as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The last part without its extension; of `type-finder.cases.yaml` it is `type-finder.cases`.
    pub fn stem(&self) -> &str {
        let name = self.0.rsplit('/').next().unwrap_or(&self.0);
        name.rsplit_once('.').map_or(name, |(stem, _)| stem)
    }
}

impl fmt::Display for SourcePath {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

/// The path of a file of the site, relative to the published folder.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct OutputPath(String);

impl OutputPath {
    /// Checks a relative path with `/` between its parts.
    pub fn new(path: impl Into<String>) -> Result<Self, PathError> {
        let path = path.into();
        check(&path)?;
        Ok(OutputPath(path))
    }

    /// The path as text, not percent-encoded.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The folder of the file, without a slash at the end; empty at the site's root.
    pub fn folder(&self) -> &str {
        self.0.rsplit_once('/').map_or("", |(folder, _)| folder)
    }

    /// How many folders deep the file stands; 0 at the site's root.
    pub fn depth(&self) -> usize {
        self.0.matches('/').count()
    }

    /// The relative way from this file's folder to the site's root: empty, or `../` as often as needed.
    pub fn to_root(&self) -> String {
        "../".repeat(self.depth())
    }

    /// The relative link from this file to another, percent-encoded; it never starts with `/`.
    pub fn link_to(&self, target: &OutputPath) -> String {
        let folder = |path: &str| path.rfind('/').map_or(0, |slash| slash + 1);
        let (from, to) = (&self.0[..folder(&self.0)], &target.0[..folder(&target.0)]);
        let parts = from.split_inclusive('/').zip(to.split_inclusive('/'));
        let common: usize = parts.take_while(|(a, b)| a == b).map(|(part, _)| part.len()).sum();
        let up = from[common..].matches('/').count();
        let mut link = String::with_capacity(up * "../".len() + target.0.len() - common);
        for _ in 0..up {
            link.push_str("../");
        }
        for (index, part) in target.0[common..].split('/').enumerate() {
            if index > 0 {
                link.push('/');
            }
            crate::escape::push_url_part(&mut link, part);
        }
        link
    }
}

impl fmt::Display for OutputPath {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_that_leave_the_folder_cannot_be_made() {
        for bad in ["", "/etc/passwd", "../x", "a/../../x", "a//b", "./a", "a/.", "C:\\x", "a\\..\\b", "a\0b", "con:"] {
            assert!(OutputPath::new(bad).is_err(), "{bad:?}");
            assert!(SourcePath::new(bad).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn links_are_relative() {
        let path = |text: &str| OutputPath::new(text).expect("valid");
        assert_eq!(path("index.html").link_to(&path("a/b.html")), "a/b.html");
        assert_eq!(path("a/b.html").link_to(&path("index.html")), "../index.html");
        assert_eq!(path("a/b.html").link_to(&path("a/c.html")), "c.html");
        assert_eq!(path("a/b/c.html").link_to(&path("a/d.html")), "../d.html");
        assert_eq!(path("a.html").link_to(&path("tags/价格.html")), "tags/%E4%BB%B7%E6%A0%BC.html");
    }
}
