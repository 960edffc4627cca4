//! This machine with a case laid over it in memory.
//!
//! In: a case and the folder under which fpmlint shall see it. Out: a file system. Invariant: below that folder only
//! the case exists, everywhere else only the disk, so that what a daemon left behind is never seen.

use std::path::{Path, PathBuf};

use fpmlint_workspace::{DirEntry, Disk, FileError, Memory, Metadata, System};

/// The file system.
#[derive(Debug)]
pub struct Machine {
    folder: PathBuf,
    case: Memory,
}

impl Machine {
    /// The disk with `case` below `folder`.
    pub fn new(folder: &Path, case: Memory) -> Machine {
        Machine { folder: folder.to_owned(), case }
    }

    fn at(&self, path: &Path) -> &dyn System {
        // The daemons are asked without a network, and nobody is there who knows names.
        let is_network = path == Path::new("/etc/resolv.conf");
        if is_network || path.starts_with(&self.folder) { &self.case } else { &Disk }
    }
}

impl System for Machine {
    fn read_at_most(&self, path: &Path, limit: u64) -> Result<Vec<u8>, FileError> {
        self.at(path).read_at_most(path, limit)
    }

    fn metadata(&self, path: &Path) -> Result<Metadata, FileError> {
        self.at(path).metadata(path)
    }

    fn read_link(&self, path: &Path) -> Result<PathBuf, FileError> {
        self.at(path).read_link(path)
    }

    fn read_dir(&self, path: &Path) -> Result<Vec<DirEntry>, FileError> {
        self.at(path).read_dir(path)
    }
}
