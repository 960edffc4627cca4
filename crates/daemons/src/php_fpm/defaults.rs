//! The daemon's defaults.
//!
//! In: a directive, and the pool and version where they count. Out: the text that stands for its default;
//! none where the daemon has none.

use std::borrow::Cow;

use fpmlint_catalog::Version;
use fpmlint_catalog::php_fpm::{DirectiveId, id};

use super::model::Pool;

/// Defaults that hold everywhere.
const DEFAULTS: [(DirectiveId, &[u8]); 19] = [
    (id::ACCESS_FORMAT, b"%R - %u %t \"%m %r\" %s"),
    (id::CATCH_WORKERS_OUTPUT, b"0"),
    (id::CLEAR_ENV, b"1"),
    (id::DAEMONIZE, b"1"),
    (id::DECORATE_WORKERS_OUTPUT, b"1"),
    (id::ERROR_LOG, b"log/php-fpm.log"),
    (id::LISTEN_MODE, b"0660"),
    (id::LISTEN_SETFIB, b"-1"),
    (id::LOG_BUFFERING, b"1"),
    (id::LOG_LEVEL, b"notice"),
    (id::LOG_LIMIT, b"1024"),
    (id::PING_RESPONSE, b"pong"),
    (id::PM_MAX_SPAWN_RATE, b"32"),
    (id::PM_PROCESS_IDLE_TIMEOUT, b"10"),
    (id::PROCESS_PRIORITY, b"64"),
    (id::SECURITY_LIMIT_EXTENSIONS, b".php .phar"),
    (id::SYSLOG_FACILITY, b"daemon"),
    (id::SYSLOG_IDENT, b"php-fpm"),
    (id::SYSTEMD_INTERVAL, b"10"),
];

/// The default that needs no more than the name. 64 is how the daemon writes "no process.priority".
pub(crate) fn text(id: DirectiveId) -> Option<&'static [u8]> {
    DEFAULTS.iter().find(|(default, _)| *default == id).map(|(_, text)| *text)
}

/// The default in a pool.
pub(crate) fn in_pool(
    id: DirectiveId,
    pool: Option<&Pool>,
    version: Option<Version>,
) -> Option<Cow<'static, [u8]>> {
    let number = match (id, pool) {
        (id::PM_START_SERVERS, Some(pool)) => start_servers(pool),
        (id::REQUEST_SLOWLOG_TRACE_DEPTH, _) => Some(20),
        (id::LISTEN_BACKLOG, _) => Some(backlog(version)),
        (
            id::PM_MAX_REQUESTS
            | id::PROCESS_MAX
            | id::RLIMIT_FILES
            | id::RLIMIT_CORE
            | id::REQUEST_TERMINATE_TIMEOUT
            | id::REQUEST_SLOWLOG_TIMEOUT
            | id::PROCESS_CONTROL_TIMEOUT
            | id::EMERGENCY_RESTART_INTERVAL
            | id::EMERGENCY_RESTART_THRESHOLD
            | id::PROCESS_DUMPABLE
            | id::REQUEST_TERMINATE_TIMEOUT_TRACK_FINISHED,
            _,
        ) => Some(0),
        _ => None,
    };
    match number {
        Some(number) => Some(Cow::Owned(number.to_string().into_bytes())),
        None => text(id).map(Cow::Borrowed),
    }
}

/// What the daemon starts a dynamic pool with when nothing is said: the middle of its spare servers.
pub(crate) fn start_servers(pool: &Pool) -> Option<i32> {
    let (min, max) = (pool.integer(id::PM_MIN_SPARE_SERVERS)?, pool.integer(id::PM_MAX_SPARE_SERVERS)?);
    Some(min.wrapping_add(max.wrapping_sub(min) / 2))
}

/// The default backlog on Linux; -1 lets the kernel choose.
pub(crate) fn backlog(version: Option<Version>) -> i32 {
    if version.is_some_and(|version| version < Version::new(8, 2, 0)) { 511 } else { -1 }
}
