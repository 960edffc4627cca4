//! php-fpm: its pools, and what it refuses.
//!
//! In: a main file on a host. Out: a [`Master`]: every setting with its place, every include, and the
//! refusals of the daemon's test and of its start, in its own words and order. Invariant: reading goes on
//! where the daemon would stop; an unknown value or user is never judged.

mod access_format;
mod checks;
mod defaults;
mod draft;
mod end_checks;
mod entry;
mod file_checks;
mod in_force;
mod known;
mod listen;
mod masters;
mod model;
mod path;
mod pool_checks;
mod reader;
mod reread;
mod setter;
mod spare;
mod start;

pub use fpmlint_catalog::php_fpm::{DirectiveId, id};
pub use in_force::{Field, SectionInForce};
pub use listen::{Fault, Listen, ListenAddress, SOCKET_PATH_MAX};
pub use masters::overlaps_between;
pub use model::{Effective, Include, Master, Pool, Setting, Unknown, Value};
pub use reread::reread;

use fpmlint_catalog::Version;
use fpmlint_text::FileId;
use fpmlint_workspace::{Host, HostPath};

use crate::{Phase, Refusal};
use model::Steps;
use reader::{Reader, Section};

/// What is to be read.
#[derive(Clone, Copy, Debug)]
pub struct Input<'a> {
    /// The host that the daemon runs on.
    pub host: &'a Host,
    /// Its main file.
    pub main: FileId,
    /// Where the main file lies on the host; messages name it so.
    pub path: &'a HostPath,
    /// The version that is aimed at; none judges as the newest does.
    pub version: Option<Version>,
    /// Whether the file is only a part of a configuration: the section in front of its first header is then
    /// not known, and nothing is missed.
    pub fragment: bool,
    /// Whether root starts the daemon, as far as is known: an image may start it as somebody else, and then a pool
    /// needs no user.
    pub started_by_root: bool,
    /// The environment that the daemon is started in, all of it; none where nobody knows.
    pub environment: Option<&'a [(Vec<u8>, Vec<u8>)]>,
}

/// Reads a main file with all that it includes.
pub fn read(input: &Input<'_>) -> Master {
    let section = if input.fragment { Section::Unknown } else { Section::Global(None) };
    let mut reader = Reader::new(input, empty(input), section);
    reader.file(input.main, input.path.as_bytes());
    let mut master = reader.into_master();
    master.steps.line_refusals = master.refusals.len();
    master.steps.line_unknowns = master.unknowns.len();
    judge(input, &mut master);
    master
}

/// A master of which nothing was read yet.
fn empty(input: &Input<'_>) -> Master {
    let (prefix, state_folder) = input.host.profile.php_fpm_folders(input.path);
    Master {
        main: input.main,
        path: input.path.clone(),
        version: input.version,
        prefix: prefix.as_bytes().into(),
        state_folder: state_folder.as_bytes().into(),
        files: Vec::new(),
        includes: Vec::new(),
        global: Vec::new(),
        unsectioned: Vec::new(),
        pools: Vec::new(),
        refusals: Vec::new(),
        complete: true,
        unknowns: Vec::new(),
        steps: Steps::default(),
    }
}

/// Adds what the daemon's checks find to what reading the lines found.
fn judge(input: &Input<'_>, master: &mut Master) {
    let judged = checks::run(input, master);
    master.refusals.extend(judged.refusals);
    for unknown in judged.unknowns {
        if !master.unknowns.contains(&unknown) {
            master.unknowns.push(unknown);
        }
    }
    mark_first(&mut master.refusals);
    master.steps.own_refusals = master.refusals.len();
}

/// Marks the refusal that the daemon prints in each phase: the first in its order. What is not certain is
/// passed over, as the daemon may well not say it.
fn mark_first(refusals: &mut [Refusal]) {
    for phase in [Phase::Test, Phase::Start] {
        let first = refusals.iter_mut().find(|refusal| refusal.phase == phase && refusal.certain);
        if let Some(first) = first {
            first.first = true;
        }
    }
}

#[cfg(test)]
mod tests;
