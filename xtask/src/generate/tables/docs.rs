//! The texts of directives.
//!
//! In: `data/docs/*.md`, one file for each dialect: a title, then for each directive a `## name` heading, a paragraph
//! that says what it does, and maybe a paragraph that begins with `Trap: `. Out: one list for each dialect, in the
//! order of the directives' ids. A file that is not exactly so is an error with its line.

use super::Generated;
use super::code::constant;
use super::tsv::Table;
use std::collections::HashSet;
use std::fmt::Write;
use std::path::Path;

/// No line is longer.
const WIDTH: usize = 110;
/// A paragraph has at least and at most so many characters.
const LENGTH: std::ops::RangeInclusive<usize> = 20..=620;
const TRAP: &str = "Trap: ";

const USE: &str = "use crate::docs::Doc;
use crate::{apache, nginx, php_fpm, php_ini};

";

/// A dialect: its file, its module in the catalog, and the names that it knows.
pub struct Dialect<'t> {
    /// The name of the file, and of the module.
    pub name: &'static str,
    /// The table of its directives.
    pub table: &'t Table,
    /// The table of directives whose ids come after those of the first.
    pub more: Option<&'t Table>,
    /// Whether every directive must have a text.
    pub whole: bool,
}

/// A text with its heading's line.
struct Doc {
    line: usize,
    name: String,
    text: String,
    trap: Option<String>,
}

/// Makes the file.
pub fn generate(folder: &Path, dialects: &[Dialect<'_>]) -> Result<Generated, String> {
    let mut code = USE.to_owned();
    for dialect in dialects {
        let path = folder.join(dialect.name).with_extension("md");
        let text = std::fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))?;
        let list = list(&text, dialect).map_err(|error| format!("{}:{error}", path.display()))?;
        code.push_str(&list);
    }
    Ok(Generated { name: "docs", data: "docs", code })
}

fn list(text: &str, dialect: &Dialect<'_>) -> Result<String, String> {
    let mut docs = read(text)?;
    let first = names(Some(dialect.table))?;
    let more = names(dialect.more)?;
    for pair in docs.windows(2) {
        let [before, after] = pair else { continue };
        if before.name.to_ascii_lowercase() >= after.name.to_ascii_lowercase() {
            return Err(format!("{}: {} stands after {}", after.line, after.name, before.name));
        }
    }
    if let Some(doc) = docs.iter().find(|doc| !first.contains(&doc.name) && !more.contains(&doc.name)) {
        return Err(format!("{}: no directive is called {}", doc.line, doc.name));
    }
    let written: HashSet<&str> = docs.iter().map(|doc| doc.name.as_str()).collect();
    if let Some(name) = first.iter().find(|name| dialect.whole && !written.contains(name.as_str())) {
        return Err(format!("1: {name} has no text"));
    }
    docs.sort_by_key(|doc| !first.contains(&doc.name));
    let mut code = format!(
        "#[rustfmt::skip]\npub(crate) static {}: [Doc; {}] = [\n",
        constant(dialect.name),
        docs.len()
    );
    for Doc { name, text, trap, .. } in &docs {
        // Writing to a string does not fail.
        let _ = writeln!(
            code,
            "    Doc {{ number: {}::id::{}.0, text: {text:?}, trap: {trap:?} }},",
            dialect.name,
            constant(name)
        );
    }
    code.push_str("];\n\n");
    Ok(code)
}

fn names(table: Option<&Table>) -> Result<HashSet<String>, String> {
    let rows = table.into_iter().flat_map(Table::rows);
    rows.map(|row| Ok(row.get("name")?.split('[').next().unwrap_or_default().to_owned())).collect()
}

/// Reads a file. Errors begin with the number of the line.
fn read(text: &str) -> Result<Vec<Doc>, String> {
    let mut docs: Vec<Doc> = Vec::new();
    for (line, paragraph) in paragraphs(text)? {
        if line == 1 {
            if !paragraph.starts_with("# ") {
                return Err(format!("{line}: the file does not begin with a title"));
            }
        } else if let Some(heading) = paragraph.strip_prefix("## ") {
            docs.push(Doc { line, name: name(heading), text: String::new(), trap: None });
        } else if let Some(doc) = docs.last_mut() {
            let (trap, words) = match paragraph.strip_prefix(TRAP) {
                Some(words) => (true, words),
                None => (false, paragraph.as_str()),
            };
            let characters = words.chars().count();
            if !LENGTH.contains(&characters) {
                return Err(format!("{line}: the paragraph has {characters} characters, not {LENGTH:?}"));
            }
            if !words.ends_with(['.', '?', '`']) || words.matches('`').count() % 2 != 0 {
                return Err(format!("{line}: the paragraph is not finished"));
            }
            match (trap, doc.text.is_empty(), &doc.trap) {
                (false, true, None) => doc.text = words.to_owned(),
                (true, false, None) => doc.trap = Some(words.to_owned()),
                _ => return Err(format!("{line}: a heading, a text and maybe a trap belong together")),
            }
        }
    }
    match docs.iter().find(|doc| doc.text.is_empty()) {
        Some(doc) => Err(format!("{}: {} has no text", doc.line, doc.name)),
        None => Ok(docs),
    }
}

/// The name in a heading: that of a section stands in backquotes, lest Markdown take it for a tag.
fn name(heading: &str) -> String {
    match heading.strip_prefix('`').and_then(|rest| rest.strip_suffix(">`")) {
        Some(section) => section.to_owned(),
        None => heading.to_owned(),
    }
}

/// The paragraphs with the numbers of their first lines; one blank line stands between two.
fn paragraphs(text: &str) -> Result<Vec<(usize, String)>, String> {
    let mut paragraphs: Vec<(usize, String)> = Vec::new();
    let mut open = false;
    for (number, line) in text.lines().enumerate().map(|(number, line)| (number + 1, line)) {
        let fault = if line != line.trim() {
            Some("blanks at the beginning or end")
        } else if line.chars().count() > WIDTH {
            Some("too long")
        } else if line.is_empty() && !open {
            Some("a blank line too many")
        } else {
            None
        };
        if let Some(fault) = fault {
            return Err(format!("{number}: {fault}"));
        }
        match paragraphs.last_mut() {
            _ if line.is_empty() => open = false,
            Some((_, paragraph)) if open => {
                if line.starts_with('#') || paragraph.starts_with('#') {
                    return Err(format!("{number}: a blank line is missing"));
                }
                let _ = write!(paragraph, " {line}");
            }
            _ => {
                paragraphs.push((number, line.to_owned()));
                open = true;
            }
        }
    }
    if !open || !text.ends_with('\n') {
        return Err(format!("{}: the file does not end with one line end", text.lines().count()));
    }
    Ok(paragraphs)
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = "# nginx\n\n## alias\n\nServes files from another\nfolder than `root`.\n\n\
                        Trap: the slash at the end must match.\n\n## `<If>`\n\nIs read for each request, last of all.\n";

    #[test]
    fn a_heading_a_text_and_maybe_a_trap_make_a_text() {
        let docs = read(GOOD).unwrap();
        let [alias, section] = docs.as_slice() else { panic!("{} texts", docs.len()) };
        assert_eq!((alias.line, alias.name.as_str()), (3, "alias"));
        assert_eq!(alias.text, "Serves files from another folder than `root`.");
        assert_eq!(alias.trap.as_deref(), Some("the slash at the end must match."));
        assert_eq!((section.name.as_str(), &section.trap), ("<If", &None));
    }

    #[test]
    fn what_is_not_so_is_an_error_with_its_line() {
        for (from, to, error) in [
            ("# nginx", "nginx", "1: the file does not begin"),
            ("another\n", "another \n", "5: blanks at"),
            ("`root`.\n\n", "`root`.\n\n\n", "8: a blank line too many"),
            ("`root`.\n\n", "`root`.\n\nMore of the same text.\n\n", "8: a heading, a text"),
            ("## alias\n\n", "## alias\n", "4: a blank line is missing"),
            ("`root`.", "root`.", "5: the paragraph is not finished"),
            ("last of all.", "last of", "12: the paragraph is not finished"),
            ("Is read for each request, last of all.", "Late.", "12: the paragraph has 5 characters"),
            ("Is read for each request, last of all.\n", "", "11: the file does not end"),
        ] {
            let text = GOOD.replacen(from, to, 1);
            let found = read(&text).err().unwrap_or_default();
            assert!(found.starts_with(error), "{found:?} is not {error:?}");
        }
    }
}
