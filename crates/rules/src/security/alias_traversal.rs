//! `alias-traversal`: a location without a slash at its end puts what follows it behind an alias that has one.

use fpmlint_catalog::nginx::id;
use fpmlint_daemons::Part;
use fpmlint_daemons::nginx::{Config, Item, Modifier, Scope};
use fpmlint_diagnostics::{Applicability, Confidence, Group, Level, Reader, RuleMeta, Severity};
use fpmlint_stack::request::{Outcome, Request};
use fpmlint_stack::{SiteId, Stack};
use fpmlint_workspace::HostPath;

use crate::rule::{Check, Server};
use crate::words::show;
use crate::{Findings, Rule};

pub static RULE: Rule = Rule {
    meta: RuleMeta {
        name: "alias-traversal",
        group: Group::Security,
        default: Level::On(Severity::Error),
        summary: "a request can leave an `alias` for the folder above it",
        page: include_str!("alias_traversal.md"),
    },
    check: Check::Server(check),
};

/// What a stranger asks for behind the location.
const ABOVE: &[u8] = b"../any-file-above";

fn check(stack: &Stack, server: Server<'_>, findings: &mut Findings<'_>) {
    let Server { site, config, scope: server } = server;
    if !config.scopes.mentions(server, id::ALIAS) {
        return;
    }
    for (_, scope) in config.scopes.of_unit(server) {
        if let Some(alias) = scope.last(id::ALIAS) {
            check_alias(stack, site, config, scope, alias, findings);
        }
    }
}

fn check_alias(
    stack: &Stack,
    site: SiteId,
    config: &Config,
    scope: &Scope,
    alias: Item,
    findings: &mut Findings<'_>,
) {
    let Some(at) = scope.at else { return };
    let Some(location) = config.location(at) else { return };
    let is_prefix = matches!(location.modifier, Modifier::Prefix | Modifier::PrefixFinal);
    let folder = config.arg_text(alias.at, 0);
    if !is_prefix || location.text.ends_with(b"/") || !folder.ends_with(b"/") {
        return;
    }
    let trace = stack.answer(site, &Request::route(&[&location.text, ABOVE].concat()));
    let (Outcome::File(file) | Outcome::Source(file)) = &trace.outcome else { return };
    if *file != [&folder, ABOVE].concat() {
        return;
    }
    let above = HostPath::new(&folder).parent();
    let shown = above.as_ref().map_or_else(|| show(&folder), |above| show(above.as_bytes()));
    let url = stack.sites[site].url(&format!("{}../", show(&location.text)));
    let count = config.statement(at).map_or(1, |statement| statement.args().count());
    let word = config.place(at, Part::Arg(count.saturating_sub(1) as u16));
    let edit = findings.added_to_word(word, "/");
    let mut finding = findings
        .at(word, format!("{url} leads to {shown}, above the alias"))
        .help(
            "nginx puts `../` behind the alias as it stands, and every file there that it may read can be fetched; \
             end the location with a slash, as the alias does",
        )
        .label(stack, config.place(alias.at, Part::Head), "what follows the location is put behind this")
        .reader(Reader::Nginx)
        .host(stack, stack.sites[site].host)
        .fix("End the location with a slash", Applicability::Unsafe, vec![edit]);
    // What the site serves by other paths too is no secret, but for rules on those paths.
    let is_served = |root: &HostPath| above.as_ref().is_some_and(|above| above.starts_with(root));
    if stack.document_roots(site).iter().any(is_served) {
        finding = finding.severity(Severity::Warning);
    }
    if !trace.doubts.is_empty() {
        finding = finding.confidence(Confidence::Likely);
    }
    findings.push(finding);
}
