//! Facts that nobody showed.
//!
//! In: the place that needed one. Out: the fact as a noun, and what would make it known. Invariant: an answer that
//! rests on such a fact is unknown, never guessed.

use std::fmt;

/// A fact that is not known here.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Missing {
    /// The fact, as a noun.
    pub fact: String,
    /// What would make it known.
    pub how: How,
}

/// What would make a fact known.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum How {
    /// The files of a host.
    Files,
    /// Accounts of a host.
    Accounts,
    /// The rest of a configuration.
    Configuration,
    /// The configuration of a host's php-fpm.
    PhpFpm,
    /// php.ini and its scan folder.
    PhpIni,
    /// What the distribution or image brings.
    Profile,
    /// Another host.
    Host,
    /// A value in the place of a variable.
    Value,
    /// More of the request.
    Request,
}

impl Missing {
    /// A fact that `how` would make known.
    pub fn new(fact: impl Into<String>, how: How) -> Missing {
        Missing { fact: fact.into(), how }
    }

    /// Whether a path of a host exists.
    pub fn exists(path: &[u8]) -> Missing {
        Missing::new(format!("whether {} exists", String::from_utf8_lossy(path)), How::Files)
    }

    /// The value of a name or of a text with variables.
    pub fn value(text: &[u8]) -> Missing {
        Missing::new(format!("the value of {}", String::from_utf8_lossy(text)), How::Value)
    }
}

impl How {
    /// What to do, in words.
    pub fn words(self) -> &'static str {
        match self {
            How::Files => "give a root that holds the file (--sysroot), or a `map` of a host in fpmlint.toml",
            How::Accounts => {
                "give a root with etc/passwd and etc/group (--sysroot), or a profile (--profile)"
            }
            How::Configuration => "name the main file, so that all of the configuration is read",
            How::PhpFpm => "name php-fpm's main file, or give the host's root (--sysroot)",
            How::PhpIni => "give php.ini and its scan folder, or a root that holds them (--sysroot)",
            How::Profile => "give the distribution or image (--profile), or the host's root (--sysroot)",
            How::Host => {
                "name the other host and its files in fpmlint.toml, or give the host's root (--sysroot)"
            }
            How::Value => "write the value in place of the variable",
            How::Request => "say more of the request (--header, --client)",
        }
    }
}

impl fmt::Display for Missing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.fact)
    }
}
