//! Wildcards of `<Directory>`, `<Files>`, `<Location>` and `ServerAlias`.

/// What a wildcard may stand for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Style {
    /// Anything.
    Text,
    /// Anything but a slash.
    Path,
    /// Anything; case does not count and brackets mean themselves.
    HostName,
}

/// Whether `text` matches a pattern of `*`, `?` and `[…]`. As there is only one star to go back to, the time is at
/// most that of both lengths multiplied.
pub(super) fn matches(pattern: &[u8], text: &[u8], style: Style) -> bool {
    let (mut at, mut position) = (0, 0);
    // Behind the last star, and where the rest of the text starts for it.
    let mut retry: Option<(usize, usize)> = None;
    loop {
        if pattern.get(at) == Some(&b'*') {
            at += 1;
            retry = Some((at, position));
            continue;
        }
        let step = match text.get(position) {
            Some(byte) => one(&pattern[at.min(pattern.len())..], *byte, style),
            None if at >= pattern.len() => return true,
            None => return false,
        };
        match (step, &mut retry) {
            (Some(length), _) => {
                at += length;
                position += 1;
            }
            (None, Some((after, start))) => {
                if style == Style::Path && text.get(*start) == Some(&b'/') {
                    return false;
                }
                *start += 1;
                at = *after;
                position = *start;
            }
            (None, None) => return false,
        }
    }
}

/// How long the first element of a pattern is, if it matches the byte.
fn one(pattern: &[u8], byte: u8, style: Style) -> Option<usize> {
    let is_slash = style == Style::Path && byte == b'/';
    match pattern {
        [b'?', ..] => (!is_slash).then_some(1),
        [b'[', rest @ ..] if style != Style::HostName => match class(rest, byte) {
            Some((matched, length)) => (matched && !is_slash).then_some(length + 1),
            None => (byte == b'[').then_some(1),
        },
        [b'\\', escaped, ..] if style != Style::HostName => (*escaped == byte).then_some(2),
        [first, ..] if style == Style::HostName => first.eq_ignore_ascii_case(&byte).then_some(1),
        [first, ..] => (*first == byte).then_some(1),
        [] => None,
    }
}

/// Whether a class, read behind its `[`, holds the byte, and its length with the `]`. None where it is not closed.
fn class(rest: &[u8], byte: u8) -> Option<(bool, usize)> {
    let negated = matches!(rest.first(), Some(b'!' | b'^'));
    let start = usize::from(negated);
    let mut at = start;
    let mut found = false;
    loop {
        match rest.get(at..)? {
            [b']', ..] if at > start => return Some((found != negated, at + 1)),
            [low, b'-', high, ..] if *high != b']' => {
                found |= (*low..=*high).contains(&byte);
                at += 3;
            }
            [single, ..] => {
                found |= *single == byte;
                at += 1;
            }
            [] => return None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stars_and_classes() {
        let path = |pattern: &str, text: &str| matches(pattern.as_bytes(), text.as_bytes(), Style::Path);
        assert!(path("/home/*/www", "/home/a/www"));
        assert!(!path("/home/*/www", "/home/a/b/www"));
        assert!(path("/v?", "/v1"));
        assert!(path("/v[0-9]", "/v1"));
        assert!(!path("/v[!0-9]", "/v1"));
        assert!(path("/v[", "/v["));
        assert!(matches(b"*.php", b"a.b.php", Style::Text));
        assert!(!matches(b"*.php", b"a.php.txt", Style::Text));
        assert!(matches(b"*.Example.org", b"www.example.ORG", Style::HostName));
        assert!(matches(b"**", b"", Style::Text));
        assert!(!matches(b"a?", b"a", Style::Text));
    }
}
