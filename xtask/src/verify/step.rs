//! One step of a verification: a command whose output is passed on and listened to.
//!
//! In: a command line. Out: its output as it comes, the test counts found in it, and whether it succeeded.
//! Invariant: a step sees the same environment on every machine as far as colours, prompts and snapshots go.

use std::ffi::OsString;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Command, Stdio};

use super::counts::Counts;

/// A command of cargo, and what people call it.
pub struct Step {
    /// A short name for progress lines and the summary.
    pub name: &'static str,
    arguments: &'static [&'static str],
}

impl Step {
    /// A step that runs `cargo` with `arguments`.
    pub const fn cargo(name: &'static str, arguments: &'static [&'static str]) -> Step {
        Step { name, arguments }
    }

    /// What one would type to run this step alone.
    pub fn command_line(&self) -> String {
        format!("cargo {}", self.arguments.join(" "))
    }

    /// Runs the step, and adds the tests that it reports to `counts`.
    ///
    /// # Errors
    /// The command cannot be started, or does not succeed.
    pub fn run(&self, repository: &Path, counts: &mut Counts) -> Result<(), String> {
        // The same cargo as the one that runs us, whatever PATH says.
        let cargo = std::env::var_os("CARGO").unwrap_or_else(|| OsString::from("cargo"));
        let mut child = Command::new(cargo)
            .args(self.arguments)
            .current_dir(repository)
            .env("CARGO_TERM_PROGRESS_WHEN", "never")
            // A snapshot that differs is a failed test here, not a file to look at later.
            .env("INSTA_UPDATE", "no")
            .env("INSTA_FORCE_PASS", "0")
            .env("RUST_BACKTRACE", "1")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .map_err(|error| format!("cargo does not start: {error}"))?;
        if let Some(output) = child.stdout.take() {
            pass_on(output, counts).map_err(|error| format!("its output cannot be passed on: {error}"))?;
        }
        let status = child.wait().map_err(|error| format!("cannot wait for it: {error}"))?;
        if status.success() { Ok(()) } else { Err(format!("`{}` ended with {status}", self.command_line())) }
    }
}

/// Copies lines to standard output, bytes as they are, and counts tests on the way.
fn pass_on(output: impl std::io::Read, counts: &mut Counts) -> std::io::Result<()> {
    let mut reader = BufReader::new(output);
    let mut line = Vec::new();
    let mut out = std::io::stdout().lock();
    loop {
        line.clear();
        if reader.read_until(b'\n', &mut line)? == 0 {
            return out.flush();
        }
        counts.read_line(&String::from_utf8_lossy(&line));
        out.write_all(&line)?;
    }
}
