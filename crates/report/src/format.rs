//! The output formats by name.

use std::fmt;
use std::str::FromStr;

/// An output format of `fpmlint check`.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Format {
    /// Frames with arrows, for a colour terminal.
    Pretty,
    /// Plain frames, the same on every machine: pipes, CI, documentation.
    Full,
    /// One line for each finding.
    Concise,
    /// One JSON object.
    Json,
    /// One JSON object on each line.
    Jsonl,
    /// SARIF 2.1.0.
    Sarif,
    /// Workflow commands of GitHub Actions.
    Github,
    /// GitLab's code quality report.
    Gitlab,
}

impl Format {
    /// Every format, in the order in which they are listed.
    pub const ALL: [Format; 8] = [
        Format::Pretty,
        Format::Full,
        Format::Concise,
        Format::Json,
        Format::Jsonl,
        Format::Sarif,
        Format::Github,
        Format::Gitlab,
    ];

    /// The word that `--format` takes.
    pub fn name(self) -> &'static str {
        match self {
            Format::Pretty => "pretty",
            Format::Full => "full",
            Format::Concise => "concise",
            Format::Json => "json",
            Format::Jsonl => "jsonl",
            Format::Sarif => "sarif",
            Format::Github => "github",
            Format::Gitlab => "gitlab",
        }
    }

    /// Whether people read it, so that a summary and colours belong to it.
    pub fn is_human(self) -> bool {
        matches!(self, Format::Pretty | Format::Full | Format::Concise)
    }

    /// Whether it says what kept fpmlint from doing its work; else that must be said elsewhere.
    pub fn holds_errors(self) -> bool {
        matches!(self, Format::Json | Format::Jsonl | Format::Sarif | Format::Github)
    }
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A word that names no format.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct UnknownFormat(pub String);

impl fmt::Display for UnknownFormat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names = Format::ALL.map(Format::name).join(", ");
        write!(f, "`{}` is no output format; there are {names}", self.0)
    }
}

impl std::error::Error for UnknownFormat {}

impl FromStr for Format {
    type Err = UnknownFormat;

    fn from_str(word: &str) -> Result<Format, UnknownFormat> {
        let found = Format::ALL.into_iter().find(|format| format.name() == word);
        found.ok_or_else(|| UnknownFormat(word.to_owned()))
    }
}
