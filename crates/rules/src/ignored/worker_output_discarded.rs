//! `worker-output-discarded`: what a pool's processes write goes nowhere.

use fpmlint_catalog::php_fpm::id;
use fpmlint_diagnostics::{Group, Level, Reader, RuleMeta};
use fpmlint_stack::{PoolId, Stack};

use crate::rule::Check;
use crate::{Findings, Rule};

pub static RULE: Rule = Rule {
    meta: RuleMeta {
        name: "worker-output-discarded",
        group: Group::Ignored,
        default: Level::Off,
        summary: "what the pool's processes write to standard output and error is dropped",
        page: include_str!("worker_output_discarded.md"),
    },
    check: Check::Pool(check),
};

fn check(stack: &Stack, pool: PoolId, findings: &mut Findings<'_>) {
    let facts = &stack.pools[pool];
    let master = &stack.masters[facts.master];
    let config = stack.pool_config(pool);
    if config.boolean(id::CATCH_WORKERS_OUTPUT) != Some(false) || master.fragment || !master.config.complete {
        return;
    }
    let set = config.last(id::CATCH_WORKERS_OUTPUT).map(|setting| setting.place);
    let Some(place) = set.or(config.headers.first().copied()) else { return };
    let finding = findings
        .at(place, format!("what the processes of pool {} write is dropped", facts.name))
        .help(
            "a setting that PHP does not take, an extension that does not load and a crash leave no trace; \
             write `catch_workers_output = yes`, which sends it to php-fpm's `error_log`",
        )
        .reader(Reader::PhpFpm)
        .host(stack, facts.host);
    findings.push(finding);
}
