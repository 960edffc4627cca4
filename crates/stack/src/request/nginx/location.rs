//! Which server and which location answer.

use fpmlint_catalog::nginx::{DirectiveId, id};
use fpmlint_daemons::nginx::{Config, Modifier, ScopeId, ScopeKind, ServerName};
use fpmlint_daemons::{Matched, Part};

use super::{StepKind, Walk};
use crate::Stack;

/// What lets a location that ends in a slash send its name without one there.
const SLASHING: [DirectiveId; 6] =
    [id::FASTCGI_PASS, id::PROXY_PASS, id::UWSGI_PASS, id::SCGI_PASS, id::GRPC_PASS, id::MEMCACHED_PASS];

/// The rank of a name that is the host's: no other fits better.
const EXACT: (u8, usize) = (4, 0);

/// The server of a configuration that answers `host` on `port`: by exact name, by the longest wildcard at the
/// front, at the end, by the first pattern, else the default. None where nothing listens on the port.
pub fn matching_server(stack: &Stack, config: &Config, host: &[u8], port: u16) -> Option<ScopeId> {
    let host = host.to_ascii_lowercase();
    let listens_on = |server| config.listens(server).into_iter().find(|listen| listen.port == port);
    let mut best: Option<((u8, usize), ScopeId)> = None;
    for (server, _) in config.scopes_of(ScopeKind::Server) {
        let names = config.server_names(server);
        let Some(rank) = names.iter().filter_map(|name| rank(stack, name, &host)).max() else { continue };
        if best.is_some_and(|(known, _)| rank <= known) || listens_on(server).is_none() {
            continue;
        }
        if rank == EXACT {
            return Some(server);
        }
        best = Some((rank, server));
    }
    if let Some((_, server)) = best {
        return Some(server);
    }
    let mut first = None;
    for (server, _) in config.scopes_of(ScopeKind::Server) {
        let Some(listen) = listens_on(server) else { continue };
        if listen.default_server {
            return Some(server);
        }
        first = first.or(Some(server));
    }
    first
}

/// Whether one of a server's names fits a host name.
pub(crate) fn has_name(stack: &Stack, config: &Config, server: ScopeId, host: &[u8]) -> bool {
    let host = host.to_ascii_lowercase();
    config.server_names(server).iter().any(|name| rank(stack, name, &host).is_some())
}

/// How well a name fits: the kind of match first, its length second.
fn rank(stack: &Stack, name: &ServerName<'_>, host: &[u8]) -> Option<(u8, usize)> {
    match name {
        ServerName::Exact(name) => name.eq_ignore_ascii_case(host).then_some(EXACT),
        ServerName::Suffix { suffix, bare } => {
            let suffix = suffix.to_ascii_lowercase();
            let matches = host.ends_with(&suffix) || (*bare && host == &suffix[1..]);
            matches.then_some((3, suffix.len()))
        }
        ServerName::Prefix(prefix) => {
            host.starts_with(&prefix.to_ascii_lowercase()).then_some((2, prefix.len()))
        }
        ServerName::Pattern(pattern) => {
            let pattern = stack.patterns.get(pattern, true).ok()?;
            (pattern.matches(host) == Matched::Yes).then_some((1, 0))
        }
    }
}

/// Where a search for a location ends.
pub(super) struct Located {
    /// The location, or the server where none matches.
    pub(super) location: ScopeId,
    /// The path with a slash, where a location that passes requests on has that name and no other matches better.
    pub(super) slash: Option<Vec<u8>>,
}

/// How a search among the locations of a level went.
enum Search {
    Exact(ScopeId),
    Prefix(ScopeId, Modifier),
    Slash(ScopeId),
}

impl Walk<'_> {
    /// The location for the present path.
    pub(super) fn find_location(&mut self) -> Located {
        let found = self.search_locations();
        self.found.push(found.location);
        match self.config.scope(found.location).at {
            Some(at) if found.location != self.server => self.step(Some(at), Part::Head, StepKind::Location),
            _ => self.step(None, Part::Head, StepKind::NoLocation),
        }
        found
    }

    /// Prefixes from the outside in, then patterns from the inside out. A prefix with `^~` spares the level that it
    /// stands on the patterns, an exact match spares every level.
    fn search_locations(&mut self) -> Located {
        let mut scope = self.server;
        let mut levels = Vec::new();
        while let Some(found) = self.search_prefixes(scope) {
            match found {
                Search::Exact(location) => return Located { location, slash: None },
                Search::Slash(location) => {
                    let slash = Some([&self.path[..], b"/"].concat());
                    return Located { location, slash };
                }
                Search::Prefix(inner, modifier) => {
                    if modifier == Modifier::Prefix {
                        levels.push(scope);
                    }
                    scope = inner;
                }
            }
        }
        levels.push(scope);
        for level in levels.into_iter().rev() {
            if let Some(found) = self.first_pattern(level) {
                return Located { location: self.nested_in_pattern(found), slash: None };
            }
        }
        Located { location: scope, slash: None }
    }

    fn search_prefixes(&self, scope: ScopeId) -> Option<Search> {
        let mut best: Option<(usize, ScopeId, Modifier)> = None;
        let mut slash = None;
        for item in self.config.scope(scope).all(id::LOCATION) {
            let (Some(inner), Some(location)) = (item.scope, self.config.location(item.at)) else { continue };
            let text = &location.text[..];
            let is_prefix = matches!(location.modifier, Modifier::Prefix | Modifier::PrefixFinal);
            match location.modifier {
                Modifier::Exact if text == self.path => return Some(Search::Exact(inner)),
                Modifier::Prefix | Modifier::PrefixFinal
                    if self.path.starts_with(text)
                        && best.is_none_or(|(length, _, _)| text.len() > length) =>
                {
                    best = Some((text.len(), inner, location.modifier));
                }
                _ => {}
            }
            if (is_prefix || location.modifier == Modifier::Exact)
                && text.strip_suffix(b"/") == Some(&self.path[..])
                && self.config.scope(inner).items.iter().any(|item| SLASHING.contains(&item.id))
            {
                slash = Some(inner);
            }
        }
        match (best, slash) {
            (Some((length, inner, modifier)), _) if length == self.path.len() => {
                Some(Search::Prefix(inner, modifier))
            }
            (_, Some(inner)) => Some(Search::Slash(inner)),
            (best, None) => best.map(|(_, inner, modifier)| Search::Prefix(inner, modifier)),
        }
    }

    /// The scope of a `limit_except` that holds for the method, else the location itself.
    pub(super) fn limited(&self, location: ScopeId) -> ScopeId {
        let Some(item) = self.config.scope(location).last(id::LIMIT_EXCEPT) else { return location };
        let Some(statement) = self.config.statement(item.at) else { return location };
        let named = statement.args().any(|word| {
            let name = word.text();
            name.eq_ignore_ascii_case(self.method.as_bytes())
                || name.eq_ignore_ascii_case(b"GET") && self.method == "HEAD"
        });
        if named { location } else { item.scope.unwrap_or(location) }
    }

    fn first_pattern(&mut self, scope: ScopeId) -> Option<ScopeId> {
        let config = self.config;
        for item in config.scope(scope).all(id::LOCATION) {
            let (Some(inner), Some(location)) = (item.scope, config.location(item.at)) else { continue };
            if !location.modifier.is_pattern() {
                continue;
            }
            let ignore_case = location.modifier == Modifier::PatternIgnoreCase;
            let Ok(pattern) = self.stack.patterns.get(&location.text, ignore_case) else {
                self.doubt(item.at);
                continue;
            };
            match pattern.matches(&self.path) {
                Matched::Yes => {
                    let path = self.path.clone();
                    self.remember_captures(&pattern, &path);
                    return Some(inner);
                }
                Matched::No => {}
                Matched::Unknown => self.doubt(item.at),
            }
        }
        None
    }

    /// Inside a location with a pattern, only further patterns can match in practice.
    fn nested_in_pattern(&mut self, location: ScopeId) -> ScopeId {
        let mut scope = location;
        while let Some(inner) = self.first_pattern(scope) {
            scope = inner;
        }
        scope
    }

    /// The named location `name` of the server, its `@` included.
    pub(super) fn named_location(&self, name: &[u8]) -> Option<ScopeId> {
        let mut locations = self.config.scope(self.server).all(id::LOCATION);
        locations.find_map(|item| {
            let location = self.config.location(item.at)?;
            (location.modifier == Modifier::Named && location.text[..] == *name).then_some(item.scope)?
        })
    }
}
