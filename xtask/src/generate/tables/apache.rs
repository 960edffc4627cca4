//! The tables of Apache directives.

use super::Generated;
use super::cell::{flag, list, optional, set, since, text, word};
use super::code::{Entry, Fields, Layout, ids, table, words};
use super::ranks::Ranks;
use super::tsv::{Row, Table};

pub const DATA: &str = "apache_directives.tsv";
pub const THIRD_PARTY_DATA: &str = "apache_directives_thirdparty.tsv";

const USE: &str =
    "use crate::apache::{AllowOverride, ArgsHow, BLANK, Contexts, Directive, Htaccess, Overrides};
use crate::hash::EMPTY;
use crate::names::{Name, Names};
";

const USE_OWN: &str = "use crate::apache::{DocumentedContexts, Status};
use crate::version::{Removed, Since, Version};

";

const ARGS: [(&str, &str); 13] = [
    ("RAW_ARGS", "Raw"),
    ("NO_ARGS", "None"),
    ("FLAG", "Flag"),
    ("TAKE1", "One"),
    ("TAKE2", "Two"),
    ("TAKE3", "Three"),
    ("TAKE12", "OneOrTwo"),
    ("TAKE13", "OneOrThree"),
    ("TAKE23", "TwoOrThree"),
    ("TAKE123", "OneToThree"),
    ("TAKE_ARGV", "Any"),
    ("ITERATE", "Each"),
    ("ITERATE2", "EachWithFirst"),
];

const MEASURED: [(&str, &str); 9] = [
    ("m_server", "SERVER"),
    ("m_vhost", "VIRTUAL_HOST"),
    ("m_directory", "DIRECTORY"),
    ("m_location", "LOCATION"),
    ("m_files", "FILES"),
    ("m_dirfiles", "FILES_IN_DIRECTORY"),
    ("m_if", "IF"),
    ("m_proxy", "PROXY"),
    ("m_limit", "LIMIT"),
];

const CLASSES: [(&str, &str); 6] = [
    ("All", "ALL"),
    ("AuthConfig", "AUTH_CONFIG"),
    ("FileInfo", "FILE_INFO"),
    ("Indexes", "INDEXES"),
    ("Limit", "LIMIT"),
    ("Options", "OPTIONS"),
];

const DOCUMENTED: [(&str, &str); 6] = [
    ("s", "SERVER"),
    ("v", "VIRTUAL_HOST"),
    ("virtual host", "VIRTUAL_HOST"),
    ("d", "DIRECTORY"),
    ("h", "HTACCESS"),
    ("p", "PROXY"),
];

const STATUS: [(&str, &str); 13] = [
    ("current", "Status::Current"),
    ("undocumented", "Status::Undocumented"),
    ("deprecated", "Status::Deprecated"),
    ("no-op", "Status::NoOp"),
    ("rejected", "Status::Rejected"),
    ("renamed", "Status::Renamed"),
    ("removed-in-2.4", "Status::RemovedIn24"),
    ("trunk-only", "Status::TrunkOnly"),
    ("solaris-only", "Status::SolarisOnly"),
    ("windows-only", "Status::WindowsOnly"),
    ("netware-only", "Status::NetwareOnly"),
    ("source-only", "Status::SourceOnly"),
    ("example-only", "Status::ExampleOnly"),
];

const LAYOUT: Layout<'_> = Layout { row: "Directive", blank: "BLANK", rows: "DIRECTIVES" };

/// Makes the file of httpd's own directives.
pub fn generate(data: &Table, ranks: &Ranks) -> Result<Generated, String> {
    let entries: Result<Vec<Entry>, String> = data.rows().map(|row| entry(row, ranks)).collect();
    let (code, names) = table(entries?, &LAYOUT)?;
    let modules: Result<Vec<&str>, String> = data.rows().map(|row| row.get("module")).collect();
    let modules = words("MODULES", modules?.into_iter().map(str::to_owned));
    let (ids, htaccess) = (ids(&names, 0, "crate::apache")?, htaccess_ranks(&names, ranks));
    let code = format!("{USE}{USE_OWN}{modules}{htaccess}{code}{ids}");
    Ok(Generated { name: "apache", data: DATA, code })
}

/// Makes the file of directives of modules that others package; their ids follow those of the `own` table.
pub fn generate_third_party(data: &Table, own: &Table, ranks: &Ranks) -> Result<Generated, String> {
    let mut own_names: Vec<String> = Vec::new();
    for row in own.rows() {
        own_names.push(row.get("name")?.to_ascii_lowercase());
    }
    own_names.sort();
    own_names.dedup();
    let mut entries = Vec::new();
    for row in data.rows() {
        let entry = third_party_entry(row, ranks)?;
        if own_names.binary_search(&entry.name.to_ascii_lowercase()).is_ok() {
            return Err(format!("{THIRD_PARTY_DATA}: {} is one of httpd's own directives", entry.name));
        }
        entries.push(entry);
    }
    let (code, names) = table(entries, &LAYOUT)?;
    let loads: Result<Vec<&str>, String> = data.rows().map(|row| row.get("load_name")).collect();
    let loads = words("LOAD_NAMES", loads?.into_iter().map(str::to_owned));
    let first_id = own_names.len();
    let first = format!("\npub(crate) const FIRST_ID: u16 = {first_id};\n\n");
    let code = format!("{USE}{first}{loads}{code}{}", ids(&names, first_id, "crate::apache")?);
    Ok(Generated { name: "apache_thirdparty", data: THIRD_PARTY_DATA, code })
}

/// How the table of frequencies writes a name: small, and a section in angle brackets.
fn rank(ranks: &Ranks, dialect: &str, name: &str) -> Option<u16> {
    let end = if name.starts_with('<') { ">" } else { "" };
    ranks.get(dialect, &format!("{}{end}", name.to_ascii_lowercase()))
}

fn htaccess_ranks(names: &[String], ranks: &Ranks) -> String {
    let ranked = names.iter().enumerate();
    let ranked = ranked.filter_map(|(id, name)| Some(format!("({id}, {})", rank(ranks, "htaccess", name)?)));
    let ranked: Vec<String> = ranked.collect();
    let (count, pairs) = (ranked.len(), ranked.join(", "));
    format!("pub(crate) static HTACCESS_RANKS: [(u16, u16); {count}] = [{pairs}];\n\n")
}

fn entry(row: Row<'_>, ranks: &Ranks) -> Result<Entry, String> {
    let name = row.get("name")?;
    let fields = fields(row, name).map_err(|error| format!("{DATA}: {name}: {error}"))?;
    Ok(Entry { name: name.to_owned(), fields, rank: rank(ranks, "apache", name) })
}

fn fields(row: Row<'_>, name: &str) -> Result<Fields, String> {
    let mut fields = Fields::new(name);
    fields.set("module", text(row.get("module")?), "\"\"");
    fields.set("module_file", text(row.get("module_file")?), "\"\"");
    fields.set("args", args(row)?, "ArgsHow::Raw");
    fields.set("overrides", overrides(row)?, "Overrides::NONE");
    let (contexts, measured) = contexts(row)?;
    fields.set("contexts", contexts, "Contexts::NONE");
    fields.set("measured", measured.to_string(), "false");
    fields.set("htaccess", htaccess(row.get("htaccess_override")?)?, "Htaccess::Refused");
    fields.set("exec_on_read", flag(row.get("exec_on_read")?)?.to_string(), "false");
    fields.set("container", flag(row.get("container")?)?.to_string(), "false");
    let documented = each(row.get("doc_contexts")?, ',', &DOCUMENTED)?;
    fields.set("documented", set("DocumentedContexts", documented), "DocumentedContexts::NONE");
    fields.set("default", optional(row.get("default")?), "None");
    fields.set("enum_values", list(row.get("enum_values")?, '|'), "&[]");
    fields.set("since", since(row.get("since")?)?, "Since::Unknown");
    let status = word(row.get("status")?, &STATUS)?;
    let removed = if status == "Status::RemovedIn24" { "Removed::At(Version::new(2, 4, 0))" } else { "" };
    fields.set("removed", removed, "");
    fields.set("status", status, "Status::Current");
    fields.set("note", text(row.get("note")?), "\"\"");
    Ok(fields)
}

fn third_party_entry(row: Row<'_>, ranks: &Ranks) -> Result<Entry, String> {
    let name = row.get("name")?;
    let fields =
        third_party_fields(row, name).map_err(|error| format!("{THIRD_PARTY_DATA}: {name}: {error}"))?;
    Ok(Entry { name: name.to_owned(), fields, rank: rank(ranks, "apache", name) })
}

fn third_party_fields(row: Row<'_>, name: &str) -> Result<Fields, String> {
    let mut fields = Fields::new(name);
    fields.set("module_file", text(row.get("module_file")?), "\"\"");
    fields.set("load_name", optional(row.get("load_name")?), "None");
    fields.set("args", args(row)?, "ArgsHow::Raw");
    fields.set("overrides", overrides(row)?, "Overrides::NONE");
    fields.set("contexts", set("Contexts", contexts_by_flags(row.get("override_flags")?)), "Contexts::NONE");
    fields.set("htaccess", htaccess(row.get("htaccess_override")?)?, "Htaccess::Refused");
    let on_read = row.get("override_flags")?.split('|').any(|flag| flag == "EXEC_ON_READ");
    fields.set("exec_on_read", on_read.to_string(), "false");
    fields.set("container", name.starts_with('<').to_string(), "false");
    Ok(fields)
}

fn args(row: Row<'_>) -> Result<String, String> {
    Ok(format!("ArgsHow::{}", word(row.get("args_how")?, &ARGS)?))
}

fn overrides(row: Row<'_>) -> Result<String, String> {
    let flags = row.get("override_flags")?.split('|').filter(|flag| *flag != "NONE");
    Ok(set("Overrides", flags.map(str::to_owned)))
}

/// Where it is accepted, and whether that was tried: capitals say so.
fn contexts(row: Row<'_>) -> Result<(String, bool), String> {
    let mut accepted = Vec::new();
    let mut measured = true;
    for (column, constant) in MEASURED {
        let cell = row.get(column)?;
        if word(cell, &[("Y", "yes"), ("y", "yes"), ("N", "no"), ("n", "no")])? == "yes" {
            accepted.push(constant.to_owned());
        }
        measured &= cell.chars().all(char::is_uppercase);
    }
    let everywhere = accepted.len() == MEASURED.len();
    Ok((if everywhere { "Contexts::ALL".to_owned() } else { set("Contexts", accepted) }, measured))
}

/// Where httpd itself, which knows nothing but the flags, accepts a directive.
fn contexts_by_flags(flags: &str) -> Vec<String> {
    let any = |words: &[&str]| flags.split('|').any(|flag| words.contains(&flag));
    let outside = any(&["RSRC_CONF", "OR_ALL", "OR_OPTIONS", "OR_FILEINFO", "OR_INDEXES"]);
    let inside = any(&["ACCESS_CONF"]) || flags.contains("OR_");
    let accepted = MEASURED.into_iter().filter(|(_, constant)| match *constant {
        "SERVER" | "VIRTUAL_HOST" => outside,
        "PROXY" => inside || any(&["PROXY_CONF"]),
        _ => inside,
    });
    accepted.map(|(_, constant)| constant.to_owned()).collect()
}

fn htaccess(cell: &str) -> Result<String, String> {
    Ok(match cell {
        "N" => "Htaccess::Refused".to_owned(),
        "N(handler)" => "Htaccess::RefusedByHandler".to_owned(),
        _ => format!("Htaccess::WithAny({})", set("AllowOverride", each(cell, '/', &CLASSES)?)),
    })
}

/// The constants of the words in a cell.
fn each(cell: &str, separator: char, words: &[(&str, &'static str)]) -> Result<Vec<String>, String> {
    let parts = cell.split(separator).filter(|part| !part.is_empty());
    parts.map(|part| word(part, words).map(str::to_owned)).collect()
}
