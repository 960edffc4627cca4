//! `limit-extensions-disabled`: a pool runs any file as PHP.

use fpmlint_catalog::php_fpm::id;
use fpmlint_diagnostics::{Applicability, Group, Level, Reader, RuleMeta, Severity};
use fpmlint_stack::{PoolId, Stack};

use crate::rule::Check;
use crate::{Findings, Rule};

pub static RULE: Rule = Rule {
    meta: RuleMeta {
        name: "limit-extensions-disabled",
        group: Group::Security,
        default: Level::On(Severity::Error),
        summary: "`security.limit_extensions` is empty: the pool runs any file as PHP",
        page: include_str!("limit_extensions_disabled.md"),
    },
    check: Check::Pool(check),
};

fn check(stack: &Stack, pool: PoolId, findings: &mut Findings<'_>) {
    let Some(setting) = stack.setting(pool, id::SECURITY_LIMIT_EXTENSIONS) else { return };
    if setting.value.known() != Some(b"") {
        return;
    }
    let facts = &stack.pools[pool];
    let finding = findings
        .at(setting.place, format!("pool {} runs any file as PHP: `security.limit_extensions` is empty", facts.name))
        .help(
            "an uploaded picture with PHP code in it is run when a request names it as the script, as with \
             `/x.jpg/y.php`; delete the line for the default, `.php .phar`, or list the extensions",
        )
        .fix("Delete the line", Applicability::Unsafe, vec![findings.deletion(setting.place)])
        .reader(Reader::PhpFpm)
        .host(stack, facts.host);
    findings.push(finding);
}
