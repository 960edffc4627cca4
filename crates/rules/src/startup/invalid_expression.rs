//! `invalid-expression`: an expression of httpd that it cannot parse.

use fpmlint_daemons::{Refusal, RefusalKind};
use fpmlint_diagnostics::{Group, Level, Reader, RuleMeta, Severity};

use super::refusal::said_by;
use crate::Rule;
use crate::rule::{Check, Words};

pub static RULE: Rule = Rule {
    meta: RuleMeta {
        name: "invalid-expression",
        group: Group::Startup,
        default: Level::On(Severity::Error),
        summary: "an expression of httpd that it cannot parse",
        page: include_str!("invalid_expression.md"),
    },
    check: Check::Refusals(RefusalKind::InvalidExpression, words),
};

fn words(reader: Reader, refusal: &Refusal) -> Words {
    Words { message: said_by(reader, refusal), advice: "correct the expression".to_owned() }
}
