//! An editor as small as can be: it opens one document, types, and waits for the findings.

use std::io::{BufRead, BufReader, Read, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::stack::Document;

/// A server and the pipes to it.
pub struct Client {
    server: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
    version: i64,
}

impl Client {
    /// Starts a server with a folder open whose files are a whole host's.
    ///
    /// # Errors
    /// It does not start or does not answer.
    pub fn start(program: &Path, folder: &Path) -> Result<Client, String> {
        let mut command = Command::new(program);
        command.arg("server").stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut server = command.spawn().map_err(|error| format!("the server does not start: {error}"))?;
        let (Some(input), Some(output)) = (server.stdin.take(), server.stdout.take()) else {
            return Err("the server has no pipes".to_owned());
        };
        let mut client = Client { server, input, output: BufReader::new(output), version: 0 };
        let folders = json!([{"uri": uri(folder), "name": "stack"}]);
        let params = json!({"processId": null, "rootUri": null, "capabilities": {}, "workspaceFolders": folders,
            "initializationOptions": {"sysroot": folder.display().to_string()}});
        client.send(&json!({"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": params}))?;
        client.read_until(|message| message["id"] == 1)?;
        client.notify("initialized", json!({}))?;
        Ok(client)
    }

    /// Opens a document and waits until everything is loaded; how long that took.
    ///
    /// # Errors
    /// The server does not answer.
    pub fn open(&mut self, document: &Document) -> Result<Duration, String> {
        let started = Instant::now();
        let item = json!({"uri": uri(&document.path), "languageId": document.language, "version": 0,
            "text": document.text});
        self.notify("textDocument/didOpen", json!({"textDocument": item}))?;
        let place =
            json!({"textDocument": {"uri": uri(&document.path)}, "position": {"line": 0, "character": 0}});
        self.send(&json!({"jsonrpc": "2.0", "id": 2, "method": "textDocument/hover", "params": place}))?;
        self.read_until(|message| message["id"] == 2)?;
        Ok(started.elapsed())
    }

    /// Types a letter at the document's place, or takes it back; the time until its findings are there.
    ///
    /// # Errors
    /// The server does not answer.
    pub fn keystroke(&mut self, document: &Document, insert: bool) -> Result<Duration, String> {
        self.version += 1;
        let (line, column) = document.at;
        let end = if insert { column } else { column + 1 };
        let range =
            json!({"start": {"line": line, "character": column}, "end": {"line": line, "character": end}});
        let change = json!([{"range": range, "text": if insert { "x" } else { "" }}]);
        let address = uri(&document.path);
        let params =
            json!({"textDocument": {"uri": address, "version": self.version}, "contentChanges": change});
        let version = self.version;
        let started = Instant::now();
        self.notify("textDocument/didChange", params)?;
        self.read_until(|message| {
            let params = &message["params"];
            params["uri"] == json!(address) && params["version"] == json!(version)
        })?;
        Ok(started.elapsed())
    }

    /// The most memory that the server had at once, in bytes.
    ///
    /// # Errors
    /// The system does not say.
    pub fn peak_memory(&self) -> Result<u64, String> {
        let path = format!("/proc/{}/status", self.server.id());
        let status =
            std::fs::read_to_string(&path).map_err(|error| format!("cannot read {path}: {error}"))?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        let kilobytes = line.and_then(|line| line.trim().strip_suffix("kB")?.trim().parse::<u64>().ok());
        kilobytes.map(|kilobytes| kilobytes * 1024).ok_or_else(|| format!("{path} has no VmHWM"))
    }

    /// Ends the server as the protocol wants it.
    ///
    /// # Errors
    /// It does not end well.
    pub fn stop(mut self) -> Result<(), String> {
        self.send(&json!({"jsonrpc": "2.0", "id": 3, "method": "shutdown"}))?;
        self.read_until(|message| message["id"] == 3)?;
        self.send(&json!({"jsonrpc": "2.0", "method": "exit"}))?;
        let status = self.server.wait().map_err(|error| format!("the server is lost: {error}"))?;
        if status.success() { Ok(()) } else { Err(format!("the server ended with {status}")) }
    }

    fn notify(&mut self, method: &str, params: Value) -> Result<(), String> {
        self.send(&json!({"jsonrpc": "2.0", "method": method, "params": params}))
    }

    fn send(&mut self, message: &Value) -> Result<(), String> {
        let text = message.to_string();
        let whole = format!("Content-Length: {}\r\n\r\n{text}", text.len());
        let sent = self.input.write_all(whole.as_bytes()).and_then(|()| self.input.flush());
        sent.map_err(|error| format!("the server does not listen: {error}"))
    }

    fn read_until(&mut self, is_wanted: impl Fn(&Value) -> bool) -> Result<Value, String> {
        loop {
            let message = self.read()?;
            if is_wanted(&message) {
                return Ok(message);
            }
        }
    }

    fn read(&mut self) -> Result<Value, String> {
        let silent = |error: std::io::Error| format!("the server says nothing: {error}");
        let mut length = 0;
        loop {
            let mut line = String::new();
            if self.output.read_line(&mut line).map_err(silent)? == 0 {
                return Err("the server has ended".to_owned());
            }
            let line = line.trim_end();
            if line.is_empty() {
                break;
            }
            if let Some(number) = line.strip_prefix("Content-Length: ") {
                length = number.parse().map_err(|_| format!("`{line}` has no number"))?;
            }
        }
        let mut body = vec![0; length];
        self.output.read_exact(&mut body).map_err(silent)?;
        serde_json::from_slice(&body).map_err(|error| format!("the server sent no JSON: {error}"))
    }
}

impl Drop for Client {
    /// A server whose measurement failed must not stay.
    fn drop(&mut self) {
        let _ = self.server.kill();
        let _ = self.server.wait();
    }
}

fn uri(path: &Path) -> String {
    format!("file://{}", path.display())
}
