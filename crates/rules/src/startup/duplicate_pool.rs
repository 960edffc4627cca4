//! `duplicate-pool`: one pool name heads two sections of different files, or two in one file.

use fpmlint_catalog::php_fpm::id;
use fpmlint_daemons::php_fpm::Pool;
use fpmlint_daemons::{Part, Place};
use fpmlint_diagnostics::{Group, Level, Reader, RuleMeta, Severity};
use fpmlint_stack::Stack;

use crate::rule::Check;
use crate::{Findings, Rule};

pub static RULE: Rule = Rule {
    meta: RuleMeta {
        name: "duplicate-pool",
        group: Group::Startup,
        default: Level::On(Severity::Error),
        summary: "two sections of one pool name merge into one pool",
        page: include_str!("duplicate_pool.md"),
    },
    check: Check::Masters(check),
};

fn check(stack: &Stack, findings: &mut Findings<'_>) {
    for (index, facts) in stack.pools.iter().enumerate() {
        let pool = stack.pool_config(index);
        let Some((first, later)) = second_address(pool) else { continue };
        let finding = findings
            .at(later.1, format!("pool {} is opened a second time, and the later settings win", facts.name))
            .help(
                "php-fpm merges sections of one name: only the last `listen` appears, the other site's socket is missing, \
                 and arrays such as php_admin_value keep their first value; give each pool a name of its own",
            )
            .label(stack, first.1, "first opened here")
            .label(stack, first.0, "this address is never listened on")
            .label(stack, later.0, "this one is")
            .reader(Reader::PhpFpm)
            .host(stack, facts.host);
        findings.push(finding);
    }
}

/// Two sections that both say where to listen, as `listen` and header each: two pools that were meant to be two.
/// A later section that only adds settings, as image overlays do, is meant.
fn second_address(pool: &Pool) -> Option<((Place, Place), (Place, Place))> {
    let mut listens = pool.settings.iter().filter(|setting| setting.id == id::LISTEN);
    let first = listens.next()?;
    let header = |place: Place| {
        let mut before = pool.headers.iter().filter(|header| header.file == place.file && header.ordinal < place.ordinal);
        before.next_back().copied()
    };
    let first_header = header(first.place)?;
    let later = listens.find(|setting| {
        header(setting.place).is_some_and(|header| header != first_header) && setting.value != first.value
    })?;
    Some(((first.place, first_header), (later.place, header(later.place)?.with(Part::Whole))))
}
