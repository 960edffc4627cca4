//! `body-size-chain`: nginx and PHP do not agree how large a body may be.
//!
//! Defaults do not fit each other, and nobody is at fault for them: only a size that was set on purpose is held against
//! the others.

use fpmlint_catalog::php_ini::{self, DirectiveId, id};
use fpmlint_daemons::php_ini::quantity;
use fpmlint_daemons::{Part, Place};
use fpmlint_diagnostics::{Confidence, Group, Level, Reader, RuleMeta, Severity};
use fpmlint_stack::limits::{Limit, Origin, Value};
use fpmlint_stack::{Backend, PoolId, Stack};
use fpmlint_workspace::HostPath;

use crate::ini::in_force;
use crate::rule::Check;
use crate::words::show;
use crate::{Findings, Rule};

pub static RULE: Rule = Rule {
    meta: RuleMeta {
        name: "body-size-chain",
        group: Group::Capacity,
        default: Level::On(Severity::Warning),
        summary: "nginx and PHP do not agree how large a body may be",
        page: include_str!("body_size_chain.md"),
    },
    check: Check::Pool(check),
};

/// A size of PHP, and the line that sets it; none for a default.
struct Size<'a> {
    bytes: i64,
    text: &'a [u8],
    line: Option<(Place, Reader)>,
    is_default: bool,
}

fn check(stack: &Stack, pool: PoolId, findings: &mut Findings<'_>) {
    let post = size(stack, pool, id::POST_MAX_SIZE);
    let file = size(stack, pool, id::UPLOAD_MAX_FILESIZE).filter(|file| !file.is_default);
    // Without a limit, and where it is not known, nothing can be larger.
    let post_limit = post.as_ref().filter(|post| post.bytes > 0);
    let is_cut = |file: &Size<'_>| post_limit.is_some_and(|post| post.bytes < file.bytes);
    let cut = file.as_ref().filter(|file| is_cut(file));
    if let (Some(file), Some(post)) = (cut, post_limit) {
        file_exceeds_body(stack, pool, file, post, findings);
    }
    let wanted = match &file {
        Some(file) if cut.is_none() => Some((file, "files")),
        _ => post_limit.filter(|post| !post.is_default).map(|post| (post, "bodies")),
    };
    let over = |limit: &Limit| post_limit.is_some_and(|post| limit.amount() > Some(post.bytes));
    let (mut all_less, mut all_more) = (wanted.is_some(), post_limit.is_some() && cut.is_none());
    for backend in stack.backends_beside(pool) {
        let Some(limit) = stack.body_limit(backend).filter(|limit| limit.amount().is_some_and(|it| it > 0))
        else {
            return;
        };
        all_less &= wanted.is_some_and(|(size, _)| limit.amount() < Some(size.bytes));
        all_more &= limit.from != Origin::Default && over(&limit);
        if !all_less && !all_more {
            return;
        }
    }
    let ways = stack.backends_reaching(pool).filter_map(|it| Some((it, stack.body_limit(it)?)));
    if let Some((size, what)) = wanted.filter(|_| all_less) {
        let Some((backend, limit)) = ways.max_by_key(|(_, limit)| limit.amount()) else { return };
        nginx_takes_less(stack, pool, (size, what), (backend, &limit), findings);
    } else if let Some(post) = post_limit.filter(|_| all_more) {
        let Some((_, limit)) = ways.min_by_key(|(_, limit)| limit.amount()) else { return };
        php_takes_less(stack, pool, post, &limit, findings);
    }
}

/// What PHP has for a size; none where that is not known.
fn size(stack: &Stack, pool: PoolId, directive: DirectiveId) -> Option<Size<'_>> {
    let default = php_ini::entry(directive).default.value()?;
    let default_bytes = quantity(default.as_bytes()).value;
    match in_force(stack, pool, php_ini::name(directive).as_bytes()) {
        Some(setting) => {
            let text = setting.value.known()?;
            let bytes = quantity(text).value;
            let line = Some((setting.place.with(Part::Value), setting.reader));
            Some(Size { bytes, text, line, is_default: bytes == default_bytes })
        }
        None => {
            let master = stack.master_of(pool);
            let is_known = match &master.ini {
                Some(ini) => ini.complete,
                None => stack.hosts[master.host].is_closed(&HostPath::root()),
            };
            let size = Size { bytes: default_bytes, text: default.as_bytes(), line: None, is_default: true };
            is_known.then_some(size)
        }
    }
}

fn file_exceeds_body(stack: &Stack, pool: PoolId, file: &Size<'_>, post: &Size<'_>, findings: &mut Findings<'_>) {
    let Some((place, reader)) = file.line else { return };
    let default = if post.line.is_none() { " (its default)" } else { "" };
    let mut finding = findings
        .at(place, format!("an uploaded file may have {}, and all of a body {}", show(file.text), show(post.text)))
        .help(format!(
            "PHP drops a larger body as a whole: the script runs with `$_POST` and `$_FILES` empty, and the client sees 200; \
             `post_max_size` is {}{default}, raise it above `upload_max_filesize`",
            show(post.text)
        ))
        .confidence(sureness(stack, pool))
        .reader(reader)
        .host(stack, stack.pools[pool].host);
    if let Some((place, _)) = post.line {
        finding = finding.label(stack, place, "all of a body");
    }
    findings.push(finding);
}

fn nginx_takes_less(
    stack: &Stack,
    pool: PoolId,
    (size, what): (&Size<'_>, &str),
    (backend, limit): (&Backend, &Limit),
    findings: &mut Findings<'_>,
) {
    let Some((place, reader)) = size.line else { return };
    let taken = text(limit);
    let mut finding = findings
        .at(place, format!("PHP takes {what} of up to {}, and nginx takes bodies of up to {taken}", show(size.text)))
        .help(format!(
            "nginx answers 413 to every larger body before PHP hears of it; set `client_max_body_size {}`, or lower what PHP \
             takes",
            show(size.text).to_ascii_lowercase()
        ))
        .confidence(sureness(stack, pool))
        .reader(reader)
        .host(stack, stack.pools[pool].host);
    finding = match limit.place {
        Some(place) => finding.label(stack, place, format!("nginx takes {taken}")),
        None => finding.label(stack, backend.place, format!("nginx takes {taken} here, its default")),
    };
    findings.push(finding);
}

fn php_takes_less(stack: &Stack, pool: PoolId, post: &Size<'_>, limit: &Limit, findings: &mut Findings<'_>) {
    let Some(place) = limit.place else { return };
    let default = if post.line.is_none() { " (its default)" } else { "" };
    let mut finding = findings
        .at(place, format!("nginx takes bodies of up to {}, and PHP drops those above {}", text(limit), show(post.text)))
        .help(format!(
            "PHP drops a larger body as a whole: the script runs with `$_POST` and `$_FILES` empty, and the client sees 200; \
             `post_max_size` is {}{default}, make both the same",
            show(post.text)
        ))
        .severity(Severity::Info)
        .confidence(sureness(stack, pool))
        .reader(Reader::Nginx)
        .host(stack, stack.pools[pool].host);
    if let Some((place, _)) = post.line {
        finding = finding.label(stack, place, "PHP takes no more");
    }
    findings.push(finding);
}

fn text(limit: &Limit) -> String {
    match &limit.value {
        Value::Known { text, .. } => show(text),
        Value::Unknown(missing) => missing.to_string(),
    }
}

/// Another file of the scan folder may say otherwise.
fn sureness(stack: &Stack, pool: PoolId) -> Confidence {
    let master = stack.master_of(pool);
    let is_whole = master.config.complete && !master.fragment;
    let is_read = master.ini.as_ref().is_none_or(|ini| ini.complete);
    if is_whole && is_read { Confidence::Certain } else { Confidence::Likely }
}
