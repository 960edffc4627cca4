//! The setters that modules share, by type of value, and what modules ask of a value afterwards.

use fpmlint_catalog::nginx::{Directive, DirectiveId, id};

use super::said::{Verdict, directive, invalid, show};
use super::{script, value};
use crate::nginx::judge::{Judge, Words};

/// The word of this number; arity has been checked, so that it is there.
pub(super) fn word<'w>(words: &'w Words<'_>, index: usize) -> &'w [u8] {
    words.get(index).map_or(b"", |word| word)
}

/// `on` or `off`.
pub(super) fn flag(row: &Directive, words: &Words<'_>) -> Verdict {
    let text = word(words, 0);
    if text.eq_ignore_ascii_case(b"on") || text.eq_ignore_ascii_case(b"off") {
        return Ok(());
    }
    let (shown, name) = (show(text), row.name);
    invalid(0, format!("invalid value \"{shown}\" in \"{name}\" directive, it must be \"on\" or \"off\""))
}

/// A number of bytes.
pub(super) fn size(row: &Directive, words: &Words<'_>) -> Verdict {
    valid(row, value::size(word(words, 0)).is_some())
}

/// A number of bytes that may be large.
pub(super) fn offset(row: &Directive, words: &Words<'_>) -> Verdict {
    valid(row, value::offset(word(words, 0)).is_some())
}

/// A time in milliseconds.
pub(super) fn milliseconds(row: &Directive, words: &Words<'_>) -> Verdict {
    valid(row, value::milliseconds(word(words, 0)).is_some())
}

/// A time in seconds.
pub(super) fn seconds(row: &Directive, words: &Words<'_>) -> Verdict {
    valid(row, value::seconds(word(words, 0)).is_some())
}

fn valid(row: &Directive, is_valid: bool) -> Verdict {
    if is_valid { Ok(()) } else { directive(0, row.name, "invalid value") }
}

/// A number, within bounds where there are some.
pub(super) fn number(row: &Directive, words: &Words<'_>) -> Verdict {
    let Some(number) = value::number(word(words, 0)) else {
        return directive(0, row.name, "invalid number");
    };
    match row.bounds {
        Some((low, u32::MAX)) if number < u64::from(low) => {
            invalid(0, format!("value must be equal to or greater than {low}"))
        }
        Some((low, high)) if !(u64::from(low)..=u64::from(high)).contains(&number) => {
            invalid(0, format!("value must be between {low} and {high}"))
        }
        _ => Ok(()),
    }
}

/// One of the words of the table.
pub(super) fn one_of(row: &Directive, words: &Words<'_>) -> Verdict {
    is_one_of(row, 0, word(words, 0))
}

/// Any of the words of the table.
pub(super) fn some_of(row: &Directive, words: &Words<'_>) -> Verdict {
    words.iter().enumerate().try_for_each(|(index, word)| is_one_of(row, index, word))
}

fn is_one_of(row: &Directive, index: usize, text: &[u8]) -> Verdict {
    let known = row.enum_values.iter().any(|known| text.eq_ignore_ascii_case(known.as_bytes()));
    if known || row.enum_values.is_empty() {
        return Ok(());
    }
    invalid(index, format!("invalid value \"{}\"", show(text)))
}

/// A number of buffers and their size.
pub(super) fn buffers(row: &Directive, words: &Words<'_>) -> Verdict {
    let number = value::number(word(words, 0)).is_some_and(|number| number != 0);
    let size = value::size(word(words, 1)).is_some_and(|size| size != 0);
    valid(row, number && size)
}

/// A folder and up to three levels below it.
pub(super) fn path(row: &Directive, words: &Words<'_>) -> Verdict {
    let levels = words.iter().skip(1).map(|word| value::number(word).filter(|level| *level != 0));
    let sum = levels.sum::<Option<u64>>();
    valid(row, sum.is_some_and(|sum| sum <= 10))
}

/// Rights.
pub(super) fn access(words: &Words<'_>) -> Verdict {
    for (index, text) in words.iter().enumerate() {
        let rights = [&b"user:"[..], b"group:", b"all:"].into_iter().find_map(|who| text.strip_prefix(who));
        if !matches!(rights, Some(b"rw" | b"r")) {
            return invalid(index, format!("invalid value \"{}\"", show(text)));
        }
    }
    Ok(())
}

/// Words with variables.
pub(super) fn values(judge: &mut Judge<'_>, words: &Words<'_>) -> Verdict {
    words.iter().enumerate().try_for_each(|(index, word)| judge.value(index, word))
}

/// A size, or variables that make one.
pub(super) fn complex_size(judge: &mut Judge<'_>, row: &Directive, words: &Words<'_>) -> Verdict {
    let text = word(words, 0);
    judge.value(0, text)?;
    if script::has_variables(text) { Ok(()) } else { size(row, words) }
}

/// The smallest pool of memory.
const POOL_MINIMUM: u64 = 112;
const POOL_ALIGNMENT: u64 = 16;

/// What modules ask of values that a shared setter took.
pub(super) fn afterwards(judge: &Judge<'_>, id: DirectiveId, words: &Words<'_>) -> Verdict {
    let size = || value::size(word(words, 0)).unwrap_or(0);
    match id {
        id::CONNECTION_POOL_SIZE | id::REQUEST_POOL_SIZE | id::HTTP2_POOL_SIZE => {
            if size() < POOL_MINIMUM {
                return invalid(0, format!("the pool size must be no less than {POOL_MINIMUM}"));
            }
            if size() % POOL_ALIGNMENT != 0 {
                return invalid(0, format!("the pool size must be a multiple of {POOL_ALIGNMENT}"));
            }
        }
        id::PROXY_HTTP_VERSION if word(words, 0) == b"2" && !judge.build.is_from(1, 29, 4, true) => {
            return invalid(0, "invalid value \"2\"");
        }
        id::GZIP_WINDOW if !is_power(size(), 9, 15) => {
            return directive(0, "gzip_window", "must be 512, 1k, 2k, 4k, 8k, 16k, or 32k");
        }
        id::GZIP_HASH if !is_power(size(), 9, 17) => {
            return directive(0, "gzip_hash", "must be 512, 1k, 2k, 4k, 8k, 16k, 32k, 64k, or 128k");
        }
        id::HTTP2_RECV_BUFFER_SIZE if size() <= 32 => {
            return directive(0, "http2_recv_buffer_size", "value is too small");
        }
        id::HTTP2_BODY_PREREAD_SIZE if size() > (1 << 31) - 1 => {
            return invalid(0, "the maximum body preread buffer size is 2147483647");
        }
        id::HTTP2_CHUNK_SIZE if size() == 0 => {
            return invalid(0, "the http2 chunk size cannot be zero");
        }
        id::HTTP2_STREAMS_INDEX_SIZE
            if !value::number(word(words, 0)).is_some_and(u64::is_power_of_two)
                && !judge.build.is_from(1, 25, 1, false) =>
        {
            return directive(0, "http2_streams_index_size", "must be a power of two");
        }
        _ => {}
    }
    Ok(())
}

fn is_power(size: u64, low: u32, high: u32) -> bool {
    (low..=high).any(|bits| size == 1 << bits)
}
