//! What the daemon's setters take.
//!
//! In: a directive, the text that is set, the version. Out: nothing, or the words in which the daemon
//! refuses. The setters look at one text alone; how settings fit together is checked later.

use fpmlint_catalog::Version;
use fpmlint_catalog::php_fpm::{DirectiveId, id};

use crate::php_ini::atoi;

/// How a directive takes its text.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Setter {
    String,
    Integer,
    Time,
    Boolean,
    LogLevel,
    SyslogFacility,
    CoreLimit,
    ProcessManager,
}

const NOT_A_NUMBER: &str = "is not a valid number (greater or equal than zero)";

/// The setter of a scalar directive.
pub(crate) fn of(directive: DirectiveId) -> Setter {
    match directive {
        id::PM => Setter::ProcessManager,
        id::LOG_LEVEL => Setter::LogLevel,
        id::SYSLOG_FACILITY => Setter::SyslogFacility,
        id::RLIMIT_CORE => Setter::CoreLimit,
        id::DAEMONIZE
        | id::LOG_BUFFERING
        | id::PROCESS_DUMPABLE
        | id::CATCH_WORKERS_OUTPUT
        | id::DECORATE_WORKERS_OUTPUT
        | id::CLEAR_ENV
        | id::REQUEST_TERMINATE_TIMEOUT_TRACK_FINISHED => Setter::Boolean,
        id::EMERGENCY_RESTART_INTERVAL
        | id::PROCESS_CONTROL_TIMEOUT
        | id::SYSTEMD_INTERVAL
        | id::PM_PROCESS_IDLE_TIMEOUT
        | id::REQUEST_SLOWLOG_TIMEOUT
        | id::REQUEST_TERMINATE_TIMEOUT => Setter::Time,
        id::LOG_LIMIT
        | id::EMERGENCY_RESTART_THRESHOLD
        | id::PROCESS_MAX
        | id::PROCESS_PRIORITY
        | id::RLIMIT_FILES
        | id::LISTEN_BACKLOG
        | id::LISTEN_SETFIB
        | id::PM_MAX_CHILDREN
        | id::PM_START_SERVERS
        | id::PM_MIN_SPARE_SERVERS
        | id::PM_MAX_SPARE_SERVERS
        | id::PM_MAX_SPAWN_RATE
        | id::PM_MAX_REQUESTS
        | id::REQUEST_SLOWLOG_TRACE_DEPTH => Setter::Integer,
        _ => Setter::String,
    }
}

/// What the daemon says to `text`; none where it takes it.
pub(crate) fn refuse(setter: Setter, text: &[u8], version: Option<Version>) -> Option<&'static str> {
    match setter {
        Setter::String => None,
        Setter::Integer => (!is_integer(text)).then_some(NOT_A_NUMBER),
        Setter::Time => refuse_time(text),
        Setter::Boolean => boolean(text, version).is_none().then_some("invalid boolean value"),
        Setter::LogLevel => {
            let levels = ["debug", "notice", "warning", "warn", "error", "alert"];
            (!is_one_of(text, &levels)).then_some("invalid value for 'log_level'")
        }
        Setter::SyslogFacility => (!is_one_of(text, &FACILITIES)).then_some("invalid value"),
        Setter::CoreLimit => refuse_core_limit(text),
        Setter::ProcessManager => {
            let styles = ["static", "dynamic", "ondemand"];
            (!is_one_of(text, &styles)).then_some("invalid process manager (static, dynamic or ondemand)")
        }
    }
}

/// A switch as its setter takes it; none where it does not. Before PHP 8.2.19 only the scanner's own `1` and
/// nothing were taken; since then also the words, in lower case, so that they may stand in quotes and in the
/// environment.
pub(crate) fn boolean(text: &[u8], version: Option<Version>) -> Option<bool> {
    match text {
        b"1" => return Some(true),
        b"" => return Some(false),
        _ => {}
    }
    let words = version.is_none_or(|version| match (version.major, version.minor) {
        (8, 2) => version.patch >= 19,
        (8, 3) => version.patch >= 7,
        _ => version >= Version::new(8, 4, 0),
    });
    match text {
        b"yes" | b"true" | b"on" if words => Some(true),
        b"0" | b"no" | b"none" | b"false" | b"off" if words => Some(false),
        _ => None,
    }
}

const FACILITIES: [&str; 20] = [
    "AUTH", "AUTHPRIV", "CRON", "DAEMON", "FTP", "KERN", "LPR", "MAIL", "NEWS", "SYSLOG", "USER", "UUCP",
    "LOCAL0", "LOCAL1", "LOCAL2", "LOCAL3", "LOCAL4", "LOCAL5", "LOCAL6", "LOCAL7",
];

fn is_one_of(text: &[u8], words: &[&str]) -> bool {
    words.iter().any(|word| text.eq_ignore_ascii_case(word.as_bytes()))
}

/// A minus sign, if any, and digits; also nothing, which counts as 0.
fn is_integer(text: &[u8]) -> bool {
    text.strip_prefix(b"-").unwrap_or(text).iter().all(u8::is_ascii_digit)
}

/// Only the last character is looked at.
fn refuse_time(text: &[u8]) -> Option<&'static str> {
    match text.last() {
        None => Some("invalid time value"),
        Some(b's' | b'm' | b'h' | b'd' | b'0'..=b'9') => None,
        Some(_) => Some("unknown suffix used in time value"),
    }
}

fn refuse_core_limit(text: &[u8]) -> Option<&'static str> {
    if text.eq_ignore_ascii_case(b"unlimited") {
        return None;
    }
    if !is_integer(text) {
        return Some(NOT_A_NUMBER);
    }
    (atoi(text) < 0).then_some("must be greater than zero or 'unlimited'")
}
