//! Closing tags and the end of a file.
//!
//! In: a closing tag, or the end of what is read. Out: what is open is closed, or httpd's words about it. A section
//! that a closing tag passes over is refused at its opening tag, where the fault most likely is; httpd names the
//! line of the closing tag.

use std::borrow::Cow;

use fpmlint_syntax::httpd;
use fpmlint_text::Span;

use super::events::{Closing, Source};
use super::{Frame, Line, Reader, Skipped};
use crate::apache::refusals::{Refused, Stage};
use crate::apache::statement::StatementId;
use crate::{Part, Place, RefusalKind};

impl Reader<'_> {
    pub(super) fn closing_tag(&mut self, source: &Source, tag: Closing) {
        let tree = std::sync::Arc::clone(&source.tree);
        if self.closes_section(source, tag, tree.text()) {
            self.close_frame();
            return;
        }
        let line = join(tag.line.of(tree.text()));
        let line: &[u8] = &line;
        if !self.skipped.is_empty() {
            self.close_skipped(source, line);
            return;
        }
        let line = if source.has_variables() && has_variable(line) && !self.ends_condition(line) {
            let place = source.place_of_tag(self.file_of(source), tag.tag);
            Cow::Owned(self.expand(line, place))
        } else {
            Cow::Borrowed(line)
        };
        let Some((name, _)) = httpd::word(&line) else { return };
        self.close(source, &name, &line, tag.tag, tag.line.end);
    }

    /// Whether a tag is a plain one that closes the innermost section: nearly all are.
    fn closes_section(&self, source: &Source, tag: Closing, text: &[u8]) -> bool {
        let Some(Frame::Section(open)) = self.frames.last().filter(|_| self.skipped.is_empty()) else {
            return false;
        };
        if tag.line != tag.tag || source.has_variables() {
            return false;
        }
        let raw = tag.tag.of(text);
        let opened = self.config.statement(*open);
        let is_known = opened.reading == source.reading && source.is_closed_by(opened.ordinal, tag.tag);
        if is_known && raw.ends_with(b">") {
            return true;
        }
        memchr::memchr(b'\\', raw).is_none() && is_tag(raw, &self.config.name(*open))
    }

    /// Whether the line is what a condition waits for: its closing tag and nothing else. Only then does it close it.
    fn ends_condition(&self, line: &[u8]) -> bool {
        match self.frames.last() {
            Some(Frame::Condition { name, .. }) => is_tag(line, name.as_bytes().get(1..).unwrap_or(b"")),
            _ => false,
        }
    }

    /// Closes what the tag `name`, the first word of `line`, names.
    pub(super) fn close(&mut self, source: &Source, name: &[u8], line: &[u8], tag: Span, end: u32) {
        if self.ends_condition(line) {
            self.close_frame();
            return;
        }
        let Some(Frame::Section(open)) = self.frames.last() else {
            // Without an open section httpd says so before it looks for the `>`.
            let section = name.get(2..).unwrap_or(b"");
            let message = [name, b" without matching <", section, b" section"].concat();
            let place = source.place_of_tag(self.file_of(source), tag);
            self.refuse_tag(source, place, end, message);
            self.recover(section.strip_suffix(b">").unwrap_or(section));
            return;
        };
        let open = *open;
        let Some(section) = name.get(2..).and_then(|section| section.strip_suffix(b">")) else {
            let message = [name, b"> directive missing closing '>'"].concat();
            let place = source.place_of_tag(self.file_of(source), tag);
            self.refuse_tag(source, place, end, message);
            self.recover(name.get(2..).unwrap_or(b""));
            return;
        };
        let opened = self.config.name(open);
        if opened.eq_ignore_ascii_case(section) {
            drop(opened);
            self.close_frame();
            return;
        }
        let message = [b"Expected </", &*opened, b"> but saw </", section, b">"].concat();
        let place = self.config.place(open).with(Part::Head);
        self.refuse_tag(source, place, end, message);
        self.recover(section);
    }

    fn refuse_tag(&mut self, source: &Source, place: Place, end: u32, message: Vec<u8>) {
        if self.found.is_full() {
            return;
        }
        self.found.add(Refused {
            place,
            reading: source.reading,
            line: Some(self.line_of(source.reading, end)),
            certain: self.undecided == 0,
            ..Refused::new(Stage::Read, RefusalKind::UnbalancedBlock, message)
        });
    }

    /// Behind a tag that fits not: if something of that name is open in this file, everything in it is closed too.
    fn recover(&mut self, name: &[u8]) {
        if self.found.is_full() {
            return;
        }
        let inside = self.frames.iter().rev().take_while(|frame| !matches!(frame, Frame::File));
        let depth = inside.take(MAX_RECOVERY).position(|frame| match frame {
            Frame::File => false,
            Frame::Section(open) => self.config.name(*open).eq_ignore_ascii_case(name),
            Frame::Condition { name: open, .. } => {
                open.as_bytes().get(1..).unwrap_or(b"").eq_ignore_ascii_case(name)
            }
        });
        for _ in 0..depth.map_or(0, |depth| depth + 1) {
            self.close_frame();
        }
    }

    fn close_frame(&mut self) {
        let end = StatementId::new(self.config.statements.len());
        match self.frames.pop() {
            Some(Frame::Section(section)) => {
                let section = &mut self.config.statements[section.index()];
                section.next = end;
                self.parent = section.parent;
            }
            Some(Frame::Condition { decided, .. }) => self.undecided -= u32::from(!decided),
            Some(Frame::File) | None => {}
        }
    }

    /// Starts to skip what stands in the section at hand.
    pub(super) fn skip(&mut self, line: &Line<'_>) {
        let name = line.name.strip_prefix('<').unwrap_or(line.name);
        self.skipped.push(Skipped { name: name.as_bytes().into(), place: line.place });
    }

    /// In a false condition only first words count; httpd cuts the last byte off a closing tag without looking.
    fn close_skipped(&mut self, source: &Source, line: &[u8]) {
        let Some((name, _)) = httpd::word(line) else { return };
        let section = name.get(2..name.len().saturating_sub(1)).unwrap_or(b"");
        let Some(open) = self.skipped.last() else { return };
        if open.name.eq_ignore_ascii_case(section) {
            self.skipped.pop();
            return;
        }
        let message = [b"Expected </", &*open.name, b"> but saw </", section, b">"].concat();
        let place = open.place.with(Part::Head);
        self.refuse_skipped(source, place, message);
        if self.found.is_full() {
            return;
        }
        let full = name.get(2..).unwrap_or(b"");
        let full = full.strip_suffix(b">").unwrap_or(full);
        let matching = self
            .skipped
            .iter()
            .rev()
            .take(MAX_RECOVERY)
            .position(|open| open.name.eq_ignore_ascii_case(full));
        if let Some(depth) = matching {
            self.skipped.truncate(self.skipped.len() - depth - 1);
        }
    }

    /// httpd names the line of the condition.
    fn refuse_skipped(&mut self, source: &Source, place: Place, message: Vec<u8>) {
        let outer = self.skipped.first().map_or(place, |outer| outer.place);
        let statement = source.tree.statement(outer.ordinal).filter(|_| source.place.is_none());
        let end = statement.map_or(0, |statement| statement.end_offset());
        self.refuse_tag(source, place, end, message);
    }

    /// The end of a file: every section that stands in no condition must be closed. What is open in a condition
    /// that holds, and the condition itself, httpd lets pass.
    pub(super) fn end_of_file(&mut self, source: &Source) {
        if let Some(outer) = self.skipped.first() {
            let place = outer.place;
            let inner = self.skipped.last().map_or(b"".as_slice(), |inner| &inner.name);
            let message = [b"Expected </", inner, b"> before end of configuration"].concat();
            self.refuse_skipped(source, place, message);
            self.skipped.clear();
        }
        let start = self.frames.iter().rposition(|frame| matches!(frame, Frame::File)).unwrap_or(0);
        let open = self.frames.get(start + 1..).unwrap_or(&[]);
        let until =
            open.iter().position(|frame| matches!(frame, Frame::Condition { .. })).unwrap_or(open.len());
        let (refused, passed) = open.split_at(until);
        for frame in passed {
            let place = match frame {
                Frame::Condition { place, .. } => *place,
                Frame::Section(section) => self.config.place(*section),
                Frame::File => continue,
            };
            self.config.unclosed.push(place.with(Part::Head));
        }
        let sections: Vec<StatementId> = refused
            .iter()
            .filter_map(|frame| if let Frame::Section(section) = frame { Some(*section) } else { None })
            .collect();
        if let (Some(outer), Some(inner)) = (sections.first(), sections.last()) {
            self.refuse_unclosed(*outer, *inner, &sections);
        }
        while self.frames.len() > start {
            self.close_frame();
        }
    }

    /// One message for all; httpd names the line of the outermost.
    fn refuse_unclosed(&mut self, outer: StatementId, inner: StatementId, sections: &[StatementId]) {
        let opening = |id: StatementId| {
            let section = self.config.statement(id);
            let end = self.config.written(section).map_or(0, |written| written.end_offset());
            (section.reading, self.line_of(section.reading, end))
        };
        let lines = sections.iter().rev().take(MAX_NAMED).map(|section| {
            let (reading, line) = opening(*section);
            let label = self.config.readings.get(reading as usize).map(|reading| reading.label());
            let name = self.config.name(*section);
            [
                label.as_deref().unwrap_or("").as_bytes(),
                format!(":{line}: <").as_bytes(),
                &name,
                b"> was not closed.",
            ]
            .concat()
        });
        let message = lines.collect::<Vec<_>>().join(b"\n".as_slice());
        let (reading, line) = opening(outer);
        let others = sections.iter().rev().skip(1).take(MAX_NAMED);
        let related = others.map(|other| {
            (self.config.place(*other).with(Part::Head), "this section is not closed either".to_owned())
        });
        let refused = Refused {
            place: self.config.place(inner).with(Part::Head),
            reading,
            line: Some(line),
            related: related.collect(),
            certain: self.undecided == 0,
            ..Refused::new(Stage::Read, RefusalKind::UnbalancedBlock, message)
        };
        self.found.add(refused);
    }
}

/// How many open sections are looked at for one that a stray tag may mean.
const MAX_RECOVERY: usize = 1000;

/// How many sections one message names.
const MAX_NAMED: usize = 100;

/// Whether `line` is `</name>`.
fn is_tag(line: &[u8], name: &[u8]) -> bool {
    let inner = line.strip_prefix(b"</").and_then(|line| line.strip_suffix(b">"));
    inner.is_some_and(|inner| inner.eq_ignore_ascii_case(name))
}

/// A line with its continuations joined.
fn join(line: &[u8]) -> Cow<'_, [u8]> {
    super::lines::first(line, 0).map_or(Cow::Borrowed(b""), |line| line.text)
}

fn has_variable(line: &[u8]) -> bool {
    memchr::memmem::find(line, b"${").is_some()
}
