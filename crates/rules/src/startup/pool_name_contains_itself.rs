//! `pool-name-contains-itself`: `$pool` stands for a name in which it stands again.

use fpmlint_diagnostics::{Group, Level, Reader, RuleMeta, Severity};
use fpmlint_stack::Stack;

use crate::rule::Check;
use crate::{Findings, Rule};

pub static RULE: Rule = Rule {
    meta: RuleMeta {
        name: "pool-name-contains-itself",
        group: Group::Startup,
        default: Level::On(Severity::Error),
        summary: "`$pool` in the name of a pool: php-fpm replaces it for ever",
        page: include_str!("pool_name_contains_itself.md"),
    },
    check: Check::Masters(check),
};

const VARIABLE: &str = "$pool";

fn check(stack: &Stack, findings: &mut Findings<'_>) {
    for (index, facts) in stack.pools.iter().enumerate().filter(|(_, facts)| facts.name.contains(VARIABLE)) {
        let pool = stack.pool_config(index);
        let uses = |place| findings.text(place).contains(VARIABLE);
        let Some(setting) = pool.settings.iter().find(|setting| uses(setting.place)) else { continue };
        let mut finding = findings
            .at(setting.place, format!("php-fpm never starts: `$pool` stands for {}, in which it stands again", facts.name))
            .help(
                "php-fpm puts the name into the value until no `$pool` is left, and takes more and more memory; its test \
                 does not end either; give the pool another name",
            )
            .reader(Reader::PhpFpm)
            .host(stack, facts.host);
        if let Some(header) = pool.headers.first() {
            finding = finding.label(stack, *header, "the pool's name");
        }
        findings.push(finding);
    }
}
