//! From the joined stack to findings.

use std::collections::BTreeMap;
use std::path::Path;

use crate::found::Found;
use crate::levels::Levels;
use crate::outcome::{Outcome, UnknownFact};
use crate::{Options, Project, merge, stock, suppress};
use fpmlint_diagnostics::{Confidence, Diagnostic, Level, RuleMeta, Severity};

/// Runs the rules over a loaded project.
pub fn check(project: &Project, options: &Options) -> Outcome {
    let levels = Levels::new(&project.settings, options);
    finish(project, options, &levels, &Found::new(&project.stack, &levels))
}

/// Settles what was found: what is shown, suppressed, merged, and how bad it is.
pub(crate) fn finish(project: &Project, options: &Options, levels: &Levels, found: &Found) -> Outcome {
    let settings = &project.settings;
    let mut unknowns: BTreeMap<(String, String), Vec<&'static str>> = BTreeMap::new();
    for fact in found.unknowns() {
        let needed_by = unknowns.entry((fact.fact.clone(), fact.how.clone())).or_default();
        if !needed_by.contains(&fact.needed_by) {
            needed_by.push(fact.needed_by);
        }
    }
    let mut diagnostics: Vec<Diagnostic> = found.diagnostics().cloned().collect();
    diagnostics.retain(|diagnostic| shows(project, diagnostic));
    // What the daemon refuses is no fault of the line that happens to stand there.
    for diagnostic in diagnostics.iter_mut().filter(|diagnostic| diagnostic.phase.is_none()) {
        stock::mark(&project.stack, diagnostic);
    }
    diagnostics.iter_mut().for_each(|diagnostic| stock::keep(&project.files, diagnostic));
    let allowed = settings.values.allow_suppressions.unwrap_or(true);
    if allowed {
        let level = |rule: &RuleMeta, path: &Path| levels.level_in(rule, settings, path);
        diagnostics = suppress::suppress(&project.files, &project.commented, diagnostics, &level);
    }
    let minimum = options.min_confidence.or(settings.values.min_confidence).unwrap_or(Confidence::Possible);
    diagnostics
        .retain_mut(|diagnostic| diagnostic.confidence >= minimum && settle(project, levels, diagnostic));
    let unknowns = unknowns.into_iter().map(|((fact, how), needed_by)| UnknownFact { fact, needed_by, how });
    Outcome {
        files: std::sync::Arc::clone(&project.files),
        diagnostics: merge::merge(&project.files, diagnostics),
        unknowns: unknowns.collect(),
        errors: project.errors.clone(),
        checked_files: project.own_files,
        read: project.read.clone(),
        known: 0,
        stale: Vec::new(),
        fail_on: options.fail_on.or(settings.values.fail_on).unwrap_or(Severity::Warning),
    }
}

/// Whether a finding touches what the user asked about.
fn shows(project: &Project, diagnostic: &Diagnostic) -> bool {
    if project.loaded.filters.is_empty() {
        return true;
    }
    let touched = std::iter::once(diagnostic.file).chain(diagnostic.related.iter().map(|label| label.file));
    let files: Vec<_> = touched.map(|file| project.files.get(file)).collect();
    project.loaded.shows(files.iter().map(|file| file.path.as_path()))
}

/// Gives a finding its final severity; false where it is off.
fn settle(project: &Project, levels: &Levels, diagnostic: &mut Diagnostic) -> bool {
    let path = project.files.get(diagnostic.file);
    let level = levels.level_in(diagnostic.rule, &project.settings, &path.path);
    let Level::On(severity) = level else { return false };
    if levels.is_set(diagnostic.rule, &project.settings, &path.path) {
        diagnostic.severity = severity;
        return true;
    }
    if diagnostic.confidence == Confidence::Possible {
        diagnostic.severity = Severity::Info;
    }
    if diagnostic.stock {
        diagnostic.severity = diagnostic.severity.quieter();
    }
    true
}
