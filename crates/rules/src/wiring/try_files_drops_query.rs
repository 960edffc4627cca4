//! `try-files-drops-query`: pages that `try_files` hands to the application arrive there without their query.

use fpmlint_catalog::nginx::id;
use fpmlint_daemons::nginx::{Config, Item, Modifier, ScopeId, ScopeKind};
use fpmlint_daemons::{Part, Place};
use fpmlint_diagnostics::{Applicability, Confidence, Group, Level, Reader, RuleMeta, Severity};
use fpmlint_stack::request::{Outcome, PhpCall, Presence, Request, StepKind};
use fpmlint_stack::{SiteId, Stack};

use crate::rule::{Check, Server};
use crate::words::show;
use crate::{Findings, Rule};

pub static RULE: Rule = Rule {
    meta: RuleMeta {
        name: "try-files-drops-query",
        group: Group::Wiring,
        default: Level::On(Severity::Warning),
        summary: "`try_files` hands pages to the application without their query",
        page: include_str!("try_files_drops_query.md"),
    },
    check: Check::Server(check),
};

/// What a page is asked with that is no file.
const PAGE: &[u8] = b"any-page-of-the-site";
const QUERY: &[u8] = b"any=query";

/// How the scripts begin that answer for every page. Others, such as an error's page, may well do without a query.
const FRONT_CONTROLLERS: [&[u8]; 6] = [b"index", b"app", b"front", b"router", b"bootstrap", b"main"];

fn check(stack: &Stack, server: Server<'_>, findings: &mut Findings<'_>) {
    let Server { site, config, scope: server } = server;
    if !config.scopes.mentions(server, id::TRY_FILES) {
        return;
    }
    for (at, scope) in config.scopes.of_unit(server) {
        let Some(item) = scope.last(id::TRY_FILES) else { continue };
        if is_front_controller_without_query(config, item) {
            check_fallback(stack, site, config, at, item, findings);
        }
    }
}

/// Whether the last word of a `try_files` is a script that answers for every page, and hands it no arguments.
fn is_front_controller_without_query(config: &Config, item: Item) -> bool {
    let Some(last) = config.statement(item.at).and_then(|statement| statement.args().last()) else {
        return false;
    };
    let text = last.text();
    if !text.starts_with(b"/") || text.contains(&b'?') {
        return false;
    }
    let stem = text.rsplit(|byte| *byte == b'/').next().and_then(|name| name.strip_suffix(b".php"));
    let is_known = |stem: &[u8]| FRONT_CONTROLLERS.iter().any(|front| stem.starts_with(front));
    stem.is_some_and(is_known)
}

fn check_fallback(
    stack: &Stack,
    site: SiteId,
    config: &Config,
    scope: ScopeId,
    item: Item,
    findings: &mut Findings<'_>,
) {
    let Some(page) = page_below(config, scope) else { return };
    let missing = Request { presence: Presence::Absent, query: QUERY.to_vec(), ..Request::get(&page) };
    let trace = stack.answer(site, &missing);
    let Outcome::Php(call) = &trace.outcome else { return };
    let head = config.place(item.at, Part::Head);
    let redirects = trace.steps.iter().filter(|step| matches!(step.message, StepKind::Internal(_)));
    let script = match redirects.map(|step| (step.place, &step.message)).collect::<Vec<_>>()[..] {
        [(Some(place), StepKind::Internal(script))] if place == head => script,
        _ => return,
    };
    // A script that is asked for by its own name has the query, so nothing but the redirect loses it.
    let direct = Request { query: QUERY.to_vec(), ..Request::get(script) };
    let is_told = |call: &PhpCall, query: &[u8]| call.query.as_deref() == Some(query);
    if !is_told(call, b"") || !matches!(stack.answer(site, &direct).outcome, Outcome::Php(call) if is_told(&call, QUERY))
    {
        return;
    }
    let others = trace.doubts.iter().any(|place| *place != head);
    let finding = report(stack, site, config, item, script, call.pass, findings);
    findings.push(finding.confidence(if others { Confidence::Likely } else { Confidence::Certain }));
}

/// A page that reaches a scope by its path and is no file; none where only a pattern leads there.
fn page_below(config: &Config, scope: ScopeId) -> Option<Vec<u8>> {
    let holder = config.ancestors(scope).find(|scope| config.scope(*scope).kind != ScopeKind::If)?;
    let location = match config.scope(holder).kind {
        ScopeKind::Location => config.location(config.scope(holder).at?)?,
        _ => return Some([b"/", PAGE].concat()),
    };
    match location.modifier {
        Modifier::Prefix | Modifier::PrefixFinal => {
            let folder = location.text.strip_suffix(b"/").unwrap_or(&location.text);
            Some([folder, b"/", PAGE].concat())
        }
        Modifier::Named => Some([b"/", PAGE].concat()),
        _ => None,
    }
}

fn report(
    stack: &Stack,
    site: SiteId,
    config: &Config,
    item: Item,
    script: &[u8],
    pass: Place,
    findings: &Findings<'_>,
) -> crate::findings::Finding {
    let count = config.statement(item.at).map_or(1, |statement| statement.args().count());
    let last = config.place(item.at, Part::Arg(count.saturating_sub(1) as u16));
    let script = show(script);
    let finding = findings
        .at(last, format!("pages lose their query on the way to {script}: `$_GET` is empty there"))
        .help(
            "the fallback of `try_files` is asked with the arguments that it names, and with no others; \
             `?page=2` is then left in REQUEST_URI alone. Append `$is_args$args`",
        )
        .label(stack, pass, "PHP is asked here, with an empty QUERY_STRING")
        .reader(Reader::Nginx)
        .host(stack, stack.sites[site].host);
    let edit = findings.added_to_word(last, "$is_args$args");
    finding.fix("Hand the query on", Applicability::Safe, vec![edit])
}
