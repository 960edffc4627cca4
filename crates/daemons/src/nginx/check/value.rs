//! Numbers, sizes and times as nginx reads them.
//!
//! In: the bytes of a word. Out: the value, or none where nginx finds it invalid. Invariant: no value is larger than
//! nginx's own signed 64-bit integers.

const MAX: u64 = i64::MAX as u64;

/// Decimal digits and nothing else.
pub(in crate::nginx) fn number(text: &[u8]) -> Option<u64> {
    if text.is_empty() {
        return None;
    }
    text.iter().try_fold(0u64, |value, byte| {
        let digit = u64::from(byte.is_ascii_digit().then(|| byte - b'0')?);
        value.checked_mul(10)?.checked_add(digit).filter(|value| *value <= MAX)
    })
}

/// Digits, `.` and at most `point` further digits, without the point.
pub(in crate::nginx) fn fixed_point(text: &[u8], point: usize) -> Option<u64> {
    if text.is_empty() {
        return None;
    }
    let (mut value, mut left, mut dot) = (0u64, point, false);
    for byte in text {
        if left == 0 {
            return None;
        }
        match byte {
            b'.' if dot => return None,
            b'.' => dot = true,
            b'0'..=b'9' => {
                value = value.checked_mul(10)?.checked_add(u64::from(byte - b'0'))?;
                left -= usize::from(dot);
            }
            _ => return None,
        }
    }
    (0..left).try_fold(value, |value, _| value.checked_mul(10)).filter(|value| *value <= MAX)
}

/// A number of bytes with `k` or `m`.
pub(in crate::nginx) fn size(text: &[u8]) -> Option<u64> {
    scaled(text, false)
}

/// A number of bytes with `k`, `m` or `g`.
pub fn offset(text: &[u8]) -> Option<u64> {
    scaled(text, true)
}

fn scaled(text: &[u8], giga: bool) -> Option<u64> {
    let (last, digits) = text.split_last()?;
    let scale = match last {
        b'k' | b'K' => 1 << 10,
        b'm' | b'M' => 1 << 20,
        b'g' | b'G' if giga => 1 << 30,
        _ => return number(text),
    };
    number(digits)?.checked_mul(scale).filter(|value| *value <= MAX)
}

/// A time in seconds.
pub(in crate::nginx) fn seconds(text: &[u8]) -> Option<u64> {
    time(text, true)
}

/// A time in milliseconds.
pub fn milliseconds(text: &[u8]) -> Option<u64> {
    time(text, false)
}

/// Units must come from the largest to the smallest, each once; a bare number is seconds.
fn time(text: &[u8], in_seconds: bool) -> Option<u64> {
    const YEAR: u8 = 1;
    const MONTH: u8 = 2;
    const SECOND: u8 = 7;
    const MILLISECOND: u8 = 8;
    const LAST: u8 = 9;
    let mut step = if in_seconds { 0 } else { MONTH };
    let (mut total, mut value, mut valid) = (0u64, 0u64, false);
    let mut at = 0;
    while let Some(&byte) = text.get(at) {
        at += 1;
        if byte.is_ascii_digit() {
            value = value.checked_mul(10)?.checked_add(u64::from(byte - b'0')).filter(|it| *it <= MAX)?;
            valid = true;
            continue;
        }
        let (reached, scale) = match byte {
            b'y' if step == 0 => (YEAR, 31_536_000),
            b'M' if step < MONTH => (MONTH, 2_592_000),
            b'w' if step < 3 => (3, 604_800),
            b'd' if step < 4 => (4, 86_400),
            b'h' if step < 5 => (5, 3600),
            b'm' if text.get(at) == Some(&b's') => {
                if in_seconds || step >= MILLISECOND {
                    return None;
                }
                at += 1;
                (MILLISECOND, 1)
            }
            b'm' if step < 6 => (6, 60),
            b's' if step < SECOND => (SECOND, 1),
            b' ' if step < SECOND => (LAST, 1),
            _ => return None,
        };
        step = reached;
        let scale = if reached != MILLISECOND && !in_seconds { scale * 1000 } else { scale };
        total = value.checked_mul(scale)?.checked_add(total).filter(|it| *it <= MAX)?;
        value = 0;
        while text.get(at) == Some(&b' ') {
            at += 1;
        }
    }
    if !valid {
        return None;
    }
    let rest = if in_seconds { value } else { value.checked_mul(1000)? };
    total.checked_add(rest).filter(|it| *it <= MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_have_one_unit() {
        assert_eq!(size(b"8k"), Some(8192));
        assert_eq!(size(b"1M"), Some(1 << 20));
        assert_eq!(offset(b"1g"), Some(1 << 30));
        for text in ["", "k", "1g", "1.5m", "-1", "1 m", "8kb", "9999999999999999999"] {
            assert_eq!(size(text.as_bytes()), None, "{text}");
        }
    }

    #[test]
    fn times_go_from_large_to_small() {
        assert_eq!(milliseconds(b"60"), Some(60_000));
        assert_eq!(milliseconds(b"1h 30m"), Some(5_400_000));
        assert_eq!(milliseconds(b"500ms"), Some(500));
        assert_eq!(seconds(b"1y2M"), Some(31_536_000 + 2 * 2_592_000));
        assert_eq!(seconds(b"5 "), Some(5));
        for text in ["", "s1h", "1s1m", "1.5s", "1m1m", "x"] {
            assert_eq!(milliseconds(text.as_bytes()), None, "{text}");
        }
        assert_eq!(milliseconds(b"1y"), None);
        assert_eq!(seconds(b"5ms"), None);
    }

    #[test]
    fn fixed_points() {
        assert_eq!(fixed_point(b"0.5", 2), Some(50));
        assert_eq!(fixed_point(b"12", 2), Some(1200));
        assert_eq!(fixed_point(b"1.255", 2), None);
    }
}
