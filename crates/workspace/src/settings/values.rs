//! The small values of `fpmlint.toml` that are written as words: versions and amounts of memory.

use std::fmt;
use std::str::FromStr;

use serde::{Serialize, Serializer};

/// A version as people write a target: `8`, `8.2` or `8.2.10`. A prefix means the last release that starts so.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct TargetVersion {
    /// The first number.
    pub major: u16,
    /// The second number, where it is given.
    pub minor: Option<u16>,
    /// The third number, where it is given.
    pub patch: Option<u16>,
}

impl TargetVersion {
    /// Whether a full version starts with this prefix.
    pub fn covers(self, major: u16, minor: u16, patch: u16) -> bool {
        self.major == major
            && self.minor.is_none_or(|wanted| wanted == minor)
            && self.patch.is_none_or(|wanted| wanted == patch)
    }
}

impl FromStr for TargetVersion {
    type Err = ();

    /// Reads one to three numbers with dots between them; nothing else, no blanks, no signs.
    fn from_str(text: &str) -> Result<TargetVersion, ()> {
        let mut numbers = text.split('.').map(number);
        let major = numbers.next().unwrap_or(Err(()))?;
        let minor = numbers.next().transpose()?;
        let patch = numbers.next().transpose()?;
        if numbers.next().is_some() {
            return Err(());
        }
        Ok(TargetVersion { major, minor, patch })
    }
}

fn number(digits: &str) -> Result<u16, ()> {
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(());
    }
    digits.parse().map_err(|_| ())
}

impl fmt::Display for TargetVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.major)?;
        for part in [self.minor, self.patch].into_iter().flatten() {
            write!(f, ".{part}")?;
        }
        Ok(())
    }
}

impl Serialize for TargetVersion {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// Reads an amount of memory such as `8G`, `512M` or `1073741824` into bytes; the units are powers of 1,024, and
/// `8GB` and `8GiB` mean the same. None if it is no amount, is zero or does not fit.
pub fn parse_memory(text: &str) -> Option<u64> {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let (amount, unit) = text.split_at_checked(digits)?;
    let shift = match unit.trim_start().to_ascii_lowercase().as_str() {
        "" | "b" => 0,
        "k" | "kb" | "kib" => 10,
        "m" | "mb" | "mib" => 20,
        "g" | "gb" | "gib" => 30,
        "t" | "tb" | "tib" => 40,
        _ => return None,
    };
    amount.parse::<u64>().ok()?.checked_mul(1 << shift).filter(|bytes| *bytes > 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_keep_the_length_in_which_they_are_written() {
        for text in ["8", "8.2", "8.2.10"] {
            assert_eq!(text.parse::<TargetVersion>().map(|version| version.to_string()), Ok(text.to_owned()));
        }
        for text in ["", "8.", ".2", "8.2.1.0", "v8", "8.2rc1", "+8", "8 ", "70000"] {
            assert_eq!(text.parse::<TargetVersion>(), Err(()), "{text:?}");
        }
    }

    #[test]
    fn a_prefix_covers_its_releases_only() {
        let version: TargetVersion = "8.2".parse().unwrap();
        assert!(version.covers(8, 2, 0) && version.covers(8, 2, 30));
        assert!(!version.covers(8, 20, 2) && !version.covers(7, 2, 0));
    }

    #[test]
    fn memory_counts_in_powers_of_1024() {
        assert_eq!(parse_memory("8G"), Some(8 << 30));
        assert_eq!(parse_memory("512 MiB"), Some(512 << 20));
        assert_eq!(parse_memory("1000"), Some(1000));
        for text in ["", "G", "0", "-1G", "8X", "1.5G", "99999999999999T", "8€"] {
            assert_eq!(parse_memory(text), None, "{text:?}");
        }
    }
}
