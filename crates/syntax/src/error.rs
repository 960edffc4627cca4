//! What is wrong with the form of a file.

use fpmlint_text::Span;

/// One way in which a file breaks its dialect's form.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SyntaxError {
    /// What is wrong.
    pub kind: SyntaxErrorKind,
    /// Where it really is; never a line end unless there is nothing else.
    pub span: Span,
    /// Offset of the byte at which the daemon notices it; its line is the line that the daemon would print.
    pub daemon_offset: u32,
    /// Number of the statement that it belongs to.
    pub statement: Option<u32>,
}

/// The ways in which the tokenizers of the daemons fail. The daemon's own words are quoted.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum SyntaxErrorKind {
    /// nginx: something else than white space, `;`, `{` or `)` directly behind a closing quote:
    /// `unexpected "X"`.
    UnexpectedByteAfterQuote {
        /// The byte.
        byte: u8,
    },
    /// nginx: `;` or `{` without a word before it: `unexpected ";"`, `unexpected "{"`. A `{` still opens a block,
    /// with an empty name.
    EmptyStatement {
        /// `;` or `{`.
        byte: u8,
    },
    /// nginx: a `}` where a statement has words and no `;` yet: `unexpected "}"`. The span is the end of the
    /// statement's last word, where the `;` is missing.
    MissingSemicolon,
    /// nginx: a `}` that closes no block of this file: `unexpected "}"`.
    UnexpectedClosingBrace,
    /// nginx: the file ends within a statement: `unexpected end of file, expecting ";" or "}"`.
    UnfinishedStatement,
    /// nginx: the file ends within a block: `unexpected end of file, expecting "}"`. The span is the block's head.
    UnclosedBlock,
    /// nginx: a block in another language never ends: `unexpected end of file, expecting "}"` or the like.
    UnclosedRawBlock,
    /// nginx: a quoted word never ends. nginx says `unexpected end of file, expecting ";" or "}"`, or, where
    /// 4,096 bytes or more follow, `too long parameter, probably missing terminating """ character`.
    /// php-fpm and php.ini: a quoted value never ends on its line or in its file.
    UnterminatedQuote {
        /// The quote.
        quote: u8,
        /// nginx: more follows than its buffer holds, so that `daemon_offset` is the start of the word.
        too_long: bool,
    },
    /// nginx: a word that its buffer of 4,096 bytes cannot hold. With a quote:
    /// `too long parameter, probably missing terminating "X" character`, else
    /// `too long parameter "abcdefghij..." started` with the word's first ten bytes.
    TooLongWord {
        /// The quote that was still open when the buffer was full.
        quote: Option<u8>,
    },
    /// nginx: a comment of more than 4,095 bytes: `too long parameter "#abcdefghi..." started`.
    TooLongComment,

    /// httpd: a closing tag that fits no open section. With an open section (its number):
    /// `Expected </P> but saw </X>`, else `</X> without matching <X> section`.
    UnmatchedClosingTag {
        /// The innermost open section.
        open: Option<u32>,
    },
    /// httpd: a section that is not closed: `F:L: <X> was not closed.` at the end of the file, else
    /// `Expected </X> but saw </Y>`. The span is the opening tag.
    UnclosedSection {
        /// The closing tag of a section around it that ends it.
        closed_by: Option<Span>,
    },
    /// httpd: `</X> directive missing closing '>'`. It still closes a section of its name.
    ClosingTagWithoutEnd,
    /// httpd: `<X> directive missing closing '>'`, said by the handler of the section.
    OpeningTagWithoutEnd,
    /// httpd: a logical line of more than 16 MiB: `Line too long`.
    LineTooLong,

    /// INI: a byte that cannot stand where a key or a section is expected.
    UnexpectedByte {
        /// The byte.
        byte: u8,
    },
    /// INI: a word for a boolean or null (`on`, `off`, `yes`, `no`, `none`, `true`, `false`, `null`) as a key.
    KeywordAsKey,
    /// INI: a `=` in an unquoted value.
    UnexpectedEquals,
    /// INI: `key[offset]` without `=` behind it.
    MissingEquals,
    /// INI: `[name` or `key[offset` without `]`.
    UnterminatedBracket,
    /// INI: a blank before `[name]`, which makes it an offset without a key.
    IndentedSection,
    /// INI: `''` in a value: the scanner takes it for the end of the line. php.ini accepts it as empty when nothing
    /// else is on the line.
    EmptySingleQuotes,
    /// INI: `${` without a name and `}`.
    BadVariable,
    /// php.ini: a NUL, at which PHP stops to read the file.
    NulByte,
}
