//! `unbalanced-block`: a block without its end, or an end without its block.

use fpmlint_daemons::{Refusal, RefusalKind};
use fpmlint_diagnostics::{Group, Level, Reader, RuleMeta, Severity};

use super::refusal::said_by;
use crate::Rule;
use crate::rule::{Check, Words};

pub static RULE: Rule = Rule {
    meta: RuleMeta {
        name: "unbalanced-block",
        group: Group::Startup,
        default: Level::On(Severity::Error),
        summary: "a block without its end, or an end without its block",
        page: include_str!("unbalanced_block.md"),
    },
    check: Check::Refusals(RefusalKind::UnbalancedBlock, words),
};

fn words(reader: Reader, refusal: &Refusal) -> Words {
    Words { message: said_by(reader, refusal), advice: "close each block once, in the file that opens it".to_owned() }
}
