//! `pool-open-to-network`: a pool listens on every address of a host and asks nobody who they are.

use fpmlint_catalog::php_fpm::id;
use fpmlint_diagnostics::{Confidence, Group, Level, Reader, RuleMeta, Severity};
use fpmlint_stack::{Endpoint, Stack, TcpHost};
use fpmlint_workspace::HostKind;

use crate::rule::Check;
use crate::{Findings, Rule};

pub static RULE: Rule = Rule {
    meta: RuleMeta {
        name: "pool-open-to-network",
        group: Group::Security,
        default: Level::On(Severity::Warning),
        summary: "the pool listens on every address without `listen.allowed_clients`",
        page: include_str!("pool_open_to_network.md"),
    },
    check: Check::Masters(check),
};

fn check(stack: &Stack, findings: &mut Findings<'_>) {
    for (pool, facts) in stack.pools.iter().enumerate() {
        let host = &stack.hosts[facts.host];
        let Some(Endpoint::Tcp { host: address, port }) = &facts.endpoint else { continue };
        let every = match address {
            TcpHost::Any => true,
            TcpHost::Ip(ip) => ip.is_unspecified(),
            TcpHost::Name(_) => false,
        };
        // Inside a container every address is the right one; only a published port would be open.
        if !every || host.kind == HostKind::View || host.profile.container {
            continue;
        }
        let allowed = stack.setting(pool, id::LISTEN_ALLOWED_CLIENTS);
        if allowed.is_some_and(|setting| setting.value.known() != Some(b"")) {
            continue;
        }
        let Some(listen) = stack.setting(pool, id::LISTEN) else { continue };
        let finding = findings
            .at(listen.place, format!("pool {} takes requests from every address on port {port}", facts.name))
            .help(format!(
                "whoever reaches the port runs PHP code as the pool's user; \
                 listen on 127.0.0.1:{port} or a Unix socket, or name the web servers in `listen.allowed_clients`"
            ))
            // A firewall in front of it is not in these files.
            .confidence(Confidence::Likely)
            .reader(Reader::PhpFpm)
            .host(stack, facts.host);
        findings.push(finding);
    }
}
