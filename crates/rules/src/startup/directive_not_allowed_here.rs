//! `directive-not-allowed-here`: a directive stands in a context that does not take it.

use fpmlint_daemons::{Refusal, RefusalKind};
use fpmlint_diagnostics::{Group, Level, Reader, RuleMeta, Severity};

use super::refusal::said_by;
use crate::Rule;
use crate::rule::{Check, Words};

pub static RULE: Rule = Rule {
    meta: RuleMeta {
        name: "directive-not-allowed-here",
        group: Group::Startup,
        default: Level::On(Severity::Error),
        summary: "a directive stands in a context that does not take it",
        page: include_str!("directive_not_allowed_here.md"),
    },
    check: Check::Refusals(RefusalKind::DirectiveNotAllowedHere, words),
};

fn words(reader: Reader, refusal: &Refusal) -> Words {
    Words { message: said_by(reader, refusal), advice: "move it to a context that takes it, or delete it".to_owned() }
}
