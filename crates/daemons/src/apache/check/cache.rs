//! mod_cache, mod_cache_disk and mod_dav.

use fpmlint_catalog::apache::id;

use super::number::{atoi, strtol};
use super::{Checks, Line, List, around, count, first, is};
use crate::apache::walk::Fault;

pub(super) const CHECKS: List = &[
    (id::CACHE_DIR_LEVELS, |_, line| product(line)),
    (id::CACHE_DIR_LENGTH, |_, line| product(line)),
    (id::CACHE_ENABLE, enable),
    (id::CACHE_DISABLE, disable),
    (id::CACHE_MIN_FILE_SIZE, |_, line| size(line, "the min size of a file to cache in bytes")),
    (id::CACHE_MAX_FILE_SIZE, |_, line| size(line, "the max size of a file to cache in bytes")),
    (id::CACHE_READ_SIZE, |_, line| size(line, "the max amount of data to cache in go")),
    (id::CACHE_READ_TIME, |_, line| size(line, "the max amount of time taken to cache in go")),
    (id::DAV_MIN_TIMEOUT, |_, line| {
        if atoi(&line.text(0)) < 0 { first("DAVMinTimeout requires a non-negative integer.") } else { None }
    }),
];

/// Levels and length of cache folders.
fn product(line: &Line<'_>) -> Option<Fault> {
    let number = atoi(&line.text(0));
    if number >= 1 {
        return None;
    }
    first(format!("{} value must be an integer greater than 0", line.name()))
}

fn enable(_: &mut Checks, line: &Line<'_>) -> Option<Fault> {
    let provider = line.text(0);
    if provider.starts_with(b"/") {
        let behind = ") starts with a '/'.  Are url and provider switched?";
        return first(around("provider (", &provider, behind));
    }
    if line.word(1).is_some() || line.around.has_path() {
        return None;
    }
    count(around("CacheEnable provider (", &provider, ") is missing an URL."))
}

fn disable(_: &mut Checks, line: &Line<'_>) -> Option<Fault> {
    let text = line.text(0);
    if line.around.has_path() {
        if is(&text, "on") {
            return None;
        }
        return first("CacheDisable must be followed by the word 'on' when in a Location.");
    }
    let is_target = text.first() == Some(&b'/') || text.contains(&b':');
    if is_target { None } else { first("CacheDisable must specify a path or an URL.") }
}

fn size(line: &Line<'_>, what: &str) -> Option<Fault> {
    let text = line.text(0);
    let number = strtol(&text);
    if number.rest.is_empty() && !number.overflow && number.value >= 0 {
        return None;
    }
    first(format!("{} argument must be a non-negative integer representing {what}.", line.name()))
}
