//! `fpmlint.toml`: what a project wants.
//!
//! In: where to look, the names of all rules. Out: the values of the one file of this run and of those that it
//! extends, or every problem that they have. Invariants: one file per run; none is looked for inside a system root;
//! paths in the result are absolute.

mod error;
mod file;
mod paths;
mod patterns;
mod problems;
mod read;
mod values;

#[cfg(test)]
mod tests;

use std::path::{Path, PathBuf};

use fpmlint_diagnostics::Level;

use crate::{FileErrorKind, System};

pub use error::SettingsError;
pub use file::{HostTable, MainFile, OverrideTable, SettingsFile, TargetTable, json_schema};
pub use paths::absolute;
pub use patterns::Patterns;
pub use values::{TargetVersion, parse_memory};

/// The name of the settings file.
pub const SETTINGS_NAME: &str = "fpmlint.toml";

/// How many files may extend one another.
const MAX_EXTENDS: usize = 8;

/// Which settings file a run reads.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum SettingsSource {
    /// The nearest `fpmlint.toml`, upwards from the start.
    Search,
    /// This file (`--config`); it must exist.
    File(PathBuf),
    /// None (`--isolated`).
    Isolated,
}

/// The settings of one run.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The files that were read, the nearest first; empty without one.
    pub files: Vec<PathBuf>,
    /// The folder that globs start from: that of the `fpmlint.toml` that was found; none without one.
    pub root: Option<PathBuf>,
    /// The values of all files together.
    pub values: SettingsFile,
    exclude: Patterns,
    overrides: Vec<Patterns>,
}

impl Default for Settings {
    fn default() -> Settings {
        Settings::new(SettingsFile::default(), None)
    }
}

impl Settings {
    /// Settings with these values, whose globs start at `root`.
    pub fn new(values: SettingsFile, root: Option<PathBuf>) -> Settings {
        let compile = |globs: &[String]| Patterns::new(globs.iter().map(String::as_str));
        let exclude = compile(&values.exclude);
        let overrides = values.overrides.iter().map(|table| compile(&table.files)).collect();
        Settings { files: Vec::new(), root, values, exclude, overrides }
    }

    /// Reads the settings of a run.
    ///
    /// `start` is the absolute folder from which the search goes upwards, `sysroot` the folder of `--sysroot`,
    /// in which no settings file is looked for, `rules` the names of all rules.
    ///
    /// # Errors
    /// Everything that is wrong with the file, or the one problem that kept it from being read.
    pub fn load(
        system: &dyn System,
        source: &SettingsSource,
        start: &Path,
        sysroot: Option<&Path>,
        rules: &[&str],
    ) -> Result<Settings, Vec<SettingsError>> {
        let found = find(system, start, sysroot);
        let root = found.as_deref().and_then(Path::parent).unwrap_or(start).to_owned();
        let path = match source {
            SettingsSource::Isolated => return Ok(Settings::default()),
            SettingsSource::File(path) => Some(paths::absolute(start, path)),
            SettingsSource::Search => found,
        };
        let Some(path) = path else { return Ok(Settings::default()) };
        let (values, files) = Loader { system, rules }.load(path)?;
        Ok(Settings { files, ..Settings::new(values, Some(root)) })
    }

    /// Whether `exclude` names the file or a folder above it. `path` is absolute.
    pub fn is_excluded(&self, path: &Path) -> bool {
        self.exclude.matches(self.glob_root(), path)
    }

    /// The tables of `[[overrides]]` that name the file, in file order. `path` is absolute.
    pub fn overrides_for<'a>(&'a self, path: &'a Path) -> impl DoubleEndedIterator<Item = &'a OverrideTable> {
        let tables = self.values.overrides.iter().zip(&self.overrides);
        tables.filter(|(_, globs)| globs.matches(self.glob_root(), path)).map(|(table, _)| table)
    }

    /// The severity that the settings give a rule in a file, or anywhere where no file is given; none where they
    /// say nothing about it. An override wins over `[rules]`, a rule's name over its group's, a later override
    /// over an earlier one, and within one table `ignore` over `rules`.
    pub fn level(&self, rule: &str, group: &str, path: Option<&Path>) -> Option<Level> {
        let named = |names: &[String]| names.iter().any(|name| name == rule || name == group);
        let overrides = path.into_iter().flat_map(|path| self.overrides_for(path).rev());
        for table in overrides {
            if named(&table.ignore) {
                return Some(Level::Off);
            }
            if let Some(level) = table.rules.get(rule).or_else(|| table.rules.get(group)) {
                return Some(*level);
            }
        }
        if named(&self.values.ignore) {
            return Some(Level::Off);
        }
        self.values.rules.get(rule).or_else(|| self.values.rules.get(group)).copied()
    }

    /// The values as an `fpmlint.toml` of its own; none if a path in them is not UTF-8.
    pub fn to_toml(&self) -> Option<String> {
        toml::to_string(&SettingsFile { extends: None, ..self.values.clone() }).ok()
    }

    fn glob_root(&self) -> &Path {
        self.root.as_deref().unwrap_or(Path::new("/"))
    }
}

/// The nearest `fpmlint.toml` upwards from `start`, but none inside `sysroot`.
pub fn find(system: &dyn System, start: &Path, sysroot: Option<&Path>) -> Option<PathBuf> {
    let outside = |folder: &&Path| sysroot.is_none_or(|root| !folder.starts_with(root));
    let mut candidates = start.ancestors().filter(outside).map(|folder| folder.join(SETTINGS_NAME));
    candidates.find(
        |path| !matches!(system.metadata(path), Err(error) if error.kind != FileErrorKind::PermissionDenied),
    )
}

struct Loader<'a> {
    system: &'a dyn System,
    rules: &'a [&'a str],
}

impl Loader<'_> {
    /// Reads a file and those that it extends, and joins their values.
    fn load(&self, path: PathBuf) -> Result<(SettingsFile, Vec<PathBuf>), Vec<SettingsError>> {
        let mut files: Vec<PathBuf> = Vec::new();
        let mut layers: Vec<SettingsFile> = Vec::new();
        let mut errors = Vec::new();
        let mut next = Some((path, None));
        while let Some((path, from)) = next.take() {
            let bytes = match self.refusal(&path, &files) {
                Some(message) => Err(message),
                None => self.system.read(&path).map_err(|error| format!("cannot be read: {}", error.message)),
            };
            let bytes = match bytes {
                Ok(bytes) => bytes,
                Err(message) => {
                    errors.push(at_extends(path, from, &message));
                    break;
                }
            };
            let read = read::read(&path, &bytes, self.rules);
            errors.extend(read.errors);
            let (line, column) = read.extends_at;
            let from = SettingsError { file: path.clone(), line, column, message: String::new() };
            next = read.values.extends.clone().map(|extended| (extended, Some(from)));
            files.push(path);
            layers.push(read.values);
        }
        if !errors.is_empty() {
            return Err(errors);
        }
        let joined = layers.into_iter().rev().reduce(join).unwrap_or_default();
        Ok((joined, files))
    }

    fn refusal(&self, path: &Path, files: &[PathBuf]) -> Option<String> {
        if files.iter().any(|file| file == path) {
            return Some("extends itself".to_owned());
        }
        (files.len() > MAX_EXTENDS).then(|| format!("is more than {MAX_EXTENDS} files deep"))
    }
}

/// A problem with a whole file, said where `extends` names it if one does.
fn at_extends(path: PathBuf, from: Option<SettingsError>, message: &str) -> SettingsError {
    match from {
        Some(from) => SettingsError { message: format!("`{}` {message}", path.display()), ..from },
        None => SettingsError { file: path, line: 1, column: 1, message: message.to_owned() },
    }
}

/// What `base` says, changed by what `nearer` says.
fn join(base: SettingsFile, nearer: SettingsFile) -> SettingsFile {
    let has_hosts = nearer.host.is_some() || !nearer.hosts.is_empty();
    let (host, hosts) = if has_hosts { (nearer.host, nearer.hosts) } else { (base.host, base.hosts) };
    SettingsFile {
        extends: nearer.extends,
        profile: nearer.profile.or(base.profile),
        target: TargetTable {
            php: nearer.target.php.or(base.target.php),
            nginx: nearer.target.nginx.or(base.target.nginx),
            apache: nearer.target.apache.or(base.target.apache),
        },
        select: nearer.select.or(base.select),
        ignore: [base.ignore, nearer.ignore].concat(),
        rules: base.rules.into_iter().chain(nearer.rules).collect(),
        fail_on: nearer.fail_on.or(base.fail_on),
        min_confidence: nearer.min_confidence.or(base.min_confidence),
        exclude: [base.exclude, nearer.exclude].concat(),
        allow_suppressions: nearer.allow_suppressions.or(base.allow_suppressions),
        overrides: [base.overrides, nearer.overrides].concat(),
        host,
        hosts,
    }
}
