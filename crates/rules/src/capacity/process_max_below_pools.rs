//! `process-max-below-pools`: php-fpm may not start as many processes as its pools begin with.

use fpmlint_catalog::php_fpm::id;
use fpmlint_daemons::php_fpm::{Master, Pool};
use fpmlint_diagnostics::{Group, Level, Reader, RuleMeta, Severity};
use fpmlint_stack::Stack;

use crate::rule::Check;
use crate::{Findings, Rule};

pub static RULE: Rule = Rule {
    meta: RuleMeta {
        name: "process-max-below-pools",
        group: Group::Capacity,
        default: Level::On(Severity::Warning),
        summary: "`process.max` is below the number of processes that the pools start with",
        page: include_str!("process_max_below_pools.md"),
    },
    check: Check::Masters(check),
};

fn check(stack: &Stack, findings: &mut Findings<'_>) {
    for master in stack.masters.iter().filter(|master| !master.fragment && master.config.complete) {
        let config = &master.config;
        let Some(setting) = config.last(id::PROCESS_MAX) else { continue };
        let Some(most) = config.integer(id::PROCESS_MAX).filter(|most| *most > 0) else { continue };
        let begun: i64 = config.pools.iter().map(|pool| i64::from(at_start(config, pool))).sum();
        if begun <= i64::from(most) {
            continue;
        }
        let finding = findings
            .at(setting.place, format!("the pools start with {begun} processes, and `process.max` allows {most}"))
            .help(
                "php-fpm warns once at start; the pools that come last have too few processes, or none, and their requests \
                 wait in the queue; raise `process.max`, or lower the pools' numbers",
            )
            .reader(Reader::PhpFpm)
            .host(stack, master.host);
        findings.push(finding);
    }
}

/// How many processes a pool begins with, as far as its numbers are known and sound.
fn at_start(config: &Master, pool: &Pool) -> i32 {
    let number = |id| {
        let effective = config.effective(Some(pool), id).value;
        effective.and_then(|text| std::str::from_utf8(&text).ok()?.parse::<i32>().ok()).unwrap_or(0)
    };
    let style = pool.text(id::PM).unwrap_or_default().to_ascii_lowercase();
    let begun = match style.as_slice() {
        b"static" => number(id::PM_MAX_CHILDREN),
        b"dynamic" => number(id::PM_START_SERVERS),
        _ => 0,
    };
    begun.max(0)
}
