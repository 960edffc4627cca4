//! `socket-acl-unknown-user`: a socket ACL names an account that the host does not have.

use fpmlint_daemons::{Refusal, RefusalKind};
use fpmlint_diagnostics::{Group, Level, Reader, RuleMeta, Severity};

use super::refusal::said_by;
use crate::Rule;
use crate::rule::{Check, Words};

pub static RULE: Rule = Rule {
    meta: RuleMeta {
        name: "socket-acl-unknown-user",
        group: Group::Startup,
        default: Level::On(Severity::Error),
        summary: "a socket ACL names an account that the host does not have",
        page: include_str!("socket_acl_unknown_user.md"),
    },
    check: Check::Refusals(RefusalKind::SocketAclUnknownUser, words),
};

fn words(reader: Reader, refusal: &Refusal) -> Words {
    Words { message: said_by(reader, refusal), advice: "make the account first, or take it out of the list; names stand without blanks and are never numbers".to_owned() }
}
