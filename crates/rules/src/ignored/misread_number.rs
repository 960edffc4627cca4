//! `misread-number`: a number that httpd cuts off where its digits end.

use fpmlint_daemons::apache::SilentKind;
use fpmlint_diagnostics::{Applicability, Group, Level, Reader, RuleMeta, Severity};
use fpmlint_stack::Stack;

use crate::rule::Check;
use crate::{Findings, Rule};

pub static RULE: Rule = Rule {
    meta: RuleMeta {
        name: "misread-number",
        group: Group::Ignored,
        default: Level::On(Severity::Warning),
        summary: "a number that httpd cuts off where its digits end",
        page: include_str!("misread_number.md"),
    },
    check: Check::Stack(check),
};

fn check(stack: &Stack, findings: &mut Findings<'_>) {
    for apache in &stack.apache {
        for silent in &apache.config.silent {
            let SilentKind::MisreadNumber { read } = silent.kind else { continue };
            let text = findings.text(silent.place);
            let mut finding = findings
                .at(silent.place, format!("httpd reads `{text}` as {read}"))
                .help("it takes the digits at the start and drops the rest without a word, and takes none for 0; write a whole number")
                .reader(Reader::Apache)
                .host(stack, apache.host);
            if text.starts_with(|first: char| first.is_ascii_digit()) {
                let edit = findings.replacement(silent.place, read.to_string());
                finding = finding.fix(format!("Write `{read}`, as it is read"), Applicability::Safe, vec![edit]);
            }
            findings.push(finding);
        }
    }
}
