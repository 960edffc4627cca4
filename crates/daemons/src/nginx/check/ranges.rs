//! The ranges of a `geo` block, as nginx keeps them.
//!
//! In: ranges of IPv4 addresses in their order. Out: the earlier range that a new one overlaps without lying in it.
//! Invariants: nginx keeps the ranges of each 65,536 addresses apart, cut at the edges of later ones that lie in them;
//! past a fixed amount of work nothing is kept and nothing found.

use rustc_hash::FxHashMap;

/// Pieces that are looked at for one block; a range of all addresses has 65,536.
const MAX_PIECES: u32 = 1 << 20;

/// What has been said so far.
#[derive(Debug, Default)]
pub(super) struct Ranges {
    /// By the upper half of the address, the lower halves from where to where, in order.
    pieces: FxHashMap<u16, Vec<(u16, u16)>>,
    looked_at: u32,
}

impl Ranges {
    /// Adds a range; gives the piece of an earlier one that nginx would say it overlaps.
    pub(super) fn add(&mut self, first: u32, last: u32) -> Option<(u32, u32)> {
        self.each(first, last, |kept, start, end| {
            let after = kept.partition_point(|(from, _)| *from <= end);
            let Some(at) = after.checked_sub(1) else {
                kept.insert(0, (start, end));
                return None;
            };
            let (from, to) = kept.get(at).copied()?;
            if start > to {
                kept.insert(after, (start, end));
            } else if (start, end) != (from, to) {
                if start < from || end > to {
                    return Some((from, to));
                }
                if start == from && end < to {
                    kept.splice(at..=at, [(start, end), (end + 1, to)]);
                } else if start > from && end == to {
                    kept.splice(at..=at, [(from, start - 1), (start, end)]);
                } else {
                    kept.splice(at..=at, [(from, start - 1), (start, end), (end + 1, to)]);
                }
            }
            None
        })
    }

    /// Takes out the pieces that are exactly the range's.
    pub(super) fn delete(&mut self, first: u32, last: u32) {
        self.each(first, last, |kept, start, end| {
            kept.retain(|piece| *piece != (start, end));
            None
        });
    }

    fn each(
        &mut self,
        first: u32,
        last: u32,
        mut visit: impl FnMut(&mut Vec<(u16, u16)>, u16, u16) -> Option<(u16, u16)>,
    ) -> Option<(u32, u32)> {
        let halves = |address: u32| ((address >> 16) as u16, address as u16);
        let ((first_high, first_low), (last_high, last_low)) = (halves(first), halves(last));
        for high in first_high..=last_high {
            self.looked_at = self.looked_at.saturating_add(1);
            if self.looked_at > MAX_PIECES {
                return None;
            }
            let start = if high == first_high { first_low } else { 0 };
            let end = if high == last_high { last_low } else { u16::MAX };
            if let Some((from, to)) = visit(self.pieces.entry(high).or_default(), start, end) {
                let whole = |low: u16| u32::from(high) << 16 | u32::from(low);
                return Some((whole(from), whole(to)));
            }
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_may_lie_in_each_other_and_not_across() {
        let mut ranges = Ranges::default();
        for (first, last, overlapped) in [
            (10, 20, None),
            (30, 40, None),
            (5, 9, None),
            (10, 20, None),
            (12, 14, None),
            (10, 11, None),
            (18, 20, None),
            (19, 25, Some((18, 20))),
            (0, 7, Some((5, 9))),
            (0x0001_fff0, 0x0003_0005, None),
            (0x0002_0000, 0x0002_ffff, None),
            (0x0003_0004, 0x0003_0009, Some((0x0003_0000, 0x0003_0005))),
        ] {
            assert_eq!(ranges.add(first, last), overlapped, "{first}-{last}");
        }
        ranges.delete(30, 40);
        assert_eq!(ranges.add(35, 50), None);
        for _ in 0..=MAX_PIECES / 0x1000 {
            assert_eq!(ranges.add(0x1000_0000, 0x1fff_ffff), None);
        }
        assert_eq!(ranges.add(35, 60), None);
    }
}
