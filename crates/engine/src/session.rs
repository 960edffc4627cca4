//! A project that stays loaded while its files change.
//!
//! In: options, then what changed. Out: the outcome of the files as they are now. Invariant: whatever was changed in
//! whatever order, the outcome is that of a fresh run.

use std::path::PathBuf;

use fpmlint_text::FileId;
use fpmlint_workspace::standing;

use crate::found::Found;
use crate::levels::Levels;
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
    levels: Levels,
    found: Found,
    outcome: Outcome,
}

impl Session {
    /// Loads and checks what `options` ask for.
    ///
    /// # Errors
    /// The settings file's problems.
    pub fn open(options: Options) -> Result<Session, Vec<RunError>> {
        let project = load::load(&options)?;
        Ok(Session::checked(options, project))
    }

    fn checked(options: Options, project: Project) -> Session {
        let levels = Levels::new(&project.settings, &options);
        let found = Found::new(&project.stack, &levels);
        let outcome = check::finish(&project, &options, &levels, &found);
        Session { options, project, levels, found, outcome }
    }

    /// Brings the outcome up to date. The settings stay as they are until [`Session::reload_settings`].
    pub fn apply(&mut self, changes: &Changes) {
        if changes.is_empty() {
            return;
        }
        let changed = if changes.structure.is_empty() { self.reload(&changes.texts) } else { None };
        let Some(changed) = changed else {
            let project = load::load_with(&self.options, self.project.settings.clone());
            *self = Session::checked(self.options.clone(), project);
            return;
        };
        if changed.is_empty() {
            return;
        }
        match self.project.reread(&self.options, &changed) {
            Some(affected) => {
                self.found.refresh(&self.project.stack, &changed, &affected);
                self.outcome = check::finish(&self.project, &self.options, &self.levels, &self.found);
            }
            None => {
                *self = Session::checked(self.options.clone(), self.project.rejoin(&self.options, &changed))
            }
        }
    }

    /// Loads files again whose contents changed; gives those that are other ones now. None where one of them is no
    /// configuration that was read, or would be taken for something else now: then all is to be loaded anew.
    fn reload(&self, paths: &[PathBuf]) -> Option<Vec<FileId>> {
        let files = &self.project.files;
        let mut changed = Vec::new();
        for path in paths {
            let id = files.find(path)?;
            if !self.project.read.iter().any(|(file, _)| *file == id) {
                return None;
            }
            let before = files.get(id);
            if !files.reload(id).ok()? {
                continue;
            }
            if standing(path, &before.text) != standing(path, &files.get(id).text) {
                return None;
            }
            changed.push(id);
        }
        Some(changed)
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
