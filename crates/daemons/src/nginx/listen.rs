//! What a server listens on.

use std::net::IpAddr;

use fpmlint_catalog::nginx::id;

use super::{Config, DirRef, ScopeId};

/// The address part of a `listen`.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum Address {
    /// Every IPv4 address: `*`, a bare port, no `listen` at all.
    Any,
    /// Every IPv6 address: `[::]`.
    AnyV6,
    /// One address.
    Ip(IpAddr),
    /// A name to be resolved.
    Name(Box<[u8]>),
    /// A Unix socket.
    Unix(Box<[u8]>),
}

/// One `listen` of a server.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Listen {
    /// The address.
    pub address: Address,
    /// The port; 0 for a Unix socket.
    pub port: u16,
    /// Whether it makes its server the default of that address.
    pub default_server: bool,
    /// Whether it speaks TLS.
    pub ssl: bool,
    /// Where it stands; none where nginx assumes port 80.
    pub at: Option<DirRef>,
}

impl Config {
    /// What a server listens on; `*:80` where it says nothing.
    pub fn listens(&self, server: ScopeId) -> Vec<Listen> {
        let listens: Vec<Listen> =
            self.scope(server).all(id::LISTEN).filter_map(|item| self.listen(item.at)).collect();
        if !listens.is_empty() {
            return listens;
        }
        vec![Listen { address: Address::Any, port: 80, default_server: false, ssl: false, at: None }]
    }

    fn listen(&self, at: DirRef) -> Option<Listen> {
        let statement = self.statement(at)?;
        let (address, port) = parse_address(&statement.arg(0)?.text())?;
        let has = |word: &[u8]| statement.args().skip(1).any(|argument| argument.raw() == word);
        let default_server = has(b"default_server") || has(b"default");
        Some(Listen { address, port, default_server, ssl: has(b"ssl"), at: Some(at) })
    }
}

fn parse_address(text: &[u8]) -> Option<(Address, u16)> {
    if let Some(path) = text.strip_prefix(b"unix:") {
        return Some((Address::Unix(path.into()), 0));
    }
    if let Ok(port) = std::str::from_utf8(text).ok()?.parse::<u16>() {
        return Some((Address::Any, port));
    }
    let (host, port) = split_port(text)?;
    let address = match host {
        b"" | b"*" | b"0.0.0.0" => Address::Any,
        b"[::]" => Address::AnyV6,
        _ => parse_host(host),
    };
    Some((address, port))
}

/// `host:port` or a host alone, which means port 80.
fn split_port(text: &[u8]) -> Option<(&[u8], u16)> {
    let after_bracket = text.iter().rposition(|byte| *byte == b']').map_or(0, |at| at + 1);
    let Some(colon) = text[after_bracket..].iter().rposition(|byte| *byte == b':') else {
        return Some((text, 80));
    };
    let (host, port) = text.split_at(after_bracket + colon);
    let port = std::str::from_utf8(&port[1..]).ok()?.parse().ok()?;
    Some((host, port))
}

fn parse_host(host: &[u8]) -> Address {
    let bare = host.strip_prefix(b"[").and_then(|host| host.strip_suffix(b"]")).unwrap_or(host);
    let ip = std::str::from_utf8(bare).ok().and_then(|host| host.parse().ok());
    ip.map_or_else(|| Address::Name(host.into()), Address::Ip)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_of_address() {
        let ip = |text: &str| Address::Ip(text.parse().unwrap());
        assert_eq!(parse_address(b"80"), Some((Address::Any, 80)));
        assert_eq!(parse_address(b"*:8080"), Some((Address::Any, 8080)));
        assert_eq!(parse_address(b"[::]:80"), Some((Address::AnyV6, 80)));
        assert_eq!(parse_address(b"127.0.0.1"), Some((ip("127.0.0.1"), 80)));
        assert_eq!(parse_address(b"[::1]:81"), Some((ip("::1"), 81)));
        assert_eq!(parse_address(b"localhost:90"), Some((Address::Name(b"localhost"[..].into()), 90)));
        assert_eq!(parse_address(b"unix:/s"), Some((Address::Unix(b"/s"[..].into()), 0)));
        assert_eq!(parse_address(b"a:b"), None);
    }
}
