//! `first-value-wins`: the first of two array lines with one key counts.

use fpmlint_catalog::php_fpm::{DirectiveId, id};
use fpmlint_daemons::php_fpm::Setting;
use fpmlint_diagnostics::{Applicability, Group, Level, Reader, RuleMeta, Severity};
use fpmlint_stack::{PoolId, Stack};

use crate::rule::Check;
use crate::words::show;
use crate::{Findings, Rule};

pub static RULE: Rule = Rule {
    meta: RuleMeta {
        name: "first-value-wins",
        group: Group::Ignored,
        default: Level::On(Severity::Warning),
        summary: "of two `env`, `php_value` or `php_admin_value` lines with one key the first counts",
        page: include_str!("first_value_wins.md"),
    },
    check: Check::Pool(check),
};

/// More entries than anybody writes; beyond them comparing each with each would take too long.
const MAX_ENTRIES: usize = 200;

fn check(stack: &Stack, pool: PoolId, findings: &mut Findings<'_>) {
    let entries: Vec<(&[u8], DirectiveId, &Setting)> = stack
        .pool_config(pool)
        .settings
        .iter()
        .filter_map(|setting| Some((setting.key.as_deref()?, list_of(setting.id)?, setting)))
        .take(MAX_ENTRIES)
        .collect();
    for (index, (key, list, later)) in entries.iter().enumerate() {
        let same = |(earlier_key, earlier_list, _): &&(&[u8], DirectiveId, &Setting)| {
            earlier_key == key && earlier_list == list
        };
        let Some((_, _, first)) = entries.get(..index).and_then(|before| before.iter().find(same)) else { continue };
        if first.value == later.value || is_added(key) {
            continue;
        }
        let finding = findings
            .at(later.place, format!("`{}` has been set before in this pool, and the first value counts", show(key)))
            .help("php-fpm keeps the first of several `env`, `php_value` or `php_admin_value` lines with one key; delete one of them")
            .fix("Delete this line", Applicability::Safe, vec![findings.deletion(later.place)])
            .label(stack, first.place, "this value counts")
            .reader(Reader::PhpFpm)
            .host(stack, stack.pools[pool].host);
        findings.push(finding);
    }
}

/// The list that an array's entries go into.
fn list_of(directive: DirectiveId) -> Option<DirectiveId> {
    match directive {
        id::ENV => Some(id::ENV),
        id::PHP_VALUE | id::PHP_FLAG => Some(id::PHP_VALUE),
        id::PHP_ADMIN_VALUE | id::PHP_ADMIN_FLAG => Some(id::PHP_ADMIN_VALUE),
        _ => None,
    }
}

/// Whether each line adds to what is there.
fn is_added(key: &[u8]) -> bool {
    [&b"disable_functions"[..], b"disable_classes", b"extension"].contains(&key)
}
