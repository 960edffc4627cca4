//! httpd's words: `ap_getword_conf`.
//!
//! In: a logical line. Out: its words, where they are and what they mean.

use std::borrow::Cow;
use std::ops::Range;

use logos::Logos;

use super::line::join;
use crate::Kind;

/// What begins at a byte of a logical line.
#[derive(Logos, Clone, Copy, PartialEq, Eq, Debug)]
#[logos(utf8 = false)]
enum Start {
    #[regex(r"[ \t\n\x0b\x0c\r]+")]
    Blank,
    #[token("\"")]
    DoubleQuote,
    #[token("'")]
    SingleQuote,
    #[regex(r#"(?s-u:[^ \t\n\x0b\x0c\r"'])(?s-u:[^ \t\n\x0b\x0c\r])*"#)]
    Bare,
}

/// A word of a line, quotes included.
#[derive(Clone, Debug)]
pub(super) struct Found {
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) quote: Option<u8>,
    pub(super) is_terminated: bool,
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

/// The first word at or behind `from`.
pub(super) fn next_word(line: &[u8], from: usize) -> Option<Found> {
    let mut lexer = Start::lexer(line.get(from..)?);
    loop {
        let quote = match lexer.next()? {
            Ok(Start::Blank) => continue,
            Ok(Start::Bare) | Err(()) => None,
            Ok(Start::DoubleQuote) => Some(b'"'),
            Ok(Start::SingleQuote) => Some(b'\''),
        };
        let range = lexer.span();
        let (start, end) = (from + range.start, from + range.end);
        let Some(byte) = quote else {
            return Some(Found { start, end, quote, is_terminated: true });
        };
        let (length, is_terminated) = quoted_length(lexer.remainder(), byte);
        return Some(Found { start, end: end + length, quote, is_terminated });
    }
}

/// The bytes behind an opening quote up to and with the closing one, and whether there is one.
fn quoted_length(rest: &[u8], quote: u8) -> (usize, bool) {
    let mut at = 0;
    while let Some(found) = memchr::memchr2(quote, b'\\', rest.get(at..).unwrap_or(b"")) {
        at += found;
        if rest.get(at) == Some(&quote) {
            return (at + 1, true);
        }
        let guards = rest.get(at + 1).is_some_and(|byte| *byte == quote || *byte == b'\\');
        at += if guards { 2 } else { 1 };
    }
    (rest.len(), false)
}

/// White space as httpd sees it: blank, TAB, LF, VT, FF, CR.
pub(super) fn is_space(byte: u8) -> bool {
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
    if memchr::memchr(b'\\', content).is_none() {
        return Cow::Borrowed(content);
    }
    let mut text = Vec::with_capacity(content.len());
    let mut bytes = content.iter().copied().peekable();
    while let Some(byte) = bytes.next() {
        let escaped = bytes.next_if(|next| byte == b'\\' && (*next == b'\\' || Some(*next) == quote));
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
