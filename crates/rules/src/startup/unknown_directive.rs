//! `unknown-directive`: no such directive.

use fpmlint_daemons::{Refusal, RefusalKind};
use fpmlint_diagnostics::{Group, Level, Reader, RuleMeta, Severity};

use super::refusal::said_by;
use crate::Rule;
use crate::rule::{Check, Words};

pub static RULE: Rule = Rule {
    meta: RuleMeta {
        name: "unknown-directive",
        group: Group::Startup,
        default: Level::On(Severity::Error),
        summary: "no such directive",
        page: include_str!("unknown_directive.md"),
    },
    check: Check::Refusals(RefusalKind::UnknownDirective, words),
};

fn words(reader: Reader, refusal: &Refusal) -> Words {
    Words { message: said_by(reader, refusal), advice: "correct the name, load the module that brings it, or set the target version".to_owned() }
}
