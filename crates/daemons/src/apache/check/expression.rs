//! The expression language of `<If>`, `Require expr`, `SetHandler` and many others.
//!
//! In: a text, and whether it is a condition or a string with variables in it. Out: httpd's words when its parser
//! refuses it. httpd's parser is made by bison from a grammar; what it says it expected depends on where it stood, so
//! this follows that grammar state by state and asks the scanner only when bison would. Invariant: the depth of
//! recursion is bounded; what is nested deeper passes.

mod lexer;
mod names;

use std::borrow::Cow;

use super::{Checks, Line, address};
use crate::PatternError;
use lexer::{Lexer, Token};
use names::Kind;

/// Functions in functions and variables in variables deeper than in any real expression.
const MAX_DEPTH: u32 = 100;

/// What is wrong with an expression.
pub(super) struct Wrong {
    pub(super) words: Vec<u8>,
    /// Whether it follows from the modules that are known.
    pub(super) certain: bool,
    /// Whether httpd's scanner gives up, so that httpd ends without a word about the line.
    pub(super) jammed: bool,
}

/// Parses a condition.
pub(super) fn condition(checks: &Checks, line: &Line<'_>, text: &[u8]) -> Option<Wrong> {
    Parser::new(checks, line, text, false).run()
}

/// Parses a string that may hold `%{…}` and `$1`.
pub(super) fn string(checks: &Checks, line: &Line<'_>, text: &[u8]) -> Option<Wrong> {
    // Nothing else in a string can be wrong.
    let is_plain =
        memchr::memchr2(b'\\', b'\n', text).is_none() && memchr::memmem::find(text, b"%{").is_none();
    if is_plain && text.len() < 8000 {
        return None;
    }
    Parser::new(checks, line, text, true).run()
}

struct Parser<'a> {
    checks: &'a Checks,
    line: &'a Line<'a>,
    lexer: Lexer<'a>,
    is_string: bool,
    /// The token that was looked at and not taken.
    ahead: Option<Token>,
    /// What scanner and names object to; bison's words come before it.
    note: Option<Vec<u8>>,
    certain: bool,
}

/// Why parsing stops.
enum Stop {
    /// Bison's words.
    Syntax(String),
    /// The scanner's note says it all.
    Abort,
    Jammed,
    /// Too deep to follow.
    GiveUp,
}

/// A word: its text where it is one constant string.
type Constant = Option<Vec<u8>>;

const OPERAND_OF_STRING: &[&str] = &["T_ERROR", "T_STRING", "T_REGEX_BACKREF", "T_VAR_BEGIN"];

impl<'a> Parser<'a> {
    fn new(checks: &'a Checks, line: &'a Line<'a>, text: &'a [u8], is_string: bool) -> Parser<'a> {
        let lexer = Lexer::new(text, is_string);
        Parser { checks, line, lexer, is_string, ahead: None, note: None, certain: true }
    }

    fn run(mut self) -> Option<Wrong> {
        let ended = if self.is_string { self.whole_string() } else { self.expression() };
        let words = match (ended, self.note.take()) {
            (Ok(()), None) | (Err(Stop::GiveUp), _) => return None,
            (Ok(()) | Err(Stop::Abort), Some(note)) => note,
            (Err(Stop::Abort), None) => b"syntax error".to_vec(),
            (Err(Stop::Syntax(words)), None) => words.into_bytes(),
            (Err(Stop::Syntax(words)), Some(note)) => [words.as_bytes(), b": ", &note].concat(),
            (Err(Stop::Jammed), _) => {
                return Some(Wrong { words: b"flex scanner jammed".to_vec(), certain: true, jammed: true });
            }
        };
        Some(Wrong { words, certain: self.certain, jammed: false })
    }

    fn peek(&mut self) -> &Token {
        if self.ahead.is_none() {
            let token = self.lexer.next();
            if token == Token::Error {
                self.note = self.lexer.error.take();
            }
            self.ahead = Some(token);
        }
        self.ahead.as_ref().unwrap_or(&Token::End)
    }

    fn take(&mut self) -> Token {
        self.peek();
        self.ahead.take().unwrap_or(Token::End)
    }

    /// What bison says of the token ahead; it lists what it expected if that is not much.
    fn unexpected(&mut self, expected: &[&str]) -> Stop {
        if *self.peek() == Token::Jammed {
            return Stop::Jammed;
        }
        let name = self.peek().name();
        let separator = if expected.is_empty() { "" } else { ", expecting " };
        Stop::Syntax(format!("syntax error, unexpected {name}{separator}{}", expected.join(" or ")))
    }

    fn expect(&mut self, wanted: &Token, expected: &[&str]) -> Result<(), Stop> {
        if self.peek() != wanted {
            return Err(self.unexpected(expected));
        }
        self.take();
        Ok(())
    }

    fn whole_string(&mut self) -> Result<(), Stop> {
        self.parts(OPERAND_OF_STRING, 0)?;
        if *self.peek() == Token::End { Ok(()) } else { Err(self.unexpected(&["$end"])) }
    }

    fn expression(&mut self) -> Result<(), Stop> {
        let mut depth = 0_u32;
        loop {
            match self.peek() {
                Token::Not => {
                    self.take();
                    continue;
                }
                Token::Char(b'(') => {
                    self.take();
                    depth += 1;
                    continue;
                }
                Token::True | Token::False => {
                    self.take();
                }
                Token::Error => return Err(Stop::Abort),
                Token::Unary(_) => self.unary()?,
                _ => self.comparison()?,
            }
            while depth > 0 && *self.peek() == Token::Char(b')') {
                self.take();
                depth -= 1;
            }
            match self.peek() {
                Token::Or | Token::And => {
                    self.take();
                }
                Token::End if depth == 0 => return Ok(()),
                _ if depth == 0 => return Err(self.unexpected(&["$end"])),
                _ => return Err(self.unexpected(&["T_OP_OR", "T_OP_AND", "')'"])),
            }
        }
    }

    fn unary(&mut self) -> Result<(), Stop> {
        let Token::Unary(operator) = self.take() else { return Ok(()) };
        let constant = self.word(0)?;
        if self.look_up(Kind::Unary, &[operator]) && operator == b'R' {
            self.subnet(&[operator], constant);
        }
        Ok(())
    }

    fn comparison(&mut self) -> Result<(), Stop> {
        self.word(0)?;
        match self.peek() {
            Token::Compare(_) => {
                self.take();
                self.word(0)?;
            }
            Token::Match(_) => {
                self.take();
                self.regex()?;
            }
            Token::In => {
                self.take();
                self.list()?;
            }
            Token::Binary(_) => {
                let Token::Binary(name) = self.take() else { return Ok(()) };
                let constant = self.word(0)?;
                if self.look_up(Kind::Binary, &name) && name.eq_ignore_ascii_case(b"ipmatch") {
                    self.subnet(&name, constant);
                }
            }
            _ => return Err(self.unexpected(&[])),
        }
        Ok(())
    }

    /// Words with `.` between them.
    fn word(&mut self, depth: u32) -> Result<Constant, Stop> {
        let mut constant = self.operand(depth)?;
        while *self.peek() == Token::Concat {
            self.take();
            self.operand(depth)?;
            constant = None;
        }
        Ok(constant)
    }

    fn operand(&mut self, depth: u32) -> Result<Constant, Stop> {
        if depth > MAX_DEPTH {
            return Err(Stop::GiveUp);
        }
        match self.peek() {
            Token::Digit | Token::Backref => {
                self.take();
                Ok(None)
            }
            Token::VariableBegin => {
                self.variable(depth)?;
                Ok(None)
            }
            Token::Id(_) => {
                self.call(Kind::Function, depth)?;
                Ok(None)
            }
            Token::StringBegin => {
                self.take();
                if *self.peek() == Token::StringEnd {
                    self.take();
                    return Ok(Some(Vec::new()));
                }
                let constant = self.parts(&[], depth)?;
                let expected = ["T_STRING", "T_REGEX_BACKREF", "T_STR_END", "T_VAR_BEGIN"];
                self.expect(&Token::StringEnd, &expected)?;
                Ok(constant)
            }
            _ => Err(self.unexpected(&[])),
        }
    }

    fn call(&mut self, kind: Kind, depth: u32) -> Result<(), Stop> {
        let Token::Id(name) = self.take() else { return Ok(()) };
        self.expect(&Token::Char(b'('), &["'('"])?;
        self.word(depth + 1)?;
        self.expect(&Token::Char(b')'), &["T_OP_CONCAT", "')'"])?;
        self.look_up(kind, &name);
        Ok(())
    }

    /// `%{NAME}` or `%{name:argument}`.
    fn variable(&mut self, depth: u32) -> Result<(), Stop> {
        if depth > MAX_DEPTH {
            return Err(Stop::GiveUp);
        }
        self.take();
        if !matches!(self.peek(), Token::Id(_)) {
            return Err(self.unexpected(&["T_ID"]));
        }
        let Token::Id(name) = self.take() else { return Ok(()) };
        match self.peek() {
            Token::VariableEnd => {
                self.take();
                self.look_up(Kind::Variable, &name);
            }
            Token::Char(b':') => {
                self.take();
                self.parts(OPERAND_OF_STRING, depth + 1)?;
                let expected = ["T_STRING", "T_REGEX_BACKREF", "T_VAR_BEGIN", "T_VAR_END"];
                self.expect(&Token::VariableEnd, &expected)?;
                self.look_up(Kind::Function, &name);
            }
            _ => return Err(self.unexpected(&["T_VAR_END", "':'"])),
        }
        Ok(())
    }

    /// The parts of a string, at least one.
    fn parts(&mut self, expected: &[&str], depth: u32) -> Result<Constant, Stop> {
        let mut count = 0;
        let mut constant = None;
        loop {
            match self.peek() {
                Token::String(_) => {
                    let Token::String(text) = self.take() else { return Ok(None) };
                    constant = (count == 0).then_some(text);
                }
                Token::Backref => {
                    self.take();
                    constant = None;
                }
                Token::VariableBegin => {
                    self.variable(depth + 1)?;
                    constant = None;
                }
                Token::Error if count == 0 => return Err(Stop::Abort),
                _ if count == 0 => return Err(self.unexpected(expected)),
                _ => return Ok(constant),
            }
            count += 1;
        }
    }

    fn regex(&mut self) -> Result<(), Stop> {
        let (pattern, ignore_case) = match self.peek() {
            Token::Regex(_) | Token::RegexIgnoringCase(_) => match self.take() {
                Token::RegexIgnoringCase(pattern) => (pattern, true),
                Token::Regex(pattern) => (pattern, false),
                _ => return Ok(()),
            },
            _ => return Err(self.unexpected(&["T_REGEX", "T_REGEX_I"])),
        };
        if matches!(self.checks.pattern(&pattern, ignore_case), Err(PatternError::Invalid { .. })) {
            return Err(Stop::Syntax("Failed to compile regular expression".to_owned()));
        }
        Ok(())
    }

    /// `{ word, word }` or a function that gives a list.
    fn list(&mut self) -> Result<(), Stop> {
        match self.peek() {
            Token::Id(_) => self.call(Kind::ListFunction, 0),
            Token::Char(b'{') => {
                self.take();
                loop {
                    self.word(0)?;
                    match self.peek() {
                        Token::Char(b',') => {
                            self.take();
                        }
                        _ => return self.expect(&Token::Char(b'}'), &["'}'", "','"]),
                    }
                }
            }
            _ => Err(self.unexpected(&["T_ID", "'{'"])),
        }
    }

    /// Notes a name that there is not; says whether there is one.
    fn look_up(&mut self, kind: Kind, name: &[u8]) -> bool {
        let has = names::has(self.line, kind, name);
        let may_be_modules = matches!(kind, Kind::Variable | Kind::Function | Kind::ListFunction);
        if has == Some(false) || has.is_none() && !may_be_modules {
            self.note = Some(names::missing(kind, name));
            self.certain &= has.is_some();
        }
        has == Some(true)
    }

    /// The constant network that an operator wants.
    fn subnet(&mut self, operator: &[u8], constant: Constant) {
        let Some(network) = constant else {
            let words = b" requires subnet/netmask as constant argument";
            self.note = Some([b"-", operator, words].concat());
            return;
        };
        let (network, mask) = address::split_mask(Cow::Borrowed(&network));
        if address::subnet(&network, mask.as_deref()).is_err() {
            self.note = Some(b"parsing of subnet/netmask failed".to_vec());
        }
    }
}
