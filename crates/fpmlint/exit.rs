//! How a run ends.

use std::io;
use std::process::ExitCode;

use crate::output::say;

/// What a command came to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Status {
    /// Nothing to complain about.
    Clean,
    /// Findings, or a diff.
    Found,
    /// The work could not be done, or not all of it.
    Failed,
    /// An editor was served; the code that its protocol wants.
    Served(u8),
}

/// The exit code of a run. A reader that went away (`fpmlint … | head`) ends it quietly.
pub fn code(result: io::Result<Status>) -> ExitCode {
    match result {
        Ok(Status::Clean) => ExitCode::SUCCESS,
        Ok(Status::Found) => ExitCode::from(1),
        Ok(Status::Failed) => ExitCode::from(2),
        Ok(Status::Served(code)) => ExitCode::from(code),
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => ExitCode::SUCCESS,
        Err(error) => {
            say(&format!("fpmlint: {error}"));
            ExitCode::from(2)
        }
    }
}
