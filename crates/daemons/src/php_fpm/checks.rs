//! The daemon's checks of the whole configuration, in its own order.
//!
//! In: all settings. Out: refusals of the phases that follow the parse: the global section, each pool, the
//! pools together, users. Invariant: a value that is unknown or already refused is never judged.

use fpmlint_catalog::php_fpm::{DirectiveId, id};
use fpmlint_text::FileId;
use fpmlint_workspace::Host;
use rustc_hash::FxHashSet;

use super::Input;
use super::draft::refusal;
use super::listen::Listen;
use super::model::{Master, Pool, Setting, Unknown};
use super::{end_checks, file_checks, pool_checks, start};
use crate::{Part, Place, Refusal, RefusalKind};

/// What the checks work with.
pub(crate) struct Checks<'m> {
    pub(crate) host: &'m Host,
    pub(crate) master: &'m Master,
    /// Whether the files are a whole configuration, all of it read.
    pub(crate) whole: bool,
    /// Whether root starts the daemon, as far as is known.
    pub(crate) started_by_root: bool,
    /// Pools in which a line was refused: what they lack may be what that line meant.
    pub(crate) damaged: Vec<bool>,
    /// Where each pool listens.
    pub(crate) listens: Vec<Listen>,
    pub(crate) found: Vec<Refusal>,
}

/// What the checks found.
pub(crate) struct Judged {
    pub(crate) refusals: Vec<Refusal>,
    pub(crate) unknowns: Vec<Unknown>,
}

/// Runs all checks on what was read.
pub(crate) fn run(input: &Input<'_>, master: &Master) -> Judged {
    let refused: FxHashSet<FileId> = master.refusals.iter().map(|refusal| refusal.place.file).collect();
    let is_damaged = |pool: &Pool| pool.headers.iter().any(|header| refused.contains(&header.file));
    let damaged = master.pools.iter().map(is_damaged).collect();
    let listens = master.pools.iter().map(|pool| master.listen(pool)).collect();
    let whole = !input.fragment && master.complete;
    let (host, started_by_root) = (input.host, input.started_by_root);
    let mut checks = Checks { host, master, whole, started_by_root, damaged, listens, found: Vec::new() };
    checks.global();
    if master.pools.is_empty() && whole && master.refusals.is_empty() {
        let message = "No pool defined. at least one pool section must be specified in config file";
        let place = checks.start_of_main();
        checks.add(refusal(RefusalKind::MissingRequiredDirective, place, message));
    }
    for (index, pool) in master.pools.iter().enumerate() {
        pool_checks::check(&mut checks, index, pool);
    }
    for pool in &master.pools {
        pool_checks::check_status(&mut checks, pool);
    }
    end_checks::check(&mut checks);
    start::check(&mut checks);
    let unknowns = end_checks::unknown_users(&checks);
    Judged { refusals: checks.found, unknowns }
}

impl<'m> Checks<'m> {
    fn global(&mut self) {
        let master = self.master;
        if let (Some(limit), place) = (master.integer(id::LOG_LIMIT), self.value(id::LOG_LIMIT))
            && limit < 512
        {
            self.push(RefusalKind::InvalidValue, place, "log_limit must be greater than 512".to_owned());
        }
        if let (Some(max), place) = (master.integer(id::PROCESS_MAX), self.value(id::PROCESS_MAX))
            && max < 0
        {
            self.push(RefusalKind::InvalidValue, place, "process_max can't be negative".to_owned());
        }
        if let Some(setting) = out_of_range_priority(master.last(id::PROCESS_PRIORITY)) {
            let message = "process.priority must be included into [-19,20]".to_owned();
            self.push(RefusalKind::InvalidValue, setting.value_place(), message);
        }
        file_checks::error_log(self);
        if let Some(mechanism) = master.last(id::EVENTS_MECHANISM)
            && let Some(text) = mechanism.text()
            && !["epoll", "poll", "select"].iter().any(|known| text.eq_ignore_ascii_case(known.as_bytes()))
        {
            let name = String::from_utf8_lossy(text);
            let message = format!("event mechanism '{name}' is not available on this system");
            self.push(RefusalKind::InvalidValue, mechanism.value_place(), message);
        }
    }

    fn value(&self, id: DirectiveId) -> Place {
        self.master.last(id).map_or(self.start_of_main(), |setting| setting.value_place())
    }

    /// Where a fault of the configuration as a whole is shown.
    pub(crate) fn start_of_main(&self) -> Place {
        let dialect = fpmlint_syntax::Dialect::FpmIni;
        Place { file: self.master.main, ordinal: 0, part: Part::Whole, dialect }
    }

    /// A refusal of the daemon's test. It is certain only where nothing that was not read could change it.
    pub(crate) fn push(&mut self, kind: RefusalKind, place: Place, message: String) {
        self.add(refusal(kind, place, message));
    }

    /// The same for a refusal that is already made.
    pub(crate) fn add(&mut self, refusal: Refusal) {
        let whole = self.whole;
        self.found.push(refusal.if_certain(whole));
    }
}

/// The `process.priority` that is neither unset (64) nor between -19 and 20.
pub(crate) fn out_of_range_priority(setting: Option<&Setting>) -> Option<&Setting> {
    let setting = setting?;
    let priority = crate::php_ini::atoi(setting.text()?);
    (priority != 64 && !(-19..=20).contains(&priority)).then_some(setting)
}
