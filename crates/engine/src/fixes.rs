//! Applies fixes.
//!
//! In: the findings of a run. Out: new contents of files. Invariant: edits of one fix are applied together or not at
//! all, edits that overlap an earlier one wait for the next run, and a stock file is never edited.

use std::collections::BTreeMap;
use std::sync::Arc;

use fpmlint_diagnostics::{Applicability, Diagnostic, Edit};
use fpmlint_text::FileId;
use fpmlint_workspace::Files;

/// A file and what it becomes.
#[derive(Clone, Debug)]
pub struct FixedFile {
    /// The file.
    pub file: FileId,
    /// Its bytes before.
    pub before: Arc<[u8]>,
    /// Its bytes after.
    pub after: Vec<u8>,
}

/// The result of applying fixes once.
#[derive(Clone, Debug, Default)]
pub struct Applied {
    /// The files that change.
    pub files: Vec<FixedFile>,
    /// How many fixes were applied.
    pub fixes: usize,
}

/// Applies the fixes of `diagnostics`, unsafe ones only with `allow_unsafe`.
pub fn apply(files: &Files, diagnostics: &[Diagnostic], allow_unsafe: bool) -> Applied {
    let (taken, chosen) = chosen_edits(files, diagnostics, allow_unsafe);
    let files = chosen.into_iter().map(|(file, edits)| edited(files, file, edits)).collect();
    Applied { files, fixes: taken.len() }
}

/// The fixes that [`apply`] would apply: the numbers of their findings, and the edits of each file in file order.
pub fn chosen_edits(
    files: &Files,
    diagnostics: &[Diagnostic],
    allow_unsafe: bool,
) -> (Vec<usize>, BTreeMap<FileId, Vec<Edit>>) {
    let mut chosen: BTreeMap<FileId, Vec<Edit>> = BTreeMap::new();
    let mut taken = Vec::new();
    for (index, diagnostic) in diagnostics.iter().enumerate() {
        let Some(fix) = &diagnostic.fix else { continue };
        let applies = match fix.applicability {
            Applicability::Safe => true,
            Applicability::Unsafe => allow_unsafe,
            Applicability::DisplayOnly => false,
        };
        let free =
            fix.edits.iter().all(|edit| chosen.get(&edit.file).is_none_or(|edits| is_free(edits, edit)));
        let shipped = diagnostic.stock || fix.edits.iter().any(|edit| files.get(edit.file).stock);
        if !applies || shipped || fix.edits.is_empty() || !free {
            continue;
        }
        for edit in &fix.edits {
            chosen.entry(edit.file).or_default().push(edit.clone());
        }
        taken.push(index);
    }
    chosen.values_mut().for_each(|edits| edits.sort_by_key(|edit| edit.span));
    (taken, chosen)
}

/// Whether an edit keeps clear of those already chosen. Two insertions at one place would have no order.
fn is_free(edits: &[Edit], edit: &Edit) -> bool {
    edits.iter().all(|other| {
        let apart = edit.span.end <= other.span.start || other.span.end <= edit.span.start;
        apart && edit.span != other.span
    })
}

fn edited(files: &Files, file: FileId, edits: Vec<Edit>) -> FixedFile {
    let before = Arc::clone(&files.get(file).text);
    let mut after = Vec::with_capacity(before.len());
    let mut done = 0;
    for edit in edits {
        let range = edit.span.range();
        after.extend_from_slice(before.get(done..range.start).unwrap_or_default());
        after.extend_from_slice(edit.text.as_bytes());
        done = range.end;
    }
    after.extend_from_slice(before.get(done..).unwrap_or_default());
    FixedFile { file, before, after }
}
