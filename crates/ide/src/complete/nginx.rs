//! nginx: directives of the block, then what their arguments may be.

use fpmlint_catalog::Dialect as Table;
use fpmlint_catalog::nginx::{
    Arity, Contexts, Directive, DirectiveId, ValueType, VariableScope, entry, find, id, ids, name, rank,
    variables,
};
use fpmlint_daemons::nginx::{Chunk, Context};
use fpmlint_syntax::{Kind, StatementKind, Tree};
use fpmlint_text::Span;

use super::values::{groups, named, paths, sockets, users};
use super::{Candidate, CandidateKind, choice, escaped, order, word};
use crate::Query;
use crate::entity::{argument, chunks, nginx_statements};

/// What is being written.
struct Written {
    /// The words of the statement before the one at hand.
    words: Vec<Span>,
    /// The half word at hand; empty behind a blank.
    word: Span,
    /// Whether the word at hand is the first of its line.
    first_of_line: bool,
}

pub(super) fn candidates(query: &Query<'_>, offset: u32) -> Vec<Candidate> {
    let Some(tree) = query.tree() else { return Vec::new() };
    let Some(written) = written(tree, offset) else { return Vec::new() };
    let contexts = contexts(query, tree, offset, written.word.start);
    let text = written.word.of(tree.text());
    if let Some(dollar) = text.iter().rposition(|byte| *byte == b'$') {
        return variables_after(query, written.word.start + dollar as u32, offset);
    }
    let Some(directive) = written.words.first() else { return names(contexts, written.word) };
    let number = written.words.len() - 1;
    let mut found = find(directive.of(tree.text()))
        .and_then(|id| entry(id, contexts))
        .map(|row| arguments(query, row, number, &written))
        .unwrap_or_default();
    // Where a semicolon was forgotten, a new line most often begins a new directive.
    if written.first_of_line {
        found.extend(names(contexts, written.word));
    }
    found
}

/// The statement that is being written at an offset, from its leaves; none in a comment or in another language.
fn written(tree: &Tree, offset: u32) -> Option<Written> {
    let mut words = Vec::new();
    let mut word = Span::empty(offset);
    for (kind, span) in tree.leaves().take_while(|(_, span)| span.start < offset) {
        let at_hand = span.end >= offset;
        match kind {
            Kind::Comment | Kind::RawBody if at_hand => return None,
            Kind::Semicolon | Kind::OpenBrace | Kind::CloseBrace => {
                // Directly behind the mark nothing is being written yet.
                words.clear();
            }
            kind if kind.is_word() && at_hand => word = Span::new(span.start, offset),
            kind if kind.is_word() => words.push(span),
            _ => {}
        }
    }
    let before = Span::new(0, word.start).of(tree.text());
    let last = before.iter().rev().find(|byte| !matches!(byte, b' ' | b'\t'));
    let first_of_line = matches!(last, None | Some(b'\n' | b'\r'));
    Some(Written { words, word, first_of_line })
}

/// The contexts in which the place may be read.
fn contexts(query: &Query<'_>, tree: &Tree, offset: u32, start: u32) -> Contexts {
    let mut around = Vec::new();
    let mut next = tree.statement_at(start).or_else(|| tree.statement_at(offset));
    while let Some(statement) = next {
        let is_in = statement.body_span().is_some_and(|body| body.touches(start));
        if statement.kind() == StatementKind::Block && is_in {
            around.push(find(&statement.name().text()));
        }
        next = statement.parent();
    }
    let inside = |chunk: &Chunk| {
        let context = around.iter().rev().fold(chunk.context, |context: Context, id| context.inside(*id));
        context.mask()
    };
    let masks = chunks(query).filter_map(|(_, chunk)| inside(chunk));
    masks.fold(Contexts::default(), Contexts::union)
}

fn names(contexts: Contexts, span: Span) -> Vec<Candidate> {
    let rows = ids().filter_map(|id| Some((id, entry(id, contexts)?)));
    let usable = rows.filter(|(_, row)| row.replacement.is_none());
    usable.map(|(id, row)| directive(id, row, span)).collect()
}

fn directive(id: DirectiveId, row: &Directive, span: Span) -> Candidate {
    let name = name(id);
    let text = if row.block { format!("{name} ") } else { name.to_owned() };
    Candidate {
        kind: if row.block { CandidateKind::Block } else { CandidateKind::Directive },
        detail: row.module.strip_prefix("ngx_").unwrap_or(row.module).to_owned(),
        text,
        snippet: Some(snippet(name, row)),
        directive: Some((Table::Nginx, name)),
        ..word(name, span, order(rank(id)))
    }
}

/// The directive with as many places to fill in as it has arguments at least.
fn snippet(name: &str, row: &Directive) -> String {
    let mut text = escaped(name);
    for number in 1..=row.arity.minimum().max(usize::from(takes_any(row.arity))) {
        text.push(' ');
        let words: &[&str] = match row.value {
            ValueType::Flag | ValueType::CustomFlag => &["on", "off"],
            ValueType::Enum | ValueType::Bitmask => row.enum_values,
            _ => &[],
        };
        if words.is_empty() {
            text.push_str(&format!("${number}"))
        } else {
            text.push_str(&choice(number, words))
        }
    }
    text.push_str(if row.block { " {\n\t$0\n}" } else { ";$0" });
    text
}

fn takes_any(arity: Arity) -> bool {
    arity.is_flag() || arity.maximum().is_none()
}

fn arguments(query: &Query<'_>, row: &Directive, number: usize, written: &Written) -> Vec<Candidate> {
    let span = written.word;
    let text = span.of(query.text());
    let mut found = Vec::new();
    let words = match row.value {
        ValueType::Flag | ValueType::CustomFlag => &["on", "off"][..],
        _ => row.enum_values,
    };
    let keywords = row.keywords.iter().filter(|keyword| !words.contains(keyword));
    found.extend(words.iter().chain(keywords).enumerate().map(|(at, text)| word(text, span, 10 + at as u32)));
    match (find(row.name.as_bytes()), number) {
        (Some(id::FASTCGI_PASS), 0) => {
            found.extend(sockets(query, span, str::to_owned));
            found.extend(defined(query, id::UPSTREAM, CandidateKind::Upstream, span, ""));
        }
        (Some(id::PROXY_PASS), 0) => {
            found.extend(defined(query, id::UPSTREAM, CandidateKind::Upstream, span, "http://"));
        }
        (Some(id::UWSGI_PASS | id::SCGI_PASS | id::GRPC_PASS), 0) => {
            found.extend(defined(query, id::UPSTREAM, CandidateKind::Upstream, span, ""));
        }
        (Some(id::SERVER), 0) => found.extend(sockets(query, span, str::to_owned)),
        (Some(id::ACCESS_LOG), 1..) => {
            found.extend(defined(query, id::LOG_FORMAT, CandidateKind::LogFormat, span, ""));
        }
        (Some(id::USER), 0) => found.extend(users(query, span)),
        (Some(id::USER), 1) => found.extend(groups(query, span)),
        (Some(id::INCLUDE), 0) => {
            for (config, _) in chunks(query) {
                let folder = query.project.stack.nginx[config].config.folder();
                found.extend(paths(query, text, &folder, span));
            }
        }
        (Some(id::TRY_FILES | id::ERROR_PAGE), 1..) => found.extend(locations(query, span)),
        _ => {}
    }
    found
}

/// The names that a directive gives by its first argument.
fn defined(
    query: &Query<'_>,
    id: DirectiveId,
    kind: CandidateKind,
    span: Span,
    before: &str,
) -> Vec<Candidate> {
    let mut found = Vec::new();
    let mut configs: Vec<usize> = chunks(query).map(|(config, _)| config).collect();
    configs.dedup();
    for config in configs {
        for (chunk, ordinal) in nginx_statements(&query.project.stack.nginx[config].config, id) {
            let Some(name) = argument(chunk, ordinal, 0) else { continue };
            found.push(named(&[before.as_bytes(), &name].concat(), kind, span));
        }
    }
    found
}

/// The named locations of the same file.
fn locations(query: &Query<'_>, span: Span) -> Vec<Candidate> {
    let Some(tree) = query.tree() else { return Vec::new() };
    let blocks = tree.all_statements().filter(|statement| &*statement.name().text() == b"location");
    let names = blocks.filter_map(|statement| Some(statement.arg(0)?.text()));
    names
        .filter(|name| name.starts_with(b"@"))
        .map(|name| named(&name, CandidateKind::Location, span))
        .collect()
}

/// The variables of `http` and those that the file's configurations define.
fn variables_after(query: &Query<'_>, dollar: u32, offset: u32) -> Vec<Candidate> {
    let braced = query.text().get(dollar as usize + 1) == Some(&b'{');
    let span = Span::new(dollar, offset);
    let written = |name: &str| if braced { format!("${{{name}}}") } else { format!("${name}") };
    let known = variables().iter().filter(|row| row.scope == VariableScope::Http);
    let mut found: Vec<Candidate> = known
        .map(|row| {
            let text = written(row.name);
            // A family of names is gone on with: the brace would end it.
            let text = if row.prefix { text.trim_end_matches('}').to_owned() } else { text };
            Candidate { kind: CandidateKind::Variable, ..word(&text, span, 1) }
        })
        .collect();
    for (config, _) in chunks(query) {
        let config = &query.project.stack.nginx[config].config;
        for (id, number) in [(id::SET, 0), (id::MAP, 1), (id::GEO, 0), (id::GEO, 1), (id::SPLIT_CLIENTS, 1)] {
            for (chunk, ordinal) in nginx_statements(config, id) {
                let name = argument(chunk, ordinal, number);
                let Some(name) = name.as_deref().and_then(|name| name.strip_prefix(b"$")) else { continue };
                let text = written(&String::from_utf8_lossy(name));
                let detail = "of this configuration".to_owned();
                found.push(Candidate { kind: CandidateKind::Variable, detail, ..word(&text, span, 0) });
            }
        }
    }
    found
}
