//! A rule: what is known of it, and how it finds its fault.

use fpmlint_daemons::{Refusal, RefusalKind};
use fpmlint_diagnostics::{Reader, RuleMeta};
use fpmlint_stack::Stack;

use crate::Findings;
use crate::startup::refusal;

/// A rule. There is one static value per rule.
#[derive(Debug)]
pub struct Rule {
    /// Name, group, default and page.
    pub meta: RuleMeta,
    /// How it finds its fault.
    pub(crate) check: Check,
}

/// How a rule finds its fault.
#[derive(Debug)]
pub(crate) enum Check {
    /// It looks at the joined model.
    Stack(fn(&Stack, &mut Findings<'_>)),
    /// It puts words to the readers' refusals of one kind.
    Refusals(RefusalKind, fn(Reader, &Refusal) -> Words),
    /// The engine finds it.
    Engine,
}

/// How a rule words a refusal.
pub(crate) struct Words {
    /// What is wrong, in one line.
    pub message: String,
    /// What to do; what happens is said by the refusal itself.
    pub advice: String,
}

impl Rule {
    /// Reports what the rule finds in a stack.
    pub fn run(&self, stack: &Stack, findings: &mut Findings<'_>) {
        match self.check {
            Check::Stack(check) => check(stack, findings),
            Check::Refusals(kind, words) => refusal::report(stack, findings, kind, words),
            Check::Engine => {}
        }
    }
}

/// Declares the rules of a group, one line each: the module of that name must hold `pub static RULE: Rule`.
macro_rules! rules {
    ($($module:ident),* $(,)?) => {
        $(mod $module;)*

        /// The rules of this group, in the order in which they are listed.
        pub(crate) static RULES: &[&crate::Rule] = &[$(&$module::RULE),*];
    };
}

pub(crate) use rules;
