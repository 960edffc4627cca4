//! What a run is told.

use std::path::PathBuf;
use std::sync::Arc;

use fpmlint_catalog::Version;
use fpmlint_diagnostics::{Confidence, Severity};
use fpmlint_stack::docroot::Search;
use fpmlint_workspace::{As, Profile, System};

use crate::Selector;

/// Where settings come from.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub enum SettingsFrom {
    /// The nearest `fpmlint.toml`.
    #[default]
    Search,
    /// This file.
    File(PathBuf),
    /// Nowhere: `--isolated`.
    Nowhere,
}

/// The versions that a configuration is meant for.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Targets {
    /// PHP's.
    pub php: Option<Version>,
    /// nginx's.
    pub nginx: Option<Version>,
    /// Apache httpd's.
    pub apache: Option<Version>,
}

/// Everything that a front end says about a run. Fields that are empty or none leave the word to `fpmlint.toml`.
#[derive(Clone, Debug)]
pub struct Options {
    /// Where files are read.
    pub system: Arc<dyn System>,
    /// The folder that relative paths start from and that names in reports are relative to.
    pub current_dir: PathBuf,
    /// Files and folders named by the user.
    pub paths: Vec<PathBuf>,
    /// Whether `paths` only limit what is shown, even where they name a main file.
    pub whole: bool,
    /// A folder that is a host's `/`.
    pub sysroot: Option<PathBuf>,
    /// What the named file is, whatever its name.
    pub as_reader: Option<As>,
    /// The profile of hosts that do not show what they are.
    pub profile: Option<&'static Profile>,
    /// The versions that count.
    pub targets: Targets,
    /// How far document roots are searched.
    pub search: Search,
    /// Where `fpmlint.toml` is looked for.
    pub settings: SettingsFrom,
    /// Rules and groups: with any, only these run.
    pub select: Vec<Selector>,
    /// Rules and groups that do not run.
    pub ignore: Vec<Selector>,
    /// Rules and groups whose findings are warnings.
    pub warn: Vec<Selector>,
    /// Rules and groups whose findings are errors.
    pub error: Vec<Selector>,
    /// The severity from which a run has failed.
    pub fail_on: Option<Severity>,
    /// Findings that are less sure are not shown.
    pub min_confidence: Option<Confidence>,
}

impl Options {
    /// Options that say nothing but where files are.
    pub fn new(system: Arc<dyn System>, current_dir: PathBuf) -> Options {
        Options {
            system,
            current_dir,
            paths: Vec::new(),
            whole: false,
            sysroot: None,
            as_reader: None,
            profile: None,
            targets: Targets::default(),
            search: Search::default(),
            settings: SettingsFrom::default(),
            select: Vec::new(),
            ignore: Vec::new(),
            warn: Vec::new(),
            error: Vec::new(),
            fail_on: None,
            min_confidence: None,
        }
    }
}
