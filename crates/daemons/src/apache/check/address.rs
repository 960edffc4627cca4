//! Addresses, ports and networks as the portable runtime reads them.
//!
//! In: words such as `*:80`, `[::1]:443`, `10.1`, `10.0.0.0` and a mask. Out: what they mean, or that they are refused.

use std::borrow::Cow;
use std::net::{Ipv4Addr, Ipv6Addr};

/// Why something is no network.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum NoNetwork {
    /// It does not look like an address at all.
    OtherText,
    BadAddress,
    BadMask,
}

impl NoNetwork {
    /// The library's words.
    pub(super) fn words(self) -> &'static str {
        match self {
            NoNetwork::OtherText => "Invalid argument",
            NoNetwork::BadAddress => "The specified IP address is invalid.",
            NoNetwork::BadMask => "The specified network mask is invalid.",
        }
    }
}

/// Address and mask around the first `/`.
pub(super) fn split_mask(text: Cow<'_, [u8]>) -> (Cow<'_, [u8]>, Option<Vec<u8>>) {
    match memchr::memchr(b'/', &text) {
        None => (text, None),
        Some(at) => {
            let mask = text.get(at + 1..).unwrap_or(b"").to_vec();
            (Cow::Owned(text.get(..at).unwrap_or(b"").to_vec()), Some(mask))
        }
    }
}

/// Whether an address, with a mask or number of bits if there is one, is a network.
pub(super) fn subnet(address: &[u8], mask: Option<&[u8]>) -> Result<(), NoNetwork> {
    if !looks_like_ip(address) {
        return Err(NoNetwork::OtherText);
    }
    let is_v6 = parse::<Ipv6Addr>(address).is_some();
    let is_v4 = !is_v6 && is_v4(address);
    if !is_v6 && !is_v4 && (mask.is_some() || !is_partial(address)) {
        return Err(NoNetwork::BadAddress);
    }
    let Some(mask) = mask else { return Ok(()) };
    let is_mapped = parse::<Ipv6Addr>(address).is_some_and(|address| address.to_ipv4_mapped().is_some());
    let most = if is_v6 && !is_mapped { 128 } else { 32 };
    let bits = super::number::strtol(mask);
    let is_bits = bits.rest.is_empty() && !mask.is_empty() && bits.value > 0 && bits.value <= most;
    if is_bits || most == 32 && is_v4_text(mask) { Ok(()) } else { Err(NoNetwork::BadMask) }
}

/// Whether something is meant as an address.
pub(super) fn looks_like_ip(text: &[u8]) -> bool {
    let is_v4_like = |byte: &u8| *byte == b'.' || byte.is_ascii_digit();
    !text.is_empty() && (memchr::memchr(b':', text).is_some() || text.iter().all(is_v4_like))
}

fn parse<A: std::str::FromStr>(text: &[u8]) -> Option<A> {
    std::str::from_utf8(text).ok()?.parse().ok()
}

fn is_v4(text: &[u8]) -> bool {
    parse::<Ipv4Addr>(text).is_some()
}

fn is_v4_text(text: &[u8]) -> bool {
    is_v4(text)
}

/// `10.`, `10.1` and the like: the first bytes of an address.
fn is_partial(text: &[u8]) -> bool {
    if text.len() > 15 {
        return false;
    }
    let text = text.strip_suffix(b".").unwrap_or(text);
    let parts = text.split(|byte| *byte == b'.');
    let mut count = 0;
    let all = parts.into_iter().all(|part| {
        count += 1;
        part.first().is_some_and(u8::is_ascii_digit)
            && part.iter().all(u8::is_ascii_digit)
            && super::number::atoi(part) <= 255
            && super::number::atoi(part) >= 0
    });
    all && count <= 4
}

/// What `host:port` means; none where it is refused. A word of digits is a port.
pub(super) fn host_and_port(text: &[u8]) -> Option<(Option<&[u8]>, Option<u16>)> {
    let digits = text.iter().rev().take_while(|byte| byte.is_ascii_digit()).count();
    let behind = text.len() - digits;
    let digits = text.get(behind..).unwrap_or(b"");
    if behind == 0 {
        return Some((None, Some(port(digits)?)));
    }
    let is_port = text.get(behind - 1) == Some(&b':') && !digits.is_empty();
    let (host, port) = match is_port {
        true if behind == 1 => return None,
        true => (text.get(..behind - 1)?, Some(port(digits)?)),
        false => (text, None),
    };
    if let Some(inner) = host.strip_prefix(b"[") {
        let inner = inner.strip_suffix(b"]")?;
        let address = match memchr::memchr(b'%', inner) {
            Some(at) if at + 1 == inner.len() => return None,
            Some(at) => inner.get(..at)?,
            None => inner,
        };
        // The runtime's own reader takes groups of more than four digits.
        let is_v6 = |byte: &u8| byte.is_ascii_hexdigit() || matches!(byte, b':' | b'.');
        if !address.contains(&b':') || !address.iter().all(is_v6) {
            return None;
        }
        return Some((Some(address), port));
    }
    Some((Some(host), port))
}

fn port(digits: &[u8]) -> Option<u16> {
    u16::try_from(super::number::atoi(digits)).ok().filter(|port| *port > 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn networks() {
        let network = |text: &str| {
            let (address, mask) = split_mask(Cow::Borrowed(text.as_bytes()));
            subnet(&address, mask.as_deref())
        };
        for right in
            ["10", "10.1", "10.1.", "10.1.2.3", "10.0.0.0/8", "10.0.0.0/255.0.0.0", "::1", "fe80::/10"]
        {
            assert_eq!(network(right), Ok(()), "{right}");
        }
        assert_eq!(network("300.1.2.3"), Err(NoNetwork::BadAddress));
        assert_eq!(network("10.1/8"), Err(NoNetwork::BadAddress));
        assert_eq!(network("10.0.0.0/33"), Err(NoNetwork::BadMask));
        assert_eq!(network("example.org"), Err(NoNetwork::OtherText));
    }

    #[test]
    fn hosts_and_ports() {
        assert_eq!(host_and_port(b"80"), Some((None, Some(80))));
        assert_eq!(host_and_port(b"*:80"), Some((Some(b"*".as_slice()), Some(80))));
        assert_eq!(host_and_port(b"10.0.0.1"), Some((Some(b"10.0.0.1".as_slice()), None)));
        assert_eq!(host_and_port(b"[::1]:80"), Some((Some(b"::1".as_slice()), Some(80))));
        let long = b"[00000::2]:80".as_slice();
        assert_eq!(host_and_port(long), Some((Some(b"00000::2".as_slice()), Some(80))));
        for wrong in ["0", "99999", "*:0", ":80", "[::1", "[x]:80"] {
            assert_eq!(host_and_port(wrong.as_bytes()), None, "{wrong}");
        }
    }
}
