//! `misread-unit`: a time with a unit that php-fpm does not know, or a fraction.

use fpmlint_catalog::php_fpm::{DirectiveId, id};
use fpmlint_daemons::Part;
use fpmlint_daemons::php_fpm::Setting;
use fpmlint_daemons::php_ini::atoi;
use fpmlint_diagnostics::{Group, Level, Reader, RuleMeta, Severity};
use fpmlint_stack::Stack;

use crate::rule::Check;
use crate::words::show;
use crate::{Findings, Rule};

pub static RULE: Rule = Rule {
    meta: RuleMeta {
        name: "misread-unit",
        group: Group::Ignored,
        default: Level::On(Severity::Warning),
        summary: "a time is read as another one than it seems to say",
        page: include_str!("misread_unit.md"),
    },
    check: Check::Masters(check),
};

fn check(stack: &Stack, findings: &mut Findings<'_>) {
    for master in &stack.masters {
        judge(stack, master.host, &master.config.global, findings);
    }
    for (pool, facts) in stack.pools.iter().enumerate() {
        judge(stack, facts.host, &stack.pool_config(pool).settings, findings);
    }
}

fn judge(stack: &Stack, host: usize, settings: &[Setting], findings: &mut Findings<'_>) {
    for setting in settings.iter().filter(|setting| is_time(setting.id)) {
        let Some(text) = setting.value.known().filter(|text| !text.is_empty() && !is_plain(text)) else { continue };
        let factor = match text.last() {
            Some(b'm') => 60,
            Some(b'h') => 3600,
            Some(b'd') => 86_400,
            _ => 1,
        };
        let seconds = i64::from(atoi(text)) * factor;
        let finding = findings
            .at(setting.place.with(Part::Value), format!("php-fpm reads `{}` as {seconds} s", show(text)))
            .help("a time is a whole number and at most one letter behind it: s, m, h or d; what stands between is dropped")
            .reader(Reader::PhpFpm)
            .host(stack, host);
        findings.push(finding);
    }
}

fn is_time(directive: DirectiveId) -> bool {
    matches!(
        directive,
        id::EMERGENCY_RESTART_INTERVAL
            | id::PROCESS_CONTROL_TIMEOUT
            | id::SYSTEMD_INTERVAL
            | id::PM_PROCESS_IDLE_TIMEOUT
            | id::REQUEST_SLOWLOG_TIMEOUT
            | id::REQUEST_TERMINATE_TIMEOUT
    )
}

/// Digits, and at most one unit behind them.
fn is_plain(text: &[u8]) -> bool {
    let number = match text.split_last() {
        Some((b's' | b'm' | b'h' | b'd', rest)) => rest,
        _ => text,
    };
    !number.is_empty() && number.strip_prefix(b"-").unwrap_or(number).iter().all(u8::is_ascii_digit)
}
