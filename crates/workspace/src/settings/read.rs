//! From the bytes of one `fpmlint.toml` to its values.
//!
//! In: the file's bytes and the names of all rules. Out: the values, with relative paths made absolute, and every
//! problem in file order. What is wrong is left out of the values; reading goes on behind it.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use fpmlint_catalog::nearest;
use fpmlint_diagnostics::{Confidence, Group, Level, Severity};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::file::{HostTable, MainFile, OverrideTable, SettingsFile, TargetTable};
use super::paths::absolute;
use super::problems::{Problems, Value};
use super::values::{TargetVersion, parse_memory};
use super::{SettingsError, patterns};

/// One file as it was read.
pub(super) struct Read {
    /// Its values, without those that are wrong.
    pub values: SettingsFile,
    /// Line and column of the value of `extends`, from 1.
    pub extends_at: (u32, u32),
    /// What is wrong, in file order.
    pub errors: Vec<SettingsError>,
}

/// Reads one file. `path` is absolute; relative paths in the file start at its folder.
pub(super) fn read(path: &Path, bytes: &[u8], rules: &[&str]) -> Read {
    let mut reader = Reader { problems: Problems::new(path, bytes), folder: folder_of(path), rules };
    let mut values = SettingsFile::default();
    let mut extends_at = (1, 1);
    if let Some(text) = reader.problems.text(bytes) {
        let (table, errors) = DeTable::parse_recoverable(text);
        for error in &errors {
            reader.problems.add(error.span().unwrap_or(0..0), error.message().to_owned());
        }
        if errors.is_empty() {
            if let Some(value) = table.get_ref().get("extends") {
                extends_at = reader.problems.place(value.span().start);
            }
            values = reader.settings(table.get_ref());
        }
    }
    Read { values, extends_at, errors: reader.problems.finish() }
}

fn folder_of(path: &Path) -> &Path {
    path.parent().unwrap_or(Path::new(""))
}

struct Reader<'a> {
    problems: Problems<'a>,
    folder: &'a Path,
    rules: &'a [&'a str],
}

impl Reader<'_> {
    fn settings(&mut self, table: &DeTable<'_>) -> SettingsFile {
        let mut file = SettingsFile::default();
        for (key, value) in table {
            let at = Value { key: key.get_ref(), value };
            match at.key {
                "extends" => file.extends = self.path(at),
                "profile" => file.profile = self.profile(at),
                "target" => file.target = self.target(at),
                "select" => file.select = Some(self.names(at)),
                "ignore" => file.ignore = self.names(at),
                "rules" => file.rules = self.levels(at),
                "fail-on" => file.fail_on = self.word(at, &["info", "warning", "error"], severity),
                "min-confidence" => file.min_confidence = self.word(at, &CONFIDENCES, Confidence::from_str),
                "exclude" => file.exclude = self.globs(at),
                "allow-suppressions" => file.allow_suppressions = self.problems.boolean(at),
                "overrides" => file.overrides = self.tables(at, Self::overrides),
                "host" => file.host = self.problems.table(at).map(|table| self.host(table)),
                "hosts" => file.hosts = self.hosts(at),
                _ => self.problems.unknown_key::<SettingsFile>(key),
            }
        }
        if let (Some(_), Some((key, _))) = (&file.host, table.get_key_value("hosts")) {
            self.problems
                .add(key.span(), "`hosts` cannot stand beside `host`: move it into the list".to_owned());
        }
        file
    }

    fn target(&mut self, at: Value<'_>) -> TargetTable {
        let mut target = TargetTable::default();
        for (key, value) in self.problems.table(at).into_iter().flatten() {
            let at = Value { key: key.get_ref(), value };
            match at.key {
                "php" => target.php = self.version(at),
                "nginx" => target.nginx = self.version(at),
                "apache" => target.apache = self.version(at),
                _ => self.problems.unknown_key::<TargetTable>(key),
            }
        }
        target
    }

    fn overrides(&mut self, table: &Spanned<DeValue<'_>>, entries: &DeTable<'_>) -> OverrideTable {
        let mut overrides = OverrideTable::default();
        for (key, value) in entries {
            let at = Value { key: key.get_ref(), value };
            match at.key {
                "files" => overrides.files = self.globs(at),
                "rules" => overrides.rules = self.levels(at),
                "ignore" => overrides.ignore = self.names(at),
                _ => self.problems.unknown_key::<OverrideTable>(key),
            }
        }
        if !entries.contains_key("files") {
            self.problems
                .add(table.span(), "`[[overrides]]` needs `files`: the globs that it is for".to_owned());
        }
        overrides
    }

    fn hosts(&mut self, at: Value<'_>) -> Vec<HostTable> {
        let mut seen: Vec<String> = Vec::new();
        self.tables(at, |reader, table, entries| {
            let host = reader.host(entries);
            let name_at = entries.get("name").map_or(table.span(), Spanned::span);
            match &host.name {
                None if entries.contains_key("name") => {}
                None => reader.problems.add(name_at, "`[[hosts]]` needs a `name`".to_owned()),
                Some(name) if seen.contains(name) => {
                    reader.problems.add(name_at, format!("two hosts are called `{name}`"));
                }
                Some(name) => seen.push(name.clone()),
            }
            host
        })
    }

    fn host(&mut self, table: &DeTable<'_>) -> HostTable {
        let mut host = HostTable::default();
        for (key, value) in table {
            let at = Value { key: key.get_ref(), value };
            match at.key {
                "name" => host.name = self.problems.string(at).map(str::to_owned),
                "root" => host.root = self.path(at),
                "profile" => host.profile = self.profile(at),
                "memory" => host.memory = self.memory(at),
                "map" => host.map = self.map(at),
                "php-fpm" => host.php_fpm = self.main_files(at),
                "nginx" => host.nginx = self.main_files(at),
                "apache" => host.apache = self.main_files(at),
                "php-ini" => host.php_ini = self.main_files(at),
                _ => self.problems.unknown_key::<HostTable>(key),
            }
        }
        host
    }

    fn tables<T>(
        &mut self,
        at: Value<'_>,
        mut read: impl FnMut(&mut Self, &Spanned<DeValue<'_>>, &DeTable<'_>) -> T,
    ) -> Vec<T> {
        let mut tables = Vec::new();
        for value in self.problems.array(at, "a list of tables").into_iter().flatten() {
            if let Some(table) = self.problems.table(Value { key: at.key, value }) {
                tables.push(read(self, value, table));
            }
        }
        tables
    }

    fn path(&mut self, at: Value<'_>) -> Option<PathBuf> {
        let path = self.problems.string(at)?;
        if path.is_empty() {
            self.problems.at(at, format!("`{}` is empty", at.key));
            return None;
        }
        Some(absolute(self.folder, Path::new(path)))
    }

    fn profile(&mut self, at: Value<'_>) -> Option<String> {
        let name = self.problems.string(at)?;
        if crate::profile(name).is_none() {
            let known: Vec<&str> = crate::names().collect();
            self.problems.unknown_word(at.value.span(), "profile", name, &known);
            return None;
        }
        Some(name.to_owned())
    }

    fn version(&mut self, at: Value<'_>) -> Option<TargetVersion> {
        let raw = match at.value.get_ref() {
            DeValue::Float(number) => Some(number.as_str()),
            DeValue::Integer(number) => Some(number.as_str()),
            _ => None,
        };
        if let Some(raw) = raw {
            self.problems.at(at, format!("`{}` must be a string: write `{} = \"{raw}\"`", at.key, at.key));
            return None;
        }
        let text = self.problems.string(at)?;
        let version = text.parse().ok();
        if version.is_none() {
            self.problems.at(at, format!("`{text}` is not a version such as `8.2` or `8.2.10`"));
        }
        version
    }

    fn memory(&mut self, at: Value<'_>) -> Option<u64> {
        let text = match at.value.get_ref() {
            DeValue::Integer(number) => number.as_str(),
            _ => self.problems.string(at)?,
        };
        let bytes = parse_memory(text);
        if bytes.is_none() {
            self.problems.at(at, format!("`{text}` is not an amount of memory such as `8G` or `512M`"));
        }
        bytes
    }

    fn word<T>(&mut self, at: Value<'_>, words: &[&str], read: impl Fn(&str) -> Result<T, ()>) -> Option<T> {
        let word = self.problems.string(at)?;
        let value = if words.contains(&word) { read(word).ok() } else { None };
        if value.is_none() {
            let what = format!("value of `{}`", at.key);
            self.problems.unknown_word(at.value.span(), &what, word, words);
        }
        value
    }

    fn names(&mut self, at: Value<'_>) -> Vec<String> {
        let mut names = Vec::new();
        for value in self.problems.array(at, "a list of rules and groups").into_iter().flatten() {
            let Some(name) = self.problems.string(Value { key: at.key, value }) else { continue };
            if self.rule(name, value.span()) {
                names.push(name.to_owned());
            }
        }
        names
    }

    fn levels(&mut self, at: Value<'_>) -> BTreeMap<String, Level> {
        let mut levels = BTreeMap::new();
        for (key, value) in self.problems.table(at).into_iter().flatten() {
            let name: &str = key.get_ref();
            let level = self.word(Value { key: name, value }, &LEVELS, Level::from_str);
            if let (true, Some(level)) = (self.rule(name, key.span()), level) {
                levels.insert(name.to_owned(), level);
            }
        }
        levels
    }

    /// Whether a rule or group has this name; reports it where not.
    fn rule(&mut self, name: &str, span: std::ops::Range<usize>) -> bool {
        let groups = Group::ALL.map(Group::name);
        if groups.contains(&name) || self.rules.contains(&name) {
            return true;
        }
        let near = nearest(name, groups.into_iter().chain(self.rules.iter().copied()));
        let hint = near.map_or(String::new(), |near| format!(", did you mean `{near}`?"));
        self.problems.add(span, format!("unknown rule `{name}`{hint}"));
        false
    }

    fn globs(&mut self, at: Value<'_>) -> Vec<String> {
        let mut globs = Vec::new();
        for value in self.problems.array(at, "a list of globs").into_iter().flatten() {
            let Some(glob) = self.problems.string(Value { key: at.key, value }) else { continue };
            match patterns::check(glob) {
                Ok(()) => globs.push(glob.to_owned()),
                Err(why) => self.problems.add(value.span(), format!("`{glob}` is not a glob: {why}")),
            }
        }
        globs
    }

    fn map(&mut self, at: Value<'_>) -> BTreeMap<String, PathBuf> {
        let mut map = BTreeMap::new();
        for (key, value) in self.problems.table(at).into_iter().flatten() {
            let on_host: &str = key.get_ref();
            if !on_host.starts_with('/') {
                self.problems
                    .add(key.span(), format!("`{on_host}` is no path on the host: it starts with `/`"));
            } else if let Some(local) = self.path(Value { key: on_host, value }) {
                map.insert(on_host.to_owned(), local);
            }
        }
        map
    }

    fn main_files(&mut self, at: Value<'_>) -> Vec<MainFile> {
        let values = match at.value.get_ref() {
            DeValue::String(_) => std::slice::from_ref(at.value),
            _ => self.problems.array(at, "a path or a list of paths").map_or(&[][..], |array| &array[..]),
        };
        let mut files = Vec::new();
        for value in values {
            let at = Value { key: at.key, value };
            match self.problems.string(at) {
                Some(path) if path.starts_with('/') => files.push(MainFile::OnHost(path.to_owned())),
                Some(_) => files.extend(self.path(at).map(MainFile::Local)),
                None => {}
            }
        }
        files
    }
}

const LEVELS: [&str; 4] = ["off", "info", "warning", "error"];
const CONFIDENCES: [&str; 3] = ["possible", "likely", "certain"];

fn severity(word: &str) -> Result<Severity, ()> {
    match word.parse()? {
        Level::On(severity) => Ok(severity),
        Level::Off => Err(()),
    }
}
