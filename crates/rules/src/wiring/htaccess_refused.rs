//! `htaccess-refused`: a `.htaccess` file that httpd does not take closes its folder.

use fpmlint_diagnostics::{Confidence, Group, Level, Reader, RuleMeta, Severity};
use fpmlint_stack::request::{Outcome, StepKind, Trace};
use fpmlint_stack::{SiteId, Stack};

use crate::question::{About, Asked, Client, Question, Wants, ask};
use crate::rule::Check;
use crate::words::show;
use crate::{Findings, Rule};

pub static RULE: Rule = Rule {
    meta: RuleMeta {
        name: "htaccess-refused",
        group: Group::Wiring,
        default: Level::On(Severity::Error),
        summary: "a `.htaccess` file that httpd does not take: its folder answers 500",
        page: include_str!("htaccess_refused.md"),
    },
    check: Check::Site(check),
};

const QUESTIONS: &[Question] =
    &[Question { about: About::HtaccessFolders, by: Client::Stranger, wants: Wants::Answer }];

fn check(stack: &Stack, site: Option<SiteId>, findings: &mut Findings<'_>) {
    let Some(site) = site else { return };
    for Asked { request, .. } in ask(QUESTIONS, stack, site) {
        let trace = stack.answer(site, &request);
        if matches!(trace.outcome, Outcome::Error { status: 500, .. }) {
            report(stack, site, &request.path, &trace, findings);
        }
    }
}

fn report(stack: &Stack, site: SiteId, path: &[u8], trace: &Trace, findings: &mut Findings<'_>) {
    let not_taken = trace.steps.iter().find_map(|step| match &step.message {
        StepKind::NotTaken(said) => step.place.map(|place| (place, said)),
        _ => None,
    });
    let Some((place, said)) = not_taken else { return };
    // A file that was read on its own has its refusals already.
    let is_told = stack.apache.iter().filter(|apache| apache.config.htaccess).any(|apache| {
        let mut refusals = apache.config.refusals.iter().filter(|refusal| refusal.certain);
        refusals.any(|refusal| (refusal.place.file, refusal.place.ordinal) == (place.file, place.ordinal))
    });
    if is_told {
        return;
    }
    let site = &stack.sites[site];
    let url = site.url(&show(path));
    let mut finding = findings
        .at(place, format!("httpd says: {said}"))
        .help(format!(
            "httpd starts, and then answers 500 to every request for {url} and what lies below; delete the line, or \
             load its module or widen `AllowOverride` in the server's configuration"
        ))
        .reader(Reader::Apache)
        .host(stack, site.host);
    let overrides = trace.steps.iter().find(|step| step.message == StepKind::Overrides);
    if let Some(place) = overrides.and_then(|step| step.place) {
        finding = finding.label(stack, place, "this line says what `.htaccess` files may hold");
    }
    if !trace.doubts.is_empty() {
        finding = finding.confidence(Confidence::Likely);
    }
    findings.push(finding);
}
