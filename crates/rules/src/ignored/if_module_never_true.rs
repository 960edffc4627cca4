//! `if-module-never-true`: `<IfModule>` asks for a module by a name that httpd never finds.

use fpmlint_daemons::Part;
use fpmlint_daemons::apache::{ConditionKind, corrected_module};
use fpmlint_diagnostics::{Applicability, Group, Level, Reader, RuleMeta, Severity};
use fpmlint_stack::Stack;

use crate::rule::Check;
use crate::{Findings, Rule};

pub static RULE: Rule = Rule {
    meta: RuleMeta {
        name: "if-module-never-true",
        group: Group::Ignored,
        default: Level::On(Severity::Warning),
        summary: "`<IfModule>` asks for a module by a name that httpd never finds",
        page: include_str!("if_module_never_true.md"),
    },
    check: Check::Stack(check),
};

fn check(stack: &Stack, findings: &mut Findings<'_>) {
    for apache in &stack.apache {
        let conditions = apache.config.conditions.iter();
        // A guard that is turned around and never holds is another fault.
        for condition in conditions.filter(|it| it.kind == ConditionKind::Module && !it.negated) {
            if apache.config.modules.find(&condition.argument).is_some() {
                continue;
            }
            let Some(right) = corrected_module(&condition.argument) else { continue };
            let name = String::from_utf8_lossy(&condition.argument);
            let place = condition.place.with(Part::Arg(0));
            let mut finding = findings
                .at(place, format!("no module is called `{name}`: the section is never read"))
                .help(format!(
                    "httpd compares with identifiers (`rewrite_module`) and names of C files (`mod_rewrite.c`), and case counts; write `{right}`"
                ))
                .reader(Reader::Apache)
                .host(stack, apache.host);
            if findings.text(place) == name {
                let edit = findings.replacement(place, right.clone());
                finding = finding.fix(format!("Write `{right}`"), Applicability::Unsafe, vec![edit]);
            }
            findings.push(finding);
        }
    }
}
