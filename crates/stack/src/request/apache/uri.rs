//! The path as httpd reads it from the request.

use fpmlint_catalog::apache::id;

use super::Walk;
use crate::request::Outcome;

/// What `AllowEncodedSlashes` makes of `%2F`.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Slashes {
    /// Such a path is not found.
    Off,
    /// It is a slash.
    Decoded,
    /// It stays as it is.
    Kept,
}

impl Walk<'_> {
    /// Reads the path that the client sent; the refusal of one that httpd does not take.
    pub(super) fn read_path(&mut self) -> Option<Outcome> {
        if self.request.sent.is_empty() {
            return None;
        }
        let merge = self.servers().rev().find_map(|server| server.last(id::MERGE_SLASHES));
        let merges = merge.is_none_or(|line| line.is_on());
        let slashes = self.servers().rev().find_map(|server| server.last(id::ALLOW_ENCODED_SLASHES));
        let slashes =
            slashes.map_or(Slashes::Off, |line| match line.text(0).to_ascii_lowercase().as_slice() {
                b"on" => Slashes::Decoded,
                b"nodecode" => Slashes::Kept,
                _ => Slashes::Off,
            });
        match read(&self.request.sent, merges, slashes) {
            Ok(path) => {
                self.path = path;
                None
            }
            Err(status) => {
                let reason = "httpd does not take the path".to_owned();
                Some(Outcome::Error { status, reason })
            }
        }
    }
}

/// Resolves dots, then decodes. The error is the status of the refusal.
fn read(sent: &[u8], merges: bool, slashes: Slashes) -> Result<Vec<u8>, u16> {
    if sent.first() != Some(&b'/') || sent.iter().any(|byte| byte.is_ascii_control() || *byte == b' ') {
        return Err(400);
    }
    let path = normalise(&decode_unreserved(sent), merges).ok_or(400u16)?;
    let path = decode(&path, slashes)?;
    if slashes == Slashes::Decoded { normalise(&path, merges).ok_or(400) } else { Ok(path) }
}

fn hex(high: u8, low: u8) -> Option<u8> {
    let digit = |byte: u8| (byte as char).to_digit(16);
    Some((digit(high)? << 4 | digit(low)?) as u8)
}

/// Letters, digits and a few marks mean the same with a percent sign.
fn decode_unreserved(sent: &[u8]) -> Vec<u8> {
    let mut path = Vec::with_capacity(sent.len());
    let mut rest = sent;
    while let [byte, behind @ ..] = rest {
        rest = behind;
        if let ([high, low, after @ ..], b'%') = (behind, byte)
            && let Some(decoded) = hex(*high, *low)
            && (decoded.is_ascii_alphanumeric() || b"-._~".contains(&decoded))
        {
            path.push(decoded);
            rest = after;
        } else {
            path.push(*byte);
        }
    }
    path
}

fn normalise(path: &[u8], merges: bool) -> Option<Vec<u8>> {
    let mut parts: Vec<&[u8]> = Vec::new();
    let mut pieces = path.split(|byte| *byte == b'/').skip(1).peekable();
    let mut ends_open = false;
    while let Some(piece) = pieces.next() {
        let is_last = pieces.peek().is_none();
        ends_open = false;
        match piece {
            b"." => ends_open = is_last,
            b".." => {
                parts.pop()?;
                ends_open = is_last;
            }
            b"" if is_last => ends_open = true,
            b"" if merges => {}
            piece => parts.push(piece),
        }
    }
    let mut normal = Vec::with_capacity(path.len());
    for part in parts {
        normal.push(b'/');
        normal.extend_from_slice(part);
    }
    if ends_open || normal.is_empty() {
        normal.push(b'/');
    }
    Some(normal)
}

fn decode(path: &[u8], slashes: Slashes) -> Result<Vec<u8>, u16> {
    let mut decoded = Vec::with_capacity(path.len());
    let mut bytes = path.iter().copied();
    let mut is_hidden = false;
    while let Some(byte) = bytes.next() {
        if byte != b'%' {
            decoded.push(byte);
            continue;
        }
        let (high, low) = (bytes.next().ok_or(400u16)?, bytes.next().ok_or(400u16)?);
        match (hex(high, low).ok_or(400u16)?, slashes) {
            (0, _) | (b'/', Slashes::Off) => is_hidden = true,
            (b'/', Slashes::Kept) => decoded.extend_from_slice(&[b'%', high, low]),
            (byte, _) => decoded.push(byte),
        }
    }
    if is_hidden { Err(404) } else { Ok(decoded) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_read_as_httpd_reads_them() {
        let read_as = |path: &str, merges, slashes| {
            read(path.as_bytes(), merges, slashes).map(|path| String::from_utf8(path).unwrap())
        };
        let usual = |path: &str| read_as(path, true, Slashes::Off);
        assert_eq!(usual("/a//b/./c").as_deref(), Ok("/a/b/c"));
        assert_eq!(usual("/a/../b/").as_deref(), Ok("/b/"));
        assert_eq!(usual("/a/..").as_deref(), Ok("/"));
        assert_eq!(usual("/%2e%2e/a"), Err(400));
        assert_eq!(usual("/b%20c").as_deref(), Ok("/b c"));
        assert_eq!(usual("/a%2fb"), Err(404));
        assert_eq!(usual("/a%00"), Err(404));
        assert_eq!(usual("/a%zz"), Err(400));
        assert_eq!(read_as("/a%2f..%2fb", true, Slashes::Decoded).as_deref(), Ok("/b"));
        assert_eq!(read_as("/a%2Fb", true, Slashes::Kept).as_deref(), Ok("/a%2Fb"));
        assert_eq!(read_as("//a//b", false, Slashes::Off).as_deref(), Ok("//a//b"));
    }
}
