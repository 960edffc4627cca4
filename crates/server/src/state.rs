//! The state of the server, owned by one thread.
//!
//! In: events in the order of arrival. Out: messages to the editor. Invariant: edits only mark what is stale;
//! everything is brought up to date at once when nothing more waits or somebody asks.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use fpmlint_text::FileId;
use fpmlint_workspace::{Overlay, System};
use serde_json::Value;
use tower_lsp::ls_types::{
    DidChangeTextDocumentParams, DidChangeWatchedFilesRegistrationOptions, DidOpenTextDocumentParams,
    FileChangeType, FileEvent, FileSystemWatcher, GlobPattern, InitializeParams, MessageType, Registration,
    Uri, WorkspaceFoldersChangeEvent,
};

use crate::client::Client;
use crate::document::Document;
use crate::event::{Ask, Event};
use crate::options::EditorSettings;
use crate::outgoing::{Message, Outgoing, SECTION};
use crate::unit::Unit;
use crate::uri;

/// Folders that no daemon reads and tools fill with thousands of files.
const NOISY: [&str; 5] = [".git", ".hg", ".svn", "node_modules", "vendor"];

/// Endings of files that decide nothing here and that other programs write all the time.
const IDLE: [&str; 20] = [
    "cache", "css", "gif", "ico", "jpeg", "jpg", "js", "less", "lock", "log", "map", "md", "pid", "png",
    "scss", "svg", "swp", "tmp", "ts", "woff2",
];

/// Everything that the server knows.
pub(crate) struct State {
    pub outgoing: Outgoing,
    pub client: Client,
    pub system: Arc<Overlay>,
    /// The open documents by their addresses.
    pub documents: BTreeMap<String, Document>,
    /// The folders of the workspace.
    pub folders: Vec<Unit>,
    /// The documents that no folder decides about, by their addresses.
    pub lone: BTreeMap<String, Unit>,
    /// The settings where no folder has its own.
    pub settings: EditorSettings,
    /// Problems of settings files that the editor was sent.
    pub told: BTreeMap<PathBuf, Vec<fpmlint_engine::RunError>>,
    /// Grows whenever findings may have changed.
    pub revision: u64,
    /// The revision, and the number of files that the editor then knew, at which it knew everything.
    pub pulled: Option<(u64, usize)>,
    /// The revision whose words above lines the editor has; none where it has none or was told to ask again.
    pub lenses_of: Option<u64>,
    /// Questions that came before anything could be loaded.
    early: Vec<Box<dyn Ask>>,
    phase: Phase,
}

/// How far the start has come.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Phase {
    /// The editor is not ready.
    Starting,
    /// The editor was asked for its settings, and nothing is loaded before it answers.
    Asking,
    /// Files are loaded when they are wanted.
    Running,
}

impl State {
    /// Nothing yet.
    pub fn new(system: Arc<dyn System>, outgoing: Outgoing) -> State {
        State {
            outgoing,
            client: Client::new(&InitializeParams::default()),
            system: Arc::new(Overlay::new(system)),
            documents: BTreeMap::new(),
            folders: Vec::new(),
            lone: BTreeMap::new(),
            settings: EditorSettings::default(),
            told: BTreeMap::new(),
            revision: 0,
            pulled: None,
            lenses_of: None,
            early: Vec::new(),
            phase: Phase::Starting,
        }
    }

    /// Takes one event in.
    pub fn handle(&mut self, event: Event) {
        match event {
            Event::Initialize(params) => self.initialize(&params),
            Event::Initialized => self.initialized(),
            Event::Opened(params) => self.opened(*params),
            Event::Changed(params) => self.changed(*params),
            Event::Saved(uri) => self.saved(&uri),
            Event::Closed(uri) => self.closed(&uri),
            Event::Watched(events) => events.iter().for_each(|event| self.watched(event)),
            Event::Folders(change) => self.folders_changed(&change),
            Event::SettingsChanged(value) => self.settings_changed(&value),
            Event::Settings(answer) => {
                if let Some((general, folders)) = answer {
                    self.take_settings(&general, &folders);
                }
                self.phase = Phase::Running;
            }
            Event::Ask(question) if self.phase == Phase::Running => {
                if !question.is_cancelled() {
                    self.settle();
                    question.answer(self);
                }
            }
            Event::Ask(question) => self.early.push(question),
        }
    }

    /// Brings everything up to date and sends what has changed.
    pub fn settle(&mut self) {
        if self.phase != Phase::Running {
            return;
        }
        self.take_edits();
        let is_first = self.folders.iter().any(Unit::is_new);
        if is_first && self.client.progress {
            self.outgoing.send(Message::Begin("Reading the configuration".to_owned()));
        }
        for unit in &mut self.folders {
            self.revision += u64::from(unit.update());
        }
        if is_first && self.client.progress {
            self.outgoing.send(Message::End);
        }
        self.judge_lone_documents();
        self.publish();
        self.say_problems();
        for question in std::mem::take(&mut self.early) {
            question.answer(self);
        }
    }

    /// The unit that decides about a document, and the document's number in it.
    pub fn place(&self, document: &Document) -> Option<(&Unit, FileId)> {
        if let Some(unit) = self.lone.get(document.uri.as_str()) {
            return Some((unit, unit.file(&unit.path)?));
        }
        let unit = self.folder_of(&document.path)?;
        Some((unit, unit.file(&document.path)?))
    }

    /// The folder that decides about a path: the deepest that reads it.
    pub fn folder_of(&self, path: &Path) -> Option<&Unit> {
        let deciding = self.folders.iter().filter(|unit| unit.decides(path));
        deciding.max_by_key(|unit| (unit.holds(path), unit.path.components().count()))
    }

    fn initialize(&mut self, params: &InitializeParams) {
        self.client = Client::new(params);
        if let Some(options) = &params.initialization_options {
            self.settings = self.read_settings(options);
        }
        #[expect(deprecated, reason = "editors without folders name their root so")]
        let root = params
            .root_uri
            .as_ref()
            .and_then(uri::path)
            .or_else(|| params.root_path.as_ref().map(PathBuf::from));
        let folders = match &params.workspace_folders {
            Some(folders) => folders.iter().filter_map(|folder| uri::path(&folder.uri)).collect(),
            None => root.into_iter().collect::<Vec<_>>(),
        };
        for folder in folders {
            self.add_folder(folder);
        }
    }

    fn initialized(&mut self) {
        let mut registrations = Vec::new();
        if self.client.registers_watchers {
            let everything =
                FileSystemWatcher { glob_pattern: GlobPattern::String("**/*".to_owned()), kind: None };
            let options = DidChangeWatchedFilesRegistrationOptions { watchers: vec![everything] };
            registrations.push(Registration {
                id: "fpmlint/files".to_owned(),
                method: "workspace/didChangeWatchedFiles".to_owned(),
                register_options: serde_json::to_value(options).ok(),
            });
        }
        if self.client.registers_settings {
            registrations.push(Registration {
                id: "fpmlint/settings".to_owned(),
                method: "workspace/didChangeConfiguration".to_owned(),
                register_options: Some(serde_json::json!({"section": SECTION})),
            });
        }
        if !registrations.is_empty() {
            self.outgoing.send(Message::Register(registrations));
        }
        self.phase = if self.client.asks_settings { Phase::Asking } else { Phase::Running };
        self.ask_settings();
    }

    fn ask_settings(&self) {
        if self.client.asks_settings {
            let folders = self.folders.iter().filter_map(|unit| uri::of_path(&unit.path)).collect();
            self.outgoing.send(Message::AskSettings(folders));
        }
    }

    /// Editors that are asked send nothing of use here; the others send all settings.
    fn settings_changed(&mut self, value: &Value) {
        if self.client.asks_settings {
            self.ask_settings();
        } else if let Some(section) = value.get(SECTION) {
            self.take_settings(section, &[]);
        }
    }

    fn take_settings(&mut self, general: &Value, folders: &[(Uri, Value)]) {
        // No answer is no change: what `initialize` said still holds.
        if !general.is_null() {
            self.settings = self.read_settings(general);
        }
        for index in 0..self.folders.len() {
            let path = self.folders[index].path.clone();
            let own = folders
                .iter()
                .find(|(uri, value)| !value.is_null() && uri::path(uri).as_ref() == Some(&path));
            let settings = match own {
                Some((_, value)) if value != general => self.read_settings(value),
                _ => self.settings.clone(),
            };
            self.folders[index].set_settings(settings);
        }
        self.lone.clear();
    }

    fn read_settings(&self, value: &Value) -> EditorSettings {
        let (settings, problems) = EditorSettings::read(value);
        for problem in problems {
            self.outgoing.send(Message::Show(MessageType::WARNING, format!("fpmlint: setting {problem}")));
        }
        settings
    }

    fn add_folder(&mut self, path: PathBuf) {
        if !self.folders.iter().any(|unit| unit.path == path) {
            self.folders.push(Unit::folder(path, &self.system, self.settings.clone()));
        }
    }

    fn folders_changed(&mut self, change: &WorkspaceFoldersChangeEvent) {
        for folder in &change.removed {
            let path = uri::path(&folder.uri);
            self.folders.retain(|unit| Some(&unit.path) != path.as_ref());
            self.revision += 1;
        }
        for path in change.added.iter().filter_map(|folder| uri::path(&folder.uri)) {
            self.add_folder(path);
        }
        if self.phase == Phase::Running {
            self.ask_settings();
        }
    }

    fn opened(&mut self, params: DidOpenTextDocumentParams) {
        let mut document = Document::new(params.text_document);
        if document.is_file {
            let path = document.path.clone();
            document.followed = self.system.followed(&path);
            let known = self.folders.iter().any(|unit| unit.file(&path).is_some());
            let on_disk = self.system.base().read(&path).ok();
            document.on_disk = on_disk.is_some();
            if !known && on_disk.is_none_or(|text| text != document.text()) {
                self.note_structure(&path);
            }
        }
        self.lone.remove(document.uri.as_str());
        self.documents.insert(document.uri.as_str().to_owned(), document);
    }

    fn changed(&mut self, params: DidChangeTextDocumentParams) {
        let encoding = self.client.encoding;
        if let Some(document) = self.documents.get_mut(params.text_document.uri.as_str()) {
            document.version = params.text_document.version;
            document.edit(params.content_changes, encoding);
        }
    }

    /// A file that was only in the editor has an owner and a mode now, and one that no project read may be one that
    /// it should.
    fn saved(&mut self, uri: &Uri) {
        let Some(document) = self.documents.get_mut(uri.as_str()).filter(|document| document.is_file) else {
            return;
        };
        let path = document.path.clone();
        let is_new = !std::mem::replace(&mut document.on_disk, true);
        if is_new || !self.folders.iter().any(|unit| unit.dialect(&path).is_some()) {
            self.note_structure(&path);
        }
    }

    fn closed(&mut self, uri: &Uri) {
        let Some(document) = self.documents.remove(uri.as_str()) else { return };
        self.lone.remove(uri.as_str());
        self.forget(document.uri);
        if !document.is_file {
            return;
        }
        self.system.remove(&document.path);
        if self.exists(&document.path) {
            self.note_text(&document.path);
        } else {
            self.note_structure(&document.path);
        }
        // The same file may be open under another name; its text lies above the disk's again.
        for other in self.documents.values_mut() {
            other.dirty |= other.is_file && other.followed == document.followed;
        }
    }

    fn watched(&mut self, event: &FileEvent) {
        let Some(path) = uri::path(&event.uri) else { return };
        if path.components().any(|part| NOISY.iter().any(|noisy| part.as_os_str() == *noisy)) {
            return;
        }
        let known = self.folders.iter().any(|unit| unit.file(&path).is_some());
        let is_idle = |ending: &std::ffi::OsStr| IDLE.iter().any(|idle| ending.eq_ignore_ascii_case(idle));
        if !known && path.extension().is_some_and(is_idle) {
            return;
        }
        if event.typ == FileChangeType::CHANGED && known {
            self.note_text(&path);
        } else {
            self.note_structure(&path);
        }
    }

    fn exists(&self, path: &Path) -> bool {
        self.system.base().metadata(path).is_ok()
    }

    fn note_text(&mut self, path: &Path) {
        self.folders.iter_mut().for_each(|unit| unit.note_text(path));
    }

    fn note_structure(&mut self, path: &Path) {
        self.folders.iter_mut().for_each(|unit| unit.note_structure(path));
    }

    /// Puts edited texts over the files.
    fn take_edits(&mut self) {
        for document in self.documents.values_mut().filter(|document| document.dirty) {
            document.dirty = false;
            document.edited = true;
            if document.is_file {
                self.system.set(&document.path, document.shared());
                self.folders.iter_mut().for_each(|unit| unit.note_text(&document.path));
            }
        }
    }

    fn judge_lone_documents(&mut self) {
        for (key, document) in &self.documents {
            let decided = document.is_file && self.folders.iter().any(|unit| unit.decides(&document.path));
            match self.lone.get_mut(key) {
                Some(_) if decided => {
                    self.lone.remove(key);
                }
                Some(unit) if document.edited => {
                    unit.set_lone_text(document);
                    unit.update();
                }
                None if !decided => {
                    self.lone.insert(key.clone(), Unit::lone(document, self.settings.clone()));
                }
                _ => {}
            }
        }
    }

    /// Says what kept files from being read, such as a folder with too many of them.
    fn say_problems(&mut self) {
        for unit in &mut self.folders {
            let Some(session) = unit.session() else { continue };
            let new: Vec<String> = session
                .outcome()
                .errors
                .iter()
                .map(|error| match &error.file {
                    Some(file) => format!("{file}: {}", error.message),
                    None => error.message.clone(),
                })
                .filter(|message| !unit.said.contains(message))
                .collect();
            for message in new {
                self.outgoing.send(Message::Show(MessageType::WARNING, format!("fpmlint: {message}")));
                unit.said.insert(message);
            }
        }
    }
}
