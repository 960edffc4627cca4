//! `syntax-error`: the text cannot be read.

use fpmlint_daemons::{Refusal, RefusalKind};
use fpmlint_diagnostics::{Group, Level, Reader, RuleMeta, Severity};

use super::refusal::said_by;
use crate::Rule;
use crate::rule::{Check, Words};

pub static RULE: Rule = Rule {
    meta: RuleMeta {
        name: "syntax-error",
        group: Group::Startup,
        default: Level::On(Severity::Error),
        summary: "the text cannot be read",
        page: include_str!("syntax_error.md"),
    },
    check: Check::Refusals(RefusalKind::SyntaxError, words),
};

fn words(reader: Reader, refusal: &Refusal) -> Words {
    Words { message: said_by(reader, refusal), advice: "mend the text".to_owned() }
}
