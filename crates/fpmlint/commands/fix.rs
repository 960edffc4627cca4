//! `fpmlint fix`, and `check` with `--fix` or `--diff`.

use std::fs;
use std::io::{self, Write};
use std::path::Path;

use fpmlint_engine::{FixedFile, Options, Outcome, apply, check, load, shown_path};
use similar::TextDiff;

use super::baseline::BaselineFile;
use super::check::status;
use super::options;
use crate::arguments::{Color, FixArguments, OutputArguments};
use crate::exit::Status;
use crate::notices::notices;
use crate::output;

/// Rounds after which fixes that call for further fixes are left to the next run.
const MAX_ROUNDS: usize = 10;

/// How files are changed.
#[derive(Clone, Copy)]
pub struct Change<'a> {
    /// Also by fixes that may change more than the fault.
    pub allow_unsafe: bool,
    /// Not at all: show what would change.
    pub diff: bool,
    /// Show how many of the remaining findings each rule has.
    pub statistics: bool,
    /// What is known is neither fixed nor shown.
    pub baseline: Option<&'a BaselineFile>,
}

pub fn run(arguments: &FixArguments) -> io::Result<Status> {
    let options = options(&arguments.load, Some(&arguments.rules))?;
    let project = match load(&options) {
        Ok(project) => project,
        Err(errors) => {
            output::write_errors(&errors, &arguments.output, &options.current_dir)?;
            return Ok(Status::Failed);
        }
    };
    let outcome = check(&project, &options);
    if !arguments.output.quiet {
        notices(&project, &outcome, &options).iter().for_each(|notice| output::say(notice));
    }
    let how = Change {
        allow_unsafe: arguments.unsafe_fixes,
        diff: arguments.diff,
        statistics: false,
        baseline: None,
    };
    change(outcome, &options, how, &arguments.output)
}

/// Applies fixes until none is left to apply, then shows what remains; or shows the difference of one round.
pub fn change(
    mut outcome: Outcome,
    options: &Options,
    how: Change<'_>,
    settings: &OutputArguments,
) -> io::Result<Status> {
    if how.diff {
        return show_diff(&outcome, options, how, settings.color);
    }
    let mut fixed = 0;
    for _ in 0..MAX_ROUNDS {
        let applied = apply(&outcome.files, &outcome.diagnostics, how.allow_unsafe);
        if applied.fixes == 0 {
            break;
        }
        let errors = outcome.count(fpmlint_diagnostics::Severity::Error);
        write_files(&outcome, &applied.files)?;
        let Ok(project) = load(options) else { break };
        let mut again = check(&project, options);
        if let Some(baseline) = how.baseline {
            baseline.hide(&project, options, &mut again);
        }
        if again.count(fpmlint_diagnostics::Severity::Error) > errors {
            restore(&outcome, &applied.files)?;
            output::say("fpmlint: the fixes made things worse and were taken back; please report this");
            break;
        }
        fixed += applied.fixes;
        outcome = again;
    }
    output::write(&outcome, settings, &options.current_dir)?;
    if how.statistics {
        output::write_statistics(&outcome, settings)?;
    }
    if fixed > 0 && !settings.quiet {
        let noun = if fixed == 1 { "fix" } else { "fixes" };
        output::say(&format!("Applied {fixed} {noun}."));
    }
    Ok(status(&outcome))
}

fn show_diff(outcome: &Outcome, options: &Options, how: Change<'_>, color: Color) -> io::Result<Status> {
    let applied = apply(&outcome.files, &outcome.diagnostics, how.allow_unsafe);
    let mut out = io::stdout().lock();
    for file in &applied.files {
        let name = shown_path(&outcome.files.get(file.file).path, &options.current_dir);
        let before = String::from_utf8_lossy(&file.before);
        let after = String::from_utf8_lossy(&file.after);
        let diff = TextDiff::from_lines(&before, &after);
        write!(out, "{}", diff.unified_diff().header(&format!("a/{name}"), &format!("b/{name}")))?;
    }
    if !outcome.errors.is_empty() {
        output::write_run_errors(&outcome.errors, color);
        return Ok(Status::Failed);
    }
    Ok(if applied.files.is_empty() { Status::Clean } else { Status::Found })
}

fn write_files(outcome: &Outcome, files: &[FixedFile]) -> io::Result<()> {
    for file in files {
        write_file(&outcome.files.get(file.file).path, &file.after)?;
    }
    Ok(())
}

fn restore(outcome: &Outcome, files: &[FixedFile]) -> io::Result<()> {
    for file in files {
        write_file(&outcome.files.get(file.file).path, &file.before)?;
    }
    Ok(())
}

/// Writes in place, so that owner, mode and links stay as they are.
#[expect(clippy::disallowed_methods, reason = "fixes are written where the user has the file")]
fn write_file(path: &Path, text: &[u8]) -> io::Result<()> {
    fs::write(path, text)
        .map_err(|error| io::Error::new(error.kind(), format!("cannot write {}: {error}", path.display())))
}
