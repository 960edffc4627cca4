//! The joined model: who talks to whom, and what a request gets.
//!
//! In: what the daemons' readers gave, host by host. Out: a [`Stack`]: pools, sites, backends and their
//! connections, and answers to requests. Invariants: plain data that rules only read; what a connection needs but
//! the files do not say is `Unknown`, never a guess; passes over all sites are linear in their number.

pub mod account;
mod alike;
pub mod backend;
pub mod docroot;
mod endpoint;
pub mod limits;
mod missing;
pub mod pool;
mod reach;
pub mod request;
pub mod site;
pub mod socket;

use std::sync::Arc;

use fpmlint_daemons::{Patterns, apache, nginx, php_fpm, php_ini};
use fpmlint_workspace::{Files, Host, HostPath};
use rustc_hash::FxHashMap;

pub use alike::{KnownLines, Shape};
pub use backend::{Backend, Backends, Connection, Spot, Target};
pub use endpoint::{Endpoint, TcpHost};
pub use missing::{How, Missing};
pub use pool::{PoolFacts, PoolId};
pub use reach::Affected;
pub use site::{Site, SiteId, SiteServer};

/// An nginx configuration and the host it runs on.
#[derive(Debug)]
pub struct Nginx {
    /// Index into [`Stack::hosts`].
    pub host: usize,
    /// What was read.
    pub config: nginx::Config,
}

/// An Apache configuration and the host it runs on.
#[derive(Debug)]
pub struct Apache {
    /// Index into [`Stack::hosts`].
    pub host: usize,
    /// What was read.
    pub config: apache::Config,
}

/// A php-fpm master process, its pools and its php.ini.
#[derive(Debug)]
pub struct Master {
    /// Index into [`Stack::hosts`].
    pub host: usize,
    /// What was read.
    pub config: php_fpm::Master,
    /// Whether only a part of its configuration was read.
    pub fragment: bool,
    /// The php.ini that it reads, where one was found.
    pub ini: Option<php_ini::Ini>,
}

/// What the readers gave.
#[derive(Debug, Default)]
pub struct Parts {
    /// The hosts.
    pub hosts: Vec<Arc<Host>>,
    /// nginx configurations.
    pub nginx: Vec<Nginx>,
    /// Apache configurations.
    pub apache: Vec<Apache>,
    /// php-fpm masters.
    pub masters: Vec<Master>,
    /// php.ini files that belong to no master, with their hosts and paths.
    pub inis: Vec<(usize, HostPath, php_ini::Ini)>,
    /// How far document roots are searched.
    pub search: docroot::Search,
}

/// Which web server's configuration, by its index.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Web {
    /// Index into [`Stack::nginx`].
    Nginx(usize),
    /// Index into [`Stack::apache`].
    Apache(usize),
}

/// Everything that was read, joined.
#[derive(Debug)]
pub struct Stack {
    /// Every file of the run.
    pub files: Arc<Files>,
    /// The hosts.
    pub hosts: Vec<Arc<Host>>,
    /// nginx configurations.
    pub nginx: Vec<Nginx>,
    /// Apache configurations.
    pub apache: Vec<Apache>,
    /// php-fpm masters.
    pub masters: Vec<Master>,
    /// php.ini files that belong to no master, with their hosts and paths.
    pub inis: Vec<(usize, HostPath, php_ini::Ini)>,
    /// Every pool of every master.
    pub pools: Vec<PoolFacts>,
    /// Every server and virtual host.
    pub sites: Vec<Site>,
    /// Every place that hands requests to PHP.
    pub backends: Backends,
    /// Regular expressions, compiled once each.
    pub patterns: Patterns,
    /// The sites of Apache that hand requests to PHP, by their numbers.
    php_sites: Vec<bool>,
    /// Whether a virtual host of each Apache configuration says itself how long it waits for PHP.
    own_timeouts: Vec<bool>,
    /// The sites of nginx by configuration and server.
    site_of: FxHashMap<(usize, nginx::ScopeId), SiteId>,
    /// Which sites lead to which pools.
    reach: reach::Reach,
    /// The accounts of nginx and Apache configurations, by their indices.
    accounts: (Vec<account::WebAccount>, Vec<account::WebAccount>),
    /// Folders above sockets that were looked at.
    closed_folders: account::ClosedFolders,
    /// How far document roots are searched.
    search: docroot::Search,
    /// The number of sites of each host.
    sites_of_host: Vec<usize>,
    /// What was found in document roots so far.
    info_pages: docroot::InfoPages,
    /// The pools by host and address.
    listening: pool::Listening,
    /// The upstream blocks by configuration and name.
    upstreams: FxHashMap<(usize, Box<[u8]>), nginx::ScopeId>,
}

impl Stack {
    /// Joins what was read.
    pub fn new(files: Arc<Files>, parts: Parts) -> Stack {
        let pools = pool::collect(&parts.masters);
        let listening = pool::index(&pools);
        let upstreams = backend::upstreams(&parts.nginx);
        let mut stack = Stack {
            files,
            hosts: parts.hosts,
            nginx: parts.nginx,
            apache: parts.apache,
            masters: parts.masters,
            inis: parts.inis,
            pools,
            sites: Vec::new(),
            backends: Backends::default(),
            patterns: Patterns::default(),
            php_sites: Vec::new(),
            own_timeouts: Vec::new(),
            site_of: FxHashMap::default(),
            reach: reach::Reach::default(),
            accounts: Default::default(),
            closed_folders: account::ClosedFolders::default(),
            search: parts.search,
            sites_of_host: Vec::new(),
            info_pages: docroot::InfoPages::default(),
            listening,
            upstreams,
        };
        stack.accounts = account::accounts(&stack);
        stack.own_timeouts =
            stack.apache.iter().map(|apache| request::apache::has_own_timeouts(&apache.config)).collect();
        stack.sites = site::collect(&stack);
        stack.sites_of_host = vec![0; stack.hosts.len()];
        for site in &stack.sites {
            stack.sites_of_host[site.host] += 1;
        }
        stack.site_of = site::by_server(&stack.sites);
        stack.backends = backend::collect(&stack);
        stack.php_sites = vec![false; stack.sites.len()];
        for site in request::apache::php_sites(&stack) {
            stack.php_sites[site] = true;
        }
        stack.reach = reach::Reach::new(&stack);
        stack
    }

    /// The host that a web server runs on, as an index into [`Stack::hosts`].
    pub fn host_of(&self, web: Web) -> usize {
        match web {
            Web::Nginx(index) => self.nginx[index].host,
            Web::Apache(index) => self.apache[index].host,
        }
    }

    /// The account that a web server's workers run as.
    pub fn account(&self, web: Web) -> &account::WebAccount {
        match web {
            Web::Nginx(index) => &self.accounts.0[index],
            Web::Apache(index) => &self.accounts.1[index],
        }
    }
}
