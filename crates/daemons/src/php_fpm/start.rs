//! What the daemon's test passes and its start does not.
//!
//! In: all pools. Out: refusals of the start, in its order: first the users of all pools, then their sockets.

use fpmlint_catalog::php_fpm::{DirectiveId, id};
use fpmlint_workspace::{FileKind, HostPath, Lookup};

use super::checks::Checks;
use super::draft::refusal;
use super::end_checks::{Absence, absence};
use super::listen::{Fault, Listen};
use super::model::{Pool, Setting};
use super::{file_checks, path};
use crate::php_ini::atoi;
use crate::{Phase, RefusalKind};

/// Runs the checks.
pub(crate) fn check(checks: &mut Checks<'_>) {
    let master = checks.master;
    for pool in &master.pools {
        root(checks, pool);
    }
    for pool in &master.pools {
        let listen = master.listen(pool);
        if matches!(listen, Listen::Unix(_)) {
            names(checks, pool, id::LISTEN_ACL_USERS, false);
            names(checks, pool, id::LISTEN_ACL_GROUPS, true);
        }
        address(checks, pool, id::LISTEN, &listen);
    }
    for pool in &master.pools {
        if let Some(listen) = master.status_listen(pool) {
            address(checks, pool, id::PM_STATUS_LISTEN, &listen);
        }
    }
    pid(checks);
}

/// The numbers that a pool's processes run as; none where they are not known.
#[derive(Clone, Copy)]
struct Ids {
    user: Option<u32>,
    group: Option<u32>,
}

fn root(checks: &mut Checks<'_>, pool: &Pool) {
    let Some(setting) = pool.last(id::USER) else { return };
    let Some(name) = setting.text() else { return };
    let mut ids = user_ids(checks, name);
    let mut culprit = setting;
    if let Some(group) = pool.last(id::GROUP)
        && group.text() != Some(b"")
    {
        if ids.user != Some(0) {
            culprit = group;
        }
        ids.group = group.text().and_then(|name| group_id(checks, name));
    }
    if ids.user != Some(0) && ids.group != Some(0) {
        return;
    }
    let message = format!("[pool {}] please specify user and group other than root", pool.display_name());
    let found = refusal(RefusalKind::PoolRunsAsRoot, culprit.value_place(), message);
    checks.add(found.in_phase(Phase::Start));
}

fn user_ids(checks: &Checks<'_>, name: &[u8]) -> Ids {
    if name.is_empty() || name == b"root" {
        return Ids { user: Some(0), group: Some(0) };
    }
    let users = checks.host.users();
    if !name.iter().all(u8::is_ascii_digit) {
        return match users.user(name) {
            Lookup::Found(user) => Ids { user: user.uid, group: user.gid },
            Lookup::Absent | Lookup::Unknown | Lookup::Failed(_) => Ids { user: None, group: None },
        };
    }
    let number = atoi(name) as u32;
    // A number that no user has brings no group with it, and 0 is root's.
    let group = match users.user_by_id(number) {
        Some(user) => user.gid,
        None if users.complete => Some(0),
        None => None,
    };
    Ids { user: Some(number), group }
}

fn group_id(checks: &Checks<'_>, name: &[u8]) -> Option<u32> {
    if name == b"root" {
        return Some(0);
    }
    if name.iter().all(u8::is_ascii_digit) {
        return Some(atoi(name) as u32);
    }
    match checks.host.users().group(name) {
        Lookup::Found(group) => group.gid,
        Lookup::Absent | Lookup::Unknown | Lookup::Failed(_) => None,
    }
}

/// The names of an ACL: split at commas, nothing trimmed, names only.
fn names(checks: &mut Checks<'_>, pool: &Pool, id: DirectiveId, is_group: bool) {
    let Some(setting) = pool.last(id) else { return };
    let Some(list) = setting.text().filter(|list| !list.is_empty()) else { return };
    for name in list.split(|byte| *byte == b',') {
        let is_name = !name.is_empty()
            && !name.iter().all(u8::is_ascii_digit)
            && !name.iter().any(|byte| matches!(byte, b' ' | b'\t' | b':'));
        let certain = match absence(checks, name, is_group) {
            Absence::Exists => continue,
            Absence::Certain => true,
            Absence::Unknown => !is_name,
        };
        let (kind, what) = if is_group { ("gid", "group") } else { ("uid", "user") };
        let shown = String::from_utf8_lossy(name);
        let message =
            format!("[pool {}] cannot get {kind} for {what} '{shown}': Success (0)", pool.display_name());
        let found = refusal(RefusalKind::SocketAclUnknownUser, setting.value_place(), message)
            .in_phase(Phase::Start)
            .suggest(trimmed_list(list))
            .if_certain(certain);
        checks.add(found);
    }
}

/// The list with commas alone between its names; none where it has that form.
fn trimmed_list(list: &[u8]) -> Option<String> {
    let is_blank = |byte: &u8| matches!(byte, b' ' | b'\t' | b',');
    let words: Vec<&[u8]> = list.split(is_blank).filter(|word| !word.is_empty()).collect();
    let joined = words.join(&b","[..]);
    (joined != list && !joined.is_empty()).then(|| String::from_utf8_lossy(&joined).into_owned())
}

fn address(checks: &mut Checks<'_>, pool: &Pool, id: DirectiveId, listen: &Listen) {
    let Some(setting) = pool.last(id) else { return };
    let (message, suggestion) = match listen {
        Listen::Invalid(Fault::Port(port)) => {
            (format!("invalid port value '{}'", String::from_utf8_lossy(port)), without_scheme(setting))
        }
        Listen::Invalid(Fault::PortSuffix(_)) => {
            ("getaddrinfo: Servname not supported for ai_socktype".to_owned(), None)
        }
        Listen::Invalid(Fault::Host(_)) => ("getaddrinfo: Name or service not known".to_owned(), None),
        Listen::Unix(path) => match cannot_bind(checks, path) {
            Some(error) => {
                let prefix = checks.master.socket_prefix(pool, id).unwrap_or_default();
                let shown = path::under(setting.text().unwrap_or_default(), &prefix);
                let shown = String::from_utf8_lossy(&shown);
                (format!("unable to bind listening socket for address '{shown}': {error}"), None)
            }
            None => return,
        },
        Listen::Tcp { .. } | Listen::Invalid(_) | Listen::Unknown => return,
    };
    let found = refusal(RefusalKind::ListenAddressInvalid, setting.value_place(), message);
    checks.add(found.in_phase(Phase::Start).suggest(suggestion));
}

/// Why no socket can be made at `path`; none where one can, or where that is not known.
fn cannot_bind(checks: &Checks<'_>, path: &HostPath) -> Option<&'static str> {
    if matches!(checks.host.stat(path), Lookup::Found(stat) if stat.kind == FileKind::Directory) {
        return Some("Address already in use (98)");
    }
    let folder = path.parent()?;
    matches!(checks.host.stat(&folder), Lookup::Absent).then_some("No such file or directory (2)")
}

/// The pid file is written last.
fn pid(checks: &mut Checks<'_>) {
    let Some(setting) = checks.master.last(id::PID) else { return };
    let Some(text) = setting.text() else { return };
    let path = path::under(text, &checks.master.state_folder);
    if let Some(error) = file_checks::cannot_append(checks.host, &path) {
        let message = format!("Unable to create the PID file ({}).: {error}", String::from_utf8_lossy(&path));
        let found = refusal(RefusalKind::PathNotFound, setting.value_place(), message);
        checks.add(found.in_phase(Phase::Start));
    }
}

/// `unix:/path`, as web servers write it: the daemon wants the path alone.
fn without_scheme(setting: &Setting) -> Option<String> {
    let path = setting.text()?.strip_prefix(b"unix:")?;
    path.starts_with(b"/").then(|| String::from_utf8_lossy(path).into_owned())
}
