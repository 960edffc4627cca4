//! `undefined-reference`: a name that nothing defines.

use fpmlint_daemons::{Refusal, RefusalKind};
use fpmlint_diagnostics::{Group, Level, Reader, RuleMeta, Severity};

use super::refusal::said_by;
use crate::Rule;
use crate::rule::{Check, Words};

pub static RULE: Rule = Rule {
    meta: RuleMeta {
        name: "undefined-reference",
        group: Group::Startup,
        default: Level::On(Severity::Error),
        summary: "a name that nothing defines",
        page: include_str!("undefined_reference.md"),
    },
    check: Check::Refusals(RefusalKind::UndefinedReference, words),
};

fn words(reader: Reader, refusal: &Refusal) -> Words {
    Words { message: said_by(reader, refusal), advice: "define it, or correct the name".to_owned() }
}
