//! `status-path-unrouted`: no web server route leads to the pool's status or ping page.

use fpmlint_catalog::php_fpm::id;
use fpmlint_daemons::Part;
use fpmlint_diagnostics::{Confidence, Group, Level, Reader, RuleMeta, Severity};
use fpmlint_stack::request::fpm::{FpmOutcome, answer};
use fpmlint_stack::request::Outcome;
use fpmlint_stack::{PoolId, SiteId, Stack};

use crate::words::show;
use crate::question::{About, Client, Question, Wants};
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
    check: Check::Pool(check),
};

/// The pool's own pages; the monitoring host is let in where a stranger is not.
const QUESTION: Question = Question { about: About::PoolPages, by: Client::Loopback, wants: Wants::Call };

fn check(stack: &Stack, pool: PoolId, findings: &mut Findings<'_>) {
    let facts = &stack.pools[pool];
    // A listener of its own is for scrapers that speak FastCGI.
    if stack.setting(pool, id::PM_STATUS_LISTEN).is_some() {
        return;
    }
    let sites = stack.sites_reaching(pool);
    // Without a site that uses the pool, nothing leads to it only if every site is known.
    if sites.is_empty() && !stack.sites_are_known(facts.host) {
        return;
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

/// How sure it is that no site leads there; none where one does or might.
fn unrouted(stack: &Stack, pool: PoolId, path: &[u8], sites: &[SiteId]) -> Option<Confidence> {
    let mut confidence = Confidence::Certain;
    let request = QUESTION.request(path);
    for &site in sites {
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
