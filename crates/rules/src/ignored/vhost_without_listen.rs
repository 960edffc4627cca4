//! `vhost-without-listen`: a virtual host on a port that httpd does not listen on.

use fpmlint_diagnostics::{Group, Level, Reader, RuleMeta, Severity};
use fpmlint_stack::Stack;

use crate::rule::Check;
use crate::{Findings, Rule};

pub static RULE: Rule = Rule {
    meta: RuleMeta {
        name: "vhost-without-listen",
        group: Group::Ignored,
        default: Level::On(Severity::Warning),
        summary: "a virtual host on a port that httpd does not listen on",
        page: include_str!("vhost_without_listen.md"),
    },
    check: Check::Stack(check),
};

fn check(stack: &Stack, findings: &mut Findings<'_>) {
    for apache in &stack.apache {
        let config = &apache.config;
        if !config.complete || config.fragment || config.htaccess {
            continue;
        }
        let ports: Vec<u16> = config.listens().iter().filter_map(|listen| listen.address.port).collect();
        if ports.is_empty() {
            continue;
        }
        for server in config.servers() {
            let Some(statement) = server.statement.filter(|statement| config.statement(*statement).certain) else {
                continue;
            };
            for (address, part) in &server.addresses {
                let Some(port) = address.port.filter(|port| !ports.contains(port)) else { continue };
                let finding = findings
                    .at(config.place(statement).with(*part), format!("httpd does not listen on port {port}"))
                    .help(format!("no request ever reaches this address; add `Listen {port}`, or correct the port"))
                    .reader(Reader::Apache)
                    .host(stack, apache.host);
                findings.push(finding);
            }
        }
    }
}
