//! `display-errors-on`: visitors see PHP's error messages.

use std::path::Path;

use fpmlint_daemons::Place;
use fpmlint_daemons::php_ini::boolean;
use fpmlint_diagnostics::{Confidence, Group, Level, RuleMeta, Severity};
use fpmlint_stack::{PoolId, Stack};

use crate::ini::{InForce, in_force};
use crate::rule::Check;
use crate::{Findings, Rule};

pub static RULE: Rule = Rule {
    meta: RuleMeta {
        name: "display-errors-on",
        group: Group::Security,
        default: Level::On(Severity::Warning),
        summary: "visitors see PHP's error messages",
        page: include_str!("display_errors_on.md"),
    },
    check: Check::Pool(check),
};

fn check(stack: &Stack, pool: PoolId, findings: &mut Findings<'_>) {
    let Some(set) = in_force(stack, pool, b"display_errors").filter(is_shown) else { return };
    let facts = &stack.pools[pool];
    if is_for_developers(stack, pool, set.place) {
        return;
    }
    // A project's files are often those of a developer's own machine.
    let is_machine = stack.hosts[facts.host].is_machine();
    let finding = findings
        .at(set.place, "`display_errors` is on: visitors see PHP's error messages")
        .help(
            "they hold paths, SQL and sometimes passwords; write `display_errors = Off` and `log_errors = On`, \
             and read the messages in the log",
        )
        .confidence(if is_machine { Confidence::Certain } else { Confidence::Possible })
        .reader(set.reader)
        .host(stack, facts.host);
    findings.push(finding);
}

/// `on`, or `stdout`; `stderr` sends messages elsewhere.
fn is_shown(set: &InForce<'_>) -> bool {
    set.value.known().is_some_and(|text| boolean(text) || text.eq_ignore_ascii_case(b"stdout"))
}

/// Whether the file's path, or Xdebug, says that developers use the pool.
fn is_for_developers(stack: &Stack, pool: PoolId, place: Place) -> bool {
    const WORDS: [&str; 6] = ["dev", "develop", "development", "local", "test", "testing"];
    let path = &stack.files.get(place.file).path;
    let says = |text: &str| {
        let text = text.to_ascii_lowercase();
        text.split(|letter: char| !letter.is_ascii_alphabetic()).any(|word| WORDS.contains(&word))
    };
    let named = last_parts(path).any(|part| says(&part.to_string_lossy()));
    let ini = stack.masters[stack.pools[pool].master].ini.as_ref();
    let debugs = ini.is_some_and(|ini| {
        let loads = |value: &[u8]| value.windows(6).any(|part| part == b"xdebug");
        ini.extensions().any(|extension| extension.value.known().is_some_and(loads))
            || ini.settings.iter().any(|setting| setting.name.starts_with(b"xdebug."))
    });
    named || debugs
}

/// The file's name and the folders near it, without those of the system, such as `/usr/local`.
fn last_parts(path: &Path) -> impl Iterator<Item = &std::ffi::OsStr> {
    let is_system = |path: &Path| path.starts_with("/usr/local");
    let parts = path.iter().rev().take(3);
    parts.filter(move |part| !(is_system(path) && *part == "local"))
}
