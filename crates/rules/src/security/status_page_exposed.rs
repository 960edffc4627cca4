//! `status-page-exposed`: a pool's status page, or nginx's own, answers everybody.

use fpmlint_catalog::php_fpm::id;
use fpmlint_daemons::Part;
use fpmlint_daemons::nginx::{Address, Listen};
use fpmlint_diagnostics::{Confidence, Group, Level, Reader, RuleMeta, Severity};
use fpmlint_stack::request::Outcome;
use fpmlint_stack::request::fpm::{FpmOutcome, answer};
use fpmlint_stack::{Site, SiteId, SiteServer, Stack};

use crate::words::show;
use crate::question::{About, Asked, Client, Question, Subject, Wants, ask};
use crate::rule::Check;
use crate::{Findings, Rule};

pub static RULE: Rule = Rule {
    meta: RuleMeta {
        name: "status-page-exposed",
        group: Group::Security,
        default: Level::On(Severity::Warning),
        summary: "a status page answers everybody",
        page: include_str!("status_page_exposed.md"),
    },
    check: Check::Site(check),
};

/// The pages of pools and of nginx, as a stranger asks for them.
const POOL_PAGES: &[Question] =
    &[Question { about: About::PoolPages, by: Client::Stranger, wants: Wants::Call }];
const COUNTERS: &[Question] =
    &[Question { about: About::Counters, by: Client::Stranger, wants: Wants::Call }];

fn check(stack: &Stack, site: Option<SiteId>, findings: &mut Findings<'_>) {
    let Some(site) = site.filter(|site| !is_local_site(stack, &stack.sites[*site])) else { return };
    check_pools(stack, site, findings);
    check_stub_status(stack, site, findings);
}

/// Asks a site for the status path of every pool that its requests may reach.
fn check_pools(stack: &Stack, site: SiteId, findings: &mut Findings<'_>) {
    let facts = &stack.sites[site];
    for Asked { request, .. } in ask(POOL_PAGES, stack, site) {
        let path = &request.path;
        let trace = stack.answer(site, &request);
        let Outcome::Php(call) = &trace.outcome else { continue };
        let (_, end) = answer(stack, facts.web(), call);
        let FpmOutcome::StatusPage(pool) = end else { continue };
        let url = facts.url(&show(path));
        let what = if is_ping(stack, pool, path) { "ping" } else { "status" };
        let place = trace.last_place().unwrap_or(call.pass);
        let mut finding = findings
            .at(place, format!("{url} shows the {what} page of pool {} to everybody", stack.pools[pool].name))
            .help(
                "let only the monitoring host in: `allow 127.0.0.1; deny all;` (nginx) or `Require local` (Apache)",
            )
            .host(stack, facts.host);
        // A ping page tells that the pool lives, and no more.
        if what == "ping" {
            finding = finding.severity(Severity::Info);
        }
        if !trace.doubts.is_empty() {
            finding = finding.confidence(Confidence::Likely);
        }
        for setting in [id::PM_STATUS_PATH, id::PING_PATH].map(|id| stack.setting(pool, id)).into_iter().flatten() {
            if setting.value.known() == Some(&path[..]) {
                finding = finding.label(stack, setting.place.with(Part::Value), "the page's path");
            }
        }
        findings.push(finding);
    }
}

fn is_ping(stack: &Stack, pool: usize, path: &[u8]) -> bool {
    stack.setting(pool, id::PING_PATH).is_some_and(|setting| setting.value.known() == Some(path))
}

/// nginx's own counters, wherever a location shows them.
fn check_stub_status(stack: &Stack, site: SiteId, findings: &mut Findings<'_>) {
    let facts = &stack.sites[site];
    for Asked { request, subject } in ask(COUNTERS, stack, site) {
        let Subject::Counters(place) = subject else { continue };
        let trace = stack.answer(site, &request);
        if trace.outcome != Outcome::OtherBackend {
            continue;
        }
        let url = facts.url(&show(&request.path));
        let mut finding = findings
            .at(place, format!("{url} shows nginx's counters to everybody"))
            .help("let only the monitoring host in: `allow 127.0.0.1; deny all;`")
            .reader(Reader::Nginx)
            .host(stack, facts.host);
        // A condition that cannot be decided here may well be the access rule.
        if !trace.doubts.is_empty() {
            finding = finding.confidence(Confidence::Possible);
        }
        findings.push(finding);
    }
}

/// Whether only this machine can connect to a server of nginx.
fn is_local_site(stack: &Stack, site: &Site) -> bool {
    let SiteServer::Nginx { config, server } = site.server else { return false };
    stack.nginx[config].config.listens(server).iter().all(is_local)
}

fn is_local(listen: &Listen) -> bool {
    match &listen.address {
        Address::Unix(_) => true,
        Address::Ip(address) => address.is_loopback(),
        Address::Name(name) => name.eq_ignore_ascii_case(b"localhost"),
        Address::Any | Address::AnyV6 => false,
    }
}
