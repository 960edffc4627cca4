//! The file of `fpmlint check --baseline`.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use fpmlint_engine::{Baseline, Options, Outcome, Project, RunError, shown_path};
use fpmlint_workspace::{FileErrorKind, absolute};

use crate::output;

/// A baseline and where it lies.
pub struct BaselineFile {
    path: PathBuf,
    /// As people are told it.
    name: String,
    baseline: Baseline,
}

impl BaselineFile {
    /// Reads the file. One that is about to be written may be missing.
    ///
    /// # Errors
    /// It cannot be read, or is no baseline.
    pub fn read(path: &Path, options: &Options, may_be_missing: bool) -> Result<BaselineFile, RunError> {
        let path = absolute(&options.current_dir, path);
        let name = shown_path(&path, &options.current_dir);
        let folder = path.parent().unwrap_or(&path);
        let wrong = |message: String, line| RunError { message, file: Some(name.clone()), line };
        let baseline = match options.system.read(&path) {
            Ok(text) => Baseline::parse(folder, &text).map_err(|(message, line)| wrong(message, line))?,
            Err(error) if may_be_missing && error.kind == FileErrorKind::NotFound => Baseline::empty(folder),
            Err(error) => return Err(wrong(error.message, None)),
        };
        Ok(BaselineFile { path, name, baseline })
    }

    /// Takes what it knows out of an outcome.
    pub fn hide(&self, project: &Project, options: &Options, outcome: &mut Outcome) {
        self.baseline.hide(project, options, outcome);
    }

    /// Writes what a run found, and says so.
    pub fn update(&mut self, project: &Project, options: &Options, outcome: &Outcome) -> io::Result<()> {
        self.baseline = self.baseline.updated(project, options, outcome);
        write(&self.path, &self.baseline.to_json())?;
        let count = self.baseline.count();
        let noun = if count == 1 { "finding" } else { "findings" };
        output::say(&format!("Wrote {count} {noun} to {}.", self.name));
        Ok(())
    }
}

#[expect(clippy::disallowed_methods, reason = "the baseline is written where the user wants it")]
fn write(path: &Path, text: &str) -> io::Result<()> {
    fs::write(path, text)
        .map_err(|error| io::Error::new(error.kind(), format!("cannot write {}: {error}", path.display())))
}
