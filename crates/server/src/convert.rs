//! Data of the project in the protocol's words.

use fpmlint_diagnostics::{Applicability, Diagnostic, Group, Severity};
use fpmlint_text::{Encoding, Span};
use fpmlint_workspace::{Files, SourceFile};
use serde_json::json;
use tower_lsp::ls_types::{
    self, CodeDescription, DiagnosticRelatedInformation, DiagnosticSeverity, DiagnosticTag, Location,
    NumberOrString, Position, Range, Uri,
};

use crate::client::Client;

/// The range of a span.
pub(crate) fn range(source: &SourceFile, span: Span, encoding: Encoding) -> Range {
    let position = |offset| {
        let at = source.lines().position(&source.text, offset, encoding);
        Position { line: at.line, character: at.column }
    };
    Range { start: position(span.start), end: position(span.end) }
}

/// The offset of a position.
pub(crate) fn offset(source: &SourceFile, position: Position, encoding: Encoding) -> u32 {
    let at = fpmlint_text::Position { line: position.line, column: position.character };
    source.lines().offset(&source.text, at, encoding)
}

/// A finding. `uri` gives the addresses of files; labels in files without one are let go.
pub(crate) fn diagnostic(
    files: &Files,
    finding: &Diagnostic,
    client: &Client,
    uri: &dyn Fn(&SourceFile) -> Option<Uri>,
) -> ls_types::Diagnostic {
    let source = files.get(finding.file);
    let related = finding.related.iter().filter(|_| client.related).filter_map(|label| {
        let source = files.get(label.file);
        let range = range(&source, label.span, client.encoding);
        let location = Location { uri: uri(&source)?, range };
        Some(DiagnosticRelatedInformation { location, message: label.message.clone() })
    });
    let related: Vec<DiagnosticRelatedInformation> = related.collect();
    let message = match &finding.help {
        Some(help) => format!("{}\n{help}", finding.message),
        None => finding.message.clone(),
    };
    let page = client.pages.then(|| fpmlint_report::rule_url(finding.rule).parse().ok()).flatten();
    let fix = finding.fix.as_ref().filter(|_| client.data);
    ls_types::Diagnostic {
        range: range(&source, finding.span, client.encoding),
        severity: Some(severity(finding.severity)),
        code: Some(NumberOrString::String(finding.rule.name.to_owned())),
        code_description: page.map(|href| CodeDescription { href }),
        source: Some("fpmlint".to_owned()),
        message,
        related_information: (!related.is_empty()).then_some(related),
        tags: client.tags(tag(finding)),
        data: fix.map(|fix| json!({"fix": fix.title, "applicability": fix.applicability.name()})),
    }
}

fn severity(severity: Severity) -> DiagnosticSeverity {
    match severity {
        Severity::Error => DiagnosticSeverity::ERROR,
        Severity::Warning => DiagnosticSeverity::WARNING,
        Severity::Info => DiagnosticSeverity::INFORMATION,
    }
}

/// A line that may go without a change is one that does nothing; some rules of the group `ignored` are about lines
/// that do something else than it seems.
fn tag(finding: &Diagnostic) -> Option<DiagnosticTag> {
    let deletes = finding.fix.as_ref().is_some_and(|fix| {
        fix.applicability != Applicability::Unsafe && fix.edits.iter().all(|edit| edit.text.is_empty())
    });
    match finding.rule.group {
        Group::Ignored if deletes => Some(DiagnosticTag::UNNECESSARY),
        Group::Upgrade => Some(DiagnosticTag::DEPRECATED),
        _ => None,
    }
}
