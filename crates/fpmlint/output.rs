//! Where output goes and how it looks.

use std::fs::{File, OpenOptions};
use std::io::{self, IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use fpmlint_engine::Outcome;
use fpmlint_report::{Format, RunError, Style, UnknownFact, job_summary, render, run_errors, summary_line};
use fpmlint_workspace::{Files, Memory};

use crate::arguments::{Color, OutputArguments};
use crate::sources::ShownFiles;

/// Writes the findings of a run, its summary and its errors.
pub fn write(outcome: &Outcome, output: &OutputArguments, current_dir: &Path) -> io::Result<()> {
    let to_terminal = output.output_file.is_none() && io::stdout().is_terminal();
    let color = colors(output.color, to_terminal);
    let format = output.format.unwrap_or(if to_terminal && color { Format::Pretty } else { Format::Full });
    let style = Style { color, unicode: to_terminal && locale_is_utf8(), width: width(to_terminal) };
    let sources = ShownFiles::new(outcome, &named_from(format, current_dir));
    let (unknowns, errors) = (unknowns(outcome), reported(&outcome.errors));
    let report = report(outcome, &unknowns, &errors, &sources);
    match &output.output_file {
        Some(path) => {
            render(format, &report, &style, &mut create(path)?)?;
        }
        None => render(format, &report, &style, &mut io::stdout().lock())?,
    }
    if format == Format::Github {
        write_job_summary(&report)?;
    }
    if !format.holds_errors() {
        write_run_errors(&outcome.errors, output.color);
    }
    if output.quiet {
        return Ok(());
    }
    if !format.is_human() {
        if !outcome.stale.is_empty() {
            let count = outcome.stale.len();
            say(&format!("{count} of the baseline not found any more; `--update-baseline` removes it"));
        }
        return Ok(());
    }
    // Of nothing, nothing is known: "no problems" would be a promise.
    if outcome.checked_files > 0 {
        summary_line(&report, &style, &mut io::stdout().lock())?;
    }
    Ok(())
}

/// The folder that names of files are relative to: for the services that show findings beside the code, the top of
/// their copy of it, if we run in it.
fn named_from(format: Format, current_dir: &Path) -> PathBuf {
    let variable = match format {
        Format::Github | Format::Sarif => "GITHUB_WORKSPACE",
        Format::Gitlab => "CI_PROJECT_DIR",
        _ => return current_dir.to_owned(),
    };
    let top = std::env::var_os(variable).map(PathBuf::from).filter(|top| top.is_absolute());
    top.filter(|top| current_dir.starts_with(top)).unwrap_or_else(|| current_dir.to_owned())
}

/// Adds the table of findings to the page of a job of GitHub Actions, where there is one.
#[expect(clippy::disallowed_methods, reason = "GitHub names the file")]
fn write_job_summary(report: &fpmlint_report::Outcome<'_>) -> io::Result<()> {
    let Some(path) = std::env::var_os("GITHUB_STEP_SUMMARY").filter(|path| !path.is_empty()) else {
        return Ok(());
    };
    let path = Path::new(&path);
    let file = OpenOptions::new().create(true).append(true).open(path);
    job_summary(report, &mut file.map_err(|error| cannot_write(path, &error))?)
}

fn report<'a>(
    outcome: &'a Outcome,
    unknowns: &'a [UnknownFact],
    errors: &'a [RunError],
    sources: &'a ShownFiles,
) -> fpmlint_report::Outcome<'a> {
    fpmlint_report::Outcome {
        diagnostics: &outcome.diagnostics,
        unknowns,
        errors,
        files: outcome.checked_files,
        known: outcome.known,
        stale: &outcome.stale,
        sources,
    }
}

fn unknowns(outcome: &Outcome) -> Vec<UnknownFact> {
    let unknowns = outcome.unknowns.iter().map(|unknown| UnknownFact {
        fact: unknown.fact.clone(),
        needed_by: unknown.needed_by.iter().map(|rule| (*rule).to_owned()).collect(),
        how: unknown.how.clone(),
    });
    unknowns.collect()
}

/// Writes what could not be done to standard error, one line each.
pub fn write_run_errors(errors: &[fpmlint_engine::RunError], color: Color) {
    let outcome = failed(errors);
    let sources = ShownFiles::new(&outcome, Path::new(""));
    let errors = reported(errors);
    let report = report(&outcome, &[], &errors, &sources);
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
    File::create(path).map_err(|error| cannot_write(path, &error))
}

fn cannot_write(path: &Path, error: &io::Error) -> io::Error {
    io::Error::new(error.kind(), format!("cannot write {}: {error}", path.display()))
}

/// Writes errors that kept the run from starting; in JSON they are an outcome without findings.
pub fn write_errors(
    errors: &[fpmlint_engine::RunError],
    output: &OutputArguments,
    current_dir: &Path,
) -> io::Result<()> {
    write(&failed(errors), output, current_dir)
}

/// The outcome of a run that could not start.
fn failed(errors: &[fpmlint_engine::RunError]) -> Outcome {
    Outcome {
        files: Arc::new(Files::new(Arc::new(Memory::new()))),
        diagnostics: Vec::new(),
        unknowns: Vec::new(),
        errors: errors.to_vec(),
        checked_files: 0,
        read: Vec::new(),
        known: 0,
        stale: Vec::new(),
        fail_on: fpmlint_diagnostics::Severity::Warning,
    }
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
