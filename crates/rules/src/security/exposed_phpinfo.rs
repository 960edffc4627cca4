//! `exposed-phpinfo`: a page that calls `phpinfo()` lies in a root that a site serves through PHP.

use fpmlint_diagnostics::{Confidence, Group, Level, RuleMeta, Severity};
use fpmlint_stack::docroot::InfoPage;
use fpmlint_stack::request::{Outcome, Request};
use fpmlint_stack::{SiteId, Stack};

use crate::words::show;
use crate::question::{About, Asked, Client, Question, Subject, Wants, ask};
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

/// Every page that a stranger may ask for.
const QUESTIONS: &[Question] =
    &[Question { about: About::InfoPages, by: Client::Stranger, wants: Wants::Route }];

fn check(stack: &Stack, site: Option<SiteId>, findings: &mut Findings<'_>) {
    let Some(site) = site else { return };
    for Asked { request, subject } in ask(QUESTIONS, stack, site) {
        if let Subject::Page(page) = subject {
            check_page(stack, site, &request, &page, findings);
        }
    }
}

fn check_page(
    stack: &Stack,
    site: SiteId,
    request: &Request,
    page: &InfoPage,
    findings: &mut Findings<'_>,
) {
    let trace = stack.answer(site, request);
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
