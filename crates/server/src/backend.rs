//! The protocol's methods: each puts one event into the queue, and questions then wait for their answer.

use std::sync::mpsc::Sender;

use tokio::sync::oneshot;
use tower_lsp::LanguageServer;
use tower_lsp::jsonrpc::{Error, Result};
use tower_lsp::ls_types::{
    CodeActionParams, CodeActionResponse, CodeLens, CodeLensParams, CompletionItem, CompletionParams,
    CompletionResponse, DidChangeConfigurationParams, DidChangeTextDocumentParams,
    DidChangeWatchedFilesParams, DidChangeWorkspaceFoldersParams, DidCloseTextDocumentParams,
    DidOpenTextDocumentParams, DidSaveTextDocumentParams, DocumentDiagnosticParams,
    DocumentDiagnosticReportResult, DocumentLink, DocumentLinkParams, DocumentSymbolParams,
    DocumentSymbolResponse, ExecuteCommandParams, GotoDefinitionParams, GotoDefinitionResponse, Hover,
    HoverParams, InitializeParams, InitializeResult, InitializedParams, LSPAny, Location, ReferenceParams,
    ServerInfo, WorkspaceDiagnosticParams, WorkspaceDiagnosticReportResult, WorkspaceSymbolParams,
    WorkspaceSymbolResponse,
};

use crate::client::Client;
use crate::event::{Ask, Event};
use crate::serve::Ending;
use crate::state::State;
use crate::{capabilities, features, pull};

/// The server as the protocol library sees it.
pub(crate) struct Backend {
    events: Sender<Event>,
    ending: Ending,
}

impl Backend {
    pub fn new(events: Sender<Event>, ending: Ending) -> Backend {
        Backend { events, ending }
    }

    /// Everything before the first await runs in the order of arrival.
    fn enqueue(&self, event: Event) {
        // The owner of the state only ends together with the process.
        let _ = self.events.send(event);
    }

    async fn ask<R: Send + 'static>(
        &self,
        question: impl FnOnce(&mut State) -> R + Send + 'static,
    ) -> Result<R> {
        let (back, answer) = oneshot::channel();
        self.enqueue(Event::Ask(Box::new(Question { question, back })));
        answer.await.map_err(|_| Error::internal_error())
    }
}

struct Question<F, R> {
    question: F,
    back: oneshot::Sender<R>,
}

impl<R: Send, F: FnOnce(&mut State) -> R + Send> Ask for Question<F, R> {
    fn is_cancelled(&self) -> bool {
        self.back.is_closed()
    }

    fn answer(self: Box<Self>, state: &mut State) {
        // A question that was withdrawn meanwhile has nobody to hear the answer.
        let _ = self.back.send((self.question)(state));
    }
}

impl LanguageServer for Backend {
    async fn initialize(&self, params: InitializeParams) -> Result<InitializeResult> {
        self.ending.watch(params.process_id);
        let client = Client::new(&params);
        self.enqueue(Event::Initialize(Box::new(params)));
        Ok(InitializeResult {
            capabilities: capabilities::server(&client),
            server_info: Some(ServerInfo {
                name: "fpmlint".to_owned(),
                version: Some(env!("CARGO_PKG_VERSION").to_owned()),
            }),
            offset_encoding: None,
        })
    }

    async fn initialized(&self, _: InitializedParams) {
        self.enqueue(Event::Initialized);
    }

    async fn shutdown(&self) -> Result<()> {
        self.ending.shut_down();
        Ok(())
    }

    async fn did_open(&self, params: DidOpenTextDocumentParams) {
        self.enqueue(Event::Opened(Box::new(params)));
    }

    async fn did_change(&self, params: DidChangeTextDocumentParams) {
        self.enqueue(Event::Changed(Box::new(params)));
    }

    async fn did_save(&self, params: DidSaveTextDocumentParams) {
        self.enqueue(Event::Saved(params.text_document.uri));
    }

    async fn did_close(&self, params: DidCloseTextDocumentParams) {
        self.enqueue(Event::Closed(params.text_document.uri));
    }

    async fn did_change_watched_files(&self, params: DidChangeWatchedFilesParams) {
        self.enqueue(Event::Watched(params.changes));
    }

    async fn did_change_workspace_folders(&self, params: DidChangeWorkspaceFoldersParams) {
        self.enqueue(Event::Folders(Box::new(params.event)));
    }

    async fn did_change_configuration(&self, params: DidChangeConfigurationParams) {
        self.enqueue(Event::SettingsChanged(params.settings));
    }

    async fn hover(&self, params: HoverParams) -> Result<Option<Hover>> {
        self.ask(move |state| features::hover(state, &params)).await
    }

    async fn completion(&self, params: CompletionParams) -> Result<Option<CompletionResponse>> {
        self.ask(move |state| features::completion(state, &params)).await
    }

    async fn completion_resolve(&self, item: CompletionItem) -> Result<CompletionItem> {
        Ok(features::resolve_completion(item))
    }

    async fn goto_definition(&self, params: GotoDefinitionParams) -> Result<Option<GotoDefinitionResponse>> {
        self.ask(move |state| features::definition(state, &params)).await
    }

    async fn references(&self, params: ReferenceParams) -> Result<Option<Vec<Location>>> {
        self.ask(move |state| features::references(state, &params)).await
    }

    async fn document_link(&self, params: DocumentLinkParams) -> Result<Option<Vec<DocumentLink>>> {
        self.ask(move |state| features::links(state, &params)).await
    }

    async fn document_symbol(&self, params: DocumentSymbolParams) -> Result<Option<DocumentSymbolResponse>> {
        self.ask(move |state| features::document_symbols(state, &params)).await
    }

    async fn symbol(&self, params: WorkspaceSymbolParams) -> Result<Option<WorkspaceSymbolResponse>> {
        self.ask(move |state| features::workspace_symbols(state, &params)).await
    }

    async fn code_action(&self, params: CodeActionParams) -> Result<Option<CodeActionResponse>> {
        self.ask(move |state| features::code_actions(state, &params)).await
    }

    async fn code_lens(&self, params: CodeLensParams) -> Result<Option<Vec<CodeLens>>> {
        self.ask(move |state| features::code_lenses(state, &params)).await
    }

    async fn code_lens_resolve(&self, lens: CodeLens) -> Result<CodeLens> {
        self.ask(move |state| features::resolve_code_lens(state, lens)).await?
    }

    async fn execute_command(&self, params: ExecuteCommandParams) -> Result<Option<LSPAny>> {
        self.ask(move |state| features::execute(state, &params)).await?
    }

    async fn diagnostic(&self, params: DocumentDiagnosticParams) -> Result<DocumentDiagnosticReportResult> {
        self.ask(move |state| pull::document(state, &params)).await
    }

    async fn workspace_diagnostic(
        &self,
        params: WorkspaceDiagnosticParams,
    ) -> Result<WorkspaceDiagnosticReportResult> {
        self.ask(move |state| pull::workspace(state, &params)).await
    }
}
