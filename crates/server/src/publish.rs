//! Which findings the editor is sent, and when.
//!
//! Invariant: after every change each open document whose findings changed is sent again, whoever changed them, and
//! no other is.

use std::collections::BTreeMap;
use std::path::PathBuf;

use fpmlint_engine::RunError;
use fpmlint_workspace::SourceFile;
use tower_lsp::ls_types::{Diagnostic, DiagnosticSeverity, Position, PublishDiagnosticsParams, Range, Uri};

use crate::convert;
use crate::document::Document;
use crate::outgoing::Message;
use crate::state::State;
use crate::uri;

impl State {
    /// The findings of an open document as they are now.
    pub fn findings(&self, document: &Document) -> Vec<Diagnostic> {
        let Some((unit, file)) = self.place(document) else { return Vec::new() };
        let Some(session) = unit.session() else { return Vec::new() };
        let outcome = session.outcome();
        let uri = |source: &SourceFile| self.uri_of(source);
        let findings = outcome.of_file(file).iter();
        findings.map(|finding| convert::diagnostic(&outcome.files, finding, &self.client, &uri)).collect()
    }

    /// The address of a file: the editor's own where it has the file open; none for what is no file of this machine.
    pub fn uri_of(&self, source: &SourceFile) -> Option<Uri> {
        if source.stock {
            return None;
        }
        let is_it = |document: &&Document| document.path == source.path || document.followed == source.path;
        let open = self.documents.values().find(is_it);
        let lone = || self.lone.iter().find(|(_, unit)| unit.path == source.path);
        let lone = || self.documents.get(lone()?.0);
        open.or_else(lone).map(|document| document.uri.clone()).or_else(|| uri::of_path(&source.path))
    }

    /// Sends what has changed since the last time.
    pub fn publish(&mut self) {
        let mut news = Vec::new();
        let mut others_changed = false;
        for (key, document) in &self.documents {
            let findings = self.findings(document);
            let is_new = document.published.is_none();
            if document.published.as_ref() != Some(&findings) {
                others_changed |= !document.edited && !is_new;
                news.push((key.clone(), findings));
            }
        }
        for document in self.documents.values_mut() {
            document.edited = false;
        }
        for (key, findings) in news {
            let Some(document) = self.documents.get_mut(&key) else { continue };
            // The first empty list says nothing new, unless a former one must be taken back.
            let says_something = document.published.is_some() || !findings.is_empty();
            document.published = Some(findings.clone());
            if !self.client.pulls && says_something {
                let params =
                    PublishDiagnosticsParams::new(document.uri.clone(), findings, Some(document.version));
                self.outgoing.send(Message::Publish(params));
            }
        }
        if self.client.pulls && others_changed {
            self.outgoing.send(Message::Refresh);
        }
        if self.client.refreshes_lenses && self.lenses_of.is_some_and(|revision| revision != self.revision) {
            self.lenses_of = None;
            self.outgoing.send(Message::RefreshLenses);
        }
        self.publish_problems();
    }

    /// Takes back what was said of a document.
    pub fn forget(&mut self, uri: Uri) {
        if !self.client.pulls {
            self.outgoing.send(Message::Publish(PublishDiagnosticsParams::new(uri, Vec::new(), None)));
        }
    }

    /// Sends what is wrong with settings files, open or not: with a wrong one everything else is silent.
    fn publish_problems(&mut self) {
        let mut problems: BTreeMap<PathBuf, Vec<RunError>> = BTreeMap::new();
        for unit in &self.folders {
            for problem in &unit.problems {
                if let Some(file) = &problem.file {
                    problems.entry(unit.path.join(file)).or_default().push(problem.clone());
                }
            }
        }
        for path in self.told.keys().filter(|path| !problems.contains_key(*path)) {
            self.send_problems(path.clone(), &[]);
        }
        for (path, errors) in problems.iter().filter(|(path, errors)| self.told.get(*path) != Some(*errors)) {
            self.send_problems(path.clone(), errors);
        }
        self.told = problems;
    }

    fn send_problems(&self, path: PathBuf, errors: &[RunError]) {
        let open = self.documents.values().find(|document| document.path == path);
        let Some(uri) = open.map(|document| document.uri.clone()).or_else(|| uri::of_path(&path)) else {
            return;
        };
        let diagnostics = errors.iter().map(|error| {
            let line = error.line.unwrap_or(1).saturating_sub(1);
            let (start, end) = (Position::new(line, 0), Position::new(line + 1, 0));
            Diagnostic {
                range: Range { start, end },
                severity: Some(DiagnosticSeverity::ERROR),
                source: Some("fpmlint".to_owned()),
                message: error.message.clone(),
                ..Diagnostic::default()
            }
        });
        let version = open.map(|document| document.version);
        let params = PublishDiagnosticsParams::new(uri, diagnostics.collect(), version);
        self.outgoing.send(Message::Publish(params));
    }
}
