//! Findings for editors that ask for them.
//!
//! Invariant: the same findings of a file have the same number, so that an editor that knows them is told no more.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};

use fpmlint_diagnostics::Diagnostic;
use fpmlint_engine::Outcome;
use fpmlint_text::FileId;
use fpmlint_workspace::SourceFile;
use tower_lsp::ls_types::{
    DocumentDiagnosticParams, DocumentDiagnosticReport, DocumentDiagnosticReportResult,
    FullDocumentDiagnosticReport, RelatedFullDocumentDiagnosticReport,
    RelatedUnchangedDocumentDiagnosticReport, UnchangedDocumentDiagnosticReport, Uri,
    WorkspaceDiagnosticParams, WorkspaceDiagnosticReport, WorkspaceDiagnosticReportResult,
    WorkspaceDocumentDiagnosticReport, WorkspaceFullDocumentDiagnosticReport,
};

use crate::convert;
use crate::state::State;
use crate::unit::Unit;
use crate::uri;

/// `textDocument/diagnostic`.
pub(crate) fn document(state: &State, params: &DocumentDiagnosticParams) -> DocumentDiagnosticReportResult {
    let place = located(state, &params.text_document.uri);
    let (number, items) = match place.and_then(|(unit, file)| Some((unit.session()?.outcome(), file))) {
        Some((outcome, file)) => {
            let findings = outcome.of_file(file);
            let number = number(state, outcome, findings);
            if params.previous_result_id.as_ref() == Some(&number) {
                return unchanged(number);
            }
            (number, converted(state, outcome, findings))
        }
        None => (String::new(), Vec::new()),
    };
    let report = FullDocumentDiagnosticReport { result_id: Some(number), items };
    let report = RelatedFullDocumentDiagnosticReport {
        related_documents: None,
        full_document_diagnostic_report: report,
    };
    DocumentDiagnosticReportResult::Report(DocumentDiagnosticReport::Full(report))
}

fn unchanged(result_id: String) -> DocumentDiagnosticReportResult {
    let report = RelatedUnchangedDocumentDiagnosticReport {
        related_documents: None,
        unchanged_document_diagnostic_report: UnchangedDocumentDiagnosticReport { result_id },
    };
    DocumentDiagnosticReportResult::Report(DocumentDiagnosticReport::Unchanged(report))
}

/// The file behind an address, open or not.
fn located<'a>(state: &'a State, address: &Uri) -> Option<(&'a Unit, FileId)> {
    match state.documents.get(address.as_str()) {
        Some(document) => state.place(document),
        None => {
            let path = uri::path(address)?;
            let unit = state.folder_of(&path)?;
            Some((unit, unit.file(&path)?))
        }
    }
}

/// `workspace/diagnostic`: what the editor does not know yet.
pub(crate) fn workspace(
    state: &mut State,
    params: &WorkspaceDiagnosticParams,
) -> WorkspaceDiagnosticReportResult {
    let count = params.previous_result_ids.len();
    // Editors ask again and again; where nothing happened meanwhile there is nothing to compare.
    if state.pulled == Some((state.revision, count)) {
        return WorkspaceDiagnosticReport::default().into();
    }
    let mut known: HashMap<&str, &str> =
        params.previous_result_ids.iter().map(|it| (it.uri.as_str(), it.value.as_str())).collect();
    let mut items = Vec::new();
    let mut told = 0;
    for outcome in state.folders.iter().filter_map(Unit::session).map(fpmlint_engine::Session::outcome) {
        let mut rest = outcome.diagnostics.as_slice();
        while let Some(first) = rest.first() {
            let count = rest.iter().take_while(|it| it.file == first.file).count();
            let (findings, behind) = rest.split_at(count);
            rest = behind;
            let Some(uri) = state.uri_of(&outcome.files.get(first.file)) else { continue };
            told += 1;
            let number = number(state, outcome, findings);
            if known.remove(uri.as_str()) != Some(number.as_str()) {
                items.push(full(state, uri, number, converted(state, outcome, findings)));
            }
        }
    }
    // What is left had findings and has none now.
    let gone = params.previous_result_ids.iter().filter(|it| known.contains_key(it.uri.as_str()));
    let gone = gone.filter(|it| !it.value.is_empty());
    items.extend(gone.map(|it| full(state, it.uri.clone(), String::new(), Vec::new())));
    state.pulled = items.is_empty().then_some((state.revision, count)).filter(|_| told <= count);
    WorkspaceDiagnosticReport { items }.into()
}

fn full(
    state: &State,
    uri: Uri,
    number: String,
    items: Vec<tower_lsp::ls_types::Diagnostic>,
) -> WorkspaceDocumentDiagnosticReport {
    let version = state.documents.get(uri.as_str()).map(|document| i64::from(document.version));
    let report = FullDocumentDiagnosticReport { result_id: Some(number), items };
    WorkspaceFullDocumentDiagnosticReport { uri, version, full_document_diagnostic_report: report }.into()
}

fn converted(
    state: &State,
    outcome: &Outcome,
    findings: &[Diagnostic],
) -> Vec<tower_lsp::ls_types::Diagnostic> {
    let uri = |source: &SourceFile| state.uri_of(source);
    findings.iter().map(|it| convert::diagnostic(&outcome.files, it, &state.client, &uri)).collect()
}

/// The number of a list of findings: of everything in it that an editor shows.
fn number(state: &State, outcome: &Outcome, findings: &[Diagnostic]) -> String {
    if findings.is_empty() {
        return String::new();
    }
    let mut hasher = DefaultHasher::new();
    let place = |file: FileId, span, hasher: &mut DefaultHasher| {
        let source = outcome.files.get(file);
        source.path.hash(hasher);
        let range = convert::range(&source, span, state.client.encoding);
        (range.start.line, range.start.character, range.end.line, range.end.character).hash(hasher);
    };
    for finding in findings {
        place(finding.file, finding.span, &mut hasher);
        (finding.rule.name, finding.severity, &finding.message, &finding.help).hash(&mut hasher);
        finding.fix.as_ref().map(|fix| &fix.title).hash(&mut hasher);
        for label in &finding.related {
            place(label.file, label.span, &mut hasher);
            label.message.hash(&mut hasher);
        }
    }
    format!("{:016x}", hasher.finish())
}
