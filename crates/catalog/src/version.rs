//! Versions, and since when and until when something exists.
//!
//! In: cells of the tables, targets that a user names. Out: comparisons with three answers. Invariant: what
//! the tables do not say is none, never a guess.

use std::fmt;
use std::str::FromStr;

/// A release of a daemon or of PHP.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Version {
    /// The `8` of `8.3.19`.
    pub major: u16,
    /// The `3` of `8.3.19`.
    pub minor: u16,
    /// The `19` of `8.3.19`.
    pub patch: u16,
}

impl Version {
    /// The release `major.minor.patch`.
    pub const fn new(major: u16, minor: u16, patch: u16) -> Version {
        Version { major, minor, patch }
    }

    /// Whether both are releases of one series, such as 8.2.
    pub const fn same_series(self, other: Version) -> bool {
        self.major == other.major && self.minor == other.minor
    }

    /// The version as people write it: without the patch number when that is zero, as in `8.4`.
    pub fn short(self) -> ShortVersion {
        ShortVersion(self)
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.{}", self.major, self.minor, self.patch)
    }
}

/// A version that shows itself without a patch number of zero.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct ShortVersion(Version);

impl fmt::Display for ShortVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Version { major, minor, patch } = self.0;
        if patch == 0 { write!(f, "{major}.{minor}") } else { write!(f, "{major}.{minor}.{patch}") }
    }
}

/// A text that is no version: one to three decimal numbers with dots between them.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct ParseVersionError;

impl fmt::Display for ParseVersionError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a version is one to three numbers with dots between them, such as 8.3 or 1.26.2")
    }
}

impl std::error::Error for ParseVersionError {}

impl FromStr for Version {
    type Err = ParseVersionError;

    /// Reads `8`, `8.2` or `8.2.29`; parts that are left out are zero.
    fn from_str(text: &str) -> Result<Version, ParseVersionError> {
        let mut parts = [0; 3];
        for (count, word) in text.split('.').enumerate() {
            let part = parts.get_mut(count).ok_or(ParseVersionError)?;
            if word.is_empty() || !word.bytes().all(|byte| byte.is_ascii_digit()) {
                return Err(ParseVersionError);
            }
            *part = word.parse().map_err(|_| ParseVersionError)?;
        }
        let [major, minor, patch] = parts;
        Ok(Version { major, minor, patch })
    }
}

/// Since when something exists.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Since {
    /// Nobody recorded it.
    Unknown,
    /// It was there in this release, the oldest that was looked at.
    AtLatest(Version),
    /// This release brought it.
    At(Version),
    /// Some release of the series of this one brought it.
    Series(Version),
    /// The first release still lacks it, the second has it.
    Between(Version, Version),
    /// It was brought to several series at once; these are the first releases that have it, oldest first.
    Branches(&'static [Version]),
}

impl Since {
    /// Whether `version` already has it; none when that is not known.
    pub fn holds(self, version: Version) -> Option<bool> {
        match self {
            Since::Unknown => None,
            Since::AtLatest(oldest) => (version >= oldest).then_some(true),
            Since::At(first) => Some(version >= first),
            Since::Series(series) if version.same_series(series) => None,
            Since::Series(series) => Some(version > series),
            Since::Between(lacking, _) if version <= lacking => Some(false),
            Since::Between(_, having) => (version >= having).then_some(true),
            Since::Branches(firsts) => Some(match firsts.iter().find(|first| version.same_series(**first)) {
                Some(first) => version >= *first,
                None => firsts.iter().all(|first| version > *first),
            }),
        }
    }

    /// The first release that has it, where exactly one is known.
    pub fn version(self) -> Option<Version> {
        match self {
            Since::At(first) => Some(first),
            _ => None,
        }
    }
}

/// Until when something exists.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Removed {
    /// No release is known to lack it.
    Never,
    /// This release is the first without it.
    At(Version),
    /// This release lacks it; which one dropped it is not known.
    By(Version),
    /// This release still has it; a later one dropped it.
    After(Version),
}

impl Removed {
    /// Whether `version` lacks it because it was dropped; none when that is not known.
    pub fn holds(self, version: Version) -> Option<bool> {
        match self {
            Removed::Never => Some(false),
            Removed::At(first) => Some(version >= first),
            Removed::By(first) => (version >= first).then_some(true),
            Removed::After(last) => (version <= last).then_some(false),
        }
    }

    /// The first release that is known to lack it.
    pub fn version(self) -> Option<Version> {
        match self {
            Removed::At(first) | Removed::By(first) => Some(first),
            Removed::Never | Removed::After(_) => None,
        }
    }
}

/// Whether `version` has what exists since and until then; none when that is not known.
pub(crate) fn present(since: Since, removed: Removed, version: Version) -> Option<bool> {
    match (since.holds(version), removed.holds(version)) {
        (Some(false), _) | (_, Some(true)) => Some(false),
        (Some(true), Some(false)) => Some(true),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_version_is_one_to_three_numbers() {
        assert_eq!("8".parse(), Ok(Version::new(8, 0, 0)));
        assert_eq!("8.2".parse(), Ok(Version::new(8, 2, 0)));
        assert_eq!("2.4.62".parse(), Ok(Version::new(2, 4, 62)));
        for text in ["", ".", "8.", "8.2.1.0", "8.x", "+8", " 8", "8.99999"] {
            assert_eq!(text.parse::<Version>(), Err(ParseVersionError), "{text:?}");
        }
    }

    #[test]
    fn versions_compare_by_number_and_show_what_was_read() {
        assert!(Version::new(1, 9, 15) < Version::new(1, 10, 0));
        assert_eq!(Version::new(2, 4, 0).to_string(), "2.4.0");
        assert_eq!(Version::new(8, 4, 0).short().to_string(), "8.4");
        assert_eq!(Version::new(8, 4, 1).short().to_string(), "8.4.1");
    }

    #[test]
    fn what_the_oldest_known_release_had_may_be_older_still() {
        let since = Since::AtLatest(Version::new(1, 10, 0));
        assert_eq!(since.holds(Version::new(1, 10, 0)), Some(true));
        assert_eq!(since.holds(Version::new(1, 8, 1)), None);
    }

    #[test]
    fn a_series_is_certain_only_from_the_next_series_on() {
        let since = Since::Series(Version::new(1, 29, 0));
        assert_eq!(since.holds(Version::new(1, 28, 3)), Some(false));
        assert_eq!(since.holds(Version::new(1, 29, 4)), None);
        assert_eq!(since.holds(Version::new(1, 30, 0)), Some(true));
    }

    #[test]
    fn between_two_releases_nothing_is_known() {
        let since = Since::Between(Version::new(2, 4, 62), Version::new(2, 4, 68));
        assert_eq!(
            [62, 65, 68].map(|patch| since.holds(Version::new(2, 4, patch))),
            [Some(false), None, Some(true)]
        );
    }

    #[test]
    fn each_branch_has_its_own_first_release() {
        const FIRSTS: [Version; 3] = [Version::new(7, 0, 29), Version::new(7, 1, 16), Version::new(7, 2, 4)];
        let since = Since::Branches(&FIRSTS);
        let holds = |minor, patch| since.holds(Version::new(7, minor, patch));
        assert_eq!(
            [holds(0, 28), holds(0, 29), holds(1, 15), holds(2, 4), holds(3, 0)].map(Option::unwrap),
            [false, true, false, true, true]
        );
        assert_eq!(since.holds(Version::new(5, 6, 40)), Some(false));
    }

    #[test]
    fn removal_and_introduction_together_tell_whether_a_release_has_it() {
        let since = Since::AtLatest(Version::new(7, 0, 0));
        assert_eq!(present(since, Removed::At(Version::new(8, 4, 0)), Version::new(8, 3, 9)), Some(true));
        assert_eq!(present(since, Removed::At(Version::new(8, 4, 0)), Version::new(8, 4, 0)), Some(false));
        assert_eq!(present(since, Removed::By(Version::new(8, 1, 0)), Version::new(7, 4, 0)), None);
        assert_eq!(present(Since::Unknown, Removed::Never, Version::new(8, 0, 0)), None);
    }
}
