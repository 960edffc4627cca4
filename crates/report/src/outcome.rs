//! What a report is made of.

use fpmlint_diagnostics::{Applicability, Diagnostic, Severity};
use schemars::JsonSchema;
use serde::Serialize;

use crate::Sources;

/// A fact that could not be had, and on which a rule's answer depends.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, JsonSchema)]
#[schemars(rename = "Unknown")]
pub struct UnknownFact {
    /// The fact: "the user that nginx runs as".
    pub fact: String,
    /// The names of the rules that needed it.
    pub needed_by: Vec<String>,
    /// What would make it known: a sysroot, a profile, a target, a path map.
    pub how: String,
}

/// Something that kept fpmlint from doing its work.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, JsonSchema)]
#[schemars(rename = "Error")]
pub struct RunError {
    /// What went wrong.
    pub message: String,
    /// The file concerned, named as findings name files.
    pub file: Option<String>,
    /// The line concerned, from 1.
    pub line: Option<u32>,
}

/// Everything that one run found.
#[derive(Clone, Copy)]
pub struct Outcome<'a> {
    /// The findings, in the order in which they are to be shown.
    pub diagnostics: &'a [Diagnostic],
    /// The unknown facts that mattered, each once.
    pub unknowns: &'a [UnknownFact],
    /// What kept fpmlint from doing its work.
    pub errors: &'a [RunError],
    /// How many files were checked.
    pub files: usize,
    /// How many findings are not shown because the baseline knows them.
    pub known: usize,
    /// What the baseline knows and the run did not find any more, a line for each.
    pub stale: &'a [String],
    /// The files that the findings speak of.
    pub sources: &'a dyn Sources,
}

impl Outcome<'_> {
    /// Counts the findings.
    pub fn counts(&self) -> Counts {
        let mut counts = Counts::default();
        for diagnostic in self.diagnostics {
            match diagnostic.severity {
                Severity::Error => counts.errors += 1,
                Severity::Warning => counts.warnings += 1,
                Severity::Info => counts.infos += 1,
            }
            let fix = diagnostic.fix.as_ref();
            counts.fixable += usize::from(fix.is_some_and(|fix| fix.applicability == Applicability::Safe));
        }
        counts
    }
}

/// How many findings there are of each severity, and how many a safe fix mends.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct Counts {
    /// Findings of severity error.
    pub errors: usize,
    /// Findings of severity warning.
    pub warnings: usize,
    /// Findings of severity info.
    pub infos: usize,
    /// Findings with a safe fix.
    pub fixable: usize,
}

/// How the human formats look.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct Style {
    /// Whether to write colours (ANSI escape sequences).
    pub color: bool,
    /// Whether frames may use box drawing characters; else they are ASCII.
    pub unicode: bool,
    /// The terminal's width in columns, if there is one. Longer lines of source are cut around the finding.
    pub width: Option<usize>,
}

/// Bytes of a source line that are shown where no width is known.
const WIDE: usize = 240;
/// Columns that the frame with its line numbers takes.
const GUTTER: usize = 10;

impl Style {
    /// How many bytes of a source line are shown before it is cut.
    pub(crate) fn budget(&self) -> usize {
        self.width.map_or(WIDE, |width| width.clamp(60, 1000) - GUTTER)
    }
}
