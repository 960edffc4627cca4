//! The directives and variables of nginx.
//!
//! In: names as they stand in a file. Out: an id for each name and the rows filed under it, one for each module
//! and group of contexts that knows the name. nginx tells case apart.

mod arity;
mod contexts;
mod directive;
mod value;
mod variable;

pub use crate::generated::nginx::id;
pub use arity::Arity;
pub use contexts::Contexts;
pub use directive::{Change, Directive, Duplicates, ModuleKind, Uses};
pub use value::ValueType;
pub use variable::{Variable, VariableScope, find_variable, variables};

pub(crate) use directive::BLANK;
pub(crate) use variable::BLANK_VARIABLE;

use crate::generated::nginx::{DIRECTIVES, MODULES, NAMES};
use crate::names::exactly;
use crate::nearest::nearest_ranked;
use std::fmt;

/// The name of a directive. Numbers are not stable between releases of fpmlint.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DirectiveId(pub(crate) u16);

impl DirectiveId {
    /// Its place among all names in alphabetical order.
    #[inline]
    pub fn index(self) -> usize {
        usize::from(self.0)
    }
}

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

/// The rows of a directive: one for each module that defines it. At most one of them fits a context.
pub fn entries(id: DirectiveId) -> &'static [Directive] {
    NAMES.rows(id.0, &DIRECTIVES)
}

/// The row of a directive that holds in a context, if it is allowed there at all.
pub fn entry(id: DirectiveId, context: Contexts) -> Option<&'static Directive> {
    entries(id).iter().find(|row| row.contexts.intersects(context))
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

/// The modules that define directives, in alphabetical order.
pub fn modules() -> &'static [&'static str] {
    &MODULES
}

/// The directive that was probably meant by `word`, the more common among equals.
pub fn suggest(word: &str) -> Option<&'static str> {
    nearest_ranked(word, ids().map(|id| (name(id), rank(id))))
}

#[cfg(test)]
mod tests;
