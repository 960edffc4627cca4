//! `exposed-phpinfo`: a page that calls `phpinfo()` lies in a root that a site serves through PHP.

use fpmlint_diagnostics::{Confidence, Group, Level, RuleMeta, Severity};
use fpmlint_stack::docroot::InfoPage;
use fpmlint_stack::request::{Outcome, Request};
use fpmlint_stack::{SiteId, Stack};

use crate::words::show;
use crate::rule::Check;
use crate::{Findings, Rule};

pub static RULE: Rule = Rule {
    meta: RuleMeta {
        name: "exposed-phpinfo",
        group: Group::Security,
        default: Level::On(Severity::Error),
        summary: "a page that shows `phpinfo()` can be requested",
        page: include_str!("exposed_phpinfo.md"),
    },
    check: Check::Site(check),
};

fn check(stack: &Stack, site: Option<SiteId>, findings: &mut Findings<'_>) {
    let Some(site) = site else { return };
    for root in stack.document_roots(site) {
        for page in stack.info_pages(stack.sites[site].host, root).iter() {
            check_page(stack, site, page, findings);
        }
    }
}

fn check_page(stack: &Stack, site: SiteId, page: &InfoPage, findings: &mut Findings<'_>) {
    let request = Request::route(&page.path);
    let trace = stack.answer(site, &request);
    let Outcome::Php(call) = &trace.outcome else { return };
    let site = &stack.sites[site];
    let url = site.url(&show(&page.path));
    let mut finding = findings
        .at_span(page.file, page.call, format!("{url} shows phpinfo() to everybody"))
        .help(
            "it tells versions, paths, modules and the environment with its secrets; \
             delete the file, or let a `deny` or `Require` rule stand before it",
        )
        .label(stack, call.pass, "requests for it reach PHP here")
        .host(stack, site.host);
    if !trace.doubts.is_empty() {
        finding = finding.confidence(Confidence::Likely);
    }
    findings.push(finding);
}
