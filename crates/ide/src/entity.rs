//! What a word of a file names: a pool, an upstream, a log format, a named location, a variable, files.
//!
//! In: a file and an offset. Out: the things named there. Invariant: a word that may name several things gives all.

use std::borrow::Cow;

use fpmlint_catalog::nginx::id as nginx_id;
use fpmlint_catalog::{apache as apache_catalog, php_fpm as fpm_catalog};
use fpmlint_daemons::{Part, apache, nginx};
use fpmlint_stack::{Connection, PoolId, Stack, Target};
use fpmlint_syntax::{Dialect, StatementKind};
use fpmlint_text::FileId;
use fpmlint_workspace::Lookup;

use crate::Query;
use crate::spot::{Spot, spot, variable_at};

/// Something that files speak of.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Entity {
    /// A pool.
    Pool(PoolId),
    /// An upstream block of an nginx configuration.
    Upstream { config: usize, name: Vec<u8> },
    /// A log format of an nginx configuration.
    NginxFormat { config: usize, name: Vec<u8> },
    /// A log format of an Apache configuration.
    ApacheFormat { config: usize, name: Vec<u8> },
    /// A location that only internal redirects reach, with its `@`.
    NamedLocation { config: usize, name: Vec<u8> },
    /// A variable of an nginx configuration, without its dollar.
    Variable { config: usize, name: Vec<u8> },
    /// A file.
    File(FileId),
}

/// What the word at `offset` names.
pub(crate) fn entities_at(query: &Query<'_>, offset: u32) -> Vec<Entity> {
    let Some(tree) = query.tree() else { return Vec::new() };
    let Some(spot) = spot(tree, offset) else { return Vec::new() };
    let mut found = match query.dialect {
        Some(Dialect::FpmIni) => of_fpm(query, spot),
        Some(Dialect::Nginx) => of_nginx(query, spot, offset),
        Some(Dialect::Httpd) => of_apache(query, spot),
        Some(Dialect::PhpIni) | None => Vec::new(),
    };
    let mut kept = Vec::new();
    found.retain(|entity| {
        let new = !kept.contains(entity);
        if new {
            kept.push(entity.clone());
        }
        new
    });
    found
}

/// The pools that an address of a backend reaches.
pub(crate) fn pools_behind(stack: &Stack, host: usize, target: &Target) -> Vec<PoolId> {
    let Target::Endpoints(endpoints) = target else { return Vec::new() };
    let reached = endpoints.iter().filter_map(|(endpoint, _)| match stack.connect(host, endpoint) {
        Connection::Pools(pools) => Some(pools),
        _ => None,
    });
    reached.flatten().collect()
}

/// The readings of a file in nginx configurations, each with the configuration's number.
pub(crate) fn chunks<'a>(query: &Query<'a>) -> impl Iterator<Item = (usize, &'a nginx::Chunk)> {
    let file = query.file;
    query.project.stack.nginx.iter().enumerate().flat_map(move |(index, nginx)| {
        nginx.config.chunks.iter().filter(move |chunk| chunk.file == file).map(move |chunk| (index, &**chunk))
    })
}

fn of_fpm(query: &Query<'_>, spot: Spot<'_>) -> Vec<Entity> {
    let stack = &query.project.stack;
    let ordinal = spot.statement.ordinal();
    let here = |place: &fpmlint_daemons::Place| place.file == query.file && place.ordinal == ordinal;
    let mut found = Vec::new();
    for (id, _) in stack.pools.iter().enumerate() {
        let pool = stack.pool_config(id);
        let is_header = spot.statement.kind() == StatementKind::Section && pool.headers.iter().any(here);
        let listens = pool.entries(fpm_catalog::id::LISTEN).any(|setting| here(&setting.place));
        if is_header || listens && spot.part == Part::Value {
            found.push(Entity::Pool(id));
        }
    }
    for master in &stack.masters {
        let host = &stack.hosts[master.host];
        let includes = master.config.includes.iter().filter(|include| here(&include.place));
        for path in includes.flat_map(|include| &include.matches) {
            if let Lookup::Found(file) = host.open(path) {
                found.push(Entity::File(file));
            }
        }
    }
    found
}

fn of_nginx(query: &Query<'_>, spot: Spot<'_>, offset: u32) -> Vec<Entity> {
    let stack = &query.project.stack;
    let Part::Arg(number) = spot.part else { return Vec::new() };
    let Some(word) = spot.statement.arg(usize::from(number)) else { return Vec::new() };
    let text = word.text();
    let mut found = Vec::new();
    for (config, chunk) in chunks(query) {
        let nginx = &stack.nginx[config];
        let Some(id) = chunk.id(spot.statement.ordinal()) else { continue };
        if let Some((name, _)) = variable_at(query.text(), spot.span, offset) {
            found.push(Entity::Variable { config, name: name.to_vec() });
            continue;
        }
        let named = |name: &[u8]| name.to_vec();
        match (id, number) {
            (nginx_id::INCLUDE, 0) => {
                let chunks = chunk.include(spot.statement.ordinal()).into_iter().flat_map(|it| &it.chunks);
                let readings = chunks.filter_map(|chunk| nginx.config.chunks.get(*chunk as usize));
                found.extend(readings.map(|chunk| Entity::File(chunk.file)));
            }
            (nginx_id::FASTCGI_PASS, 0) => {
                let target = stack.nginx_target(config, &text);
                if is_upstream(query, config, &text) {
                    found.push(Entity::Upstream { config, name: named(&text) });
                }
                found.extend(pools_behind(stack, nginx.host, &target).into_iter().map(Entity::Pool));
            }
            (nginx_id::PROXY_PASS | nginx_id::UWSGI_PASS | nginx_id::SCGI_PASS | nginx_id::GRPC_PASS, 0) => {
                found.push(Entity::Upstream { config, name: named(host_of_url(&text)) });
            }
            (nginx_id::SERVER, 0) if spot.statement.parent().is_some() => {
                let target = stack.nginx_target(config, &text);
                found.extend(pools_behind(stack, nginx.host, &target).into_iter().map(Entity::Pool));
            }
            (nginx_id::UPSTREAM, 0) => found.push(Entity::Upstream { config, name: named(&text) }),
            (nginx_id::LOG_FORMAT, 0) | (nginx_id::ACCESS_LOG, 1) => {
                found.push(Entity::NginxFormat { config, name: named(&text) });
            }
            _ if text.starts_with(b"@") => {
                found.push(Entity::NamedLocation { config, name: named(&text) });
            }
            _ => {}
        }
    }
    found
}

fn is_upstream(query: &Query<'_>, config: usize, name: &[u8]) -> bool {
    let config = &query.project.stack.nginx[config].config;
    nginx_statements(config, nginx_id::UPSTREAM)
        .any(|(chunk, ordinal)| argument(chunk, ordinal, 0).is_some_and(|text| *text == *name))
}

/// The host part of an address such as `http://name/path`.
pub(crate) fn host_of_url(text: &[u8]) -> &[u8] {
    let scheme = memchr::memmem::find(text, b"://").map_or(0, |at| at + 3);
    let rest = text.get(scheme..).unwrap_or_default();
    let end = rest.iter().position(|byte| matches!(byte, b'/' | b':')).unwrap_or(rest.len());
    rest.get(..end).unwrap_or_default()
}

/// The statements of an nginx configuration that are one directive, as readings and numbers.
pub(crate) fn nginx_statements(
    config: &nginx::Config,
    id: fpmlint_catalog::nginx::DirectiveId,
) -> impl Iterator<Item = (&nginx::Chunk, u32)> {
    config.chunks.iter().flat_map(move |chunk| {
        let ids = chunk.ids.iter().enumerate().filter(move |(_, it)| **it == Some(id));
        ids.map(move |(ordinal, _)| (&**chunk, ordinal as u32))
    })
}

/// The text of an argument of a statement of a reading.
pub(crate) fn argument(chunk: &nginx::Chunk, ordinal: u32, number: usize) -> Option<Cow<'_, [u8]>> {
    Some(chunk.tree.statement(ordinal)?.arg(number)?.text())
}

fn of_apache(query: &Query<'_>, spot: Spot<'_>) -> Vec<Entity> {
    let stack = &query.project.stack;
    let ordinal = spot.statement.ordinal();
    if !matches!(spot.part, Part::Arg(_)) {
        return Vec::new();
    }
    let here = |place: &fpmlint_daemons::Place| place.file == query.file && place.ordinal == ordinal;
    let mut found = Vec::new();
    for backend in stack.backends.iter().filter(|backend| here(&backend.place)) {
        found.extend(pools_behind(stack, backend.host, &backend.target).into_iter().map(Entity::Pool));
    }
    for (index, apache) in stack.apache.iter().enumerate() {
        let included = apache.config.readings.iter().filter(|reading| match &reading.origin {
            apache::Origin::Include { place, .. } => here(place),
            _ => false,
        });
        found.extend(included.map(|reading| Entity::File(reading.file)));
        for statement in apache.config.ids().filter(|id| here(&apache.config.place(*id))) {
            let Some(number) = format_argument(apache.config.statement(statement).id) else { continue };
            let Some(word) = spot.statement.arg(number) else { continue };
            if spot.part == Part::Arg(number as u16) {
                found.push(Entity::ApacheFormat { config: index, name: word.text().into_owned() });
            }
        }
    }
    found
}

/// The argument of a directive of Apache that names a log format.
pub(crate) fn format_argument(id: Option<apache_catalog::DirectiveId>) -> Option<usize> {
    match id? {
        apache_catalog::id::LOG_FORMAT | apache_catalog::id::CUSTOM_LOG => Some(1),
        _ => None,
    }
}
