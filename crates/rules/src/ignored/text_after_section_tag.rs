//! `text-after-section-tag`: text behind the `>` of an opening tag, which httpd drops.

use fpmlint_daemons::apache::SilentKind;
use fpmlint_diagnostics::{Applicability, Group, Level, Reader, RuleMeta, Severity};
use fpmlint_stack::Stack;
use fpmlint_syntax::Dialect;

use crate::rule::Check;
use crate::{Findings, Rule};

pub static RULE: Rule = Rule {
    meta: RuleMeta {
        name: "text-after-section-tag",
        group: Group::Ignored,
        default: Level::On(Severity::Warning),
        summary: "text behind the `>` of an opening tag, which httpd drops",
        page: include_str!("text_after_section_tag.md"),
    },
    check: Check::Stack(check),
};

fn check(stack: &Stack, findings: &mut Findings<'_>) {
    for apache in &stack.apache {
        let found = apache.config.silent.iter().filter(|silent| silent.kind == SilentKind::TextBehindTag);
        for silent in found {
            let mut finding = findings
                .at(silent.place, "text behind the `>` of the opening tag is dropped")
                .help("httpd ignores the rest of the line; write it on a line of its own")
                .reader(Reader::Apache)
                .host(stack, apache.host);
            let tree = stack.files.tree(silent.place.file, Dialect::Httpd);
            let behind = tree.statement(silent.place.ordinal).and_then(|tag| tag.text_behind_head());
            if let Some(behind) = behind {
                let text = findings.text_of(silent.place.file, behind);
                let mut edit = findings.line_after(silent.place, &format!("    {}", text.trim()));
                edit.span.start = findings.span(silent.place).end;
                finding = finding.fix("Move it to a line of its own", Applicability::Unsafe, vec![edit]);
            }
            findings.push(finding);
        }
    }
}
