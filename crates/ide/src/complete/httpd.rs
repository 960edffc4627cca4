//! Apache: directives and sections of the section around, then what their arguments may be.

use fpmlint_catalog::Dialect as Table;
use fpmlint_catalog::apache::{
    ArgsHow, Contexts, Directive, DirectiveId, Htaccess, entries, find, htaccess_rank, id, ids, name, rank,
};
use fpmlint_syntax::{Dialect, StatementKind, Tree};
use fpmlint_text::Span;

use super::values::{groups, named, paths, sockets, users};
use super::{Candidate, CandidateKind, choice, escaped, line_before, order, word};
use crate::Query;
use crate::entity::format_argument;

pub(super) fn candidates(query: &Query<'_>, offset: u32) -> Vec<Candidate> {
    let Some(tree) = query.tree() else { return Vec::new() };
    let (start, text) = line_before(query, offset);
    let blanks = text.iter().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
    let Some(rest) = text.get(blanks..) else { return Vec::new() };
    let from = start + blanks as u32;
    if rest.starts_with(b"#") || rest.starts_with(b"</") {
        return Vec::new();
    }
    let is_section = rest.starts_with(b"<");
    let words: Vec<&[u8]> = rest.split(|byte| matches!(byte, b' ' | b'\t')).collect();
    let last = words.last().copied().unwrap_or_default();
    let span = Span::new(offset - last.len() as u32, offset);
    if words.len() == 1 {
        let htaccess =
            query.project.stack.apache.iter().any(|it| it.config.htaccess && it.config.main == query.file);
        return names(place(tree, from), htaccess, is_section, Span::new(from, offset));
    }
    let directive = words.first().and_then(|word| find(word));
    let number = words.iter().skip(1).filter(|word| !word.is_empty()).count() - usize::from(!last.is_empty());
    directive.map(|directive| arguments(query, directive, number, last, span)).unwrap_or_default()
}

/// The sections around a place that decide what may stand there, as a set of contexts.
fn place(tree: &Tree, offset: u32) -> Contexts {
    let mut next = tree.statement_at(offset);
    let mut inner = None;
    while let Some(statement) = next {
        let is_in = statement.body_span().is_some_and(|body| body.touches(offset));
        if statement.kind() == StatementKind::Block && is_in {
            let name = statement.name().text().to_ascii_lowercase();
            let context = match &name[..] {
                b"virtualhost" => Some(Contexts::VIRTUAL_HOST),
                b"directory" | b"directorymatch" => Some(Contexts::DIRECTORY),
                b"location" | b"locationmatch" => Some(Contexts::LOCATION),
                b"files" | b"filesmatch" => Some(Contexts::FILES),
                b"if" | b"elseif" | b"else" => Some(Contexts::IF),
                b"proxy" | b"proxymatch" => Some(Contexts::PROXY),
                b"limit" | b"limitexcept" => Some(Contexts::LIMIT),
                // `<IfModule>` and the like change nothing.
                _ => None,
            };
            inner = inner.or(context);
        }
        next = statement.parent();
    }
    inner.unwrap_or(Contexts::SERVER)
}

fn names(place: Contexts, htaccess: bool, is_section: bool, span: Span) -> Vec<Candidate> {
    let fits = |row: &Directive| {
        let here = if htaccess && place == Contexts::SERVER {
            matches!(row.htaccess, Htaccess::WithAny(_))
        } else {
            row.contexts.intersects(place)
        };
        here && row.is_usable()
    };
    let rows = ids().filter_map(|id| Some((id, entries(id).iter().find(|row| fits(row))?)));
    let rows = rows.filter(|(_, row)| row.container || !is_section);
    let ranked = |id| if htaccess { htaccess_rank(id) } else { rank(id) };
    rows.map(|(id, row)| directive(id, row, span, ranked(id))).collect()
}

fn directive(id: DirectiveId, row: &Directive, span: Span, rank: Option<u16>) -> Candidate {
    let name = name(id);
    let bare = name.trim_start_matches('<');
    let snippet = if row.container {
        format!("{} $1>\n\t$0\n</{}>", escaped(name), escaped(bare))
    } else {
        format!("{}{}", escaped(name), places(row))
    };
    Candidate {
        kind: if row.container { CandidateKind::Block } else { CandidateKind::Directive },
        detail: row.module.to_owned(),
        text: format!("{name} "),
        snippet: Some(snippet),
        directive: Some((Table::Apache, name)),
        ..word(name, span, order(rank))
    }
}

/// As many places to fill in as the directive has arguments at least.
fn places(row: &Directive) -> String {
    let count = match row.args {
        ArgsHow::None => 0,
        ArgsHow::Flag => return format!(" {}", choice(1, &["On", "Off"])),
        ArgsHow::Two | ArgsHow::TwoOrThree | ArgsHow::EachWithFirst => 2,
        ArgsHow::Three => 3,
        _ => 1,
    };
    (1..=count).map(|number| format!(" ${number}")).collect()
}

fn arguments(
    query: &Query<'_>,
    directive: DirectiveId,
    number: usize,
    written: &[u8],
    span: Span,
) -> Vec<Candidate> {
    let row = entries(directive).first();
    let is_flag = row.is_some_and(|row| row.args == ArgsHow::Flag);
    let words = if is_flag { &["On", "Off"][..] } else { row.map_or(&[][..], |row| row.enum_values) };
    // Placeholders of the manual are no words.
    let words =
        words.iter().filter(|text| is_flag || text.starts_with(|first: char| first.is_ascii_uppercase()));
    let mut found: Vec<Candidate> =
        words.enumerate().map(|(at, text)| word(text, span, 10 + at as u32)).collect();
    match (directive, number) {
        (id::USER, 0) => found.extend(users(query, span)),
        (id::GROUP, 0) => found.extend(groups(query, span)),
        (id::SET_HANDLER, 0) => {
            let write = |address: &str| match address.strip_prefix("unix:") {
                Some(path) => format!("\"proxy:unix:{path}|fcgi://localhost\""),
                None => format!("\"proxy:fcgi://{address}\""),
            };
            found.extend(sockets(query, span, write));
        }
        (id::PROXY_PASS | id::PROXY_PASS_MATCH, 1) => {
            let write = |address: &str| match address.strip_prefix("unix:") {
                Some(path) => format!("\"unix:{path}|fcgi://localhost/\""),
                None => format!("\"fcgi://{address}/\""),
            };
            found.extend(sockets(query, span, write));
        }
        (id::INCLUDE | id::INCLUDE_OPTIONAL, 0) => {
            let reads = query.project.stack.apache.iter().filter(|it| it.config.files.contains(&query.file));
            for apache in reads {
                found.extend(paths(query, written, &apache.config.server_root, span));
            }
        }
        _ if format_argument(Some(directive)) == Some(number) => found.extend(formats(query, span)),
        _ => {}
    }
    found
}

/// The log formats of the configurations that read the file.
fn formats(query: &Query<'_>, span: Span) -> Vec<Candidate> {
    let reads = query.project.stack.apache.iter().filter(|it| it.config.files.contains(&query.file));
    let statements = reads.flat_map(|it| it.config.ids().map(|id| (&it.config, id)));
    let mut found = Vec::new();
    for (config, statement) in
        statements.filter(|(config, statement)| config.statement(*statement).id == Some(id::LOG_FORMAT))
    {
        let place = config.place(statement);
        let tree = query.project.files.tree(place.file, Dialect::Httpd);
        if let Some(word) = tree.statement(place.ordinal).and_then(|it| it.arg(1)) {
            found.push(named(&word.text(), CandidateKind::LogFormat, span));
        }
    }
    found
}
