//! What a run gives.

use std::sync::Arc;

use fpmlint_diagnostics::{Diagnostic, Severity};
use fpmlint_syntax::Dialect;
use fpmlint_text::FileId;
use fpmlint_workspace::Files;
use schemars::JsonSchema;
use serde::Serialize;

/// Something that fpmlint could not do; the run then ends with status 2.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct RunError {
    /// What, in one line.
    pub message: String,
    /// The file that it is about, as the user would write it.
    pub file: Option<String>,
    /// The line in it, from 1.
    pub line: Option<u32>,
}

/// A fact that was needed and the files could not give.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, JsonSchema)]
#[schemars(rename = "Unknown")]
pub struct UnknownFact {
    /// The fact, as a noun.
    pub fact: String,
    /// Who asked, each once: rules; of a trace its `outcome`, or limits.
    pub needed_by: Vec<&'static str>,
    /// What would make it known.
    pub how: String,
}

/// What a run found.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// The files of the run.
    pub files: Arc<Files>,
    /// The findings in the order in which they are shown: by file, then by place.
    pub diagnostics: Vec<Diagnostic>,
    /// The facts that were missing, each once.
    pub unknowns: Vec<UnknownFact>,
    /// What could not be done.
    pub errors: Vec<RunError>,
    /// How many configuration files were read.
    pub checked_files: usize,
    /// Each configuration file that was read, with its dialect.
    pub read: Vec<(FileId, Dialect)>,
    /// How many findings a baseline took away.
    pub known: usize,
    /// What a baseline knows and the run did not find any more, a line for each.
    pub stale: Vec<String>,
    /// The severity from which the run has failed.
    pub fail_on: Severity,
}

impl Outcome {
    /// Whether any finding is as bad as the run may not have.
    pub fn failed(&self) -> bool {
        self.diagnostics.iter().any(|diagnostic| diagnostic.severity >= self.fail_on)
    }

    /// The findings whose primary place is in a file.
    pub fn of_file(&self, file: FileId) -> &[Diagnostic] {
        let path = &self.files.get(file).path;
        let first = self.diagnostics.partition_point(|it| self.files.get(it.file).path < *path);
        let rest = self.diagnostics.get(first..).unwrap_or_default();
        let count = rest.iter().take_while(|it| it.file == file).count();
        rest.get(..count).unwrap_or_default()
    }

    /// How many findings have this severity.
    pub fn count(&self, severity: Severity) -> usize {
        self.diagnostics.iter().filter(|diagnostic| diagnostic.severity == severity).count()
    }
}
