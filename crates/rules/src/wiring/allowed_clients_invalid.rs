//! `allowed-clients-invalid`: an entry of `listen.allowed_clients` is no address.

use fpmlint_catalog::php_fpm::id;
use fpmlint_daemons::Part;
use fpmlint_diagnostics::{Group, Level, Reader, RuleMeta, Severity};
use fpmlint_stack::{PoolId, Stack};

use crate::rule::Check;
use crate::words::show;
use crate::{Findings, Rule};

pub static RULE: Rule = Rule {
    meta: RuleMeta {
        name: "allowed-clients-invalid",
        group: Group::Wiring,
        default: Level::On(Severity::Error),
        summary: "an entry of `listen.allowed_clients` is not an IP address",
        page: include_str!("allowed_clients_invalid.md"),
    },
    check: Check::Masters(check),
};

fn check(stack: &Stack, findings: &mut Findings<'_>) {
    for pool in 0..stack.pools.len() {
        if !stack.is_unix(pool) {
            check_pool(stack, pool, findings);
        }
    }
}

fn check_pool(stack: &Stack, pool: PoolId, findings: &mut Findings<'_>) {
    let Some(setting) = stack.setting(pool, id::LISTEN_ALLOWED_CLIENTS) else { return };
    let Some(list) = setting.value.known().filter(|list| !list.is_empty()) else { return };
    let entries: Vec<&[u8]> = list.split(|byte| *byte == b',').collect();
    let (good, bad): (Vec<&[u8]>, Vec<&[u8]>) = entries.into_iter().partition(|entry| is_address(entry));
    let Some(first) = bad.first() else { return };
    let name = &stack.pools[pool].name;
    let what = why(first);
    let effect = if good.is_empty() {
        "no entry is valid, so php-fpm drops every connection and every PHP request answers 502 or 503"
    } else {
        "php-fpm logs \"Wrong IP address\" in each child and goes on without this entry, so that client is dropped"
    };
    let finding = findings
        .at(
            setting.place.with(Part::Value),
            format!("`{}` in `listen.allowed_clients` of pool {name} is {what}", show(first)),
        )
        .help(format!("{effect}; write IP addresses, separated by commas without blanks"))
        .reader(Reader::PhpFpm)
        .host(stack, stack.pools[pool].host);
    findings.push(finding);
}

fn is_address(entry: &[u8]) -> bool {
    std::str::from_utf8(entry).is_ok_and(|entry| entry.parse::<std::net::IpAddr>().is_ok())
}

fn why(entry: &[u8]) -> &'static str {
    let trimmed = entry.trim_ascii();
    if trimmed.is_empty() {
        "an empty entry"
    } else if trimmed.len() < entry.len() && is_address(trimmed) {
        "an address with a blank beside it, which php-fpm does not read"
    } else if trimmed.contains(&b'/') {
        "a network, and php-fpm knows single addresses only"
    } else if trimmed == b"any" {
        "no address: the word has no meaning for php-fpm"
    } else {
        "not an IP address, and php-fpm looks no names up"
    }
}
