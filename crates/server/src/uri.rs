//! Addresses of documents and paths of this machine.
//!
//! Invariant: a path becomes an address and the same path again, whatever its bytes are.

use std::path::{Path, PathBuf};
use std::str::FromStr;

use tower_lsp::ls_types::Uri;

/// The path that a `file:` address names.
pub(crate) fn path(uri: &Uri) -> Option<PathBuf> {
    if !uri.scheme().as_str().eq_ignore_ascii_case("file") {
        return None;
    }
    local(&decoded(uri.path().as_str()), uri.authority().map_or("", |authority| authority.as_str()))
}

/// The last part of any address, decoded: a name for a document that is no file.
pub(crate) fn name(uri: &Uri) -> String {
    let path = decoded(uri.path().as_str());
    let last = path.rsplit(|byte| *byte == b'/' || *byte == b'\\').find(|part| !part.is_empty());
    String::from_utf8_lossy(last.unwrap_or(b"untitled")).into_owned()
}

/// The address of a path.
pub(crate) fn of_path(path: &Path) -> Option<Uri> {
    let mut text = String::from("file://");
    let bytes = slashed(path);
    if !bytes.starts_with(b"/") {
        text.push('/');
    }
    for byte in bytes {
        match byte {
            b'/' | b'-' | b'.' | b'_' | b'~' => text.push(char::from(byte)),
            byte if byte.is_ascii_alphanumeric() => text.push(char::from(byte)),
            byte => text.push_str(&format!("%{byte:02X}")),
        }
    }
    Uri::from_str(&text).ok()
}

fn decoded(text: &str) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&first, behind)) = rest.split_first() {
        let digits = (first == b'%').then(|| behind.get(..2)).flatten();
        let value = digits.and_then(|digits| u8::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok());
        bytes.push(value.unwrap_or(first));
        rest = if value.is_some() { behind.get(2..).unwrap_or_default() } else { behind };
    }
    bytes
}

#[cfg(unix)]
fn local(bytes: &[u8], _authority: &str) -> Option<PathBuf> {
    use std::os::unix::ffi::OsStrExt;
    // A NUL ends no path of this machine.
    let sound = bytes.starts_with(b"/") && !bytes.contains(&0);
    sound.then(|| PathBuf::from(std::ffi::OsStr::from_bytes(bytes)))
}

#[cfg(not(unix))]
fn local(bytes: &[u8], authority: &str) -> Option<PathBuf> {
    let text = String::from_utf8_lossy(bytes);
    if !authority.is_empty() && authority != "localhost" {
        return Some(PathBuf::from(format!("//{authority}{text}")));
    }
    // `/c:/x` is `C:/x`, and drives are written as the system writes them.
    let text = text.strip_prefix('/')?;
    let (drive, rest) = text.split_once(':')?;
    Some(PathBuf::from(format!("{}:{rest}", drive.to_ascii_uppercase())))
}

#[cfg(unix)]
fn slashed(path: &Path) -> Vec<u8> {
    use std::os::unix::ffi::OsStrExt;
    path.as_os_str().as_bytes().to_vec()
}

#[cfg(not(unix))]
fn slashed(path: &Path) -> Vec<u8> {
    path.to_string_lossy().replace('\\', "/").into_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(unix)]
    #[test]
    fn paths_survive_the_way_there_and_back() {
        use std::os::unix::ffi::OsStrExt;
        let names: [&[u8]; 6] = [
            b"/etc/nginx/nginx.conf",
            b"/a b/100%.conf",
            "/é/日本.conf".as_bytes(),
            b"/\xff",
            b"/%41",
            b"/a?b#c",
        ];
        for name in names {
            let path = Path::new(std::ffi::OsStr::from_bytes(name));
            let uri = of_path(path).unwrap();
            assert_eq!(super::path(&uri).as_deref(), Some(path), "{}", uri.as_str());
        }
    }

    #[cfg(unix)]
    #[test]
    fn addresses_of_editors_are_read() {
        let read = |text: &str| path(&Uri::from_str(text).unwrap());
        assert_eq!(read("file:///c%3A/www/a.conf"), Some(PathBuf::from("/c:/www/a.conf")));
        assert_eq!(read("file:///C:/www/a.conf"), Some(PathBuf::from("/C:/www/a.conf")));
        assert_eq!(read("FILE:///a"), Some(PathBuf::from("/a")));
        assert_eq!(read("untitled:Untitled-1"), None);
        assert_eq!(read("file:///a%00b"), None);
        assert_eq!(name(&Uri::from_str("untitled:Untitled-1").unwrap()), "Untitled-1");
        assert_eq!(name(&Uri::from_str("vscode-vfs://github/o/r/my%20site.conf").unwrap()), "my site.conf");
    }
}
