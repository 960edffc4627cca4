//! TLS: caches of sessions and of OCSP answers.

use fpmlint_catalog::nginx::Directive;

use super::limit::ZONE_MINIMUM;
use super::said::{Verdict, invalid, invalid_parameter, show};
use super::slot::word;
use super::value;
use crate::nginx::judge::Words;

/// `ssl_session_cache`.
pub(super) fn session_cache(words: &Words<'_>) -> Verdict {
    for (index, text) in words.iter().enumerate() {
        let valid = match &text[..] {
            b"off" | b"none" | b"builtin" => true,
            text => match text.strip_prefix(b"builtin:") {
                Some(number) => value::number(number).is_some(),
                None => shared(index, text, "session cache")?,
            },
        };
        if !valid {
            return invalid(index, format!("invalid session cache \"{}\"", show(text)));
        }
    }
    Ok(())
}

/// `ssl_certificate_cache` and its relatives.
pub(super) fn certificate_cache(row: &Directive, words: &Words<'_>) -> Verdict {
    let (mut max, mut off) = (false, false);
    for (index, text) in words.iter().enumerate() {
        let valid = if let Some(text) = text.strip_prefix(b"max=") {
            max = value::number(text).is_some_and(|max| max > 0);
            max
        } else if let Some(text) = text.strip_prefix(b"inactive=").or(text.strip_prefix(b"valid=")) {
            value::seconds(text).is_some()
        } else {
            off |= &text[..] == b"off";
            &text[..] == b"off"
        };
        if !valid {
            return invalid_parameter(index, text);
        }
    }
    if !off && !max {
        return invalid(0, format!("\"{}\" must have the \"max\" parameter", row.name));
    }
    Ok(())
}

/// `ssl_ocsp_cache`.
pub(super) fn ocsp_cache(words: &Words<'_>) -> Verdict {
    let text = word(words, 0);
    if text == b"off" || shared(0, text, "OCSP cache")? {
        return Ok(());
    }
    invalid(0, format!("invalid OCSP cache \"{}\"", show(text)))
}

/// `shared:name:size`.
fn shared(index: usize, text: &[u8], what: &str) -> Verdict<bool> {
    let Some(setting) = text.strip_prefix(b"shared:") else { return Ok(false) };
    let size = memchr::memchr(b':', setting).filter(|colon| *colon > 0);
    let Some(size) = size.and_then(|colon| setting.get(colon + 1..)).and_then(value::size) else {
        return Ok(false);
    };
    if size < ZONE_MINIMUM {
        return invalid(index, format!("{what} \"{}\" is too small", show(text)));
    }
    Ok(true)
}
