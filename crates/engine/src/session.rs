//! A project that stays loaded while its files change.
//!
//! In: options, then what changed. Out: the outcome of the files as they are now. Invariant: whatever was changed in
//! whatever order, the outcome is that of a fresh run.

use std::path::PathBuf;

use crate::{Options, Outcome, Project, RunError, check, load};

/// What changed since the last outcome.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Changes {
    /// Files that exist before and after, with other contents.
    pub texts: Vec<PathBuf>,
    /// Files and folders that were created, deleted or renamed, and those of which nothing is known.
    pub structure: Vec<PathBuf>,
}

impl Changes {
    /// Whether nothing changed.
    pub fn is_empty(&self) -> bool {
        self.texts.is_empty() && self.structure.is_empty()
    }
}

/// A loaded project, its settings and its findings.
#[derive(Debug)]
pub struct Session {
    options: Options,
    project: Project,
    outcome: Outcome,
}

impl Session {
    /// Loads and checks what `options` ask for.
    ///
    /// # Errors
    /// The settings file's problems.
    pub fn open(options: Options) -> Result<Session, Vec<RunError>> {
        let project = load::load(&options)?;
        let outcome = check::check(&project, &options);
        Ok(Session { options, project, outcome })
    }

    /// Brings the outcome up to date. The settings stay as they are until [`Session::reload_settings`].
    pub fn apply(&mut self, changes: &Changes) {
        if changes.is_empty() {
            return;
        }
        self.project = load::load_with(&self.options, self.project.settings.clone());
        self.outcome = check::check(&self.project, &self.options);
    }

    /// Reads the settings file again and brings the outcome up to date.
    ///
    /// # Errors
    /// The settings file's problems; the settings then stay as they were.
    pub fn reload_settings(&mut self) -> Result<(), Vec<RunError>> {
        *self = Session::open(self.options.clone())?;
        Ok(())
    }

    /// What was asked for.
    pub fn options(&self) -> &Options {
        &self.options
    }

    /// What is loaded.
    pub fn project(&self) -> &Project {
        &self.project
    }

    /// The findings of the files as they are now.
    pub fn outcome(&self) -> &Outcome {
        &self.outcome
    }
}
