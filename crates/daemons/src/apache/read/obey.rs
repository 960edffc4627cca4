//! Directives that httpd obeys while it reads.
//!
//! In: a directive and what follows its name. Out: what it does, or a refusal.

use std::borrow::Cow;

use fpmlint_catalog::apache::{self, DirectiveId, id};
use fpmlint_syntax::{StatementKind, httpd};

use super::Reader;
use super::conditions::Outcome;
use super::events::Source;
use crate::apache::refusals::{Refused, Stage};
use crate::apache::walk::arguments;
use crate::{Part, Place, RefusalKind};

/// A directive that is obeyed on reading.
pub(super) struct Line<'l> {
    pub(super) id: DirectiveId,
    /// Its name as httpd registers it.
    pub(super) name: &'static str,
    /// What follows the name, variables put in.
    pub(super) rest: &'l [u8],
    pub(super) place: Place,
    /// Offset in its reading of its end; the line of that is the one that httpd names.
    pub(super) end: u32,
}

impl Reader<'_> {
    /// The directive, if httpd obeys it on reading. Modules that are not loaded have none.
    pub(super) fn obeyed(&mut self, id: DirectiveId) -> Option<DirectiveId> {
        let known = self.names.known(id, &self.config.modules)?;
        (known.row.exec_on_read && known.loaded != Some(false)).then_some(id)
    }

    pub(super) fn obey(
        &mut self,
        source: &mut Source,
        written: fpmlint_syntax::Statement<'_>,
        id: DirectiveId,
        rest: &[u8],
    ) {
        let place = source.place_of(self.file_of(source), written).with(Part::Head);
        let name = self.names.known(id, &self.config.modules).map_or("", |known| known.row.name);
        let line = Line { id, name, rest, place, end: written.end_offset() };
        if self.is_refused(source, &line) {
            if name.starts_with('<') {
                self.enter(&line, Outcome::Unknown);
            }
            return;
        }
        match id {
            id::SECTION_IF_MODULE
            | id::SECTION_IF_DEFINE
            | id::SECTION_IF_FILE
            | id::SECTION_IF_DIRECTIVE
            | id::SECTION_IF_SECTION
            | id::SECTION_IF_VERSION => self.condition(source, &line),
            id::SECTION_MACRO => self.define_macro(source, written, &line),
            id::USE => self.use_macro(source, written, &line),
            id::UNDEF_MACRO => self.undefine_macro(source, &line),
            id::INCLUDE => self.include(source, &line, false),
            id::INCLUDE_OPTIONAL => self.include(source, &line, true),
            id::DEFINE => self.define(source, &line),
            id::UN_DEFINE => self.undefine(source, &line),
            id::SERVER_ROOT => self.server_root(source, &line),
            id::DEFAULT_RUNTIME_DIR => self.runtime_folder(source, &line),
            id::LOAD_MODULE => self.load_module(source, &line),
            id::LOAD_FILE => self.load_file(source, &line),
            // Another module's section, whose body is its own language.
            _ if written.kind() == StatementKind::Block => self.skip(&line),
            _ => {}
        }
    }

    /// What is checked before any directive is obeyed: in a `.htaccess` file whether it may stand there, and how
    /// many arguments it has.
    pub(super) fn is_refused(&mut self, source: &Source, line: &Line<'_>) -> bool {
        let Some(known) = self.names.known(line.id, &self.config.modules) else { return false };
        if self.input.htaccess && !known.row.overrides.intersects(apache::Overrides::OR_ALL) {
            let message = format!("{} not allowed here", line.name).into_bytes();
            self.refuse(source, line, RefusalKind::DirectiveNotAllowedHere, message);
            return true;
        }
        let words: Vec<Cow<'_, [u8]>> = httpd::split_words(line.rest).map(|(_, word)| word).take(8).collect();
        let words = words.iter().map(|word| word.as_ref());
        let Some((kind, message)) = arguments::check(known.row, words) else { return false };
        self.refuse(source, line, kind, message.into_bytes());
        true
    }

    pub(super) fn refuse(&mut self, source: &Source, line: &Line<'_>, kind: RefusalKind, message: Vec<u8>) {
        self.refuse_with(source, line, kind, message, self.undecided == 0);
    }

    pub(super) fn refuse_with(
        &mut self,
        source: &Source,
        line: &Line<'_>,
        kind: RefusalKind,
        message: Vec<u8>,
        certain: bool,
    ) {
        let refused = self.refused(source, line, kind, message);
        self.found.add(Refused { certain, ..refused });
    }

    /// A refusal of the line, as certain as it is that httpd reads the line.
    pub(super) fn refused(
        &self,
        source: &Source,
        line: &Line<'_>,
        kind: RefusalKind,
        message: Vec<u8>,
    ) -> Refused {
        Refused {
            place: line.place,
            reading: source.reading,
            line: Some(self.line_of(source.reading, line.end)),
            certain: self.undecided == 0,
            ..Refused::new(Stage::Read, kind, message)
        }
    }
}
