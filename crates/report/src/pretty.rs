//! Frames with arrows, drawn by ariadne: one for each finding, through all its files.

use std::fmt;
use std::io::{self, Write};

use ariadne::{Cache, CharSet, Color, Config, IndexType, Label, Report, ReportKind};
use fpmlint_diagnostics::{Diagnostic, Severity};
use fpmlint_text::FileId;

use crate::full::{config, write_full};
use crate::notes::{help, notes};
use crate::paint::{BOLD, heading, paint};
use crate::place::{Place, by_file, location, places};
use crate::preview::preview;
use crate::sheet::{Sheets, View};
use crate::shown::one_line;
use crate::{Outcome, Sources, Style, buffered, rule_url};

/// Stand around a file's number in ariadne's output. Control characters reach it from nowhere else, apart from
/// the escapes of its colours.
const OPEN: char = '\u{1}';
const CLOSE: char = '\u{2}';

/// Writes a frame for each finding. The few in a long line far down in a file are drawn as [`full`] draws them:
/// ariadne would count all lines before each of them. Errors are the writer's.
///
/// [`full`]: crate::full
pub fn pretty(outcome: &Outcome<'_>, style: &Style, out: &mut dyn Write) -> io::Result<()> {
    let plain = config(style);
    let mut sheets = Sheets::new(outcome.diagnostics, outcome.sources, style.budget());
    let mut frame = Vec::new();
    buffered(out, |out| {
        for diagnostic in outcome.diagnostics {
            let (places, more) = places(diagnostic, outcome.sources);
            let Some(view) = sheets.prepare(&places) else {
                write_full(diagnostic, outcome.sources, style, &plain, &mut frame, out)?;
                continue;
            };
            frame.clear();
            let report = report(diagnostic, &places, more, &view, outcome.sources, style);
            report.write(view, &mut frame)?;
            write_heading(diagnostic, style, out)?;
            write_frame(&frame, &places, outcome.sources, out)?;
            writeln!(out, "  see {}", rule_url(diagnostic.rule))?;
            if let Some(fix) = &diagnostic.fix {
                preview(fix, outcome.sources, style, out)?;
            }
            out.write_all(b"\n")?;
        }
        Ok(())
    })
}

/// A range of a file's sheet in characters, as ariadne wants it.
type SheetSpan = (FileId, std::ops::Range<usize>);

fn report(
    diagnostic: &Diagnostic,
    places: &[Place<'_>],
    more: usize,
    view: &View<'_>,
    sources: &dyn Sources,
    style: &Style,
) -> Report<'static, SheetSpan> {
    let char_set = if style.unicode { CharSet::Unicode } else { CharSet::Ascii };
    // Characters, not bytes: with bytes ariadne 0.6 takes a second file's location, which it counts in
    // characters, for an offset in bytes, and panics where that lies within a character.
    let config =
        Config::new().with_index_type(IndexType::Char).with_color(style.color).with_char_set(char_set);
    // The heading is ours: ariadne's has neither our words nor a way to switch its colour off.
    let mut report = Report::build(ReportKind::Error, (diagnostic.file, 0..0)).with_config(config);
    for (order, place) in places.iter().enumerate() {
        let Some(range) = view.sheet(place.file).and_then(|sheet| sheet.range(place)) else { continue };
        let color = if place.is_primary { primary_color(diagnostic.severity) } else { Color::Blue };
        // ariadne underlines only what has a message.
        let message = place.message.as_deref().filter(|message| !message.is_empty()).unwrap_or("here");
        let label = Label::new((place.file, range)).with_message(message).with_color(color);
        report.add_label(label.with_order(order as i32).with_priority(i32::from(place.is_primary)));
    }
    if let Some(help) = help(diagnostic) {
        report.add_help(help);
    }
    // One note of several lines: ariadne numbers notes, and puts an empty line before each.
    let notes = notes(diagnostic, more, sources);
    if !notes.is_empty() {
        report.add_note(notes.join("\n"));
    }
    report.finish()
}

fn primary_color(severity: Severity) -> Color {
    match severity {
        Severity::Error => Color::Red,
        Severity::Warning => Color::Yellow,
        Severity::Info => Color::Cyan,
    }
}

fn write_heading(diagnostic: &Diagnostic, style: &Style, out: &mut dyn Write) -> io::Result<()> {
    let word = format!("{}[{}]", diagnostic.severity, diagnostic.rule.name);
    let word = paint(style.color, heading(diagnostic.severity), &word);
    let message = format!(": {}", one_line(&diagnostic.message));
    writeln!(out, "{word}{}", paint(style.color, BOLD, &message))
}

/// Writes ariadne's frame without its heading, with our names, lines and columns for its own: it takes the
/// column from the excerpt.
fn write_frame(
    frame: &[u8],
    places: &[Place<'_>],
    sources: &dyn Sources,
    out: &mut dyn Write,
) -> io::Result<()> {
    let frame = String::from_utf8_lossy(frame);
    for line in frame.lines().skip(1) {
        let Some((before, after)) = line.split_once(OPEN) else {
            writeln!(out, "{}", line.trim_end())?;
            continue;
        };
        let (number, after) = after.split_once(CLOSE).unwrap_or((after, ""));
        let after = after.trim_start_matches(|character: char| matches!(character, ':' | '?' | '0'..='9'));
        write!(out, "{before}")?;
        if let Some((file, places)) = by_file(places).find(|(file, _)| file.0.to_string() == number) {
            let source = sources.source(file);
            let (line, column) = location(places, source);
            write!(out, "{}:{line}:{column}", one_line(&source.name))?;
        }
        writeln!(out, "{}", after.trim_end())?;
    }
    Ok(())
}

impl Cache<FileId> for View<'_> {
    type Storage = String;

    fn fetch(&mut self, file: &FileId) -> Result<&ariadne::Source<String>, impl fmt::Debug> {
        self.sheet(*file).map(|sheet| &sheet.source).ok_or("no sheet for this file")
    }

    fn display<'a>(&self, file: &'a FileId) -> Option<impl fmt::Display + 'a> {
        Some(format!("{OPEN}{}{CLOSE}", file.0))
    }
}
