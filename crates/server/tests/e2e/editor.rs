//! An editor for tests: it speaks the protocol over pipes in this process, with the server's real main loop.
//!
//! Nothing sleeps: every step waits for a message, for at most [`PATIENCE`].

use std::collections::VecDeque;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use fpmlint_workspace::{Memory, Overlay, System};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream, ReadHalf, WriteHalf};
use tokio::task::JoinHandle;

/// How long anything may take on a busy machine.
const PATIENCE: Duration = Duration::from_secs(60);

/// A connected editor.
pub struct Editor {
    output: WriteHalf<DuplexStream>,
    input: ReadHalf<DuplexStream>,
    server: JoinHandle<u8>,
    disk: Arc<Overlay>,
    next_id: i64,
    /// Notifications that nobody waited for yet.
    pending: VecDeque<Value>,
    /// The methods of the server's requests, in order, with their parameters.
    pub asked: Vec<(String, Value)>,
    /// What the editor answers when it is asked for settings.
    pub settings: Value,
    /// What the server said that it can do.
    pub capabilities: Value,
}

/// What an editor of today can do; tests take away or add.
pub fn modern() -> Value {
    json!({
        "general": {"positionEncodings": ["utf-16"]},
        "workspace": {
            "workspaceFolders": true,
            "workspaceEdit": {"documentChanges": true},
            "didChangeWatchedFiles": {"dynamicRegistration": true},
        },
        "window": {"workDoneProgress": true},
        "textDocument": {
            "publishDiagnostics": {
                "relatedInformation": true, "dataSupport": true, "codeDescriptionSupport": true,
                "tagSupport": {"valueSet": [1, 2]}, "versionSupport": true,
            },
            "codeAction": {"codeActionLiteralSupport": {"codeActionKind": {"valueSet": ["quickfix", "source.fixAll"]}},
                "isPreferredSupport": true},
            "completion": {"completionItem": {"snippetSupport": true, "documentationFormat": ["markdown"]}},
            "hover": {"contentFormat": ["markdown", "plaintext"]},
            "documentSymbol": {"hierarchicalDocumentSymbolSupport": true},
            "documentLink": {"tooltipSupport": true},
        },
    })
}

/// The same editor, which asks for findings instead of being sent them.
pub fn pulling() -> Value {
    let mut capabilities = modern();
    capabilities["textDocument"]["diagnostic"] = json!({"dynamicRegistration": false});
    capabilities["workspace"]["diagnostics"] = json!({"refreshSupport": true});
    capabilities
}

impl Editor {
    /// A server over these files and an editor that has not said anything.
    pub fn connect(disk: Memory) -> Editor {
        let disk = Arc::new(Overlay::new(Arc::new(disk)));
        let (ours, theirs) = tokio::io::duplex(1 << 16);
        let (their_input, their_output) = tokio::io::split(theirs);
        let system = Arc::clone(&disk) as Arc<dyn System>;
        let server = tokio::spawn(async move {
            fpmlint_server::serve(their_input, their_output, system).await.expect("a thread")
        });
        let (input, output) = tokio::io::split(ours);
        Editor {
            output,
            input,
            server,
            disk,
            next_id: 0,
            pending: VecDeque::new(),
            asked: Vec::new(),
            settings: Value::Null,
            capabilities: Value::Null,
        }
    }

    /// A modern editor with `/repo` open.
    pub async fn start(disk: Memory) -> Editor {
        Editor::start_with(disk, modern(), json!(null)).await
    }

    /// An editor with `/repo` open.
    pub async fn start_with(disk: Memory, capabilities: Value, options: Value) -> Editor {
        let folders = json!([{"uri": "file:///repo", "name": "work"}]);
        Editor::start_in(disk, capabilities, options, folders).await
    }

    /// An editor with these folders open.
    pub async fn start_in(disk: Memory, capabilities: Value, options: Value, folders: Value) -> Editor {
        let mut editor = Editor::connect(disk);
        let params = json!({"processId": null, "rootUri": null, "capabilities": capabilities,
            "initializationOptions": options, "workspaceFolders": folders});
        let answer = editor.request("initialize", params).await;
        editor.capabilities = answer["capabilities"].clone();
        editor.notify("initialized", json!({})).await;
        editor
    }

    /// Changes a file behind the editor's back.
    pub fn write_disk(&self, path: &str, text: &str) {
        self.disk.set(Path::new(path), text.as_bytes());
    }

    /// Takes away what [`Editor::write_disk`] wrote.
    pub fn restore_disk(&self, path: &str) {
        assert!(self.disk.remove(Path::new(path)), "{path} was not written");
    }

    /// Says that a file changed: 1 created, 2 changed, 3 deleted.
    pub async fn watched(&mut self, path: &str, kind: u8) {
        let changes = json!([{"uri": uri(path), "type": kind}]);
        self.notify("workspace/didChangeWatchedFiles", json!({"changes": changes})).await;
    }

    pub async fn open(&mut self, path: &str, language: &str, text: &str) {
        self.open_uri(&uri(path), language, text).await;
    }

    pub async fn open_uri(&mut self, uri: &str, language: &str, text: &str) {
        let document = json!({"uri": uri, "languageId": language, "version": 1, "text": text});
        self.notify("textDocument/didOpen", json!({"textDocument": document})).await;
    }

    /// Replaces the whole text.
    pub async fn replace(&mut self, path: &str, version: i64, text: &str) {
        self.change(path, version, json!([{"text": text}])).await;
    }

    /// Replaces a range of a line.
    pub async fn edit(&mut self, path: &str, version: i64, from: (u32, u32), to: (u32, u32), text: &str) {
        self.change(path, version, json!([{"range": range(from, to), "text": text}])).await;
    }

    pub async fn change(&mut self, path: &str, version: i64, changes: Value) {
        let document = json!({"uri": uri(path), "version": version});
        let params = json!({"textDocument": document, "contentChanges": changes});
        self.notify("textDocument/didChange", params).await;
    }

    pub async fn save(&mut self, path: &str) {
        self.notify("textDocument/didSave", json!({"textDocument": {"uri": uri(path)}})).await;
    }

    pub async fn close(&mut self, path: &str) {
        self.notify("textDocument/didClose", json!({"textDocument": {"uri": uri(path)}})).await;
    }

    /// Asks something about a place.
    pub async fn ask_at(&mut self, method: &str, path: &str, line: u32, character: u32) -> Value {
        let position = json!({"line": line, "character": character});
        self.request(method, json!({"textDocument": {"uri": uri(path)}, "position": position})).await
    }

    /// Sends a request and gives the result; an error fails the test.
    pub async fn request(&mut self, method: &str, params: Value) -> Value {
        let id = self.send_request(method, params).await;
        let answer = self.answer(id).await;
        assert!(answer.get("error").is_none(), "{method}: {answer}");
        answer["result"].clone()
    }

    /// Sends a request without waiting.
    pub async fn send_request(&mut self, method: &str, params: Value) -> i64 {
        self.next_id += 1;
        let id = self.next_id;
        let mut message = json!({"jsonrpc": "2.0", "id": id, "method": method});
        if !params.is_null() {
            message["params"] = params;
        }
        self.send(&message).await;
        id
    }

    /// The answer to a request.
    pub async fn answer(&mut self, id: i64) -> Value {
        self.read_until(|message| message.get("method").is_none() && message["id"] == json!(id)).await
    }

    pub async fn notify(&mut self, method: &str, params: Value) {
        self.send(&json!({"jsonrpc": "2.0", "method": method, "params": params})).await;
    }

    /// The next list of findings of a file.
    pub async fn published(&mut self, path: &str) -> Value {
        self.published_uri(&uri(path)).await
    }

    pub async fn published_uri(&mut self, uri: &str) -> Value {
        let uri = uri.to_owned();
        self.notification(move |method, params| {
            method == "textDocument/publishDiagnostics" && params["uri"] == json!(uri)
        })
        .await
    }

    /// Reads lists of a file's findings until one names exactly these rules.
    pub async fn published_rules(&mut self, path: &str, rules: &[&str]) -> Value {
        loop {
            let params = self.published(path).await;
            if rules_of(&params) == rules {
                return params;
            }
        }
    }

    /// The next notification of a kind, others are kept.
    pub async fn notification(&mut self, is_wanted: impl Fn(&str, &Value) -> bool) -> Value {
        let wanted = |message: &Value| {
            message["method"].as_str().is_some_and(|method| is_wanted(method, &message["params"]))
        };
        if let Some(at) = self.pending.iter().position(wanted) {
            return self.pending.remove(at).expect("it is there")["params"].clone();
        }
        self.read_until(|message| message.get("id").is_none() && wanted(message)).await["params"].clone()
    }

    /// Everything that was published since the last look. Lists are sent in order, so those of everything before have
    /// come when that of a document opened now has. An editor that asks for findings is sent none: it asks.
    pub async fn settled(&mut self) -> Vec<Value> {
        self.request("workspace/symbol", json!({"query": ""})).await;
        if self.capabilities.get("diagnosticProvider").is_none() {
            self.next_id += 1;
            let mark = format!("untitled:mark-{}", self.next_id);
            self.open_uri(&mark, "nginx", "server {\n    rooot /x;\n}\n").await;
            self.published_uri(&mark).await;
            self.notify("textDocument/didClose", json!({"textDocument": {"uri": mark}})).await;
            self.published_uri(&mark).await;
        }
        let is_list = |message: &&Value| message["method"] == "textDocument/publishDiagnostics";
        let lists = self.pending.iter().filter(is_list).map(|message| message["params"].clone()).collect();
        self.pending.retain(|message| message["method"] != "textDocument/publishDiagnostics");
        lists
    }

    /// `shutdown` and `exit`; the exit code.
    pub async fn stop(mut self) -> u8 {
        self.request("shutdown", json!(null)).await;
        self.notify("exit", json!(null)).await;
        self.ended().await
    }

    /// Hangs up; the exit code.
    pub async fn hang_up(self) -> u8 {
        drop((self.output, self.input));
        tokio::time::timeout(PATIENCE, self.server)
            .await
            .expect("the server ends")
            .expect("it does not panic")
    }

    /// Waits for the server's end.
    pub async fn ended(self) -> u8 {
        tokio::time::timeout(PATIENCE, self.server)
            .await
            .expect("the server ends")
            .expect("it does not panic")
    }

    pub async fn send(&mut self, message: &Value) {
        let text = message.to_string();
        let whole = format!("Content-Length: {}\r\n\r\n{text}", text.len());
        self.output.write_all(whole.as_bytes()).await.expect("the server listens");
    }

    async fn read_until(&mut self, is_wanted: impl Fn(&Value) -> bool) -> Value {
        loop {
            let message = self.read().await;
            if is_wanted(&message) {
                return message;
            }
            match (message["method"].as_str(), message.get("id")) {
                (Some(method), Some(id)) => {
                    let (method, id) = (method.to_owned(), id.clone());
                    let result = self.reply(&method, &message["params"]);
                    self.asked.push((method, message["params"].clone()));
                    self.send(&json!({"jsonrpc": "2.0", "id": id, "result": result})).await;
                }
                _ => self.pending.push_back(message),
            }
        }
    }

    fn reply(&self, method: &str, params: &Value) -> Value {
        if method != "workspace/configuration" {
            return Value::Null;
        }
        let items = params["items"].as_array().expect("a list");
        let own = |item: &Value| item["scopeUri"].as_str().map(|uri| self.settings[uri].clone());
        let general = || self.settings["*"].clone();
        items.iter().map(|item| own(item).unwrap_or_else(general)).collect()
    }

    async fn read(&mut self) -> Value {
        let read = async {
            let mut head = Vec::new();
            while !head.ends_with(b"\r\n\r\n") {
                head.push(self.input.read_u8().await.expect("the server lives"));
            }
            let head = String::from_utf8(head).expect("ASCII");
            let line = head.lines().find_map(|line| line.strip_prefix("Content-Length: ")).expect("a length");
            let mut body = vec![0; line.parse().expect("a number")];
            self.input.read_exact(&mut body).await.expect("a whole message");
            serde_json::from_slice(&body).expect("JSON")
        };
        tokio::time::timeout(PATIENCE, read).await.expect("the server says something")
    }
}

/// The address of a path.
pub fn uri(path: &str) -> String {
    format!("file://{path}")
}

/// A range by line and column.
pub fn range(from: (u32, u32), to: (u32, u32)) -> Value {
    json!({"start": {"line": from.0, "character": from.1}, "end": {"line": to.0, "character": to.1}})
}

/// The rules of a published list, in its order.
pub fn rules_of(params: &Value) -> Vec<&str> {
    let items = params["diagnostics"].as_array().map_or(&[][..], Vec::as_slice);
    items.iter().filter_map(|item| item["code"].as_str()).collect()
}
