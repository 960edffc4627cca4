//! The checks of one pool, in the daemon's order.
//!
//! In: a pool. Out: refusals. The daemon stops at the first; those that do not follow from one another are
//! all found here.

use fpmlint_catalog::php_fpm::{DirectiveId, id};

use super::checks::{Checks, out_of_range_priority};
use super::draft::refusal;
use super::file_checks;
use super::model::{Pool, Setting};
use super::spare;
use crate::{Place, RefusalKind};

/// Checks `pool`, number `index` of the master.
pub(crate) fn check(checks: &mut Checks<'_>, index: usize, pool: &Pool) {
    let mut pool_check = PoolCheck { checks, index, pool };
    file_checks::prefix(pool_check.checks, pool);
    pool_check.user_and_listen();
    if let Some(setting) = out_of_range_priority(pool.last(id::PROCESS_PRIORITY)) {
        pool_check.push(setting, "process.priority must be included into [-19,20]");
    }
    pool_check.process_manager();
    pool_check.status_path();
    pool_check.ping();
    pool_check.slowlog();
    file_checks::folders(pool_check.checks, pool);
}

/// Checks the pool that `pm.status_listen` makes of `pool`: it starts its processes on demand and copies the rest.
pub(crate) fn check_status(checks: &mut Checks<'_>, pool: &Pool) {
    let Some(setting) = pool.last(id::PM_STATUS_LISTEN) else { return };
    let name = format!("{}_status", pool.display_name());
    if setting.text() == Some(b"") {
        let message = format!("[pool {name}] no listen address have been defined!");
        checks.push(RefusalKind::InvalidValue, setting.value_place(), message);
    }
    on_demand_events(checks, &name, setting);
}

/// Processes on demand need a mechanism that reports edges.
fn on_demand_events(checks: &mut Checks<'_>, name: &str, because: &Setting) {
    let Some(mechanism) = checks.master.last(id::EVENTS_MECHANISM) else { return };
    let Some(text) = mechanism.text() else { return };
    if !["poll", "select"].iter().any(|known| text.eq_ignore_ascii_case(known.as_bytes())) {
        return;
    }
    let word = match checks.master.version {
        Some(version) if version.major < 8 => "mechanisme",
        _ => "mechanism",
    };
    let message = format!(
        "[pool {name}] ondemand process manager can ONLY be used when events.{word} is either epoll (Linux) or kqueue (*BSD)."
    );
    let found = refusal(RefusalKind::InvalidValue, mechanism.value_place(), message);
    checks.add(found.with_related(Some(because.place), "this pool starts its processes on demand"));
}

struct PoolCheck<'c, 'm> {
    checks: &'c mut Checks<'m>,
    index: usize,
    pool: &'c Pool,
}

impl PoolCheck<'_, '_> {
    fn user_and_listen(&mut self) {
        // Only root must say whom a pool runs as; an image may start php-fpm as somebody else.
        if self.pool.last(id::USER).is_none() && self.checks.started_by_root {
            self.missing("user has not been defined");
        }
        match self.pool.last(id::LISTEN) {
            None => self.missing("no listen address have been defined!"),
            Some(setting) if setting.text() == Some(b"") => {
                self.push(setting, "no listen address have been defined!");
            }
            Some(_) => {}
        }
    }

    fn process_manager(&mut self) {
        if self.pool.last(id::PM).is_none() {
            self.missing("the process manager is missing (static, dynamic or ondemand)");
        }
        match self.pool.last(id::PM_MAX_CHILDREN) {
            None => self.missing("pm.max_children must be a positive value"),
            Some(setting) if self.pool.integer(id::PM_MAX_CHILDREN).is_some_and(|children| children < 1) => {
                self.push(setting, "pm.max_children must be a positive value");
            }
            Some(_) => {}
        }
        match self.pool.text(id::PM) {
            Some(style) if style.eq_ignore_ascii_case(b"dynamic") => self.dynamic(),
            Some(style) if style.eq_ignore_ascii_case(b"ondemand") => self.on_demand(),
            _ => {}
        }
    }

    fn dynamic(&mut self) {
        if let Some(spare) = spare::Servers::of(self.pool)
            && let Some(fault) = spare.fault()
            && (!fault.rests_on_unset || self.may_miss())
        {
            let message = format!("[pool {}] {}", self.pool.display_name(), fault.message);
            let place = fault.at.map_or(self.header(), |setting| setting.value_place());
            let mut found = refusal(RefusalKind::SpareServersInconsistent, place, message)
                .suggest(Some(spare.suggestion()));
            for setting in &fault.others {
                found = found.with_related(Some(setting.value_place()), "it must fit this number");
            }
            self.checks.add(found);
        }
        if let Some(setting) = self.pool.last(id::PM_MAX_SPAWN_RATE)
            && self.pool.integer(id::PM_MAX_SPAWN_RATE).is_some_and(|rate| rate < 1)
        {
            self.push(setting, "pm.max_spawn_rate must be a positive value");
        }
    }

    fn on_demand(&mut self) {
        if let Some(setting) = self.pool.last(id::PM) {
            on_demand_events(self.checks, &self.pool.display_name(), setting);
        }
        if let (Some(setting), Some(seconds)) =
            (self.pool.last(id::PM_PROCESS_IDLE_TIMEOUT), self.pool.seconds(id::PM_PROCESS_IDLE_TIMEOUT))
            && seconds < 1
        {
            self.push(setting, &format!("pm.process_idle_timeout({seconds}s) must be greater than 0s"));
        }
    }

    fn status_path(&mut self) {
        let may_be_short = self.pool.last(id::PM_STATUS_LISTEN).is_some();
        self.url_path(id::PM_STATUS_PATH, "status", may_be_short);
    }

    fn ping(&mut self) {
        self.url_path(id::PING_PATH, "ping", false);
        let has_path = self.pool.text(id::PING_PATH).is_some_and(|path| !path.is_empty());
        if has_path
            && let Some(setting) = self.pool.last(id::PING_RESPONSE)
            && setting.text() == Some(b"")
        {
            self.push(setting, "the ping response page '' is not long enough");
        }
    }

    fn url_path(&mut self, id: DirectiveId, what: &str, may_be_short: bool) {
        let Some(setting) = self.pool.last(id) else { return };
        let Some(path) = setting.text().filter(|path| !path.is_empty()) else { return };
        let shown = String::from_utf8_lossy(path);
        let allowed = |byte: &u8| byte.is_ascii_alphanumeric() || b"/-_.~".contains(byte);
        if !path.starts_with(b"/") {
            self.push(setting, &format!("the {what} path '{shown}' must start with a '/'"));
        } else if path.len() < 2 && !may_be_short {
            self.push(setting, &format!("the {what} path '{shown}' is not long enough"));
        } else if !path.iter().all(allowed) {
            self.push(
                setting,
                &format!(
                    "the {what} path '{shown}' must contain only the following characters '[alphanum]/_-.~'"
                ),
            );
        }
    }

    fn slowlog(&mut self) {
        let kind = RefusalKind::SlowlogTimeoutWithoutSlowlog;
        let slowlog = self.pool.last(id::SLOWLOG);
        let has_slowlog = slowlog.is_some_and(|setting| setting.text() != Some(b""));
        let judged = has_slowlog || slowlog.is_some() || self.may_miss();
        let timeout = self.pool.last(id::REQUEST_SLOWLOG_TIMEOUT);
        let seconds = self.pool.seconds(id::REQUEST_SLOWLOG_TIMEOUT).unwrap_or(0);
        if let Some(setting) = timeout
            && seconds != 0
        {
            if !has_slowlog && judged {
                let message = "'slowlog' must be specified for use with 'request_slowlog_timeout'";
                self.push_kind(kind, setting, message);
            }
            file_checks::slowlog(self.checks, self.pool);
            self.slowlog_above_terminate(setting, seconds);
        }
        if let (Some(setting), Some(depth)) = (
            self.pool.last(id::REQUEST_SLOWLOG_TRACE_DEPTH),
            self.pool.integer(id::REQUEST_SLOWLOG_TRACE_DEPTH),
        ) && depth != 0
        {
            if !has_slowlog && judged {
                let message = "'slowlog' must be specified for use with 'request_slowlog_trace_depth'";
                self.push_kind(kind, setting, message);
            } else if depth < 0 {
                let message = format!("'request_slowlog_trace_depth' ({depth}) must be a positive value");
                self.push(setting, &message);
            }
        }
    }

    fn slowlog_above_terminate(&mut self, setting: &Setting, seconds: i32) {
        let Some(terminate) = self.pool.seconds(id::REQUEST_TERMINATE_TIMEOUT) else { return };
        if terminate == 0 || seconds <= terminate {
            return;
        }
        let message = format!(
            "[pool {}] 'request_slowlog_timeout' ({seconds}) can't be greater than 'request_terminate_timeout' ({terminate})",
            self.pool.display_name()
        );
        let other = self.pool.last(id::REQUEST_TERMINATE_TIMEOUT).map(|setting| setting.value_place());
        let place = setting.value_place();
        let found = refusal(RefusalKind::SlowlogTimeoutWithoutSlowlog, place, message);
        self.checks.add(found.with_related(other, "requests end after this time"));
    }

    /// Whether an unset directive is really unset: all files were read, and no refused line may have meant
    /// it.
    fn may_miss(&self) -> bool {
        self.checks.whole && !self.checks.damaged.get(self.index).copied().unwrap_or(true)
    }

    fn header(&self) -> Place {
        self.pool.headers.first().copied().unwrap_or(self.checks.start_of_main())
    }

    fn missing(&mut self, message: &str) {
        if !self.may_miss() {
            return;
        }
        let message = format!("[pool {}] {message}", self.pool.display_name());
        self.checks.add(refusal(RefusalKind::MissingRequiredDirective, self.header(), message));
    }

    fn push(&mut self, setting: &Setting, message: &str) {
        self.push_kind(RefusalKind::InvalidValue, setting, message);
    }

    fn push_kind(&mut self, kind: RefusalKind, setting: &Setting, message: &str) {
        let message = format!("[pool {}] {message}", self.pool.display_name());
        self.checks.push(kind, setting.value_place(), message);
    }
}
