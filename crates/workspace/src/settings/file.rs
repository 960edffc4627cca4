//! The keys of `fpmlint.toml`: one type per table. The schema that editors use is made from them, so the comment
//! on each key is its documentation.

use std::collections::BTreeMap;
use std::path::PathBuf;

use fpmlint_diagnostics::{Confidence, Level, Severity};
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::Serialize;

use super::values::TargetVersion;

/// The settings of one project. All keys may be left out. Globs are relative to the project's root; a glob
/// without `/` matches at any depth. Paths are relative to the file that says them.
#[derive(Clone, PartialEq, Default, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[schemars(title = "fpmlint.toml", deny_unknown_fields)]
pub struct SettingsFile {
    /// Another settings file to start from. What is said here wins; `ignore`, `exclude` and `overrides` are added
    /// to those of that file, every other list replaces it. At most 8 files deep.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub extends: Option<PathBuf>,
    /// The distribution or image that runs the stack: users, default paths, files that it ships. For example
    /// `rocky-9`, `debian-12` or `docker`. Guessed from the files where it is left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub profile: Option<String>,
    /// The versions that run the stack; `"8.2"` means its last release.
    #[serde(skip_serializing_if = "TargetTable::is_empty")]
    pub target: TargetTable,
    /// Run only these rules or groups.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub select: Option<Vec<String>>,
    /// Do not run these rules or groups.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub ignore: Vec<String>,
    /// The severity of single rules or groups; what is said of a rule wins over what is said of its group.
    #[serde(skip_serializing_if = "BTreeMap::is_empty", serialize_with = "write_levels")]
    #[schemars(schema_with = "levels_schema")]
    pub rules: BTreeMap<String, Level>,
    /// The lowest severity that makes the exit code 1; `warning` where it is left out.
    #[serde(skip_serializing_if = "Option::is_none", serialize_with = "write_severity")]
    #[schemars(schema_with = "severity_schema")]
    pub fail_on: Option<Severity>,
    /// Show only findings that are at least this sure; `possible` where it is left out.
    #[serde(skip_serializing_if = "Option::is_none", serialize_with = "write_confidence")]
    #[schemars(schema_with = "confidence_schema")]
    pub min_confidence: Option<Confidence>,
    /// Files and folders that are not searched, as globs. A file that is named on the command line is read all
    /// the same.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub exclude: Vec<String>,
    /// Whether suppression comments in configuration files count; true where it is left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub allow_suppressions: Option<bool>,
    /// Other severities for some files; the last table that matches a file wins.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub overrides: Vec<OverrideTable>,
    /// The one machine or container that the project's files describe. Not together with `hosts`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub host: Option<HostTable>,
    /// The machines or containers that the project's files describe; each needs a `name`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub hosts: Vec<HostTable>,
}

/// The versions that run the stack, such as `"8.2"` or `"8.2.10"`.
#[derive(Clone, PartialEq, Default, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[schemars(deny_unknown_fields)]
pub struct TargetTable {
    /// The version of PHP and php-fpm.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(schema_with = "version_schema")]
    pub php: Option<TargetVersion>,
    /// The version of nginx.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(schema_with = "version_schema")]
    pub nginx: Option<TargetVersion>,
    /// The version of Apache httpd.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(schema_with = "version_schema")]
    pub apache: Option<TargetVersion>,
}

impl TargetTable {
    /// Whether no version is given.
    pub fn is_empty(&self) -> bool {
        *self == TargetTable::default()
    }
}

/// Other severities for the files that match.
#[derive(Clone, PartialEq, Default, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[schemars(deny_unknown_fields)]
pub struct OverrideTable {
    /// The files and folders that are meant, as globs. Required.
    #[schemars(required)]
    pub files: Vec<String>,
    /// The severity of rules or groups in these files.
    #[serde(skip_serializing_if = "BTreeMap::is_empty", serialize_with = "write_levels")]
    #[schemars(schema_with = "levels_schema")]
    pub rules: BTreeMap<String, Level>,
    /// Rules or groups that do not run for these files.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub ignore: Vec<String>,
}

/// One machine, virtual machine or container.
#[derive(Clone, PartialEq, Default, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[schemars(deny_unknown_fields)]
pub struct HostTable {
    /// What findings call it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// A folder that holds its whole file system: what is not in that folder does not exist on the host.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub root: Option<PathBuf>,
    /// Its distribution or image, where it differs from the project's `profile`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub profile: Option<String>,
    /// Its memory, such as `"8G"` or a number of bytes; pool sizes are compared with it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(schema_with = "memory_schema")]
    pub memory: Option<u64>,
    /// Which local files and folders lie where on the host: `"/var/www/html" = "./public"`.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub map: BTreeMap<String, PathBuf>,
    /// php-fpm's main files: a path on the host (`/etc/php-fpm.conf`), or a local one (`docker/php-fpm.conf`).
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schemars(schema_with = "main_files_schema")]
    pub php_fpm: Vec<MainFile>,
    /// nginx's main files, on the host or local.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schemars(schema_with = "main_files_schema")]
    pub nginx: Vec<MainFile>,
    /// Apache httpd's main files, on the host or local.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schemars(schema_with = "main_files_schema")]
    pub apache: Vec<MainFile>,
    /// The `php.ini` files, on the host or local.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schemars(schema_with = "main_files_schema")]
    pub php_ini: Vec<MainFile>,
}

/// Where a main file is.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
#[serde(untagged)]
pub enum MainFile {
    /// An absolute path on the host.
    OnHost(String),
    /// A local file.
    Local(PathBuf),
}

/// The JSON schema of `fpmlint.toml`.
pub fn json_schema() -> Schema {
    schemars::schema_for!(SettingsFile)
}

fn levels_schema(_: &mut SchemaGenerator) -> Schema {
    json_schema!({
        "type": "object",
        "additionalProperties": { "type": "string", "enum": ["off", "info", "warning", "error"] },
    })
}

fn severity_schema(_: &mut SchemaGenerator) -> Schema {
    json_schema!({ "type": "string", "enum": ["info", "warning", "error"] })
}

fn confidence_schema(_: &mut SchemaGenerator) -> Schema {
    json_schema!({ "type": "string", "enum": ["possible", "likely", "certain"] })
}

fn version_schema(_: &mut SchemaGenerator) -> Schema {
    json_schema!({ "type": "string", "pattern": "^[0-9]+(\\.[0-9]+){0,2}$" })
}

fn memory_schema(_: &mut SchemaGenerator) -> Schema {
    json_schema!({
        "anyOf": [
            { "type": "string", "pattern": "^[0-9]+ *([KkMmGgTt]([Ii]?[Bb])?|[Bb])?$" },
            { "type": "integer", "minimum": 1 },
        ],
    })
}

fn main_files_schema(_: &mut SchemaGenerator) -> Schema {
    json_schema!({
        "anyOf": [{ "type": "string" }, { "type": "array", "items": { "type": "string" } }],
    })
}

fn write_levels<S: serde::Serializer>(
    levels: &BTreeMap<String, Level>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    serializer.collect_map(levels.iter().map(|(name, level)| (name, level.name())))
}

fn write_severity<S: serde::Serializer>(
    severity: &Option<Severity>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    severity.map(Severity::name).serialize(serializer)
}

fn write_confidence<S: serde::Serializer>(
    sure: &Option<Confidence>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    sure.map(Confidence::name).serialize(serializer)
}
