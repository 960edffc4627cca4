//! The tokens of PHP's INI language.
//!
//! In: bytes (one physical line for php-fpm, a whole file for php.ini). Out: the tokens that PHP's own
//! scanner cuts, in its start conditions and with its rule of the longest match, each with its byte range and
//! line. Invariant: every call either moves forward, ends a state or answers the end; no byte is looked at
//! more than a small constant number of times.

mod chars;
mod strings;
mod token;

pub(crate) use chars::{is_blank, is_value, keyword};
pub(crate) use token::{Token, TokenKind};

use chars::{is_constant, is_label, is_number, is_section, keyword_at, trimmed};

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum State {
    Initial,
    Offset,
    SectionValue,
    Value,
    DoubleQuotes,
    VariableName,
    Fallback,
}

/// PHP's scanner in its normal mode.
pub(crate) struct Scanner<'t> {
    text: &'t [u8],
    at: usize,
    line: u32,
    state: State,
    outer: Vec<State>,
    fallbacks: bool,
    unterminated: Option<usize>,
}

impl<'t> Scanner<'t> {
    /// Scans `text`. `fallbacks` says whether `${X:-y}` is known (PHP 8.3 and later).
    pub(crate) fn new(text: &'t [u8], fallbacks: bool) -> Scanner<'t> {
        let at = if text.len() > 3 && text.starts_with(b"\xef\xbb\xbf") { 3 } else { 0 };
        Scanner { text, at, line: 1, state: State::Initial, outer: Vec::new(), fallbacks, unterminated: None }
    }

    /// The line of PHP's count, from 1.
    pub(crate) fn line(&self) -> u32 {
        self.line
    }

    /// Where a single quote was opened that nothing closes.
    pub(crate) fn unterminated_quote(&self) -> Option<usize> {
        self.unterminated
    }

    /// The bytes of a token.
    pub(crate) fn text_of(&self, token: Token) -> &'t [u8] {
        self.text.get(token.start..token.end).unwrap_or(b"")
    }

    /// The next token; `End` for ever behind the last.
    pub(crate) fn next_token(&mut self) -> Token {
        loop {
            if self.at >= self.text.len() {
                return self.at_the_end();
            }
            let token = match self.state {
                State::Initial => self.initial(),
                State::Value => Some(self.value()),
                State::SectionValue | State::Offset => Some(self.bracketed()),
                State::DoubleQuotes => Some(self.double_quoted()),
                State::VariableName => Some(self.variable_name()),
                State::Fallback => Some(self.fallback()),
            };
            if let Some(token) = token {
                return token;
            }
        }
    }

    fn at_the_end(&mut self) -> Token {
        let kind = if self.state == State::Value {
            self.state = State::Initial;
            TokenKind::EndOfLine
        } else {
            TokenKind::End
        };
        Token { kind, start: self.text.len(), end: self.text.len() }
    }

    fn initial(&mut self) -> Option<Token> {
        let start = self.at;
        let first = self.byte(start);
        if first == b'[' {
            self.enter(State::SectionValue);
            return Some(self.take(TokenKind::Section, 1));
        }
        let blanks_end = self.skip_blanks(start);
        let behind_blanks = self.byte(blanks_end);
        if behind_blanks == b'=' {
            self.state = State::Value;
            let end = self.skip_blanks(blanks_end + 1);
            self.at = end;
            return Some(Token { kind: TokenKind::Char(b'='), start: blanks_end, end: blanks_end + 1 });
        }
        if let Some(token) = self.line_end(blanks_end) {
            return Some(token);
        }
        let label_end = self.run(start, is_label);
        if label_end == self.text.len() {
            // PHP's scanner runs over the end of its input here and finds nothing.
            return Some(self.stop());
        }
        if label_end > start {
            return Some(self.label(start, label_end));
        }
        if blanks_end > start {
            self.at = blanks_end;
            return None;
        }
        if b"]\"()&|^=$!~{}".contains(&first) {
            return Some(self.take(TokenKind::Char(first), 1));
        }
        Some(self.stop())
    }

    /// A label, the start of `label[…`, or one of the words that PHP takes for a value even here.
    fn label(&mut self, start: usize, end: usize) -> Token {
        let text = self.text.get(start..end).unwrap_or(b"");
        let (from, to) = trimmed(text, start);
        if self.byte(end) == b'[' {
            self.at = self.skip_blanks(end + 1);
            self.enter(State::Offset);
            return Token { kind: TokenKind::Offset, start: from, end: to };
        }
        if let Some((kind, length)) = self.keyword(start)
            && start + length >= end
        {
            return self.take(kind, length);
        }
        self.at = end;
        Token { kind: TokenKind::Label, start: from, end: to }
    }

    fn value(&mut self) -> Token {
        let start = self.at;
        let first = self.byte(start);
        let blanks_end = self.skip_blanks(start);
        if let Some(token) = self.line_end(blanks_end) {
            self.state = State::Initial;
            return token;
        }
        match first {
            b'\'' => return self.single_quoted(),
            b'$' if self.byte(start + 1) == b'{' => return self.variable(),
            b'&' | b'|' | b'^' | b'~' | b'(' | b')' | b'!' => {
                self.at = self.skip_blanks(start + 1);
                return Token { kind: TokenKind::Char(first), start, end: start + 1 };
            }
            b'=' => {
                self.state = State::Initial;
                return Token { kind: TokenKind::EndOfLine, start, end: start };
            }
            _ => {}
        }
        if self.byte(blanks_end) == b'"' {
            return self.open_quote(blanks_end);
        }
        if blanks_end > start {
            return self.take(TokenKind::Whitespace, blanks_end - start);
        }
        let end = self.chars(start, is_value, false);
        if let Some((kind, length)) = self.keyword(start)
            && start + length >= end
        {
            return self.take(kind, length);
        }
        if end > start {
            return self.take(self.word_kind(start, end), end - start);
        }
        self.state = State::Initial;
        self.take(TokenKind::EndOfLine, 1)
    }

    /// Inside `[section]` or `key[offset]`.
    fn bracketed(&mut self) -> Token {
        let start = self.at;
        let first = self.byte(start);
        let blanks_end = self.skip_blanks(start);
        if self.state == State::SectionValue && first == b']' {
            return self.close_section(start);
        }
        if first == b'\'' {
            return self.single_quoted();
        }
        if first == b'$' && self.byte(start + 1) == b'{' {
            return self.variable();
        }
        let end = self.chars(start, is_section, true);
        let bracket = self.state == State::Offset && self.byte(blanks_end) == b']';
        if bracket && end <= blanks_end {
            self.at = blanks_end + 1;
            self.leave_to_initial();
            return Token { kind: TokenKind::Char(b']'), start: blanks_end, end: blanks_end + 1 };
        }
        if self.byte(blanks_end) == b'"' && end <= blanks_end {
            return self.open_quote(blanks_end);
        }
        if end > start {
            return self.take(self.word_kind(start, end), end - start);
        }
        self.stop()
    }

    fn close_section(&mut self, start: usize) -> Token {
        let end = self.skip_blanks(start + 1);
        self.at = end + self.newline_length(end);
        self.line += 1;
        self.leave_to_initial();
        Token { kind: TokenKind::Char(b']'), start, end: start + 1 }
    }

    fn variable(&mut self) -> Token {
        self.enter(State::VariableName);
        self.take(TokenKind::DollarCurly, 2)
    }

    fn open_quote(&mut self, quote: usize) -> Token {
        self.enter(State::DoubleQuotes);
        self.at = quote + 1;
        Token { kind: TokenKind::Char(b'"'), start: quote, end: quote + 1 }
    }

    /// The end of a line or a comment at `at`, with what comes before it.
    fn line_end(&mut self, at: usize) -> Option<Token> {
        let newline = if self.byte(at) == b';' {
            match memchr::memchr2(b'\r', b'\n', self.text.get(at..)?) {
                Some(length) => at + length,
                // A comment without a line end is the end of the input.
                None => return Some(self.stop()),
            }
        } else {
            at
        };
        let length = self.newline_length(newline);
        if length == 0 {
            return None;
        }
        self.at = newline + length;
        self.line += 1;
        Some(Token { kind: TokenKind::EndOfLine, start: at, end: newline })
    }

    fn newline_length(&self, at: usize) -> usize {
        match (self.byte(at), self.byte(at + 1)) {
            (b'\r', b'\n') => 2,
            (b'\r' | b'\n', _) => 1,
            _ => 0,
        }
    }

    /// The word for a boolean or null at `at` with the blanks behind it.
    fn keyword(&self, at: usize) -> Option<(TokenKind, usize)> {
        let (length, kind) = keyword_at(self.text.get(at..)?)?;
        Some((kind, self.skip_blanks(at + length) - at))
    }

    fn word_kind(&self, start: usize, end: usize) -> TokenKind {
        let word = self.text.get(start..end).unwrap_or(b"");
        if is_constant(word) {
            TokenKind::Constant
        } else if is_number(word) {
            TokenKind::Number
        } else {
            TokenKind::String
        }
    }

    /// The end of the longest run of `plain` bytes, of `$` with the byte behind it (or the two behind it,
    /// when the first is a backslash), and, where `escapes`, of a backslash with the byte behind it.
    fn chars(&self, start: usize, plain: impl Fn(u8) -> bool + Copy, escapes: bool) -> usize {
        // Behind bytes that can be taken in one way alone, only the next byte is reachable.
        let mut at = self.run(start, |byte| plain(byte) && byte != b'$' && byte != b'\\');
        let mut end = at;
        let mut reachable = 1_u8;
        while reachable != 0 && at <= self.text.len() {
            if reachable & 1 != 0 {
                end = at;
                reachable |= self.steps(at, plain, escapes);
            }
            reachable >>= 1;
            at += 1;
        }
        end
    }

    /// Bit n is set when n bytes from `at` on can be taken in one step.
    fn steps(&self, at: usize, plain: impl Fn(u8) -> bool, escapes: bool) -> u8 {
        let left = self.text.len() - at;
        if left == 0 {
            return 0;
        }
        let (first, second) = (self.byte(at), self.byte(at + 1));
        let mut steps = 0;
        if plain(first) {
            steps |= 1 << 1;
        }
        if first == b'$' && left >= 2 && second != b'{' && second != 0 {
            steps |= 1 << 2;
        }
        if first == b'$' && left >= 3 && second == b'\\' {
            steps |= 1 << 3;
        }
        if escapes && first == b'\\' && left >= 2 {
            steps |= 1 << 2;
        }
        steps
    }

    fn run(&self, start: usize, holds: impl Fn(u8) -> bool) -> usize {
        let rest = self.text.get(start..).unwrap_or(b"");
        start + rest.iter().position(|byte| !holds(*byte)).unwrap_or(rest.len())
    }

    fn skip_blanks(&self, start: usize) -> usize {
        self.run(start, is_blank)
    }

    /// The byte at `at`; PHP keeps a NUL behind its input.
    fn byte(&self, at: usize) -> u8 {
        self.text.get(at).copied().unwrap_or(0)
    }

    fn take(&mut self, kind: TokenKind, length: usize) -> Token {
        let start = self.at;
        self.at += length;
        Token { kind, start, end: start + length }
    }

    /// A byte that no rule knows: PHP takes it for the end of its input.
    fn stop(&mut self) -> Token {
        let start = self.at;
        self.at = self.text.len();
        self.state = State::Initial;
        Token { kind: TokenKind::End, start, end: start }
    }

    fn enter(&mut self, state: State) {
        self.outer.push(self.state);
        self.state = state;
    }

    fn leave(&mut self) {
        self.state = self.outer.pop().unwrap_or(State::Initial);
    }

    fn leave_to_initial(&mut self) {
        self.outer.clear();
        self.state = State::Initial;
    }
}
