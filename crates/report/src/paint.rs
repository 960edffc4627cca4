//! Colours, and codespan's writer.

use std::io::{self, Write};

use codespan_reporting::diagnostic::{LabelStyle, Severity as Level};
use codespan_reporting::term::{GeneralWriteResult, WriteStyle};
use fpmlint_diagnostics::Severity;

/// Bold.
pub(crate) const BOLD: &str = "1";
/// Line numbers and frames.
pub(crate) const FRAME: &str = "34";
/// Removed lines.
pub(crate) const RED: &str = "31";
/// Added lines, what to do.
pub(crate) const GREEN: &str = "32";

/// A severity's colour in a heading.
pub(crate) fn heading(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "1;31",
        Severity::Warning => "1;33",
        Severity::Info => "1;36",
    }
}

/// Text in a colour, or as it is.
pub(crate) fn paint(color: bool, code: &str, text: &str) -> String {
    if color { format!("\x1b[{code}m{text}\x1b[0m") } else { text.to_owned() }
}

/// The severity as codespan knows it.
pub(crate) fn level(severity: Severity) -> Level {
    match severity {
        Severity::Error => Level::Error,
        Severity::Warning => Level::Warning,
        Severity::Info => Level::Note,
    }
}

/// Gives codespan our colours, and our word `info` for what it calls a note.
pub(crate) struct Painter<'a> {
    out: &'a mut dyn Write,
    color: bool,
    is_note_next: bool,
}

impl<'a> Painter<'a> {
    pub fn new(out: &'a mut dyn Write, color: bool) -> Painter<'a> {
        Painter { out, color, is_note_next: false }
    }

    fn set(&mut self, code: &str) -> io::Result<()> {
        if self.color { write!(self.out, "\x1b[0;{code}m") } else { Ok(()) }
    }
}

impl Write for Painter<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if std::mem::take(&mut self.is_note_next) && bytes == b"note" {
            self.out.write_all(Severity::Info.name().as_bytes())?;
            return Ok(bytes.len());
        }
        self.out.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

impl WriteStyle for Painter<'_> {
    fn set_header(&mut self, level: Level) -> GeneralWriteResult {
        self.is_note_next = level == Level::Note;
        self.set(level_code(level))
    }

    fn set_header_message(&mut self) -> GeneralWriteResult {
        self.set(BOLD)
    }

    fn set_line_number(&mut self) -> GeneralWriteResult {
        self.set(FRAME)
    }

    fn set_note_bullet(&mut self) -> GeneralWriteResult {
        self.set(FRAME)
    }

    fn set_source_border(&mut self) -> GeneralWriteResult {
        self.set(FRAME)
    }

    fn set_label(&mut self, level: Level, style: LabelStyle) -> GeneralWriteResult {
        match style {
            LabelStyle::Primary => self.set(level_code(level)),
            LabelStyle::Secondary => self.set(FRAME),
        }
    }

    fn reset(&mut self) -> GeneralWriteResult {
        if self.color { self.out.write_all(b"\x1b[0m") } else { Ok(()) }
    }
}

fn level_code(level: Level) -> &'static str {
    match level {
        Level::Error | Level::Bug => heading(Severity::Error),
        Level::Warning => heading(Severity::Warning),
        Level::Note | Level::Help => heading(Severity::Info),
    }
}

/// codespan's error as the writer's.
pub(crate) fn io_error(error: codespan_reporting::files::Error) -> io::Error {
    match error {
        codespan_reporting::files::Error::Io(error) => error,
        error => io::Error::other(error),
    }
}
