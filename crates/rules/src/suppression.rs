//! Suppression comments that suppress nothing.
//!
//! The engine finds these faults itself, since only it knows what was suppressed; the rules here give them name,
//! level and page.

use fpmlint_diagnostics::{Group, Level, RuleMeta, Severity};

use crate::Rule;
use crate::rule::Check;

/// A suppression comment that suppresses nothing.
pub static UNUSED_SUPPRESSION: Rule = Rule {
    meta: RuleMeta {
        name: "unused-suppression",
        group: Group::Suppression,
        default: Level::On(Severity::Warning),
        summary: "a suppression comment suppresses nothing",
        page: include_str!("suppression/unused_suppression.md"),
    },
    check: Check::Engine,
};

/// A suppression comment that cannot be read.
pub static MALFORMED_SUPPRESSION: Rule = Rule {
    meta: RuleMeta {
        name: "malformed-suppression",
        group: Group::Suppression,
        default: Level::On(Severity::Warning),
        summary: "a suppression comment cannot be read",
        page: include_str!("suppression/malformed_suppression.md"),
    },
    check: Check::Engine,
};

pub(crate) static RULES: &[&Rule] = &[&UNUSED_SUPPRESSION, &MALFORMED_SUPPRESSION];
