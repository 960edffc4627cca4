//! From paths and flags to what is loaded: hosts, the main files in them, and files that no main file names.
//!
//! In: what the command line says, the settings, a file system. Out: [`Loaded`]. Invariants: without a system root
//! nothing outside the project and the named paths is read; a fragment is never taken for a main file because
//! nothing else is there; what is left out for a reason other than its name is listed with that reason.

mod claim;
mod docker;
mod machine;
mod places;
mod project;
mod roots;
mod shape;
mod sniff;
mod standing;
mod units;
mod version;
mod view;
mod views;
mod walk;

#[cfg(test)]
mod tests;

use std::fmt;
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::sync::Arc;

use fpmlint_diagnostics::Reader;
use fpmlint_text::FileId;

use crate::{Files, Host, HostPath, Profile, Settings, System, TargetVersion};

pub use claim::SkipReason;
pub use project::{project_root, settings_start};
pub use standing::{Standing, standing};

/// How many files of a project are looked at unless the caller says otherwise.
pub const DEFAULT_FILE_CAP: usize = 20_000;

/// How a file is read: what `--as` takes.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum As {
    /// php-fpm's configuration.
    PhpFpm,
    /// `php.ini` and the files of its scan folder.
    PhpIni,
    /// nginx's configuration.
    Nginx,
    /// Apache httpd's configuration.
    Apache,
    /// An Apache `.htaccess` file.
    Htaccess,
}

impl As {
    /// Every value, in the order in which they are listed.
    pub const ALL: [As; 5] = [As::PhpFpm, As::PhpIni, As::Nginx, As::Apache, As::Htaccess];

    /// The word that `--as` takes.
    pub fn name(self) -> &'static str {
        match self {
            As::PhpFpm => "php-fpm",
            As::PhpIni => "php-ini",
            As::Nginx => "nginx",
            As::Apache => "apache",
            As::Htaccess => "htaccess",
        }
    }

    /// The daemon that reads it.
    pub fn reader(self) -> Reader {
        match self {
            As::PhpFpm => Reader::PhpFpm,
            As::PhpIni => Reader::PhpIni,
            As::Nginx => Reader::Nginx,
            As::Apache | As::Htaccess => Reader::Apache,
        }
    }
}

impl fmt::Display for As {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for As {
    type Err = ();

    fn from_str(word: &str) -> Result<As, ()> {
        As::ALL.into_iter().find(|kind| kind.name() == word).ok_or(())
    }
}

/// What is to be loaded.
#[derive(Debug)]
pub struct Request<'a> {
    /// The PATHs of the command line, as they were written.
    pub paths: Vec<PathBuf>,
    /// Whether they only limit what is shown, even where they name a main file.
    pub whole: bool,
    /// The current folder, absolute.
    pub current_dir: PathBuf,
    /// The folder of `--sysroot`.
    pub sysroot: Option<PathBuf>,
    /// How the named files are read (`--as`).
    pub as_reader: Option<As>,
    /// The profile of `--profile`.
    pub profile: Option<&'static Profile>,
    /// The settings of the run.
    pub settings: &'a Settings,
    /// How many files of a project are looked at.
    pub file_cap: usize,
}

impl<'a> Request<'a> {
    /// A request for the project around `current_dir`.
    pub fn new(current_dir: impl Into<PathBuf>, settings: &'a Settings) -> Request<'a> {
        Request {
            paths: Vec::new(),
            whole: false,
            current_dir: current_dir.into(),
            sysroot: None,
            as_reader: None,
            profile: None,
            settings,
            file_cap: DEFAULT_FILE_CAP,
        }
    }
}

/// A main file.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Root {
    /// Its host, as an index into [`Loaded::hosts`].
    pub host: usize,
    /// How it is read.
    pub kind: As,
    /// The file.
    pub main: FileId,
    /// Its path on the host.
    pub path: HostPath,
    /// The version of PHP that its path or its image names.
    pub version_hint: Option<TargetVersion>,
}

impl Root {
    /// The daemon that reads it.
    pub fn reader(&self) -> Reader {
        self.kind.reader()
    }
}

/// A file that a main file would include, if one were known.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Fragment {
    /// Its host, as an index into [`Loaded::hosts`].
    pub host: usize,
    /// How it is read.
    pub kind: As,
    /// The file.
    pub file: FileId,
    /// Its path on the host.
    pub path: HostPath,
    /// The version of PHP that its path or its image names.
    pub version_hint: Option<TargetVersion>,
}

impl Fragment {
    /// The daemon that reads it.
    pub fn reader(&self) -> Reader {
        self.kind.reader()
    }
}

/// Something that kept fpmlint from reading what it was asked to read.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Problem {
    /// What is wrong, without the path.
    pub message: String,
    /// The path of this machine that it is about.
    pub path: Option<PathBuf>,
}

/// A file that looks like configuration and is left out.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Skipped {
    /// The file or folder.
    pub path: PathBuf,
    /// Why.
    pub reason: SkipReason,
}

/// What a run works on.
#[derive(Clone, Default, Debug)]
pub struct Loaded {
    /// The hosts. Each says in its `topology` whether others may stand beside it that are not seen.
    pub hosts: Vec<Arc<Host>>,
    /// The main files.
    pub roots: Vec<Root>,
    /// Files of views that look like parts of a configuration. Those that the reading of a root reaches are not
    /// fragments any more; the caller leaves them out.
    pub fragments: Vec<Fragment>,
    /// Only findings that touch one of these files or folders are shown; all where this is empty.
    pub filters: Vec<PathBuf>,
    /// What could not be read although it was asked for.
    pub problems: Vec<Problem>,
    /// Files that were found and left out.
    pub skipped: Vec<Skipped>,
    /// Configuration of front ends that are not read here (Caddy, HAProxy ...): they may reach what nobody else
    /// seems to reach.
    pub front_ends: Vec<PathBuf>,
}

impl Loaded {
    /// Whether a finding that touches these files is shown.
    pub fn shows<'p>(&self, mut touched: impl Iterator<Item = &'p Path>) -> bool {
        self.filters.is_empty()
            || touched.any(|path| self.filters.iter().any(|filter| path.starts_with(filter)))
    }
}

/// A file of a project and whose it is.
#[derive(Clone, PartialEq, Eq, Debug)]
struct Claimed {
    path: PathBuf,
    reader: As,
    main: bool,
}

/// Finds what is loaded.
pub fn discover(files: &Arc<Files>, system: &Arc<dyn System>, request: &Request<'_>) -> Loaded {
    project::Discovery::new(files, system.as_ref(), request).run()
}
