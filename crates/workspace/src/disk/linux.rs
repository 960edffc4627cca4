//! Folders and small files of Linux, with as few system calls as they take.
//!
//! A host of thousands of sites has as many document roots, and what the kernel does for each is most of a run. The
//! standard library asks for the state of each folder and file before it reads it; here nothing is asked whose
//! answer is not needed.

use std::mem::MaybeUninit;
use std::path::Path;
use std::sync::Arc;

use rustix::buffer::spare_capacity;
use rustix::fd::OwnedFd;
use rustix::fs::{FileType, Mode, OFlags, RawDir};
use rustix::io::Errno;

use super::from_io;
use crate::system::{DirEntry, FileError, FileErrorKind, FileKind, System};

/// Bytes of entries that are taken over at once, and of a file that is read without a look at its length.
const BUFFER: usize = 16 * 1024;

/// The entries of a folder; a link at the end of the path is followed or fails.
pub(super) fn read_dir(path: &Path, limit: usize, follow: bool) -> Result<Vec<DirEntry>, FileError> {
    let failed = |error| from_io(&std::io::Error::from(error), path);
    let own = if follow { OFlags::empty() } else { OFlags::NOFOLLOW };
    let folder = open(path, OFlags::DIRECTORY | own).map_err(failed)?;
    let mut buffer = [MaybeUninit::<u8>::uninit(); BUFFER];
    let mut raw = RawDir::new(folder, &mut buffer);
    let mut entries = Vec::new();
    while let Some(entry) = raw.next() {
        let entry = entry.map_err(failed)?;
        let name = entry.file_name().to_bytes();
        if name == b"." || name == b".." {
            continue;
        }
        if entries.len() == limit {
            return Err(FileError::new(FileErrorKind::TooLarge, path));
        }
        // An entry that vanished meanwhile is no error of the folder.
        let Some(kind) = kind(path, name, entry.file_type()) else { continue };
        entries.push(DirEntry { name: name.to_vec(), kind });
    }
    Ok(entries)
}

/// The kind of an entry. Some file systems tell it only when asked for the entry itself.
fn kind(folder: &Path, name: &[u8], told: FileType) -> Option<FileKind> {
    Some(match told {
        FileType::RegularFile => FileKind::File,
        FileType::Directory => FileKind::Directory,
        FileType::Symlink => FileKind::Link,
        FileType::Unknown => super::Disk.metadata(&crate::native::below(folder, name)).ok()?.kind,
        _ => FileKind::Other,
    })
}

/// The bytes of a regular file, which is no link.
pub(super) fn read_regular(path: &Path, limit: u64) -> Result<Vec<u8>, FileError> {
    let failed = |error| from_io(&std::io::Error::from(error), path);
    // What is not the file any more that it was must not hold the run up.
    let file = open(path, OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::NOCTTY).map_err(failed)?;
    let mut buffer = [MaybeUninit::<u8>::uninit(); BUFFER];
    let mut text = Vec::new();
    loop {
        let bytes = match rustix::io::read(&file, &mut buffer) {
            Ok((bytes, _)) => bytes,
            Err(Errno::INTR) => continue,
            Err(error) => return Err(failed(error)),
        };
        if bytes.is_empty() {
            return Ok(text);
        }
        if text.is_empty() && bytes.len() == BUFFER {
            // A large one: its length saves moving it about.
            let len = rustix::fs::fstat(&file).map_or(0, |stat| stat.st_size);
            text.reserve_exact(u64::try_from(len).unwrap_or(0).min(limit) as usize);
        }
        text.extend_from_slice(bytes);
        if text.len() as u64 > limit {
            return Err(FileError::new(FileErrorKind::TooLarge, path));
        }
    }
}

/// The same for a text that is kept: a large one is in memory only once.
pub(super) fn read_shared(path: &Path, limit: u64) -> Result<Arc<[u8]>, FileError> {
    let failed = |error| from_io(&std::io::Error::from(error), path);
    let file = open(path, OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::NOCTTY).map_err(failed)?;
    // Not cleared first: most files are far shorter.
    let mut start: Vec<u8> = Vec::with_capacity(BUFFER);
    while start.len() < BUFFER {
        match rustix::io::read(&file, spare_capacity(&mut start)) {
            Ok(0) if start.len() as u64 <= limit => return Ok(Arc::from(start)),
            Ok(0) => break,
            Ok(_) | Err(Errno::INTR) => {}
            Err(error) => return Err(failed(error)),
        }
    }
    let count = start.len();
    let len = rustix::fs::fstat(&file).map_err(failed)?.st_size;
    let len = usize::try_from(len).unwrap_or(0).max(count);
    if len as u64 > limit {
        return Err(FileError::new(FileErrorKind::TooLarge, path));
    }
    let mut text: Arc<[u8]> = std::iter::repeat_n(0, len).collect();
    let mut filled = 0;
    if let Some((head, room)) = Arc::get_mut(&mut text).and_then(|text| text.split_at_mut_checked(count)) {
        head.copy_from_slice(&start);
        filled = count + fill(&file, room).map_err(failed)?;
    }
    let is_whole = filled == len && fill(&file, &mut [0]).map_err(failed)? == 0;
    // One that changed meanwhile is read as it comes.
    if is_whole { Ok(text) } else { read_regular(path, limit).map(Arc::from) }
}

/// Reads until the room is full or the file ends; gives the number of bytes.
fn fill(file: &OwnedFd, room: &mut [u8]) -> Result<usize, Errno> {
    let mut filled = 0;
    while let Some(rest) = room.get_mut(filled..).filter(|rest| !rest.is_empty()) {
        match rustix::io::read(file, rest) {
            Ok(0) => break,
            Ok(count) => filled += count,
            Err(Errno::INTR) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(filled)
}

fn open(path: &Path, flags: OFlags) -> Result<OwnedFd, Errno> {
    let flags = flags | OFlags::RDONLY | OFlags::CLOEXEC;
    loop {
        match rustix::fs::open(path, flags, Mode::empty()) {
            Err(Errno::INTR) => {}
            result => return result,
        }
    }
}
