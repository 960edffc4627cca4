//! `fpmlint check`.

use std::io;

use fpmlint_engine::{Outcome, check, load};

use super::fix::{Change, change};
use super::options;
use crate::arguments::CheckArguments;
use crate::exit::Status;
use crate::notices::notices;
use crate::output;

pub fn run(arguments: &CheckArguments) -> io::Result<Status> {
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
    if arguments.fix || arguments.diff {
        let statistics = arguments.statistics;
        let how = Change { allow_unsafe: arguments.unsafe_fixes, diff: arguments.diff, statistics };
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
