//! Paths of requests: the query taken off, percent signs decoded, dots and double slashes resolved.

/// Splits a request's target at its first `?` and takes a `#…` off.
pub fn split_query(target: &[u8]) -> (&[u8], &[u8]) {
    let target = target.split(|byte| *byte == b'#').next().unwrap_or(target);
    match target.iter().position(|byte| *byte == b'?') {
        Some(at) => (&target[..at], &target[at + 1..]),
        None => (target, b""),
    }
}

/// Decodes and normalises a path as nginx and httpd do before they match anything: `%xx`, `//`, `/./`, `/../`.
/// None where it is no valid path (a bad escape, a NUL, more `..` than folders).
pub fn normalise(path: &[u8]) -> Option<Vec<u8>> {
    let decoded = decode(path)?;
    let mut parts: Vec<&[u8]> = Vec::new();
    let mut ends_in_folder = true;
    for piece in decoded.split(|byte| *byte == b'/') {
        ends_in_folder = piece.is_empty() || piece == b"." || piece == b"..";
        match piece {
            b"" | b"." => {}
            b".." => {
                parts.pop()?;
            }
            _ => parts.push(piece),
        }
    }
    let mut normal = Vec::with_capacity(decoded.len() + 1);
    for part in &parts {
        normal.push(b'/');
        normal.extend_from_slice(part);
    }
    if ends_in_folder {
        normal.push(b'/');
    }
    Some(normal)
}

fn decode(path: &[u8]) -> Option<Vec<u8>> {
    let mut decoded = Vec::with_capacity(path.len());
    let mut bytes = path.iter().copied();
    while let Some(byte) = bytes.next() {
        let byte = match byte {
            b'%' => (hex(bytes.next()?)? << 4) | hex(bytes.next()?)?,
            other => other,
        };
        if byte == 0 {
            return None;
        }
        decoded.push(byte);
    }
    Some(decoded)
}

fn hex(digit: u8) -> Option<u8> {
    (digit as char).to_digit(16).map(|value| value as u8)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_normalised() {
        let normal = |path: &str| normalise(path.as_bytes()).map(|path| String::from_utf8(path).unwrap());
        assert_eq!(normal("/a//b/./c").as_deref(), Some("/a/b/c"));
        assert_eq!(normal("/a/../b/").as_deref(), Some("/b/"));
        assert_eq!(normal("/%69nfo.php").as_deref(), Some("/info.php"));
        assert_eq!(normal("/").as_deref(), Some("/"));
        assert_eq!(normal("/a/..").as_deref(), Some("/"));
        assert_eq!(normal("/../x"), None);
        assert_eq!(normal("/%00"), None);
        assert_eq!(normal("/%zz"), None);
    }

    #[test]
    fn queries_are_split_once() {
        assert_eq!(split_query(b"/a?b=c?d#e"), (&b"/a"[..], &b"b=c?d"[..]));
        assert_eq!(split_query(b"/a"), (&b"/a"[..], &b""[..]));
    }
}
