//! `php-source-exposed`: a request for a `.php` file is answered with the file itself.

use std::collections::HashSet;

use fpmlint_daemons::Place;
use fpmlint_diagnostics::{Confidence, Group, Level, RuleMeta, Severity};
use fpmlint_stack::request::{Outcome, Request, Trace};
use fpmlint_stack::{SiteId, Stack};

use crate::words::show;
use crate::rule::Check;
use crate::{Findings, Rule};

pub static RULE: Rule = Rule {
    meta: RuleMeta {
        name: "php-source-exposed",
        group: Group::Wiring,
        default: Level::On(Severity::Error),
        summary: "a .php file is served as text",
        page: include_str!("php_source_exposed.md"),
    },
    check: Check::Stack(check),
};

fn check(stack: &Stack, findings: &mut Findings<'_>) {
    for site in 0..stack.sites.len() {
        // A site that hands nothing to PHP serves no application; a .php file there is only a file.
        if !stack.serves_php(site) {
            continue;
        }
        let mut seen: HashSet<Option<Place>> = HashSet::new();
        for path in telling_paths(stack, site) {
            let trace = stack.answer(site, &Request::get(&path));
            if let Outcome::Source(_) = trace.outcome
                && seen.insert(trace.last_place())
            {
                report(stack, site, &path, &trace, findings);
            }
        }
    }
}

/// A script at the top and one below each prefix that has rules of its own.
fn telling_paths(stack: &Stack, site: SiteId) -> Vec<Vec<u8>> {
    let mut paths = vec![b"/index.php".to_vec()];
    for prefix in stack.prefixes(site) {
        let folder = prefix.strip_suffix(b"/").unwrap_or(&prefix);
        paths.push([folder, b"/index.php"].concat());
        if prefix.ends_with(b".php") {
            paths.push(prefix);
        }
    }
    paths.sort();
    paths.dedup();
    paths
}

fn report(stack: &Stack, site: SiteId, path: &[u8], trace: &Trace, findings: &mut Findings<'_>) {
    let facts = &stack.sites[site];
    let Some(place) = trace.last_place().or(facts.place) else { return };
    let url = facts.url(&show(path));
    let mut finding = findings
        .at(place, format!("{url} answers with the PHP source, not with what it prints"))
        .help(
            "the handler for .php is not in force here, so the file is sent as text with its passwords; \
             hand it to PHP here too, or deny it",
        )
        .host(stack, facts.host);
    if let Some(handler) = stack.backends.iter().find(|backend| backend.site == Some(site)) {
        finding = finding.label(stack, handler.place, "other requests reach PHP here");
    }
    if !trace.doubts.is_empty() {
        finding = finding.confidence(Confidence::Likely);
    }
    findings.push(finding);
}
