//! Statements of PHP's INI language, with their values worked out.
//!
//! In: bytes and a sink that knows variables. Out: sections, entries and array entries in reading order, and
//! the syntax error that ended the reading. Invariant: as in PHP's parser a statement is handed over before
//! the token behind it is judged, so an entry can come out although its line ends in an error.

use std::borrow::Cow;

use fpmlint_catalog::Version;

use super::constants;
use super::number::atoi;
use super::scanner::{Scanner, Token, TokenKind};

/// `${a:-${b:-…}}` deeper than this is taken for an error, as PHP's parser takes it far deeper down.
const MAX_NESTING: usize = 200;

/// A text after PHP's evaluation.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Text<'t> {
    Known(Cow<'t, [u8]>),
    /// It rests on the environment, or on a constant of an unknown PHP version.
    Unknown,
}

/// One statement.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Event<'t> {
    /// Offset of the first byte of its name; of `[` for a section.
    pub(crate) at: usize,
    pub(crate) kind: EventKind<'t>,
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum EventKind<'t> {
    /// `[name]`, with the name as written (without brackets) and as evaluated.
    Section { written: &'t [u8], name: Text<'t> },
    /// `name = value`, or a name alone.
    Entry { name: &'t [u8], value: Option<Text<'t>> },
    /// `name[key] = value`.
    Array { name: &'t [u8], written_key: &'t [u8], key: Text<'t>, value: Text<'t> },
}

/// A syntax error.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Fault {
    /// PHP's words up to, and without, ` in FILE on line N`.
    pub(crate) message: String,
    /// PHP's line count at that moment, from 1.
    pub(crate) line: u32,
    /// Offset of the token that was not expected.
    pub(crate) at: usize,
}

/// What is known of `${name}`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Variable {
    /// It has this value.
    Set(Vec<u8>),
    /// Nothing sets it.
    Unset,
    /// Nobody knows.
    Unknown,
}

/// Who takes the statements.
pub(crate) trait Sink<'t> {
    /// The value of `${name}`; what is not known is noted, and the text becomes unknown.
    fn variable(&mut self, name: &'t [u8]) -> Variable;
    /// One statement.
    fn event(&mut self, event: Event<'t>);
}

/// What one reading left over beside its statements.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(crate) struct Outcome {
    pub(crate) fault: Option<Fault>,
    /// Offset of a single quote that nothing closes. What PHP does then depends on what lies in memory.
    pub(crate) unterminated_quote: Option<usize>,
}

/// Reads `text` as PHP `version` does (none: as the newest).
pub(crate) fn parse<'t, S: Sink<'t>>(text: &'t [u8], version: Option<Version>, sink: &mut S) -> Outcome {
    let fallbacks = version.is_none_or(|version| version >= Version::new(8, 3, 0));
    let mut scanner = Scanner::new(text, fallbacks);
    let token = scanner.next_token();
    let mut parser = Parser { text, scanner, token, version, fallbacks, sink };
    let fault = parser.statements().err();
    Outcome { fault, unterminated_quote: parser.scanner.unterminated_quote() }
}

struct Parser<'t, 's, S> {
    text: &'t [u8],
    scanner: Scanner<'t>,
    token: Token,
    version: Option<Version>,
    fallbacks: bool,
    sink: &'s mut S,
}

/// An operator that waits for its right side.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Pending {
    Binary(u8),
    Prefix(u8),
    Paren,
}

impl<'t, S: Sink<'t>> Parser<'t, '_, S> {
    fn statements(&mut self) -> Result<(), Fault> {
        loop {
            match self.token.kind {
                TokenKind::End => return Ok(()),
                TokenKind::EndOfLine => self.advance(),
                TokenKind::Section => self.section()?,
                TokenKind::Label => self.entry()?,
                TokenKind::Offset => self.array()?,
                _ => return Err(self.unexpected("")),
            }
        }
    }

    fn section(&mut self) -> Result<(), Fault> {
        let at = self.token.start;
        self.advance();
        let name = self.list(false, 0)?.unwrap_or(Text::Known(Cow::Borrowed(b"")));
        self.require(b']', "']'")?;
        let written = self.text.get(at + 1..self.token.start).unwrap_or(b"");
        self.sink.event(Event { at, kind: EventKind::Section { written, name } });
        self.advance();
        Ok(())
    }

    fn entry(&mut self) -> Result<(), Fault> {
        let at = self.token.start;
        let name = self.scanner.text_of(self.token);
        self.advance();
        if self.token.kind != TokenKind::Char(b'=') {
            self.sink.event(Event { at, kind: EventKind::Entry { name, value: None } });
            return Ok(());
        }
        self.advance();
        let value = Some(self.value()?);
        self.sink.event(Event { at, kind: EventKind::Entry { name, value } });
        Ok(())
    }

    fn array(&mut self) -> Result<(), Fault> {
        let at = self.token.start;
        let name = self.scanner.text_of(self.token);
        self.advance();
        let key_start = self.token.start;
        let key = self.list(true, 0)?.unwrap_or(Text::Known(Cow::Borrowed(b"")));
        self.require(b']', "']'")?;
        let written_key = self.text.get(key_start..self.token.start).unwrap_or(b"");
        self.advance();
        self.require(b'=', "'='")?;
        self.advance();
        let value = self.value()?;
        self.sink.event(Event { at, kind: EventKind::Array { name, written_key, key, value } });
        Ok(())
    }

    fn value(&mut self) -> Result<Text<'t>, Fault> {
        let text: &[u8] = match self.token.kind {
            TokenKind::BoolTrue => b"1",
            TokenKind::BoolFalse | TokenKind::Null | TokenKind::EndOfLine => b"",
            _ => return self.expression(),
        };
        self.advance();
        Ok(Text::Known(Cow::Borrowed(text)))
    }

    /// `| & ^` of one rank and from the left, `~ !` above them, parentheses; by hand-kept stacks, as deep as
    /// it likes.
    fn expression(&mut self) -> Result<Text<'t>, Fault> {
        let mut waiting: Vec<Pending> = Vec::new();
        let mut left: Vec<Text<'t>> = Vec::new();
        let mut open = 0_usize;
        loop {
            while let Some(pending) = self.opening() {
                open += usize::from(pending == Pending::Paren);
                waiting.push(pending);
                self.advance();
            }
            let Some(mut value) = self.list(true, 0)? else { return Err(self.unexpected("")) };
            loop {
                value = settle(value, &mut waiting, &mut left);
                match self.token.kind {
                    TokenKind::Char(operator @ (b'|' | b'&' | b'^')) => {
                        waiting.push(Pending::Binary(operator));
                        left.push(value);
                        self.advance();
                        break;
                    }
                    TokenKind::Char(b')') if open > 0 => {
                        open -= 1;
                        waiting.pop();
                        self.advance();
                    }
                    _ if open > 0 => return Err(self.unexpected("'^' or '|' or '&' or ')'")),
                    _ => return Ok(value),
                }
            }
        }
    }

    fn opening(&self) -> Option<Pending> {
        match self.token.kind {
            TokenKind::Char(operator @ (b'~' | b'!')) => Some(Pending::Prefix(operator)),
            TokenKind::Char(b'(') => Some(Pending::Paren),
            _ => None,
        }
    }

    /// Texts, quoted strings and variables side by side; none where there is not one. `constants`: whether
    /// words are looked up as PHP constants, which section names are not.
    fn list(&mut self, constants: bool, depth: usize) -> Result<Option<Text<'t>>, Fault> {
        let mut whole: Option<Text<'t>> = None;
        loop {
            let part = match self.token.kind {
                TokenKind::DollarCurly => self.variable(depth)?,
                TokenKind::Char(b'"') => self.quoted(depth)?,
                TokenKind::Constant if constants => self.constant(),
                TokenKind::Constant
                | TokenKind::Raw
                | TokenKind::Number
                | TokenKind::String
                | TokenKind::Whitespace => self.plain(),
                _ => return Ok(whole),
            };
            whole = Some(match whole {
                None => part,
                Some(before) => join(before, part),
            });
        }
    }

    fn plain(&mut self) -> Text<'t> {
        let text = self.scanner.text_of(self.token);
        self.advance();
        Text::Known(Cow::Borrowed(text))
    }

    fn constant(&mut self) -> Text<'t> {
        let name = self.scanner.text_of(self.token);
        self.advance();
        match constants::find(name, self.version) {
            constants::Lookup::None => Text::Known(Cow::Borrowed(name)),
            constants::Lookup::Known(value) => Text::Known(Cow::Owned(value.into_bytes())),
            constants::Lookup::Unknown => Text::Unknown,
        }
    }

    fn quoted(&mut self, depth: usize) -> Result<Text<'t>, Fault> {
        self.advance();
        let mut whole = Text::Known(Cow::Borrowed(&b""[..]));
        loop {
            let part = match self.token.kind {
                TokenKind::Char(b'"') => break,
                TokenKind::QuotedString => {
                    let text = unescaped(self.scanner.text_of(self.token));
                    self.advance();
                    Text::Known(text)
                }
                TokenKind::DollarCurly => self.variable(depth)?,
                _ => return Err(self.unexpected("TC_DOLLAR_CURLY or TC_QUOTED_STRING or '\"'")),
            };
            whole = join(whole, part);
        }
        self.advance();
        Ok(whole)
    }

    fn variable(&mut self, depth: usize) -> Result<Text<'t>, Fault> {
        if depth >= MAX_NESTING {
            return Err(self.fault("memory exhausted".to_owned()));
        }
        self.advance();
        if self.token.kind != TokenKind::VariableName {
            return Err(self.unexpected("TC_VARNAME"));
        }
        let name = self.scanner.text_of(self.token);
        self.advance();
        let mut fallback = None;
        if self.token.kind == TokenKind::Fallback {
            self.advance();
            fallback = self.list(true, depth + 1)?;
            self.require(b'}', "'}'")?;
        } else {
            let expected = if self.fallbacks { "TC_FALLBACK or '}'" } else { "'}'" };
            self.require(b'}', expected)?;
        }
        self.advance();
        // Before PHP 8.3 `:-` and what follows belong to the name, and no environment has such a one.
        if !self.fallbacks && memchr::memmem::find(name, b":-").is_some() {
            return Ok(Text::Known(Cow::Borrowed(b"")));
        }
        Ok(match self.sink.variable(name) {
            Variable::Set(value) => Text::Known(Cow::Owned(value)),
            Variable::Unset => fallback.unwrap_or(Text::Known(Cow::Borrowed(b""))),
            Variable::Unknown => Text::Unknown,
        })
    }

    fn advance(&mut self) {
        self.token = self.scanner.next_token();
    }

    fn require(&self, byte: u8, expected: &str) -> Result<(), Fault> {
        if self.token.kind == TokenKind::Char(byte) { Ok(()) } else { Err(self.unexpected(expected)) }
    }

    fn unexpected(&self, expected: &str) -> Fault {
        let expecting = if expected.is_empty() { String::new() } else { format!(", expecting {expected}") };
        self.fault(format!("syntax error, unexpected {}{expecting}", self.token.kind.describe()))
    }

    fn fault(&self, message: String) -> Fault {
        Fault { message, line: self.scanner.line(), at: self.token.start }
    }
}

/// Applies the prefix and binary operators that wait for `value`, up to the innermost open parenthesis.
fn settle<'t>(mut value: Text<'t>, waiting: &mut Vec<Pending>, left: &mut Vec<Text<'t>>) -> Text<'t> {
    while let Some(pending) = waiting.last() {
        value = match *pending {
            Pending::Paren => break,
            Pending::Prefix(operator) => prefix(operator, &value),
            Pending::Binary(operator) => binary(operator, left.pop().unwrap_or(Text::Unknown), &value),
        };
        waiting.pop();
    }
    value
}

fn prefix<'t>(operator: u8, value: &Text<'_>) -> Text<'t> {
    let Text::Known(text) = value else { return Text::Unknown };
    let number = atoi(text);
    integer(if operator == b'~' { !number } else { i32::from(number == 0) })
}

fn binary<'t>(operator: u8, left: Text<'_>, right: &Text<'_>) -> Text<'t> {
    let (Text::Known(left), Text::Known(right)) = (left, right) else { return Text::Unknown };
    let (left, right) = (atoi(&left), atoi(right));
    integer(match operator {
        b'|' => left | right,
        b'&' => left & right,
        _ => left ^ right,
    })
}

fn integer<'t>(number: i32) -> Text<'t> {
    Text::Known(Cow::Owned(number.to_string().into_bytes()))
}

fn join<'t>(before: Text<'t>, part: Text<'t>) -> Text<'t> {
    let (Text::Known(before), Text::Known(part)) = (before, part) else { return Text::Unknown };
    if before.is_empty() {
        return Text::Known(part);
    }
    let mut whole = before.into_owned();
    whole.extend_from_slice(&part);
    Text::Known(Cow::Owned(whole))
}

/// The text of a double-quoted string: `\\`, `\"` and `\$` lose their backslash, every other one stays.
fn unescaped(text: &[u8]) -> Cow<'_, [u8]> {
    if memchr::memchr(b'\\', text).is_none() {
        return Cow::Borrowed(text);
    }
    let mut plain = Vec::with_capacity(text.len());
    let mut bytes = text.iter().copied().peekable();
    while let Some(byte) = bytes.next() {
        let guarded = byte == b'\\' && matches!(bytes.peek(), Some(b'\\' | b'"' | b'$'));
        plain.push(byte);
        if guarded {
            plain.pop();
            plain.extend(bytes.next());
        } else if byte == b'\\' {
            plain.extend(bytes.next());
        }
    }
    Cow::Owned(plain)
}

#[cfg(test)]
mod tests;
