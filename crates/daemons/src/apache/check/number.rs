//! Numbers as the C library reads them: what stands in front counts, the rest is left over.
//!
//! In: a word. Out: a number; a word that begins with none is zero. Numbers that are too large are cut to the largest
//! one, and then to 32 bits where httpd keeps no more.

/// What `strtol` makes of a word.
pub(super) struct Parsed<'t> {
    pub(super) value: i64,
    /// What follows the number; the whole word where there is none.
    pub(super) rest: &'t [u8],
    pub(super) overflow: bool,
}

/// Reads a decimal number.
pub(super) fn strtol(text: &[u8]) -> Parsed<'_> {
    let is_space = |byte: &u8| matches!(byte, b' ' | b'\t' | b'\n' | 0x0b | 0x0c | b'\r');
    let start = text.iter().position(|byte| !is_space(byte)).unwrap_or(text.len());
    let signed = text.get(start..).unwrap_or(b"");
    let (negative, digits) = match signed {
        [b'-', rest @ ..] => (true, rest),
        [b'+', rest @ ..] => (false, rest),
        rest => (false, rest),
    };
    let count = digits.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let (digits, rest) = digits.split_at(count);
    let mut value: i64 = 0;
    let mut overflow = false;
    for digit in digits {
        let digit = i64::from(digit - b'0');
        let next = value
            .checked_mul(10)
            .and_then(|value| if negative { value.checked_sub(digit) } else { value.checked_add(digit) });
        match next {
            Some(next) if !overflow => value = next,
            _ => {
                overflow = true;
                value = if negative { i64::MIN } else { i64::MAX };
            }
        }
    }
    Parsed { value, rest: if count == 0 { text } else { rest }, overflow }
}

/// `atoi`: the number cut to 32 bits.
pub(super) fn atoi(text: &[u8]) -> i32 {
    strtol(text).value as i32
}

/// `atol`.
pub(super) fn atol(text: &[u8]) -> i64 {
    strtol(text).value
}

/// `atof`, as far as range checks need it; none where it may be no plain decimal number.
pub(super) fn atof(text: &[u8]) -> Option<f64> {
    let text = text.trim_ascii_start();
    let plain = text.iter().take_while(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b'-' | b'+'));
    let number = text.get(..plain.count())?;
    match text.get(number.len()) {
        Some(b'e' | b'E' | b'x' | b'X' | b'i' | b'I' | b'n' | b'N') => return None,
        _ if number.is_empty() => return Some(0.0),
        _ => {}
    }
    std::str::from_utf8(number).ok()?.parse().ok()
}

/// A duration in microseconds: a number and a unit (`s`, `h`, `ms`, `mi`); none for what httpd calls a wrong format.
pub(super) fn duration(text: &[u8], default_unit: &[u8]) -> Option<i64> {
    let number = strtol(text);
    let unit = if number.rest.is_empty() { default_unit } else { number.rest };
    if number.overflow || number.value < 0 {
        return None;
    }
    let factor: i64 = match unit {
        [b's', ..] => 1_000_000,
        [b'h', ..] => 3_600_000_000,
        [b'm', b's', ..] => 1_000,
        [b'm', b'i', ..] => 60_000_000,
        _ => return None,
    };
    number.value.checked_mul(factor)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_as_the_c_library_reads_them() {
        assert_eq!(atoi(b"12abc"), 12);
        assert_eq!(atoi(b"abc"), 0);
        assert_eq!(atoi(b" -7"), -7);
        assert_eq!(atoi(b"99999999999999999999"), -1);
        assert_eq!(atoi(b"4294967296"), 0);
        assert_eq!(atol(b"-99999999999999999999"), i64::MIN);
        assert_eq!(strtol(b"-").rest, b"-");
        assert_eq!(strtol(b"10M").rest, b"M");
    }

    #[test]
    fn durations() {
        assert_eq!(duration(b"5", b"s"), Some(5_000_000));
        assert_eq!(duration(b"5", b"ms"), Some(5_000));
        assert_eq!(duration(b"2mi", b"s"), Some(120_000_000));
        for wrong in [b"abc".as_slice(), b"5m", b"-1", b"5 d", b"9223372036854775807h"] {
            assert_eq!(duration(wrong, b"s"), None);
        }
    }

    #[test]
    fn fractions() {
        assert_eq!(atof(b"2.5"), Some(2.5));
        assert_eq!(atof(b"abc"), Some(0.0));
        assert_eq!(atof(b"1e3"), None);
    }
}
