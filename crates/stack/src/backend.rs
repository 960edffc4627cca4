//! Backends: the places where a web server hands requests to PHP, and the pools that they reach.

use fpmlint_catalog::nginx::id;
use fpmlint_daemons::apache::StatementId;
use fpmlint_daemons::nginx::{Config, Scope, ScopeId, ScopeKind};
use fpmlint_daemons::php_fpm::Listen;
use fpmlint_daemons::{Part, Place};
use fpmlint_workspace::HostPath;
use rustc_hash::FxHashMap;

use crate::pool::ListenKey;
use crate::{Endpoint, How, Missing, Nginx, PoolId, SiteId, Stack, TcpHost, Web};

/// What a `fastcgi_pass`, a `ProxyPass` or a handler points at.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Target {
    /// One address, or those of an upstream block or balancer with the lines that name them.
    Endpoints(Vec<(Endpoint, Option<Place>)>),
    /// It rests on a variable that cannot be known here.
    Variable,
    /// A bare name that no upstream block or balancer defines.
    Undefined(String),
    /// It cannot be an address.
    Invalid(String),
}

/// Where a backend stands in its configuration.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Spot {
    /// In this block of nginx.
    Nginx(ScopeId),
    /// It is this statement of Apache.
    Apache(StatementId),
}

/// A place that hands requests to PHP.
#[derive(Debug)]
pub struct Backend {
    /// Index into [`Stack::hosts`].
    pub host: usize,
    /// The web server.
    pub web: Web,
    /// The site that it stands in, where it stands in one.
    pub site: Option<SiteId>,
    /// Where it stands, for what is in force there.
    pub spot: Spot,
    /// The directive.
    pub place: Place,
    /// Its name as written, for messages.
    pub directive: &'static str,
    /// What it points at.
    pub target: Target,
}

/// Who answers at an address.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Connection {
    /// These pools listen there.
    Pools(Vec<PoolId>),
    /// Nobody does.
    Nobody,
    /// It cannot be said; the fact that is missing.
    Unknown(Missing),
}

pub(crate) fn upstreams(configs: &[Nginx]) -> FxHashMap<(usize, Box<[u8]>), ScopeId> {
    let mut upstreams = FxHashMap::default();
    for (index, nginx) in configs.iter().enumerate() {
        for (id, scope) in nginx.config.scopes_of(ScopeKind::Upstream) {
            let Some(at) = scope.at else { continue };
            upstreams.insert((index, nginx.config.arg_text(at, 0).into_owned().into()), id);
        }
    }
    upstreams
}

/// The backends by the site that they stand in.
#[derive(Default, Debug)]
pub struct Backends {
    sites: Vec<Vec<Backend>>,
    elsewhere: Vec<Backend>,
}

impl Backends {
    /// The backends of a site; with none, those that stand in no site.
    pub fn of(&self, site: Option<SiteId>) -> &[Backend] {
        match site {
            Some(site) => self.sites.get(site).map_or(&[], Vec::as_slice),
            None => &self.elsewhere,
        }
    }

    /// Every backend: those that stand in no site, then those of the sites in their order.
    pub fn iter(&self) -> impl Iterator<Item = &Backend> {
        self.elsewhere.iter().chain(self.sites.iter().flatten())
    }

    /// Puts other backends in the place of those of a site.
    pub(crate) fn replace(&mut self, site: SiteId, backends: Vec<Backend>) {
        if let Some(slot) = self.sites.get_mut(site) {
            *slot = backends;
        }
    }

    fn add(&mut self, backend: Backend) {
        match backend.site.and_then(|site| self.sites.get_mut(site)) {
            Some(slot) => {
                if slot.is_empty() {
                    // Nearly every site has one alone.
                    slot.reserve_exact(1);
                }
                slot.push(backend);
            }
            None => self.elsewhere.push(backend),
        }
    }
}

pub(crate) fn collect(stack: &Stack) -> Backends {
    let mut backends =
        Backends { sites: stack.sites.iter().map(|_| Vec::new()).collect(), elsewhere: Vec::new() };
    for (index, nginx) in stack.nginx.iter().enumerate() {
        nginx_backends(stack, index, nginx.config.scopes.iter(), |backend| backends.add(backend));
    }
    for backend in crate::request::apache::backends(stack) {
        backends.add(backend);
    }
    backends
}

/// The backends in some scopes of the nginx configuration number `index`.
pub(crate) fn nginx_backends<'a>(
    stack: &'a Stack,
    index: usize,
    scopes: impl Iterator<Item = (ScopeId, &'a Scope)>,
    mut add: impl FnMut(Backend),
) {
    let nginx = &stack.nginx[index];
    for (at, scope) in scopes {
        for item in scope.all(id::FASTCGI_PASS) {
            let text = nginx.config.arg_text(item.at, 0);
            let is_server = |scope: &ScopeId| nginx.config.scope(*scope).kind == ScopeKind::Server;
            let server = nginx.config.ancestors(at).find(is_server);
            add(Backend {
                host: nginx.host,
                web: Web::Nginx(index),
                site: server.and_then(|server| stack.site_of.get(&(index, server)).copied()),
                spot: Spot::Nginx(at),
                place: nginx.config.place(item.at, Part::Arg(0)),
                directive: "fastcgi_pass",
                target: stack.nginx_target(index, &text),
            });
        }
    }
}

impl Stack {
    /// What a `fastcgi_pass` with this text points at, in the nginx configuration of this number.
    pub fn nginx_target(&self, index: usize, text: &[u8]) -> Target {
        if memchr::memchr(b'$', text).is_some() {
            return Target::Variable;
        }
        if let Some(&upstream) = self.upstreams.get(&(index, Box::from(text))) {
            return self.upstream_target(&self.nginx[index].config, upstream);
        }
        match nginx_endpoint(text) {
            Some(endpoint) => Target::Endpoints(vec![(endpoint, None)]),
            None if memchr::memchr(b':', text).is_none() && memchr::memchr(b'/', text).is_none() => {
                Target::Undefined(String::from_utf8_lossy(text).into_owned())
            }
            None => Target::Invalid(String::from_utf8_lossy(text).into_owned()),
        }
    }

    fn upstream_target(&self, config: &Config, upstream: ScopeId) -> Target {
        let mut endpoints = Vec::new();
        for item in config.scope(upstream).all(id::SERVER) {
            let text = config.arg_text(item.at, 0);
            let endpoint = nginx_endpoint(&text).or_else(|| nginx_endpoint(&[&text[..], b":80"].concat()));
            let Some(endpoint) = endpoint else {
                return Target::Invalid(String::from_utf8_lossy(&text).into_owned());
            };
            endpoints.push((endpoint, Some(config.place(item.at, Part::Arg(0)))));
        }
        Target::Endpoints(endpoints)
    }

    /// Who answers a connection that a process on `host` makes to `endpoint`.
    pub fn connect(&self, host: usize, endpoint: &Endpoint) -> Connection {
        let empty = Vec::new();
        let here = self.listening.get(&(host, ListenKey::of(endpoint))).unwrap_or(&empty);
        let mut unsure = false;
        let mut answering = Vec::new();
        for &pool in here {
            match self.accepts(pool, endpoint) {
                Some(true) => answering.push(pool),
                Some(false) => {}
                None => unsure = true,
            }
        }
        if !answering.is_empty() {
            return Connection::Pools(answering);
        }
        if unsure {
            return Connection::Unknown(Missing::new(format!("which host {endpoint} names"), How::Host));
        }
        if !endpoint.is_local() {
            return self.connect_elsewhere(host, endpoint);
        }
        self.nobody_on(host)
    }

    /// The pools that a backend reaches; none where nobody listens or it cannot be said.
    pub fn pools_behind(&self, backend: &Backend) -> Vec<PoolId> {
        let Target::Endpoints(endpoints) = &backend.target else { return Vec::new() };
        let connections = endpoints.iter().map(|(endpoint, _)| self.connect(backend.host, endpoint));
        connections
            .flat_map(|connection| if let Connection::Pools(pools) = connection { pools } else { Vec::new() })
            .collect()
    }

    fn accepts(&self, pool: PoolId, target: &Endpoint) -> Option<bool> {
        match (self.pools[pool].endpoint.as_ref()?, target) {
            (Endpoint::Unix(listen), Endpoint::Unix(target)) => Some(listen == target),
            (Endpoint::Tcp { host: listen, port }, Endpoint::Tcp { host: target, port: wanted }) => {
                if port == wanted { listen.accepts(target) } else { Some(false) }
            }
            _ => Some(false),
        }
    }

    /// A name or a foreign address: another host of the project, or one that we do not see.
    fn connect_elsewhere(&self, host: usize, endpoint: &Endpoint) -> Connection {
        if let Endpoint::Tcp { host: TcpHost::Name(name), .. } = endpoint
            && let Some(other) = self.hosts.iter().position(|other| other.name.as_bytes() == &name[..])
            && other != host
        {
            let key = (other, ListenKey::of(endpoint));
            let pools = self.listening.get(&key).map_or(&[][..], |pools| &pools[..]);
            let is_loopback = |pool: &PoolId| match &self.pools[*pool].endpoint {
                Some(Endpoint::Tcp { host, .. }) => host.is_loopback(),
                _ => false,
            };
            let reached: Vec<PoolId> = pools.iter().copied().filter(|pool| !is_loopback(pool)).collect();
            return if reached.is_empty() { self.nobody_on(other) } else { Connection::Pools(reached) };
        }
        Connection::Unknown(Missing::new(format!("which host {endpoint} names"), How::Host))
    }

    /// Nobody, if every pool of the host is known.
    fn nobody_on(&self, host: usize) -> Connection {
        let mut masters = self.masters.iter().filter(|master| master.host == host).peekable();
        if masters.peek().is_none() {
            return Connection::Unknown(Missing::new("the php-fpm configuration of this host", How::PhpFpm));
        }
        let unknown_listen =
            self.pools.iter().any(|pool| pool.host == host && matches!(pool.listen, Listen::Unknown));
        if unknown_listen || masters.any(|master| !master.config.complete && !master.fragment) {
            return Connection::Unknown(Missing::new("the addresses of all pools of this host", How::PhpFpm));
        }
        Connection::Nobody
    }
}

/// Reads `unix:path` or `host:port` as nginx does.
fn nginx_endpoint(text: &[u8]) -> Option<Endpoint> {
    match text.strip_prefix(b"unix:") {
        Some(path) if path.starts_with(b"/") => Some(Endpoint::unix(&HostPath::new(path))),
        Some(_) => None,
        None => Endpoint::tcp(text),
    }
}
