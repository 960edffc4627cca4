//! Where requests are passed on to, and with what.

use fpmlint_catalog::nginx::{DirectiveId, id};

use super::address::{self, Form, Target, Url};
use super::said::{Verdict, invalid, invalid_parameter, said, show};
use super::script;
use super::slot::word;
use crate::nginx::judge::{Judge, Words};
use crate::nginx::summary::{What, order};
use crate::{Part, RefusalKind};

/// The form of `proxy_pass` behind its scheme.
pub(in crate::nginx) const PROXY: Form = Form { listen: false, uri_part: true, default_port: 80 };

/// `fastcgi_pass` and `scgi_pass`.
pub(super) fn fastcgi(judge: &mut Judge<'_>, id: DirectiveId, words: &Words<'_>) -> Verdict {
    let text = word(words, 0);
    if script::has_variables(text) {
        return judge.value(0, text);
    }
    backend(judge, id, text, Form::default())
}

/// `memcached_pass`.
pub(super) fn memcached(judge: &mut Judge<'_>, id: DirectiveId, words: &Words<'_>) -> Verdict {
    backend(judge, id, word(words, 0), Form::default())?;
    // The key is in a variable that the configuration must set.
    judge.uses(0, b"memcached_key");
    Ok(())
}

/// `uwsgi_pass`.
pub(super) fn uwsgi(judge: &mut Judge<'_>, id: DirectiveId, words: &Words<'_>) -> Verdict {
    let text = word(words, 0);
    if script::has_variables(text) {
        return judge.value(0, text);
    }
    backend(judge, id, behind_scheme(text, &["uwsgi://", "suwsgi://"]).unwrap_or(text), Form::default())
}

/// `grpc_pass`.
pub(super) fn grpc(judge: &mut Judge<'_>, id: DirectiveId, words: &Words<'_>) -> Verdict {
    let text = word(words, 0);
    if script::has_variables(text) {
        return judge.value(0, text);
    }
    backend(judge, id, behind_scheme(text, &["grpc://", "grpcs://"]).unwrap_or(text), Form::default())
}

/// `proxy_pass`.
pub(super) fn proxy(judge: &mut Judge<'_>, id: DirectiveId, words: &Words<'_>) -> Verdict {
    let text = word(words, 0);
    if script::has_variables(text) {
        judge.note(What::Look(id));
        return judge.value(0, text);
    }
    match proxy_target(text) {
        Some((rest, port)) => backend(judge, id, rest, Form { default_port: port, ..PROXY }),
        None => invalid(0, "invalid URL prefix"),
    }
}

/// What follows the scheme of a `proxy_pass`, and the scheme's port.
pub(in crate::nginx) fn proxy_target(text: &[u8]) -> Option<(&[u8], u16)> {
    let http = behind_scheme(text, &["http://"]).map(|rest| (rest, 80));
    http.or_else(|| behind_scheme(text, &["https://"]).map(|rest| (rest, 443)))
}

/// Cuts the address of a `*_pass` other than `proxy_pass`.
pub(in crate::nginx) fn target<'t>(id: DirectiveId, text: &'t [u8]) -> Option<Url<'t>> {
    let (rest, form) = match id {
        id::PROXY_PASS => {
            let (rest, port) = proxy_target(text)?;
            (rest, Form { default_port: port, ..PROXY })
        }
        id::UWSGI_PASS => (behind_scheme(text, &["uwsgi://", "suwsgi://"]).unwrap_or(text), Form::default()),
        id::GRPC_PASS => (behind_scheme(text, &["grpc://", "grpcs://"]).unwrap_or(text), Form::default()),
        _ => (text, Form::default()),
    };
    address::parse(rest, form).ok()
}

fn behind_scheme<'t>(text: &'t [u8], schemes: &[&str]) -> Option<&'t [u8]> {
    schemes.iter().find_map(|scheme| {
        let start = text.get(..scheme.len())?;
        start.eq_ignore_ascii_case(scheme.as_bytes()).then(|| text.get(scheme.len()..).unwrap_or(b""))
    })
}

/// An address; what others say of it, and paths, are judged across files.
fn backend(judge: &mut Judge<'_>, id: DirectiveId, text: &[u8], form: Form) -> Verdict {
    match address::parse(text, form) {
        Err(words) => invalid(0, format!("{words} in upstream \"{}\"", show(text))),
        Ok(url) => {
            // A socket without a path concerns nobody else.
            if !matches!(url.target, Target::Unix(_)) || !url.uri.is_empty() {
                judge.note(What::Look(id));
            }
            Ok(())
        }
    }
}

/// `proxy_pass` of `stream`.
pub(super) fn stream(judge: &mut Judge<'_>, words: &Words<'_>) -> Verdict {
    let text = word(words, 0);
    if script::has_variables(text) {
        return judge.value(0, text);
    }
    match address::parse(text, Form::default()) {
        Err(words) => invalid(0, format!("{words} in upstream \"{}\"", show(text))),
        Ok(_) => Ok(()),
    }
}

/// `proxy_bind` and its relatives.
pub(super) fn bind(judge: &mut Judge<'_>, words: &Words<'_>) -> Verdict {
    let text = word(words, 0);
    if words.len() == 1 && text == b"off" {
        return Ok(());
    }
    judge.value(0, text)?;
    if !script::has_variables(text) && !is_address(text) {
        return invalid(0, format!("invalid address \"{}\"", show(text)));
    }
    match words.get(1) {
        Some(second) if &second[..] != b"transparent" => invalid_parameter(1, second),
        _ => Ok(()),
    }
}

/// An address with or without a port.
fn is_address(text: &[u8]) -> bool {
    match address::parse(text, Form::default()) {
        Ok(url) => matches!(url.target, Target::V4(_) | Target::V6(_)),
        Err(_) => address::ipv6(text).is_some(),
    }
}

/// `fastcgi_param` and its relatives. nginx reads the value when it merges levels.
pub(super) fn parameter(judge: &mut Judge<'_>, id: DirectiveId, words: &Words<'_>) -> Verdict {
    if let Some(third) = words.get(2)
        && &third[..] != b"if_not_empty"
    {
        return invalid_parameter(2, third);
    }
    let order = match id {
        id::UWSGI_PARAM => order::UWSGI,
        id::SCGI_PARAM => order::SCGI,
        _ => order::FASTCGI,
    };
    late_value(judge, order, 1, word(words, 1));
    Ok(())
}

/// `proxy_set_header` and other pairs.
pub(super) fn key_value(judge: &mut Judge<'_>, id: DirectiveId, words: &Words<'_>) -> Verdict {
    match id {
        id::PROXY_SET_HEADER => late_value(judge, order::PROXY, 1, word(words, 1)),
        id::GRPC_SET_HEADER => late_value(judge, order::GRPC, 1, word(words, 1)),
        _ => {}
    }
    Ok(())
}

/// `proxy_set_body`. nginx reads its variables when it merges levels.
pub(super) fn body(judge: &mut Judge<'_>, words: &Words<'_>) {
    late_value(judge, order::PROXY, 0, word(words, 0));
}

fn late_value(judge: &mut Judge<'_>, order: u16, arg: usize, text: &[u8]) {
    if let Err(said) = judge.value(arg, text) {
        judge.refuse_late(order, *said);
    }
}

/// `fastcgi_split_path_info`.
pub(super) fn split_path_info(judge: &mut Judge<'_>, words: &Words<'_>) -> Verdict {
    let pattern = word(words, 0);
    let groups = judge.plain_pattern(0, pattern, false)?;
    if groups.count.is_some_and(|count| count != 2) {
        let message = format!("pattern \"{}\" must have 2 captures", show(pattern));
        return said(RefusalKind::InvalidPattern, Part::Arg(0), message);
    }
    Ok(())
}

/// `proxy_redirect`.
pub(super) fn redirect(judge: &mut Judge<'_>, id: DirectiveId, words: &Words<'_>) -> Verdict {
    let first = word(words, 0);
    let off = words.len() == 1 && first == b"off";
    judge.note(What::OnceOff(id, off));
    match words {
        [_] if off => Ok(()),
        [_] if first == b"default" => {
            judge.note(What::Look(id));
            Ok(())
        }
        [_] => invalid_parameter(0, first),
        _ => substitution(judge, words, true),
    }
}

/// `proxy_cookie_domain` and `proxy_cookie_path`.
pub(super) fn cookie(judge: &mut Judge<'_>, id: DirectiveId, words: &Words<'_>) -> Verdict {
    let first = word(words, 0);
    let off = words.len() == 1 && first == b"off";
    judge.note(What::OnceOff(id, off));
    match words {
        [_] if off => Ok(()),
        [_] => invalid_parameter(0, first),
        _ => substitution(judge, words, id == id::PROXY_COOKIE_PATH),
    }
}

fn substitution(judge: &mut Judge<'_>, words: &Words<'_>, cases: bool) -> Verdict {
    match word(words, 0) {
        [b'~', b'*', pattern @ ..] if cases => judge.pattern(0, pattern, true).map(drop)?,
        [b'~', pattern @ ..] => judge.pattern(0, pattern, !cases).map(drop)?,
        text => judge.value(0, text)?,
    }
    judge.value(1, word(words, 1))
}

/// `proxy_cookie_flags`.
pub(super) fn cookie_flags(judge: &mut Judge<'_>, id: DirectiveId, words: &Words<'_>) -> Verdict {
    let first = word(words, 0);
    let off = words.len() == 1 && first == b"off";
    judge.note(What::OnceOff(id, off));
    if words.len() == 1 {
        return if off { Ok(()) } else { invalid_parameter(0, first) };
    }
    match first.strip_prefix(b"~") {
        Some(pattern) => judge.pattern(0, pattern, true).map(drop)?,
        None => judge.value(0, first)?,
    }
    words.iter().enumerate().skip(1).try_for_each(|(index, flag)| judge.value(index, flag))
}
