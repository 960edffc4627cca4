//! What reaches the thread that owns the state.

use tower_lsp::ls_types::{
    DidChangeTextDocumentParams, DidOpenTextDocumentParams, FileEvent, InitializeParams, Uri,
    WorkspaceFoldersChangeEvent,
};

use crate::state::State;

/// One thing that happened, in the order of arrival.
pub(crate) enum Event {
    /// The editor says who it is.
    Initialize(Box<InitializeParams>),
    /// The editor is ready for messages.
    Initialized,
    /// A document was opened.
    Opened(Box<DidOpenTextDocumentParams>),
    /// A document was edited.
    Changed(Box<DidChangeTextDocumentParams>),
    /// A document was saved.
    Saved(Uri),
    /// A document was closed.
    Closed(Uri),
    /// Files changed on disk.
    Watched(Vec<FileEvent>),
    /// Folders were added or removed.
    Folders(Box<WorkspaceFoldersChangeEvent>),
    /// The editor's settings changed; what it says they are now, which may be nothing.
    SettingsChanged(serde_json::Value),
    /// The settings, altogether and for folders, as the editor gives them when asked; none where it gives none.
    Settings(Option<(serde_json::Value, Vec<(Uri, serde_json::Value)>)>),
    /// A question about the state as it is after everything before it.
    Ask(Box<dyn Ask>),
}

/// A question with the way back to whoever asked.
pub(crate) trait Ask: Send {
    /// Whether nobody waits for the answer any more.
    fn is_cancelled(&self) -> bool;
    /// Answers.
    fn answer(self: Box<Self>, state: &mut State);
}
