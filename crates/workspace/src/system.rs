//! What fpmlint asks of a file system.
//!
//! In: a path of this machine. Out: bytes, kinds, modes, names. Invariant: only regular files are opened, so that
//! no FIFO or device can block a run or feed it without end, and no answer is larger than its limit.

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The largest file that is read, in bytes. Configuration is far smaller; what is larger is not configuration.
pub const MAX_FILE: u64 = 64 * 1024 * 1024;

/// The most entries of one folder that are listed.
pub const MAX_ENTRIES: usize = 1_000_000;

/// How many links a path may lead through, as on Linux.
pub const MAX_LINKS: u32 = 40;

/// A file system: the disk, memory, or one that lies over another.
pub trait System: Send + Sync + fmt::Debug {
    /// The bytes of a regular file; links are followed. Fails with [`FileErrorKind::NotAFile`] for everything else,
    /// without opening it, and with [`FileErrorKind::TooLarge`] above [`MAX_FILE`].
    fn read(&self, path: &Path) -> Result<Vec<u8>, FileError> {
        self.read_at_most(path, MAX_FILE)
    }

    /// Like [`System::read`], with a limit (bytes) of the caller's, at most [`MAX_FILE`].
    fn read_at_most(&self, path: &Path, limit: u64) -> Result<Vec<u8>, FileError>;

    /// What lies at a path; a link at its end is not followed.
    fn metadata(&self, path: &Path) -> Result<Metadata, FileError>;

    /// Where a link leads, as it is written.
    fn read_link(&self, path: &Path) -> Result<PathBuf, FileError>;

    /// The entries of a folder in no particular order, without `.` and `..`; links to the folder are followed. Fails
    /// with [`FileErrorKind::TooLarge`] above [`MAX_ENTRIES`].
    fn read_dir(&self, path: &Path) -> Result<Vec<DirEntry>, FileError>;

    /// Like [`System::read_dir`], but a link at the end of the path is not followed and fails, and so does a folder
    /// of more than `limit` entries. Saves asking what lies there first.
    fn read_dir_itself(&self, path: &Path, limit: usize) -> Result<Vec<DirEntry>, FileError> {
        if self.metadata(path)?.kind != FileKind::Directory {
            return Err(FileError::new(FileErrorKind::NotAFile, path));
        }
        let entries = self.read_dir(path)?;
        if entries.len() > limit { Err(FileError::new(FileErrorKind::TooLarge, path)) } else { Ok(entries) }
    }

    /// Like [`System::read_at_most`] for a path of which a folder or [`System::metadata`] told that it is a regular
    /// file. Should it have become something else meanwhile, it still neither blocks nor is followed.
    fn read_regular(&self, path: &Path, limit: u64) -> Result<Vec<u8>, FileError> {
        self.read_at_most(path, limit)
    }

    /// Like [`System::read_regular`] for a text that is kept and shared, of at most [`MAX_FILE`].
    fn read_shared(&self, path: &Path) -> Result<Arc<[u8]>, FileError> {
        self.read_regular(path, MAX_FILE).map(Arc::from)
    }
}

/// What kind of thing a path names.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum FileKind {
    /// A regular file.
    File,
    /// A folder.
    Directory,
    /// A symbolic link.
    Link,
    /// A FIFO, socket or device.
    Other,
}

/// What is known of a path without reading it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Metadata {
    /// Its kind; a link stays a link.
    pub kind: FileKind,
    /// The permission bits, 0o7777 at most; none on systems without them.
    pub mode: Option<u32>,
    /// The owner's number; none on systems without owners.
    pub uid: Option<u32>,
    /// The group's number; none on systems without groups.
    pub gid: Option<u32>,
    /// Length in bytes.
    pub len: u64,
}

/// An entry of a folder.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct DirEntry {
    /// The name's bytes.
    pub name: Vec<u8>,
    /// Its kind; a link stays a link.
    pub kind: FileKind,
}

/// Why a path could not be used.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum FileErrorKind {
    /// Nothing lies there.
    NotFound,
    /// The user who runs fpmlint may not read it.
    PermissionDenied,
    /// It is a folder where a file was wanted, a file where a folder was, or a FIFO, socket or device.
    NotAFile,
    /// It is larger than what is read.
    TooLarge,
    /// Its links lead in a circle.
    Loop,
    /// Anything else that the operating system said.
    Other,
}

/// A path that could not be used.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct FileError {
    /// Why.
    pub kind: FileErrorKind,
    /// The path of this machine.
    pub path: PathBuf,
    /// The reason in words, without the path.
    pub message: String,
}

impl FileError {
    /// An error with the usual words for its kind.
    pub fn new(kind: FileErrorKind, path: &Path) -> FileError {
        let message = match kind {
            FileErrorKind::NotFound => "No such file or directory",
            FileErrorKind::PermissionDenied => "Permission denied",
            FileErrorKind::NotAFile => "Not a regular file",
            FileErrorKind::TooLarge => "Too large to be read",
            FileErrorKind::Loop => "Too many levels of symbolic links",
            FileErrorKind::Other => "Cannot be read",
        };
        FileError::with_message(kind, path, message)
    }

    /// An error in the system's own words.
    pub fn with_message(kind: FileErrorKind, path: &Path, message: impl Into<String>) -> FileError {
        FileError { kind, path: path.to_owned(), message: message.into() }
    }
}

impl fmt::Display for FileError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.path.display(), self.message)
    }
}

impl std::error::Error for FileError {}
