//! The table of php.ini directives.

use super::Generated;
use super::cell::{set, since, text, version, word};
use super::code::{Entry, Fields, Layout, ids, table};
use super::ranks::Ranks;
use super::tsv::{Row, Table};

pub const DATA: &str = "php_ini_directives.tsv";

const USE: &str = "use crate::hash::EMPTY;
use crate::names::{Name, Names};
use crate::php_ini::{BLANK, Changeable, Default, DefaultChange, Directive, Origin, ValueType};
use crate::version::{Removed, Since, Version};

";

const VALUES: [(&str, &str); 5] = [
    ("bool", "ValueType::Boolean"),
    ("int/size", "ValueType::Integer"),
    ("float", "ValueType::Float"),
    ("string", "ValueType::String"),
    ("", "ValueType::Unknown"),
];

/// Defaults that look like names of build constants and are plain text.
const PLAIN: [&str; 2] = ["LOG_USER", "PHP_SESSION_UPLOAD_PROGRESS"];

/// Makes the file.
pub fn generate(data: &Table, ranks: &Ranks) -> Result<Generated, String> {
    let entries: Result<Vec<Entry>, String> = data.rows().map(|row| entry(row, ranks)).collect();
    let layout = Layout { row: "Directive", blank: "BLANK", rows: "DIRECTIVES" };
    let (code, names) = table(entries?, &layout)?;
    let code = format!("{USE}{code}{}", ids(&names, 0, "crate::php_ini")?);
    Ok(Generated { name: "php_ini", data: DATA, code })
}

fn entry(row: Row<'_>, ranks: &Ranks) -> Result<Entry, String> {
    let name = row.get("name")?;
    let fields = fields(row, name).map_err(|error| format!("{DATA}: {name}: {error}"))?;
    Ok(Entry { name: name.to_owned(), fields, rank: ranks.get("phpini", name) })
}

fn fields(row: Row<'_>, name: &str) -> Result<Fields, String> {
    let mut fields = Fields::new(name);
    let source = row.get("source")?;
    let from_manual = source.starts_with("doc-only:");
    fields.set("origin", origin(source)?, "Origin::Core");
    fields.set(
        "default",
        default(&unquoted(row.get("default(newest seen)")?), from_manual),
        "Default::Unknown",
    );
    fields.set("changeable", changeable(row.get("changeable")?), "None");
    let handler = row.get("handler")?;
    fields.set("handler", text(if handler == "NULL" { "" } else { handler }), "\"\"");
    fields.set("value", word(row.get("value_type")?, &VALUES)?, "ValueType::Unknown");
    fields.set("since", since(row.get("added_in")?)?, "Since::Unknown");
    fields.set("removed", removed(row.get("removed_in")?)?, "Removed::Never");
    let deprecated = row.get("deprecated_in")?;
    if !deprecated.is_empty() {
        fields.set("deprecated", format!("Some({})", version(deprecated)?), "None");
    }
    fields.set("default_changes", default_changes(&unquoted(row.get("default_changes")?))?, "&[]");
    fields.set("changeable_before", changeable_before(row.get("changeable_changes")?)?, "None");
    let note = unquoted(row.get("note")?);
    // Where the directive comes from is a field of its own.
    fields.set("note", text(if from_manual { "" } else { &note }), "\"\"");
    Ok(fields)
}

/// A cell that holds quotes is itself in quotes, and its own are doubled.
fn unquoted(cell: &str) -> String {
    match cell.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')) {
        Some(inner) => inner.replace("\"\"", "\""),
        None => cell.to_owned(),
    }
}

fn origin(source: &str) -> Result<String, String> {
    let mut parts = source.split('/');
    let (first, second) = (parts.next().unwrap_or(""), parts.next().unwrap_or(""));
    Ok(match first {
        "main" | "Zend" => "Origin::Core".to_owned(),
        "ext" => format!("Origin::Extension({second:?})"),
        "sapi" => format!("Origin::Sapi({second:?})"),
        "doc-only:reference" => format!("Origin::Manual({second:?})"),
        "doc-only:appendices" => "Origin::Manual(\"\")".to_owned(),
        _ => return Err(format!("{source:?} is no known source")),
    })
}

/// The default as the C source or the manual has it.
fn default(cell: &str, from_manual: bool) -> String {
    let constant = |letter: char| letter.is_ascii_uppercase() || letter.is_ascii_digit() || letter == '_';
    match cell {
        "" if from_manual => "Default::Unknown".to_owned(),
        "NULL" | "null" | "&null;" => "Default::Null".to_owned(),
        "&false;" => "Default::Value(\"0\")".to_owned(),
        "1 (&true;)" => "Default::Value(\"1\")".to_owned(),
        _ if from_manual || PLAIN.contains(&cell) => format!("Default::Value({cell:?})"),
        _ if cell.contains('"') => format!("Default::Build({cell:?})"),
        _ if cell.contains('_') && cell.chars().all(constant) => format!("Default::Build({cell:?})"),
        _ => format!("Default::Value({:?})", cell.replace("\\\\", "\\")),
    }
}

/// Who may set it. Cells of the manual that hold a number come from a table with other columns.
fn changeable(cell: &str) -> String {
    let known = ["ALL", "SYSTEM", "PERDIR", "USER", "PHP_INI_ONLY"];
    let words = cell.replace("php.ini only", "PHP_INI_ONLY");
    let words: Vec<&str> = words.split('|').map(str::trim).collect();
    if words.iter().all(|word| known.contains(word)) {
        format!("Some({})", set("Changeable", words.into_iter().map(str::to_owned)))
    } else {
        "None".to_owned()
    }
}

fn removed(cell: &str) -> Result<String, String> {
    Ok(match cell.strip_prefix("by ") {
        _ if cell.is_empty() => "Removed::Never".to_owned(),
        Some(release) => format!("Removed::By({})", version(release)?),
        None => format!("Removed::At({})", version(cell)?),
    })
}

/// `8.0: "0"->"1"`: what the default was before.
fn default_changes(cell: &str) -> Result<String, String> {
    if cell.is_empty() {
        return Ok("&[]".to_owned());
    }
    let parts = cell.split_once(": ").and_then(|(release, rest)| Some((release, rest.split_once("->")?.0)));
    let (release, before) = parts.ok_or_else(|| format!("{cell:?} is no change"))?;
    let before = default(before.trim_matches('"'), false);
    Ok(format!("&[DefaultChange {{ version: {}, before: {before} }}]", version(release)?))
}

/// `7.2: PHP_INI_SYSTEM->PHP_INI_ALL`: who could set it before.
fn changeable_before(cell: &str) -> Result<String, String> {
    if cell.is_empty() {
        return Ok("None".to_owned());
    }
    let parts =
        cell.split_once(": PHP_INI_").and_then(|(release, rest)| Some((release, rest.split_once("->")?.0)));
    let (release, before) = parts.ok_or_else(|| format!("{cell:?} is no change"))?;
    Ok(format!("Some(({}, Changeable::{before}))", version(release)?))
}
