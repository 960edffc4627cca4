//! Files as URIs: bytes that may not stand in one are percent-encoded.

use serde::Serialize;

use crate::Source;

/// Where a file is.
#[derive(Serialize)]
pub(super) struct Uri {
    uri: String,
}

/// A file of a finding.
pub(super) fn uri(source: &Source) -> Uri {
    Uri { uri: encode(source.name_bytes()) }
}

/// A file of which only the shown name is known.
pub(super) fn uri_of_name(name: &str) -> Uri {
    Uri { uri: encode(name.as_bytes()) }
}

/// A relative path as a relative reference, an absolute one with its scheme.
fn encode(path: &[u8]) -> String {
    let mut uri = String::with_capacity(path.len() + 8);
    if path.first() == Some(&b'/') {
        uri.push_str("file://");
    }
    for byte in path {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => {
                uri.push(*byte as char)
            }
            byte => uri.push_str(&format!("%{byte:02X}")),
        }
    }
    uri
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_has_a_meaning_in_uris_is_encoded() {
        assert_eq!(encode(b"a b/c:d,e%\xc3\xa9\xff.conf"), "a%20b/c%3Ad%2Ce%25%C3%A9%FF.conf");
        assert_eq!(encode(b"/etc/nginx/nginx.conf"), "file:///etc/nginx/nginx.conf");
        assert_eq!(encode(b"-._~"), "-._~");
    }
}
