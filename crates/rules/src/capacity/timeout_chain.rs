//! `timeout-chain`: whoever waits for PHP gives up before PHP does.
//!
//! A time-out that nobody set on purpose is nobody's fault: only what lets PHP run longer than its default, or ends it,
//! is held against the others. A pool is fine as soon as one line that leads to it waits long enough.

use fpmlint_catalog::php_fpm::id;
use fpmlint_catalog::php_ini::{self, id as ini_id};
use fpmlint_daemons::php_ini::quantity;
use fpmlint_daemons::{Part, Place};
use fpmlint_diagnostics::{Confidence, Group, Level, Reader, RuleMeta, Severity};
use fpmlint_stack::limits::{Limit, Origin};
use fpmlint_stack::{Backend, PoolId, Stack, Web};

use crate::ini::in_force;
use crate::rule::Check;
use crate::words::server_name;
use crate::{Findings, Rule};

pub static RULE: Rule = Rule {
    meta: RuleMeta {
        name: "timeout-chain",
        group: Group::Capacity,
        default: Level::On(Severity::Warning),
        summary: "the web server or php-fpm gives up before PHP does",
        page: include_str!("timeout_chain.md"),
    },
    check: Check::Pool(check),
};

/// How long PHP may work on a request, and the line that says so.
struct Bound {
    seconds: i64,
    place: Place,
    reader: Reader,
}

fn check(stack: &Stack, pool: PoolId, findings: &mut Findings<'_>) {
    let (request, script) = (of_requests(stack, pool), of_scripts(stack, pool));
    if let (Some(request), Some(script)) = (&request, &script)
        && request.seconds < script.seconds
    {
        never_so_long(stack, pool, request, script, findings);
    }
    let (bound, limits_requests) = match (&request, &script) {
        (Some(request), _) => (request, true),
        (None, Some(script)) => (script, false),
        (None, None) => return,
    };
    let mut beside = stack.backends_beside(pool);
    if beside.any(|backend| stack.waits_for(backend, bound.seconds) || is_unclear(stack, backend)) {
        return;
    }
    let waits = stack.backends_reaching(pool).filter_map(|it| Some((it, stack.answer_timeout(it)?)));
    let Some((backend, limit)) = waits.max_by_key(|(_, limit)| limit.amount()) else { return };
    gives_up_first(stack, pool, &Wait { backend, limit: &limit }, bound, limits_requests, findings);
}

/// Whether it is not known how long a web server waits.
fn is_unclear(stack: &Stack, backend: &Backend) -> bool {
    let limit = stack.answer_timeout(backend);
    limit.and_then(|limit| limit.amount()).is_none_or(|wait| wait <= 0)
}

/// The web server that waits longest.
struct Wait<'a> {
    backend: &'a Backend,
    limit: &'a Limit,
}

/// What ends requests of a pool; none where nothing does or it is not known.
fn of_requests(stack: &Stack, pool: PoolId) -> Option<Bound> {
    let setting = stack.setting(pool, id::REQUEST_TERMINATE_TIMEOUT)?;
    let seconds = stack.pool_config(pool).seconds(id::REQUEST_TERMINATE_TIMEOUT)?;
    let bound = Bound {
        seconds: i64::from(seconds),
        place: setting.place.with(Part::Value),
        reader: Reader::PhpFpm,
    };
    Some(bound).filter(|bound| bound.seconds > 0)
}

/// `max_execution_time`, if it is set to something of its own; stock files write the default down.
fn of_scripts(stack: &Stack, pool: PoolId) -> Option<Bound> {
    let directive = ini_id::MAX_EXECUTION_TIME;
    let setting = in_force(stack, pool, php_ini::name(directive).as_bytes())?;
    let seconds = quantity(setting.value.known()?).value;
    let default = php_ini::entry(directive).default.value().map(|text| quantity(text.as_bytes()).value);
    if seconds <= 0 || Some(seconds) == default {
        return None;
    }
    Some(Bound { seconds, place: setting.place.with(Part::Value), reader: setting.reader })
}

fn never_so_long(stack: &Stack, pool: PoolId, request: &Bound, script: &Bound, findings: &mut Findings<'_>) {
    let finding = findings
        .at(
            script.place,
            format!("scripts may run for {} s, and php-fpm ends requests after {} s", script.seconds, request.seconds),
        )
        .help(
            "php-fpm kills the process, and the client gets 502 from nginx and 503 from Apache, without a word from PHP; \
             raise `request_terminate_timeout` above `max_execution_time`, or lower the latter",
        )
        .label(stack, request.place, format!("requests end after {} s", request.seconds))
        .confidence(sureness(stack, pool, false))
        .reader(script.reader)
        .host(stack, stack.pools[pool].host);
    findings.push(finding);
}

fn gives_up_first(
    stack: &Stack,
    pool: PoolId,
    wait: &Wait<'_>,
    bound: &Bound,
    limits_requests: bool,
    findings: &mut Findings<'_>,
) {
    let (server, name) = (server_name(wait.backend.web), wait.limit.name);
    let Some(waited) = wait.limit.amount() else { return };
    let default = if wait.limit.from == Origin::Default { " (default)" } else { "" };
    let may = match limits_requests {
        true => "php-fpm lets a request run for",
        false => "scripts may run for",
    };
    let inner = if limits_requests { "request_terminate_timeout" } else { "max_execution_time" };
    let first = match wait.backend.web {
        Web::Nginx(_) => "",
        Web::Apache(_) if name == "Timeout" => " (or set `ProxyTimeout`)",
        Web::Apache(_) => "",
    };
    let mut finding = findings
        .at(bound.place, format!("{server} waits {waited} s for an answer, and {may} {} s", bound.seconds))
        .help(format!(
            "after {waited} s without a byte the client gets 504, while PHP works on for nobody and keeps its process; \
             raise `{name}`{first} or lower `{inner}`; the chain is now: {server} `{name}` {waited} s{default}, {}",
            chain(stack, pool)
        ))
        .confidence(sureness(stack, pool, limits_requests))
        .reader(bound.reader)
        .host(stack, stack.pools[pool].host);
    finding = match wait.limit.place {
        Some(place) => finding.label(stack, place, format!("{server} waits {waited} s")),
        None => finding.label(stack, wait.backend.place, format!("{server} waits {waited} s here, its default")),
    };
    findings.push(finding);
}

/// php-fpm's and PHP's time-outs, in words.
fn chain(stack: &Stack, pool: PoolId) -> String {
    let request = match of_requests(stack, pool) {
        Some(bound) => format!("{} s", bound.seconds),
        None => "none".to_owned(),
    };
    let script = match in_force(stack, pool, b"max_execution_time").map(|setting| setting.value.known()) {
        Some(Some(text)) => format!("{} s", quantity(text).value),
        Some(None) => "unknown".to_owned(),
        None => "not set".to_owned(),
    };
    format!("php-fpm `request_terminate_timeout` {request}, PHP `max_execution_time` {script}")
}

/// php-fpm obeys its own line whatever happens; what PHP takes from php.ini a script or a `.user.ini` may change.
fn sureness(stack: &Stack, pool: PoolId, limits_requests: bool) -> Confidence {
    let master = stack.master_of(pool);
    let is_whole = master.config.complete && !master.fragment;
    if is_whole && limits_requests { Confidence::Certain } else { Confidence::Likely }
}
