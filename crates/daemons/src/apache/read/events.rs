//! The statements and closing tags of one reading, in file order.
//!
//! In: a tree. Out: one event after the other. What a macro definition swallows is passed over by offset.

use std::sync::Arc;

use fpmlint_syntax::{Kind, Statement, Tree};
use fpmlint_text::{FileId, Span};

use crate::{Part, Place};

/// What comes next.
pub(super) enum Event {
    /// The statement of this number.
    Statement(u32),
    Closing(Closing),
}

/// A closing tag as it is written.
#[derive(Clone, Copy)]
pub(super) struct Closing {
    /// `</X>`.
    pub(super) tag: Span,
    /// The tag and what follows it on its line.
    pub(super) line: Span,
}

/// A file or a macro's text while it is read.
pub(super) struct Source {
    /// Index of the reading.
    pub(super) reading: u32,
    pub(super) tree: Arc<Tree>,
    /// The `Use` that everything stands for in a macro's text.
    pub(super) place: Option<Place>,
    /// Offset of the next `${` that was not passed yet, and of those behind it.
    variables: std::iter::Peekable<std::vec::IntoIter<u32>>,
    /// Whether there is a `${` anywhere.
    has_variables: bool,
    closing: std::iter::Peekable<std::vec::IntoIter<Closing>>,
    next: u32,
    /// What starts before this offset is passed over.
    skip_to: u32,
}

impl Source {
    pub(super) fn new(reading: u32, tree: Arc<Tree>, place: Option<Place>) -> Source {
        let text = tree.text();
        let is_variable = |at: &usize| text.get(at + 1) == Some(&b'{');
        let variables: Vec<u32> =
            memchr::memchr_iter(b'$', text).filter(is_variable).map(|at| at as u32).collect();
        let closing = closing_tags(&tree).into_iter().peekable();
        Source {
            reading,
            tree,
            place,
            has_variables: !variables.is_empty(),
            variables: variables.into_iter().peekable(),
            closing,
            next: 0,
            skip_to: 0,
        }
    }

    pub(super) fn next_event(&mut self) -> Option<Event> {
        loop {
            let start = self.tree.statement(self.next).map(Statement::start);
            let tag = self.closing.peek().copied();
            let is_tag = match (start, tag) {
                (None, None) => return None,
                (Some(start), Some(tag)) => tag.tag.start < start,
                (start, _) => start.is_none(),
            };
            if let Some(tag) = tag.filter(|_| is_tag) {
                self.closing.next();
                if tag.tag.start >= self.skip_to {
                    return Some(Event::Closing(tag));
                }
                continue;
            }
            let ordinal = self.next;
            self.next += 1;
            if start >= Some(self.skip_to) {
                return Some(Event::Statement(ordinal));
            }
        }
    }

    /// Whether the text holds a `${` anywhere.
    pub(super) fn has_variables(&self) -> bool {
        self.has_variables
    }

    /// Whether the head of the statement that comes next holds a `${`.
    pub(super) fn has_variable(&mut self, statement: Statement<'_>) -> bool {
        if !self.has_variables {
            return false;
        }
        let start = statement.start();
        while self.variables.next_if(|at| *at < start).is_some() {}
        let Some(at) = self.variables.peek() else { return false };
        // Most often it is far away; the head's end costs more to find out.
        let next = self.tree.statement(statement.ordinal() + 1).map(Statement::start);
        next.is_none_or(|next| *at < next) && *at < statement.end_offset()
    }

    /// Whether the section of this number is one that the tag closes.
    pub(super) fn is_closed_by(&self, section: u32, tag: Span) -> bool {
        let section = self.tree.statement(section).filter(|section| section.is_closed());
        section.is_some_and(|section| section.span().end == tag.end)
    }

    /// Passes over everything before `offset`.
    pub(super) fn skip_to(&mut self, offset: u32) {
        self.skip_to = self.skip_to.max(offset);
    }

    /// The place of a statement of this reading.
    pub(super) fn place_of(&self, file: FileId, statement: Statement<'_>) -> Place {
        self.place.unwrap_or_else(|| Place::new(file, statement, Part::Whole))
    }

    /// The place of a closing tag: what the tree finds wrong with it, or the statement around it.
    pub(super) fn place_of_tag(&self, file: FileId, tag: Span) -> Place {
        if let Some(place) = self.place {
            return place;
        }
        let dialect = self.tree.dialect();
        let error = self.tree.errors().iter().position(|error| error.span == tag);
        let statement = self.tree.statement_at(tag.start).map_or(0, |statement| statement.ordinal());
        let part = error.map_or(Part::Whole, |error| Part::Error(error as u32));
        Place { file, ordinal: statement, part, dialect }
    }
}

/// The closing tags, those that close nothing among them.
fn closing_tags(tree: &Tree) -> Vec<Closing> {
    let mut tags: Vec<Closing> = Vec::new();
    for (kind, span) in tree.notable_leaves() {
        match kind {
            Kind::CloseTag | Kind::Bad => tags.push(Closing { tag: span, line: span }),
            Kind::TrailingText => {
                let Some(last) = tags.last_mut() else { continue };
                // Behind a closing tag there are blanks alone, and behind an opening one the tag itself.
                let between = Span::new(last.tag.end, span.start).of(tree.text());
                if between.iter().all(|byte| byte.is_ascii_whitespace() || matches!(byte, 0x0b | b'\\')) {
                    last.line = last.line.cover(span);
                }
            }
            _ => {}
        }
    }
    tags
}
