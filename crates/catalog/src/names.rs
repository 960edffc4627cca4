//! A table of names, and the search in it.
//!
//! In: the bytes of a word. Out: the number of the name, if there is one. Invariants, kept by the generator:
//! names are sorted without regard to case and stand once each, the index is open addressed with a power of
//! two of slots, at most half of which are taken.

use crate::hash::{EMPTY, first_slot};

/// A name and the rows that are filed under it.
pub(crate) struct Name {
    pub text: &'static str,
    /// The first of its rows.
    pub row: u16,
    /// How many rows it has; they follow each other.
    pub rows: u16,
    /// Where it stands when names are ordered by how often real files use them; none when none does.
    pub rank: Option<u16>,
}

/// Names with their index.
pub(crate) struct Names {
    pub names: &'static [Name],
    pub index: &'static [u16],
}

/// Whether two names of equal hash are the same.
pub(crate) type Same = fn(&[u8], &[u8]) -> bool;

/// Two names are the same when their bytes are.
pub(crate) fn exactly(left: &[u8], right: &[u8]) -> bool {
    left == right
}

/// Two names are the same when they differ in nothing but the case of ASCII letters.
pub(crate) fn ignoring_case(left: &[u8], right: &[u8]) -> bool {
    // Nearly all are written as the documentation has them.
    left == right || left.eq_ignore_ascii_case(right)
}

impl Names {
    /// The number of `name`, by the given measure of sameness.
    #[inline]
    pub(crate) fn find(&self, name: &[u8], same: Same) -> Option<u16> {
        let mask = self.index.len().wrapping_sub(1);
        let mut slot = first_slot(name, self.index.len());
        loop {
            let number = *self.index.get(slot)?;
            if number == EMPTY {
                return None;
            }
            if same(self.text(number).as_bytes(), name) {
                return Some(number);
            }
            slot = (slot + 1) & mask;
        }
    }

    /// The name with this number; empty for a number that no lookup returned.
    pub(crate) fn text(&self, number: u16) -> &'static str {
        self.names.get(usize::from(number)).map_or("", |name| name.text)
    }

    /// The rank of the name with this number.
    pub(crate) fn rank(&self, number: u16) -> Option<u16> {
        self.names.get(usize::from(number)).and_then(|name| name.rank)
    }

    /// The rows of the name with this number.
    pub(crate) fn rows<R>(&self, number: u16, table: &'static [R]) -> &'static [R] {
        let Some(name) = self.names.get(usize::from(number)) else { return &[] };
        let first = usize::from(name.row);
        table.get(first..first + usize::from(name.rows)).unwrap_or(&[])
    }

    /// The numbers of all names, in alphabetical order.
    pub(crate) fn numbers(&self) -> std::ops::Range<u16> {
        0..u16::try_from(self.names.len()).unwrap_or(EMPTY)
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::generated::nginx_variables;
    use std::collections::BTreeSet;

    /// Every name is found as itself and under no misspelling, and the names are in order.
    pub(crate) fn assert_all_found(table: &Names, same: Same) {
        let folded = |text: &str| text.to_ascii_lowercase();
        let known: BTreeSet<String> = table.names.iter().map(|name| folded(name.text)).collect();
        assert_eq!(known.len(), table.names.len());
        assert!(table.names.is_sorted_by_key(|name| folded(name.text)));
        assert!(table.index.len().is_power_of_two() && table.index.len() >= 2 * table.names.len());
        for number in table.numbers() {
            let text = table.text(number);
            assert_eq!(table.find(text.as_bytes(), same), Some(number), "{text}");
            for wrong in [
                format!("{text}x"),
                format!("_{text}"),
                text.chars().skip(1).collect(),
                text.replace('e', "3"),
            ] {
                if !known.contains(&folded(&wrong)) {
                    assert_eq!(table.find(wrong.as_bytes(), same), None, "{wrong}");
                }
            }
        }
    }

    /// Every row is filed under its own name.
    pub(crate) fn assert_all_filed<R>(table: &Names, rows: &'static [R], name: fn(&R) -> &'static str) {
        let mut filed = 0;
        for number in table.numbers() {
            let of_name = table.rows(number, rows);
            assert!(!of_name.is_empty() && of_name.iter().all(|row| name(row) == table.text(number)));
            filed += of_name.len();
        }
        assert_eq!(filed, rows.len());
    }

    #[test]
    fn hostile_words_are_not_found() {
        for word in [b"".as_slice(), b"\0", b"\xff\xff\xff\xff\xff\xff\xff\xff", &[b'a'; 1 << 16]] {
            assert_eq!(nginx_variables::NAMES.find(word, ignoring_case), None);
        }
    }

    #[test]
    fn a_number_that_no_lookup_returned_has_no_name_and_no_rows() {
        let table = &nginx_variables::NAMES;
        assert_eq!(table.text(u16::MAX), "");
        assert!(table.rows(u16::MAX, &nginx_variables::VARIABLES).is_empty());
    }
}
