//! The main server and the virtual hosts.

use fpmlint_catalog::apache::id;
use fpmlint_workspace::HostPath;

use super::address::Address;
use super::scope::{ScopeId, ScopeKind, Scopes};
use super::statement::{StatementId, Word};
use super::{Config, Scope};
use crate::{Part, Place};

/// The main server or a virtual host.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Server {
    /// Its scope.
    pub scope: ScopeId,
    /// The opening tag; none for the main server.
    pub statement: Option<StatementId>,
    /// The addresses of the opening tag, each with the argument that it is; those that are none are left out.
    pub addresses: Vec<(Address, Part)>,
    /// The last `ServerName`.
    pub name: Option<ServerName>,
    /// The names and patterns of all `ServerAlias`, with their places.
    pub aliases: Vec<(Box<[u8]>, Place)>,
    /// The folder that its files lie in, and the line that says so: see [`Config::document_root`].
    document_root: Option<(HostPath, StatementId)>,
}

/// A `ServerName`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ServerName {
    /// `http` or `https` before `://`, if it is there.
    pub scheme: Option<Box<[u8]>>,
    /// The name.
    pub host: Box<[u8]>,
    /// The port, if it is there.
    pub port: Option<u16>,
    /// Its statement.
    pub statement: StatementId,
}

/// A `Listen`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Listen {
    /// The address; the port is there.
    pub address: Address,
    /// The protocol, if it is given.
    pub protocol: Option<Box<[u8]>>,
    /// Its statement.
    pub statement: StatementId,
}

pub(super) fn build(config: &Config, scopes: &Scopes) -> Vec<Server> {
    let is_server = |scope: &Scope| matches!(scope.kind, ScopeKind::Main | ScopeKind::VirtualHost);
    let servers = scopes.iter().filter(|(_, scope)| is_server(scope));
    servers.map(|(id, scope)| server(config, scopes, id, scope)).collect()
}

fn server(config: &Config, scopes: &Scopes, scope: ScopeId, found: &Scope) -> Server {
    // Of thousands of servers nearly all have one of each.
    let mut addresses = Vec::with_capacity(1);
    for word in found.statement.into_iter().flat_map(|statement| config.words(statement)) {
        addresses.extend(Address::parse(&word.text).map(|address| (address, word.part)));
    }
    let mut aliases = Vec::with_capacity(usize::from(found.may_have(id::SERVER_ALIAS)));
    for alias in scopes.all(scope, id::SERVER_ALIAS) {
        let place = config.place(alias);
        aliases.extend(config.words(alias).map(|word| (word.text.as_ref().into(), place.with(word.part))));
    }
    Server {
        scope,
        statement: found.statement,
        addresses,
        name: scopes.last(scope, id::SERVER_NAME).map(|statement| server_name(config, statement)),
        aliases,
        document_root: document_root(config, scopes, scope),
    }
}

fn document_root(config: &Config, scopes: &Scopes, server: ScopeId) -> Option<(HostPath, StatementId)> {
    let own = scopes.last(server, id::DOCUMENT_ROOT);
    let statement = own.or_else(|| scopes.last(ScopeId::MAIN, id::DOCUMENT_ROOT))?;
    let path = config.text(statement, 0);
    (!path.is_empty()).then(|| (config.server_root.join(&path), statement))
}

/// `[scheme://]host[:port]`.
fn server_name(config: &Config, statement: StatementId) -> ServerName {
    let text = config.text(statement, 0);
    let (scheme, rest) = match find_scheme_end(&text) {
        Some(at) => (text.get(..at), text.get(at + 3..).unwrap_or(b"")),
        None => (None, text.as_ref()),
    };
    let (host, port) = match memchr::memrchr(b':', rest).map(|at| rest.split_at(at)) {
        Some((host, port)) => {
            let digits = port.get(1..).unwrap_or(b"");
            (host, std::str::from_utf8(digits).ok().and_then(|digits| digits.parse().ok()))
        }
        None => (rest, None),
    };
    ServerName { scheme: scheme.map(Into::into), host: host.into(), port, statement }
}

/// Where the first `://` stands.
fn find_scheme_end(text: &[u8]) -> Option<usize> {
    memchr::memchr_iter(b':', text).find(|at| text.get(at + 1..at + 3) == Some(b"//"))
}

impl Config {
    /// The main server and the virtual hosts, in walking order.
    pub fn servers(&self) -> &[Server] {
        &self.scopes.servers
    }

    /// The folder that a server's files lie in, and the line that says so: its own last `DocumentRoot`, else that of
    /// the main server.
    pub fn document_root(&self, server: ScopeId) -> Option<(HostPath, StatementId)> {
        let servers = self.servers();
        let found = servers.binary_search_by_key(&server, |server| server.scope).ok()?;
        servers.get(found)?.document_root.clone()
    }

    /// The addresses that httpd listens on.
    pub fn listens(&self) -> Vec<Listen> {
        let lines = self.scopes.all(ScopeId::MAIN, id::LISTEN);
        let listens = lines.filter_map(|statement| {
            let mut words = self.words(statement);
            let address = Address::parse_listen(&words.next()?.text)?;
            let protocol = words.next().map(|word| word.text.as_ref().into());
            Some(Listen { address, protocol, statement })
        });
        listens.collect()
    }

    /// The user that requests are answered as, with its statement; none where the configuration says none.
    pub fn user(&self) -> Option<(Word<'_>, StatementId)> {
        self.last_word(id::USER)
    }

    /// The group to [`Config::user`].
    pub fn group(&self) -> Option<(Word<'_>, StatementId)> {
        self.last_word(id::GROUP)
    }

    fn last_word(&self, directive: fpmlint_catalog::apache::DirectiveId) -> Option<(Word<'_>, StatementId)> {
        let statement = self.scopes.last(ScopeId::MAIN, directive)?;
        Some((self.word(statement, 0)?, statement))
    }
}
