//! mod_http2.

use fpmlint_catalog::apache::id;

use super::number::{atoi, duration};
use super::{Checks, Line, List, count, first, is, one_of, value};
use crate::Part;
use crate::apache::walk::Fault;

pub(super) const CHECKS: List = &[
    (id::H2_DIRECT, switch),
    (id::H2_PUSH, switch),
    (id::H2_UPGRADE, switch),
    (id::H2_MODERN_TLS_ONLY, switch),
    (id::H2_COPY_FILES, switch),
    (id::H2_EARLY_HINTS, switch),
    (id::H2_OUTPUT_BUFFERING, switch),
    (id::H2_PROXY_REQUESTS, switch),
    (id::H2_WEB_SOCKETS, |_, line| match line.text(0).as_ref() {
        text if is(text, "Off") || is(text, "On") => None,
        _ => first("value must be On or Off"),
    }),
    (id::H2_MAX_SESSION_STREAMS, |_, line| number(line, 1, "value must be > 0")),
    (id::H2_MIN_WORKERS, |_, line| number(line, 1, "value must be > 0")),
    (id::H2_MAX_WORKERS, |_, line| number(line, 1, "value must be > 0")),
    (id::H2_WINDOW_SIZE, |_, line| number(line, 1024, "value must be >= 1024")),
    (id::H2_STREAM_MAX_MEM_SIZE, |_, line| number(line, 1024, "value must be >= 1024")),
    (id::H2_MAX_DATA_FRAME_LEN, |_, line| number(line, 0, "value must be 0 or larger")),
    (id::H2_MAX_WORKER_IDLE_SECONDS, |_, line| time(line, "Invalid idle limit value")),
    (id::H2_STREAM_TIMEOUT, |_, line| time(line, "Invalid timeout value")),
    (id::H2_PADDING, |_, line| match atoi(&line.text(0)) {
        bits if bits < 0 => first("number of bits must be >= 0"),
        bits if bits > 8 => first("number of bits must be <= 8"),
        _ => None,
    }),
    (id::H2_PUSH_DIARY_SIZE, |_, line| match atoi(&line.text(0)) {
        size if size < 0 => first("value must be >= 0"),
        size if size > 0 && size & (size - 1) != 0 => first("value must a power of 2"),
        size if size > 1 << 15 => first("value must <= 65536"),
        _ => None,
    }),
    (id::H2_PUSH_PRIORITY, push_priority),
    (id::H2_PUSH_RESOURCE, push_resource),
];

fn switch(_: &mut Checks, line: &Line<'_>) -> Option<Fault> {
    one_of(line, &["On", "Off"], "value must be On or Off")
}

fn number(line: &Line<'_>, least: i32, message: &str) -> Option<Fault> {
    if atoi(&line.text(0)) >= least { None } else { first(message) }
}

fn time(line: &Line<'_>, message: &str) -> Option<Fault> {
    if duration(&line.text(0), b"s").is_some() { None } else { first(message) }
}

fn push_priority(_: &mut Checks, line: &Line<'_>) -> Option<Fault> {
    let second = line.text(1);
    let weight = line.word(2);
    let (dependency, weight) = match (&weight, second.first()) {
        (None, Some(digit)) if digit.is_ascii_digit() => (b"AFTER".as_slice(), Some(second.as_ref())),
        _ => (second.as_ref(), weight.as_ref().map(|weight| weight.text.as_ref())),
    };
    if is(dependency, "BEFORE") {
        return weight.and_then(|_| value(Part::Arg(2), "dependency 'Before' does not allow a weight"));
    }
    if !is(dependency, "AFTER") && !is(dependency, "INTERLEAVED") {
        return value(Part::Arg(1), "dependency must be one of 'After', 'Before' or 'Interleaved'");
    }
    if weight.is_none_or(|weight| atoi(weight) >= 1) {
        None
    } else {
        value(Part::Head, "weight must be a number >= 1")
    }
}

fn push_resource(_: &mut Checks, line: &Line<'_>) -> Option<Fault> {
    let last = if is(&line.text(0), "add") {
        line.word(2)
    } else if line.word(2).is_some() {
        return count("too many parameter");
    } else {
        line.word(1)
    };
    match last {
        Some(last) if !is(&last.text, "critical") => value(last.part, "unknown last parameter"),
        _ => None,
    }
}
