//! Views of statements: a tree and a number, cheap to copy.

use std::borrow::Cow;

use fpmlint_text::Span;

use crate::kind::NO_PARENT;
use crate::word::Role;
use crate::{Dialect, Kind, SeenLine, Tree, Value, Word, httpd};

/// What a statement is.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum StatementKind {
    /// nginx `name args;`, a line of httpd, INI `key = value` or a bare key.
    Directive,
    /// nginx `name args {…}`, httpd `<Name args> … </Name>`.
    Block,
    /// INI `[name]`. What follows is not its child: which section holds is the reader's business.
    Section,
}

/// What ended a statement, or a block's head.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Terminator {
    /// `;` of nginx.
    Semicolon,
    /// `{` of nginx.
    Brace,
    /// The end of the (logical) line or of the file: httpd and INI.
    LineEnd,
    /// nginx: nothing; a `}` or the end of the file came first.
    Missing,
}

/// One statement of a tree.
#[derive(Clone, Copy)]
pub struct Statement<'t> {
    tree: &'t Tree,
    ordinal: u32,
    node: u32,
}

impl std::fmt::Debug for Statement<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {:?} {:?}", self.ordinal, self.kind(), self.name())
    }
}

impl<'t> Statement<'t> {
    pub(crate) fn new(tree: &'t Tree, ordinal: u32) -> Statement<'t> {
        Statement { tree, ordinal, node: tree.entry(ordinal).map_or(u32::MAX, |entry| entry.node) }
    }

    /// Its number in file order.
    pub fn ordinal(self) -> u32 {
        self.ordinal
    }

    /// httpd: its line, a section's that of its opening tag, where files may have it in common; none for lines that are
    /// not kept.
    pub fn seen_line(self) -> Option<SeenLine> {
        SeenLine::new(self.tree.entry(self.ordinal)?.line)
    }

    /// The tree that it belongs to.
    pub fn tree(self) -> &'t Tree {
        self.tree
    }

    /// What it is.
    pub fn kind(self) -> StatementKind {
        match self.tree.kind(self.node) {
            Kind::Block | Kind::UnclosedBlock => StatementKind::Block,
            Kind::Section => StatementKind::Section,
            _ => StatementKind::Directive,
        }
    }

    /// Its name: of an httpd section without `<`, of an INI key as the scanner trims it, of an INI section what
    /// stands in the brackets.
    pub fn name(self) -> Word<'t> {
        let role = if self.kind() == StatementKind::Block { Role::BlockName } else { Role::Name };
        Word::new(self.tree, self.name_node(), role)
    }

    fn name_node(self) -> u32 {
        let first = self.node.saturating_add(1);
        if self.tree.kind(first).is_word() { first } else { first.saturating_add(1) }
    }

    /// Its arguments. INI statements have none.
    pub fn args(self) -> Words<'t> {
        match self.tree.dialect() {
            Dialect::FpmIni | Dialect::PhpIni => Words { tree: self.tree, node: u32::MAX },
            Dialect::Nginx | Dialect::Httpd => Words { tree: self.tree, node: self.name_node() + 1 },
        }
    }

    /// The argument of this number, from 0.
    pub fn arg(self, number: usize) -> Option<Word<'t>> {
        self.args().nth(number)
    }

    /// How many arguments it has.
    pub fn arg_count(self) -> usize {
        self.args().count()
    }

    /// The arguments that are the first word of their line. Where one of them is the name of a directive, a `;` is
    /// most likely missing before it, although nginx goes on reading arguments.
    pub fn args_at_line_start(self) -> impl Iterator<Item = (usize, Word<'t>)> {
        let text = self.tree.text();
        self.args().enumerate().filter(move |(_, word)| {
            let before = Span::new(0, word.span().start).of(text);
            let last = before.iter().rev().find(|byte| !matches!(byte, b' ' | b'\t' | b'\r'));
            last == Some(&b'\n')
        })
    }

    /// INI: `offset` of `key[offset]`.
    pub fn offset(self) -> Option<Word<'t>> {
        let bracket = self.skip_blanks(self.name_node() + 1);
        let is_inside = bracket < self.tree.node_next(self.node);
        let is_offset = is_inside && self.tree.kind(bracket) == Kind::OpenBracket;
        is_offset.then(|| Word::new(self.tree, self.skip_blanks(bracket + 1), Role::Argument))
    }

    fn skip_blanks(self, mut node: u32) -> u32 {
        while self.tree.kind(node) == Kind::Blank {
            node += 1;
        }
        node
    }

    /// INI: what stands behind `=`, possibly nothing; none for a bare key.
    pub fn value(self) -> Option<Value<'t>> {
        let end = self.tree.node_next(self.node);
        let mut node = self.name_node() + 1;
        while node < end {
            if self.tree.kind(node) == Kind::Value {
                return Some(Value::new(self.tree, node));
            }
            node = self.tree.node_next(node);
        }
        None
    }

    /// The statements directly in it.
    pub fn children(self) -> Statements<'t> {
        Statements::new(self.tree, self.ordinal + 1, self.descendants_end())
    }

    /// The statement around it.
    pub fn parent(self) -> Option<Statement<'t>> {
        let parent = self.tree.entry(self.ordinal)?.parent;
        (parent != NO_PARENT).then(|| Statement::new(self.tree, parent))
    }

    /// The number of the first statement behind it and all within it.
    pub fn descendants_end(self) -> u32 {
        self.tree.entry(self.ordinal).map_or(self.ordinal, |entry| entry.next)
    }

    /// From its first byte to its last: with `;`, a block with its closing brace or tag, no line end and no
    /// trailing blanks.
    pub fn span(self) -> Span {
        self.tree.node_span(self.node)
    }

    /// Offset of its first byte.
    pub fn start(self) -> u32 {
        self.tree.node_start(self.node)
    }

    /// Name and arguments: a block without its body, an httpd section's whole opening tag.
    pub fn head_span(self) -> Span {
        if self.tree.dialect().is_ini() {
            return self.span();
        }
        let start = self.tree.node_start(self.node);
        let behind = self.head_end();
        if self.tree.kind(behind) == Kind::TagEnd {
            return Span::new(start, self.tree.node_span(behind).end);
        }
        let last = (self.name_node()..behind).rev().find(|node| self.tree.kind(*node).is_word());
        Span::new(start, last.map_or(start, |last| self.tree.node_span(last).end))
    }

    /// The first node behind the words of the head.
    fn head_end(self) -> u32 {
        let mut node = self.name_node();
        while self.tree.has_node(node) && is_head(self.tree.kind(node)) {
            node += 1;
        }
        node
    }

    /// A block's body: what stands between its braces, or behind its opening tag (and the text that the daemon
    /// drops there) and before its closing tag.
    pub fn body_span(self) -> Option<Span> {
        if self.kind() != StatementKind::Block {
            return None;
        }
        let full = self.tree.node_span(self.node);
        let end = if self.is_closed() { self.tree.node_start(self.closing_node()) } else { full.end };
        let behind = self.head_end();
        let start = match self.tree.kind(behind) {
            Kind::OpenBrace => self.tree.node_span(behind).end,
            _ => self.text_behind_head().map_or(self.head_span().end, |text| text.end),
        };
        Some(Span::new(start, end.max(start)))
    }

    /// The closing brace or tag; behind a tag may stand text that the daemon drops.
    fn closing_node(self) -> u32 {
        let mut node = self.tree.node_next(self.node).saturating_sub(1);
        while node > self.node && self.tree.kind(node).is_trivia() {
            node -= 1;
        }
        node
    }

    /// What ended it; a block's head.
    pub fn terminator(self) -> Terminator {
        if self.tree.dialect() != Dialect::Nginx {
            return Terminator::LineEnd;
        }
        if self.kind() == StatementKind::Block {
            return Terminator::Brace;
        }
        let last = self.tree.node_next(self.node).saturating_sub(1);
        if self.tree.kind(last) == Kind::Semicolon { Terminator::Semicolon } else { Terminator::Missing }
    }

    /// Offset of the byte that ended it (`;`, `{`, LF): the line of this offset is the daemon's line for it. Where
    /// nothing ended it, the offset of what the daemon met instead.
    pub fn end_offset(self) -> u32 {
        if self.tree.dialect() == Dialect::Nginx {
            return self.nginx_end_offset();
        }
        let mut node = match self.kind() {
            StatementKind::Block => self.head_end(),
            _ => self.tree.node_next(self.node),
        };
        while self.tree.has_node(node) {
            let kind = self.tree.kind(node);
            if kind == Kind::LineEnd || kind.is_statement() {
                break;
            }
            node += 1;
        }
        self.tree.node_start(node)
    }

    fn nginx_end_offset(self) -> u32 {
        match self.terminator() {
            Terminator::Semicolon => self.tree.node_span(self.node).end.saturating_sub(1),
            Terminator::Brace => self.tree.node_start(self.head_end()),
            Terminator::LineEnd | Terminator::Missing => {
                let mut node = self.tree.node_next(self.node);
                while self.tree.has_node(node) && self.tree.kind(node).is_trivia() {
                    node += 1;
                }
                self.tree.node_start(node)
            }
        }
    }

    /// Whether its body is another language.
    pub fn is_raw(self) -> bool {
        self.kind() == StatementKind::Block && self.tree.kind(self.head_end() + 1) == Kind::RawBody
    }

    /// Whether a block has its closing brace or tag; other statements always.
    pub fn is_closed(self) -> bool {
        self.tree.kind(self.node) != Kind::UnclosedBlock
    }

    /// httpd: the logical line, continuations joined, trimmed. Elsewhere the head as it stands.
    pub fn logical_line(self) -> Cow<'t, [u8]> {
        let head = self.head_span();
        if self.tree.dialect() != Dialect::Httpd {
            return Cow::Borrowed(head.of(self.tree.text()));
        }
        let trailing = self.text_behind_head().map_or(head.end, |text| text.end);
        let end = trailing.max(self.name_end());
        httpd::join(Span::new(head.start, end).of(self.tree.text()))
    }

    /// Where the name ends, with a `>` that httpd cuts off it.
    fn name_end(self) -> u32 {
        let name = self.name_node();
        let behind = self.tree.node_span(name + 1);
        // Bytes that a NUL hides are ignored as well.
        let is_angle = !behind.of(self.tree.text()).starts_with(b"\0");
        let is_inside = name + 1 < self.tree.node_next(self.node);
        let cut = is_inside && is_angle && self.tree.kind(name + 1) == Kind::Ignored;
        self.tree.node_span(if cut { name + 1 } else { name }).end
    }

    /// httpd: whether the opening tag of a section has its `>`.
    pub fn has_tag_end(self) -> bool {
        self.tree.kind(self.head_end()) == Kind::TagEnd
    }

    /// httpd: text that is dropped behind the `>` of an opening tag.
    pub fn text_behind_head(self) -> Option<Span> {
        let mut node = self.head_end();
        if self.tree.kind(node) != Kind::TagEnd {
            return None;
        }
        node = node.saturating_add(1);
        while matches!(self.tree.kind(node), Kind::Blank | Kind::Continuation) {
            node += 1;
        }
        (self.tree.kind(node) == Kind::TrailingText).then(|| self.tree.node_span(node))
    }
}

/// Whether a leaf of this kind belongs to a statement's words or stands between them.
fn is_head(kind: Kind) -> bool {
    kind.is_word() || matches!(kind, Kind::Blank | Kind::Continuation | Kind::Comment | Kind::Ignored)
}

/// Sibling statements in file order.
#[derive(Clone, Debug)]
pub struct Statements<'t> {
    tree: &'t Tree,
    next: u32,
    end: u32,
}

impl<'t> Statements<'t> {
    pub(crate) fn new(tree: &'t Tree, next: u32, end: u32) -> Statements<'t> {
        Statements { tree, next, end }
    }
}

impl<'t> Iterator for Statements<'t> {
    type Item = Statement<'t>;

    fn next(&mut self) -> Option<Statement<'t>> {
        if self.next >= self.end {
            return None;
        }
        let statement = self.tree.statement(self.next)?;
        self.next = statement.descendants_end();
        Some(statement)
    }
}

/// The arguments of a statement.
#[derive(Clone, Debug)]
pub struct Words<'t> {
    tree: &'t Tree,
    node: u32,
}

impl<'t> Iterator for Words<'t> {
    type Item = Word<'t>;

    fn next(&mut self) -> Option<Word<'t>> {
        while let Some(kind) = self.tree.node(self.node).map(|node| node.kind).filter(|kind| is_head(*kind)) {
            let node = self.node;
            self.node += 1;
            if kind.is_word() {
                return Some(Word::new(self.tree, node, Role::Argument));
            }
        }
        self.node = u32::MAX;
        None
    }
}
