//! The disk with everything that a folder can hold.
#![expect(clippy::disallowed_methods, reason = "the tests make the files that they ask for")]

use std::sync::atomic::{AtomicU32, Ordering};

use super::*;

/// A folder of its own that goes away with the test.
struct Scratch(PathBuf);

impl Scratch {
    fn new() -> Scratch {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let name = format!("fpmlint-disk-{}-{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
        let folder = std::env::temp_dir().join(name);
        std::fs::create_dir_all(&folder).unwrap();
        Scratch(folder)
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        // A folder that stays behind in the temporary folder harms nobody.
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

fn reason(result: Result<Vec<u8>, FileError>) -> FileErrorKind {
    result.unwrap_err().kind
}

#[test]
fn files_folders_and_absent_paths() {
    let scratch = Scratch::new();
    std::fs::write(scratch.path("a.conf"), b"x\xff").unwrap();
    assert_eq!(Disk.read(&scratch.path("a.conf")).unwrap(), b"x\xff");
    assert_eq!(Disk.metadata(&scratch.path("a.conf")).unwrap().len, 2);
    assert_eq!(reason(Disk.read(&scratch.0)), FileErrorKind::NotAFile);
    assert_eq!(reason(Disk.read(&scratch.path("none"))), FileErrorKind::NotFound);
    assert_eq!(reason(Disk.read(&scratch.path("a.conf/below"))), FileErrorKind::NotAFile);
    assert_eq!(Disk.read_dir(&scratch.path("a.conf")).unwrap_err().kind, FileErrorKind::NotAFile);
}

#[test]
fn a_file_above_the_limit_is_not_read() {
    let scratch = Scratch::new();
    let path = scratch.path("sparse");
    std::fs::File::create(&path).unwrap().set_len(MAX_FILE + 1).unwrap();
    assert_eq!(reason(Disk.read(&path)), FileErrorKind::TooLarge);
}

#[cfg(unix)]
#[test]
fn links_are_followed_by_reading_alone() {
    use std::os::unix::fs::symlink;
    let scratch = Scratch::new();
    std::fs::write(scratch.path("a"), "x").unwrap();
    symlink("a", scratch.path("link")).unwrap();
    symlink("loop", scratch.path("loop")).unwrap();
    assert_eq!(Disk.read(&scratch.path("link")).unwrap(), b"x");
    assert_eq!(Disk.metadata(&scratch.path("link")).unwrap().kind, FileKind::Link);
    assert_eq!(Disk.read_link(&scratch.path("link")).unwrap(), Path::new("a"));
    assert_eq!(reason(Disk.read(&scratch.path("loop"))), FileErrorKind::Loop);
}

#[cfg(unix)]
#[test]
fn sockets_fifos_and_devices_are_never_opened() {
    let scratch = Scratch::new();
    let _socket = std::os::unix::net::UnixListener::bind(scratch.path("socket")).unwrap();
    assert_eq!(reason(Disk.read(&scratch.path("socket"))), FileErrorKind::NotAFile);
    assert_eq!(Disk.metadata(&scratch.path("socket")).unwrap().kind, FileKind::Other);
    assert_eq!(reason(Disk.read(Path::new("/dev/zero"))), FileErrorKind::NotAFile);
    // Opening a FIFO that nobody writes to would block for ever.
    let made = std::process::Command::new("mkfifo").arg(scratch.path("fifo")).status();
    if made.is_ok_and(|status| status.success()) {
        assert_eq!(reason(Disk.read(&scratch.path("fifo"))), FileErrorKind::NotAFile);
    }
}

#[cfg(target_os = "linux")]
#[test]
fn names_keep_their_bytes() {
    let scratch = Scratch::new();
    std::fs::write(crate::native::below(&scratch.0, b"caf\xe9.conf"), "x").unwrap();
    let entries = Disk.read_dir(&scratch.0).unwrap();
    assert_eq!(entries, [DirEntry { name: b"caf\xe9.conf".to_vec(), kind: FileKind::File }]);
}

#[cfg(unix)]
#[test]
fn what_may_not_be_read_says_so() {
    use std::os::unix::fs::PermissionsExt;
    let scratch = Scratch::new();
    let (file, folder) = (scratch.path("file"), scratch.path("folder"));
    std::fs::write(&file, "x").unwrap();
    std::fs::create_dir(&folder).unwrap();
    for path in [&file, &folder] {
        std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o000)).unwrap();
    }
    // Root reads everything, so that there is nothing to see.
    if std::fs::File::open(&file).is_err() {
        assert_eq!(reason(Disk.read(&file)), FileErrorKind::PermissionDenied);
        assert_eq!(Disk.read_dir(&folder).unwrap_err().kind, FileErrorKind::PermissionDenied);
    }
    assert_eq!(Disk.metadata(&file).unwrap().mode, Some(0));
    std::fs::set_permissions(&folder, std::fs::Permissions::from_mode(0o700)).unwrap();
}
