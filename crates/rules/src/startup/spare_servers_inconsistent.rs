//! `spare-servers-inconsistent`: the numbers of a dynamic pool contradict each other.

use fpmlint_catalog::php_fpm;
use fpmlint_daemons::{Part, Refusal, RefusalKind};
use fpmlint_diagnostics::{Applicability, Edit, Group, Level, RuleMeta, Severity};
use fpmlint_stack::{PoolId, Stack};

use super::refusal::{finding, refusals, said_by};
use crate::rule::{Check, Words};
use crate::{Findings, Rule};

pub static RULE: Rule = Rule {
    meta: RuleMeta {
        name: "spare-servers-inconsistent",
        group: Group::Startup,
        default: Level::On(Severity::Error),
        summary: "the spare server numbers of a dynamic pool contradict each other",
        page: include_str!("spare_servers_inconsistent.md"),
    },
    check: Check::Stack(check),
};

fn check(stack: &Stack, findings: &mut Findings<'_>) {
    for (host, reader, refusal) in refusals(stack) {
        if refusal.kind != RefusalKind::SpareServersInconsistent {
            continue;
        }
        let numbers = refusal.suggestion.as_deref().unwrap_or_default();
        let advice = match numbers {
            "" => "keep 0 < min_spare ≤ start ≤ max_spare ≤ max_children".to_owned(),
            numbers => format!("keep 0 < min_spare ≤ start ≤ max_spare ≤ max_children; the nearest numbers that fit: {numbers}"),
        };
        let words = Words { message: said_by(reader, refusal), advice };
        let mut found = finding(stack, findings, host, reader, refusal, words);
        let edits = pool_of(stack, refusal).map(|pool| edits(stack, findings, pool, numbers)).unwrap_or_default();
        if !edits.is_empty() {
            found = found.fix("Write the nearest numbers that fit", Applicability::Unsafe, edits);
        }
        findings.push(found);
    }
}

/// The pool whose line is refused.
fn pool_of(stack: &Stack, refusal: &Refusal) -> Option<PoolId> {
    let stands_there = |place: fpmlint_daemons::Place| {
        place.file == refusal.place.file && place.ordinal == refusal.place.ordinal
    };
    (0..stack.pools.len()).find(|pool| {
        let pool = stack.pool_config(*pool);
        pool.settings.iter().any(|setting| stands_there(setting.place))
            || pool.headers.iter().any(|header| stands_there(*header))
    })
}

/// One edit for each `name = number`; none at all where a number has no line to stand on.
fn edits(stack: &Stack, findings: &Findings<'_>, pool: PoolId, numbers: &str) -> Vec<Edit> {
    let edit = |change: &str| {
        let (name, number) = change.split_once(" = ")?;
        let setting = stack.setting(pool, php_fpm::find(name.as_bytes())?)?;
        Some(findings.replacement(setting.place.with(Part::Value), number))
    };
    numbers.split(", ").map(edit).collect::<Option<Vec<Edit>>>().unwrap_or_default()
}
