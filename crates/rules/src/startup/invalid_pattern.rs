//! `invalid-pattern`: a regular expression that does not compile, or has the wrong number of groups.

use fpmlint_daemons::{Refusal, RefusalKind};
use fpmlint_diagnostics::{Group, Level, Reader, RuleMeta, Severity};

use super::refusal::said_by;
use crate::Rule;
use crate::rule::{Check, Words};

pub static RULE: Rule = Rule {
    meta: RuleMeta {
        name: "invalid-pattern",
        group: Group::Startup,
        default: Level::On(Severity::Error),
        summary: "a regular expression that does not compile",
        page: include_str!("invalid_pattern.md"),
    },
    check: Check::Refusals(RefusalKind::InvalidPattern, words),
};

fn words(reader: Reader, refusal: &Refusal) -> Words {
    Words { message: said_by(reader, refusal), advice: "correct the expression".to_owned() }
}
