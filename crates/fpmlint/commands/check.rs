//! `fpmlint check`.

use std::io;

use fpmlint_engine::{Outcome, check, load};

use super::baseline::BaselineFile;
use super::fix::{Change, change};
use super::{options, standard_input};
use crate::arguments::CheckArguments;
use crate::exit::Status;
use crate::notices::notices;
use crate::output;

pub fn run(arguments: &CheckArguments) -> io::Result<Status> {
    let mut options = options(&arguments.load, Some(&arguments.rules))?;
    if let Some(name) = &arguments.stdin_filename {
        standard_input::lay_over(&mut options, name)?;
    }
    let baseline = arguments.baseline.as_deref();
    let baseline = baseline.map(|path| BaselineFile::read(path, &options, arguments.update_baseline));
    let mut baseline = match baseline.transpose() {
        Ok(baseline) => baseline,
        Err(error) => {
            output::write_errors(&[error], &arguments.output, &options.current_dir)?;
            return Ok(Status::Failed);
        }
    };
    let project = match load(&options) {
        Ok(project) => project,
        Err(errors) => {
            output::write_errors(&errors, &arguments.output, &options.current_dir)?;
            return Ok(Status::Failed);
        }
    };
    let mut outcome = check(&project, &options);
    if !arguments.output.quiet {
        notices(&project, &outcome, &options).iter().for_each(|notice| output::say(notice));
    }
    if let Some(baseline) = &mut baseline {
        // What could not be read whole is no base for anything.
        if arguments.update_baseline && outcome.errors.is_empty() {
            baseline.update(&project, &options, &outcome)?;
        }
        baseline.hide(&project, &options, &mut outcome);
    }
    if arguments.fix || arguments.diff {
        let how = Change {
            allow_unsafe: arguments.unsafe_fixes,
            diff: arguments.diff,
            statistics: arguments.statistics,
            baseline: baseline.as_ref(),
        };
        return change(outcome, &options, how, &arguments.output);
    }
    output::write(&outcome, &arguments.output, &options.current_dir)?;
    if arguments.statistics {
        output::write_statistics(&outcome, &arguments.output)?;
    }
    // Nothing needs to be tidied up: leaving at once saves giving every tree back.
    let status = status(&outcome);
    std::mem::forget((outcome, project));
    Ok(status)
}

/// What the findings and errors of a run come to; errors weigh more.
pub fn status(outcome: &Outcome) -> Status {
    if !outcome.errors.is_empty() {
        return Status::Failed;
    }
    if outcome.failed() { Status::Found } else { Status::Clean }
}
