//! Names of this machine as bytes and back.
//!
//! In: a name or path as the operating system gives it. Out: its bytes, and the reverse. On Unix nothing is lost;
//! elsewhere bytes that are not UTF-8 are replaced, since no file there can have such a name.

use std::borrow::Cow;
use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};

/// The bytes of a name.
#[cfg(unix)]
pub(crate) fn bytes(name: &OsStr) -> Vec<u8> {
    use std::os::unix::ffi::OsStrExt;
    name.as_bytes().to_vec()
}

/// The bytes of a name.
#[cfg(not(unix))]
pub(crate) fn bytes(name: &OsStr) -> Vec<u8> {
    name.to_string_lossy().into_owned().into_bytes()
}

/// The name that has these bytes.
pub(crate) fn name(bytes: &[u8]) -> OsString {
    borrowed_name(bytes).into_owned()
}

/// The name that has these bytes, borrowed where the operating system takes them as they are.
#[cfg(unix)]
fn borrowed_name(bytes: &[u8]) -> Cow<'_, OsStr> {
    use std::os::unix::ffi::OsStrExt;
    Cow::Borrowed(OsStr::from_bytes(bytes))
}

/// The name that has these bytes, borrowed where the operating system takes them as they are.
#[cfg(not(unix))]
fn borrowed_name(bytes: &[u8]) -> Cow<'_, OsStr> {
    Cow::Owned(String::from_utf8_lossy(bytes).into_owned().into())
}

/// A path of this machine written with slashes, whatever it separates folders with.
pub(crate) fn slashed(path: &Path) -> Vec<u8> {
    let bytes = bytes(path.as_os_str());
    if std::path::MAIN_SEPARATOR == '/' {
        return bytes;
    }
    bytes.into_iter().map(|byte| if byte == b'\\' { b'/' } else { byte }).collect()
}

/// `root` followed by the parts of a path that is separated by slashes.
pub(crate) fn below(root: &Path, rest: &[u8]) -> PathBuf {
    if std::path::MAIN_SEPARATOR == '/' {
        let rest = rest.strip_prefix(b"/").unwrap_or(rest);
        if rest.is_empty() {
            return root.to_owned();
        }
        let mut path = OsString::with_capacity(root.as_os_str().len() + 1 + rest.len());
        path.push(root);
        let mut path = PathBuf::from(path);
        path.push(borrowed_name(rest));
        return path;
    }
    let mut path = root.to_owned();
    path.extend(rest.split(|byte| *byte == b'/').filter(|part| !part.is_empty()).map(name));
    path
}
