//! One row of the table of php-fpm directives.

use crate::version::{Removed, Since, Version, present};

/// A directive of `[global]`, of pools, or of both.
#[derive(Clone, Copy, Debug)]
pub struct Directive {
    /// Its name, without the `[key]` of an array.
    pub name: &'static str,
    /// Where it stands.
    pub scope: Scope,
    /// How its value is read.
    pub value: ValueType,
    /// The words that it takes, where these are all; php-fpm's own messages name them in this order.
    pub enum_values: &'static [&'static str],
    /// The value that holds without it, where that is a plain one; none when it is unset or computed.
    pub default: Option<&'static str>,
    /// The default in words.
    pub default_text: &'static str,
    /// What is checked beyond the type, in words; empty when nothing is.
    pub validation: &'static str,
    /// What it counts or names, such as `seconds`; empty when that says nothing.
    pub unit: &'static str,
    /// The first release that has it.
    pub since: Since,
    /// The build option without which it is not there, such as `HAVE_FPM_ACL`.
    pub build: Option<&'static str>,
    /// What else to know, in words; empty when there is nothing.
    pub notes: &'static str,
}

impl Directive {
    /// Whether a release has the directive; none when that is not known.
    pub fn is_in(&self, version: Version) -> Option<bool> {
        present(self.since, Removed::Never, version)
    }
}

/// The row that the generated rows differ from.
pub(crate) const BLANK: Directive = Directive {
    name: "",
    scope: Scope::Pool,
    value: ValueType::String,
    enum_values: &[],
    default: None,
    default_text: "",
    validation: "",
    unit: "",
    since: Since::Unknown,
    build: None,
    notes: "",
};

/// The sections that know a directive.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Scope {
    /// `[global]`.
    Global,
    /// Every other section.
    Pool,
    /// All of them.
    Both,
}

/// How the value of a directive is read.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum ValueType {
    /// The pattern of files to read.
    Include,
    /// Any text.
    String,
    /// Text whose case does not count.
    StringAnyCase,
    /// Decimal digits, maybe with a minus before them; empty is zero.
    Integer,
    /// A number and one of `s m h d`, seconds when none is given.
    Time,
    /// `1`, `yes`, `true`, `on` and their opposites.
    Boolean,
    /// One of `enum_values`.
    Enum,
    /// A number from zero, or `unlimited`.
    Rlimit,
    /// `name[key] = text`.
    Array,
    /// `name[key] = boolean`.
    ArrayBoolean,
}

impl ValueType {
    /// Whether the name is followed by a key in brackets.
    pub const fn is_array(self) -> bool {
        matches!(self, ValueType::Array | ValueType::ArrayBoolean)
    }

    /// Whether php-fpm tells the case of the name apart.
    pub const fn is_case_sensitive(self) -> bool {
        matches!(self, ValueType::Include) || self.is_array()
    }
}
