//! The outline of a file, and the pools and sites of a project.

use fpmlint_engine::Project;
use fpmlint_stack::Stack;
use fpmlint_syntax::{Dialect, Statement, StatementKind, Tree};
use fpmlint_text::{FileId, Span, display};

use crate::{Location, Query};

/// Blocks that lie deeper are shown as if they lay this deep: an outline of more levels helps nobody.
const MAX_DEPTH: usize = 32;

/// The most pools and sites that one search gives.
const MAX_FOUND: usize = 1_000;

/// What a part of a file is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum SymbolKind {
    /// A pool of php-fpm.
    Pool,
    /// A server of nginx or a virtual host of Apache.
    Site,
    /// An upstream block.
    Upstream,
    /// A location, `<Directory>` or the like.
    Scope,
    /// Another section of an INI file.
    Section,
    /// Another block.
    Block,
    /// A setting.
    Setting,
}

/// A part of a file.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Symbol {
    /// Its name.
    pub name: String,
    /// What else to show; empty when nothing is.
    pub detail: String,
    /// What it is.
    pub kind: SymbolKind,
    /// All its bytes.
    pub span: Span,
    /// The bytes of its name.
    pub name_span: Span,
    /// What lies in it.
    pub children: Vec<Symbol>,
}

/// A pool or site of a project.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Found {
    /// Its name.
    pub name: String,
    /// What it is.
    pub kind: SymbolKind,
    /// Where it stands.
    pub location: Location,
}

/// The outline of a file.
pub fn symbols(query: &Query<'_>) -> Vec<Symbol> {
    let Some(tree) = query.tree() else { return Vec::new() };
    if tree.dialect().is_ini() { ini_symbols(tree) } else { block_symbols(tree) }
}

/// The pools and sites of a project whose name contains `text`, case aside.
pub fn search(project: &Project, text: &str) -> Vec<Found> {
    let text = text.to_lowercase();
    let stack: &Stack = &project.stack;
    let location = |file: FileId, span| Location { file, span };
    let pools = stack.pools.iter().enumerate().filter_map(|(id, pool)| {
        let place = *stack.pool_config(id).headers.first()?;
        let location = location(place.file, place.span(&project.files));
        Some(Found { name: pool.name.clone(), kind: SymbolKind::Pool, location })
    });
    let sites = stack.sites.iter().filter_map(|site| {
        let place = site.place?;
        let location = location(place.file, place.span(&project.files));
        Some(Found { name: site.label(), kind: SymbolKind::Site, location })
    });
    let wanted = |found: &Found| found.name.to_lowercase().contains(&text);
    pools.chain(sites).filter(wanted).take(MAX_FOUND).collect()
}

fn ini_symbols(tree: &Tree) -> Vec<Symbol> {
    let mut symbols: Vec<Symbol> = Vec::new();
    for statement in tree.statements() {
        let span = statement.span();
        if statement.kind() == StatementKind::Section {
            let name = shown(&statement.name().text());
            let is_pool = tree.dialect() == Dialect::FpmIni && !name.eq_ignore_ascii_case("global");
            let kind = if is_pool { SymbolKind::Pool } else { SymbolKind::Section };
            let detail = String::new();
            let name_span = statement.name().span();
            symbols.push(Symbol { name, detail, kind, span, name_span, children: Vec::new() });
            continue;
        }
        let setting = Symbol {
            name: match statement.offset() {
                Some(key) => format!("{}[{}]", shown(&statement.name().text()), shown(&key.text())),
                None => shown(&statement.name().text()),
            },
            detail: statement.value().map(|value| shown(value.raw())).unwrap_or_default(),
            kind: SymbolKind::Setting,
            span,
            name_span: statement.name().span(),
            children: Vec::new(),
        };
        match symbols.last_mut().filter(|symbol| symbol.kind != SymbolKind::Setting) {
            Some(section) => {
                section.span = section.span.cover(setting.span);
                section.children.push(setting);
            }
            None => symbols.push(setting),
        }
    }
    symbols
}

fn block_symbols(tree: &Tree) -> Vec<Symbol> {
    let mut top = Vec::new();
    // Blocks that are open, with the number of the first statement behind each.
    let mut open: Vec<(Symbol, u32)> = Vec::new();
    for statement in tree.all_statements().filter(|statement| statement.kind() == StatementKind::Block) {
        close(&mut open, &mut top, statement.ordinal());
        let end = statement.descendants_end();
        match open.len() {
            MAX_DEPTH => {
                if let Some((parent, _)) = open.last_mut() {
                    parent.children.push(block_symbol(statement));
                }
            }
            _ => open.push((block_symbol(statement), end)),
        }
    }
    close(&mut open, &mut top, u32::MAX);
    top
}

/// Closes the blocks that end before the statement `ordinal`.
fn close(open: &mut Vec<(Symbol, u32)>, top: &mut Vec<Symbol>, ordinal: u32) {
    while let Some((symbol, _)) = open.pop_if(|(_, end)| *end <= ordinal) {
        match open.last_mut() {
            Some((parent, _)) => parent.children.push(symbol),
            None => top.push(symbol),
        }
    }
}

fn block_symbol(statement: Statement<'_>) -> Symbol {
    let word = statement.name().text();
    let name = shown(&word);
    let arguments: Vec<String> = statement.args().map(|word| shown(word.raw())).collect();
    let is = |wanted: &str| name.eq_ignore_ascii_case(wanted);
    let kind = match () {
        () if is("server") || is("VirtualHost") => SymbolKind::Site,
        () if is("upstream") => SymbolKind::Upstream,
        () if [
            "location",
            "Directory",
            "DirectoryMatch",
            "Files",
            "FilesMatch",
            "Location",
            "LocationMatch",
            "Proxy",
        ]
        .into_iter()
        .any(is) =>
        {
            SymbolKind::Scope
        }
        () => SymbolKind::Block,
    };
    let detail = if kind == SymbolKind::Site { site_names(statement) } else { String::new() };
    let words = [std::slice::from_ref(&name), &arguments].concat();
    Symbol {
        name: words.join(" "),
        detail,
        kind,
        span: statement.span(),
        name_span: statement.head_span(),
        children: Vec::new(),
    }
}

/// The names that a server or virtual host answers to.
fn site_names(statement: Statement<'_>) -> String {
    let is_name = |child: &Statement<'_>| {
        let name = child.name().text();
        &*name == b"server_name" || name.eq_ignore_ascii_case(b"ServerName")
    };
    let names = statement.children().filter(is_name).flat_map(|child| child.args());
    names.map(|word| shown(&word.text())).collect::<Vec<_>>().join(" ")
}

/// On one line and not longer than an outline shows.
fn shown(text: &[u8]) -> String {
    let line = text.split(|byte| matches!(byte, b'\n' | b'\r')).next().unwrap_or_default();
    display(line).chars().take(200).collect()
}
