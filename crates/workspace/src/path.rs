//! Paths inside a host: absolute, POSIX, bytes.
//!
//! In: bytes as configuration writes them. Out: [`HostPath`], which starts with `/` and has no empty part, no `.`
//! and no slash at its end. `..` stays where it is, since only the host's links say where it leads.

use std::borrow::{Borrow, Cow};
use std::fmt;
use std::sync::Arc;

/// An absolute path inside a host. Cheap to clone; ordered by bytes.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct HostPath(Arc<[u8]>);

impl HostPath {
    /// The path that `bytes` write; a relative one is taken from `/`.
    pub fn new(bytes: impl AsRef<[u8]>) -> HostPath {
        let bytes = bytes.as_ref();
        if is_normal(bytes) {
            return HostPath(bytes.into());
        }
        HostPath(normalised(bytes).into())
    }

    /// `/`.
    pub fn root() -> HostPath {
        HostPath::new(b"/")
    }

    /// The bytes, starting with `/`.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// `other` taken from this folder: below it, or `other` itself where that is absolute.
    pub fn join(&self, other: &[u8]) -> HostPath {
        if other.starts_with(b"/") {
            return HostPath::new(other);
        }
        let mut bytes = Vec::with_capacity(self.0.len() + 1 + other.len());
        bytes.extend_from_slice(&self.0);
        if !bytes.ends_with(b"/") {
            bytes.push(b'/');
        }
        bytes.extend_from_slice(other);
        HostPath::new(bytes)
    }

    /// The bytes of [`HostPath::join`], borrowed where `other` is an absolute path as it should be written.
    pub fn resolve<'o>(&self, other: &'o [u8]) -> Cow<'o, [u8]> {
        if is_normal(other) {
            return Cow::Borrowed(other);
        }
        Cow::Owned(self.join(other).as_bytes().to_vec())
    }

    /// The folder that holds it by its text; none for `/`.
    pub fn parent(&self) -> Option<HostPath> {
        let (parent, _) = self.split()?;
        Some(HostPath(parent.into()))
    }

    /// The last part; none for `/`.
    pub fn file_name(&self) -> Option<&[u8]> {
        self.split().map(|(_, name)| name)
    }

    /// The parts from the root on.
    pub fn parts(&self) -> impl DoubleEndedIterator<Item = &[u8]> {
        self.0.split(|byte| *byte == b'/').filter(|part| !part.is_empty())
    }

    /// Whether it is `folder` or lies below it, by its text.
    pub fn starts_with(&self, folder: &HostPath) -> bool {
        self.below(folder).is_some()
    }

    /// What follows `folder`, without a leading slash: empty for the folder itself, none outside it.
    pub fn below(&self, folder: &HostPath) -> Option<&[u8]> {
        if folder.0.len() == 1 {
            return self.0.get(1..);
        }
        let rest = self.0.strip_prefix(&*folder.0)?;
        if rest.is_empty() { Some(rest) } else { rest.strip_prefix(b"/") }
    }

    /// The path under `/run` where this one goes through `/var/run`, which every current distribution makes a link
    /// to it.
    pub fn canonical_run(&self) -> HostPath {
        match self.0.strip_prefix(b"/var") {
            Some(rest) if rest == b"/run" || rest.starts_with(b"/run/") => HostPath(rest.into()),
            _ => self.clone(),
        }
    }

    /// The folder that holds it and its name in there, by its text; none for `/`.
    pub(crate) fn split(&self) -> Option<(&[u8], &[u8])> {
        let slash = self.0.iter().rposition(|byte| *byte == b'/')?;
        let name = self.0.get(slash + 1..).filter(|name| !name.is_empty())?;
        Some((&self.0[..slash.max(1)], name))
    }
}

/// Equality, order and hash are those of the bytes, so that maps by paths can be asked with bytes.
impl Borrow<[u8]> for HostPath {
    fn borrow(&self) -> &[u8] {
        &self.0
    }
}

impl fmt::Display for HostPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&String::from_utf8_lossy(&self.0))
    }
}

impl fmt::Debug for HostPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", String::from_utf8_lossy(&self.0))
    }
}

fn is_normal(bytes: &[u8]) -> bool {
    let Some(rest) = bytes.strip_prefix(b"/") else { return false };
    // Most paths have neither an empty part nor one that begins with a dot.
    let is_suspect = |pair: &[u8]| pair[0] == b'/' && (pair[1] == b'/' || pair[1] == b'.');
    if !bytes.ends_with(b"/") && !bytes.windows(2).any(is_suspect) {
        return true;
    }
    rest.is_empty() || rest.split(|byte| *byte == b'/').all(|part| !part.is_empty() && part != b".")
}

fn normalised(bytes: &[u8]) -> Vec<u8> {
    let mut normal = Vec::with_capacity(bytes.len() + 1);
    for part in bytes.split(|byte| *byte == b'/').filter(|part| !part.is_empty() && *part != b".") {
        normal.push(b'/');
        normal.extend_from_slice(part);
    }
    if normal.is_empty() {
        normal.push(b'/');
    }
    normal
}

#[cfg(test)]
mod tests {
    use super::*;

    fn path(text: &str) -> HostPath {
        HostPath::new(text)
    }

    #[test]
    fn empty_parts_and_dots_vanish_but_dot_dot_stays() {
        assert_eq!(path("//etc/./nginx//").as_bytes(), b"/etc/nginx");
        assert_eq!(path("/a/../b").as_bytes(), b"/a/../b");
        assert_eq!(path("etc").as_bytes(), b"/etc");
        for root in ["", "/", "///", "/./."] {
            assert_eq!(path(root), HostPath::root(), "{root}");
        }
    }

    #[test]
    fn joining_an_absolute_path_replaces() {
        let folder = path("/etc/nginx");
        assert_eq!(folder.join(b"conf.d/*.conf").as_bytes(), b"/etc/nginx/conf.d/*.conf");
        assert_eq!(folder.join(b"/run//x").as_bytes(), b"/run/x");
        assert_eq!(HostPath::root().join(b"x").as_bytes(), b"/x");
        assert_eq!(folder.join(b""), folder);
    }

    #[test]
    fn parents_end_at_the_root() {
        assert_eq!(path("/etc/nginx").parent(), Some(path("/etc")));
        assert_eq!(path("/etc").parent(), Some(HostPath::root()));
        assert_eq!(HostPath::root().parent(), None);
        assert_eq!(HostPath::root().file_name(), None);
        assert_eq!(path("/etc/x").file_name(), Some(b"x".as_slice()));
    }

    #[test]
    fn starts_with_compares_whole_parts() {
        assert!(path("/etc/nginx/x").starts_with(&path("/etc/nginx")));
        assert!(!path("/etc/nginx2").starts_with(&path("/etc/nginx")));
        assert!(path("/etc").starts_with(&HostPath::root()));
        assert_eq!(path("/etc").below(&path("/etc")), Some(b"".as_slice()));
    }

    #[test]
    fn var_run_is_run() {
        assert_eq!(path("/var/run/php/x.sock").canonical_run(), path("/run/php/x.sock"));
        assert_eq!(path("/var/run").canonical_run(), path("/run"));
        assert_eq!(path("/var/runner/x").canonical_run(), path("/var/runner/x"));
    }
}
