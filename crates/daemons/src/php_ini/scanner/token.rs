//! The tokens and their names.
//!
//! In: the scanner's choice. Out: the words that PHP's messages use.

/// What PHP's grammar calls a token.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum TokenKind {
    End,
    Section,
    Raw,
    Constant,
    Number,
    String,
    Whitespace,
    Label,
    Offset,
    DollarCurly,
    VariableName,
    QuotedString,
    Fallback,
    BoolTrue,
    BoolFalse,
    Null,
    EndOfLine,
    /// A character that stands for itself.
    Char(u8),
}

impl TokenKind {
    /// The name that PHP's messages give it.
    pub(crate) fn describe(self) -> String {
        let name = match self {
            TokenKind::End => "end of file",
            TokenKind::Section => "TC_SECTION",
            TokenKind::Raw => "TC_RAW",
            TokenKind::Constant => "TC_CONSTANT",
            TokenKind::Number => "TC_NUMBER",
            TokenKind::String => "TC_STRING",
            TokenKind::Whitespace => "TC_WHITESPACE",
            TokenKind::Label => "TC_LABEL",
            TokenKind::Offset => "TC_OFFSET",
            TokenKind::DollarCurly => "TC_DOLLAR_CURLY",
            TokenKind::VariableName => "TC_VARNAME",
            TokenKind::QuotedString => "TC_QUOTED_STRING",
            TokenKind::Fallback => "TC_FALLBACK",
            TokenKind::BoolTrue => "BOOL_TRUE",
            TokenKind::BoolFalse => "BOOL_FALSE",
            TokenKind::Null => "NULL_NULL",
            TokenKind::EndOfLine => "END_OF_LINE",
            TokenKind::Char(byte) => return format!("'{}'", char::from(byte)),
        };
        name.to_owned()
    }
}

/// One token: the bytes of its text (trimmed and without quotes where PHP drops them), counted from the start
/// of the scanned bytes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Token {
    pub(crate) kind: TokenKind,
    pub(crate) start: usize,
    pub(crate) end: usize,
}
