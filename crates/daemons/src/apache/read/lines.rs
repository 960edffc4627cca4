//! Logical lines, for the bodies of macros, which httpd keeps as lines and not as words.
//!
//! In: bytes and an offset. Out: the logical line that starts there, continuations joined, blanks around it
//! dropped, cut at a NUL.

use std::borrow::Cow;

/// A logical line.
pub(super) struct Logical<'t> {
    pub(super) text: Cow<'t, [u8]>,
    /// Offset of its last line end, or of the end of the text.
    pub(super) end: usize,
    /// Offset of what follows.
    pub(super) next: usize,
}

/// The logical line that starts at `start`; none at the end of the text.
pub(super) fn first(text: &[u8], start: usize) -> Option<Logical<'_>> {
    if start >= text.len() {
        return None;
    }
    let (bytes, end) = physical(text, start);
    let mut next = (end + 1).min(text.len());
    let mut end = end;
    let Some(head) = continued(bytes).filter(|_| end < text.len()) else {
        return Some(Logical { text: Cow::Borrowed(trimmed(bytes)), end, next });
    };
    let mut joined = head.to_vec();
    while next < text.len() {
        let (bytes, behind) = physical(text, next);
        end = behind;
        next = (behind + 1).min(text.len());
        joined.extend_from_slice(bytes);
        match continued(&joined).map(<[u8]>::len).filter(|_| behind < text.len()) {
            Some(length) => joined.truncate(length),
            None => break,
        }
    }
    Some(Logical { text: Cow::Owned(trimmed(&joined).to_vec()), end, next })
}

/// The bytes of the physical line at `start`, up to a NUL, and the offset of its line end.
fn physical(text: &[u8], start: usize) -> (&[u8], usize) {
    let rest = text.get(start..).unwrap_or(b"");
    let end = memchr::memchr(b'\n', rest).unwrap_or(rest.len());
    let bytes = rest.get(..end).unwrap_or(b"");
    let bytes = memchr::memchr(0, bytes).and_then(|nul| bytes.get(..nul)).unwrap_or(bytes);
    (bytes, start + end)
}

/// The bytes before the backslash that joins the next line.
fn continued(bytes: &[u8]) -> Option<&[u8]> {
    bytes.strip_suffix(b"\r").unwrap_or(bytes).strip_suffix(b"\\")
}

fn trimmed(bytes: &[u8]) -> &[u8] {
    let is_space = |byte: &u8| matches!(byte, b' ' | b'\t' | b'\n' | 0x0b | 0x0c | b'\r');
    let start = bytes.iter().position(|byte| !is_space(byte)).unwrap_or(bytes.len());
    let end = bytes.iter().rposition(|byte| !is_space(byte)).map_or(start, |last| last + 1);
    bytes.get(start..end).unwrap_or(b"")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(text: &str) -> Vec<String> {
        let mut at = 0;
        let mut lines = Vec::new();
        while let Some(line) = first(text.as_bytes(), at) {
            at = line.next;
            lines.push(String::from_utf8(line.text.into_owned()).unwrap());
        }
        lines
    }

    #[test]
    fn lines_are_joined_and_trimmed() {
        assert_eq!(lines(" a \\\n b\r\n\n# c\\\nd"), ["a  b", "", "# cd"]);
        assert_eq!(lines("a\\\r\nb\n"), ["ab"]);
        assert_eq!(lines("a\0b\\\nc"), ["a", "c"]);
        assert_eq!(lines("a\\"), ["a\\"]);
        assert_eq!(lines(""), Vec::<String>::new());
    }
}
