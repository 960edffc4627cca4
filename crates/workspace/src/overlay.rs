//! Texts that an editor has open, lying over another file system.
//!
//! A text is kept under the path that its links lead to, so that a site opened as `sites-enabled/x` is also the one
//! read as `sites-available/x`. A text whose file does not exist yet appears as a file in its folder.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard};

use crate::links;
use crate::native;
use crate::system::{DirEntry, FileError, FileErrorKind, FileKind, Metadata, System};

/// A file system with texts over it that can change at any time.
#[derive(Debug)]
pub struct Overlay {
    base: Arc<dyn System>,
    texts: RwLock<BTreeMap<PathBuf, Arc<[u8]>>>,
}

impl Overlay {
    /// Nothing over `base` yet.
    pub fn new(base: Arc<dyn System>) -> Overlay {
        Overlay { base, texts: RwLock::default() }
    }

    /// The file system below.
    pub fn base(&self) -> &Arc<dyn System> {
        &self.base
    }

    /// Puts a text over the file at `path`, or in its place where there is none.
    pub fn set(&self, path: &Path, text: impl Into<Arc<[u8]>>) {
        let key = self.key(path);
        self.texts.write().unwrap_or_else(PoisonError::into_inner).insert(key, text.into());
    }

    /// Takes the text at `path` away; whether there was one.
    pub fn remove(&self, path: &Path) -> bool {
        let key = self.key(path);
        self.texts.write().unwrap_or_else(PoisonError::into_inner).remove(&key).is_some()
    }

    /// Where a path leads on the file system below, its links followed: the path under which its text is kept.
    pub fn followed(&self, path: &Path) -> PathBuf {
        self.key(path)
    }

    fn texts(&self) -> RwLockReadGuard<'_, BTreeMap<PathBuf, Arc<[u8]>>> {
        self.texts.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn key(&self, path: &Path) -> PathBuf {
        links::follow(&*self.base, path).unwrap_or_else(|_| path.to_owned())
    }

    /// The text at `path`; links are followed only where there is any text at all.
    fn text(&self, path: &Path) -> Option<Arc<[u8]>> {
        let texts = self.texts();
        if texts.is_empty() {
            return None;
        }
        texts.get(path).or_else(|| texts.get(&self.key(path))).cloned()
    }
}

impl System for Overlay {
    fn read_at_most(&self, path: &Path, limit: u64) -> Result<Vec<u8>, FileError> {
        match self.text(path) {
            Some(text) if text.len() as u64 > limit => Err(FileError::new(FileErrorKind::TooLarge, path)),
            Some(text) => Ok(text.to_vec()),
            None => self.base.read_at_most(path, limit),
        }
    }

    fn metadata(&self, path: &Path) -> Result<Metadata, FileError> {
        let base = self.base.metadata(path);
        match (base, self.texts().get(path)) {
            (Ok(metadata), Some(text)) => {
                Ok(Metadata { kind: FileKind::File, len: text.len() as u64, ..metadata })
            }
            (Err(_), Some(text)) => {
                let kind = FileKind::File;
                Ok(Metadata { kind, mode: None, uid: None, gid: None, len: text.len() as u64 })
            }
            (base, None) => base,
        }
    }

    fn read_link(&self, path: &Path) -> Result<PathBuf, FileError> {
        self.base.read_link(path)
    }

    fn read_dir(&self, path: &Path) -> Result<Vec<DirEntry>, FileError> {
        let base = self.base.read_dir(path);
        let texts = self.texts();
        let above =
            texts.range(path.to_owned()..).map(|(path, _)| path).take_while(|text| text.starts_with(path));
        let mut above = above.filter(|text| text.parent() == Some(path)).peekable();
        let mut entries = match base {
            Err(error) if above.peek().is_none() || error.kind != FileErrorKind::NotFound => {
                return Err(error);
            }
            base => base.unwrap_or_default(),
        };
        let on_base = |path: &Path| self.base.metadata(path).is_ok();
        let new = above.filter(|path| !on_base(path)).filter_map(|path| path.file_name());
        entries.extend(new.map(|name| DirEntry { name: native::bytes(name), kind: FileKind::File }));
        Ok(entries)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Memory;

    fn overlay(base: Memory) -> Overlay {
        Overlay::new(Arc::new(base))
    }

    #[test]
    fn a_text_hides_the_file_until_it_is_removed() {
        let system = overlay(Memory::new().file("/a.conf", "old").mode(0o600));
        let path = Path::new("/a.conf");
        system.set(path, b"newer".as_slice());
        assert_eq!(system.read(path).unwrap(), b"newer");
        let metadata = system.metadata(path).unwrap();
        assert_eq!((metadata.len, metadata.mode), (5, Some(0o600)));
        assert!(system.remove(path));
        assert!(!system.remove(path));
        assert_eq!(system.read(path).unwrap(), b"old");
    }

    #[test]
    fn a_text_opened_through_a_link_is_the_linked_file() {
        let base = Memory::new().file("/available/x", "old").link("/enabled/x", "../available/x");
        let system = overlay(base);
        system.set(Path::new("/enabled/x"), b"new".as_slice());
        assert_eq!(system.read(Path::new("/available/x")).unwrap(), b"new");
        assert_eq!(system.read(Path::new("/enabled/x")).unwrap(), b"new");
        assert_eq!(system.metadata(Path::new("/enabled/x")).unwrap().kind, FileKind::Link);
        assert!(system.remove(Path::new("/available/x")));
    }

    #[test]
    fn a_text_without_a_file_is_listed_once() {
        let system = overlay(Memory::new().file("/d/a", ""));
        system.set(Path::new("/d/a"), b"1".as_slice());
        system.set(Path::new("/d/b"), b"2".as_slice());
        system.set(Path::new("/new/c"), b"3".as_slice());
        let mut names: Vec<_> =
            system.read_dir(Path::new("/d")).unwrap().into_iter().map(|entry| entry.name).collect();
        names.sort();
        assert_eq!(names, [b"a".to_vec(), b"b".to_vec()]);
        assert_eq!(system.read_dir(Path::new("/new")).unwrap().len(), 1);
        assert!(system.read_dir(Path::new("/none")).is_err());
    }
}
