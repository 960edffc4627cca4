//! `sticky`: sessions that stay at one server, of nginx 1.29.6 and newer and of NGINX Plus.
//!
//! In: its words. Out: nginx's words where it would not load them. Invariant: parameters that only another edition may
//! know are refused only where the version is known.

use super::limit::ZONE_MINIMUM;
use super::said::{Verdict, directive, invalid, show};
use super::slot::word;
use super::{script, value};
use crate::nginx::judge::{Judge, Words};

/// Judges the statement.
pub(super) fn sticky(judge: &mut Judge<'_>, words: &Words<'_>) -> Verdict {
    match word(words, 0) {
        b"cookie" => cookie(judge, words),
        b"route" => route(judge, words),
        b"learn" => learn(judge, words),
        _ => unknown(judge, words, 0),
    }
}

fn unknown(judge: &Judge<'_>, words: &Words<'_>, index: usize) -> Verdict {
    if !judge.build.is_from(1, 29, 6, false) {
        return Ok(());
    }
    invalid(index, format!("unknown parameter \"{}\"", show(word(words, index))))
}

fn wrong(index: usize, what: &str) -> Verdict {
    directive(index, "sticky", what)
}

/// A variable with its dollar.
fn variable(judge: &mut Judge<'_>, index: usize, name: &[u8]) -> Verdict {
    if name.is_empty() {
        return invalid(index, "invalid variable name \"$\"");
    }
    judge.uses(index, name);
    Ok(())
}

fn route(judge: &mut Judge<'_>, words: &Words<'_>) -> Verdict {
    for (index, text) in words.iter().enumerate().skip(1) {
        let Some(name) = text.strip_prefix(b"$") else {
            return invalid(index, format!("invalid variable name \"{}\"", show(text)));
        };
        variable(judge, index, name)?;
    }
    Ok(())
}

fn cookie(judge: &mut Judge<'_>, words: &Words<'_>) -> Verdict {
    if word(words, 1).is_empty() {
        return wrong(1, "empty cookie name");
    }
    let (mut domain, mut path, mut expires, mut samesite) = (false, false, false, false);
    let (mut http_only, mut secure) = (false, false);
    for (index, text) in words.iter().enumerate().skip(2) {
        let once = |seen: &mut bool, name: &str| {
            let again = std::mem::replace(seen, true);
            if again { wrong(index, &format!("parameter \"{name}\" is duplicate")) } else { Ok(()) }
        };
        if let Some(text) = text.strip_prefix(b"domain=") {
            once(&mut domain, "domain")?;
            if text.is_empty() {
                return wrong(index, "no value for \"domain\"");
            }
            judge.value(index, text)?;
        } else if let Some(text) = text.strip_prefix(b"path=") {
            once(&mut path, "path")?;
            if text.is_empty() {
                return wrong(index, "no value for \"path\"");
            }
        } else if let Some(text) = text.strip_prefix(b"expires=") {
            once(&mut expires, "expires")?;
            if text != b"max" && value::seconds(text).is_none() {
                return wrong(index, "invalid \"expires\" parameter value");
            }
        } else if let Some(text) = text.strip_prefix(b"samesite=") {
            once(&mut samesite, "samesite")?;
            judge.value(index, text)?;
            let known = ["strict", "lax", "none"];
            let is_known = known.iter().any(|known| text.eq_ignore_ascii_case(known.as_bytes()));
            if !is_known && !script::has_variables(text) {
                return wrong(index, "invalid \"samesite\" parameter value");
            }
        } else if &text[..] == b"httponly" {
            once(&mut http_only, "httponly")?;
        } else if &text[..] == b"secure" {
            once(&mut secure, "secure")?;
        } else {
            return unknown(judge, words, index);
        }
    }
    Ok(())
}

fn learn(judge: &mut Judge<'_>, words: &Words<'_>) -> Verdict {
    let (mut zone, mut timeout, mut creates, mut looks_up) = (false, false, false, false);
    for (index, text) in words.iter().enumerate().skip(1) {
        if let Some(text) = text.strip_prefix(b"zone=") {
            if std::mem::replace(&mut zone, true) {
                return wrong(index, "duplicate zone");
            }
            learn_zone(index, text)?;
        } else if let Some(text) = text.strip_prefix(b"timeout=") {
            if std::mem::replace(&mut timeout, true) {
                return wrong(index, "duplicate timeout");
            }
            if value::milliseconds(text).is_none_or(|time| time == 0) {
                return wrong(index, "invalid timeout");
            }
        } else if let Some(text) = text.strip_prefix(b"create=") {
            let Some(name) = text.strip_prefix(b"$") else {
                return wrong(index, "missing variable in the \"create\" parameter");
            };
            variable(judge, index, name)?;
            creates = true;
        } else if let Some(text) = text.strip_prefix(b"lookup=") {
            let Some(name) = text.strip_prefix(b"$") else {
                return wrong(index, "missing variable in the \"lookup\" parameter");
            };
            variable(judge, index, name)?;
            looks_up = true;
        } else if &text[..] != b"header" {
            return unknown(judge, words, index);
        }
    }
    let missing = [(looks_up, "lookup"), (creates, "create"), (zone, "zone")];
    match missing.iter().find(|(given, _)| !given) {
        Some((_, name)) => wrong(0, &format!("\"{name}\" parameter is not specified")),
        None => Ok(()),
    }
}

/// `name:size` of a zone of sessions.
fn learn_zone(index: usize, text: &[u8]) -> Verdict {
    let Some(colon) = memchr::memchr(b':', text) else {
        return wrong(index, "zone size is not specified");
    };
    if colon == 0 {
        return wrong(index, "zone name is not specified");
    }
    match value::size(text.get(colon + 1..).unwrap_or(b"")) {
        None => wrong(index, "invalid zone size"),
        Some(..ZONE_MINIMUM) => wrong(index, "zone is too small"),
        Some(_) => Ok(()),
    }
}
