//! `world-writable-socket`: everybody on the host may talk to the pool.

use fpmlint_catalog::php_fpm::id;
use fpmlint_daemons::Part;
use fpmlint_diagnostics::{Applicability, Group, Level, Reader, RuleMeta, Severity};
use fpmlint_stack::Stack;
use fpmlint_stack::socket::mode_bits;
use fpmlint_workspace::HostPath;

use crate::rule::Check;
use crate::{Findings, Rule};

pub static RULE: Rule = Rule {
    meta: RuleMeta {
        name: "world-writable-socket",
        group: Group::Security,
        default: Level::On(Severity::Warning),
        summary: "every account of the host may connect to the pool's socket",
        page: include_str!("world_writable_socket.md"),
    },
    check: Check::Masters(check),
};

fn check(stack: &Stack, findings: &mut Findings<'_>) {
    for (pool, facts) in stack.pools.iter().enumerate() {
        let Some(setting) = stack.setting(pool, id::LISTEN_MODE) else { continue };
        let Some(octal) = setting.value.known().filter(|text| text.iter().all(u8::is_ascii_digit)) else { continue };
        if !stack.is_unix(pool) || mode_bits(octal) & 0o002 == 0 {
            continue;
        }
        let place = setting.place.with(Part::Value);
        // In a container there is nobody else, and most projects run in one.
        let host = &stack.hosts[facts.host];
        let alone = host.profile.container || !host.is_closed(&HostPath::root());
        let severity = if alone { Severity::Info } else { Severity::Warning };
        let bits = mode_bits(octal) & 0o770;
        let tighter = format!("{bits:04o}");
        let finding = findings
            .at(place, format!("every account of the host may connect to the socket of pool {}", facts.name))
            .help(format!(
                "whoever connects runs PHP code as the pool's user; use `listen.mode = {tighter}` \
                 with the web server's group in `listen.group`"
            ))
            .severity(severity)
            .fix(
                format!("Write `{tighter}`"),
                Applicability::Unsafe,
                vec![findings.replacement(place, tighter.clone())],
            )
            .reader(Reader::PhpFpm)
            .host(stack, facts.host);
        findings.push(finding);
    }
}
