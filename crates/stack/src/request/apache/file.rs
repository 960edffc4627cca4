//! Which file a mapped path names, and what follows it.

use fpmlint_workspace::{FileKind, HostPath, Lookup};

use super::Walk;
use crate::docroot::looks_like_php;
use crate::request::Presence;

/// Endings that folders do not have; a path that goes on behind such a name carries path info.
const MEDIA: [&[u8]; 9] = [b".jpg", b".jpeg", b".png", b".gif", b".webp", b".svg", b".ico", b".pdf", b".txt"];

/// What lies at a path.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Kind {
    /// A file.
    File,
    /// A folder.
    Folder,
    /// Nothing.
    Absent,
    /// The host cannot say.
    Unknown,
}

impl Walk<'_> {
    /// What lies at a path of the host.
    pub(super) fn kind_of(&self, path: &[u8]) -> Kind {
        let bare = path.strip_suffix(b"/").unwrap_or(path);
        if self.supposed_folder.as_deref() == Some(bare) {
            return Kind::Folder;
        }
        if self.supposed_files.iter().any(|file| file == path) {
            return Kind::File;
        }
        if self.root_unknown {
            return Kind::Unknown;
        }
        match self.host.kind(&HostPath::new(path)) {
            Lookup::Found(FileKind::Directory) => Kind::Folder,
            Lookup::Found(_) if bare.len() < path.len() => Kind::Absent,
            Lookup::Found(_) => Kind::File,
            Lookup::Absent => Kind::Absent,
            Lookup::Unknown | Lookup::Failed(_) => Kind::Unknown,
        }
    }

    /// Finds the file in a path of the host: the first part that is no folder ends it. `base` is the length of what
    /// is a folder for sure.
    pub(super) fn find_file(&mut self, path: &[u8], base: usize) {
        let end = self.file_end(path, base);
        let (file, rest) = path.split_at_checked(end).unwrap_or((path, b""));
        self.filename = file.to_vec();
        self.path_info = rest.to_vec();
        let asked = self.request.presence == Presence::Suppose && self.path == self.request.path;
        match file.strip_suffix(b"/") {
            Some(folder) if asked => self.supposed_folder = Some(folder.to_vec()),
            None if asked && self.kind_of(file) != Kind::Folder => self.supposed_files.push(file.to_vec()),
            _ => {}
        }
    }

    fn file_end(&self, path: &[u8], base: usize) -> usize {
        let supposing = self.request.presence == Presence::Suppose && self.path == self.request.path;
        if !supposing && matches!(self.kind_of(path), Kind::File | Kind::Folder) {
            return path.len();
        }
        let mut at = base.min(path.len());
        while let Some(slash) = path.get(at + 1..).and_then(|rest| memchr::memchr(b'/', rest)) {
            let end = at + 1 + slash;
            let part = path.get(..end).unwrap_or(path);
            let name = path.get(at..end).unwrap_or(b"");
            at = end;
            if supposing && memchr::memchr(b'.', name).is_none() {
                continue;
            }
            let ends_here = match self.kind_of(part) {
                Kind::Folder => false,
                Kind::File => true,
                Kind::Absent if !supposing => true,
                Kind::Absent | Kind::Unknown => is_file_name(name),
            };
            if ends_here {
                return end;
            }
        }
        path.len()
    }

    /// Splits the path of a script that `ProxyPass` made as php-fpm does: what follows the first file is path info.
    pub(super) fn split_script(&self, path: &[u8]) -> (Vec<u8>, Option<Vec<u8>>) {
        let mut at = 0;
        while let Some(slash) = path.get(at + 1..).and_then(|rest| memchr::memchr(b'/', rest)) {
            let end = at + 1 + slash;
            let (part, rest) = path.split_at_checked(end).unwrap_or((path, b""));
            let name = path.get(at..end).unwrap_or(b"");
            at = end;
            if memchr::memchr(b'.', name).is_some()
                && (looks_like_php(name) || self.kind_of(part) == Kind::File)
            {
                return (part.to_vec(), Some(rest.to_vec()));
            }
        }
        (path.to_vec(), None)
    }
}

fn is_file_name(name: &[u8]) -> bool {
    looks_like_php(name) || MEDIA.iter().any(|ending| name.to_ascii_lowercase().ends_with(ending))
}
