//! `access-rule-incomplete`: access rules that keep nobody out.

use fpmlint_catalog::nginx::id;
use fpmlint_daemons::Part;
use fpmlint_daemons::nginx::{Config, Item, Scope, ScopeId, ScopeKind};
use fpmlint_diagnostics::{Group, Level, Reader, RuleMeta, Severity};
use fpmlint_stack::{SiteId, Stack};

use crate::rule::{Check, Server};
use crate::{Findings, Rule};

pub static RULE: Rule = Rule {
    meta: RuleMeta {
        name: "access-rule-incomplete",
        group: Group::Security,
        default: Level::On(Severity::Warning),
        summary: "access rules that keep nobody out",
        page: include_str!("access_rule_incomplete.md"),
    },
    check: Check::Server(check),
};

fn check(stack: &Stack, server: Server<'_>, findings: &mut Findings<'_>) {
    let Server { site, config, scope: server } = server;
    let mentions = |id| config.scopes.mentions(server, id);
    if mentions(id::ALLOW) {
        for (at, scope) in config.scopes.of_unit(server) {
            check_allow(stack, site, config, (at, scope), findings);
        }
    }
    if mentions(id::RETURN) && (mentions(id::DENY) || mentions(id::AUTH_BASIC)) {
        for (_, scope) in config.scopes.of_unit(server) {
            check_return(stack, site, config, scope, findings);
        }
    }
}

/// A list of clients that are let in, with nobody who is not.
fn check_allow(
    stack: &Stack,
    site: SiteId,
    config: &Config,
    (at, scope): (ScopeId, &Scope),
    findings: &mut Findings<'_>,
) {
    let Some(first) = scope.items.iter().find(|item| item.id == id::ALLOW) else { return };
    let is_for_all = |item: Item| config.arg_text(item.at, 0)[..] == *b"all";
    if scope.last(id::DENY).is_some() || scope.all(id::ALLOW).any(is_for_all) || !is_read_whole(config, scope) {
        return;
    }
    // Such clients then need no login.
    let satisfy = config.effective(at, &[id::SATISFY]);
    if satisfy.is_some_and(|item| config.arg_text(item.at, 0)[..] == *b"any") {
        return;
    }
    let mut finding = findings
        .at(config.place(first.at, Part::Head), "`allow` without `deny` keeps nobody out")
        .help("who is not named is let in as well, from everywhere; end the list with `deny all;`")
        .reader(Reader::Nginx)
        .host(stack, stack.sites[site].host);
    let outer = scope.parent.and_then(|parent| config.effective(parent, &[id::ALLOW, id::DENY]));
    if let Some(outer) = outer.filter(|outer| outer.id == id::DENY) {
        finding = finding.label(stack, config.place(outer.at, Part::Head), "and this no longer holds here");
    }
    findings.push(finding);
}

/// An answer that is given before anybody looks at the access rules beside it.
fn check_return(stack: &Stack, site: SiteId, config: &Config, scope: &Scope, findings: &mut Findings<'_>) {
    if scope.kind != ScopeKind::Location {
        return;
    }
    let Some(answer) = scope.last(id::RETURN) else { return };
    // A redirect or an error gives nothing away.
    let status = config.arg_text(answer.at, 0);
    let has_text = config.arg(answer.at, 1).is_some();
    if !status.starts_with(b"2") || !has_text {
        return;
    }
    let is_rule = |item: &&Item| {
        let word = config.arg_text(item.at, 0);
        item.id == id::DENY || item.id == id::AUTH_BASIC && word[..] != *b"off"
    };
    let Some(rule) = scope.items.iter().find(is_rule) else { return };
    let finding = findings
        .at(config.place(rule.at, Part::Head), "`return` answers before this rule is looked at")
        .help("nginx runs `return` first and access rules after it, so that everybody gets the answer")
        .label(stack, config.place(answer.at, Part::Head), "this is answered to everybody")
        .reader(Reader::Nginx)
        .host(stack, stack.sites[site].host);
    findings.push(finding);
}

/// Whether no file is missing in which more rules of the scope may stand.
fn is_read_whole(config: &Config, scope: &Scope) -> bool {
    let Some(at) = scope.at else { return config.unresolved.is_empty() };
    let Some(chunk) = config.chunks.get(at.chunk as usize) else { return false };
    let inside = at.ordinal..chunk.next(at.ordinal);
    !config.unresolved.iter().any(|(place, _)| place.file != chunk.file || inside.contains(&place.ordinal))
}
