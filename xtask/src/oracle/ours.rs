//! fpmlint's own answer to a case.
//!
//! In: a case, in memory. Out: an answer in the daemon's words: the refusal that is marked as the first of the
//! daemon's test.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use fpmlint_diagnostics::{Diagnostic, Phase};
use fpmlint_engine::{Options, Outcome, SettingsFrom, check, load};

use super::case::Case;
use super::daemon::{Answer, Daemon, Verdict, without_folder};
use super::machine::Machine;

/// Asks fpmlint about a case that it sees in `folder`.
///
/// # Errors
/// It could not do its work.
pub fn ask(daemon: &dyn Daemon, case: &Case, folder: &Path) -> Result<Answer, String> {
    let system = Arc::new(Machine::new(folder, case.memory(folder)));
    let mut options = Options::new(system, folder.to_owned());
    options.sysroot = Some(PathBuf::from("/"));
    options.paths = vec![folder.join(&case.main)];
    options.settings = SettingsFrom::Nowhere;
    daemon.set_options(&mut options, folder);
    let project = load(&options).map_err(|errors| format!("{errors:?}"))?;
    let outcome = check(&project, &options);
    if let Some(error) = outcome.errors.first() {
        return Err(error.message.clone());
    }
    let of_test = |diagnostic: &&Diagnostic| diagnostic.phase == Some(Phase::Test);
    if let Some(first) = outcome.diagnostics.iter().filter(of_test).find(|diagnostic| diagnostic.first) {
        return Ok(refusal(first, &outcome, folder));
    }
    if let Some(possible) = outcome.diagnostics.iter().find(of_test) {
        return Ok(Answer { verdict: Verdict::Unsure, ..refusal(possible, &outcome, folder) });
    }
    Ok(Answer { details: daemon.details(&project, folder), ..Answer::default() })
}

fn refusal(diagnostic: &Diagnostic, outcome: &Outcome, folder: &Path) -> Answer {
    let daemon = diagnostic.daemon.as_ref();
    let message = daemon.map_or("", |daemon| &daemon.message);
    let place = daemon.and_then(|daemon| Some((daemon.file?, daemon.line?)));
    let place = place.map(|(file, line)| format!("{}:{line}", outcome.files.get(file).path.display()));
    Answer {
        verdict: Verdict::Refuses,
        message: without_folder(message, folder),
        place: place.map_or(String::new(), |place| without_folder(&place, folder)),
        details: Vec::new(),
    }
}
