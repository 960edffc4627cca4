//! `strict-in-error-reporting`: `E_STRICT` in `error_reporting`.

use fpmlint_catalog::Version;
use fpmlint_daemons::Part;
use fpmlint_diagnostics::{Group, Level, Reader, RuleMeta, Severity};
use fpmlint_stack::Stack;

use crate::ini::{plain, sources};
use crate::rule::Check;
use crate::{Findings, Rule};

pub static RULE: Rule = Rule {
    meta: RuleMeta {
        name: "strict-in-error-reporting",
        group: Group::Upgrade,
        default: Level::On(Severity::Info),
        summary: "`E_STRICT` does nothing since PHP 7 and warns since 8.4",
        page: include_str!("strict_in_error_reporting.md"),
    },
    check: Check::Masters(check),
};

fn check(stack: &Stack, findings: &mut Findings<'_>) {
    for source in sources(stack) {
        if source.version.is_none_or(|version| version < Version::new(8, 0, 0)) {
            continue;
        }
        for setting in plain(source.ini).filter(|setting| *setting.name == *b"error_reporting") {
            let place = setting.place.with(Part::Value);
            if !findings.text(place).contains("E_STRICT") {
                continue;
            }
            let finding = findings
                .at(place, "`E_STRICT` does nothing")
                .help("since PHP 8.0 nothing is reported at this level, and 8.4 deprecates the constant; take it out")
                .reader(Reader::PhpIni)
                .host(stack, source.host);
            findings.push(finding);
        }
    }
}
