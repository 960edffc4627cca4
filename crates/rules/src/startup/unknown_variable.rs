//! `unknown-variable`: a variable that nothing defines.

use fpmlint_daemons::{Refusal, RefusalKind};
use fpmlint_diagnostics::{Group, Level, Reader, RuleMeta, Severity};

use super::refusal::said_by;
use crate::Rule;
use crate::rule::{Check, Words};

pub static RULE: Rule = Rule {
    meta: RuleMeta {
        name: "unknown-variable",
        group: Group::Startup,
        default: Level::On(Severity::Error),
        summary: "a variable that nothing defines",
        page: include_str!("unknown_variable.md"),
    },
    check: Check::Refusals(RefusalKind::UnknownVariable, words),
};

fn words(reader: Reader, refusal: &Refusal) -> Words {
    Words {
        message: said_by(reader, refusal),
        advice: "correct the name, or define it with `set`, `map` or `geo`".to_owned(),
    }
}
