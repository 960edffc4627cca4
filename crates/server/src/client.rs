//! What the editor said about itself.

use fpmlint_text::Encoding;
use tower_lsp::ls_types::{DiagnosticTag, InitializeParams, MarkupKind, PositionEncodingKind};

/// What the editor can do, as far as the server does something different for it.
#[derive(Clone, Debug)]
pub(crate) struct Client {
    /// In what columns are counted.
    pub encoding: Encoding,
    /// It asks for findings; else they are sent.
    pub pulls: bool,
    /// It shows places in other files.
    pub related: bool,
    /// It opens a rule's page.
    pub pages: bool,
    /// It knows tags of findings.
    pub tags: bool,
    /// It gives a finding's data back when it asks for actions.
    pub data: bool,
    /// It answers questions for its settings.
    pub asks_settings: bool,
    /// It accepts registrations for changed settings.
    pub registers_settings: bool,
    /// It accepts registrations for watched files.
    pub registers_watchers: bool,
    /// It shows progress.
    pub progress: bool,
    /// It knows actions that are more than commands.
    pub actions: bool,
    /// It knows edits with versions.
    pub versioned_edits: bool,
    /// It knows nested symbols.
    pub nested_symbols: bool,
    /// It knows links from a place to a place.
    pub definition_links: bool,
    /// It knows snippets.
    pub snippets: bool,
    /// It renders Markdown in hovers.
    pub hover_markdown: bool,
    /// It shows tooltips on links.
    pub link_tooltips: bool,
    /// It shows words above lines.
    pub lenses: bool,
    /// It asks for them again when it is told to.
    pub refreshes_lenses: bool,
}

impl Client {
    /// What `initialize` says.
    pub fn new(params: &InitializeParams) -> Client {
        let capabilities = &params.capabilities;
        let workspace = capabilities.workspace.as_ref();
        let text = capabilities.text_document.as_ref();
        let published = text.and_then(|text| text.publish_diagnostics.as_ref());
        let pulled = text.and_then(|text| text.diagnostic.as_ref());
        let refresh = workspace.and_then(|workspace| workspace.diagnostics.as_ref());
        let offered = capabilities.general.as_ref().and_then(|general| general.position_encodings.as_ref());
        let completion = text.and_then(|text| text.completion.as_ref());
        let hover = text.and_then(|text| text.hover.as_ref());
        let edits = workspace.and_then(|workspace| workspace.workspace_edit.as_ref());
        let is = |flag: Option<bool>| flag == Some(true);
        // Without a way to ask the editor for a new round, findings in other documents would go stale.
        let pulls = pulled.is_some() && is(refresh.and_then(|refresh| refresh.refresh_support));
        Client {
            encoding: encoding(offered.map_or(&[], Vec::as_slice)),
            pulls,
            related: is(published.and_then(|it| it.related_information))
                || is(pulled.and_then(|it| it.related_information))
                || pulls,
            pages: is(published.and_then(|it| it.code_description_support))
                || is(pulled.and_then(|it| it.code_description_support))
                || pulls,
            tags: published.is_some_and(|it| it.tag_support.is_some())
                || pulled.is_some_and(|it| it.tag_support.is_some()),
            data: is(published.and_then(|it| it.data_support)) || pulls,
            asks_settings: is(workspace.and_then(|it| it.configuration)),
            registers_settings: is(workspace
                .and_then(|it| it.did_change_configuration.as_ref())
                .and_then(|it| it.dynamic_registration)),
            registers_watchers: is(workspace
                .and_then(|it| it.did_change_watched_files.as_ref())
                .and_then(|it| it.dynamic_registration)),
            progress: is(capabilities.window.as_ref().and_then(|window| window.work_done_progress)),
            actions: text
                .and_then(|text| text.code_action.as_ref())
                .is_some_and(|actions| actions.code_action_literal_support.is_some()),
            versioned_edits: is(edits.and_then(|edits| edits.document_changes)),
            nested_symbols: is(text
                .and_then(|text| text.document_symbol.as_ref())
                .and_then(|symbols| symbols.hierarchical_document_symbol_support)),
            definition_links: is(text
                .and_then(|text| text.definition.as_ref())
                .and_then(|definition| definition.link_support)),
            snippets: is(completion
                .and_then(|completion| completion.completion_item.as_ref())
                .and_then(|item| item.snippet_support)),
            hover_markdown: hover
                .and_then(|hover| hover.content_format.as_ref())
                .is_some_and(|formats| formats.contains(&MarkupKind::Markdown)),
            link_tooltips: is(text
                .and_then(|text| text.document_link.as_ref())
                .and_then(|links| links.tooltip_support)),
            lenses: text.is_some_and(|text| text.code_lens.is_some()),
            refreshes_lenses: is(workspace
                .and_then(|workspace| workspace.code_lens.as_ref())
                .and_then(|lenses| lenses.refresh_support)),
        }
    }

    /// The tags that the editor may be told.
    pub fn tags(&self, tag: Option<DiagnosticTag>) -> Option<Vec<DiagnosticTag>> {
        tag.filter(|_| self.tags).map(|tag| vec![tag])
    }
}

/// UTF-8 where it is offered, since nothing has to be counted then; UTF-32 and UTF-16 where they alone are.
fn encoding(offered: &[PositionEncodingKind]) -> Encoding {
    let known = [
        (PositionEncodingKind::UTF8, Encoding::Utf8),
        (PositionEncodingKind::UTF16, Encoding::Utf16),
        (PositionEncodingKind::UTF32, Encoding::Utf32),
    ];
    let found = known.into_iter().find(|(kind, _)| offered.contains(kind));
    found.map_or(Encoding::Utf16, |(_, encoding)| encoding)
}
