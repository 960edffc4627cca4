//! Whether the fixes of a rule hold what they promise.
//!
//! In: a stack and its findings. Out: the stack after the fixes, and every promise that was broken: a fixed
//! finding is gone, no new error is found, and applying fixes again changes nothing. An unsafe fix may
//! uncover what a refusal hid, so that after it only the daemons' own refusals count as errors.

use std::collections::BTreeMap;
use std::sync::Arc;

use fpmlint_diagnostics::{Applicability, Diagnostic, Group, Severity};
use fpmlint_engine::{Applied, apply};
use fpmlint_workspace::Files;

use crate::rule::RuleUnderTest;
use crate::stack::{Run, TestStack};

/// Fixes that overlap wait for the next round; more rounds than this mean that they never end.
const MAX_ROUNDS: usize = 8;

/// A stack after its fixes.
#[derive(Debug)]
pub(crate) struct Repaired {
    /// The stack.
    pub stack: TestStack,
    /// The promises that were broken.
    pub broken: Vec<String>,
}

/// Applies the fixes of a rule until none is left. `first` is a run over the stack as it is.
///
/// # Errors
/// What fpmlint could not do.
pub(crate) fn repair(
    stack: &TestStack,
    rule: &RuleUnderTest,
    allow_unsafe: bool,
    first: &Run,
) -> Result<Repaired, String> {
    let mut repaired = Repaired { stack: stack.clone(), broken: Vec::new() };
    let findings = rule.own(first);
    let fixable = fixable(&findings, allow_unsafe);
    if fixable.is_empty() {
        return Ok(repaired);
    }
    let most = limits(stack, first, &findings, &fixable);
    let errors_before = errors(stack, &stack.run(&[])?, allow_unsafe);
    repaired.broken.extend(settle(&mut repaired.stack, rule, allow_unsafe, first)?);
    let stack = &repaired.stack;
    let after = stack.run(&[])?;
    for (finding, count) in count(stack, &after, &rule.own(&after)) {
        if most.get(&finding).is_some_and(|most| count > *most) {
            repaired.broken.push(format!("the finding is still there: {}", finding.2));
        }
    }
    for ((rule, file, message), count) in errors(stack, &after, allow_unsafe) {
        let key = (rule, file, message);
        if errors_before.get(&key).is_none_or(|before| count > *before) {
            let (rule, file, message) = key;
            repaired.broken.push(format!("a new error of {rule} in {file}: {message}"));
        }
    }
    let which = if allow_unsafe { "all fixes" } else { "the safe fixes" };
    for line in &mut repaired.broken {
        line.insert_str(0, &format!("{which}: "));
    }
    Ok(repaired)
}

/// Applies fixes until none is left; the promise that was broken on the way.
fn settle(
    stack: &mut TestStack,
    rule: &RuleUnderTest,
    allow_unsafe: bool,
    first: &Run,
) -> Result<Option<String>, String> {
    let mut again = None;
    let mut findings = rule.own(first);
    let mut files = Arc::clone(&first.outcome.files);
    for _ in 0..MAX_ROUNDS {
        let wanted = fixable(&findings, allow_unsafe).len();
        if wanted == 0 {
            return Ok(again);
        }
        let applied = apply(&files, &findings, allow_unsafe);
        if !change(stack, &files, &applied)? {
            return Ok(Some("a fix changes nothing".to_owned()));
        }
        let run = rule.run(stack)?;
        findings = rule.own(&run);
        files = Arc::clone(&run.outcome.files);
        // Fixes that overlapped others were left for another round; without any, this one must be the last.
        if applied.fixes == wanted && !fixable(&findings, allow_unsafe).is_empty() {
            again = Some("applying them a second time changes the files again".to_owned());
        }
    }
    Ok(Some(format!("there is still something to fix after {MAX_ROUNDS} rounds")))
}

/// The findings with a fix that may be applied.
fn fixable(findings: &[Diagnostic], allow_unsafe: bool) -> Vec<&Diagnostic> {
    let applies = |applicability| match applicability {
        Applicability::Safe => true,
        Applicability::Unsafe => allow_unsafe,
        Applicability::DisplayOnly => false,
    };
    let fixable = |found: &&Diagnostic| found.fix.as_ref().is_some_and(|fix| applies(fix.applicability));
    findings.iter().filter(|found| !found.stock).filter(fixable).collect()
}

/// Rule, file and message. The place moves when lines go.
type Key = (&'static str, String, String);

fn count<'a>(
    stack: &TestStack,
    run: &Run,
    found: impl IntoIterator<Item = &'a Diagnostic>,
) -> BTreeMap<Key, usize> {
    let mut counts = BTreeMap::new();
    for found in found {
        let file = stack.name_of(&run.outcome.files.get(found.file).path);
        *counts.entry((found.rule.name, file, found.message.clone())).or_default() += 1;
    }
    counts
}

fn errors(stack: &TestStack, run: &Run, only_refusals: bool) -> BTreeMap<Key, usize> {
    let counts = |found: &&Diagnostic| {
        found.severity == Severity::Error && (!only_refusals || found.rule.group == Group::Startup)
    };
    count(stack, run, run.outcome.diagnostics.iter().filter(counts))
}

/// How many findings of each kind that was fixed may be left.
fn limits(stack: &TestStack, run: &Run, all: &[Diagnostic], fixed: &[&Diagnostic]) -> BTreeMap<Key, usize> {
    let all = count(stack, run, all);
    let fixed = count(stack, run, fixed.iter().copied());
    fixed
        .into_iter()
        .map(|(key, count)| {
            let all = all.get(&key).copied().unwrap_or_default();
            (key, all.saturating_sub(count))
        })
        .collect()
}

/// Puts the fixed files into the stack; whether any byte changed.
fn change(stack: &mut TestStack, files: &Files, applied: &Applied) -> Result<bool, String> {
    let mut changed = false;
    for fixed in &applied.files {
        let name = stack.name_of(&files.get(fixed.file).path);
        let file = stack
            .files
            .get_mut(&name)
            .ok_or_else(|| format!("a fix changes {name}, which the test lacks"))?;
        changed |= *file != fixed.after;
        file.clone_from(&fixed.after);
    }
    Ok(changed)
}

#[cfg(test)]
mod tests {
    use fpmlint_diagnostics::{Edit, Fix};
    use fpmlint_text::Span;

    use super::*;
    use crate::host::HostOptions;

    const POOL: &str =
        "[www]\nuser = apache\nlisten = 9000\nlisten.mode = 0660\npm = static\npm.max_children = 1\n";

    /// Repairs a pool whose first fix writes `text` over `listen.mode = 0660`, instead of deleting the line.
    fn repaired(text: Option<&str>) -> Repaired {
        let host = HostOptions { profile: Some("rocky-9".to_owned()), ..HostOptions::default() };
        let stack = TestStack::new(host, &[("/etc/php-fpm.conf", POOL)]);
        let rule = RuleUnderTest::new(&fpmlint_rules::find("socket-mode-on-tcp").unwrap().meta);
        let mut run = rule.run(&stack).unwrap();
        let [finding] = &mut run.outcome.diagnostics[..] else { panic!("{run:?}") };
        if let Some(text) = text {
            let old = "listen.mode = 0660";
            let start = POOL.find(old).unwrap() as u32;
            let span = Span::new(start, start + old.len() as u32);
            let edits = vec![Edit { file: finding.file, span, text: text.to_owned() }];
            finding.fix = Some(Fix { title: "Write".to_owned(), applicability: Applicability::Safe, edits });
        }
        repair(&stack, &rule, false, &run).unwrap()
    }

    #[test]
    fn a_good_fix_breaks_nothing() {
        let repaired = repaired(None);
        assert_eq!(repaired.broken, Vec::<String>::new());
        assert_eq!(
            repaired.stack.files["/etc/php-fpm.conf"],
            POOL.replace("listen.mode = 0660\n", "").into_bytes()
        );
    }

    #[test]
    fn a_fix_that_leaves_its_finding_is_told() {
        let broken = repaired(Some("listen.mode = 0600")).broken;
        assert_eq!(broken, ["the safe fixes: applying them a second time changes the files again"]);
    }

    #[test]
    fn a_fix_that_writes_what_was_there_is_told() {
        let broken = repaired(Some("listen.mode = 0660")).broken;
        assert_eq!(broken[0], "the safe fixes: a fix changes nothing");
        assert!(broken[1].starts_with("the safe fixes: the finding is still there: "), "{broken:?}");
    }

    #[test]
    fn a_fix_that_brings_an_error_is_told() {
        let broken = repaired(Some("no.such.setting = 1")).broken;
        assert!(broken.iter().any(|line| line.starts_with("the safe fixes: a new error of ")), "{broken:?}");
    }
}
