//! `unknown-ini-setting`: a name that is one slip away from a setting of PHP.

use fpmlint_catalog::{php_fpm, php_ini};
use fpmlint_daemons::{Part, Place};
use fpmlint_diagnostics::{Applicability, Confidence, Group, Level, Reader, RuleMeta, Severity};
use fpmlint_stack::Stack;
use rustc_hash::FxHashMap;

use crate::ini::{of_pool, plain, sources};
use crate::rule::Check;
use crate::words::show;
use crate::{Findings, Rule};

pub static RULE: Rule = Rule {
    meta: RuleMeta {
        name: "unknown-ini-setting",
        group: Group::Ignored,
        default: Level::On(Severity::Info),
        summary: "no setting of PHP has this name, but one that is nearly the same",
        page: include_str!("unknown_ini_setting.md"),
    },
    check: Check::Masters(check),
};

/// What each unknown name probably means: a name stands in many pools, and looking takes long.
type Meanings<'s> = FxHashMap<&'s [u8], Option<&'static str>>;

fn check(stack: &Stack, findings: &mut Findings<'_>) {
    let mut meanings = Meanings::default();
    for source in sources(stack) {
        for setting in plain(source.ini) {
            check_name(stack, source.host, &setting.name, (setting.place, Part::Name, Reader::PhpIni), &mut meanings, findings);
        }
    }
    for (pool, facts) in stack.pools.iter().enumerate() {
        for (name, setting) in of_pool(stack.pool_config(pool)) {
            check_name(stack, facts.host, name, (setting.place, Part::Offset, Reader::PhpFpm), &mut meanings, findings);
        }
    }
}

fn check_name<'s>(
    stack: &'s Stack,
    host: usize,
    name: &'s [u8],
    (place, part, reader): (Place, Part, Reader),
    meanings: &mut Meanings<'s>,
    findings: &mut Findings<'_>,
) {
    // Nobody knows the settings of all extensions, and another rule is about settings of php-fpm.
    if php_ini::find(name).is_some() || php_fpm::find(name).is_some() {
        return;
    }
    let look = || std::str::from_utf8(name).ok().and_then(php_ini::suggest);
    let Some(meant) = *meanings.entry(name).or_insert_with(look) else { return };
    let differs_in_case = meant.as_bytes().eq_ignore_ascii_case(name);
    let why = if differs_in_case { "; names count by case" } else { "" };
    let place = place.with(part);
    let finding = findings
        .at(place, format!("PHP has no setting `{}`{why}", show(name)))
        .help(format!("PHP sets an unknown name without a word, and nothing reads it; `{meant}` was probably meant"))
        .fix(format!("Write `{meant}`"), Applicability::Unsafe, vec![findings.replacement(place, meant)])
        .confidence(if differs_in_case { Confidence::Certain } else { Confidence::Likely })
        .reader(reader)
        .host(stack, host);
    findings.push(finding);
}
