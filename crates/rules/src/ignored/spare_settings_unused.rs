//! `spare-settings-unused`: spare and start servers beside a process manager that does not use them.

use fpmlint_catalog::php_fpm::id;
use fpmlint_diagnostics::{Applicability, Group, Level, Reader, RuleMeta, Severity};
use fpmlint_stack::Stack;

use crate::rule::Check;
use crate::{Findings, Rule};

pub static RULE: Rule = Rule {
    meta: RuleMeta {
        name: "spare-settings-unused",
        group: Group::Ignored,
        default: Level::On(Severity::Info),
        summary: "start and spare servers count only for `pm = dynamic`",
        page: include_str!("spare_settings_unused.md"),
    },
    check: Check::Masters(check),
};

fn check(stack: &Stack, findings: &mut Findings<'_>) {
    let ids = [
        (id::PM_START_SERVERS, "pm.start_servers"),
        (id::PM_MIN_SPARE_SERVERS, "pm.min_spare_servers"),
        (id::PM_MAX_SPARE_SERVERS, "pm.max_spare_servers"),
        (id::PM_MAX_SPAWN_RATE, "pm.max_spawn_rate"),
    ];
    for (pool, facts) in stack.pools.iter().enumerate() {
        let Some(pm) = stack.setting(pool, id::PM) else { continue };
        let managers = ["static", "ondemand"];
        let is_this = |manager: &&str| pm.value.known() == Some(manager.as_bytes());
        let Some(manager) = managers.into_iter().find(is_this) else { continue };
        for (id, name) in ids {
            let Some(setting) = stack.setting(pool, id) else { continue };
            let finding = findings
                .at(setting.place, format!("`{name}` is not used: pool {} is `pm = {manager}`", facts.name))
                .help("php-fpm starts and keeps spare processes only with `pm = dynamic`")
                .fix(format!("Delete `{name}`"), Applicability::Safe, vec![findings.deletion(setting.place)])
                .label(stack, pm.place, "the process manager")
                .reader(Reader::PhpFpm)
                .host(stack, facts.host);
            findings.push(finding);
        }
    }
}
