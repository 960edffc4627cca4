//! `flag-extra-words`: words behind the `On` or `Off` of a switch, which httpd drops.

use fpmlint_daemons::Part;
use fpmlint_daemons::apache::SilentKind;
use fpmlint_diagnostics::{Applicability, Group, Level, Reader, RuleMeta, Severity};
use fpmlint_stack::Stack;
use fpmlint_text::Span;

use crate::rule::Check;
use crate::{Findings, Rule};

pub static RULE: Rule = Rule {
    meta: RuleMeta {
        name: "flag-extra-words",
        group: Group::Ignored,
        default: Level::On(Severity::Warning),
        summary: "words behind the `On` or `Off` of a switch, which httpd drops",
        page: include_str!("flag_extra_words.md"),
    },
    check: Check::Stack(check),
};

fn check(stack: &Stack, findings: &mut Findings<'_>) {
    for apache in &stack.apache {
        let found = apache.config.silent.iter().filter(|silent| silent.kind == SilentKind::ExtraWords);
        for silent in found {
            let mut finding = findings
                .at(silent.place, "everything behind the first word of a switch is dropped")
                .help("httpd has no comments at the end of a line; remove the words or write them on a line of their own")
                .reader(Reader::Apache)
                .host(stack, apache.host);
            if matches!(silent.place.part, Part::Arg(_)) {
                // What is dropped may be worth keeping, as a comment of its own.
                let start = findings.span(silent.place).start;
                let end = findings.span(silent.place.with(Part::Head)).end;
                let words = findings.text_of(silent.place.file, Span::new(start, end));
                let comment = format!("# {}", words.trim_start_matches(['#', ' ']));
                let mut edit = findings.line_after(silent.place, &comment);
                edit.span.start = findings.span(silent.place.with(Part::Arg(0))).end;
                finding = finding.fix("Make it a comment of its own", Applicability::Safe, vec![edit]);
            }
            findings.push(finding);
        }
    }
}
