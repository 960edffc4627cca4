//! TLS: caches of sessions and of OCSP answers.

use super::limit::ZONE_MINIMUM;
use super::said::{Verdict, invalid, show};
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
