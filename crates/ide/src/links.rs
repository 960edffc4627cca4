//! Includes as links.

use fpmlint_catalog::nginx::id as nginx_id;
use fpmlint_syntax::{Dialect, Statement};
use fpmlint_text::{FileId, Span};

use crate::Query;
use crate::navigate::definitions;

/// A word that names files.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Link {
    /// The bytes of the word.
    pub span: Span,
    /// The file, where it is one of this machine and the only one.
    pub target: FileId,
}

/// The includes of a file that lead to exactly one file. Those that lead to several are for
/// [`definitions`](crate::definitions).
pub fn links(query: &Query<'_>) -> Vec<Link> {
    let Some(tree) = query.tree() else { return Vec::new() };
    let words = tree.all_statements().filter_map(|statement| included(query, statement));
    let links = words.filter_map(|span| match definitions(query, span.start).as_slice() {
        [location] => Some(Link { span, target: location.file }),
        _ => None,
    });
    links.collect()
}

/// The word of an include that names the files.
fn included(query: &Query<'_>, statement: Statement<'_>) -> Option<Span> {
    let name = statement.name().text();
    match query.dialect? {
        Dialect::FpmIni if name.eq_ignore_ascii_case(b"include") => Some(statement.value()?.span()),
        Dialect::Nginx if fpmlint_catalog::nginx::find(&name) == Some(nginx_id::INCLUDE) => {
            Some(statement.arg(0)?.span())
        }
        Dialect::Httpd
            if name.eq_ignore_ascii_case(b"Include") || name.eq_ignore_ascii_case(b"IncludeOptional") =>
        {
            Some(statement.arg(0)?.span())
        }
        _ => None,
    }
}
