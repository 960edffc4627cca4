//! `status-path-unrouted`: no web server route leads to the pool's status or ping page.

use std::collections::HashMap;

use fpmlint_catalog::php_fpm::id;
use fpmlint_daemons::Part;
use fpmlint_diagnostics::{Confidence, Group, Level, Reader, RuleMeta, Severity};
use fpmlint_stack::request::fpm::{FpmOutcome, answer};
use fpmlint_stack::request::{Outcome, Request};
use fpmlint_stack::{PoolId, SiteId, Stack, Target};

use crate::words::show;
use crate::rule::Check;
use crate::{Findings, Rule};

pub static RULE: Rule = Rule {
    meta: RuleMeta {
        name: "status-path-unrouted",
        group: Group::Wiring,
        default: Level::On(Severity::Info),
        summary: "no route leads to the pool's status page",
        page: include_str!("status_path_unrouted.md"),
    },
    check: Check::Stack(check),
};

fn check(stack: &Stack, findings: &mut Findings<'_>) {
    let sites = sites_by_pool(stack);
    for (pool, facts) in stack.pools.iter().enumerate() {
        // A listener of its own is for scrapers that speak FastCGI.
        if stack.setting(pool, id::PM_STATUS_LISTEN).is_some() {
            continue;
        }
        let sites = sites.get(&pool).map_or(&[][..], |sites| &sites[..]);
        // Without a site that uses the pool, nothing leads to it only if every site is known.
        if sites.is_empty() && !sites_are_known(stack, facts.host) {
            continue;
        }
        for (id, name) in [(id::PM_STATUS_PATH, "status"), (id::PING_PATH, "ping")] {
            let Some(setting) = stack.setting(pool, id) else { continue };
            let Some(path) = setting.value.known().filter(|path| path.starts_with(b"/")) else { continue };
            let Some(confidence) = unrouted(stack, pool, path, sites) else { continue };
            let shown = show(path);
            let finding = findings
                .at(
                    setting.place.with(Part::Value),
                    format!("no web server route leads to the {name} page {shown} of pool {}", facts.name),
                )
                .help(format!(
                    "requests for {shown} never reach the pool; add a location for it that passes requests on \
                     and lets only the monitoring host in"
                ))
                .confidence(confidence)
                .reader(Reader::PhpFpm)
                .host(stack, facts.host);
            findings.push(finding);
        }
    }
}

/// The sites that hand any request to a pool.
fn sites_by_pool(stack: &Stack) -> HashMap<PoolId, Vec<SiteId>> {
    let mut sites: HashMap<PoolId, Vec<SiteId>> = HashMap::new();
    for backend in &stack.backends {
        let Some(site) = backend.site else { continue };
        for pool in stack.pools_behind(backend) {
            let known = sites.entry(pool).or_default();
            if known.last() != Some(&site) {
                known.push(site);
            }
        }
    }
    sites
}

/// Whether a host has a web server, all of its sites were read, and all say where they hand requests to.
fn sites_are_known(stack: &Stack, host: usize) -> bool {
    let nginx = stack.nginx.iter().filter(|nginx| nginx.host == host).map(|nginx| nginx.config.complete);
    let apache = stack.apache.iter().filter(|apache| apache.host == host).map(|apache| apache.config.complete);
    let complete: Vec<bool> = nginx.chain(apache).collect();
    let targets = stack.backends.iter().filter(|backend| backend.host == host).map(|backend| &backend.target);
    let mut named = targets.map(|target| matches!(target, Target::Endpoints(_)));
    !complete.is_empty() && complete.iter().all(|complete| *complete) && named.all(|named| named)
}

/// How sure it is that no site leads there; none where one does or might.
fn unrouted(stack: &Stack, pool: PoolId, path: &[u8], sites: &[SiteId]) -> Option<Confidence> {
    let mut confidence = Confidence::Certain;
    for &site in sites {
        let mut request = Request::get(path);
        // The monitoring host is let in where a stranger is not.
        request.client = Some(std::net::IpAddr::from([127, 0, 0, 1]));
        let trace = stack.answer(site, &request);
        match &trace.outcome {
            Outcome::Php(call) => match answer(stack, stack.sites[site].web(), call).1 {
                FpmOutcome::StatusPage(reached) if reached == pool => return None,
                FpmOutcome::Unknown(_) => return None,
                // It gets there; what stops it is another rule's to say.
                FpmOutcome::Error { pool: Some(reached), .. } if reached == pool => return None,
                _ => {}
            },
            // A login or an address rule stands before something.
            Outcome::Unknown(_) | Outcome::Error { status: 401 | 403, .. } => return None,
            _ => {}
        }
        if !trace.doubts.is_empty() {
            confidence = Confidence::Likely;
        }
    }
    Some(confidence)
}
