//! `slowlog-timeout-without-slowlog`: the slow log settings contradict each other.

use fpmlint_daemons::{Refusal, RefusalKind};
use fpmlint_diagnostics::{Group, Level, Reader, RuleMeta, Severity};

use super::refusal::said_by;
use crate::Rule;
use crate::rule::{Check, Words};

pub static RULE: Rule = Rule {
    meta: RuleMeta {
        name: "slowlog-timeout-without-slowlog",
        group: Group::Startup,
        default: Level::On(Severity::Error),
        summary: "the slow log settings contradict each other",
        page: include_str!("slowlog_timeout_without_slowlog.md"),
    },
    check: Check::Refusals(RefusalKind::SlowlogTimeoutWithoutSlowlog, words),
};

fn words(reader: Reader, refusal: &Refusal) -> Words {
    Words { message: said_by(reader, refusal), advice: "set `slowlog` and `request_slowlog_timeout` together".to_owned() }
}
