//! `allowed-clients-on-socket`: `listen.allowed_clients` beside a Unix socket does nothing.

use fpmlint_catalog::php_fpm::id;
use fpmlint_diagnostics::{Applicability, Group, Level, Reader, RuleMeta, Severity};
use fpmlint_stack::Stack;

use crate::rule::Check;
use crate::{Findings, Rule};

pub static RULE: Rule = Rule {
    meta: RuleMeta {
        name: "allowed-clients-on-socket",
        group: Group::Ignored,
        default: Level::On(Severity::Info),
        summary: "`listen.allowed_clients` does nothing on a Unix socket",
        page: include_str!("allowed_clients_on_socket.md"),
    },
    check: Check::Masters(check),
};

fn check(stack: &Stack, findings: &mut Findings<'_>) {
    for pool in 0..stack.pools.len() {
        if !stack.is_unix(pool) {
            continue;
        }
        let Some(setting) = stack.setting(pool, id::LISTEN_ALLOWED_CLIENTS) else { continue };
        let name = &stack.pools[pool].name;
        let mut finding = findings
            .at(setting.place, format!("`listen.allowed_clients` does nothing: pool {name} listens on a Unix socket"))
            .help(
                "php-fpm compares addresses of TCP clients only; \
                 `listen.owner`, `listen.group`, `listen.mode` and the ACL say who may use a socket",
            )
            .fix(
                "Delete `listen.allowed_clients`",
                Applicability::Safe,
                vec![findings.deletion(setting.place)],
            )
            .reader(Reader::PhpFpm)
            .host(stack, stack.pools[pool].host);
        if let Some(listen) = stack.setting(pool, id::LISTEN) {
            finding = finding.label(stack, listen.place, "the socket");
        }
        findings.push(finding);
    }
}
