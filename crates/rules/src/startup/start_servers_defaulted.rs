//! `start-servers-defaulted`: php-fpm does not start with 0 servers.

use fpmlint_catalog::php_fpm::id;
use fpmlint_daemons::Part;
use fpmlint_diagnostics::{Applicability, Group, Level, Reader, RuleMeta, Severity};
use fpmlint_stack::{PoolId, Stack};

use crate::rule::Check;
use crate::{Findings, Rule};

pub static RULE: Rule = Rule {
    meta: RuleMeta {
        name: "start-servers-defaulted",
        group: Group::Startup,
        default: Level::On(Severity::Info),
        summary: "`pm.start_servers` is 0 or less, and php-fpm takes another number",
        page: include_str!("start_servers_defaulted.md"),
    },
    check: Check::Pool(check),
};

fn check(stack: &Stack, pool: PoolId, findings: &mut Findings<'_>) {
    let Some(setting) = stack.setting(pool, id::PM_START_SERVERS) else { return };
    let config = stack.pool_config(pool);
    let is_dynamic = config.text(id::PM).is_some_and(|pm| pm.eq_ignore_ascii_case(b"dynamic"));
    let number = |id| config.integer(id);
    let (Some(start), Some(min), Some(max)) =
        (number(id::PM_START_SERVERS), number(id::PM_MIN_SPARE_SERVERS), number(id::PM_MAX_SPARE_SERVERS))
    else {
        return;
    };
    if !is_dynamic || start > 0 || min < 1 || max < min {
        return;
    }
    let taken = min + (max - min) / 2;
    let facts = &stack.pools[pool];
    let finding = findings
        .at(setting.place, format!("pool {} starts with {taken} processes, not with {start}", facts.name))
        .help("php-fpm puts the middle of the spare servers in the place of a number that is not above 0")
        .fix(
            format!("Write `{taken}`"),
            Applicability::Safe,
            vec![findings.replacement(setting.place.with(Part::Value), taken.to_string())],
        )
        .reader(Reader::PhpFpm)
        .host(stack, facts.host);
    findings.push(finding);
}
