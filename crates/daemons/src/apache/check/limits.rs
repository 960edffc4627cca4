//! Directives whose one argument is a number within bounds, or one of a few words.

use fpmlint_catalog::apache::id;

use super::number::{atoi, atol, duration, strtol};
use super::{Checks, Line, List, around, first, is, one_of, value};
use crate::apache::walk::Fault;

pub(super) const CHECKS: List = &[
    (id::ENABLE_MMAP, on_or_off),
    (id::ENABLE_SENDFILE, on_or_off),
    (id::USE_CANONICAL_PHYSICAL_PORT, on_or_off),
    (id::ACCEPT_PATH_INFO, |_, line| {
        one_of(line, &["on", "off", "default"], "AcceptPathInfo must be set to on, off or default")
    }),
    (id::USE_CANONICAL_NAME, |_, line| {
        one_of(line, &["on", "off", "dns"], "parameter must be 'on', 'off', or 'dns'")
    }),
    (id::HOSTNAME_LOOKUPS, |_, line| {
        one_of(line, &["on", "off", "double"], "parameter must be 'on', 'off', or 'double'")
    }),
    (id::ALLOW_ENCODED_SLASHES, |_, line| {
        one_of(line, &["on", "off", "nodecode"], "AllowEncodedSlashes must be On, Off, or NoDecode")
    }),
    (id::SERVER_SIGNATURE, |_, line| {
        one_of(line, &["on", "off", "email"], "ServerSignature: use one of: off | on | email")
    }),
    (id::SERVER_TOKENS, |_, line| {
        let known = ["OS", "Min", "Minimal", "Major", "Minor", "Prod", "ProductOnly", "Full"];
        let words =
            "ServerTokens takes 1 argument: 'Prod(uctOnly)', 'Major', 'Minor', 'Min(imal)', 'OS', or 'Full'";
        one_of(line, &known, words)
    }),
    (id::TRACE_ENABLE, |_, line| {
        one_of(line, &["on", "off", "extended"], "TraceEnable must be one of 'on', 'off', or 'extended'")
    }),
    (id::PROTOCOLS_HONOR_ORDER, |_, line| {
        one_of(line, &["on", "off"], "ProtocolsHonorOrder must be 'on' or 'off'")
    }),
    (id::READ_BUFFER_SIZE, unsigned_32),
    (id::FLUSH_MAX_THRESHOLD, unsigned_32),
    (id::FLUSH_MAX_PIPELINED, |_, line| {
        let text = line.text(0);
        let number = strtol(&text);
        let fits =
            !number.overflow && number.rest.is_empty() && (-1..=i64::from(i32::MAX)).contains(&number.value);
        let words = || around("parameter must be a number between -1 and 2147483647: ", &text, "");
        if fits { None } else { first(words()) }
    }),
    (id::LIMIT_REQUEST_LINE, |_, line| not_negative(line, "")),
    (id::LIMIT_REQUEST_FIELDSIZE, |_, line| not_negative(line, "")),
    (id::LIMIT_REQUEST_FIELDS, |_, line| not_negative(line, " (0 = no limit)")),
    (id::LIMIT_REQUEST_BODY, |_, line| {
        offset(line, "LimitRequestBody argument is not parsable.", "LimitRequestBody")
    }),
    (id::DEFLATE_INFLATE_LIMIT_REQUEST_BODY, |_, line| {
        offset(line, "DeflateInflateLimitRequestBody is not parsable.", "DeflateInflateLimitRequestBody")
    }),
    (id::LIMIT_XML_REQUEST_BODY, limit_xml),
    (id::MAX_RANGES, ranges),
    (id::MAX_RANGE_OVERLAPS, ranges),
    (id::MAX_RANGE_REVERSALS, ranges),
    (id::LIMIT_INTERNAL_RECURSION, |_, line| {
        let wrong = line.words().find(|word| atoi(&word.text) <= 0)?;
        value(wrong.part, "The recursion limit must be greater than zero.")
    }),
    (id::KEEP_ALIVE_TIMEOUT, |_, line| wrong_duration(line, b"s", "KeepAliveTimeout has wrong format")),
    (id::LISTEN_BACKLOG, |_, line| at_least(line, 1, "ListenBacklog must be > 0")),
    (id::LISTEN_CORES_BUCKETS_RATIO, |_, line| at_least(line, 1, "ListenCoresBucketsRatio must be > 0")),
    (id::SEND_BUFFER_SIZE, buffer_size),
    (id::RECEIVE_BUFFER_SIZE, buffer_size),
    (id::PROXY_RECEIVE_BUFFER_SIZE, buffer_size),
    (id::PROXY_IO_BUFFER_SIZE, |_, line| {
        let size = atol(&line.text(0));
        if size == 0 || size >= 512 { None } else { first(small_buffer(line)) }
    }),
    (id::PROXY_TIMEOUT, |_, line| at_least(line, 1, "Proxy Timeout must be at least 1 second.")),
    (id::PROXY_VIA, |_, line| {
        one_of(line, &["off", "on", "block", "full"], "ProxyVia must be one of: off | on | full | block")
    }),
    (id::PROXY_BAD_HEADER, |_, line| {
        let words = "ProxyBadHeader must be one of: IsError | Ignore | StartBody";
        one_of(line, &["IsError", "Ignore", "StartBody"], words)
    }),
    (id::PROXY_STATUS, |_, line| {
        one_of(line, &["off", "on", "full"], "ProxyStatus must be one of: off | on | full")
    }),
    (id::PROXY_FCGI_BACKEND_TYPE, |_, line| {
        let words = "ProxyFCGIBackendType requires one of the following arguments: 'GENERIC', 'FPM'";
        one_of(line, &["GENERIC", "FPM"], words)
    }),
    (id::DEFLATE_WINDOW_SIZE, |_, line| between(line, 1, 15, "DeflateWindowSize must be between 1 and 15")),
    (id::DEFLATE_BUFFER_SIZE, |_, line| at_least(line, 1, "DeflateBufferSize should be positive")),
    (id::DEFLATE_MEM_LEVEL, |_, line| between(line, 1, 9, "DeflateMemLevel must be between 1 and 9")),
    (id::DEFLATE_COMPRESSION_LEVEL, |_, line| {
        between(line, 1, 9, "Compression Level must be between 1 and 9")
    }),
    (id::DEFLATE_INFLATE_RATIO_LIMIT, |_, line| {
        at_least(line, 1, "DeflateInflateRatioLimit must be positive")
    }),
    (id::DEFLATE_INFLATE_RATIO_BURST, |_, line| {
        at_least(line, 1, "DeflateInflateRatioBurst must be positive")
    }),
    (id::DEFLATE_ALTER_ETAG, |_, line| {
        let words = "DeflateAlterETAG accepts only 'NoChange', 'AddSuffix', and 'Remove'";
        one_of(line, &["NoChange", "AddSuffix", "Remove"], words)
    }),
    (id::BROTLI_COMPRESSION_QUALITY, |_, line| {
        between(line, 0, 11, "BrotliCompressionQuality must be between 0 and 11")
    }),
    (id::BROTLI_COMPRESSION_WINDOW, |_, line| {
        between(line, 10, 24, "BrotliCompressionWindow must be between 10 and 24")
    }),
    (id::BROTLI_COMPRESSION_MAX_INPUT_BLOCK, |_, line| {
        between(line, 16, 24, "BrotliCompressionMaxInputBlock must be between 16 and 24")
    }),
    (id::BROTLI_ALTER_E_TAG, |_, line| {
        let words = "BrotliAlterETag accepts only 'AddSuffix', 'NoChange' and 'Remove'";
        one_of(line, &["AddSuffix", "NoChange", "Remove"], words)
    }),
    (id::ASYNC_REQUEST_WORKER_FACTOR, |_, line| {
        let text = line.text(0);
        match std::str::from_utf8(&text).ok().and_then(|text| text.parse::<f64>().ok()) {
            Some(factor) if factor <= 0.0 => {
                first("AsyncRequestWorkerFactor argument must be a positive number")
            }
            Some(_) => None,
            None if text.iter().any(|byte| matches!(byte, b'x' | b'X')) => None,
            None => first("error parsing value"),
        }
    }),
    (id::MAX_MEM_FREE, |_, line| not_negative_long(line, "Invalid MaxMemFree value: ")),
    (id::THREAD_STACK_SIZE, |_, line| not_negative_long(line, "Invalid ThreadStackSize value: ")),
];

fn on_or_off(_: &mut Checks, line: &Line<'_>) -> Option<Fault> {
    one_of(line, &["on", "off"], "parameter must be 'on' or 'off'")
}

/// The argument, as a whole number, is at least `least`.
pub(super) fn at_least(line: &Line<'_>, least: i32, message: &str) -> Option<Fault> {
    if atoi(&line.text(0)) >= least { None } else { first(message) }
}

/// The argument, as a whole number, lies within bounds.
pub(super) fn between(line: &Line<'_>, least: i32, most: i32, message: &str) -> Option<Fault> {
    if (least..=most).contains(&atoi(&line.text(0))) { None } else { first(message) }
}

/// The argument is a duration.
pub(super) fn wrong_duration(line: &Line<'_>, unit: &[u8], message: &str) -> Option<Fault> {
    if duration(&line.text(0), unit).is_some() { None } else { first(message) }
}

fn not_negative(line: &Line<'_>, behind: &str) -> Option<Fault> {
    let text = line.text(0);
    if atoi(&text) >= 0 {
        return None;
    }
    let before = format!("{} \"", line.name());
    first(around(&before, &text, &format!("\" must be a non-negative integer{behind}")))
}

fn not_negative_long(line: &Line<'_>, before: &str) -> Option<Fault> {
    let text = line.text(0);
    let number = strtol(&text);
    if number.value >= 0 && !number.overflow { None } else { first(around(before, &text, "")) }
}

fn unsigned_32(_: &mut Checks, line: &Line<'_>) -> Option<Fault> {
    let text = line.text(0);
    let number = strtol(&text);
    let fits =
        !number.overflow && number.rest.is_empty() && (0..=i64::from(u32::MAX)).contains(&number.value);
    // The bracket is httpd's own slip.
    if fits {
        None
    } else {
        first(around("parameter must be a number between 0 and 4294967295): ", &text, ""))
    }
}

fn offset(line: &Line<'_>, not_parsed: &str, name: &str) -> Option<Fault> {
    let text = line.text(0);
    let number = strtol(&text);
    if number.overflow {
        return first(not_parsed);
    }
    if number.rest.is_empty() && number.value >= 0 {
        return None;
    }
    first(format!("{name} requires a non-negative integer."))
}

fn limit_xml(_: &mut Checks, line: &Line<'_>) -> Option<Fault> {
    let size = atol(&line.text(0));
    if size < 0 {
        return first("LimitXMLRequestBody requires a non-negative integer.");
    }
    const MOST: i64 = (u64::MAX / 6 - 1) as i64;
    if size > MOST { first(format!("LimitXMLRequestBody must not exceed {MOST}")) } else { None }
}

fn ranges(_: &mut Checks, line: &Line<'_>) -> Option<Fault> {
    let text = line.text(0);
    let is_word = ["none", "default", "unlimited"].iter().any(|known| is(&text, known));
    if is_word || atoi(&text) > 0 {
        return None;
    }
    first(format!("{} requires 'none', 'default', 'unlimited' or a positive integer", line.name()))
}

fn buffer_size(_: &mut Checks, line: &Line<'_>) -> Option<Fault> {
    let size = atoi(&line.text(0));
    if size == 0 || size >= 512 { None } else { first(small_buffer(line)) }
}

fn small_buffer(line: &Line<'_>) -> String {
    format!("{} must be >= 512 bytes, or 0 for system default.", line.name())
}
