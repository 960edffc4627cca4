//! A parsed file: a flat arena in pre-order and a table of its statements.
//!
//! Invariants: the leaves, concatenated, are the file, byte for byte; a statement's number is its place in file
//! order; `next` and `parent` of a statement bound its subtree.

use std::sync::Arc;

use fpmlint_text::Span;

use crate::builder::Builder;
use crate::kind::{Entry, Node};
use crate::{Dialect, Kind, Statement, Statements, SyntaxError};

/// The tree of one file.
pub struct Tree {
    dialect: Dialect,
    text: Arc<[u8]>,
    nodes: Vec<Node>,
    entries: Vec<Entry>,
    errors: Vec<SyntaxError>,
    /// The leaves of notable kinds.
    notable: Vec<u32>,
    first_error: Option<u32>,
}

impl std::fmt::Debug for Tree {
    /// Each node on a line, indented by depth, with its bytes for leaves.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let mut ends: Vec<u32> = Vec::new();
        for (index, node) in self.nodes.iter().enumerate() {
            let index = index as u32;
            while ends.last().is_some_and(|end| *end <= index) {
                ends.pop();
            }
            write!(
                f,
                "{:width$}{:?} {:?}",
                "",
                node.kind,
                self.node_span(index),
                width = ends.len().min(40) * 2
            )?;
            if node.kind.is_leaf() {
                write!(f, " \"{}\"", self.node_span(index).of(&self.text).escape_ascii())?;
            }
            writeln!(f)?;
            ends.push(self.node_next(index));
        }
        self.errors.iter().try_for_each(|error| writeln!(f, "{error:?}"))
    }
}

/// A comment, in any dialect.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Comment<'t> {
    /// Its bytes, with `#` or `;`, without the line end.
    pub span: Span,
    /// The same bytes.
    pub text: &'t [u8],
    /// Whether nothing but blanks comes before it on its line.
    pub own_line: bool,
}

impl Tree {
    pub(crate) fn new(dialect: Dialect, text: Arc<[u8]>, builder: Builder, first_error: Option<u32>) -> Tree {
        let Builder { mut nodes, mut entries, mut errors, mut notable, .. } = builder;
        nodes.shrink_to_fit();
        entries.shrink_to_fit();
        errors.shrink_to_fit();
        notable.shrink_to_fit();
        Tree { dialect, text, nodes, entries, errors, notable, first_error }
    }

    /// The dialect that the file was read in.
    pub fn dialect(&self) -> Dialect {
        self.dialect
    }

    /// The bytes of the file.
    pub fn text(&self) -> &[u8] {
        &self.text
    }

    /// The bytes of the file, shared.
    pub fn text_arc(&self) -> &Arc<[u8]> {
        &self.text
    }

    /// What is wrong with the file's form, in file order.
    pub fn errors(&self) -> &[SyntaxError] {
        &self.errors
    }

    /// The error that a reader which stops at the first one stops at. It need not have the smallest offsets: a quote
    /// that is never closed hides all that follows, which is read here all the same.
    pub fn first_error(&self) -> Option<&SyntaxError> {
        self.errors.get(self.first_error? as usize)
    }

    /// How many statements there are, at all depths.
    pub fn statement_count(&self) -> u32 {
        self.entries.len() as u32
    }

    /// How many nodes and leaves there are: a measure of the work that was done.
    pub fn node_count(&self) -> u32 {
        self.nodes.len() as u32
    }

    /// The statement of this number. Numbers count in file order, parents before children; edits in comments and
    /// white space leave them alone.
    pub fn statement(&self, ordinal: u32) -> Option<Statement<'_>> {
        ((ordinal as usize) < self.entries.len()).then(|| Statement::new(self, ordinal))
    }

    /// The top-level statements.
    pub fn statements(&self) -> Statements<'_> {
        Statements::new(self, 0, self.statement_count())
    }

    /// All statements, parents before children.
    pub fn all_statements(&self) -> impl Iterator<Item = Statement<'_>> {
        (0..self.statement_count()).map(|ordinal| Statement::new(self, ordinal))
    }

    /// The innermost statement that touches the offset.
    pub fn statement_at(&self, offset: u32) -> Option<Statement<'_>> {
        let behind = self.entries.partition_point(|entry| self.node_start(entry.node) <= offset);
        let mut found = self.statement((behind as u32).checked_sub(1)?);
        while let Some(statement) = found {
            if statement.span().touches(offset) {
                break;
            }
            found = statement.parent();
        }
        found
    }

    /// Every comment, in file order.
    pub fn comments(&self) -> impl Iterator<Item = Comment<'_>> {
        self.notable_leaves().filter(|(kind, _)| *kind == Kind::Comment).map(|(_, span)| Comment {
            span,
            text: span.of(&self.text),
            own_line: self.starts_line(span.start),
        })
    }

    /// The leaves; concatenated they are the file.
    pub fn leaves(&self) -> impl Iterator<Item = (Kind, Span)> {
        let leaves = self.nodes.iter().enumerate().filter(|(_, node)| node.kind.is_leaf());
        leaves.map(|(index, node)| (node.kind, self.node_span(index as u32)))
    }

    /// The leaves of kinds that [are notable](Kind::is_notable), in file order, without a look at the others.
    pub fn notable_leaves(&self) -> impl Iterator<Item = (Kind, Span)> {
        self.notable.iter().map(|&leaf| (self.kind(leaf), self.node_span(leaf)))
    }

    /// The leaf that holds the byte at `offset`; behind the end the last one. An empty file is an empty root.
    pub fn node_at(&self, offset: u32) -> (Kind, Span) {
        // The first node that starts behind the offset.
        let (mut low, mut high) = (0, self.nodes.len() as u32);
        while low < high {
            let middle = low + (high - low) / 2;
            match self.node_start(middle) <= offset {
                true => low = middle + 1,
                false => high = middle,
            }
        }
        let before = self.nodes.get(..low as usize).unwrap_or(&[]);
        match before.iter().rposition(|node| node.kind.is_leaf()) {
            Some(index) => (self.kind(index as u32), self.node_span(index as u32)),
            None => (Kind::Root, Span::empty(0)),
        }
    }

    fn starts_line(&self, offset: u32) -> bool {
        let before = Span::new(0, offset).of(&self.text);
        let last = before.iter().rev().find(|byte| !matches!(byte, b' ' | b'\t' | 0x0b | 0x0c));
        match last {
            None | Some(b'\n') => true,
            Some(b'\r') => self.dialect != Dialect::Httpd,
            Some(_) => before.ends_with(b"\xef\xbb\xbf") && before.len() == 3,
        }
    }

    #[inline]
    pub(crate) fn node(&self, node: u32) -> Option<&Node> {
        self.nodes.get(node as usize)
    }

    #[inline]
    pub(crate) fn kind(&self, node: u32) -> Kind {
        self.nodes.get(node as usize).map_or(Kind::Root, |node| node.kind)
    }

    pub(crate) fn has_node(&self, node: u32) -> bool {
        (node as usize) < self.nodes.len()
    }

    #[inline]
    pub(crate) fn node_start(&self, node: u32) -> u32 {
        start_of(&self.nodes, node, self.text.len() as u32)
    }

    /// Index of the first node behind the subtree of `node`.
    #[inline]
    pub(crate) fn node_next(&self, node: u32) -> u32 {
        match self.nodes.get(node as usize) {
            Some(found) if found.kind.is_leaf() => node + 1,
            Some(found) => found.at,
            None => u32::MAX,
        }
    }

    /// The span of a leaf, which ends where the next node starts.
    #[inline]
    pub(crate) fn leaf_span(&self, leaf: u32) -> Span {
        Span::new(self.node_start(leaf), self.node_start(leaf.saturating_add(1)))
    }

    pub(crate) fn node_span(&self, node: u32) -> Span {
        Span::new(self.node_start(node), self.node_start(self.node_next(node)))
    }

    pub(crate) fn entry(&self, ordinal: u32) -> Option<&Entry> {
        self.entries.get(ordinal as usize)
    }
}

/// Where a node starts: a leaf says it, and other nodes start with their first leaf. `text_len` for one behind the last.
#[inline]
pub(crate) fn start_of(nodes: &[Node], node: u32, text_len: u32) -> u32 {
    let nodes = nodes.get(node as usize..).unwrap_or(&[]);
    nodes.iter().find(|node| node.kind.is_leaf()).map_or(text_len, |leaf| leaf.at)
}
