//! `Define`, `-D` and `${…}`.
//!
//! In: names and values in reading order, logical lines. Out: lines with their variables put in. As in httpd the
//! names of `${…}` know no case while `<IfDefine>` does, a value is not expanded again, and what nobody defined
//! stays as it is.

use std::cell::Cell;

use rustc_hash::FxHashMap;

use super::environment::Environment;
use super::statement::StatementId;
use crate::Place;

/// Bytes that a line may grow to by its variables.
const MAX_LINE: usize = 64 * 1024;

/// Bytes that all variables together may bring in.
const MAX_EXPANDED: usize = 64 * 1024 * 1024;

/// A `Define` that was obeyed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Define {
    /// Its place.
    pub place: Place,
    /// The name.
    pub name: Box<[u8]>,
    /// The value, if it has one.
    pub value: Option<Box<[u8]>>,
    /// Whether httpd obeys it for sure.
    pub certain: bool,
}

/// A use of a variable that nothing defines at that point; httpd leaves it as it is and warns.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Undefined {
    /// The statement.
    pub place: Place,
    /// The name between the braces.
    pub name: Box<[u8]>,
    /// Whether it follows from what was read that nothing defines it.
    pub certain: bool,
}

/// A use of a variable outside of the section in which a `Define` set it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct OutlivedSection {
    /// Index into [`super::Config::defines`].
    pub define: usize,
    /// The section around the `Define`.
    pub section: Place,
    /// The statement that uses the variable, which the section no longer holds.
    pub used: Place,
}

/// The names that are set at a point of the reading.
#[derive(Debug)]
pub(super) struct Variables<'a> {
    environment: &'a Environment,
    /// Names as `<IfDefine>` sees them, and whether they are set for sure.
    names: FxHashMap<Box<[u8]>, bool>,
    /// Values by name in lower case.
    values: FxHashMap<Box<[u8]>, Box<[u8]>>,
    /// The names that a `Define` in a section set: the section and the number of the `Define`.
    homes: FxHashMap<Box<[u8]>, Home>,
    /// Bytes of values that were put in.
    spent: Cell<usize>,
}

/// Where a name was set.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Home {
    pub(super) section: StatementId,
    /// Index into [`super::Config::defines`].
    pub(super) define: usize,
}

impl<'a> Variables<'a> {
    pub(super) fn new(environment: &'a Environment, defines: &[Vec<u8>]) -> Variables<'a> {
        let names = defines.iter().map(|name| (name.as_slice().into(), true)).collect();
        Variables {
            environment,
            names,
            values: FxHashMap::default(),
            homes: FxHashMap::default(),
            spent: Cell::new(0),
        }
    }

    /// `home` is the section around the `Define`.
    pub(super) fn define(&mut self, name: &[u8], value: Option<&[u8]>, home: Option<Home>, certain: bool) {
        match home {
            Some(home) => drop(self.homes.insert(name.to_ascii_lowercase().into(), home)),
            None if self.homes.is_empty() => {}
            None => drop(self.homes.remove(name.to_ascii_lowercase().as_slice())),
        }
        let known = self.names.entry(name.into()).or_insert(certain);
        *known |= certain;
        if let Some(value) = value {
            self.values.insert(name.to_ascii_lowercase().into(), value.into());
        }
    }

    /// Without certainty the name stays, but is no longer set for sure.
    pub(super) fn undefine(&mut self, name: &[u8], certain: bool) {
        if certain {
            self.names.remove(name);
            self.values.remove(name.to_ascii_lowercase().as_slice());
        } else if let Some(known) = self.names.get_mut(name) {
            *known = false;
        }
    }

    /// Whether a name is set: for sure, perhaps (none), or not.
    pub(super) fn is_defined(&self, name: &[u8]) -> Option<bool> {
        match self.names.get(name) {
            Some(true) => Some(true),
            Some(false) => None,
            None => Some(false),
        }
    }

    fn value(&self, name: &[u8]) -> Option<&[u8]> {
        let defined = self.values.get(name.to_ascii_lowercase().as_slice());
        defined.map(|value| &**value).or_else(|| self.environment.get(name))
    }

    /// Whether a value may still be put in behind `length` bytes of a line.
    fn spend(&self, value: usize, length: usize) -> bool {
        let spent = self.spent.get().saturating_add(value);
        let allowed = length.saturating_add(value) <= MAX_LINE && spent <= MAX_EXPANDED;
        if allowed {
            self.spent.set(spent);
        }
        allowed
    }

    /// Where the names that a line uses were set, if in sections that `is_closed`. Each `Define` is told of once.
    pub(super) fn outlived(&mut self, line: &[u8], is_closed: impl Fn(StatementId) -> bool) -> Vec<Home> {
        if self.homes.is_empty() {
            return Vec::new();
        }
        let starts = memchr::memmem::find_iter(line, b"${");
        let names = starts.filter_map(|start| {
            let name = line.get(start + 2..)?;
            name.get(..memchr::memchr(b'}', name)?)
        });
        let mut outlived = Vec::new();
        for name in names {
            let name = name.to_ascii_lowercase();
            if let Some(home) = self.homes.get(name.as_slice()).filter(|home| is_closed(home.section)) {
                outlived.push(*home);
                self.homes.remove(name.as_slice());
            }
        }
        outlived
    }

    /// The line with its variables put in, as long as that is of a sane size. Names that are not set go to `undefined`; those with a `:` are the
    /// rewriting engine's and do not.
    pub(super) fn expand(&self, line: &[u8], mut undefined: impl FnMut(&[u8])) -> Vec<u8> {
        let mut expanded = Vec::with_capacity(line.len() + 32);
        let mut rest = line;
        while let Some(start) = memchr::memmem::find(rest, b"${") {
            let (before, variable) = rest.split_at(start);
            expanded.extend_from_slice(before);
            let Some(end) = memchr::memchr(b'}', variable) else {
                rest = variable;
                break;
            };
            let name = variable.get(2..end).unwrap_or(b"");
            let (whole, behind) = variable.split_at(end + 1);
            match self.value(name) {
                Some(value) if !self.spend(value.len(), expanded.len()) => {
                    expanded.extend_from_slice(whole);
                }
                Some(value) => expanded.extend_from_slice(value),
                None => {
                    expanded.extend_from_slice(whole);
                    if !name.contains(&b':') {
                        undefined(name);
                    }
                }
            }
            rest = behind;
        }
        expanded.extend_from_slice(rest);
        expanded
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn expand(line: &str) -> (String, Vec<String>) {
        let environment = Environment::new([("HOME", "/root")], true);
        let mut variables = Variables::new(&environment, &[b"FLAG".to_vec()]);
        variables.define(b"Abc", Some(b"x y"), None, true);
        variables.define(b"nested", Some(b"${Abc}"), None, true);
        let mut undefined = Vec::new();
        let expanded = variables
            .expand(line.as_bytes(), |name| undefined.push(String::from_utf8_lossy(name).into_owned()));
        (String::from_utf8(expanded).unwrap(), undefined)
    }

    #[test]
    fn values_are_put_in_once_and_names_know_no_case() {
        assert_eq!(expand("a ${ABC} ${HOME}/${nested}").0, "a x y /root/${Abc}");
        assert_eq!(expand(r"\${abc}").0, r"\x y");
    }

    #[test]
    fn what_is_not_set_stays_and_is_told() {
        assert_eq!(
            expand("${nope} ${home} ${FLAG}"),
            (
                "${nope} ${home} ${FLAG}".to_owned(),
                vec!["nope".to_owned(), "home".to_owned(), "FLAG".to_owned()]
            )
        );
        assert_eq!(expand("${map:$1}"), ("${map:$1}".to_owned(), Vec::new()));
        assert_eq!(expand("x ${abc"), ("x ${abc".to_owned(), Vec::new()));
        assert_eq!(expand("${${abc}}"), ("${${abc}}".to_owned(), vec!["${abc".to_owned()]));
    }

    #[test]
    fn values_that_grow_without_end_are_left_as_they_are_written() {
        let environment = Environment::default();
        let mut variables = Variables::new(&environment, &[]);
        variables.define(b"a", Some(b"0123456789abcdef"), None, true);
        for _ in 0..100 {
            let doubled = variables.expand(b"${a}${a}", |_| {});
            variables.define(b"a", Some(&doubled), None, true);
            // What is not put in stays as it is written.
            assert!(doubled.len() <= MAX_LINE + b"${a}${a}".len());
        }
    }

    #[test]
    fn a_name_that_is_perhaps_set_is_neither_set_nor_unset() {
        let environment = Environment::default();
        let mut variables = Variables::new(&environment, &[]);
        variables.define(b"a", None, None, false);
        assert_eq!(variables.is_defined(b"a"), None);
        assert_eq!(variables.is_defined(b"A"), Some(false));
        variables.define(b"a", None, None, true);
        assert_eq!(variables.is_defined(b"a"), Some(true));
        variables.undefine(b"a", false);
        assert_eq!(variables.is_defined(b"a"), None);
    }
}
