//! What an account may do with files of a host.
//!
//! In: an account and a path. Out: whether it may; none where users, modes or owners are not known.

use fpmlint_workspace::{FileKind, Host, HostPath, Lookup, Stat};

use crate::socket::{Account, class_bit};

/// Whether the account may enter every folder above a path.
pub(super) fn reaches(host: &Host, account: &Account, path: &HostPath) -> Option<bool> {
    let mut all = Some(true);
    let root = HostPath::root();
    let mut folder = path.parent();
    while let Some(at) = folder.filter(|folder| *folder != root) {
        // Below a file there is nothing, whatever its mode.
        let is_folder = host.kind(&at).found() == Some(FileKind::Directory);
        match may(host, account, &at, 1) {
            Some(false) if is_folder => return Some(false),
            Some(false) => {}
            Some(true) => {}
            None => all = None,
        }
        folder = at.parent();
    }
    all
}

/// Whether the account may read a file, or list a folder.
pub(super) fn reads(host: &Host, account: &Account, path: &HostPath) -> Option<bool> {
    may(host, account, path, 4)
}

/// Whether the class of the account has a bit.
fn may(host: &Host, account: &Account, path: &HostPath, bit: u32) -> Option<bool> {
    let Lookup::Found(Stat { mode: Some(mode), uid: Some(uid), gid: Some(gid), .. }) = host.stat(path) else {
        return None;
    };
    // Most files are everybody's to read.
    if mode & (bit * 0o111) == bit * 0o111 {
        return Some(true);
    }
    Some(mode & (class_bit(host.users(), account, uid, gid)? * bit) != 0)
}
