//! What is said about the place under the pointer: its findings, its directive, and who is behind its value.

use fpmlint_catalog::nginx::{VariableScope, find_variable};
use fpmlint_catalog::{Dialect as Table, apache, facts, nginx, php_fpm, php_ini};
use fpmlint_daemons::Part;
use fpmlint_diagnostics::RuleMeta;
use fpmlint_engine::shown_path;
use fpmlint_stack::{Connection, PoolId, Stack, Target};
use fpmlint_syntax::{Dialect, StatementKind};
use fpmlint_text::{FileId, Span, display};

use crate::entity::{Entity, chunks, entities_at, pools_behind};
use crate::spot::{Spot, spot, variable_at};
use crate::suppression::rule_at;
use crate::{Query, rule_intro};

/// Where the parts of a hover are divided.
const RULE: &str = "\n\n---\n\n";

/// The most sites that a hover names.
const MAX_SITES: usize = 10;

/// Words about a place.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Hover {
    /// The bytes that the words are about.
    pub span: Span,
    /// The words.
    pub markdown: String,
}

/// What is known of the place at `offset`.
pub fn hover(query: &Query<'_>, offset: u32) -> Option<Hover> {
    let mut sections = Vec::new();
    let mut span = None;
    let rule = || rule_at(query, offset).map(|(span, rule)| (span, rule_text(rule)));
    if let Some((about, text)) = value(query, offset).or_else(|| directive(query, offset)).or_else(rule) {
        span = Some(about);
        sections.push(text);
    }
    for (about, text) in findings(query, offset) {
        span = span.or(Some(about));
        sections.push(text);
    }
    Some(Hover { span: span?, markdown: sections.join(RULE) })
}

/// The rules whose findings touch the offset, each once.
fn findings(query: &Query<'_>, offset: u32) -> Vec<(Span, String)> {
    let mut seen = Vec::new();
    let mut sections = Vec::new();
    for finding in query.outcome.of_file(query.file).iter().filter(|it| it.span.touches(offset)) {
        if !seen.contains(&finding.rule.name) {
            seen.push(finding.rule.name);
            sections.push((finding.span, rule_text(finding.rule)));
        }
    }
    sections
}

fn rule_text(rule: &RuleMeta) -> String {
    format!("**{}**\n\n{}", rule.name, rule_intro(rule))
}

/// The documentation of the directive whose name, or array's key, is there.
fn directive(query: &Query<'_>, offset: u32) -> Option<(Span, String)> {
    let spot = spot(query.tree()?, offset)?;
    let text = spot.statement.name().text();
    let facts = match (query.dialect?, spot.part) {
        (Dialect::FpmIni, Part::Offset) if text.starts_with(b"php_") => {
            facts::of_php_ini(php_ini::find(spot.span.of(query.text()))?)
        }
        _ if spot.part != Part::Name || spot.statement.kind() == StatementKind::Section => return None,
        (Dialect::FpmIni, _) => facts::of_php_fpm(php_fpm::find(&text)?),
        (Dialect::PhpIni, _) => facts::of_php_ini(php_ini::find(&text)?),
        (Dialect::Nginx, _) => facts::of_nginx(nginx::find(&text)?),
        (Dialect::Httpd, _) => facts::of_apache(match spot.statement.kind() {
            StatementKind::Block => apache::find_section(&text)?,
            _ => apache::find(&text)?,
        }),
    };
    let htaccess =
        query.project.stack.apache.iter().any(|it| it.config.htaccess && it.config.main == query.file);
    let facts = if htaccess { facts::DirectiveFacts { dialect: Table::Htaccess, ..facts } } else { facts };
    Some((spot.span, facts.to_markdown()))
}

/// Who is behind a value.
fn value(query: &Query<'_>, offset: u32) -> Option<(Span, String)> {
    let spot = spot(query.tree()?, offset)?;
    if query.dialect == Some(Dialect::Nginx)
        && let Some((name, span)) = variable_at(query.text(), spot.span, offset)
    {
        let row = find_variable(name, VariableScope::Http)?;
        let name = display(name);
        let text = match row.module {
            "" => format!("**`${name}`** (variable of nginx)"),
            module => format!("**`${name}`** (variable of `{module}`)"),
        };
        return Some((span, text));
    }
    let stack = &query.project.stack;
    let pools = entities_at(query, offset).into_iter().filter_map(|entity| match entity {
        Entity::Pool(pool) => Some(pool),
        _ => None,
    });
    let pools: Vec<PoolId> = pools.collect();
    if !pools.is_empty() {
        let texts = pools.iter().map(|pool| pool_text(query, *pool));
        return Some((spot.span, texts.collect::<Vec<_>>().join("\n\n")));
    }
    let text = nobody(query, stack, spot)?;
    Some((spot.span, text))
}

/// A pool, and the sites that hand requests to it.
fn pool_text(query: &Query<'_>, id: PoolId) -> String {
    let stack = &query.project.stack;
    let pool = &stack.pools[id];
    let config = stack.pool_config(id);
    let mut text = format!("**pool {}**", escaped(&pool.name));
    if let Some(header) = config.headers.first() {
        text.push_str(&format!(" in `{}`", file_name(query, header.file)));
    }
    if let Some(endpoint) = &pool.endpoint {
        text.push_str(&format!(" listens on `{endpoint}`"));
    }
    if let Some(user) = config.text(php_fpm::id::USER) {
        text.push_str(&format!(" and runs as `{}`", display(user)));
    }
    let sites = sites_of(stack, id);
    match sites.len() {
        0 => text.push_str(".\n\nNo site that is known here hands requests to it."),
        _ => {
            let shown: Vec<String> = sites.iter().take(MAX_SITES).map(|site| format!("`{site}`")).collect();
            let more = sites.len().saturating_sub(MAX_SITES);
            let more = if more > 0 { format!(" and {more} more") } else { String::new() };
            text.push_str(&format!(".\n\nReached by {}{more}.", shown.join(", ")));
        }
    }
    text
}

/// The names of the sites that hand requests to a pool, each once.
fn sites_of(stack: &Stack, pool: PoolId) -> Vec<String> {
    let reaching =
        stack.backends.iter().filter(|it| pools_behind(stack, it.host, &it.target).contains(&pool));
    let mut sites: Vec<String> = reaching.filter_map(|it| Some(stack.sites[it.site?].label())).collect();
    sites.sort();
    sites.dedup();
    sites
}

/// That nobody listens at an address, or why that cannot be said.
fn nobody(query: &Query<'_>, stack: &Stack, spot: Spot<'_>) -> Option<String> {
    let (host, target) = target(query, stack, spot)?;
    let Target::Endpoints(endpoints) = target else { return None };
    let texts = endpoints.iter().filter_map(|(endpoint, _)| match stack.connect(host, endpoint) {
        Connection::Nobody => Some(format!("No pool listens on `{endpoint}`.")),
        Connection::Unknown(missing) => {
            Some(format!("Who listens on `{endpoint}` is not known here: {}.", escaped(&missing.fact)))
        }
        Connection::Pools(_) => None,
    });
    let texts: Vec<String> = texts.collect();
    (!texts.is_empty()).then(|| texts.join("\n\n"))
}

/// What the directive at a spot points at, where it hands requests to PHP.
fn target(query: &Query<'_>, stack: &Stack, spot: Spot<'_>) -> Option<(usize, Target)> {
    let Part::Arg(number) = spot.part else { return None };
    let ordinal = spot.statement.ordinal();
    if query.dialect == Some(Dialect::Nginx) {
        let (config, chunk) = chunks(query).next()?;
        let is_pass = chunk.id(ordinal) == Some(nginx::id::FASTCGI_PASS);
        let text = spot.statement.arg(usize::from(number))?.text();
        return is_pass.then(|| (stack.nginx[config].host, stack.nginx_target(config, &text)));
    }
    let backend =
        stack.backends.iter().find(|it| it.place.file == query.file && it.place.ordinal == ordinal)?;
    Some((backend.host, backend.target.clone()))
}

fn file_name(query: &Query<'_>, file: FileId) -> String {
    shown_path(&query.project.files.get(file).path, &query.project.current_dir)
}

/// Text that Markdown shows as it is.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for letter in text.chars() {
        if matches!(letter, '\\' | '`' | '*' | '_' | '<' | '>' | '[' | ']' | '#') {
            escaped.push('\\');
        }
        escaped.push(letter);
    }
    escaped
}
