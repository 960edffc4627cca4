//! php-fpm and php.ini: names before `=`, values behind it.

use fpmlint_catalog::php_fpm::{self, Scope, ValueType, id};
use fpmlint_catalog::{Dialect as Table, php_ini};
use fpmlint_syntax::{StatementKind, Tree};
use fpmlint_text::Span;
use fpmlint_workspace::HostPath;

use super::values::{groups, hosts, paths, users};
use super::{Candidate, CandidateKind, choice, escaped, line_before, order, word};
use crate::Query;

/// The half-written line.
enum Line<'q> {
    /// A name, from its first byte on.
    Name(Span),
    /// The key of `name[key`.
    Key(&'q [u8], Span),
    /// A value; of a list, the last entry.
    Value(&'q [u8], Span),
}

fn line<'q>(query: &'q Query<'_>, offset: u32) -> Option<Line<'q>> {
    let (start, text) = line_before(query, offset);
    let blanks = text.iter().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
    let (from, rest) = (start + blanks as u32, text.get(blanks..)?);
    if rest.starts_with(b";") || rest.starts_with(b"[") || rest.starts_with(b"#") {
        return None;
    }
    let Some(equals) = memchr::memchr(b'=', rest) else {
        return Some(match memchr::memchr(b'[', rest) {
            Some(at) => Line::Key(rest.get(..at)?.trim_ascii(), Span::new(from + at as u32 + 1, offset)),
            None => Line::Name(Span::new(from, offset)),
        });
    };
    let value = rest.get(equals + 1..)?;
    if memchr::memchr(b';', value).is_some() {
        return None;
    }
    let cut =
        value.iter().rposition(|byte| matches!(byte, b' ' | b'\t' | b',' | b'"')).map_or(0, |at| at + 1);
    let name = rest.get(..equals)?.trim_ascii();
    Some(Line::Value(name, Span::new(from + equals as u32 + 1 + cut as u32, offset)))
}

/// The candidates of a php-fpm file.
pub(super) fn fpm(query: &Query<'_>, offset: u32) -> Vec<Candidate> {
    let Some(tree) = query.tree() else { return Vec::new() };
    match line(query, offset) {
        Some(Line::Name(span)) => fpm_names(scope(tree, offset), span),
        Some(Line::Key(b"php_value" | b"php_flag" | b"php_admin_value" | b"php_admin_flag", span)) => {
            let rows = php_ini::directives().iter();
            rows.map(|row| ini_name(row.name, span, row.name, None)).collect()
        }
        Some(Line::Value(name, span)) => fpm_values(query, tree, name, span, offset),
        Some(Line::Key(..)) | None => Vec::new(),
    }
}

/// The sections that know what may stand at an offset: a fragment without a header is most often of a pool.
fn scope(tree: &Tree, offset: u32) -> Scope {
    let before = tree.statements().take_while(|statement| statement.span().start < offset);
    let header = before.filter(|statement| statement.kind() == StatementKind::Section).last();
    let is_global = header.is_some_and(|header| header.name().text().eq_ignore_ascii_case(b"global"));
    if is_global { Scope::Global } else { Scope::Pool }
}

fn fpm_names(scope: Scope, span: Span) -> Vec<Candidate> {
    let rows = php_fpm::ids().filter_map(|id| Some((id, php_fpm::entry(id, scope)?)));
    let names = rows.map(|(id, row)| {
        let value = match row.value {
            ValueType::Enum => choice(1, row.enum_values),
            ValueType::Boolean => choice(1, &["yes", "no"]),
            _ => "$0".to_owned(),
        };
        let (text, snippet) = match row.value {
            ValueType::ArrayBoolean => {
                (format!("{}[", row.name), format!("{}[$1] = ${{2|on,off|}}", row.name))
            }
            ValueType::Array => (format!("{}[", row.name), format!("{}[$1] = $0", row.name)),
            _ => (format!("{} = ", row.name), format!("{} = {value}", escaped(row.name))),
        };
        Candidate {
            kind: CandidateKind::Directive,
            detail: row.default_text.to_owned(),
            text,
            snippet: Some(snippet),
            directive: Some((Table::PhpFpm, row.name)),
            ..word(row.name, span, order(php_fpm::rank(id)))
        }
    });
    names.collect()
}

fn fpm_values(query: &Query<'_>, tree: &Tree, name: &[u8], span: Span, offset: u32) -> Vec<Candidate> {
    let name = name.split(|byte| *byte == b'[').next().unwrap_or_default();
    let Some(directive) = php_fpm::find(name) else { return Vec::new() };
    let Some(row) = php_fpm::entry(directive, scope(tree, offset)) else { return Vec::new() };
    match directive {
        id::USER | id::LISTEN_OWNER | id::LISTEN_ACL_USERS => users(query, span),
        id::GROUP | id::LISTEN_GROUP | id::LISTEN_ACL_GROUPS => groups(query, span),
        id::INCLUDE => {
            let own = hosts(query).find_map(|(_, host)| host.host_path(query.file)?.parent());
            let folder = own.unwrap_or_else(HostPath::root);
            paths(query, span.of(query.text()), &folder, span)
        }
        _ => {
            let words: &[&str] = match row.value {
                ValueType::Boolean | ValueType::ArrayBoolean => &["yes", "no"],
                _ => row.enum_values,
            };
            words.iter().enumerate().map(|(at, text)| word(text, span, at as u32)).collect()
        }
    }
}

/// The candidates of a php.ini file.
pub(super) fn php(query: &Query<'_>, offset: u32) -> Vec<Candidate> {
    match line(query, offset) {
        Some(Line::Name(span)) => {
            let rows = php_ini::directives().iter();
            let names = rows.map(|row| {
                let snippet = match row.value {
                    php_ini::ValueType::Boolean => {
                        format!("{} = {}", escaped(row.name), choice(1, &["On", "Off"]))
                    }
                    _ => format!("{} = $0", escaped(row.name)),
                };
                ini_name(row.name, span, &format!("{} = ", row.name), Some(snippet))
            });
            names.collect()
        }
        Some(Line::Value(name, span)) => {
            let row = php_ini::find(name).map(php_ini::entry);
            let is_flag = row.is_some_and(|row| row.value == php_ini::ValueType::Boolean);
            let words: &[&str] = if is_flag { &["On", "Off"] } else { &[] };
            words.iter().enumerate().map(|(at, text)| word(text, span, at as u32)).collect()
        }
        Some(Line::Key(..)) | None => Vec::new(),
    }
}

fn ini_name(name: &'static str, span: Span, text: &str, snippet: Option<String>) -> Candidate {
    let row = php_ini::find(name.as_bytes());
    let default = row.and_then(|id| php_ini::entry(id).default.value()).filter(|default| !default.is_empty());
    Candidate {
        kind: CandidateKind::Directive,
        detail: default.unwrap_or_default().to_owned(),
        text: text.to_owned(),
        snippet,
        directive: Some((Table::PhpIni, name)),
        ..word(name, span, order(row.and_then(php_ini::rank)))
    }
}
