//! The last words of a human report: how much was found, and what could not be known.

use std::io::{self, Write};

use crate::paint::{BOLD, FRAME, heading, paint};
use crate::shown::one_line;
use crate::{Outcome, Style, buffered};
use fpmlint_diagnostics::Severity;

/// Writes how many findings of each severity there are, how many of them `fpmlint fix` mends, and the facts
/// that mattered and could not be known. Errors are the writer's.
pub fn summary_line(outcome: &Outcome<'_>, style: &Style, out: &mut dyn Write) -> io::Result<()> {
    buffered(out, |out| {
        write_unknowns(outcome, style, out)?;
        let counts = outcome.counts();
        let parts = [(counts.errors, "error"), (counts.warnings, "warning"), (counts.infos, "note")];
        let found = parts.into_iter().filter(|(count, _)| *count > 0);
        let found = found.map(|(count, word)| counted(count, word)).collect::<Vec<_>>().join(", ");
        let found = if found.is_empty() { "no problems".to_owned() } else { found };
        write!(out, "{}", paint(style.color, BOLD, &format!("Found {found}")))?;
        write!(out, " in {}", counted(outcome.files, "file"))?;
        if counts.fixable > 0 {
            write!(out, " ({} fixable with `fpmlint fix`)", counts.fixable)?;
        }
        writeln!(out, ".")
    })
}

/// Writes what kept fpmlint from doing its work, one line each. Errors are the writer's.
pub fn run_errors(outcome: &Outcome<'_>, style: &Style, out: &mut dyn Write) -> io::Result<()> {
    buffered(out, |out| {
        for error in outcome.errors {
            if let Some(file) = &error.file {
                write!(out, "{}:", one_line(file))?;
                if let Some(line) = error.line {
                    write!(out, "{line}:")?;
                }
                write!(out, " ")?;
            }
            let word = paint(style.color, heading(Severity::Error), "error");
            writeln!(out, "{word}: {}", one_line(&error.message))?;
        }
        Ok(())
    })
}

fn write_unknowns(outcome: &Outcome<'_>, style: &Style, out: &mut dyn Write) -> io::Result<()> {
    if outcome.unknowns.is_empty() {
        return Ok(());
    }
    writeln!(out, "{}", paint(style.color, BOLD, "Not known here:"))?;
    for unknown in outcome.unknowns {
        write!(out, "  {}", one_line(&unknown.fact))?;
        if !unknown.needed_by.is_empty() {
            let rules = unknown.needed_by.join(", ");
            write!(out, " {}", paint(style.color, FRAME, &format!("({})", one_line(&rules))))?;
        }
        writeln!(out, ": {}", one_line(&unknown.how))?;
    }
    writeln!(out)
}

fn counted(count: usize, word: &str) -> String {
    if count == 1 { format!("1 {word}") } else { format!("{count} {word}s") }
}
