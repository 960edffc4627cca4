//! A host's folders, each walked and listed once.
//!
//! Out: entries sorted by bytes, those of the disk, of mounts and of the profile's stock files in one list.
//! Invariant: an entry of a mount hides one of the disk, and that one a stock file, of the same name.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock, PoisonError};

use crate::host::walk::{self, Place, Target, Walk};
use crate::host::{Entry, Host, Lookup};
use crate::path::HostPath;
use crate::system::{DirEntry, FileError, FileKind, MAX_ENTRIES};

/// How many entries of a folder are asked about one by one before it is listed instead.
const ASKED_ALONE: usize = 16;

/// Entries of a folder that may be listed for each that was asked about: listing costs far less for each.
const LISTED_FOR_EACH: usize = 64;

/// What is remembered of a folder.
#[derive(Debug)]
pub(crate) struct Folder {
    /// Where its path leads.
    pub(super) place: Walk,
    listing: OnceLock<Result<Arc<Listing>, FileError>>,
    /// How often an entry was asked about alone.
    asked: AtomicUsize,
}

impl Folder {
    fn new(place: Walk) -> Folder {
        Folder { place, listing: OnceLock::new(), asked: AtomicUsize::new(0) }
    }

    /// A folder of the disk whose path has no links.
    fn plain(path: &HostPath, local: &Path) -> Folder {
        let target = Target::Local { local: local.to_owned(), kind: FileKind::Directory };
        Folder::new(Walk::Found(Place { real: path.clone(), target }))
    }
}

/// The entries of a folder.
#[derive(Debug)]
pub(crate) struct Listing {
    /// Sorted by name.
    pub entries: Arc<[Entry]>,
    /// Whether the folder itself was read, so that they are all that there are.
    pub complete: bool,
    /// Whether every entry lies in the folder itself.
    from_disk_alone: bool,
}

impl Listing {
    fn kind(&self, name: &[u8]) -> Option<FileKind> {
        let at = self.entries.binary_search_by(|entry| entry.name.as_slice().cmp(name)).ok()?;
        self.entries.get(at).map(|entry| entry.kind)
    }
}

impl Host {
    /// The folder at a path in normal form, walked once.
    pub(super) fn folder(&self, path: &[u8]) -> Arc<Folder> {
        if let Some(known) = self.folders.lock().unwrap_or_else(PoisonError::into_inner).get(path) {
            return Arc::clone(known);
        }
        let path = &HostPath::new(path);
        // Through the folder above, which many folders share.
        let place = self.walk(path);
        let folder = Arc::new(Folder::new(place));
        let mut folders = self.folders.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(folders.entry(path.clone()).or_insert(folder))
    }

    /// Whether a path is known to name a folder without a link in it.
    pub(super) fn is_known_folder(&self, path: &HostPath) -> bool {
        let folders = self.folders.lock().unwrap_or_else(PoisonError::into_inner);
        let place = folders.get(path).map(|folder| &folder.place);
        matches!(place, Some(Walk::Found(Place { real, target: Target::Local { kind: FileKind::Directory, .. } })) if real == path)
    }

    /// Remembers a folder whose path has no links, so that the links that lead through it need not look again.
    pub(super) fn remember_folder(&self, path: &HostPath, local: &Path) {
        let mut folders = self.folders.lock().unwrap_or_else(PoisonError::into_inner);
        folders.entry(path.clone()).or_insert_with(|| Arc::new(Folder::plain(path, local)));
    }

    /// Notes that an entry of a folder without links is asked about, and lists the folder where this happens so
    /// often that it costs less than to go on: thousands of sites have their roots in one folder. A folder in which
    /// far more lies than is asked about is tried again later.
    pub(super) fn note_question(&self, folder: &HostPath) {
        let known = self.folders.lock().unwrap_or_else(PoisonError::into_inner).get(folder).map(Arc::clone);
        let Some(known) = known else { return };
        let asked = known.asked.fetch_add(1, Ordering::Relaxed) + 1;
        if asked < ASKED_ALONE || !asked.is_power_of_two() || known.listing.get().is_some() {
            return;
        }
        let Some(local) = self.mounted(folder) else { return };
        let limit = asked.saturating_mul(LISTED_FOR_EACH).min(MAX_ENTRIES);
        if let Ok(entries) = self.files.system().read_dir_itself(&local, limit) {
            known.listing.get_or_init(|| Ok(Arc::new(self.listing_of(folder, Some(entries)))));
        }
    }

    /// The entries of the folder at a path, read once.
    pub(crate) fn listing(&self, path: &HostPath) -> Lookup<Arc<Listing>> {
        if let Some(listing) = self.list_at_once(path) {
            return Lookup::Found(listing);
        }
        let folder = self.folder(path.as_bytes());
        let place = match &folder.place {
            Walk::Found(place) if place.target.is_folder() => place,
            Walk::Found(place) => return self.missing(&place.real),
            Walk::Missing(at) => return self.missing(at),
            Walk::Failed(error) => return Lookup::Failed(error.clone()),
        };
        let other = (place.real != *path).then(|| self.folder(place.real.as_bytes()));
        let real = other.as_ref().unwrap_or(&folder);
        match real.listing.get_or_init(|| self.read_listing(&place.real).map(Arc::new)) {
            Ok(listing) => Lookup::Found(Arc::clone(listing)),
            Err(error) => Lookup::Failed(error.clone()),
        }
    }

    /// The entries of a folder that was not walked to yet and that its text alone leads to, taken without a look at
    /// what it is first. None for everything else.
    fn list_at_once(&self, path: &HostPath) -> Option<Arc<Listing>> {
        let (parent, name) = path.split().filter(|(_, name)| *name != b"..")?;
        if self.folders.lock().unwrap_or_else(PoisonError::into_inner).contains_key(path) {
            return None;
        }
        if !self.is_listed_folder(parent) {
            let above = self.folder(parent);
            match &above.place {
                Walk::Found(place) if place.target.is_folder() && place.real.as_bytes() == parent => {
                    // Where the folder above was listed, that tells whether it is there.
                    let kind = self.listed_kind(&place.real, name);
                    if kind.is_some_and(|kind| kind != Some(FileKind::Directory)) {
                        return None;
                    }
                }
                _ => return None,
            }
        }
        let local: PathBuf = self.mounted(path)?;
        let entries = self.files.system().read_dir_itself(&local, MAX_ENTRIES).ok()?;
        let listing = Arc::new(self.listing_of(path, Some(entries)));
        let mut folder = Folder::plain(path, &local);
        folder.listing = OnceLock::from(Ok(Arc::clone(&listing)));
        let mut folders = self.folders.lock().unwrap_or_else(PoisonError::into_inner);
        folders.insert(path.clone(), Arc::new(folder));
        Some(listing)
    }

    /// Whether a folder that was not walked to is one on the disk and no link, as the listing of the one above says.
    fn is_listed_folder(&self, path: &[u8]) -> bool {
        let Some(slash) = path.iter().rposition(|byte| *byte == b'/') else { return false };
        let (above, name) = (path.get(..slash).unwrap_or(b""), path.get(slash + 1..).unwrap_or(b""));
        let folders = self.folders.lock().unwrap_or_else(PoisonError::into_inner);
        if name == b".." || folders.contains_key(path) {
            return false;
        }
        let listing = folders.get(above).and_then(|folder| folder.listing.get());
        let Some(Ok(listing)) = listing else { return false };
        listing.from_disk_alone && listing.kind(name) == Some(FileKind::Directory)
    }

    /// The kind of what lies at `path`, if it follows from what is remembered: a folder that was walked, or an entry
    /// of a folder that was listed. Never a link's.
    pub(super) fn remembered_kind(&self, path: &HostPath) -> Option<FileKind> {
        let (parent, name) = path.split()?;
        let folders = self.folders.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(Walk::Found(place)) = folders.get(path).map(|folder| &folder.place) {
            return Some(place.target.kind());
        }
        // A listing stands at the path without links, so that nothing else can lie at the entry.
        let listing = folders.get(parent)?.listing.get()?.as_ref().ok()?;
        let kind = listing.kind(name).filter(|_| listing.from_disk_alone)?;
        (kind != FileKind::Link).then_some(kind)
    }

    /// The kind of an entry of a folder that was listed before: none where it was not, and none inside where it has
    /// no such entry on the disk.
    pub(super) fn listed_kind(&self, folder: &HostPath, name: &[u8]) -> Option<Option<FileKind>> {
        let folders = self.folders.lock().unwrap_or_else(PoisonError::into_inner);
        let Ok(listing) = folders.get(folder)?.listing.get()? else { return None };
        if !listing.from_disk_alone {
            return None;
        }
        Some(listing.kind(name))
    }

    fn read_listing(&self, folder: &HostPath) -> Result<Listing, FileError> {
        let disk = match self.mounted(folder).map(|local| self.files.system().read_dir(&local)) {
            Some(Ok(entries)) => Some(entries),
            Some(Err(error)) if !walk::is_absence(&error) => return Err(error),
            Some(Err(_)) | None => None,
        };
        Ok(self.listing_of(folder, disk))
    }

    /// The entries of a folder: those of the disk, where it has it, and those that lie over or under them.
    fn listing_of(&self, folder: &HostPath, disk: Option<Vec<DirEntry>>) -> Listing {
        let complete = disk.is_some();
        let over = self.entries_over(folder);
        let from_disk_alone = over.is_empty();
        let visible = disk.unwrap_or_default().into_iter().filter(|entry| !over.contains_key(&entry.name));
        let mut entries: Vec<Entry> =
            visible.map(|entry| Entry { name: entry.name, kind: entry.kind }).collect();
        let stock = if self.is_closed(folder) { Vec::new() } else { self.profile.stock_entries(folder) };
        let hidden = |name: &[u8]| entries.iter().any(|entry| entry.name == name) || over.contains_key(name);
        let stock: Vec<Entry> = stock.into_iter().filter(|entry| !hidden(&entry.name)).collect();
        let from_disk_alone = from_disk_alone && stock.is_empty();
        entries.extend(stock);
        entries.extend(over.into_iter().map(|(name, kind)| Entry { name, kind }));
        entries.sort();
        Listing { entries: entries.into(), complete, from_disk_alone }
    }

    /// The entries of a folder that mounts put over its own.
    fn entries_over(&self, folder: &HostPath) -> BTreeMap<Vec<u8>, FileKind> {
        let mut entries = BTreeMap::new();
        for mount in &self.mounts {
            let Some(rest) = mount.at.below(folder).filter(|rest| !rest.is_empty()) else { continue };
            let Some(name) = rest.split(|byte| *byte == b'/').next() else { continue };
            if let Walk::Found(place) = self.steps(folder.clone(), name) {
                entries.insert(name.to_vec(), place.target.kind());
            }
        }
        entries
    }
}
