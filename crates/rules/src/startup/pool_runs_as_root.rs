//! `pool-runs-as-root`: a pool runs as root.

use fpmlint_daemons::{Refusal, RefusalKind};
use fpmlint_diagnostics::{Group, Level, Reader, RuleMeta, Severity};

use super::refusal::said_by;
use crate::Rule;
use crate::rule::{Check, Words};

pub static RULE: Rule = Rule {
    meta: RuleMeta {
        name: "pool-runs-as-root",
        group: Group::Startup,
        default: Level::On(Severity::Error),
        summary: "a pool runs as root",
        page: include_str!("pool_runs_as_root.md"),
    },
    check: Check::Refusals(RefusalKind::PoolRunsAsRoot, words),
};

fn words(reader: Reader, refusal: &Refusal) -> Words {
    Words { message: said_by(reader, refusal), advice: "give the pool a user and a group of its own".to_owned() }
}
