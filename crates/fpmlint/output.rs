//! Where output goes and how it looks.

use std::fs::File;
use std::io::{self, IsTerminal, Write};
use std::path::Path;
use std::sync::Arc;

use fpmlint_engine::Outcome;
use fpmlint_report::{Format, RunError, Style, UnknownFact, render, run_errors, summary_line};
use fpmlint_workspace::{Files, Memory};

use crate::arguments::{Color, OutputArguments};
use crate::sources::ShownFiles;

/// Writes the findings of a run, its summary and its errors.
pub fn write(outcome: &Outcome, output: &OutputArguments, current_dir: &Path) -> io::Result<()> {
    let to_terminal = output.output_file.is_none() && io::stdout().is_terminal();
    let color = colors(output.color, to_terminal);
    let format = output.format.unwrap_or(if to_terminal && color { Format::Pretty } else { Format::Full });
    let style = Style { color, unicode: to_terminal && locale_is_utf8(), width: width(to_terminal) };
    let sources = ShownFiles::new(&outcome.files, &outcome.diagnostics, current_dir);
    let unknowns: Vec<UnknownFact> = outcome
        .unknowns
        .iter()
        .map(|unknown| UnknownFact {
            fact: unknown.fact.clone(),
            needed_by: unknown.needed_by.iter().map(|rule| (*rule).to_owned()).collect(),
            how: unknown.how.clone(),
        })
        .collect();
    let errors = reported(&outcome.errors);
    let report = fpmlint_report::Outcome {
        diagnostics: &outcome.diagnostics,
        unknowns: &unknowns,
        errors: &errors,
        files: outcome.checked_files,
        sources: &sources,
    };
    match &output.output_file {
        Some(path) => {
            render(format, &report, &style, &mut create(path)?)?;
        }
        None => render(format, &report, &style, &mut io::stdout().lock())?,
    }
    if !format.is_human() {
        return Ok(());
    }
    write_run_errors(&outcome.errors, output.color);
    // Of nothing, nothing is known: "no problems" would be a promise.
    if !output.quiet && outcome.checked_files > 0 {
        summary_line(&report, &style, &mut io::stdout().lock())?;
    }
    Ok(())
}

/// Writes what could not be done to standard error, one line each.
pub fn write_run_errors(errors: &[fpmlint_engine::RunError], color: Color) {
    let errors = reported(errors);
    let files = Files::new(Arc::new(Memory::new()));
    let sources = ShownFiles::new(&files, &[], Path::new(""));
    let report = fpmlint_report::Outcome {
        diagnostics: &[],
        unknowns: &[],
        errors: &errors,
        files: 0,
        sources: &sources,
    };
    let style = Style { color: colors(color, io::stderr().is_terminal()), unicode: false, width: None };
    // Whoever closed standard error does not want to know; the exit code says it too.
    let _ = run_errors(&report, &style, &mut io::stderr().lock());
}

/// Writes a line to standard error. One that cannot be written is let go: the exit code says it too.
pub fn say(line: &str) {
    let _ = writeln!(io::stderr().lock(), "{line}");
}

fn reported(errors: &[fpmlint_engine::RunError]) -> Vec<RunError> {
    let errors = errors.iter();
    errors
        .map(|error| RunError { message: error.message.clone(), file: error.file.clone(), line: error.line })
        .collect()
}

#[expect(clippy::disallowed_methods, reason = "the report goes where the user wants it")]
fn create(path: &Path) -> io::Result<File> {
    File::create(path)
        .map_err(|error| io::Error::new(error.kind(), format!("cannot write {}: {error}", path.display())))
}

/// Writes errors that kept the run from starting; in JSON they are an outcome without findings.
pub fn write_errors(
    errors: &[fpmlint_engine::RunError],
    output: &OutputArguments,
    current_dir: &Path,
) -> io::Result<()> {
    let outcome = Outcome {
        files: Arc::new(Files::new(Arc::new(Memory::new()))),
        diagnostics: Vec::new(),
        unknowns: Vec::new(),
        errors: errors.to_vec(),
        checked_files: 0,
        fail_on: fpmlint_diagnostics::Severity::Warning,
    };
    write(&outcome, output, current_dir)
}

/// Writes a line per rule with its number of findings, the most first: to standard output, unless what stands there
/// is for machines.
pub fn write_statistics(outcome: &Outcome, output: &OutputArguments) -> io::Result<()> {
    let for_machines = output.format.is_some_and(|format| !format.is_human());
    if for_machines && output.output_file.is_none() {
        return statistics(outcome, &mut io::stderr().lock());
    }
    statistics(outcome, &mut io::stdout().lock())
}

fn statistics(outcome: &Outcome, out: &mut dyn Write) -> io::Result<()> {
    let mut counts: Vec<(&str, u32)> = Vec::new();
    for diagnostic in &outcome.diagnostics {
        match counts.iter_mut().find(|(rule, _)| *rule == diagnostic.rule.name) {
            Some((_, count)) => *count += diagnostic.count,
            None => counts.push((diagnostic.rule.name, diagnostic.count)),
        }
    }
    counts.sort_by_key(|(rule, count)| (std::cmp::Reverse(*count), *rule));
    counts.iter().try_for_each(|(rule, count)| writeln!(out, "{count:>7}  {rule}"))
}

fn colors(when: Color, terminal: bool) -> bool {
    match when {
        Color::Always => true,
        Color::Never => false,
        Color::Auto => {
            let refused = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
            terminal && !refused && std::env::var_os("TERM").is_none_or(|term| term != "dumb")
        }
    }
}

fn locale_is_utf8() -> bool {
    let set = ["LC_ALL", "LC_CTYPE", "LANG"].into_iter().filter_map(|name| std::env::var(name).ok());
    let first = set.into_iter().find(|value| !value.is_empty()).unwrap_or_default().to_ascii_lowercase();
    first.contains("utf-8") || first.contains("utf8")
}

fn width(terminal: bool) -> Option<usize> {
    let columns = std::env::var("COLUMNS").ok().and_then(|columns| columns.parse().ok());
    terminal.then_some(columns).flatten()
}
