//! `socket-permission-denied`: the web server's user cannot connect to the pool's socket.

use fpmlint_catalog::php_fpm::id;
use fpmlint_diagnostics::{Applicability, Confidence, Group, Level, Reader, RuleMeta, Severity};
use fpmlint_stack::socket::{Access, Account, Class, SocketSettings, access};
use fpmlint_stack::{Backend, PoolId, Stack, Web};

use crate::words::{gateway_error, pool_place, server_name, show};

use crate::rule::Check;
use crate::{Finding, Findings, Rule};

pub static RULE: Rule = Rule {
    meta: RuleMeta {
        name: "socket-permission-denied",
        group: Group::Wiring,
        default: Level::On(Severity::Error),
        summary: "the web server's user cannot connect to the pool's socket",
        page: include_str!("socket_permission_denied.md"),
    },
    check: Check::Pool(check),
};

fn check(stack: &Stack, pool: PoolId, findings: &mut Findings<'_>) {
    if !stack.is_unix(pool) {
        return;
    }
    // The first backend of each web server stands for all of them.
    let mut judged: Vec<Web> = Vec::new();
    for backend in stack.backends_reaching(pool) {
        if !judged.contains(&backend.web) {
            judged.push(backend.web);
            check_pool(stack, pool, backend, findings);
        }
    }
}

fn check_pool(
    stack: &Stack,
    pool: PoolId,
    backend: &Backend,
    findings: &mut Findings<'_>,
) {
    // A master that runs as root refuses such a pool; another account's sockets are its own.
    if stack.setting(pool, id::USER).is_none() {
        findings.unknown(
            format!("the account that starts php-fpm, to which the socket of pool {} belongs", stack.pools[pool].name),
            "set `user` in the pool if php-fpm is started by root",
        );
        return;
    }
    let web = stack.account(backend.web);
    let name = server_name(backend.web);
    let Some(account) = &web.account else {
        findings.unknown(
            format!("the user that {name} runs as"),
            "give a system root (--sysroot) or a profile (--profile)",
        );
        return;
    };
    let host = &stack.hosts[stack.pools[pool].host];
    if let Some(finding) = closed(stack, pool, backend, account, findings) {
        findings.push(finding);
        return;
    }
    let settings = stack.socket_settings(pool);
    match access(&settings, account, host.users()) {
        Access::Granted => {}
        Access::Unknown(fact) => findings.unknown(fact, "give a system root with etc/passwd and etc/group (--sysroot)"),
        Access::Denied { class, socket, certain } => {
            // The account that the socket is made for may be the one that an unseen main file names.
            let sure = match web.certain {
                true if certain => Confidence::Certain,
                false if web.place.is_none() && is_made_for_somebody(&settings) => Confidence::Possible,
                _ => Confidence::Likely,
            };
            if let Some(finding) = denied(stack, pool, backend, account, class, &socket, findings) {
                let mut finding = finding.confidence(sure);
                if let Some(place) = web.place {
                    finding = finding.label(stack, place, format!("{name} runs as {}", show(&account.user)));
                }
                findings.push(finding);
            }
        }
    }
}

/// Whether the settings let an account in that is not root.
fn is_made_for_somebody(settings: &SocketSettings) -> bool {
    let named = |name: &Option<Vec<u8>>| name.as_ref().is_some_and(|name| name != b"root");
    let acl = !settings.acl_users.is_empty() || !settings.acl_groups.is_empty();
    acl || named(&settings.owner) || named(&settings.group)
}

/// The finding for a folder above the socket that the web server may not enter.
fn closed(
    stack: &Stack,
    pool: PoolId,
    backend: &Backend,
    account: &Account,
    findings: &Findings<'_>,
) -> Option<Finding> {
    let facts = &stack.pools[pool];
    let (folder, mode) = stack.closed_folder(backend.web, pool)?;
    let (server, user) = (server_name(backend.web), show(&account.user));
    let message = format!(
        "{server} runs as {user} and may not enter {folder} (mode {mode:04o}), where the socket of pool {} lies",
        facts.name
    );
    let help = format!(
        "every PHP request answers {} with \"Permission denied\"; let {user} search the folder, as mode 0711 does",
        gateway_error(backend.web)
    );
    let finding = findings.at(pool_place(stack, pool, &[])?, message).help(help);
    let finding = finding.label(stack, backend.place, format!("{server} connects here"));
    Some(finding.reader(Reader::PhpFpm).host(stack, facts.host))
}

fn denied(
    stack: &Stack,
    pool: PoolId,
    backend: &Backend,
    account: &Account,
    class: Class,
    socket: &str,
    findings: &Findings<'_>,
) -> Option<Finding> {
    let settings = stack.socket_settings(pool);
    let ids: &[_] = match class {
        Class::NotInAcl if settings.acl_users.is_empty() => &[id::LISTEN_ACL_GROUPS],
        Class::NotInAcl => &[id::LISTEN_ACL_USERS],
        _ if settings.mode.is_some() => &[id::LISTEN_MODE, id::LISTEN_GROUP, id::LISTEN_OWNER],
        _ => &[id::LISTEN_GROUP, id::LISTEN_OWNER],
    };
    let place = pool_place(stack, pool, ids)?;
    let (server, user, name) = (server_name(backend.web), show(&account.user), &stack.pools[pool].name);
    let message = match class {
        Class::NotInAcl => {
            format!("{server} runs as {user}, whom the ACL of pool {name}'s socket does not name")
        }
        Class::Owner | Class::Group | Class::Other => {
            format!("{server} runs as {user} and may not connect to the socket of pool {name} ({socket})")
        }
    };
    let line = line_to_add(&settings, class, &user);
    let help = format!(
        "every PHP request answers {} with \"Permission denied\"; {} in pool {name}",
        gateway_error(backend.web),
        line.advice
    );
    let mut finding = findings
        .at(place, message)
        .help(help)
        .label(stack, backend.place, format!("{server} connects here"))
        .reader(Reader::PhpFpm)
        .host(stack, stack.pools[pool].host);
    if let Some(listen) = stack.setting(pool, id::LISTEN)
        && listen.place != place
    {
        finding = finding.label(stack, listen.place, "the socket");
    }
    if let Some(text) = line.insert {
        let edit = findings.line_after(place, &text);
        finding = finding.fix(format!("Add `{text}`"), Applicability::Unsafe, vec![edit]);
    }
    Some(finding)
}

struct Line {
    advice: String,
    insert: Option<String>,
}

/// The line that lets `user` in, by what the pool already says.
fn line_to_add(settings: &fpmlint_stack::socket::SocketSettings, class: Class, user: &str) -> Line {
    if class == Class::NotInAcl {
        let users: Vec<String> = settings.acl_users.iter().map(|name| show(name)).collect();
        let list = users.iter().map(String::as_str).chain([user]).collect::<Vec<_>>().join(",");
        return Line { advice: format!("set `listen.acl_users = {list}`"), insert: None };
    }
    if settings.mode.is_some_and(|mode| mode & 0o020 == 0) {
        return Line {
            advice: format!("set `listen.mode = 0660` and `listen.group = {user}`"),
            insert: None,
        };
    }
    let line = format!("listen.group = {user}");
    let insert = settings.group.is_none().then(|| line.clone());
    let verb = if settings.group.is_none() { "add" } else { "set" };
    Line { advice: format!("{verb} `{line}`"), insert }
}
