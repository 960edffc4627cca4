//! The hash under which names are filed.
//!
//! In: a name. Out: 64 bits, of which a table uses the upper ones. Letters of either case hash alike, so that
//! one index serves tables that tell case apart and tables that do not. The generator of the tables compiles
//! this very file, therefore the two sides cannot drift apart; it may use nothing but `core`.

/// Sets the bit in which the two cases of an ASCII letter differ, in eight bytes at once.
const FOLD: u64 = 0x2020_2020_2020_2020;

/// An odd number without pattern: the fraction of the golden ratio.
const MULTIPLIER: u64 = 0x9E37_79B9_7F4A_7C15;

/// The slot of an index where no name stands.
pub(crate) const EMPTY: u16 = u16::MAX;

/// The hash of `name`.
pub(crate) fn hash(name: &[u8]) -> u64 {
    let (words, rest) = name.as_chunks::<8>();
    let mut state = (name.len() as u64).wrapping_mul(MULTIPLIER);
    for word in words {
        state = mix(state, u64::from_le_bytes(*word));
    }
    let tail = rest.iter().fold(0, |tail, byte| tail << 8 | u64::from(*byte));
    mix(state, tail)
}

fn mix(state: u64, word: u64) -> u64 {
    let product = (state ^ (word | FOLD)).wrapping_mul(MULTIPLIER);
    product ^ product >> 29
}

/// The slot of an index of `slots` slots, a power of two above one, at which the search for `name` starts.
pub(crate) fn first_slot(name: &[u8], slots: usize) -> usize {
    let spread = hash(name).wrapping_mul(MULTIPLIER);
    (spread >> (64 - slots.trailing_zeros())) as usize
}
