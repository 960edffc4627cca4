//! httpd's words: `ap_getword_conf`.
//!
//! In: a logical line. Out: its words, where they are and what they mean.

use std::borrow::Cow;
use std::ops::Range;

use super::line::join;
use crate::Kind;
use crate::eights::{below, each, equal};

/// A word of a line, quotes included.
#[derive(Clone, Debug)]
pub(super) struct Found {
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) quote: Option<u8>,
    pub(super) is_terminated: bool,
    pub(super) has_backslash: bool,
}

impl Found {
    /// The bytes between the quotes.
    pub(super) fn content<'l>(&self, line: &'l [u8]) -> &'l [u8] {
        let open = usize::from(self.quote.is_some());
        let close = usize::from(self.quote.is_some() && self.is_terminated);
        line.get(self.start + open..self.end - close).unwrap_or(b"")
    }

    pub(super) fn kind(&self) -> Kind {
        match (self.quote, self.is_terminated) {
            (None, _) => Kind::Word,
            (Some(b'"'), true) => Kind::DoubleQuotedWord,
            (Some(b'"'), false) => Kind::OpenDoubleQuotedWord,
            (Some(_), true) => Kind::SingleQuotedWord,
            (Some(_), false) => Kind::OpenSingleQuotedWord,
        }
    }
}

/// The first word at or behind `from`. Written by hand: a generated lexer costs more to start than most words have
/// bytes.
pub(super) fn next_word(line: &[u8], from: usize) -> Option<Found> {
    let rest = line.get(from..)?;
    // Nearly always one blank separates words.
    let blanks = match rest {
        [b' ', next, ..] if !is_space(*next) => 1,
        _ => rest.iter().position(|byte| !is_space(*byte))?,
    };
    let start = from + blanks;
    let (first, rest) = rest.get(blanks..)?.split_first()?;
    if matches!(first, b'"' | b'\'') {
        let (length, is_terminated, has_backslash) = quoted_length(rest, *first);
        let end = start + 1 + length;
        return Some(Found { start, end, quote: Some(*first), is_terminated, has_backslash });
    }
    let (length, has_backslash) = bare_length(rest);
    let end = start + 1 + length;
    let has_backslash = has_backslash || *first == b'\\';
    Some(Found { start, end, quote: None, is_terminated: true, has_backslash })
}

/// The bytes up to white space, and whether a backslash is among them. Looks at eight bytes at once.
fn bare_length(rest: &[u8]) -> (usize, bool) {
    let mut has_backslash = false;
    let (eights, _) = rest.as_chunks::<8>();
    let mut at = 0;
    for eight in eights {
        let bytes = u64::from_le_bytes(*eight);
        let blanks = below(bytes, b' ' + 1);
        let backslashes = equal(bytes, b'\\');
        if blanks == 0 {
            has_backslash |= backslashes != 0;
            at += 8;
            continue;
        }
        let first = blanks.trailing_zeros();
        let length = at + first as usize / 8;
        if rest.get(length).is_some_and(|byte| is_space(*byte)) {
            return (length, has_backslash || backslashes & ((1 << first) - 1) != 0);
        }
        break;
    }
    // The rest of the line, or a control character that does not end the word.
    let rest = rest.get(at..).unwrap_or(b"");
    let length = rest.iter().position(|byte| {
        has_backslash |= *byte == b'\\';
        is_space(*byte)
    });
    (at + length.unwrap_or(rest.len()), has_backslash)
}

/// How many bytes of white space `text` begins with.
pub(super) fn leading_space(text: &[u8]) -> usize {
    let mut at = 0;
    for eight in text.as_chunks::<8>().0 {
        let others = u64::from_le_bytes(*eight) ^ each(b' ');
        if others != 0 {
            at += others.trailing_zeros() as usize / 8;
            break;
        }
        at += 8;
    }
    at + text.get(at..).unwrap_or(b"").iter().take_while(|byte| is_space(**byte)).count()
}

/// The bytes behind an opening quote up to and with the closing one, whether there is one, and whether a backslash
/// stands before it.
fn quoted_length(rest: &[u8], quote: u8) -> (usize, bool, bool) {
    let mut at = 0;
    let mut has_backslash = false;
    while let Some(found) = memchr::memchr2(quote, b'\\', rest.get(at..).unwrap_or(b"")) {
        at += found;
        if rest.get(at) == Some(&quote) {
            return (at + 1, true, has_backslash);
        }
        has_backslash = true;
        let guards = rest.get(at + 1).is_some_and(|byte| *byte == quote || *byte == b'\\');
        at += if guards { 2 } else { 1 };
    }
    (rest.len(), false, has_backslash)
}

/// White space as httpd sees it: blank, TAB, LF, VT, FF, CR.
#[inline]
pub(super) const fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\n' | 0x0b | 0x0c | b'\r')
}

/// The meaning of the bytes of a word (without its quotes): continuations joined, `\\` is a backslash, and a
/// backslash before the quote that surrounds it is dropped; any other backslash stays.
pub fn decode(content: &[u8], quote: Option<u8>) -> Cow<'_, [u8]> {
    // Nearly all words mean what they say.
    if memchr::memchr2(b'\\', b'\n', content).is_none() {
        return Cow::Borrowed(content);
    }
    match join(content) {
        Cow::Borrowed(content) => unescape(content, quote),
        Cow::Owned(joined) => Cow::Owned(unescape(&joined, quote).into_owned()),
    }
}

fn unescape(content: &[u8], quote: Option<u8>) -> Cow<'_, [u8]> {
    let guards = |next: &u8| *next == b'\\' || Some(*next) == quote;
    let mut backslashes = memchr::memchr_iter(b'\\', content);
    if !backslashes.any(|at| content.get(at + 1).is_some_and(guards)) {
        return Cow::Borrowed(content);
    }
    let mut text = Vec::with_capacity(content.len());
    let mut bytes = content.iter().copied().peekable();
    while let Some(byte) = bytes.next() {
        let escaped = bytes.next_if(|next| byte == b'\\' && guards(next));
        text.push(escaped.unwrap_or(byte));
    }
    Cow::Owned(text)
}

/// The words of a logical line, such as one that exists only after `${…}` or a macro was expanded: each with its
/// range in the line, quotes included, and its meaning.
pub fn split_words(line: &[u8]) -> SplitWords<'_> {
    SplitWords { line, at: 0 }
}

/// The first word of a logical line and what follows it, blanks skipped; none if there is no word.
pub fn word(line: &[u8]) -> Option<(Cow<'_, [u8]>, &[u8])> {
    let found = next_word(line, 0)?;
    let rest = line.get(found.end..).unwrap_or(b"");
    let blanks = rest.iter().take_while(|byte| is_space(**byte)).count();
    Some((decode(found.content(line), found.quote), rest.get(blanks..).unwrap_or(b"")))
}

/// See [`split_words`].
#[derive(Clone, Debug)]
pub struct SplitWords<'l> {
    line: &'l [u8],
    at: usize,
}

impl<'l> Iterator for SplitWords<'l> {
    type Item = (Range<usize>, Cow<'l, [u8]>);

    fn next(&mut self) -> Option<Self::Item> {
        let found = next_word(self.line, self.at)?;
        self.at = found.end;
        Some((found.start..found.end, decode(found.content(self.line), found.quote)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As httpd does it, byte by byte.
    fn plainly(rest: &[u8]) -> (usize, bool) {
        let length = rest.iter().position(|byte| is_space(*byte)).unwrap_or(rest.len());
        (length, rest[..length].contains(&b'\\'))
    }

    #[test]
    fn eight_bytes_at_once_are_what_one_by_one_are() {
        const BYTES: [u8; 11] = [b'a', b'\\', b' ', b'\t', b'\n', b'\r', 0x0b, 0x01, 0x1f, 0x80, 0xff];
        // Every pair of bytes at every distance, in words of every length.
        for one in BYTES {
            for other in BYTES {
                for at in 0..24 {
                    for length in at + 1..26 {
                        let mut text = vec![b'x'; length];
                        text[at / 2] = other;
                        text[at] = one;
                        assert_eq!(bare_length(&text), plainly(&text), "{}", text.escape_ascii());
                        let blanks = text.iter().take_while(|byte| is_space(**byte)).count();
                        assert_eq!(leading_space(&text), blanks);
                    }
                }
            }
        }
        for blanks in 0..20 {
            let text = [&b" ".repeat(blanks)[..], b"\t \tx"].concat();
            assert_eq!(leading_space(&text), blanks + 3);
        }
    }
}
