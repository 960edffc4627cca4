//! URLs that are traced.
//!
//! In: what a person wrote. Out: scheme, host, port, path and query, or what is wrong with it, in words. Invariant: what
//! a client would send is kept byte for byte; only the scheme and the host lose their case.

use fpmlint_stack::request::{normalise, split_query};

/// A URL.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Url {
    /// As it was written.
    pub text: String,
    /// Whether it is `https`.
    pub tls: bool,
    /// The host as a client names it: in lower case, an IPv6 address in brackets.
    pub host: String,
    /// The port, written or of the scheme.
    pub port: u16,
    /// The path as it is sent; it starts with `/`.
    pub sent: Vec<u8>,
    /// The path decoded and normalised; none where both servers refuse it.
    pub path: Option<Vec<u8>>,
    /// The query without its `?`.
    pub query: Vec<u8>,
}

impl Url {
    /// Reads `[http[s]://]host[:port][/path][?query]`.
    ///
    /// # Errors
    /// What is wrong, in words.
    pub fn parse(text: &str) -> Result<Url, String> {
        let refuse = |why: &str| Err(format!("`{text}` cannot be traced: {why}"));
        if text.bytes().any(|byte| byte.is_ascii_whitespace() || byte.is_ascii_control()) {
            return refuse("a URL has no blanks; write %20");
        }
        let (tls, rest) = match text.split_once("://") {
            Some((scheme, rest)) if scheme.eq_ignore_ascii_case("http") => (false, rest),
            Some((scheme, rest)) if scheme.eq_ignore_ascii_case("https") => (true, rest),
            Some((scheme, _)) => return refuse(&format!("its scheme is {scheme}, not http or https")),
            None => (false, text),
        };
        let (authority, target) = rest.split_at(rest.find(['/', '?', '#']).unwrap_or(rest.len()));
        if authority.contains('@') {
            return refuse("it names a user; give --header \"Authorization: …\" instead");
        }
        let (host, port) = match split_port(authority) {
            Ok(parts) => parts,
            Err(why) => return refuse(&why),
        };
        if host.is_empty() {
            return refuse("it names no host, as in http://example.org/index.php");
        }
        let (path, query) = split_query(target.as_bytes());
        let sent = if path.is_empty() { b"/".to_vec() } else { path.to_vec() };
        Ok(Url {
            text: text.to_owned(),
            tls,
            host: host.to_ascii_lowercase(),
            port: port.unwrap_or(if tls { 443 } else { 80 }),
            path: normalise(&sent),
            sent,
            query: query.to_vec(),
        })
    }
}

/// Splits `host:port`; an IPv6 address stands in brackets.
fn split_port(authority: &str) -> Result<(&str, Option<u16>), String> {
    if authority.starts_with('[') {
        let Some(end) = authority.find(']') else {
            return Err("the bracket of its IPv6 address is not closed".to_owned());
        };
        let (host, rest) = authority.split_at(end + 1);
        if host[1..end].parse::<std::net::Ipv6Addr>().is_err() {
            return Err(format!("{host} is no IPv6 address"));
        }
        return match rest.strip_prefix(':') {
            None if rest.is_empty() => Ok((host, None)),
            None => Err(format!("`{rest}` follows its IPv6 address")),
            Some(port) => Ok((host, read_port(port)?)),
        };
    }
    match authority.split_once(':') {
        None => Ok((authority, None)),
        Some((_, port)) if port.contains(':') => {
            Err(format!("an IPv6 address stands in brackets: [{authority}]"))
        }
        Some((host, port)) => Ok((host, read_port(port)?)),
    }
}

fn read_port(text: &str) -> Result<Option<u16>, String> {
    if text.is_empty() {
        return Ok(None);
    }
    match text.parse::<u16>() {
        Ok(port) if port > 0 && text.bytes().all(|byte| byte.is_ascii_digit()) => Ok(Some(port)),
        _ => Err(format!("{text} is no port from 1 to 65535")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> String {
        match Url::parse(text) {
            Ok(url) => format!(
                "{}{} {} {} {}",
                if url.tls { "tls " } else { "" },
                url.host,
                url.port,
                url.path.as_deref().map_or("refused".into(), String::from_utf8_lossy),
                String::from_utf8_lossy(&url.query)
            ),
            Err(words) => words,
        }
    }

    #[test]
    fn parts_of_urls() {
        let cases = [
            ("http://Example.org/a%20b/../i.php?x=%20#top", "example.org 80 /i.php x=%20"),
            ("example.org", "example.org 80 / "),
            ("HTTPS://example.org?a", "tls example.org 443 / a"),
            ("https://example.org:8443/", "tls example.org 8443 / "),
            ("http://[2001:DB8::1]/", "[2001:db8::1] 80 / "),
            ("http://[::1]:81/x", "[::1] 81 /x "),
            ("http://bücher.example/ä", "bücher.example 80 /ä "),
            ("http://example.org:/", "example.org 80 / "),
            ("http://example.org/%zz", "example.org 80 refused "),
            ("http://example.org/../x", "example.org 80 refused "),
        ];
        for (text, expected) in cases {
            assert_eq!(shown(text), expected, "{text}");
        }
    }

    #[test]
    fn what_is_no_url_says_why() {
        let cases = [
            ("ftp://example.org/", "its scheme is ftp, not http or https"),
            ("http://me:secret@example.org/", "it names a user; give --header \"Authorization: …\" instead"),
            ("http:///x", "it names no host, as in http://example.org/index.php"),
            ("", "it names no host, as in http://example.org/index.php"),
            ("http://example.org:99999/", "99999 is no port from 1 to 65535"),
            ("http://example.org:+80/", "+80 is no port from 1 to 65535"),
            ("http://example.org:0/", "0 is no port from 1 to 65535"),
            ("http://::1/", "an IPv6 address stands in brackets: [::1]"),
            ("http://[::g]/", "[::g] is no IPv6 address"),
            ("http://[::1/", "the bracket of its IPv6 address is not closed"),
            ("http://[::1]x/", "`x` follows its IPv6 address"),
            ("http://example.org/a b", "a URL has no blanks; write %20"),
        ];
        for (text, why) in cases {
            assert_eq!(shown(text), format!("`{text}` cannot be traced: {why}"));
        }
    }
}
