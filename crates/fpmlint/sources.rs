//! The files of a run as reports show them.

use std::collections::HashMap;
use std::path::Path;

use fpmlint_diagnostics::Diagnostic;
use fpmlint_engine::shown_path;
use fpmlint_report::{Source, Sources};
use fpmlint_text::FileId;
use fpmlint_workspace::Files;

/// The files that findings speak of, by their shown names.
pub struct ShownFiles {
    sources: HashMap<FileId, Source>,
    nothing: Source,
}

impl ShownFiles {
    /// The files of `diagnostics`, named relative to `current_dir`.
    pub fn new(files: &Files, diagnostics: &[Diagnostic], current_dir: &Path) -> ShownFiles {
        let mut sources = HashMap::new();
        let mut add = |file: FileId| {
            sources.entry(file).or_insert_with(|| {
                let file = files.get(file);
                Source::new(shown_path(&file.path, current_dir), file.text.clone())
            });
        };
        for diagnostic in diagnostics {
            add(diagnostic.file);
            diagnostic.related.iter().for_each(|label| add(label.file));
            let daemon_file = diagnostic.daemon.as_ref().and_then(|daemon| daemon.file);
            daemon_file.into_iter().for_each(&mut add);
            let edits = diagnostic.fix.iter().flat_map(|fix| &fix.edits);
            edits.for_each(|edit| add(edit.file));
        }
        ShownFiles { sources, nothing: Source::new("", &b""[..]) }
    }
}

impl Sources for ShownFiles {
    fn source(&self, file: FileId) -> &Source {
        self.sources.get(&file).unwrap_or(&self.nothing)
    }
}
