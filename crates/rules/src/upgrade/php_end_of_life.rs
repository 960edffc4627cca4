//! `php-end-of-life`: the target version of PHP gets no security fixes any more.

use fpmlint_catalog::Version;
use fpmlint_diagnostics::{Group, Level, Reader, RuleMeta, Severity};
use fpmlint_stack::Stack;

use crate::rule::Check;
use crate::{Findings, Rule};

pub static RULE: Rule = Rule {
    meta: RuleMeta {
        name: "php-end-of-life",
        group: Group::Upgrade,
        default: Level::On(Severity::Info),
        summary: "the target version of PHP gets no security fixes any more",
        page: include_str!("php_end_of_life.md"),
    },
    check: Check::Masters(check),
};

/// Series whose support has ended, with the day of its end. Older ones ended before.
const ENDED: [(u16, u16, &str); 3] = [(7, 4, "2022-11-28"), (8, 0, "2023-11-26"), (8, 1, "2025-12-31")];

fn check(stack: &Stack, findings: &mut Findings<'_>) {
    for master in stack.masters.iter().filter(|master| !master.fragment) {
        let config = &master.config;
        let Some(version) = config.version else { continue };
        // Distributions go on mending what PHP's own developers have left.
        if stack.hosts[master.host].profile.backports || version >= Version::new(8, 2, 0) {
            continue;
        }
        let header = config.pools.first().and_then(|pool| pool.headers.first().copied());
        let Some(place) = header.or(config.global.first().map(|setting| setting.place)) else { continue };
        let (major, minor) = (version.major, version.minor);
        let ended = ENDED.iter().find(|(known, series, _)| (*known, *series) == (major, minor));
        let since = ended.map_or("2021-12-06", |(_, _, day)| day);
        let finding = findings
            .at(place, format!("PHP {major}.{minor} gets no security fixes any more"))
            .help(format!(
                "its support ended by {since}; move to a later release, or name the distribution with `--profile` where that \
                 mends it"
            ))
            .reader(Reader::PhpFpm)
            .host(stack, master.host);
        findings.push(finding);
    }
}
