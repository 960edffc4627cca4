//! Symbols of a document and of the workspace.

use fpmlint_ide::{Query, Symbol};
use tower_lsp::ls_types::{
    DocumentSymbol, DocumentSymbolParams, DocumentSymbolResponse, Location, OneOf, SymbolInformation,
    SymbolKind, Uri, WorkspaceSymbol, WorkspaceSymbolParams, WorkspaceSymbolResponse,
};

use super::{about, location};
use crate::convert;
use crate::state::State;

/// `textDocument/documentSymbol`.
pub(crate) fn document_symbols(
    state: &State,
    params: &DocumentSymbolParams,
) -> Option<DocumentSymbolResponse> {
    let uri = &params.text_document.uri;
    let query = about(state, uri)?;
    let symbols = fpmlint_ide::symbols(&query);
    if state.client.nested_symbols {
        let nested = symbols.into_iter().map(|symbol| nested(state, &query, symbol));
        return Some(DocumentSymbolResponse::Nested(nested.collect()));
    }
    let mut flat = Vec::new();
    flatten(state, &query, uri, symbols, None, &mut flat);
    Some(DocumentSymbolResponse::Flat(flat))
}

/// The tree is no deeper than the outline makes it.
fn nested(state: &State, query: &Query<'_>, symbol: Symbol) -> DocumentSymbol {
    let range = |span| convert::range(&query.source, span, state.client.encoding);
    let children: Vec<DocumentSymbol> =
        symbol.children.into_iter().map(|child| nested(state, query, child)).collect();
    // Editors refuse symbols without a name.
    let name = if symbol.name.trim().is_empty() { "(no name)".to_owned() } else { symbol.name };
    #[expect(deprecated, reason = "the field has no default")]
    DocumentSymbol {
        name,
        detail: (!symbol.detail.is_empty()).then_some(symbol.detail),
        kind: kind(symbol.kind),
        tags: None,
        deprecated: None,
        range: range(symbol.span),
        selection_range: range(symbol.name_span),
        children: (!children.is_empty()).then_some(children),
    }
}

fn flatten(
    state: &State,
    query: &Query<'_>,
    uri: &Uri,
    symbols: Vec<Symbol>,
    container: Option<&str>,
    flat: &mut Vec<SymbolInformation>,
) {
    for symbol in symbols {
        let range = convert::range(&query.source, symbol.span, state.client.encoding);
        #[expect(deprecated, reason = "the field has no default")]
        flat.push(SymbolInformation {
            name: symbol.name.clone(),
            kind: kind(symbol.kind),
            tags: None,
            deprecated: None,
            location: Location { uri: uri.clone(), range },
            container_name: container.map(str::to_owned),
        });
        flatten(state, query, uri, symbol.children, Some(&symbol.name), flat);
    }
}

/// `workspace/symbol`.
pub(crate) fn workspace_symbols(
    state: &State,
    params: &WorkspaceSymbolParams,
) -> Option<WorkspaceSymbolResponse> {
    let mut symbols = Vec::new();
    for session in state.folders.iter().filter_map(|unit| unit.session()) {
        let project = session.project();
        for found in fpmlint_ide::search(project, &params.query) {
            let place = found.location;
            let Some(location) = location(state, &project.files, place.file, place.span) else { continue };
            symbols.push(WorkspaceSymbol {
                name: found.name,
                kind: kind(found.kind),
                tags: None,
                container_name: None,
                location: OneOf::Left(location),
                data: None,
            });
        }
    }
    Some(WorkspaceSymbolResponse::Nested(symbols))
}

fn kind(kind: fpmlint_ide::SymbolKind) -> SymbolKind {
    match kind {
        fpmlint_ide::SymbolKind::Pool => SymbolKind::MODULE,
        fpmlint_ide::SymbolKind::Site => SymbolKind::CLASS,
        fpmlint_ide::SymbolKind::Upstream => SymbolKind::INTERFACE,
        fpmlint_ide::SymbolKind::Scope => SymbolKind::METHOD,
        fpmlint_ide::SymbolKind::Section | fpmlint_ide::SymbolKind::Block => SymbolKind::NAMESPACE,
        fpmlint_ide::SymbolKind::Setting => SymbolKind::PROPERTY,
    }
}
