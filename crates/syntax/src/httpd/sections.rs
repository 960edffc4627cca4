//! The open sections of a file, found by name in constant time.

use std::collections::HashMap;

/// Names of the open sections, outermost first, ASCII letters in lower case.
#[derive(Default)]
pub(super) struct Sections {
    ids: HashMap<Box<[u8]>, usize>,
    /// For each name, how many sections of it are open.
    counts: Vec<usize>,
    open: Vec<usize>,
    lowered: Vec<u8>,
}

impl Sections {
    pub(super) fn push(&mut self, name: &[u8]) {
        self.lower(name);
        let id = match self.ids.get(self.lowered.as_slice()) {
            Some(id) => *id,
            None => {
                let id = self.counts.len();
                self.ids.insert(self.lowered.as_slice().into(), id);
                self.counts.push(0);
                id
            }
        };
        if let Some(count) = self.counts.get_mut(id) {
            *count += 1;
        }
        self.open.push(id);
    }

    pub(super) fn pop(&mut self) {
        let Some(id) = self.open.pop() else { return };
        if let Some(count) = self.counts.get_mut(id) {
            *count -= 1;
        }
    }

    /// How many sections must be closed before the innermost one of that name is reached; none if none is open.
    pub(super) fn find(&mut self, name: &[u8]) -> Option<usize> {
        self.lower(name);
        let id = *self.ids.get(self.lowered.as_slice())?;
        if self.counts.get(id).is_none_or(|count| *count == 0) {
            return None;
        }
        self.open.iter().rev().position(|open| *open == id)
    }

    fn lower(&mut self, name: &[u8]) {
        self.lowered.clear();
        self.lowered.extend(name.iter().map(u8::to_ascii_lowercase));
    }
}
