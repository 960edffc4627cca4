//! Bytes for the eye: text of the same length in bytes, whatever the file's encoding.

use std::borrow::Cow;

/// The bytes as text of equal length: each byte that is not part of valid UTF-8 is shown as `?`, so that every
/// offset into the file is also one into the text. Configuration in Latin-1 is common enough to need it.
pub fn display(bytes: &[u8]) -> Cow<'_, str> {
    match std::str::from_utf8(bytes) {
        Ok(text) => Cow::Borrowed(text),
        Err(_) => Cow::Owned(replace_invalid(bytes)),
    }
}

fn replace_invalid(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len());
    for chunk in bytes.utf8_chunks() {
        text.push_str(chunk.valid());
        text.extend(chunk.invalid().iter().map(|_| '?'));
    }
    text
}

/// The nearest character boundary at or before `offset` (bytes). Renderers that cut text by byte need it.
pub fn floor_boundary(text: &str, offset: usize) -> usize {
    let mut at = offset.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn latin1_keeps_every_offset() {
        let shown = display(b"# caf\xe9 = \xff\xfe");
        assert_eq!(shown, "# caf? = ??");
        assert_eq!(display("# café".as_bytes()), "# café");
    }

    #[test]
    fn boundaries_are_found_inside_a_character() {
        assert_eq!(floor_boundary("é=1", 1), 0);
        assert_eq!(floor_boundary("é=1", 2), 2);
        assert_eq!(floor_boundary("é", 99), 2);
    }
}
