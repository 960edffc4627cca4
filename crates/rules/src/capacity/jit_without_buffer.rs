//! `jit-without-buffer`: the JIT compiler is switched on and has no memory.

use fpmlint_catalog::Version;
use fpmlint_daemons::php_ini::{IniSetting, quantity};
use fpmlint_diagnostics::{Applicability, Group, Level, Reader, RuleMeta, Severity};
use fpmlint_stack::Stack;

use crate::ini::sources;
use crate::rule::Check;
use crate::words::show;
use crate::{Findings, Rule};

pub static RULE: Rule = Rule {
    meta: RuleMeta {
        name: "jit-without-buffer",
        group: Group::Capacity,
        default: Level::On(Severity::Warning),
        summary: "`opcache.jit` is on and `opcache.jit_buffer_size` is 0",
        page: include_str!("jit_without_buffer.md"),
    },
    check: Check::Masters(check),
};

fn check(stack: &Stack, findings: &mut Findings<'_>) {
    for source in sources(stack).filter(|source| !source.ini.per_folder) {
        let ini = source.ini;
        let Some(jit) = ini.effective(b"opcache.jit").filter(|jit| is_on(jit)) else { continue };
        let buffer = ini.effective(b"opcache.jit_buffer_size");
        let is_empty = match buffer {
            Some(buffer) => buffer.value.known().is_some_and(|text| quantity(text).value == 0),
            None => ini.complete && source.version.is_some_and(has_none_by_default),
        };
        if !is_empty {
            continue;
        }
        let value = show(jit.value.known().unwrap_or_default());
        let line = "opcache.jit_buffer_size = 64M";
        let mut finding = findings
            .at(jit.place, format!("`opcache.jit = {value}` does nothing: `opcache.jit_buffer_size` is 0"))
            .help(format!("PHP leaves the JIT compiler out without a word; write `{line}`"))
            .reader(Reader::PhpIni)
            .host(stack, source.host);
        finding = match buffer {
            Some(buffer) => finding.label(stack, buffer.place, "no memory for compiled code"),
            None => {
                let edits = vec![findings.line_after(jit.place, line)];
                finding.fix(format!("Add `{line}`"), Applicability::Unsafe, edits)
            }
        };
        findings.push(finding);
    }
}

/// Whether the JIT compiler is asked for. The words that PHP does not know are another rule's.
fn is_on(jit: &IniSetting) -> bool {
    let Some(text) = jit.value.known() else { return false };
    let is_number = !text.is_empty() && text.iter().all(u8::is_ascii_digit);
    // `on` comes as 1.
    text.eq_ignore_ascii_case(b"tracing")
        || text.eq_ignore_ascii_case(b"function")
        || (is_number && text.iter().any(|digit| *digit != b'0'))
}

/// From PHP 8.4 on the default is 64 MB; before 8.0 there is no JIT compiler.
fn has_none_by_default(version: Version) -> bool {
    version >= Version::new(8, 0, 0) && version < Version::new(8, 4, 0)
}
