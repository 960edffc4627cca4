//! `idle-timeout-unused`: an idle time-out beside a process manager that does not use it.

use fpmlint_catalog::php_fpm::id;
use fpmlint_diagnostics::{Applicability, Group, Level, Reader, RuleMeta, Severity};
use fpmlint_stack::{PoolId, Stack};

use crate::rule::Check;
use crate::words::show;
use crate::{Findings, Rule};

pub static RULE: Rule = Rule {
    meta: RuleMeta {
        name: "idle-timeout-unused",
        group: Group::Ignored,
        default: Level::On(Severity::Info),
        summary: "`pm.process_idle_timeout` counts only for `pm = ondemand`",
        page: include_str!("idle_timeout_unused.md"),
    },
    check: Check::Pool(check),
};

fn check(stack: &Stack, pool: PoolId, findings: &mut Findings<'_>) {
    let Some(setting) = stack.setting(pool, id::PM_PROCESS_IDLE_TIMEOUT) else { return };
    let Some(pm) = stack.setting(pool, id::PM) else { return };
    let Some(manager) = pm.value.known().map(|text| show(text).to_ascii_lowercase()) else { return };
    if manager != "static" && manager != "dynamic" {
        return;
    }
    let facts = &stack.pools[pool];
    let finding = findings
        .at(setting.place, format!("`pm.process_idle_timeout` is not used: pool {} is `pm = {manager}`", facts.name))
        .help("php-fpm ends idle processes after this time only with `pm = ondemand`")
        .fix("Delete `pm.process_idle_timeout`", Applicability::Safe, vec![findings.deletion(setting.place)])
        .label(stack, pm.place, "the process manager")
        .reader(Reader::PhpFpm)
        .host(stack, facts.host);
    findings.push(finding);
}
