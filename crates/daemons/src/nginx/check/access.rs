//! `allow`, `deny`, trusted addresses and referers.

use super::address::network;
use super::said::{Verdict, invalid, invalid_parameter, show};
use super::slot::word;
use crate::nginx::judge::{Judge, Words};

/// `allow` and `deny`.
pub(super) fn rule(words: &Words<'_>) -> Verdict {
    let text = word(words, 0);
    if matches!(text, b"all" | b"unix:") || network(text).is_some() {
        return Ok(());
    }
    invalid_parameter(0, text)
}

/// `set_real_ip_from` and `debug_connection`: a network, or a name that is looked up.
pub(super) fn connection(words: &Words<'_>) -> Verdict {
    let text = word(words, 0);
    // A slash is in no name, so that the look-up fails everywhere.
    if text.contains(&b'/') && network(text).is_none() {
        return invalid(0, format!("host not found in set_real_ip_from \"{}\"", show(text)));
    }
    Ok(())
}

/// `valid_referers`.
pub(super) fn valid_referers(judge: &mut Judge<'_>, words: &Words<'_>) -> Verdict {
    for (index, text) in words.iter().enumerate() {
        match &text[..] {
            b"" => return invalid(index, "invalid referer \"\""),
            b"none" | b"blocked" | b"server_names" => {}
            b"~" => return invalid(index, "empty regex in \"~\""),
            [b'~', pattern @ ..] => {
                judge.pattern(index, pattern, true)?;
            }
            name => {
                let host = name.split(|byte| *byte == b'/').next().unwrap_or(name);
                if !is_hash_key(host) {
                    let words = format!("invalid hostname or wildcard \"{}\"", show(host));
                    return invalid(index, words);
                }
            }
        }
    }
    Ok(())
}

/// Whether nginx takes a name into a hash with wildcards: `.name`, `*.name`, `name.*`, no other star, no two dots.
pub(in crate::nginx) fn is_hash_key(name: &[u8]) -> bool {
    let stars = name.iter().filter(|byte| **byte == b'*').count();
    if stars > 1 || name.windows(2).any(|pair| pair == b"..") || name.contains(&0) {
        return false;
    }
    if name.first() == Some(&b'.') && name.len() > 1 {
        // Behind a leading dot nginx looks no further.
        return true;
    }
    if stars == 1 {
        let head = name.starts_with(b"*.") && name.len() > 2;
        let tail = name.ends_with(b".*") && name.len() > 2;
        return head || tail;
    }
    true
}
