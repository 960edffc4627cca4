//! Completion.

use fpmlint_catalog::Dialect;
use fpmlint_ide::{Candidate, CandidateKind};
use serde_json::json;
use tower_lsp::ls_types::{
    CompletionItem, CompletionItemKind, CompletionList, CompletionParams, CompletionResponse,
    CompletionTextEdit, Documentation, InsertTextFormat, MarkupContent, MarkupKind, TextEdit,
};

use super::at;
use crate::convert;
use crate::state::State;

/// The dialects whose directives are documented, by their names.
const DIALECTS: [Dialect; 5] =
    [Dialect::Nginx, Dialect::Apache, Dialect::Htaccess, Dialect::PhpFpm, Dialect::PhpIni];

/// `textDocument/completion`.
pub(crate) fn completion(state: &State, params: &CompletionParams) -> Option<CompletionResponse> {
    let place = &params.text_document_position;
    let (query, offset) = at(state, &place.text_document.uri, place.position)?;
    let candidates = fpmlint_ide::completions(&query, offset);
    let items = candidates.into_iter().map(|candidate| {
        let range = convert::range(&query.source, candidate.span, state.client.encoding);
        item(candidate, range, state.client.snippets)
    });
    Some(CompletionResponse::List(CompletionList { is_incomplete: false, items: items.collect() }))
}

fn item(candidate: Candidate, range: tower_lsp::ls_types::Range, snippets: bool) -> CompletionItem {
    let snippet = candidate.snippet.filter(|_| snippets);
    let format = if snippet.is_some() { InsertTextFormat::SNIPPET } else { InsertTextFormat::PLAIN_TEXT };
    let new_text = snippet.unwrap_or(candidate.text);
    CompletionItem {
        sort_text: Some(format!("{:06}", candidate.rank)),
        filter_text: Some(candidate.label.clone()),
        kind: Some(kind(candidate.kind)),
        detail: (!candidate.detail.is_empty()).then_some(candidate.detail),
        insert_text_format: Some(format),
        text_edit: Some(CompletionTextEdit::Edit(TextEdit { range, new_text })),
        data: candidate.directive.map(|(dialect, name)| json!({"dialect": dialect.name(), "name": name})),
        label: candidate.label,
        ..CompletionItem::default()
    }
}

/// `completionItem/resolve`: the documentation, which would be too much for every candidate.
pub(crate) fn resolve_completion(mut item: CompletionItem) -> CompletionItem {
    let text = item.data.as_ref().and_then(|data| {
        let dialect = data.get("dialect")?.as_str()?;
        let dialect = DIALECTS.into_iter().find(|known| known.name() == dialect)?;
        fpmlint_ide::documentation(dialect, data.get("name")?.as_str()?)
    });
    item.documentation =
        text.map(|value| Documentation::MarkupContent(MarkupContent { kind: MarkupKind::Markdown, value }));
    item
}

fn kind(kind: CandidateKind) -> CompletionItemKind {
    match kind {
        CandidateKind::Directive => CompletionItemKind::PROPERTY,
        CandidateKind::Block => CompletionItemKind::MODULE,
        CandidateKind::Word => CompletionItemKind::ENUM_MEMBER,
        CandidateKind::User | CandidateKind::Group => CompletionItemKind::CONSTANT,
        CandidateKind::Socket | CandidateKind::Upstream => CompletionItemKind::INTERFACE,
        CandidateKind::LogFormat | CandidateKind::Location => CompletionItemKind::REFERENCE,
        CandidateKind::Variable => CompletionItemKind::VARIABLE,
        CandidateKind::Path => CompletionItemKind::FILE,
        CandidateKind::Rule => CompletionItemKind::VALUE,
    }
}
