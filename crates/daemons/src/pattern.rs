//! Regular expressions as the daemons match them.
//!
//! In: a pattern's bytes and whether case counts. Out: an interned matcher, or that it does not compile. Invariant:
//! an answer is given only where it is the daemons' own: with the feature `pcre2` that is PCRE2 itself (without
//! JIT); without it, patterns on which another engine might differ do not answer at all.

use std::ops::Range;
use std::sync::{Arc, Mutex, PoisonError};

use rustc_hash::FxHashMap;

/// What a comparison gave.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Matched {
    /// It matches.
    Yes,
    /// It does not.
    No,
    /// The match limit was reached, or this engine cannot tell.
    Unknown,
}

/// A pattern that compiled.
#[derive(Debug)]
pub struct Pattern {
    engine: engine::Regex,
    groups: usize,
}

/// Why there is no matcher for a pattern.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum PatternError {
    /// It is no valid pattern.
    Invalid {
        /// The engine's words.
        message: String,
        /// The offset in the pattern where the engine noticed.
        offset: usize,
    },
    /// This build's engine cannot judge it.
    Unsupported,
}

impl Pattern {
    /// Compiles a pattern.
    pub fn new(pattern: &[u8], ignore_case: bool) -> Result<Pattern, PatternError> {
        let text = printable(pattern);
        let engine = engine::compile(&text, ignore_case)?;
        let groups = engine::groups(&engine);
        Ok(Pattern { engine, groups })
    }

    /// Whether the pattern matches somewhere in `subject`.
    pub fn matches(&self, subject: &[u8]) -> Matched {
        engine::matches(&self.engine, subject)
    }

    /// The ranges of the whole match and of each group; none where it does not match or cannot be told.
    pub fn captures(&self, subject: &[u8]) -> Option<Vec<Option<Range<usize>>>> {
        engine::captures(&self.engine, subject)
    }

    /// How many groups capture, the whole match not counted.
    pub fn group_count(&self) -> usize {
        self.groups
    }

    /// The names of the groups; none for those without one. The first is the whole match.
    pub fn group_names(&self) -> Vec<Option<String>> {
        engine::group_names(&self.engine)
    }
}

type Compiled = Result<Arc<Pattern>, PatternError>;
type Known = FxHashMap<Box<[u8]>, Compiled>;

/// Patterns compiled once each, however many sites use them.
#[derive(Debug, Default)]
pub struct Patterns {
    /// Those that ignore case, and those that do not.
    known: Mutex<FxHashMap<bool, Known>>,
}

impl Patterns {
    /// The matcher of a pattern.
    pub fn get(&self, pattern: &[u8], ignore_case: bool) -> Compiled {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let known = known.entry(ignore_case).or_default();
        if let Some(compiled) = known.get(pattern) {
            return compiled.clone();
        }
        let compiled = Pattern::new(pattern, ignore_case).map(Arc::new);
        known.insert(pattern.into(), compiled.clone());
        compiled
    }
}

/// The engines take text; bytes that are no UTF-8 become `\xHH`, which matches the same byte.
fn printable(pattern: &[u8]) -> String {
    let mut text = String::with_capacity(pattern.len());
    for chunk in pattern.utf8_chunks() {
        text.push_str(chunk.valid());
        for byte in chunk.invalid() {
            text.push_str(&format!("\\x{byte:02X}"));
        }
    }
    text
}

#[cfg(feature = "pcre2")]
mod engine {
    use std::ops::Range;

    use pcre2::bytes::RegexBuilder;

    use super::{Matched, PatternError};

    pub(super) type Regex = pcre2::bytes::Regex;

    /// The daemons leave PCRE2's own limit of ten million steps, which is seconds. What needs more steps than this is
    /// not answered.
    const LIMIT: &str = "(*LIMIT_MATCH=200000)";

    pub(super) fn compile(pattern: &str, ignore_case: bool) -> Result<Regex, PatternError> {
        let compiled = RegexBuilder::new().caseless(ignore_case).build(&format!("{LIMIT}{pattern}"));
        compiled.map_err(|error| {
            // The engine puts its own words around the library's.
            let words = error.to_string();
            let message = words.splitn(3, ": ").last().unwrap_or(&words).to_owned();
            let offset = error.offset().unwrap_or(0).saturating_sub(LIMIT.len());
            PatternError::Invalid { message, offset: offset.min(pattern.len()) }
        })
    }

    pub(super) fn groups(regex: &Regex) -> usize {
        regex.captures_len().saturating_sub(1)
    }

    pub(super) fn group_names(regex: &Regex) -> Vec<Option<String>> {
        regex.capture_names().to_vec()
    }

    pub(super) fn matches(regex: &Regex, subject: &[u8]) -> Matched {
        match regex.is_match(subject) {
            Ok(true) => Matched::Yes,
            Ok(false) => Matched::No,
            Err(_) => Matched::Unknown,
        }
    }

    pub(super) fn captures(regex: &Regex, subject: &[u8]) -> Option<Vec<Option<Range<usize>>>> {
        let captures = regex.captures(subject).ok().flatten()?;
        Some((0..captures.len()).map(|group| captures.get(group).map(|it| it.start()..it.end())).collect())
    }
}

#[cfg(not(feature = "pcre2"))]
mod engine {
    use std::ops::Range;

    use regex::bytes::RegexBuilder;

    use super::{Matched, PatternError};

    pub(super) type Regex = regex::bytes::Regex;

    /// Patterns of plain characters, classes, groups, anchors and greedy repeats mean the same to both engines.
    pub(super) fn compile(pattern: &str, ignore_case: bool) -> Result<Regex, PatternError> {
        let foreign =
            ["(?", "*+", "++", "?+", "}+", "\\K", "\\G", "\\R", "\\h", "\\H", "\\Q", "[[", "&&", "--", "~~"];
        if !pattern.is_ascii() || foreign.iter().any(|mark| pattern.contains(mark)) {
            return Err(PatternError::Unsupported);
        }
        let mut builder = RegexBuilder::new(pattern);
        builder.unicode(false).case_insensitive(ignore_case).size_limit(1 << 20);
        builder.build().map_err(|_| PatternError::Unsupported)
    }

    pub(super) fn groups(regex: &Regex) -> usize {
        regex.captures_len().saturating_sub(1)
    }

    pub(super) fn group_names(regex: &Regex) -> Vec<Option<String>> {
        regex.capture_names().map(|name| name.map(str::to_owned)).collect()
    }

    /// PCRE2's `$` also matches before a line end that closes the subject; subjects with one are not answered.
    pub(super) fn matches(regex: &Regex, subject: &[u8]) -> Matched {
        if subject.contains(&b'\n') {
            return Matched::Unknown;
        }
        if regex.is_match(subject) { Matched::Yes } else { Matched::No }
    }

    pub(super) fn captures(regex: &Regex, subject: &[u8]) -> Option<Vec<Option<Range<usize>>>> {
        let captures = regex.captures(subject)?;
        Some((0..captures.len()).map(|group| captures.get(group).map(|it| it.range())).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn php_patterns() {
        let patterns = Patterns::default();
        let php = patterns.get(br"\.php$", false).unwrap();
        assert_eq!(php.matches(b"/index.php"), Matched::Yes);
        assert_eq!(php.matches(b"/index.PHP"), Matched::No);
        assert_eq!(patterns.get(br"\.php$", true).unwrap().matches(b"/index.PHP"), Matched::Yes);
        let split = patterns.get(br"^(.+\.php)(/.+)$", false).unwrap();
        assert_eq!(split.group_count(), 2);
        let captures = split.captures(b"/a.php/x").unwrap();
        assert_eq!(captures, [Some(0..8), Some(0..6), Some(6..8)]);
        assert!(patterns.get(b"(", false).is_err());
    }

    #[cfg(feature = "pcre2")]
    #[test]
    fn a_comparison_that_takes_too_long_is_not_answered() {
        let pattern = Pattern::new(b"^(([a-z])+.)+[A-Z]([a-z])+$", false).unwrap();
        assert_eq!(pattern.matches("a".repeat(3000).as_bytes()), Matched::Unknown);
        assert_eq!(pattern.matches(b"ab.Cd"), Matched::Yes);
    }

    #[cfg(feature = "pcre2")]
    #[test]
    fn bytes_outside_utf8_match_themselves() {
        let pattern = Pattern::new(b"^\xe9+$", false).unwrap();
        assert_eq!(pattern.matches(b"\xe9\xe9"), Matched::Yes);
        assert_eq!(pattern.matches("é".as_bytes()), Matched::No);
    }
}
