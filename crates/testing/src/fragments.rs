//! Whether a fragment is never judged as if it were whole.
//!
//! In: a stack. Out: each finding that an included file has when it is checked alone, and lacks, or has
//! milder, when it is checked with everything that belongs to it. Only what the rest of a stack shows can
//! make a finding.

use std::collections::BTreeMap;

use fpmlint_diagnostics::Severity;

use crate::host::HostOptions;
use crate::show::place;
use crate::stack::{Run, TestStack};

/// Checks every included file alone. A stack with settings is left out: they may give the same file another
/// severity in another place.
///
/// # Errors
/// What fpmlint could not do.
pub(crate) fn check_alone(stack: &TestStack) -> Result<Vec<String>, String> {
    if stack.host.settings.is_some() {
        return Ok(Vec::new());
    }
    let whole = stack.run(&[])?;
    let known = findings(stack, &whole);
    let mut wrong = Vec::new();
    for name in included(stack, &whole) {
        let Some(text) = stack.files.get(&name) else { continue };
        let alone = alone(stack, &name, text);
        let run = alone.run(&[])?;
        let prefix = if stack.host.view { "" } else { "/" };
        for ((rule, place, message), severity) in more(&known, findings(&alone, &run), prefix) {
            wrong.push(format!("alone, {name} has more findings: {place}: {severity}: {message} ({rule})"));
        }
    }
    Ok(wrong)
}

/// The files that are no main files. In a project they may be fragments already; then they are checked with less
/// around them.
fn included(stack: &TestStack, run: &Run) -> Vec<String> {
    let project = &run.project;
    let is_main = |file| project.loaded.roots.iter().any(|root| root.main == file);
    let included = project.read.iter().map(|(file, _)| *file).filter(|file| !is_main(*file));
    included.map(|file| stack.name_of(&project.files.get(file).path)).collect()
}

/// A project that holds one file.
fn alone(stack: &TestStack, name: &str, text: &[u8]) -> TestStack {
    let host = HostOptions {
        profile: stack.host.profile.clone(),
        target: stack.host.target.clone(),
        view: true,
        ..HostOptions::default()
    };
    let name = name.trim_start_matches('/').to_owned();
    TestStack { host, files: BTreeMap::from([(name, text.to_vec())]) }
}

/// Rule, place and message of each finding, with the worst severity that it has there.
type Found = BTreeMap<(&'static str, String, String), Severity>;

fn findings(stack: &TestStack, run: &Run) -> Found {
    let mut findings = BTreeMap::new();
    for found in &run.outcome.diagnostics {
        let key = (found.rule.name, place(stack, run, found.file, found.span), found.message.clone());
        let severity = findings.entry(key).or_insert(found.severity);
        *severity = found.severity.max(*severity);
    }
    findings
}

/// What `alone` has beyond `whole`, or has worse; `prefix` makes its places those of the whole.
fn more(whole: &Found, alone: Found, prefix: &str) -> Found {
    let named = alone
        .into_iter()
        .map(|((rule, place, message), severity)| ((rule, format!("{prefix}{place}"), message), severity));
    named.filter(|(key, severity)| whole.get(key).is_none_or(|whole| whole < severity)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(place: &str, severity: Severity) -> Found {
        Found::from([(("rule", place.to_owned(), "message".to_owned()), severity)])
    }

    #[test]
    fn only_what_is_new_or_worse_is_more() {
        let whole = found("/a:1:1", Severity::Warning);
        assert!(more(&whole, found("a:1:1", Severity::Warning), "/").is_empty());
        assert!(more(&whole, found("a:1:1", Severity::Info), "/").is_empty());
        assert_eq!(more(&whole, found("a:1:1", Severity::Error), "/"), found("/a:1:1", Severity::Error));
        assert_eq!(more(&whole, found("a:2:1", Severity::Info), "/"), found("/a:2:1", Severity::Info));
    }

    #[test]
    fn what_main_files_include_is_checked() {
        let main = "[global]\ninclude=/etc/php-fpm.d/*.conf\n";
        let pool = "[www]\nuser = apache\nlisten = 9000\npm = static\npm.max_children = 1\n";
        let host = HostOptions { profile: Some("rocky-9".to_owned()), ..HostOptions::default() };
        let stack = TestStack::new(host, &[("/etc/php-fpm.conf", main), ("/etc/php-fpm.d/www.conf", pool)]);
        assert_eq!(included(&stack, &stack.run(&[]).unwrap()), ["/etc/php-fpm.d/www.conf"]);
        assert_eq!(check_alone(&stack).unwrap(), Vec::<String>::new());
    }
}
