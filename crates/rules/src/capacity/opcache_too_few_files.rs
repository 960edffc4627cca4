//! `opcache-too-few-files`: OPcache has fewer slots than the default, or than there are files to hold.

use fpmlint_diagnostics::{Group, Level, Reader, RuleMeta, Severity};
use fpmlint_daemons::Part;
use fpmlint_daemons::php_ini::Ini;
use fpmlint_stack::Stack;

use crate::rule::Check;
use crate::words::show;
use crate::{Findings, Rule};

pub static RULE: Rule = Rule {
    meta: RuleMeta {
        name: "opcache-too-few-files",
        group: Group::Capacity,
        default: Level::On(Severity::Info),
        summary: "`opcache.max_accelerated_files` is below its default",
        page: include_str!("opcache_too_few_files.md"),
    },
    check: Check::Masters(check),
};

/// The default since PHP 7.2.
const DEFAULT: i64 = 10_000;

/// Hash table sizes that PHP rounds up to; from zend_accelerator_hash.c.
const SLOTS: [i64; 16] = [
    5, 11, 19, 53, 107, 223, 463, 983, 1979, 3907, 7963, 16229, 32531, 65407, 130_987, 262_237,
];

fn check(stack: &Stack, findings: &mut Findings<'_>) {
    // A php.ini that no master reads may be followed by files that we do not see, and the last one wins.
    for master in &stack.masters {
        if let Some(ini) = &master.ini {
            check_ini(stack, master.host, ini, findings);
        }
    }
}

fn check_ini(stack: &Stack, host: usize, ini: &Ini, findings: &mut Findings<'_>) {
    let Some(setting) = ini.effective(b"opcache.max_accelerated_files") else { return };
    let Some(text) = setting.value.known() else { return };
    let Some(limit) = std::str::from_utf8(text).ok().and_then(|text| text.trim().parse::<i64>().ok()) else { return };
    // Values outside 200..=1000000 are refused by PHP and the default stands.
    if !(200..DEFAULT).contains(&limit) {
        return;
    }
    let slots = SLOTS.into_iter().find(|slots| *slots >= limit).unwrap_or(limit);
    let finding = findings
        .at(
            setting.place.with(Part::Value),
            format!("OPcache holds at most {slots} scripts, fewer than PHP's default: the limit is {}, not {DEFAULT}", show(text)),
        )
        .help(
            "scripts beyond the limit are compiled again at each request; \
             compare with `find ROOT -name '*.php' | wc -l`, or delete the line for the default",
        )
        .reader(Reader::PhpIni)
        .host(stack, host);
    findings.push(finding);
}
