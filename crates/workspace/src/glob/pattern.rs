//! One part of a pattern against one name, as `fnmatch(3)` and `apr_fnmatch` compare them.
//!
//! Both know `*`, `?`, `[...]`, `[!...]`, `[^...]` and `\`; only `fnmatch(3)` knows classes such as `[:digit:]`. A dot
//! at a name's start is matched by a dot alone. An unclosed bracket is itself. Time: at most the product of both
//! lengths.

use std::borrow::Cow;

use crate::glob::GlobStyle;

/// Whether a part of a pattern may match other names than itself: it has a star, a question mark or a bracket with
/// another one behind it, none of them behind a backslash. `glob(3)` and `apr_fnmatch_test` both ask no more.
pub fn has_wildcard(part: &[u8]) -> bool {
    let mut open = false;
    let mut bytes = part.iter();
    while let Some(byte) = bytes.next() {
        match byte {
            b'*' | b'?' => return true,
            b']' if open => return true,
            b'[' => open = true,
            b'\\' => {
                bytes.next();
            }
            _ => {}
        }
    }
    false
}

/// The text of a part that has no wildcard.
pub(super) fn unescaped(part: &[u8]) -> Cow<'_, [u8]> {
    if !part.contains(&b'\\') {
        return Cow::Borrowed(part);
    }
    let mut text = Vec::with_capacity(part.len());
    let mut bytes = part.iter();
    while let Some(byte) = bytes.next() {
        text.push(if *byte == b'\\' { *bytes.next().unwrap_or(byte) } else { *byte });
    }
    Cow::Owned(text)
}

/// Whether `name` matches `pattern`, neither of which has a slash.
pub fn matches(pattern: &[u8], name: &[u8], style: GlobStyle) -> bool {
    if name.starts_with(b".") && !pattern.starts_with(b".") && !pattern.starts_with(b"\\.") {
        return false;
    }
    let classes = style != GlobStyle::Apache;
    let (mut at, mut position) = (0, 0);
    // Where to go on when the rest does not match: behind the last star, one byte of the name further each time.
    let mut retry: Option<(usize, usize)> = None;
    loop {
        let matched = match pattern.get(at) {
            Some(b'*') => {
                retry = Some((at + 1, position));
                at += 1;
                continue;
            }
            None if position == name.len() => return true,
            None => None,
            Some(_) => name.get(position).and_then(|byte| one(pattern, at, *byte, classes)),
        };
        if let Some(next) = matched {
            (at, position) = (next, position + 1);
            continue;
        }
        let Some((behind, from)) = retry else { return false };
        if from >= name.len() {
            return false;
        }
        retry = Some((behind, from + 1));
        (at, position) = (behind, from + 1);
    }
}

/// Where the pattern goes on if its element at `at` matches a byte.
fn one(pattern: &[u8], at: usize, byte: u8, classes: bool) -> Option<usize> {
    match pattern.get(at)? {
        b'?' => Some(at + 1),
        b'\\' => match pattern.get(at + 1) {
            Some(escaped) => (*escaped == byte).then_some(at + 2),
            // Nothing to escape: apr_fnmatch takes the backslash for itself, fnmatch(3) matches nothing.
            None => (byte == b'\\' && !classes).then_some(at + 1),
        },
        b'[' => match closing_bracket(pattern, at, classes) {
            Some(end) => in_set(&pattern[at + 1..end], byte, classes).then_some(end + 1),
            None => (byte == b'[').then_some(at + 1),
        },
        literal => (*literal == byte).then_some(at + 1),
    }
}

/// Where the bracket that opens at `at` closes. A `]` right behind the opening or its negation is an element.
fn closing_bracket(pattern: &[u8], at: usize, classes: bool) -> Option<usize> {
    let mut next = at + 1;
    if matches!(pattern.get(next), Some(b'!' | b'^')) {
        next += 1;
    }
    let first = next;
    while let Some(byte) = pattern.get(next) {
        match byte {
            b']' if next > first => return Some(next),
            b'\\' => next += 2,
            b'[' if classes => next = class(pattern, next).map_or(next + 1, |(_, behind)| behind),
            _ => next += 1,
        }
    }
    None
}

/// The name of a class such as `[:digit:]` that starts at `at`, and the offset behind it.
fn class(pattern: &[u8], at: usize) -> Option<(&[u8], usize)> {
    let rest = pattern.get(at..)?.strip_prefix(b"[:")?;
    let end = rest.windows(2).position(|pair| pair == b":]")?;
    let name = &rest[..end];
    name.iter().all(u8::is_ascii_lowercase).then_some((name, at + 2 + end + 2))
}

/// Whether a set has a byte. With a class that does not exist it has none.
fn in_set(set: &[u8], byte: u8, classes: bool) -> bool {
    let (negated, set) = match set.split_first() {
        Some((b'!' | b'^', rest)) => (true, rest),
        _ => (false, set),
    };
    let mut at = 0;
    let mut found = false;
    while at < set.len() && !found {
        if let Some((name, behind)) = class(set, at).filter(|_| classes) {
            let Some(is_member) = in_class(name, byte) else { return false };
            found = is_member;
            at = behind;
            continue;
        }
        let (low, behind) = element(set, at);
        let range = set.get(behind) == Some(&b'-') && behind + 1 < set.len();
        if !range {
            found = low == byte;
            at = behind;
            continue;
        }
        let (high, behind) = element(set, behind + 1);
        found = (low..=high).contains(&byte);
        at = behind;
    }
    found != negated
}

/// The byte of a set at `at`, and the offset behind it.
fn element(set: &[u8], at: usize) -> (u8, usize) {
    match (set.get(at), set.get(at + 1)) {
        (Some(b'\\'), Some(escaped)) => (*escaped, at + 2),
        (byte, _) => (byte.copied().unwrap_or_default(), at + 1),
    }
}

/// Whether a class has a byte; none for a class that does not exist.
fn in_class(name: &[u8], byte: u8) -> Option<bool> {
    Some(match name {
        b"alnum" => byte.is_ascii_alphanumeric(),
        b"alpha" => byte.is_ascii_alphabetic(),
        b"blank" => matches!(byte, b' ' | b'\t'),
        b"cntrl" => byte.is_ascii_control(),
        b"digit" => byte.is_ascii_digit(),
        b"graph" => byte.is_ascii_graphic(),
        b"lower" => byte.is_ascii_lowercase(),
        b"print" => byte.is_ascii_graphic() || byte == b' ',
        b"punct" => byte.is_ascii_punctuation(),
        b"space" => byte.is_ascii_whitespace() || byte == 0x0b,
        b"upper" => byte.is_ascii_uppercase(),
        b"xdigit" => byte.is_ascii_hexdigit(),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn nginx(pattern: &str, name: &str) -> bool {
        matches(pattern.as_bytes(), name.as_bytes(), GlobStyle::Nginx)
    }

    #[test]
    fn stars_and_question_marks() {
        for (pattern, name, expected) in [
            ("*.conf", "a.conf", true),
            ("*.conf", "a.conf~", false),
            ("*.conf", ".conf", false),
            ("*", ".hidden", false),
            (".*", ".hidden", true),
            ("\\.*", ".hidden", true),
            ("?hidden", ".hidden", false),
            ("[.]hidden", ".hidden", false),
            ("a*b*c", "a-b-b-c", true),
            ("a*b*c", "a-c-b", false),
            ("a?c", "ac", false),
            ("**", "x", true),
            ("\\*", "*", true),
            ("\\*", "x", false),
            ("", "", true),
            ("x\\", "x\\", false),
        ] {
            assert_eq!(nginx(pattern, name), expected, "{pattern} {name}");
        }
    }

    #[test]
    fn brackets() {
        for (pattern, name, expected) in [
            ("[0-9]*", "10-a", true),
            ("[0-9]*", "a", false),
            ("[!0-9]*", "a", true),
            ("[^a]", "a", false),
            ("[]x]", "]", true),
            ("[!]x]", "]", false),
            ("[a-]", "-", true),
            ("[z-a]", "m", false),
            ("[\\]]", "]", true),
            ("[ab", "[ab", true),
            ("[ab", "a", false),
            ("a[", "a[", true),
        ] {
            assert_eq!(nginx(pattern, name), expected, "{pattern} {name}");
        }
    }

    #[test]
    fn classes_are_known_to_glob_and_not_to_apache() {
        assert!(nginx("[[:digit:]]x", "1x"));
        assert!(nginx("[![:digit:]_]", "a"));
        assert!(!nginx("[[:nosuch:]]", "a"));
        assert!(!nginx("[![:nosuch:]]", "a"));
        assert!(!matches(b"[[:digit:]]x", b"1x", GlobStyle::Apache));
        assert!(matches(b"[[:digit:]]x", b"d]x", GlobStyle::Apache));
        assert!(matches(b"x\\", b"x\\", GlobStyle::Apache));
    }

    #[test]
    fn wildcards_are_seen_unless_escaped_or_unclosed() {
        for (part, expected) in [
            ("*.conf", true),
            ("a?", true),
            ("[ab]", true),
            ("[]", true),
            ("\\[]", false),
            ("[ab", false),
            ("\\*", false),
            ("plain", false),
            ("\\", false),
        ] {
            assert_eq!(has_wildcard(part.as_bytes()), expected, "{part}");
        }
        assert_eq!(unescaped(b"a\\*b\\"), b"a*b\\".as_slice());
    }

    #[test]
    fn many_stars_take_no_exponential_time() {
        let pattern = "*a".repeat(2_000);
        let name = "a".repeat(1_999);
        assert!(!nginx(&pattern, &name));
    }
}
