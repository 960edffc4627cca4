//! How many arguments an nginx directive takes.

use std::fmt;

/// The counts of arguments that a directive accepts, as nginx itself keeps them.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Arity(u16);

/// Bit `n` stands for exactly `n` arguments, for 0 to 7 of them.
const COUNTS: u16 = 0xFF;
const ONE_OR_MORE: u16 = 1 << 8;
const TWO_OR_MORE: u16 = 1 << 9;
const FLAG: u16 = 1 << 10;

impl Arity {
    /// One argument, which is `on` or `off`.
    pub const FLAG: Arity = Arity(FLAG | 1 << 1);
    /// At least one argument.
    pub const ONE_OR_MORE: Arity = Arity(ONE_OR_MORE);
    /// At least two arguments.
    pub const TWO_OR_MORE: Arity = Arity(TWO_OR_MORE);

    /// Bit `n` of `counts` allows exactly `n` arguments.
    pub(crate) const fn counts(counts: u8) -> Arity {
        Arity(counts as u16)
    }

    /// Whether `count` arguments are accepted.
    pub const fn allows(self, count: usize) -> bool {
        if self.0 & ONE_OR_MORE != 0 {
            return count >= 1;
        }
        if self.0 & TWO_OR_MORE != 0 {
            return count >= 2;
        }
        count < 8 && self.0 & COUNTS & 1 << count != 0
    }

    /// Whether the argument must be `on` or `off`.
    pub const fn is_flag(self) -> bool {
        self.0 & FLAG != 0
    }

    /// The least number of arguments.
    pub const fn minimum(self) -> usize {
        if self.0 & TWO_OR_MORE != 0 {
            2
        } else if self.0 & ONE_OR_MORE != 0 {
            1
        } else {
            (self.0 & COUNTS).trailing_zeros() as usize
        }
    }

    /// The largest number of arguments; none where there is no limit.
    pub const fn maximum(self) -> Option<usize> {
        let counts = self.0 & COUNTS;
        if self.0 & (ONE_OR_MORE | TWO_OR_MORE) != 0 || counts == 0 {
            return None;
        }
        Some(counts.ilog2() as usize)
    }
}

/// As in a sentence about arguments: `1`, `1 or 2`, `1, 2 or 3`, `at least 2`.
impl fmt::Display for Arity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some(maximum) = self.maximum() else { return write!(f, "at least {}", self.minimum()) };
        for count in (0..=maximum).filter(|count| self.allows(*count)) {
            let before = match count {
                _ if count == self.minimum() => "",
                _ if count == maximum => " or ",
                _ => ", ",
            };
            write!(f, "{before}{count}")?;
        }
        Ok(())
    }
}

impl fmt::Debug for Arity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}{}", if self.is_flag() { " (on or off)" } else { "" })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exact_counts_allow_nothing_else() {
        let arity = Arity::counts(0b1010);
        assert_eq!(
            [0, 1, 2, 3, 4, 8, 64, usize::MAX].map(|count| arity.allows(count)),
            [false, true, false, true, false, false, false, false]
        );
        assert_eq!((arity.minimum(), arity.maximum()), (1, Some(3)));
    }

    #[test]
    fn open_counts_have_no_maximum() {
        assert!(!Arity::TWO_OR_MORE.allows(1) && Arity::TWO_OR_MORE.allows(2000));
        assert_eq!((Arity::ONE_OR_MORE.minimum(), Arity::ONE_OR_MORE.maximum()), (1, None));
    }

    #[test]
    fn counts_read_as_in_a_sentence() {
        let shown = [0b1, 0b10, 0b110, 0b1110].map(|counts| Arity::counts(counts).to_string());
        assert_eq!(shown, ["0", "1", "1 or 2", "1, 2 or 3"]);
        assert_eq!(Arity::TWO_OR_MORE.to_string(), "at least 2");
        assert_eq!(Arity::FLAG.to_string(), "1");
    }
}
