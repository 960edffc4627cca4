//! The directives of Apache httpd: those of its own modules, and those of modules that others package.
//!
//! In: names as they stand in a file, a section with its `<`. Out: an id for each name and the rows filed under
//! it, one for each module that knows the name. Apache does not tell case apart. No name is in both tables, so
//! one range of ids serves them: httpd's own come first.

mod contexts;
mod directive;

/// The id of each name: `SetHandler` is `SET_HANDLER`, the section `<Directory>` is `SECTION_DIRECTORY`.
pub mod id {
    pub use crate::generated::apache::id::*;
    pub use crate::generated::apache_thirdparty::id::*;
}

pub use contexts::{AllowOverride, Contexts, DocumentedContexts, Overrides};
pub use directive::{ArgsHow, Directive, Htaccess, Status};

pub(crate) use directive::BLANK;

use crate::generated::{apache, apache_thirdparty};
use crate::names::{Names, ignoring_case};
use crate::nearest::nearest_ranked;
use std::fmt;

/// The name of a directive or section. Numbers are not stable between releases of fpmlint.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DirectiveId(pub(crate) u16);

impl DirectiveId {
    /// Its number, for tables by directive: from 0, without large gaps.
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

/// The table that an id belongs to, its number there, and the table's rows.
fn place(id: DirectiveId) -> (&'static Names, u16, &'static [Directive]) {
    match id.0.checked_sub(apache_thirdparty::FIRST_ID) {
        Some(number) => (&apache_thirdparty::NAMES, number, &apache_thirdparty::DIRECTIVES),
        None => (&apache::NAMES, id.0, &apache::DIRECTIVES),
    }
}

/// The directive of this name, or the section if the name begins with `<`; case does not count.
#[inline]
pub fn find(name: &[u8]) -> Option<DirectiveId> {
    if let Some(number) = apache::NAMES.find(name, ignoring_case) {
        return Some(DirectiveId(number));
    }
    let number = apache_thirdparty::NAMES.find(name, ignoring_case)?;
    Some(DirectiveId(apache_thirdparty::FIRST_ID + number))
}

/// The section of this name, which is given without its `<`; case does not count.
pub fn find_section(name: &[u8]) -> Option<DirectiveId> {
    let mut buffer = [b'<'; LONGEST_SECTION];
    let rest = buffer.get_mut(1..=name.len())?;
    rest.copy_from_slice(name);
    find(buffer.get(..=name.len())?)
}

/// No section has a longer name, the `<` included.
const LONGEST_SECTION: usize = 32;

/// The name as the documentation writes it; that of a section begins with `<`.
pub fn name(id: DirectiveId) -> &'static str {
    let (names, number, _) = place(id);
    names.text(number)
}

/// The rows of a directive: one for each module that defines it. The modules of one directive exclude each
/// other (such as the three process models), or their rows do not differ in what matters.
pub fn entries(id: DirectiveId) -> &'static [Directive] {
    let (names, number, rows) = place(id);
    names.rows(number, rows)
}

/// How common a directive is in main configuration files: 1 for the name that most of the looked-at projects
/// use; none when none does.
pub fn rank(id: DirectiveId) -> Option<u16> {
    let (names, number, _) = place(id);
    names.rank(number)
}

/// How common a directive is in `.htaccess` files, counted as by [`rank`].
pub fn htaccess_rank(id: DirectiveId) -> Option<u16> {
    apache::HTACCESS_RANKS.iter().find(|(number, _)| *number == id.0).map(|(_, rank)| *rank)
}

/// All rows of httpd's own modules, sorted by name.
pub fn directives() -> &'static [Directive] {
    &apache::DIRECTIVES
}

/// All rows of modules that others package, sorted by name.
pub fn third_party() -> &'static [Directive] {
    &apache_thirdparty::DIRECTIVES
}

/// The ids of all names: httpd's own in alphabetical order, then the others.
pub fn ids() -> impl Iterator<Item = DirectiveId> {
    let others = apache_thirdparty::NAMES.numbers().map(|number| apache_thirdparty::FIRST_ID + number);
    apache::NAMES.numbers().chain(others).map(DirectiveId)
}

/// All names, in the order of [`ids`].
pub fn names() -> impl Iterator<Item = &'static str> {
    ids().map(name)
}

/// The identifiers of httpd's own modules that define directives, such as `rewrite_module`. Where it is a C
/// file instead, the directive is of a release or platform that was not run.
pub fn modules() -> &'static [&'static str] {
    &apache::MODULES
}

/// The names under which packages load the modules of others, such as `fcgid`.
pub fn third_party_modules() -> &'static [&'static str] {
    &apache_thirdparty::LOAD_NAMES
}

/// The directive that was probably meant by `word`, a section if it begins with `<`; the more common among
/// equals. Directives that no current release accepts are not suggested.
pub fn suggest(word: &str) -> Option<&'static str> {
    let section = word.starts_with('<');
    let usable =
        ids().filter(|id| entries(*id).iter().any(|row| row.container == section && row.is_usable()));
    nearest_ranked(word, usable.map(|id| (name(id), rank(id))))
}

#[cfg(test)]
mod tests;
