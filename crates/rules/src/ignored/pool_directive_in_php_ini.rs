//! `pool-directive-in-php-ini`: a directive of php-fpm's own files in php.ini.

use fpmlint_catalog::{php_fpm, php_ini};
use fpmlint_daemons::Part;
use fpmlint_daemons::php_ini::Scope;
use fpmlint_diagnostics::{Applicability, Group, Level, Reader, RuleMeta, Severity};
use fpmlint_stack::Stack;

use crate::ini::sources;
use crate::rule::Check;
use crate::words::show;
use crate::{Findings, Rule};

pub static RULE: Rule = Rule {
    meta: RuleMeta {
        name: "pool-directive-in-php-ini",
        group: Group::Ignored,
        default: Level::On(Severity::Warning),
        summary: "a directive of php-fpm stands in php.ini",
        page: include_str!("pool_directive_in_php_ini.md"),
    },
    check: Check::Masters(check),
};

fn check(stack: &Stack, findings: &mut Findings<'_>) {
    for source in sources(stack) {
        for setting in source.ini.settings.iter().filter(|setting| setting.scope == Scope::All) {
            let is_fpm = php_fpm::find(&setting.name).is_some() && php_ini::find(&setting.name).is_none();
            // Words as short as `user` may belong to anything.
            if !is_fpm || !setting.name.iter().any(|byte| b"._".contains(byte)) {
                continue;
            }
            let name = show(&setting.name);
            let finding = findings
                .at(setting.place.with(Part::Head), format!("`{name}` does nothing in php.ini: it is a directive of php-fpm"))
                .help("PHP takes the line for a setting that nobody asks for; write it into the pool's file")
                .fix(format!("Delete `{name}`"), Applicability::Unsafe, vec![findings.deletion(setting.place)])
                .reader(Reader::PhpIni)
                .host(stack, source.host);
            findings.push(finding);
        }
    }
}
