//! `invalid-value`: a value that the directive does not take.

use fpmlint_daemons::{Refusal, RefusalKind};
use fpmlint_diagnostics::{Group, Level, Reader, RuleMeta, Severity};

use super::refusal::said_by;
use crate::Rule;
use crate::rule::{Check, Words};

pub static RULE: Rule = Rule {
    meta: RuleMeta {
        name: "invalid-value",
        group: Group::Startup,
        default: Level::On(Severity::Error),
        summary: "a value that the directive does not take",
        page: include_str!("invalid_value.md"),
    },
    check: Check::Refusals(RefusalKind::InvalidValue, words),
};

fn words(reader: Reader, refusal: &Refusal) -> Words {
    Words { message: said_by(reader, refusal), advice: "write a value that the directive takes".to_owned() }
}
