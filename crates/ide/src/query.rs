//! A file of a loaded project about which something is asked.

use std::sync::Arc;

use fpmlint_engine::{Outcome, Project, Session};
use fpmlint_syntax::{Dialect, Tree};
use fpmlint_text::FileId;
use fpmlint_workspace::SourceFile;

/// A file and the project in which it was read.
#[derive(Clone, Debug)]
pub struct Query<'a> {
    /// The project.
    pub project: &'a Project,
    /// Its findings.
    pub outcome: &'a Outcome,
    /// The file.
    pub file: FileId,
    /// The same file's text and lines.
    pub source: Arc<SourceFile>,
    /// How the file was read; none where it is no configuration.
    pub dialect: Option<Dialect>,
}

impl<'a> Query<'a> {
    /// Asks about a file of `session`.
    pub fn new(session: &'a Session, file: FileId) -> Query<'a> {
        let project = session.project();
        let dialect = project.read.iter().find(|(read, _)| *read == file).map(|(_, dialect)| *dialect);
        Query { project, outcome: session.outcome(), file, source: project.files.get(file), dialect }
    }

    /// The bytes of the file.
    pub fn text(&self) -> &[u8] {
        &self.source.text
    }

    /// The file's tree; none where it is no configuration.
    pub fn tree(&self) -> Option<&Tree> {
        Some(self.source.tree(self.dialect?))
    }
}
