//! `access.format`: the daemon tries it once when it tests the configuration.
//!
//! In: the format and the version. Out: the warning with which the daemon refuses it.

use fpmlint_catalog::Version;

/// What the daemon says to a format; none where it takes it.
pub(crate) fn refuse(format: &[u8], version: Option<Version>) -> Option<String> {
    let mut modifier: &[u8] = b"";
    let mut bytes = format.iter().copied().enumerate();
    let mut in_token = false;
    while let Some((at, byte)) = bytes.next() {
        if !in_token {
            in_token = byte == b'%';
            modifier = b"";
            continue;
        }
        if byte == b'{' {
            let rest = format.get(at + 1..).unwrap_or(b"");
            let Some(length) = memchr::memchr(b'}', rest) else {
                return Some("missing closing embrace in the access.format".to_owned());
            };
            modifier = rest.get(..length.min(128)).unwrap_or(b"");
            if length > 0 {
                bytes.nth(length - 1);
            }
            bytes.next();
            continue;
        }
        in_token = false;
        if let Some(fault) = refuse_token(byte, modifier, version) {
            return Some(fault);
        }
    }
    None
}

fn refuse_token(token: u8, modifier: &[u8], version: Option<Version>) -> Option<String> {
    let shown = char::from(token);
    let text = String::from_utf8_lossy(modifier);
    let allowed = |words: &[&str]| {
        modifier.is_empty() || words.iter().any(|word| modifier.eq_ignore_ascii_case(word.as_bytes()))
    };
    let old = version.is_some_and(|version| version.major < 8);
    let (milli, milliseconds) = if old { ("mili", "miliseconds") } else { ("milli", "milliseconds") };
    let words = match token {
        b'C' if !allowed(&["total", "user", "system"]) => "'total', 'user' or 'system'".to_owned(),
        // The misspelt words of PHP 7 are still taken.
        b'd' if !allowed(&[
            "seconds",
            milli,
            milliseconds,
            "mili",
            "miliseconds",
            "micro",
            "microseconds",
        ]) =>
        {
            format!("'seconds', '{milli}', '{milliseconds}', 'micro' or 'microseconds'")
        }
        b'M' if !allowed(&["bytes", "kilo", "kilobytes", "mega", "megabytes"]) => {
            "'bytes', 'kilo', 'kilobytes', 'mega' or 'megabytes'".to_owned()
        }
        b'e' if modifier.is_empty() => {
            return Some(
                "the name of the environment variable must be set between embraces for %e".to_owned(),
            );
        }
        b'o' if modifier.is_empty() => {
            return Some("the name of the header must be set between embraces for %o".to_owned());
        }
        b'C' | b'd' | b'M' | b'e' | b'o' | b't' | b'T' => return None,
        b'%' | b'f' | b'l' | b'm' | b'n' | b'p' | b'P' | b'q' | b'Q' | b'r' | b'R' | b's' | b'u' => {
            return (!modifier.is_empty()).then(|| format!("embrace is not allowed for modifier %{shown}"));
        }
        _ => return Some(format!("Invalid token in the access.format (%{shown})")),
    };
    Some(format!("only {words} are allowed as a modifier for %{shown} ('{text}')"))
}
