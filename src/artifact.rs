//! What a build makes: bytes under output paths, sorted.

use std::collections::BTreeMap;

use sha2::{Digest, Sha256};

use crate::path::OutputPath;

/// The files of a site.
#[derive(Debug, Clone, Default)]
pub struct Artifacts {
    files: BTreeMap<OutputPath, Vec<u8>>,
}

impl Artifacts {
    /// Adds a file; a file of the same path is replaced.
    pub fn insert(&mut self, path: OutputPath, bytes: impl Into<Vec<u8>>) {
        self.files.insert(path, bytes.into());
    }

    /// Adds all files of another collection.
    pub fn extend(&mut self, other: Artifacts) {
        self.files.extend(other.files);
    }

    /// The bytes of a path.
    pub fn get(&self, path: &OutputPath) -> Option<&[u8]> {
        self.files.get(path).map(Vec::as_slice)
    }

    /// Every file in path order.
    pub fn iter(&self) -> impl Iterator<Item = (&OutputPath, &[u8])> {
        self.files.iter().map(|(path, bytes)| (path, bytes.as_slice()))
    }

    /// How many files.
    pub fn len(&self) -> usize {
        self.files.len()
    }

    /// No file at all.
    pub fn is_empty(&self) -> bool {
        self.files.is_empty()
    }
}

/// SHA-256 of some bytes in lower-case hexadecimal.
pub fn sha256_hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let digest = Sha256::digest(bytes);
    let digits = digest.iter().flat_map(|byte| [byte >> 4, byte & 15]);
    digits.map(|digit| DIGITS[usize::from(digit)] as char).collect()
}

/// The part of a content hash that goes into a file name: the first ten hexadecimal digits.
pub fn short_hash(bytes: &[u8]) -> String {
    let mut hash = sha256_hex(bytes);
    hash.truncate(10);
    hash
}
