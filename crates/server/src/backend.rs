//! The protocol's methods: each puts one event into the queue, and questions then wait for their answer.

use std::sync::mpsc::Sender;

use tokio::sync::oneshot;
use tower_lsp::LanguageServer;
use tower_lsp::jsonrpc::{Error, Result};
use tower_lsp::ls_types::{
    DidChangeConfigurationParams, DidChangeTextDocumentParams, DidChangeWatchedFilesParams,
    DidChangeWorkspaceFoldersParams, DidCloseTextDocumentParams, DidOpenTextDocumentParams,
    DidSaveTextDocumentParams, Hover, HoverParams, InitializeParams, InitializeResult, InitializedParams,
    ServerInfo,
};

use crate::capabilities;
use crate::client::Client;
use crate::event::{Ask, Event};
use crate::serve::Ending;
use crate::state::State;

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
        self.ask(move |state| crate::features::hover(state, &params)).await
    }
}
