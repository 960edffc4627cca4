//! `listen-address-invalid`: an address that cannot be listened on.

use fpmlint_daemons::{Refusal, RefusalKind};
use fpmlint_diagnostics::{Group, Level, Reader, RuleMeta, Severity};

use super::refusal::said_by;
use crate::Rule;
use crate::rule::{Check, Words};

pub static RULE: Rule = Rule {
    meta: RuleMeta {
        name: "listen-address-invalid",
        group: Group::Startup,
        default: Level::On(Severity::Error),
        summary: "an address that cannot be listened on",
        page: include_str!("listen_address_invalid.md"),
    },
    check: Check::Refusals(RefusalKind::ListenAddressInvalid, words),
};

fn words(reader: Reader, refusal: &Refusal) -> Words {
    Words { message: said_by(reader, refusal), advice: "write `/path/of/a.sock`, `port` or `address:port`".to_owned() }
}
