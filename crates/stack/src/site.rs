//! Sites: nginx servers and Apache virtual hosts, and who serves them.

use fpmlint_catalog::nginx::id;
use fpmlint_daemons::nginx::{Item, Modifier, ScopeId, ScopeKind, ServerName};
use fpmlint_daemons::{Part, Place, apache};
use fpmlint_workspace::HostPath;
use rustc_hash::FxHashMap;

use crate::request::{self, Request, Trace};
use crate::{Nginx, Stack, Web};

/// Number of a site in [`Stack::sites`].
pub type SiteId = usize;

/// The server block or virtual host behind a site.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum SiteServer {
    /// A server of an nginx configuration.
    Nginx {
        /// Index into [`Stack::nginx`].
        config: usize,
        /// The server's scope.
        server: ScopeId,
    },
    /// A server of an Apache configuration.
    Apache {
        /// Index into [`Stack::apache`].
        config: usize,
        /// The main server or a virtual host.
        server: apache::ScopeId,
    },
}

/// Something that answers requests for a name.
#[derive(Debug)]
pub struct Site {
    /// Index into [`Stack::hosts`].
    pub host: usize,
    /// The server or virtual host.
    pub server: SiteServer,
    /// Its first name, if it has one.
    pub name: Option<String>,
    /// A port that it listens on.
    pub port: u16,
    /// Whether that port speaks TLS.
    pub tls: bool,
    /// Where it stands; none for a main server.
    pub place: Option<Place>,
}

impl Site {
    /// The web server that serves it.
    pub fn web(&self) -> Web {
        match self.server {
            SiteServer::Nginx { config, .. } => Web::Nginx(config),
            SiteServer::Apache { config, .. } => Web::Apache(config),
        }
    }

    /// The URL of a path of the site, for people.
    pub fn url(&self, path: &str) -> String {
        let scheme = if self.tls { "https" } else { "http" };
        let name = self.name.as_deref().unwrap_or("localhost");
        let usual = if self.tls { 443 } else { 80 };
        let port =
            if self.port == usual || self.port == 0 { String::new() } else { format!(":{}", self.port) };
        format!("{scheme}://{name}{port}{path}")
    }

    /// The site in words.
    pub fn label(&self) -> String {
        self.name.clone().unwrap_or_else(|| format!("the server on port {}", self.port))
    }
}

impl Stack {
    /// Follows a request through a site.
    pub fn answer(&self, site: SiteId, request: &Request) -> Trace {
        match self.sites[site].server {
            SiteServer::Nginx { config, server } => request::nginx::answer(self, config, server, request),
            SiteServer::Apache { config, server } => request::apache::answer(self, config, server, request),
        }
    }

    /// The document roots of a site, each once: its own and those of its locations or aliases. Roots that rest on
    /// variables are left out.
    pub fn document_roots(&self, site: SiteId) -> Vec<HostPath> {
        let mut roots = match self.sites[site].server {
            SiteServer::Nginx { config, server } => self.nginx_roots(config, server),
            SiteServer::Apache { config, server } => request::apache::document_roots(self, config, server),
        };
        roots.sort();
        roots.dedup();
        roots
    }

    fn nginx_roots(&self, config: usize, server: ScopeId) -> Vec<HostPath> {
        let config = &self.nginx[config].config;
        let mut roots = Vec::new();
        let mut add = |root: Option<Item>| {
            let path = root.map(|root| config.arg_text(root.at, 0));
            let known = path.filter(|path| path.starts_with(b"/") && !path.contains(&b'$'));
            roots.extend(known.map(|path| HostPath::new(&path)));
        };
        add(config.effective(server, &[id::ROOT]));
        // Those within have it too, or one of their own.
        let mut scopes: Vec<ScopeId> = config.scope(server).children().collect();
        while let Some(scope) = scopes.pop() {
            let scope = config.scope(scope);
            add(scope.last(id::ROOT));
            scopes.extend(scope.children());
        }
        roots
    }

    /// Whether any request to a site is handed to PHP.
    pub fn serves_php(&self, site: SiteId) -> bool {
        !self.backends.of(Some(site)).is_empty() || self.php_sites.get(site).copied().unwrap_or(false)
    }

    /// The path prefixes that have rules of their own in a site: prefix and exact locations, `<Location>`, aliases.
    pub fn prefixes(&self, site: SiteId) -> Vec<Vec<u8>> {
        match self.sites[site].server {
            SiteServer::Nginx { config, server } => self.nginx_prefixes(config, server),
            SiteServer::Apache { config, server } => request::apache::prefixes(self, config, server),
        }
    }

    fn nginx_prefixes(&self, config: usize, server: ScopeId) -> Vec<Vec<u8>> {
        let config = &self.nginx[config].config;
        let mut prefixes = Vec::new();
        let mut scopes = vec![server];
        while let Some(scope) = scopes.pop() {
            for item in config.scope(scope).all(id::LOCATION) {
                let Some(location) = config.location(item.at) else { continue };
                if matches!(location.modifier, Modifier::Prefix | Modifier::PrefixFinal | Modifier::Exact) {
                    prefixes.push(location.text.into_owned());
                }
                scopes.extend(item.scope);
            }
        }
        prefixes
    }

    /// The sites that answer a host name on a port: one for each web server that listens there. Those that have the name
    /// among their own come first, as of several web servers they are meant.
    pub fn sites_for(&self, host: &[u8], port: u16) -> Vec<SiteId> {
        let mut answering = Vec::new();
        for (index, nginx) in self.nginx.iter().enumerate() {
            let Some(server) = request::nginx::matching_server(self, &nginx.config, host, port) else {
                continue;
            };
            answering.push(SiteServer::Nginx { config: index, server });
        }
        for index in 0..self.apache.len() {
            let Some(server) = request::apache::matching_server(self, index, host, port) else { continue };
            answering.push(SiteServer::Apache { config: index, server });
        }
        let number = |server: &SiteServer| match *server {
            SiteServer::Nginx { config, server } => self.site_of(config, server),
            SiteServer::Apache { .. } => self.sites.iter().position(|site| site.server == *server),
        };
        let mut sites: Vec<SiteId> = answering.iter().filter_map(number).collect();
        sites.sort_by_key(|site| !self.has_name(*site, host));
        sites
    }

    /// Whether a host name is one of a site's own, so that the site is no mere default for it.
    pub fn has_name(&self, site: SiteId, host: &[u8]) -> bool {
        match self.sites[site].server {
            SiteServer::Nginx { config, server } => {
                request::nginx::has_name(self, &self.nginx[config].config, server, host)
            }
            SiteServer::Apache { config, server } => {
                request::apache::has_name(&self.apache[config].config, server, host)
            }
        }
    }
}

pub(crate) fn collect(stack: &Stack) -> Vec<Site> {
    let mut sites = Vec::new();
    for (index, nginx) in stack.nginx.iter().enumerate() {
        let servers = nginx.config.scopes_of(ScopeKind::Server);
        sites.extend(servers.map(|(server, _)| nginx_site(nginx, index, server)));
    }
    sites.extend(request::apache::sites(stack));
    sites
}

/// The site of a server of the nginx configuration number `index`.
pub(crate) fn nginx_site(nginx: &Nginx, index: usize, server: ScopeId) -> Site {
    let listens = nginx.config.listens(server);
    let listen = listens.iter().find(|listen| !listen.ssl).or(listens.first());
    let names = nginx.config.server_names(server);
    let name = names.iter().find_map(|name| match name {
        ServerName::Exact(name) if !name.is_empty() && name[..] != *b"_" => {
            Some(String::from_utf8_lossy(name).into_owned())
        }
        ServerName::Suffix { suffix, .. } => Some(String::from_utf8_lossy(&suffix[1..]).into_owned()),
        _ => None,
    });
    Site {
        host: nginx.host,
        server: SiteServer::Nginx { config: index, server },
        name,
        port: listen.map_or(80, |listen| listen.port),
        tls: listen.is_some_and(|listen| listen.ssl),
        place: nginx.config.scope(server).at.map(|at| nginx.config.place(at, Part::Head)),
    }
}

/// The sites of nginx by configuration and server.
pub(crate) fn by_server(sites: &[Site]) -> FxHashMap<(usize, ScopeId), SiteId> {
    let of_nginx = |(site, facts): (SiteId, &Site)| match facts.server {
        SiteServer::Nginx { config, server } => Some(((config, server), site)),
        SiteServer::Apache { .. } => None,
    };
    sites.iter().enumerate().filter_map(of_nginx).collect()
}
