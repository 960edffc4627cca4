//! `unterminated-quote`: a quote without its end.

use fpmlint_daemons::{Refusal, RefusalKind};
use fpmlint_diagnostics::{Group, Level, Reader, RuleMeta, Severity};

use super::refusal::said_by;
use crate::Rule;
use crate::rule::{Check, Words};

pub static RULE: Rule = Rule {
    meta: RuleMeta {
        name: "unterminated-quote",
        group: Group::Startup,
        default: Level::On(Severity::Error),
        summary: "a quote without its end",
        page: include_str!("unterminated_quote.md"),
    },
    check: Check::Refusals(RefusalKind::UnterminatedQuote, words),
};

fn words(reader: Reader, refusal: &Refusal) -> Words {
    Words { message: said_by(reader, refusal), advice: "close the quote".to_owned() }
}
