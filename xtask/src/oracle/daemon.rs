//! What the oracle needs to know of a daemon.
//!
//! In: a case on disk, or a case that fpmlint has read. Out: answers in the same words, so that they can be compared.

use std::path::Path;

use fpmlint_engine::{Options, Project};

use super::case::Case;
use super::mutate::Language;

/// A daemon that can be asked.
pub trait Daemon: Sync {
    /// Its name on the command line.
    fn name(&self) -> &'static str;

    /// The version that is installed, for the report.
    fn version(&self) -> String;

    /// The share of cases (per cent) in which the verdict must be the same.
    fn least_agreement(&self) -> f64 {
        99.8
    }

    /// Sound configurations to start from.
    fn seeds(&self) -> Vec<Case>;

    /// What its configurations are made of.
    fn language(&self) -> Language;

    /// Asks the daemon about a case that lies in `folder`.
    ///
    /// # Errors
    /// It could not be asked.
    fn ask(&self, case: &Case, folder: &Path) -> Result<Answer, String>;

    /// Tells fpmlint what it reads, and for which version; `folder` is where it sees the case.
    fn set_options(&self, options: &mut Options, folder: &Path);

    /// What fpmlint knows of an accepted configuration, to be compared with [`Answer::details`]; it saw
    /// the case in `folder`.
    fn details(&self, _project: &Project, _folder: &Path) -> Vec<String> {
        Vec::new()
    }
}

/// What was said to a case.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Answer {
    /// Whether it was taken.
    pub verdict: Verdict,
    /// The first refusing message, without time stamp and level; empty where it was taken. The case's folder is
    /// written `{D}`.
    pub message: String,
    /// Where the daemon says that it is, as `FILE:LINE`; empty where it does not say.
    pub place: String,
    /// What is in force, line by line; empty where the daemon does not say.
    pub details: Vec<String>,
}

/// Whether a configuration is taken.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Verdict {
    /// It is taken.
    #[default]
    Accepts,
    /// It is refused.
    Refuses,
    /// Something is wrong that may not be: only fpmlint says so.
    Unsure,
    /// The daemon never ends, or dies of a signal, and so says nothing.
    Hangs,
}

impl Verdict {
    /// A word for reports.
    pub fn word(self) -> &'static str {
        match self {
            Verdict::Accepts => "accepts",
            Verdict::Refuses => "refuses",
            Verdict::Unsure => "unsure",
            Verdict::Hangs => "hangs",
        }
    }
}

/// `text` with the folder of the case written as in its files.
pub fn without_folder(text: &str, folder: &Path) -> String {
    text.replace(&*folder.to_string_lossy(), "{D}")
}
