//! Where the text in brackets ends.

use super::scanner::Scanner;

impl Scanner<'_, '_> {
    /// The offset of the `]` that closes a bracket whose text starts at `from`, or of the byte that PHP's scanner
    /// does not accept there: a line end, `;`, a quote that nothing closes on its line.
    pub(super) fn bracket_end(&mut self, from: usize) -> usize {
        let line_end = self.line_end(from);
        let line = self.text.get(from..line_end).unwrap_or(b"");
        let mut at = 0;
        while let Some(byte) = line.get(at) {
            match byte {
                b']' | b';' => break,
                b'\\' => at += 2,
                b'\'' => match memchr::memchr(b'\'', line.get(at + 1..).unwrap_or(b"")) {
                    Some(length) if length > 0 => at += length + 2,
                    _ => break,
                },
                b'"' => match double_length(line.get(at + 1..).unwrap_or(b"")) {
                    Some(length) => at += length + 1,
                    None => break,
                },
                _ => at += 1,
            }
        }
        from + at.min(line.len())
    }
}

/// The bytes behind an opening double quote up to and with the closing one.
fn double_length(rest: &[u8]) -> Option<usize> {
    let mut at = 0;
    loop {
        at += memchr::memchr2(b'"', b'\\', rest.get(at..)?)?;
        if rest.get(at) == Some(&b'"') {
            return Some(at + 1);
        }
        at += 2;
    }
}
