//! `pool-memory-exceeds-host`: the processes of a host's pools may take more memory than it has.

use fpmlint_catalog::php_fpm::id;
use fpmlint_daemons::Place;
use fpmlint_daemons::php_ini::quantity;
use fpmlint_diagnostics::{Group, Level, Reader, RuleMeta, Severity};
use fpmlint_stack::{PoolId, Stack};

use crate::ini::in_force;
use crate::rule::Check;
use crate::{Findings, Rule};

pub static RULE: Rule = Rule {
    meta: RuleMeta {
        name: "pool-memory-exceeds-host",
        group: Group::Capacity,
        default: Level::On(Severity::Warning),
        summary: "the processes of the pools may take more memory than `memory` in fpmlint.toml says",
        page: include_str!("pool_memory_exceeds_host.md"),
    },
    check: Check::Stack(check),
};

/// PHP's own `memory_limit`.
const DEFAULT_LIMIT: &[u8] = b"128M";

/// Pools that a finding names beside the largest.
const MAX_LABELS: usize = 5;

/// What a pool may take.
struct Share {
    place: Place,
    name: String,
    processes: u64,
    limit: u64,
}

impl Share {
    fn bytes(&self) -> u64 {
        self.processes.saturating_mul(self.limit)
    }
}

fn check(stack: &Stack, findings: &mut Findings<'_>) {
    for (number, host) in stack.hosts.iter().enumerate() {
        let Some(memory) = host.memory else { continue };
        let pools = (0..stack.pools.len()).filter(|pool| stack.pools[*pool].host == number);
        let mut shares: Vec<Share> = pools.filter_map(|pool| share(stack, pool, findings)).collect();
        let all = shares.iter().map(Share::bytes).fold(0, u64::saturating_add);
        if all <= memory {
            continue;
        }
        shares.sort_by_key(|share| std::cmp::Reverse(share.bytes()));
        let Some((largest, others)) = shares.split_first() else { continue };
        let message = format!(
            "the pools' processes may take {}, and the host has {}: {}",
            show(all),
            show(memory),
            product(largest)
        );
        let mut finding = findings
            .at(largest.place, message)
            .help(
                "`memory_limit` bounds what one request takes; when all processes are at work and need it, the kernel ends \
                 the one that is largest, which may be the database; lower `pm.max_children` or `memory_limit`",
            )
            .reader(Reader::PhpFpm)
            .host(stack, number);
        for share in others.iter().take(MAX_LABELS) {
            finding = finding.label(stack, share.place, format!("and {}", product(share)));
        }
        findings.push(finding);
    }
}

/// What a pool may take; none where its processes come and go, or where that is not known.
fn share(stack: &Stack, pool: PoolId, findings: &mut Findings<'_>) -> Option<Share> {
    let setting = stack.setting(pool, id::PM_MAX_CHILDREN)?;
    let config = stack.pool_config(pool);
    let manager = config.text(id::PM)?.to_ascii_lowercase();
    if !matches!(manager.as_slice(), b"static" | b"dynamic") {
        return None;
    }
    let processes = u64::try_from(config.integer(id::PM_MAX_CHILDREN)?).ok()?;
    let limit = match in_force(stack, pool, b"memory_limit") {
        Some(limit) => quantity(limit.value.known()?).value,
        None if stack.master_of(pool).ini.is_some() => quantity(DEFAULT_LIMIT).value,
        None => {
            let name = &stack.pools[pool].name;
            findings.unknown(format!("`memory_limit` of pool {name}"), "give the php.ini that its php-fpm reads");
            return None;
        }
    };
    // Without a limit nothing can be said.
    let limit = u64::try_from(limit).ok()?;
    Some(Share { place: setting.place, name: stack.pools[pool].name.clone(), processes, limit })
}

fn product(share: &Share) -> String {
    format!("pool {} {} × {}", share.name, share.processes, show(share.limit))
}

/// A number of bytes as php.ini writes it.
fn show(bytes: u64) -> String {
    format!("{}M", bytes >> 20)
}
