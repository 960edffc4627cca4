//! The files of a run as reports show them.

use std::collections::HashMap;
use std::path::Path;

use fpmlint_engine::{Landmarks, Outcome, shown_path};
use fpmlint_report::{Source, Sources};
use fpmlint_text::{FileId, Span};

/// The files that findings speak of, by their shown names.
pub struct ShownFiles {
    sources: HashMap<FileId, Source>,
    nothing: Source,
    landmarks: Landmarks,
}

impl ShownFiles {
    /// The files of an outcome, named relative to `folder`.
    pub fn new(outcome: &Outcome, folder: &Path) -> ShownFiles {
        let (files, diagnostics) = (&outcome.files, &outcome.diagnostics);
        let mut sources = HashMap::new();
        let mut secrets: HashMap<FileId, Vec<Span>> = HashMap::new();
        for diagnostic in diagnostics {
            let secret = diagnostic.secret.into_iter();
            secret.for_each(|secret| secrets.entry(diagnostic.file).or_default().push(secret));
        }
        let mut add = |file: FileId| {
            sources.entry(file).or_insert_with(|| {
                let hidden = secrets.get(&file).map_or(&[][..], Vec::as_slice);
                let file = files.get(file);
                let source = Source::new(shown_path(&file.path, folder), file.text.clone());
                let source = source.with_secrets(hidden);
                if file.path.to_str().is_some() {
                    return source;
                }
                let path = file.path.strip_prefix(folder).unwrap_or(&file.path);
                source.with_raw_name(path.as_os_str().as_encoded_bytes().to_vec())
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
        ShownFiles { sources, nothing: Source::new("", &b""[..]), landmarks: Landmarks::new(outcome) }
    }
}

impl Sources for ShownFiles {
    fn source(&self, file: FileId) -> &Source {
        self.sources.get(&file).unwrap_or(&self.nothing)
    }

    fn place(&self, file: FileId, span: Span) -> String {
        self.landmarks.place(file, span)
    }
}
