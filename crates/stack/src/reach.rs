//! Which sites lead to which pools.
//!
//! In: sites, their backends and the pools. Out: both directions, kept up when a site changes. Invariant: after
//! [`Stack::refresh`] all is as if it had been made anew.

use fpmlint_daemons::Place;
use fpmlint_daemons::nginx::ScopeId;

use crate::{Backend, Connection, Endpoint, PoolId, SiteId, SiteServer, Stack, Target, backend, pool, site};

/// The connections between sites and pools.
#[derive(Default, Debug)]
pub(crate) struct Reach {
    /// The pools that each site's backends reach, each once.
    pools: Vec<Vec<PoolId>>,
    /// The same of what stands in no site.
    elsewhere: Vec<PoolId>,
    /// The sites that lead to each pool, in their order.
    sites: Vec<Vec<SiteId>>,
    /// By host: backends that do not say where they lead.
    unnamed: Vec<usize>,
}

/// What is to be looked at again when sites or pools changed.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct Affected {
    /// The sites that changed, and those that pools which changed are something to.
    pub sites: Vec<SiteId>,
    /// The pools that changed, and those that the sites led to or lead to now.
    pub pools: Vec<PoolId>,
    /// Whether pools that no site leads to may be judged otherwise now.
    pub unreached: bool,
}

impl Reach {
    pub(crate) fn new(stack: &Stack) -> Reach {
        let pools: Vec<Vec<PoolId>> =
            (0..stack.sites.len()).map(|site| reached(stack, stack.backends.of(Some(site)))).collect();
        let elsewhere = reached(stack, stack.backends.of(None));
        let mut sites: Vec<Vec<SiteId>> = stack.pools.iter().map(|_| Vec::new()).collect();
        for (site, pools) in pools.iter().enumerate() {
            pools.iter().for_each(|pool| sites[*pool].push(site));
        }
        let mut unnamed = vec![0; stack.hosts.len()];
        stack.backends.iter().for_each(|backend| unnamed[backend.host] += usize::from(!is_named(backend)));
        Reach { pools, elsewhere, sites, unnamed }
    }
}

fn reached(stack: &Stack, backends: &[Backend]) -> Vec<PoolId> {
    let mut pools: Vec<PoolId> = backends.iter().flat_map(|backend| stack.pools_behind(backend)).collect();
    pools.sort_unstable();
    pools.dedup();
    pools
}

fn is_named(backend: &Backend) -> bool {
    matches!(backend.target, Target::Endpoints(_))
}

impl Stack {
    /// The sites that hand any request to a pool.
    pub fn sites_reaching(&self, pool: PoolId) -> &[SiteId] {
        self.reach.sites.get(pool).map_or(&[], Vec::as_slice)
    }

    /// The pools that a site's requests may reach, by its own backends or by those that stand in no site.
    pub fn pools_reached(&self, site: SiteId) -> impl Iterator<Item = PoolId> {
        let own = self.reach.pools.get(site).map_or(&[][..], Vec::as_slice);
        own.iter().chain(&self.reach.elsewhere).copied()
    }

    /// The backends that reach a pool: those that stand in no site, then those of sites.
    pub fn backends_reaching(&self, pool: PoolId) -> impl Iterator<Item = &Backend> {
        self.backends_beside(pool).filter(move |backend| self.pools_behind(backend).contains(&pool))
    }

    /// The same, and what else the sites hand to PHP that reach it: to know which is which costs more than most questions
    /// about them.
    pub fn backends_beside(&self, pool: PoolId) -> impl Iterator<Item = &Backend> {
        let elsewhere = self.reach.elsewhere.binary_search(&pool).is_ok().then_some(None);
        let sites = self.sites_reaching(pool).iter().map(|site| Some(*site));
        elsewhere.into_iter().chain(sites).flat_map(|site| self.backends.of(site))
    }

    /// Whether a host has a web server, all of its sites were read, and all say where they hand requests to.
    pub fn sites_are_known(&self, host: usize) -> bool {
        let nginx = self.nginx.iter().filter(|nginx| nginx.host == host).map(|nginx| nginx.config.complete);
        let apache =
            self.apache.iter().filter(|apache| apache.host == host).map(|apache| apache.config.complete);
        let mut servers = nginx.chain(apache).peekable();
        servers.peek().is_some() && servers.all(|complete| complete) && self.reach.unnamed[host] == 0
    }

    /// The site of a server of the nginx configuration number `config`.
    pub fn site_of(&self, config: usize, server: ScopeId) -> Option<SiteId> {
        self.site_of.get(&(config, server)).copied()
    }

    /// Brings servers of nginx and pools up to date whose configurations were read again, with the same servers and pools
    /// and the same surroundings. None where all may rest on what changed.
    pub fn refresh(&mut self, sites: &[SiteId], pools: &[PoolId]) -> Option<Affected> {
        let before = self.reach.unnamed.clone();
        let mut affected = Affected::default();
        if !pools.is_empty() {
            self.refresh_pools(pools, &mut affected)?;
        }
        self.refresh_sites(sites, &mut affected);
        for list in [&mut affected.sites, &mut affected.pools] {
            list.sort_unstable();
            list.dedup();
        }
        let knows = |count: &usize| *count == 0;
        affected.unreached = before.iter().map(knows).ne(self.reach.unnamed.iter().map(knows));
        Some(affected)
    }

    fn refresh_pools(&mut self, pools: &[PoolId], affected: &mut Affected) -> Option<()> {
        let mut listen_elsewhere = false;
        for &id in pools {
            let (master, index) = (self.pools[id].master, self.pools[id].index);
            let now = pool::facts(&self.masters[master], master, index)?;
            if (&now.listen, &now.endpoint) == (&self.pools[id].listen, &self.pools[id].endpoint) {
                continue;
            }
            listen_elsewhere = true;
            let then = std::mem::replace(&mut self.pools[id], now);
            pool::unlist(&mut self.listening, &then, id);
            pool::list(&mut self.listening, &self.pools[id], id);
        }
        let is_elsewhere = |reach: &Reach| reach.elsewhere.iter().any(|pool| pools.contains(pool));
        let all_rest_on_it = is_elsewhere(&self.reach);
        for &pool in pools {
            affected.pools.push(pool);
            affected.sites.extend(self.sites_reaching(pool));
        }
        if listen_elsewhere {
            self.reach = Reach::new(self);
            pools.iter().for_each(|pool| affected.sites.extend(self.sites_reaching(*pool)));
        }
        if all_rest_on_it || is_elsewhere(&self.reach) {
            return None;
        }
        let sites = 0..self.sites.len();
        affected.sites.extend(sites.filter(|site| self.may_ask_any_pool(*site, listen_elsewhere)));
        for &site in &affected.sites {
            affected.pools.extend(&self.reach.pools[site]);
        }
        Some(())
    }

    /// Whether a site may rest on pools that its backends do not lead to: its requests may end where none of them says,
    /// or, where addresses changed, somebody may listen now where nobody did.
    fn may_ask_any_pool(&self, site: SiteId, addresses_changed: bool) -> bool {
        let own = self.backends.of(Some(site));
        let says_all =
            matches!(self.sites[site].server, SiteServer::Nginx { .. }) && own.iter().all(is_named);
        if !says_all && self.pools_reached(site).next().is_some() {
            return true;
        }
        let is_connected = |backend: &Backend| {
            let Target::Endpoints(endpoints) = &backend.target else { return true };
            let connects = |(endpoint, _): &(Endpoint, Option<Place>)| {
                matches!(self.connect(backend.host, endpoint), Connection::Pools(_))
            };
            endpoints.iter().all(connects)
        };
        addresses_changed && !own.iter().all(is_connected)
    }

    fn refresh_sites(&mut self, sites: &[SiteId], affected: &mut Affected) {
        affected.sites.extend(sites);
        for &id in sites {
            let SiteServer::Nginx { config, server } = self.sites[id].server else { continue };
            self.sites[id] = site::nginx_site(&self.nginx[config], config, server);
            let mut backends = Vec::new();
            let scopes = self.nginx[config].config.scopes.of_unit(server);
            backend::nginx_backends(self, config, scopes, |backend| backends.push(backend));
            let now = reached(self, &backends);
            let host = self.sites[id].host;
            let unnamed = |backends: &[Backend]| backends.iter().filter(|backend| !is_named(backend)).count();
            self.reach.unnamed[host] -= unnamed(self.backends.of(Some(id)));
            self.reach.unnamed[host] += unnamed(&backends);
            self.backends.replace(id, backends);
            let then = std::mem::replace(&mut self.reach.pools[id], now);
            affected.pools.extend(&then);
            affected.pools.extend(&self.reach.pools[id]);
            for pool in then {
                self.reach.sites[pool].retain(|site| *site != id);
            }
            for &pool in &self.reach.pools[id] {
                let sites = &mut self.reach.sites[pool];
                let at = sites.partition_point(|site| *site < id);
                sites.insert(at, id);
            }
        }
    }
}
