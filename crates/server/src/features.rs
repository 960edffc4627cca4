//! Questions of the editor: from its positions to the project's offsets, and the answers back.

mod actions;
mod complete;
mod lens;
mod navigate;
mod outline;
mod trace;

pub(crate) use actions::{FIX_ALL, code_actions};
pub(crate) use complete::{completion, resolve_completion};
pub(crate) use lens::{code_lenses, resolve_code_lens};
pub(crate) use navigate::{definition, links, references};
pub(crate) use outline::{document_symbols, workspace_symbols};
pub(crate) use trace::{TRACE_URL, execute};

use fpmlint_ide::Query;
use fpmlint_text::{FileId, Span};
use fpmlint_workspace::Files;
use tower_lsp::ls_types::{
    Hover, HoverContents, HoverParams, Location, MarkupContent, MarkupKind, Position, Uri,
};

use crate::convert;
use crate::state::State;

/// The file at a position and the offset in it.
fn at<'a>(state: &'a State, uri: &Uri, position: Position) -> Option<(Query<'a>, u32)> {
    let query = about(state, uri)?;
    let offset = convert::offset(&query.source, position, state.client.encoding);
    Some((query, offset))
}

/// The file that an open document is.
fn about<'a>(state: &'a State, uri: &Uri) -> Option<Query<'a>> {
    let (unit, file) = state.place(state.documents.get(uri.as_str())?)?;
    Some(Query::new(unit.session()?, file))
}

/// A place of a project in the editor's words; none where it lies in no file of this machine.
fn location(state: &State, files: &Files, file: FileId, span: Span) -> Option<Location> {
    let source = files.get(file);
    let range = convert::range(&source, span, state.client.encoding);
    Some(Location { uri: state.uri_of(&source)?, range })
}

/// `textDocument/hover`.
pub(crate) fn hover(state: &State, params: &HoverParams) -> Option<Hover> {
    let place = &params.text_document_position_params;
    let (query, offset) = at(state, &place.text_document.uri, place.position)?;
    let hover = fpmlint_ide::hover(&query, offset)?;
    let kind = if state.client.hover_markdown { MarkupKind::Markdown } else { MarkupKind::PlainText };
    Some(Hover {
        contents: HoverContents::Markup(MarkupContent { kind, value: hover.markdown }),
        range: Some(convert::range(&query.source, hover.span, state.client.encoding)),
    })
}
