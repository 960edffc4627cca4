//! The table of nginx directives.

use super::Generated;
use super::cell::{flag, list, optional, set, since, text, version, word};
use super::code::{Entry, Fields, Layout, ids, table, words};
use super::ranks::Ranks;
use super::tsv::{Row, Table};

pub const DATA: &str = "nginx_directives.tsv";

const USE: &str = "use crate::hash::EMPTY;
use crate::names::{Name, Names};
use crate::nginx::{Arity, BLANK, Change, Contexts, Directive, Duplicates, ModuleKind, Uses, ValueType};
use crate::version::{Removed, Since, Version};

";

const KINDS: [(&str, &str); 6] = [
    ("conf", "ModuleKind::Conf"),
    ("core", "ModuleKind::Core"),
    ("event", "ModuleKind::Event"),
    ("http", "ModuleKind::Http"),
    ("stream", "ModuleKind::Stream"),
    ("mail", "ModuleKind::Mail"),
];

const VALUES: [(&str, &str); 27] = [
    ("flag", "Flag"),
    ("size", "Size"),
    ("off", "Offset"),
    ("num", "Number"),
    ("msec", "Milliseconds"),
    ("sec", "Seconds"),
    ("str", "String"),
    ("str_array", "StringArray"),
    ("keyval", "KeyValue"),
    ("enum", "Enum"),
    ("bitmask", "Bitmask"),
    ("bufs", "Buffers"),
    ("path", "Path"),
    ("access", "Access"),
    ("predicate", "Predicate"),
    ("complex_str", "ComplexString"),
    ("complex_str_zero", "ComplexStringZero"),
    ("complex_size", "ComplexSize"),
    ("upstream_bind", "UpstreamBind"),
    ("mime_types", "MimeTypes"),
    ("cache_path", "CachePath"),
    ("cache_valid", "CacheValid"),
    ("param", "Parameter"),
    ("charset", "Charset"),
    ("custom:enum", "CustomEnum"),
    ("custom:flag", "CustomFlag"),
    ("custom", "Custom"),
];

/// The beginnings of the cells; the longest that fits counts.
const DUPLICATES: [(&str, &str); 11] = [
    ("error", "Refused"),
    ("append/unspecified", "Unknown"),
    ("append", "Append"),
    ("accumulate", "Accumulate"),
    ("last wins (warn", "LastWinsWarned"),
    ("last wins", "LastWins"),
    ("repeatable", "Repeatable"),
    ("sequence", "Sequence"),
    ("idempotent", "Idempotent"),
    ("merge", "Merge"),
    ("ignored", "Ignored"),
];

const USES: [(&str, &str); 21] = [
    ("cidr", "CIDR"),
    ("declares-var", "DECLARES_VARIABLE"),
    ("declares/uses-var", "DECLARES_OR_USES_VARIABLE"),
    ("dlopen", "LOADS_LIBRARY"),
    ("group-lookup", "GROUP_LOOKUP"),
    ("user-lookup", "USER_LOOKUP"),
    ("int", "INTEGER"),
    ("log-target", "LOG_TARGET"),
    ("offset", "OFFSET"),
    ("opens-file", "OPENS_FILE"),
    ("parses-block", "PARSES_BLOCK"),
    ("path", "PATH"),
    ("reads-file", "READS_FILE"),
    ("regex", "REGEX"),
    ("resolver", "RESOLVER"),
    ("shm-zone", "SHARED_MEMORY"),
    ("size", "SIZE"),
    ("time", "TIME"),
    ("upstream-ref", "UPSTREAM_REFERENCE"),
    ("url", "URL"),
    ("variables", "VARIABLES"),
];

/// Makes the file.
pub fn generate(data: &Table, ranks: &Ranks) -> Result<Generated, String> {
    let entries: Result<Vec<Entry>, String> = data.rows().map(|row| entry(row, ranks)).collect();
    let layout = Layout { row: "Directive", blank: "BLANK", rows: "DIRECTIVES" };
    let (code, names) = table(entries?, &layout)?;
    let modules: Result<Vec<&str>, String> = data.rows().map(|row| row.get("module")).collect();
    let modules = words("MODULES", modules?.into_iter().map(str::to_owned));
    let code = format!("{USE}{modules}{code}{}", ids(&names, 0, "crate::nginx")?);
    Ok(Generated { name: "nginx", data: DATA, code })
}

fn entry(row: Row<'_>, ranks: &Ranks) -> Result<Entry, String> {
    let name = row.get("name")?;
    let fields = fields(row, name).map_err(|error| format!("{DATA}: {name}: {error}"))?;
    Ok(Entry { name: name.to_owned(), fields, rank: ranks.get("nginx", name) })
}

fn fields(row: Row<'_>, name: &str) -> Result<Fields, String> {
    let mut fields = Fields::new(name);
    fields.set("module", text(row.get("module")?), "");
    fields.set("kind", word(row.get("module_type")?, &KINDS)?, "ModuleKind::Http");
    fields.set("contexts", contexts(row.get("contexts")?), "");
    fields.set("arity", arity(row.get("arity_flags")?)?, "Arity::ONE_OR_MORE");
    fields.set("block", flag(row.get("block")?)?.to_string(), "false");
    fields.set("setter", text(row.get("setter")?), "");
    let value = word(row.get("value_type")?, &VALUES)?;
    fields.set("value", format!("ValueType::{value}"), "ValueType::Custom");
    fields.set("variables", flag(row.get("variables_ok")?)?.to_string(), "false");
    fields.set("enum_values", list(row.get("enum_values")?, ','), "&[]");
    fields.set("keywords", list(row.get("keywords")?, ' '), "&[]");
    fields.set("duplicates", duplicates(row.get("duplicates")?)?, "Duplicates::Refused");
    fields.set("default", optional(row.get("default_expr")?), "None");
    let inherits =
        word(row.get("inherits")?, &[("", "None"), ("merged", "Some(true)"), ("no", "Some(false)")])?;
    fields.set("inherits", inherits, "None");
    fields.set("since", since(row.get("since")?)?, "Since::Unknown");
    let (removed, changes) = changes(row.get("changes")?)?;
    fields.set("removed", removed, "Removed::Never");
    fields.set("changes", changes, "&[]");
    fields.set("build", optional(row.get("build_cond")?), "None");
    facts(&mut fields, row.get("setter_facts")?)?;
    fields.set("semantics", text(row.get("semantics")?), "\"\"");
    Ok(fields)
}

fn contexts(cell: &str) -> String {
    let constant = |word: &str| match word {
        "any" => "ALL".to_owned(),
        _ => word.replace(['-', '.'], "_").to_uppercase(),
    };
    set("Contexts", cell.split(',').map(constant))
}

/// `FLAG`, `1MORE`, `TAKE12` and the like, beside which `BLOCK` and `NOARGS` may stand.
fn arity(cell: &str) -> Result<String, String> {
    let mut counts = 0u8;
    for word in cell.split('|').filter(|word| *word != "BLOCK") {
        match word {
            "FLAG" => return Ok("Arity::FLAG".to_owned()),
            "1MORE" => return Ok("Arity::ONE_OR_MORE".to_owned()),
            "2MORE" => return Ok("Arity::TWO_OR_MORE".to_owned()),
            "NOARGS" => counts |= 1,
            _ => {
                let digits = word.strip_prefix("TAKE").ok_or_else(|| format!("{cell:?} is no arity"))?;
                for digit in digits.chars() {
                    let count = digit.to_digit(8).ok_or_else(|| format!("{cell:?} is no arity"))?;
                    counts |= 1 << count;
                }
            }
        }
    }
    Ok(format!("Arity::counts({counts:#b})"))
}

fn duplicates(cell: &str) -> Result<String, String> {
    if let Some(key) = cell.strip_prefix("keyed: ") {
        return Ok(format!("Duplicates::Keyed({key:?})"));
    }
    let found = DUPLICATES.iter().find(|(start, _)| cell.starts_with(start));
    found.map(|(_, variant)| format!("Duplicates::{variant}")).ok_or_else(|| format!("{cell:?} is not known"))
}

/// `REMOVED in 1.2.3`, or `1.2.3:arity+values` once or more with semicolons between: what `removed` and
/// `changes` are.
fn changes(cell: &str) -> Result<(String, String), String> {
    if let Some(removed) = cell.strip_prefix("REMOVED in ") {
        return Ok((format!("Removed::At({})", version(removed)?), "&[]".to_owned()));
    }
    let mut changes = Vec::new();
    for change in cell.split(';').filter(|change| !change.is_empty()) {
        let (release, what) = change.split_once(':').ok_or_else(|| format!("{cell:?} is no change"))?;
        let has = |word: &str| what.split('+').any(|part| part == word);
        if !what.split('+').all(|part| part == "arity" || part == "values") {
            return Err(format!("{cell:?} is no change"));
        }
        let (release, arity, values) = (version(release)?, has("arity"), has("values"));
        changes.push(format!("Change {{ version: {release}, arity: {arity}, values: {values} }}"));
    }
    Ok(("Removed::Never".to_owned(), format!("&[{}]", changes.join(", "))))
}

/// What the setter does: `uses a,b`, `bounds 1..9`, `post=x`, `deprecated: use x`, with semicolons between.
fn facts(fields: &mut Fields, cell: &str) -> Result<(), String> {
    for fact in cell.split("; ").filter(|fact| !fact.is_empty()) {
        if let Some(words) = fact.strip_prefix("uses ") {
            let words: Result<Vec<&str>, String> = words.split(',').map(|used| word(used, &USES)).collect();
            fields.set("uses", set("Uses", words?.into_iter().map(str::to_owned)), "");
        } else if let Some((least, most)) =
            fact.strip_prefix("bounds ").and_then(|rest| rest.split_once(".."))
        {
            fields.set("bounds", format!("Some(({least}, {most}))"), "");
        } else if let Some(post) = fact.strip_prefix("post=") {
            // A number in place of an object is a switch of the setter, which its name already tells.
            if !post.starts_with('(') {
                fields.set("post", optional(post), "");
            }
        } else if let Some(replacement) = fact.strip_prefix("deprecated: use ") {
            fields.set("replacement", optional(replacement), "");
        } else {
            return Err(format!("{fact:?} is not known"));
        }
    }
    Ok(())
}
