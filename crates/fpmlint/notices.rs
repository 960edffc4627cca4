//! What a user is told although nothing went wrong: that something named, or everything, holds nothing to check.
//!
//! Silence there would read as "no problems", and a name mistyped in a script would never be noticed.

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use fpmlint_engine::{Options, Outcome, Project, shown_path};
use fpmlint_workspace::SkipReason;

const READ_HERE: &str = "configuration of php-fpm, PHP, nginx or Apache httpd";

/// One line for each named path that nothing of the run touches; or one for the whole run.
pub fn notices(project: &Project, outcome: &Outcome, options: &Options) -> Vec<String> {
    let named = named(project, options);
    let mut notices = Vec::new();
    // A run of thousands of files that names none need not look at each.
    let touched = if named.is_empty() { HashSet::new() } else { touched(project, outcome) };
    for path in named {
        if touched.contains(path) {
            continue;
        }
        let name = shown_path(path, &options.current_dir);
        let skipped = project.loaded.skipped.iter().find(|skipped| skipped.path == path);
        notices.push(match skipped.map(|skipped| skipped.reason) {
            Some(SkipReason::NotRecognised) => {
                format!("{name}: warning: is not recognised and not checked; `--as` says what it is")
            }
            Some(reason) => format!("{name}: warning: {reason} and is not checked"),
            None => format!("{name}: warning: nothing to check: no {READ_HERE} found here"),
        });
    }
    if notices.is_empty() && outcome.checked_files == 0 && outcome.errors.is_empty() {
        notices.push(format!("warning: nothing to check: no {READ_HERE} found"));
    }
    notices
}

/// What the user named, but for main files and what does not exist.
fn named<'p>(project: &'p Project, options: &Options) -> Vec<&'p Path> {
    let loaded = &project.loaded;
    // Names that only limit what is shown were not chosen one by one.
    if options.whole {
        return Vec::new();
    }
    if !loaded.filters.is_empty() {
        return loaded.filters.iter().map(|path| path.as_path()).collect();
    }
    // Beside a main file nothing is searched: what is left out was named.
    let is_named = |path: &Path| options.paths.iter().any(|named| named.file_name() == path.file_name());
    let skipped = loaded.skipped.iter().filter(|skipped| skipped.reason != SkipReason::NotReached);
    skipped.map(|skipped| skipped.path.as_path()).filter(|path| is_named(path)).collect()
}

/// Every file that was read or that a finding speaks of, and all folders above them.
fn touched(project: &Project, outcome: &Outcome) -> HashSet<PathBuf> {
    let read = project.read.iter().map(|(file, _)| *file);
    let found = outcome.diagnostics.iter().flat_map(|diagnostic| {
        std::iter::once(diagnostic.file).chain(diagnostic.related.iter().map(|label| label.file))
    });
    let mut touched = HashSet::new();
    for file in read.chain(found) {
        for path in project.files.get(file).path.ancestors() {
            // The folders above a known path are known, too.
            if !touched.insert(path.to_owned()) {
                break;
            }
        }
    }
    touched
}
