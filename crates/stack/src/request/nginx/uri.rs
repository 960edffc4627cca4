//! The path as nginx reads it from the request.

use fpmlint_catalog::nginx::id;

use super::{Phase, Walk};
use crate::request::Outcome;

impl Walk<'_> {
    /// Reads the path that the client sent.
    pub(super) fn read_path(&mut self) -> Phase {
        if self.request.sent.is_empty() {
            return Phase::Redirected;
        }
        let merges = self.config.effective(self.server, &[id::MERGE_SLASHES]);
        let merges = merges.is_none_or(|item| !self.config.arg_text(item.at, 0).eq_ignore_ascii_case(b"off"));
        match read(&self.request.sent, merges) {
            Some(path) => {
                self.path = path;
                Phase::Redirected
            }
            // Before the head is read, no error page is asked for.
            None => {
                let reason = "nginx does not take the path".to_owned();
                Phase::Done(Outcome::Error { status: 400, reason })
            }
        }
    }
}

/// Decodes a path and resolves dots; slashes become one where nginx merges them. None where the path is refused.
fn read(sent: &[u8], merges: bool) -> Option<Vec<u8>> {
    if sent.first() != Some(&b'/') || sent.iter().any(|byte| byte.is_ascii_control()) {
        return None;
    }
    let mut path: Vec<u8> = Vec::with_capacity(sent.len());
    let mut bytes = sent.iter().copied();
    while let Some(byte) = bytes.next() {
        let (byte, is_literal) = match byte {
            b'%' => {
                let mut digit = || (bytes.next()? as char).to_digit(16);
                let decoded = (digit()? << 4 | digit()?) as u8;
                (decoded, b"%#?".contains(&decoded))
            }
            byte => (byte, false),
        };
        match byte {
            0 => return None,
            b'#' if !is_literal => break,
            b'/' => end_part(&mut path, merges, true)?,
            byte => path.push(byte),
        }
    }
    end_part(&mut path, merges, false)?;
    Some(path)
}

/// Ends the last part of a path, with a slash or with the path itself.
fn end_part(path: &mut Vec<u8>, merges: bool, slash: bool) -> Option<()> {
    let start = path.iter().rposition(|byte| *byte == b'/').map_or(0, |at| at + 1);
    match path.get(start..)? {
        b"." if start > 0 => path.truncate(start),
        b".." if start > 0 => {
            let before = path.get(..start.checked_sub(1)?)?;
            let parent = before.iter().rposition(|byte| *byte == b'/')?;
            path.truncate(parent + 1);
        }
        b"" if slash && start > 0 && !merges => path.push(b'/'),
        b"" if start > 0 => {}
        _ if slash => path.push(b'/'),
        _ => {}
    }
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_read_as_nginx_reads_them() {
        let read =
            |path: &str, merges| read(path.as_bytes(), merges).map(|path| String::from_utf8(path).unwrap());
        let merged = |path: &str| read(path, true);
        assert_eq!(merged("/a//b/./c").as_deref(), Some("/a/b/c"));
        assert_eq!(merged("/a/../b/").as_deref(), Some("/b/"));
        assert_eq!(merged("/a/b/..").as_deref(), Some("/a/"));
        assert_eq!(merged("/a/.").as_deref(), Some("/a/"));
        assert_eq!(merged("/%69%2e%2fx%3fy%23").as_deref(), Some("/i./x?y#"));
        assert_eq!(merged("/a%2f..%2fb").as_deref(), Some("/b"));
        assert_eq!(merged("/...").as_deref(), Some("/..."));
        assert_eq!(merged("/../a"), None);
        assert_eq!(merged("/a/../.."), None);
        assert_eq!(merged("/%00"), None);
        assert_eq!(merged("/%g0"), None);
        assert_eq!(read("//a//b", false).as_deref(), Some("//a//b"));
    }
}
