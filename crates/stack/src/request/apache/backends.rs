//! The lines of Apache configurations that hand requests to PHP, and the sites that do.

use fpmlint_catalog::apache::{DirectiveId, id};
use fpmlint_daemons::apache::{Config, Scope, ScopeId, ScopeKind};
use fpmlint_workspace::Host;
use rustc_hash::FxHashMap;

use super::handler::is_php_handler;
use super::lines::Line;
use super::proxy::{self, Proxied, members, parse, runtime_dir};
use crate::backend::{Spot, Target};
use crate::{Backend, SiteId, SiteServer, Stack, Web};

/// Every line that hands requests to PHP over FastCGI. One outside of virtual hosts belongs to no site.
pub(crate) fn backends(stack: &Stack) -> Vec<Backend> {
    let sites = sites_by_server(stack);
    let mut backends = Vec::new();
    for (index, apache) in stack.apache.iter().enumerate() {
        let config = &apache.config;
        let host = &stack.hosts[apache.host];
        for line in lines(config) {
            let Some((number, url)) = url_of(line) else { continue };
            let scope = config.scopes.get(config.scope_of(line.id));
            let Some(target) = target(config, host, scope.server, &url) else { continue };
            let site = match scope.server == ScopeId::MAIN {
                true => None,
                false => sites.get(&(index, scope.server)).copied(),
            };
            backends.push(Backend {
                host: apache.host,
                web: Web::Apache(index),
                site,
                spot: Spot::Apache(line.id),
                place: line.word_place(number),
                directive: line.directive().map_or("", fpmlint_catalog::apache::name),
                target,
            });
        }
    }
    backends
}

/// The sites without backends of their own that hand requests to PHP, over FastCGI or to mod_php: by lines of the
/// virtual host itself, or by lines of the main server that hold for its files. Others may be among them.
pub(crate) fn php_sites(stack: &Stack) -> Vec<SiteId> {
    let sites = sites_by_server(stack);
    let mut found = Vec::new();
    for (index, apache) in stack.apache.iter().enumerate() {
        let config = &apache.config;
        let mut everywhere = false;
        let mut below = Vec::new();
        for line in lines(config) {
            let scope = config.scope_of(line.id);
            let server = config.scopes.get(scope).server;
            if server != ScopeId::MAIN {
                let site = sites.get(&(index, server)).copied();
                let is_open = |site: &SiteId| stack.backends.of(Some(*site)).is_empty();
                found.extend(site.filter(is_open).filter(|_| is_for_php(line)));
                continue;
            }
            if !is_for_php(line) {
                continue;
            }
            match reach(config, scope) {
                Reach::Everywhere => everywhere = true,
                Reach::Folder(folder) => below.push(folder),
                Reach::Nowhere => {}
            }
        }
        if !everywhere && below.is_empty() {
            continue;
        }
        for server in config.servers() {
            let root = config.document_root(server.scope).map(|(root, _)| root);
            let covered =
                |root| below.iter().any(|folder| fpmlint_workspace::HostPath::starts_with(root, folder));
            if everywhere || root.as_ref().is_some_and(covered) {
                found.extend(sites.get(&(index, server.scope)));
            }
        }
    }
    found
}

/// Where a line of the main server holds.
enum Reach {
    Everywhere,
    Folder(fpmlint_workspace::HostPath),
    /// In some paths or files of which nobody knows whose they are.
    Nowhere,
}

fn reach(config: &Config, scope: ScopeId) -> Reach {
    let mut at = Some(scope);
    while let Some(scope) = at {
        let facts: &Scope = config.scopes.get(scope);
        match facts.kind {
            ScopeKind::Directory if !facts.is_pattern => {
                let path = config.server_root.join(&config.target(scope));
                return if path.as_bytes() == b"/" { Reach::Everywhere } else { Reach::Folder(path) };
            }
            ScopeKind::Location if config.target(scope)[..] == *b"/" => return Reach::Everywhere,
            ScopeKind::Directory
            | ScopeKind::DirectoryMatch
            | ScopeKind::Location
            | ScopeKind::LocationMatch
            | ScopeKind::Proxy
            | ScopeKind::ProxyMatch => return Reach::Nowhere,
            _ => at = facts.parent,
        }
    }
    Reach::Everywhere
}

fn sites_by_server(stack: &Stack) -> FxHashMap<(usize, ScopeId), SiteId> {
    let sites = stack.sites.iter().enumerate();
    let apache = sites.filter_map(|(number, site)| match site.server {
        SiteServer::Apache { config, server } => Some(((config, server), number)),
        SiteServer::Nginx { .. } => None,
    });
    apache.collect()
}

/// The directives that can hand requests on.
const DIRECTIVES: [DirectiveId; 7] = [
    id::PROXY_PASS,
    id::PROXY_PASS_MATCH,
    id::SET_HANDLER,
    id::ADD_HANDLER,
    id::ADD_TYPE,
    id::FORCE_TYPE,
    id::REWRITE_RULE,
];

/// The lines that may hand requests on, in walking order.
fn lines(config: &Config) -> impl Iterator<Item = Line<'_>> {
    let ids = config.ids().filter(|id| {
        let directive = config.statement(*id).id;
        directive.is_some_and(|directive| DIRECTIVES.contains(&directive))
    });
    ids.map(move |id| Line { config, id })
}

/// The URL that a line names, and the number of its argument.
pub(super) fn url_of(line: Line<'_>) -> Option<(usize, Vec<u8>)> {
    let number = match line.directive()? {
        id::PROXY_PASS | id::PROXY_PASS_MATCH => {
            // In a <Location> the URL comes first, and parameters may follow it.
            let second = line.text(1);
            usize::from(!second.is_empty() && !is_parameter(&second))
        }
        id::SET_HANDLER | id::ADD_HANDLER => {
            let text = line.text(0);
            let start = text.get(..6)?;
            return start.eq_ignore_ascii_case(b"proxy:").then(|| (0, text.get(6..).unwrap_or(b"").to_vec()));
        }
        id::REWRITE_RULE => 1,
        _ => return None,
    };
    Some((number, line.text(number).into_owned()))
}

fn is_parameter(text: &[u8]) -> bool {
    let name = text.split(|byte| *byte == b'=').next().unwrap_or(text);
    name.len() < text.len() && name.iter().all(u8::is_ascii_alphanumeric)
        || text.eq_ignore_ascii_case(b"nocanon")
}

/// What a URL points at; none where it is not PHP's.
fn target(config: &Config, host: &Host, server: ScopeId, url: &[u8]) -> Option<Target> {
    match parse(url, || runtime_dir(config, host)) {
        Proxied::Fcgi { target, .. } => Some(target),
        Proxied::Balancer { name, .. } => members(config, host, server, &name).map(Target::Endpoints),
        Proxied::NoScheme | Proxied::Other => None,
    }
}

/// Whether a line hands requests to PHP, whoever runs it.
fn is_for_php(line: Line<'_>) -> bool {
    match line.directive() {
        Some(id::ADD_TYPE | id::FORCE_TYPE) => is_php_handler(&line.text(0)),
        Some(id::SET_HANDLER | id::ADD_HANDLER) if is_php_handler(&line.text(0)) => true,
        _ => url_of(line).is_some_and(|(_, url)| proxy::is_for_php(&url)),
    }
}
