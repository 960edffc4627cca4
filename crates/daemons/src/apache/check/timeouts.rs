//! mod_reqtimeout, mod_remoteip, mod_userdir, mod_usertrack and other small modules.

use std::borrow::Cow;

use fpmlint_catalog::apache::id;

use super::number::strtol;
use super::{Checks, Line, List, address, around, count, first, is, one_of, starts, value};
use crate::Part;
use crate::apache::walk::Fault;

pub(super) const CHECKS: List = &[
    (id::REQUEST_READ_TIMEOUT, request_read_timeout),
    (id::REMOTE_IP_TRUSTED_PROXY, remote_ip),
    (id::REMOTE_IP_INTERNAL_PROXY, remote_ip),
    (id::REMOTE_IP_PROXY_PROTOCOL_EXCEPTIONS, remote_ip_exceptions),
    (id::USER_DIR, |_, line| match line.text(0).is_empty() {
        true => count("UserDir requires an argument."),
        false => None,
    }),
    (id::COOKIE_DOMAIN, cookie_domain),
    (id::COOKIE_STYLE, |_, line| {
        let text = line.text(0);
        let known =
            ["Netscape", "Cookie", "RFC2109", "Cookie2", "RFC2965"].iter().any(|known| is(&text, known));
        if known { None } else { first(around("Invalid CookieStyle keyword: '", &text, "'")) }
    }),
    (id::COOKIE_SAME_SITE, |_, line| {
        one_of(line, &["strict", "lax", "none"], "CookieSameSite accepts 'Strict', 'Lax', or 'None'")
    }),
    (id::COOKIE_EXPIRES, cookie_expires),
    (id::KEPT_BODY_SIZE, |_, line| {
        let text = line.text(0);
        let size = strtol(&text);
        let fits = size.rest.is_empty() && !size.overflow && size.value >= 0;
        if fits { None } else { first("KeptBodySize must be a valid size in bytes, or zero.") }
    }),
    (id::REGISTER_HTTP_METHOD, |checks, line| {
        checks.methods.extend(line.each().map(|word| word.text.as_ref().into()));
        None
    }),
];

fn request_read_timeout(_: &mut Checks, line: &Line<'_>) -> Option<Fault> {
    line.words().find_map(|word| {
        let Some(at) = memchr::memchr(b'=', &word.text) else {
            let words = "Invalid RequestReadTimeout parameter. Parameter must be in the form 'key=value'";
            return value(word.part, words);
        };
        let (key, given) = (word.text.get(..at)?, word.text.get(at + 1..)?);
        let wrong = wrong_stage(key, given)?;
        let words = [b"RequestReadTimeout: ", key, b"=", given, b": ", &*wrong].concat();
        value(word.part, words)
    })
}

/// `20-40,MinRate=500`.
fn wrong_stage(key: &[u8], given: &[u8]) -> Option<Vec<u8>> {
    if !["handshake", "header", "body"].iter().any(|known| is(key, known)) {
        return Some(b"Unknown RequestReadTimeout parameter".to_vec());
    }
    const RATE: &str = ",minrate=";
    let rate = (0..given.len()).find(|at| starts(given.get(*at..).unwrap_or(b""), RATE));
    let Some(rate) = rate else {
        if given.contains(&b'-') {
            return Some(b"Must set MinRate option if using timeout range".to_vec());
        }
        return whole(given).err();
    };
    match whole(given.get(rate + RATE.len()..).unwrap_or(b"")) {
        Err(wrong) => return Some(wrong),
        Ok(0) => return Some(b"Minimum data rate must be larger than 0".to_vec()),
        Ok(_) => {}
    }
    let range = given.get(..rate).unwrap_or(b"");
    let (initial, most) = match memchr::memchr(b'-', range) {
        Some(at) => (range.get(..at).unwrap_or(b""), range.get(at + 1..)),
        None => (range, None),
    };
    let most = match most.map(whole) {
        Some(Err(wrong)) => return Some(wrong),
        Some(Ok(most)) => most,
        None => 0,
    };
    match whole(initial) {
        Err(wrong) => Some(wrong),
        Ok(initial) if most != 0 && initial >= most => {
            Some(b"Maximum timeout must be larger than initial timeout".to_vec())
        }
        Ok(_) => None,
    }
}

fn whole(text: &[u8]) -> Result<i32, Vec<u8>> {
    let number = strtol(text);
    if number.rest.len() == text.len() {
        return Err(around("Value '", text, "' not numerical"));
    }
    if !number.rest.is_empty() {
        return Err(around("Cannot parse '", number.rest, "'"));
    }
    let value = number.value as i32;
    if value < 0 { Err(b"Value must be non-negative".to_vec()) } else { Ok(value) }
}

/// Names are looked up in DNS, which is not known here.
fn remote_ip(_: &mut Checks, line: &Line<'_>) -> Option<Fault> {
    line.each().find_map(|word| {
        let (network, mask) = address::split_mask(Cow::Borrowed(&word.text));
        let name = line.name();
        if !address::looks_like_ip(&network) {
            let mask = mask?;
            let words =
                [b"RemoteIP: Error parsing IP ", &*word.text, b" the subnet /", &*mask, b" is invalid for "];
            return value(word.part, [&words.concat(), name.as_bytes()].concat());
        }
        let wrong = address::subnet(&network, mask.as_deref()).err()?;
        let behind = format!(" ({} error) for {name}", wrong.words());
        value(word.part, around("RemoteIP: Error parsing IP ", &word.text, &behind))
    })
}

fn remote_ip_exceptions(_: &mut Checks, line: &Line<'_>) -> Option<Fault> {
    if line.word(0).is_none() {
        return count(format!("{} requires an argument", line.name()));
    }
    line.words().find_map(|word| {
        let (network, mask) = address::split_mask(Cow::Borrowed(&word.text));
        let wrong = address::subnet(&network, mask.as_deref()).err()?;
        let behind = match wrong {
            address::NoNetwork::OtherText => "' appears to be invalid".to_owned(),
            other => format!("' appears to be invalid: {}", other.words()),
        };
        value(word.part, around("ip address '", &network, &behind))
    })
}

fn cookie_domain(_: &mut Checks, line: &Line<'_>) -> Option<Fault> {
    match line.text(0).as_ref() {
        [b'.', rest @ ..] if rest.contains(&b'.') => None,
        [b'.', ..] => first("CookieDomain values must contain at least one embedded dot"),
        [] => first("CookieDomain values may not be null"),
        _ => first("CookieDomain values must begin with a dot"),
    }
}

/// A number of seconds, or `plus 1 week`.
fn cookie_expires(_: &mut Checks, line: &Line<'_>) -> Option<Fault> {
    let text = line.text(0);
    let ends_in_digits =
        text.first().is_some_and(u8::is_ascii_digit) && text.last().is_some_and(u8::is_ascii_digit);
    if ends_in_digits {
        return None;
    }
    let mut words = fpmlint_syntax::httpd::split_words(&text).map(|(_, word)| word).peekable();
    words.next_if(|word| starts(word, "p"));
    while let Some(number) = words.next().filter(|word| !word.is_empty()) {
        if !number.first().is_some_and(u8::is_ascii_digit) {
            return first("bad expires code, numeric value expected.");
        }
        let Some(unit) = words.next().filter(|word| !word.is_empty()) else {
            return value(Part::Arg(0), "bad expires code, missing <type>");
        };
        if !["y", "mo", "w", "d", "h", "mi", "s"].iter().any(|known| starts(&unit, known)) {
            return first("bad expires code, unrecognized type");
        }
    }
    None
}
