//! `fpmlint server` as an editor starts it: a process, its pipes and its exit code.

use std::io::{BufRead, BufReader, Read, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, ExitStatus, Stdio};

/// A server that was started.
struct Server {
    process: Child,
    input: Option<ChildStdin>,
    output: BufReader<ChildStdout>,
}

impl Server {
    fn start(arguments: &[&str], editor: Option<u32>) -> Server {
        let mut command = Command::new(env!("CARGO_BIN_EXE_fpmlint"));
        command
            .arg("server")
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null());
        let mut process = command.spawn().expect("the server starts");
        let input = process.stdin.take();
        let output = BufReader::new(process.stdout.take().expect("a pipe"));
        let mut server = Server { process, input, output };
        let editor = editor.map_or_else(|| "null".to_owned(), |editor| editor.to_string());
        server.send(&format!(
            r#"{{"jsonrpc":"2.0","id":1,"method":"initialize","params":{{"processId":{editor},"rootUri":null,"capabilities":{{}}}}}}"#
        ));
        assert!(server.read().contains("positionEncoding"));
        server.send(r#"{"jsonrpc":"2.0","method":"initialized","params":{}}"#);
        server
    }

    fn send(&mut self, message: &str) {
        let whole = format!("Content-Length: {}\r\n\r\n{message}", message.len());
        self.input.as_mut().expect("a pipe").write_all(whole.as_bytes()).expect("the server listens");
    }

    /// The next message: nothing else ever stands on standard output.
    fn read(&mut self) -> String {
        let mut head = String::new();
        self.output.read_line(&mut head).expect("a head");
        let length =
            head.trim().strip_prefix("Content-Length: ").expect("a length").parse().expect("a number");
        let mut blank = String::new();
        self.output.read_line(&mut blank).expect("a line");
        assert_eq!(blank, "\r\n");
        let mut body = vec![0; length];
        self.output.read_exact(&mut body).expect("a body");
        String::from_utf8(body).expect("JSON")
    }

    fn ended(mut self) -> ExitStatus {
        self.process.wait().expect("the server ends")
    }
}

#[test]
fn shutdown_and_exit_end_with_0() {
    let mut server = Server::start(&["--stdio"], None);
    server.send(r#"{"jsonrpc":"2.0","id":2,"method":"shutdown"}"#);
    assert!(server.read().contains("\"result\":null"));
    server.send(r#"{"jsonrpc":"2.0","method":"exit"}"#);
    // The pipe is still open, as with editors that wait for the process.
    assert_eq!(server.ended().code(), Some(0));
}

#[test]
fn exit_alone_ends_with_1() {
    let mut server = Server::start(&[], None);
    server.send(r#"{"jsonrpc":"2.0","method":"exit"}"#);
    assert_eq!(server.ended().code(), Some(1));
}

#[test]
fn a_closed_pipe_ends_with_1() {
    let mut server = Server::start(&[], None);
    server.input = None;
    assert_eq!(server.ended().code(), Some(1));
}

#[cfg(unix)]
#[test]
fn the_server_ends_with_its_editor_although_the_pipe_stays_open() {
    let mut editor = Command::new("cat").stdin(Stdio::piped()).stdout(Stdio::null()).spawn().expect("cat");
    let server = Server::start(&[], Some(editor.id()));
    drop(editor.stdin.take());
    editor.wait().expect("the editor ends");
    assert_eq!(server.ended().code(), Some(1));
}
