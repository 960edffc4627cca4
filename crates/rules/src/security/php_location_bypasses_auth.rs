//! `php-location-bypasses-auth`: a folder is closed, and the scripts in it run for everybody.

use fpmlint_catalog::nginx::id;
use fpmlint_daemons::Part;
use fpmlint_daemons::nginx::{Config, Item, Modifier, Scope};
use fpmlint_diagnostics::{Confidence, Group, Level, Reader, RuleMeta, Severity};
use fpmlint_stack::request::{Outcome, Request, StepKind};
use fpmlint_stack::{SiteId, Stack};

use crate::rule::{Check, Server};
use crate::words::show;
use crate::{Findings, Rule};

pub static RULE: Rule = Rule {
    meta: RuleMeta {
        name: "php-location-bypasses-auth",
        group: Group::Security,
        default: Level::On(Severity::Warning),
        summary: "a closed folder whose scripts run for everybody",
        page: include_str!("php_location_bypasses_auth.md"),
    },
    check: Check::Server(check),
};

/// What a stranger asks for there.
const FILE: &[u8] = b"any-file";
const SCRIPT: &[u8] = b"any-script.php";

fn check(stack: &Stack, server: Server<'_>, findings: &mut Findings<'_>) {
    let Server { site, config, scope: server } = server;
    if ![id::DENY, id::AUTH_BASIC, id::AUTH_REQUEST].iter().any(|id| config.scopes.mentions(server, *id)) {
        return;
    }
    for (_, scope) in config.scopes.of_unit(server) {
        if let Some(rule) = scope.items.iter().find(|item| closes(item)) {
            check_folder(stack, site, config, scope, *rule, findings);
        }
    }
}

/// Whether a line closes a folder.
fn closes(item: &Item) -> bool {
    matches!(item.id, id::DENY | id::AUTH_BASIC | id::AUTH_REQUEST)
}

fn check_folder(
    stack: &Stack,
    site: SiteId,
    config: &Config,
    scope: &Scope,
    rule: Item,
    findings: &mut Findings<'_>,
) {
    let Some(location) = scope.at.and_then(|at| config.location(at)) else { return };
    if location.modifier != Modifier::Prefix || !holds_files(config, scope) {
        return;
    }
    let folder = location.text.strip_suffix(b"/").unwrap_or(&location.text);
    let ask = |name: &[u8]| stack.answer(site, &Request::route(&[folder, b"/", name].concat()));
    let closed = ask(FILE);
    let is_closed = matches!(closed.outcome, Outcome::Error { status: 401 | 403, .. });
    let is_by_rule = closed.last_place().is_some_and(|place| {
        scope.items.iter().any(|item| closes(item) && config.place(item.at, Part::Head) == place)
    });
    if !is_closed || !is_by_rule {
        return;
    }
    let script = ask(SCRIPT);
    let Outcome::Php(call) = &script.outcome else { return };
    let way = script.steps.iter().rfind(|step| step.message == StepKind::Location);
    let url = stack.sites[site].url(&format!("{}/*.php", show(folder)));
    let mut finding = findings
        .at(config.place(rule.at, Part::Head), format!("scripts run for everybody here: {url} is not closed"))
        .help(
            "a location with a pattern wins over this one, and this rule does not hold there; write the location with \
             `^~` and hand scripts to PHP inside it, or not at all",
        )
        .label(stack, way.and_then(|step| step.place).unwrap_or(call.pass), "this location takes the scripts")
        .reader(Reader::Nginx)
        .host(stack, stack.sites[site].host);
    if !script.doubts.is_empty() || !closed.doubts.is_empty() {
        finding = finding.confidence(Confidence::Likely);
    }
    findings.push(finding);
}

/// Whether a location answers with files. Where another server answers, or the application for every page, no scripts
/// lie below its path.
fn holds_files(config: &Config, scope: &Scope) -> bool {
    let others = [id::PROXY_PASS, id::FASTCGI_PASS, id::UWSGI_PASS, id::SCGI_PASS, id::GRPC_PASS, id::STUB_STATUS];
    let is_handed_on = scope.items.iter().any(|item| others.contains(&item.id) || item.id == id::REWRITE);
    let is_application = scope.last(id::TRY_FILES).is_some_and(|item| {
        let last = config.statement(item.at).and_then(|statement| statement.args().last());
        last.is_some_and(|last| !last.text().starts_with(b"="))
    });
    // The front page's own folder holds the application's scripts all the same.
    let is_top = scope.at.and_then(|at| config.location(at)).is_some_and(|it| it.text[..] == *b"/");
    !is_handed_on && (!is_application || is_top)
}
