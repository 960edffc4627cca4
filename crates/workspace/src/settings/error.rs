//! What is wrong with an `fpmlint.toml`, and where.

use std::fmt;
use std::path::PathBuf;

/// One problem of one settings file.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SettingsError {
    /// The file that says it.
    pub file: PathBuf,
    /// The line, from 1; 1 where the whole file is meant.
    pub line: u32,
    /// The column in characters, from 1.
    pub column: u32,
    /// What is wrong, on one line.
    pub message: String,
}

impl fmt::Display for SettingsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}: {}", self.file.display(), self.line, self.column, self.message)
    }
}

impl std::error::Error for SettingsError {}
