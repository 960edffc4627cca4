//! `undefined-variable`: `${NAME}` that neither `Define` nor the environment sets stays as it is written.

use fpmlint_daemons::Part;
use fpmlint_diagnostics::{Group, Level, Reader, RuleMeta, Severity};
use fpmlint_stack::Stack;

use crate::rule::Check;
use crate::{Findings, Rule};

pub static RULE: Rule = Rule {
    meta: RuleMeta {
        name: "undefined-variable",
        group: Group::Ignored,
        default: Level::On(Severity::Warning),
        summary: "a variable of httpd that nothing sets stays as it is written",
        page: include_str!("undefined_variable.md"),
    },
    check: Check::Stack(check),
};

fn check(stack: &Stack, findings: &mut Findings<'_>) {
    for apache in &stack.apache {
        for undefined in apache.config.undefined.iter().filter(|undefined| undefined.certain) {
            let name = String::from_utf8_lossy(&undefined.name);
            let finding = findings
                .at(undefined.place.with(Part::Head), format!("nothing sets the variable `{name}`"))
                .help(format!(
                    "httpd warns (AH00111) and leaves `${{{name}}}` as it is written; put a `Define {name} …` above it, or set it in the environment"
                ))
                .reader(Reader::Apache)
                .host(stack, apache.host);
            findings.push(finding);
        }
    }
}
