//! One row of the table of php.ini directives.

use crate::bits::bits;
use crate::version::{Removed, Since, Version, present};

/// A directive of PHP or of one of its extensions.
#[derive(Clone, Copy, Debug)]
pub struct Directive {
    /// Its name.
    pub name: &'static str,
    /// Who brings it.
    pub origin: Origin,
    /// The default of the newest release that has it; see [`default_in`](Directive::default_in).
    pub default: Default,
    /// Who may set it, in the newest release that has it; none when not known.
    pub changeable: Option<Changeable>,
    /// The C function that is called when it is set, such as `OnUpdateBool`; empty when not known or none.
    pub handler: &'static str,
    /// How its value is read.
    pub value: ValueType,
    /// The first release that has it.
    pub since: Since,
    /// The first release that has it no longer.
    pub removed: Removed,
    /// The release that deprecated it, or a use of it: `note` tells.
    pub deprecated: Option<Version>,
    /// How the default changed, oldest first.
    pub default_changes: &'static [DefaultChange],
    /// Since this release `changeable` holds, and before it what stands beside it.
    pub changeable_before: Option<(Version, Changeable)>,
    /// What else to know, in words; empty when there is nothing.
    pub note: &'static str,
}

impl Directive {
    /// Whether a release has the directive; none when that is not known.
    pub fn is_in(&self, version: Version) -> Option<bool> {
        present(self.since, self.removed, version)
    }

    /// The default of a release.
    pub fn default_in(&self, version: Version) -> Default {
        let later = self.default_changes.iter().find(|change| version < change.version);
        later.map_or(self.default, |change| change.before)
    }

    /// Who may set it in a release; none when not known.
    pub fn changeable_in(&self, version: Version) -> Option<Changeable> {
        match self.changeable_before {
            Some((since, before)) if version < since => Some(before),
            _ => self.changeable,
        }
    }

    /// Whether a release warns about the directive, or about a use of it.
    pub fn is_deprecated_in(&self, version: Version) -> bool {
        self.deprecated.is_some_and(|since| version >= since)
    }
}

/// The row that the generated rows differ from.
pub(crate) const BLANK: Directive = Directive {
    name: "",
    origin: Origin::Core,
    default: Default::Unknown,
    changeable: None,
    handler: "",
    value: ValueType::Unknown,
    since: Since::Unknown,
    removed: Removed::Never,
    deprecated: None,
    default_changes: &[],
    changeable_before: None,
    note: "",
};

/// Who brings a directive.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Origin {
    /// PHP itself.
    Core,
    /// An extension of PHP's own source tree, such as `opcache`.
    Extension(&'static str),
    /// A program that embeds PHP, such as `fpm`.
    Sapi(&'static str),
    /// The manual names it on the page of this extension, which PHP's own source tree does not have; empty for
    /// the manual's list of all directives.
    Manual(&'static str),
}

/// The default of a directive.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Default {
    /// Not known.
    Unknown,
    /// There is none.
    Null,
    /// This text, as it would stand in a file.
    Value(&'static str),
    /// What the build put in for this name, such as `PHP_EXTENSION_DIR`.
    Build(&'static str),
}

impl Default {
    /// The text of the default, where it is one.
    pub const fn value(self) -> Option<&'static str> {
        match self {
            Default::Value(text) => Some(text),
            _ => None,
        }
    }
}

/// A change of a default.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct DefaultChange {
    /// The first release with the new default.
    pub version: Version,
    /// The default until then.
    pub before: Default,
}

bits! {
    /// Who may set a directive.
    Changeable: u8 {
        /// Scripts, by `ini_set`, and `php_value` of Apache and php-fpm.
        USER = 1;
        /// `.user.ini`, `.htaccess` and the like.
        PERDIR = 1 << 1;
        /// php.ini and the server's own configuration.
        SYSTEM = 1 << 2;
        /// Everybody.
        ALL = (1 << 3) - 1;
        /// php.ini alone: not even the server's configuration.
        PHP_INI_ONLY = 1 << 3;
    }
}

/// How the value of a directive is read.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum ValueType {
    /// `on`, `yes`, `true`, a number that is not zero, and their opposites.
    Boolean,
    /// A whole number, which may be a size with `k`, `m` or `g`.
    Integer,
    /// A number with a fraction.
    Float,
    /// Any text.
    String,
    /// Not known.
    Unknown,
}
