//! `status-path-equals-ping-path`: one path for two pages of a pool.

use fpmlint_catalog::php_fpm::id;
use fpmlint_diagnostics::{Group, Level, Reader, RuleMeta, Severity};
use fpmlint_stack::{PoolId, Stack};

use crate::rule::Check;
use crate::words::show;
use crate::{Findings, Rule};

pub static RULE: Rule = Rule {
    meta: RuleMeta {
        name: "status-path-equals-ping-path",
        group: Group::Wiring,
        default: Level::On(Severity::Warning),
        summary: "`pm.status_path` and `ping.path` are the same",
        page: include_str!("status_path_equals_ping_path.md"),
    },
    check: Check::Pool(check),
};

fn check(stack: &Stack, pool: PoolId, findings: &mut Findings<'_>) {
    let Some(status) = stack.setting(pool, id::PM_STATUS_PATH) else { return };
    let Some(ping) = stack.setting(pool, id::PING_PATH) else { return };
    let Some(path) = ping.value.known().filter(|path| path.starts_with(b"/")) else { return };
    // A listener of its own has the status page to itself.
    if status.value.known() != Some(path) || stack.setting(pool, id::PM_STATUS_LISTEN).is_some() {
        return;
    }
    let facts = &stack.pools[pool];
    let finding = findings
        .at(
            status.value_place(),
            format!("{} is both the status page and the ping page of pool {}", show(path), facts.name),
        )
        .help("php-fpm looks for the ping page first and answers `pong` to both; give one of them another path")
        .label(stack, ping.value_place(), "the ping page")
        .reader(Reader::PhpFpm)
        .host(stack, facts.host);
    findings.push(finding);
}
