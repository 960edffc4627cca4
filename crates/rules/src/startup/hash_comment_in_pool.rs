//! `hash-comment-in-pool`: `#` starts no comment in php-fpm files.

use fpmlint_daemons::{Refusal, RefusalKind};
use fpmlint_diagnostics::{Group, Level, Reader, RuleMeta, Severity};

use super::refusal::said_by;
use crate::Rule;
use crate::rule::{Check, Words};

pub static RULE: Rule = Rule {
    meta: RuleMeta {
        name: "hash-comment-in-pool",
        group: Group::Startup,
        default: Level::On(Severity::Error),
        summary: "`#` starts no comment in php-fpm files",
        page: include_str!("hash_comment_in_pool.md"),
    },
    check: Check::Refusals(RefusalKind::HashComment, words),
};

fn words(reader: Reader, refusal: &Refusal) -> Words {
    Words { message: said_by(reader, refusal), advice: "only `;` starts a comment".to_owned() }
}
