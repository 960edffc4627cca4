//! Where in a file's structure a place lies: `[www] / listen.mode`, `http / server example.org / location / / root`.
//!
//! In: the files of a run and the dialects that they were read in. Out: words. Invariant: an edit elsewhere in the
//! file, such as another line, section or site, leaves them as they are; so they tell known findings from new ones.

use std::cell::{OnceCell, RefCell};
use std::collections::HashMap;
use std::sync::Arc;

use fpmlint_syntax::{Dialect, Statement, StatementKind, Tree, Word};
use fpmlint_text::{FileId, Span};
use fpmlint_workspace::Files;

use crate::Outcome;

/// How many blocks around a place are named, the inner ones first.
const MAX_DEPTH: usize = 16;
/// Characters of one word.
const MAX_WORD: usize = 80;

/// The landmarks of a run's files, found when somebody asks.
#[derive(Debug)]
pub struct Landmarks {
    files: Arc<Files>,
    read: Vec<(FileId, Dialect)>,
    /// `read`, to look files up in.
    dialects: OnceCell<HashMap<FileId, Dialect>>,
    maps: RefCell<HashMap<FileId, Map>>,
}

/// The landmarks of one file.
#[derive(Debug)]
struct Map {
    tree: Arc<Tree>,
    /// The numbers of the sections that mean something.
    sections: Vec<u32>,
    /// The names of blocks that were asked for: a site is named by lines within it.
    blocks: HashMap<u32, String>,
}

impl Landmarks {
    /// The landmarks of the files that a run read.
    pub fn new(outcome: &Outcome) -> Landmarks {
        Landmarks::of(Arc::clone(&outcome.files), outcome.read.clone())
    }

    fn of(files: Arc<Files>, read: Vec<(FileId, Dialect)>) -> Landmarks {
        Landmarks { files, read, dialects: OnceCell::new(), maps: RefCell::default() }
    }

    /// The words for a place; none for a file without structure.
    pub fn place(&self, file: FileId, span: Span) -> String {
        let dialects = self.dialects.get_or_init(|| self.read.iter().copied().collect());
        let Some(&dialect) = dialects.get(&file) else { return String::new() };
        let mut maps = self.maps.borrow_mut();
        maps.entry(file).or_insert_with(|| Map::new(self.files.tree(file, dialect))).place(span)
    }
}

impl Map {
    fn new(tree: Arc<Tree>) -> Map {
        let sections = match tree.dialect() {
            Dialect::FpmIni | Dialect::PhpIni => tree.all_statements().filter(|it| is_meant(&tree, *it)),
            Dialect::Nginx | Dialect::Httpd => {
                return Map { tree, sections: Vec::new(), blocks: HashMap::new() };
            }
        };
        let sections = sections.map(Statement::ordinal).collect();
        Map { tree, sections, blocks: HashMap::new() }
    }

    fn place(&mut self, span: Span) -> String {
        let tree = Arc::clone(&self.tree);
        let Some(statement) = tree.statement_at(span.start) else { return String::new() };
        let mut words = Vec::new();
        let mut next = Some(statement);
        while let Some(statement) = next.filter(|_| words.len() < MAX_DEPTH) {
            let block = statement.kind() == StatementKind::Block;
            words.push(if block { self.block(statement) } else { name(statement) });
            next = statement.parent();
        }
        let behind = self.sections.partition_point(|section| *section <= statement.ordinal());
        let section = behind.checked_sub(1).and_then(|last| tree.statement(*self.sections.get(last)?));
        words.extend(section.filter(|section| section.ordinal() != statement.ordinal()).map(name));
        words.reverse();
        words.join(" / ")
    }

    fn block(&mut self, block: Statement<'_>) -> String {
        self.blocks.entry(block.ordinal()).or_insert_with(|| block_name(block)).clone()
    }
}

/// Sections of a php.ini mean nothing but those for hosts and folders.
fn is_meant(tree: &Tree, statement: Statement<'_>) -> bool {
    let name = statement.name();
    let raw = name.raw();
    let special = || {
        [&b"HOST="[..], b"PATH="]
            .iter()
            .any(|mark| raw.get(..5).is_some_and(|it| it.eq_ignore_ascii_case(mark)))
    };
    statement.kind() == StatementKind::Section && (tree.dialect() == Dialect::FpmIni || special())
}

/// A directive by its name, and by its first argument where it has another: `fastcgi_param SCRIPT_FILENAME`.
fn name(statement: Statement<'_>) -> String {
    let name = word(statement.name());
    if statement.kind() == StatementKind::Section {
        return format!("[{name}]");
    }
    if let Some(offset) = statement.offset() {
        return format!("{name}[{}]", word(offset));
    }
    match (statement.arg(0), statement.arg(1)) {
        (Some(first), Some(_)) => format!("{name} {}", word(first)),
        _ => name,
    }
}

/// A block by its name and arguments; a site also by its first name, or else by its first address.
fn block_name(block: Statement<'_>) -> String {
    let mut text = word(block.name());
    for argument in block.args().take(8) {
        text.push(' ');
        text.push_str(&word(argument));
    }
    let named_by: &[&[u8]] = match (block.tree().dialect(), block.name().raw()) {
        (Dialect::Nginx, b"server") => &[b"server_name", b"listen"],
        (Dialect::Httpd, raw) if raw.eq_ignore_ascii_case(b"VirtualHost") => &[b"ServerName"],
        _ => &[],
    };
    let called = |wanted: &[u8]| {
        let mut lines = block.children();
        lines.find(|line| line.name().raw().eq_ignore_ascii_case(wanted)).and_then(|line| line.arg(0))
    };
    if let Some(site) = named_by.iter().find_map(|wanted| called(wanted)) {
        text.push(' ');
        text.push_str(&word(site));
    }
    text
}

fn word(word: Word<'_>) -> String {
    String::from_utf8_lossy(&word.text()).chars().take(MAX_WORD).collect()
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use fpmlint_workspace::Memory;

    use super::*;

    fn place(dialect: Dialect, text: &str, needle: &str) -> String {
        let files = Files::new(Arc::new(Memory::new().file("/a", text)));
        let file = files.load(Path::new("/a")).unwrap();
        let landmarks = Landmarks::of(Arc::new(files), vec![(file, dialect)]);
        let start = text.find(needle).unwrap() as u32;
        landmarks.place(file, Span::new(start, start + needle.len() as u32))
    }

    #[test]
    fn a_pool_names_its_lines() {
        let text = "listen = 1\n[global]\npid = x\n[www]\nlisten = 9000\nenv[A] = b\n; note\n";
        assert_eq!(place(Dialect::FpmIni, text, "listen = 1"), "listen");
        assert_eq!(place(Dialect::FpmIni, text, "9000"), "[www] / listen");
        assert_eq!(place(Dialect::FpmIni, text, "env"), "[www] / env[A]");
        assert_eq!(place(Dialect::FpmIni, text, "[www]"), "[www]");
    }

    #[test]
    fn sections_of_php_ini_are_for_people() {
        let text = "[opcache]\nopcache.enable = 1\n[PATH=/srv]\nmemory_limit = 1\n";
        assert_eq!(place(Dialect::PhpIni, text, "opcache.enable"), "opcache.enable");
        assert_eq!(place(Dialect::PhpIni, text, "memory_limit"), "[PATH=/srv] / memory_limit");
    }

    #[test]
    fn a_site_is_named_by_its_name_and_not_by_its_number() {
        let site = "server {\n listen 80;\n server_name a b;\n location ~ \\.php$ { fastcgi_pass x:1; fastcgi_param A b; }\n}\n";
        let text = format!("http {{\n server {{ listen 81; root /x; }}\n{site}}}\n");
        for text in [&text, &text.replace("server { listen 81; root /x; }", "root /x;\n\n")] {
            let around = r"http / server a / location ~ \.php$";
            assert_eq!(place(Dialect::Nginx, text, "x:1"), format!("{around} / fastcgi_pass"));
            assert_eq!(place(Dialect::Nginx, text, "fastcgi_param"), format!("{around} / fastcgi_param A"));
            assert_eq!(place(Dialect::Nginx, text, "location"), around);
        }
        assert_eq!(place(Dialect::Nginx, &text, "root"), "http / server 81 / root");
        let text = "<VirtualHost *:80>\n servername a\n <Directory /x>\n AllowOverride None\n </Directory>\n</VirtualHost>\n";
        assert_eq!(
            place(Dialect::Httpd, text, "AllowOverride"),
            "VirtualHost *:80 a / Directory /x / AllowOverride"
        );
    }

    #[test]
    fn depth_and_width_have_an_end() {
        let text = format!("{}root {};{}", "a { ".repeat(5000), "x".repeat(5000), "}".repeat(5000));
        let place = place(Dialect::Nginx, &text, "root");
        assert_eq!(place, format!("{}root", "a / ".repeat(MAX_DEPTH - 1)));
    }
}
