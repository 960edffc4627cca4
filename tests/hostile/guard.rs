//! Runs the binary with a limit in time, and looks at how it ended.

use std::ffi::OsStr;
use std::io::Read;
use std::process::Stdio;
use std::sync::mpsc;
use std::time::{Duration, Instant};

use crate::support::{Folder, command};

/// Far more than any run here takes.
const LIMIT: Duration = Duration::from_secs(10);

/// Runs that take longer are written to standard error, for whoever looks (`--nocapture`).
const SLOW: Duration = Duration::from_millis(500);

/// What `--as` takes.
pub const KINDS: [&str; 5] = ["php-fpm", "php-ini", "nginx", "apache", "htaccess"];

/// Runs the binary and gives what it wrote to standard output. Fails on a crash, and on a run that does not end.
#[track_caller]
pub fn survive<A: AsRef<OsStr>>(
    what: &str,
    folder: &Folder,
    arguments: impl IntoIterator<Item = A>,
) -> Vec<u8> {
    let mut command = command(folder.path());
    command.args(arguments).stdout(Stdio::piped()).stderr(Stdio::piped()).stdin(Stdio::null());
    let start = Instant::now();
    let mut child = command.spawn().expect("a run");
    let (sender, receiver) = mpsc::channel();
    let mut out = child.stdout.take().expect("a pipe");
    let mut err = child.stderr.take().expect("a pipe");
    let reader = std::thread::spawn(move || {
        let mut bytes = Vec::new();
        let _ = err.read_to_end(&mut bytes);
        bytes
    });
    std::thread::spawn(move || {
        let mut bytes = Vec::new();
        let _ = out.read_to_end(&mut bytes);
        let _ = sender.send(bytes);
    });
    let Ok(out) = receiver.recv_timeout(LIMIT) else {
        let _ = child.kill();
        let _ = child.wait();
        panic!("{what}: no end after {LIMIT:?}: {command:?}");
    };
    let status = child.wait().expect("an end");
    if start.elapsed() > SLOW {
        eprintln!("slow: {:?} for {what}: {command:?}", start.elapsed());
    }
    let err = reader.join().expect("standard error");
    let err = String::from_utf8_lossy(&err);
    assert!(matches!(status.code(), Some(0..=2)), "{what}: {status}: {command:?}\n{err}");
    assert!(!err.contains("panicked"), "{what}: {command:?}\n{err}");
    out
}

/// Checks a file as each kind of main file.
#[track_caller]
pub fn survive_as_each(what: &str, folder: &Folder, name: &str) {
    for kind in KINDS {
        let what = format!("{what} as {kind}");
        let out = survive(&what, folder, ["check", "--format", "json", "--as", kind, name]);
        is_report(&what, &out);
    }
}

/// Checks the folder as a project.
#[track_caller]
pub fn survive_project(what: &str, folder: &Folder) {
    is_report(what, &survive(what, folder, ["check", "--format", "json"]));
}

/// Whether the bytes are a report whose places make sense.
#[track_caller]
pub fn is_report(what: &str, out: &[u8]) {
    let report: serde_json::Value =
        serde_json::from_slice(out).unwrap_or_else(|error| panic!("{what}: no JSON: {error}"));
    for finding in report["diagnostics"].as_array().expect("findings") {
        let number = |end: &str, key: &str| finding["range"][end][key].as_u64().expect("a number");
        let start = (number("start", "line"), number("start", "column"));
        let end = (number("end", "line"), number("end", "column"));
        assert!(start.0 >= 1 && start.1 >= 1 && start <= end, "{what}: {finding}");
        assert!(number("start", "offset") <= number("end", "offset"), "{what}: {finding}");
    }
}
