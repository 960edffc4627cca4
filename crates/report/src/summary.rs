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
        write_stale(outcome, style, out)?;
        let (found, rest) = sentence(outcome);
        writeln!(out, "{}{rest}", paint(style.color, BOLD, &found))
    })
}

/// How much was found, in one sentence.
pub(crate) fn found(outcome: &Outcome<'_>) -> String {
    let (found, rest) = sentence(outcome);
    found + &rest
}

/// The sentence in two parts, of which the first counts.
fn sentence(outcome: &Outcome<'_>) -> (String, String) {
    let counts = outcome.counts();
    let parts = [(counts.errors, "error"), (counts.warnings, "warning"), (counts.infos, "note")];
    let found = parts.into_iter().filter(|(count, _)| *count > 0);
    let found = found.map(|(count, word)| counted(count, word)).collect::<Vec<_>>().join(", ");
    let found = match (found.is_empty(), outcome.known) {
        (true, 0) => "no problems".to_owned(),
        (true, _) => "no new problems".to_owned(),
        (false, _) => found,
    };
    let mut notes = Vec::new();
    if counts.fixable > 0 {
        notes.push(format!("{} fixable with `fpmlint fix`", counts.fixable));
    }
    if outcome.known > 0 {
        notes.push(format!("{} more in the baseline", outcome.known));
    }
    if !outcome.stale.is_empty() {
        notes.push(format!("{} of the baseline gone", outcome.stale.len()));
    }
    let notes = if notes.is_empty() { String::new() } else { format!(" ({})", notes.join(", ")) };
    (format!("Found {found}"), format!(" in {}{notes}.", counted(outcome.files, "file")))
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

/// Lines of the baseline that are listed.
const MAX_STALE: usize = 20;

fn write_stale(outcome: &Outcome<'_>, style: &Style, out: &mut dyn Write) -> io::Result<()> {
    if outcome.stale.is_empty() {
        return Ok(());
    }
    let heading = "In the baseline and not found any more (`--update-baseline` removes it):";
    writeln!(out, "{}", paint(style.color, BOLD, heading))?;
    for line in outcome.stale.iter().take(MAX_STALE) {
        writeln!(out, "  {}", one_line(line))?;
    }
    if outcome.stale.len() > MAX_STALE {
        writeln!(out, "  and {} more", outcome.stale.len() - MAX_STALE)?;
    }
    writeln!(out)
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
