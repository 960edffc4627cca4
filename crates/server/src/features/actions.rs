//! Code actions.

use std::collections::HashMap;

use fpmlint_diagnostics::Edit;
use fpmlint_ide::{Action, ActionKind, Query};
use fpmlint_text::{FileId, Span};
use tower_lsp::ls_types::{
    self, CodeAction, CodeActionKind, CodeActionOrCommand, CodeActionParams, CodeActionResponse,
    DocumentChanges, OneOf, OptionalVersionedTextDocumentIdentifier, TextDocumentEdit, TextEdit, Uri,
    WorkspaceEdit,
};

use super::about;
use crate::convert;
use crate::state::State;

/// The kind of "fix all", which editors can run when a file is saved.
pub(crate) const FIX_ALL: CodeActionKind = CodeActionKind::new("source.fixAll.fpmlint");

/// `textDocument/codeAction`.
pub(crate) fn code_actions(state: &State, params: &CodeActionParams) -> Option<CodeActionResponse> {
    if !state.client.actions {
        return None;
    }
    let query = about(state, &params.text_document.uri)?;
    let offset = |position| convert::offset(&query.source, position, state.client.encoding);
    let (start, end) = (offset(params.range.start), offset(params.range.end));
    let span = Span::new(start.min(end), start.max(end));
    let wants = |kind: &CodeActionKind| {
        params.context.only.as_ref().is_none_or(|only| only.iter().any(|wanted| covers(wanted, kind)))
    };
    let mut offered = Vec::new();
    if wants(&CodeActionKind::QUICKFIX) {
        let unit = state.documents.get(params.text_document.uri.as_str()).and_then(|it| state.place(it));
        let allow_unsafe = unit.is_some_and(|(unit, _)| unit.settings.unsafe_fixes);
        offered.extend(fpmlint_ide::actions(&query, span, allow_unsafe));
    }
    if wants(&FIX_ALL) {
        offered.extend(fpmlint_ide::fix_all(&query));
    }
    let actions = offered.into_iter().filter_map(|action| {
        let action = code_action(state, &query, action, &params.context.diagnostics)?;
        Some(CodeActionOrCommand::CodeAction(action))
    });
    Some(actions.collect())
}

/// Whether a kind is another or one above it: `source.fixAll` covers `source.fixAll.fpmlint`.
fn covers(wanted: &CodeActionKind, kind: &CodeActionKind) -> bool {
    match kind.as_str().strip_prefix(wanted.as_str()) {
        Some(rest) => rest.is_empty() || rest.starts_with('.') || wanted.as_str().is_empty(),
        None => false,
    }
}

/// None where an edit lies in a file that the editor cannot name.
fn code_action(
    state: &State,
    query: &Query<'_>,
    action: Action,
    asked: &[ls_types::Diagnostic],
) -> Option<CodeAction> {
    let kind = if action.kind == ActionKind::FixAll { FIX_ALL } else { CodeActionKind::QUICKFIX };
    let findings = query.outcome.of_file(query.file);
    let about = action.findings.iter().filter_map(|index| {
        let finding = findings.get(*index)?;
        let range = convert::range(&query.source, finding.span, state.client.encoding);
        let code = ls_types::NumberOrString::String(finding.rule.name.to_owned());
        asked.iter().find(|asked| asked.range == range && asked.code.as_ref() == Some(&code)).cloned()
    });
    let diagnostics: Vec<ls_types::Diagnostic> = about.collect();
    Some(CodeAction {
        title: action.title,
        kind: Some(kind),
        diagnostics: (!diagnostics.is_empty()).then_some(diagnostics),
        edit: Some(workspace_edit(state, query, action.edits)?),
        is_preferred: (action.kind == ActionKind::SafeFix).then_some(true),
        ..CodeAction::default()
    })
}

fn workspace_edit(
    state: &State,
    query: &Query<'_>,
    edits: std::collections::BTreeMap<FileId, Vec<Edit>>,
) -> Option<WorkspaceEdit> {
    let mut changes: Vec<(Uri, Vec<TextEdit>)> = Vec::new();
    for (file, edits) in edits {
        let source = query.project.files.get(file);
        let edits = edits.into_iter().map(|edit| {
            let range = convert::range(&source, edit.span, state.client.encoding);
            TextEdit { range, new_text: edit.text }
        });
        changes.push((state.uri_of(&source)?, edits.collect()));
    }
    if !state.client.versioned_edits {
        let changes: HashMap<Uri, Vec<TextEdit>> = changes.into_iter().collect();
        return Some(WorkspaceEdit { changes: Some(changes), ..WorkspaceEdit::default() });
    }
    let edits = changes.into_iter().map(|(uri, edits)| {
        let version = state.documents.get(uri.as_str()).map(|document| document.version);
        TextDocumentEdit {
            text_document: OptionalVersionedTextDocumentIdentifier { uri, version },
            edits: edits.into_iter().map(OneOf::Left).collect(),
        }
    });
    let document_changes = Some(DocumentChanges::Edits(edits.collect()));
    Some(WorkspaceEdit { document_changes, ..WorkspaceEdit::default() })
}
