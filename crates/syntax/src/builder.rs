//! Builds a tree from front to back.
//!
//! Invariant: each leaf starts where the one before it ends, so only starts are stored.

use fpmlint_text::Span;

use crate::kind::{Entry, Kind, NO_PARENT, NOT_SEEN, Node};
use crate::tree::start_of;
use crate::{SyntaxError, SyntaxErrorKind};

/// The parts of a tree while it grows.
pub(crate) struct Builder {
    pub(crate) nodes: Vec<Node>,
    pub(crate) entries: Vec<Entry>,
    pub(crate) errors: Vec<SyntaxError>,
    /// The leaves of notable kinds.
    pub(crate) notable: Vec<u32>,
    open: Vec<u32>,
    /// For a number of nodes, how many remain without blanks and line ends at the end.
    trimmed: (u32, u32),
}

impl Builder {
    pub(crate) fn new(text_len: usize) -> Builder {
        let mut builder = Builder {
            nodes: Vec::with_capacity(text_len / 5 + 16),
            entries: Vec::with_capacity(text_len / 32 + 4),
            errors: Vec::new(),
            notable: Vec::with_capacity(text_len / 128 + 8),
            open: Vec::with_capacity(8),
            trimmed: (0, 0),
        };
        builder.node(Kind::Root, 0);
        builder
    }

    /// Number of nodes so far, which is the index of the next one.
    pub(crate) fn len(&self) -> u32 {
        self.nodes.len() as u32
    }

    #[inline]
    pub(crate) fn leaf(&mut self, kind: Kind, start: u32) {
        if kind.is_notable() {
            self.notable.push(self.len());
        }
        self.node(kind, start);
    }

    /// A word whose bytes between the quotes are what it means.
    #[inline]
    pub(crate) fn plain_word(&mut self, kind: Kind, start: u32) {
        if kind.is_notable() {
            self.notable.push(self.len());
        }
        self.nodes.push(Node { kind, is_plain: true, at: start });
    }

    /// A leaf, unless it would be empty.
    pub(crate) fn leaf_between(&mut self, kind: Kind, start: u32, end: u32) {
        if start < end {
            self.leaf(kind, start);
        }
    }

    /// Opens a node that [`Builder::close_node`] closes.
    #[inline]
    pub(crate) fn node(&mut self, kind: Kind, start: u32) -> u32 {
        let index = self.len();
        self.nodes.push(Node { kind, is_plain: false, at: if kind.is_leaf() { start } else { index + 1 } });
        index
    }

    /// Closes a node behind the last node.
    pub(crate) fn close_node(&mut self, node: u32) {
        let len = self.len();
        self.close_node_at(node, len);
    }

    /// Closes a node before the node `next`; those behind it become siblings.
    pub(crate) fn close_node_at(&mut self, node: u32, next: u32) {
        if let Some(node) = self.nodes.get_mut(node as usize) {
            node.at = next;
        }
    }

    pub(crate) fn set_kind(&mut self, node: u32, kind: Kind) {
        if let Some(node) = self.nodes.get_mut(node as usize) {
            node.kind = kind;
        }
    }

    /// Starts a statement in the innermost open block and gives its number.
    pub(crate) fn statement(&mut self, kind: Kind, start: u32) -> u32 {
        let ordinal = self.count_statement(self.len(), NOT_SEEN);
        self.node(kind, start);
        ordinal
    }

    /// Numbers the statement of a node that comes next; `line` is the number of its line.
    #[inline]
    pub(crate) fn count_statement(&mut self, node: u32, line: u32) -> u32 {
        let ordinal = self.entries.len() as u32;
        let parent = self.open.last().copied().unwrap_or(NO_PARENT);
        self.entries.push(Entry { node, next: ordinal + 1, parent, line });
        ordinal
    }

    pub(crate) fn node_of(&self, ordinal: u32) -> u32 {
        self.entries.get(ordinal as usize).map_or(0, |entry| entry.node)
    }

    /// Ends a statement that has no children, behind the last node.
    pub(crate) fn end_statement(&mut self, ordinal: u32) {
        self.close_node(self.node_of(ordinal));
    }

    /// Makes the statement a block; statements from here on are its children.
    pub(crate) fn open_block(&mut self, ordinal: u32) {
        self.set_kind(self.node_of(ordinal), Kind::Block);
        self.open.push(ordinal);
    }

    /// Kept for the blocks around, as many may end at the same place.
    fn trimmed_len(&mut self) -> u32 {
        if self.trimmed.0 != self.len() {
            let is_blank = |kind| matches!(kind, Kind::Blank | Kind::LineEnd | Kind::Continuation);
            let last = self.nodes.iter().rposition(|node| !is_blank(node.kind));
            self.trimmed = (self.len(), last.map_or(0, |last| last as u32 + 1));
        }
        self.trimmed.1
    }

    /// The innermost open block.
    pub(crate) fn innermost(&self) -> Option<u32> {
        self.open.last().copied()
    }

    /// Ends the innermost block behind its closing brace or tag, which is the last node; without one, before the
    /// blanks and line ends at the end.
    pub(crate) fn close_block(&mut self, kind: Kind) -> Option<u32> {
        let ordinal = self.open.pop()?;
        let node = self.node_of(ordinal);
        self.set_kind(node, kind);
        let behind = if kind == Kind::UnclosedBlock { self.trimmed_len() } else { self.len() };
        self.close_node_at(node, behind);
        let next = self.entries.len() as u32;
        if let Some(entry) = self.entries.get_mut(ordinal as usize) {
            entry.next = next;
        }
        Some(ordinal)
    }

    /// The span of a block's name and arguments, with the `>` of a tag.
    pub(crate) fn head_of_block(&self, ordinal: u32, text_len: u32) -> Span {
        let first = self.node_of(ordinal) as usize + 1;
        let leaves = self.nodes.iter().enumerate().skip(first);
        let head = leaves.take_while(|(_, node)| {
            node.kind.is_word()
                || matches!(node.kind, Kind::TagStart | Kind::TagEnd | Kind::Comment | Kind::Ignored)
                || matches!(node.kind, Kind::Blank | Kind::Continuation)
        });
        let last = head.filter(|(_, node)| node.kind.is_word() || node.kind == Kind::TagEnd).last();
        let behind = last.map_or(first, |(index, _)| index + 1);
        let start = |index: usize| start_of(&self.nodes, index as u32, text_len);
        Span::new(start(first), start(behind))
    }

    pub(crate) fn error(
        &mut self,
        kind: SyntaxErrorKind,
        span: Span,
        daemon_offset: u32,
        statement: Option<u32>,
    ) {
        self.errors.push(SyntaxError { kind, span, daemon_offset, statement });
    }

    /// Closes the root and puts the errors into file order; gives the index of the one that was found first.
    pub(crate) fn finish(&mut self) -> Option<u32> {
        self.close_node(0);
        let first = self.errors.first().cloned();
        self.errors.sort_by_key(|error| (error.span.start, error.daemon_offset));
        let index = self.errors.iter().position(|error| Some(error) == first.as_ref())?;
        Some(index as u32)
    }
}
