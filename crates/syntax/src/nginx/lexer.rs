//! nginx's tokens, with their spans.
//!
//! Invariant: the spans follow each other without a gap, from the first byte to the last.

use fpmlint_text::Span;
use logos::Logos;

/// A token of nginx.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Token {
    Blank,
    Comment,
    Word,
    DoubleQuoted,
    SingleQuoted,
    OpenDoubleQuoted,
    OpenSingleQuoted,
    Semicolon,
    OpenBrace,
    CloseBrace,
}

/// What begins at a byte where a token can begin.
///
/// A bare word: `\` takes the next byte with it, `$` takes any `{` behind it; elsewhere white space, `;` and `{` end
/// it. `}`, `#` and quotes are special only as its first byte.
#[derive(Logos, Clone, Copy, PartialEq, Eq, Debug)]
#[logos(utf8 = false)]
enum Start {
    #[regex(r"[ \t\r\n]+")]
    Blank,
    #[regex(r"(?-u:#[^\n]*)", allow_greedy = true)]
    Comment,
    #[regex(r#"(?s-u:[^ \t\r\n;{}#"'\\$]|\\.|\$\{*)(?s-u:[^ \t\r\n;{\\$]|\\.|\$\{*)*"#)]
    Word,
    #[token("\"")]
    DoubleQuote,
    #[token("'")]
    SingleQuote,
    #[token(";")]
    Semicolon,
    #[token("{")]
    OpenBrace,
    #[token("}")]
    CloseBrace,
}

pub(super) struct Lexer<'t> {
    text: &'t [u8],
    lexer: logos::Lexer<'t, Start>,
    /// How much of the text lies before what `lexer` sees.
    base: usize,
    /// Whether a double or a single quote was met that nothing closes: then nothing closes later ones either.
    double_unclosed: bool,
    single_unclosed: bool,
}

impl<'t> Lexer<'t> {
    pub(super) fn new(text: &'t [u8]) -> Lexer<'t> {
        Lexer { text, lexer: Start::lexer(text), base: 0, double_unclosed: false, single_unclosed: false }
    }

    /// Goes on at another offset.
    pub(super) fn jump(&mut self, offset: u32) {
        self.base = offset as usize;
        self.lexer = Start::lexer(self.text.get(self.base..).unwrap_or(b""));
    }

    pub(super) fn next(&mut self) -> Option<(Token, Span)> {
        let start = self.lexer.next()?;
        let token = match start {
            Ok(Start::Blank) => Token::Blank,
            Ok(Start::Comment) => Token::Comment,
            Ok(Start::Word) => self.word(),
            Ok(Start::Semicolon) => Token::Semicolon,
            Ok(Start::OpenBrace) => Token::OpenBrace,
            Ok(Start::CloseBrace) => Token::CloseBrace,
            Ok(Start::DoubleQuote) => self.quoted(b'"'),
            Ok(Start::SingleQuote) => self.quoted(b'\''),
            Err(()) => self.word(),
        };
        let range = self.lexer.span();
        Some((token, Span::new((self.base + range.start) as u32, (self.base + range.end) as u32)))
    }

    /// A word, or a backslash that is the last byte of the file and guards nothing.
    fn word(&mut self) -> Token {
        if self.lexer.remainder() == b"\\" {
            self.lexer.bump(1);
        }
        Token::Word
    }

    /// Behind an opening quote: up to the next one that no backslash guards. A quote that nothing closes would hold
    /// the rest of the file; here it ends with its line, before a `;` or `{` there.
    fn quoted(&mut self, quote: u8) -> Token {
        let rest = self.lexer.remainder();
        let known_unclosed = if quote == b'"' { self.double_unclosed } else { self.single_unclosed };
        let length = if known_unclosed { None } else { quoted_length(rest, quote) };
        if let Some(length) = length {
            self.lexer.bump(length);
            return if quote == b'"' { Token::DoubleQuoted } else { Token::SingleQuoted };
        }
        self.lexer.bump(line_length(rest));
        if quote == b'"' {
            self.double_unclosed = true;
            return Token::OpenDoubleQuoted;
        }
        self.single_unclosed = true;
        Token::OpenSingleQuoted
    }
}

/// The bytes up to and with the closing quote.
fn quoted_length(rest: &[u8], quote: u8) -> Option<usize> {
    let mut at = 0;
    loop {
        at += memchr::memchr2(quote, b'\\', rest.get(at..)?)?;
        if rest.get(at) == Some(&quote) {
            return Some(at + 1);
        }
        at += 2;
    }
}

/// The bytes of the line without blanks at its end and a `;` or `{` there.
fn line_length(rest: &[u8]) -> usize {
    let line = rest.split(|byte| *byte == b'\n').next().unwrap_or(rest).trim_ascii_end();
    let line = line.strip_suffix(b";").or(line.strip_suffix(b"{")).unwrap_or(line);
    line.trim_ascii_end().len()
}
