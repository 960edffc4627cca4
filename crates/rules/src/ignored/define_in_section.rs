//! `define-in-section`: a `Define` in a section holds behind the section, too, and something there uses it.

use fpmlint_daemons::Part;
use fpmlint_diagnostics::{Group, Level, Reader, RuleMeta, Severity};
use fpmlint_stack::Stack;

use crate::rule::Check;
use crate::{Findings, Rule};

pub static RULE: Rule = Rule {
    meta: RuleMeta {
        name: "define-in-section",
        group: Group::Ignored,
        default: Level::On(Severity::Warning),
        summary: "a `Define` in a section holds behind the section, too, and something there uses it",
        page: include_str!("define_in_section.md"),
    },
    check: Check::Stack(check),
};

fn check(stack: &Stack, findings: &mut Findings<'_>) {
    for apache in &stack.apache {
        for outlived in &apache.config.outlived {
            let Some(define) = apache.config.defines.get(outlived.define) else { continue };
            let name = String::from_utf8_lossy(&define.name);
            let mut finding = findings
                .at(define.place.with(Part::Head), format!("`Define {name}` holds behind its section, too"))
                .help(format!(
                    "httpd obeys it when it reads the line, whatever stands around it, and `${{{name}}}` keeps the \
                     value from there on; set it before the first section that needs it, or anew in each"
                ))
                .label(stack, outlived.section.with(Part::Head), "the section that it stands in")
                .label(stack, outlived.used.with(Part::Head), "used outside of it")
                .reader(Reader::Apache)
                .host(stack, apache.host);
            // Who reads the one place sees the other.
            if outlived.used.file == define.place.file {
                finding = finding.severity(Severity::Info);
            }
            findings.push(finding);
        }
    }
}
