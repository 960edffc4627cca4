//! One row of the table of nginx directives.

use super::{Arity, Contexts, ValueType};
use crate::bits::bits;
use crate::version::{Removed, Since, Version, present};

/// A directive as one module defines it. The facts are those of the newest release that has it; what older
/// releases did otherwise is in [`changes`](Directive::changes).
#[derive(Clone, Copy, Debug)]
pub struct Directive {
    /// Its name.
    pub name: &'static str,
    /// The module that defines it, such as `ngx_http_fastcgi_module`.
    pub module: &'static str,
    /// The kind of that module.
    pub kind: ModuleKind,
    /// Where it may stand.
    pub contexts: Contexts,
    /// How many arguments it takes.
    pub arity: Arity,
    /// Whether a block follows, not a semicolon.
    pub block: bool,
    /// The C function that reads it.
    pub setter: &'static str,
    /// What its arguments are.
    pub value: ValueType,
    /// Whether variables are expanded in its arguments.
    pub variables: bool,
    /// The words that it takes, where these are all.
    pub enum_values: &'static [&'static str],
    /// The words, and beginnings of words ending in `=` or `:`, that its own setter looks for.
    pub keywords: &'static [&'static str],
    /// What a second occurrence in the same block does.
    pub duplicates: Duplicates,
    /// The default as the C source has it, such as `60000` or `(size_t) ngx_pagesize`; none when not known.
    pub default: Option<&'static str>,
    /// Whether inner blocks inherit the value; none when not known.
    pub inherits: Option<bool>,
    /// The first release that has it.
    pub since: Since,
    /// The first release that has it no longer.
    pub removed: Removed,
    /// What changed between releases, oldest first.
    pub changes: &'static [Change],
    /// The build option without which the directive is not there, such as `NGX_HTTP_CACHE`.
    pub build: Option<&'static str>,
    /// The least and the largest number that is accepted.
    pub bounds: Option<(u32, u32)>,
    /// nginx warns that it is deprecated; this is the directive that replaces it.
    pub replacement: Option<&'static str>,
    /// The C object that checks the value after it was read.
    pub post: Option<&'static str>,
    /// What its setter deals with.
    pub uses: Uses,
    /// What else to know, in words; empty when there is nothing.
    pub semantics: &'static str,
}

impl Directive {
    /// Whether a release has the directive; none when that is not known.
    pub fn is_in(&self, version: Version) -> Option<bool> {
        present(self.since, self.removed, version)
    }
}

/// The row that the generated rows differ from.
pub(crate) const BLANK: Directive = Directive {
    name: "",
    module: "",
    kind: ModuleKind::Http,
    contexts: Contexts::NONE,
    arity: Arity::ONE_OR_MORE,
    block: false,
    setter: "",
    value: ValueType::Custom,
    variables: false,
    enum_values: &[],
    keywords: &[],
    duplicates: Duplicates::Refused,
    default: None,
    inherits: None,
    since: Since::Unknown,
    removed: Removed::Never,
    changes: &[],
    build: None,
    bounds: None,
    replacement: None,
    post: None,
    uses: Uses::NONE,
    semantics: "",
};

/// The kind of a module: the part of nginx that it extends.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum ModuleKind {
    /// The configuration reader itself.
    Conf,
    /// The core.
    Core,
    /// `events`.
    Event,
    /// `http`.
    Http,
    /// `stream`.
    Stream,
    /// `mail`.
    Mail,
}

/// What a second occurrence of a directive in the same block does.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Duplicates {
    /// nginx refuses it as a duplicate.
    Refused,
    /// It adds to the first.
    Append,
    /// It adds to the first; a value that is repeated is warned about.
    Accumulate,
    /// The last one wins.
    LastWins,
    /// The last one wins, with a warning.
    LastWinsWarned,
    /// Any number, each on its own.
    Repeatable,
    /// Any number, obeyed in order.
    Sequence,
    /// A repetition changes nothing.
    Idempotent,
    /// Refused only when both have the same key: the text says which.
    Keyed(&'static str),
    /// Entries are merged; one that is repeated is warned about.
    Merge,
    /// The directive is obsolete and nothing is done with it.
    Ignored,
    /// Not known.
    Unknown,
}

/// A change of a directive in a release.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Change {
    /// The release.
    pub version: Version,
    /// The number of arguments changed.
    pub arity: bool,
    /// The words that it takes changed.
    pub values: bool,
}

bits! {
    /// What the setter of a directive deals with.
    Uses: u32 {
        /// A network address with a prefix length.
        CIDR = 1;
        /// It declares a variable.
        DECLARES_VARIABLE = 1 << 1;
        /// It declares a variable or refers to one.
        DECLARES_OR_USES_VARIABLE = 1 << 2;
        /// A module that is loaded.
        LOADS_LIBRARY = 1 << 3;
        /// A group that is looked up.
        GROUP_LOOKUP = 1 << 4;
        /// A user who is looked up.
        USER_LOOKUP = 1 << 5;
        /// A whole number.
        INTEGER = 1 << 6;
        /// A place to log to.
        LOG_TARGET = 1 << 7;
        /// A file or folder offset.
        OFFSET = 1 << 8;
        /// A file that is opened when the configuration is tested.
        OPENS_FILE = 1 << 9;
        /// A block that it reads by itself.
        PARSES_BLOCK = 1 << 10;
        /// A path.
        PATH = 1 << 11;
        /// A file that is read when the configuration is tested.
        READS_FILE = 1 << 12;
        /// A regular expression.
        REGEX = 1 << 13;
        /// Addresses of name servers.
        RESOLVER = 1 << 14;
        /// A zone of shared memory.
        SHARED_MEMORY = 1 << 15;
        /// A number of bytes.
        SIZE = 1 << 16;
        /// A time.
        TIME = 1 << 17;
        /// The name of an upstream, or an address.
        UPSTREAM_REFERENCE = 1 << 18;
        /// An address or URL.
        URL = 1 << 19;
        /// Variables.
        VARIABLES = 1 << 20;
    }
}
