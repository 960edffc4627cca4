//! Views of words, and what the daemon makes of them.

use std::borrow::Cow;

use fpmlint_text::Span;

use crate::{Dialect, Kind, Tree, httpd, ini, nginx};

/// How a word is quoted.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Quoting {
    /// Not at all.
    None,
    /// `'…'`.
    Single,
    /// `"…"`.
    Double,
}

/// A name or an argument.
#[derive(Clone, Copy)]
pub struct Word<'t> {
    tree: &'t Tree,
    node: u32,
    role: Role,
}

/// What a word is to its statement.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Role {
    Argument,
    Name,
    BlockName,
}

impl std::fmt::Debug for Word<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:?} `{}`", self.span(), self.raw().escape_ascii())
    }
}

impl<'t> Word<'t> {
    pub(crate) fn new(tree: &'t Tree, node: u32, role: Role) -> Word<'t> {
        Word { tree, node, role }
    }

    /// Its bytes in the file, quotes included.
    #[inline]
    pub fn span(self) -> Span {
        self.tree.leaf_span(self.node)
    }

    /// The same bytes.
    pub fn raw(self) -> &'t [u8] {
        self.span().of(self.tree.text())
    }

    /// What the daemon makes of it: no quotes, no escapes, no continuations. In INI files `${…}` stays as it is.
    /// Borrowed where nothing changes.
    pub fn text(self) -> Cow<'t, [u8]> {
        let Some(node) = self.tree.node(self.node) else { return Cow::Borrowed(b"") };
        if node.is_plain && (self.role == Role::Argument || node.kind == Kind::Word) {
            return Cow::Borrowed(content(self.raw(), node.kind));
        }
        let text = match self.tree.dialect() {
            _ if node.is_plain => Cow::Borrowed(self.content()),
            Dialect::Nginx => nginx::decode(self.content()),
            Dialect::Httpd => httpd::decode(self.content(), self.quote()),
            // In a key a quote is a byte like any other.
            Dialect::FpmIni | Dialect::PhpIni if !self.is_bracketed() => Cow::Borrowed(self.raw()),
            Dialect::FpmIni | Dialect::PhpIni => ini::decode(self.raw()),
        };
        let is_quoted_name = self.role != Role::Argument && self.quoting() != Quoting::None;
        if is_quoted_name && self.tree.dialect() == Dialect::Httpd {
            return without_angles(text, self.role);
        }
        text
    }

    /// INI: whether the word stands in brackets.
    fn is_bracketed(self) -> bool {
        let before = self.node.saturating_sub(1);
        let before = if self.tree.kind(before) == Kind::Blank { before.saturating_sub(1) } else { before };
        self.tree.kind(before) == Kind::OpenBracket
    }

    /// The bytes between the quotes.
    fn content(self) -> &'t [u8] {
        content(self.raw(), self.tree.kind(self.node))
    }

    fn quote(self) -> Option<u8> {
        match self.quoting() {
            Quoting::None => None,
            Quoting::Single => Some(b'\''),
            Quoting::Double => Some(b'"'),
        }
    }

    /// How it is quoted.
    pub fn quoting(self) -> Quoting {
        match self.tree.kind(self.node) {
            Kind::DoubleQuotedWord | Kind::OpenDoubleQuotedWord => Quoting::Double,
            Kind::SingleQuotedWord | Kind::OpenSingleQuotedWord => Quoting::Single,
            _ => Quoting::None,
        }
    }

    /// Whether its closing quote is there; unquoted words are always terminated.
    pub fn is_terminated(self) -> bool {
        !matches!(self.tree.kind(self.node), Kind::OpenDoubleQuotedWord | Kind::OpenSingleQuotedWord)
    }
}

/// The bytes between the quotes of a word.
#[inline]
fn content(raw: &[u8], kind: Kind) -> &[u8] {
    match (kind, raw) {
        (Kind::DoubleQuotedWord | Kind::SingleQuotedWord, [_, content @ .., _]) => content,
        (Kind::DoubleQuotedWord | Kind::SingleQuotedWord, _) => b"",
        (Kind::OpenDoubleQuotedWord | Kind::OpenSingleQuotedWord, [_, content @ ..]) => content,
        _ => raw,
    }
}

/// A name without the `>` that httpd cuts off any name, a section's without its `<`. Outside quotes both are leaves of
/// their own.
fn without_angles(text: Cow<'_, [u8]>, role: Role) -> Cow<'_, [u8]> {
    let cut = text.strip_suffix(b">").filter(|_| text.get(1) != Some(&b'/')).unwrap_or(&text);
    let name = if role == Role::BlockName { cut.strip_prefix(b"<").unwrap_or(cut) } else { cut };
    if name.len() == text.len() { text } else { Cow::Owned(name.to_vec()) }
}
