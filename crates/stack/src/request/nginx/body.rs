//! `client_max_body_size`: what is refused before anything else in a location.

use fpmlint_catalog::nginx::id;
use fpmlint_daemons::Part;
use fpmlint_daemons::nginx::ScopeId;

use super::Walk;
use crate::request::{Outcome, StepKind};

/// What nginx takes where nothing is said.
const DEFAULT_LIMIT: u64 = 1024 * 1024;

impl Walk<'_> {
    /// The refusal of a body that is larger than the location takes.
    pub(super) fn body(&mut self, location: ScopeId) -> Option<Outcome> {
        let size = self.request.body_size?;
        let item = self.config.effective(location, &[id::CLIENT_MAX_BODY_SIZE]);
        let limit = match item {
            None => DEFAULT_LIMIT,
            Some(item) => bytes(&self.config.arg_text(item.at, 0))?,
        };
        if limit == 0 || size <= limit {
            return None;
        }
        self.step(item.map(|item| item.at), Part::Head, StepKind::Refused);
        let reason = format!("a body of {size} bytes is larger than client_max_body_size ({limit})");
        Some(Outcome::Error { status: 413, reason })
    }
}

/// A number of bytes with `k`, `m` or `g` behind it.
fn bytes(text: &[u8]) -> Option<u64> {
    let (digits, unit) = match text.split_last()? {
        (b'k' | b'K', digits) => (digits, 1 << 10),
        (b'm' | b'M', digits) => (digits, 1 << 20),
        (b'g' | b'G', digits) => (digits, 1 << 30),
        _ => (text, 1),
    };
    std::str::from_utf8(digits).ok()?.parse::<u64>().ok()?.checked_mul(unit)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_and_their_units() {
        assert_eq!(bytes(b"10"), Some(10));
        assert_eq!(bytes(b"2k"), Some(2048));
        assert_eq!(bytes(b"1M"), Some(1_048_576));
        assert_eq!(bytes(b"1g"), Some(1_073_741_824));
        assert_eq!(bytes(b"m"), None);
        assert_eq!(bytes(b"99999999999999g"), None);
    }
}
