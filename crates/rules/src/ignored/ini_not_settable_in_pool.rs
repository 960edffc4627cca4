//! `ini-not-settable-in-pool`: PHP has read the setting when a pool's settings are applied.

use fpmlint_daemons::Part;
use fpmlint_diagnostics::{Applicability, Group, Level, Reader, RuleMeta, Severity};
use fpmlint_stack::{PoolId, Stack};

use crate::ini::of_pool;
use crate::rule::Check;
use crate::words::show;
use crate::{Findings, Rule};

pub static RULE: Rule = Rule {
    meta: RuleMeta {
        name: "ini-not-settable-in-pool",
        group: Group::Ignored,
        default: Level::On(Severity::Warning),
        summary: "PHP reads this setting before pools are applied",
        page: include_str!("ini_not_settable_in_pool.md"),
    },
    check: Check::Pool(check),
};

/// What is read once, when the master starts.
const AT_START: [&[u8]; 17] = [
    b"apc.entries_hint",
    b"apc.mmap_file_mask",
    b"apc.shm_segments",
    b"apc.shm_size",
    b"opcache.file_cache",
    b"opcache.file_cache_only",
    b"opcache.huge_code_pages",
    b"opcache.interned_strings_buffer",
    b"opcache.jit_buffer_size",
    b"opcache.lockfile_path",
    b"opcache.max_accelerated_files",
    b"opcache.max_wasted_percentage",
    b"opcache.memory_consumption",
    b"opcache.preferred_memory_model",
    b"opcache.preload",
    b"opcache.preload_user",
    b"zend_extension",
];

fn check(stack: &Stack, pool: PoolId, findings: &mut Findings<'_>) {
    for (name, setting) in of_pool(stack.pool_config(pool)) {
        if AT_START.binary_search(&name).is_err() {
            continue;
        }
        let name = show(name);
        let finding = findings
            .at(setting.place.with(Part::Head), format!("`{name}` has no effect in a pool"))
            .help(format!(
                "PHP reads it once, when the master starts and before pools are applied; phpinfo() shows the new value all \
                 the same. Set `{name}` in php.ini, for all pools"
            ))
            .fix(format!("Delete `{name}`"), Applicability::Unsafe, vec![findings.deletion(setting.place)])
            .reader(Reader::PhpFpm)
            .host(stack, stack.pools[pool].host);
        findings.push(finding);
    }
}
