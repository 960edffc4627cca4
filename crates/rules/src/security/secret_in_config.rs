//! `secret-in-config`: a password stands in a pool's file.

use fpmlint_catalog::php_fpm::id;
use fpmlint_daemons::php_fpm::Setting;
use fpmlint_diagnostics::{Confidence, Group, Level, Reader, RuleMeta, Severity};
use fpmlint_stack::{PoolId, Stack};

use crate::rule::Check;
use crate::words::show;
use crate::{Findings, Rule};

pub static RULE: Rule = Rule {
    meta: RuleMeta {
        name: "secret-in-config",
        group: Group::Security,
        default: Level::On(Severity::Info),
        summary: "a password or key is written into a pool's file",
        page: include_str!("secret_in_config.md"),
    },
    check: Check::Pool(check),
};

/// What a name ends with that is a secret.
const SECRETS: [&str; 7] = ["PASSWORD", "PASSWD", "PASS", "PWD", "SECRET", "TOKEN", "APIKEY"];

/// Ends that say so only behind another word: `PWD` alone is a folder.
const NEEDS_MORE: [&str; 2] = ["PASS", "PWD"];

/// What makes a key a secret one.
const KINDS_OF_KEY: [&str; 7] = ["API", "APP", "AUTH", "ENCRYPTION", "LICENSE", "PRIVATE", "SECRET"];

fn check(stack: &Stack, pool: PoolId, findings: &mut Findings<'_>) {
    let facts = &stack.pools[pool];
    for setting in stack.pool_config(pool).settings.iter().filter(|setting| setting.id == id::ENV) {
        let Some(key) = setting.key.as_deref().filter(|key| is_secret(key)) else { continue };
        if !is_written_out(setting) {
            continue;
        }
        let value = findings.span(setting.value_place());
        let finding = findings
            .at(setting.place, format!("{} is written into the file of pool {}", show(key), facts.name))
            .help(format!(
                "everybody who can read this file or its repository has it, and so has a page that shows `phpinfo()`; keep \
                 it where only root and the service can read it, and hand it on with `env[{0}] = ${0}`",
                show(key)
            ))
            .confidence(Confidence::Likely)
            .secret(value)
            .reader(Reader::PhpFpm)
            .host(stack, facts.host);
        findings.push(finding);
    }
}

fn is_secret(key: &[u8]) -> bool {
    let key = show(key).to_ascii_uppercase();
    let mut words = key.rsplit('_');
    let (last, before) = (words.next().unwrap_or_default(), words.next());
    match last {
        "KEY" => before.is_some_and(|kind| KINDS_OF_KEY.contains(&kind)),
        _ => SECRETS.contains(&last) && (before.is_some() || !NEEDS_MORE.contains(&last)),
    }
}

/// Whether the value is the secret itself: no variable of the environment, no file that holds it, no switch and no place
/// that somebody, or a template engine, fills in later.
fn is_written_out(setting: &Setting) -> bool {
    let Some(text) = setting.value.known() else { return false };
    let is_word = |word: &str| text.eq_ignore_ascii_case(word.as_bytes());
    let is_switch = ["0", "1", "true", "false", "yes", "no", "on", "off", "none", "null"].into_iter().any(is_word);
    let starts: [&[u8]; 7] = [b"$", b"/", b"{{", b"<", b"%", b"@", b"*"];
    let in_capitals = show(text).to_ascii_uppercase();
    let marks = ["YOUR", "CHANGE", "EXAMPLE", "PLACEHOLDER", "XXX"];
    let is_filled_in_later = marks.iter().any(|mark| in_capitals.contains(mark));
    !text.is_empty()
        && !is_switch
        && !is_filled_in_later
        && !starts.iter().any(|start| text.starts_with(start))
}
