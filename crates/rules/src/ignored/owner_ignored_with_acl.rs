//! `owner-ignored-with-acl`: an ACL makes `listen.owner` and `listen.group` void.

use fpmlint_catalog::php_fpm::id;
use fpmlint_diagnostics::{Applicability, Group, Level, Reader, RuleMeta, Severity};
use fpmlint_stack::Stack;

use crate::rule::Check;
use crate::{Findings, Rule};

pub static RULE: Rule = Rule {
    meta: RuleMeta {
        name: "owner-ignored-with-acl",
        group: Group::Ignored,
        default: Level::On(Severity::Info),
        summary: "`listen.owner` and `listen.group` are ignored beside a socket ACL",
        page: include_str!("owner_ignored_with_acl.md"),
    },
    check: Check::Masters(check),
};

fn check(stack: &Stack, findings: &mut Findings<'_>) {
    for pool in 0..stack.pools.len() {
        let acl = [id::LISTEN_ACL_USERS, id::LISTEN_ACL_GROUPS];
        if acl.iter().all(|id| stack.setting(pool, *id).is_none()) {
            continue;
        }
        let settings = stack.socket_settings(pool);
        if !stack.is_unix(pool) || settings.acl_users.is_empty() && settings.acl_groups.is_empty() {
            continue;
        }
        let acl = acl.into_iter().find_map(|id| stack.setting(pool, id).filter(|it| it.value.known() != Some(b"")));
        for (id, name) in [(id::LISTEN_OWNER, "listen.owner"), (id::LISTEN_GROUP, "listen.group")] {
            let Some(setting) = stack.setting(pool, id) else { continue };
            if setting.value.known() == Some(b"") {
                continue;
            }
            let mut finding = findings
                .at(setting.place, format!("`{name}` is ignored, because pool {} has a socket ACL", stack.pools[pool].name))
                .help("the socket belongs to root:root and the accounts of the ACL may use it; name them all there")
                .fix(format!("Delete `{name}`"), Applicability::Safe, vec![findings.deletion(setting.place)])
                .reader(Reader::PhpFpm)
                .host(stack, stack.pools[pool].host);
            if let Some(acl) = acl {
                finding = finding.label(stack, acl.place, "the ACL");
            }
            findings.push(finding);
        }
    }
}
