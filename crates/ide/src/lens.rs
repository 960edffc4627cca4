//! What reaches what, said above the lines that decide it.
//!
//! In: a file. Out: the lines that hand requests to PHP and the pools, and, for one of them, the words: which pool a
//! location or handler reaches, which sites reach a pool. Invariants: finding the lines costs one walk over the file (of
//! Apache one over the backends, which its lines alone do not give); the words of one line cost what they show, however
//! many sites there are.

use std::collections::BTreeMap;

use fpmlint_catalog::nginx::{self as nginx_catalog, id as nginx_id};
use fpmlint_daemons::nginx::Chunk;
use fpmlint_daemons::{Place, nginx};
use fpmlint_stack::{Connection, PoolId, SiteId, Stack, Target};
use fpmlint_syntax::{Dialect, Statement, StatementKind};
use fpmlint_text::{Span, display};

use crate::Query;
use crate::entity::chunks;

/// Names and addresses that one line of words holds.
const SHOWN: usize = 3;

/// Includes within includes that are followed in search of a `fastcgi_pass`.
const MAX_INCLUDES: usize = 4;

/// The sections of Apache that stand for the handler in them.
const SECTIONS: [&[u8]; 8] = [
    b"Files",
    b"FilesMatch",
    b"Location",
    b"LocationMatch",
    b"Directory",
    b"DirectoryMatch",
    b"If",
    b"ElseIf",
];

/// A line above which something is said.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Lens {
    /// The head of the location, section or line.
    pub span: Span,
    /// What it is about.
    pub subject: LensSubject,
}

/// What a lens is about.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum LensSubject {
    /// A pool.
    Pool(PoolId),
    /// A `fastcgi_pass` with this text in the nginx configuration of this number.
    Pass {
        /// The configuration.
        config: usize,
        /// The text.
        address: Vec<u8>,
    },
    /// A line of Apache that hands requests to PHP: of this site, if it stands in one, the backend of this number.
    Backend {
        /// The site.
        site: Option<SiteId>,
        /// The number.
        number: usize,
        /// In how many sites the line stands.
        sites: usize,
    },
}

/// The lines of a file above which something is said, in file order.
pub fn lenses(query: &Query<'_>) -> Vec<Lens> {
    match query.dialect {
        Some(Dialect::FpmIni) => of_pools(query),
        Some(Dialect::Nginx) => of_locations(query),
        Some(Dialect::Httpd) => of_handlers(query),
        Some(Dialect::PhpIni) | None => Vec::new(),
    }
}

/// What is said of a subject; none where it is gone.
pub fn lens_words(stack: &Stack, subject: &LensSubject) -> Option<String> {
    match subject {
        LensSubject::Pool(pool) => (*pool < stack.pools.len()).then(|| pool_words(stack, *pool)),
        LensSubject::Pass { config, address } => {
            let host = stack.nginx.get(*config)?.host;
            Some(target_words(stack, host, &stack.nginx_target(*config, address)))
        }
        LensSubject::Backend { site, number, sites } => {
            let backend = stack.backends.of(*site).get(*number)?;
            let words = target_words(stack, backend.host, &backend.target);
            Some(if *sites > 1 { format!("{words} ({sites} sites)") } else { words })
        }
    }
}

/// The first header of each pool; a later one of the same name says the same again.
fn of_pools(query: &Query<'_>) -> Vec<Lens> {
    let stack = &query.project.stack;
    let Some(tree) = query.tree() else { return Vec::new() };
    let mut lenses = Vec::new();
    for pool in 0..stack.pools.len() {
        let here = |place: &&Place| place.file == query.file;
        let Some(header) = stack.pool_config(pool).headers.iter().find(here) else { continue };
        let Some(statement) = tree.statement(header.ordinal) else { continue };
        if statement.kind() == StatementKind::Section {
            lenses.push(Lens { span: statement.span(), subject: LensSubject::Pool(pool) });
        }
    }
    lenses.sort_by_key(|lens| lens.span.start);
    lenses
}

fn of_locations(query: &Query<'_>) -> Vec<Lens> {
    let Some((config, chunk)) = chunks(query).next() else { return Vec::new() };
    let nginx = &query.project.stack.nginx[config].config;
    let mut lenses = Vec::new();
    for statement in chunk.tree.all_statements() {
        if chunk.id(statement.ordinal()) != Some(nginx_id::LOCATION) {
            continue;
        }
        if let Some(address) = passed(nginx, chunk, statement.children(), MAX_INCLUDES) {
            let subject = LensSubject::Pass { config, address };
            lenses.push(Lens { span: statement.head_span(), subject });
        }
    }
    lenses
}

/// The text of the `fastcgi_pass` among statements or in what they include.
fn passed<'t>(
    config: &nginx::Config,
    chunk: &Chunk,
    statements: impl Iterator<Item = Statement<'t>>,
    depth: usize,
) -> Option<Vec<u8>> {
    for statement in statements {
        match nginx_catalog::find(&statement.name().text()) {
            Some(nginx_id::FASTCGI_PASS) => return Some(statement.arg(0)?.text().into_owned()),
            Some(nginx_id::INCLUDE) if depth > 0 => {
                let included = chunk.include(statement.ordinal()).into_iter().flat_map(|it| &it.chunks);
                let mut chunks = included.filter_map(|chunk| config.chunks.get(*chunk as usize));
                let find =
                    |inner: &std::sync::Arc<Chunk>| passed(config, inner, inner.tree.statements(), depth - 1);
                if let Some(found) = chunks.find_map(find) {
                    return Some(found);
                }
            }
            _ => {}
        }
    }
    None
}

fn of_handlers(query: &Query<'_>) -> Vec<Lens> {
    let stack = &query.project.stack;
    let Some(tree) = query.tree() else { return Vec::new() };
    let sites = std::iter::once(None).chain((0..stack.sites.len()).map(Some));
    let mut lenses: BTreeMap<(u32, u32), LensSubject> = BTreeMap::new();
    for site in sites {
        for (number, backend) in stack.backends.of(site).iter().enumerate() {
            if backend.place.file != query.file {
                continue;
            }
            let Some(statement) = tree.statement(backend.place.ordinal) else { continue };
            let span = section_around(statement).unwrap_or(statement).head_span();
            let first = || LensSubject::Backend { site, number, sites: 0 };
            let subject = lenses.entry((span.start, span.end)).or_insert_with(first);
            if let LensSubject::Backend { sites, .. } = subject {
                *sites += 1;
            }
        }
    }
    let lens = |((start, end), subject)| Lens { span: Span::new(start, end), subject };
    lenses.into_iter().map(lens).collect()
}

fn section_around(statement: Statement<'_>) -> Option<Statement<'_>> {
    let parent = statement.parent()?;
    let name = parent.name().text();
    SECTIONS.iter().any(|section| name.eq_ignore_ascii_case(section)).then_some(parent)
}

fn pool_words(stack: &Stack, pool: PoolId) -> String {
    let sites = stack.sites_reaching(pool);
    if sites.is_empty() {
        let is_reached = stack.backends.of(None).iter().any(|it| stack.pools_behind(it).contains(&pool));
        return match stack.sites_are_known(stack.pools[pool].host) {
            _ if is_reached => "reached by every site of a web server".to_owned(),
            true => "no site reaches this pool".to_owned(),
            false => "no site that is known here reaches this pool".to_owned(),
        };
    }
    let names: Vec<String> = sites.iter().take(SHOWN).map(|site| stack.sites[*site].label()).collect();
    let more = match sites.len().saturating_sub(SHOWN) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    let count = if sites.len() == 1 { "1 site".to_owned() } else { format!("{} sites", sites.len()) };
    format!("reached by {count}: {}{more}", names.join(", "))
}

fn target_words(stack: &Stack, host: usize, target: &Target) -> String {
    match target {
        Target::Variable => "reaches a pool that a variable names".to_owned(),
        Target::Undefined(name) => format!("no upstream is called {}", display(name.as_bytes())),
        Target::Invalid(text) => format!("{} is no address", display(text.as_bytes())),
        Target::Endpoints(endpoints) => {
            let words =
                endpoints.iter().take(SHOWN).map(|(endpoint, _)| match stack.connect(host, endpoint) {
                    Connection::Pools(pools) => {
                        let names: Vec<&str> =
                            pools.iter().take(SHOWN).map(|pool| &stack.pools[*pool].name[..]).collect();
                        format!("reaches pool {}", names.join(", "))
                    }
                    Connection::Nobody => format!("no pool listens on {endpoint}"),
                    Connection::Unknown(_) => format!("who listens on {endpoint} is not known here"),
                });
            let mut words: Vec<String> = words.collect();
            words.dedup();
            let more = endpoints.len().saturating_sub(SHOWN);
            if more > 0 {
                words.push(format!("and {more} more"));
            }
            words.join("; ")
        }
    }
}
