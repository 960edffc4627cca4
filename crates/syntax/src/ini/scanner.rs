//! Statements of INI files: sections, keys, offsets. Values are cut in `value`, brackets in `bracket`.

use fpmlint_text::Span;
use logos::Logos;

use super::lexer::{Start, is_keyword};
use crate::builder::Builder;
use crate::{Kind, SyntaxErrorKind};

pub(super) struct Scanner<'t, 'b> {
    pub(super) text: &'t [u8],
    pub(super) builder: &'b mut Builder,
    /// php.ini: quotes may span lines, and a NUL ends the reading.
    pub(super) whole_file: bool,
    pub(super) at: usize,
    /// Where the scan ends.
    pub(super) end: usize,
    /// Whether a quote was met that nothing in the file closes: then nothing closes later ones either.
    pub(super) single_unclosed: bool,
    pub(super) double_unclosed: bool,
    /// No `${` before this offset is closed.
    pub(super) variables_unclosed_before: usize,
    /// A part of a line and the end of that line, so that long lines are not searched again for each piece.
    line: std::ops::Range<usize>,
}

impl<'t, 'b> Scanner<'t, 'b> {
    pub(super) fn new(text: &'t [u8], builder: &'b mut Builder, whole_file: bool) -> Scanner<'t, 'b> {
        Scanner {
            text,
            builder,
            whole_file,
            at: 0,
            end: 0,
            single_unclosed: false,
            double_unclosed: false,
            variables_unclosed_before: 0,
            line: 0..0,
        }
    }

    pub(super) fn leaf(&mut self, kind: Kind, start: usize) {
        self.builder.leaf(kind, start as u32);
    }

    /// A leaf from here to `end`, unless it would be empty; goes there.
    pub(super) fn take(&mut self, kind: Kind, end: usize) {
        if end > self.at {
            self.leaf(kind, self.at);
            self.at = end;
        }
    }

    pub(super) fn error(&mut self, kind: SyntaxErrorKind, start: usize, end: usize, statement: Option<u32>) {
        let span = Span::new(start as u32, end as u32);
        self.builder.error(kind, span, start as u32, statement);
    }

    /// The bytes from `from` to the end of the scan.
    pub(super) fn rest(&self, from: usize) -> &'t [u8] {
        self.text.get(from..self.end).unwrap_or(b"")
    }

    pub(super) fn byte(&self, at: usize) -> Option<u8> {
        self.rest(at).first().copied()
    }

    pub(super) fn skip_blanks(&self, from: usize) -> usize {
        from + self.rest(from).iter().take_while(|byte| is_blank(**byte)).count()
    }

    /// The end of the line that `from` is on.
    pub(super) fn line_end(&mut self, from: usize) -> usize {
        if !self.line.contains(&from) {
            let rest = self.rest(from);
            self.line = from..from + memchr::memchr2(b'\r', b'\n', rest).unwrap_or(rest.len());
        }
        self.line.end
    }

    /// Scans the bytes from `start` to `end` on their own.
    pub(super) fn scan(&mut self, start: usize, end: usize) {
        self.at = start;
        self.end = end;
        self.line = start..start;
        if !self.whole_file {
            self.single_unclosed = false;
            self.double_unclosed = false;
        }
        while self.at < self.end {
            let mut lexer = Start::lexer(self.rest(self.at));
            let Some(token) = lexer.next() else { break };
            let token_end = self.at + lexer.span().end;
            match token {
                Ok(Start::Blank) if self.starts_bracket(token_end) => self.key(token_end),
                Ok(Start::Blank) => self.take(Kind::Blank, token_end),
                Ok(Start::LineEnd) => self.take(Kind::LineEnd, token_end),
                Ok(Start::Comment) => self.take(Kind::Comment, token_end),
                Ok(Start::OpenBracket) => self.section(),
                Ok(Start::Key) => self.key(token_end),
                Ok(Start::Nul) => self.nul(),
                Err(()) => self.bad_byte(),
            }
        }
    }

    /// Whether blanks that end before `at` are a key for PHP: a space before `[` is one.
    fn starts_bracket(&self, at: usize) -> bool {
        self.byte(at) == Some(b'[') && self.text.get(at.wrapping_sub(1)) == Some(&b' ')
    }

    fn nul(&mut self) {
        self.error(SyntaxErrorKind::NulByte, self.at, self.at + 1, None);
        self.take(Kind::Bad, self.at + 1);
    }

    /// A byte that begins no statement: the rest of the line goes with it.
    fn bad_byte(&mut self) {
        let byte = self.byte(self.at).unwrap_or(0);
        self.error(SyntaxErrorKind::UnexpectedByte { byte }, self.at, self.at + 1, None);
        self.bad_line();
    }

    /// The rest of the line as one leaf that nothing fits, without blanks at its end.
    pub(super) fn bad_line(&mut self) {
        let end = self.line_end(self.at);
        let line = self.text.get(self.at..end).unwrap_or(b"");
        self.take(Kind::Bad, self.at + line.trim_ascii_end().len().max(1));
    }

    fn section(&mut self) {
        let ordinal = self.builder.statement(Kind::Section, self.at as u32);
        let start = self.at;
        self.take(Kind::OpenBracket, start + 1);
        self.bracketed(start, ordinal);
        self.builder.end_statement(ordinal);
    }

    /// A key, alone or with `=`, or with `[` directly behind it. `end` is where the key's token ends.
    fn key(&mut self, end: usize) {
        let raw = self.text.get(self.at..end).unwrap_or(b"");
        let is_keyword = is_keyword(raw) && self.byte(end) != Some(b'[');
        let name = raw.trim_ascii();
        let name_start = if name.is_empty() { end } else { self.skip_blanks(self.at) };
        let name_end = name_start + name.len();
        self.take(Kind::Blank, name_start);
        if self.byte(end) == Some(b'[') {
            self.key_with_offset(name_end, end);
            return;
        }
        if name.is_empty() {
            return;
        }
        let ordinal = self.builder.statement(Kind::Directive, name_start as u32);
        self.take(Kind::Word, name_end);
        if is_keyword {
            self.error(SyntaxErrorKind::KeywordAsKey, name_start, name_end, Some(ordinal));
        }
        if !self.assignment(ordinal) {
            self.builder.end_statement(ordinal);
        }
    }

    /// `=` and a value, if they come next; the statement ends with the value.
    fn assignment(&mut self, ordinal: u32) -> bool {
        let equals = self.skip_blanks(self.at);
        if self.byte(equals) != Some(b'=') {
            return false;
        }
        self.take(Kind::Blank, equals);
        self.take(Kind::Equals, equals + 1);
        let value = self.skip_blanks(self.at);
        self.take(Kind::Blank, value);
        self.value(ordinal);
        true
    }

    fn key_with_offset(&mut self, name_end: usize, bracket: usize) {
        let start = self.at;
        if name_end == start && !self.assigns_behind_bracket(bracket) {
            self.error(SyntaxErrorKind::IndentedSection, bracket, bracket + 1, Some(self.next_ordinal()));
            self.section();
            return;
        }
        let ordinal = self.builder.statement(Kind::Directive, start as u32);
        self.leaf(Kind::Word, start);
        self.at = name_end;
        self.take(Kind::Blank, bracket);
        self.take(Kind::OpenBracket, bracket + 1);
        let content = self.skip_blanks(self.at);
        self.take(Kind::Blank, content);
        let closed = self.bracketed(bracket, ordinal);
        if closed && self.assignment(ordinal) {
            return;
        }
        if closed {
            self.error(SyntaxErrorKind::MissingEquals, start, self.at, Some(ordinal));
        }
        self.builder.end_statement(ordinal);
    }

    fn next_ordinal(&self) -> u32 {
        self.builder.entries.len() as u32
    }

    fn assigns_behind_bracket(&mut self, bracket: usize) -> bool {
        let end = self.bracket_end(bracket + 1);
        self.byte(end) == Some(b']') && self.byte(self.skip_blanks(end + 1)) == Some(b'=')
    }

    /// What stands in brackets, and the closing one.
    fn bracketed(&mut self, open: usize, ordinal: u32) -> bool {
        let end = self.bracket_end(self.at);
        let closed = self.byte(end) == Some(b']');
        let content = self.text.get(self.at..end).unwrap_or(b"");
        let kept = if closed { content.len() } else { content.trim_ascii_end().len() };
        self.leaf(Kind::Word, self.at);
        self.at += kept;
        if closed {
            self.take(Kind::CloseBracket, end + 1);
        } else {
            self.error(SyntaxErrorKind::UnterminatedBracket, open, self.at, Some(ordinal));
            if matches!(self.byte(self.at), Some(b'\'' | b'"')) {
                self.bad_line();
            }
        }
        closed
    }
}

pub(super) fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t')
}
