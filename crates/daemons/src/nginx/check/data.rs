//! Lines of `types`, `map`, `geo`, `split_clients` and `charset_map`.
//!
//! In: the words of a line. Out: what nginx says. Invariant: what a block has said so far is forgotten when the next
//! begins; lines of included files are a block of their own.

use std::net::Ipv4Addr;

use rustc_hash::FxHashSet;

use super::access::is_hash_key;
use super::address::{ipv4, network};
use super::ranges::Ranges;
use super::said::{Verdict, invalid, said, show};
use super::slot::word;
use super::value;
use crate::nginx::Context;
use crate::nginx::judge::{Judge, Words};
use crate::{Part, RefusalKind};

/// What the lines of a block have said.
#[derive(Debug, Default)]
pub(in crate::nginx) struct State {
    hostnames: bool,
    default: bool,
    ranges: bool,
    known_ranges: Ranges,
    networks: bool,
    keys: FxHashSet<Vec<u8>>,
    /// Hundredths of a percent.
    percent: u64,
}

/// A line; `included` says that it reads another file.
pub(in crate::nginx) fn line(
    judge: &mut Judge<'_>,
    here: Context,
    included: bool,
    words: &Words<'_>,
) -> Verdict {
    match here {
        Context::Types => types(included, words),
        Context::Map => map(judge, included, words),
        Context::Geo => geo(judge, included, words),
        Context::SplitClients => split_clients(judge, words),
        Context::CharsetMap => charset_map(words),
        _ => Ok(()),
    }
}

/// The end of a block.
pub(in crate::nginx) fn close(judge: &Judge<'_>, inside: Context) -> Verdict {
    if inside == Context::SplitClients && judge.data.percent > 10_000 {
        return said(RefusalKind::InvalidValue, Part::Head, "percent total is greater than 100%");
    }
    Ok(())
}

/// The name of a line is its first word: arguments are counted behind it.
fn at(index: usize) -> usize {
    index.saturating_sub(1)
}

fn types(included: bool, words: &Words<'_>) -> Verdict {
    if included && words.len() != 2 {
        let message = "invalid number of arguments in \"include\" directive";
        return said(RefusalKind::WrongArgumentCount, Part::Head, message);
    }
    Ok(())
}

fn map(judge: &mut Judge<'_>, included: bool, words: &Words<'_>) -> Verdict {
    match words {
        [one] if &one[..] == b"hostnames" => {
            judge.data.hostnames = true;
            return Ok(());
        }
        [one] if &one[..] == b"volatile" => return Ok(()),
        [_, _] => {}
        _ => {
            let message = "invalid number of the map parameters";
            return said(RefusalKind::WrongArgumentCount, Part::Head, message);
        }
    }
    if included {
        return Ok(());
    }
    let key = word(words, 0);
    judge.value(0, word(words, 1))?;
    if key == b"default" {
        if std::mem::replace(&mut judge.data.default, true) {
            let message = "duplicate default map parameter";
            return said(RefusalKind::DuplicateDirective, Part::Name, message);
        }
        return Ok(());
    }
    if let Some(pattern) = key.strip_prefix(b"~") {
        let (pattern, ignore_case) = match pattern.strip_prefix(b"*") {
            Some(pattern) => (pattern, true),
            None => (pattern, false),
        };
        return match judge.pattern(0, pattern, ignore_case) {
            Ok(_) => Ok(()),
            Err(mut said) => {
                said.part = Part::Name;
                Err(said)
            }
        };
    }
    let key = key.strip_prefix(b"\\").unwrap_or(key);
    if judge.data.hostnames && !is_hash_key(key) {
        let message = format!("invalid hostname or wildcard \"{}\"", show(key));
        return said(RefusalKind::InvalidValue, Part::Name, message);
    }
    if !judge.data.keys.insert(key.to_ascii_lowercase()) {
        let message = format!("conflicting parameter \"{}\"", show(&key.to_ascii_lowercase()));
        return said(RefusalKind::DuplicateDirective, Part::Name, message);
    }
    Ok(())
}

fn geo(judge: &mut Judge<'_>, included: bool, words: &Words<'_>) -> Verdict {
    let first = word(words, 0);
    if words.len() == 1 && first == b"ranges" {
        if judge.data.networks {
            let message = "the \"ranges\" directive must be the first directive inside \"geo\" block";
            return said(RefusalKind::InvalidValue, Part::Name, message);
        }
        judge.data.ranges = true;
        return Ok(());
    }
    if words.len() == 1 && first == b"proxy_recursive" {
        return Ok(());
    }
    if words.len() != 2 {
        return said(RefusalKind::WrongArgumentCount, Part::Head, "invalid number of the geo parameters");
    }
    if included {
        return Ok(());
    }
    if first == b"proxy" {
        return is_network(Part::Arg(0), word(words, 1));
    }
    if first == b"default" {
        judge.data.networks |= !judge.data.ranges;
        return Ok(());
    }
    let (part, net) = match first {
        b"delete" => (Part::Arg(0), word(words, 1)),
        net => (Part::Name, net),
    };
    if judge.data.ranges {
        return range(judge, part, net, first == b"delete");
    }
    judge.data.networks = true;
    is_network(part, net)
}

fn is_network(part: Part, text: &[u8]) -> Verdict {
    if text == b"255.255.255.255" || network(text).is_some() {
        return Ok(());
    }
    said(RefusalKind::InvalidValue, part, format!("invalid network \"{}\"", show(text)))
}

fn range(judge: &mut Judge<'_>, part: Part, text: &[u8], deletes: bool) -> Verdict {
    let dash = memchr::memchr(b'-', text).unwrap_or(text.len());
    let start = ipv4(text.get(..dash).unwrap_or(b""));
    let end = text.get(dash + 1..).and_then(ipv4);
    let (Some(start), Some(end)) = (start, end) else {
        return said(RefusalKind::InvalidValue, part, format!("invalid range \"{}\"", show(text)));
    };
    if start > end {
        return said(RefusalKind::InvalidValue, part, format!("invalid range \"{}\"", show(text)));
    }
    let known = &mut judge.data.known_ranges;
    if deletes {
        known.delete(start.into(), end.into());
        return Ok(());
    }
    let Some((from, to)) = known.add(start.into(), end.into()) else { return Ok(()) };
    let (from, to) = (Ipv4Addr::from(from), Ipv4Addr::from(to));
    let message = format!("range \"{}\" overlaps \"{from}-{to}\"", show(text));
    said(RefusalKind::InvalidValue, part, message)
}

fn split_clients(judge: &mut Judge<'_>, words: &Words<'_>) -> Verdict {
    let text = word(words, 0);
    if text == b"*" {
        judge.data.percent = judge.data.percent.max(10_000);
        return Ok(());
    }
    let percent = text.strip_suffix(b"%").and_then(|text| value::fixed_point(text, 2));
    match percent.filter(|percent| *percent != 0) {
        Some(percent) => {
            judge.data.percent = judge.data.percent.saturating_add(percent);
            Ok(())
        }
        None => {
            let message = format!("invalid percent value \"{}\"", show(text));
            said(RefusalKind::InvalidValue, Part::Name, message)
        }
    }
}

fn charset_map(words: &Words<'_>) -> Verdict {
    if words.len() != 2 {
        return said(RefusalKind::WrongArgumentCount, Part::Head, "invalid parameters number");
    }
    let hexadecimal = |text: &[u8]| !text.is_empty() && text.iter().all(u8::is_ascii_hexdigit);
    let (from, to) = (word(words, 0), word(words, 1));
    let small = |text: &[u8]| text.iter().skip_while(|byte| **byte == b'0').count() <= 2;
    if !hexadecimal(from) || !small(from) {
        let message = format!("invalid value \"{}\"", show(from));
        return said(RefusalKind::InvalidValue, Part::Name, message);
    }
    if !hexadecimal(to) {
        return invalid(at(1), format!("invalid value \"{}\"", show(to)));
    }
    Ok(())
}
