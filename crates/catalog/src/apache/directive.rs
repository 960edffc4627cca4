//! One row of the tables of Apache directives.

use super::{AllowOverride, Contexts, DocumentedContexts, Overrides};
use crate::version::{Removed, Since, Version, present};

/// A directive or section as one module defines it.
#[derive(Clone, Copy, Debug)]
pub struct Directive {
    /// Its name as the documentation writes it; that of a section begins with `<`.
    pub name: &'static str,
    /// The identifier of its module, such as `rewrite_module`; empty for a module that others package, whose
    /// identifier is not recorded.
    pub module: &'static str,
    /// The C file of its module, such as `mod_rewrite.c`, which `<IfModule>` understands as well.
    pub module_file: &'static str,
    /// The name under which a package loads the module, when it is not one of httpd's own.
    pub load_name: Option<&'static str>,
    /// How its arguments are cut.
    pub args: ArgsHow,
    /// The flags that it is registered with.
    pub overrides: Overrides,
    /// Where it is accepted.
    pub contexts: Contexts,
    /// Whether `contexts` were tried on a daemon; otherwise they follow from the flags.
    pub measured: bool,
    /// Whether a `.htaccess` file may have it.
    pub htaccess: Htaccess,
    /// Whether it is obeyed while the file is being read, before all others.
    pub exec_on_read: bool,
    /// Whether it is a section.
    pub container: bool,
    /// The contexts that the manual names; empty when the manual does not describe it.
    pub documented: DocumentedContexts,
    /// The default in the words of the manual; none when not known.
    pub default: Option<&'static str>,
    /// Words that it takes; rarely all, and some are placeholders such as `file-path`.
    pub enum_values: &'static [&'static str],
    /// The first release that has it.
    pub since: Since,
    /// The first release that has it no longer.
    pub removed: Removed,
    /// What has become of it.
    pub status: Status,
    /// What else to know, in words; empty when there is nothing.
    pub note: &'static str,
}

impl Directive {
    /// Whether a release has the directive; none when that is not known.
    pub fn is_in(&self, version: Version) -> Option<bool> {
        present(self.since, self.removed, version)
    }

    /// Whether a release 2.4 on any platform accepts the directive.
    pub fn is_usable(&self) -> bool {
        !matches!(
            self.status,
            Status::Rejected
                | Status::RemovedIn24
                | Status::TrunkOnly
                | Status::SourceOnly
                | Status::ExampleOnly
        )
    }
}

/// The row that the generated rows differ from.
pub(crate) const BLANK: Directive = Directive {
    name: "",
    module: "",
    module_file: "",
    load_name: None,
    args: ArgsHow::Raw,
    overrides: Overrides::NONE,
    contexts: Contexts::NONE,
    measured: false,
    htaccess: Htaccess::Refused,
    exec_on_read: false,
    container: false,
    documented: DocumentedContexts::NONE,
    default: None,
    enum_values: &[],
    since: Since::Unknown,
    removed: Removed::Never,
    status: Status::Current,
    note: "",
};

/// How httpd cuts the rest of the line into arguments.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum ArgsHow {
    /// The line as it is; the directive cuts it by itself.
    Raw,
    /// None.
    None,
    /// One, `on` or `off`.
    Flag,
    /// One.
    One,
    /// Two.
    Two,
    /// Three.
    Three,
    /// One or two.
    OneOrTwo,
    /// One or three.
    OneOrThree,
    /// Two or three.
    TwoOrThree,
    /// One, two or three.
    OneToThree,
    /// Any number, handed over at once.
    Any,
    /// One or more, handed over one by one.
    Each,
    /// One, then one or more that are handed over one by one with the first.
    EachWithFirst,
}

impl ArgsHow {
    /// Whether `count` arguments are accepted; none where the directive cuts the line by itself. More than the
    /// largest number are an error, too.
    pub const fn allows(self, count: usize) -> Option<bool> {
        Some(match self {
            ArgsHow::Raw => return None,
            ArgsHow::None => count == 0,
            ArgsHow::Flag | ArgsHow::One => count == 1,
            ArgsHow::Two => count == 2,
            ArgsHow::Three => count == 3,
            ArgsHow::OneOrTwo => count == 1 || count == 2,
            ArgsHow::OneOrThree => count == 1 || count == 3,
            ArgsHow::TwoOrThree => count == 2 || count == 3,
            ArgsHow::OneToThree => count >= 1 && count <= 3,
            ArgsHow::Any => true,
            ArgsHow::Each => count >= 1,
            ArgsHow::EachWithFirst => count >= 2,
        })
    }
}

/// Whether a `.htaccess` file may have a directive.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Htaccess {
    /// Never.
    Refused,
    /// The flags allow it, but the directive itself refuses.
    RefusedByHandler,
    /// When `AllowOverride` grants at least one of these classes.
    WithAny(AllowOverride),
}

/// What has become of a directive.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Status {
    /// In use and documented.
    Current,
    /// In use, but not in the manual.
    Undocumented,
    /// In use, but another way is recommended.
    Deprecated,
    /// Accepted without effect.
    NoOp,
    /// Known, but always an error.
    Rejected,
    /// The old name of another directive, still accepted.
    Renamed,
    /// Gone since 2.4.0.
    RemovedIn24,
    /// In the development line only.
    TrunkOnly,
    /// On Solaris only.
    SolarisOnly,
    /// On Windows only.
    WindowsOnly,
    /// On NetWare only.
    NetwareOnly,
    /// In the source, but not in what distributions build.
    SourceOnly,
    /// In an example module only.
    ExampleOnly,
}
