//! Checks that come after all pools: addresses used twice, access logs, users.
//!
//! In: all pools. Out: refusals, in the daemon's order.

use std::borrow::Cow;

use fpmlint_catalog::Version;
use fpmlint_catalog::php_fpm::{DirectiveId, id};
use fpmlint_workspace::Lookup;
use rustc_hash::FxHashMap;

use super::checks::Checks;
use super::draft::refusal;
use super::listen;
use super::model::{Pool, Setting, Unknown};
use super::path;
use super::{access_format, file_checks};
use crate::{Phase, RefusalKind};

/// Runs them.
pub(crate) fn check(checks: &mut Checks<'_>) {
    same_addresses(checks);
    let master = checks.master;
    for pool in &master.pools {
        file_checks::access_log(checks, pool);
    }
    for pool in &master.pools {
        format(checks, pool);
    }
    for (index, pool) in master.pools.iter().enumerate() {
        users(checks, pool);
        socket_length(checks, index, pool);
    }
}

/// One listen of the daemon's list: the pools in order, then the status pools in order.
struct Address<'m> {
    pool: &'m Pool,
    /// What the daemon calls the pool behind its name.
    suffix: &'static str,
    setting: &'m Setting,
    text: Cow<'m, [u8]>,
}

fn same_addresses(checks: &mut Checks<'_>) {
    let master = checks.master;
    let of = |directive: DirectiveId, suffix: &'static str| {
        master.pools.iter().filter_map(move |pool| {
            let setting = pool.last(directive)?;
            let text = setting.text().filter(|text| !text.is_empty())?;
            let text = if !text.starts_with(b"/") && listen::is_unix(text) {
                Cow::Owned(path::under(text, &master.socket_prefix(pool, directive)?))
            } else {
                Cow::Borrowed(text)
            };
            Some(Address { pool, suffix, setting, text })
        })
    };
    let mut first_use: FxHashMap<Cow<'_, [u8]>, usize> = FxHashMap::default();
    first_use.reserve(master.pools.len());
    let mut addresses: Vec<Address<'_>> = Vec::with_capacity(master.pools.len());
    let mut twice: Vec<(usize, usize)> = Vec::new();
    for address in of(id::LISTEN, "").chain(of(id::PM_STATUS_LISTEN, "_status")) {
        let first = *first_use.entry(address.text.clone()).or_insert(addresses.len());
        if first < addresses.len() {
            twice.push((first, addresses.len()));
        }
        addresses.push(address);
    }
    twice.sort_unstable();
    for (first, second) in twice {
        let (Some(first), Some(second)) = (addresses.get(first), addresses.get(second)) else { continue };
        let name = |address: &Address<'_>| format!("{}{}", address.pool.display_name(), address.suffix);
        let message = format!(
            "[pool {}] unable to set listen address as it's already used in another pool '{}'",
            name(second),
            name(first)
        );
        let place = second.setting.value_place();
        let found = refusal(RefusalKind::ListenAddressOverlaps, place, message);
        let other = Some(first.setting.value_place());
        checks.add(found.with_related(other, "the address is used here first"));
    }
}

fn format(checks: &mut Checks<'_>, pool: &Pool) {
    let has_log = pool.last(id::ACCESS_LOG).is_some_and(|log| log.text() != Some(b""));
    let Some(setting) = pool.last(id::ACCESS_FORMAT).filter(|_| has_log) else { return };
    if let Some(message) = setting.text().and_then(|text| access_format::refuse(text, checks.master.version))
    {
        checks.push(RefusalKind::InvalidValue, setting.value_place(), message);
    }
}

/// The phase in which a name that does not exist is noticed: the test asks since 8.1.15 and 8.2.2.
fn users_phase(version: Option<Version>) -> Phase {
    let tested = version.is_none_or(|version| match (version.major, version.minor) {
        (8, 1) => version.patch >= 15,
        (8, 2) => version.patch >= 2,
        _ => version >= Version::new(8, 3, 0),
    });
    if tested { Phase::Test } else { Phase::Start }
}

fn users(checks: &mut Checks<'_>, pool: &Pool) {
    let phase = users_phase(checks.master.version);
    let has_acl = [id::LISTEN_ACL_USERS, id::LISTEN_ACL_GROUPS]
        .iter()
        .any(|id| pool.last(*id).is_some_and(|setting| setting.text() != Some(b"")));
    for (id, is_group, errno) in [
        (id::USER, false, ""),
        (id::GROUP, true, ""),
        (id::LISTEN_OWNER, false, ": Success (0)"),
        (id::LISTEN_GROUP, true, ": Success (0)"),
    ] {
        let Some(setting) = pool.last(id) else { continue };
        let Some(name) = setting.text() else { continue };
        // Before the test asked, an owner that an ACL makes void was never looked up.
        let void = phase == Phase::Start && has_acl && !errno.is_empty();
        if void || name.iter().all(u8::is_ascii_digit) {
            continue;
        }
        let (kind, what) = if is_group { ("gid", "group") } else { ("uid", "user") };
        if let Absence::Certain = absence(checks, name, is_group) {
            let name = String::from_utf8_lossy(name);
            let message =
                format!("[pool {}] cannot get {kind} for {what} '{name}'{errno}", pool.display_name());
            let found = refusal(RefusalKind::UnknownUser, setting.value_place(), message);
            checks.add(found.in_phase(phase));
        }
    }
}

/// Whether a name is missing on the host.
pub(crate) enum Absence {
    Exists,
    Certain,
    /// The host's users are not all known.
    Unknown,
}

/// Looks a user or group up.
pub(crate) fn absence(checks: &Checks<'_>, name: &[u8], is_group: bool) -> Absence {
    let users = checks.host.users();
    let (found, unknown) = if is_group {
        let group = users.group(name);
        (matches!(group, Lookup::Found(_)), !matches!(group, Lookup::Absent))
    } else {
        let user = users.user(name);
        (matches!(user, Lookup::Found(_)), !matches!(user, Lookup::Absent))
    };
    match (found, unknown) {
        (true, _) => Absence::Exists,
        (false, true) => Absence::Unknown,
        (false, false) => Absence::Certain,
    }
}

/// The names of a master whose existence nobody could tell, for the summary.
pub(crate) fn unknown_users(checks: &Checks<'_>) -> Vec<Unknown> {
    let mut unknowns: Vec<Unknown> = Vec::new();
    if checks.host.users().complete {
        return unknowns;
    }
    for pool in &checks.master.pools {
        for (id, is_group) in
            [(id::USER, false), (id::GROUP, true), (id::LISTEN_OWNER, false), (id::LISTEN_GROUP, true)]
        {
            let Some(name) = pool.text(id).filter(|name| !name.iter().all(u8::is_ascii_digit)) else {
                continue;
            };
            if matches!(absence(checks, name, is_group), Absence::Unknown) {
                let what = if is_group { "group" } else { "user" };
                let unknown = Unknown {
                    what: format!("whether the {what} {} exists", String::from_utf8_lossy(name)),
                    how: "name the host's root with --sysroot, or a profile with --profile".to_owned(),
                };
                if !unknowns.contains(&unknown) {
                    unknowns.push(unknown);
                }
            }
        }
    }
    unknowns
}

/// PHP 8.3 and later refuse a socket path that does not fit.
fn socket_length(checks: &mut Checks<'_>, index: usize, pool: &Pool) {
    let Some(setting) = pool.last(id::LISTEN) else { return };
    if let Some(listen::Listen::Invalid(listen::Fault::TooLong(length))) = checks.listens.get(index) {
        let path = checks.master.path_of(pool, id::LISTEN).unwrap_or_default();
        let limit = listen::SOCKET_PATH_MAX + 1;
        let message = format!(
            "[pool {}] cannot bind to UNIX socket '{}' as path is too long (found length: {length}, maximal length: {limit}): Success (0)",
            pool.display_name(),
            String::from_utf8_lossy(&path)
        );
        let place = setting.value_place();
        checks.push(RefusalKind::ListenAddressInvalid, place, message);
    }
}
