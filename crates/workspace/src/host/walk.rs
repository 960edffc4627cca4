//! From a host path to what lies there, part by part, as the machine's kernel would go.
//!
//! Invariant: the path of this machine that comes out has no link below its mount, so that opening it cannot leave
//! the host. Folders that were walked once are remembered.

use std::path::{Path, PathBuf};

use crate::host::Host;
use crate::links;
use crate::native;
use crate::path::HostPath;
use crate::system::{FileError, FileErrorKind, FileKind, MAX_LINKS};

/// The longest path, in bytes, as on Linux.
const MAX_PATH: usize = 4096;

/// Something that exists on a host.
#[derive(Clone, Debug)]
pub(super) struct Place {
    /// Its path without links.
    pub real: HostPath,
    /// What it is.
    pub target: Target,
}

#[derive(Clone, Debug)]
pub(super) enum Target {
    /// A path of this machine; never a link.
    Local { local: PathBuf, kind: FileKind },
    /// A stock file of the profile.
    Stock(&'static [u8]),
    /// A folder that exists only as the parent of mounts or stock files.
    Folder,
}

impl Target {
    pub(super) fn kind(&self) -> FileKind {
        match self {
            Target::Local { kind, .. } => *kind,
            Target::Stock(_) => FileKind::File,
            Target::Folder => FileKind::Directory,
        }
    }

    pub(super) fn is_folder(&self) -> bool {
        self.kind() == FileKind::Directory
    }
}

/// Where a path leads.
#[derive(Clone, Debug)]
pub(super) enum Walk {
    /// To something.
    Found(Place),
    /// To nothing: the first path without links that does not exist, with the rest of the parts behind it.
    Missing(HostPath),
    /// Nowhere, for another reason.
    Failed(FileError),
}

impl Host {
    /// Follows a path to its end.
    pub(super) fn walk(&self, path: &HostPath) -> Walk {
        let bytes = path.as_bytes();
        if bytes.len() >= MAX_PATH {
            let error = FileError::with_message(FileErrorKind::Other, Path::new(""), "File name too long");
            return Walk::Failed(error);
        }
        let Some((parent, name)) = path.split().filter(|(_, name)| *name != b"..") else {
            return self.steps(HostPath::root(), bytes);
        };
        let folder = self.folder(parent);
        match &folder.place {
            Walk::Found(place) if place.target.is_folder() => self.last_step(path, &place.real, name),
            // A file is no folder, so nothing lies below it.
            Walk::Found(place) => Walk::Missing(place.real.join(name)),
            Walk::Missing(at) => Walk::Missing(at.join(name)),
            Walk::Failed(error) => Walk::Failed(error.clone()),
        }
    }

    /// Where `path` leads whose folder has the path `folder` without links, and whose name there is `name`.
    fn last_step(&self, path: &HostPath, folder: &HostPath, name: &[u8]) -> Walk {
        let is_real = path.split().is_some_and(|(parent, _)| parent == folder.as_bytes());
        let next = if is_real { path.clone() } else { folder.join(name) };
        match self.step(folder, name, &next) {
            Ok(Step::To(target)) => Walk::Found(Place { real: next, target }),
            Ok(Step::Nothing) => Walk::Missing(next),
            // From the top, so that the links of the whole path are counted.
            Ok(Step::Link(_)) => self.steps(HostPath::root(), path.as_bytes()),
            Err(error) => Walk::Failed(error),
        }
    }

    /// Follows the parts of `path` from a folder without links.
    pub(super) fn steps(&self, start: HostPath, path: &[u8]) -> Walk {
        let mut links = MAX_LINKS;
        let mut pending = parts(path);
        let mut place = self.at_root(start);
        while let Some(part) = pending.pop() {
            if !place.target.is_folder() {
                return Walk::Missing(append(place.real.join(&part), pending));
            }
            if part == b".." {
                let parent = place.real.parent().unwrap_or_else(HostPath::root);
                place = self.at_root(parent);
                continue;
            }
            let next = place.real.join(&part);
            match self.step(&place.real, &part, &next) {
                Ok(Step::To(target)) => place = Place { real: next, target },
                Ok(Step::Nothing) => return Walk::Missing(append(next, pending)),
                Ok(Step::Link(local)) => {
                    let target = match self.files.system().read_link(&local) {
                        Ok(target) => native::slashed(&target),
                        Err(error) => return Walk::Failed(error),
                    };
                    if links == 0 {
                        return Walk::Failed(FileError::new(FileErrorKind::Loop, &local));
                    }
                    links -= 1;
                    if target.starts_with(b"/") {
                        place = self.at_root(HostPath::root());
                    }
                    pending.extend(parts(&target));
                }
                Err(error) => return Walk::Failed(error),
            }
        }
        Walk::Found(place)
    }

    /// A folder that is known to exist and to have no links in its path.
    fn at_root(&self, real: HostPath) -> Place {
        let target = match self.mounted(&real) {
            Some(local) => Target::Local { local, kind: FileKind::Directory },
            None => Target::Folder,
        };
        Place { real, target }
    }

    /// What `name` is in `folder`, which has no links in its path.
    fn step(&self, folder: &HostPath, name: &[u8], path: &HostPath) -> Result<Step, FileError> {
        let Some(local) = self.mounted(path) else { return Ok(self.unmounted(path)) };
        if self.is_known_folder(path) {
            return Ok(Step::To(Target::Local { local, kind: FileKind::Directory }));
        }
        let listed = self.listed_kind(folder, name).or_else(|| {
            self.note_question(folder);
            self.listed_kind(folder, name)
        });
        let kind = match listed {
            Some(Some(kind)) => Some(kind),
            // The listing names mounts and stock files too, and only they can be missing from the disk.
            Some(None) => None,
            None => match self.files.system().metadata(&local) {
                Ok(metadata) => {
                    if metadata.kind == FileKind::Directory {
                        self.remember_folder(path, &local);
                    }
                    Some(metadata.kind)
                }
                Err(error) if is_absence(&error) => None,
                Err(error) => return Err(error),
            },
        };
        Ok(match kind {
            Some(FileKind::Link) if self.mounts.iter().any(|mount| mount.at == *path) => {
                self.linked_mount(&local)
            }
            Some(FileKind::Link) => Step::Link(local),
            Some(kind) => Step::To(Target::Local { local, kind }),
            None => self.unmounted(path),
        })
    }

    /// What a mount is whose local path is a link: that leads on within this machine, but only within the folder
    /// where it stands, since no repository may choose what else of this machine is read.
    fn linked_mount(&self, local: &Path) -> Step {
        let system = &**self.files.system();
        let Ok(target) = links::follow(system, local) else { return Step::Nothing };
        if !local.parent().is_some_and(|folder| target.starts_with(folder)) {
            return Step::Nothing;
        }
        match system.metadata(&target) {
            Ok(metadata) => Step::To(Target::Local { local: target, kind: metadata.kind }),
            Err(_) => Step::Nothing,
        }
    }

    /// What a path is that lies on no mounted disk: a folder above mounts, a stock file, a stock folder, or nothing.
    fn unmounted(&self, path: &HostPath) -> Step {
        if self.mounts.iter().any(|mount| mount.at != *path && mount.at.starts_with(path)) {
            return Step::To(Target::Folder);
        }
        if self.is_closed(path) {
            return Step::Nothing;
        }
        if let Some(file) = self.profile.stock_file(path) {
            return Step::To(Target::Stock(file.text));
        }
        if self.profile.has_stock_below(path) { Step::To(Target::Folder) } else { Step::Nothing }
    }
}

enum Step {
    To(Target),
    Link(PathBuf),
    Nothing,
}

/// Nothing lies at the path; a file where a folder was expected says the same.
pub(super) fn is_absence(error: &FileError) -> bool {
    matches!(error.kind, FileErrorKind::NotFound | FileErrorKind::NotAFile)
}

/// The parts of a path, last first.
fn parts(path: &[u8]) -> Vec<Vec<u8>> {
    let parts = path.split(|byte| *byte == b'/').filter(|part| !part.is_empty() && *part != b".");
    parts.rev().map(<[u8]>::to_vec).collect()
}

fn append(path: HostPath, pending: Vec<Vec<u8>>) -> HostPath {
    let rest: Vec<Vec<u8>> = pending.into_iter().rev().collect();
    path.join(&rest.join(b"/".as_slice()))
}
