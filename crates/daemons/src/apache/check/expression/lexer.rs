//! The scanner of httpd's expression language.
//!
//! In: bytes, and whether they are one string or a condition. Out: one token after the other, on demand, as the
//! parser's errors depend on when it asks. Invariant: as in httpd's scanner the longest match wins, and among equals
//! the one that is listed first.

/// A token.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Token {
    End,
    /// What the scanner refuses; its words are in [`Lexer::error`].
    Error,
    /// No rule of httpd's scanner fits: httpd ends at once.
    Jammed,
    True,
    False,
    Digit,
    Id(Vec<u8>),
    String(Vec<u8>),
    Regex(Vec<u8>),
    RegexIgnoringCase(Vec<u8>),
    Backref,
    Unary(u8),
    Binary(Vec<u8>),
    StringBegin,
    StringEnd,
    VariableBegin,
    VariableEnd,
    /// A comparison of two words, with its name in messages.
    Compare(&'static str),
    /// `=~` and `!~`.
    Match(&'static str),
    In,
    Concat,
    Or,
    And,
    Not,
    Char(u8),
}

impl Token {
    /// The name that messages give it.
    pub(super) fn name(&self) -> &'static str {
        match self {
            Token::End => "$end",
            Token::Error | Token::Jammed => "T_ERROR",
            Token::True => "T_TRUE",
            Token::False => "T_FALSE",
            Token::Digit => "T_DIGIT",
            Token::Id(_) => "T_ID",
            Token::String(_) => "T_STRING",
            Token::Regex(_) => "T_REGEX",
            Token::RegexIgnoringCase(_) => "T_REGEX_I",
            Token::Backref => "T_REGEX_BACKREF",
            Token::Unary(_) => "T_OP_UNARY",
            Token::Binary(_) => "T_OP_BINARY",
            Token::StringBegin => "T_STR_BEGIN",
            Token::StringEnd => "T_STR_END",
            Token::VariableBegin => "T_VAR_BEGIN",
            Token::VariableEnd => "T_VAR_END",
            Token::Compare(name) | Token::Match(name) => name,
            Token::In => "T_OP_IN",
            Token::Concat => "T_OP_CONCAT",
            Token::Or => "T_OP_OR",
            Token::And => "T_OP_AND",
            Token::Not => "T_OP_NOT",
            Token::Char(b'(') => "'('",
            Token::Char(b')') => "')'",
            Token::Char(b'{') => "'{'",
            Token::Char(b'}') => "'}'",
            Token::Char(b',') => "','",
            Token::Char(_) => "':'",
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Outside,
    /// In a string that ends at this quote; at none where the whole text is one.
    String(Option<u8>),
    /// In the name of a variable.
    Name,
    /// In a function's argument behind `:`.
    Argument,
}

/// httpd's buffer for one string.
const MAX_STRING: usize = 8192;

const UNTERMINATED: &[u8] = b"Unterminated string or variable";

/// Operators, longest first among those with the same start.
const OPERATORS: &[(&[u8], Token)] = &[
    (b"==", Token::Compare("T_OP_STR_EQ")),
    (b"=~", Token::Match("T_OP_REG")),
    (b"=", Token::Compare("T_OP_STR_EQ")),
    (b"!=", Token::Compare("T_OP_STR_NE")),
    (b"!~", Token::Match("T_OP_NRE")),
    (b"!", Token::Not),
    (b"<=", Token::Compare("T_OP_STR_LE")),
    (b"<", Token::Compare("T_OP_STR_LT")),
    (b">=", Token::Compare("T_OP_STR_GE")),
    (b">", Token::Compare("T_OP_STR_GT")),
    (b"&&", Token::And),
    (b"||", Token::Or),
    (b".", Token::Concat),
];

pub(super) struct Lexer<'t> {
    text: &'t [u8],
    at: usize,
    state: State,
    /// The states around variables.
    outer: Vec<State>,
    buffer: Vec<u8>,
    /// The words of the last [`Token::Error`].
    pub(super) error: Option<Vec<u8>>,
}

impl<'t> Lexer<'t> {
    pub(super) fn new(text: &'t [u8], is_string: bool) -> Lexer<'t> {
        let state = if is_string { State::String(None) } else { State::Outside };
        Lexer { text, at: 0, state, outer: Vec::new(), buffer: Vec::new(), error: None }
    }

    pub(super) fn next(&mut self) -> Token {
        match self.state {
            State::Outside => self.outside(),
            State::String(quote) => self.string(quote),
            State::Name => self.name(),
            State::Argument => self.argument(),
        }
    }

    fn rest(&self) -> &'t [u8] {
        self.text.get(self.at..).unwrap_or(b"")
    }

    fn refuse(&mut self, words: impl Into<Vec<u8>>) -> Token {
        self.error = Some(words.into());
        Token::Error
    }

    fn enter_variable(&mut self) -> Token {
        self.outer.push(self.state);
        self.state = State::Name;
        self.at += 2;
        Token::VariableBegin
    }

    fn leave_variable(&mut self) -> Token {
        self.state = self.outer.pop().unwrap_or(State::Outside);
        self.at += 1;
        Token::VariableEnd
    }

    fn outside(&mut self) -> Token {
        while matches!(self.rest().first(), Some(b' ' | b'\t' | b'\n')) {
            self.at += 1;
        }
        let rest = self.rest();
        match rest {
            [] => Token::End,
            [quote @ (b'"' | b'\''), ..] => {
                self.at += 1;
                self.state = State::String(Some(*quote));
                self.buffer.clear();
                Token::StringBegin
            }
            [b'%', b'{', ..] => self.enter_variable(),
            [b'$', digit, ..] if digit.is_ascii_digit() => {
                self.at += 2;
                Token::Backref
            }
            [b'/', ..] => self.regex(1),
            [b'-', ..] => self.dash(rest),
            [first, ..] if first.is_ascii_alphabetic() => self.word(rest),
            [first, ..] if first.is_ascii_digit() => {
                self.at += rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
                Token::Digit
            }
            [character @ (b'(' | b')' | b'{' | b'}' | b',' | b':'), ..] => {
                self.at += 1;
                Token::Char(*character)
            }
            [first, ..] => {
                if let Some((text, token)) = OPERATORS.iter().find(|(text, _)| rest.starts_with(text)) {
                    self.at += text.len();
                    return token.clone();
                }
                self.refuse([b"Parse error near '".as_slice(), &[*first], b"'"].concat())
            }
        }
    }

    /// `-eq`, `-f`, `-ipmatch`, `-5`.
    fn dash(&mut self, rest: &[u8]) -> Token {
        let behind = rest.get(1..).unwrap_or(b"");
        let digits = behind.iter().take_while(|byte| byte.is_ascii_digit()).count();
        if digits > 0 {
            self.at += 1 + digits;
            return Token::Digit;
        }
        let is_start = |byte: &u8| byte.is_ascii_alphabetic() || *byte == b'_';
        if !behind.first().is_some_and(is_start) {
            return self.refuse("Parse error near '-'");
        }
        let length = behind.iter().take_while(|byte| is_start(byte) || byte.is_ascii_digit()).count();
        self.at += 1 + length;
        match behind.get(..length).unwrap_or(b"") {
            [letter] => Token::Unary(*letter),
            b"in" => Token::In,
            name => compare(name).unwrap_or_else(|| Token::Binary(name.to_vec())),
        }
    }

    fn word(&mut self, rest: &[u8]) -> Token {
        let is_part = |byte: &&u8| byte.is_ascii_alphanumeric() || **byte == b'_';
        let length = rest.iter().take_while(is_part).count();
        if let [b'm', delimiter, ..] = rest
            && length <= 2
            && b"/#$%^,;:_?|-!.'\"".contains(delimiter)
        {
            return self.regex(2);
        }
        self.at += length;
        match rest.get(..length).unwrap_or(b"") {
            b"and" => Token::And,
            b"or" => Token::Or,
            b"not" => Token::Not,
            b"in" => Token::In,
            b"true" => Token::True,
            b"false" => Token::False,
            name => compare(name).unwrap_or_else(|| Token::Id(name.to_vec())),
        }
    }

    /// A pattern behind its opening delimiter; one without an end reaches to the end of the text.
    fn regex(&mut self, opening: usize) -> Token {
        let delimiter = self.rest().get(opening - 1).copied().unwrap_or(b'/');
        let behind = self.rest().get(opening..).unwrap_or(b"");
        let Some(end) = memchr::memchr(delimiter, behind) else {
            self.at = self.text.len();
            return Token::End;
        };
        if end >= MAX_STRING {
            return self.refuse("Regexp too long");
        }
        let pattern = behind.get(..end).unwrap_or(b"").to_vec();
        self.at += opening + end + 1;
        if self.rest().first() == Some(&b'i') {
            self.at += 1;
            return Token::RegexIgnoringCase(pattern);
        }
        Token::Regex(pattern)
    }

    /// What was gathered, if anything: it comes before what ends it.
    fn gathered(&mut self) -> Option<Token> {
        (!self.buffer.is_empty()).then(|| Token::String(std::mem::take(&mut self.buffer)))
    }

    fn string(&mut self, quote: Option<u8>) -> Token {
        loop {
            if self.buffer.len() >= MAX_STRING {
                return self.refuse("String too long");
            }
            match self.rest() {
                [] if quote.is_none() => {
                    self.state = State::Outside;
                    return Token::String(std::mem::take(&mut self.buffer));
                }
                [] | [b'\n', ..] => return self.refuse(UNTERMINATED),
                [first, ..] if Some(*first) == quote => {
                    if let Some(string) = self.gathered() {
                        return string;
                    }
                    self.state = State::Outside;
                    self.at += 1;
                    return Token::StringEnd;
                }
                _ => {}
            }
            if let Some(token) = self.inside() {
                return token;
            }
        }
    }

    fn argument(&mut self) -> Token {
        loop {
            if self.buffer.len() >= MAX_STRING {
                return self.refuse("String too long");
            }
            match self.rest() {
                [] | [b'\n', ..] => return self.refuse(UNTERMINATED),
                [b'}', ..] => return self.gathered().unwrap_or_else(|| self.leave_variable()),
                [b'"' | b'\'', ..] => return Token::Jammed,
                _ => {}
            }
            if let Some(token) = self.inside() {
                return token;
            }
        }
    }

    /// A byte of a string or of a variable's argument that ends neither; what comes of it, if anything.
    fn inside(&mut self) -> Option<Token> {
        match self.rest() {
            [b'%', b'{', ..] => Some(self.gathered().unwrap_or_else(|| self.enter_variable())),
            [b'$', digit, ..] if digit.is_ascii_digit() => Some(self.backref()),
            [b'\\', ..] => self.escape(),
            [first, ..] => {
                self.buffer.push(*first);
                self.at += 1;
                None
            }
            [] => None,
        }
    }

    fn backref(&mut self) -> Token {
        if let Some(string) = self.gathered() {
            return string;
        }
        self.at += 2;
        Token::Backref
    }

    /// What follows a backslash.
    fn escape(&mut self) -> Option<Token> {
        let behind = self.rest().get(1..).unwrap_or(b"");
        let digits = behind.iter().take_while(|byte| byte.is_ascii_digit()).count();
        let octal = behind.iter().take(3).take_while(|byte| matches!(byte, b'0'..=b'7')).count();
        if digits > 0 {
            if octal < digits {
                return Some(self.refuse("Bad escape sequence"));
            }
            let value =
                behind.iter().take(octal).fold(0_u32, |value, digit| value * 8 + u32::from(digit - b'0'));
            let Ok(value) = u8::try_from(value) else {
                return Some(self.refuse("Escape sequence out of bound"));
            };
            self.at += 1 + octal;
            self.buffer.push(value);
            return None;
        }
        let Some(first) = behind.first() else { return Some(Token::Jammed) };
        self.at += 2;
        self.buffer.push(match first {
            b'n' => b'\n',
            b'r' => b'\r',
            b't' => b'\t',
            b'b' => 8,
            b'f' => 12,
            other => *other,
        });
        None
    }

    fn name(&mut self) -> Token {
        match self.rest() {
            [] | [b'\n', ..] => self.refuse(UNTERMINATED),
            [b'}', ..] => self.leave_variable(),
            [b':', ..] => {
                self.state = State::Argument;
                self.buffer.clear();
                self.at += 1;
                Token::Char(b':')
            }
            rest @ [first, ..] if first.is_ascii_alphabetic() => {
                let is_part = |byte: &&u8| byte.is_ascii_alphanumeric() || **byte == b'_';
                let length = rest.iter().take_while(is_part).count();
                self.at += length;
                Token::Id(rest.get(..length).unwrap_or(b"").to_vec())
            }
            [first, ..] => {
                self.refuse([b"Invalid character in variable name '".as_slice(), &[*first], b"'"].concat())
            }
        }
    }
}

/// `eq` and its kin, with or without a dash.
fn compare(name: &[u8]) -> Option<Token> {
    Some(Token::Compare(match name {
        b"eq" => "T_OP_EQ",
        b"ne" => "T_OP_NE",
        b"lt" => "T_OP_LT",
        b"le" => "T_OP_LE",
        b"gt" => "T_OP_GT",
        b"ge" => "T_OP_GE",
        _ => return None,
    }))
}
