//! `section-in-user-ini`: a `[PATH=…]` or `[HOST=…]` in `.user.ini` ends the PHP process.

use fpmlint_daemons::Part;
use fpmlint_diagnostics::{Applicability, Confidence, Group, Level, Reader, RuleMeta, Severity};
use fpmlint_stack::Stack;

use crate::ini::sources;
use crate::rule::Check;
use crate::{Findings, Rule};

pub static RULE: Rule = Rule {
    meta: RuleMeta {
        name: "section-in-user-ini",
        group: Group::Wiring,
        default: Level::On(Severity::Error),
        summary: "`[PATH=…]` or `[HOST=…]` in `.user.ini` ends the PHP process",
        page: include_str!("section_in_user_ini.md"),
    },
    check: Check::Masters(check),
};

fn check(stack: &Stack, findings: &mut Findings<'_>) {
    for source in sources(stack).filter(|source| source.ini.per_folder) {
        for place in &source.ini.scopes {
            let finding = findings
                .at(place.with(Part::Whole), "this section ends the PHP process of each request in this folder")
                .help(
                    "every request below the folder fails: 502, or 503 by Apache; \
                     `[PATH=…]` and `[HOST=…]` are for php.ini alone",
                )
                // Seen on one release.
                .confidence(Confidence::Likely)
                .fix("Delete the section's line", Applicability::Unsafe, vec![findings.deletion(*place)])
                .reader(Reader::PhpIni)
                .host(stack, source.host);
            findings.push(finding);
        }
    }
}
