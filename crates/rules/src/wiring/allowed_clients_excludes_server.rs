//! `allowed-clients-excludes-server`: a TCP pool drops the connections of its own web server.

use std::net::IpAddr;

use fpmlint_catalog::php_fpm::id;
use fpmlint_daemons::Part;
use fpmlint_diagnostics::{Group, Level, Reader, RuleMeta, Severity};
use fpmlint_stack::{Backend, Connection, Endpoint, PoolId, Stack, Target, TcpHost};

use crate::words::{gateway_error, server_name, show};
use crate::rule::Check;
use crate::{Findings, Rule};

pub static RULE: Rule = Rule {
    meta: RuleMeta {
        name: "allowed-clients-excludes-server",
        group: Group::Wiring,
        default: Level::On(Severity::Error),
        summary: "`listen.allowed_clients` does not hold the web server's address",
        page: include_str!("allowed_clients_excludes_server.md"),
    },
    check: Check::Pool(check),
};

fn check(stack: &Stack, pool: PoolId, findings: &mut Findings<'_>) {
    if stack.is_unix(pool) || stack.setting(pool, id::LISTEN_ALLOWED_CLIENTS).is_none() {
        return;
    }
    for backend in stack.backends_reaching(pool) {
        let Target::Endpoints(endpoints) = &backend.target else { continue };
        for (endpoint, _) in endpoints {
            // A connection to a loopback address comes from the same address; others come from who knows where.
            let Some(client) = loopback_address(endpoint) else { continue };
            let connection = stack.connect(backend.host, endpoint);
            if matches!(connection, Connection::Pools(pools) if pools.contains(&pool)) {
                check_pool(stack, pool, backend, client, findings);
            }
        }
    }
}

fn loopback_address(endpoint: &Endpoint) -> Option<IpAddr> {
    match endpoint {
        Endpoint::Tcp { host: TcpHost::Ip(ip), .. } if *ip == IpAddr::from([127, 0, 0, 1]) => Some(*ip),
        Endpoint::Tcp { host: TcpHost::Ip(ip), .. } if ip.is_loopback() && ip.is_ipv6() => Some(*ip),
        _ => None,
    }
}

fn check_pool(stack: &Stack, pool: PoolId, backend: &Backend, client: IpAddr, findings: &mut Findings<'_>) {
    let Some(setting) = stack.setting(pool, id::LISTEN_ALLOWED_CLIENTS) else { return };
    let Some(list) = setting.value.known().filter(|list| !list.is_empty()) else { return };
    let mut valid = list.split(|byte| *byte == b',').filter_map(|entry| show(entry).parse::<IpAddr>().ok()).peekable();
    // With no valid entry everybody is dropped, which is `allowed-clients-invalid`'s to say.
    if valid.peek().is_none() || valid.any(|ip| ip.to_canonical() == client) {
        return;
    }
    let (server, name) = (server_name(backend.web), &stack.pools[pool].name);
    let finding = findings
        .at(
            setting.place.with(Part::Value),
            format!("{server} connects to pool {name} from {client}, which `listen.allowed_clients` does not hold"),
        )
        .help(format!(
            "php-fpm drops the connection and every PHP request answers {}; add {client} to the list",
            gateway_error(backend.web)
        ))
        .label(stack, backend.place, format!("{server} connects here"))
        .reader(Reader::PhpFpm)
        .host(stack, stack.pools[pool].host);
    findings.push(finding);
}
