//! `slowlog-never-written`: `slowlog` without `request_slowlog_timeout`.

use fpmlint_catalog::php_fpm::id;
use fpmlint_diagnostics::{Applicability, Group, Level, Reader, RuleMeta, Severity};
use fpmlint_stack::Stack;

use crate::rule::Check;
use crate::{Findings, Rule};

pub static RULE: Rule = Rule {
    meta: RuleMeta {
        name: "slowlog-never-written",
        group: Group::Ignored,
        default: Level::On(Severity::Info),
        summary: "`slowlog` without `request_slowlog_timeout` is never written",
        page: include_str!("slowlog_never_written.md"),
    },
    check: Check::Masters(check),
};

fn check(stack: &Stack, findings: &mut Findings<'_>) {
    for (pool, facts) in stack.pools.iter().enumerate() {
        let Some(slowlog) = stack.setting(pool, id::SLOWLOG) else { continue };
        if slowlog.value.known().is_none_or(<[u8]>::is_empty) {
            continue;
        }
        let timeout = stack.setting(pool, id::REQUEST_SLOWLOG_TIMEOUT);
        if timeout.is_some_and(|timeout| timeout.value.known().is_none()) {
            continue;
        }
        if stack.pool_config(pool).seconds(id::REQUEST_SLOWLOG_TIMEOUT).unwrap_or(0) != 0 {
            continue;
        }
        let message = format!("the slow log of pool {} is never written: `request_slowlog_timeout` is 0", facts.name);
        let line = "request_slowlog_timeout = 5s";
        let mut finding = findings
            .at(slowlog.place, message)
            .help(format!("set a time from which a request counts as slow, such as `{line}`, or delete the line"))
            .reader(Reader::PhpFpm)
            .host(stack, facts.host);
        finding = match timeout {
            Some(timeout) => finding.label(stack, timeout.place, "0 switches it off"),
            None => finding.fix(
                format!("Add `{line}`"),
                Applicability::Unsafe,
                vec![findings.line_after(slowlog.place, line)],
            ),
        };
        findings.push(finding);
    }
}
