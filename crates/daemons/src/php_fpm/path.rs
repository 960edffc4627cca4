//! Paths as php-fpm completes them.
//!
//! In: the text of a setting and a prefix. Out: the text that the daemon goes on with. Nothing is normalised,
//! so that messages show what the daemon shows.

/// `path` where it is absolute, else `prefix/path`. An empty path becomes the prefix with a slash.
pub(crate) fn under(path: &[u8], prefix: &[u8]) -> Vec<u8> {
    if path.starts_with(b"/") {
        return path.to_vec();
    }
    let mut full = Vec::with_capacity(prefix.len() + 1 + path.len());
    full.extend_from_slice(prefix);
    full.push(b'/');
    full.extend_from_slice(path);
    full
}
