//! `session-path-not-writable`: a pool's user cannot write where PHP keeps sessions.

use fpmlint_catalog::php_fpm::id;
use fpmlint_daemons::Part;
use fpmlint_diagnostics::{Group, Level, RuleMeta, Severity};
use fpmlint_stack::{PoolId, Stack};
use fpmlint_workspace::{FileKind, Host, HostPath, Lookup};

use crate::ini::in_force;
use crate::rule::Check;
use crate::words::show;
use crate::{Findings, Rule};

pub static RULE: Rule = Rule {
    meta: RuleMeta {
        name: "session-path-not-writable",
        group: Group::Wiring,
        default: Level::On(Severity::Warning),
        summary: "the pool's user cannot write to `session.save_path`",
        page: include_str!("session_path_not_writable.md"),
    },
    check: Check::Pool(check),
};

fn check(stack: &Stack, pool: PoolId, findings: &mut Findings<'_>) {
    let Some(set) = in_force(stack, pool, b"session.save_path") else { return };
    let handler = in_force(stack, pool, b"session.save_handler");
    let in_files = handler.is_none_or(|handler| handler.value.known() == Some(b"files"));
    let facts = &stack.pools[pool];
    let config = stack.pool_config(pool);
    let Some(folder) = set.value.known().and_then(folder).filter(|_| in_files) else { return };
    // With a root of its own the pool means another folder.
    let user = config.text(id::USER).filter(|_| config.last(id::CHROOT).is_none());
    let (Some(user), host) = (user, &*stack.hosts[facts.host]) else { return };
    let path = HostPath::new(folder);
    let Some(why) = refusal(host, &path, user, config.text(id::GROUP)) else { return };
    let finding = findings
        .at(set.place.with(Part::Value), format!("sessions of pool {} cannot be saved: {why}", facts.name))
        .help(format!(
            "`session_start()` fails with a warning and each visitor is a new one; make {path} writable for {}, or give the \
             pool a folder of its own",
            show(user)
        ))
        .reader(set.reader)
        .host(stack, facts.host);
    findings.push(finding);
}

/// The folder of a `session.save_path`, which may have a depth and a mode in front of it.
fn folder(text: &[u8]) -> Option<&[u8]> {
    let folder = text.rsplit(|byte| *byte == b';').next()?;
    folder.starts_with(b"/").then_some(folder)
}

/// Why the user cannot make files in a folder; none where it can, or where that is not known. A tree without accounts is
/// nobody's machine but a copy of files: empty folders, modes and owners get lost on the way.
fn refusal(host: &Host, path: &HostPath, user: &[u8], group: Option<&[u8]>) -> Option<String> {
    let users = host.users();
    if !users.complete {
        return None;
    }
    let stat = match host.stat(path) {
        Lookup::Found(stat) if stat.kind == FileKind::Directory => stat,
        Lookup::Found(_) => return Some(format!("{path} is no folder")),
        Lookup::Absent => return Some(format!("there is no {path}")),
        Lookup::Unknown | Lookup::Failed(_) => return None,
    };
    let (mode, owner, folder_group) = (stat.mode?, stat.uid?, stat.gid?);
    let Lookup::Found(account) = users.user(user) else { return None };
    let own = account.uid?;
    let mut groups = users.groups_of(account);
    if let Some(group) = group.filter(|group| !group.is_empty()) {
        let Lookup::Found(group) = users.group(group) else { return None };
        groups.push(group.gid?);
    }
    if own == 0 {
        return None;
    }
    let needed = if own == owner {
        0o300
    } else if groups.contains(&folder_group) {
        0o030
    } else {
        0o003
    };
    (mode & needed != needed).then(|| {
        let shown = users.user_by_id(owner).map_or(owner.to_string(), |user| show(&user.name));
        let group = users.group_by_id(folder_group).map_or(folder_group.to_string(), |group| show(&group.name));
        format!("{path} is {shown}:{group} {:04o}, and the pool runs as {}", mode & 0o7777, show(user))
    })
}
