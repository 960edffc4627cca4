//! The daemons' answers.
//!
//! In: a case. Out: php-fpm and a web server that serve it, and what they say to requests. A site that the web server
//! refuses is left out.

use std::path::{Path, PathBuf};
use std::process::Command;

use super::Server;
use super::answer::{Shown, read};
use super::ask::Question;
use super::running::{Running, exchange, free_port, listens, wait};
use crate::oracle::case::Case;
use crate::oracle::process;

const PHP_FPM: &str = "php-fpm8.2";

/// Ports that pools may have.
const PORTS: usize = 8;

/// A running stack. The web server goes first.
pub struct Stack {
    /// What is served, with ports in their places.
    pub case: Case,
    /// The web server's port.
    pub port: u16,
    folder: PathBuf,
    _web: Running,
    _php: Running,
}

impl Stack {
    /// Starts the daemons on what lies in `case`.
    ///
    /// # Errors
    /// They do not start.
    pub fn start(server: Server, case: &Case, folder: &Path) -> Result<Stack, String> {
        let port = free_port()?;
        let mut case = case.filled("{P}", &port.to_string());
        for number in 0..PORTS {
            case = case.filled(&format!("{{Q{number}}}"), &free_port()?.to_string());
        }
        case.write(folder)?;
        while let Some(name) = refused(server, folder)? {
            case.files.remove(&name).ok_or_else(|| format!("{} refuses {name}", server.name()))?;
            std::fs::remove_file(folder.join(&name)).map_err(|error| format!("{name}: {error}"))?;
        }
        let main = folder.join(&case.main);
        let (main, configuration) = (main.to_string_lossy(), folder.join("php-fpm.conf"));
        let configuration = configuration.to_string_lossy();
        let php = Running::start(PHP_FPM, &["-n", "-F", "-y", &configuration], folder)?;
        wait(PHP_FPM, || folder.join("run/0.sock").exists())?;
        let web = match server {
            Server::Nginx => Running::start("nginx", &["-e", "/dev/null", "-c", &main], folder)?,
            Server::Apache => Running::start("apache2", &["-DFOREGROUND", "-f", &main], folder)?,
        };
        wait(server.name(), || listens(port))?;
        Ok(Stack { case, port, folder: folder.to_owned(), _web: web, _php: php })
    }

    /// Asks the web server.
    ///
    /// # Errors
    /// It does not answer.
    pub fn ask(&self, question: &Question) -> Result<Shown, String> {
        let bytes = exchange(self.port, &question.bytes(self.port))?;
        if bytes.is_empty() {
            // nginx hangs up.
            return Ok(Shown { status: 444, ..Shown::default() });
        }
        let folder = self.folder.to_string_lossy();
        let shown = read(&bytes, &folder, self.port);
        shown.ok_or_else(|| format!("no answer: {}", String::from_utf8_lossy(&bytes)))
    }
}

/// The file of a site that the web server refuses to serve.
fn refused(server: Server, folder: &Path) -> Result<Option<String>, String> {
    let mut command = match server {
        Server::Nginx => Command::new("nginx"),
        Server::Apache => Command::new("apache2"),
    };
    let main = folder.join(if server == Server::Nginx { "nginx.conf" } else { "httpd.conf" });
    match server {
        Server::Nginx => command.args(["-t", "-e", "/dev/null", "-c"]),
        Server::Apache => command.args(["-t", "-f"]),
    };
    let ended = process::run(command.arg(main).current_dir(folder))?;
    if ended.code == Some(0) {
        return Ok(None);
    }
    let output = String::from_utf8_lossy(&ended.output).into_owned();
    let name = output.split("/sites/").nth(1).and_then(|rest| rest.split(".conf").next());
    let name = name.map(|name| format!("sites/{name}.conf"));
    name.map(Some).ok_or(output)
}
