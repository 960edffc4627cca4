//! One statement after the other: obeyed at once, skipped, or left for the walk.
//!
//! In: statements of a tree. Out: [`Statement`]s. Where a line holds `${`, its variables are put in first, which may
//! change its words, its name, and even whether it opens or closes a section.

use fpmlint_catalog::apache::{self, DirectiveId};
use fpmlint_syntax::{StatementKind, httpd};

use super::events::Source;
use super::{Frame, MAX_STATEMENTS, Reader, Skipped};
use crate::apache::ScopeId;
use crate::apache::statement::{Expanded, LineOf, OwnWord, Statement, StatementId, rest_of};
use crate::apache::variables::{OutlivedSection, Undefined};
use crate::{Part, Place};

impl Reader<'_> {
    pub(super) fn statement(&mut self, source: &mut Source, written: fpmlint_syntax::Statement<'_>) {
        let is_block = written.kind() == StatementKind::Block;
        if !self.skipped.is_empty() {
            if is_block {
                let place = source.place_of(self.file_of(source), written);
                self.skipped.push(Skipped { name: written.name().text().into(), place });
            }
            return;
        }
        if source.has_variable(written) {
            self.with_variables(source, written);
            return;
        }
        let id = self.find(written, is_block);
        match id.and_then(|id| self.obeyed(id)) {
            Some(id) => self.obey(source, written, id, &rest_of(&written.logical_line())),
            None => self.add(source, written, id, is_block, None),
        }
    }

    /// The directive of a statement, found by its name as the file writes it; of a line that was seen before, once.
    fn find(&mut self, written: fpmlint_syntax::Statement<'_>, is_block: bool) -> Option<DirectiveId> {
        let Some(line) = written.seen_line() else { return find(written, is_block) };
        if self.of_seen_lines.len() <= line.index() {
            self.of_seen_lines.resize(line.index() + 1, None);
        }
        match self.of_seen_lines.get_mut(line.index()) {
            Some(slot) => *slot.get_or_insert_with(|| find(written, is_block)),
            None => find(written, is_block),
        }
    }

    /// A statement whose line holds `${`: the variables are put in before the line is cut into words.
    pub(super) fn with_variables(&mut self, source: &mut Source, written: fpmlint_syntax::Statement<'_>) {
        let place = source.place_of(self.file_of(source), written);
        let line = written.logical_line();
        self.note_outlived(&line, place);
        let line = self.expand(&line, place);
        let Some((name, _)) = httpd::word(&line) else { return };
        if name.starts_with(b"</") {
            self.close(source, &name, &line, written.head_span(), written.end_offset());
            return;
        }
        let is_section = name.starts_with(b"<");
        let name = name.strip_suffix(b">").unwrap_or(&name);
        let id = apache::find(name);
        let rest = rest_of(&line);
        if let Some(id) = id.and_then(|id| self.obeyed(id)) {
            self.obey(source, written, id, &rest);
            return;
        }
        let words = own_words(&rest, is_section, written, source.place.is_some());
        let name = if is_section { name.get(1..).unwrap_or(b"") } else { name };
        let expanded = Expanded { name: name.into(), rest: rest.as_ref().into(), words };
        self.add(source, written, id, is_section, Some(expanded));
    }

    /// Notes the variables of a line that were set in a section which is closed.
    fn note_outlived(&mut self, line: &[u8], used: Place) {
        let (config, parent) = (&self.config, self.parent);
        let is_closed = |section| {
            let mut open = std::iter::successors(parent, |id| config.statement(*id).parent);
            open.all(|open| open != section)
        };
        for home in self.variables.outlived(line, is_closed) {
            let section = self.config.place(home.section);
            self.config.outlived.push(OutlivedSection { define: home.define, section, used });
        }
    }

    /// The line with its variables put in; those that nothing sets are noted.
    pub(super) fn expand(&mut self, line: &[u8], place: Place) -> Vec<u8> {
        let certain = self.config.complete && self.undecided == 0 && self.input.environment.complete;
        let undefined = &mut self.config.undefined;
        self.variables.expand(line, |name| undefined.push(Undefined { place, name: name.into(), certain }))
    }

    /// Leaves a statement for the walk.
    pub(super) fn add(
        &mut self,
        source: &Source,
        written: fpmlint_syntax::Statement<'_>,
        id: Option<DirectiveId>,
        is_section: bool,
        expanded: Option<Expanded>,
    ) {
        let index = self.config.statements.len();
        if index >= MAX_STATEMENTS {
            self.give_up();
            return;
        }
        let line = match (expanded, written.seen_line()) {
            (Some(expanded), _) => {
                self.config.expanded.push(expanded);
                LineOf::Expanded(self.config.expanded.len() as u32 - 1)
            }
            // A macro's text has no such lines.
            (None, Some(line)) => LineOf::Seen(line),
            (None, None) => LineOf::Tree,
        };
        self.config.statements.push(Statement {
            id,
            parent: self.parent,
            next: StatementId::new(index + 1),
            is_section,
            certain: self.undecided == 0,
            // Scopes are made when all is read.
            scope: ScopeId::MAIN,
            reading: source.reading,
            ordinal: written.ordinal(),
            line,
        });
        if is_section {
            self.frames.push(Frame::Section(StatementId::new(index)));
            self.parent = Some(StatementId::new(index));
        }
    }
}

/// The directive of a statement, found by its name as the file writes it.
fn find(written: fpmlint_syntax::Statement<'_>, is_block: bool) -> Option<DirectiveId> {
    let name = written.name();
    if is_block { apache::find_section(&name.text()) } else { apache::find(&name.text()) }
}

/// The words of an expanded line. They are said to stand where the file's words do as long as no variable brought
/// more or fewer of them.
fn own_words(
    rest: &[u8],
    is_section: bool,
    written: fpmlint_syntax::Statement<'_>,
    in_macro: bool,
) -> Box<[OwnWord]> {
    let end = if is_section { memchr::memrchr(b'>', rest).unwrap_or(rest.len()) } else { rest.len() };
    let texts: Vec<_> = httpd::split_words(rest.get(..end).unwrap_or(rest)).map(|(_, text)| text).collect();
    let in_place = !in_macro && texts.len() == written.arg_count();
    let part = |number: usize| match u16::try_from(number) {
        Ok(number) if in_place => Part::Arg(number),
        _ => Part::Head,
    };
    texts
        .iter()
        .enumerate()
        .map(|(number, text)| OwnWord { text: text.as_ref().into(), part: part(number) })
        .collect()
}
