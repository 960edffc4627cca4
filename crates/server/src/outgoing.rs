//! Messages to the editor.
//!
//! In: messages of the thread that owns the state. Out: the same in the same order; answers come back as events.
//! Invariant: the owner never waits for the editor.

use std::sync::mpsc::Sender;
use std::time::Duration;

use serde_json::Value;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender};
use tower_lsp::Client;
use tower_lsp::ls_types::notification::{Progress, PublishDiagnostics, ShowMessage};
use tower_lsp::ls_types::request::{CodeLensRefresh, WorkDoneProgressCreate, WorkspaceDiagnosticRefresh};
use tower_lsp::ls_types::{
    ConfigurationItem, MessageType, ProgressParams, ProgressParamsValue, ProgressToken,
    PublishDiagnosticsParams, Registration, ShowMessageParams, Uri, WorkDoneProgress, WorkDoneProgressBegin,
    WorkDoneProgressCreateParams, WorkDoneProgressEnd,
};

use crate::event::Event;

/// The part of the editor's settings that is meant for this server.
pub(crate) const SECTION: &str = "fpmlint";

/// How long an editor may take to say what its settings are.
const PATIENCE: Duration = Duration::from_secs(10);

/// One message.
#[derive(Debug)]
pub(crate) enum Message {
    /// Findings of a document.
    Publish(PublishDiagnosticsParams),
    /// Something that the user should see.
    Show(MessageType, String),
    /// The editor shall ask for findings again.
    Refresh,
    /// The editor shall ask for the words above lines again.
    RefreshLenses,
    /// What are the settings, altogether and for these folders?
    AskSettings(Vec<Uri>),
    /// The server wants to be told of something.
    Register(Vec<Registration>),
    /// Something that takes a while begins.
    Begin(String),
    /// It has ended.
    End,
}

/// The owner's way to the editor.
#[derive(Clone, Debug)]
pub(crate) struct Outgoing(UnboundedSender<Message>);

impl Outgoing {
    pub fn new(messages: UnboundedSender<Message>) -> Outgoing {
        Outgoing(messages)
    }

    /// Sends a message, unless the editor is gone.
    pub fn send(&self, message: Message) {
        let _ = self.0.send(message);
    }
}

/// Passes messages on until there will be no more.
pub(crate) async fn pump(client: Client, mut messages: UnboundedReceiver<Message>, events: Sender<Event>) {
    let mut loads = 0;
    let mut begun: Option<tokio::task::JoinHandle<ProgressToken>> = None;
    while let Some(message) = messages.recv().await {
        match message {
            Message::Publish(params) => client.send_notification::<PublishDiagnostics>(params).await,
            Message::Show(typ, message) => {
                client.send_notification::<ShowMessage>(ShowMessageParams { typ, message }).await;
            }
            Message::Refresh => {
                let client = client.clone();
                // An editor that refuses has nothing to refresh.
                tokio::spawn(async move { client.send_request::<WorkspaceDiagnosticRefresh>(()).await });
            }
            Message::RefreshLenses => {
                let client = client.clone();
                // An editor that refuses has nothing to refresh.
                tokio::spawn(async move { client.send_request::<CodeLensRefresh>(()).await });
            }
            Message::AskSettings(folders) => {
                tokio::spawn(ask_settings(client.clone(), folders, events.clone()));
            }
            Message::Register(registrations) => {
                let client = client.clone();
                tokio::spawn(async move {
                    if let Err(error) = client.register_capability(registrations).await {
                        let message = format!("the editor refuses to tell of changes: {error}");
                        client.log_message(MessageType::WARNING, message).await;
                    }
                });
            }
            Message::Begin(title) => {
                loads += 1;
                begun = Some(tokio::spawn(begin(client.clone(), format!("fpmlint/load/{loads}"), title)));
            }
            Message::End => {
                if let Some(begun) = begun.take() {
                    tokio::spawn(end(client.clone(), begun));
                }
            }
        }
    }
}

async fn ask_settings(client: Client, folders: Vec<Uri>, events: Sender<Event>) {
    let item = |scope_uri| ConfigurationItem { scope_uri, section: Some(SECTION.to_owned()) };
    let items = std::iter::once(item(None)).chain(folders.iter().cloned().map(Some).map(item)).collect();
    // Nothing is loaded before the answer, so an editor that owes it must not hold up everything for ever.
    let answer = match tokio::time::timeout(PATIENCE, client.configuration(items)).await {
        Ok(Ok(values)) => {
            let mut values = values.into_iter();
            let general = values.next().unwrap_or(Value::Null);
            Some((general, folders.into_iter().zip(values).collect()))
        }
        Ok(Err(_)) | Err(_) => None,
    };
    // The owner only ends together with the process.
    let _ = events.send(Event::Settings(answer));
}

async fn begin(client: Client, token: String, title: String) -> ProgressToken {
    let token = ProgressToken::String(token);
    let create = WorkDoneProgressCreateParams { token: token.clone() };
    if client.send_request::<WorkDoneProgressCreate>(create).await.is_ok() {
        let begin = WorkDoneProgressBegin { title, ..WorkDoneProgressBegin::default() };
        progress(&client, &token, WorkDoneProgress::Begin(begin)).await;
    }
    token
}

async fn end(client: Client, begun: tokio::task::JoinHandle<ProgressToken>) {
    if let Ok(token) = begun.await {
        progress(&client, &token, WorkDoneProgress::End(WorkDoneProgressEnd { message: None })).await;
    }
}

async fn progress(client: &Client, token: &ProgressToken, value: WorkDoneProgress) {
    let value = ProgressParamsValue::WorkDone(value);
    client.send_notification::<Progress>(ProgressParams { token: token.clone(), value }).await;
}
