//! The directives of php.ini.
//!
//! In: names as they stand in a file. Out: an id for each name and its row. PHP tells case apart. Names that
//! are not here may belong to an extension: nobody knows them all.

mod directive;

pub use crate::generated::php_ini::id;
pub use directive::{Changeable, Default, DefaultChange, Directive, Origin, ValueType};

pub(crate) use directive::BLANK;

use crate::generated::php_ini::{DIRECTIVES, NAMES};
use crate::names::exactly;
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

/// The directive of this name, case told apart.
#[inline]
pub fn find(name: &[u8]) -> Option<DirectiveId> {
    NAMES.find(name, exactly).map(DirectiveId)
}

/// The name of a directive.
pub fn name(id: DirectiveId) -> &'static str {
    NAMES.text(id.0)
}

/// The row of a directive.
pub fn entry(id: DirectiveId) -> &'static Directive {
    NAMES.rows(id.0, &DIRECTIVES).first().unwrap_or(&BLANK)
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

/// The directive that was probably meant by `word`, the more common among equals.
pub fn suggest(word: &str) -> Option<&'static str> {
    nearest_ranked(word, ids().map(|id| (name(id), rank(id))))
}

#[cfg(test)]
mod tests;
