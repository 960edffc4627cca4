//! Local paths, made absolute without asking the file system.

use std::path::{Component, Path, PathBuf};

/// `path` as seen from `folder`, without `.` and `..`. Links are not looked at.
pub fn absolute(folder: &Path, path: &Path) -> PathBuf {
    let mut whole = PathBuf::new();
    for part in folder.join(path).components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir => {
                whole.pop();
            }
            _ => whole.push(part),
        }
    }
    whole
}
