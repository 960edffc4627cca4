//! `missing-required-directive`: something that must be set is not.

use fpmlint_daemons::{Refusal, RefusalKind};
use fpmlint_diagnostics::{Group, Level, Reader, RuleMeta, Severity};

use super::refusal::said_by;
use crate::Rule;
use crate::rule::{Check, Words};

pub static RULE: Rule = Rule {
    meta: RuleMeta {
        name: "missing-required-directive",
        group: Group::Startup,
        default: Level::On(Severity::Error),
        summary: "something that must be set is not",
        page: include_str!("missing_required_directive.md"),
    },
    check: Check::Refusals(RefusalKind::MissingRequiredDirective, words),
};

fn words(reader: Reader, refusal: &Refusal) -> Words {
    Words { message: said_by(reader, refusal), advice: "add it".to_owned() }
}
