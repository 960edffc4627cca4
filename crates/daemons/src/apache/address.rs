//! Addresses of `<VirtualHost>` and `Listen`.

use std::net::IpAddr;

/// The host of an address.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum AddressHost {
    /// `*`, or nothing: every address.
    Any,
    /// `_default_`: every address that no other virtual host names.
    Default,
    /// An IP address.
    Ip(IpAddr),
    /// A name that DNS must resolve.
    Name(Box<[u8]>),
}

/// An address.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Address {
    /// The host.
    pub host: AddressHost,
    /// The port; none means every port.
    pub port: Option<u16>,
}

impl Address {
    /// Reads `host`, `host:port`, `[v6]:port`, `*`, `*:*`. None for what httpd does not take for an address.
    pub fn parse(text: &[u8]) -> Option<Address> {
        let (host, port) = split(text);
        let port = match port {
            None | Some(b"*") => None,
            Some(port) => Some(parse_port(port)?),
        };
        let host = match host {
            b"" => return None,
            b"*" => AddressHost::Any,
            host if host.eq_ignore_ascii_case(b"_default_") => AddressHost::Default,
            host => match parse_ip(host) {
                Some(address) => AddressHost::Ip(address),
                None => AddressHost::Name(host.into()),
            },
        };
        Some(Address { host, port })
    }

    /// Reads the first argument of `Listen`: a port alone, or an address with a port.
    pub fn parse_listen(text: &[u8]) -> Option<Address> {
        if let Some(port) = parse_port(text) {
            return Some(Address { host: AddressHost::Any, port: Some(port) });
        }
        Address::parse(text).filter(|address| address.port.is_some())
    }
}

/// Host and port, at the last colon behind a `]`; what is an IPv6 address without brackets is all host up to its
/// last colon, as for httpd.
fn split(text: &[u8]) -> (&[u8], Option<&[u8]>) {
    let after_bracket = memchr::memrchr(b']', text).map_or(0, |at| at + 1);
    let colon = text.get(after_bracket..).and_then(|rest| memchr::memrchr(b':', rest));
    match colon.map(|colon| text.split_at(after_bracket + colon)) {
        Some((host, port)) => (host, port.get(1..)),
        None => (text, None),
    }
}

fn parse_port(text: &[u8]) -> Option<u16> {
    let digits = !text.is_empty() && text.iter().all(u8::is_ascii_digit);
    let number: Option<u16> = std::str::from_utf8(text).ok().filter(|_| digits)?.parse().ok();
    number.filter(|number| *number > 0)
}

fn parse_ip(host: &[u8]) -> Option<IpAddr> {
    let inner = host.strip_prefix(b"[").and_then(|host| host.strip_suffix(b"]")).unwrap_or(host);
    std::str::from_utf8(inner).ok()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Option<(AddressHost, Option<u16>)> {
        Address::parse(text.as_bytes()).map(|address| (address.host, address.port))
    }

    #[test]
    fn forms_of_addresses() {
        assert_eq!(parse("*:80"), Some((AddressHost::Any, Some(80))));
        assert_eq!(parse("*"), Some((AddressHost::Any, None)));
        assert_eq!(parse("*:*"), Some((AddressHost::Any, None)));
        assert_eq!(parse("_DEFAULT_:443"), Some((AddressHost::Default, Some(443))));
        assert_eq!(parse("10.0.0.1"), Some((AddressHost::Ip([10, 0, 0, 1].into()), None)));
        let local: IpAddr = "::1".parse().unwrap();
        assert_eq!(parse("[::1]:8080"), Some((AddressHost::Ip(local), Some(8080))));
        assert_eq!(parse("::1:80"), Some((AddressHost::Ip(local), Some(80))));
        assert_eq!(
            parse("a.example:80"),
            Some((AddressHost::Name(b"a.example".as_slice().into()), Some(80)))
        );
        for wrong in ["*:0", "*:99999", ":80", "", "*:x"] {
            assert_eq!(parse(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn listening_needs_a_port() {
        let any = Address { host: AddressHost::Any, port: Some(8080) };
        assert_eq!(Address::parse_listen(b"8080"), Some(any));
        assert_eq!(Address::parse_listen(b"127.0.0.1"), None);
        assert_eq!(Address::parse_listen(b"0"), None);
    }
}
