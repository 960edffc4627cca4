//! Statements as httpd has them when a configuration is read, and the words that they are made of.
//!
//! In: the trees of files and of expanded macros. Out: names and words, decoded when somebody asks. Invariant: on
//! the plain path nothing is copied; only a line that held `${…}` carries words of its own.

use std::borrow::Cow;
use std::num::NonZeroU32;
use std::sync::{Arc, OnceLock};

use fpmlint_catalog::apache::DirectiveId;
use fpmlint_syntax::{Dialect, SeenLine, Tree};
use fpmlint_text::{FileId, LineIndex};
use fpmlint_workspace::HostPath;

use super::{Condition, Config, ScopeId};
use crate::{Part, Place};

/// The number of a statement in [`Config::statements`]. Kept from 1, so that none costs nothing.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct StatementId(NonZeroU32);

impl StatementId {
    pub(super) fn new(index: usize) -> StatementId {
        StatementId(NonZeroU32::MIN.saturating_add(index as u32))
    }

    /// The index into [`Config::statements`].
    pub fn index(self) -> usize {
        self.0.get() as usize - 1
    }
}

/// A directive or section that httpd walks over; see [`Config::place`] for where it is written. Small, as a machine has
/// many.
#[derive(Debug)]
pub struct Statement {
    /// The directive; none for a name that neither httpd nor a known module has.
    pub id: Option<DirectiveId>,
    /// The section around it.
    pub parent: Option<StatementId>,
    /// The first statement behind it and all within it; possibly one past the last.
    pub next: StatementId,
    /// Whether it is a section.
    pub is_section: bool,
    /// Whether httpd reads it for sure. False within a condition that cannot be decided here.
    pub certain: bool,
    /// The scope that it opens if it is a section, else the one that it stands directly in.
    pub(super) scope: ScopeId,
    /// Index of its reading in [`Config::readings`].
    pub reading: u32,
    /// Its number in the tree of that reading; differs from the place's for a macro's text.
    pub(super) ordinal: u32,
    pub(super) line: LineOf,
}

/// What is known of a statement's line.
#[derive(Clone, Copy, Debug)]
pub(super) enum LineOf {
    /// Its tree tells all.
    Tree,
    /// It is one that files have in common.
    Seen(SeenLine),
    /// It held `${…}`: the index in [`Config::expanded`].
    Expanded(u32),
}

/// A line after its variables were put in.
#[derive(Debug)]
pub(super) struct Expanded {
    /// The name, of a section without `<`.
    pub(super) name: Box<[u8]>,
    /// What follows the name, for a section up to the last `>` and with it.
    pub(super) rest: Box<[u8]>,
    pub(super) words: Box<[OwnWord]>,
}

#[derive(Debug)]
pub(super) struct OwnWord {
    pub(super) text: Box<[u8]>,
    pub(super) part: Part,
}

/// An argument.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Word<'c> {
    /// What httpd makes of it: no quotes, no escapes, variables put in.
    pub text: Cow<'c, [u8]>,
    /// Where it stands in the statement: the argument, or the head where it cannot be told apart.
    pub part: Part,
}

/// The arguments of a statement, in order.
#[derive(Clone, Debug)]
pub struct Words<'c> {
    source: WordSource<'c>,
    number: u16,
}

#[derive(Clone, Debug)]
enum WordSource<'c> {
    Tree { words: fpmlint_syntax::Words<'c>, in_place: bool },
    Own(std::slice::Iter<'c, OwnWord>),
}

impl<'c> Iterator for Words<'c> {
    type Item = Word<'c>;

    fn next(&mut self) -> Option<Word<'c>> {
        let number = self.number;
        self.number = number.saturating_add(1);
        match &mut self.source {
            WordSource::Tree { words, in_place } => {
                let part = if *in_place { Part::Arg(number) } else { Part::Head };
                words.next().map(|word| Word { text: word.text(), part })
            }
            WordSource::Own(words) => {
                words.next().map(|word| Word { text: Cow::Borrowed(&word.text), part: word.part })
            }
        }
    }
}

/// One reading of a file, or of a macro's text.
#[derive(Debug)]
pub struct Reading {
    /// The file; for a macro's text, the one with the `Use`.
    pub file: FileId,
    /// Its path on the host.
    pub path: HostPath,
    /// What caused it.
    pub origin: Origin,
    pub(super) tree: Arc<Tree>,
    /// What httpd calls a macro's text; files are called by their path.
    pub(super) label: Option<Arc<str>>,
    pub(super) lines: OnceLock<LineIndex>,
}

/// What caused a reading.
#[derive(Clone, Debug)]
pub enum Origin {
    /// It is the main file.
    Main,
    /// An `Include`.
    Include {
        /// The reading that it stands in.
        reading: u32,
        /// Its place; within a macro's text, that of the `Use`.
        place: Place,
        /// The line (from 1) that httpd names for it.
        line: u32,
    },
    /// A `Use`.
    Macro {
        /// The reading that it stands in.
        reading: u32,
        /// Its place; within another macro's text, that of the outer `Use`.
        place: Place,
        /// For each line of the text the line of the macro's body that it comes from.
        written: Arc<[Option<Place>]>,
    },
}

impl Reading {
    /// What httpd calls it in messages.
    pub fn label(&self) -> Cow<'_, str> {
        match &self.label {
            Some(label) => Cow::Borrowed(label),
            None => String::from_utf8_lossy(self.path.as_bytes()),
        }
    }

    /// The tree that it was read from.
    pub fn tree(&self) -> &Tree {
        &self.tree
    }

    /// The line (from 1) of an offset into the reading's own text.
    pub(super) fn line(&self, offset: u32) -> u32 {
        self.lines.get_or_init(|| LineIndex::new(self.tree.text())).line(offset) + 1
    }

    /// The place that everything in a macro's text stands for.
    pub(super) fn use_place(&self) -> Option<Place> {
        match self.origin {
            Origin::Macro { place, .. } => Some(place),
            Origin::Main | Origin::Include { .. } => None,
        }
    }
}

impl Config {
    /// The statement of this number.
    pub fn statement(&self, id: StatementId) -> &Statement {
        &self.statements[id.index()]
    }

    /// All statements, in walking order.
    pub fn ids(&self) -> impl Iterator<Item = StatementId> + use<> {
        (0..self.statements.len()).map(StatementId::new)
    }

    /// The statements directly in a section, or those outside of all sections.
    pub fn children(&self, of: Option<StatementId>) -> impl Iterator<Item = StatementId> + '_ {
        let (mut at, end) = match of {
            Some(of) => (of.index() + 1, self.statement(of).next.index()),
            None => (0, self.statements.len()),
        };
        std::iter::from_fn(move || {
            if at >= end {
                return None;
            }
            let id = StatementId::new(at);
            at = self.statements.get(at)?.next.index().max(at + 1);
            Some(id)
        })
    }

    /// The statements in a section, at all depths, in walking order.
    pub fn within(&self, section: StatementId) -> impl Iterator<Item = StatementId> + '_ {
        (section.index() + 1..self.statement(section).next.index()).map(StatementId::new)
    }

    /// The sections around a statement, from the inside out.
    pub fn ancestors(&self, id: StatementId) -> impl Iterator<Item = StatementId> + '_ {
        std::iter::successors(self.statement(id).parent, |id| self.statement(*id).parent)
    }

    /// Where a statement is written ([`Part::Whole`]); for a macro's text, the `Use`.
    pub fn place(&self, id: StatementId) -> Place {
        let statement = self.statement(id);
        let reading = self.readings.get(statement.reading as usize);
        let file = reading.map_or(self.main, |reading| reading.file);
        let written = Place { file, ordinal: statement.ordinal, part: Part::Whole, dialect: Dialect::Httpd };
        reading.and_then(Reading::use_place).unwrap_or(written)
    }

    /// Name and words of a line that held `${…}`.
    fn expanded_line(&self, statement: &Statement) -> Option<&Expanded> {
        match statement.line {
            LineOf::Expanded(index) => self.expanded.get(index as usize),
            LineOf::Tree | LineOf::Seen(_) => None,
        }
    }

    /// Its name as it is written, variables put in; of a section without `<`.
    pub fn name(&self, id: StatementId) -> Cow<'_, [u8]> {
        let statement = self.statement(id);
        if let Some(expanded) = self.expanded_line(statement) {
            return Cow::Borrowed(&expanded.name);
        }
        self.written(statement).map_or(Cow::Borrowed(b"".as_slice()), |written| written.name().text())
    }

    /// Its arguments; those of a section up to the `>`.
    pub fn words(&self, id: StatementId) -> Words<'_> {
        let statement = self.statement(id);
        if let Some(expanded) = self.expanded_line(statement) {
            return Words { source: WordSource::Own(expanded.words.iter()), number: 0 };
        }
        let reading = self.readings.get(statement.reading as usize);
        let in_place = reading.is_none_or(|reading| reading.use_place().is_none());
        let source = match self.written(statement) {
            Some(written) => WordSource::Tree { words: written.args(), in_place },
            None => WordSource::Own([].iter()),
        };
        Words { source, number: 0 }
    }

    /// The argument of this number, from 0.
    pub fn word(&self, id: StatementId, number: usize) -> Option<Word<'_>> {
        self.words(id).nth(number)
    }

    /// The text of the argument of this number; empty where it is missing.
    pub fn text(&self, id: StatementId, number: usize) -> Cow<'_, [u8]> {
        self.word(id, number).map_or(Cow::Borrowed(b"".as_slice()), |word| word.text)
    }

    /// The conditional sections of its own file around a statement, from the inside out.
    pub fn conditions_around(&self, id: StatementId) -> impl Iterator<Item = &Condition> {
        let statement = self.statement(id);
        let file = self.place(id).file;
        let outer = self.written(statement).and_then(|written| written.parent());
        let outer = std::iter::successors(outer, |section| section.parent()).map(|section| section.ordinal());
        outer.filter_map(move |ordinal| {
            self.conditions.iter().find(|it| (it.place.file, it.place.ordinal) == (file, ordinal))
        })
    }

    /// The statement of a macro's body that a statement comes from; none for one that stands in a file itself.
    pub fn written_in_macro(&self, id: StatementId) -> Option<Place> {
        let statement = self.statement(id);
        let reading = self.readings.get(statement.reading as usize)?;
        let Origin::Macro { written, .. } = &reading.origin else { return None };
        let start = reading.tree.statement(statement.ordinal)?.span().start;
        *written.get(reading.line(start) as usize - 1)?
    }

    /// The statement as its reading's tree has it.
    pub(super) fn written(&self, statement: &Statement) -> Option<fpmlint_syntax::Statement<'_>> {
        self.readings.get(statement.reading as usize)?.tree.statement(statement.ordinal)
    }

    /// The line of a statement, where files have it in common and it is all that the statement is: no variable is in it.
    pub fn seen_line(&self, id: StatementId) -> Option<SeenLine> {
        match self.statement(id).line {
            LineOf::Seen(line) => Some(line),
            LineOf::Tree | LineOf::Expanded(_) => None,
        }
    }

    /// The bytes of a statement's line in its file, a section's of its opening tag, where they are all that it is: no
    /// variable is in them and no text behind a tag.
    pub fn plain_line(&self, id: StatementId) -> Option<&[u8]> {
        let statement = self.statement(id);
        if matches!(statement.line, LineOf::Expanded(_)) {
            return None;
        }
        let reading = self.readings.get(statement.reading as usize)?;
        if reading.use_place().is_some() {
            return None;
        }
        let written = reading.tree.statement(statement.ordinal)?;
        let span = if statement.is_section { written.head_span() } else { written.span() };
        Some(span.of(reading.tree.text()))
    }

    /// Whether the opening tag of a section has its `>`, which httpd makes up where nothing follows the name.
    pub(super) fn has_tag_end(&self, id: StatementId) -> bool {
        let statement = self.statement(id);
        match self.expanded_line(statement) {
            Some(expanded) => memchr::memchr(b'>', &expanded.rest).is_some(),
            None => self
                .written(statement)
                .is_some_and(|written| written.has_tag_end() || written.args().next().is_none()),
        }
    }

    /// What follows the name, `>` and the text behind it included.
    pub(super) fn rest(&self, id: StatementId) -> Cow<'_, [u8]> {
        let statement = self.statement(id);
        if let Some(expanded) = self.expanded_line(statement) {
            return Cow::Borrowed(&expanded.rest);
        }
        match self.written(statement).map(|written| written.logical_line()) {
            Some(Cow::Borrowed(line)) => rest_of(line),
            Some(Cow::Owned(line)) => Cow::Owned(rest_of(&line).into_owned()),
            None => Cow::Borrowed(b""),
        }
    }
}

/// What follows the first word of a logical line. A section without anything behind its name is followed by the
/// `>` that httpd makes up.
pub(super) fn rest_of(line: &[u8]) -> Cow<'_, [u8]> {
    match fpmlint_syntax::httpd::word(line) {
        Some((name, rest)) if name.starts_with(b"<") && !name.starts_with(b"</") && rest.is_empty() => {
            Cow::Borrowed(b">")
        }
        Some((_, rest)) => Cow::Borrowed(rest),
        None => Cow::Borrowed(b""),
    }
}
