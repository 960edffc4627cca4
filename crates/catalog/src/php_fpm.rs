//! The directives of php-fpm.
//!
//! In: names as they stand in a file, without the `[key]` of an array. Out: an id for each name and the rows
//! filed under it, one for `[global]` and one for pools where they differ. php-fpm does not tell case apart,
//! except in `include` and in the names of arrays (`env`, `php_value`, `access.suppress_path` ...).

mod directive;

pub use crate::generated::php_fpm::id;
pub use directive::{Directive, Scope, ValueType};

pub(crate) use directive::BLANK;

use crate::generated::php_fpm::{DIRECTIVES, NAMES};
use crate::names::ignoring_case;
use crate::nearest::nearest_ranked;
use std::fmt;

/// The name of a directive. Numbers are not stable between releases of fpmlint.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DirectiveId(pub(crate) u16);

impl fmt::Debug for DirectiveId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(name(*self))
    }
}

/// A set of directives that is asked faster than a list of settings is searched.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct DirectiveSet(u128);

impl DirectiveSet {
    /// Adds a directive.
    #[inline]
    pub fn insert(&mut self, id: DirectiveId) {
        self.0 |= DirectiveSet::bit(id);
    }

    /// Whether the directive was added.
    #[inline]
    pub fn contains(self, id: DirectiveId) -> bool {
        self.0 & DirectiveSet::bit(id) != 0
    }

    const fn bit(id: DirectiveId) -> u128 {
        1 << (id.0 % 128)
    }
}

// Two directives never share a bit.
const _: () = assert!(NAMES.names.len() <= 128);

/// The directive of this name. Whether it is an array is for the caller to compare: `env = x` is no directive.
#[inline]
pub fn find(word: &[u8]) -> Option<DirectiveId> {
    let id = DirectiveId(NAMES.find(word, ignoring_case)?);
    let exact = || entries(id).iter().any(|row| row.value.is_case_sensitive());
    (name(id).as_bytes() == word || !exact()).then_some(id)
}

/// The name of a directive, without the `[key]` of an array.
pub fn name(id: DirectiveId) -> &'static str {
    NAMES.text(id.0)
}

/// The rows of a directive: one, or one for `[global]` and one for pools.
pub fn entries(id: DirectiveId) -> &'static [Directive] {
    NAMES.rows(id.0, &DIRECTIVES)
}

/// The row of a directive that holds in `[global]` or in a pool, if it is known there.
pub fn entry(id: DirectiveId, scope: Scope) -> Option<&'static Directive> {
    entries(id).iter().find(|row| row.scope == scope || row.scope == Scope::Both)
}

/// How common a directive is: 1 for the name that most of the looked-at projects use; none when none does.
pub fn rank(id: DirectiveId) -> Option<u16> {
    NAMES.rank(id.0)
}

/// All rows, sorted by name.
pub fn directives() -> &'static [Directive] {
    &DIRECTIVES
}

/// The ids of all names, in alphabetical order.
pub fn ids() -> impl Iterator<Item = DirectiveId> {
    NAMES.numbers().map(DirectiveId)
}

/// All names, in alphabetical order.
pub fn names() -> impl Iterator<Item = &'static str> {
    ids().map(name)
}

/// The directive that was probably meant by `word` (without a `[key]`), the more common among equals.
pub fn suggest(word: &str) -> Option<&'static str> {
    nearest_ranked(word, ids().map(|id| (name(id), rank(id))))
}

#[cfg(test)]
mod tests;
