//! How bad a finding is, and what a user may set it to.

use std::fmt;
use std::str::FromStr;

/// How bad a finding is. Ordered: `Info < Warning < Error`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Severity {
    /// Worth knowing; nothing fails.
    Info,
    /// Something is wrong, or will be.
    Warning,
    /// The daemon refuses, requests fail or secrets leak.
    Error,
}

impl Severity {
    /// The word used in every output format.
    pub fn name(self) -> &'static str {
        match self {
            Severity::Info => "info",
            Severity::Warning => "warning",
            Severity::Error => "error",
        }
    }

    /// One step milder, but never below info: what stock files get.
    pub fn quieter(self) -> Severity {
        match self {
            Severity::Error => Severity::Warning,
            Severity::Warning | Severity::Info => Severity::Info,
        }
    }
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// What a rule is set to: off, or on with a severity.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Level {
    /// The rule does not run.
    Off,
    /// The rule runs, and its findings have this severity.
    On(Severity),
}

impl Level {
    /// The word used in `fpmlint.toml` and in the list of rules.
    pub fn name(self) -> &'static str {
        match self {
            Level::Off => "off",
            Level::On(severity) => severity.name(),
        }
    }
}

impl FromStr for Level {
    type Err = ();

    /// Reads `error`, `warning`, `info` or `off`.
    fn from_str(word: &str) -> Result<Level, ()> {
        match word {
            "off" => Ok(Level::Off),
            "info" => Ok(Level::On(Severity::Info)),
            "warning" | "warn" => Ok(Level::On(Severity::Warning)),
            "error" => Ok(Level::On(Severity::Error)),
            _ => Err(()),
        }
    }
}
