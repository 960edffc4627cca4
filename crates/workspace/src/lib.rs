//! The file system, hosts, profiles and settings.
//!
//! In: a [`System`] and what the user wants. Out: [`Host`]s, which answer what lies where and who owns it, and
//! [`Files`], every text that a run has read. Invariants: no other crate touches the file system, and here only
//! [`Disk`] does; "absent" is said only where a host is closed; users and groups are parsed, never asked of libc.

mod discover;
mod disk;
mod files;
mod glob;
mod host;
mod links;
mod memory;
mod native;
mod overlay;
mod path;
mod profile;
mod profiles;
mod settings;
mod system;
mod users;

pub use discover::{
    As, DEFAULT_FILE_CAP, Fragment, Loaded, Problem, Request, Root, SkipReason, Skipped, Standing, discover,
    project_root, settings_start, standing,
};
pub use disk::Disk;
pub use files::{Files, SourceFile, is_raw_block};
pub use glob::{Glob, GlobStyle, has_wildcard, matches};
pub use host::{Entry, Host, HostKind, Lookup, Mount, Stat, Topology};
pub use memory::Memory;
pub use overlay::Overlay;
pub use path::HostPath;
pub use profile::{
    Account, AccountKind, ApacheDefaults, FpmDefaults, MainFiles, Modules, NginxDefaults, PhpPlaces, Profile,
    StockFile, StockLines, infer_from_image, infer_from_os_release, infer_from_path, names, php_places,
    profile,
};
pub use settings::{
    HostTable, MainFile, OverrideTable, Patterns, SETTINGS_NAME, Settings, SettingsError, SettingsFile,
    SettingsSource, TargetTable, TargetVersion, absolute, find as find_settings, json_schema, parse_memory,
};
pub use system::{
    DirEntry, FileError, FileErrorKind, FileKind, MAX_ENTRIES, MAX_FILE, MAX_LINKS, Metadata, System,
};
pub use users::{Group, User, Users};
