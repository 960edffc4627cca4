//! Pools as the rest of the stack sees them.

use fpmlint_catalog::php_fpm::id;
use fpmlint_daemons::php_fpm::{self, Listen, ListenAddress, Setting};
use fpmlint_workspace::HostPath;
use rustc_hash::FxHashMap;

use crate::socket::{SocketSettings, mode_bits};
use crate::{Endpoint, Master, Stack, TcpHost};

/// Number of a pool in [`Stack::pools`].
pub type PoolId = usize;

/// A pool, its place among the masters and its address.
#[derive(Debug)]
pub struct PoolFacts {
    /// Index into [`Stack::hosts`].
    pub host: usize,
    /// Index into [`Stack::masters`].
    pub master: usize,
    /// Index into the master's pools.
    pub index: usize,
    /// Its name, for people.
    pub name: String,
    /// What it listens on.
    pub listen: Listen,
    /// The same as one address; none where it is not known or not valid.
    pub endpoint: Option<Endpoint>,
}

/// What a connection is looked up by.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum ListenKey {
    /// A Unix socket.
    Unix(HostPath),
    /// A port; the machine is compared afterwards.
    Port(u16),
}

impl ListenKey {
    /// The key of an address.
    pub fn of(endpoint: &Endpoint) -> ListenKey {
        match endpoint {
            Endpoint::Unix(path) => ListenKey::Unix(path.clone()),
            Endpoint::Tcp { port, .. } => ListenKey::Port(*port),
        }
    }
}

pub(crate) fn collect(masters: &[Master]) -> Vec<PoolFacts> {
    let mut pools = Vec::new();
    for (master_index, master) in masters.iter().enumerate() {
        let numbers = 0..master.config.pools.len();
        pools.extend(numbers.filter_map(|index| facts(master, master_index, index)));
    }
    pools
}

/// The pool number `index` of the master number `master_index`.
pub(crate) fn facts(master: &Master, master_index: usize, index: usize) -> Option<PoolFacts> {
    let pool = master.config.pools.get(index)?;
    let listen = master.config.listen(pool);
    let endpoint = endpoint(&listen);
    let name = String::from_utf8_lossy(&pool.name).into_owned();
    Some(PoolFacts { host: master.host, master: master_index, index, name, listen, endpoint })
}

/// Pools by host and address; those of one address in their order.
pub(crate) type Listening = FxHashMap<(usize, ListenKey), Vec<PoolId>>;

pub(crate) fn index(pools: &[PoolFacts]) -> Listening {
    let mut index = Listening::default();
    pools.iter().enumerate().for_each(|(id, pool)| list(&mut index, pool, id));
    index
}

/// Lists a pool at its address.
pub(crate) fn list(index: &mut Listening, pool: &PoolFacts, id: PoolId) {
    let Some(endpoint) = &pool.endpoint else { return };
    let pools = index.entry((pool.host, ListenKey::of(endpoint))).or_default();
    let at = pools.partition_point(|other| *other < id);
    pools.insert(at, id);
}

/// Takes a pool from the list of its address.
pub(crate) fn unlist(index: &mut Listening, pool: &PoolFacts, id: PoolId) {
    let Some(endpoint) = &pool.endpoint else { return };
    let key = (pool.host, ListenKey::of(endpoint));
    if let Some(pools) = index.get_mut(&key) {
        pools.retain(|other| *other != id);
        if pools.is_empty() {
            index.remove(&key);
        }
    }
}

fn endpoint(listen: &Listen) -> Option<Endpoint> {
    match listen {
        Listen::Unix(path) => Some(Endpoint::unix(path)),
        Listen::Tcp { address, port } => {
            let host = match address {
                ListenAddress::Any { .. } => TcpHost::Any,
                ListenAddress::Ip(ip) => TcpHost::Ip(*ip),
                ListenAddress::Name(name) => TcpHost::Name(name.to_ascii_lowercase().into()),
            };
            Some(Endpoint::Tcp { host, port: *port })
        }
        Listen::Invalid(_) | Listen::Unknown => None,
    }
}

impl Stack {
    /// The pool as its reader gave it.
    pub fn pool_config(&self, id: PoolId) -> &php_fpm::Pool {
        let pool = &self.pools[id];
        &self.masters[pool.master].config.pools[pool.index]
    }

    /// The master of a pool.
    pub fn master_of(&self, id: PoolId) -> &Master {
        &self.masters[self.pools[id].master]
    }

    /// The settings of a pool's socket that decide who may connect.
    pub fn socket_settings(&self, id: PoolId) -> SocketSettings {
        let pool = self.pool_config(id);
        let text = |id| pool.text(id).filter(|text| !text.is_empty()).map(<[u8]>::to_vec);
        let list = |id| {
            let text = pool.text(id).unwrap_or_default();
            let names = text.split(|byte| *byte == b',').filter(|name| !name.is_empty());
            names.map(<[u8]>::to_vec).collect()
        };
        SocketSettings {
            owner: text(id::LISTEN_OWNER),
            group: text(id::LISTEN_GROUP),
            mode: text(id::LISTEN_MODE).map(|text| mode_bits(&text)),
            acl_users: list(id::LISTEN_ACL_USERS),
            acl_groups: list(id::LISTEN_ACL_GROUPS),
        }
    }

    /// Whether a pool listens on a Unix socket.
    pub fn is_unix(&self, id: PoolId) -> bool {
        matches!(self.pools[id].listen, Listen::Unix(_))
    }

    /// The line that sets `id` for a pool, if one does.
    pub fn setting(&self, pool: PoolId, id: fpmlint_catalog::php_fpm::DirectiveId) -> Option<&Setting> {
        self.pool_config(pool).last(id)
    }
}
