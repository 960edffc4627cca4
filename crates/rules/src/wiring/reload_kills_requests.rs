//! `reload-kills-requests`: a reload of php-fpm breaks the requests that are running.

use fpmlint_catalog::php_fpm::id;
use fpmlint_daemons::php_ini::boolean;
use fpmlint_diagnostics::{Group, Level, Reader, RuleMeta, Severity};
use fpmlint_stack::{Master, Stack};

use crate::rule::Check;
use crate::{Findings, Rule};

pub static RULE: Rule = Rule {
    meta: RuleMeta {
        name: "reload-kills-requests",
        group: Group::Wiring,
        default: Level::On(Severity::Info),
        summary: "a reload of php-fpm breaks running requests: `process_control_timeout` is 0",
        page: include_str!("reload_kills_requests.md"),
    },
    check: Check::Masters(check),
};

const HELP: &str = "with 0, php-fpm ends its processes at once when it is reloaded or stopped, and their requests answer 502, \
    or 503 by Apache; write `process_control_timeout = 10s` in `[global]`, so that they end first";

fn check(stack: &Stack, findings: &mut Findings<'_>) {
    for master in stack.masters.iter().filter(|master| !master.fragment && master.config.complete) {
        if master.config.seconds(id::PROCESS_CONTROL_TIMEOUT) != Some(0) {
            continue;
        }
        reloaded_at_each_deploy(stack, master, findings);
        // Most configurations leave the default; who writes it down can be told.
        let Some(setting) = master.config.last(id::PROCESS_CONTROL_TIMEOUT) else { continue };
        let finding = findings
            .at(setting.place, "a reload of php-fpm breaks running requests: `process_control_timeout` is 0")
            .help(HELP)
            .reader(Reader::PhpFpm)
            .host(stack, master.host);
        findings.push(finding);
    }
}

/// Where OPcache never looks at files again, each new release of the site needs a reload.
fn reloaded_at_each_deploy(stack: &Stack, master: &Master, findings: &mut Findings<'_>) {
    let Some(ini) = &master.ini else { return };
    let Some(setting) = ini.effective(b"opcache.validate_timestamps") else { return };
    if setting.value.known().is_none_or(boolean) {
        return;
    }
    let message = "each release needs a reload of php-fpm, which breaks running requests: \
        `process_control_timeout` is 0";
    let mut finding = findings
        .at(setting.place, message)
        .help(HELP)
        .severity(Severity::Warning)
        .reader(Reader::PhpIni)
        .host(stack, master.host);
    if let Some(timeout) = master.config.last(id::PROCESS_CONTROL_TIMEOUT) {
        finding = finding.label(stack, timeout.place, "processes are ended at once");
    }
    findings.push(finding);
}
