//! A host: a view of a file system, and the profile of what runs on it.
//!
//! In: host paths. Out: files, kinds, modes, names. Invariants: links lead nowhere out of the host; "absent" is said
//! only where the host is closed, everything else that is not there is unknown; a stock file of the profile stands
//! in only where the host is open.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use fpmlint_text::FileId;
use rustc_hash::FxHashMap;

use crate::files::Files;
use crate::native;
use crate::path::HostPath;
use crate::profile::Profile;
use crate::system::{FileError, FileErrorKind, FileKind};
use crate::users::{self, Users};

mod folder;
mod walk;

pub(crate) use folder::Listing;
use walk::{Place, Target};

/// Folders of a machine whose contents exist only while it runs.
const VOLATILE: [&[u8]; 4] = [b"/run", b"/tmp", b"/proc", b"/dev"];

/// The answer to a question about a host.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Lookup<T> {
    /// It is there.
    Found(T),
    /// It is not there, and the host is closed at that place.
    Absent,
    /// It is not there, but the host is open at that place: it may exist on the machine.
    Unknown,
    /// It is there and cannot be used.
    Failed(FileError),
}

impl<T> Lookup<T> {
    /// What was found.
    pub fn found(self) -> Option<T> {
        match self {
            Lookup::Found(found) => Some(found),
            _ => None,
        }
    }

    /// The same answer about something made from what was found.
    pub fn map<U>(self, change: impl FnOnce(T) -> U) -> Lookup<U> {
        match self {
            Lookup::Found(found) => Lookup::Found(change(found)),
            Lookup::Absent => Lookup::Absent,
            Lookup::Unknown => Lookup::Unknown,
            Lookup::Failed(error) => Lookup::Failed(error),
        }
    }
}

/// What a host was made from.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum HostKind {
    /// A machine, an image root or a folder laid out like one.
    Sysroot,
    /// Some of a machine's files, put together from a repository.
    View,
}

/// Whether other hosts may stand beside this one.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub enum Topology {
    /// What runs here is all that is known to exist, or the other hosts are known too.
    #[default]
    Known,
    /// The project may run its parts on several machines that are not told apart.
    Unknown,
}

/// Where a folder or file of this machine appears in a host.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Mount {
    /// The path on the host.
    pub at: HostPath,
    /// The path of this machine.
    pub local: PathBuf,
}

/// What is known of a path on a host; links are followed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Stat {
    /// Its kind, never a link.
    pub kind: FileKind,
    /// The permission bits; none where those of this machine say nothing about the host.
    pub mode: Option<u32>,
    /// The owner's number; none as for the mode.
    pub uid: Option<u32>,
    /// The group's number; none as for the mode.
    pub gid: Option<u32>,
    /// Length in bytes.
    pub len: u64,
}

/// An entry of a host's folder.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Entry {
    /// The name's bytes.
    pub name: Vec<u8>,
    /// Its kind; a link stays a link.
    pub kind: FileKind,
}

/// A host.
#[derive(Debug)]
pub struct Host {
    /// Its name: unique in a run, shown in reports.
    pub name: Arc<str>,
    /// What is known of machines like it.
    pub profile: Arc<Profile>,
    /// What it was made from.
    pub kind: HostKind,
    /// Its memory in bytes, where the settings say it.
    pub memory: Option<u64>,
    /// Whether other hosts may stand beside it.
    pub topology: Topology,
    files: Arc<Files>,
    /// Longest host path first.
    mounts: Vec<Mount>,
    closed: bool,
    has_owners: OnceLock<bool>,
    users: OnceLock<Users>,
    folders: Mutex<FxHashMap<HostPath, Arc<folder::Folder>>>,
    questions: AtomicU64,
}

impl Host {
    /// The machine whose `/` is the folder `root`: closed but for `/run`, `/tmp`, `/proc` and `/dev`. Links lead
    /// nowhere out of `root`, absolute ones start there.
    pub fn sysroot(files: Arc<Files>, name: &str, root: &Path, profile: impl Into<Arc<Profile>>) -> Host {
        let mounts = vec![Mount { at: HostPath::root(), local: root.to_owned() }];
        Host::new(files, name, HostKind::Sysroot, profile.into(), mounts)
    }

    /// A host of which some folders and files are known; open everywhere. Where mounts overlap, the longest host
    /// path wins.
    pub fn view(files: Arc<Files>, name: &str, profile: impl Into<Arc<Profile>>, mounts: Vec<Mount>) -> Host {
        Host::new(files, name, HostKind::View, profile.into(), mounts)
    }

    fn new(
        files: Arc<Files>,
        name: &str,
        kind: HostKind,
        profile: Arc<Profile>,
        mut mounts: Vec<Mount>,
    ) -> Host {
        mounts.sort_by_key(|mount| std::cmp::Reverse(mount.at.as_bytes().len()));
        Host {
            name: name.into(),
            profile,
            kind,
            memory: None,
            topology: Topology::Known,
            files,
            mounts,
            closed: kind == HostKind::Sysroot,
            has_owners: OnceLock::new(),
            users: OnceLock::new(),
            folders: Mutex::default(),
            questions: AtomicU64::new(0),
        }
    }

    /// The same host, open everywhere: for a folder that holds only part of a machine.
    pub fn partial(self) -> Host {
        Host { closed: false, ..self }
    }

    /// The same host with so many bytes of memory.
    pub fn with_memory(self, memory: Option<u64>) -> Host {
        Host { memory, ..self }
    }

    /// The same host among others that may exist.
    pub fn with_topology(self, topology: Topology) -> Host {
        Host { topology, ..self }
    }

    /// The same host with these accounts, whatever its files say.
    pub fn with_users(self, users: Users) -> Host {
        Host { users: OnceLock::from(users), ..self }
    }

    /// Whether it is a machine or an image root rather than a view of a repository.
    pub fn is_machine(&self) -> bool {
        self.kind == HostKind::Sysroot
    }

    /// The files that it reads into.
    pub fn files(&self) -> &Arc<Files> {
        &self.files
    }

    /// Where this machine's folders and files appear, longest host path first.
    pub fn mounts(&self) -> &[Mount] {
        &self.mounts
    }

    /// Whether what is absent at `path` is absent on the machine.
    pub fn is_closed(&self, path: &HostPath) -> bool {
        if !self.closed {
            return false;
        }
        let path = path.canonical_run();
        let is_in = |folder: &&[u8]| match path.as_bytes().strip_prefix(*folder) {
            Some(rest) => rest.is_empty() || rest.starts_with(b"/"),
            None => false,
        };
        !VOLATILE.iter().any(is_in)
    }

    /// How many questions about paths were answered so far. An answer during which the number stayed the same rests on
    /// nothing that lies on the host.
    pub fn questions(&self) -> u64 {
        self.questions.load(Ordering::Relaxed)
    }

    fn count_question(&self) {
        self.questions.fetch_add(1, Ordering::Relaxed);
    }

    /// The file at `path`, read once; a stock file of the profile where there is none and the host is open. Folders,
    /// sockets and the like fail with [`FileErrorKind::NotAFile`]; `/dev/null` is an empty file.
    pub fn open(&self, path: &HostPath) -> Lookup<FileId> {
        self.count_question();
        if path.as_bytes() == b"/dev/null" {
            return Lookup::Found(self.files.add_virtual("/dev/null", Arc::default()));
        }
        let (real, target) = match self.find(path) {
            Lookup::Found(place) => (place.real, place.target),
            other => return other.map(|_| FileId(0)),
        };
        match target {
            Target::Local { local, kind: FileKind::File } => match self.files.load_regular(&local) {
                Ok(id) => Lookup::Found(id),
                Err(error) if error.kind == FileErrorKind::NotFound => self.missing(&real),
                Err(error) => Lookup::Failed(error),
            },
            Target::Local { local, kind } => Lookup::Failed(not_a_file(&local, kind)),
            Target::Stock(text) => Lookup::Found(self.files.add_virtual(&real.to_string(), text.into())),
            Target::Folder => Lookup::Failed(not_a_file(
                &native::below(Path::new("/"), real.as_bytes()),
                FileKind::Directory,
            )),
        }
    }

    /// The bytes of a file of at most `limit` bytes, without a place in the table of files: for looking into many
    /// files of which few matter.
    pub fn peek(&self, path: &HostPath, limit: u64) -> Lookup<Vec<u8>> {
        self.count_question();
        self.find(path).and_then(|place| match place.target {
            Target::Local { local, kind: FileKind::File } => {
                match self.files.system().read_regular(&local, limit) {
                    Ok(text) => Lookup::Found(text),
                    Err(error) => Lookup::Failed(error),
                }
            }
            Target::Local { local, kind } => Lookup::Failed(not_a_file(&local, kind)),
            Target::Stock(text) => Lookup::Found(text.to_vec()),
            Target::Folder => Lookup::Failed(not_a_file(Path::new("/"), FileKind::Directory)),
        })
    }

    /// What kind of thing lies at `path`, links followed; cheaper than [`Host::stat`] after its folder was listed.
    pub fn kind(&self, path: &HostPath) -> Lookup<FileKind> {
        self.count_question();
        match self.remembered_kind(path) {
            Some(kind) => Lookup::Found(kind),
            None => self.find(path).map(|place| place.target.kind()),
        }
    }

    /// What lies at `path`.
    pub fn stat(&self, path: &HostPath) -> Lookup<Stat> {
        self.count_question();
        self.find(path).and_then(|place| match place.target {
            Target::Stock(text) => Lookup::Found(plain(FileKind::File, text.len() as u64)),
            Target::Folder => Lookup::Found(plain(FileKind::Directory, 0)),
            Target::Local { local, kind } => match self.files.system().metadata(&local) {
                Err(error) if error.kind == FileErrorKind::NotFound => self.missing(&place.real),
                Err(error) => Lookup::Failed(error),
                Ok(known) if self.has_owners() => {
                    let (mode, uid, gid) = (known.mode, known.uid, known.gid);
                    Lookup::Found(Stat { kind, mode, uid, gid, len: known.len })
                }
                Ok(known) => Lookup::Found(plain(kind, known.len)),
            },
        })
    }

    /// The entries of a folder, sorted by bytes. In an open host those of the profile's stock files are among them,
    /// and there may be more.
    pub fn list(&self, folder: &HostPath) -> Lookup<Arc<[Entry]>> {
        self.count_question();
        self.listing(folder).map(|listing| Arc::clone(&listing.entries))
    }

    /// The path without links, and where it leads nowhere, as far as they lead.
    pub fn real(&self, path: &HostPath) -> HostPath {
        self.count_question();
        match self.walk(path) {
            walk::Walk::Found(place) => place.real,
            walk::Walk::Missing(at) => at,
            walk::Walk::Failed(_) => path.clone(),
        }
    }

    /// The path of this machine where the file lies, or would lie. None where no mount holds it.
    pub fn local(&self, path: &HostPath) -> Option<PathBuf> {
        self.mounted(&self.real(path))
    }

    /// The host path of a file that was read: the reverse of [`Host::local`]. None for files of other hosts.
    pub fn host_path(&self, file: FileId) -> Option<HostPath> {
        let file = self.files.get(file);
        if file.stock {
            return Some(HostPath::new(native::slashed(&file.path)));
        }
        self.host_path_of(&file.path)
    }

    /// The host path of a path of this machine. None where no mount holds it.
    pub fn host_path_of(&self, local: &Path) -> Option<HostPath> {
        let inside = self.mounts.iter().filter(|mount| local.starts_with(&mount.local));
        let mount = inside.max_by_key(|mount| mount.local.components().count())?;
        let rest = local.strip_prefix(&mount.local).ok()?;
        Some(mount.at.join(&native::slashed(rest)))
    }

    /// The accounts: those of the host's own `/etc/passwd` and `/etc/group`, else those that its profile's packages
    /// make.
    pub fn users(&self) -> &Users {
        self.users.get_or_init(|| users::of_host(self))
    }

    /// Forgets what was asked, but not the files that were read: for a file system that changed.
    pub fn forget(&mut self) {
        self.has_owners = OnceLock::new();
        self.users = OnceLock::new();
        self.folders.get_mut().unwrap_or_else(PoisonError::into_inner).clear();
    }

    fn find(&self, path: &HostPath) -> Lookup<Place> {
        match self.walk(path) {
            walk::Walk::Found(place) => Lookup::Found(place),
            walk::Walk::Missing(at) => self.missing(&at),
            walk::Walk::Failed(error) => Lookup::Failed(error),
        }
    }

    fn missing<T>(&self, at: &HostPath) -> Lookup<T> {
        if self.is_closed(at) { Lookup::Absent } else { Lookup::Unknown }
    }

    /// Where the mounts put a path without links.
    fn mounted(&self, path: &HostPath) -> Option<PathBuf> {
        self.mounts.iter().find_map(|mount| Some(native::below(&mount.local, path.below(&mount.at)?)))
    }

    /// Modes and owners mean something where `/etc` belongs to root, which a checked out repository's seldom does.
    fn has_owners(&self) -> bool {
        *self.has_owners.get_or_init(|| {
            let etc =
                if self.kind == HostKind::Sysroot { self.mounted(&HostPath::new("/etc")) } else { None };
            let metadata = etc.and_then(|etc| self.files.system().metadata(&etc).ok());
            metadata.is_some_and(|metadata| metadata.uid == Some(0))
        })
    }
}

impl<T> Lookup<T> {
    fn and_then<U>(self, next: impl FnOnce(T) -> Lookup<U>) -> Lookup<U> {
        match self {
            Lookup::Found(found) => next(found),
            Lookup::Absent => Lookup::Absent,
            Lookup::Unknown => Lookup::Unknown,
            Lookup::Failed(error) => Lookup::Failed(error),
        }
    }
}

fn plain(kind: FileKind, len: u64) -> Stat {
    Stat { kind, mode: None, uid: None, gid: None, len }
}

fn not_a_file(local: &Path, kind: FileKind) -> FileError {
    let message = if kind == FileKind::Directory { "Is a directory" } else { "Not a regular file" };
    FileError::with_message(FileErrorKind::NotAFile, local, message)
}

#[cfg(test)]
mod tests;
