//! PHP's INI language, for php-fpm (each line for itself) and php.ini (the file as a whole).
//!
//! In: the bytes of a file. Out: nodes in the builder. Invariant: keys, offsets, sections and values are cut as PHP's
//! scanner cuts them (`zend_ini_scanner.l`); what a value means, and whether PHP's grammar accepts its operators, is
//! for the readers to say.

mod bracket;
mod lexer;
mod plain;
mod scanner;
mod value;

use std::borrow::Cow;

use crate::Kind;
use crate::builder::Builder;
use scanner::Scanner;

const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// php.ini: one scan over all bytes.
pub(crate) fn parse_file(text: &[u8], builder: &mut Builder) {
    let mut start = 0;
    if text.len() > BYTE_ORDER_MARK.len() && text.starts_with(BYTE_ORDER_MARK) {
        builder.leaf(Kind::ByteOrderMark, 0);
        start = BYTE_ORDER_MARK.len();
    }
    Scanner::new(text, builder, true).scan(start, text.len());
}

/// php-fpm: a scan for each line. Lines end at LF alone; a NUL hides the rest of its line.
pub(crate) fn parse_lines(text: &[u8], builder: &mut Builder) {
    let mut scanner = Scanner::new(text, builder, false);
    let mut start = 0;
    while start < text.len() {
        let rest = text.get(start..).unwrap_or(b"");
        let line_feed = memchr::memchr(b'\n', rest).map(|at| start + at);
        let end = line_feed.unwrap_or(text.len());
        scan_line(&mut scanner, text, start, end, line_feed.is_some());
        start = end + 1;
    }
}

fn scan_line(scanner: &mut Scanner<'_, '_>, text: &[u8], start: usize, end: usize, has_line_feed: bool) {
    let line = text.get(start..end).unwrap_or(b"");
    let mut content = start;
    if line.starts_with(BYTE_ORDER_MARK) {
        scanner.leaf(Kind::ByteOrderMark, start);
        content += BYTE_ORDER_MARK.len();
    }
    // CRLF is one line end for us; for PHP the CR is one of its own, with nothing between.
    let line_end =
        if has_line_feed && line.len() > content - start && line.ends_with(b"\r") { end - 1 } else { end };
    let is_plain =
        text.get(content..line_end).is_some_and(|line| plain::line(scanner.builder, line, content));
    if is_plain {
        if has_line_feed {
            scanner.leaf(Kind::LineEnd, line_end);
        }
        return;
    }
    if let Some(nul) = memchr::memchr(0, line) {
        scanner.scan(content, (start + nul).max(content));
        scanner.leaf(Kind::Ignored, start + nul);
        if has_line_feed {
            scanner.leaf(Kind::LineEnd, end);
        }
        return;
    }
    scanner.scan(content, line_end);
    if has_line_feed {
        scanner.leaf(Kind::LineEnd, line_end);
    }
}

/// A section's name, an offset or a quoted piece without its quotes; `\\`, `\"` and `\$` lose their backslash in
/// double quotes. `${…}` stays.
pub(crate) fn decode(raw: &[u8]) -> Cow<'_, [u8]> {
    if memchr::memchr2(b'"', b'\'', raw).is_none() {
        return Cow::Borrowed(raw);
    }
    if let Some(inside) = sole_quoted(raw) {
        return Cow::Borrowed(inside);
    }
    let mut text = Vec::with_capacity(raw.len());
    let mut rest = raw;
    while let Some((&byte, tail)) = rest.split_first() {
        rest = match byte {
            b'"' => decode_double(tail, &mut text),
            b'\'' => {
                let end = memchr::memchr(b'\'', tail).unwrap_or(tail.len());
                text.extend_from_slice(tail.get(..end).unwrap_or(b""));
                tail.get(end + 1..).unwrap_or(b"")
            }
            _ => {
                text.push(byte);
                tail
            }
        };
    }
    Cow::Owned(text)
}

/// The inside of a single quoted piece that needs no decoding.
fn sole_quoted(raw: &[u8]) -> Option<&[u8]> {
    let (quote, rest) = raw.split_first()?;
    let (last, inside) = rest.split_last()?;
    let plain = |quote: u8| match quote {
        b'"' => memchr::memchr2(b'"', b'\\', inside).is_none(),
        b'\'' => memchr::memchr(b'\'', inside).is_none(),
        _ => false,
    };
    (quote == last && plain(*quote)).then_some(inside)
}

fn decode_double<'t>(mut rest: &'t [u8], text: &mut Vec<u8>) -> &'t [u8] {
    while let Some((&byte, tail)) = rest.split_first() {
        rest = tail;
        match (byte, tail.first()) {
            (b'"', _) => return tail,
            (b'\\', Some(&escaped @ (b'"' | b'\\' | b'$'))) => {
                // `\"` at the end closes the string: a Windows path.
                let closes = escaped == b'"' && tail.len() == 1;
                text.push(if closes { byte } else { escaped });
                rest = tail.get(1..).unwrap_or(b"");
            }
            _ => text.push(byte),
        }
    }
    rest
}
