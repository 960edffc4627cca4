//! The rule whose page is run.

use fpmlint_diagnostics::{Diagnostic, Group, RuleMeta};
use fpmlint_engine::Selector;

use crate::stack::{Run, TestStack};

/// A rule, and what must run so that it can find something.
#[derive(Clone, Debug)]
pub(crate) struct RuleUnderTest {
    name: &'static str,
    select: Vec<Selector>,
}

impl RuleUnderTest {
    /// The rule alone; a rule about suppressions with all rules, as it has something to say only about rules
    /// that ran.
    pub fn new(rule: &'static RuleMeta) -> RuleUnderTest {
        let alone = rule.group != Group::Suppression;
        let select = if alone { vec![Selector::Rule(rule.name)] } else { Vec::new() };
        RuleUnderTest { name: rule.name, select }
    }

    /// Runs it.
    ///
    /// # Errors
    /// What fpmlint could not do.
    pub fn run(&self, stack: &TestStack) -> Result<Run, String> {
        stack.run(&self.select)
    }

    /// Whether a finding is its own.
    pub fn owns(&self, finding: &Diagnostic) -> bool {
        finding.rule.name == self.name
    }

    /// Its own findings of a run.
    pub fn own(&self, run: &Run) -> Vec<Diagnostic> {
        run.outcome.diagnostics.iter().filter(|found| self.owns(found)).cloned().collect()
    }
}
