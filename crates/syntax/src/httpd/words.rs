//! httpd's words: `ap_getword_conf`.
//!
//! In: a logical line. Out: its words, where they are and what they mean.

use std::borrow::Cow;
use std::ops::Range;

use super::line::join;
use crate::Kind;

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
    let blanks = line.get(from..)?.iter().position(|byte| class(*byte) != SPACE)?;
    let start = from + blanks;
    let (first, rest) = line.get(start..)?.split_first()?;
    if matches!(first, b'"' | b'\'') {
        let (length, is_terminated, has_backslash) = quoted_length(rest, *first);
        let end = start + 1 + length;
        return Some(Found { start, end, quote: Some(*first), is_terminated, has_backslash });
    }
    let mut seen = class(*first);
    let length = rest.iter().position(|byte| {
        let class = class(*byte);
        seen |= class;
        class == SPACE
    });
    let end = start + 1 + length.unwrap_or(rest.len());
    Some(Found { start, end, quote: None, is_terminated: true, has_backslash: seen & BACKSLASH != 0 })
}

const SPACE: u8 = 1;
const BACKSLASH: u8 = 2;

/// What a byte is to a bare word.
#[inline]
fn class(byte: u8) -> u8 {
    static CLASSES: [u8; 256] = {
        let mut classes = [0; 256];
        let mut byte = 0;
        while byte < 256 {
            classes[byte] = match byte as u8 {
                b'\\' => BACKSLASH,
                byte if is_space(byte) => SPACE,
                _ => 0,
            };
            byte += 1;
        }
        classes
    };
    CLASSES[usize::from(byte)]
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
