//! `header-inheritance-lost`: a block sets a header of its own and so loses those around it that protect.

use fpmlint_catalog::nginx::{DirectiveId, id};
use fpmlint_daemons::Part;
use fpmlint_daemons::nginx::{Config, Item, Scope, ScopeId, ScopeKind};
use fpmlint_diagnostics::{Confidence, Group, Level, Reader, RuleMeta, Severity};
use fpmlint_stack::{SiteId, Stack};

use crate::inherited::{Replaced, replaced};
use crate::rule::{Check, Server};
use crate::statics::is_static_location;
use crate::words::show;
use crate::{Findings, Rule};

pub static RULE: Rule = Rule {
    meta: RuleMeta {
        name: "header-inheritance-lost",
        group: Group::Security,
        default: Level::On(Severity::Warning),
        summary: "a block with a header of its own loses those that protect the rest of the site",
        page: include_str!("header_inheritance_lost.md"),
    },
    check: Check::Server(check),
};

/// A list of headers that a block inherits as a whole or not at all.
struct List {
    directive: DirectiveId,
    /// What counts in it, in lower case.
    names: &'static [&'static [u8]],
    /// The block must hold this for the list to mean anything.
    needs: Option<DirectiveId>,
    happens: &'static str,
}

/// To clients: what tells browsers to be careful.
const ADDED: List = List {
    directive: id::ADD_HEADER,
    names: &[
        b"strict-transport-security",
        b"content-security-policy",
        b"x-frame-options",
        NOSNIFF,
        b"referrer-policy",
        b"permissions-policy",
        b"cross-origin-opener-policy",
        b"cross-origin-embedder-policy",
        b"cross-origin-resource-policy",
    ],
    needs: None,
    happens: "answers from here go out without them",
};

/// To another server: who asked, and for which host.
const FORWARDED: List = List {
    directive: id::PROXY_SET_HEADER,
    names: &[
        b"host",
        b"x-real-ip",
        b"x-forwarded-for",
        b"x-forwarded-proto",
        b"x-forwarded-host",
        b"x-forwarded-port",
        b"forwarded",
    ],
    needs: Some(id::PROXY_PASS),
    happens: "the server behind sees requests from here without them, with nginx's address and `$proxy_host`",
};

/// The one header that counts for styles and scripts, too.
const NOSNIFF: &[u8] = b"x-content-type-options";

fn check(stack: &Stack, server: Server<'_>, findings: &mut Findings<'_>) {
    let Server { site, config, scope: server } = server;
    for list in [ADDED, FORWARDED] {
        if !config.scopes.mentions(server, list.directive) {
            continue;
        }
        for (at, scope) in config.scopes.of_unit(server) {
            if scope.parent.is_some()
                && let Some(lost) = replaced(config, at, list.directive, repeats)
            {
                check_scope(stack, site, config, &list, (at, scope), lost, findings);
            }
        }
    }
}

/// Whether two headers have the same name; an empty value takes one away on purpose.
fn repeats(config: &Config, own: Item, outer: Item) -> bool {
    config.arg_text(own.at, 0).eq_ignore_ascii_case(&config.arg_text(outer.at, 0))
}

fn check_scope(
    stack: &Stack,
    site: SiteId,
    config: &Config,
    list: &List,
    (at, scope): (ScopeId, &Scope),
    Replaced { place, mut lost }: Replaced,
    findings: &mut Findings<'_>,
) {
    let name_of = |item: &Item| config.arg_text(item.at, 0).to_ascii_lowercase();
    // An empty value sends no header.
    lost.retain(|item| list.names.contains(&&name_of(item)[..]) && !config.arg_text(item.at, 1).is_empty());
    let is_without = list.needs.is_some_and(|needed| !may_need(config, at, scope, needed));
    if lost.is_empty() || is_without || answers_without_page(config, at) || is_merged(config, at) {
        return;
    }
    let is_static = list.directive == id::ADD_HEADER && is_for_files(config, at);
    if is_static && !lost.iter().any(|item| name_of(item) == NOSNIFF) {
        return;
    }
    let mut names: Vec<String> = lost.iter().map(|item| show(&config.arg_text(item.at, 0))).collect();
    names.dedup();
    let directive = fpmlint_catalog::nginx::name(list.directive);
    let message = format!("an `{directive}` of its own takes {} from this block", in_words(&names));
    let mut finding = findings
        .at(place, message.replacen("an `p", "a `p", 1))
        .help(format!(
            "a block inherits all lines of `{directive}` or, with one of its own, none: {}; repeat them here, or include \
             one file with all of them in both places",
            list.happens
        ))
        .reader(Reader::Nginx)
        .host(stack, stack.sites[site].host);
    if is_static {
        finding = finding.severity(Severity::Info);
    }
    if scope.kind == ScopeKind::If {
        finding = finding.confidence(Confidence::Likely);
    }
    for item in lost.iter().take(3) {
        finding = finding.label(stack, config.place(item.at, Part::Head), "does not hold there");
    }
    findings.push(finding);
}

/// Whether a scope holds a directive, or, as a server, may hold it further inside.
fn may_need(config: &Config, at: ScopeId, scope: &Scope, needed: DirectiveId) -> bool {
    let is_own = config.ancestors(at).take_while(|at| config.scope(*at).kind != ScopeKind::Server);
    match scope.kind {
        ScopeKind::Server => config.scopes.mentions(at, needed),
        _ => is_own.into_iter().any(|at| config.scope(at).last(needed).is_some()),
    }
}

/// Whether what is answered in a scope is no page: a short answer, a redirect, a refusal, counters.
fn answers_without_page(config: &Config, at: ScopeId) -> bool {
    let scope = config.scope(at);
    let answers = [id::RETURN, id::REWRITE, id::INTERNAL, id::STUB_STATUS, id::EMPTY_GIF];
    if scope.kind == ScopeKind::Server {
        return scope.last(id::RETURN).is_some();
    }
    let denies = scope.last(id::DENY).is_some_and(|item| config.arg_text(item.at, 0)[..] == *b"all");
    denies && scope.last(id::ALLOW).is_none() || answers.iter().any(|id| scope.last(*id).is_some())
}

/// Whether a scope adds its headers to those around it, as nginx can since 1.29.3.
fn is_merged(config: &Config, at: ScopeId) -> bool {
    let inherits = config.effective(at, &[id::ADD_HEADER_INHERIT]);
    inherits.is_some_and(|item| config.arg_text(item.at, 0)[..] != *b"on")
}

/// Whether a scope is one for files that are served as they are.
fn is_for_files(config: &Config, at: ScopeId) -> bool {
    config.ancestors(at).any(|at| {
        let scope = config.scope(at);
        let location = scope.at.filter(|_| scope.kind == ScopeKind::Location);
        location.and_then(|at| config.location(at)).is_some_and(|location| is_static_location(&location))
    })
}

fn in_words(names: &[String]) -> String {
    match names {
        [] => String::new(),
        [one] => one.clone(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}
