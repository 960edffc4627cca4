//! `ini-overridden-later`: of two settings of one name the later counts.

use fpmlint_daemons::php_ini::IniSetting;
use fpmlint_diagnostics::{Group, Level, Reader, RuleMeta, Severity};
use fpmlint_stack::Stack;
use rustc_hash::FxHashMap;

use crate::ini::{plain, sources};
use crate::rule::Check;
use crate::words::show;
use crate::{Findings, Rule};

pub static RULE: Rule = Rule {
    meta: RuleMeta {
        name: "ini-overridden-later",
        group: Group::Ignored,
        default: Level::On(Severity::Info),
        summary: "a later ini file sets the same to another value",
        page: include_str!("ini_overridden_later.md"),
    },
    check: Check::Masters(check),
};

fn check(stack: &Stack, findings: &mut Findings<'_>) {
    for source in sources(stack) {
        let mut last: FxHashMap<&[u8], &IniSetting> = FxHashMap::default();
        for later in plain(source.ini) {
            let Some(earlier) = last.insert(&later.name, later) else { continue };
            let (Some(before), Some(after)) = (earlier.value.known(), later.value.known()) else { continue };
            if before == after {
                continue;
            }
            let name = show(&later.name);
            let finding = findings
                .at(earlier.place, format!("`{name}` is set again later, to `{}`: this line has no effect", show(after)))
                .help("PHP reads php.ini first and then the files of its scan folder by name; the last value counts")
                .label(stack, later.place, "this value counts")
                .reader(Reader::PhpIni)
                .host(stack, source.host);
            findings.push(finding);
        }
    }
}
