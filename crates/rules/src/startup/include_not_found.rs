//! `include-not-found`: an included file does not exist.

use fpmlint_daemons::{Refusal, RefusalKind};
use fpmlint_diagnostics::{Group, Level, Reader, RuleMeta, Severity};

use super::refusal::said_by;
use crate::Rule;
use crate::rule::{Check, Words};

pub static RULE: Rule = Rule {
    meta: RuleMeta {
        name: "include-not-found",
        group: Group::Startup,
        default: Level::On(Severity::Error),
        summary: "an included file does not exist",
        page: include_str!("include_not_found.md"),
    },
    check: Check::Refusals(RefusalKind::IncludeNotFound, words),
};

fn words(reader: Reader, refusal: &Refusal) -> Words {
    Words { message: said_by(reader, refusal), advice: "correct the path, or make the file before the daemon starts".to_owned() }
}
