//! Apache httpd: one configuration, read with its includes.
//!
//! In: a host and a main file (or a fragment, or a `.htaccess` file). Out: a [`Config`]: the statements that are
//! left when includes, conditions, macros and variables are resolved, the modules and names that were in force, and
//! what httpd would refuse. Invariants: httpd's two phases are kept apart (what is obeyed on reading, then the walk
//! over what is left); statements stand in the order in which httpd walks them; nothing here answers a request.

mod address;
mod check;
mod environment;
mod modules;
mod names;
mod read;
mod refusals;
mod scope;
mod server;
mod silent;
mod statement;
#[cfg(test)]
mod testing;
mod usage;
mod variables;
mod walk;

use fpmlint_catalog::Version;
use fpmlint_text::FileId;
use fpmlint_workspace::{Host, HostPath};

use crate::{Place, Refusal};

pub use address::{Address, AddressHost};
pub use environment::{Environment, environment};
pub use modules::{Loaded, Modules, corrected_module};
pub use names::modules_defining;
pub use read::{Condition, ConditionKind, Include, MacroUse, Outcome};
pub use scope::{Scope, ScopeId, ScopeKind, Scopes};
pub use server::{Listen, Server, ServerName};
pub use silent::{Silent, SilentKind};
use statement::Expanded;
pub use statement::{Origin, Reading, Statement, StatementId, Word, Words};
pub use variables::{Define, OutlivedSection, Undefined};

/// What is to be read.
pub struct Input<'a> {
    /// The host that the configuration lives on.
    pub host: &'a Host,
    /// The main file, fragment or `.htaccess` file.
    pub main: FileId,
    /// Its path on the host.
    pub path: &'a HostPath,
    /// httpd's version, where the target is known.
    pub version: Option<Version>,
    /// Names given with `-D`.
    pub defines: &'a [Vec<u8>],
    /// The environment that httpd is started in; see [`environment`].
    pub environment: &'a Environment,
    /// Whether `main` is only a part of a configuration.
    pub fragment: bool,
    /// Whether `main` is a `.htaccess` file. It is then read as if `AllowOverride All` held.
    pub htaccess: bool,
}

/// One configuration, read.
#[derive(Debug)]
pub struct Config {
    /// The main file, fragment or `.htaccess` file.
    pub main: FileId,
    /// Its path on the host.
    pub path: HostPath,
    /// Whether it is only a part of a configuration.
    pub fragment: bool,
    /// Whether it is a `.htaccess` file.
    pub htaccess: bool,
    /// httpd's version, where the target is known.
    pub version: Option<Version>,
    /// Every file that was read, in reading order, each once.
    pub files: Vec<FileId>,
    /// Each file as often as it was read, and each expanded macro; the first is the main file.
    pub readings: Vec<Reading>,
    /// What httpd walks over, parents before children.
    pub statements: Vec<Statement>,
    /// The lines that held `${…}`, their variables put in.
    expanded: Vec<Expanded>,
    /// The modules that are loaded.
    pub modules: Modules,
    /// The names that `Define` set, in reading order.
    pub defines: Vec<Define>,
    /// Uses of variables that neither `Define` nor the environment set.
    pub undefined: Vec<Undefined>,
    /// Names that `Define` set in a section and that were used behind it; each `Define` once.
    pub outlived: Vec<OutlivedSection>,
    /// Every `<IfModule>` and the like that was reached, and how it was decided.
    pub conditions: Vec<Condition>,
    /// Every `Include` and `IncludeOptional` that was obeyed.
    pub includes: Vec<Include>,
    /// Every `Use` that was obeyed.
    pub uses: Vec<MacroUse>,
    /// Sections that httpd accepts although nothing closes them.
    pub unclosed: Vec<Place>,
    /// What httpd takes without a word although it is hardly meant.
    pub silent: Vec<Silent>,
    /// Comments that swallow the next line: file and number of the comment in it.
    pub continued_comments: Vec<(FileId, u32)>,
    /// `ServerRoot` as it stood in the end.
    pub server_root: HostPath,
    /// The virtual hosts and sections.
    pub scopes: Scopes,
    /// What httpd would not load: the refusals of the reading phase before those of the walk.
    pub refusals: Vec<Refusal>,
    /// All that httpd would print of the first refusal, without time stamp, pid and program.
    pub printed: Option<String>,
    /// Whether everything that httpd would read has been read.
    pub complete: bool,
    /// Facts that are not known here and that the reading needed: what, and where it was needed.
    pub unknowns: Vec<(String, Place)>,
}

/// Reads a configuration, a fragment or a `.htaccess` file.
pub fn read(input: &Input<'_>) -> Config {
    read_with(input, None)
}

/// Reads a `.htaccess` file as the server of `main` does when a request comes by: with its modules.
pub fn read_htaccess(input: &Input<'_>, main: &Config) -> Config {
    read_with(input, Some(&main.modules))
}

fn read_with(input: &Input<'_>, modules: Option<&Modules>) -> Config {
    let (mut config, mut found) = read::read(input, modules);
    config.scopes = scope::build(&mut config);
    if !input.fragment && !input.htaccess {
        modules::check_process_models(&config, &mut found);
    }
    config.silent = walk::walk(&config, input, &mut found);
    silent::look(&mut config);
    found.finish(&mut config, input.host);
    config
}
