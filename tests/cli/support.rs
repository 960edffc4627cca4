//! A folder of one case, and runs of the binary in it.

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::Value;
use tempfile::TempDir;

/// A pool without a fault.
pub const SOUND: &str = "\
[www]
user = nobody
listen = /run/a.sock
pm = static
pm.max_children = 5
";

/// A pool with one finding of severity info, which has a safe fix.
pub const INFO: &str = "\
[www]
user = nobody
listen = /run/a.sock
listen.allowed_clients = 127.0.0.1
pm = static
pm.max_children = 5
";

/// A pool with one finding of severity warning, which has a safe fix.
pub const WARNING: &str = "\
; fpmlint: ignore[slowlog-never-written] not needed
[www]
user = nobody
listen = /run/a.sock
pm = static
pm.max_children = 5
";

/// A pool with one finding of severity error and no fix.
pub const ERROR: &str = "\
[www]
user = nobody
listen = /run/a.sock
pm = static
pm.max_children = 5
bogus = 1
";

/// A folder that goes away at the end of its case.
pub struct Folder(TempDir);

impl Folder {
    pub fn new() -> Folder {
        Folder(tempfile::Builder::new().prefix("fpmlint-").tempdir().expect("a folder"))
    }

    /// A folder with one file, `pool.conf`.
    pub fn with_pool(text: &str) -> Folder {
        let folder = Folder::new();
        folder.write("pool.conf", text);
        folder
    }

    /// A copy of one of the examples.
    pub fn with_example(name: &str) -> Folder {
        let folder = Folder::new();
        copy(&example(name), folder.path());
        folder
    }

    pub fn path(&self) -> &Path {
        self.0.path()
    }

    /// Writes a file, and makes the folders above it.
    pub fn write(&self, name: impl AsRef<Path>, text: impl AsRef<[u8]>) {
        let path = self.path().join(name);
        fs::create_dir_all(path.parent().expect("a folder above")).expect("folders");
        fs::write(path, text).expect("a file");
    }

    pub fn make_folder(&self, name: &str) {
        fs::create_dir_all(self.path().join(name)).expect("folders");
    }

    pub fn read(&self, name: &str) -> Vec<u8> {
        fs::read(self.path().join(name)).expect("the file")
    }

    pub fn text(&self, name: &str) -> String {
        String::from_utf8(self.read(name)).expect("UTF-8")
    }

    /// Runs the binary here.
    pub fn run<A: AsRef<OsStr>>(&self, arguments: impl IntoIterator<Item = A>) -> Run {
        self.run_in(".", arguments)
    }

    /// Runs the binary in a folder below this one.
    pub fn run_in<A: AsRef<OsStr>>(&self, folder: &str, arguments: impl IntoIterator<Item = A>) -> Run {
        Run::of(command(&self.path().join(folder)).args(arguments))
    }

    /// Checks `pool.conf` as php-fpm's main file.
    pub fn check_pool(&self, flags: &[&str]) -> Run {
        self.run([&["check", "--as", "php-fpm", "pool.conf"], flags].concat())
    }
}

/// The binary, to be run in a folder. Nothing of the caller's environment reaches it.
pub fn command(folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_fpmlint"));
    command.current_dir(folder).env_clear();
    command
}

pub fn example(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("examples").join(name)
}

pub fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("a folder");
    for entry in fs::read_dir(from).expect("the folder") {
        let entry = entry.expect("an entry");
        let target = to.join(entry.file_name());
        if entry.file_type().expect("its kind").is_dir() {
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).expect("a copy");
        }
    }
}

/// How a run ended.
#[derive(Debug)]
pub struct Run {
    pub code: Option<i32>,
    pub out: String,
    pub err: String,
}

impl Run {
    pub fn of(command: &mut Command) -> Run {
        Run::from(command.output().expect("the binary runs"))
    }

    #[track_caller]
    pub fn code(self, code: i32) -> Run {
        assert_eq!(self.code, Some(code), "{self:#?}");
        self
    }

    /// Nothing on standard error.
    #[track_caller]
    pub fn silent(self) -> Run {
        assert_eq!(self.err, "", "{self:#?}");
        self
    }

    #[track_caller]
    pub fn out_has(self, words: &str) -> Run {
        assert!(self.out.contains(words), "no {words:?} in {self:#?}");
        self
    }

    #[track_caller]
    pub fn out_lacks(self, words: &str) -> Run {
        assert!(!self.out.contains(words), "{words:?} in {self:#?}");
        self
    }

    #[track_caller]
    pub fn err_has(self, words: &str) -> Run {
        assert!(self.err.contains(words), "no {words:?} in {self:#?}");
        self
    }

    /// Standard output as JSON.
    #[track_caller]
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.out).unwrap_or_else(|error| panic!("{error} in {self:#?}"))
    }

    /// `file:line rule` of each finding of a JSON report.
    #[track_caller]
    pub fn findings(&self) -> Vec<String> {
        let json = self.json();
        let findings = json["diagnostics"].as_array().expect("findings");
        let words = |value: &Value| value.as_str().expect("a string").to_owned();
        let line = |finding: &Value| {
            let place = &finding["range"]["start"]["line"];
            format!("{}:{place} {}", words(&finding["file"]), words(&finding["rule"]))
        };
        findings.iter().map(line).collect()
    }

    /// The rules of the findings of a JSON report.
    #[track_caller]
    pub fn rules(&self) -> Vec<String> {
        let name = |line: &String| line.rsplit(' ').next().expect("a rule").to_owned();
        self.findings().iter().map(name).collect()
    }
}

impl From<Output> for Run {
    fn from(output: Output) -> Run {
        let text = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).into_owned();
        Run { code: output.status.code(), out: text(output.stdout), err: text(output.stderr) }
    }
}
