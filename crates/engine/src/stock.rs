//! Findings on lines that the distribution or image ships.

use std::path::Path;

use fpmlint_diagnostics::{Applicability, Diagnostic};
use fpmlint_stack::Stack;
use fpmlint_workspace::Files;

/// Marks a finding whose primary line equals what its host's profile ships in a file of that name.
pub(crate) fn mark(stack: &Stack, diagnostic: &mut Diagnostic) {
    let file = stack.files.get(diagnostic.file);
    let Some(name) = Path::new(&file.path).file_name() else { return };
    let line = file.lines().line_content(&file.text, file.lines().line(diagnostic.span.start));
    let line = line.of(&file.text);
    diagnostic.stock = stack
        .hosts
        .iter()
        .filter(|host| host.host_path(diagnostic.file).is_some())
        .any(|host| host.profile.is_stock_line(name.as_encoded_bytes(), line));
}

/// What somebody else ships is not edited: such a fix is shown and not applied.
pub(crate) fn keep(files: &Files, diagnostic: &mut Diagnostic) {
    let Some(fix) = &mut diagnostic.fix else { return };
    if diagnostic.stock || fix.edits.iter().any(|edit| files.get(edit.file).stock) {
        fix.applicability = Applicability::DisplayOnly;
    }
}
