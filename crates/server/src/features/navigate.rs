//! Definitions, references and links.

use tower_lsp::ls_types::{
    DocumentLink, DocumentLinkParams, GotoDefinitionParams, GotoDefinitionResponse, Location, LocationLink,
    ReferenceParams,
};

use super::{about, at, location};
use crate::convert;
use crate::state::State;

/// `textDocument/definition`.
pub(crate) fn definition(state: &State, params: &GotoDefinitionParams) -> Option<GotoDefinitionResponse> {
    let place = &params.text_document_position_params;
    let (query, offset) = at(state, &place.text_document.uri, place.position)?;
    let found = fpmlint_ide::definitions(&query, offset);
    let files = &query.project.files;
    let locations = found.iter().filter_map(|it| location(state, files, it.file, it.span));
    let locations: Vec<Location> = locations.collect();
    if locations.is_empty() {
        return None;
    }
    if !state.client.definition_links {
        return Some(GotoDefinitionResponse::Array(locations));
    }
    let links = locations.into_iter().map(|location| LocationLink {
        origin_selection_range: None,
        target_uri: location.uri,
        target_range: location.range,
        target_selection_range: location.range,
    });
    Some(GotoDefinitionResponse::Link(links.collect()))
}

/// `textDocument/references`.
pub(crate) fn references(state: &State, params: &ReferenceParams) -> Option<Vec<Location>> {
    let place = &params.text_document_position;
    let (query, offset) = at(state, &place.text_document.uri, place.position)?;
    let found = fpmlint_ide::references(&query, offset, params.context.include_declaration);
    let files = &query.project.files;
    let locations = found.iter().filter_map(|it| location(state, files, it.file, it.span));
    Some(locations.collect())
}

/// `textDocument/documentLink`.
pub(crate) fn links(state: &State, params: &DocumentLinkParams) -> Option<Vec<DocumentLink>> {
    let query = about(state, &params.text_document.uri)?;
    let links = fpmlint_ide::links(&query).into_iter().filter_map(|link| {
        let target = query.project.files.get(link.target);
        let tooltip = state.client.link_tooltips.then(|| "Open the included file".to_owned());
        Some(DocumentLink {
            range: convert::range(&query.source, link.span, state.client.encoding),
            target: Some(state.uri_of(&target)?),
            tooltip,
            data: None,
        })
    });
    Some(links.collect())
}
