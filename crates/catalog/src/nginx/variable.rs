//! The variables that nginx brings along.

use crate::generated::nginx_variables::{NAMES, VARIABLES};
use crate::names::ignoring_case;
use crate::version::{Removed, Since, Version, present};

/// A built-in variable.
#[derive(Clone, Copy, Debug)]
pub struct Variable {
    /// Its name without the dollar; for a family of variables the beginning that they share.
    pub name: &'static str,
    /// Where it exists.
    pub scope: VariableScope,
    /// Whether the name is only the beginning, as `http_` is of `$http_host`.
    pub prefix: bool,
    /// The module that brings it.
    pub module: &'static str,
    /// Whether a directive such as `map` or `geo` may define it anew; none when not known.
    pub changeable: Option<bool>,
    /// Whether its value is computed at each use; none when not known.
    pub nocacheable: Option<bool>,
    /// Whether `set` gives it a meaning of its own, as `$args` has; none when not known.
    pub settable: Option<bool>,
    /// The first release that has it.
    pub since: Since,
    /// The first release that has it no longer.
    pub removed: Removed,
}

/// The part of the configuration in which a variable exists.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum VariableScope {
    /// In `http`.
    Http,
    /// In `stream`.
    Stream,
    /// In `log_format` of `http` only.
    LogFormat,
}

impl Variable {
    /// Whether a release has the variable; none when that is not known.
    pub fn is_in(&self, version: Version) -> Option<bool> {
        present(self.since, self.removed, version)
    }
}

/// The row that the generated rows differ from.
pub(crate) const BLANK_VARIABLE: Variable = Variable {
    name: "",
    scope: VariableScope::Http,
    prefix: false,
    module: "",
    changeable: None,
    nocacheable: None,
    settable: None,
    since: Since::Unknown,
    removed: Removed::Never,
};

/// No beginning of a family has more bytes.
const LONGEST_BEGINNING: usize = 24;

/// All rows, sorted by name.
pub fn variables() -> &'static [Variable] {
    &VARIABLES
}

/// The variable of this name, without the dollar, in a scope. nginx lowers the case of names, so case does not
/// count. A name of its own goes before a family, a longer beginning before a shorter one.
pub fn find_variable(name: &[u8], scope: VariableScope) -> Option<&'static Variable> {
    let exact = find_row(name, scope, false);
    exact.or_else(|| {
        // The beginnings of families all end in an underscore, and the longest is short.
        let ends = (1..=name.len().min(LONGEST_BEGINNING)).rev();
        let beginnings = ends.filter_map(|end| name.get(..end)).filter(|beginning| beginning.ends_with(b"_"));
        beginnings.into_iter().find_map(|beginning| find_row(beginning, scope, true))
    })
}

fn find_row(name: &[u8], scope: VariableScope, prefix: bool) -> Option<&'static Variable> {
    let number = NAMES.find(name, ignoring_case)?;
    NAMES.rows(number, &VARIABLES).iter().find(|row| row.scope == scope && row.prefix == prefix)
}
