//! Addresses and URLs as nginx cuts them.
//!
//! In: the text of an address and what the directive allows. Out: host, port and path, or nginx's short words for
//! what is wrong. No name is resolved here.

use std::net::{Ipv4Addr, Ipv6Addr};

use super::value::number;

/// What a directive allows in its address.
#[derive(Clone, Copy, Default)]
pub(in crate::nginx) struct Form {
    /// A `listen`: port ranges, a bare port, `*`.
    pub(in crate::nginx) listen: bool,
    /// A path may follow.
    pub(in crate::nginx) uri_part: bool,
    /// The port where none is given.
    pub(in crate::nginx) default_port: u16,
}

/// Where an address leads.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(in crate::nginx) enum Target<'a> {
    /// An IPv4 address.
    V4(Ipv4Addr),
    /// An IPv6 address.
    V6(Ipv6Addr),
    /// A name to be resolved.
    Name(&'a [u8]),
    /// The path of a Unix socket.
    Unix(&'a [u8]),
}

/// An address, cut.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(in crate::nginx) struct Url<'a> {
    /// The host.
    pub(in crate::nginx) target: Target<'a>,
    /// The host as written, with brackets.
    pub(in crate::nginx) host: &'a [u8],
    /// The port, given or the default; 0 where there is none.
    pub(in crate::nginx) port: u16,
    /// The last port of a range.
    pub(in crate::nginx) last_port: u16,
    /// Whether no port is written.
    pub(in crate::nginx) no_port: bool,
    /// The path behind the address.
    pub(in crate::nginx) uri: &'a [u8],
}

/// The longest path that fits a socket's address, with its closing zero byte.
const SOCKET_PATH: usize = 108;

/// Cuts an address.
pub(in crate::nginx) fn parse(text: &[u8], form: Form) -> Result<Url<'_>, &'static str> {
    if text.get(..5).is_some_and(|start| start.eq_ignore_ascii_case(b"unix:")) {
        return parse_unix(text.get(5..).unwrap_or(b""), form);
    }
    if text.first() == Some(&b'[') { parse_v6(text, form) } else { parse_inet(text, form) }
}

fn parse_unix(text: &[u8], form: Form) -> Result<Url<'_>, &'static str> {
    let colon = if form.uri_part { memchr::memchr(b':', text) } else { None };
    let (path, uri) = match colon {
        Some(colon) => (text.get(..colon).unwrap_or(text), text.get(colon + 1..).unwrap_or(b"")),
        None => (text, &b""[..]),
    };
    if path.is_empty() {
        return Err("no path in the unix domain socket");
    }
    if path.len() + 1 > SOCKET_PATH {
        return Err("too long path in the unix domain socket");
    }
    Ok(Url { target: Target::Unix(path), host: path, port: 0, last_port: 0, no_port: false, uri })
}

fn parse_inet(text: &[u8], form: Form) -> Result<Url<'_>, &'static str> {
    let uri_at = memchr::memchr2(b'/', b'?', text);
    if uri_at.is_some() && (form.listen || !form.uri_part) {
        return Err("invalid host");
    }
    let (before, uri) = text.split_at(uri_at.unwrap_or(text.len()));
    let (host, ports, no_port) = match memchr::memchr(b':', before) {
        Some(colon) => {
            let port = before.get(colon + 1..).unwrap_or(b"");
            (before.get(..colon).unwrap_or(b""), parse_ports(port, form)?, false)
        }
        None if form.listen => match only_port(before)? {
            Some(ports) => {
                let target = Target::V4(Ipv4Addr::UNSPECIFIED);
                return Ok(Url {
                    target,
                    host: before,
                    port: ports.0,
                    last_port: ports.1,
                    no_port: false,
                    uri,
                });
            }
            None => (before, (form.default_port, 0), true),
        },
        None => (before, (form.default_port, 0), true),
    };
    if host.is_empty() {
        return Err("no host");
    }
    let target = match host {
        b"*" if form.listen => Target::V4(Ipv4Addr::UNSPECIFIED),
        _ => ipv4(host).map_or(Target::Name(host), Target::V4),
    };
    Ok(Url { target, host, port: ports.0, last_port: ports.1, no_port, uri })
}

fn parse_v6(text: &[u8], form: Form) -> Result<Url<'_>, &'static str> {
    let close = memchr::memchr(b']', text).ok_or("invalid host")?;
    let behind = text.get(close + 1..).unwrap_or(b"");
    let slash = memchr::memchr(b'/', behind);
    if slash.is_some() && (form.listen || !form.uri_part) {
        return Err("invalid host");
    }
    let (port, uri) = behind.split_at(slash.unwrap_or(behind.len()));
    let (ports, no_port) = match port.split_first() {
        None => ((form.default_port, 0), true),
        Some((b':', port)) => (parse_ports(port, form)?, false),
        Some(_) => return Err("invalid host"),
    };
    let inner = text.get(1..close).unwrap_or(b"");
    if inner.is_empty() {
        return Err("no host");
    }
    let address = ipv6(inner).ok_or("invalid IPv6 address")?;
    let host = text.get(..=close).unwrap_or(text);
    Ok(Url { target: Target::V6(address), host, port: ports.0, last_port: ports.1, no_port, uri })
}

fn parse_ports(text: &[u8], form: Form) -> Result<(u16, u16), &'static str> {
    let dash = if form.listen { memchr::memchr(b'-', text) } else { None };
    let Some(dash) = dash else { return Ok((port(text)?, 0)) };
    let last = port(text.get(dash + 1..).unwrap_or(b""))?;
    in_order(port(text.get(..dash).unwrap_or(b""))?, last)
}

fn in_order(first: u16, last: u16) -> Result<(u16, u16), &'static str> {
    if first > last { Err("invalid port range") } else { Ok((first, last)) }
}

fn port(text: &[u8]) -> Result<u16, &'static str> {
    let value = number(text).and_then(|value| u16::try_from(value).ok());
    value.filter(|value| *value != 0).ok_or("invalid port")
}

/// A `listen` of a port or a range alone; none where it is a host.
fn only_port(text: &[u8]) -> Result<Option<(u16, u16)>, &'static str> {
    let (first, last) = match memchr::memchr(b'-', text) {
        Some(dash) => (text.get(..dash).unwrap_or(b""), text.get(dash + 1..)),
        None => (text, None),
    };
    if number(first).is_none() || last.is_some_and(|last| number(last).is_none()) {
        return Ok(None);
    }
    match last {
        Some(last) => {
            let last = port(last)?;
            in_order(port(first)?, last).map(Some)
        }
        None => Ok(Some((port(first)?, 0))),
    }
}

/// Whether a name could be that of a host; no other is ever found.
pub(in crate::nginx) fn is_host_name(name: &[u8]) -> bool {
    let allowed = |byte: &u8| byte.is_ascii_alphanumeric() || b"-_.".contains(byte) || !byte.is_ascii();
    name.len() < 254 && name.iter().all(allowed) && memchr::memmem::find(name, b"..").is_none()
}

/// Cuts an address, for a directive that looks names up when it is read.
pub(in crate::nginx) fn parse_known(text: &[u8], form: Form) -> Result<Url<'_>, &'static str> {
    match parse(text, form) {
        Ok(Url { target: Target::Name(name), .. }) if !is_host_name(name) => Err("host not found"),
        parsed => parsed,
    }
}

/// Four numbers with dots; an empty one is 0, and the address of all ones is none.
pub(in crate::nginx) fn ipv4(text: &[u8]) -> Option<Ipv4Addr> {
    let (mut address, mut octet, mut dots) = (0u32, 0u32, 0);
    for byte in text {
        match byte {
            b'0'..=b'9' => {
                octet = octet * 10 + u32::from(byte - b'0');
                if octet > 255 {
                    return None;
                }
            }
            b'.' => {
                address = (address << 8).wrapping_add(octet);
                octet = 0;
                dots += 1;
            }
            _ => return None,
        }
    }
    let address = (address << 8).wrapping_add(octet);
    (dots == 3 && address != u32::MAX).then(|| Ipv4Addr::from(address))
}

/// An IPv6 address without brackets.
pub(in crate::nginx) fn ipv6(text: &[u8]) -> Option<Ipv6Addr> {
    std::str::from_utf8(text).ok()?.parse().ok()
}

/// A network: an address and how many of its bits count. The last value says whether bits beyond those are set.
pub(in crate::nginx) fn network(text: &[u8]) -> Option<(Target<'static>, u8, bool)> {
    let slash = memchr::memchr(b'/', text);
    let (address, bits) = match slash {
        Some(slash) => (text.get(..slash)?, Some(number(text.get(slash + 1..)?)?)),
        None => (text, None),
    };
    if let Some(v4) = ipv4(address) {
        let bits = bits.unwrap_or(32);
        let mask = u32::MAX.checked_shl(32u32.checked_sub(u32::try_from(bits).ok()?)?).unwrap_or(0);
        return Some((Target::V4(v4), bits as u8, u32::from(v4) & !mask != 0));
    }
    let v6 = ipv6(address)?;
    let bits = bits.unwrap_or(128);
    let mask = u128::MAX.checked_shl(128u32.checked_sub(u32::try_from(bits).ok()?)?).unwrap_or(0);
    Some((Target::V6(v6), bits as u8, u128::from(v6) & !mask != 0))
}

#[cfg(test)]
mod tests {
    use super::*;

    const LISTEN: Form = Form { listen: true, uri_part: false, default_port: 80 };

    #[test]
    fn listens() {
        let port = |text: &'static str| parse(text.as_bytes(), LISTEN).map(|url| (url.port, url.last_port));
        assert_eq!(port("80"), Ok((80, 0)));
        assert_eq!(port("8080-8082"), Ok((8080, 8082)));
        assert_eq!(port("*:81"), Ok((81, 0)));
        assert_eq!(port("[::1]:82"), Ok((82, 0)));
        assert_eq!(port("localhost"), Ok((80, 0)));
        assert_eq!(port("0"), Err("invalid port"));
        assert_eq!(port("99999"), Err("invalid port"));
        assert_eq!(port("81-80"), Err("invalid port range"));
        assert_eq!(port("a/b"), Err("invalid host"));
        assert_eq!(port("[::1"), Err("invalid host"));
        assert_eq!(port("[x]"), Err("invalid IPv6 address"));
        assert_eq!(port(":80"), Err("no host"));
        assert_eq!(port("unix:"), Err("no path in the unix domain socket"));
    }

    #[test]
    fn addresses_of_backends() {
        let url = parse(b"php:9000", Form::default()).unwrap();
        assert_eq!((url.target, url.port, url.no_port), (Target::Name(b"php"), 9000, false));
        assert!(parse(b"127.0.0.1", Form::default()).unwrap().no_port);
        assert_eq!(parse(b"http://127.0.0.1:9000", Form::default()), Err("invalid host"));
        let form = Form { uri_part: true, default_port: 80, listen: false };
        assert_eq!(parse(b"a:8080/x?y", form).unwrap().uri, b"/x?y");
        assert_eq!(parse(b"unix:/s:/x", form).unwrap().uri, b"/x");
    }

    #[test]
    fn networks() {
        assert_eq!(network(b"10.0.0.0/8").map(|it| it.2), Some(false));
        assert_eq!(network(b"10.0.0.1/8").map(|it| it.2), Some(true));
        assert_eq!(network(b"2001:db8::/32").map(|it| it.1), Some(32));
        assert_eq!(network(b"::/0").map(|it| it.2), Some(false));
        for text in ["10.0.0/8", "10.0.0.0/33", "a", "10.0.0.0/", "::/129"] {
            assert_eq!(network(text.as_bytes()), None, "{text}");
        }
    }
}
