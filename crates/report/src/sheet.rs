//! Sources for ariadne, which numbers lines by counting those before them, and shows whole lines.
//!
//! A sheet has as many lines as the file up to the last one shown; all but the shown ones are empty. One sheet
//! for each file holds the short lines of all findings; a finding in a long line gets a sheet of its own, with
//! an excerpt of that line.

use std::collections::HashMap;
use std::ops::Range;

use fpmlint_diagnostics::Diagnostic;
use fpmlint_text::{FileId, Span};

use crate::excerpt::{Excerpt, excerpts};
use crate::place::{Place, by_file, places};
use crate::{Source, Sources};

/// Lines to which a sheet may be made for one finding alone.
const OWN_LINES: u32 = 5_000;
/// Lines to which a sheet may be made at all; each costs some 32 bytes.
const MAX_LINES: u32 = 1_000_000;
/// Bytes of all the sheets that are kept.
const KEPT_BYTES: usize = 64 << 20;

/// Some lines of a file, at their numbers.
pub(crate) struct Sheet {
    /// What ariadne reads.
    pub source: ariadne::Source<String>,
    lines: Vec<SheetLine>,
}

/// A line that is shown.
struct SheetLine {
    /// From 0.
    line: u32,
    /// Where it starts in the sheet, in characters.
    start: usize,
    excerpt: Excerpt,
}

impl Sheet {
    /// A sheet of these lines, which come in order.
    fn new(shown: Vec<(u32, Excerpt)>) -> Sheet {
        let mut text = String::new();
        let mut lines = Vec::with_capacity(shown.len());
        let mut at = 0;
        let mut start = 0;
        for (line, excerpt) in shown {
            let skipped = (line - at) as usize;
            text.extend(std::iter::repeat_n('\n', skipped));
            text.push_str(&excerpt.text);
            // An empty place at a line's end points at this space.
            text.push(' ');
            start += skipped;
            let next = start + excerpt.text.chars().count() + 1;
            lines.push(SheetLine { line, start, excerpt });
            (at, start) = (line, next);
        }
        Sheet { source: ariadne::Source::from(text), lines }
    }

    /// Where a place is on the sheet, in characters; never empty. None if its line is not on the sheet.
    pub fn range(&self, place: &Place<'_>) -> Option<Range<usize>> {
        let found = self.lines.binary_search_by_key(&place.line, |line| line.line).ok()?;
        let line = self.lines.get(found)?;
        let range = line.excerpt.range(place.span);
        let characters =
            |range| line.excerpt.text.get::<Range<usize>>(range).map_or(0, |text| text.chars().count());
        let start = line.start + characters(0..range.start);
        Some(start..start + characters(range).max(1))
    }

    fn bytes(&self) -> usize {
        self.source.text().len() + self.source.lines().len() * 32
    }
}

/// The sheets of one report.
pub(crate) struct Sheets<'a> {
    sources: &'a dyn Sources,
    budget: usize,
    /// The lines of each file that some finding shows, sorted.
    lines: HashMap<FileId, Vec<u32>>,
    kept: HashMap<FileId, Sheet>,
    kept_bytes: usize,
}

impl<'a> Sheets<'a> {
    /// Notes which lines the findings will show.
    pub fn new(diagnostics: &[Diagnostic], sources: &'a dyn Sources, budget: usize) -> Sheets<'a> {
        let mut lines: HashMap<FileId, Vec<u32>> = HashMap::new();
        for diagnostic in diagnostics {
            for place in places(diagnostic, sources).0 {
                lines.entry(place.file).or_default().push(place.line);
            }
        }
        for lines in lines.values_mut() {
            lines.sort_unstable();
            lines.dedup();
        }
        Sheets { sources, budget, lines, kept: HashMap::new(), kept_bytes: 0 }
    }

    /// Makes the sheets for one finding's places. None where that would cost too much.
    pub fn prepare(&mut self, places: &[Place<'_>]) -> Option<View<'_>> {
        if self.kept_bytes > KEPT_BYTES {
            self.kept.clear();
            self.kept_bytes = 0;
        }
        let mut own = Vec::new();
        for (file, places) in by_file(places) {
            let source = self.sources.source(file);
            let last = places.last().map_or(0, |place| place.line);
            if places.iter().all(|place| self.is_short(source, place.line)) && last < MAX_LINES {
                self.keep(file, source);
            } else if last < OWN_LINES {
                own.push((file, Sheet::new(excerpts(source, places, self.budget))));
            } else {
                return None;
            }
        }
        Some(View { kept: &self.kept, own })
    }

    fn is_short(&self, source: &Source, line: u32) -> bool {
        source.lines().line_content(&source.text, line).len() as usize <= self.budget
    }

    fn keep(&mut self, file: FileId, source: &Source) {
        if self.kept.contains_key(&file) {
            return;
        }
        let lines = self.lines.get(&file).map(Vec::as_slice).unwrap_or_default();
        let shown = lines.iter().filter(|line| **line < MAX_LINES && self.is_short(source, **line));
        let shown = shown.map(|line| (*line, Excerpt::new(source, *line, Span::default(), self.budget)));
        let sheet = Sheet::new(shown.collect());
        self.kept_bytes += sheet.bytes();
        self.kept.insert(file, sheet);
    }
}

/// The sheets for one finding.
pub(crate) struct View<'a> {
    kept: &'a HashMap<FileId, Sheet>,
    own: Vec<(FileId, Sheet)>,
}

impl View<'_> {
    /// The file's sheet.
    pub fn sheet(&self, file: FileId) -> Option<&Sheet> {
        let own = self.own.iter().find(|(owner, _)| *owner == file).map(|(_, sheet)| sheet);
        own.or_else(|| self.kept.get(&file))
    }
}
