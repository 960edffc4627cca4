//! Tokens of PHP source: names, punctuation and the few words that matter, with HTML, comments and strings passed over.
//!
//! In: bytes. Out: tokens in order, those of code inside strings among them. Invariant: linear in the length, and
//! nesting through strings is bounded.

use memchr::{memchr2, memchr3, memmem};

use super::Options;

/// How many strings may hold code that holds a string, and so on. Real code stays below three.
pub(super) const MAX_STRING_NESTING: usize = 16;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// A name or keyword with its namespace separators.
    Name,
    /// A variable, number or string: something complete that is no name.
    Operand,
    /// `->` or `::`.
    Member,
    /// `?->`.
    NullMember,
    /// `=>`.
    DoubleArrow,
    /// `(`, `[` or `{`; the last also for `{$` and `${` in a string.
    Open(u8),
    /// `)`, `]` or `}`.
    Close(u8),
    /// `#[`.
    Attribute,
    /// `;`, or `?>`, which ends a statement as well.
    Semicolon,
    Comma,
    Colon,
    Question,
    /// `&&`, `||`, `??` or `??=`.
    ShortCircuit,
    /// `...`.
    Ellipsis,
    Ampersand,
    /// A `\` that is no part of a name.
    Backslash,
    Other,
}

#[derive(Debug, Clone, Copy)]
pub(super) struct Token {
    pub(super) kind: Kind,
    pub(super) start: usize,
    pub(super) end: usize,
}

/// What ends a string that may hold code.
#[derive(Debug, Clone, Copy)]
pub(super) enum Closer {
    Quote(u8),
    /// The bounds of the label; a raw one (a nowdoc) holds neither code nor escapes.
    Label {
        start: usize,
        end: usize,
        raw: bool,
    },
}

#[derive(Debug, Clone, Copy)]
pub(super) enum Mode {
    Html,
    Code,
    Text(Closer),
}

/// A string whose embedded code is being read, and the braces open around the string.
#[derive(Debug, Clone, Copy)]
pub(super) struct Outer {
    pub(super) closer: Closer,
    pub(super) braces: usize,
}

/// Cuts a file into tokens. HTML, white space, comments and the text in strings give none.
pub(super) struct Lexer<'a> {
    pub(super) source: &'a [u8],
    pub(super) at: usize,
    pub(super) mode: Mode,
    pub(super) short_open_tag: bool,
    /// Braces open in the code being read, counted from the start of the innermost string's code.
    pub(super) braces: usize,
    pub(super) outers: [Outer; MAX_STRING_NESTING],
    pub(super) nesting: usize,
}

impl<'a> Lexer<'a> {
    pub(super) fn new(source: &'a [u8], options: Options) -> Self {
        Self {
            source,
            at: 0,
            mode: Mode::Html,
            short_open_tag: options.short_open_tag,
            braces: 0,
            outers: [Outer { closer: Closer::Quote(b'"'), braces: 0 }; MAX_STRING_NESTING],
            nesting: 0,
        }
    }

    pub(super) fn next_token(&mut self) -> Option<Token> {
        while self.at < self.source.len() {
            let token = match self.mode {
                Mode::Html => {
                    self.skip_html();
                    None
                }
                Mode::Code => self.code(),
                Mode::Text(closer) => self.text(closer),
            };
            if token.is_some() {
                return token;
            }
        }
        None
    }

    pub(super) fn byte(&self, at: usize) -> Option<u8> {
        self.source.get(at).copied()
    }

    pub(super) fn rest(&self) -> &'a [u8] {
        self.source.get(self.at..).unwrap_or_default()
    }

    pub(super) fn stop(&mut self) {
        self.at = self.source.len();
    }

    /// Moves past the next opening tag.
    pub(super) fn skip_html(&mut self) {
        while let Some(found) = memmem::find(self.rest(), b"<?") {
            self.at += found + 2;
            let rest = self.rest();
            if rest.first() == Some(&b'=') {
                self.at += 1;
                self.mode = Mode::Code;
                return;
            }
            let long = rest.get(..3).is_some_and(|word| word.eq_ignore_ascii_case(b"php"));
            if long && rest.get(3).is_none_or(|byte| matches!(byte, b' ' | b'\t' | b'\n' | b'\r')) {
                self.at += 3;
                self.mode = Mode::Code;
                return;
            }
            if self.short_open_tag {
                self.mode = Mode::Code;
                return;
            }
        }
        self.stop();
    }

    /// One token of code, or none after white space or a comment.
    pub(super) fn code(&mut self) -> Option<Token> {
        let start = self.at;
        let rest = self.rest();
        let first = *rest.first()?;
        let second = rest.get(1).copied().unwrap_or_default();
        let third = rest.get(2).copied().unwrap_or_default();
        let (kind, length) = match (first, second, third) {
            (b' ' | b'\t' | b'\n' | b'\r', ..) => {
                self.at += 1;
                return None;
            }
            (b'#', b'[', _) => (Kind::Attribute, 2),
            (b'#', ..) | (b'/', b'/', _) => {
                self.skip_line_comment();
                return None;
            }
            (b'/', b'*', _) => {
                self.at += 2;
                self.at =
                    memmem::find(self.rest(), b"*/").map_or(self.source.len(), |found| self.at + found + 2);
                return None;
            }
            (b'?', b'>', _) => {
                self.mode = Mode::Html;
                (Kind::Semicolon, 2)
            }
            (b'\'', ..) => (Kind::Operand, single_quoted_length(rest)),
            (b'"' | b'`', ..) => {
                self.mode = Mode::Text(Closer::Quote(first));
                (Kind::Operand, 1)
            }
            (b'<', b'<', b'<') => self.heredoc_start().unwrap_or((Kind::Other, 2)),
            (b'$', second, _) if is_label_start(second) => {
                (Kind::Operand, 1 + label_length(rest.get(1..).unwrap_or_default()))
            }
            (b'?', b'-', b'>') => (Kind::NullMember, 3),
            (b'-', b'>', _) | (b':', b':', _) => (Kind::Member, 2),
            (b'<', b'=', b'>') => (Kind::Other, 3),
            (b'=', b'>', _) => (Kind::DoubleArrow, 2),
            (b'?', b'?', b'=') => (Kind::ShortCircuit, 3),
            (b'?', b'?', _) | (b'&', b'&', _) | (b'|', b'|', _) => (Kind::ShortCircuit, 2),
            (b'.', b'.', b'.') => (Kind::Ellipsis, 3),
            (b'{', ..) => {
                self.braces += 1;
                (Kind::Open(first), 1)
            }
            (b'}', ..) => {
                self.close_brace();
                (Kind::Close(first), 1)
            }
            (b'(' | b'[', ..) => (Kind::Open(first), 1),
            (b')' | b']', ..) => (Kind::Close(first), 1),
            (b';', ..) => (Kind::Semicolon, 1),
            (b',', ..) => (Kind::Comma, 1),
            (b':', ..) => (Kind::Colon, 1),
            (b'?', ..) => (Kind::Question, 1),
            (b'&', ..) => (Kind::Ampersand, 1),
            (b'\\', second, _) if is_label_start(second) => (Kind::Name, name_length(rest)),
            (b'\\', ..) => (Kind::Backslash, 1),
            (b'0'..=b'9', ..) => (Kind::Operand, label_length(rest)),
            (first, ..) if is_label_start(first) => (Kind::Name, name_length(rest)),
            _ => (Kind::Other, 1),
        };
        self.at += length;
        Some(Token { kind, start, end: self.at })
    }

    /// A one-line comment ends before its line's end or before `?>`.
    pub(super) fn skip_line_comment(&mut self) {
        while let Some(found) = memchr3(b'\n', b'\r', b'?', self.rest()) {
            self.at += found;
            if !self.rest().starts_with(b"?") || self.rest().starts_with(b"?>") {
                return;
            }
            self.at += 1;
        }
        self.stop();
    }

    /// A `}` that was opened in a string leads back into that string.
    pub(super) fn close_brace(&mut self) {
        if self.braces > 0 {
            self.braces -= 1;
            return;
        }
        let Some(inner) = self.nesting.checked_sub(1) else { return };
        let Some(outer) = self.outers.get(inner) else { return };
        self.braces = outer.braces;
        self.mode = Mode::Text(outer.closer);
        self.nesting = inner;
    }

    /// `<<<LABEL`, `<<<"LABEL"` or `<<<'LABEL'` up to, not including, the line's end.
    pub(super) fn heredoc_start(&mut self) -> Option<(Kind, usize)> {
        let mut at = self.at + 3;
        while matches!(self.byte(at), Some(b' ' | b'\t')) {
            at += 1;
        }
        let quote = self.byte(at).filter(|byte| matches!(byte, b'\'' | b'"'));
        let start = at + usize::from(quote.is_some());
        if !is_label_start(self.byte(start)?) {
            return None;
        }
        let end = start + label_length(self.source.get(start..)?);
        if quote.is_some() && self.byte(end) != quote {
            return None;
        }
        let line_end = end + usize::from(quote.is_some());
        if !matches!(self.byte(line_end), Some(b'\n' | b'\r')) {
            return None;
        }
        self.mode = Mode::Text(Closer::Label { start, end, raw: quote == Some(b'\'') });
        Some((Kind::Operand, line_end - self.at))
    }

    /// Moves to the end of a string, which gives no token, or to code in it, which gives the brace that
    /// opens it.
    pub(super) fn text(&mut self, closer: Closer) -> Option<Token> {
        let raw = matches!(closer, Closer::Label { raw: true, .. });
        while let Some(byte) = self.byte(self.at) {
            let next = self.byte(self.at + 1);
            match (byte, next, closer) {
                (byte, _, Closer::Quote(quote)) if byte == quote => {
                    self.at += 1;
                    self.mode = Mode::Code;
                    return None;
                }
                (b'\n' | b'\r', _, Closer::Label { start, end, .. }) => {
                    self.at += 1;
                    if self.skip_closing_label(start, end) {
                        self.mode = Mode::Code;
                        return None;
                    }
                }
                (b'\\', Some(b'\n' | b'\r'), Closer::Label { .. }) => self.at += 1,
                (b'\\', ..) if !raw => self.at += 2,
                (b'$', Some(b'{'), _) if !raw => return self.embedded_code(closer, 2),
                // The `$` belongs to the variable that follows.
                (b'{', Some(b'$'), _) if !raw => return self.embedded_code(closer, 1),
                _ => self.at += 1,
            }
        }
        self.stop();
        None
    }

    /// The label that ends a heredoc may be indented, and no name goes on after it.
    pub(super) fn skip_closing_label(&mut self, start: usize, end: usize) -> bool {
        while matches!(self.byte(self.at), Some(b' ' | b'\t')) {
            self.at += 1;
        }
        let label = self.source.get(start..end).unwrap_or_default();
        let Some(after) = self.rest().strip_prefix(label) else { return false };
        if after.first().is_some_and(|byte| is_label_part(*byte)) {
            return false;
        }
        self.at += label.len();
        true
    }

    pub(super) fn embedded_code(&mut self, closer: Closer, length: usize) -> Option<Token> {
        let Some(outer) = self.outers.get_mut(self.nesting) else {
            self.stop();
            return None;
        };
        *outer = Outer { closer, braces: self.braces };
        self.nesting += 1;
        self.braces = 0;
        self.mode = Mode::Code;
        let start = self.at;
        self.at += length;
        Some(Token { kind: Kind::Open(b'{'), start, end: self.at })
    }
}

pub(super) fn is_label_start(byte: u8) -> bool {
    byte.is_ascii_alphabetic() || byte == b'_' || byte >= 0x80
}

pub(super) fn is_label_part(byte: u8) -> bool {
    is_label_start(byte) || byte.is_ascii_digit()
}

/// The length in bytes of the letters, digits and underscores that `bytes` begins with.
pub(super) fn label_length(bytes: &[u8]) -> usize {
    bytes.iter().position(|byte| !is_label_part(*byte)).unwrap_or(bytes.len())
}

/// The length in bytes of the name that `bytes` begins with: labels joined by `\`, perhaps with one in front.
pub(super) fn name_length(bytes: &[u8]) -> usize {
    let mut length = 0;
    loop {
        let rest = bytes.get(length..).unwrap_or_default();
        match rest {
            [b'\\', start, ..] if is_label_start(*start) => {
                length += 1 + label_length(rest.get(1..).unwrap_or_default())
            }
            [start, ..] if length == 0 && is_label_start(*start) => length += label_length(rest),
            _ => return length,
        }
    }
}

/// The length in bytes of the single-quoted string that `bytes` begins with.
pub(super) fn single_quoted_length(bytes: &[u8]) -> usize {
    let mut at = 1;
    while let Some(found) = bytes.get(at..).and_then(|rest| memchr2(b'\'', b'\\', rest)) {
        at += found + 1;
        if bytes.get(at - 1) == Some(&b'\'') {
            return at;
        }
        at += 1;
    }
    bytes.len()
}
