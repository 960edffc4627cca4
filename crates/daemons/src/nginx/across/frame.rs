//! A block that is open on the walk, and what has been set in it.

use std::sync::Arc;

use fpmlint_catalog::nginx::DirectiveId;
use fpmlint_syntax::Statement;

use super::locations::Location;
use crate::nginx::{Chunk, Context, DirRef};

/// Words of the set of names; there is room for each name of the table.
const WORDS: usize = 12;

/// An open block.
pub(super) struct Frame<'w> {
    pub(super) context: Context,
    /// The statement that opens it; none for the outermost.
    pub(super) at: Option<DirRef>,
    /// The directive that opens it.
    pub(super) directive: Option<DirectiveId>,
    set: [u64; WORDS],
    /// Directives that were given as `off`.
    pub(super) offs: Vec<DirectiveId>,
    /// Number among the blocks of `http`.
    pub(super) block: u32,
    /// The location that it is or stands in.
    pub(super) location: Option<Location<'w>>,
    /// Zones that limits use here.
    pub(super) limits: Vec<(DirectiveId, Vec<u8>)>,
    /// Caches and stores that are in use here: the family, and whether it is a store.
    pub(super) kept: Vec<(DirectiveId, bool)>,
    pub(super) referers: Referers,
    /// Whether `proxy_pass` has variables here.
    pub(super) pass_has_variables: bool,
    /// In an upstream: whether its method takes no spare servers.
    pub(super) no_backup: bool,
    /// In an upstream: its servers, and how many of them are spare.
    pub(super) servers: (u32, u32),
}

/// What `valid_referers` says in a block.
#[derive(Default)]
pub(super) struct Referers {
    pub(super) at: Option<DirRef>,
    only_marks: bool,
    hosts: bool,
}

impl Referers {
    pub(super) fn add(&mut self, at: DirRef, statement: Statement<'_>) {
        self.at = Some(at);
        for word in statement.args() {
            match &word.text()[..] {
                b"none" | b"blocked" => self.only_marks = true,
                [b'~', ..] => {}
                _ => self.hosts = true,
            }
        }
    }

    /// Whether nobody can be a valid referer.
    pub(super) fn is_unsound(&self) -> bool {
        self.only_marks && !self.hosts
    }
}

impl<'w> Frame<'w> {
    pub(super) fn new(context: Context, at: Option<DirRef>) -> Frame<'w> {
        Frame {
            context,
            at,
            directive: None,
            set: [0; WORDS],
            offs: Vec::new(),
            block: u32::MAX,
            location: None,
            limits: Vec::new(),
            kept: Vec::new(),
            referers: Referers::default(),
            pass_has_variables: false,
            no_backup: false,
            servers: (0, 0),
        }
    }

    /// Notes a directive; false where it was there already.
    pub(super) fn set(&mut self, id: DirectiveId) -> bool {
        let Some(word) = self.set.get_mut(id.index() / 64) else { return true };
        let bit = 1 << (id.index() % 64);
        let is_new = *word & bit == 0;
        *word |= bit;
        is_new
    }

    pub(super) fn has(&self, id: DirectiveId) -> bool {
        self.set.get(id.index() / 64).is_some_and(|word| word & 1 << (id.index() % 64) != 0)
    }

    /// The first `id` directly in the block, where it stands in the same file.
    pub(super) fn where_is(&self, chunks: &[Arc<Chunk>], id: DirectiveId) -> Option<DirRef> {
        let at = self.at?;
        let chunk = chunks.get(at.chunk as usize)?;
        let block = chunk.tree.statement(at.ordinal)?;
        let found = block.children().find(|child| chunk.id(child.ordinal()) == Some(id))?;
        Some(DirRef { chunk: at.chunk, ordinal: found.ordinal() })
    }
}
