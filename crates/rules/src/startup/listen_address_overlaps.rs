//! `listen-address-overlaps`: two pools listen on one address.

use fpmlint_daemons::{Refusal, RefusalKind};
use fpmlint_diagnostics::{Group, Level, Reader, RuleMeta, Severity};

use super::refusal::said_by;
use crate::Rule;
use crate::rule::{Check, Words};

pub static RULE: Rule = Rule {
    meta: RuleMeta {
        name: "listen-address-overlaps",
        group: Group::Startup,
        default: Level::On(Severity::Error),
        summary: "two pools listen on one address",
        page: include_str!("listen_address_overlaps.md"),
    },
    check: Check::Refusals(RefusalKind::ListenAddressOverlaps, words),
};

fn words(reader: Reader, refusal: &Refusal) -> Words {
    Words { message: said_by(reader, refusal), advice: "give each pool an address of its own".to_owned() }
}
