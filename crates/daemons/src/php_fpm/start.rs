//! What the daemon's test passes and its start does not.
//!
//! In: all pools. Out: refusals of the start, in its order: first the users of all pools, then their sockets.

use std::collections::hash_map;
use std::net::IpAddr;
use std::sync::Arc;

use fpmlint_catalog::php_fpm::{DirectiveId, id};
use fpmlint_workspace::{Entry, FileKind, HostPath, Lookup};
use rustc_hash::FxHashMap;

use super::checks::Checks;
use super::draft::refusal;
use super::end_checks::{Absence, absence};
use super::listen::{Fault, Listen, ListenAddress};
use super::model::{Master, Pool, Setting};
use super::{file_checks, path};
use crate::php_ini::atoi;
use crate::{Phase, RefusalKind};

/// Runs the checks.
pub(crate) fn check(checks: &mut Checks<'_>) {
    let master = checks.master;
    for pool in &master.pools {
        root(checks, pool);
    }
    let listens = std::mem::take(&mut checks.listens);
    let mut folders = Folders::default();
    for (pool, listen) in master.pools.iter().zip(&listens) {
        if matches!(listen, Listen::Unix(_)) {
            names(checks, pool, id::LISTEN_ACL_USERS, false);
            names(checks, pool, id::LISTEN_ACL_GROUPS, true);
        }
        address(checks, pool, id::LISTEN, listen, &mut folders);
    }
    for pool in &master.pools {
        if let Some(listen) = master.status_listen(pool) {
            address(checks, pool, id::PM_STATUS_LISTEN, &listen, &mut folders);
        }
    }
    overlaps(checks, listens);
    pid(checks);
    open_files(checks);
}

/// An address that a pool listens on.
struct Bound<'m> {
    pool: &'m Pool,
    id: DirectiveId,
    setting: &'m Setting,
}

impl Bound<'_> {
    /// The path as the daemon completes it.
    fn path(&self, master: &Master) -> Vec<u8> {
        let prefix = master.socket_prefix(self.pool, self.id).unwrap_or_default();
        path::under(self.setting.text().unwrap_or_default(), &prefix)
    }
}

/// Addresses that differ as texts, so that the test passes, and that the system does not give out twice. Two pools
/// of the very same address share its socket. `listens`: where each pool listens.
fn overlaps(checks: &mut Checks<'_>, listens: Vec<Listen>) {
    let master = checks.master;
    let mut paths: FxHashMap<HostPath, Bound<'_>> = FxHashMap::default();
    let mut ports: FxHashMap<u16, Vec<(ListenAddress, Bound<'_>)>> = FxHashMap::default();
    let mut found = Vec::new();
    let own = master.pools.iter().zip(listens).filter_map(|(pool, listen)| {
        let setting = pool.last(id::LISTEN)?;
        Some((listen, Bound { pool, id: id::LISTEN, setting }))
    });
    let status = master.pools.iter().filter_map(|pool| {
        let setting = pool.last(id::PM_STATUS_LISTEN)?;
        Some((master.status_listen(pool)?, Bound { pool, id: id::PM_STATUS_LISTEN, setting }))
    });
    for (listen, bound) in own.chain(status) {
        match listen {
            Listen::Unix(path) => match paths.entry(path) {
                hash_map::Entry::Occupied(first) => {
                    let (first, text) = (first.get(), bound.path(master));
                    if first.path(master) != text {
                        let shown = String::from_utf8_lossy(&text);
                        let message = format!("Another FPM instance seems to already listen on {shown}");
                        found.push((bound.setting, first.setting, message));
                    }
                }
                hash_map::Entry::Vacant(free) => {
                    free.insert(bound);
                }
            },
            Listen::Tcp { address, port } => {
                let others = ports.entry(port).or_default();
                if let Some((_, first)) = others.iter().find(|(other, _)| collide(other, &address)) {
                    let shown = String::from_utf8_lossy(bound.setting.text().unwrap_or_default());
                    let message = format!(
                        "unable to bind listening socket for address '{shown}': Address already in use (98)"
                    );
                    found.push((bound.setting, first.setting, message));
                }
                others.push((address, bound));
            }
            Listen::Invalid(_) | Listen::Unknown => {}
        }
    }
    for (setting, first, message) in found {
        let found = refusal(RefusalKind::ListenAddressOverlaps, setting.value_place(), message);
        let first = Some(first.value_place());
        checks.add(found.in_phase(Phase::Start).with_related(first, "the address is used here first"));
    }
}

/// Whether two addresses of one port cannot be listened on side by side.
fn collide(first: &ListenAddress, second: &ListenAddress) -> bool {
    let takes_all = |any: bool, ip: &IpAddr| any || ip.is_ipv4();
    match (first, second) {
        (ListenAddress::Any { dual: first }, ListenAddress::Any { dual: second }) => first != second,
        (ListenAddress::Any { dual }, ListenAddress::Ip(ip))
        | (ListenAddress::Ip(ip), ListenAddress::Any { dual }) => takes_all(*dual, ip),
        _ => false,
    }
}

/// The most open files that systemd lets a system have; without it a system has far fewer.
const MOST_OPEN_FILES: i32 = 1_073_741_816;

/// What a system gives by default.
const USUAL_OPEN_FILES: i32 = 1_048_576;

/// The limit of open files that the master sets for itself.
fn open_files(checks: &mut Checks<'_>) {
    let Some(setting) = checks.master.last(id::RLIMIT_FILES) else { return };
    let Some(limit) = checks.master.integer(id::RLIMIT_FILES).filter(|limit| *limit > USUAL_OPEN_FILES)
    else {
        return;
    };
    let message = format!(
        "failed to set rlimit_files for this pool. Please check your system limits or decrease rlimit_files. \
         setrlimit(RLIMIT_NOFILE, {limit}): Operation not permitted (1)"
    );
    let found = refusal(RefusalKind::InvalidValue, setting.value_place(), message);
    checks.add(found.in_phase(Phase::Start).if_certain(limit > MOST_OPEN_FILES));
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

fn address(checks: &mut Checks<'_>, pool: &Pool, id: DirectiveId, listen: &Listen, folders: &mut Folders) {
    let Some(setting) = pool.last(id) else { return };
    let (message, suggestion) = match listen {
        Listen::Invalid(Fault::Port(port)) => {
            (format!("invalid port value '{}'", String::from_utf8_lossy(port)), without_scheme(setting))
        }
        Listen::Invalid(Fault::PortSuffix(_)) => {
            ("getaddrinfo: Servname not supported for ai_socktype".to_owned(), None)
        }
        Listen::Invalid(Fault::Host(_)) => ("getaddrinfo: Name or service not known".to_owned(), None),
        Listen::Unix(path) => match cannot_bind(checks, path, folders) {
            Some(error) => {
                let prefix = checks.master.socket_prefix(pool, id).unwrap_or_default();
                let shown = path::under(setting.text().unwrap_or_default(), &prefix);
                let shown = String::from_utf8_lossy(&shown);
                (format!("unable to bind listening socket for address '{shown}': {error}"), None)
            }
            None => return,
        },
        Listen::Tcp { address: ListenAddress::Name(name), .. } if never_resolves(name) => {
            ("getaddrinfo: Name or service not known".to_owned(), None)
        }
        Listen::Tcp { address: ListenAddress::Ip(ip), .. } if is_for_documents(ip) => {
            let shown = String::from_utf8_lossy(setting.text().unwrap_or_default());
            let error = "Cannot assign requested address (99)";
            (format!("unable to bind listening socket for address '{shown}': {error}"), None)
        }
        Listen::Tcp { .. } | Listen::Invalid(_) | Listen::Unknown => return,
    };
    let found = refusal(RefusalKind::ListenAddressInvalid, setting.value_place(), message);
    checks.add(found.in_phase(Phase::Start).suggest(suggestion));
}

/// Whether a name lies below `.invalid`, which nothing ever resolves (RFC 6761).
fn never_resolves(name: &[u8]) -> bool {
    let name = name.strip_suffix(b".").unwrap_or(name).to_ascii_lowercase();
    name == b"invalid" || name.ends_with(b".invalid")
}

/// Whether an address is kept for documents, so that no machine has it (RFC 5737, RFC 3849).
fn is_for_documents(ip: &IpAddr) -> bool {
    match ip {
        IpAddr::V4(ip) => ip.is_documentation(),
        IpAddr::V6(ip) => ip.segments().starts_with(&[0x2001, 0xdb8]),
    }
}

/// The folders of sockets that were looked at, with what lies in them: most sockets share one.
type Folders = FxHashMap<Vec<u8>, Option<Arc<[Entry]>>>;

/// Why no socket can be made at `path`; none where one can, or where that is not known.
fn cannot_bind(checks: &Checks<'_>, path: &HostPath, folders: &mut Folders) -> Option<&'static str> {
    let slash = path.as_bytes().iter().rposition(|byte| *byte == b'/')?;
    let (folder, name) = path.as_bytes().split_at(slash);
    let list = || checks.host.list(&HostPath::new(folder)).found();
    let listed = match folders.get(folder) {
        Some(listed) => listed,
        None => folders.entry(folder.to_vec()).or_insert_with(list),
    };
    let name = name.strip_prefix(b"/").unwrap_or(name);
    // A name that is not in its folder is free.
    if let Some(entries) = listed
        && entries.binary_search_by(|entry| entry.name.as_slice().cmp(name)).is_err()
    {
        return None;
    }
    match checks.host.kind(path) {
        Lookup::Found(FileKind::Directory) => return Some("Address already in use (98)"),
        Lookup::Found(_) => return None,
        Lookup::Absent | Lookup::Unknown | Lookup::Failed(_) => {}
    }
    let folder = path.parent()?;
    matches!(checks.host.kind(&folder), Lookup::Absent).then_some("No such file or directory (2)")
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
