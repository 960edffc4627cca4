//! From pipes to an exit code.

use std::io;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, mpsc};

use fpmlint_workspace::{Disk, System};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::sync::watch;
use tower_lsp::{LspService, Server};

use crate::backend::Backend;
use crate::outgoing::{Outgoing, pump};
use crate::work::work;

/// How many requests may wait at once. Handlers only enqueue, and cancellations must get past those that wait.
const MAX_WAITING: usize = 256;

/// How the server is told to end.
#[derive(Clone, Debug)]
pub(crate) struct Ending {
    shut_down: Arc<AtomicBool>,
    editor: watch::Sender<Option<u32>>,
}

impl Ending {
    fn new() -> Ending {
        Ending { shut_down: Arc::default(), editor: watch::Sender::new(None) }
    }

    /// The editor asked for the end; `exit` is then the right way to go.
    pub fn shut_down(&self) {
        self.shut_down.store(true, Ordering::SeqCst);
    }

    /// Ends when the process of this number does.
    pub fn watch(&self, process: Option<u32>) {
        self.editor.send_replace(process);
    }

    fn code(&self) -> u8 {
        if self.shut_down.load(Ordering::SeqCst) { 0 } else { 1 }
    }
}

/// Serves an editor on standard input and output; the exit code that the protocol wants.
///
/// # Errors
/// The operating system gives no thread or no event queue.
pub fn run() -> io::Result<u8> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let code = runtime.block_on(serve(tokio::io::stdin(), tokio::io::stdout(), Arc::new(Disk)));
    // A read of standard input that never ends must not keep the process.
    runtime.shutdown_background();
    code
}

/// Serves an editor on any pipe, over any file system; the exit code that the protocol wants.
///
/// # Errors
/// The operating system gives no thread.
pub async fn serve(
    input: impl AsyncRead + Unpin,
    output: impl AsyncWrite,
    system: Arc<dyn System>,
) -> io::Result<u8> {
    let (events, received) = mpsc::channel();
    let (messages, sent) = tokio::sync::mpsc::unbounded_channel();
    let outgoing = Outgoing::new(messages);
    std::thread::Builder::new()
        .name("fpmlint state".to_owned())
        .spawn(move || work(system, &received, outgoing))?;
    let ending = Ending::new();
    let editor = ending.editor.subscribe();
    let mut parts = None;
    let (service, socket) = LspService::new(|client| {
        parts = Some(client);
        Backend::new(events.clone(), ending.clone())
    });
    if let Some(client) = parts {
        tokio::spawn(pump(client, sent, events));
    }
    let server = Server::new(input, output, socket).concurrency_level(MAX_WAITING);
    tokio::select! {
        () = server.serve(service) => {}
        () = gone(editor) => {}
    }
    Ok(ending.code())
}

/// Returns when the watched process is gone.
async fn gone(mut editor: watch::Receiver<Option<u32>>) {
    loop {
        let process = *editor.borrow_and_update();
        match process {
            Some(process) if !is_alive(process) => return,
            Some(_) => tokio::time::sleep(std::time::Duration::from_secs(1)).await,
            None if editor.changed().await.is_err() => std::future::pending().await,
            None => {}
        }
    }
}

#[cfg(unix)]
fn is_alive(process: u32) -> bool {
    use nix::errno::Errno;
    use nix::sys::signal::kill;
    use nix::unistd::Pid;
    let Ok(process) = i32::try_from(process) else { return true };
    kill(Pid::from_raw(process), None) != Err(Errno::ESRCH)
}

/// Elsewhere the end of standard input says it.
#[cfg(not(unix))]
fn is_alive(_process: u32) -> bool {
    true
}
