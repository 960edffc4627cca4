//! The open sections of a file, found by name in constant time.

use std::collections::HashMap;

/// The open sections, outermost first.
#[derive(Default)]
pub(super) struct Sections {
    /// Their names one after the other, ASCII letters in lower case.
    names: Vec<u8>,
    /// Where the name of each begins.
    open: Vec<usize>,
    /// For each name how many of the first `counted` sections have it. Nearly every closing tag names the innermost
    /// section, so that sections are counted only when one does not.
    counts: HashMap<Box<[u8]>, usize>,
    counted: usize,
}

impl Sections {
    /// With room for those that most files have open at once.
    pub(super) fn new() -> Sections {
        Sections { names: Vec::with_capacity(64), open: Vec::with_capacity(8), ..Sections::default() }
    }

    pub(super) fn push(&mut self, name: &[u8]) {
        self.open.push(self.names.len());
        self.names.extend(name.iter().map(u8::to_ascii_lowercase));
    }

    /// The name of the innermost one, in lower case.
    pub(super) fn innermost(&self) -> Option<&[u8]> {
        let start = *self.open.last()?;
        self.names.get(start..)
    }

    pub(super) fn pop(&mut self) {
        let Some(last) = self.open.len().checked_sub(1) else { return };
        if last < self.counted {
            if let Some(count) = self.counts.get_mut(name(&self.names, &self.open, last)) {
                *count -= 1;
            }
            self.counted = last;
        }
        self.names.truncate(self.open.pop().unwrap_or(0));
    }

    /// How many sections must be closed before the innermost one of that name is reached; none if none is open.
    pub(super) fn find(&mut self, wanted: &[u8]) -> Option<usize> {
        let last = self.open.len().checked_sub(1)?;
        if name(&self.names, &self.open, last).eq_ignore_ascii_case(wanted) {
            return Some(0);
        }
        for number in self.counted..self.open.len() {
            let name = name(&self.names, &self.open, number);
            match self.counts.get_mut(name) {
                Some(count) => *count += 1,
                None => {
                    self.counts.insert(name.into(), 1);
                }
            }
        }
        self.counted = self.open.len();
        let wanted = wanted.to_ascii_lowercase();
        if self.counts.get(wanted.as_slice()).is_none_or(|count| *count == 0) {
            return None;
        }
        (0..self.open.len())
            .rev()
            .position(|number| name(&self.names, &self.open, number) == wanted.as_slice())
    }
}

/// The name of the open section of this number.
fn name<'n>(names: &'n [u8], open: &[usize], number: usize) -> &'n [u8] {
    let start = open.get(number).copied().unwrap_or(names.len());
    let end = open.get(number + 1).copied().unwrap_or(names.len());
    names.get(start..end).unwrap_or(b"")
}
