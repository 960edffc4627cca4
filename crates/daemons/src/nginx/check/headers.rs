//! Setters of what is done to responses: headers, expiry, character sets, filters, browsers.

use fpmlint_catalog::nginx::{Directive, id};

use super::said::{Verdict, directive, invalid, invalid_parameter, said, show};
use super::slot::word;
use super::{script, value};
use crate::nginx::judge::{Judge, Words};
use crate::nginx::summary::What;
use crate::{Part, RefusalKind};

/// `add_header` and `add_trailer`.
pub(super) fn add(judge: &mut Judge<'_>, words: &Words<'_>) -> Verdict {
    judge.value(1, word(words, 1))?;
    match words.get(2) {
        Some(third) if &third[..] != b"always" => invalid_parameter(2, third),
        _ => Ok(()),
    }
}

/// `expires`.
pub(super) fn expires(judge: &mut Judge<'_>, row: &Directive, words: &Words<'_>) -> Verdict {
    let modified = words.len() == 2;
    if modified && word(words, 0) != b"modified" {
        return directive(0, row.name, "invalid value");
    }
    let at = usize::from(modified);
    let text = word(words, at);
    judge.value(at, text)?;
    if script::has_variables(text) || !modified && matches!(text, b"epoch" | b"max" | b"off") {
        return Ok(());
    }
    let daily = text.first() == Some(&b'@');
    if daily && modified {
        let words = "daily time cannot be used with \"modified\" parameter";
        return directive(at, row.name, words);
    }
    let time = match text {
        [b'@' | b'+' | b'-', time @ ..] => time,
        time => time,
    };
    match value::seconds(time) {
        None => directive(at, row.name, "invalid value"),
        Some(86_401..) if daily => directive(at, row.name, "daily time value must be less than 24 hours"),
        Some(_) => Ok(()),
    }
}

/// `charset` and its relatives.
pub(super) fn charset(judge: &mut Judge<'_>, words: &Words<'_>) -> Verdict {
    match word(words, 0).strip_prefix(b"$") {
        Some(b"") => invalid(0, "invalid variable name \"$\""),
        Some(name) => {
            judge.uses(0, name);
            Ok(())
        }
        None => Ok(()),
    }
}

/// `gzip_disable`.
pub(super) fn gzip_disable(judge: &mut Judge<'_>, words: &Words<'_>) -> Verdict {
    for (index, text) in words.iter().enumerate() {
        if &text[..] != b"msie6" {
            judge.pattern(index, text, true)?;
        }
    }
    Ok(())
}

/// `sub_filter`.
pub(super) fn sub_filter(judge: &mut Judge<'_>, words: &Words<'_>) -> Verdict {
    if word(words, 0).is_empty() {
        return invalid(0, "empty search pattern");
    }
    judge.value(0, word(words, 0))?;
    judge.value(1, word(words, 1))
}

/// `http2_push`.
pub(super) fn http2_push(judge: &mut Judge<'_>, words: &Words<'_>) -> Verdict {
    if judge.build.is_from(1, 25, 1, true) {
        return Ok(());
    }
    if word(words, 0) == b"off" {
        judge.note(What::OnceOff(id::HTTP2_PUSH, true));
        return Ok(());
    }
    judge.value(0, word(words, 0))
}

/// `userid_expires`.
pub(super) fn userid_expires(row: &Directive, words: &Words<'_>) -> Verdict {
    let text = word(words, 0);
    if matches!(text, b"max" | b"off") || value::seconds(text).is_some() {
        return Ok(());
    }
    directive(0, row.name, "invalid value")
}

/// `userid_mark`.
pub(super) fn userid_mark(row: &Directive, words: &Words<'_>) -> Verdict {
    match word(words, 0) {
        b"off" | b"=" => Ok(()),
        [byte] if byte.is_ascii_alphanumeric() => Ok(()),
        _ => directive(0, row.name, "value must be \"off\" or a single letter, digit or \"=\""),
    }
}

/// `modern_browser`.
pub(super) fn modern_browser(words: &Words<'_>) -> Verdict {
    const NAMES: [&str; 5] = ["opera", "msie", "gecko", "safari", "konqueror"];
    let name = word(words, 0);
    if words.len() == 1 {
        // nginx refuses any other word without a message.
        return if name == b"unlisted" { Ok(()) } else { said(RefusalKind::InvalidValue, Part::Arg(0), "") };
    }
    if !NAMES.iter().any(|known| name.eq_ignore_ascii_case(known.as_bytes())) {
        return invalid(0, format!("unknown browser name \"{}\"", show(name)));
    }
    if !word(words, 1).iter().all(|byte| byte.is_ascii_digit() || *byte == b'.') {
        return invalid(1, format!("invalid browser version \"{}\"", show(word(words, 1))));
    }
    Ok(())
}
