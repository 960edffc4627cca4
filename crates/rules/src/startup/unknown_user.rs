//! `unknown-user`: a user or group that the host does not have.

use fpmlint_daemons::{Refusal, RefusalKind};
use fpmlint_diagnostics::{Group, Level, Reader, RuleMeta, Severity};

use super::refusal::said_by;
use crate::Rule;
use crate::rule::{Check, Words};

pub static RULE: Rule = Rule {
    meta: RuleMeta {
        name: "unknown-user",
        group: Group::Startup,
        default: Level::On(Severity::Error),
        summary: "a user or group that the host does not have",
        page: include_str!("unknown_user.md"),
    },
    check: Check::Refusals(RefusalKind::UnknownUser, words),
};

fn words(reader: Reader, refusal: &Refusal) -> Words {
    Words { message: said_by(reader, refusal), advice: "make the account first, or correct the name".to_owned() }
}
