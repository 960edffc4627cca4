//! A run of another program, with what it printed.

use std::ffi::{OsStr, OsString};
use std::path::Path;
use std::process::{Command, Stdio};

/// A program that is about to run.
pub struct Run {
    command: Command,
    line: String,
}

/// How it ended.
pub struct Ended {
    /// Its exit code; none if a signal ended it.
    pub code: Option<i32>,
    /// What it wrote to standard output.
    pub out: Vec<u8>,
    /// What it wrote to standard error.
    pub err: String,
    line: String,
}

impl Run {
    /// A program, by name or path.
    pub fn new(program: impl AsRef<OsStr>) -> Run {
        let line = program.as_ref().to_string_lossy().into_owned();
        let mut command = Command::new(program);
        command.stdin(Stdio::null());
        Run { command, line }
    }

    /// Adds arguments.
    pub fn arguments<A: AsRef<OsStr>>(mut self, arguments: impl IntoIterator<Item = A>) -> Run {
        for argument in arguments {
            self.line.push(' ');
            self.line.push_str(&argument.as_ref().to_string_lossy());
            self.command.arg(argument);
        }
        self
    }

    /// Runs in a folder.
    pub fn folder(mut self, folder: &Path) -> Run {
        self.command.current_dir(folder);
        self
    }

    /// Sets a variable of the environment.
    pub fn variable(mut self, name: &str, value: impl AsRef<OsStr>) -> Run {
        self.command.env(name, value);
        self
    }

    /// Takes a variable out of the environment.
    pub fn without(mut self, name: &str) -> Run {
        self.command.env_remove(name);
        self
    }

    /// Looks for programs in a folder first.
    pub fn with_programs(self, folder: &Path) -> Run {
        let path = std::env::var_os("PATH").unwrap_or_default();
        let folders = std::iter::once(folder.to_owned()).chain(std::env::split_paths(&path));
        let path = std::env::join_paths(folders).unwrap_or_else(|_| OsString::new());
        self.variable("PATH", path)
    }

    /// Runs it to its end.
    ///
    /// # Errors
    /// It does not start.
    pub fn end(mut self) -> Result<Ended, String> {
        let output = self.command.output().map_err(|error| format!("{}: {error}", self.line))?;
        Ok(Ended {
            code: output.status.code(),
            out: output.stdout,
            err: String::from_utf8_lossy(&output.stderr).into_owned(),
            line: self.line,
        })
    }

    /// Runs it, and wants it to succeed.
    ///
    /// # Errors
    /// It does not start, or fails.
    pub fn succeed(self) -> Result<Ended, String> {
        self.end()?.ended_with(0)
    }
}

impl Ended {
    /// Standard output as text.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.out).into_owned()
    }

    /// Wants an exit code.
    ///
    /// # Errors
    /// It was another; with everything that was printed.
    pub fn ended_with(self, code: i32) -> Result<Ended, String> {
        if self.code == Some(code) { Ok(self) } else { Err(self.complaint(&format!("not {code}"))) }
    }

    /// Wants words in what was printed.
    ///
    /// # Errors
    /// They are not there.
    pub fn says(self, words: &str) -> Result<Ended, String> {
        let found = self.text().contains(words) || self.err.contains(words);
        if found { Ok(self) } else { Err(self.complaint(&format!("and does not say `{words}`"))) }
    }

    /// Wants words nowhere in what was printed.
    ///
    /// # Errors
    /// They are there.
    pub fn does_not_say(self, words: &str) -> Result<Ended, String> {
        let found = self.text().contains(words) || self.err.contains(words);
        if found { Err(self.complaint(&format!("and says `{words}`"))) } else { Ok(self) }
    }

    fn complaint(&self, what: &str) -> String {
        let code = self.code.map_or_else(|| "a signal".to_owned(), |code| code.to_string());
        format!("`{}` ended with {code}, {what}:\n{}{}", self.line, self.text(), self.err)
    }
}
