//! Addresses that pools listen on and web servers connect to, in one form.

use std::fmt;
use std::net::IpAddr;

use fpmlint_workspace::HostPath;

/// Where a connection goes, or where one is accepted.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum Endpoint {
    /// A Unix socket; `/var/run` is written `/run`.
    Unix(HostPath),
    /// A port.
    Tcp {
        /// The machine.
        host: TcpHost,
        /// The port.
        port: u16,
    },
}

/// The machine part of a TCP address.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum TcpHost {
    /// Every address of the host; only where one listens.
    Any,
    /// An address.
    Ip(IpAddr),
    /// A name.
    Name(Box<[u8]>),
}

impl Endpoint {
    /// A Unix socket by its path.
    pub fn unix(path: &HostPath) -> Endpoint {
        Endpoint::Unix(path.canonical_run())
    }

    /// Reads `host:port` or `[v6]:port`; none where it is neither.
    pub fn tcp(text: &[u8]) -> Option<Endpoint> {
        let colon = text.iter().rposition(|byte| *byte == b':')?;
        let port = std::str::from_utf8(&text[colon + 1..]).ok()?.parse().ok()?;
        Some(Endpoint::Tcp { host: TcpHost::parse(&text[..colon])?, port })
    }

    /// How many bytes two addresses have in common at their beginnings, as they are written.
    pub fn common_start(&self, other: &Endpoint) -> usize {
        let common = |one: &[u8], other: &[u8]| one.iter().zip(other).take_while(|(a, b)| a == b).count();
        match (self, other) {
            // Most of a host's addresses are sockets, and there may be thousands.
            (Endpoint::Unix(one), Endpoint::Unix(other)) => {
                b"unix:".len() + common(one.as_bytes(), other.as_bytes())
            }
            (one, other) => common(one.to_string().as_bytes(), other.to_string().as_bytes()),
        }
    }

    /// Whether a connection to it can only end on the machine that makes it.
    pub fn is_local(&self) -> bool {
        match self {
            Endpoint::Unix(_) => true,
            Endpoint::Tcp { host, .. } => host.is_loopback(),
        }
    }
}

impl TcpHost {
    /// Reads a name, an address or a bracketed address; none where it is empty.
    pub fn parse(text: &[u8]) -> Option<TcpHost> {
        let bare = text.strip_prefix(b"[").and_then(|text| text.strip_suffix(b"]")).unwrap_or(text);
        if bare.is_empty() {
            return None;
        }
        let ip = std::str::from_utf8(bare).ok().and_then(|text| text.parse().ok());
        Some(ip.map_or_else(|| TcpHost::Name(bare.to_ascii_lowercase().into()), TcpHost::Ip))
    }

    /// Whether it is the machine itself.
    pub fn is_loopback(&self) -> bool {
        match self {
            TcpHost::Any => false,
            TcpHost::Ip(ip) => ip.is_loopback(),
            TcpHost::Name(name) => &name[..] == b"localhost",
        }
    }

    /// Whether somebody who listens here is reached by a connection to `target` on the same machine; none where
    /// a name or a foreign address would have to be resolved.
    pub fn accepts(&self, target: &TcpHost) -> Option<bool> {
        if self == target {
            return Some(true);
        }
        match (self, target) {
            (TcpHost::Any, target) if target.is_loopback() => Some(true),
            (listen, target) if listen.is_loopback() && target.is_loopback() => {
                // `localhost` may mean either family; two written addresses mean what they say.
                let named = matches!(listen, TcpHost::Name(_)) || matches!(target, TcpHost::Name(_));
                Some(named)
            }
            (TcpHost::Ip(listen), TcpHost::Ip(_)) if !listen.is_unspecified() => Some(false),
            (TcpHost::Ip(listen), target) if listen.is_unspecified() && target.is_loopback() => {
                Some(listen.is_ipv6() || !matches!(target, TcpHost::Ip(IpAddr::V6(_))))
            }
            (listen, target)
                if listen.is_loopback() != target.is_loopback() && !matches!(listen, TcpHost::Any) =>
            {
                if matches!(target, TcpHost::Name(_)) { None } else { Some(false) }
            }
            _ => None,
        }
    }
}

impl fmt::Display for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Endpoint::Unix(path) => write!(f, "unix:{path}"),
            Endpoint::Tcp { host: TcpHost::Ip(IpAddr::V6(ip)), port } => write!(f, "[{ip}]:{port}"),
            Endpoint::Tcp { host, port } => write!(f, "{host}:{port}"),
        }
    }
}

impl fmt::Display for TcpHost {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            TcpHost::Any => f.write_str("*"),
            TcpHost::Ip(ip) => ip.fmt(f),
            TcpHost::Name(name) => f.write_str(&String::from_utf8_lossy(name)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn host(text: &str) -> TcpHost {
        if text == "*" { TcpHost::Any } else { TcpHost::parse(text.as_bytes()).unwrap() }
    }

    #[test]
    fn common_beginnings() {
        let common = |one: &str, other: &str| {
            let read = |text: &str| match text.strip_prefix("unix:") {
                Some(path) => Endpoint::unix(&HostPath::new(path)),
                None => Endpoint::tcp(text.as_bytes()).unwrap(),
            };
            (read(one).common_start(&read(other)), read(other).common_start(&read(one)))
        };
        assert_eq!(common("unix:/run/a.sock", "unix:/run/b.sock"), (10, 10));
        assert_eq!(common("unix:/run/a.sock", "127.0.0.1:9000"), (0, 0));
        assert_eq!(common("127.0.0.1:9000", "127.0.0.1:9001"), (13, 13));
        assert_eq!(common("u:9000", "unix:/run/a.sock"), (1, 1));
    }

    #[test]
    fn who_answers_whom() {
        let cases = [
            ("*", "127.0.0.1", Some(true)),
            ("*", "localhost", Some(true)),
            ("*", "php", None),
            ("127.0.0.1", "127.0.0.1", Some(true)),
            ("127.0.0.1", "localhost", Some(true)),
            ("127.0.0.1", "::1", Some(false)),
            ("127.0.0.1", "127.0.0.2", Some(false)),
            ("127.0.0.1", "php", None),
            ("127.0.0.1", "10.0.0.1", Some(false)),
            ("10.0.0.1", "127.0.0.1", Some(false)),
            ("0.0.0.0", "127.0.0.1", Some(true)),
            ("0.0.0.0", "::1", Some(false)),
            ("::", "127.0.0.1", Some(true)),
        ];
        for (listen, target, expected) in cases {
            assert_eq!(host(listen).accepts(&host(target)), expected, "{listen} and {target}");
        }
    }

    #[test]
    fn addresses_are_read() {
        assert_eq!(Endpoint::tcp(b"[::1]:9000").unwrap().to_string(), "[::1]:9000");
        assert_eq!(Endpoint::tcp(b"PHP:9000").unwrap().to_string(), "php:9000");
        assert_eq!(Endpoint::tcp(b"php"), None);
        assert_eq!(Endpoint::tcp(b":9000"), None);
        assert_eq!(Endpoint::tcp(b"php:99999"), None);
    }
}
