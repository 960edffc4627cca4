//! A file system in memory, for tests, for a browser and for text that lies on no disk.
//!
//! In: files, folders and links one by one, each with modes and owners of choice. Out: what the disk would answer.
//! Folders above an entry exist by themselves. Paths are absolute.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use crate::links;
use crate::native;
use crate::system::{DirEntry, FileError, FileErrorKind, FileKind, MAX_ENTRIES, Metadata, System};

/// Files in memory. What [`Memory::mode`] and its like change is the entry that was added last.
///
/// ```
/// use fpmlint_workspace::Memory;
/// let system = Memory::new()
///     .file("/etc/nginx/nginx.conf", "events {}\n")
///     .file("/etc/php-fpm.d/www.conf", "[www]\n").mode(0o640).owner(0, 48)
///     .link("/var/run", "/run")
///     .socket("/run/php-fpm/www.sock").mode(0o660);
/// ```
#[derive(Clone, Default, Debug)]
pub struct Memory {
    nodes: BTreeMap<PathBuf, Node>,
    last: PathBuf,
}

#[derive(Clone, Debug)]
struct Node {
    kind: FileKind,
    text: Vec<u8>,
    target: PathBuf,
    mode: u32,
    uid: u32,
    gid: u32,
    readable: bool,
}

impl Memory {
    /// An empty file system.
    pub fn new() -> Memory {
        Memory::default()
    }

    /// Adds a file, mode 0644 and owned by root.
    pub fn file(self, path: impl AsRef<Path>, text: impl AsRef<[u8]>) -> Memory {
        self.add(path.as_ref(), Node { text: text.as_ref().to_vec(), ..Node::new(FileKind::File, 0o644) })
    }

    /// Adds a folder, mode 0755 and owned by root.
    pub fn directory(self, path: impl AsRef<Path>) -> Memory {
        self.add(path.as_ref(), Node::new(FileKind::Directory, 0o755))
    }

    /// Adds a symbolic link to `target`, absolute or relative to the link's folder.
    pub fn link(self, path: impl AsRef<Path>, target: impl AsRef<Path>) -> Memory {
        self.add(
            path.as_ref(),
            Node { target: target.as_ref().to_owned(), ..Node::new(FileKind::Link, 0o777) },
        )
    }

    /// Adds a socket, FIFO or device, mode 0666 and owned by root.
    pub fn socket(self, path: impl AsRef<Path>) -> Memory {
        self.add(path.as_ref(), Node::new(FileKind::Other, 0o666))
    }

    /// Sets the permission bits of the entry added last.
    pub fn mode(self, mode: u32) -> Memory {
        self.change(|node| node.mode = mode)
    }

    /// Sets user and group number of the entry added last.
    pub fn owner(self, uid: u32, gid: u32) -> Memory {
        self.change(|node| (node.uid, node.gid) = (uid, gid))
    }

    /// Lets the entry added last answer "Permission denied" when it is read or listed.
    pub fn unreadable(self) -> Memory {
        self.change(|node| node.readable = false)
    }

    /// Removes an entry and what lies below it.
    pub fn remove(mut self, path: impl AsRef<Path>) -> Memory {
        self.nodes.retain(|known, _| !known.starts_with(path.as_ref()));
        self
    }

    fn add(mut self, path: &Path, node: Node) -> Memory {
        for folder in path.ancestors().skip(1) {
            let folder_node = || Node::new(FileKind::Directory, 0o755);
            self.nodes.entry(folder.to_owned()).or_insert_with(folder_node);
        }
        self.nodes.insert(path.to_owned(), node);
        self.last = path.to_owned();
        self
    }

    fn change(mut self, change: impl FnOnce(&mut Node)) -> Memory {
        if let Some(node) = self.nodes.get_mut(&self.last) {
            change(node);
        }
        self
    }

    fn find(&self, path: &Path, follow: bool) -> Result<(&PathBuf, &Node), FileError> {
        let resolved = links::resolve(path, follow, |path| {
            let node = self.nodes.get(path)?;
            Some((node.kind, Some(node.target.clone())))
        })?;
        let found = self.nodes.get_key_value(&resolved);
        found.ok_or_else(|| FileError::new(FileErrorKind::NotFound, path))
    }
}

impl Node {
    fn new(kind: FileKind, mode: u32) -> Node {
        Node { kind, text: Vec::new(), target: PathBuf::new(), mode, uid: 0, gid: 0, readable: true }
    }
}

impl System for Memory {
    fn read_at_most(&self, path: &Path, limit: u64) -> Result<Vec<u8>, FileError> {
        let (_, node) = self.find(path, true)?;
        match node.kind {
            FileKind::Directory => {
                Err(FileError::with_message(FileErrorKind::NotAFile, path, "Is a directory"))
            }
            FileKind::Link | FileKind::Other => Err(FileError::new(FileErrorKind::NotAFile, path)),
            FileKind::File if !node.readable => Err(FileError::new(FileErrorKind::PermissionDenied, path)),
            FileKind::File if node.text.len() as u64 > limit => {
                Err(FileError::new(FileErrorKind::TooLarge, path))
            }
            FileKind::File => Ok(node.text.clone()),
        }
    }

    fn metadata(&self, path: &Path) -> Result<Metadata, FileError> {
        let (_, node) = self.find(path, false)?;
        let (mode, uid, gid) = (Some(node.mode), Some(node.uid), Some(node.gid));
        Ok(Metadata { kind: node.kind, mode, uid, gid, len: node.text.len() as u64 })
    }

    fn read_link(&self, path: &Path) -> Result<PathBuf, FileError> {
        let (_, node) = self.find(path, false)?;
        match node.kind {
            FileKind::Link => Ok(node.target.clone()),
            _ => Err(FileError::with_message(FileErrorKind::Other, path, "Invalid argument")),
        }
    }

    fn read_dir(&self, path: &Path) -> Result<Vec<DirEntry>, FileError> {
        let (folder, node) = self.find(path, true)?;
        if node.kind != FileKind::Directory {
            return Err(FileError::with_message(FileErrorKind::NotAFile, path, "Not a directory"));
        }
        if !node.readable {
            return Err(FileError::new(FileErrorKind::PermissionDenied, path));
        }
        let below = self.nodes.range(folder.clone()..).take_while(|(path, _)| path.starts_with(folder));
        let children = below.filter(|(path, _)| path.parent() == Some(folder));
        let entries = children.filter_map(|(path, node)| {
            Some(DirEntry { name: native::bytes(path.file_name()?), kind: node.kind })
        });
        let entries: Vec<DirEntry> = entries.take(MAX_ENTRIES + 1).collect();
        if entries.len() > MAX_ENTRIES {
            return Err(FileError::new(FileErrorKind::TooLarge, path));
        }
        Ok(entries)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kind(result: Result<Vec<u8>, FileError>) -> Option<FileErrorKind> {
        result.err().map(|error| error.kind)
    }

    #[test]
    fn reading_follows_links_on_the_way_and_at_the_end() {
        let system = Memory::new()
            .file("/etc/a/x.conf", "x")
            .link("/etc/b", "a")
            .link("/etc/b2", "/etc/b/x.conf")
            .link("/etc/a/up", "../b2");
        assert_eq!(system.read(Path::new("/etc/b/x.conf")).unwrap(), b"x");
        assert_eq!(system.read(Path::new("/etc/a/up")).unwrap(), b"x");
        assert_eq!(system.metadata(Path::new("/etc/b2")).unwrap().kind, FileKind::Link);
        assert_eq!(system.read_dir(Path::new("/etc/b")).unwrap().len(), 2);
    }

    #[test]
    fn what_is_no_readable_file_says_why() {
        let system = Memory::new()
            .link("/loop", "/loop")
            .socket("/run/x.sock")
            .file("/secret", "x")
            .unreadable()
            .directory("/closed")
            .unreadable();
        assert_eq!(kind(system.read(Path::new("/loop"))), Some(FileErrorKind::Loop));
        assert_eq!(kind(system.read(Path::new("/run/x.sock"))), Some(FileErrorKind::NotAFile));
        assert_eq!(kind(system.read(Path::new("/run"))), Some(FileErrorKind::NotAFile));
        assert_eq!(kind(system.read(Path::new("/secret"))), Some(FileErrorKind::PermissionDenied));
        assert_eq!(kind(system.read(Path::new("/none"))), Some(FileErrorKind::NotFound));
        let denied = system.read_dir(Path::new("/closed")).unwrap_err();
        assert_eq!(denied.kind, FileErrorKind::PermissionDenied);
    }

    #[test]
    fn modes_and_owners_belong_to_the_last_entry() {
        let system = Memory::new().file("/a", "").file("/b", "").mode(0o600).owner(1, 2);
        let (a, b) = (system.metadata(Path::new("/a")).unwrap(), system.metadata(Path::new("/b")).unwrap());
        assert_eq!((a.mode, a.uid, a.gid), (Some(0o644), Some(0), Some(0)));
        assert_eq!((b.mode, b.uid, b.gid), (Some(0o600), Some(1), Some(2)));
    }

    #[test]
    fn a_folder_lists_only_its_own_entries() {
        let system = Memory::new().file("/a/b/c", "").file("/a/d", "").file("/ab", "");
        let names: Vec<_> =
            system.read_dir(Path::new("/a")).unwrap().into_iter().map(|entry| entry.name).collect();
        assert_eq!(names, [b"b".to_vec(), b"d".to_vec()]);
    }
}
