//! What is in force, as `php-fpm -tt` prints it.
//!
//! In: a master. Out: its global section and its pools with every setting that the daemon of this version and build
//! has, in its order and its words. Invariant: a value that rests on what is not known is none, never a guess.

use fpmlint_catalog::Version;
use fpmlint_catalog::php_fpm::{self, DirectiveId, id};
use fpmlint_workspace::Profile;

use super::defaults;
use super::file_checks;
use super::known;
use super::model::{Master, Pool, Setting, last};
use super::path;
use crate::php_ini::atoi;

/// A section.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SectionInForce {
    /// Its name: `global`, or the pool's.
    pub name: Vec<u8>,
    /// Its settings.
    pub fields: Vec<Field>,
}

/// A setting in force.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Field {
    /// The directive, with its key in brackets for an array.
    pub name: Vec<u8>,
    /// The value as the daemon writes it; none where it is not known.
    pub value: Option<Vec<u8>>,
    /// The setting that it comes from; none for a default.
    pub setting: Option<Setting>,
}

/// How a value is written.
#[derive(Clone, Copy)]
enum Kind {
    /// As it stands, `undefined` where it is not set.
    Text,
    /// A path below the pool's prefix; an empty one stays empty.
    Path,
    Number,
    /// A number of seconds, with `s` behind it.
    Seconds,
    /// A number of seconds, without it.
    BareSeconds,
    Switch,
    /// 64 is how the daemon writes "none".
    Priority,
    /// -1 is how it writes "unlimited".
    CoreLimit,
    LogLevel,
    Facility,
    Manager,
}

const GLOBAL: [(DirectiveId, Kind); 17] = [
    (id::PID, Kind::Path),
    (id::ERROR_LOG, Kind::Path),
    (id::SYSLOG_IDENT, Kind::Text),
    (id::SYSLOG_FACILITY, Kind::Facility),
    (id::LOG_BUFFERING, Kind::Switch),
    (id::LOG_LEVEL, Kind::LogLevel),
    (id::LOG_LIMIT, Kind::Number),
    (id::EMERGENCY_RESTART_INTERVAL, Kind::Seconds),
    (id::EMERGENCY_RESTART_THRESHOLD, Kind::Number),
    (id::PROCESS_CONTROL_TIMEOUT, Kind::Seconds),
    (id::PROCESS_MAX, Kind::Number),
    (id::PROCESS_PRIORITY, Kind::Priority),
    (id::DAEMONIZE, Kind::Switch),
    (id::RLIMIT_FILES, Kind::Number),
    (id::RLIMIT_CORE, Kind::CoreLimit),
    (id::EVENTS_MECHANISM, Kind::Text),
    (id::SYSTEMD_INTERVAL, Kind::Seconds),
];

const POOL: [(DirectiveId, Kind); 43] = [
    (id::PREFIX, Kind::Path),
    (id::USER, Kind::Text),
    (id::GROUP, Kind::Text),
    (id::LISTEN, Kind::Text),
    (id::LISTEN_BACKLOG, Kind::Number),
    (id::LISTEN_ACL_USERS, Kind::Text),
    (id::LISTEN_ACL_GROUPS, Kind::Text),
    (id::LISTEN_OWNER, Kind::Text),
    (id::LISTEN_GROUP, Kind::Text),
    (id::LISTEN_MODE, Kind::Text),
    (id::LISTEN_ALLOWED_CLIENTS, Kind::Text),
    (id::PROCESS_PRIORITY, Kind::Priority),
    (id::PROCESS_DUMPABLE, Kind::Switch),
    (id::PM, Kind::Manager),
    (id::PM_MAX_CHILDREN, Kind::Number),
    (id::PM_START_SERVERS, Kind::Number),
    (id::PM_MIN_SPARE_SERVERS, Kind::Number),
    (id::PM_MAX_SPARE_SERVERS, Kind::Number),
    (id::PM_MAX_SPAWN_RATE, Kind::Number),
    (id::PM_PROCESS_IDLE_TIMEOUT, Kind::BareSeconds),
    (id::PM_MAX_REQUESTS, Kind::Number),
    (id::PM_STATUS_PATH, Kind::Text),
    (id::PM_STATUS_LISTEN, Kind::Text),
    (id::PING_PATH, Kind::Text),
    (id::PING_RESPONSE, Kind::Text),
    (id::ACCESS_LOG, Kind::Path),
    (id::ACCESS_FORMAT, Kind::Text),
    (id::ACCESS_SUPPRESS_PATH, Kind::Text),
    (id::SLOWLOG, Kind::Path),
    (id::REQUEST_SLOWLOG_TIMEOUT, Kind::Seconds),
    (id::REQUEST_SLOWLOG_TRACE_DEPTH, Kind::Number),
    (id::REQUEST_TERMINATE_TIMEOUT, Kind::Seconds),
    (id::REQUEST_TERMINATE_TIMEOUT_TRACK_FINISHED, Kind::Switch),
    (id::RLIMIT_FILES, Kind::Number),
    (id::RLIMIT_CORE, Kind::CoreLimit),
    (id::CHROOT, Kind::Path),
    (id::CHDIR, Kind::Path),
    (id::CATCH_WORKERS_OUTPUT, Kind::Switch),
    (id::DECORATE_WORKERS_OUTPUT, Kind::Switch),
    (id::CLEAR_ENV, Kind::Switch),
    (id::SECURITY_LIMIT_EXTENSIONS, Kind::Text),
    (id::APPARMOR_HAT, Kind::Text),
    (id::ENV, Kind::Text),
];

/// The settings of PHP whose values the daemon takes for paths below the pool's prefix.
const PATHS_OF_PHP: [&[u8]; 14] = [
    b"error_log",
    b"extension_dir",
    b"mime_magic.magicfile",
    b"sendmail_path",
    b"session.cookie_path",
    b"session_pgsql.sem_file_name",
    b"soap.wsdl_cache_dir",
    b"uploadprogress.file.filename_template",
    b"xdebug.output_dir",
    b"xdebug.profiler_output_dir",
    b"xdebug.trace_output_dir",
    b"xmms.path",
    b"axis2.client_home",
    b"blenc.key_file",
];

/// What a master has in force, section by section. `profile` says what its build has.
pub(crate) fn sections(master: &Master, profile: &Profile) -> Vec<SectionInForce> {
    let global = SectionInForce { name: b"global".to_vec(), fields: global(master, profile) };
    let pools = master
        .pools
        .iter()
        .map(|pool| SectionInForce { name: pool.name.clone(), fields: of_pool(master, pool, profile) });
    std::iter::once(global).chain(pools).collect()
}

fn global(master: &Master, profile: &Profile) -> Vec<Field> {
    let exists = |id: &DirectiveId| known::exists(*id, master.version, profile);
    let field = |(id, kind): (DirectiveId, Kind)| {
        let setting = last(&master.global, id);
        let text = setting.map_or_else(|| Some(defaults::text(id).map(<[u8]>::to_vec)), known_text);
        let value = text.map(|text| match (id, text) {
            (id::LOG_LEVEL, _) if setting.is_none() => b"unknown value".to_vec(),
            (id::EVENTS_MECHANISM, None) => b"epoll".to_vec(),
            (id::EVENTS_MECHANISM, Some(text)) => text.to_ascii_lowercase(),
            (id::ERROR_LOG, Some(text)) if text.eq_ignore_ascii_case(b"syslog") => text,
            (_, Some(text)) if matches!(kind, Kind::Path) => path::under(&text, &master.state_folder),
            (_, text) => written(kind, text.as_deref(), master.version),
        });
        Field { name: php_fpm::name(id).into(), value, setting: setting.cloned() }
    };
    GLOBAL.into_iter().filter(|(id, _)| exists(id)).map(field).collect()
}

fn of_pool(master: &Master, pool: &Pool, profile: &Profile) -> Vec<Field> {
    let mut fields = Vec::new();
    for (id, kind) in POOL.into_iter().filter(|(id, _)| known::exists(*id, master.version, profile)) {
        match id {
            // The daemon has it and does not print it.
            id::APPARMOR_HAT => {}
            id::ENV => entries(pool, &[id::ENV], "env", &mut fields, |_, text| Some(text.to_vec())),
            id::ACCESS_SUPPRESS_PATH => {
                entries(pool, &[id], "access.suppress_path", &mut fields, |_, text| Some(text.to_vec()));
            }
            _ => fields.push(Field {
                name: php_fpm::name(id).into(),
                value: scalar(master, pool, id, kind),
                setting: pool.last(id).cloned(),
            }),
        }
    }
    for (ids, name) in [
        ([id::PHP_VALUE, id::PHP_FLAG], "php_value"),
        ([id::PHP_ADMIN_VALUE, id::PHP_ADMIN_FLAG], "php_admin_value"),
    ] {
        let is_admin = name == "php_admin_value";
        entries(pool, &ids, name, &mut fields, |key, text| php_value(master, pool, is_admin, key, text));
    }
    fields
}

/// The entries of arrays, which the daemon keeps with the last in front.
fn entries(
    pool: &Pool,
    ids: &[DirectiveId],
    name: &str,
    fields: &mut Vec<Field>,
    value: impl Fn(&[u8], &[u8]) -> Option<Vec<u8>>,
) {
    for setting in pool.settings.iter().rev().filter(|setting| ids.contains(&setting.id)) {
        let key = setting.key.as_deref().unwrap_or_default();
        fields.push(Field {
            name: [name.as_bytes(), b"[", key, b"]"].concat(),
            value: setting.text().and_then(|text| value(key, text)),
            setting: Some(setting.clone()),
        });
    }
}

/// A value for PHP: some are completed to paths, unless the pool has a root of its own.
fn php_value(master: &Master, pool: &Pool, is_admin: bool, key: &[u8], text: &[u8]) -> Option<Vec<u8>> {
    let is_path = PATHS_OF_PHP.iter().any(|name| key.eq_ignore_ascii_case(name));
    let is_syslog =
        is_admin && key.eq_ignore_ascii_case(b"error_log") && text.eq_ignore_ascii_case(b"syslog");
    if !is_path || is_syslog || pool.last(id::CHROOT).is_some() {
        return Some(text.to_vec());
    }
    Some(path::under(&path::under(text, &master.prefix_of(pool)?), &master.prefix))
}

/// The text of a setting, if it is known.
fn known_text(setting: &Setting) -> Option<Option<Vec<u8>>> {
    setting.text().map(|text| Some(text.to_vec()))
}

/// The value of a pool's scalar directive as the daemon writes it; none where it is not known.
fn scalar(master: &Master, pool: &Pool, id: DirectiveId, kind: Kind) -> Option<Vec<u8>> {
    let setting = pool.last(id);
    if let Some(setting) = setting
        && setting.text().is_none()
    {
        return None;
    }
    let text = setting.and_then(Setting::text);
    let is_set = |id: DirectiveId| pool.text(id).is_some_and(|text| !text.is_empty());
    let text: Option<Vec<u8>> = match id {
        id::PREFIX => {
            text.map(|text| if text.is_empty() { Vec::new() } else { path::under(text, &master.prefix) })
        }
        id::LISTEN => match text {
            Some(text) if super::listen::is_unix(text) && !text.is_empty() => {
                Some(path::under(text, &master.socket_prefix(pool, id)?))
            }
            text => text.map(<[u8]>::to_vec),
        },
        id::CHROOT => match text {
            Some(text) if !text.is_empty() => {
                Some(file_checks::chroot_path(text, &master.prefix_of(pool)?, master.version)?)
            }
            text => text.map(<[u8]>::to_vec),
        },
        id::ACCESS_LOG | id::SLOWLOG | id::CHDIR => match text {
            Some(text) if !text.is_empty() => Some(master.path_of(pool, id)?),
            text => text.map(<[u8]>::to_vec),
        },
        id::PM_STATUS_PATH if text.is_none() => pool.last(id::PM_STATUS_LISTEN).map(|_| b"/".to_vec()),
        id::PING_RESPONSE if !is_set(id::PING_PATH) => None,
        id::ACCESS_FORMAT if text.is_none() && !is_set(id::ACCESS_LOG) => None,
        id::LISTEN_MODE => text.map(<[u8]>::to_vec),
        id::LISTEN_BACKLOG => Some(backlog(master, pool)?.to_string().into_bytes()),
        id::PM_START_SERVERS | id::PM_MIN_SPARE_SERVERS | id::PM_MAX_SPARE_SERVERS if is_on_demand(pool) => {
            Some(b"0".to_vec())
        }
        id::PM_START_SERVERS => Some(start_servers(pool)?.to_string().into_bytes()),
        id::REQUEST_SLOWLOG_TRACE_DEPTH => match text.map_or(0, atoi) {
            0 => Some(b"20".to_vec()),
            depth => Some(depth.to_string().into_bytes()),
        },
        _ => text.or_else(|| defaults::text(id)).map(<[u8]>::to_vec),
    };
    Some(written(kind, text.as_deref(), master.version))
}

/// Whether processes start on demand; the daemon then clears the numbers that it does not use.
fn is_on_demand(pool: &Pool) -> bool {
    pool.text(id::PM).is_some_and(|pm| pm.eq_ignore_ascii_case(b"ondemand"))
}

/// A pool on demand gets at least the default.
fn backlog(master: &Master, pool: &Pool) -> Option<i32> {
    let default = defaults::backlog(master.version);
    let Some(setting) = pool.last(id::LISTEN_BACKLOG) else { return Some(default) };
    let backlog = atoi(setting.text()?);
    Some(if is_on_demand(pool) { backlog.max(default) } else { backlog })
}

/// A dynamic pool that says nothing, or nothing above 0, starts with the middle of its spare servers.
fn start_servers(pool: &Pool) -> Option<i32> {
    let start = pool.integer(id::PM_START_SERVERS)?;
    let is_dynamic = pool.text(id::PM).is_some_and(|pm| pm.eq_ignore_ascii_case(b"dynamic"));
    if start > 0 || !is_dynamic { Some(start) } else { defaults::start_servers(pool) }
}

fn written(kind: Kind, text: Option<&[u8]>, version: Option<Version>) -> Vec<u8> {
    let number = || text.map_or(0, atoi);
    match kind {
        Kind::Text | Kind::Path => text.unwrap_or(b"undefined").to_vec(),
        Kind::Number => number().to_string().into_bytes(),
        Kind::Seconds => format!("{}s", text.map_or(0, super::model::time)).into_bytes(),
        Kind::BareSeconds => text.map_or(0, super::model::time).to_string().into_bytes(),
        Kind::Switch => {
            let on = text.and_then(|text| super::setter::boolean(text, version)).unwrap_or(false);
            if on { b"yes".to_vec() } else { b"no".to_vec() }
        }
        Kind::Priority => match number() {
            64 => b"undefined".to_vec(),
            priority => priority.to_string().into_bytes(),
        },
        Kind::CoreLimit => match text {
            Some(text) if text.eq_ignore_ascii_case(b"unlimited") => b"-1".to_vec(),
            _ => number().to_string().into_bytes(),
        },
        Kind::LogLevel => match text.unwrap_or(b"notice").to_ascii_lowercase().as_slice() {
            b"warn" => b"WARNING".to_vec(),
            level => level.to_ascii_uppercase(),
        },
        Kind::Facility => facility(text.unwrap_or(b"daemon")).to_string().into_bytes(),
        Kind::Manager => text.unwrap_or(b"undefined").to_ascii_lowercase(),
    }
}

/// The number of a facility, as Linux counts them.
fn facility(name: &[u8]) -> u32 {
    let names: [&[u8]; 12] = [
        b"KERN",
        b"USER",
        b"MAIL",
        b"DAEMON",
        b"AUTH",
        b"SYSLOG",
        b"LPR",
        b"NEWS",
        b"UUCP",
        b"CRON",
        b"AUTHPRIV",
        b"FTP",
    ];
    if let Some(local) =
        name.len().checked_sub(1).and_then(|last| name.get(last)).filter(|byte| byte.is_ascii_digit())
    {
        return (16 + u32::from(local - b'0')) << 3;
    }
    names.iter().position(|known| name.eq_ignore_ascii_case(known)).unwrap_or(3) as u32 * 8
}
