//! Caches and stores of responses.

use fpmlint_catalog::nginx::Directive;

use super::said::{Verdict, invalid, invalid_parameter, said, show};
use super::slot::word;
use super::value;
use crate::nginx::judge::{Judge, Words};
use crate::{Part, RefusalKind};

/// nginx wants two pages for a zone of keys; a page is taken to have 4 KiB.
const ZONE_MINIMUM: u64 = 2 * 4096;

/// `proxy_cache_path` and its relatives.
pub(super) fn path(row: &Directive, words: &Words<'_>) -> Verdict {
    let mut zone = false;
    for (index, text) in words.iter().enumerate().skip(1) {
        let wrong = |what: &str| invalid(index, format!("invalid {what} value \"{}\"", show(text)));
        let number = |text: &[u8]| value::number(text).is_some();
        let pause = |text: &[u8]| value::milliseconds(text).is_some();
        let Some(equals) = memchr::memchr(b'=', text) else { return invalid_parameter(index, text) };
        let (key, setting) = (text.get(..equals).unwrap_or(b""), text.get(equals + 1..).unwrap_or(b""));
        match key {
            b"levels" if !are_levels(setting) => {
                return invalid(index, format!("invalid \"levels\" \"{}\"", show(text)));
            }
            b"use_temp_path" if !matches!(setting, b"on" | b"off") => {
                let shown = show(text);
                let message =
                    format!("invalid use_temp_path value \"{shown}\", it must be \"on\" or \"off\"");
                return invalid(index, message);
            }
            b"keys_zone" => {
                let size = memchr::memchr(b':', setting).and_then(|colon| setting.get(colon + 1..));
                let Some(size) = size.and_then(value::size) else {
                    return invalid(index, format!("invalid keys zone size \"{}\"", show(text)));
                };
                if size < ZONE_MINIMUM {
                    return invalid(index, format!("keys zone \"{}\" is too small", show(text)));
                }
                zone = !setting.starts_with(b":");
            }
            b"inactive" if value::seconds(setting).is_none() => return wrong("inactive"),
            b"max_size" if value::offset(setting).is_none() => return wrong("max_size"),
            b"min_free" if value::offset(setting).is_none() => return wrong("min_free"),
            b"loader_files" if !number(setting) => return wrong("loader_files"),
            b"manager_files" if !number(setting) => return wrong("manager_files"),
            b"loader_sleep" if !pause(setting) => return wrong("loader_sleep"),
            b"manager_sleep" if !pause(setting) => return wrong("manager_sleep"),
            b"loader_threshold" if !pause(setting) => return wrong("loader_threshold"),
            b"manager_threshold" if !pause(setting) => return wrong("manager_threshold"),
            b"levels" | b"use_temp_path" | b"inactive" | b"max_size" | b"min_free" | b"loader_files"
            | b"manager_files" | b"loader_sleep" | b"manager_sleep" | b"loader_threshold"
            | b"manager_threshold" => {}
            _ => return invalid_parameter(index, text),
        }
    }
    if !zone {
        let message = format!("\"{}\" must have \"keys_zone\" parameter", row.name);
        return said(RefusalKind::MissingRequiredDirective, Part::Head, message);
    }
    Ok(())
}

/// Up to three numbers of 1 or 2 with colons between.
fn are_levels(text: &[u8]) -> bool {
    if text.is_empty() {
        return true;
    }
    let levels: usize = text.split(|byte| *byte == b':').count();
    levels <= 3 && text.split(|byte| *byte == b':').all(|level| matches!(level, b"1" | b"2"))
}

/// `proxy_cache_valid` and its relatives.
pub(super) fn valid(words: &Words<'_>) -> Verdict {
    let Some((time, codes)) = words.split_last() else { return Ok(()) };
    if value::seconds(time).is_none() {
        return invalid(codes.len(), format!("invalid time value \"{}\"", show(time)));
    }
    for (index, text) in codes.iter().enumerate() {
        let code = value::number(text).is_some_and(|code| (100..=599).contains(&code));
        if &text[..] != b"any" && !code {
            return invalid(index, format!("invalid status \"{}\"", show(text)));
        }
    }
    Ok(())
}

/// `proxy_cache` and its relatives; whether the zone exists is asked across files.
pub(super) fn zone(judge: &mut Judge<'_>, words: &Words<'_>) -> Verdict {
    match word(words, 0) {
        b"off" => Ok(()),
        text => judge.value(0, text),
    }
}

/// `proxy_store` and its relatives.
pub(super) fn store(judge: &mut Judge<'_>, words: &Words<'_>) -> Verdict {
    match word(words, 0) {
        b"off" | b"on" => Ok(()),
        text => judge.value(0, text),
    }
}
