//! The tokens of PHP's INI scanner where it expects a key, and where it expects a value.

use logos::Logos;

/// What begins where a statement may begin.
///
/// A space belongs to a key, a TAB does not; where both fit, the longer token wins, as in PHP's scanner.
#[derive(Logos, Clone, Copy, PartialEq, Eq, Debug)]
#[logos(utf8 = false)]
pub(super) enum Start {
    #[regex(r"[ \t]+", priority = 10)]
    Blank,
    #[regex(r"\r\n|\r|\n")]
    LineEnd,
    #[regex(r"(?-u:;[^\r\n]*)", allow_greedy = true)]
    Comment,
    #[token("[")]
    OpenBracket,
    #[regex(r#"(?-u:[^=\n\r\t;&|^$~(){}!"\[\x00])+"#, priority = 2)]
    Key,
    #[token("\0")]
    Nul,
}

/// What begins within a value.
#[derive(Logos, Clone, Copy, PartialEq, Eq, Debug)]
#[logos(utf8 = false)]
pub(super) enum Piece {
    #[regex(r"[ \t]+")]
    Blank,
    #[regex(r"[\r\n;\x00]")]
    End,
    #[token("'")]
    SingleQuote,
    #[token("\"")]
    DoubleQuote,
    #[token("${")]
    Variable,
    #[regex(r"[&|^~()!]")]
    Operator,
    #[token("=")]
    Equals,
    /// `$` takes the byte behind it along, and the byte behind a backslash there.
    #[regex(r#"(?s-u:[^$= \t\n\r;&|^~()!"'\x00]|\$[^\{\x00]|\$\\.)+"#)]
    Text,
}

/// Whether the byte may be part of a key or of a variable's name.
pub(super) fn is_key_byte(byte: u8) -> bool {
    !matches!(byte, b'=' | b'\n' | b'\r' | b'\t' | b';' | b'&' | b'|' | b'^' | b'$' | b'~' | b'(' | b')')
        && !matches!(byte, b'{' | b'}' | b'!' | b'"' | b'[' | 0)
}

/// Whether PHP's scanner takes a key for a boolean or null: the word and nothing but blanks behind it.
pub(super) fn is_keyword(key: &[u8]) -> bool {
    const WORDS: [&[u8]; 8] = [b"true", b"on", b"yes", b"false", b"off", b"no", b"none", b"null"];
    let word = key.trim_ascii_end();
    WORDS.iter().any(|known| known.eq_ignore_ascii_case(word))
}
