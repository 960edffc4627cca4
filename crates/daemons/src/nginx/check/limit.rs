//! Limits of requests and connections.

use fpmlint_catalog::nginx::Directive;

use super::said::{Verdict, invalid, invalid_parameter, said, show};
use super::slot::word;
use super::value;
use crate::nginx::judge::{Judge, Words};
use crate::{Part, RefusalKind};

/// nginx wants eight pages for a zone; a page is taken to have 4 KiB.
pub(super) const ZONE_MINIMUM: u64 = 8 * 4096;

/// `limit_req_zone`.
pub(super) fn requests_zone(judge: &mut Judge<'_>, row: &Directive, words: &Words<'_>) -> Verdict {
    judge.value(0, word(words, 0))?;
    let mut zone = false;
    for (index, text) in words.iter().enumerate().skip(1) {
        if let Some(setting) = text.strip_prefix(b"zone=") {
            zone = is_zone(index, text, setting)?;
        } else if let Some(rate) = text.strip_prefix(b"rate=") {
            let rate = rate.strip_suffix(b"r/s").or(rate.strip_suffix(b"r/m")).unwrap_or(rate);
            if value::number(rate).is_none_or(|rate| rate == 0) {
                return invalid(index, format!("invalid rate \"{}\"", show(text)));
            }
        } else {
            return invalid_parameter(index, text);
        }
    }
    needs_zone(row, zone)
}

/// `limit_conn_zone`.
pub(super) fn connections_zone(judge: &mut Judge<'_>, row: &Directive, words: &Words<'_>) -> Verdict {
    judge.value(0, word(words, 0))?;
    let mut zone = false;
    for (index, text) in words.iter().enumerate().skip(1) {
        match text.strip_prefix(b"zone=") {
            Some(setting) => zone = is_zone(index, text, setting)?,
            None => return invalid_parameter(index, text),
        }
    }
    needs_zone(row, zone)
}

fn is_zone(index: usize, text: &[u8], setting: &[u8]) -> Verdict<bool> {
    let size = memchr::memchr(b':', setting).and_then(|colon| setting.get(colon + 1..));
    let Some(size) = size.and_then(value::size) else {
        return invalid(index, format!("invalid zone size \"{}\"", show(text)));
    };
    if size < ZONE_MINIMUM {
        return invalid(index, format!("zone \"{}\" is too small", show(text)));
    }
    Ok(!setting.starts_with(b":"))
}

fn needs_zone(row: &Directive, zone: bool) -> Verdict {
    if zone {
        return Ok(());
    }
    let message = format!("\"{}\" must have \"zone\" parameter", row.name);
    said(RefusalKind::MissingRequiredDirective, Part::Head, message)
}

/// `limit_req`.
pub(super) fn requests(row: &Directive, words: &Words<'_>) -> Verdict {
    let mut zone = false;
    let positive = |text: &[u8]| value::number(text).is_some_and(|number| number > 0);
    for (index, text) in words.iter().enumerate() {
        if text.starts_with(b"zone=") {
            zone = true;
        } else if let Some(burst) = text.strip_prefix(b"burst=") {
            if !positive(burst) {
                return invalid(index, format!("invalid burst value \"{}\"", show(text)));
            }
        } else if let Some(delay) = text.strip_prefix(b"delay=") {
            if !positive(delay) {
                return invalid(index, format!("invalid delay value \"{}\"", show(text)));
            }
        } else if &text[..] != b"nodelay" {
            return invalid_parameter(index, text);
        }
    }
    needs_zone(row, zone)
}

/// `limit_conn`.
pub(super) fn connections(words: &Words<'_>) -> Verdict {
    match value::number(word(words, 1)) {
        None | Some(0) => {
            let shown = show(word(words, 1));
            invalid(1, format!("invalid number of connections \"{shown}\""))
        }
        Some(65_536..) => invalid(1, "connection limit must be less 65536"),
        Some(_) => Ok(()),
    }
}
