//! Every file that a run has read, each once.
//!
//! In: paths of this machine, and texts of stock files. Out: numbered files with their lines and trees, made when
//! somebody asks. A number stays valid, and stays with its path, as long as the table lives.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, OnceLock, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use fpmlint_syntax::{Dialect, SeenLines, Tree};
use fpmlint_text::{FileId, LineIndex};
use rustc_hash::FxHashMap;

use crate::system::{FileError, FileKind, System};

/// The table of files of a run.
#[derive(Debug)]
pub struct Files {
    system: Arc<dyn System>,
    table: RwLock<Table>,
    /// Lines that its files have in common.
    seen: Arc<Mutex<SeenLines>>,
}

#[derive(Default, Debug)]
struct Table {
    files: Vec<Arc<SourceFile>>,
    /// By the whole text of the path: hashing it part by part costs more than reading small files.
    by_path: FxHashMap<OsString, FileId>,
    stock: FxHashMap<(String, Arc<[u8]>), FileId>,
}

/// A file as it was when it was read.
#[derive(Debug)]
pub struct SourceFile {
    /// Its number.
    pub id: FileId,
    /// Its path on this machine; for a stock file its path on the host.
    pub path: PathBuf,
    /// Its bytes.
    pub text: Arc<[u8]>,
    /// Whether it comes from a profile and not from this machine.
    pub stock: bool,
    lines: OnceLock<LineIndex>,
    trees: [OnceLock<Arc<Tree>>; 4],
    /// Those of its table.
    seen: Arc<Mutex<SeenLines>>,
}

impl SourceFile {
    fn new(
        id: FileId,
        path: PathBuf,
        text: Arc<[u8]>,
        stock: bool,
        seen: &Arc<Mutex<SeenLines>>,
    ) -> SourceFile {
        let seen = Arc::clone(seen);
        SourceFile { id, path, text, stock, lines: OnceLock::new(), trees: Default::default(), seen }
    }

    /// Its lines.
    pub fn lines(&self) -> &LineIndex {
        self.lines.get_or_init(|| LineIndex::new(&self.text))
    }

    /// Its tree in a dialect, parsed the first time.
    pub fn tree(&self, dialect: Dialect) -> &Arc<Tree> {
        let slot = match dialect {
            Dialect::FpmIni => 0,
            Dialect::PhpIni => 1,
            Dialect::Nginx => 2,
            Dialect::Httpd => 3,
        };
        self.trees[slot].get_or_init(|| {
            let text = Arc::clone(&self.text);
            Arc::new(match self.seen.try_lock() {
                Ok(mut seen) => fpmlint_syntax::parse_with(dialect, text, is_raw_block, Some(&mut seen)),
                // Another thread is at it, which is no reason to wait.
                Err(_) => fpmlint_syntax::parse(dialect, text, is_raw_block),
            })
        })
    }
}

impl Files {
    /// An empty table over a file system.
    pub fn new(system: Arc<dyn System>) -> Files {
        Files { system, table: RwLock::default(), seen: Arc::default() }
    }

    /// The file system.
    pub fn system(&self) -> &Arc<dyn System> {
        &self.system
    }

    /// Reads a file of this machine, once for each path.
    pub fn load(&self, local: &Path) -> Result<FileId, FileError> {
        self.load_with(local, |local| match self.system.metadata(local) {
            Ok(known) if known.kind == FileKind::File => self.system.read_shared(local),
            _ => self.system.read(local).map(Arc::from),
        })
    }

    /// The same for a path that is known to be a regular file, and no link.
    pub(crate) fn load_regular(&self, local: &Path) -> Result<FileId, FileError> {
        self.load_with(local, |local| self.system.read_shared(local))
    }

    fn load_with(
        &self,
        local: &Path,
        read: impl FnOnce(&Path) -> Result<Arc<[u8]>, FileError>,
    ) -> Result<FileId, FileError> {
        if let Some(id) = self.find(local) {
            return Ok(id);
        }
        // Read outside the lock: other threads go on meanwhile, and the first to enter wins.
        let text = read(local)?;
        let mut table = self.write();
        if let Some(id) = table.by_path.get(local.as_os_str()) {
            return Ok(*id);
        }
        let id = table.add(local.to_owned(), text, false, &self.seen);
        table.by_path.insert(local.as_os_str().to_owned(), id);
        Ok(id)
    }

    /// The number of a file that was loaded from a path.
    pub fn find(&self, local: &Path) -> Option<FileId> {
        self.read().by_path.get(local.as_os_str()).copied()
    }

    /// Reads a file again under its old number; whether its bytes changed. A stock file never does. Where it cannot
    /// be read any more, the table keeps the old text.
    pub fn reload(&self, id: FileId) -> Result<bool, FileError> {
        let old = self.get(id);
        if old.stock {
            return Ok(false);
        }
        let text = self.system.read(&old.path)?;
        if *text == *old.text {
            return Ok(false);
        }
        let new = Arc::new(SourceFile::new(old.id, old.path.clone(), text.into(), false, &self.seen));
        if let Some(slot) = self.write().files.get_mut(id.index()) {
            *slot = new;
        }
        Ok(true)
    }

    /// Adds a stock file, once for each name and text. `name` is its path on the host.
    pub fn add_virtual(&self, name: &str, text: Arc<[u8]>) -> FileId {
        let key = (name.to_owned(), text);
        let mut table = self.write();
        if let Some(id) = table.stock.get(&key) {
            return *id;
        }
        let id = table.add(PathBuf::from(name), Arc::clone(&key.1), true, &self.seen);
        table.stock.insert(key, id);
        id
    }

    /// A file by its number; an empty one for a number of another table.
    pub fn get(&self, id: FileId) -> Arc<SourceFile> {
        let known = self.read().files.get(id.index()).cloned();
        known.unwrap_or_else(|| {
            Arc::new(SourceFile::new(id, PathBuf::new(), Arc::default(), true, &self.seen))
        })
    }

    /// Every file, in the order of their numbers.
    pub fn all(&self) -> Vec<Arc<SourceFile>> {
        self.read().files.clone()
    }

    /// How many files there are.
    pub fn len(&self) -> usize {
        self.read().files.len()
    }

    /// Whether no file was read yet.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// A file's tree in a dialect, parsed once.
    pub fn tree(&self, id: FileId, dialect: Dialect) -> Arc<Tree> {
        Arc::clone(self.get(id).tree(dialect))
    }

    fn read(&self) -> RwLockReadGuard<'_, Table> {
        self.table.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> RwLockWriteGuard<'_, Table> {
        self.table.write().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Table {
    fn add(&mut self, path: PathBuf, text: Arc<[u8]>, stock: bool, seen: &Arc<Mutex<SeenLines>>) -> FileId {
        let id = FileId(self.files.len() as u32);
        self.files.push(Arc::new(SourceFile::new(id, path, text, stock, seen)));
        id
    }
}

/// Whether an nginx block holds another language than nginx: the Lua blocks of OpenResty.
pub fn is_raw_block(name: &[u8]) -> bool {
    name.ends_with(b"_by_lua_block")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Memory, Overlay};

    #[test]
    fn a_path_is_read_once() {
        let files = Files::new(Arc::new(Memory::new().file("/a", "x = 1\ny\n").file("/b", "")));
        let a = files.load(Path::new("/a")).unwrap();
        assert_eq!(files.load(Path::new("/a")).unwrap(), a);
        assert_ne!(files.load(Path::new("/b")).unwrap(), a);
        assert_eq!(files.len(), 2);
        assert_eq!(files.get(a).lines().line_count(), 3);
        assert!(files.load(Path::new("/none")).is_err());
    }

    #[test]
    fn a_stock_file_is_added_once_for_each_text() {
        let files = Files::new(Arc::new(Memory::new()));
        let one = files.add_virtual("/etc/nginx/mime.types", b"types {}".as_slice().into());
        let same = files.add_virtual("/etc/nginx/mime.types", b"types {}".as_slice().into());
        let other = files.add_virtual("/etc/nginx/mime.types", b"types { a b; }".as_slice().into());
        assert_eq!(one, same);
        assert_ne!(one, other);
        assert!(files.get(one).stock);
    }

    #[test]
    fn a_changed_file_keeps_its_number() {
        let system = Arc::new(Overlay::new(Arc::new(Memory::new().file("/a", "old"))));
        let files = Files::new(Arc::clone(&system) as Arc<dyn System>);
        let id = files.load(Path::new("/a")).unwrap();
        let before = files.get(id);
        assert!(!files.reload(id).unwrap());
        system.set(Path::new("/a"), b"new".as_slice());
        assert!(files.reload(id).unwrap());
        assert_eq!(&*files.get(id).text, b"new");
        assert_eq!(&*before.text, b"old");
        assert_eq!(files.load(Path::new("/a")).unwrap(), id);
    }

    #[test]
    fn only_lua_blocks_are_raw() {
        assert!(is_raw_block(b"content_by_lua_block"));
        assert!(!is_raw_block(b"location"));
    }
}
