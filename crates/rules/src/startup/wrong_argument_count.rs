//! `wrong-argument-count`: too few or too many arguments.

use fpmlint_daemons::{Refusal, RefusalKind};
use fpmlint_diagnostics::{Group, Level, Reader, RuleMeta, Severity};

use super::refusal::said_by;
use crate::Rule;
use crate::rule::{Check, Words};

pub static RULE: Rule = Rule {
    meta: RuleMeta {
        name: "wrong-argument-count",
        group: Group::Startup,
        default: Level::On(Severity::Error),
        summary: "too few or too many arguments",
        page: include_str!("wrong_argument_count.md"),
    },
    check: Check::Refusals(RefusalKind::WrongArgumentCount, words),
};

fn words(reader: Reader, refusal: &Refusal) -> Words {
    Words { message: said_by(reader, refusal), advice: "write as many arguments as the directive takes".to_owned() }
}
