//! `backend-without-pool`: a web server connects to an address that no pool listens on.

use fpmlint_daemons::php_fpm::Listen;
use fpmlint_diagnostics::{Confidence, Group, Level, Reader, RuleMeta, Severity};
use fpmlint_stack::{Backend, Connection, Endpoint, PoolId, SiteId, Stack, Target, Web};
use fpmlint_workspace::HostKind;

use crate::words::{count, gateway_error, pool_place};
use crate::rule::Check;
use crate::{Finding, Findings, Rule};

pub static RULE: Rule = Rule {
    meta: RuleMeta {
        name: "backend-without-pool",
        group: Group::Wiring,
        default: Level::On(Severity::Error),
        summary: "no pool listens on the address that a web server connects to",
        page: include_str!("backend_without_pool.md"),
    },
    check: Check::Site(check),
};

/// Pools that a finding names; more would hide the message.
const SHOWN_POOLS: usize = 3;

fn check(stack: &Stack, site: Option<SiteId>, findings: &mut Findings<'_>) {
    for backend in stack.backends.of(site) {
        let Target::Endpoints(endpoints) = &backend.target else { continue };
        for (endpoint, place) in endpoints {
            match stack.connect(backend.host, endpoint) {
                Connection::Pools(_) => {}
                Connection::Unknown(missing) => findings.unknown(missing.fact, missing.how.words()),
                Connection::Nobody => {
                    let finding = nobody(stack, backend, endpoint, findings, *place);
                    findings.push(finding);
                }
            }
        }
    }
}

fn nobody(
    stack: &Stack,
    backend: &Backend,
    endpoint: &Endpoint,
    findings: &Findings<'_>,
    place: Option<fpmlint_daemons::Place>,
) -> Finding {
    let (pools, more) = nearest_pools(stack, backend.host, endpoint);
    let mut finding = findings
        .at(place.unwrap_or(backend.place), format!("no pool listens on {endpoint}"))
        .help(format!(
            "every request passed on here answers {}; {}",
            gateway_error(backend.web),
            listens(stack, &pools, more)
        ))
        .reader(match backend.web {
            Web::Nginx(_) => Reader::Nginx,
            Web::Apache(_) => Reader::Apache,
        })
        .host(stack, backend.host);
    if place.is_some() {
        finding = finding.label(stack, backend.place, "passed on here");
    }
    // In a repository the pool may live in an image or on a machine that is not part of it.
    if stack.hosts[backend.host].kind == HostKind::View {
        finding = finding.confidence(Confidence::Likely).severity(Severity::Warning);
    }
    for pool in pools {
        if let Some(place) = pool_place(stack, pool, &[]) {
            finding = finding.label(stack, place, format!("pool {} listens here", stack.pools[pool].name));
        }
    }
    finding
}

fn listens(stack: &Stack, pools: &[PoolId], more: usize) -> String {
    let named: Vec<String> = pools
        .iter()
        .filter_map(|pool| {
            let facts = &stack.pools[*pool];
            facts.endpoint.as_ref().map(|endpoint| format!("pool {} listens on {endpoint}", facts.name))
        })
        .collect();
    match (named.is_empty(), more) {
        (true, _) => "this host has no pool".to_owned(),
        (false, 0) => named.join(", "),
        (false, more) => format!("{} and {}", named.join(", "), count(more, "more pool", "more pools")),
    }
}

/// The pools of a host whose addresses are most like `wanted`, nearest first, and how many more it has. Of equals the
/// first counts.
fn nearest_pools(stack: &Stack, host: usize, wanted: &Endpoint) -> (Vec<PoolId>, usize) {
    let mut nearest: Vec<(usize, PoolId)> = Vec::with_capacity(SHOWN_POOLS + 1);
    let mut more = 0;
    for (pool, facts) in stack.pools.iter().enumerate() {
        if facts.host != host || matches!(facts.listen, Listen::Invalid(_)) {
            continue;
        }
        let common = facts.endpoint.as_ref().map_or(0, |endpoint| endpoint.common_start(wanted));
        let at = nearest.partition_point(|(other, _)| *other >= common);
        nearest.insert(at, (common, pool));
        if nearest.len() > SHOWN_POOLS {
            nearest.pop();
            more += 1;
        }
    }
    (nearest.into_iter().map(|(_, pool)| pool).collect(), more)
}
