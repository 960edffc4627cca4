//! Runs the tests of a rule's page.
//!
//! In: a rule and the Markdown of its page. Out: what is not as the page says, and the page as it would be
//! right. Invariant: only the contents of `findings` and `fixed` blocks are ever rewritten.

use std::ops::Range;

use fpmlint_diagnostics::RuleMeta;
use similar::TextDiff;

use crate::fixing::repair;
use crate::fragments::check_alone;
use crate::page::{Block, Page, Section, parse};
use crate::rule::RuleUnderTest;
use crate::show::show;
use crate::stack::TestStack;

/// How a page fared.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct Verdict {
    /// What rewriting the page would not mend, each with its section.
    pub faults: Vec<String>,
    /// Blocks that say something else than what was found, each with its section and a unified diff.
    pub differences: Vec<String>,
    /// The page with these blocks rewritten; none where they are all right.
    pub updated: Option<String>,
}

/// Runs all tests of a page.
pub fn run_page(rule: &'static RuleMeta, text: &str) -> Verdict {
    let page = match parse(text) {
        Ok(page) => page,
        Err(error) => {
            return Verdict { faults: vec![format!("{}: {error}", rule.name)], ..Verdict::default() };
        }
    };
    let mut runner =
        Runner { rule: RuleUnderTest::new(rule), verdict: Verdict::default(), edits: Vec::new() };
    let mut has = (false, false);
    for section in &page.sections {
        let title = format!("{}, section `{}`", rule.name, section.title);
        match runner.section(&title, section) {
            Ok(true) => has.0 = true,
            Ok(false) => has.1 = true,
            Err(error) => runner.verdict.faults.push(format!("{title}: {error}")),
        }
    }
    runner.shape(rule, &page, has);
    runner.finish(text)
}

struct Runner {
    rule: RuleUnderTest,
    verdict: Verdict,
    /// New contents for places of the page, in order.
    edits: Vec<(Range<usize>, String)>,
}

impl Runner {
    /// Runs one section; whether anything was found.
    fn section(&mut self, title: &str, section: &Section<'_>) -> Result<bool, String> {
        let stack = TestStack::new(section.host.clone(), &section.files);
        let run = self.rule.run(&stack)?;
        let found = self.rule.own(&run);
        self.compare(title, "findings", &section.findings, show(&stack, &run, &found));
        for allow_unsafe in [false, true] {
            let repaired = repair(&stack, &self.rule, allow_unsafe, &run)?;
            self.fault(title, repaired.broken);
            if allow_unsafe {
                self.fixed(title, section, &stack, &repaired.stack);
            }
        }
        self.fault(title, check_alone(&stack)?);
        Ok(!found.is_empty())
    }

    /// Compares the `fixed` blocks. With any, each file that changes must have one.
    fn fixed(&mut self, title: &str, section: &Section<'_>, before: &TestStack, after: &TestStack) {
        for (path, block) in &section.fixed {
            let Some(text) = after.files.get(*path) else { continue };
            let text = String::from_utf8_lossy(text);
            self.compare(title, &format!("fixed {path}"), block, text.into_owned());
        }
        if section.fixed.is_empty() {
            return;
        }
        let silent = after.files.iter().filter(|(path, text)| {
            before.files.get(*path) != Some(text) && section.fixed.iter().all(|(known, _)| known != path)
        });
        let silent =
            silent.map(|(path, _)| format!("the fixes change {path} too, and it has no `fixed` block"));
        self.fault(title, silent.collect());
    }

    fn fault(&mut self, title: &str, faults: Vec<String>) {
        self.verdict.faults.extend(faults.into_iter().map(|fault| format!("{title}: {fault}")));
    }

    fn compare(&mut self, title: &str, name: &str, block: &Block<'_>, mut found: String) {
        // A block cannot end without a line end.
        if !found.is_empty() && !found.ends_with('\n') {
            found.push('\n');
        }
        if found == block.text {
            return;
        }
        let diff = TextDiff::from_lines(block.text, &found);
        let diff = diff.unified_diff().header("expected", "found").to_string();
        self.verdict.differences.push(format!("{title}: {name}\n{diff}"));
        self.edits.push((block.place.clone(), found));
    }

    /// What every page must have.
    fn shape(&mut self, rule: &RuleMeta, page: &Page<'_>, (bad, good): (bool, bool)) {
        let name = rule.name;
        if page.title != name {
            self.verdict.faults.push(format!("{name}: the page is called `{}`", page.title));
        }
        if !bad {
            self.verdict.faults.push(format!("{name}: no section has a finding"));
        }
        if !good {
            self.verdict.faults.push(format!("{name}: no section is without findings"));
        }
    }

    fn finish(mut self, text: &str) -> Verdict {
        if self.edits.is_empty() {
            return self.verdict;
        }
        self.edits.sort_by_key(|(place, _)| place.start);
        let mut updated = String::with_capacity(text.len());
        let mut done = 0;
        for (place, new) in self.edits {
            updated.push_str(text.get(done..place.start).unwrap_or_default());
            updated.push_str(&new);
            done = place.end;
        }
        updated.push_str(text.get(done..).unwrap_or_default());
        self.verdict.updated = Some(updated);
        self.verdict
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = "## Good\n\n```ini title=\"/etc/php-fpm.conf\"\n[www]\nuser = root1\nlisten = 9000\n\
                        pm = static\npm.max_children = 1\n```\n\n```findings\n```\n";

    fn run(name: &str, sections: &str) -> (String, Verdict) {
        let rule = fpmlint_rules::find(name).unwrap();
        let text = format!("# {name}\n\n{sections}");
        let verdict = run_page(&rule.meta, &text);
        (text, verdict)
    }

    fn bad(findings: &str, fixed: &str) -> String {
        format!(
            "## Bad\n\n```host\nprofile = \"rocky-9\"\n```\n\n```ini title=\"/etc/php-fpm.conf\"\n[www]\n\
             user = apache\nlisten = 9000\nlisten.mode = 0660\npm = static\npm.max_children = 1\n```\n\n\
             ```findings\n{findings}```\n\n```fixed title=\"/etc/php-fpm.conf\"\n{fixed}```\n\nThe end.\n\n{GOOD}"
        )
    }

    #[test]
    fn a_wrong_page_is_told_with_a_diff_and_can_be_rewritten() {
        let (_, verdict) = run("socket-mode-on-tcp", &bad("old\n", "old\n"));
        assert_eq!(verdict.faults, Vec::<String>::new());
        let [findings, fixed] = &verdict.differences[..] else { panic!("{verdict:?}") };
        assert!(findings.starts_with("socket-mode-on-tcp, section `Bad`: findings\n"), "{findings}");
        assert!(findings.contains("\n-old\n+/etc/php-fpm.conf:4:1: info: `listen.mode`"), "{findings}");
        assert!(fixed.contains("\n+listen = 9000\n+pm = static\n"), "{fixed}");
        let updated = verdict.updated.unwrap();
        assert!(updated.contains("\n\nThe end.\n\n## Good\n"));
        let again = run_page(&fpmlint_rules::find("socket-mode-on-tcp").unwrap().meta, &updated);
        assert_eq!(again, Verdict::default());
    }

    #[test]
    fn a_page_needs_a_good_and_a_bad_section() {
        let (_, verdict) = run("socket-mode-on-tcp", GOOD);
        assert_eq!(verdict.faults, ["socket-mode-on-tcp: no section has a finding"]);
        let (_, verdict) = run("socket-mode-on-tcp", "");
        assert_eq!(verdict.faults.len(), 2);
    }

    #[test]
    fn a_page_that_cannot_be_read_is_a_fault() {
        let (_, verdict) = run("socket-mode-on-tcp", "```ini\n");
        assert_eq!(verdict.faults, ["socket-mode-on-tcp: line 3: the block never ends"]);
        let (_, verdict) = run("socket-mode-on-tcp", &GOOD.replace("/etc", "etc"));
        assert!(verdict.faults[0].contains("not absolute"), "{verdict:?}");
    }
}
