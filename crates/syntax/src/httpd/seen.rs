//! Lines that were cut into leaves before.
//!
//! In: lines with what was built for them. Out: the same for a line with the same bytes. Invariant: what is copied is
//! what cutting the line would give. The sites of a machine come from one template, so that most lines were there
//! before, in the same file or in another one.

use std::ops::Range;
use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::sections::Sections;
use crate::builder::Builder;
use crate::kind::{Kind, NOT_SEEN, Node};

/// Lines that are kept. What a template brings is among the first.
const MAX_LINES: usize = 2048;

/// Bytes of the longest line that is kept.
const MAX_LENGTH: usize = 256;

/// Lines by their bytes without the line end.
#[derive(Default, Debug)]
pub struct SeenLines {
    /// The leaves, and the nodes around them, with starts and numbers from those of the line.
    nodes: Vec<Node>,
    lines: Vec<Seen>,
    by_bytes: FxHashMap<Arc<[u8]>, u32>,
    /// The number of the line that was copied last.
    last: Option<u32>,
}

/// A line that was seen.
#[derive(Debug)]
struct Seen {
    bytes: Arc<[u8]>,
    nodes: Range<u32>,
    what: What,
    /// The line that came next when it was copied before. In files of one template it comes again, and to compare two
    /// lines costs less than to look one up.
    next: Option<u32>,
}

/// What a line is, and where among its nodes the one stands that is told of.
#[derive(Debug)]
enum What {
    /// A directive.
    Directive { at: u32, number: u32 },
    /// The opening tag of a section of this name, in lower case.
    OpeningTag { at: u32, number: u32, section: Box<[u8]> },
    /// The closing tag of such a section.
    ClosingTag { at: u32, section: Box<[u8]> },
    /// A comment.
    Comment { at: u32 },
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
        self.0 as usize
    }
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
    /// Copies what was built for the line that is expected, where the `rest` of a file begins with it and its line end;
    /// gives its length. `start` is where the rest starts.
    #[inline]
    pub(super) fn copy_expected(
        &mut self,
        rest: &[u8],
        start: u32,
        builder: &mut Builder,
        sections: &mut Sections,
    ) -> Option<u32> {
        let expected = self.lines.get(self.last? as usize)?.next?;
        let line = &*self.lines.get(expected as usize)?.bytes;
        let length = line.len();
        if rest.get(length) != Some(&b'\n') || !rest.starts_with(line) {
            return None;
        }
        if !self.copy_line(expected, start, builder, sections) {
            return None;
        }
        self.last = Some(expected);
        Some(length as u32)
    }

    /// Copies what was built for a line to the one that starts at `start`; false where it must be cut.
    pub(super) fn copy(
        &mut self,
        line: &[u8],
        start: u32,
        builder: &mut Builder,
        sections: &mut Sections,
    ) -> bool {
        let Some(number) = self.by_bytes.get(line).copied() else { return false };
        if !self.copy_line(number, start, builder, sections) {
            return false;
        }
        if let Some(last) = self.last.and_then(|last| self.lines.get_mut(last as usize)) {
            last.next = Some(number);
        }
        self.last = Some(number);
        true
    }

    #[inline]
    fn copy_line(&self, number: u32, start: u32, builder: &mut Builder, sections: &mut Sections) -> bool {
        let Some(seen) = self.lines.get(number as usize) else { return false };
        let first = builder.len();
        match &seen.what {
            What::Directive { at, number } => {
                builder.count_statement(first + at, *number);
            }
            What::OpeningTag { at, number, section } => {
                let ordinal = builder.count_statement(first + at, *number);
                sections.push(section);
                self.copy_nodes(seen, start, builder);
                builder.open_block(ordinal);
                return true;
            }
            What::ClosingTag { at, section } => {
                // Another one leaves sections open, or closes nothing.
                if sections.innermost() != Some(section) {
                    return false;
                }
                builder.notable.push(first + at);
                sections.pop();
                self.copy_nodes(seen, start, builder);
                builder.close_block(Kind::Block);
                return true;
            }
            What::Comment { at } => builder.notable.push(first + at),
        }
        self.copy_nodes(seen, start, builder);
        true
    }

    fn copy_nodes(&self, seen: &Seen, start: u32, builder: &mut Builder) {
        let first = builder.len();
        let nodes = self.nodes.get(seen.nodes.start as usize..seen.nodes.end as usize).unwrap_or(&[]);
        builder.nodes.extend(nodes.iter().map(|node| Node { at: node.at.wrapping_add(start), ..*node }));
        // All are leaves, but for one.
        if let What::Directive { at, .. } | What::OpeningTag { at, .. } = seen.what
            && let Some(node) = builder.nodes.get_mut((first + at) as usize)
        {
            node.at = node.at.wrapping_sub(start) + first;
        }
    }

    /// Keeps what was built since `before` for a line, where it is one thing and nothing is wrong with it.
    pub(super) fn keep(&mut self, line: &[u8], before: Before, builder: &mut Builder, sections: &Sections) {
        if self.lines.len() >= MAX_LINES || line.len() > MAX_LENGTH || builder.errors.len() != before.errors {
            return;
        }
        // The last line of a file, which elsewhere goes on behind its backslash.
        if line.strip_suffix(b"\r").unwrap_or(line).ends_with(b"\\") {
            return;
        }
        let built = builder.nodes.get(before.nodes..).unwrap_or(&[]);
        let nodes = built.iter().take_while(|node| node.kind != Kind::LineEnd);
        let Some(what) = self.what(line, before, builder, sections) else { return };
        let from = self.nodes.len() as u32;
        self.nodes.extend(nodes.map(|node| {
            let base = if node.kind.is_leaf() { before.start } else { before.nodes as u32 };
            Node { at: node.at - base, ..*node }
        }));
        if let What::Directive { number, .. } | What::OpeningTag { number, .. } = &what
            && let Some(entry) = builder.entries.last_mut()
        {
            entry.line = *number;
        }
        let bytes: Arc<[u8]> = line.into();
        self.by_bytes.insert(Arc::clone(&bytes), self.lines.len() as u32);
        self.lines.push(Seen { bytes, nodes: from..self.nodes.len() as u32, what, next: None });
    }

    fn what(&self, line: &[u8], before: Before, builder: &Builder, sections: &Sections) -> Option<What> {
        let entries = builder.entries.get(before.entries..)?;
        let notable = builder.notable.get(before.notable..)?;
        let place = |node: u32| node - before.nodes as u32;
        match (entries, notable) {
            ([entry], []) => {
                let at = place(entry.node);
                let number = self.lines.len() as u32;
                let is_section = builder.nodes.get(entry.node as usize)?.kind == Kind::Block;
                Some(match is_section {
                    true => What::OpeningTag { at, number, section: sections.innermost()?.into() },
                    false => What::Directive { at, number },
                })
            }
            ([], [leaf]) => match builder.nodes.get(*leaf as usize)?.kind {
                Kind::Comment => Some(What::Comment { at: place(*leaf) }),
                // Blanks behind it do not belong to the section.
                Kind::CloseTag if builder.nodes.get(*leaf as usize + 1).is_none_or(is_line_end) => {
                    let section = closed_by(line)?.to_ascii_lowercase().into();
                    Some(What::ClosingTag { at: place(*leaf), section })
                }
                _ => None,
            },
            _ => None,
        }
    }
}

fn is_line_end(node: &Node) -> bool {
    node.kind == Kind::LineEnd
}

/// The name of the section that a closing tag closes, where it means just its bytes.
fn closed_by(line: &[u8]) -> Option<&[u8]> {
    let name = line.trim_ascii().strip_prefix(b"</")?.strip_suffix(b">")?;
    memchr::memchr(b'\\', name).is_none().then_some(name)
}
