//! Requests to small configurations, read by the real reader.

mod access;
mod files;
mod proxied;
mod rewriting;
mod runtime;
mod source;
mod whole;

use std::path::Path;
use std::sync::Arc;

use fpmlint_catalog::Version;
use fpmlint_daemons::apache;
use fpmlint_workspace::{Files, Host, HostPath, Lookup, Memory, profile};

use crate::request::{Outcome, PhpCall, Request, Script, Trace};
use crate::{Apache, Parts, Stack};

const MODULES: &str = "mpm_event authn_core authz_core authz_host access_compat alias dir mime env setenvif \
    rewrite proxy proxy_fcgi proxy_http proxy_balancer slotmem_shm lbmethod_byrequests status autoindex \
    auth_basic authn_file authz_user actions";

const MAIN_FILE: &str = "/etc/apache2/apache2.conf";

/// What every configuration of the tests begins with.
const BASE: &str =
    "ServerRoot /etc/apache2\nListen 80\nServerName main.example\nDocumentRoot /var/www/html\n";

/// Configurations under test.
struct Setup {
    memory: Memory,
    modules: String,
    fragment: bool,
    /// A `.htaccess` file that is read, too.
    htaccess: Option<&'static str>,
}

fn setup() -> Setup {
    let memory = Memory::new()
        .file("/etc/passwd", "root:x:0:0::/root:/bin/sh\nwww-data:x:33:33::/var/www:/bin/sh\n")
        .directory("/var/www/html")
        .directory("/var/www/html/empty");
    Setup { memory, modules: MODULES.to_owned(), fragment: false, htaccess: None }
}

impl Setup {
    /// The same with a file.
    fn with(self, path: &str) -> Setup {
        Setup { memory: self.memory.file(path, "x"), ..self }
    }

    /// The same without some modules.
    fn without(self, modules: &[&str]) -> Setup {
        let left = self.modules.split_whitespace().filter(|module| !modules.contains(module));
        Setup { modules: left.collect::<Vec<_>>().join(" "), ..self }
    }

    /// The same with a module.
    fn loading(self, module: &str) -> Setup {
        Setup { modules: format!("{} {module}", self.modules), ..self }
    }

    /// The same with a `.htaccess` file that is read, too.
    fn with_htaccess(self, path: &'static str, text: &str) -> Setup {
        Setup { memory: self.memory.file(path, text), htaccess: Some(path), ..self }
    }

    /// Only a part of a configuration, with nothing before it.
    fn fragment(self) -> Setup {
        Setup { fragment: true, ..self }
    }

    fn read(mut self, config: &str) -> Stack {
        let mut text = String::new();
        if !self.fragment {
            text.push_str(BASE);
            for module in self.modules.split_whitespace() {
                let path = format!("/usr/lib/apache2/modules/mod_{module}.so");
                text.push_str(&format!("LoadModule {module}_module {path}\n"));
                self.memory = self.memory.file(path, "");
            }
        }
        text.push_str(config);
        let files = Arc::new(Files::new(Arc::new(self.memory.file(MAIN_FILE, text))));
        let host = Host::sysroot(Arc::clone(&files), "host", Path::new("/"), profile("debian-12").unwrap());
        let environment = apache::environment(&host);
        let read = |path: &str, htaccess: bool| {
            let path = HostPath::new(path);
            let Lookup::Found(main) = host.open(&path) else { panic!("no file {path}") };
            let version = Some(Version::new(2, 4, 71));
            let fragment = self.fragment;
            let (host, path, environment) = (&host, &path, &environment);
            let input =
                apache::Input { host, main, path, version, defines: &[], environment, fragment, htaccess };
            Apache { host: 0, config: apache::read(&input) }
        };
        let main = read(MAIN_FILE, false);
        assert_eq!(main.config.printed, None, "httpd takes it");
        let apache = std::iter::once(main).chain(self.htaccess.map(|path| read(path, true))).collect();
        Stack::new(files, Parts { hosts: vec![Arc::new(host)], apache, ..Parts::default() })
    }
}

fn read(config: &str) -> Stack {
    setup().read(config)
}

/// What the last site answers to a request for a file that is taken to be there.
fn get(stack: &Stack, path: &str) -> Trace {
    stack.answer(stack.sites.len() - 1, &Request::get(path.as_bytes()))
}

/// The same, with the host asked whether the file is there.
fn ask(stack: &Stack, path: &str) -> Trace {
    let request = Request { presence: crate::request::Presence::Ask, ..Request::get(path.as_bytes()) };
    stack.answer(stack.sites.len() - 1, &request)
}

fn call(trace: &Trace) -> &PhpCall {
    match &trace.outcome {
        Outcome::Php(call) => call,
        other => panic!("no PHP: {other:?}"),
    }
}

/// The script that PHP is told.
fn script(trace: &Trace) -> String {
    match &call(trace).script {
        Script::Known(path) => String::from_utf8_lossy(path).into_owned(),
        other => panic!("{other:?}"),
    }
}

/// An outcome in one word and a number or path.
fn outcome(trace: &Trace) -> String {
    let show = |path: &[u8]| String::from_utf8_lossy(path).into_owned();
    match &trace.outcome {
        Outcome::Php(_) => format!("php {}", script(trace)),
        Outcome::File(path) => format!("file {}", show(path)),
        Outcome::Source(path) => format!("source {}", show(path)),
        Outcome::Redirect { status, to } => format!("{status} {}", show(to.as_deref().unwrap_or(b"?"))),
        Outcome::Return(status) | Outcome::Error { status, .. } => status.to_string(),
        Outcome::OtherBackend => "other".to_owned(),
        Outcome::Unknown(fact) => format!("unknown: {fact}"),
    }
}

/// The line of the main file that decided last.
fn last_line(stack: &Stack, trace: &Trace) -> String {
    let place = trace.last_place().expect("no line decided");
    let text = &stack.files.get(place.file).text;
    String::from_utf8_lossy(&text[place.span(&stack.files).range()]).into_owned()
}
