//! Views of INI values and their pieces.

use std::borrow::Cow;

use fpmlint_text::Span;

use crate::{Kind, Tree, ini};

/// What stands behind the `=` of an INI statement, without blanks around it; possibly nothing.
#[derive(Clone, Copy)]
pub struct Value<'t> {
    tree: &'t Tree,
    node: u32,
}

impl std::fmt::Debug for Value<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:?} `{}`", self.span(), self.raw().escape_ascii())
    }
}

/// What a piece of a value is.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum PieceKind {
    /// Plain text.
    Text,
    /// `"…"`.
    DoubleQuoted,
    /// `'…'`.
    SingleQuoted,
    /// `${…}`.
    Variable,
    /// One of `| & ^ ~ ! ( )`.
    Operator,
    /// Blanks between pieces.
    Blank,
    /// What no rule fits; an error of the tree says why.
    Bad,
}

/// A piece of a value.
#[derive(Clone, Copy)]
pub struct Piece<'t> {
    /// What it is.
    pub kind: PieceKind,
    /// Its bytes in the file, quotes included.
    pub span: Span,
    /// The same bytes.
    pub raw: &'t [u8],
    tree: &'t Tree,
    node: u32,
}

impl std::fmt::Debug for Piece<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:?} {:?} `{}`", self.kind, self.span, self.raw.escape_ascii())
    }
}

impl<'t> Value<'t> {
    pub(crate) fn new(tree: &'t Tree, node: u32) -> Value<'t> {
        Value { tree, node }
    }

    /// Its bytes in the file.
    pub fn span(self) -> Span {
        self.tree.node_span(self.node)
    }

    /// The same bytes.
    pub fn raw(self) -> &'t [u8] {
        self.span().of(self.tree.text())
    }

    /// Its pieces, in order.
    pub fn pieces(self) -> Pieces<'t> {
        Pieces { tree: self.tree, node: self.node + 1, end: self.tree.node_next(self.node) }
    }
}

impl<'t> Piece<'t> {
    fn new(tree: &'t Tree, node: u32) -> Piece<'t> {
        let kind = match tree.kind(node) {
            Kind::Text | Kind::Quote | Kind::Word => PieceKind::Text,
            Kind::QuotedPiece => PieceKind::DoubleQuoted,
            Kind::SingleQuotedPiece => PieceKind::SingleQuoted,
            Kind::Variable => PieceKind::Variable,
            Kind::Operator => PieceKind::Operator,
            Kind::Blank => PieceKind::Blank,
            _ => PieceKind::Bad,
        };
        let span = tree.node_span(node);
        Piece { kind, span, raw: span.of(tree.text()), tree, node }
    }

    /// The texts and variables between double quotes; nothing for other pieces.
    pub fn parts(self) -> impl Iterator<Item = Piece<'t>> {
        let end = if self.kind == PieceKind::DoubleQuoted { self.tree.node_next(self.node) } else { 0 };
        let tree = self.tree;
        let inside = Pieces { tree, node: self.node + 1, end };
        inside.filter(move |piece| tree.kind(piece.node) != Kind::Quote)
    }

    /// The `${…}` between double quotes; a variable itself for a variable.
    pub fn variables(self) -> impl Iterator<Item = Piece<'t>> {
        let own = (self.kind == PieceKind::Variable).then_some(self);
        own.into_iter().chain(self.parts().filter(|part| part.kind == PieceKind::Variable))
    }

    /// What stands between `${` and `}`, blanks around it trimmed; a fallback (`:-…`) included.
    pub fn variable_name(self) -> Option<&'t [u8]> {
        if self.kind != PieceKind::Variable {
            return None;
        }
        let name = self.raw.strip_prefix(b"${")?;
        Some(name.strip_suffix(b"}").unwrap_or(name).trim_ascii())
    }

    /// Whether its closing quote is there; pieces without quotes are always terminated.
    pub fn is_terminated(self) -> bool {
        match self.kind {
            PieceKind::DoubleQuoted => {
                let last = self.tree.node_next(self.node).saturating_sub(1);
                last > self.node + 1 && self.tree.kind(last) == Kind::Quote
            }
            PieceKind::SingleQuoted => self.raw.len() > 1 && self.raw.ends_with(b"'"),
            _ => true,
        }
    }

    /// The text without quotes and escapes; `${…}` stays as it is.
    pub fn text(self) -> Cow<'t, [u8]> {
        match self.kind {
            PieceKind::DoubleQuoted | PieceKind::SingleQuoted => ini::decode(self.raw),
            _ => Cow::Borrowed(self.raw),
        }
    }
}

/// The pieces of a value.
#[derive(Clone, Debug)]
pub struct Pieces<'t> {
    tree: &'t Tree,
    node: u32,
    end: u32,
}

impl<'t> Iterator for Pieces<'t> {
    type Item = Piece<'t>;

    fn next(&mut self) -> Option<Piece<'t>> {
        if self.node >= self.end {
            return None;
        }
        let piece = Piece::new(self.tree, self.node);
        self.node = self.tree.node_next(self.node);
        Some(piece)
    }
}
