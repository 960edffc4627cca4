//! `server-name-conflict`: a name of a server that an earlier server of the same address has.

use fpmlint_diagnostics::{Group, Level, Reader, RuleMeta, Severity};
use fpmlint_stack::Stack;

use crate::rule::Check;
use crate::{Findings, Rule};

pub static RULE: Rule = Rule {
    meta: RuleMeta {
        name: "server-name-conflict",
        group: Group::Ignored,
        default: Level::On(Severity::Warning),
        summary: "a name of a server that an earlier server of the same address has",
        page: include_str!("server_name_conflict.md"),
    },
    check: Check::Stack(check),
};

fn check(stack: &Stack, findings: &mut Findings<'_>) {
    for nginx in &stack.nginx {
        for conflict in &nginx.config.conflicts {
            let (name, address) = (&conflict.name, &conflict.address);
            let message = match name.as_str() {
                "" => format!("another server without a name listens on {address}: this one is never asked"),
                _ => format!("`{name}` is the name of an earlier server on {address}"),
            };
            let finding = findings
                .at(conflict.place, message)
                .help(
                    "nginx loads this with a warning, and every request for the name goes to the earlier server; \
                     delete the name from one of them",
                )
                .label(stack, conflict.first, "requests for it go here")
                .reader(Reader::Nginx)
                .host(stack, nginx.host);
            findings.push(finding);
        }
    }
}
