//! URLs that requests are passed on to, and what php-fpm is told.

use fpmlint_catalog::apache::id;
use fpmlint_daemons::apache::{Config, ScopeId};
use fpmlint_daemons::{Part, Place};
use fpmlint_workspace::{Host, HostPath};

use super::Walk;
use super::lines::{At, Line};
use super::translate::{Hit, PASSES};
use crate::backend::Target;
use crate::request::{Outcome, PhpCall, Script, StepKind};
use crate::{Endpoint, TcpHost};

/// The port that httpd takes for `fcgi` where none is written.
const FCGI_PORT: u16 = 8000;

/// What a URL points at.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Proxied {
    /// A FastCGI address, and the path behind it.
    Fcgi {
        /// The address.
        target: Target,
        /// The path that becomes the script.
        path: Vec<u8>,
    },
    /// A balancer by its name, and the path behind it.
    Balancer {
        /// The name.
        name: Vec<u8>,
        /// The path that becomes the script.
        path: Vec<u8>,
    },
    /// `unix:` and a path, with no `|` and no scheme behind it.
    NoScheme,
    /// Something that is no FastCGI.
    Other,
}

/// Reads a URL of `ProxyPass`, or what follows `proxy:` in `SetHandler`. Relative sockets lie in `runtime_dir`.
pub(super) fn parse(url: &[u8], runtime_dir: impl Fn() -> HostPath) -> Proxied {
    let Some((socket, url)) = split_socket(url) else { return Proxied::NoScheme };
    if let Some(rest) = strip_scheme(url, b"balancer://") {
        let (name, path) = split_at_slash(rest);
        return Proxied::Balancer { name: name.to_ascii_lowercase(), path: path.to_vec() };
    }
    let Some(rest) = strip_scheme(url, b"fcgi:") else { return Proxied::Other };
    // `|fcgi:` and `|fcgi://` stand for localhost.
    let (authority, path) = match rest.strip_prefix(b"//") {
        Some(rest) => split_at_slash(rest),
        None => (&b""[..], rest),
    };
    let target = match socket {
        Some(path) if has_variable(path) => Target::Variable,
        Some(path) => {
            let path = if path.starts_with(b"/") { HostPath::new(path) } else { runtime_dir().join(path) };
            Target::Endpoints(vec![(Endpoint::unix(&path), None)])
        }
        None if has_variable(authority) => Target::Variable,
        None => tcp(authority),
    };
    Proxied::Fcgi { target, path: path.to_vec() }
}

/// Whether a URL is one of PHP's, or one that nobody takes: everything but [`Proxied::Other`].
pub(super) fn is_for_php(url: &[u8]) -> bool {
    let Some((_, url)) = split_socket(url) else { return true };
    strip_scheme(url, b"balancer://").is_some() || strip_scheme(url, b"fcgi:").is_some()
}

/// The socket before a `|`, if `unix:` names one, and the URL behind it. None where `unix:` has no `|`.
fn split_socket(url: &[u8]) -> Option<(Option<&[u8]>, &[u8])> {
    let Some(rest) = strip_scheme(url, b"unix:") else { return Some((None, url)) };
    let (path, url) = rest.split_at(memchr::memchr(b'|', rest)?);
    Some((Some(path), url.get(1..).unwrap_or(b"")))
}

fn tcp(authority: &[u8]) -> Target {
    let is_bare_v6 = authority.ends_with(b"]");
    let endpoint = match memchr::memrchr(b':', authority) {
        Some(_) if !is_bare_v6 => Endpoint::tcp(authority),
        _ => TcpHost::parse(authority).map(|host| Endpoint::Tcp { host, port: FCGI_PORT }),
    };
    match endpoint {
        Some(endpoint) => Target::Endpoints(vec![(endpoint, None)]),
        None => Target::Invalid(String::from_utf8_lossy(authority).into_owned()),
    }
}

fn strip_scheme<'u>(url: &'u [u8], scheme: &[u8]) -> Option<&'u [u8]> {
    let start = url.get(..scheme.len())?;
    start.eq_ignore_ascii_case(scheme).then(|| url.get(scheme.len()..).unwrap_or(b""))
}

fn split_at_slash(text: &[u8]) -> (&[u8], &[u8]) {
    text.split_at(memchr::memchr(b'/', text).unwrap_or(text.len()))
}

/// Whether a text is put together only when a request comes.
fn has_variable(text: &[u8]) -> bool {
    let mut marks = memchr::memchr2_iter(b'$', b'%', text);
    marks.any(|at| matches!(text.get(at..), Some([b'$', ..] | [b'%', b'{', ..])))
}

/// The folder that relative sockets lie in.
pub(super) fn runtime_dir(config: &Config, host: &Host) -> HostPath {
    match At::new(config, ScopeId::MAIN).last(id::DEFAULT_RUNTIME_DIR) {
        Some(line) => config.server_root.join(&line.text(0)),
        None => HostPath::new(host.profile.apache.runtime_dir),
    }
}

/// The members of a balancer, with the lines that name them. None where one is no FastCGI, or there is none.
pub(super) fn members(
    config: &Config,
    host: &Host,
    server: ScopeId,
    name: &[u8],
) -> Option<Vec<(Endpoint, Option<Place>)>> {
    let mut found = Vec::new();
    let mut add =
        |line: Line<'_>, number: usize| match parse(&line.text(number), || runtime_dir(config, host)) {
            Proxied::Fcgi { target: Target::Endpoints(endpoints), .. } => {
                let place = line.word_place(number);
                found.extend(endpoints.into_iter().map(|(endpoint, _)| (endpoint, Some(place))));
                true
            }
            _ => false,
        };
    let names_it = |url: &[u8]| match parse(url, HostPath::root) {
        Proxied::Balancer { name: own, .. } => own == name,
        _ => false,
    };
    let servers = if server == ScopeId::MAIN { vec![ScopeId::MAIN] } else { vec![ScopeId::MAIN, server] };
    for server in servers {
        let server = At::new(config, server);
        for section in server.all(id::SECTION_PROXY).filter_map(Line::opens) {
            if !section.facts().is_pattern && names_it(&section.target()) {
                let mut lines = section.all(id::BALANCER_MEMBER);
                if !lines.all(|line| add(line, 0)) {
                    return None;
                }
            }
        }
        let mut outside = server.all(id::BALANCER_MEMBER).filter(|line| names_it(&line.text(0)));
        if !outside.all(|line| add(line, 1)) {
            return None;
        }
    }
    (!found.is_empty()).then_some(found)
}

impl<'a> Walk<'a> {
    /// Answers with what a `ProxyPass` or a rewrite rule made of the path.
    pub(super) fn pass_translated(&mut self, hit: &Hit<'a>) -> Outcome {
        let url = self.by_worker(&hit.url);
        let proxied = parse(&url, || runtime_dir(self.config, self.host));
        let (target, path) = match self.target_of(proxied) {
            Ok(known) => known,
            Err(Proxied::Other) => {
                self.step(hit.line, Part::Head, StepKind::Handler);
                return Outcome::OtherBackend;
            }
            Err(_) => {
                self.step(hit.line, Part::Head, StepKind::Handler);
                let reason = "no module of httpd takes this URL".to_owned();
                return Outcome::Error { status: 500, reason };
            }
        };
        self.step(hit.line, Part::Head, StepKind::Passed);
        if self.config.modules.has(b"proxy_fcgi_module") == Some(false) && self.is_whole() {
            let reason = "mod_proxy_fcgi is not loaded: \"No protocol handler was valid\"".to_owned();
            return Outcome::Error { status: 500, reason };
        }
        let (script, path_info) = self.split_script(&percent_encode(&path));
        let script = if has_variable(&script) { Script::Unknown } else { Script::Known(script) };
        Outcome::Php(Box::new(PhpCall {
            pass: hit.line.place(Part::Head),
            target,
            script,
            has_method: true,
            script_name: Some(self.path.clone()),
            path_info,
            query: Some(self.args.clone()),
        }))
    }

    /// Answers with what a `SetHandler "proxy:…"` line makes of the file; `url` is what follows `proxy:`.
    pub(super) fn pass_by_handler(&mut self, line: Line<'a>, url: &[u8]) -> Outcome {
        let has = |module: &[u8]| self.config.modules.has(module) == Some(false) && self.is_whole();
        if has(b"proxy_module") || has(b"proxy_fcgi_module") {
            let proxied = parse(url, HostPath::root);
            if has(b"proxy_module") || proxied != Proxied::Other {
                return self.serve_source(line);
            }
        }
        let whole = [url, &self.filename].concat();
        let proxied = parse(&self.by_worker(&whole), || runtime_dir(self.config, self.host));
        let (target, path) = match self.target_of(proxied) {
            Ok(known) => known,
            Err(Proxied::NoScheme) => return self.serve_source(line),
            Err(_) => {
                self.step(line, Part::Head, StepKind::Handler);
                return Outcome::OtherBackend;
            }
        };
        self.step(line, Part::Head, StepKind::Passed);
        if self.request.route_only {
            return Outcome::Php(Box::new(PhpCall::unknown(line.place(Part::Head), target)));
        }
        // A URL that ends in a slash puts two before the path, which open the same file.
        let path = if path.starts_with(b"//") { path.get(1..).unwrap_or(b"").to_vec() } else { path };
        let script =
            if self.root_unknown || has_variable(url) { Script::Unknown } else { Script::Known(path) };
        let name = self.path.strip_suffix(&self.path_info[..]).unwrap_or(&self.path).to_vec();
        Outcome::Php(Box::new(PhpCall {
            pass: line.place(Part::Head),
            target,
            script,
            has_method: true,
            script_name: Some(name),
            path_info: (!self.path_info.is_empty()).then(|| self.path_info.clone()),
            query: Some(self.args.clone()),
        }))
    }

    /// The URL with the socket that is really used: httpd knows a worker by what stands behind the `|`, and the first
    /// one of the server with the longest beginning of it has its own socket.
    fn by_worker(&self, url: &[u8]) -> Vec<u8> {
        let Some((_, wanted)) = split_socket(url) else { return url.to_vec() };
        let mut best: Option<(usize, Option<Vec<u8>>)> = None;
        let mut take = |text: &[u8]| {
            let Some((socket, name)) = split_socket(text) else { return };
            // What a group is put into is not part of the name.
            let name = name.split(|byte| *byte == b'$').next().unwrap_or(name);
            let covers = wanted.get(..name.len()).is_some_and(|start| start.eq_ignore_ascii_case(name));
            if covers && best.as_ref().is_none_or(|(length, _)| name.len() > *length) {
                best = Some((name.len(), socket.map(<[u8]>::to_vec)));
            }
        };
        // Those of the virtual host come before those that it inherits.
        for server in self.servers().rev() {
            for line in server.mixed(&PASSES) {
                take(&line.text(1));
            }
            for section in server.all(id::SECTION_PROXY).filter_map(Line::opens) {
                // Without parameters, a section makes no worker.
                let has_parameters = section.opening().is_some_and(|line| line.words().count() > 1);
                if !section.facts().is_pattern && (has_parameters || section.last(id::PROXY_SET).is_some()) {
                    take(&section.target());
                }
            }
        }
        match best {
            Some((_, Some(socket))) => [b"unix:", &socket[..], b"|", wanted].concat(),
            _ => url.to_vec(),
        }
    }

    /// The FastCGI addresses behind a URL and the path for the script; otherwise what it is.
    fn target_of(&self, proxied: Proxied) -> Result<(Target, Vec<u8>), Proxied> {
        match proxied {
            Proxied::Fcgi { target, path } => Ok((target, path)),
            Proxied::Balancer { name, path } => match members(self.config, self.host, self.server, &name) {
                Some(members) => Ok((Target::Endpoints(members), path)),
                None => Err(Proxied::Other),
            },
            other => Err(other),
        }
    }
}

/// httpd encodes what `ProxyPass` passes on, and php-fpm does not decode it.
fn percent_encode(path: &[u8]) -> Vec<u8> {
    let mut encoded = Vec::with_capacity(path.len());
    for byte in path {
        if byte.is_ascii_alphanumeric() || b"~$-_.+!*'(),;:@&=/%{}".contains(byte) {
            encoded.push(*byte);
        } else {
            encoded.extend_from_slice(format!("%{byte:02X}").as_bytes());
        }
    }
    encoded
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(url: &str) -> Proxied {
        parse(url.as_bytes(), || HostPath::new("/run/apache2"))
    }

    fn shown(url: &str) -> (String, String) {
        let Proxied::Fcgi { target: Target::Endpoints(endpoints), path } = read(url) else { panic!("{url}") };
        (endpoints[0].0.to_string(), String::from_utf8(path).unwrap())
    }

    #[test]
    fn urls_of_php() {
        let cases = [
            ("fcgi://127.0.0.1:9000/var/www", "127.0.0.1:9000", "/var/www"),
            ("FCGI://php/", "php:8000", "/"),
            ("fcgi://[::1]:9000", "[::1]:9000", ""),
            ("unix:/run/a.sock|fcgi://localhost/x", "unix:/run/a.sock", "/x"),
            ("unix:/run/a.sock|fcgi:/x", "unix:/run/a.sock", "/x"),
            ("unix:a.sock|fcgi://localhost", "unix:/run/apache2/a.sock", ""),
        ];
        for (url, endpoint, path) in cases {
            assert_eq!(shown(url), (endpoint.to_owned(), path.to_owned()), "{url}");
        }
    }

    #[test]
    fn urls_of_others() {
        assert_eq!(read("unix:/run/a.sock"), Proxied::NoScheme);
        assert_eq!(read("http://php:9000/"), Proxied::Other);
        let balancer = Proxied::Balancer { name: b"php".to_vec(), path: b"/x".to_vec() };
        assert_eq!(read("balancer://PHP/x"), balancer);
        let Proxied::Fcgi { target, .. } = read("fcgi://php:99999/") else { panic!("no FastCGI") };
        assert_eq!(target, Target::Invalid("php:99999".to_owned()));
        let Proxied::Fcgi { target, .. } = read("fcgi://%{ENV:php}:9000/") else { panic!("no FastCGI") };
        assert_eq!(target, Target::Variable);
    }
}
