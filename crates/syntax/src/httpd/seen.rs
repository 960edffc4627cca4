//! Lines that were cut into leaves before.
//!
//! In: lines of directives with their leaves, and opening tags. Out: the leaves of a line with the same bytes; of a tag
//! the number alone. Invariant: what is copied is what cutting the line would give. The sites of a machine come from one template, so that most lines were there
//! before, in the same file or in another one.

use std::ops::Range;

use rustc_hash::FxHashMap;

use crate::builder::Builder;
use crate::kind::{Kind, NOT_SEEN, Node};

/// Lines that are kept. What a template brings is among the first.
const MAX_LINES: usize = 2048;

/// Bytes of the longest line that is kept.
const MAX_LENGTH: usize = 256;

/// Lines of directives and opening tags, by their bytes without the line end.
#[derive(Default, Debug)]
pub struct SeenLines {
    /// The leaves, and the nodes around them, with starts and numbers from those of the line.
    nodes: Vec<Node>,
    lines: FxHashMap<Box<[u8]>, Seen>,
}

/// A line that was seen.
#[derive(Debug)]
struct Seen {
    /// See [`SeenLine`].
    number: u32,
    /// Those of a directive; nothing for a tag, which is cut anew since it opens a section.
    nodes: Range<u32>,
}

/// The number of a line. In trees that were made with the same [`SeenLines`], statements of one number have lines of the
/// same bytes, sections opening tags of the same bytes, with nothing else on them.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct SeenLine(u32);

impl SeenLine {
    pub(crate) fn new(number: u32) -> Option<SeenLine> {
        (number != NOT_SEEN).then_some(SeenLine(number))
    }

    /// The number. They count from 0 and are few.
    pub fn index(self) -> usize {
        (self.0 & !HAS_SIGNS) as usize
    }

    /// Whether a `/`, `%` or `$` is in it, with which paths and variables begin.
    pub fn has_signs(self) -> bool {
        self.0 & HAS_SIGNS != 0
    }
}

/// The bit of a number that tells of signs.
const HAS_SIGNS: u32 = 1 << 31;

/// How far a tree was built before a line.
#[derive(Clone, Copy)]
pub(super) struct Before {
    start: u32,
    nodes: usize,
    entries: usize,
    errors: usize,
    notable: usize,
}

impl Before {
    pub(super) fn new(builder: &Builder, start: u32) -> Before {
        Before {
            start,
            nodes: builder.nodes.len(),
            entries: builder.entries.len(),
            errors: builder.errors.len(),
            notable: builder.notable.len(),
        }
    }
}

impl SeenLines {
    /// Copies the leaves of the line that starts at `start`; false where it must be cut.
    pub(super) fn copy(&self, line: &[u8], start: u32, builder: &mut Builder) -> bool {
        let Some(seen) = self.lines.get(line).filter(|seen| !seen.nodes.is_empty()) else { return false };
        let first = builder.len();
        for node in self.nodes.get(seen.nodes.start as usize..seen.nodes.end as usize).unwrap_or(&[]) {
            if node.kind == Kind::Directive {
                builder.count_statement(seen.number);
            }
            let base = if node.kind.is_leaf() { start } else { first };
            builder.nodes.push(Node { at: node.at + base, ..*node });
        }
        true
    }

    /// Keeps what was built since `before` for a line, where it is one directive or tag and nothing else.
    pub(super) fn keep(&mut self, line: &[u8], before: Before, builder: &mut Builder) {
        let is_statement = builder.entries.len() == before.entries + 1
            && builder.errors.len() == before.errors
            && builder.notable.len() == before.notable;
        let Some(entry) = builder.entries.last_mut().filter(|_| is_statement) else { return };
        if let Some(seen) = self.lines.get(line) {
            entry.line = seen.number;
            return;
        }
        if line.len() > MAX_LENGTH || self.lines.len() >= MAX_LINES {
            return;
        }
        let has_signs = memchr::memchr3(b'/', b'%', b'$', line).is_some();
        let number = self.lines.len() as u32 | if has_signs { HAS_SIGNS } else { 0 };
        entry.line = number;
        let from = self.nodes.len() as u32;
        let built = builder.nodes.get(before.nodes..).unwrap_or(&[]);
        if built.iter().all(|node| node.kind != Kind::Block) {
            let leaves = built.iter().filter(|node| node.kind != Kind::LineEnd);
            self.nodes.extend(leaves.map(|node| {
                let base = if node.kind.is_leaf() { before.start } else { before.nodes as u32 };
                Node { at: node.at - base, ..*node }
            }));
        }
        self.lines.insert(line.into(), Seen { number, nodes: from..self.nodes.len() as u32 });
    }
}
