//! Lines that were cut into leaves before.
//!
//! In: lines of directives with their leaves. Out: the leaves of a line with the same bytes. Invariant: what is copied
//! is what cutting the line would give. The sites of a machine come from one template, so that most lines were there
//! before, in the same file or in another one.

use std::ops::Range;

use rustc_hash::FxHashMap;

use crate::builder::Builder;
use crate::kind::{Kind, Node};

/// Lines that are kept. What a template brings is among the first.
const MAX_LINES: usize = 2048;

/// Bytes of the longest line that is kept.
const MAX_LENGTH: usize = 256;

/// Lines of directives, by their bytes without the line end.
#[derive(Default, Debug)]
pub struct SeenLines {
    /// The leaves, and the nodes around them, with starts and numbers from those of the line.
    nodes: Vec<Node>,
    lines: FxHashMap<Box<[u8]>, Range<u32>>,
}

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
    /// Copies the leaves of the line that starts at `start`; false where none like it is kept.
    pub(super) fn copy(&self, line: &[u8], start: u32, builder: &mut Builder) -> bool {
        let Some(seen) = self.lines.get(line) else { return false };
        let first = builder.len();
        for node in self.nodes.get(seen.start as usize..seen.end as usize).unwrap_or(&[]) {
            if node.kind == Kind::Directive {
                builder.count_statement();
            }
            let base = if node.kind.is_leaf() { start } else { first };
            builder.nodes.push(Node { at: node.at + base, ..*node });
        }
        true
    }

    /// Keeps what was built since `before` for a line, where it is one directive and nothing else.
    pub(super) fn keep(&mut self, line: &[u8], before: Before, builder: &Builder) {
        let is_directive = builder.entries.len() == before.entries + 1
            && builder.errors.len() == before.errors
            && builder.notable.len() == before.notable;
        if !is_directive || line.len() > MAX_LENGTH || self.lines.len() >= MAX_LINES {
            return;
        }
        let built = builder.nodes.get(before.nodes..).unwrap_or(&[]);
        let built = match built.split_last() {
            Some((last, leaves)) if last.kind == Kind::LineEnd => leaves,
            _ => built,
        };
        if built.iter().any(|node| node.kind == Kind::Block) {
            return;
        }
        let from = self.nodes.len() as u32;
        self.nodes.extend(built.iter().map(|node| {
            let base = if node.kind.is_leaf() { before.start } else { before.nodes as u32 };
            Node { at: node.at - base, ..*node }
        }));
        self.lines.insert(line.into(), from..self.nodes.len() as u32);
    }
}
