//! The code of a table: rows, sorted names, index, constants.
//!
//! In: rows as expressions, each with its name. Out: Rust code. Rows and names keep one line each, so that a
//! change of one shows as one line.

use super::hash::{EMPTY, first_slot};
use std::collections::HashSet;
use std::fmt::Write;

/// The fields of a row that differ from the blank one.
pub struct Fields(String);

impl Fields {
    /// A row with nothing but a name.
    pub fn new(name: &str) -> Fields {
        Fields(format!("name: {name:?}, "))
    }

    /// Sets a field, unless the blank row has this value already.
    pub fn set(&mut self, field: &str, value: impl AsRef<str>, blank: &str) {
        let value = value.as_ref();
        if value != blank {
            self.0.push_str(&format!("{field}: {value}, "));
        }
    }
}

/// A row with the name that it is filed under.
pub struct Entry {
    /// The name as `find` knows it.
    pub name: String,
    /// What is set in the row.
    pub fields: Fields,
    /// How common the name is.
    pub rank: Option<u16>,
}

/// A table to write.
pub struct Layout<'a> {
    /// The type of a row.
    pub row: &'a str,
    /// The blank row.
    pub blank: &'a str,
    /// The static with the rows.
    pub rows: &'a str,
}

/// A name and the rows that it has.
struct Name {
    text: String,
    rank: Option<u16>,
    first: usize,
    count: usize,
}

/// Sorts the rows by name, without regard to case, and writes rows, names and index. Gives the names, too.
pub fn table(mut entries: Vec<Entry>, layout: &Layout<'_>) -> Result<(String, Vec<String>), String> {
    entries.sort_by_cached_key(|entry| entry.name.to_ascii_lowercase());
    let mut code = String::new();
    let Layout { row, blank, rows } = layout;
    // Writing to a string does not fail.
    let _ = writeln!(code, "#[rustfmt::skip]\npub(crate) static {rows}: [{row}; {}] = [", entries.len());
    for entry in &entries {
        let _ = writeln!(code, "    {row} {{ {}..{blank} }},", entry.fields.0);
    }
    let _ =
        writeln!(code, "];\n\n#[rustfmt::skip]\npub(crate) static NAMES: Names = Names {{\n    names: &[");
    let names = grouped(&entries)?;
    for Name { text, rank, first, count } in &names {
        let _ =
            writeln!(code, "        Name {{ text: {text:?}, row: {first}, rows: {count}, rank: {rank:?} }},");
    }
    let _ = writeln!(code, "    ],\n    index: &INDEX,\n}};\n");
    let texts: Vec<String> = names.into_iter().map(|name| name.text).collect();
    code.push_str(&index(&texts)?);
    Ok((code, texts))
}

fn grouped(entries: &[Entry]) -> Result<Vec<Name>, String> {
    let mut names: Vec<Name> = Vec::new();
    for (first, entry) in entries.iter().enumerate() {
        match names.last_mut() {
            Some(last) if last.text == entry.name => last.count += 1,
            Some(last) if last.text.eq_ignore_ascii_case(&entry.name) => {
                return Err(format!("{} and {} differ in case only", last.text, entry.name));
            }
            _ => names.push(Name { text: entry.name.clone(), rank: entry.rank, first, count: 1 }),
        }
    }
    Ok(names)
}

/// An open addressed index, at most half full.
fn index(names: &[String]) -> Result<String, String> {
    let slots = (names.len() * 2).next_power_of_two().max(2);
    let mut index = vec![EMPTY; slots];
    for (number, name) in names.iter().enumerate() {
        let mut slot = first_slot(name.as_bytes(), slots);
        while index.get(slot).is_some_and(|number| *number != EMPTY) {
            slot = (slot + 1) % slots;
        }
        let number = u16::try_from(number).map_err(|_| "there are too many names".to_owned())?;
        if let Some(free) = index.get_mut(slot) {
            *free = number;
        }
    }
    let numbers =
        index.iter().map(|number| if *number == EMPTY { "EMPTY".to_owned() } else { number.to_string() });
    Ok(format!("static INDEX: [u16; {slots}] = [{}];\n\n", numbers.collect::<Vec<_>>().join(", ")))
}

/// A module of constants, one for each name; the first has the number `first_id`.
pub fn ids(names: &[String], first_id: usize, id_type: &str) -> Result<String, String> {
    let mut code = format!("/// The id of each name.\npub mod id {{\n    use {id_type}::DirectiveId;\n");
    let mut seen = HashSet::new();
    for (number, name) in names.iter().enumerate() {
        let constant = constant(name);
        if !seen.insert(constant.clone()) {
            return Err(format!("two names become the constant {constant}"));
        }
        let id = first_id + number;
        let _ = write!(code, "\n/// `{name}`.\npub const {constant}: DirectiveId = DirectiveId({id});");
    }
    code.push_str("}\n");
    Ok(code)
}

/// A name in capitals: `fastcgi_pass` is `FASTCGI_PASS`, `SSLEngine` is `SSL_ENGINE`, `<If` is `SECTION_IF`.
pub fn constant(name: &str) -> String {
    let (mut constant, name) = match name.strip_prefix('<') {
        Some(rest) => ("SECTION_".to_owned(), rest),
        None => (String::new(), name),
    };
    let mut before = '_';
    let mut letters = name.chars().peekable();
    while let Some(letter) = letters.next() {
        let next_is_small = letters.peek().is_some_and(char::is_ascii_lowercase);
        let after_small = before.is_ascii_lowercase() || before.is_ascii_digit();
        let starts_word =
            letter.is_ascii_uppercase() && (after_small || before.is_ascii_uppercase() && next_is_small);
        let break_here = starts_word || !letter.is_ascii_alphanumeric();
        if break_here && !constant.is_empty() && !constant.ends_with('_') {
            constant.push('_');
        }
        if letter.is_ascii_alphanumeric() {
            constant.push(letter.to_ascii_uppercase());
        }
        before = letter;
    }
    constant.trim_end_matches('_').to_owned()
}

/// A sorted static list of strings, each once.
pub fn words(name: &str, words: impl IntoIterator<Item = String>) -> String {
    let mut words: Vec<String> = words.into_iter().collect();
    words.sort();
    words.dedup();
    let list: Vec<String> = words.iter().map(|word| format!("{word:?}")).collect();
    format!("pub(crate) static {name}: [&str; {}] = [{}];\n\n", list.len(), list.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn constants_break_where_words_do() {
        let names = [
            "fastcgi_pass",
            "pm.max_children",
            "ProxyPassMatch",
            "SSLEngine",
            "<IfModule",
            "H2Push",
            "Lua_____ByteCodeHack",
            "access.suppress_path",
            "xml2EncDefault",
        ];
        assert_eq!(
            names.map(constant),
            [
                "FASTCGI_PASS",
                "PM_MAX_CHILDREN",
                "PROXY_PASS_MATCH",
                "SSL_ENGINE",
                "SECTION_IF_MODULE",
                "H2_PUSH",
                "LUA_BYTE_CODE_HACK",
                "ACCESS_SUPPRESS_PATH",
                "XML2_ENC_DEFAULT",
            ]
        );
    }

    #[test]
    fn names_that_differ_in_case_only_are_refused() {
        let entry = |name: &str| Entry { name: name.to_owned(), fields: Fields::new(name), rank: None };
        let layout = Layout { row: "Row", blank: "BLANK", rows: "ROWS" };
        assert!(table(vec![entry("Allow"), entry("allow")], &layout).is_err());
    }
}
