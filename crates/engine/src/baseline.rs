//! Findings that a project knows of and lives with.
//!
//! In: findings, each known by its rule, its file and the name of its place, and counted. Out: a file of them, and
//! from later runs what is new and what is gone. Invariants: no line number is kept, so that edits elsewhere change
//! nothing; the same findings give the same bytes; a run that looks at less than the baseline does takes nothing of the
//! rest to be gone.

use std::collections::{BTreeMap, HashSet};
use std::fmt::Write;
use std::path::{Path, PathBuf};

use fpmlint_diagnostics::Diagnostic;
use fpmlint_workspace::{FileErrorKind, absolute};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{Landmarks, Levels, Options, Outcome, Project, shown_path};

/// The version of the file's shape.
const VERSION: u32 = 1;

/// The file of `fpmlint check --baseline`.
#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "Baseline", title = "The file of fpmlint check --baseline")]
struct Document {
    /// The version of this shape.
    #[schemars(extend("const" = 1))]
    version: u32,
    /// The findings that are known, in the order of their files.
    findings: Vec<Entry>,
}

/// Findings of one rule at one place.
#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "Known")]
struct Entry {
    /// The file: relative to the baseline's folder where it lies below it, else absolute; with `--sysroot` the path on
    /// that machine.
    path: String,
    /// The place in the file: the blocks or the section around it and the directive; empty where there is none.
    place: String,
    /// The rule's name.
    rule: String,
    /// How many there are.
    #[schemars(range(min = 1))]
    count: u32,
}

/// What findings are known by.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
struct Key {
    path: String,
    place: String,
    rule: String,
}

/// Known findings.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Baseline {
    /// The folder of its file, absolute.
    folder: PathBuf,
    entries: BTreeMap<Key, u32>,
}

impl Baseline {
    /// A baseline that knows nothing yet, for a file in this folder.
    pub fn empty(folder: &Path) -> Baseline {
        Baseline { folder: folder.to_owned(), entries: BTreeMap::new() }
    }

    /// Reads the file's text.
    ///
    /// # Errors
    /// The text is no baseline: why, in one line, and the line from 1.
    pub fn parse(folder: &Path, text: &[u8]) -> Result<Baseline, (String, Option<u32>)> {
        let document: Document = serde_json::from_slice(text)
            .map_err(|error| (format!("is no baseline: {error}"), u32::try_from(error.line()).ok()))?;
        if document.version != VERSION {
            return Err((format!("is a baseline of version {}, not {VERSION}", document.version), None));
        }
        let mut baseline = Baseline::empty(folder);
        for Entry { path, place, rule, count } in document.findings {
            let known = baseline.entries.entry(Key { path, place, rule }).or_default();
            *known = known.saturating_add(count);
        }
        Ok(baseline)
    }

    /// The file's text: a line for each entry, so that versions of it can be compared and merged.
    pub fn to_json(&self) -> String {
        let mut text = format!("{{\n  \"version\": {VERSION},\n  \"findings\": [");
        for (number, (key, count)) in self.entries.iter().enumerate() {
            let Key { path, place, rule } = key;
            let entry = Entry { path: path.clone(), place: place.clone(), rule: rule.clone(), count: *count };
            let line = serde_json::to_string(&entry).unwrap_or_default();
            let comma = if number == 0 { "" } else { "," };
            let _ = write!(text, "{comma}\n    {line}");
        }
        text.push_str(if self.entries.is_empty() { "]\n}\n" } else { "\n  ]\n}\n" });
        text
    }

    /// How many findings it knows.
    pub fn count(&self) -> usize {
        self.entries.values().map(|count| *count as usize).sum()
    }

    /// The baseline after a run: what the run found, and what it could not have found.
    pub fn updated(&self, project: &Project, options: &Options, outcome: &Outcome) -> Baseline {
        let reach = Reach::new(self, project, options, outcome);
        let mut updated = self.clone();
        updated.entries.retain(|key, _| !reach.covers(key));
        let mut found: BTreeMap<Key, u32> = BTreeMap::new();
        let names = Names::new(self, options, outcome);
        for diagnostic in &outcome.diagnostics {
            *found.entry(names.key(diagnostic)).or_default() += 1;
        }
        updated.entries.extend(found);
        updated
    }

    /// Takes known findings out of an outcome, of one place as many as are known, and notes how many they were and
    /// what was known and is gone.
    pub fn hide(&self, project: &Project, options: &Options, outcome: &mut Outcome) {
        let names = Names::new(self, options, outcome);
        let keys: Vec<Key> = outcome.diagnostics.iter().map(|diagnostic| names.key(diagnostic)).collect();
        let mut left = self.entries.clone();
        let mut keys = keys.iter();
        let mut known = 0;
        outcome.diagnostics.retain(|_| {
            let count = keys.next().and_then(|key| left.get_mut(key)).filter(|count| **count > 0);
            let Some(count) = count else { return true };
            *count -= 1;
            known += 1;
            false
        });
        outcome.known = known;
        left.retain(|_, count| *count > 0);
        if left.is_empty() {
            return;
        }
        let reach = Reach::new(self, project, options, outcome);
        let stale = left.iter().filter(|(key, _)| reach.covers(key));
        let stale = stale.map(|(key, count)| key.stale(*count)).collect();
        outcome.stale = stale;
    }
}

impl Key {
    /// A line about it for people.
    fn stale(&self, count: u32) -> String {
        let place = if self.place.is_empty() { String::new() } else { format!(" at {}", self.place) };
        let times = if count == 1 { String::new() } else { format!(" ({count} times)") };
        format!("{}: {}{place}{times}", self.path, self.rule)
    }
}

/// How files are named in the baseline.
struct Names<'a> {
    outcome: &'a Outcome,
    landmarks: Landmarks,
    folder: &'a Path,
    sysroot: Option<PathBuf>,
}

impl<'a> Names<'a> {
    fn new(baseline: &'a Baseline, options: &Options, outcome: &'a Outcome) -> Names<'a> {
        let sysroot = options.sysroot.as_deref().map(|root| absolute(&options.current_dir, root));
        Names { outcome, landmarks: Landmarks::new(outcome), folder: &baseline.folder, sysroot }
    }

    fn key(&self, diagnostic: &Diagnostic) -> Key {
        Key {
            path: self.path(&self.outcome.files.get(diagnostic.file).path),
            place: self.landmarks.place(diagnostic.file, diagnostic.span),
            rule: diagnostic.rule.name.to_owned(),
        }
    }

    fn path(&self, path: &Path) -> String {
        match self.sysroot.as_deref().and_then(|root| path.strip_prefix(root).ok()) {
            Some(on_host) => shown_path(&Path::new("/").join(on_host), Path::new("")),
            None => shown_path(path, self.folder),
        }
    }
}

/// What a run would have found, had it been there.
struct Reach<'a> {
    names: Names<'a>,
    levels: Levels,
    options: &'a Options,
    /// The names of the files and folders that limit what is shown.
    filters: Vec<String>,
    /// Whether the run read all that the baseline speaks of. One that was told main files may have read less.
    wide: bool,
}

impl<'a> Reach<'a> {
    fn new(
        baseline: &'a Baseline,
        project: &Project,
        options: &'a Options,
        outcome: &'a Outcome,
    ) -> Reach<'a> {
        let names = Names::new(baseline, options, outcome);
        let filters: Vec<String> = project.loaded.filters.iter().map(|path| names.path(path)).collect();
        let levels = Levels::new(&project.settings, options);
        let mut reach = Reach { names, levels, options, filters, wide: true };
        if !options.paths.is_empty() && reach.filters.is_empty() {
            let files = outcome.read.iter().map(|(file, _)| outcome.files.get(*file));
            let read: HashSet<String> = files.map(|file| reach.names.path(&file.path)).collect();
            let was_read = |key: &Key| read.contains(&key.path) || reach.is_gone(&key.path);
            reach.wide = baseline.entries.keys().all(was_read);
        }
        reach
    }

    fn covers(&self, key: &Key) -> bool {
        // A rule that is no more finds nothing.
        let runs = fpmlint_rules::find(&key.rule).is_none_or(|rule| self.levels.may_run(&rule.meta));
        let below = |filter: &String| {
            key.path
                .strip_prefix(filter.as_str())
                .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        let shown = self.filters.is_empty() || self.filters.iter().any(below);
        runs && shown && (self.wide || self.is_gone(&key.path))
    }

    /// Whether the file of a name is there no more. A name with encoded bytes does not say where it was.
    fn is_gone(&self, name: &str) -> bool {
        let path = match (&self.names.sysroot, name.strip_prefix('/')) {
            (Some(root), Some(on_host)) => root.join(on_host),
            _ => self.names.folder.join(name),
        };
        let found = self.options.system.metadata(&path);
        !name.contains('%') && found.is_err_and(|error| error.kind == FileErrorKind::NotFound)
    }
}

/// The JSON schema of the file, for `schemas/fpmlint-baseline.schema.json`.
pub fn baseline_schema() -> serde_json::Value {
    schemars::schema_for!(Document).to_value()
}
