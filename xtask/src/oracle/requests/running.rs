//! Daemons that run for a while.
//!
//! In: a command and what shows that it is ready. Out: a [`Running`] that ends it when it is dropped. Invariant: the
//! daemon ends with this process, however that ends: a shell waits for the end of a pipe that only we hold.

use std::io::{Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

/// How long a daemon may take to be ready, or to answer.
const LIMIT: Duration = Duration::from_secs(20);

/// How long between two looks at one that is not ready.
const PAUSE: Duration = Duration::from_millis(3);

/// Runs the daemon and ends it when nobody holds the pipe any more.
const WATCH: &str = "\"$@\" </dev/null & pid=$!; read _; kill -TERM $pid; wait $pid";

/// A daemon.
pub struct Running {
    shell: Child,
    pipe: Option<ChildStdin>,
}

impl Running {
    /// Starts a daemon.
    ///
    /// # Errors
    /// It cannot be started.
    pub fn start(program: &str, arguments: &[&str], folder: &Path) -> Result<Running, String> {
        let failed = |error: std::io::Error| format!("{program}: {error}");
        let log = std::fs::File::create(folder.join(format!("{program}.out"))).map_err(failed)?;
        let mut shell = Command::new("sh")
            .args(["-c", WATCH, "sh", program])
            .args(arguments)
            .current_dir(folder)
            .env_clear()
            .env("PATH", "/usr/sbin:/usr/bin:/sbin:/bin")
            .stdin(Stdio::piped())
            .stdout(log.try_clone().map_err(failed)?)
            .stderr(log)
            .spawn()
            .map_err(failed)?;
        let pipe = shell.stdin.take();
        Ok(Running { shell, pipe })
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        drop(self.pipe.take());
        let _ = self.shell.wait();
    }
}

/// Waits until `ready` says yes.
///
/// # Errors
/// It takes too long.
pub fn wait(what: &str, ready: impl Fn() -> bool) -> Result<(), String> {
    let started = Instant::now();
    while !ready() {
        if started.elapsed() > LIMIT {
            return Err(format!("{what} is not ready after {} s", LIMIT.as_secs()));
        }
        thread::park_timeout(PAUSE);
    }
    Ok(())
}

/// Whether somebody listens on a port of this machine.
pub fn listens(port: u16) -> bool {
    TcpStream::connect_timeout(&address(port), LIMIT).is_ok()
}

/// A port that nobody has at the moment.
///
/// # Errors
/// There is none.
pub fn free_port() -> Result<u16, String> {
    let socket = TcpListener::bind(address(0)).map_err(|error| error.to_string())?;
    Ok(socket.local_addr().map_err(|error| error.to_string())?.port())
}

/// Sends bytes to a port and gives what comes back.
///
/// # Errors
/// Nothing comes back in time.
pub fn exchange(port: u16, bytes: &[u8]) -> Result<Vec<u8>, String> {
    let failed = |error: std::io::Error| format!("port {port}: {error}");
    let mut stream = TcpStream::connect_timeout(&address(port), LIMIT).map_err(failed)?;
    stream.set_read_timeout(Some(LIMIT)).map_err(failed)?;
    // A server may answer and hang up before it has read everything.
    let _ = stream.write_all(bytes);
    let mut answer = Vec::new();
    match stream.read_to_end(&mut answer) {
        // A server that hangs up on what it has not read resets the connection.
        Err(error) if error.kind() == std::io::ErrorKind::ConnectionReset => Ok(answer),
        Err(error) if answer.is_empty() => Err(failed(error)),
        _ => Ok(answer),
    }
}

fn address(port: u16) -> SocketAddr {
    SocketAddr::from((Ipv4Addr::LOCALHOST, port))
}
