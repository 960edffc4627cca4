//! What servers listen on.

use std::net::{Ipv4Addr, Ipv6Addr};

use fpmlint_catalog::nginx::id;
use fpmlint_syntax::Statement;
use rustc_hash::FxHashMap;

use super::frame::Frame;
use super::{Line, Walk};
use crate::nginx::check::address::{self, Target};
use crate::nginx::check::listen::{FORM, is_socket_option};
use crate::nginx::check::value;
use crate::nginx::{Context, DirRef};
use crate::{Part, RefusalKind};

/// An address that can be compared.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub(super) enum Key {
    V4(Ipv4Addr, u16),
    V6(Ipv6Addr, u16),
    Unix(Vec<u8>),
}

impl std::fmt::Display for Key {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Key::V4(address, port) => write!(f, "{address}:{port}"),
            Key::V6(address, port) => write!(f, "[{address}]:{port}"),
            Key::Unix(path) => write!(f, "unix:{}", String::from_utf8_lossy(path)),
        }
    }
}

/// One address and who listens on it.
#[derive(Debug)]
pub(super) struct Listened {
    pub(super) key: Key,
    /// The servers, by number, in reading order.
    pub(super) servers: Vec<u32>,
    pub(super) default: Option<(u32, DirRef)>,
    /// Who set options of the socket.
    options: Option<DirRef>,
    pub(super) ssl: Option<DirRef>,
}

/// All addresses, in the order in which they came up.
#[derive(Debug, Default)]
pub(super) struct Listens<'w> {
    by_key: FxHashMap<Key, usize>,
    pub(super) all: Vec<Listened>,
    /// Whether there are sockets that are not among them.
    pub(super) is_open_ended: bool,
    marker: std::marker::PhantomData<&'w ()>,
}

impl Listens<'_> {
    /// How many sockets the addresses are. One for all addresses of a port takes in those that ask for none of their
    /// own.
    fn sockets(&self) -> usize {
        let is_covered = |listened: &&Listened| {
            let all = match listened.key {
                Key::V4(address, port) if !address.is_unspecified() => Key::V4(Ipv4Addr::UNSPECIFIED, port),
                Key::V6(address, port) if !address.is_unspecified() => Key::V6(Ipv6Addr::UNSPECIFIED, port),
                _ => return false,
            };
            listened.options.is_none() && self.by_key.contains_key(&all)
        };
        self.all.len() - self.all.iter().filter(is_covered).count()
    }
}

/// What a `listen` asks for.
#[derive(Clone, Copy, Default)]
struct Asked {
    default: bool,
    options: bool,
    ssl: bool,
}

impl<'w> Walk<'w> {
    pub(super) fn listen(&mut self, at: DirRef, statement: Statement<'w>) {
        if self.frames.last().is_none_or(|frame| frame.context != Context::Server) {
            self.http.listens.is_open_ended = true;
            return;
        }
        let Some(server) = self.http.servers.len().checked_sub(1) else { return };
        if let Some(server) = self.http.servers.last_mut() {
            server.listens = true;
        }
        let Some(text) = statement.arg(0).map(|word| word.text()) else { return };
        let Ok(url) = address::parse(&text, FORM) else { return };
        let mut asked = Asked::default();
        for word in statement.args().skip(1) {
            let word = word.text();
            match &word[..] {
                b"default_server" | b"default" => asked.default = true,
                b"ssl" => asked.ssl = true,
                word => asked.options |= is_socket_option(word),
            }
        }
        for port in url.port..=url.last_port.max(url.port) {
            let key = match url.target {
                Target::V4(address) => Key::V4(address, port),
                Target::V6(address) => Key::V6(address, port),
                Target::Unix(path) => Key::Unix(path.to_vec()),
                Target::Name(_) => {
                    self.http.listens.is_open_ended = true;
                    return;
                }
            };
            self.add_listen(at, server as u32, key, asked);
        }
    }

    fn add_listen(&mut self, at: DirRef, server: u32, key: Key, asked: Asked) {
        let listens = &mut self.http.listens;
        let Some(listened) = listens.by_key.get(&key).and_then(|at| listens.all.get_mut(*at)) else {
            listens.by_key.insert(key.clone(), listens.all.len());
            listens.all.push(Listened {
                key,
                servers: vec![server],
                default: asked.default.then_some((server, at)),
                options: asked.options.then_some(at),
                ssl: asked.ssl.then_some(at),
            });
            return;
        };
        // Servers come one after the other.
        if listened.servers.last() == Some(&server) {
            let message = format!("a duplicate listen {}", listened.key);
            self.refuse(RefusalKind::DuplicateDirective, at, Part::Head, message);
            return;
        }
        listened.servers.push(server);
        if asked.ssl && listened.ssl.is_none() {
            listened.ssl = Some(at);
        }
        if asked.options {
            if let Some(first) = listened.options {
                let message = format!("duplicate listen options for {}", listened.key);
                self.refuse_related(RefusalKind::DuplicateDirective, at, Part::Head, message, Some(first));
                return;
            }
            listened.options = Some(at);
        }
        if asked.default {
            if let Some((_, first)) = listened.default {
                let message = format!("a duplicate default server for {}", listened.key);
                self.refuse_related(RefusalKind::DuplicateDirective, at, Part::Head, message, Some(first));
                return;
            }
            listened.default = Some((server, at));
        }
    }

    /// A worker needs a connection for each socket and one more. What mail and stream listen on, and names that stand
    /// for several addresses, can only add to them, so that with those the number is not said.
    pub(super) fn finish_connections(&mut self) {
        let Some(at) = self.connections.filter(|_| self.complete) else { return };
        let text = self.statement(at).and_then(|it| it.arg(0)).map(|word| word.text());
        let Some(connections) = text.and_then(|text| value::number(&text)) else { return };
        let sockets = self.http.listens.sockets();
        if connections > sockets as u64 || self.http.listens.is_open_ended {
            return;
        }
        let message =
            format!("{connections} worker_connections are not enough for {sockets} listening sockets");
        self.refuse_at(RefusalKind::InvalidValue, at, Part::Arg(0), message, Line::Nowhere);
    }

    /// A server without `listen` gets one.
    pub(super) fn close_server(&mut self, frame: &Frame<'w>) {
        let Some(number) = self.http.servers.len().checked_sub(1) else { return };
        let Some(server) = self.http.servers.last() else { return };
        if !server.listens && frame.directive == Some(id::SERVER) {
            let at = server.at;
            self.add_listen(at, number as u32, Key::V4(Ipv4Addr::UNSPECIFIED, 80), Asked::default());
        }
    }
}
