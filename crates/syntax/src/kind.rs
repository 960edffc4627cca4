//! What a node of a tree is.
//!
//! A node is eight bytes: its kind, and where it starts or ends. A leaf ends where the next one starts, because leaves
//! follow each other without a gap.

/// The kind of a node or leaf.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
#[repr(u8)]
pub enum Kind {
    /// Node: the whole file.
    Root,
    /// Node: a statement without children.
    Directive,
    /// Node: a statement with children, up to and with its closing brace or tag.
    Block,
    /// Node: a block whose closing brace or tag is missing.
    UnclosedBlock,
    /// Node: an INI section header.
    Section,
    /// Node: an INI value; its children are the value's pieces.
    Value,
    /// Node: a double-quoted piece of an INI value: quote, texts and variables, quote.
    QuotedPiece,

    /// Leaf: white space. In nginx it may hold line ends, elsewhere not.
    Blank,
    /// Leaf: a line end, CR of CRLF included in INI files.
    LineEnd,
    /// Leaf: white space that holds a line continuation of httpd.
    Continuation,
    /// Leaf: a comment without its line end.
    Comment,
    /// Leaf: a byte order mark where the daemon skips one.
    ByteOrderMark,
    /// Leaf: bytes that the daemon never looks at, such as those from a NUL to the line end.
    Ignored,
    /// Leaf: text behind the `>` of an httpd tag, which the daemon drops.
    TrailingText,
    /// Leaf: an unquoted word; in INI files a key, a section's name or a key's offset.
    Word,
    /// Leaf: a word in double quotes.
    DoubleQuotedWord,
    /// Leaf: a word in single quotes.
    SingleQuotedWord,
    /// Leaf: a word with an opening double quote and no closing one.
    OpenDoubleQuotedWord,
    /// Leaf: a word with an opening single quote and no closing one.
    OpenSingleQuotedWord,
    /// Leaf: `;` of nginx.
    Semicolon,
    /// Leaf: `{`.
    OpenBrace,
    /// Leaf: `}`.
    CloseBrace,
    /// Leaf: a block's body in another language.
    RawBody,
    /// Leaf: the `<` of an opening tag.
    TagStart,
    /// Leaf: the `>` of an opening tag.
    TagEnd,
    /// Leaf: a closing tag, `</X>`.
    CloseTag,
    /// Leaf: `[`.
    OpenBracket,
    /// Leaf: `]`.
    CloseBracket,
    /// Leaf: the `=` behind an INI key.
    Equals,
    /// Leaf: plain text of an INI value, or text in a double-quoted piece.
    Text,
    /// Leaf: a double quote around a piece.
    Quote,
    /// Leaf: a single-quoted piece of an INI value, quotes included.
    SingleQuotedPiece,
    /// Leaf: `${…}` in an INI value.
    Variable,
    /// Leaf: `| & ^ ~ ! ( )` in an INI value.
    Operator,
    /// Leaf: bytes that no rule of the dialect fits; an error says why.
    Bad,
}

impl Kind {
    /// Whether nodes of this kind hold bytes themselves, not children.
    pub fn is_leaf(self) -> bool {
        !matches!(
            self,
            Kind::Root
                | Kind::Directive
                | Kind::Block
                | Kind::UnclosedBlock
                | Kind::Section
                | Kind::Value
                | Kind::QuotedPiece
        )
    }

    /// Whether the leaf separates words and means nothing to the daemon.
    pub fn is_trivia(self) -> bool {
        matches!(
            self,
            Kind::Blank
                | Kind::LineEnd
                | Kind::Continuation
                | Kind::Comment
                | Kind::ByteOrderMark
                | Kind::Ignored
                | Kind::TrailingText
        )
    }

    /// Whether such leaves are looked for in whole files, where they are few: see [`Tree::notable_leaves`].
    ///
    /// [`Tree::notable_leaves`]: crate::Tree::notable_leaves
    pub fn is_notable(self) -> bool {
        matches!(
            self,
            Kind::Comment
                | Kind::TrailingText
                | Kind::CloseTag
                | Kind::Bad
                | Kind::OpenDoubleQuotedWord
                | Kind::OpenSingleQuotedWord
        )
    }

    /// Whether the leaf is a name or an argument.
    pub fn is_word(self) -> bool {
        matches!(
            self,
            Kind::Word
                | Kind::DoubleQuotedWord
                | Kind::SingleQuotedWord
                | Kind::OpenDoubleQuotedWord
                | Kind::OpenSingleQuotedWord
        )
    }

    /// Whether the node is a statement.
    pub(crate) fn is_statement(self) -> bool {
        matches!(self, Kind::Directive | Kind::Block | Kind::UnclosedBlock | Kind::Section)
    }
}

/// One node of the arena: eight bytes, as there are many.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Node {
    pub(crate) kind: Kind,
    /// Whether it is a word that is known to mean just its bytes between the quotes. Where this is false, it may.
    pub(crate) is_plain: bool,
    /// For a leaf the offset of its first byte; the node behind it is the next one. For other nodes the index of the
    /// first node behind the subtree; they start where the next node starts.
    pub(crate) at: u32,
}

/// One row of the table of statements.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Entry {
    /// Index of its node.
    pub(crate) node: u32,
    /// Number of the first statement behind its subtree.
    pub(crate) next: u32,
    /// Number of the statement around it, or `NO_PARENT`.
    pub(crate) parent: u32,
    /// Number of its line among those that were seen, or `NOT_SEEN`.
    pub(crate) line: u32,
}

/// The line of a statement that is not kept.
pub(crate) const NOT_SEEN: u32 = u32::MAX;

/// The parent of top-level statements.
pub(crate) const NO_PARENT: u32 = u32::MAX;
