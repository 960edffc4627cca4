//! Finding the statement of a byte, in reading order.
//!
//! In: the tree of a file and offsets that mostly grow. Out: places. Invariant: a whole file costs as many
//! steps as it has statements.

use std::ops::Range;

use fpmlint_syntax::{Dialect, Tree};
use fpmlint_text::FileId;

use crate::{Part, Place};

/// A position in the statements of a tree.
pub(crate) struct Cursor<'t> {
    tree: &'t Tree,
    next: u32,
}

impl<'t> Cursor<'t> {
    pub(crate) fn new(tree: &'t Tree) -> Cursor<'t> {
        Cursor { tree, next: 0 }
    }

    /// The statement that holds `offset`, or the nearest before it.
    pub(crate) fn place(&mut self, file: FileId, offset: u32) -> Place {
        while let Some(statement) = self.tree.statement(self.next)
            && statement.span().end <= offset
            && self.next + 1 < self.tree.statement_count()
        {
            self.next += 1;
        }
        let begins_later =
            self.tree.statement(self.next).is_some_and(|statement| statement.span().start > offset);
        let ordinal = if begins_later { self.next.saturating_sub(1) } else { self.next };
        Place { file, ordinal, part: Part::Whole, dialect: self.tree.dialect() }
    }

    /// The tree's own error on this line, else the statement at `offset`.
    pub(crate) fn error(&mut self, file: FileId, line: Range<u32>, offset: u32) -> Place {
        let errors = self.tree.errors();
        let from = errors.partition_point(|error| error.span.start < line.start);
        let on_line = errors.get(from).is_some_and(|error| error.span.start < line.end);
        if on_line {
            return Place {
                file,
                ordinal: self.next,
                part: Part::Error(from as u32),
                dialect: Dialect::FpmIni,
            };
        }
        self.place(file, offset)
    }
}
