//! What a finding is known by from one run to the next: rule, file and the place's name, never a line number.

use std::collections::HashMap;

use fpmlint_diagnostics::Diagnostic;

use crate::Sources;

/// The fingerprints of one report. Each is given once: of findings that are alike, the second gets another.
#[derive(Default)]
pub(crate) struct Fingerprints {
    given: HashMap<u128, u32>,
}

impl Fingerprints {
    /// The finding's fingerprint: 32 hexadecimal digits.
    pub fn next(&mut self, diagnostic: &Diagnostic, sources: &dyn Sources) -> String {
        let name = &sources.source(diagnostic.file).name;
        let place = sources.place(diagnostic.file, diagnostic.span);
        let parts = [diagnostic.rule.name, "\0", name, "\0", &place].map(str::as_bytes);
        let hash = parts.into_iter().fold(OFFSET, fnv);
        let count = self.given.entry(hash).or_default();
        *count += 1;
        let hash = if *count == 1 { hash } else { fnv(hash, &count.to_be_bytes()) };
        format!("{hash:032x}")
    }
}

/// Where FNV-1a with 128 bits starts. It must only be the same in every version and on every machine.
const OFFSET: u128 = 0x6c62_272e_07bb_0142_62b8_2175_6295_c58d;
const PRIME: u128 = 0x0100_0000_0000_0000_0000_013b;

fn fnv(hash: u128, bytes: &[u8]) -> u128 {
    bytes.iter().fold(hash, |hash, byte| (hash ^ u128::from(*byte)).wrapping_mul(PRIME))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hash_is_fnv_1a() {
        assert_eq!(format!("{:032x}", fnv(OFFSET, b"a")), "d228cb696f1a8caf78912b704e4a8964");
    }
}
