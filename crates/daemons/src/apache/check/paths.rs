//! Files and folders that a directive names.
//!
//! In: a path as it is written. Out: what lies there on the host; where the host cannot tell, nothing is said.

use fpmlint_workspace::{FileKind, HostPath, Lookup};

use super::Line;

/// What is known of a path.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Lies {
    Folder,
    File { empty: bool },
    Other,
    Nothing,
    Unknown,
}

impl Line<'_> {
    /// A path from `ServerRoot`, if it is not absolute.
    pub(super) fn path(&self, text: &[u8]) -> HostPath {
        self.config.server_root.join(text)
    }

    /// What lies at a path.
    pub(super) fn lies_at(&self, path: &HostPath) -> Lies {
        match self.host.stat(path) {
            Lookup::Found(stat) => match stat.kind {
                FileKind::Directory => Lies::Folder,
                FileKind::File => Lies::File { empty: stat.len == 0 },
                _ => Lies::Other,
            },
            Lookup::Absent => Lies::Nothing,
            Lookup::Unknown | Lookup::Failed(_) => Lies::Unknown,
        }
    }

    /// Whether it is known that no folder is there.
    pub(super) fn is_no_folder(&self, path: &HostPath) -> bool {
        !matches!(self.lies_at(path), Lies::Folder | Lies::Unknown)
    }
}
