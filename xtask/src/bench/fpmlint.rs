//! fpmlint as a program to measure.
//!
//! In: the source tree, a generated root. Out: command lines to measure, and a check that they do the work.
//! Invariant: all rules run, no settings file is read, and the report is rendered.

use std::path::{Path, PathBuf};
use std::process::Command;

use super::measure::Subject;

/// The release build.
pub struct Tool {
    program: PathBuf,
    repository: PathBuf,
}

/// What fpmlint says of a stack.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Summary {
    /// Files that were checked.
    pub files: u64,
    /// Findings of every severity.
    pub findings: u64,
}

impl Tool {
    /// Builds fpmlint as it is released.
    ///
    /// # Errors
    /// It does not build.
    pub fn build(repository: &Path) -> Result<Tool, String> {
        cargo(repository, &["build", "--release", "--package", "fpmlint", "--bin", "fpmlint"])?;
        let target =
            std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| repository.join("target"), PathBuf::from);
        let program = repository.join(target).join("release/fpmlint");
        Ok(Tool { program, repository: repository.to_owned() })
    }

    /// The program whose command `server` serves an editor.
    pub fn server(&self) -> PathBuf {
        self.program.clone()
    }

    /// `fpmlint X.Y.Z`.
    ///
    /// # Errors
    /// The program does not say.
    pub fn version(&self) -> Result<String, String> {
        let output = Command::new(&self.program).arg("--version").output();
        let output = output.map_err(|error| format!("fpmlint does not start: {error}"))?;
        Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
    }

    /// Checks a whole host.
    pub fn check_host(&self, root: &Path) -> Subject {
        self.check(["--sysroot".to_owned(), root.display().to_string()])
    }

    /// Checks one main file, as its daemon's own test would.
    pub fn check_file(&self, reader: &str, file: &Path) -> Subject {
        self.check(["--as".to_owned(), reader.to_owned(), file.display().to_string()])
    }

    fn check<const N: usize>(&self, what: [String; N]) -> Subject {
        let fixed = ["check", "--isolated", "--format", "json", "--output-file", "/dev/null"];
        let arguments = fixed.into_iter().map(str::to_owned).chain(what).collect();
        // 1 says that there are findings.
        Subject { program: self.program.clone(), arguments, root: None, highest_code: 1 }
    }

    /// What `subject` says, from one run that is not measured. A linter that reads nothing is fast.
    ///
    /// # Errors
    /// It does not run, or prints no summary, or has read no file.
    pub fn summary(&self, subject: &Subject) -> Result<Summary, String> {
        let elsewhere = ["--output-file", "/dev/null"];
        let arguments = subject.arguments.iter().filter(|word| !elsewhere.contains(&word.as_str()));
        let output = Command::new(&self.program).args(arguments).output();
        let output = output.map_err(|error| format!("fpmlint does not start: {error}"))?;
        let summary = parse_summary(&output.stdout).ok_or_else(|| {
            format!("fpmlint gave no summary: {}", String::from_utf8_lossy(&output.stderr).trim())
        })?;
        if summary.files == 0 { Err("fpmlint read no file".to_owned()) } else { Ok(summary) }
    }

    /// How fast the phases are on a host, as Markdown list items.
    ///
    /// # Errors
    /// The example that times them does not build or run.
    pub fn phases(&self, root: &Path) -> Result<String, String> {
        let root = root.display().to_string();
        let example = ["run", "--release", "--quiet", "--package", "fpmlint-engine", "--example", "phases"];
        cargo(&self.repository, &[&example[..], &["--", &root]].concat())
    }
}

/// Runs cargo and gives its output.
fn cargo(repository: &Path, arguments: &[&str]) -> Result<String, String> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let output = Command::new(cargo)
        .args(arguments)
        .current_dir(repository)
        .stderr(std::process::Stdio::inherit())
        .output()
        .map_err(|error| format!("cargo does not start: {error}"))?;
    if !output.status.success() {
        return Err(format!("`cargo {}` ended with {}", arguments.join(" "), output.status));
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

fn parse_summary(json: &[u8]) -> Option<Summary> {
    let report: serde_json::Value = serde_json::from_slice(json).ok()?;
    let summary = report.get("summary")?;
    let number = |key: &str| summary.get(key).and_then(serde_json::Value::as_u64);
    let findings = number("error")? + number("warning")? + number("info")?;
    Some(Summary { files: number("files")?, findings })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_summary_is_read_from_a_report() {
        let json = br#"{"version":1,"diagnostics":[],"summary":{"error":1,"warning":2,"info":4,"files":9}}"#;
        assert_eq!(parse_summary(json), Some(Summary { files: 9, findings: 7 }));
        assert_eq!(parse_summary(b"{}"), None);
    }
}
