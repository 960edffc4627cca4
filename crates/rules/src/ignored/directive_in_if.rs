//! `directive-in-if`: an `if` that goes on takes `try_files` away from its location.

use fpmlint_catalog::nginx::{DirectiveId, id};
use fpmlint_daemons::Part;
use fpmlint_daemons::nginx::{Config, Item, Scope, ScopeKind};
use fpmlint_diagnostics::{Group, Level, Reader, RuleMeta, Severity};
use fpmlint_stack::{SiteId, Stack};

use crate::rule::{Check, Server};
use crate::words::show;
use crate::{Findings, Rule};

pub static RULE: Rule = Rule {
    meta: RuleMeta {
        name: "directive-in-if",
        group: Group::Ignored,
        default: Level::On(Severity::Warning),
        summary: "where an `if` holds, the `try_files` beside it does not run",
        page: include_str!("directive_in_if.md"),
    },
    check: Check::Server(check),
};

/// What answers, or goes elsewhere, so that nothing is left for `try_files`.
const ENDS: [DirectiveId; 8] = [
    id::RETURN,
    id::REWRITE,
    id::PROXY_PASS,
    id::FASTCGI_PASS,
    id::UWSGI_PASS,
    id::SCGI_PASS,
    id::GRPC_PASS,
    id::MEMCACHED_PASS,
];

fn check(stack: &Stack, server: Server<'_>, findings: &mut Findings<'_>) {
    let Server { site, config, scope: server } = server;
    if !config.scopes.mentions(server, id::IF) || !config.scopes.mentions(server, id::TRY_FILES) {
        return;
    }
    for (_, scope) in config.scopes.of_unit(server).filter(|(_, scope)| scope.kind == ScopeKind::Location) {
        if let Some(tried) = scope.last(id::TRY_FILES) {
            check_location(stack, site, config, scope, tried, findings);
        }
    }
}

fn check_location(
    stack: &Stack,
    site: SiteId,
    config: &Config,
    location: &Scope,
    tried: Item,
    findings: &mut Findings<'_>,
) {
    // With a handler of its own, the location answers all the same; with a code at the end, nearly so.
    let ends = |scope: &Scope| scope.items.iter().any(|item| ENDS.contains(&item.id));
    let Some(last) = config.statement(tried.at).and_then(|statement| statement.args().last()) else { return };
    if ends(location) || last.text().starts_with(b"=") {
        return;
    }
    for item in location.all(id::IF) {
        let Some(inner) = item.scope.map(|inner| config.scope(inner)) else { continue };
        if ends(inner) || inner.items.is_empty() {
            continue;
        }
        let finding = findings
            .at(
                config.place(item.at, Part::Head),
                format!("where this `if` holds, `try_files` does not run: nothing goes to {}", show(&last.text())),
            )
            .help(
                "an `if` that does not end the request becomes a location of its own, which inherits no `try_files`: \
                 what is no file answers 404; take its lines out of it, with a `map` for their values",
            )
            .label(stack, config.place(tried.at, Part::Head), "this does not run then")
            .reader(Reader::Nginx)
            .host(stack, stack.sites[site].host);
        findings.push(finding);
    }
}
