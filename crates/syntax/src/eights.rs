//! Eight bytes at once, in an integer: words are too short for searches that pay on long texts.
//!
//! In: bytes, the first one lowest. Out: the high bit of each byte that is meant. Bytes behind the first one that is
//! meant may be marked wrongly; the first one never is.

const ONES: u64 = u64::MAX / 255;
const HIGH_BITS: u64 = ONES * 128;

/// Eight times the same byte.
#[inline]
pub(crate) const fn each(byte: u8) -> u64 {
    ONES * byte as u64
}

/// The bytes below `limit`, which is at most 128.
#[inline]
pub(crate) const fn below(bytes: u64, limit: u8) -> u64 {
    bytes.wrapping_sub(each(limit)) & !bytes & HIGH_BITS
}

/// The bytes that are `byte`.
#[inline]
pub(crate) const fn equal(bytes: u64, byte: u8) -> u64 {
    below(bytes ^ each(byte), 1)
}

/// Whether a short text has a byte.
#[inline]
pub(crate) fn contains(text: &[u8], byte: u8) -> bool {
    let (eights, rest) = text.as_chunks::<8>();
    eights.iter().any(|eight| equal(u64::from_le_bytes(*eight), byte) != 0) || rest.contains(&byte)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_byte_is_found_wherever_it_stands() {
        for length in 0..30 {
            let mut text = vec![b'a'; length];
            assert!(!contains(&text, b'\\'));
            for at in 0..length {
                for other in [b'a', 0, b'[', b']', 0xdc, 0xff] {
                    text.fill(other);
                    assert!(!contains(&text, b'\\'));
                    text[at] = b'\\';
                    assert!(contains(&text, b'\\'));
                }
            }
        }
    }
}
