//! `listen`: what kind of address a text is.
//!
//! In: the text of `listen`, the prefix for relative paths, the version. Out: a socket path, an address and
//! port, or why the daemon cannot listen there. Facts: run on php-fpm 8.2.

use std::net::IpAddr;

use fpmlint_catalog::Version;
use fpmlint_workspace::HostPath;

use super::path;
use crate::php_ini::atoi;

/// Bytes of a socket path that the system keeps, without the closing NUL.
pub const SOCKET_PATH_MAX: usize = 107;

/// Where a pool listens.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum Listen {
    /// A socket file. PHP before 8.3 cuts its path at [`SOCKET_PATH_MAX`] bytes without a word, and so does
    /// this.
    Unix(HostPath),
    /// An internet address.
    Tcp {
        /// On which addresses.
        address: ListenAddress,
        /// The port, 1 to 65535.
        port: u16,
    },
    /// The daemon cannot listen there.
    Invalid(Fault),
    /// It rests on the environment, or on a prefix that does.
    Unknown,
}

/// The address part of a TCP listen.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum ListenAddress {
    /// Every address of the host; `dual`: of IPv6 and IPv4, as for a bare port and for `[::]`, else IPv4
    /// alone.
    Any {
        /// Whether IPv6 is listened on too.
        dual: bool,
    },
    /// One address.
    Ip(IpAddr),
    /// A name that the host resolves at start; of several addresses the daemon takes the first. `*` is such a
    /// name for a loopback address.
    Name(Box<[u8]>),
}

/// Why a pool cannot listen.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum Fault {
    /// `listen` is not set or empty.
    Missing,
    /// The port is no number from 1 to 65535; its text.
    Port(Box<[u8]>),
    /// The port begins with a number and goes on with something else.
    PortSuffix(Box<[u8]>),
    /// No host before the colon, or one that cannot be a host.
    Host(Box<[u8]>),
    /// The path has more than [`SOCKET_PATH_MAX`] bytes; its length in bytes.
    TooLong(usize),
}

/// Reads the text of a `listen`. `prefix` completes relative paths.
pub(crate) fn parse(text: &[u8], prefix: &[u8], version: Option<Version>) -> Listen {
    if text.is_empty() {
        return Listen::Invalid(Fault::Missing);
    }
    if is_unix(text) { unix(&path::under(text, prefix), version) } else { tcp(text) }
}

/// The same where the prefix is not known.
pub(crate) fn parse_unknown_prefix(text: &[u8], version: Option<Version>) -> Listen {
    let relative = !text.is_empty() && is_unix(text) && !text.starts_with(b"/");
    if relative { Listen::Unknown } else { parse(text, b"", version) }
}

/// Whether the daemon takes the text for a path: it has no colon and is not all digits.
pub(crate) fn is_unix(text: &[u8]) -> bool {
    !text.contains(&b':') && !text.iter().all(u8::is_ascii_digit)
}

fn unix(path: &[u8], version: Option<Version>) -> Listen {
    if path.len() <= SOCKET_PATH_MAX {
        return Listen::Unix(HostPath::new(path));
    }
    if version.is_some_and(|version| version >= Version::new(8, 3, 0)) {
        return Listen::Invalid(Fault::TooLong(path.len()));
    }
    Listen::Unix(HostPath::new(path.get(..SOCKET_PATH_MAX).unwrap_or(path)))
}

fn tcp(text: &[u8]) -> Listen {
    let colon = text.iter().rposition(|byte| *byte == b':');
    let (host, port) = match colon {
        Some(colon) => (text.get(..colon), text.get(colon + 1..).unwrap_or(b"")),
        None => (None, text),
    };
    let number = match u16::try_from(atoi(port)) {
        Ok(0) | Err(_) => return Listen::Invalid(Fault::Port(port.into())),
        Ok(number) => number,
    };
    if !port.iter().all(u8::is_ascii_digit) {
        return Listen::Invalid(Fault::PortSuffix(port.into()));
    }
    let address = match host {
        None => ListenAddress::Any { dual: true },
        Some(host) => match address(host) {
            Some(address) => address,
            None => return Listen::Invalid(Fault::Host(host.into())),
        },
    };
    Listen::Tcp { address, port: number }
}

/// A host with its brackets taken off as the daemon does; none where nothing can resolve it.
fn address(host: &[u8]) -> Option<ListenAddress> {
    let bare = host.strip_prefix(b"[").and_then(|host| host.strip_suffix(b"]")).unwrap_or(host);
    if bare.is_empty() || bare.iter().any(|byte| matches!(byte, b'/' | b'[' | b']' | b' ')) {
        return None;
    }
    let ip = std::str::from_utf8(bare).ok().and_then(|text| text.parse::<IpAddr>().ok());
    Some(match ip {
        Some(ip) if ip.is_unspecified() => ListenAddress::Any { dual: ip.is_ipv6() },
        Some(ip) => ListenAddress::Ip(ip),
        // With a colon it is no name, and with a `%` behind one an address with its interface.
        None if bare.contains(&b':') && !bare.contains(&b'%') => return None,
        None => ListenAddress::Name(bare.into()),
    })
}

#[cfg(test)]
mod tests;
