//! `duplicate-directive`: something that may stand once stands twice.

use fpmlint_daemons::{Refusal, RefusalKind};
use fpmlint_diagnostics::{Group, Level, Reader, RuleMeta, Severity};

use super::refusal::said_by;
use crate::Rule;
use crate::rule::{Check, Words};

pub static RULE: Rule = Rule {
    meta: RuleMeta {
        name: "duplicate-directive",
        group: Group::Startup,
        default: Level::On(Severity::Error),
        summary: "something that may stand once stands twice",
        page: include_str!("duplicate_directive.md"),
    },
    check: Check::Refusals(RefusalKind::DuplicateDirective, words),
};

fn words(reader: Reader, refusal: &Refusal) -> Words {
    Words { message: said_by(reader, refusal), advice: "keep one of the two".to_owned() }
}
