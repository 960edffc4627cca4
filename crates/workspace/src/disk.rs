//! This machine's file system: the only place that calls the operating system for files.
//!
//! Nothing but a regular file is ever opened; a file that grows while it is read is cut off at the limit.

#[cfg(target_os = "linux")]
mod linux;

use std::io::{ErrorKind, Read};
use std::path::{Path, PathBuf};
#[cfg(target_os = "linux")]
use std::sync::Arc;

#[cfg(not(target_os = "linux"))]
use crate::native;
use crate::system::{DirEntry, FileError, FileErrorKind, FileKind, MAX_ENTRIES, MAX_FILE, Metadata, System};

/// The disk of this machine.
#[derive(Clone, Copy, Default, Debug)]
pub struct Disk;

impl System for Disk {
    #[expect(clippy::disallowed_methods, reason = "the one implementation of the file system")]
    fn read_at_most(&self, path: &Path, limit: u64) -> Result<Vec<u8>, FileError> {
        let metadata = std::fs::metadata(path).map_err(|error| from_io(&error, path))?;
        if !metadata.is_file() {
            return Err(not_a_file(path, metadata.is_dir()));
        }
        if metadata.len() > limit {
            return Err(FileError::new(FileErrorKind::TooLarge, path));
        }
        let mut file = std::fs::File::open(path).map_err(|error| from_io(&error, path))?;
        let text = read_all(&mut file, metadata.len() as usize).map_err(|error| from_io(&error, path))?;
        if text.len() as u64 > limit {
            return Err(FileError::new(FileErrorKind::TooLarge, path));
        }
        Ok(text)
    }

    #[expect(clippy::disallowed_methods, reason = "the one implementation of the file system")]
    fn metadata(&self, path: &Path) -> Result<Metadata, FileError> {
        let metadata = std::fs::symlink_metadata(path).map_err(|error| from_io(&error, path))?;
        Ok(convert(&metadata))
    }

    #[expect(clippy::disallowed_methods, reason = "the one implementation of the file system")]
    fn read_link(&self, path: &Path) -> Result<PathBuf, FileError> {
        std::fs::read_link(path).map_err(|error| from_io(&error, path))
    }

    #[cfg(target_os = "linux")]
    fn read_dir(&self, path: &Path) -> Result<Vec<DirEntry>, FileError> {
        linux::read_dir(path, MAX_ENTRIES, true)
    }

    #[cfg(target_os = "linux")]
    fn read_dir_itself(&self, path: &Path, limit: usize) -> Result<Vec<DirEntry>, FileError> {
        linux::read_dir(path, limit.min(MAX_ENTRIES), false)
    }

    #[cfg(target_os = "linux")]
    fn read_regular(&self, path: &Path, limit: u64) -> Result<Vec<u8>, FileError> {
        linux::read_regular(path, limit.min(MAX_FILE))
    }

    #[cfg(target_os = "linux")]
    fn read_shared(&self, path: &Path) -> Result<Arc<[u8]>, FileError> {
        linux::read_shared(path, MAX_FILE)
    }

    #[cfg(not(target_os = "linux"))]
    #[expect(clippy::disallowed_methods, reason = "the one implementation of the file system")]
    fn read_dir(&self, path: &Path) -> Result<Vec<DirEntry>, FileError> {
        let mut entries = Vec::new();
        for entry in std::fs::read_dir(path).map_err(|error| from_io(&error, path))? {
            let entry = entry.map_err(|error| from_io(&error, path))?;
            if entries.len() == MAX_ENTRIES {
                return Err(FileError::new(FileErrorKind::TooLarge, path));
            }
            // An entry that vanished meanwhile is no error of the folder.
            let Ok(kind) = entry.file_type() else { continue };
            entries.push(DirEntry { name: native::bytes(&entry.file_name()), kind: file_kind(kind) });
        }
        Ok(entries)
    }
}

/// The bytes of a file, one more than the limit at most. Where a read with room for more
/// brings what the file's length promised, that is all of it, which saves asking once more for each of thousands of
/// small files. Those of /proc claim to be empty, come in pieces, and some never end.
fn read_all(file: &mut std::fs::File, len: usize) -> std::io::Result<Vec<u8>> {
    let mut text = vec![0; if len == 0 { 0 } else { len + 1 }];
    let mut filled = 0;
    while filled < text.len() {
        match file.read(&mut text[filled..]) {
            Ok(count) => {
                filled += count;
                if count == 0 || filled == len {
                    text.truncate(filled);
                    return Ok(text);
                }
            }
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    let left = (MAX_FILE + 1).saturating_sub(filled as u64);
    file.take(left).read_to_end(&mut text)?;
    Ok(text)
}

fn file_kind(kind: std::fs::FileType) -> FileKind {
    if kind.is_file() {
        FileKind::File
    } else if kind.is_dir() {
        FileKind::Directory
    } else if kind.is_symlink() {
        FileKind::Link
    } else {
        FileKind::Other
    }
}

#[cfg(unix)]
fn convert(metadata: &std::fs::Metadata) -> Metadata {
    use std::os::unix::fs::MetadataExt;
    Metadata {
        kind: file_kind(metadata.file_type()),
        mode: Some(metadata.mode() & 0o7777),
        uid: Some(metadata.uid()),
        gid: Some(metadata.gid()),
        len: metadata.len(),
    }
}

#[cfg(not(unix))]
fn convert(metadata: &std::fs::Metadata) -> Metadata {
    let kind = file_kind(metadata.file_type());
    Metadata { kind, mode: None, uid: None, gid: None, len: metadata.len() }
}

fn not_a_file(path: &Path, is_folder: bool) -> FileError {
    let message = if is_folder { "Is a directory" } else { "Not a regular file" };
    FileError::with_message(FileErrorKind::NotAFile, path, message)
}

fn from_io(error: &std::io::Error, path: &Path) -> FileError {
    let kind = match error.kind() {
        ErrorKind::NotFound => FileErrorKind::NotFound,
        ErrorKind::PermissionDenied => FileErrorKind::PermissionDenied,
        ErrorKind::NotADirectory | ErrorKind::IsADirectory => FileErrorKind::NotAFile,
        // ELOOP has no stable kind of its own; no other error of these calls is worded so.
        _ if error.to_string().starts_with("Too many levels of symbolic links") => FileErrorKind::Loop,
        _ => return FileError::with_message(FileErrorKind::Other, path, in_words(error)),
    };
    FileError::new(kind, path)
}

/// The system's words without the number that the standard library appends.
fn in_words(error: &std::io::Error) -> String {
    let text = error.to_string();
    text.split(" (os error").next().unwrap_or(&text).to_owned()
}

#[cfg(test)]
#[path = "disk/tests.rs"]
mod tests;
