//! Several masters of one host: the addresses that two of them want.
//!
//! In: the masters of one host. Out: refusals of the start, added to the later master's. Invariant: none of them is
//! certain, as a master that is installed need not be started, and pools that moved to another are often left behind.

use fpmlint_catalog::php_fpm::{DirectiveId, id};
use rustc_hash::FxHashMap;

use super::draft::refusal;
use super::listen::{Listen, ListenAddress};
use super::model::{Master, Setting};
use crate::{Phase, Place, RefusalKind};

/// Notes which addresses of later masters an earlier one has, in the order in which they are given. What was noted
/// before is forgotten.
pub fn overlaps_between(masters: &mut [&mut Master]) {
    for master in masters.iter_mut() {
        let own = master.steps.own_refusals;
        master.refusals.truncate(own);
    }
    if masters.len() < 2 {
        return;
    }
    let mut first_use: FxHashMap<Listen, (usize, Place)> = FxHashMap::default();
    for (number, master) in masters.iter_mut().enumerate() {
        let mut found = Vec::new();
        for (listen, setting) in addresses(master) {
            let (first, place) = *first_use.entry(listen.clone()).or_insert((number, setting.value_place()));
            if first == number {
                continue;
            }
            let shown = String::from_utf8_lossy(setting.text().unwrap_or_default());
            let message = match listen {
                Listen::Unix(path) => format!("Another FPM instance seems to already listen on {path}"),
                _ => format!(
                    "unable to bind listening socket for address '{shown}': Address already in use (98)"
                ),
            };
            let refusal = refusal(RefusalKind::ListenAddressOverlaps, setting.value_place(), message)
                .in_phase(Phase::Start)
                .with_related(Some(place), "another php-fpm of this host listens here")
                .if_certain(false);
            found.push(refusal);
        }
        master.refusals.extend(found);
    }
}

/// Where the pools listen, as far as it can be compared: a name may be any address.
fn addresses(master: &Master) -> Vec<(Listen, &Setting)> {
    let of = |id: DirectiveId| {
        master.pools.iter().filter_map(move |pool| {
            let setting = pool.last(id)?;
            let listen = if id == id::LISTEN { master.listen(pool) } else { master.status_listen(pool)? };
            Some((listen, setting))
        })
    };
    let is_known = |listen: &Listen| match listen {
        Listen::Unix(_) => true,
        Listen::Tcp { address, .. } => !matches!(address, ListenAddress::Name(_)),
        Listen::Invalid(_) | Listen::Unknown => false,
    };
    of(id::LISTEN).chain(of(id::PM_STATUS_LISTEN)).filter(|(listen, _)| is_known(listen)).collect()
}
