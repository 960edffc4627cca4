//! `fpmlint check`.

use std::io;

use fpmlint_engine::{Outcome, check, load};

use super::fix::{Change, change};
use super::options;
use crate::arguments::CheckArguments;
use crate::exit::Status;
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
    if arguments.fix || arguments.diff {
        let how = Change { allow_unsafe: arguments.unsafe_fixes, diff: arguments.diff };
        return change(outcome, &options, how, &arguments.output);
    }
    output::write(&outcome, &arguments.output, &options.current_dir)?;
    if arguments.statistics {
        output::write_statistics(&outcome, &mut io::stdout().lock())?;
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
