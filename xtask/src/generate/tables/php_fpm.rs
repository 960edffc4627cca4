//! The table of php-fpm directives.

use super::Generated;
use super::cell::{list, optional, since, text, word};
use super::code::{Entry, Fields, Layout, ids, table};
use super::ranks::Ranks;
use super::tsv::{Row, Table};

pub const DATA: &str = "phpfpm_directives.tsv";

const USE: &str = "use crate::hash::EMPTY;
use crate::names::{Name, Names};
use crate::php_fpm::{BLANK, Directive, Scope, ValueType};
use crate::version::{Since, Version};

";

const SCOPES: [(&str, &str); 3] =
    [("global", "Scope::Global"), ("pool", "Scope::Pool"), ("global+pool", "Scope::Both")];

/// The beginnings of the cells; the first that fits counts.
const VALUES: [(&str, &str); 10] = [
    ("special", "Include"),
    ("string (any case)", "StringAnyCase"),
    ("string", "String"),
    ("integer", "Integer"),
    ("boolean", "Boolean"),
    ("time", "Time"),
    ("enum", "Enum"),
    ("rlimit", "Rlimit"),
    ("array bool", "ArrayBoolean"),
    ("array", "Array"),
];

/// The words of the directives that take one of several; the table describes them in prose.
const WORDS: [(&str, &str); 3] = [
    ("log_level", "alert error warning notice debug"),
    ("pm", "static dynamic ondemand"),
    (
        "syslog.facility",
        "auth authpriv cron daemon ftp kern lpr mail news syslog user uucp local0 local1 local2 local3 local4 \
         local5 local6 local7",
    ),
];

/// Makes the file.
pub fn generate(data: &Table, ranks: &Ranks) -> Result<Generated, String> {
    let entries: Result<Vec<Entry>, String> = data.rows().map(|row| entry(row, ranks)).collect();
    let layout = Layout { row: "Directive", blank: "BLANK", rows: "DIRECTIVES" };
    let (code, names) = table(entries?, &layout)?;
    let code = format!("{USE}{code}{}", ids(&names, 0, "crate::php_fpm")?);
    Ok(Generated { name: "php_fpm", data: DATA, code })
}

fn entry(row: Row<'_>, ranks: &Ranks) -> Result<Entry, String> {
    let label = row.get("name")?;
    let name = label.split('[').next().unwrap_or(label);
    let fields = fields(row, name).map_err(|error| format!("{DATA}: {name}: {error}"))?;
    let rank = ranks.get("fpm", name).or_else(|| ranks.get("fpm", &format!("{name}[]")));
    Ok(Entry { name: name.to_owned(), fields, rank })
}

fn fields(row: Row<'_>, name: &str) -> Result<Fields, String> {
    let mut fields = Fields::new(name);
    fields.set("scope", word(row.get("scope")?, &SCOPES)?, "Scope::Pool");
    let cell = row.get("setter/type")?;
    let value = VALUES.iter().find(|(start, _)| cell.starts_with(start));
    let (_, value) = value.ok_or_else(|| format!("{cell:?} is no type"))?;
    fields.set("value", format!("ValueType::{value}"), "ValueType::String");
    if *value == "Enum" {
        fields.set("enum_values", list(word(name, &WORDS)?, ' '), "&[]");
    }
    let default = row.get("default")?;
    fields.set("default", optional(&plain_default(default)), "None");
    fields.set("default_text", text(if default == "-" { "" } else { default }), "\"\"");
    fields.set("validation", text(row.get("allowed / validation")?), "\"\"");
    fields.set("unit", text(row.get("unit")?), "\"\"");
    fields.set("since", since(row.get("added")?)?, "Since::Unknown");
    fields.set("build", optional(row.get("build condition")?), "None");
    fields.set("notes", text(&notes(row)?), "\"\"");
    Ok(fields)
}

/// The default as php-fpm holds it; empty where the cell only describes it.
fn plain_default(cell: &str) -> String {
    if let Some(quoted) = cell.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')) {
        return quoted.replace("\\\"", "\"");
    }
    let value = cell.split(" (").next().and_then(|cell| cell.split(" = ").next()).unwrap_or(cell);
    let suffixes = value.split(' ').all(|word| word.starts_with('.'));
    let described = value.contains(' ') && !suffixes;
    if described || matches!(value, "-" | "none" | "unset") { String::new() } else { value.to_owned() }
}

/// The notes, and what was removed of the directive, which never is the directive itself.
fn notes(row: Row<'_>) -> Result<String, String> {
    let parts = [row.get("notes")?, row.get("removed")?];
    let parts: Vec<&str> = parts.into_iter().filter(|part| !part.is_empty()).collect();
    Ok(parts.join("; "))
}
