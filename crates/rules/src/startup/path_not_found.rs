//! `path-not-found`: a folder or log file that the daemon needs and does not find.

use fpmlint_daemons::{Refusal, RefusalKind};
use fpmlint_diagnostics::{Group, Level, Reader, RuleMeta, Severity};

use super::refusal::said_by;
use crate::Rule;
use crate::rule::{Check, Words};

pub static RULE: Rule = Rule {
    meta: RuleMeta {
        name: "path-not-found",
        group: Group::Startup,
        default: Level::On(Severity::Error),
        summary: "a folder or log file that the daemon needs and does not find",
        page: include_str!("path_not_found.md"),
    },
    check: Check::Refusals(RefusalKind::PathNotFound, words),
};

fn words(reader: Reader, refusal: &Refusal) -> Words {
    Words { message: said_by(reader, refusal), advice: "make it before the daemon starts, or correct the path".to_owned() }
}
