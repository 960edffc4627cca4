//! `removed-ini-setting`: a setting that the target version has no longer.

use fpmlint_catalog::{Version, php_ini};
use fpmlint_daemons::{Part, Place};
use fpmlint_diagnostics::{Applicability, Group, Level, Reader, RuleMeta, Severity};
use fpmlint_stack::Stack;

use crate::ini::{of_pool, plain, sources};
use crate::rule::Check;
use crate::{Findings, Rule};

pub static RULE: Rule = Rule {
    meta: RuleMeta {
        name: "removed-ini-setting",
        group: Group::Upgrade,
        default: Level::On(Severity::Info),
        summary: "the target version of PHP no longer has this setting",
        page: include_str!("removed_ini_setting.md"),
    },
    check: Check::Masters(check),
};

fn check(stack: &Stack, findings: &mut Findings<'_>) {
    for source in sources(stack) {
        let Some(version) = source.version else { continue };
        for setting in plain(source.ini) {
            judge(stack, source.host, version, &setting.name, (setting.place, Reader::PhpIni), findings);
        }
    }
    for (pool, facts) in stack.pools.iter().enumerate() {
        let Some(version) = stack.masters[facts.master].config.version else { continue };
        for (name, setting) in of_pool(stack.pool_config(pool)) {
            judge(stack, facts.host, version, name, (setting.place, Reader::PhpFpm), findings);
        }
    }
}

fn judge(
    stack: &Stack,
    host: usize,
    version: Version,
    name: &[u8],
    (place, reader): (Place, Reader),
    findings: &mut Findings<'_>,
) {
    let Some(id) = php_ini::find(name) else { return };
    let entry = php_ini::entry(id);
    if entry.is_in(version) != Some(false) {
        return;
    }
    let Some(removed) = entry.removed.version().filter(|removed| *removed <= version) else { return };
    let name = php_ini::name(id);
    let finding = findings
        .at(place.with(Part::Head), format!("PHP {} has no setting `{name}` any more", removed.short()))
        .help("PHP takes the line without a word, and nothing reads it; delete it")
        .fix(format!("Delete `{name}`"), Applicability::Unsafe, vec![findings.deletion(place)])
        .reader(reader)
        .host(stack, host);
    findings.push(finding);
}
