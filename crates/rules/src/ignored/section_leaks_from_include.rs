//! `section-leaks-from-include`: a section outlives the file that opened it.

use fpmlint_catalog::php_fpm;
use fpmlint_daemons::php_fpm::Include;
use fpmlint_diagnostics::{Group, Level, Reader, RuleMeta, Severity};
use fpmlint_stack::{PoolId, Stack};

use crate::rule::Check;
use crate::{Findings, Rule};

pub static RULE: Rule = Rule {
    meta: RuleMeta {
        name: "section-leaks-from-include",
        group: Group::Ignored,
        default: Level::On(Severity::Warning),
        summary: "a line behind an `include` falls into the section that the included files opened last",
        page: include_str!("section_leaks_from_include.md"),
    },
    check: Check::Pool(check),
};

fn check(stack: &Stack, pool: PoolId, findings: &mut Findings<'_>) {
    let facts = &stack.pools[pool];
    let master = &stack.masters[facts.master].config;
    for setting in stack.pool_config(pool).settings.iter().filter(|setting| setting.leaked) {
        // A file without a header among the included ones is how images let settings be added.
        let place = setting.place;
        let behind = |include: &&Include| {
            include.place.file == place.file && include.place.ordinal < place.ordinal
        };
        let Some(include) = master.includes.iter().rfind(behind) else { continue };
        let name = php_fpm::name(setting.id);
        let mut finding = findings
            .at(place, format!("`{name}` falls into pool {}, which an included file opened last", facts.name))
            .help(
                "php-fpm does not close a section at the end of a file: lines behind an `include` go on with the last section \
                 of the included files. Put a header in front of them, or the `include` at the end",
            )
            .label(stack, include.place, "the files are included here")
            .reader(Reader::PhpFpm)
            .host(stack, facts.host);
        if let Some(header) = setting.section {
            finding = finding.label(stack, header, "the section begins here");
        }
        findings.push(finding);
    }
}
