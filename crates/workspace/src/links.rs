//! Links of this machine followed step by step, for systems that have no operating system to do it.

use std::path::{Component, Path, PathBuf};

use crate::system::{FileError, FileErrorKind, FileKind, MAX_LINKS, System};

/// Follows the links of `path`: every one where `follow_last`, else all but one at its end. `link` says of a path
/// without links whether something lies there and, if that is a link, where it leads. A part that does not exist
/// ends the search for links: the rest is appended as it is.
pub(crate) fn resolve(
    path: &Path,
    follow_last: bool,
    link: impl Fn(&Path) -> Option<(FileKind, Option<PathBuf>)>,
) -> Result<PathBuf, FileError> {
    let mut left = MAX_LINKS;
    let mut pending: Vec<PathBuf> = parts(path);
    let mut current = PathBuf::new();
    while let Some(part) = pending.pop() {
        match part.components().next() {
            Some(Component::ParentDir) => {
                current.pop();
                continue;
            }
            Some(Component::CurDir) | None => continue,
            Some(_) => current.push(&part),
        }
        if pending.is_empty() && !follow_last {
            break;
        }
        let Some((FileKind::Link, Some(target))) = link(&current) else { continue };
        if left == 0 {
            return Err(FileError::new(FileErrorKind::Loop, path));
        }
        left -= 1;
        current.pop();
        pending.extend(parts(&target));
    }
    Ok(current)
}

/// Where a path of `system` leads, all links followed.
pub(crate) fn follow(system: &dyn System, path: &Path) -> Result<PathBuf, FileError> {
    resolve(path, true, |path| {
        let kind = system.metadata(path).ok()?.kind;
        let target = if kind == FileKind::Link { system.read_link(path).ok() } else { None };
        Some((kind, target))
    })
}

/// The parts of a path, last first.
fn parts(path: &Path) -> Vec<PathBuf> {
    path.components().rev().map(|part| PathBuf::from(part.as_os_str())).collect()
}
