//! How long httpd waits for php-fpm.
//!
//! In: a server and the URL that a request is passed on to. Out: the limit in force and its line. Invariant: of
//! several workers the one counts that httpd takes: that of the longest URL with which the request's begins.

use fpmlint_catalog::apache::{DirectiveId, id};
use fpmlint_daemons::apache::{Config, ScopeId, Server, StatementId};
use fpmlint_daemons::php_ini::strtol;

use super::backends::url_of;
use super::lines::{At, Line};
use crate::limits::{Limit, Origin, Value};

/// A line, the number of the word that says it, and its value.
type Timeout<'a> = (Line<'a>, usize, Vec<u8>);

/// The worker's `timeout`, else `ProxyTimeout`, else `Timeout`.
pub(super) fn answer_timeout(config: &Config, server: ScopeId, url: Option<&[u8]>) -> Limit {
    if let Some((line, number, text)) = url.and_then(|url| worker_timeout(config, server, url)) {
        return limit("ProxyTimeout", Some(line), number, text);
    }
    let (name, line) = server_timeout(config, server);
    limit(name, line, 0, line.map_or(DEFAULT.to_vec(), |line| line.text(0).into_owned()))
}

/// What httpd waits where nothing is said.
const DEFAULT: &[u8] = b"60";

/// The line that holds for all workers of a server that say nothing themselves.
fn server_timeout(config: &Config, server: ScopeId) -> (&'static str, Option<Line<'_>>) {
    let last = |directive| servers(config, server).rev().find_map(|server| server.last(directive));
    match last(id::PROXY_TIMEOUT) {
        Some(line) => ("ProxyTimeout", Some(line)),
        None => ("Timeout", last(id::TIMEOUT)),
    }
}

/// The seconds of the server's own time-out where a statement stands, whatever the worker says.
pub(crate) fn server_timeout_of(config: &Config, statement: StatementId) -> i64 {
    let server = config.scopes.get(config.scope_of(statement)).server;
    let (_, line) = server_timeout(config, server);
    line.map_or_else(|| strtol(DEFAULT), |line| strtol(&line.text(0)))
}

/// The same for what a statement hands to PHP.
pub(crate) fn answer_timeout_of(config: &Config, statement: StatementId) -> Limit {
    let server = config.scopes.get(config.scope_of(statement)).server;
    let url = url_of(Line { config, id: statement }).map(|(_, mut url)| {
        url.truncate(memchr::memchr(b'$', &url).unwrap_or(url.len()));
        // A path follows in every request.
        if !without_scheme(&url).contains(&b'/') {
            url.push(b'/');
        }
        url
    });
    answer_timeout(config, server, url.as_deref())
}

/// Whether any virtual host says itself how long it waits.
pub(crate) fn has_own_timeouts(config: &Config) -> bool {
    let says = |server: &Server| {
        let last = |directive| config.scopes.last(server.scope, directive);
        server.scope != ScopeId::MAIN && last(id::PROXY_TIMEOUT).or_else(|| last(id::TIMEOUT)).is_some()
    };
    config.servers().iter().any(says)
}

/// The main server and the virtual host.
fn servers(config: &Config, server: ScopeId) -> impl DoubleEndedIterator<Item = At<'_>> {
    let own = (server != ScopeId::MAIN).then(|| At::new(config, server));
    std::iter::once(At::new(config, ScopeId::MAIN)).chain(own)
}

/// `timeout=` of the worker that serves the request.
fn worker_timeout<'a>(config: &'a Config, server: ScopeId, url: &[u8]) -> Option<Timeout<'a>> {
    const LINES: [DirectiveId; 3] = [id::PROXY_PASS, id::PROXY_PASS_MATCH, id::PROXY_SET];
    let wanted = without_socket(url);
    let mut best = None;
    for server in servers(config, server) {
        for line in server.mixed(&LINES) {
            let url = if line.directive() == Some(id::PROXY_SET) { line.text(0) } else { line.text(1) };
            take_timeout(line, &url, wanted, &mut best);
        }
        for section in server.all(id::SECTION_PROXY).filter_map(Line::opens) {
            if section.facts().is_pattern {
                continue;
            }
            for line in section.all(id::PROXY_SET) {
                take_timeout(line, &section.target(), wanted, &mut best);
            }
        }
    }
    best.map(|(_, found)| found)
}

/// Keeps the `timeout=` of a line if the line's worker fits the request better than what is known.
fn take_timeout<'a>(line: Line<'a>, url: &[u8], wanted: &[u8], best: &mut Option<(usize, Timeout<'a>)>) {
    let own = without_socket(url);
    let own = own.get(..memchr::memchr(b'$', own).unwrap_or(own.len())).unwrap_or(own);
    let fits = wanted.get(..own.len()).is_some_and(|start| start.eq_ignore_ascii_case(own));
    if !fits || best.as_ref().is_some_and(|(length, _)| *length > own.len()) {
        return;
    }
    let mut words = line.texts().into_iter().enumerate();
    let timeout = words.find_map(|(number, word)| Some((number, word.strip_prefix(b"timeout=")?.to_vec())));
    if let Some((number, text)) = timeout {
        *best = Some((own.len(), (line, number, text)));
    }
}

/// A worker is known by its URL; the socket in front of it is no part of that.
fn without_socket(url: &[u8]) -> &[u8] {
    let is_socket = url.get(..5).is_some_and(|start| start.eq_ignore_ascii_case(b"unix:"));
    memchr::memchr(b'|', url).filter(|_| is_socket).and_then(|at| url.get(at + 1..)).unwrap_or(url)
}

/// The authority of a worker's URL and the path behind it.
fn without_scheme(url: &[u8]) -> &[u8] {
    let url = without_socket(url);
    memchr::memmem::find(url, b"://").and_then(|at| url.get(at + 3..)).unwrap_or(url)
}

fn limit(name: &'static str, line: Option<Line<'_>>, number: usize, text: Vec<u8>) -> Limit {
    let amount = Some(strtol(&text));
    Limit {
        name,
        value: Value::Known { text, amount },
        from: line.map_or(Origin::Default, |_| Origin::Apache),
        place: line.map(|line| line.word_place(number)),
    }
}
