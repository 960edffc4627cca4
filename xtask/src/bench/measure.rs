//! What one run of a command costs.
//!
//! In: a command line and the folder that is its `/`. Out: processor time and peak memory of that process alone.
//! Invariant: the kernel's own account is read, to the microsecond, and nothing but the command is in it.
//!
//! The account of finished children is a sum, and its memory is a maximum, over all of them. So each run gets a
//! process of its own, which starts one child, waits for it and reports: this program again, called as
//! `bench measure`. That process can also change its root without cost to the child. A child's peak memory is never
//! below that of the small process that started it, about 3 MB.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use nix::sys::resource::{Resource, UsageWho, getrlimit, getrusage, setrlimit};

/// nginx opens all its logs in a test: more than many machines allow at first.
const OPEN_FILES: u64 = 65_536;

/// How much of a failed command's errors is shown, in characters.
const SHOWN: usize = 1_000;

/// Processor time and memory.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Cost {
    /// User and system time.
    pub cpu: Duration,
    /// Peak resident memory, in bytes.
    pub memory: u64,
}

impl Cost {
    /// The better of two runs, field by field.
    pub fn min(self, other: Cost) -> Cost {
        Cost { cpu: self.cpu.min(other.cpu), memory: self.memory.min(other.memory) }
    }

    /// Two programs, one after the other.
    pub fn then(self, other: Cost) -> Cost {
        Cost { cpu: self.cpu + other.cpu, memory: self.memory.max(other.memory) }
    }
}

/// A command to measure.
#[derive(Clone, Debug)]
pub struct Subject {
    /// The program's path, as seen from inside the root.
    pub program: PathBuf,
    /// Its arguments.
    pub arguments: Vec<String>,
    /// The folder that becomes its `/`; none for this machine's own.
    pub root: Option<PathBuf>,
    /// The greatest exit code that is not a failure.
    pub highest_code: i32,
}

impl Subject {
    /// Runs it once.
    ///
    /// # Errors
    /// It cannot be started, or ends with a code that it should not; the message quotes its errors.
    pub fn run(&self) -> Result<Cost, String> {
        // The path of this program may have been replaced by a build since; the kernel's link stays right.
        let output = Command::new("/proc/self/exe")
            .args(["bench", "measure"])
            .arg(self.root.as_deref().unwrap_or(Path::new("/")))
            .arg(&self.program)
            .args(&self.arguments)
            .output()
            .map_err(|error| format!("cannot start the measuring process: {error}"))?;
        let errors = String::from_utf8_lossy(&output.stderr);
        let report = String::from_utf8_lossy(&output.stdout);
        let Some((code, cost)) = parse_report(&report) else {
            return Err(format!("{} was not measured: {}", self.program.display(), shorten(&errors)));
        };
        if !(0..=self.highest_code).contains(&code) {
            return Err(format!("{} ended with {code}: {}", self.program.display(), shorten(&errors)));
        }
        Ok(cost)
    }
}

/// The inner process: `bench measure ROOT PROGRAM ARGUMENTS...`.
///
/// # Errors
/// The program cannot be run.
pub fn run_inner(arguments: &[&str]) -> Result<(), String> {
    let [root, program, arguments @ ..] = arguments else {
        return Err("measure needs a root and a program".to_owned());
    };
    raise_open_files();
    // The new root has no devices: open them before.
    let input = File::open("/dev/null").map_err(|error| format!("/dev/null: {error}"))?;
    let output = File::create("/dev/null").map_err(|error| format!("/dev/null: {error}"))?;
    if *root != "/" {
        std::os::unix::fs::chroot(root).map_err(|error| format!("cannot make {root} the root: {error}"))?;
        std::env::set_current_dir("/").map_err(|error| format!("cannot enter {root}: {error}"))?;
    }
    let status = Command::new(program)
        .args(arguments)
        .stdin(Stdio::from(input))
        .stdout(Stdio::from(output))
        .status()
        .map_err(|error| format!("{program} does not start: {error}"))?;
    let usage = getrusage(UsageWho::RUSAGE_CHILDREN).map_err(|error| format!("no account: {error}"))?;
    let micros: i64 =
        [usage.user_time(), usage.system_time()].iter().map(|t| t.tv_sec() * 1_000_000 + t.tv_usec()).sum();
    println!("{} {micros} {}", status.code().unwrap_or(-1), usage.max_rss());
    Ok(())
}

/// Raises the limit of open files as far as it goes. Where that is too low, the daemon says so.
fn raise_open_files() {
    let Ok((_, hard)) = getrlimit(Resource::RLIMIT_NOFILE) else { return };
    let wanted = OPEN_FILES.max(hard);
    if setrlimit(Resource::RLIMIT_NOFILE, wanted, wanted).is_err() {
        let _ = setrlimit(Resource::RLIMIT_NOFILE, hard, hard);
    }
}

/// Exit code, microseconds, kibibytes.
fn parse_report(text: &str) -> Option<(i32, Cost)> {
    let mut words = text.split_whitespace();
    let code = words.next()?.parse().ok()?;
    let cpu = Duration::from_micros(words.next()?.parse().ok()?);
    let kibibytes: u64 = words.next()?.parse().ok()?;
    Some((code, Cost { cpu, memory: kibibytes * 1024 }))
}

fn shorten(text: &str) -> String {
    text.trim().chars().take(SHOWN).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cost(micros: u64, memory: u64) -> Cost {
        Cost { cpu: Duration::from_micros(micros), memory }
    }

    #[test]
    fn a_report_is_read_back() {
        assert_eq!(parse_report("1 2500 4\n"), Some((1, cost(2_500, 4_096))));
        assert_eq!(parse_report(""), None);
    }

    #[test]
    fn programs_in_a_row_add_time_and_share_memory() {
        assert_eq!(cost(10, 100).then(cost(5, 300)), cost(15, 300));
        assert_eq!(cost(10, 100).min(cost(5, 300)), cost(5, 100));
    }
}
