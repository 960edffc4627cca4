//! Which directives stand in a unit, so that a rule about a rare one need not pass over the others.

use fpmlint_catalog::nginx::DirectiveId;

/// Words of 64 directives each.
const WORDS: usize = 16;

/// A set of directives.
#[derive(Clone, Copy, Default, Debug)]
pub(super) struct Mentions([u64; WORDS]);

impl Mentions {
    #[inline]
    pub(super) fn add(&mut self, directive: DirectiveId) {
        let index = directive.index();
        if let Some(word) = self.0.get_mut(index / 64) {
            *word |= 1 << (index % 64);
        }
    }

    #[inline]
    pub(super) fn has(&self, directive: DirectiveId) -> bool {
        let index = directive.index();
        self.0.get(index / 64).is_some_and(|word| word >> (index % 64) & 1 == 1)
    }
}

#[cfg(test)]
mod tests {
    use fpmlint_catalog::nginx::ids;

    use super::Mentions;

    #[test]
    fn every_directive_has_room_of_its_own() {
        let mut mentions = Mentions::default();
        for id in ids() {
            assert!(!mentions.has(id));
            mentions.add(id);
            assert!(mentions.has(id));
        }
    }
}
