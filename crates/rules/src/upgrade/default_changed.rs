//! `default-changed`: a setting works no longer, because another's default has changed in the target version.

use fpmlint_catalog::Version;
use fpmlint_daemons::Part;
use fpmlint_daemons::php_ini::quantity;
use fpmlint_diagnostics::{Applicability, Group, Level, Reader, RuleMeta, Severity};
use fpmlint_stack::Stack;

use crate::ini::sources;
use crate::rule::Check;
use crate::words::show;
use crate::{Findings, Rule};

pub static RULE: Rule = Rule {
    meta: RuleMeta {
        name: "default-changed",
        group: Group::Upgrade,
        default: Level::On(Severity::Info),
        summary: "a setting rests on a default that the target version has changed",
        page: include_str!("default_changed.md"),
    },
    check: Check::Masters(check),
};

/// The release that switched the JIT compiler off by default.
const JIT_IS_OFF: Version = Version::new(8, 4, 0);

fn check(stack: &Stack, findings: &mut Findings<'_>) {
    for source in sources(stack).filter(|source| !source.ini.per_folder && source.ini.complete) {
        let is_newer = source.version.is_some_and(|version| version >= JIT_IS_OFF);
        if !is_newer || source.ini.effective(b"opcache.jit").is_some() {
            continue;
        }
        let Some(buffer) = source.ini.effective(b"opcache.jit_buffer_size") else { continue };
        let Some(size) = buffer.value.known().filter(|text| quantity(text).value > 0) else { continue };
        let line = "opcache.jit = tracing";
        let finding = findings
            .at(
                buffer.place.with(Part::Head),
                format!("`opcache.jit_buffer_size = {}` no longer switches the JIT compiler on", show(size)),
            )
            .help(format!(
                "PHP {} changed the default of `opcache.jit` from `tracing` to `disable`; write `{line}` to have it as before",
                JIT_IS_OFF.short()
            ))
            .fix(format!("Add `{line}`"), Applicability::Unsafe, vec![findings.line_after(buffer.place, line)])
            .reader(Reader::PhpIni)
            .host(stack, source.host);
        findings.push(finding);
    }
}
