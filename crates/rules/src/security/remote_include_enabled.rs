//! `remote-include-enabled`: `include` may load code from other machines.

use fpmlint_daemons::Part;
use fpmlint_daemons::php_ini::boolean;
use fpmlint_diagnostics::{Applicability, Group, Level, RuleMeta, Severity};
use fpmlint_stack::{PoolId, Stack};

use crate::ini::in_force;
use crate::rule::Check;
use crate::{Findings, Rule};

pub static RULE: Rule = Rule {
    meta: RuleMeta {
        name: "remote-include-enabled",
        group: Group::Security,
        default: Level::On(Severity::Warning),
        summary: "`include` may load PHP code from other machines",
        page: include_str!("remote_include_enabled.md"),
    },
    check: Check::Pool(check),
};

fn check(stack: &Stack, pool: PoolId, findings: &mut Findings<'_>) {
    let is_on = |name: &[u8]| in_force(stack, pool, name).map(|set| set.value.known().is_some_and(boolean));
    if is_on(b"allow_url_include") != Some(true) || is_on(b"allow_url_fopen") == Some(false) {
        return;
    }
    let Some(set) = in_force(stack, pool, b"allow_url_include") else { return };
    let finding = findings
        .at(set.place.with(Part::Whole), "`allow_url_include` is on: `include` runs code from any address")
        .help(
            "a script that includes a path from a request then runs whatever code the visitor names; \
             delete the line, PHP has it off by default and deprecates it",
        )
        .fix("Delete the line", Applicability::Unsafe, vec![findings.deletion(set.place)])
        .reader(set.reader)
        .host(stack, stack.pools[pool].host);
    findings.push(finding);
}
