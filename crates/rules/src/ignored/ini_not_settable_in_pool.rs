//! `ini-not-settable-in-pool`: PHP has read the setting when a pool's settings are applied.

use fpmlint_daemons::Part;
use fpmlint_diagnostics::{Applicability, Group, Level, Reader, RuleMeta, Severity};
use fpmlint_stack::{PoolId, Stack};

use crate::ini::{is_read_at_start, of_pool};
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

fn check(stack: &Stack, pool: PoolId, findings: &mut Findings<'_>) {
    for (name, setting) in of_pool(stack.pool_config(pool)) {
        if !is_read_at_start(name) {
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
