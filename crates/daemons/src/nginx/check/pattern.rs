//! Patterns as nginx compiles them.
//!
//! In: a pattern's text. Out: how many groups it has and their names, or PCRE2's words. Invariant: a pattern made of
//! plain parts is judged without compiling it, since most patterns of most sites are.

use super::said::{Verdict, said, show};
use crate::{Part, PatternError, Patterns, RefusalKind};

/// The groups of a pattern.
#[derive(Debug, Default)]
pub(in crate::nginx) struct Groups {
    /// How many capture; none where this build's engine cannot tell.
    pub(in crate::nginx) count: Option<usize>,
    /// The names of those that have one, which become variables.
    pub(in crate::nginx) names: Vec<String>,
}

/// Judges a pattern.
pub(in crate::nginx) fn check(
    patterns: &Patterns,
    arg: usize,
    pattern: &[u8],
    ignore_case: bool,
    fixed_lookbehind: bool,
) -> Verdict<Groups> {
    if let Some(count) = plain_groups(pattern) {
        return Ok(Groups { count: Some(count), names: Vec::new() });
    }
    if fixed_lookbehind && let Some(at) = loose_lookbehind(pattern) {
        return fails(arg, "lookbehind assertion is not fixed length", pattern, at);
    }
    match patterns.get(pattern, ignore_case) {
        Ok(compiled) => {
            let names = compiled.group_names().into_iter().flatten().collect();
            Ok(Groups { count: Some(compiled.group_count()), names })
        }
        Err(PatternError::Unsupported) => Ok(Groups::default()),
        Err(PatternError::Invalid { message, offset }) => fails(arg, &message, pattern, offset),
    }
}

fn fails<T>(arg: usize, words: &str, pattern: &[u8], at: usize) -> Verdict<T> {
    let mut message = format!("pcre2_compile() failed: {words} in \"{}\"", show(pattern));
    if let Some(rest) = pattern.get(at..).filter(|rest| !rest.is_empty()) {
        message.push_str(&format!(" at \"{}\"", show(rest)));
    }
    said(RefusalKind::InvalidPattern, Part::Arg(arg as u16), message)
}

/// The number of groups of a pattern of plain characters, escapes, simple classes, groups and repeats; none where it
/// has anything else, or is wrong.
fn plain_groups(pattern: &[u8]) -> Option<usize> {
    let (mut groups, mut depth) = (0, 0usize);
    // Whether something stands before that can be repeated.
    let mut atom = false;
    let mut at = 0;
    while let Some(&byte) = pattern.get(at) {
        at += 1;
        match byte {
            b'\\' => {
                let escaped = *pattern.get(at)?;
                if !(escaped.is_ascii_punctuation() || b"dDwWsSnrt".contains(&escaped)) {
                    return None;
                }
                at += 1;
                atom = true;
            }
            b'(' => {
                match pattern.get(at) {
                    Some(b'?') if pattern.get(at + 1) == Some(&b':') => at += 2,
                    Some(b'?' | b'*') => return None,
                    _ => groups += 1,
                }
                depth += 1;
                atom = false;
            }
            b')' => {
                depth = depth.checked_sub(1)?;
                atom = true;
            }
            b'[' => {
                at = plain_class(pattern, at)?;
                atom = true;
            }
            b'*' | b'+' | b'?' if atom => {
                at += usize::from(matches!(pattern.get(at), Some(b'?' | b'+')));
                atom = false;
            }
            b'*' | b'+' | b'?' | b'{' => return None,
            b'|' | b'^' | b'$' => atom = false,
            _ if byte.is_ascii() => atom = true,
            _ => return None,
        }
    }
    (depth == 0).then_some(groups)
}

/// The offset behind a class that opens before `at`.
fn plain_class(pattern: &[u8], mut at: usize) -> Option<usize> {
    at += usize::from(pattern.get(at) == Some(&b'^'));
    let start = at;
    loop {
        let byte = *pattern.get(at)?;
        at += 1;
        match byte {
            b']' if at - 1 > start => return Some(at),
            b']' | b'[' => return None,
            b'\\' => {
                let escaped = *pattern.get(at)?;
                if !(escaped.is_ascii_punctuation() || b"dDwWsSnrt".contains(&escaped)) {
                    return None;
                }
                at += 1;
            }
            b'-' if at - 1 > start && pattern.get(at) != Some(&b']') => {
                let (low, high) = (*pattern.get(at - 2)?, *pattern.get(at)?);
                if !(low.is_ascii_alphanumeric() && high.is_ascii_alphanumeric() && low <= high) {
                    return None;
                }
                at += 1;
            }
            _ if byte.is_ascii() => {}
            _ => return None,
        }
    }
}

/// The offset of a lookbehind with a repeat of no fixed count in it, which PCRE2 takes from 10.43 on only.
fn loose_lookbehind(pattern: &[u8]) -> Option<usize> {
    let mut open: Vec<Option<usize>> = Vec::new();
    let mut inside = 0usize;
    let mut at = 0;
    while let Some(&byte) = pattern.get(at) {
        match byte {
            b'\\' => at += 1,
            b'[' => {
                at = plain_class(pattern, at + 1)?;
                continue;
            }
            b'(' => {
                let rest = pattern.get(at..).unwrap_or(b"");
                let behind = rest.starts_with(b"(?<=") || rest.starts_with(b"(?<!");
                inside += usize::from(behind);
                open.push(behind.then_some(at));
                at += if behind { 3 } else { usize::from(rest.starts_with(b"(?")) };
            }
            b')' => inside -= usize::from(open.pop()?.is_some()),
            b'*' | b'+' | b'?' if inside > 0 => return open.iter().rev().copied().flatten().next(),
            _ => {}
        }
        at += 1;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_patterns_are_counted() {
        assert_eq!(plain_groups(br"\.php$"), Some(0));
        assert_eq!(plain_groups(br"^(.+\.php)(/.+)$"), Some(2));
        assert_eq!(plain_groups(br"\.(?:jpg|png)$"), Some(0));
        assert_eq!(plain_groups(br"^/[a-z0-9_-]+/(.*)"), Some(1));
        for pattern in ["(", ")", "[a", "*a", "a**", "(?<n>a)", "a{2}", "[b-a]", "\\p", "[[:alpha:]]", "[]a]"]
        {
            assert_eq!(plain_groups(pattern.as_bytes()), None, "{pattern}");
        }
    }

    #[test]
    fn lookbehinds_of_no_fixed_length() {
        assert_eq!(loose_lookbehind(b"(?<=a+)b"), Some(0));
        assert_eq!(loose_lookbehind(b"x(?<!a*)b"), Some(1));
        assert_eq!(loose_lookbehind(b"(?<=a)b+"), None);
        assert_eq!(loose_lookbehind(b"(?<name>a+)"), None);
    }

    #[cfg(feature = "pcre2")]
    #[test]
    fn the_engine_answers_for_the_rest() {
        let patterns = Patterns::default();
        let words = |pattern: &str| check(&patterns, 0, pattern.as_bytes(), false, true).unwrap_err().message;
        assert_eq!(words("^/(a"), "pcre2_compile() failed: missing closing parenthesis in \"^/(a\"");
        let named = check(&patterns, 0, b"^/(?<rest>.*)$", false, true).unwrap();
        assert_eq!((named.count, named.names), (Some(1), vec!["rest".to_owned()]));
        let of_bytes = words("a(?<x\u{e9}");
        assert!(of_bytes.contains("in \"a(?<x\u{e9}\""), "{of_bytes}");
    }
}
