//! The lines that most files of php-fpm are made of, read without the scanner.
//!
//! In: one physical line with its line end. Out: its statement, or that it has none, or that it is none of these lines.
//! Invariant: what is said here of a line is what the grammar says of it; a line that could be read in another way is
//! left to the grammar. *Tested by a property test on random lines.*

use std::borrow::Cow;

use fpmlint_catalog::Version;

use super::constants::{self, Lookup};
use super::grammar::{Event, EventKind, Text};
use super::scanner::{TokenKind, is_blank, is_value, keyword};

/// What a line is.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Plain<'t> {
    /// Empty, or a comment.
    Nothing,
    /// One statement and nothing that is wrong.
    Statement(Event<'t>),
    /// For the grammar to say.
    Other,
}

/// A byte of a name or a key without blanks.
const WORD: u8 = 1;
/// A byte of an unquoted value that cannot change what stands behind it.
const VALUE: u8 = 2;
/// A byte of a double-quoted value that stands for itself.
const QUOTED: u8 = 4;

const CLASSES: [u8; 256] = {
    let mut classes = [0; 256];
    let mut byte = 0_u8;
    loop {
        let mut class = 0;
        if byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | b'-') {
            class |= WORD;
        }
        if is_value(byte) && byte != b'\\' {
            class |= VALUE;
        }
        if !matches!(byte, 0 | b'"' | b'\\' | b'$' | b'\r' | b'\n') {
            class |= QUOTED;
        }
        classes[byte as usize] = class;
        if byte == u8::MAX {
            break classes;
        }
        byte += 1;
    }
};

/// Reads one line, which ends with its LF.
pub(crate) fn read<'t>(line: &'t [u8], version: Option<Version>) -> Plain<'t> {
    match line.first() {
        Some(b'\n' | b'\r' | b';') => {
            if ends(line, 0) {
                Plain::Nothing
            } else {
                Plain::Other
            }
        }
        Some(b'[') => section(line),
        Some(byte) if CLASSES[usize::from(*byte)] & WORD != 0 => {
            entry(line, version).map_or(Plain::Other, Plain::Statement)
        }
        _ => Plain::Other,
    }
}

fn section(line: &[u8]) -> Plain<'_> {
    let end = run(line, 1, WORD);
    let closed = end > 1 && line.get(end) == Some(&b']') && ends(line, end + 1);
    let Some(name) = line.get(1..end).filter(|_| closed) else { return Plain::Other };
    let kind = EventKind::Section { written: name, name: Text::Known(Cow::Borrowed(name)) };
    Plain::Statement(Event { at: 0, kind })
}

fn entry<'t>(line: &'t [u8], version: Option<Version>) -> Option<Event<'t>> {
    let name_end = run(line, 0, WORD);
    let name = line.get(..name_end)?;
    let mut at = name_end;
    let key = if line.get(at) == Some(&b'[') {
        let end = run(line, at + 1, WORD);
        let key = line.get(at + 1..end).filter(|key| !key.is_empty() && line.get(end) == Some(&b']'))?;
        at = end + 1;
        is_itself(key, version).then_some(Some(key))?
    } else {
        keyword(name).is_none().then_some(None)?
    };
    at = skip_blanks(line, at);
    if line.get(at) != Some(&b'=') {
        return None;
    }
    at = skip_blanks(line, at + 1);
    let (value, behind) = value(line, at, version)?;
    if !ends(line, behind) {
        return None;
    }
    let value = Text::Known(Cow::Borrowed(value));
    let kind = match key {
        None => EventKind::Entry { name, value: Some(value) },
        Some(key) => EventKind::Array { name, written_key: key, key: Text::Known(Cow::Borrowed(key)), value },
    };
    Some(Event { at: 0, kind })
}

/// The value that begins at `at`, and where what follows it begins.
fn value(line: &[u8], at: usize, version: Option<Version>) -> Option<(&[u8], usize)> {
    if line.get(at) == Some(&b'"') {
        let end = run(line, at + 1, QUOTED);
        let closed = line.get(end) == Some(&b'"');
        return line.get(at + 1..end).filter(|_| closed).map(|value| (value, end + 1));
    }
    let mut end = run(line, at, VALUE);
    // `$` takes the byte behind it along; `${` is a variable.
    while line.get(end) == Some(&b'$')
        && line.get(end + 1).is_some_and(|byte| *byte != b'{' && CLASSES[usize::from(*byte)] & VALUE != 0)
    {
        end = run(line, end + 1, VALUE);
    }
    let value = line.get(at..end)?;
    let meant: &[u8] = match keyword(value) {
        Some(TokenKind::BoolTrue) => b"1",
        Some(_) => b"",
        None => is_itself(value, version).then_some(value)?,
    };
    Some((meant, end))
}

/// Whether a word is no constant of PHP, all of whose names begin with a capital letter.
fn is_itself(word: &[u8], version: Option<Version>) -> bool {
    !word.first().is_some_and(u8::is_ascii_uppercase) || constants::find(word, version) == Lookup::None
}

/// Whether nothing stands behind `at` but blanks, a comment and one line end. Some comments are not recognised: a CR
/// ends them before the line does, and a NUL ends the line.
fn ends(line: &[u8], at: usize) -> bool {
    let at = skip_blanks(line, at);
    let Some(rest) = line.get(at..) else { return false };
    match rest {
        b"\n" | b"\r\n" => true,
        [b';', comment @ .., b'\n'] => {
            memchr::memchr2(b'\r', 0, comment.strip_suffix(b"\r").unwrap_or(comment)).is_none()
        }
        _ => false,
    }
}

fn run(line: &[u8], start: usize, class: u8) -> usize {
    let rest = line.get(start..).unwrap_or(b"");
    let length = rest.iter().position(|byte| CLASSES[usize::from(*byte)] & class == 0);
    start + length.unwrap_or(rest.len())
}

fn skip_blanks(line: &[u8], start: usize) -> usize {
    let rest = line.get(start..).unwrap_or(b"");
    start + rest.iter().position(|byte| !is_blank(*byte)).unwrap_or(rest.len())
}

#[cfg(test)]
mod tests;
