//! `deprecated-directive`: a setting that the target version warns about.

use fpmlint_catalog::php_ini;
use fpmlint_daemons::Part;
use fpmlint_daemons::php_ini::boolean;
use fpmlint_diagnostics::{Group, Level, Reader, RuleMeta, Severity};
use fpmlint_stack::Stack;

use crate::ini::{plain, sources};
use crate::rule::Check;
use crate::{Findings, Rule};

pub static RULE: Rule = Rule {
    meta: RuleMeta {
        name: "deprecated-directive",
        group: Group::Upgrade,
        default: Level::On(Severity::Info),
        summary: "the target version of PHP warns about this setting",
        page: include_str!("deprecated_directive.md"),
    },
    check: Check::Masters(check),
};

fn check(stack: &Stack, findings: &mut Findings<'_>) {
    for source in sources(stack) {
        let Some(version) = source.version else { continue };
        for setting in plain(source.ini) {
            let Some(id) = php_ini::find(&setting.name) else { continue };
            let entry = php_ini::entry(id);
            let Some(since) = entry.deprecated.filter(|since| *since <= version) else { continue };
            // PHP warns about a value that differs from the default; one that says the same is in nobody's way.
            let Some(value) = setting.value.known().filter(|value| !is_default(entry, value)) else { continue };
            if entry.is_in(version) == Some(false) || value.is_empty() {
                continue;
            }
            let name = php_ini::name(id);
            let finding = findings
                .at(setting.place.with(Part::Head), format!("`{name}` is deprecated since PHP {}", since.short()))
                .help("PHP still reads it, warns at start, and will lose it in a later release")
                .reader(Reader::PhpIni)
                .host(stack, source.host);
            findings.push(finding);
        }
    }
}

fn is_default(entry: &php_ini::Directive, value: &[u8]) -> bool {
    let Some(default) = entry.default.value() else { return false };
    match entry.value {
        php_ini::ValueType::Boolean => boolean(default.as_bytes()) == boolean(value),
        _ => default.as_bytes() == value,
    }
}
