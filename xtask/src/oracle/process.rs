//! Running a daemon's test with a time limit.
//!
//! In: a command. Out: its exit code and all that it wrote, both streams as they came. Invariant: nothing outlives
//! the limit.

use std::io::Read;
use std::process::{Command, Stdio};
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::Duration;

const LIMIT: Duration = Duration::from_secs(10);

/// How a process ended.
pub struct Ended {
    /// Its exit code; none where a signal ended it.
    pub code: Option<i32>,
    /// Whether it was ended because the time was over.
    pub late: bool,
    /// What it wrote.
    pub output: Vec<u8>,
}

/// Runs `command` with an empty environment but for `PATH`.
///
/// # Errors
/// It cannot be started.
pub fn run(command: &mut Command) -> Result<Ended, String> {
    let name = command.get_program().to_string_lossy().into_owned();
    let failed = |error: std::io::Error| format!("{name}: {error}");
    let (mut reader, writer) = std::io::pipe().map_err(failed)?;
    command.env_clear().env("PATH", "/usr/sbin:/usr/bin:/sbin:/bin").stdin(Stdio::null());
    command.stdout(writer.try_clone().map_err(failed)?).stderr(writer);
    let child = Mutex::new(command.spawn().map_err(failed)?);
    // The command holds the writing end of the pipe too, and would keep it open for ever.
    command.stdout(Stdio::null()).stderr(Stdio::null());
    let (done, waits) = channel::<()>();
    let late = thread::scope(|scope| {
        let child = &child;
        let watch = scope.spawn(move || {
            let late = waits.recv_timeout(LIMIT) == Err(RecvTimeoutError::Timeout);
            if late {
                let _ = child.lock().unwrap_or_else(PoisonError::into_inner).kill();
            }
            late
        });
        let mut output = Vec::new();
        let read = reader.read_to_end(&mut output);
        drop(done);
        (read.map(|_| output), watch.join().unwrap_or(true))
    });
    let status = child.lock().unwrap_or_else(PoisonError::into_inner).wait().map_err(failed)?;
    let (output, late) = late;
    Ok(Ended { code: status.code(), late, output: output.map_err(failed)? })
}

/// The version that a program tells: the word behind `mark`. Empty where it does not start or says nothing of the kind.
pub fn version(command: &mut Command, mark: &str) -> String {
    let told = run(command).map(|ended| String::from_utf8_lossy(&ended.output).into_owned());
    let told = told.unwrap_or_default();
    let behind = told.split_once(mark).map_or("", |(_, behind)| behind);
    behind.split_whitespace().next().unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_version_is_the_word_behind_the_mark() {
        let told = |text: &str| version(Command::new("echo").arg(text), "nginx/");
        assert_eq!(told("nginx version: nginx/1.22.1 (x)"), "1.22.1");
        assert_eq!(told("nothing"), "");
    }

    #[test]
    fn code_and_output_come_back() {
        let ended = run(Command::new("sh").args(["-c", "echo a; echo b >&2; exit 3"])).unwrap();
        assert_eq!((ended.code, ended.output.as_slice()), (Some(3), b"a\nb\n".as_slice()));
    }
}
