//! Findings as the lines of a `findings` block.
//!
//! In: the findings of a run. Out: a line for each, `PATH:LINE:COL: severity: message`, and below it one for
//! each further place. Lines and columns start at 1, columns are characters.

use fpmlint_diagnostics::{Confidence, Diagnostic};
use fpmlint_text::{Encoding, FileId, Span};

use crate::stack::{Run, TestStack};

/// The lines of all findings.
pub fn show<'a>(stack: &TestStack, run: &Run, found: impl IntoIterator<Item = &'a Diagnostic>) -> String {
    let mut text = String::new();
    for finding in found {
        let place = place(stack, run, finding.file, finding.span);
        text.push_str(&format!("{place}: {}: {}", finding.severity, finding.message));
        if finding.confidence != Confidence::Certain {
            text.push_str(&format!(" ({})", finding.confidence));
        }
        text.push_str(if finding.stock { " [stock]\n" } else { "\n" });
        for label in &finding.related {
            let place = self::place(stack, run, label.file, label.span);
            text.push_str(&format!("  {place}: {}\n", label.message));
        }
    }
    text
}

/// `PATH:LINE:COL`.
pub(crate) fn place(stack: &TestStack, run: &Run, file: FileId, span: Span) -> String {
    let file = run.outcome.files.get(file);
    let position = file.lines().position(&file.text, span.start, Encoding::Utf32);
    format!("{}:{}:{}", stack.name_of(&file.path), position.line + 1, position.column + 1)
}
