//! `upstream` and what stands in it.

use fpmlint_catalog::nginx::{Directive, id};

use super::address::{self, Form};
use super::limit::ZONE_MINIMUM;
use super::said::{Verdict, invalid, invalid_parameter, said, show};
use super::slot::word;
use super::value;
use crate::nginx::Context;
use crate::nginx::judge::{Judge, Words};
use crate::nginx::summary::What;
use crate::{Part, RefusalKind};

/// `server` in an upstream.
pub(super) fn server(judge: &mut Judge<'_>, words: &Words<'_>) -> Verdict {
    judge.note(What::Look(id::SERVER));
    let positive = |text: &[u8]| value::number(text).is_some_and(|number| number != 0);
    let stream = judge.here == Context::StreamUpstream;
    for (index, text) in words.iter().enumerate().skip(1) {
        let valid = if let Some(weight) = text.strip_prefix(b"weight=") {
            positive(weight)
        } else if let Some(count) = text.strip_prefix(b"max_conns=").or(text.strip_prefix(b"max_fails=")) {
            value::number(count).is_some()
        } else if let Some(time) = text.strip_prefix(b"fail_timeout=") {
            value::seconds(time).is_some()
        } else if matches!(&text[..], b"backup" | b"down") {
            true
        } else if &text[..] == b"resolve" || text.starts_with(b"service=") {
            judge.build.is_from(1, 27, 3, true)
        } else if &text[..] == b"drain" || text.starts_with(b"route=") {
            !stream && judge.build.is_from(1, 29, 6, true)
        } else {
            false
        };
        if !valid {
            return invalid_parameter(index, text);
        }
    }
    let text = word(words, 0);
    let form = Form { default_port: if stream { 0 } else { 80 }, ..Form::default() };
    match address::parse_known(text, form) {
        Err(words) => invalid(0, format!("{words} in upstream \"{}\"", show(text))),
        Ok(url) if stream && url.no_port => invalid(0, format!("no port in upstream \"{}\"", show(text))),
        Ok(_) => Ok(()),
    }
}

/// `keepalive`.
pub(super) fn keepalive(judge: &Judge<'_>, row: &Directive, words: &Words<'_>) -> Verdict {
    if words.len() > 1 && !judge.build.is_from(1, 29, 7, true) {
        let message = format!("invalid number of arguments in \"{}\" directive", row.name);
        return said(RefusalKind::WrongArgumentCount, Part::Head, message);
    }
    let text = word(words, 0);
    if value::number(text).is_none_or(|number| number == 0) && !judge.build.is_from(1, 29, 7, false) {
        return invalid(0, format!("invalid value \"{}\" in \"{}\" directive", show(text), row.name));
    }
    match words.get(1) {
        Some(second) if &second[..] != b"local" => invalid_parameter(1, second),
        _ => Ok(()),
    }
}

/// `hash`.
pub(super) fn hash(judge: &mut Judge<'_>, words: &Words<'_>) -> Verdict {
    judge.value(0, word(words, 0))?;
    judge.note(What::Look(id::HASH));
    match words.get(1) {
        Some(second) if &second[..] != b"consistent" => invalid_parameter(1, second),
        _ => Ok(()),
    }
}

/// `random`.
pub(super) fn random(judge: &mut Judge<'_>, words: &Words<'_>) -> Verdict {
    judge.note(What::Look(id::HASH));
    for (index, text) in words.iter().enumerate() {
        let valid = if index == 0 { &text[..] == b"two" } else { text.starts_with(b"least_") };
        if !valid || text.contains(&b'=') && !judge.build.is_from(1, 31, 0, true) {
            return invalid_parameter(index, text);
        }
    }
    Ok(())
}

/// `zone`.
pub(super) fn zone(words: &Words<'_>) -> Verdict {
    if word(words, 0).is_empty() {
        return invalid(0, "invalid zone name \"\"");
    }
    let Some(text) = words.get(1) else { return Ok(()) };
    match value::size(text) {
        None => invalid(1, format!("invalid zone size \"{}\"", show(text))),
        Some(..ZONE_MINIMUM) => invalid(1, format!("zone \"{}\" is too small", show(word(words, 0)))),
        Some(_) => Ok(()),
    }
}
