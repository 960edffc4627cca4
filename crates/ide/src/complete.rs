//! What may be written at a place.
//!
//! In: a file and an offset in it, most often behind half a word. Out: candidates with the bytes that they replace.
//! Invariant: what stands before the offset decides; the half-written statement itself need not make sense.

mod httpd;
mod ini;
mod nginx;
mod values;

use fpmlint_catalog::Dialect as Table;
use fpmlint_syntax::Dialect;
use fpmlint_text::Span;

use crate::Query;
use crate::suppression::name_before;

/// What a candidate is.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum CandidateKind {
    /// A directive.
    Directive,
    /// A directive that opens a block.
    Block,
    /// A word that a directive takes.
    Word,
    /// A user.
    User,
    /// A group.
    Group,
    /// An address on which a pool listens.
    Socket,
    /// An upstream block.
    Upstream,
    /// A log format.
    LogFormat,
    /// A named location.
    Location,
    /// A variable.
    Variable,
    /// A file or folder.
    Path,
    /// A rule, in a comment that silences it.
    Rule,
}

/// Something that may be written.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Candidate {
    /// What is shown and compared with what is written already.
    pub label: String,
    /// What it is.
    pub kind: CandidateKind,
    /// A few words beside it; empty when there are none.
    pub detail: String,
    /// The bytes that it replaces.
    pub span: Span,
    /// What is written instead.
    pub text: String,
    /// The same with places to fill in, as editors read them (`$1`, `${1|on,off|}`, `$0`); none where there are none.
    pub snippet: Option<String>,
    /// The order: less comes first.
    pub rank: u32,
    /// The directive whose documentation belongs to it.
    pub directive: Option<(Table, &'static str)>,
}

/// What may be written at `offset`, in the order in which it is shown.
pub fn completions(query: &Query<'_>, offset: u32) -> Vec<Candidate> {
    let offset = offset.min(query.text().len() as u32);
    if let Some(span) = name_before(query, offset) {
        return rules(span);
    }
    let mut candidates = match query.dialect {
        Some(Dialect::Nginx) => nginx::candidates(query, offset),
        Some(Dialect::FpmIni) => ini::fpm(query, offset),
        Some(Dialect::PhpIni) => ini::php(query, offset),
        Some(Dialect::Httpd) => httpd::candidates(query, offset),
        None => Vec::new(),
    };
    candidates.sort_by(|a, b| (a.rank, &a.label, a.kind).cmp(&(b.rank, &b.label, b.kind)));
    candidates.dedup_by(|a, b| a.label == b.label && a.kind == b.kind);
    candidates
}

fn rules(span: Span) -> Vec<Candidate> {
    let rules = fpmlint_rules::all().map(|rule| {
        let detail = rule.meta.summary.to_owned();
        Candidate { kind: CandidateKind::Rule, detail, ..word(rule.meta.name, span, 0) }
    });
    rules.collect()
}

/// The documentation of a candidate's directive.
pub fn documentation(table: Table, name: &str) -> Option<String> {
    Some(fpmlint_catalog::facts::find(table, name)?.to_markdown())
}

/// The order of a directive: the common ones first.
fn order(rank: Option<u16>) -> u32 {
    rank.map_or(100_000, u32::from)
}

/// A word that a directive takes.
fn word(text: &str, span: Span, rank: u32) -> Candidate {
    Candidate {
        label: text.to_owned(),
        kind: CandidateKind::Word,
        detail: String::new(),
        span,
        text: text.to_owned(),
        snippet: None,
        rank,
        directive: None,
    }
}

/// A choice to fill in.
fn choice(number: usize, words: &[&str]) -> String {
    let escaped: Vec<String> =
        words.iter().map(|word| escaped(word).replace(',', "\\,").replace('|', "\\|")).collect();
    format!("${{{number}|{}|}}", escaped.join(","))
}

/// Text that a snippet shows as it is.
fn escaped(text: &str) -> String {
    text.replace('\\', "\\\\").replace('$', "\\$").replace('}', "\\}")
}

/// The line that holds `offset`, up to it.
fn line_before<'q>(query: &'q Query<'_>, offset: u32) -> (u32, &'q [u8]) {
    let line = query.source.lines().full_line(query.source.lines().line(offset));
    (line.start, Span::new(line.start, offset).of(query.text()))
}
