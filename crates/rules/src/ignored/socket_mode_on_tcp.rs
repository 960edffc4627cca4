//! `socket-mode-on-tcp`: `listen.owner`, `listen.group`, `listen.mode` or an ACL beside a port does nothing.

use fpmlint_catalog::php_fpm::id;
use fpmlint_daemons::php_fpm::Listen;
use fpmlint_diagnostics::{Applicability, Group, Level, Reader, RuleMeta, Severity};
use fpmlint_stack::Stack;

use crate::rule::Check;
use crate::{Findings, Rule};

pub static RULE: Rule = Rule {
    meta: RuleMeta {
        name: "socket-mode-on-tcp",
        group: Group::Ignored,
        default: Level::On(Severity::Info),
        summary: "owner, group, mode and ACL do nothing on a TCP pool",
        page: include_str!("socket_mode_on_tcp.md"),
    },
    check: Check::Masters(check),
};

fn check(stack: &Stack, findings: &mut Findings<'_>) {
    let ids = [
        (id::LISTEN_OWNER, "listen.owner"),
        (id::LISTEN_GROUP, "listen.group"),
        (id::LISTEN_MODE, "listen.mode"),
        (id::LISTEN_ACL_USERS, "listen.acl_users"),
        (id::LISTEN_ACL_GROUPS, "listen.acl_groups"),
    ];
    for (pool, facts) in stack.pools.iter().enumerate() {
        if !matches!(facts.listen, Listen::Tcp { .. }) {
            continue;
        }
        for (id, name) in ids {
            let Some(setting) = stack.setting(pool, id) else { continue };
            let mut finding = findings
                .at(setting.place, format!("`{name}` does nothing: pool {} listens on a TCP port", facts.name))
                .help("ports have no owner and no mode; `listen.allowed_clients` says who may connect to one")
                .fix(format!("Delete `{name}`"), Applicability::Safe, vec![findings.deletion(setting.place)])
                .reader(Reader::PhpFpm)
                .host(stack, facts.host);
            if let Some(listen) = stack.setting(pool, id::LISTEN) {
                finding = finding.label(stack, listen.place, "the port");
            }
            findings.push(finding);
        }
    }
}
