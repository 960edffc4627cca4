//! Plain frames, drawn by codespan-reporting over excerpts of the files.

use std::io::{self, Write};
use std::ops::Range;

use codespan_reporting::diagnostic::{Diagnostic as Shown, Label};
use codespan_reporting::files::{Error, Files, Location};
use codespan_reporting::term::{Chars, Config, DisplayStyle, emit_to_write_style};
use fpmlint_diagnostics::Diagnostic;
use fpmlint_text::Span;

use crate::excerpt::{Excerpt, excerpts};
use crate::notes::{help, notes};
use crate::paint::{Painter, io_error, level};
use crate::place::{Place, by_file, location, places};
use crate::preview::preview;
use crate::shown::one_line;
use crate::{Outcome, Source, Sources, Style, buffered, rule_url};

/// Writes a frame for each finding: its lines in all its files, help, notes and a preview of its fix. Errors
/// are the writer's.
pub fn full(outcome: &Outcome<'_>, style: &Style, out: &mut dyn Write) -> io::Result<()> {
    let config = config(style);
    buffered(out, |out| {
        let mut frame = Vec::new();
        for diagnostic in outcome.diagnostics {
            write_full(diagnostic, outcome.sources, style, &config, &mut frame, out)?;
        }
        Ok(())
    })
}

/// codespan's settings for this style.
pub(crate) fn config(style: &Style) -> Config {
    let chars = if style.unicode { Chars::box_drawing() } else { Chars::ascii() };
    Config { display_style: DisplayStyle::Rich, chars, ..Config::default() }
}

/// Writes one finding. `frame` is scratch space.
pub(crate) fn write_full(
    diagnostic: &Diagnostic,
    sources: &dyn Sources,
    style: &Style,
    config: &Config,
    frame: &mut Vec<u8>,
    out: &mut dyn Write,
) -> io::Result<()> {
    let (places, more) = places(diagnostic, sources);
    let pages: Vec<Page> = by_file(&places)
        .map(|(file, places)| Page::new(sources.source(file), places, style.budget()))
        .collect();
    let mut shown = Shown::new(level(diagnostic.severity))
        .with_code(diagnostic.rule.name)
        .with_message(one_line(&diagnostic.message));
    for (file, (page, (_, places))) in pages.iter().zip(by_file(&places)).enumerate() {
        shown.labels.extend(places.iter().map(|place| page.label(file, place)));
    }
    // Further lines are indented to stand below the first.
    shown.notes.extend(help(diagnostic).map(|help| format!("help: {}", help.replace('\n', "\n      "))));
    shown.notes.extend(notes(diagnostic, more, sources).into_iter().map(|note| format!("note: {note}")));
    shown.notes.push(format!("see {}", rule_url(diagnostic.rule)));
    frame.clear();
    emit_to_write_style(&mut Painter::new(frame, style.color), config, &Pages(&pages), &shown)
        .map_err(io_error)?;
    // codespan ends with an empty line, before which the preview comes, and writes spaces behind empty lines.
    for line in frame.trim_ascii_end().split(|byte| *byte == b'\n') {
        out.write_all(line.trim_ascii_end())?;
        out.write_all(b"\n")?;
    }
    if let Some(fix) = &diagnostic.fix {
        preview(fix, sources, style, out)?;
    }
    out.write_all(b"\n")
}

/// The lines of one file that a frame shows.
struct Page {
    name: String,
    location: Location,
    text: String,
    lines: Vec<Line>,
}

/// One of them.
struct Line {
    /// The line's number in the file, from 0.
    index: usize,
    /// Its bytes in the page's text, without line end.
    range: Range<usize>,
    excerpt: Excerpt,
}

impl Page {
    /// The page for the places of one file.
    fn new(source: &Source, places: &[Place<'_>], budget: usize) -> Page {
        let (line_number, column_number) = location(places, source);
        let mut page = Page {
            name: one_line(&source.name).into_owned(),
            location: Location { line_number: line_number as usize, column_number: column_number as usize },
            text: String::new(),
            lines: Vec::new(),
        };
        for (line, excerpt) in excerpts(source, places, budget) {
            // codespan shows the one line between two others.
            if page.lines.last().is_some_and(|last| last.index + 2 == line as usize) {
                let start = Span::empty(source.lines().full_line(line - 1).start);
                page.push(line - 1, Excerpt::new(source, line - 1, start, budget));
            }
            page.push(line, excerpt);
        }
        page
    }

    fn push(&mut self, line: u32, excerpt: Excerpt) {
        let start = self.text.len();
        self.text.push_str(&excerpt.text);
        self.lines.push(Line { index: line as usize, range: start..self.text.len(), excerpt });
        self.text.push('\n');
    }

    /// A place as codespan's label; `file` is the page's number.
    fn label(&self, file: usize, place: &Place<'_>) -> Label<usize> {
        let line = self.lines.iter().find(|line| line.index == place.line as usize);
        let range = line.map_or(0..0, |line| {
            let range = line.excerpt.range(place.span);
            line.range.start + range.start..line.range.start + range.end
        });
        let label =
            if place.is_primary { Label::primary(file, range) } else { Label::secondary(file, range) };
        label.with_message(place.message.as_deref().unwrap_or_default())
    }
}

/// The pages of a frame, as codespan wants them: a file's number is the page's index.
struct Pages<'a>(&'a [Page]);

impl Pages<'_> {
    fn page(&self, file: usize) -> Result<&Page, Error> {
        self.0.get(file).ok_or(Error::FileMissing)
    }
}

impl<'a> Files<'a> for Pages<'_> {
    type FileId = usize;
    type Name = &'a str;
    type Source = &'a str;

    fn name(&'a self, file: usize) -> Result<&'a str, Error> {
        Ok(&self.page(file)?.name)
    }

    fn source(&'a self, file: usize) -> Result<&'a str, Error> {
        Ok(&self.page(file)?.text)
    }

    fn line_index(&'a self, file: usize, offset: usize) -> Result<usize, Error> {
        let page = self.page(file)?;
        // An offset at the end of a line's text is still on it: what follows is the line end.
        let line = page.lines.iter().find(|line| offset <= line.range.end).or(page.lines.last());
        line.map(|line| line.index).ok_or(Error::FileMissing)
    }

    fn line_range(&'a self, file: usize, line: usize) -> Result<Range<usize>, Error> {
        let page = self.page(file)?;
        let found = page.lines.iter().find(|shown| shown.index == line);
        found.map(|line| line.range.clone()).ok_or(Error::LineTooLarge { given: line, max: page.lines.len() })
    }

    fn location(&'a self, file: usize, _offset: usize) -> Result<Location, Error> {
        Ok(self.page(file)?.location)
    }
}
