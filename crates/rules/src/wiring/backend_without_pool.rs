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
    let pools = nearest_pools(stack, backend.host, endpoint);
    let mut finding = findings
        .at(place.unwrap_or(backend.place), format!("no pool listens on {endpoint}"))
        .help(format!(
            "every request passed on here answers {}; {}",
            gateway_error(backend.web),
            listens(stack, &pools)
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
    for pool in pools.into_iter().take(SHOWN_POOLS) {
        if let Some(place) = pool_place(stack, pool, &[]) {
            finding = finding.label(stack, place, format!("pool {} listens here", stack.pools[pool].name));
        }
    }
    finding
}

fn listens(stack: &Stack, pools: &[PoolId]) -> String {
    let named: Vec<String> = pools
        .iter()
        .take(SHOWN_POOLS)
        .filter_map(|pool| {
            let facts = &stack.pools[*pool];
            facts.endpoint.as_ref().map(|endpoint| format!("pool {} listens on {endpoint}", facts.name))
        })
        .collect();
    match (named.is_empty(), pools.len().saturating_sub(SHOWN_POOLS)) {
        (true, _) => "this host has no pool".to_owned(),
        (false, 0) => named.join(", "),
        (false, more) => format!("{} and {}", named.join(", "), count(more, "more pool", "more pools")),
    }
}

/// The pools of a host, those first whose address is most like `wanted`.
fn nearest_pools(stack: &Stack, host: usize, wanted: &Endpoint) -> Vec<PoolId> {
    let wanted = wanted.to_string();
    let distance = |pool: &PoolId| {
        let listen = stack.pools[*pool].endpoint.as_ref().map(Endpoint::to_string).unwrap_or_default();
        let common = listen.bytes().zip(wanted.bytes()).take_while(|(left, right)| left == right).count();
        std::cmp::Reverse(common)
    };
    let on_host = |pool: &PoolId| {
        stack.pools[*pool].host == host && !matches!(stack.pools[*pool].listen, Listen::Invalid(_))
    };
    let mut pools: Vec<PoolId> = (0..stack.pools.len()).filter(on_host).collect();
    pools.sort_by_key(distance);
    pools
}
