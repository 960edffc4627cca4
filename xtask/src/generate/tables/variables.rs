//! The table of nginx variables.

use super::Generated;
use super::cell::{maybe, since, text, version, word};
use super::code::{Entry, Fields, Layout, table};
use super::tsv::{Row, Table};

pub const DATA: &str = "nginx_variables.tsv";

const USE: &str = "use crate::hash::EMPTY;
use crate::names::{Name, Names};
use crate::nginx::{BLANK_VARIABLE, Variable, VariableScope};
use crate::version::{Removed, Since, Version};

";

const SCOPES: [(&str, &str); 3] = [
    ("http", "VariableScope::Http"),
    ("stream", "VariableScope::Stream"),
    ("log_format", "VariableScope::LogFormat"),
];

/// Makes the file.
pub fn generate(data: &Table) -> Result<Generated, String> {
    let entries: Result<Vec<Entry>, String> = data.rows().map(entry).collect();
    let layout = Layout { row: "Variable", blank: "BLANK_VARIABLE", rows: "VARIABLES" };
    let (code, _) = table(entries?, &layout)?;
    Ok(Generated { name: "nginx_variables", data: DATA, code: format!("{USE}{code}") })
}

fn entry(row: Row<'_>) -> Result<Entry, String> {
    let name = row.get("name")?;
    let (stem, prefix) = match name.strip_suffix('*') {
        Some(stem) => (stem, true),
        None => (name, false),
    };
    let fields = fields(row, stem, prefix).map_err(|error| format!("{DATA}: {name}: {error}"))?;
    Ok(Entry { name: stem.to_owned(), fields, rank: None })
}

fn fields(row: Row<'_>, stem: &str, prefix: bool) -> Result<Fields, String> {
    if prefix != (row.get("kind")? == "prefix") {
        return Err("the name and the kind do not agree".to_owned());
    }
    let mut fields = Fields::new(stem);
    fields.set("scope", word(row.get("scope")?, &SCOPES)?, "VariableScope::Http");
    fields.set("prefix", prefix.to_string(), "false");
    fields.set("module", text(&module(row.get("source")?)), "\"\"");
    fields.set("changeable", maybe(row.get("changeable")?)?, "None");
    fields.set("nocacheable", maybe(row.get("nocacheable")?)?, "None");
    fields.set("settable", maybe(row.get("settable")?)?, "None");
    match row.get("since")?.strip_prefix("removed after ") {
        Some(last) => fields.set("removed", format!("Removed::After({})", version(last)?), ""),
        None => fields.set("since", since(row.get("since")?)?, "Since::Unknown"),
    }
    Ok(fields)
}

/// The module that a C file belongs to.
fn module(source: &str) -> String {
    let file = source.rsplit('/').next().unwrap_or("");
    let Some(stem) = file.strip_suffix(".c") else { return String::new() };
    match stem.strip_suffix("_variables") {
        Some(part) => format!("{part}_core_module"),
        None if stem.ends_with("_module") => stem.to_owned(),
        None => format!("{stem}_module"),
    }
}
