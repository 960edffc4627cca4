//! Numbers as C and PHP read them from text.
//!
//! In: bytes. Out: numbers; nothing here fails, as the daemons take what they can read and go on.

/// C's `atoi` on a 64-bit machine: blanks, a sign, digits; what follows is ignored. The number is read with
/// 64 bits, clamped there, and then cut to 32.
pub fn atoi(text: &[u8]) -> i32 {
    strtol(text) as i32
}

/// C's `strtol` in base 10 with 64 bits, clamped.
pub fn strtol(text: &[u8]) -> i64 {
    let start = text.iter().position(|byte| !is_space(*byte)).unwrap_or(text.len());
    let text = text.get(start..).unwrap_or(b"");
    let (negative, digits) = match text.split_first() {
        Some((b'-', rest)) => (true, rest),
        Some((b'+', rest)) => (false, rest),
        _ => (false, text),
    };
    let mut number: i64 = 0;
    for digit in digits.iter().take_while(|byte| byte.is_ascii_digit()) {
        let digit = i64::from(digit - b'0');
        let digit = if negative { -digit } else { digit };
        let limit = if negative { i64::MIN } else { i64::MAX };
        number = number.checked_mul(10).and_then(|number| number.checked_add(digit)).unwrap_or(limit);
    }
    number
}

/// What C's `isspace` takes for white space.
pub(crate) fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\n' | b'\r' | 0x0b | 0x0c)
}

/// How a quantity such as `128M` reads.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Quantity {
    /// The number, in bytes where the directive counts bytes.
    pub value: i64,
    /// Whether the text is a well-formed quantity: digits and at most one of `K`, `M`, `G` at its end. PHP
    /// 8.2 and later warn where it is not; all versions go on with `value`.
    pub valid: bool,
}

/// A php.ini quantity: digits (`0x`, `0o`, `0b` and octal `0` are known) and a multiplier, which is the last
/// character alone, whatever stands before it: `128MB` is 128.
pub fn quantity(text: &[u8]) -> Quantity {
    let text = text.trim_ascii();
    let Some((last, _)) = text.split_last() else { return Quantity { value: 0, valid: true } };
    let (number, used) = leading_integer(text);
    let shift = match last.to_ascii_lowercase() {
        b'k' => 10,
        b'm' => 20,
        b'g' => 30,
        _ => 0,
    };
    let rest = text.get(used..).unwrap_or(b"");
    let valid = used > 0 && (rest.is_empty() || (shift > 0 && rest.trim_ascii().len() == 1));
    Quantity { value: number.wrapping_shl(shift), valid }
}

/// The integer at the start of `text` in the base that its prefix names, and how many bytes it takes (0:
/// none).
fn leading_integer(text: &[u8]) -> (i64, usize) {
    let sign = usize::from(matches!(text.first(), Some(b'-' | b'+')));
    let unsigned = text.get(sign..).unwrap_or(b"");
    let (base, prefix) = match unsigned {
        [b'0', b'x' | b'X', ..] => (16, 2),
        [b'0', b'o' | b'O', ..] => (8, 2),
        [b'0', b'b' | b'B', ..] => (2, 2),
        [b'0', ..] => (8, 0),
        _ => (10, 0),
    };
    let digits = unsigned.get(prefix..).unwrap_or(b"");
    let mut number: i64 = 0;
    let mut used = 0;
    for byte in digits {
        let Some(digit) = char::from(*byte).to_digit(base) else { break };
        number = number.saturating_mul(i64::from(base)).saturating_add(i64::from(digit));
        used += 1;
    }
    if used == 0 {
        return (0, 0);
    }
    let negative = text.first() == Some(&b'-');
    (if negative { -number } else { number }, sign + prefix + used)
}

/// A php.ini boolean: `on`, `yes` and `true` in any case, or a number that is not 0. What the scanner has
/// already turned into `1` or nothing reads the same.
pub fn boolean(text: &[u8]) -> bool {
    [&b"on"[..], b"yes", b"true"].iter().any(|word| text.eq_ignore_ascii_case(word)) || atoi(text) != 0
}

#[cfg(test)]
mod tests;
