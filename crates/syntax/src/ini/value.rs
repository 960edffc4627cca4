//! Values: texts, quotes, variables, operators.

use logos::Logos;

use super::lexer::{Piece, is_key_byte};
use super::scanner::Scanner;
use crate::{Kind, SyntaxErrorKind};

impl Scanner<'_, '_> {
    /// The value that starts here, up to its line end, comment or NUL.
    pub(super) fn value(&mut self, ordinal: u32) {
        let node = self.builder.node(Kind::Value, self.at as u32);
        let mut blank = None;
        while self.at < self.end {
            let mut lexer = Piece::lexer(self.rest(self.at));
            let Some(token) = lexer.next() else { break };
            let token_end = self.at + lexer.span().end;
            if token == Ok(Piece::Blank) {
                blank = Some(token_end);
                // Blanks at the end are none of the value's.
                if self.ends_value(token_end) {
                    break;
                }
                self.take(Kind::Blank, token_end);
                blank = None;
                continue;
            }
            match token {
                Ok(Piece::End) => break,
                Ok(Piece::SingleQuote) => self.single_quoted(ordinal),
                Ok(Piece::DoubleQuote) => self.double_quoted(ordinal),
                Ok(Piece::Variable) => self.variable(ordinal),
                Ok(Piece::Operator) => self.take(Kind::Operator, token_end),
                Ok(Piece::Equals) => {
                    self.error(SyntaxErrorKind::UnexpectedEquals, self.at, token_end, Some(ordinal));
                    self.bad_line();
                }
                Ok(Piece::Text | Piece::Blank) | Err(()) => self.take(Kind::Text, token_end),
            }
        }
        self.builder.close_node(node);
        // The statement ends with its value.
        self.builder.end_statement(ordinal);
        if let Some(end) = blank {
            self.take(Kind::Blank, end);
        }
    }

    fn ends_value(&self, at: usize) -> bool {
        matches!(self.byte(at), None | Some(b'\r' | b'\n' | b';' | 0))
    }

    fn single_quoted(&mut self, ordinal: u32) {
        let start = self.at;
        let inside = self.rest(start + 1);
        let closing = if self.single_unclosed { None } else { memchr::memchr(b'\'', inside) };
        match closing {
            Some(length) => {
                if length == 0 {
                    let kind = SyntaxErrorKind::EmptySingleQuotes;
                    self.error(kind, start, start + 2, Some(ordinal));
                }
                self.take(Kind::SingleQuotedPiece, start + length + 2);
            }
            None => {
                self.single_unclosed = true;
                let end = self.trimmed_line_end(start + 1);
                self.unterminated(b'\'', start, end, ordinal);
                self.take(Kind::SingleQuotedPiece, end);
            }
        }
    }

    fn unterminated(&mut self, quote: u8, start: usize, end: usize, ordinal: u32) {
        let kind = SyntaxErrorKind::UnterminatedQuote { quote, too_long: false };
        let daemon_offset = self.end as u32;
        self.builder.error(
            kind,
            fpmlint_text::Span::new(start as u32, end as u32),
            daemon_offset,
            Some(ordinal),
        );
    }

    fn trimmed_line_end(&mut self, from: usize) -> usize {
        let line_end = self.line_end(from);
        let line = self.text.get(from..line_end).unwrap_or(b"");
        from + line.trim_ascii_end().len()
    }

    fn double_quoted(&mut self, ordinal: u32) {
        let start = self.at;
        let closing = if self.double_unclosed { None } else { self.closing_quote(start + 1) };
        let node = self.builder.node(Kind::QuotedPiece, start as u32);
        self.take(Kind::Quote, start + 1);
        let end = match closing {
            Some(end) => end,
            None => {
                self.double_unclosed = true;
                let end = self.trimmed_line_end(start + 1);
                self.unterminated(b'"', start, end, ordinal);
                end
            }
        };
        self.quoted_parts(end, ordinal);
        if closing.is_some() {
            self.take(Kind::Quote, end + 1);
        }
        self.builder.close_node(node);
    }

    fn quoted_parts(&mut self, end: usize, ordinal: u32) {
        while self.at < end {
            let Some(start) = self.next_variable(self.at, end) else { break };
            let is_reported = start < self.variables_unclosed_before;
            match self.variable_end(start).filter(|stop| *stop <= end) {
                Some(stop) => {
                    self.take(Kind::Text, start);
                    self.check_name(start, stop, ordinal);
                    self.take(Kind::Variable, stop);
                }
                None => {
                    if !is_reported {
                        self.error(SyntaxErrorKind::BadVariable, start, start + 2, Some(ordinal));
                    }
                    self.take(Kind::Text, start + 2);
                }
            }
        }
        self.take(Kind::Text, end);
    }

    /// The next `${` that no backslash guards.
    fn next_variable(&self, from: usize, end: usize) -> Option<usize> {
        let text = self.text.get(..end)?;
        let mut at = from;
        loop {
            at += memchr::memchr2(b'$', b'\\', text.get(at..)?)?;
            if text.get(at) == Some(&b'\\') {
                at += 2;
            } else if text.get(at + 1) == Some(&b'{') {
                return Some(at);
            } else {
                at += 1;
            }
        }
    }

    /// The quote that closes a double-quoted piece. A backslash guards the byte behind it, but `\"` at the end of
    /// a line closes, for Windows paths.
    fn closing_quote(&mut self, from: usize) -> Option<usize> {
        let mut at = from;
        loop {
            at += memchr::memchr3(b'"', b'\\', b'$', self.rest(at))?;
            match self.byte(at) {
                Some(b'"') => return Some(at),
                Some(b'$') => at = self.variable_end(at).unwrap_or(at + 1),
                _ => {
                    let guards_quote = self.byte(at + 1) == Some(b'"');
                    if guards_quote && matches!(self.byte(at + 2), None | Some(b'\r' | b'\n')) {
                        return Some(at + 1);
                    }
                    at += 2;
                }
            }
        }
    }

    fn variable(&mut self, ordinal: u32) {
        let start = self.at;
        let is_reported = start < self.variables_unclosed_before;
        if let Some(end) = self.variable_end(start) {
            self.check_name(start, end, ordinal);
            self.take(Kind::Variable, end);
            return;
        }
        if !is_reported {
            self.error(SyntaxErrorKind::BadVariable, start, start + 2, Some(ordinal));
        }
        self.take(Kind::Bad, start + 2);
    }

    /// Behind the `}` of a `${` at `start`. With a fallback (`${NAME:-…}`) that may hold variables and quotes.
    fn variable_end(&mut self, start: usize) -> Option<usize> {
        if self.byte(start + 1) != Some(b'{') || start < self.variables_unclosed_before {
            return None;
        }
        let line_end = self.line_end(start);
        let line = self.text.get(start + 2..line_end)?;
        let name = line.iter().take_while(|byte| is_key_byte(**byte)).count();
        let length = if has_fallback(line.get(..name)?) {
            fallback_length(line, name).ok_or(line.len())
        } else {
            let end = memchr::memchr2(b'}', b'"', line).unwrap_or(line.len());
            if line.get(end) == Some(&b'}') { Ok(end + 1) } else { Err(end) }
        };
        match length {
            Ok(length) => Some(start + 2 + length),
            Err(searched) => {
                self.variables_unclosed_before = start + 2 + searched;
                None
            }
        }
    }

    /// A variable needs a name, of the bytes that a key may have.
    fn check_name(&mut self, start: usize, end: usize, ordinal: u32) {
        let name = self.text.get(start + 2..end - 1).unwrap_or(b"");
        let allowed = name.iter().take_while(|byte| is_key_byte(**byte)).count();
        let is_cut = allowed < name.len() && !name.get(..allowed).is_some_and(has_fallback);
        if allowed == 0 || is_cut {
            self.error(SyntaxErrorKind::BadVariable, start, end, Some(ordinal));
        }
    }
}

fn has_fallback(name: &[u8]) -> bool {
    memchr::memmem::find(name, b":-").is_some()
}

/// The bytes up to and with the `}` that closes a variable whose fallback holds the byte at `from`.
fn fallback_length(line: &[u8], from: usize) -> Option<usize> {
    let mut depth = 1;
    let mut at = from;
    while let Some(byte) = line.get(at) {
        match byte {
            b'}' if depth == 1 => return Some(at + 1),
            b'}' => depth -= 1,
            b'$' if line.get(at + 1) == Some(&b'{') => depth += 1,
            b'"' => at += 1 + memchr::memchr(b'"', line.get(at + 1..)?)?,
            b'\\' => at += 1,
            _ => {}
        }
        at += 1;
    }
    None
}
