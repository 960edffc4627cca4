//! The states inside of quotes and of `${…}`.
//!
//! In: a scanner in such a state. Out: its next token.

use super::chars::{count_lines, is_fallback, is_label, trimmed};
use super::{Scanner, State, Token, TokenKind};

impl Scanner<'_> {
    pub(super) fn double_quoted(&mut self) -> Token {
        let start = self.at;
        let first = self.byte(start);
        if first == b'"' {
            self.at = self.skip_blanks(start + 1);
            self.leave();
            return Token { kind: TokenKind::Char(b'"'), start, end: start + 1 };
        }
        if first == b'$' && self.byte(start + 1) == b'{' {
            return self.variable();
        }
        let end = self.quoted_end(start);
        let lines = count_lines(self.text, start, end);
        self.line += lines;
        self.take(TokenKind::QuotedString, end - start)
    }

    /// Where the text of a double-quoted string stops: at its quote, at `${`, or at the end. A backslash
    /// guards the byte behind it, but `\"` at the end of a line closes the string, for Windows paths.
    fn quoted_end(&self, start: usize) -> usize {
        let mut at = start;
        while at < self.text.len() {
            match self.byte(at) {
                b'"' => return at,
                b'$' if self.byte(at + 1) == b'{' => return at,
                b'\\' if at + 1 < self.text.len() => {
                    let ends_line = at + 2 >= self.text.len() || matches!(self.byte(at + 2), b'\n' | b'\r');
                    if self.byte(at + 1) == b'"' && ends_line {
                        return at + 1;
                    }
                    at += 2;
                }
                _ => at += 1,
            }
        }
        self.text.len()
    }

    pub(super) fn variable_name(&mut self) -> Token {
        let start = self.at;
        if self.byte(start) == b'}' {
            self.leave();
            return self.take(TokenKind::Char(b'}'), 1);
        }
        if self.fallbacks && self.starts_fallback(start) {
            self.leave();
            self.enter(State::Fallback);
            return self.take(TokenKind::Fallback, 2);
        }
        let mut end = start;
        while end < self.text.len()
            && is_label(self.byte(end))
            && !(self.fallbacks && self.starts_fallback(end))
        {
            end += 1;
        }
        if end == start || end == self.text.len() {
            return self.stop();
        }
        self.at = end;
        let (from, to) = trimmed(self.text.get(start..end).unwrap_or(b""), start);
        Token { kind: TokenKind::VariableName, start: from, end: to }
    }

    fn starts_fallback(&self, at: usize) -> bool {
        self.byte(at) == b':' && self.byte(at + 1) == b'-'
    }

    pub(super) fn fallback(&mut self) -> Token {
        let start = self.at;
        let first = self.byte(start);
        if first == b'}' {
            self.leave();
            return self.take(TokenKind::Char(b'}'), 1);
        }
        if first == b'$' && self.byte(start + 1) == b'{' {
            return self.variable();
        }
        let end = self.chars(start, is_fallback, true);
        let blanks_end = self.skip_blanks(start);
        if self.byte(blanks_end) == b'"' && end <= blanks_end {
            return self.open_quote(blanks_end);
        }
        if end > start {
            return self.take(self.word_kind(start, end), end - start);
        }
        self.stop()
    }

    /// `'…'`: needs at least one byte and a closing quote.
    pub(super) fn single_quoted(&mut self) -> Token {
        let start = self.at;
        let rest = self.text.get(start + 1..).unwrap_or(b"");
        match memchr::memchr(b'\'', rest) {
            Some(length) if length > 0 => {
                self.at = start + length + 2;
                Token { kind: TokenKind::Raw, start: start + 1, end: start + 1 + length }
            }
            Some(_) if self.state == State::Value => {
                self.state = State::Initial;
                self.take(TokenKind::EndOfLine, 1)
            }
            Some(_) => self.stop(),
            // PHP's scanner has no bound here: it reads on behind its input and then reports the end.
            None => {
                self.unterminated = Some(start);
                self.stop()
            }
        }
    }
}
